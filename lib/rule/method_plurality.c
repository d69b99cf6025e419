/* Weighted plurality of primary care, prospective: the practice with the largest weighted
 * sum of allowed amounts over two windows before the year keeps the person for the year,
 * whether it takes part in the program or not; only who takes part brings the person in. */
#include <stdlib.h>

#include "rule/method.h"

struct year { /* one calendar year's ranking */
    int number;
    char name[16]; /* the step that is told: the year it is settled for */
    struct hc_ranked ranked;
};
struct state {
    size_t years;
    struct year year[64];
};

static int which_window(const struct hc_program *p, hc_month january, hc_day day) {
    hc_month month = hc_month_of(day);
    for (int w = 0; w < HC_WINDOWS; w++) {
        hc_month first = january - p->window[w].begins;
        if (month >= first && month < first + p->window[w].months)
            return w;
    }
    return -1;
}

static enum hc_status add_line(const struct hc_program *p, struct hc_ranked *r,
                               struct hc_str practice, int window, const struct hc_batch *b,
                               uint32_t row, struct hc_err *err) {
    size_t at = 0;
    int64_t allowed = hc_int_at(b, HC_claim_line_allowed, row, 0);
    hc_day day = hc_line_day(b, row);
    while (at < r->candidates && !hc_str_eq(r->candidate[at].practice_id, practice))
        at++;
    struct hc_candidate *c = &r->candidate[at];
    if (at == r->candidates) {
        *c = (struct hc_candidate){.practice_id = practice, .last = INT32_MIN};
        r->candidates++;
    }
    if (!hc_add(c->amount[window], allowed, &c->amount[window]))
        return hc_fail(err, HC_EDATA, "allowed amounts of one person leave 64 bits");
    c->weighted += (hc_i128)allowed * p->window[window].weight;
    if (hc_int_at(b, HC_claim_line_standing, row, -1) == HC_standing_residual)
        return HC_OK; /* its visit went with the pair; see rule/residual.h */
    if (hc_int_at(b, HC_claim_line_adjustment, row, 0) == HC_adjustment_cancellation) {
        c->visits--;
    } else {
        c->visits++;
        if (day > c->last)
            c->last = day;
    }
    return HC_OK;
}

static int by_rank(const void *left, const void *right, void *context) {
    const struct hc_candidate *a = left, *b = right;
    const struct hc_program *p = context;
    int order = (a->weighted < b->weighted) - (a->weighted > b->weighted);
    for (size_t i = 0; order == 0 && i < p->ties; i++)
        order = p->tie[i]->compare(a, b);
    return order ? order : hc_str_cmp(a->practice_id, b->practice_id);
}

/* What put a candidate before the next one. */
static const char *decided_by(const struct hc_program *p, const struct hc_candidate *a,
                              const struct hc_candidate *b) {
    if (!b || a->weighted != b->weighted)
        return "amount";
    for (size_t i = 0; i < p->ties; i++)
        if (p->tie[i]->compare(a, b) != 0)
            return p->tie[i]->name;
    return "practice_id";
}

static enum hc_status rank(const struct hc_question *q, const struct hc_program *p,
                           const struct hc_grid *g, hc_month january, struct hc_ranked *r,
                           struct hc_err *err) {
    enum hc_status status = HC_OK;
    hc_day first_day = hc_month_first(january);
    *r = (struct hc_ranked){0};
    r->candidate = hc_arena_alloc(q->scratch, (g->claim_count + 1) * sizeof *r->candidate);
    if (!r->candidate)
        return hc_fail_memory(err);
    for (size_t i = 0; status == HC_OK && i < g->claim_count; i++) {
        uint32_t row = g->claim[i];
        int window = which_window(p, january, hc_line_day(g->claims, row));
        if (window < 0 || hc_line_fails(p, q->roster, g->claims, row))
            continue;
        struct hc_str practice =
            hc_roster_practice(q->roster, hc_str_at(g->claims, HC_claim_line_tax_id, row),
                               hc_str_at(g->claims, HC_claim_line_rendering_npi, row),
                               hc_line_day(g->claims, row));
        status = add_line(p, r, practice, window, g->claims, row, err);
    }
    if (status != HC_OK)
        return status;
    size_t kept = 0;
    for (size_t i = 0; i < r->candidates; i++)
        if (r->candidate[i].weighted > 0)
            r->candidate[kept++] = r->candidate[i];
    r->candidates = kept;
    if (kept > 1)
        qsort_r(r->candidate, kept, sizeof *r->candidate, by_rank, (void *)p);
    for (size_t i = 0; i < kept; i++) {
        struct hc_candidate *c = &r->candidate[i];
        c->decided_by = decided_by(p, c, i + 1 < kept ? c + 1 : NULL);
        if (!hc_roster_takes_part(q->roster, c->practice_id, p->name, first_day,
                                  &c->aco_id))
            c->aco_id = (struct hc_str){NULL, 0};
    }
    return HC_OK;
}

static enum hc_status year_of(const struct hc_question *q, const struct hc_program *p,
                              const struct hc_grid *g, hc_month month, struct state *s,
                              struct year **out, struct hc_err *err) {
    int number, mon, mday;
    hc_day_split(hc_month_first(month), &number, &mon, &mday);
    for (size_t i = 0; i < s->years; i++)
        if (s->year[i].number == number) {
            *out = &s->year[i];
            return HC_OK;
        }
    if (s->years == sizeof s->year / sizeof *s->year)
        return hc_fail(err, HC_EUSAGE, "more than %zu years at once", s->years);
    struct year *y = &s->year[s->years++];
    y->number = number;
    snprintf(y->name, sizeof y->name, "%d", number);
    *out = y;
    enum hc_status status = rank(q, p, g, month - (mon - 1), &y->ranked, err);
    if (status == HC_OK && q->ranked)
        status = q->ranked(q->context, p, g->person, number, &y->ranked, err);
    return status;
}

enum hc_status hc_method_plurality(const struct hc_question *q, const struct hc_program *p,
                                   const struct hc_grid *g, size_t at, void **state,
                                   struct hc_outcome *out, struct hc_err *err) {
    hc_month month = g->first + (hc_month)at;
    struct year *year = NULL;
    struct hc_str aco;
    int64_t amount;
    if (!*state && !(*state = hc_arena_zalloc(q->scratch, sizeof(struct state))))
        return hc_fail_memory(err);
    enum hc_status status = year_of(q, p, g, month, *state, &year, err);
    if (status != HC_OK)
        return status;
    out->step = year->name;
    if (year->ranked.candidates == 0) {
        out->reason = "no_qualifying_visit";
        return HC_OK;
    }
    const struct hc_candidate *winner = &year->ranked.candidate[0];
    int64_t weights =
        p->window[HC_WINDOW_OLDER].weight + p->window[HC_WINDOW_RECENT].weight;
    if (!hc_ratio(winner->weighted, weights, 0, &amount))
        return hc_fail(err, HC_EDATA, "weighted amount of one person leaves 64 bits");
    out->counted = true;
    out->amount = amount;
    out->visits = winner->visits;
    out->rank = 1;
    out->practice_id = winner->practice_id;
    if (!winner->aco_id.ptr)
        out->reason = "not_participating_practice";
    else if (!hc_roster_takes_part(q->roster, winner->practice_id, p->name,
                                   hc_month_first(month), &aco))
        out->reason = "practice_left";
    else {
        out->aco_id = aco;
        out->reason = "attributed";
    }
    return HC_OK;
}
