/* When a record became known: what --as-of asks.
 *
 * A record is known from the day its delivery was made (hc.deliveries). Where the payer
 * says when it loaded the record (loaded_date), from the later of both: a delivery cannot
 * bring what was not yet loaded, so a later day means that the delivery is dated by its
 * period. Where a delivery has no date, from loaded_date alone; where there is neither,
 * nobody can tell. */
#ifndef HC_RULE_KNOWN_H
#define HC_RULE_KNOWN_H

#include "rule/verdict.h"

/* *later: the record became known after day as_of. HC_EDATA when nobody can tell. */
enum hc_status hc_known_later(const struct hc_origin *origin, const struct hc_batch *batch,
                              uint32_t row, hc_day as_of, bool *later,
                              struct hc_err *err) HC_MUST_CHECK;

#endif
