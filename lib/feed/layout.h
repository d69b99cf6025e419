/* Parts of reading a feed file: its files with their fields, and its sets of records. */
#ifndef HC_FEED_LAYOUT_H
#define HC_FEED_LAYOUT_H

#include "feed/feed.h"

/* `files:` and `defaults:`. */
void hc_layouts_read(struct hc_feed *feed, struct hc_faults *faults,
                     const struct hc_node *root);
/* "25%" or 25 of a map, in hundredths of a percent. */
int64_t hc_percent_get(struct hc_faults *faults, const struct hc_node *map, const char *key,
                       int64_t most, int64_t fallback);
/* `records:`, after the files. */
void hc_records_read(struct hc_feed *feed, struct hc_faults *faults,
                     const struct hc_node *root);

#endif
