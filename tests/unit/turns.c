/* What several workers do counts in order: turns, batches that wait for theirs, rejects
 * that are merged. */
#include "feed/turn.h"

#include <stdlib.h>

#include "base/thread.h"
#include "feed/queue.h"
#include "feed/rejects.h"

#include "../tap.h"

/* ---- turns ---- */

enum { WORKS = 400, WORKERS = 4 };
struct shop {
    struct hc_turns turns;
    atomic_size_t next;
    size_t failing;            /* WORKS: none */
    size_t done[WORKS], count; /* whoever's turn it is writes it */
};

static void *work(void *of) {
    struct shop *s = of;
    for (size_t i; (i = atomic_fetch_add(&s->next, 1)) < WORKS;) {
        if (i == s->failing)
            hc_turn_fail(&s->turns, i);
        if (!hc_turn_wait(&s->turns, i))
            continue;
        if (!hc_turn_void(&s->turns, i))
            s->done[s->count++] = i;
        hc_turn_pass(&s->turns);
    }
    return NULL;
}

static void in_order(size_t failing, size_t want) {
    static struct shop s;
    pthread_t thread[WORKERS];
    unsigned started = 0;
    size_t at = 0;
    memset(&s, 0, sizeof s);
    s.failing = failing;
    hc_turns_init(&s.turns, WORKS);
    while (started < WORKERS && hc_thread_start(&thread[started], work, &s))
        started++;
    tap_int(started, WORKERS, "threads");
    while (started > 0)
        pthread_join(thread[--started], NULL);
    while (at < s.count && s.done[at] == at)
        at++;
    tap_int((int64_t)at, (int64_t)s.count, "each in its turn");
    tap_int((int64_t)s.count, (int64_t)want, "none behind the one that failed");
    hc_turns_free(&s.turns);
}

/* ---- batches that wait ---- */

static const struct hc_field fields[] = {{.name = "number", .type = HC_TYPE_int64},
                                         {.name = "text", .type = HC_TYPE_utf8}};
static const struct hc_schema schema = {.name = "test",
                                        .kind = HC_KIND_any,
                                        .version = 1,
                                        .fields = 2,
                                        .known = 2,
                                        .field = fields};

static int64_t rows_of(int64_t batch) { /* some have none */
    return batch * 37 % 101;
}

static enum hc_status add(struct hc_queue *q, struct hc_batch **b, int64_t batch) {
    for (int64_t row = 0; row < rows_of(batch); row++) {
        hc_batch_row(*b);
        hc_set_i64(*b, 0, batch * 1000 + row);
        if (row % 3)
            hc_set_str(*b, 1, hc_str_of("waits for its turn"));
    }
    enum hc_status status = hc_batch_seal(*b, NULL);
    return status == HC_OK ? hc_queue_add(q, b, NULL) : status;
}

/* Batches from..to-1 come out as they went in. */
static bool comes(struct hc_queue *q, int64_t from, int64_t to) {
    struct hc_batch *b;
    enum hc_status status = HC_OK;
    bool same = true;
    for (int64_t batch = from; batch < to && status == HC_OK; batch++) {
        if (rows_of(batch) == 0)
            continue;
        status = hc_queue_next(q, &b, NULL);
        same &= status == HC_OK && (int64_t)b->rows == rows_of(batch);
        for (size_t row = 0; same && row < b->rows; row++)
            same = hc_int_at(b, 0, row, -1) == batch * 1000 + (int64_t)row &&
                   hc_is_null(b, 1, row) == (row % 3 == 0) &&
                   (row % 3 == 0 || hc_str_is(hc_str_at(b, 1, row), "waits for its turn"));
    }
    return same && status == HC_OK && hc_queue_next(q, &b, NULL) == HC_END;
}

