#include "feed/making.h"

#include "feed/held.h"
#include "feed/map.h"

static enum hc_status open_kind(struct hc_kind_made *k, const struct hc_outputs *outputs,
                                struct hc_room *room, unsigned share, struct hc_err *err) {
    const struct hc_outputs_options *o = &outputs->options;
    const struct hc_kind_out *out = k->out;
    const int lineage[] = {out->delivery, out->entry, out->record};
    k->wanted = true;
    enum hc_status status = hc_batch_new(&k->batch, out->schema, out->has, err);
    if (status == HC_OK && out->holds)
        return hc_held_new(&k->held, out->schema, out->has, lineage,
                           o->memory_bytes / share, o->temp_dir, err);
    return status == HC_OK
               ? hc_queue_new(&k->queue, out->schema, out->has, room, o->temp_dir, err)
               : status;
}

enum hc_status hc_making_open(struct hc_making *m, struct hc_outputs *outputs,
                              struct hc_turns *turns, size_t number, struct hc_room *room,
                              unsigned share, struct hc_err *err) {
    enum hc_status status = HC_OK;
    m->turns = turns;
    m->number = number;
    for (int i = 0; i < HC_KINDS && status == HC_OK; i++) {
        m->kind[i].making = m;
        m->kind[i].out = &outputs->kind[i];
        if (outputs->kind[i].wanted)
            status = open_kind(&m->kind[i], outputs, room, share, err);
    }
    return status;
}

enum hc_status hc_making_part(struct hc_making *part, struct hc_making *whole,
                              struct hc_turns *turns, size_t number, pthread_mutex_t *mutex,
                              struct hc_err *err) {
    enum hc_status status = HC_OK;
    part->whole = whole;
    part->turns = turns;
    part->number = number;
    part->mutex = mutex;
    for (int i = 0; i < HC_KINDS && status == HC_OK; i++) {
        struct hc_kind_made *k = &part->kind[i], *of = &whole->kind[i];
        k->making = part;
        k->out = of->out;
        k->wanted = of->wanted;
        if (!of->wanted)
            continue;
        status = hc_batch_new(&k->batch, k->out->schema, k->out->has, err);
        k->held = of->held;
        if (status == HC_OK && of->queue)
            status = hc_queue_like(&k->queue, of->queue, err);
    }
    if (status != HC_OK) /* nothing was made in it, and nothing is to be passed on */
        hc_making_free(part);
    return status;
}

enum hc_status hc_making_wanted(const struct hc_making *m, struct hc_err *err) {
    for (; m; m = m->whole)
        if (hc_turn_void(m->turns, m->number))
            return hc_fail(err, HC_ETEMP, "what is before it failed");
    return HC_OK;
}

/* Is it the turn of the entry, and of its delivery? */
static bool its_turn(const struct hc_making *m) {
    while (m && hc_turn_is(m->turns, m->number))
        m = m->whole;
    return !m;
}

static enum hc_status put_all(struct hc_queue *queue, struct hc_kind_out *out,
                              struct hc_err *err) {
    struct hc_batch *batch;
    enum hc_status status;
    while ((status = hc_queue_next(queue, &batch, err)) == HC_OK &&
           (status = hc_outputs_put(out, batch, err)) == HC_OK)
        ;
    return status == HC_END ? HC_OK : status;
}

/* What waited for its turn goes before what comes now. */
static enum hc_status let_go(struct hc_kind_made *k, struct hc_err *err) {
    struct hc_making *whole = k->making->whole;
    enum hc_status status = HC_OK;
    if (whole) /* of the entries before it */
        status = put_all(whole->kind[k->out->schema->kind].queue, k->out, err);
    return status == HC_OK ? put_all(k->queue, k->out, err) : status;
}

static enum hc_status hold(struct hc_kind_made *k, struct hc_err *err) {
    struct hc_making *m = k->making;
    if (m->mutex)
        pthread_mutex_lock(m->mutex);
    enum hc_status status = hc_held_add(k->held, &k->batch, err);
    if (m->mutex)
        pthread_mutex_unlock(m->mutex);
    return status;
}

