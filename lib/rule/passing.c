#include "rule/passing.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/map.h"

enum { LEAST = 64 * 1024, HELD = 4096 };
struct denied { /* claims are known by a hash of their key */
    uint64_t from, to;
    bool is_void; /* takes back, so it passes nothing on */
    bool acts;    /* of the first of a claim's: the claim */
};
struct hc_passing {
    struct denied *denied; /* in order of from, once solved */
    size_t count, cap, most;
    uint64_t named[HELD]; /* by corrections that are not denied; the others on disk */
    size_t held;
    uint64_t end;
    int fd;
    const char *temp_dir;
};

enum hc_status hc_passing_new(struct hc_passing **passing, uint64_t memory_bytes,
                              const char *temp_dir, struct hc_err *err) {
    struct hc_passing *p = calloc(1, sizeof *p);
    *passing = p;
    if (!p)
        return hc_fail_memory(err);
    p->most = (size_t)(memory_bytes / sizeof *p->denied) + LEAST;
    p->temp_dir = temp_dir;
    p->fd = -1;
    return HC_OK;
}

void hc_passing_free(struct hc_passing *p) {
    if (!p)
        return;
    if (p->fd >= 0)
        close(p->fd);
    free(p->denied);
    free(p);
}

static uint64_t own_claim(const struct hc_batch *b, uint32_t row, const struct hc_way *w) {
    return hc_hash_u64(w->family, hc_hash_row(b, w->match, w->matches, row));
}
static uint64_t named_claim(const struct hc_batch *b, uint32_t row,
                            const struct hc_way *w) {
    return hc_hash_u64(w->family, hc_hash_row(b, w->named_match, w->matches, row));
}

static enum hc_status write_named(struct hc_passing *p, struct hc_err *err) {
    enum hc_status status = HC_OK;
    if (p->fd < 0)
        status = hc_temp_open(&p->fd, p->temp_dir, err);
    if (status == HC_OK)
        status = hc_temp_write(p->fd, p->end, p->named, p->held * sizeof *p->named, err);
    p->end += p->held * sizeof *p->named;
    p->held = 0;
    return status;
}

static enum hc_status grow(struct hc_passing *p, struct hc_err *err) {
    size_t cap = p->cap ? 2 * p->cap : 1024;
    if (p->count >= p->most) {
        hc_fail(err, HC_ENOMEM, "more than %zu denied lines that name a claim", p->most);
        hc_err_hint(err, "give more with --memory");
        return HC_ENOMEM;
    }
    struct denied *grown = realloc(p->denied, cap * sizeof *grown);
    if (!grown)
        return hc_fail_memory(err);
    p->denied = grown;
    p->cap = cap;
    return HC_OK;
}

enum hc_status hc_passing_add(struct hc_passing *p, const struct hc_batch *b, uint32_t row,
                              const struct hc_way *w, struct hc_err *err) {
    enum hc_status status = HC_OK;
    uint64_t to = named_claim(b, row, w);
    if (hc_is_denied(b, row)) {
        if (p->count == p->cap || p->count == p->most)
            status = grow(p, err);
        if (status == HC_OK)
            p->denied[p->count++] = (struct denied){.from = own_claim(b, row, w),
                                                    .to = to,
                                                    .is_void = hc_is_cancellation(b, row)};
    } else if (!hc_is_cancellation(b, row)) { /* a void takes back, it does not replace */
        if (p->held == HELD)
            status = write_named(p, err);
        p->named[p->held++] = to;
    }
    return status;
}

static int by_claim(const void *left, const void *right) {
    const struct denied *a = left, *b = right;
    return (a->from > b->from) - (a->from < b->from);
}

/* The first denied line of a claim; NULL where it has none. */
static struct denied *first_of(const struct hc_passing *p, uint64_t claim) {
    size_t low = 0, high = p->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (p->denied[middle].from < claim)
            low = middle + 1;
        else
            high = middle;
    }
    return low < p->count && p->denied[low].from == claim ? &p->denied[low] : NULL;
}

/* The claim acts, and so does every denied one that it names, and so on. queue has room for
 * every claim once. */
static void let_act(struct hc_passing *p, uint64_t claim, struct denied **queue) {
    size_t head = 0, tail = 0;
    struct denied *first = first_of(p, claim);
    if (first && !first->acts)
        queue[tail++] = first;
    if (tail)
        first->acts = true;
    while (head < tail) {
        const struct denied *end = p->denied + p->count, *d = queue[head++];
        for (uint64_t from = d->from; d < end && d->from == from; d++) {
            struct denied *next = d->is_void ? NULL : first_of(p, d->to);
            if (!next || next->acts)
                continue;
            next->acts = true;
            queue[tail++] = next;
        }
    }
}

enum hc_status hc_passing_solve(struct hc_passing *p, struct hc_err *err) {
    enum hc_status status = HC_OK;
    uint64_t at = 0;
    if (p->count == 0)
        return HC_OK;
    struct denied **queue = malloc(p->count * sizeof(struct denied *));
    if (!queue)
        return hc_fail_memory(err);
    qsort(p->denied, p->count, sizeof *p->denied, by_claim);
    for (;;) {
        for (size_t i = 0; i < p->held; i++)
            let_act(p, p->named[i], queue);
        if (at == p->end)
            break;
        size_t bytes = sizeof p->named;
        if (p->end - at < bytes)
            bytes = (size_t)(p->end - at);
        status = hc_temp_read(p->fd, at, p->named, bytes, err);
        if (status != HC_OK)
            break;
        at += bytes;
        p->held = bytes / sizeof *p->named;
    }
    free(queue);
    return status;
}

bool hc_passing_acts(const struct hc_passing *p, const struct hc_batch *b, uint32_t row,
                     const struct hc_way *w) {
    const struct denied *first = first_of(p, own_claim(b, row, w));
    return first && first->acts;
}
