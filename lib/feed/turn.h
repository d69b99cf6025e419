/* Turns: work is taken up in order by several threads and counts in that order. Whoever's
 * turn it is may touch what all share; what others have done waits for theirs. */
#ifndef HC_FEED_TURN_H
#define HC_FEED_TURN_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

struct hc_turns {
    pthread_mutex_t mutex;
    pthread_cond_t moved;
    atomic_size_t now;  /* the one whose turn it is, from 0; all before it are done */
    atomic_size_t last; /* what stands behind it counts no more */
};
/* count of them, 0..count-1. */
void hc_turns_init(struct hc_turns *turns, size_t count);
void hc_turns_free(struct hc_turns *turns);
/* Is it this one's turn? Then everything that was done before is to be seen. */
static inline bool hc_turn_is(struct hc_turns *turns, size_t number) {
    return atomic_load_explicit(&turns->now, memory_order_acquire) == number;
}
/* It counts no more: one before it failed. */
static inline bool hc_turn_void(struct hc_turns *turns, size_t number) {
    return number > atomic_load_explicit(&turns->last, memory_order_relaxed);
}
/* Wait for it: true when it is this one's turn, false when it counts no more. */
bool hc_turn_wait(struct hc_turns *turns, size_t number);
/* The next one's turn begins. */
void hc_turn_pass(struct hc_turns *turns);
/* This one failed: those behind it count no more. */
void hc_turn_fail(struct hc_turns *turns, size_t number);

#endif
