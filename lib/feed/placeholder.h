/* Numbers that stand for "none": typed where a field must not be blank, they would join
 * strangers. Both take letters and digits only, letters in upper case. */
#ifndef HC_FEED_PLACEHOLDER_H
#define HC_FEED_PLACEHOLDER_H

#include "base/str.h"

/* May a number of a person or a contract be one? Not with fewer than five characters (NA,
 * NONE), without a digit (UNKNOWN), of one or two different characters (00000000000), or
 * counted up or down (123456789). The number need not have the shape of a Medicare number.
 */
bool hc_real_number(struct hc_str number);
/* The same, nine digits of which none of the groups is one never given out (area 000 or
 * 666, group 00, serial 0000), and not the number that was printed for advertisement. Area
 * 9xx may be a taxpayer's number (ITIN), which is one person's too. */
bool hc_real_ssn(struct hc_str number);

#endif
