/* The same record delivered again: of one record id in several deliveries the newest
 * delivery's stands, its claim as a whole. */
#ifndef HC_RULE_REDELIVERY_H
#define HC_RULE_REDELIVERY_H

#include "rule/verdict.h"

/* group holds all rows of one claim (record id without line) in all deliveries. Older rows
 * get the reason "redelivered" where the newer record says the same, "redelivered_changed"
 * where it says something else or is gone. What is compared: every column that no
 * projection drops (HC_KEY, HC_MONEY) but lineage, loaded_date, person_id. Deliveries of
 * one claim that share no record id leave each other alone (a line adjudicated a month
 * later).
 *
 * HC_EDATA when a record id comes twice within one delivery and the rule does not allow
 * repeats; names delivery, entry and both records. */
enum hc_status hc_redelivery(struct hc_group *group, struct hc_err *err) HC_MUST_CHECK;

#endif
