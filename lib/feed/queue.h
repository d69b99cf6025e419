/* Batches that wait for their turn, in order: in memory while all queues together stay
 * within a bound, the others in an unlinked temporary file. */
#ifndef HC_FEED_QUEUE_H
#define HC_FEED_QUEUE_H

#include <stdatomic.h>

#include "record/batch.h"

struct hc_room { /* for the batches of several queues, in several threads */
    _Atomic uint64_t bytes;
    uint64_t most;
};
struct hc_queue;
/* has: columns present; room outlives the queue. */
enum hc_status hc_queue_new(struct hc_queue **queue, const struct hc_schema *schema,
                            const bool *has, struct hc_room *room, const char *temp_dir,
                            struct hc_err *err) HC_MUST_CHECK;
/* A queue beside another, for the same batches and in the same room. */
enum hc_status hc_queue_like(struct hc_queue **queue, const struct hc_queue *other,
                             struct hc_err *err) HC_MUST_CHECK;
/* Keep the rows of *batch, which is sealed; *batch is empty then, perhaps another one. */
enum hc_status hc_queue_add(struct hc_queue *queue, struct hc_batch **batch,
                            struct hc_err *err) HC_MUST_CHECK;
/* What waits in `from` waits in queue, behind what does so already; `from` is left empty. */
enum hc_status hc_queue_append(struct hc_queue *queue, struct hc_queue *from,
                               struct hc_err *err) HC_MUST_CHECK;
/* The first batch that was not given yet, the queue's until the next call. HC_END when there
 * is none; more may be added then. */
enum hc_status hc_queue_next(struct hc_queue *queue, struct hc_batch **batch,
                             struct hc_err *err) HC_MUST_CHECK;
void hc_queue_free(struct hc_queue *queue);

#endif
