/* Measures made wide: one row a group with a column a measure, as people ask for them.
 *
 * Level, as_of and paid_through become columns only where they are not the same in all rows,
 * known_on where it is told.
 * A hidden cell (suppressed or complementary) reads "*", an empty one is null. Groups stand in
 * the order they first appear, measures likewise. A measure that has the name of a grouping is
 * called NAME_measure.
 */
#ifndef HC_FORMAT_WIDE_H
#define HC_FORMAT_WIDE_H

#include "record/batch.h"

struct hc_wide;
enum hc_status hc_wide_new(struct hc_wide **wide, const struct hc_schema *measures,
                           struct hc_err *err) HC_MUST_CHECK;
/* Rows of kind measure. */
enum hc_status hc_wide_add(struct hc_wide *wide, const struct hc_batch *batch,
                           struct hc_err *err) HC_MUST_CHECK;
/* After the last add. HC_EDATA when a group has a measure twice. */
enum hc_status hc_wide_end(struct hc_wide *wide, struct hc_err *err) HC_MUST_CHECK;
const struct hc_schema *hc_wide_schema(const struct hc_wide *wide);
/* Cells whose amounts were null in some row, so that a caller can say so. */
uint64_t hc_wide_cells_with_nulls(const struct hc_wide *wide);
/* Batches of at most HC_BATCH_ROWS, the wide table's until the next call; HC_END. */
enum hc_status hc_wide_next(struct hc_wide *wide, const struct hc_batch **batch,
                            struct hc_err *err) HC_MUST_CHECK;
void hc_wide_free(struct hc_wide *wide);

#endif
