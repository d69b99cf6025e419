/* What a run over deliveries of one feed is asked for, and what it did. */
#ifndef HC_FEED_RUN_H
#define HC_FEED_RUN_H

#include "feed/delivered.h"
#include "feed/outputs.h"

struct hc_ingest_options {
    const char *const *paths; /* deliveries */
    size_t count;
    bool has_date;
    hc_day date;       /* of the delivery, where its name tells none */
    const char *name;  /* of a delivery on standard input; NULL: "-" */
    enum hc_kind kind; /* only this one to output; HC_KIND_any: all to out_dir */
    const char *output;
    const char *out_dir;
    unsigned shards;
    const char *const *columns;
    size_t column_count;
    bool accept[HC_FINDINGS];
    int64_t max_rejects; /* a number, or with percent hundredths of a percent */
    bool percent;
    const char *rejects;         /* FILE; NULL: OUT_DIR/rejects.csv, or none */
    const char *identity_key;    /* FILE or NULL */
    const char *passphrase_file; /* of encrypted deliveries, or NULL */
    unsigned jobs;               /* workers */
    uint64_t memory_bytes;
    const char *temp_dir;
    const char *accounts; /* FILE or NULL */
    const char *check;    /* "" a page, "json": write no records, only what is wrong */
    const struct hc_inflate_engine *inflate; /* NULL: the fastest */
    bool replace; /* what stands in out_dir may be other bytes, or another delivery */
    const char *previous; /* receipt of the delivery before; NULL: not compared */
};
/* A total of this run, and of the receipt that it is compared with. Amounts in cents. */
struct hc_total {
    bool known;
    hc_i128 value;
};
struct hc_comparison {
    char sha256[65]; /* of the previous receipt; "" none */
    struct hc_total before[HC_TRENDS], now[HC_TRENDS];
    bool beyond[HC_TRENDS];
    bool any_beyond;
};
struct hc_ingest { /* what a run did, for the receipt */
    const struct hc_feed *feed;
    const struct hc_ingest_options *options;
    size_t deliveries;
    struct hc_delivered *delivery; /* in order of date and name */
    struct hc_err
        rival; /* of a name that was given with other bytes too: what refuses it */
    struct hc_outputs outputs;
    struct hc_rejects rejects;
    char identity_key[33]; /* digest of the key; "" none */
    uint64_t records;
    bool accepted;
    bool partial; /* --check: not all rows were made, so totals of them are not known */
    struct hc_comparison comparison;
    struct hc_accounts *accounts; /* of --accounts */
    bool stands;                  /* an accepted receipt is in out_dir */
    size_t stood; /* bytes of out_dir that stood before: the rest is ours to remove */
};
/* What is done about a finding: the feed's word, but for --accept. */
enum hc_action hc_ingest_action(const struct hc_ingest *run, enum hc_finding finding);

#endif
