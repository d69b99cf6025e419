/* Parts of reading a feed file: its files with their fields, and its sets of records. */
#ifndef HC_FEED_LAYOUT_H
#define HC_FEED_LAYOUT_H

#include "feed/feed.h"

/* `files:` and `defaults:`. */
void hc_layouts_read(struct hc_feed *feed, struct hc_faults *faults,
                     const struct hc_node *root);
/* `records:`, after the files. */
void hc_records_read(struct hc_feed *feed, struct hc_faults *faults,
                     const struct hc_node *root);

#endif
