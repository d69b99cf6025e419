#include "feed/queue.h"

#include <stdlib.h>

#include "record/spill.h"

struct item {
    struct hc_batch *batch; /* NULL: in the file */
    uint64_t bytes;         /* of room */
    struct hc_extent extent;
};
struct hc_queue {
    const struct hc_schema *schema;
    const bool *has;
    struct hc_room *room;
    struct item *item;
    size_t items, cap, given;
    struct hc_batch *spare; /* given last, or NULL */
    struct hc_spill spill;
    struct hc_view view;
};

enum hc_status hc_queue_new(struct hc_queue **out, const struct hc_schema *schema,
                            const bool *has, struct hc_room *room, const char *temp_dir,
                            struct hc_err *err) {
    struct hc_queue *q = calloc(1, sizeof *q);
    *out = q;
    if (!q)
        return hc_fail_memory(err);
    q->schema = schema;
    q->has = has;
    q->room = room;
    hc_spill_init(&q->spill, schema, temp_dir);
    return HC_OK;
}

/* Is there room for so many bytes more? Then they are taken. */
static bool take_room(struct hc_room *room, uint64_t bytes) {
    if (atomic_fetch_add(&room->bytes, bytes) + bytes <= room->most)
        return true;
    atomic_fetch_sub(&room->bytes, bytes);
    return false;
}

static void leave_room(struct hc_queue *q, struct item *item) {
    atomic_fetch_sub(&q->room->bytes, item->bytes);
    item->bytes = 0;
}

enum hc_status hc_queue_add(struct hc_queue *q, struct hc_batch **batch,
                            struct hc_err *err) {
    enum hc_status status = HC_OK;
    if ((*batch)->rows == 0)
        return HC_OK;
    if (q->items == q->cap) {
        size_t cap = q->cap ? 2 * q->cap : 16;
        struct item *more = realloc(q->item, cap * sizeof *more);
        if (!more)
            return hc_fail_memory(err);
        q->item = more;
        q->cap = cap;
    }
    struct item *item = &q->item[q->items];
    *item = (struct item){.bytes = hc_batch_footprint(*batch)};
    if (!take_room(q->room, item->bytes)) {
        item->bytes = 0;
        status = hc_spill_write(&q->spill, *batch, &item->extent, err);
        hc_batch_clear(*batch);
        q->items += status == HC_OK;
        return status;
    }
    struct hc_batch *other = q->spare;
    q->spare = NULL;
    if (!other)
        status = hc_batch_new(&other, q->schema, q->has, err);
    if (status != HC_OK) {
        leave_room(q, item);
        return status;
    }
    item->batch = *batch;
    *batch = other;
    q->items++;
    return HC_OK;
}

enum hc_status hc_queue_next(struct hc_queue *q, struct hc_batch **batch,
                             struct hc_err *err) {
    struct item *last = q->given ? &q->item[q->given - 1] : NULL;
    if (last && last->batch) { /* done with */
        leave_room(q, last);
        hc_batch_free(q->spare);
        q->spare = last->batch;
        last->batch = NULL;
        hc_batch_clear(q->spare);
    }
    if (q->given == q->items) {
        q->given = q->items = 0;
        q->spill.end = 0;
        return HC_END;
    }
    struct item *item = &q->item[q->given++];
    *batch = item->batch ? item->batch : &q->view.batch;
    return item->batch ? HC_OK : hc_spill_read(&q->spill, &item->extent, &q->view, err);
}

void hc_queue_free(struct hc_queue *q) {
    if (!q)
        return;
    for (size_t i = 0; i < q->items; i++) {
        if (q->item[i].batch)
            leave_room(q, &q->item[i]);
        hc_batch_free(q->item[i].batch);
    }
    hc_batch_free(q->spare);
    hc_spill_free(&q->spill);
    hc_view_free(&q->view);
    free(q->item);
    free(q);
}
