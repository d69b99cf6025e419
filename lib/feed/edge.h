/* The records of an entry that are no data: a header, a row of column names, a trailer.
 * They are held against the feed, and tell where columns stand, how many records there are
 * and what period they are of. */
#ifndef HC_FEED_EDGE_H
#define HC_FEED_EDGE_H

#include "feed/entry.h"

enum hc_edge_at { /* what the next record is */
    HC_EDGE_AT_header,
    HC_EDGE_AT_names,
    HC_EDGE_AT_data, /* or the trailer */
    HC_EDGE_AT_end,  /* behind the trailer: nothing may follow */
};
struct hc_edge_reader {
    const struct hc_entry_job *job;
    enum hc_edge_at at;
    size_t cells; /* wanted columns; set by the caller, as is what follows */
    const size_t *field_of; /* by cell */
    uint32_t *position;     /* by cell; names that bind columns set where it stands */
    size_t *fields;         /* and here how many there are */
    struct hc_arena arena;
};

void hc_edge_start(struct hc_edge_reader *e, const struct hc_entry_job *job);
void hc_edge_free(struct hc_edge_reader *e);
/* Read record row of block, one before the data; at moves on. HC_EDATA, placed, where it is
 * not what the feed says. A number of records other than told before is a finding. */
enum hc_status hc_edge_top(struct hc_edge_reader *e, struct hc_block *block, size_t row,
                           struct hc_err *err) HC_MUST_CHECK;
/* The first of records from..to-1 that is the trailer; to where none is. */
size_t hc_edge_find(const struct hc_edge_reader *e, const struct hc_block *block,
                    size_t from, size_t to);
/* Read the trailer; as above. */
enum hc_status hc_edge_trailer(struct hc_edge_reader *e, struct hc_block *block, size_t row,
                               struct hc_err *err) HC_MUST_CHECK;

#endif