static enum hc_status pass_on(struct hc_kind_made *k, struct hc_err *err) {
    struct hc_making *m = k->making;
    enum hc_status status = hc_making_wanted(m, err);
    if (status == HC_OK)
        status = hc_batch_seal_sparse(k->batch, err);
    if (status == HC_OK && k->held) {
        status = hold(k, err);
    } else if (status == HC_OK && its_turn(m)) {
        status = let_go(k, err);
        if (status == HC_OK)
            status = hc_outputs_put(k->out, k->batch, err);
    } else if (status == HC_OK) {
        status = hc_queue_add(k->queue, &k->batch, err);
    }
    hc_batch_clear(k->batch);
    return status;
}

enum hc_status hc_making_row(struct hc_kind_made *k, unsigned delivery, unsigned entry,
                             uint64_t record, struct hc_err *err) {
    const struct hc_kind_out *out = k->out;
    hc_set_i32(k->batch, (size_t)out->delivery, (int32_t)delivery);
    hc_set_i32(k->batch, (size_t)out->entry, (int32_t)entry);
    hc_set_i64(k->batch, (size_t)out->record, (int64_t)record);
    return hc_batch_full(k->batch) ? pass_on(k, err) : HC_OK;
}

enum hc_status hc_making_rows(struct hc_kind_made *k, const struct hc_mapper *mapper,
                              size_t made, unsigned delivery, const int64_t *entry,
                              const int64_t *record, struct hc_err *err) {
    const struct hc_kind_out *out = k->out;
    int64_t deliveries[HC_MAP_ROWS];
    enum hc_status status = HC_OK;
    for (size_t i = 0; i < made; i++)
        deliveries[i] = delivery;
    if (k->held && made && k->batch->rows && k->last_entry != entry[0])
        status = pass_on(k, err);
    if (made)
        k->last_entry = entry[made - 1];
    for (size_t at = 0, count; at < made && status == HC_OK; at += count) {
        size_t row = k->batch->rows;
        count = hc_map_fit(mapper, k->batch, at, made);
        hc_map_put(mapper, at, count, k->batch);
        hc_put_numbers(k->batch, (size_t)out->delivery, row, NULL, deliveries);
        hc_put_numbers(k->batch, (size_t)out->entry, row, NULL, entry + at);
        hc_put_numbers(k->batch, (size_t)out->record, row, NULL, record + at);
        if (hc_batch_full(k->batch))
            status = pass_on(k, err);
    }
    return status;
}

enum hc_status hc_making_part_end(struct hc_making *m, struct hc_err *err) {
    enum hc_status status = HC_OK;
    for (int i = 0; i < HC_KINDS && status == HC_OK; i++) {
        struct hc_kind_made *k = &m->kind[i];
        if (!k->wanted)
            continue;
        status = pass_on(k, err);
        if (status == HC_OK && !k->held)
            status = its_turn(m) ? let_go(k, err)
                                 : hc_queue_append(m->whole->kind[i].queue, k->queue, err);
    }
    return status;
}

enum hc_status hc_making_end(struct hc_making *m, bool whole, struct hc_err *err) {
    enum hc_status status = HC_OK;
    for (int i = 0; i < HC_KINDS && status == HC_OK; i++) {
        struct hc_kind_made *k = &m->kind[i];
        struct hc_batch *batch;
        if (!k->wanted)
            continue;
        status = pass_on(k, err);
        if (status == HC_OK && !k->held)
            status = let_go(k, err);
        while (status == HC_OK && k->held && whole &&
               (status = hc_held_next(k->held, &batch, err)) == HC_OK)
            status = hc_outputs_put(k->out, batch, err);
        status = status == HC_END ? HC_OK : status;
    }
    return status;
}

void hc_making_free(struct hc_making *m) {
    for (int i = 0; i < HC_KINDS; i++) {
        hc_batch_free(m->kind[i].batch);
        if (!m->whole)
            hc_held_free(m->kind[i].held);
        hc_queue_free(m->kind[i].queue);
    }
    *m = (struct hc_making){0};
}
