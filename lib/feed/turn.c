#include "feed/turn.h"

void hc_turns_init(struct hc_turns *t, size_t count) {
    pthread_mutex_init(&t->mutex, NULL);
    pthread_cond_init(&t->moved, NULL);
    atomic_init(&t->now, 0);
    atomic_init(&t->last, count ? count - 1 : 0);
}

void hc_turns_free(struct hc_turns *t) {
    pthread_cond_destroy(&t->moved);
    pthread_mutex_destroy(&t->mutex);
}

bool hc_turn_wait(struct hc_turns *t, size_t number) {
    pthread_mutex_lock(&t->mutex);
    while (!hc_turn_is(t, number) && !hc_turn_void(t, number))
        pthread_cond_wait(&t->moved, &t->mutex);
    bool come = !hc_turn_void(t, number);
    pthread_mutex_unlock(&t->mutex);
    return come;
}

void hc_turn_pass(struct hc_turns *t) {
    pthread_mutex_lock(&t->mutex);
    atomic_fetch_add_explicit(&t->now, 1, memory_order_release);
    pthread_cond_broadcast(&t->moved);
    pthread_mutex_unlock(&t->mutex);
}

void hc_turn_fail(struct hc_turns *t, size_t number) {
    pthread_mutex_lock(&t->mutex);
    if (number < atomic_load(&t->last))
        atomic_store(&t->last, number);
    pthread_cond_broadcast(&t->moved);
    pthread_mutex_unlock(&t->mutex);
}
