/* The record streams that an ingest writes, in order of delivery, entry and record, in one
 * file a kind or one a shard. Rows come from one thread at a time: see feed/making.h. */
#ifndef HC_FEED_OUTPUTS_H
#define HC_FEED_OUTPUTS_H

#include "feed/census.h"
#include "feed/feed.h"
#include "record/partition.h"

struct hc_keys;
struct hc_kind_out {
    const struct hc_schema *schema;
    bool wanted;
    int delivery, entry, record; /* lineage columns */
    bool *has;                   /* columns of the stream */
    bool discard;                /* no files */
    bool in_order;               /* rows come in order: no sorting, written as they come */
    bool holds;                  /* for that, those of a delivery wait for its end */
    struct hc_batch *next;       /* such rows, until they fill a batch */
    uint32_t *order;             /* room for the numbers of such rows */
    struct hc_sorter *sorter;    /* else: all rows */
    size_t files;                /* 1, or one a shard */
    struct hc_out_file *file;
    struct hc_totals totals;
    struct hc_census census;
    struct hc_keys *keys; /* of shards */
};
struct hc_out_file {
    char *path; /* NULL: standard output */
    struct hc_writer *writer;
    struct hc_batch *shard; /* rows of this shard, with several */
    char digest[65];
};
struct hc_outputs_options {
    enum hc_kind kind;          /* only this; HC_KIND_any: all that the feed yields */
    const char *output;         /* one kind: file, NULL standard output */
    const char *out_dir;        /* all kinds */
    unsigned shards;            /* of claim_line; 0 not sharded */
    bool discard;               /* rows are made, counted and dropped */
    bool census;                /* somebody asks how many members and claims there are */
    const char *const *columns; /* of the kind; NULL: all */
    size_t column_count;
    uint64_t memory_bytes;
    const char *temp_dir;
    const char *tool;
};
struct hc_outputs {
    const struct hc_feed *feed;
    struct hc_outputs_options options;
    struct hc_kind_out kind[HC_KINDS];
    struct hc_arena arena;
};

/* outputs zero-initialised. */
enum hc_status hc_outputs_open(struct hc_outputs *outputs, const struct hc_feed *feed,
                               const struct hc_outputs_options *options,
                               struct hc_err *err) HC_MUST_CHECK;
/* Before the first row: rows of kind will come in order of delivery, and within it, where
 * rows is set, of entry and record; else a delivery's are held and put in order first.
 * origin is complete already. */
enum hc_status hc_outputs_in_order(struct hc_outputs *outputs, enum hc_kind kind, bool rows,
                                   struct hc_origin *origin,
                                   struct hc_err *err) HC_MUST_CHECK;
/* Rows of batch, which is sealed, in order of delivery. What is written does not depend on
 * how rows are cut into batches here. */
enum hc_status hc_outputs_put(struct hc_kind_out *kind, struct hc_batch *batch,
                              struct hc_err *err) HC_MUST_CHECK;
/* Write everything in order. origin's deliveries are complete now. Nothing is published. */
enum hc_status hc_outputs_write(struct hc_outputs *outputs, struct hc_origin *origin,
                                struct hc_err *err) HC_MUST_CHECK;
/* Publish every file. */
enum hc_status hc_outputs_commit(struct hc_outputs *outputs,
                                 struct hc_err *err) HC_MUST_CHECK;
void hc_outputs_free(struct hc_outputs *outputs);

#endif
