/* The same record delivered again: of one record id in several deliveries the newest
 * delivery's stands; where claims are corrected whole, its claim as a whole. */
#ifndef HC_RULE_REDELIVERY_H
#define HC_RULE_REDELIVERY_H

#include "rule/verdict.h"

/* group holds all rows of one claim (record id without line) in all deliveries. Older rows
 * get the reason "redelivered" where the newer record says the same, "redelivered_changed"
 * where it says something else. What is compared: every column that no projection drops
 * (HC_KEY, HC_MONEY) but lineage, loaded_date, person_id. Deliveries of one claim that
 * share no record id leave each other alone (a line adjudicated a month later).
 *
 * Where a payer corrects claims as a whole, what the newer delivery of the claim has not
 * goes too ("redelivered_gone"); where it corrects lines (way->by_line), each line is a
 * record of its own, and one sent again alone leaves the others be.
 *
 * A policy that decides by itself what comes again (way->redelivers) is left to it.
 *
 * HC_EDATA when a record id comes twice within one delivery and the rule does not allow
 * repeats; names delivery, entry and both records. */
enum hc_status hc_redelivery(struct hc_group *group, struct hc_err *err) HC_MUST_CHECK;

/* Do two records say the same, as compared above? */
bool hc_says_the_same(const struct hc_batch *batch, uint32_t x, uint32_t y);
/* That record again comes in the delivery that has first: HC_EDATA. */
enum hc_status hc_fail_repeated(const struct hc_group *group, uint32_t first,
                                uint32_t again, struct hc_err *err) HC_MUST_CHECK;

#endif
