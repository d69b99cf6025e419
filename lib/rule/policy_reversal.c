/* A payer takes a line back with its negative twin. A reversal is a line marked as a
 * cancellation or, where the payer marks nothing, one whose amounts are all negative. Twins
 * agree to the cent in every amount that no projection drops; a reversal without a twin
 * stays and is told, because its original may have come before the first delivery at hand.
 * A line that is marked as none but negative throughout takes its twin back where there is
 * one, else it is a line as any other. Nothing pairs by a key of which a column is blank.
 *
 * Payers may give what stands instead the days of what they took back, and so its record
 * id. So reversals are worked before a newer record of an id replaces an older one: a line
 * that was taken back made room for the one after it, and is not that one sent before. Only
 * what says the same is one record wherever it comes. */
#include <stdlib.h>

#include "rule/policy.h"
#include "rule/redelivery.h"

enum sign { LINE, NEGATIVE, REVERSAL }; /* NEGATIVE: marked as no reversal */
struct event {
    uint32_t row;
    enum sign sign;
    int64_t born; /* when the first delivery of what it says came */
};
struct play {
    struct hc_group *g;
    struct event *event;
    size_t events;
};

static bool is_below(const struct hc_batch *b, uint32_t row) {
    bool below = false;
    for (size_t f = 0; f < HC_claim_line_fields; f++) {
        if (!(b->schema->field[f].flags & HC_MONEY))
            continue;
        int64_t cents = hc_int_at(b, f, row, 0);
        if (cents > 0)
            return false;
        below |= cents < 0;
    }
    return below;
}

static enum sign sign_of(const struct hc_batch *b, uint32_t row) {
    if (hc_is_cancellation(b, row))
        return REVERSAL;
    if (!is_below(b, row))
        return LINE;
    return hc_is_null(b, HC_claim_line_adjustment, row) ? REVERSAL : NEGATIVE;
}

static bool is_free(const struct play *p, size_t i) {
    return !p->g->verdict[p->event[i].row].policy;
}

/* ---- the same record again ---- */

static int by_id(const void *left, const void *right, void *context) {
    const struct hc_group *g = context;
    const struct event *a = left, *b = right;
    int order = hc_compare_row(g->batch, a->row, g->batch, b->row, g->way->id, g->way->ids);
    if (order == 0)
        order = (a->sign != LINE) - (b->sign != LINE);
    return order ? order : hc_compare_lineage(g->batch, a->row, b->row);
}

static bool same_run(const struct hc_group *g, const struct event *a,
                     const struct event *b) {
    return (a->sign != LINE) == (b->sign != LINE) &&
           hc_same_row(g->batch, a->row, g->batch, b->row, g->way->id, g->way->ids);
}

static size_t run_end(const struct play *p, size_t i) {
    size_t end = i + 1;
    while (end < p->events && same_run(p->g, &p->event[i], &p->event[end]))
        end++;
    return end;
}

static int64_t delivery_of(const struct play *p, size_t i) {
    return hc_int_at(p->g->batch, HC_claim_line_delivery, p->event[i].row, 0);
}

static void set_again(const struct play *p, size_t i, size_t by, const char *reason) {
    p->g->verdict[p->event[i].row] = (struct hc_verdict){
        "re_delivery", reason, HC_standing_final, p->event[by].row, HC_NO_ROW, HC_NO_ROW};
}

/* Of records that say the same the newest delivery's stays, born when the first came. */
static void unite(const struct play *p, size_t first, size_t end) {
    for (size_t i = end; i-- > first;) {
        if (!is_free(p, i))
            continue;
        for (size_t k = first; k < i; k++) {
            if (!hc_says_the_same(p->g->batch, p->event[k].row, p->event[i].row))
                continue;
            if (p->event[k].born < p->event[i].born)
                p->event[i].born = p->event[k].born;
            if (is_free(p, k) && delivery_of(p, k) < delivery_of(p, i))
                set_again(p, k, i, "redelivered");
        }
    }
}

/* Did a reversal of what event i says come by then? */
static bool reversed_by(const struct play *p, size_t i, int64_t day) {
    for (size_t r = 0; r < p->events; r++)
        if (p->event[r].sign == REVERSAL && p->event[r].born <= day &&
            hc_amounts_opposite(p->g->batch, p->event[r].row, p->event[i].row))
            return true;
    return false;
}

