/* Where the records of an entry go: to the join, to rows, to the control totals or nowhere. */
#ifndef HC_FEED_SINK_H
#define HC_FEED_SINK_H

#include "feed/behind.h"
#include "feed/control.h"
#include "feed/delivered.h"
#include "feed/entry.h"
#include "feed/join.h"

struct hc_sink { /* of a delivery; or of one entry of it, in a thread of its own */
    struct hc_delivered *delivered;
    const struct hc_feed *feed;
    const struct hc_deliver_options *options;
    struct hc_books *books; /* the delivery's, or what an entry adds to them */
    struct hc_making *making;
    struct hc_rejects *rejects;
    uint64_t rejects_bytes;        /* more of them wait for the turn, then they go to */
    struct hc_rejects *to_rejects; /* these */
    struct hc_sink *whole;         /* of an entry: its delivery's */
    struct hc_control *control;
    struct hc_join **join; /* by group */
    /* of the current entry */
    hc_entry_rows *rows_to;
    struct hc_entry_books *entry;
    struct hc_buf begun;  /* read to tell what it is */
    struct hc_rows *rows; /* by file */
    struct hc_behind behind;
    size_t set; /* first record set of a file that does not join */
    struct {    /* of a file whose records make several rows each: the rows of a block */
        uint32_t row[HC_BLOCK_ROWS];   /* 0, 1 ... */
        uint32_t first[HC_BLOCK_ROWS]; /* of the same record */
        uint32_t rows[HC_BLOCK_ROWS];  /* by first row */
        int basis[HC_BLOCK_ROWS];      /* by first row */
    } each;
};

/* The fields up to join are set. */
enum hc_status hc_sink_open(struct hc_sink *sink, struct hc_err *err) HC_MUST_CHECK;
void hc_sink_free(struct hc_sink *sink);
/* Read source's current entry, which is a file of the feed. */
enum hc_status hc_sink_read(struct hc_sink *sink, struct hc_source *source,
                            struct hc_entry_books *entry, struct hc_err *err) HC_MUST_CHECK;
/* Does anybody want what is joined of a group? */
bool hc_sink_joins(const struct hc_sink *sink, int group);

#endif
