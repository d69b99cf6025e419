/* Workers over the entries of one delivery. */
#ifndef HC_FEED_MEMBERS_H
#define HC_FEED_MEMBERS_H

#include "feed/sink.h"

/* How many workers there are for the entries of source; 1: they are read one after the
 * other. */
unsigned hc_members_workers(const struct hc_sink *sink, const struct hc_source *source);
/* Read all entries of source, each in one worker, and finish it, as if they were read one
 * after the other: what comes of it does not depend on how many workers there are. Where an
 * entry fails, those behind it are as if they had not been read. */
enum hc_status hc_members_read(struct hc_sink *sink, struct hc_source *source,
                               unsigned workers, struct hc_err *err) HC_MUST_CHECK;

#endif
