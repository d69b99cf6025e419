/* A crew of workers: pieces of work are begun in order, and end in order, whoever does them.
 * A piece that is done before its turn waits for it without a worker, so that a large one
 * in front keeps nobody idle (docs/decisions/0092). */
#ifndef HC_FEED_CREW_H
#define HC_FEED_CREW_H

#include "feed/turn.h"

struct hc_crew {
    struct hc_turns turns;
    size_t count;  /* pieces, 0..count-1 */
    size_t window; /* so many from the one whose turn it is may be begun or wait */
    void (*work)(void *of, size_t number); /* in any thread; hc_turn_fail() where it fails */
    void (*end)(void *of, size_t number); /* at its turn, also when it counts no more */
    void *of;
    /* the crew's, under turns.mutex */
    size_t next; /* to be begun; those behind it never were */
    bool ending; /* somebody ends what waited */
    bool *done;  /* by number */
};
/* The fields up to `of` are set, but for turns. false: out of memory. */
bool hc_crew_init(struct hc_crew *crew);
/* Do all of it, in so many threads, the caller's among them; they may be fewer. */
void hc_crew_work(struct hc_crew *crew, unsigned workers);
void hc_crew_free(struct hc_crew *crew);

#endif
