/* What dedupe tells beside its books: where the records leave open what the payer meant, or
 * the feed's rule may not be the payer's. Each is a count and a warning; none changes what
 * stands. Policies count what only they see (struct hc_group_counts). */
#ifndef HC_RULE_UNSURE_H
#define HC_RULE_UNSURE_H

#include "rule/verdict.h"

/* Count in one partition, whose verdicts are all known; rows of it from records on are
 * tombstones. by_claim: ways that need another partition are not yet worked. */
enum hc_status hc_unsure_count(struct hc_group_counts *told, const struct hc_batch *batch,
                               uint32_t records, const struct hc_way *const *way,
                               const struct hc_verdict *verdict,
                               const struct hc_origin *origin, bool by_claim,
                               struct hc_err *err) HC_MUST_CHECK;

#endif
