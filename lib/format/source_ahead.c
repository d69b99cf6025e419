/* A source that is read by a thread of its own, some chunks ahead of who asked for it. The
 * thread does what the caller would have done: entry by entry to the end, or to the first
 * failure. What it finds goes through a ring in that order, so the caller sees what it
 * would have seen without (docs/decisions/0091). */
#include <stdlib.h>

#include "base/thread.h"
#include "format/container.h"

enum { SLOTS = 4 };

enum kind { ENTRY, BYTES, ENTRY_END, SOURCE_END, FINISHED, FAILED };

struct slot {
    enum kind kind;
    struct hc_entry entry;
    size_t len;
    uint8_t *bytes; /* HC_SOURCE_CHUNK */
};
struct hc_ahead {
    struct hc_source *source;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t more, room;
    struct slot slot[SLOTS];
    uint64_t filled, taken; /* slots so far; under mutex */
    bool stop;              /* under mutex */
    /* the thread's until FAILED was taken */
    struct hc_err err;
    enum hc_status status;
    /* the caller's */
    bool holds; /* slot[taken] is looked at */
    bool entry_ended;
    struct hc_entry entry;
};

/* ---- the thread ---- */

/* NULL: nobody wants more. */
static struct slot *wait_room(struct hc_ahead *a) {
    pthread_mutex_lock(&a->mutex);
    while (a->filled - a->taken == SLOTS && !a->stop)
        pthread_cond_wait(&a->room, &a->mutex);
    bool stop = a->stop;
    pthread_mutex_unlock(&a->mutex);
    return stop ? NULL : &a->slot[a->filled % SLOTS];
}

static void pass(struct hc_ahead *a) {
    pthread_mutex_lock(&a->mutex);
    a->filled++;
    pthread_cond_signal(&a->more);
    pthread_mutex_unlock(&a->mutex);
}

static bool put(struct hc_ahead *a, enum kind kind, const uint8_t *bytes, size_t len) {
    struct slot *slot = wait_room(a);
    if (!slot)
        return false;
    slot->kind = kind;
    slot->len = len;
    slot->entry = a->source->entry;
    if (len > 0)
        memcpy(slot->bytes, bytes, len);
    pass(a);
    return true;
}

static void *read_all(void *of) {
    struct hc_ahead *a = of;
    struct hc_source *source = a->source;
    struct hc_err *err = &a->err;
    const struct hc_entry *entry;
    const uint8_t *bytes;
    size_t len;
    enum hc_status status;
    bool wanted = true;
    while (wanted && (status = hc_source_next_here(source, &entry, err)) == HC_OK) {
        wanted = put(a, ENTRY, NULL, 0);
        while (wanted && (status = hc_source_read_here(source, &bytes, &len, err)) == HC_OK)
            wanted = put(a, BYTES, bytes, len);
        if (wanted && status != HC_END)
            break;
        wanted = wanted && put(a, ENTRY_END, NULL, 0);
    }
    if (wanted && status == HC_END && (wanted = put(a, SOURCE_END, NULL, 0)))
        status = hc_source_finish_here(source, err);
    a->status = status;
    if (wanted)
        put(a, status == HC_OK ? FINISHED : FAILED, NULL, 0);
    return NULL;
}

/* ---- the caller ---- */

/* The slot that is next; it stays so until drop(). */
static const struct slot *look(struct hc_ahead *a) {
    if (!a->holds) {
        pthread_mutex_lock(&a->mutex);
        while (a->filled == a->taken)
            pthread_cond_wait(&a->more, &a->mutex);
        pthread_mutex_unlock(&a->mutex);
    }
    a->holds = true;
    return &a->slot[a->taken % SLOTS];
}

static void drop(struct hc_ahead *a) {
    pthread_mutex_lock(&a->mutex);
    a->taken++;
    pthread_cond_signal(&a->room);
    pthread_mutex_unlock(&a->mutex);
    a->holds = false;
}

static enum hc_status failed(const struct hc_ahead *a, struct hc_err *err) {
    if (err)
        *err = a->err;
    return a->status;
}

enum hc_status hc_ahead_read(struct hc_ahead *a, const uint8_t **bytes, size_t *len,
                             struct hc_err *err) {
    if (a->entry_ended)
        return HC_END;
    if (a->holds && a->slot[a->taken % SLOTS].kind != FAILED) /* the bytes given last */
        drop(a);
    const struct slot *slot = look(a);
    if (slot->kind == FAILED)
        return failed(a, err);
    a->entry_ended = slot->kind != BYTES;
    *bytes = slot->bytes;
    *len = slot->len;
    return a->entry_ended ? HC_END : HC_OK;
}

enum hc_status hc_ahead_next(struct hc_ahead *a, const struct hc_entry **entry,
                             struct hc_err *err) {
    const struct slot *slot = look(a);
    while (slot->kind == BYTES || slot->kind == ENTRY_END) {
        drop(a);
        slot = look(a);
    }
    a->entry_ended = true;
    if (slot->kind == FAILED)
        return failed(a, err);
    if (slot->kind != ENTRY)
        return HC_END;
    a->entry = slot->entry;
    a->entry_ended = false;
    drop(a);
    *entry = &a->entry;
    return HC_OK;
}

enum hc_status hc_ahead_finish(struct hc_ahead *a, struct hc_err *err) {
    const struct slot *slot = look(a);
    while (slot->kind != FINISHED && slot->kind != FAILED) {
        drop(a);
        slot = look(a);
    }
    return slot->kind == FAILED ? failed(a, err) : HC_OK;
}

/* ---- beginning and end ---- */

static void release(struct hc_ahead *a) {
    for (int i = 0; i < SLOTS; i++)
        free(a->slot[i].bytes);
    pthread_cond_destroy(&a->more);
    pthread_cond_destroy(&a->room);
    pthread_mutex_destroy(&a->mutex);
    free(a);
}

bool hc_source_read_ahead(struct hc_source *source) {
    struct hc_ahead *a = calloc(1, sizeof *a);
    bool ready = true;
    if (!a)
        return false;
    a->source = source;
    a->entry_ended = true;
    pthread_mutex_init(&a->mutex, NULL);
    pthread_cond_init(&a->more, NULL);
    pthread_cond_init(&a->room, NULL);
    for (int i = 0; i < SLOTS && ready; i++)
        ready = (a->slot[i].bytes = malloc(HC_SOURCE_CHUNK)) != NULL;
    ready = ready && hc_thread_start(&a->thread, read_all, a);
    if (ready)
        source->ahead = a;
    else
        release(a);
    return ready;
}

void hc_ahead_free(struct hc_ahead *a) {
    if (!a)
        return;
    pthread_mutex_lock(&a->mutex);
    a->stop = true;
    pthread_cond_signal(&a->room);
    pthread_mutex_unlock(&a->mutex);
    pthread_join(a->thread, NULL);
    release(a);
}
