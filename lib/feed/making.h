/* The rows of one delivery, or of one entry of it, while they are made. They leave in order
 * of deliveries and entries: at its turn they go straight to the outputs, before it they
 * wait. */
#ifndef HC_FEED_MAKING_H
#define HC_FEED_MAKING_H

#include "feed/outputs.h"
#include "feed/queue.h"
#include "feed/turn.h"

struct hc_mapper;
struct hc_making;
struct hc_kind_made {
    struct hc_making *making;
    struct hc_kind_out *out;
    bool wanted;
    struct hc_batch *batch;  /* rows being made */
    struct hc_held *held;    /* where they wait for the delivery's end, to be put in order */
    struct hc_queue *queue;  /* else where they wait for its turn */
    int64_t last_entry;      /* of the rows in batch */
};
struct hc_making {
    struct hc_turns *turns; /* of deliveries, or of the entries of whole */
    size_t number;
    struct hc_making *whole; /* of an entry: its delivery's */
    pthread_mutex_t *mutex;  /* of an entry: around what its delivery holds */
    struct hc_kind_made kind[HC_KINDS];
};

/* making zero-initialised; hc_making_free() also after failure. number: among turns.
 * share: one in how many such has the memory of outputs for what it holds. */
enum hc_status hc_making_open(struct hc_making *making, struct hc_outputs *outputs,
                              struct hc_turns *turns, size_t number, struct hc_room *room,
                              unsigned share, struct hc_err *err) HC_MUST_CHECK;
/* Of one entry of the delivery that `whole` is of: each in its own thread, mutex is theirs. */
enum hc_status hc_making_part(struct hc_making *part, struct hc_making *whole,
                              struct hc_turns *turns, size_t number,
                              pthread_mutex_t *mutex, struct hc_err *err) HC_MUST_CHECK;
/* HC_OK, or HC_ETEMP when it counts no more: a delivery before it failed. */
enum hc_status hc_making_wanted(const struct hc_making *making,
                                struct hc_err *err) HC_MUST_CHECK;
/* Set lineage of the row just made in kind's batch, and pass the batch on when it is full.
 */
enum hc_status hc_making_row(struct hc_kind_made *kind, unsigned delivery, unsigned entry,
                             uint64_t record, struct hc_err *err) HC_MUST_CHECK;
/* Put the first made rows of mapper's block into kind's batch, lineage and all, and pass the
 * batch on whenever it is full. entry and record are by row. */
enum hc_status hc_making_rows(struct hc_kind_made *kind, const struct hc_mapper *mapper,
                              size_t made, unsigned delivery, const int64_t *entry,
                              const int64_t *record, struct hc_err *err) HC_MUST_CHECK;
/* Of an entry, at its turn and after its last row: what is left waits with its delivery's. */
enum hc_status hc_making_part_end(struct hc_making *part, struct hc_err *err) HC_MUST_CHECK;
/* At its turn, after the last row: all that was held goes to the outputs. whole: the
 * delivery was read to its end; else rows that wait for that stay behind. */
enum hc_status hc_making_end(struct hc_making *making, bool whole,
                             struct hc_err *err) HC_MUST_CHECK;
void hc_making_free(struct hc_making *making);

#endif
