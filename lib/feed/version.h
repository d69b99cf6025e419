/* Versions of a fixed-width layout. A payer adds columns, and old deliveries keep the old
 * form; which of the versions the feed knows a file has is told by its record length. */
#ifndef HC_FEED_VERSION_H
#define HC_FEED_VERSION_H

#include "feed/books.h"

/* `version:` and `layouts:` of a file whose fields have been read. Layout 0 is the one that
 * `length:` and `fields:` give. */
void hc_versions_read(struct hc_feed *feed, struct hc_faults *faults,
                      const struct hc_node *node, struct hc_feed_file *file);
/* The layout that most records of a file's first block fit; the first where none fits. */
const struct hc_feed_layout *hc_version_of(const struct hc_feed_file *file,
                                           const struct hc_block *block);
/* Note the finding record-length where no record of the block has the length of a layout.
 * false when out of memory. */
bool hc_version_known(struct hc_books *books, const struct hc_feed_file *file,
                      const char *entry, const struct hc_block *block);
/* Has some layout of the file records of so many bytes? */
bool hc_version_has(const struct hc_feed_file *file, uint64_t bytes);

#endif
