#include "rule/redelivery.h"

#include <stdlib.h>

static int64_t delivery_of(const struct hc_batch *b, uint32_t row) {
    return hc_int_at(b, HC_claim_line_delivery, row, 0);
}

/* By record id, within it by lineage: a record's deliveries follow each other, oldest
 * first. */
static int by_id(const void *left, const void *right, void *context) {
    const struct hc_group *g = context;
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    int order = hc_compare_row(g->batch, a, g->batch, b, g->way->id, g->way->ids);
    return order ? order : hc_compare_lineage(g->batch, a, b);
}

/* A void under the claim's own number is no newer form of the claim. */
static bool is_void(const struct hc_group *g, uint32_t row) {
    return g->way->replaces && hc_is_cancellation(g->batch, row);
}
static int by_id_and_void(const void *left, const void *right, void *context) {
    const struct hc_group *g = context;
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    int order = hc_compare_row(g->batch, a, g->batch, b, g->way->id, g->way->ids);
    if (order == 0)
        order = is_void(g, a) - is_void(g, b);
    return order ? order : hc_compare_lineage(g->batch, a, b);
}

bool hc_says_the_same(const struct hc_batch *b, uint32_t x, uint32_t y) {
    for (int f = 0; f < HC_claim_line_fields; f++) {
        if (!(b->schema->field[f].flags & (HC_KEY | HC_MONEY)))
            continue;
        if (f == HC_claim_line_delivery || f == HC_claim_line_source_entry ||
            f == HC_claim_line_source_record || f == HC_claim_line_loaded_date ||
            f == HC_claim_line_person_id)
            continue;
        if (!hc_same_row(b, x, b, y, &f, 1))
            return false;
    }
    return true;
}

enum hc_status hc_fail_repeated(const struct hc_group *g, uint32_t first, uint32_t again,
                                struct hc_err *err) {
    const struct hc_batch *b = g->batch;
    int64_t entry = hc_int_at(b, HC_claim_line_source_entry, again, 0);
    int64_t first_entry = hc_int_at(b, HC_claim_line_source_entry, first, 0);
    int64_t record = hc_int_at(b, HC_claim_line_source_record, again, 0);
    int64_t first_record = hc_int_at(b, HC_claim_line_source_record, first, 0);
    char other[48] = "";
    if (entry != first_entry)
        snprintf(other, sizeof other, " of entry %lld", (long long)first_entry);
    if (first_record == record && entry == first_entry)
        hc_fail(err, HC_EDATA, "the same record comes twice");
    else
        hc_fail(err, HC_EDATA, "the same record as record %lld%s, by the feed's record_id",
                (long long)first_record, other);
    hc_err_at_lineage(err, g->origin, delivery_of(b, again), entry, record);
    if (first_record == record && entry == first_entry)
        hc_err_hint(
            err, "do two inputs hold this delivery? else the record itself says it twice");
    else
        hc_err_hint(err, "repeats: keep in the feed lets both stand");
    return HC_EDATA;
}

/* The end of the run of rows with the record id of g->row[i]. */
static size_t run_end(const struct hc_group *g, size_t i) {
    size_t end = i + 1;
    while (end < g->rows && is_void(g, g->row[end]) == is_void(g, g->row[i]) &&
           hc_same_row(g->batch, g->row[end], g->batch, g->row[i], g->way->id, g->way->ids))
        end++;
    return end;
}

struct heir { /* one delivery of the claim, and the newest that has one of its records */
    int64_t delivery, by;
    uint32_t by_row; /* first record of the claim in by */
};

static int by_delivery(const void *left, const void *right) {
    int64_t a = ((const struct heir *)left)->delivery;
    int64_t b = ((const struct heir *)right)->delivery;
    return (a > b) - (a < b);
}

static struct heir *heir_of(struct heir *heir, size_t heirs, int64_t delivery) {
    struct heir key = {.delivery = delivery};
    return bsearch(&key, heir, heirs, sizeof *heir, by_delivery);
}

static enum hc_status list_heirs(const struct hc_group *g, struct heir **out, size_t *count,
                                 struct hc_err *err) {
    struct heir *heir = hc_arena_alloc(g->scratch, g->rows * sizeof *heir);
    size_t n = 0;
    if (!heir)
        return hc_fail_memory(err);
    for (size_t i = 0; i < g->rows; i++)
        heir[i] = (struct heir){delivery_of(g->batch, g->row[i]), 0, HC_NO_ROW};
    qsort(heir, g->rows, sizeof *heir, by_delivery);
    for (size_t i = 0; i < g->rows; i++)
        if (n == 0 || heir[n - 1].delivery != heir[i].delivery)
            heir[n++] = heir[i];
    for (size_t i = 0; i < n; i++)
        heir[i].by = heir[i].delivery;
    for (size_t i = 0; i < g->rows; i++) { /* rows are in order of id: the first is first */
        struct heir *mine = heir_of(heir, n, delivery_of(g->batch, g->row[i]));
        if (mine->by_row == HC_NO_ROW)
            mine->by_row = g->row[i];
    }
    *out = heir;
    *count = n;
    return HC_OK;
}