/* The same amounts, but something else is said: a change, of which the newest delivery's
 * stands, unless a reversal made room for the later one. */
static void change(const struct play *p, size_t first, size_t end) {
    for (size_t i = first; i < end; i++)
        for (size_t k = first; k < end && is_free(p, i); k++) {
            size_t early = p->event[i].born <= p->event[k].born ? i : k;
            size_t late = early == i ? k : i;
            if (is_free(p, k) && delivery_of(p, k) > delivery_of(p, i) &&
                hc_amounts_same(p->g->batch, p->event[i].row, p->event[k].row) &&
                !(p->event[i].sign == LINE && reversed_by(p, early, p->event[late].born)))
                set_again(p, i, k, "redelivered_changed");
        }
}

/* What reversals left of a record id: the newest delivery's stands, but not what came
 * before something that was then taken back. */
static void settle(const struct play *p, size_t first, size_t end) {
    const struct hc_verdict *v = p->g->verdict;
    size_t newest = end;
    for (size_t i = first; i < end; i++)
        if (is_free(p, i) && (newest == end || delivery_of(p, i) > delivery_of(p, newest)))
            newest = i;
    for (size_t i = first; i < end; i++) {
        size_t by =
            is_free(p, i) && delivery_of(p, i) < delivery_of(p, newest) ? newest : end;
        for (size_t k = first; k < end && by == end && is_free(p, i); k++)
            if (!is_free(p, k) && strcmp(v[p->event[k].row].policy, "reversal") == 0 &&
                p->event[k].born > p->event[i].born)
                by = k;
        if (by != end)
            set_again(p, i, by, "redelivered_changed");
    }
}

/* ---- reversals ---- */

static int by_effect(const void *left, const void *right, void *context) {
    const struct hc_group *g = context;
    static const int claim[] = {HC_claim_line_claim_id};
    const struct event *a = left, *b = right;
    hc_day x = hc_effective_day(g->batch, a->row), y = hc_effective_day(g->batch, b->row);
    int order = (x > y) - (x < y);
    if (order == 0)
        order = hc_compare_row(g->batch, a->row, g->batch, b->row, claim, 1);
    if (order == 0)
        order = (a->born > b->born) - (a->born < b->born);
    return order ? order : hc_compare_lineage(g->batch, a->row, b->row);
}

static bool is_twin(const struct play *p, size_t i, size_t reversal) {
    enum sign sign = p->event[i].sign;
    return is_free(p, i) && sign != REVERSAL &&
           (sign == LINE || p->event[reversal].sign == REVERSAL) &&
           hc_amounts_opposite(p->g->batch, p->event[i].row, p->event[reversal].row);
}

/* The last twin of the reversal's day or before, else the last twin at all; the tie rule
 * for its own day is pair's. Of one record id the first that came. */
static size_t find_twin(const struct play *p, size_t reversal) {
    hc_day day = hc_effective_day(p->g->batch, p->event[reversal].row);
    size_t none = p->events, first = none, found = none, later = none;
    for (size_t i = 0; i < p->events; i++) {
        if (!is_twin(p, i, reversal))
            continue;
        if (hc_effective_day(p->g->batch, p->event[i].row) > day) {
            later = i;
            continue;
        }
        first = first == none ? i : first;
        found = i;
    }
    if (found == none)
        found = later;
    else if (hc_effective_day(p->g->batch, p->event[found].row) == day)
        found = first;
    for (size_t i = 0; i < p->events && found != none; i++)
        if (is_twin(p, i, reversal) && same_run(p->g, &p->event[i], &p->event[found]) &&
            p->event[i].born < p->event[found].born)
            found = i;
    return found;
}

