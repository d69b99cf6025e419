/* The shape of a text, such as a Medicare number's: one character each.
 *
 *   9 a digit   1 a digit but not 0   A a letter   X a letter or a digit   others
 * themselves
 */
#ifndef HC_FEED_SHAPE_H
#define HC_FEED_SHAPE_H

#include "base/str.h"

/* Letters are the same in lower case. */
bool hc_shape_fits(const char *shape, struct hc_str text);

#endif
