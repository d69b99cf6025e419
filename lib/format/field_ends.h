/* Where the fields of one record end: one pass over its bytes, 16 at a time where the
 * machine has SSE2, else one at a time; tests prove the two equal. */
#ifndef HC_FORMAT_FIELD_ENDS_H
#define HC_FORMAT_FIELD_ENDS_H

#include <stdint.h>

#include "base/str.h"

/* end[k] becomes the place where field k ends (that of its delimiter, or record.len), for
 * the first max fields; end has room for max + 1. Returns how many fields there are, at
 * least 1; stops counting at max + 1. */
size_t hc_field_ends(struct hc_str record, char delimiter, uint32_t *end, size_t max);
size_t hc_field_ends_scalar(struct hc_str record, char delimiter, uint32_t *end,
                            size_t max);

#endif