static void waiting(uint64_t most, const char *how) {
    struct hc_room room = {.most = most};
    struct hc_queue *q = NULL;
    struct hc_batch *b = NULL;
    enum hc_status status = hc_queue_new(&q, &schema, NULL, &room, NULL, NULL);
    if (status == HC_OK)
        status = hc_batch_new(&b, &schema, NULL, NULL);
    for (int64_t i = 0; i < 90 && status == HC_OK; i++)
        status = add(q, &b, i);
    tap_ok(status == HC_OK && room.bytes <= most, "%s: within the room", how);
    tap_ok(comes(q, 0, 90), "%s: as they went in", how);
    for (int64_t i = 90; i < 120 && status == HC_OK; i++)
        status = add(q, &b, i);
    tap_ok(status == HC_OK && comes(q, 90, 120), "%s: and once more", how);
    status = add(q, &b, 7);
    hc_batch_free(b);
    hc_queue_free(q);
    tap_int((int64_t)room.bytes, 0, "nothing is taken any more");
}

/* ---- rejects ---- */

static enum hc_status reject(struct hc_rejects *r, uint64_t i) {
    struct hc_err why = {0};
    struct hc_reject one = {.delivery = "d",
                            .entry = i % 2 ? "a" : "b",
                            .delivery_number = (unsigned)(i / 50000),
                            .entry_number = i % 2 ? 1 : 2,
                            .record = i,
                            .reason = i % 5 ? "fields" : "value",
                            .raw = hc_str_of("raw")};
    hc_fail(&why, HC_EDATA, "what is wrong with %llu", (unsigned long long)i);
    hc_err_at_field(&why, i % 3 ? "" : "paid");
    hc_err_at_record(&why, i, i);
    return hc_rejects_add(r, &one, &why, NULL);
}

static bool same_rejects(struct hc_rejects *a, struct hc_rejects *b) {
    bool same = a->total == b->total && a->count == b->count &&
                a->raw_bytes == b->raw_bytes && a->tallies == b->tallies &&
                strcmp(a->first.what, b->first.what) == 0 &&
                a->first.record == b->first.record;
    for (size_t i = 0; same && i < a->count; i++)
        same = a->reject[i].record == b->reject[i].record &&
               strcmp(a->reject[i].message, b->reject[i].message) == 0 &&
               strcmp(a->reject[i].field, b->reject[i].field) == 0 &&
               hc_str_eq(a->reject[i].raw, b->reject[i].raw);
    for (size_t i = 0; same && i < a->tallies; i++)
        same =
            a->tally[i].count == b->tally[i].count &&
            strcmp(a->tally[i].message, b->tally[i].message) == 0 &&
            memcmp(a->tally[i].record, b->tally[i].record, sizeof a->tally[i].record) == 0;
    return same;
}

static void merging(uint64_t count, uint64_t part) {
    struct hc_rejects one = {0}, merged = {0}, some = {0};
    enum hc_status status = HC_OK;
    for (uint64_t i = 0; i < count && status == HC_OK; i++) {
        status = reject(&one, i);
        if (status == HC_OK)
            status = reject(&some, i);
        if (status == HC_OK && (i + 1) % part == 0)
            status = hc_rejects_merge(&merged, &some, NULL);
    }
    if (status == HC_OK)
        status = hc_rejects_merge(&merged, &some, NULL);
    tap_ok(status == HC_OK && same_rejects(&one, &merged),
           "%" PRIu64 " rejects, merged by %" PRIu64 ": as if kept one by one", count,
           part);
    tap_int((int64_t)some.total, 0, "what was merged is empty");
    hc_rejects_free(&one);
    hc_rejects_free(&merged);
    hc_rejects_free(&some);
}

int main(void) {
    in_order(WORKS, WORKS);
    in_order(123, 124);
    in_order(0, 1);
    waiting(0, "nothing fits");
    waiting(20000, "some fit");
    waiting(UINT64_MAX / 2, "all fit");
    merging(1, 1);
    merging(1000, 7);
    merging(HC_REJECTS_LISTED + 50000, 60000);
    return tap_done();
}
