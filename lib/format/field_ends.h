/* Where the fields of one record end: one pass over its bytes, 64 at a time where the
 * machine has SSE2, else one at a time; tests prove the two equal. */
#ifndef HC_FORMAT_FIELD_ENDS_H
#define HC_FORMAT_FIELD_ENDS_H

#include <stdint.h>

#include "base/str.h"

#define HC_FIELD_ENDS_SLACK 64 /* what may be written behind the ends that count */

/* end[k] becomes the place where field k ends (that of its delimiter, or record.len), for
 * the first max fields; end has room for max + HC_FIELD_ENDS_SLACK. Returns how many fields
 * there are, at least 1; stops counting at max + 1. */
size_t hc_field_ends(struct hc_str record, char delimiter, uint32_t *end, size_t max);
size_t hc_field_ends_scalar(struct hc_str record, char delimiter, uint32_t *end,
                            size_t max);

/* The same where fields may stand in double quotes: delimiters within them end nothing.
 * 0 when a quote stands where a field is neither opened nor closed by it, or one is left
 * open: then the record has to be read byte by byte. *pairs: two quotes within a field
 * stand for one somewhere in the record. */
size_t hc_quoted_ends(struct hc_str record, char delimiter, uint32_t *end, size_t max,
                      bool *pairs);
size_t hc_quoted_ends_scalar(struct hc_str record, char delimiter, uint32_t *end,
                             size_t max, bool *pairs);

#endif
