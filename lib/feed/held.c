#include "feed/held.h"

#include <stdlib.h>

#include "record/partition.h"
#include "record/spill.h"

struct piece {
    struct hc_batch *batch;
    int64_t entry;
    size_t number; /* in order of their coming */
};
struct hc_held {
    const struct hc_schema *schema;
    const bool *has;
    int lineage[3];
    uint64_t memory_bytes, bytes;
    const char *temp_dir;
    struct piece *piece; /* the first `pieces` hold rows, those up to `made` are spare */
    size_t pieces, made, cap;
    int64_t *last; /* by entry: the last record of it that came */
    size_t entries;
    bool ending;              /* pieces are in order and being handed out */
    size_t given;             /* of them */
    struct hc_sorter *sorter; /* once they do not fit, or come out of order */
};

enum hc_status hc_held_new(struct hc_held **out, const struct hc_schema *schema,
                           const bool *has, const int lineage[3], uint64_t memory_bytes,
                           const char *temp_dir, struct hc_err *err) {
    struct hc_held *h = calloc(1, sizeof *h);
    *out = h;
    if (!h)
        return hc_fail_memory(err);
    h->schema = schema;
    h->has = has;
    memcpy(h->lineage, lineage, sizeof h->lineage);
    h->memory_bytes = memory_bytes;
    h->temp_dir = temp_dir;
    return HC_OK;
}

/* Do the rows of b follow those that came before, all of one entry? *entry is the first's.
 */
static enum hc_status follows(struct hc_held *h, const struct hc_batch *b, int64_t *entry,
                              bool *follow, struct hc_err *err) {
    size_t e = (size_t)h->lineage[1], r = (size_t)h->lineage[2];
    *entry = hc_int_at(b, e, 0, 0);
    size_t at = *entry > 0 ? (size_t)*entry : 0;
    if (at >= h->entries) {
        int64_t *more = realloc(h->last, (at + 16) * sizeof *more);
        if (!more)
            return hc_fail_memory(err);
        memset(more + h->entries, 0, (at + 16 - h->entries) * sizeof *more);
        h->last = more;
        h->entries = at + 16;
    }
    const int32_t *entries = b->column[e].i32; /* lineage is never null */
    const int64_t *records = b->column[r].i64;
    *follow = true;
    for (size_t row = 0; row < b->rows && *follow; row++) {
        *follow = entries[row] == *entry && records[row] >= h->last[at];
        h->last[at] = records[row];
    }
    return HC_OK;
}

/* A spare batch comes behind those that hold rows. */
static enum hc_status more_pieces(struct hc_held *h, struct hc_err *err) {
    if (h->made == h->cap) {
        size_t cap = h->cap ? 2 * h->cap : 16;
        struct piece *more = realloc(h->piece, cap * sizeof *more);
        if (!more)
            return hc_fail_memory(err);
        h->piece = more;
        h->cap = cap;
    }
    enum hc_status status = hc_batch_new(&h->piece[h->made].batch, h->schema, h->has, err);
    h->made += status == HC_OK;
    return status;
}

static enum hc_status sort_from_now(struct hc_held *h, struct hc_err *err) {
    enum hc_status status = hc_sorter_new(&h->sorter, h->schema, h->has, h->lineage, 3,
                                          h->memory_bytes, h->temp_dir, err);
    for (size_t i = 0; i < h->pieces && status == HC_OK; i++)
        status = hc_sorter_add(h->sorter, h->piece[i].batch, err);
    while (h->made > 0) /* their memory is the sorter's now */
        hc_batch_free(h->piece[--h->made].batch);
    h->pieces = 0;
    h->bytes = 0;
    return status;
}

enum hc_status hc_held_add(struct hc_held *h, struct hc_batch **batch, struct hc_err *err) {
    enum hc_status status = HC_OK;
    int64_t entry = 0;
    bool follow = true;
    if ((*batch)->rows == 0)
        return HC_OK;
    if (!h->sorter) {
        uint64_t bytes = h->bytes + hc_batch_footprint(*batch);
        status = follows(h, *batch, &entry, &follow, err);
        if (status == HC_OK && (!follow || bytes >= h->memory_bytes / 2))
            status = sort_from_now(h, err);
        else
            h->bytes = bytes;
    }
    if (status == HC_OK && h->sorter) {
        status = hc_sorter_add(h->sorter, *batch, err);
        hc_batch_clear(*batch);
        return status;
    }
    if (status == HC_OK && h->pieces == h->made)
        status = more_pieces(h, err);
    if (status != HC_OK)
        return status;
    struct piece *piece = &h->piece[h->pieces];
    struct hc_batch *spare = piece->batch;
    *piece = (struct piece){*batch, entry, h->pieces};
    h->pieces++;
    *batch = spare;
    return HC_OK;
}

static int compare(const void *a, const void *b) {
    const struct piece *x = a, *y = b;
    if (x->entry != y->entry)
        return x->entry < y->entry ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

/* Everything was handed out: the next delivery begins. */
static void begin_again(struct hc_held *h) {
    for (size_t i = 0; i < h->pieces; i++)
        hc_batch_clear(h->piece[i].batch);
    hc_sorter_free(h->sorter);
    h->sorter = NULL;
    h->pieces = h->given = 0;
    h->bytes = 0;
    h->ending = false;
    if (h->entries)
        memset(h->last, 0, h->entries * sizeof *h->last);
}

enum hc_status hc_held_next(struct hc_held *h, struct hc_batch **batch,
                            struct hc_err *err) {
    enum hc_status status = HC_END;
    if (h->sorter) {
        status = hc_sorter_next(h->sorter, batch, err);
    } else {
        if (!h->ending && h->pieces)
            qsort(h->piece, h->pieces, sizeof *h->piece, compare);
        h->ending = true;
        if (h->given < h->pieces) {
            *batch = h->piece[h->given++].batch;
            status = HC_OK;
        }
    }
    if (status == HC_END)
        begin_again(h);
    return status;
}

void hc_held_free(struct hc_held *h) {
    if (!h)
        return;
    while (h->made > 0)
        hc_batch_free(h->piece[--h->made].batch);
    hc_sorter_free(h->sorter);
    free(h->piece);
    free(h->last);
    free(h);
}
