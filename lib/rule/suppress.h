/* Small cells hidden, and with them every cell that would give one away.
 *
 * A group is the cells of one section and combination of grouping values. It is hidden whole
 * (all its measures) when
 *   - 1 to 10 people stand behind one of them, or a count of people is 1 to 10, or what a
 *     percentage leaves out (denominator less numerator) is 1 to 10: status suppressed;
 *   - otherwise it could be calculated: it is the only hidden one among a total and its parts,
 *     or the hidden parts together are 10 people or fewer, or they are all of them zero
 *     because the shown ones make up the total: status complementary.
 * Which cells are a total and its parts is found in the figures, across all sections: a cell
 * whose groupings are some of another section's and which one measure at least adds up to. A
 * quarter has its months for parts, or its last month alone. Zeros are shown.
 *
 * Source: CMS cell size suppression policy (ResDAC, 2017-05-08): no cell of 1 to 10, zero may
 * be shown, no percentage or arithmetic that lets one be derived.
 * Not done: differences against an earlier release.
 */
#ifndef HC_RULE_SUPPRESS_H
#define HC_RULE_SUPPRESS_H

#include "record/batch.h"

struct hc_suppressed { /* cells by status */
    uint64_t shown, suppressed, complementary;
};
/* The rows of cells (kind measure, a whole result) into *out, in their order, hidden ones
 * without numerator, denominator, value, people and null_rows. exempt (NULL-terminated, may
 * be NULL) names measures that tell nothing of people: targets. HC_EDATA when the people
 * behind a cell are not known. *out is the caller's. */
enum hc_status hc_suppress(const struct hc_batch *cells, const char *const *exempt,
                           struct hc_batch **out, struct hc_suppressed *counts,
                           struct hc_err *err) HC_MUST_CHECK;

#endif
