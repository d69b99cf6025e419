/* Fixed-width records: a column is some bytes of the record. */
#ifndef HC_FORMAT_FIXED_H
#define HC_FORMAT_FIXED_H

#include "format/cells.h"

struct hc_slot {
    uint32_t start; /* from 0; layouts print positions from 1 */
    uint32_t length;
};
struct hc_fixed {
    uint32_t record_bytes; /* what the layout says */
    size_t slots;          /* wanted columns */
    const struct hc_slot *slot;
    bool short_ok, long_ok; /* another length is no fault: what is missing is empty */
};
/* HC_ECONFIG when a slot lies outside the record, or there is none. */
enum hc_status hc_fixed_check(const struct hc_fixed *layout,
                              struct hc_err *err) HC_MUST_CHECK;
/* Cut each record of block into cells (initialised with layout->slots columns), not
 * trimmed. A record of another length that is not ok gets HC_FAULT_LENGTH and empty cells. */
void hc_fixed_split(const struct hc_fixed *layout, struct hc_block *block,
                    struct hc_cells *cells);
/* "record has 436 bytes, the layout says 437": HC_EDATA. */
enum hc_status hc_fixed_explain(const struct hc_fixed *layout, const struct hc_block *block,
                                size_t row, struct hc_err *err);

#endif
