#include "feed/crew.h"

#include <stdlib.h>

#include "base/thread.h"

bool hc_crew_init(struct hc_crew *c) {
    c->next = 0;
    c->ending = false;
    c->done = calloc(c->count + 1, sizeof *c->done);
    hc_turns_init(&c->turns, c->count);
    return c->done != NULL;
}

/* The next piece; false when there is none. */
static bool take(struct hc_crew *c, size_t *number) {
    struct hc_turns *t = &c->turns;
    pthread_mutex_lock(&t->mutex);
    while (c->next < c->count && !hc_turn_void(t, c->next) &&
           c->next >= atomic_load(&t->now) + c->window)
        pthread_cond_wait(&t->moved, &t->mutex);
    bool any = c->next < c->count && !hc_turn_void(t, c->next);
    if (any)
        *number = c->next++;
    pthread_mutex_unlock(&t->mutex);
    return any;
}

/* End it, if it is its turn, and those behind it that are done; else somebody else will. */
static void finish(struct hc_crew *c, size_t number) {
    struct hc_turns *t = &c->turns;
    pthread_mutex_lock(&t->mutex);
    c->done[number] = true;
    size_t now = atomic_load(&t->now);
    bool mine = !c->ending;
    while (mine && now < c->count && c->done[now]) {
        c->ending = true;
        pthread_mutex_unlock(&t->mutex);
        c->end(c->of, now);
        hc_turn_pass(t);
        pthread_mutex_lock(&t->mutex);
        now = atomic_load(&t->now);
        c->ending = false;
    }
    pthread_mutex_unlock(&t->mutex);
}

static void *work(void *of) {
    struct hc_crew *c = of;
    size_t number;
    while (take(c, &number)) {
        c->work(c->of, number);
        finish(c, number);
    }
    return NULL;
}

void hc_crew_work(struct hc_crew *c, unsigned workers) {
    pthread_t *thread = calloc(workers, sizeof *thread);
    unsigned started = 0;
    while (thread && started + 1 < workers && hc_thread_start(&thread[started], work, c))
        started++;
    work(c); /* fewer workers are only slower */
    while (started > 0)
        pthread_join(thread[--started], NULL);
    free(thread);
}

void hc_crew_free(struct hc_crew *c) {
    free(c->done);
    hc_turns_free(&c->turns);
}