static void set_aside(struct hc_group *g, uint32_t row, const char *reason,
                      uint32_t partner) {
    g->verdict[row] = (struct hc_verdict){"re_delivery", reason,    HC_standing_final,
                                          partner,       HC_NO_ROW, HC_NO_ROW};
}

/* The row of the run's newest delivery that says the same as row, else its first. */
static uint32_t newer_of(const struct hc_group *g, size_t first, size_t end, uint32_t row,
                         bool *same) {
    int64_t newest = delivery_of(g->batch, g->row[end - 1]);
    uint32_t partner = HC_NO_ROW;
    *same = false;
    for (size_t k = end; k-- > first && delivery_of(g->batch, g->row[k]) == newest;) {
        partner = g->row[k];
        *same = hc_says_the_same(g->batch, row, partner);
        if (*same)
            break;
    }
    return partner;
}

/* A run is the rows of one record id, and its newest delivery's stand. heir: where claims
 * are one whole, also the newest delivery that has any record of theirs. */
static void judge_run(struct hc_group *g, size_t first, size_t end, struct heir *heir,
                      size_t heirs) {
    int64_t newest = delivery_of(g->batch, g->row[end - 1]);
    for (size_t i = first; i < end; i++) {
        uint32_t row = g->row[i];
        int64_t own = delivery_of(g->batch, row);
        const struct heir *mine = heir ? heir_of(heir, heirs, own) : NULL;
        bool same;
        if (newest != own) {
            uint32_t newer = newer_of(g, first, end, row, &same);
            set_aside(g, row, same ? "redelivered" : "redelivered_changed", newer);
        } else if (mine && mine->by != own) {
            set_aside(g, row, "redelivered_gone", heir_of(heir, heirs, mine->by)->by_row);
        }
    }
}

/* A void of a claim's own number takes all of it, whatever came when. Where the claim came
 * changed in the void's delivery, or once more after it, it may have been meant to stand.
 */
static void count_after_void(const struct hc_group *g) {
    int64_t day = INT64_MIN; /* of the last void */
    bool after = false;
    for (size_t i = 0; i < g->rows; i++)
        if (hc_voids_itself(g->batch, g->row[i]) && hc_delivery_day(g, g->row[i]) > day)
            day = hc_delivery_day(g, g->row[i]);
    for (size_t i = 0; i < g->rows && day != INT64_MIN; i++) {
        const struct hc_verdict *v = &g->verdict[g->row[i]];
        if (hc_is_cancellation(g->batch, g->row[i]))
            continue;
        bool changed = v->policy && strcmp(v->reason, "redelivered_changed") == 0;
        uint32_t form = changed ? v->partner : g->row[i];
        int64_t came = hc_delivery_day(g, form);
        after |= came > day || (changed && came == day);
    }
    g->counts->after_void += after;
}

enum hc_status hc_redelivery(struct hc_group *g, struct hc_err *err) {
    bool several = false;
    struct heir *heir = NULL;
    size_t heirs = 0;
    if (g->rows < 2 || g->way->redelivers)
        return HC_OK;
    qsort_r(g->row, g->rows, sizeof *g->row, g->way->replaces ? by_id_and_void : by_id, g);
    for (size_t i = 1; i < g->rows; i++) {
        uint32_t row = g->row[i], before = g->row[i - 1];
        bool same = delivery_of(g->batch, row) == delivery_of(g->batch, before);
        several |= !same;
        if (same && !g->way->rule->keep_repeats && is_void(g, row) == is_void(g, before) &&
            hc_same_row(g->batch, row, g->batch, before, g->way->id, g->way->ids))
            return hc_fail_repeated(g, before, row, err);
    }
    if (!several)
        return HC_OK;
    enum hc_status status = HC_OK;
    if (!g->way->by_line)
        status = list_heirs(g, &heir, &heirs, err);
    if (status != HC_OK)
        return status;
    for (size_t i = 0, end; heir && i < g->rows; i = end) {
        end = run_end(g, i);
        int64_t newest = delivery_of(g->batch, g->row[end - 1]);
        for (size_t k = i; k < end; k++) {
            struct heir *mine = heir_of(heir, heirs, delivery_of(g->batch, g->row[k]));
            if (newest > mine->by)
                mine->by = newest;
        }
    }
    for (size_t i = 0, end; i < g->rows; i = end) {
        end = run_end(g, i);
        judge_run(g, i, end, heir, heirs);
    }
    if (g->way->replaces)
        count_after_void(g);
    return HC_OK;
}
