/* Records of one delivery that belong together, put aside (aside.h) and put together when
 * all of them have been read. */
#ifndef HC_FEED_JOIN_H
#define HC_FEED_JOIN_H

#include "feed/aside.h"
#include "feed/books.h"
#include "feed/making.h"

struct hc_join;
/* For one join group of feed; room and memory_bytes as hc_aside_new() has them. delivery is
 * its number in the lineage. */
enum hc_status hc_join_new(struct hc_join **join, const struct hc_feed *feed, int group,
                           unsigned parts, struct hc_aside_room *room,
                           uint64_t memory_bytes, const char *temp_dir,
                           struct hc_err *err) HC_MUST_CHECK;
/* Rows of people get their identity by this key, which must outlive the join. */
void hc_join_identify(struct hc_join *join, struct hc_str key);
/* Put the records just read from an entry of a file aside; rows at fault are left out. */
enum hc_status hc_join_add(struct hc_join *join, int file, unsigned entry,
                           const struct hc_rows *rows, const struct hc_block *block,
                           struct hc_err *err) HC_MUST_CHECK;
/* After the last: make the rows. Repeated headers are noted as a finding in books. */
enum hc_status hc_join_make(struct hc_join *join, struct hc_books *books,
                            struct hc_making *making, unsigned delivery,
                            struct hc_err *err) HC_MUST_CHECK;
void hc_join_free(struct hc_join *join);

#endif
