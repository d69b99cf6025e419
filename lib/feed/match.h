/* The names of a delivery and of its entries, held against what the feed calls them. */
#ifndef HC_FEED_MATCH_H
#define HC_FEED_MATCH_H

#include "feed/delivered.h"

/* Read a delivery's name by the feed's patterns; where it does not match, an entry's. Of a
 * regular file also its digest, and how many entries it has (0 where it is damaged: that
 * shows again when it is read). passphrase may be NULL. */
enum hc_status hc_match_delivery(struct hc_delivered *d, const struct hc_feed *feed,
                                 const char *passphrase, struct hc_arena *arena,
                                 struct hc_err *err) HC_MUST_CHECK;
/* Which file of the feed each entry of source is: d->books, which is open. What is missing,
 * doubled, unknown or of another month is a finding; HC_EDATA where nothing in it is of the
 * feed. An entry whose name does not tell is undecided where its content may: */
enum hc_status hc_match_entries(struct hc_delivered *d, const struct hc_feed *feed,
                                struct hc_source *source, struct hc_err *err) HC_MUST_CHECK;
/* type: of its first resource, from hc_content_type(). */
enum hc_status hc_match_content(struct hc_delivered *d, const struct hc_feed *feed,
                                struct hc_entry_books *entry, const char *type,
                                struct hc_err *err) HC_MUST_CHECK;
/* After the last entry: what is missing, where that could not be known before. HC_EDATA for
 * two parts of a file that are one. */
enum hc_status hc_match_end(struct hc_delivered *d, const struct hc_feed *feed,
                            struct hc_err *err) HC_MUST_CHECK;

#endif
