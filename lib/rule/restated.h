/* Coverage that a newer delivery tells anew. A payer that sends spans shortens one by
 * sending it again with another end; the older, longer row would go on covering. So a feed
 * may say by which columns its rows are the same span, the same member or the same list
 * (policies: coverage): of rows that agree in them those of the newest day stand, all of
 * them. Deliveries of one day are one, so that a month may come in pieces; those without a
 * date come before all others, each a day of its own in the order of their names.
 *
 *   for each batch:  hc_restated_see()
 *   for each batch:  hc_restated_keep()
 */
#ifndef HC_RULE_RESTATED_H
#define HC_RULE_RESTATED_H

#include "record/batch.h"
#include "record/claim_rule.h"

struct hc_restated;
/* *restated is NULL where no feed of origin has such a rule. has: columns of the stream.
 * HC_EDATA for a column that it lacks. What is seen is held in memory: a key each. */
enum hc_status hc_restated_new(struct hc_restated **restated,
                               const struct hc_origin *origin, const bool *has,
                               struct hc_err *err) HC_MUST_CHECK;
enum hc_status hc_restated_see(struct hc_restated *restated,
                               const struct hc_batch *coverage,
                               struct hc_err *err) HC_MUST_CHECK;
/* row (coverage->rows of them): the rows that stand, then the others; returns how many
 * stand.
 */
size_t hc_restated_keep(struct hc_restated *restated, const struct hc_batch *coverage,
                        uint32_t *row);
/* A feed with the rule that has several deliveries of which one has no date; NULL: none. */
const char *hc_restated_undated(const struct hc_restated *restated);
void hc_restated_free(struct hc_restated *restated);

#endif
