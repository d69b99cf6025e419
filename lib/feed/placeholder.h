/* Numbers and names that stand for "none": typed where a field must not be blank, they would join
 * strangers. All take letters and digits only, letters in upper case. */
#ifndef HC_FEED_PLACEHOLDER_H
#define HC_FEED_PLACEHOLDER_H

#include "base/str.h"

/* May a number of a person or a contract be one? Not with fewer than five characters (NA,
 * NONE), without a digit (UNKNOWN), of one or two different characters (00000000000), or
 * counted up or down (123456789). The number need not have the shape of a Medicare number.
 */
bool hc_real_number(struct hc_str number);
/* The same, nine digits of which none of the groups is one that Social Security never gives
 * out (area 000, 666 or 9xx, group 00, serial 0000: SSA, POMS RM 10201.035), and not the
 * number that was printed for advertisement. */
bool hc_real_ssn(struct hc_str number);
/* The same but of area 9xx: a taxpayer's number (ITIN), which is one person's, a number that a
 * payer or a test made up, or anything. Who trusts them says so in the ladder. */
bool hc_area9_ssn(struct hc_str number);
/* May a last and a first name, letters only, be somebody's? Not where one says that it is
 * not known or not yet given (UNKNOWN, BABY, NEWBORN, TEST, XXX), nor JOHN or JANE DOE. The
 * words are from memory, no payer's list: somebody who is really called so is joined by
 * other keys only, and a word that is not among them joins children of one day, sex and
 * ZIP3. */
bool hc_real_name(struct hc_str last, struct hc_str first);

#endif
