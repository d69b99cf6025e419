/* What an entry is when its name does not tell: lines of JSON say so in their first one.
 */
#ifndef HC_FEED_CONTENT_H
#define HC_FEED_CONTENT_H

#include "feed/feed.h"
#include "format/source.h"

#define HC_CONTENT_TYPE 41 /* room for a type of resource */

/* Does the feed have files that are told so? */
bool hc_content_tells(const struct hc_feed *feed);
/* The type of the first resource of source's current entry, "" where its first line is
 * none. What was read of the entry for that is in begun: it comes before what follows. */
enum hc_status hc_content_type(struct hc_source *source, struct hc_buf *begun,
                               char type[HC_CONTENT_TYPE],
                               struct hc_err *err) HC_MUST_CHECK;
/* File number of a type of resource, or -1. */
int hc_content_file(const struct hc_feed *feed, const char *type);

#endif
