/* Rows of one delivery until it has been read, then in order of entry and record: batches
 * are kept as they came while each entry's rows come in order and all fit into memory, else
 * they are sorted. Which of the two never shows. */
#ifndef HC_FEED_HELD_H
#define HC_FEED_HELD_H

#include "record/batch.h"

struct hc_held;
/* lineage: the columns delivery, entry and record of schema. */
enum hc_status hc_held_new(struct hc_held **held, const struct hc_schema *schema,
                           const bool *has, const int lineage[3], uint64_t memory_bytes,
                           const char *temp_dir, struct hc_err *err) HC_MUST_CHECK;
/* Keep the rows of *batch, which is sealed; *batch is another then, without rows. */
enum hc_status hc_held_add(struct hc_held *held, struct hc_batch **batch,
                           struct hc_err *err) HC_MUST_CHECK;
/* After the delivery's last: the next batch in order, held's until the next call. HC_END
 * after the last; the next delivery can begin then. */
enum hc_status hc_held_next(struct hc_held *held, struct hc_batch **batch,
                            struct hc_err *err) HC_MUST_CHECK;
void hc_held_free(struct hc_held *held);

#endif
