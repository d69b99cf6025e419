/* One person's months: which coverage is primary in each. */
#ifndef HC_RULE_PERSON_GRID_H
#define HC_RULE_PERSON_GRID_H

#include "rule/method.h"

/* Fill cover and facts (months long) from the person's coverage rows. Of several coverages of a
 * month the one stands that pays first by order, medical before other benefits; then the newest
 * delivery's, then the latest start, then the lowest payer, product, group, member, record.
 * What the rows of one payer's delivery tell of Medicare's parts they tell together, for each
 * may be of one part. A row without a first day covers nothing. grid->coverage, first, months
 * are given; death is set. HC_ENOMEM. */
enum hc_status hc_grid_fill(struct hc_grid *grid, uint32_t *cover, uint8_t *facts,
                            const struct hc_payer_order *order, const uint32_t *row,
                            size_t rows, struct hc_arena *scratch,
                            struct hc_err *err) HC_MUST_CHECK;
/* Has it medical benefits? Where the payer does not say, it has. */
bool hc_cover_is_medical(const struct hc_batch *coverage, uint32_t row);

#endif
