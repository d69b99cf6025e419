#include "feed/queue.h"

#include <stdlib.h>

#include "record/spill.h"

struct item {
    struct hc_batch *batch; /* NULL: in a file */
    uint64_t bytes;         /* of room */
    struct hc_spill *file;
    struct hc_extent extent;
};
struct hc_queue {
    const struct hc_schema *schema;
    const bool *has;
    struct hc_room *room;
    struct item *item;
    size_t items, cap, given;
    struct hc_batch *spare;  /* given last, or NULL */
    struct hc_spill **spill; /* the last is its own, the others were of those appended */
    size_t spills;
    const char *temp_dir;
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
    q->temp_dir = temp_dir;
    return HC_OK;
}

enum hc_status hc_queue_like(struct hc_queue **out, const struct hc_queue *other,
                             struct hc_err *err) {
    return hc_queue_new(out, other->schema, other->has, other->room, other->temp_dir, err);
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

static bool more_items(struct hc_queue *q, size_t more) {
    size_t cap = q->cap ? q->cap : 16;
    while (cap < q->items + more)
        cap *= 2;
    if (cap == q->cap)
        return true;
    struct item *grown = realloc(q->item, cap * sizeof *grown);
    if (grown) {
        q->item = grown;
        q->cap = cap;
    }
    return grown != NULL;
}

static bool more_spills(struct hc_queue *q, size_t more) {
    struct hc_spill **grown = realloc(q->spill, (q->spills + more) * sizeof(void *));
    if (grown)
        q->spill = grown;
    return grown != NULL;
}

/* Its own file, once it is needed; NULL when out of memory. */
static struct hc_spill *file_of(struct hc_queue *q) {
    if (q->spills == 0) {
        struct hc_spill *spill = more_spills(q, 1) ? malloc(sizeof *spill) : NULL;
        if (!spill)
            return NULL;
        hc_spill_init(spill, q->schema, q->temp_dir);
        q->spill[q->spills++] = spill;
    }
    return q->spill[q->spills - 1];
}

enum hc_status hc_queue_add(struct hc_queue *q, struct hc_batch **batch,
                            struct hc_err *err) {
    enum hc_status status = HC_OK;
    if ((*batch)->rows == 0)
        return HC_OK;
    if (!more_items(q, 1))
        return hc_fail_memory(err);
    struct item *item = &q->item[q->items];
    *item = (struct item){.bytes = hc_batch_footprint(*batch)};
    if (!take_room(q->room, item->bytes)) {
        item->bytes = 0;
        if (!(item->file = file_of(q)))
            return hc_fail_memory(err);
        status = hc_spill_write(item->file, *batch, &item->extent, err);
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

enum hc_status hc_queue_append(struct hc_queue *q, struct hc_queue *from,
                               struct hc_err *err) {
    if (from->items == 0)
        return HC_OK;
    if (!more_items(q, from->items) || (from->spills && !more_spills(q, from->spills)))
        return hc_fail_memory(err);
    memcpy(q->item + q->items, from->item, from->items * sizeof *q->item);
    if (from->spills)
        memcpy(q->spill + q->spills, from->spill, from->spills * sizeof *q->spill);
    q->items += from->items;
    q->spills += from->spills;
    from->items = from->spills = from->given = 0;
    return HC_OK;
}

static void drop_spills(struct hc_queue *q) {
    for (size_t i = 0; i < q->spills; i++) {
        hc_spill_free(q->spill[i]);
        free(q->spill[i]);
    }
    q->spills = 0;
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
        drop_spills(q);
        return HC_END;
    }
    struct item *item = &q->item[q->given++];
    *batch = item->batch ? item->batch : &q->view.batch;
    return item->batch ? HC_OK : hc_spill_read(item->file, &item->extent, &q->view, err);
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
    drop_spills(q);
    free(q->spill);
    hc_view_free(&q->view);
    free(q->item);
    free(q);
}
