/* Values that can be read and may still be another than they are taken for: counted while an
 * entry is read, by block, and told as findings at its end.
 *
 *   unknown-code    a code that a map with `doubted: true` does not list
 *   shape           a text of another shape than the field's `shape:`
 *   mixed-decimals  an amount with a point in a file whose whole ones have implied decimals: 80
 *                   beside 100.50 is 0.80, and nobody means both
 */
#ifndef HC_FEED_DOUBTS_H
#define HC_FEED_DOUBTS_H

#include "feed/entry.h"

/* Is there anything in a cell: not blank, and none of the texts that mean nothing? */
bool hc_cell_fills(const struct hc_conversion *conversion, struct hc_str cell);
/* Has a number of the field without a point implied decimals? */
bool hc_field_implies(const struct hc_feed_field *field);
/* Count the doubts of block's rows that are not at fault. cell: by cell, its rows; cell_of:
 * by field of the file, the cell. */
void hc_doubts_count(const struct hc_entry_job *job, struct hc_str *const *cell,
                     const size_t *cell_of, const struct hc_block *block);
/* Make findings of them; false when out of memory. */
bool hc_doubts_find(const struct hc_entry_job *job);

#endif
