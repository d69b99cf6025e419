#include "record/distinct.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/map.h"
#include "base/num.h"

#define FIRST_SLOTS 1024u /* of the table; a power of two */
#define MERGE_KEYS 512u   /* of a run in memory while runs are merged */
#define AHEAD 16          /* keys whose slots are fetched at once */

struct key {
    uint64_t high, low; /* both 0: an empty slot */
    uint32_t group;
    int32_t sign;
};
struct run { /* sorted keys in the file, each once */
    uint64_t offset, keys;
};
struct hc_distinct {
    struct key *slot;
    size_t slots, used, most; /* most: slots that memory allows */
    struct run *run;
    size_t runs, cap_runs;
    const char *temp_dir;
    int fd;
    uint64_t end;
};

enum hc_status hc_distinct_new(struct hc_distinct **out, uint64_t memory_bytes,
                               const char *temp_dir, struct hc_err *err) {
    struct hc_distinct *d = calloc(1, sizeof *d);
    *out = d;
    if (!d)
        return hc_fail_memory(err);
    d->fd = -1;
    d->temp_dir = temp_dir;
    d->slots = d->most = FIRST_SLOTS;
    while (d->most < SIZE_MAX / 4 / sizeof *d->slot &&
           3 * d->most * sizeof *d->slot <= memory_bytes) /* two tables while it grows */
        d->most *= 2;
    d->slot = calloc(d->slots, sizeof *d->slot);
    return d->slot ? HC_OK : hc_fail_memory(err);
}

void hc_distinct_free(struct hc_distinct *d) {
    if (!d)
        return;
    if (d->fd >= 0)
        close(d->fd);
    free(d->slot);
    free(d->run);
    free(d);
}

/* By it keys stand in the table nearly in order, and hardly anything is left to sort. */
static size_t home(size_t slots, struct key key) {
    return (size_t)((hc_i128)key.high * (hc_i128)slots >> 64);
}

/* Its slot: where it is, or the empty one where it belongs. */
static struct key *seek(struct key *slot, size_t slots, struct key key) {
    size_t at = home(slots, key);
    while ((slot[at].high | slot[at].low) &&
           (slot[at].high != key.high || slot[at].low != key.low))
        at = (at + 1) & (slots - 1);
    return &slot[at];
}

static int compare(const struct key *x, const struct key *y) {
    if (x->high != y->high)
        return x->high < y->high ? -1 : 1;
    return x->low < y->low ? -1 : x->low > y->low;
}

/* Of keys that were met in order of their homes: none has far to go. Those that went around
 * the table's end stand before all others, but they are few. */
static void sort(struct key *key, size_t keys) {
    for (size_t i = 1; i < keys; i++) {
        struct key next = key[i];
        size_t at = i;
        for (; at > 0 && compare(&key[at - 1], &next) > 0; at--)
            key[at] = key[at - 1];
        key[at] = next;
    }
}

/* The table as a sorted run behind the others; the table is empty then. */
static enum hc_status spill(struct hc_distinct *d, struct hc_err *err) {
    size_t keys = 0;
    enum hc_status status = HC_OK;
    for (size_t i = 0; i < d->slots; i++)
        if (d->slot[i].high | d->slot[i].low)
            d->slot[keys++] = d->slot[i];
    sort(d->slot, keys);
    if (d->runs == d->cap_runs) {
        size_t cap = d->cap_runs ? 2 * d->cap_runs : 16;
        struct run *grown = realloc(d->run, cap * sizeof *grown);
        if (!grown)
            return hc_fail_memory(err);
        d->run = grown;
        d->cap_runs = cap;
    }
    if (d->fd < 0)
        status = hc_temp_open(&d->fd, d->temp_dir, err);
    if (status == HC_OK)
        status = hc_temp_write(d->fd, d->end, d->slot, keys * sizeof *d->slot, err);
    d->run[d->runs++] = (struct run){d->end, keys};
    d->end += keys * sizeof *d->slot;
    memset(d->slot, 0, d->slots * sizeof *d->slot);
    d->used = 0;
    return status;
}

static enum hc_status grow(struct hc_distinct *d, struct hc_err *err) {
    size_t slots = 2 * d->slots;
    struct key *slot = calloc(slots, sizeof *slot);
    if (!slot)
        return hc_fail_memory(err);
    for (size_t i = 0; i < d->slots; i++)
        if (d->slot[i].high | d->slot[i].low)
            *seek(slot, slots, d->slot[i]) = d->slot[i];
    free(d->slot);
    d->slot = slot;
    d->slots = slots;
    return HC_OK;
}

