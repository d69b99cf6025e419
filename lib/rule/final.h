/* Dedupe: the claim lines that stand, over any number of feeds, deliveries and months.
 *
 * Rows are put aside by partition, worked a partition at a time and written in order of
 * their lineage, so that memory is bounded and neither the number of partitions, the
 * memory, the order of input nor the deliveries' division over files shows in the result.
 *
 *   for each batch:  hc_final_add()
 *   hc_final_work()
 *   while hc_final_next()         what stands, in order of lineage
 *   while hc_final_ledger_next()  what was set aside
 *   hc_final_check()
 */
#ifndef HC_RULE_FINAL_H
#define HC_RULE_FINAL_H

#include "record/accounts.h"
#include "record/origin.h"
#include "rule/verdict.h"

struct hc_final;
struct hc_final_options {
    uint64_t memory_bytes; /* for everything held here */
    const char *temp_dir;  /* NULL as hc_temp_open */
    unsigned parts;        /* 1..1024 partitions; 0: chosen by memory and expect_bytes */
    uint64_t expect_bytes; /* size of the input where known, else 0 */
    bool has_as_of; /* set aside before any rule acts, as not_yet_known, what became */
    hc_day as_of;   /* known after this day (rule/known.h) */
    bool has_paid_through; /* and, as paid_later, what was paid after this day: what it */
    hc_day paid_through;   /* would have corrected stands, as it did on that day */
};

/* schema and origin (with the feeds' rules) are of the stream to come and must stay. has:
 * schema->fields flags of its columns, NULL all; `standing` is added. */
enum hc_status hc_final_new(struct hc_final **final, const struct hc_schema *schema,
                            const bool *has, const struct hc_origin *origin,
                            const struct hc_final_options *options,
                            struct hc_err *err) HC_MUST_CHECK;
/* Add claim lines with current member_id. HC_EDATA for a row without a delivery, claim type
 * or rule; HC_ECONFIG for a rule that cannot be followed. */
enum hc_status hc_final_add(struct hc_final *final, const struct hc_batch *batch,
                            struct hc_err *err) HC_MUST_CHECK;
/* Work all partitions. Books what was set aside and made in accounts (may be NULL).
 * HC_EDATA when claims replace each other in a circle, or as_of is asked of records that
 * have no day. */
enum hc_status hc_final_work(struct hc_final *final, struct hc_accounts *accounts,
                             struct hc_err *err) HC_MUST_CHECK;
/* The next batch of what stands, the final's until the next call; HC_END at the end. */
enum hc_status hc_final_next(struct hc_final *final, struct hc_batch **batch,
                             struct hc_err *err) HC_MUST_CHECK;
/* The next batch of kind ledger; HC_EINTERNAL when a pair does not sum to zero. */
enum hc_status hc_final_ledger_next(struct hc_final *final, struct hc_batch **batch,
                                    struct hc_err *err) HC_MUST_CHECK;
/* After both ended: HC_EINTERNAL unless rows in + residuals = kept + ledger, and for every
 * summed column in = kept + ledger. */
enum hc_status hc_final_check(const struct hc_final *final,
                              struct hc_err *err) HC_MUST_CHECK;

struct hc_final_counts {
    uint64_t in, kept, set_aside, residual, unmatched, not_yet_known, paid_later;
    struct hc_group_counts told;
};
void hc_final_counts(const struct hc_final *final, struct hc_final_counts *counts);
void hc_final_free(struct hc_final *final);

#endif
