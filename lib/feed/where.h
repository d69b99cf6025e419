/* Faults of a feed that has a base: what is wrong may stand in one file, and its cause in the
 * other. Both are told. */
#ifndef HC_FEED_WHERE_H
#define HC_FEED_WHERE_H

#include "feed/feed.h"

enum { HC_ELSEWHERE_SIZE = 512 };
/* " (WHAT: FILE:LINE:COLUMN)" of other, where that is in another file than node; else "". */
const char *hc_feed_elsewhere(const struct hc_node *node, const char *what,
                              const struct hc_node *other, char out[HC_ELSEWHERE_SIZE]);
/* The fault that file has no such field. */
void hc_feed_no_field(struct hc_faults *faults, const struct hc_node *node,
                      const struct hc_feed_file *file, struct hc_str name);

#endif
