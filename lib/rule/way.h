/* Which rule a claim line goes by: its feed's for its claim type. */
#ifndef HC_RULE_WAY_H
#define HC_RULE_WAY_H

#include "rule/verdict.h"

struct hc_ways;
/* origin and has (schema->fields flags of the stream) must stay. */
enum hc_status hc_ways_new(struct hc_ways **ways, const struct hc_origin *origin,
                           const bool *has, struct hc_err *err) HC_MUST_CHECK;
/* The ways's. HC_EDATA for a row without a delivery, claim type or rule; HC_ECONFIG for a
 * rule that cannot be followed. */
enum hc_status hc_way_of(struct hc_ways *ways, const struct hc_batch *batch, size_t row,
                         const struct hc_way **way, struct hc_err *err) HC_MUST_CHECK;
/* Has any feed the policy replace? */
bool hc_ways_replace(const struct hc_origin *origin);
void hc_ways_free(struct hc_ways *ways);

#endif
