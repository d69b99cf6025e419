/* Deliveries of one feed to record streams. */
#ifndef HC_FEED_INGEST_H
#define HC_FEED_INGEST_H

#include "base/log.h"
#include "feed/delivery.h"

struct hc_ingest_options {
    const char *const *paths; /* deliveries */
    size_t count;
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
    struct hc_err rival; /* of a name that was given with other bytes too: what refuses it */
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

/* The whole of it. With out_dir: an old receipt goes first, the new one comes last and says
 * whether the folder counts; a refused delivery (HC_EDATA) leaves receipt and rejects and
 * no stream. Where an accepted receipt stands, all of that happens only once the deliveries
 * are good: a refusal leaves out_dir as it was, and what it has to say in out_dir/refused.
 * HC_REJECTS when records were rejected within the allowed number. */
enum hc_status hc_ingest(const struct hc_feed *feed,
                         const struct hc_ingest_options *options, struct hc_log *log,
                         struct hc_err *err) HC_MUST_CHECK;

/* What a payer has to do before it sends this: standard output, as text or JSON. why: what
 * would refuse it, status HC_OK nothing. */
enum hc_status hc_check_write(struct hc_ingest *run, const struct hc_err *why,
                              struct hc_err *err) HC_MUST_CHECK;
/* Is there anything that the verdict calls an exception? */
bool hc_receipt_exceptions(const struct hc_ingest *run);
/* The receipt's JSON into buf. */
void hc_receipt_print(const struct hc_ingest *run, const struct hc_err *why,
                      struct hc_buf *buf);
/* A total as the receipt writes it. */
const char *hc_total_text(enum hc_trend trend, hc_i128 value, char out[HC_NUM_SIZE]);
/* Change in hundredths of a percent; false where there is none: nothing before. */
bool hc_total_change(const struct hc_comparison *c, enum hc_trend trend, hc_i128 *change);
/* Read options->previous: HC_EDATA unless it is an accepted receipt of the same feed. */
enum hc_status hc_trend_read(struct hc_ingest *run, struct hc_err *err) HC_MUST_CHECK;
/* Compare the totals with it; what is beyond a bound is a finding of the newest delivery, and
 * HC_EDATA where the feed refuses it. */
enum hc_status hc_trend_check(struct hc_ingest *run, struct hc_log *log,
                              struct hc_err *err) HC_MUST_CHECK;

/* Hold the deliveries against the accepted receipt that stands in out_dir, if one does
 * (then run->stands): HC_EDATA for one of the same name with other bytes, or where one that
 * stands there, or its feed, is not among these; unless options->replace. Of what has no
 * digest before it is read (a folder, standard input) only the name is compared. */
enum hc_status hc_again_check(struct hc_ingest *run, const struct hc_log *log,
                              struct hc_err *err) HC_MUST_CHECK;

/* Write OUT_DIR/receipt.json. why describes what refused the deliveries; NULL when they are
 * accepted. */
enum hc_status hc_receipt_write(const struct hc_ingest *run, const struct hc_err *why,
                                const char *path, struct hc_err *err) HC_MUST_CHECK;

#endif