static struct key key_of(uint32_t group, struct hc_str text, int64_t number, int sign) {
    uint64_t with = hc_hash_u64((uint64_t)number, group ^ (sign < 0 ? 1ull << 32 : 0));
    struct key key = {hc_hash(text.ptr, text.len, with ^ 0x243f6a8885a308d3u),
                      hc_hash(text.ptr, text.len, with ^ 0x13198a2e03707344u), group, sign};
    key.low |= (key.high | key.low) == 0;
    return key;
}

static enum hc_status add(struct hc_distinct *d, struct key key, struct hc_err *err) {
    struct key *slot = seek(d->slot, d->slots, key);
    if (slot->high | slot->low)
        return HC_OK;
    *slot = key;
    if (++d->used < d->slots / 4 * 3)
        return HC_OK;
    return d->slots < d->most ? grow(d, err) : spill(d, err);
}

enum hc_status hc_distinct_add(struct hc_distinct *d, uint32_t group, struct hc_str text,
                               int64_t number, int sign, struct hc_err *err) {
    return add(d, key_of(group, text, number, sign), err);
}

enum hc_status hc_distinct_add_texts(struct hc_distinct *d, uint32_t group,
                                     const struct hc_str *text, size_t texts,
                                     struct hc_err *err) {
    struct key key[AHEAD];
    enum hc_status status = HC_OK;
    for (size_t from = 0; from < texts && status == HC_OK; from += AHEAD) {
        size_t keys = texts - from < AHEAD ? texts - from : AHEAD;
        for (size_t i = 0; i < keys; i++) {
            key[i] = key_of(group, text[from + i], 0, 1);
            __builtin_prefetch(&d->slot[home(d->slots, key[i])], 1);
        }
        for (size_t i = 0; i < keys && status == HC_OK; i++)
            status = add(d, key[i], err);
    }
    return status;
}

/* ---- merging ---- */

struct cursor {
    struct key key[MERGE_KEYS];
    size_t at, keys;
    struct run left;
};

static enum hc_status fill(const struct hc_distinct *d, struct cursor *c,
                           struct hc_err *err) {
    c->at = 0;
    c->keys = c->left.keys < MERGE_KEYS ? (size_t)c->left.keys : MERGE_KEYS;
    if (c->keys == 0)
        return HC_OK;
    size_t bytes = c->keys * sizeof *c->key;
    enum hc_status status = hc_temp_read(d->fd, c->left.offset, c->key, bytes, err);
    c->left.offset += bytes;
    c->left.keys -= c->keys;
    return status;
}

/* The smallest key of all cursors; false when all are at their end. */
static bool smallest(const struct cursor *cursor, size_t cursors, struct key *key) {
    bool any = false;
    for (size_t i = 0; i < cursors; i++) {
        const struct cursor *c = &cursor[i];
        if (c->at == c->keys || (any && compare(&c->key[c->at], key) >= 0))
            continue;
        *key = c->key[c->at];
        any = true;
    }
    return any;
}

enum hc_status hc_distinct_count(struct hc_distinct *d, int64_t *count,
                                 struct hc_err *err) {
    struct key key = {0};
    if (d->runs == 0) {
        for (size_t i = 0; i < d->slots; i++)
            count[d->slot[i].group] += d->slot[i].sign; /* an empty slot's is 0 */
        return HC_OK;
    }
    enum hc_status status = spill(d, err);
    free(d->slot); /* its memory is the cursors' now */
    d->slot = NULL;
    struct cursor *cursor = calloc(d->runs, sizeof *cursor);
    if (status == HC_OK && !cursor)
        status = hc_fail_memory(err);
    for (size_t i = 0; i < d->runs && status == HC_OK; i++) {
        cursor[i].left = d->run[i];
        status = fill(d, &cursor[i], err);
    }
    while (status == HC_OK && smallest(cursor, d->runs, &key)) {
        count[key.group] += key.sign;
        for (size_t i = 0; i < d->runs && status == HC_OK; i++) {
            struct cursor *c = &cursor[i];
            if (c->at < c->keys && compare(&c->key[c->at], &key) == 0 && ++c->at == c->keys)
                status = fill(d, c, err);
        }
    }
    free(cursor);
    return status;
}
