/* The ledger: one row per record that dedupe set aside, the rows of a pair side by side.
 *
 * Rows come out ordered by the lowest lineage of their pair (their own where they have none),
 * then by lineage; pairs are numbered from 1 in that order, so that neither partitions nor
 * input order show. On the way out the books of every pair are checked. */
#ifndef HC_RULE_LEDGER_H
#define HC_RULE_LEDGER_H

#include "rule/verdict.h"

struct hc_ledger;
enum hc_status hc_ledger_new(struct hc_ledger **ledger, uint64_t memory_bytes,
                             const char *temp_dir, struct hc_err *err) HC_MUST_CHECK;
/* Add the rows of batch (claim_line) that verdict sets aside. */
enum hc_status hc_ledger_add(struct hc_ledger *ledger, const struct hc_batch *batch,
                             const struct hc_verdict *verdict, struct hc_err *err)
    HC_MUST_CHECK;
/* The next batch of kind ledger, the ledger's until the next call; HC_END at the end.
 * HC_EINTERNAL when a pair of a balanced policy does not sum to zero. */
enum hc_status hc_ledger_next(struct hc_ledger *ledger, struct hc_batch **batch,
                              struct hc_err *err) HC_MUST_CHECK;
void hc_ledger_free(struct hc_ledger *ledger);

#endif