static void take_back(const struct play *p, size_t i) {
    struct hc_group *g = p->g;
    size_t found = hc_key_is_whole(g) ? find_twin(p, i) : p->events;
    uint32_t row = p->event[i].row;
    if (found == p->events) {
        if (p->event[i].sign == REVERSAL)
            g->verdict[row].standing = HC_standing_unmatched_cancellation;
        return;
    }
    uint32_t twin = p->event[found].row;
    uint32_t pair = hc_compare_lineage(g->batch, row, twin) < 0 ? row : twin;
    uint32_t rest = hc_sums_opposite(g->batch, row, twin) ? HC_NO_ROW : twin;
    g->verdict[row] =
        (struct hc_verdict){"reversal", "reversal", HC_standing_residual, twin, pair, rest};
    g->verdict[twin] = (struct hc_verdict){"reversal", "reversed", HC_standing_final,
                                           row,        pair,       HC_NO_ROW};
}

/* Did what event r says come on that day or after it? */
static bool comes_by(const struct play *p, size_t r, int64_t day) {
    const struct hc_group *g = p->g;
    for (size_t i = 0; i < p->events; i++)
        if (hc_delivery_day(g, p->event[i].row) >= day &&
            hc_says_the_same(g->batch, p->event[i].row, p->event[r].row))
            return true;
    return false;
}

/* Lines that came again, as they were, with the reversal that takes them back, or after it
 * and without it, and nothing stands instead: sent twice, or meant to stand anew? */
static void count_again(const struct play *p, size_t first, size_t end) {
    const struct hc_group *g = p->g;
    bool stands = false;
    for (size_t i = first; i < end; i++)
        stands |= is_free(p, i);
    for (size_t i = first; i < end; i++) {
        const struct hc_verdict *v = &g->verdict[p->event[i].row];
        if (is_free(p, i) || strcmp(v->reason, "reversed") != 0)
            continue;
        size_t r = 0;
        while (r < p->events && p->event[r].row != v->partner)
            r++;
        if (r == p->events || p->event[i].born >= p->event[r].born)
            continue;
        bool again = false;
        for (size_t k = first; k < end && !again; k++) {
            int64_t day = hc_delivery_day(g, p->event[k].row);
            again = day >= p->event[r].born &&
                    hc_says_the_same(g->batch, p->event[k].row, p->event[i].row) &&
                    (day == p->event[r].born || (!stands && !comes_by(p, r, day)));
        }
        g->counts->again += again;
    }
}

static void each_run(const struct play *p,
                     void (*act)(const struct play *p, size_t first, size_t end)) {
    for (size_t i = 0, end; i < p->events; i = end) {
        end = run_end(p, i);
        act(p, i, end);
    }
}

static enum hc_status check_repeats(const struct play *p, struct hc_err *err) {
    for (size_t i = 1; i < p->events && !p->g->way->rule->keep_repeats; i++)
        if (delivery_of(p, i) == delivery_of(p, i - 1) &&
            same_run(p->g, &p->event[i - 1], &p->event[i]))
            return hc_fail_repeated(p->g, p->event[i - 1].row, p->event[i].row, err);
    return HC_OK;
}

enum hc_status hc_policy_reversal(struct hc_group *g, struct hc_err *err) {
    struct play p = {g, NULL, g->rows};
    bool reverses = false, redelivers = g->way->redelivers;
    p.event = hc_arena_alloc(g->scratch, g->rows * sizeof *p.event);
    if (!p.event)
        return hc_fail_memory(err);
    for (size_t i = 0; i < g->rows; i++) {
        uint32_t row = g->row[i];
        p.event[i] = (struct event){row, sign_of(g->batch, row), hc_delivery_day(g, row)};
        reverses |= p.event[i].sign != LINE;
    }
    if (redelivers && g->rows > 1) {
        qsort_r(p.event, p.events, sizeof *p.event, by_id, g);
        enum hc_status status = check_repeats(&p, err);
        if (status != HC_OK)
            return status;
        each_run(&p, unite);
        each_run(&p, change);
    }
    if (reverses) {
        qsort_r(p.event, p.events, sizeof *p.event, by_effect, g);
        for (int sign = REVERSAL; sign >= NEGATIVE; sign--)
            for (size_t i = 0; i < p.events; i++)
                if ((int)p.event[i].sign == sign && is_free(&p, i))
                    take_back(&p, i);
    }
    if (redelivers && g->rows > 1) {
        qsort_r(p.event, p.events, sizeof *p.event, by_id, g);
        each_run(&p, count_again);
        each_run(&p, settle);
    }
    return HC_OK;
}
