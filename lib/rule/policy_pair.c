/* Debit and credit: each cancellation takes back one original or adjustment of its match
 * key, as the CCLF Information Packet (v38, 5.1) describes. More than one claim may be
 * left, or only a cancellation; nothing is netted across claims. By a key of which a
 * column is blank nothing is paired: it would pair what has nothing to do with each other.
 */
#include <stdlib.h>

#include "base/map.h"
#include "rule/policy.h"

/* Cancellations are worked in order of effective date, then claim id. */
static int by_effect(const void *left, const void *right, void *context) {
    const struct hc_group *g = context;
    const struct hc_claim *a = *(struct hc_claim *const *)left;
    const struct hc_claim *b = *(struct hc_claim *const *)right;
    int order = (a->effective > b->effective) - (a->effective < b->effective);
    if (order == 0)
        order = hc_str_cmp(a->id, b->id);
    return order ? order : hc_compare_lineage(g->batch, a->top, b->top);
}

/* The amounts no projection drops, so that what is read besides never decides a pair. */
static uint64_t amounts_hash(const struct hc_group *g, const struct hc_claim *claim) {
    uint64_t hash = claim->lines;
    for (uint32_t i = 0; i < claim->lines; i++) {
        uint32_t row = g->row[claim->first + i];
        hash =
            hc_hash_u64((uint64_t)hc_int_at(g->batch, HC_claim_line_line, row, -1), hash);
        for (size_t f = 0; f < HC_claim_line_fields; f++) {
            if (!(g->batch->schema->field[f].flags & HC_MONEY))
                continue;
            int64_t cents = hc_int_at(g->batch, f, row, 0);
            hash = hc_hash_u64(cents < 0 ? -(uint64_t)cents : (uint64_t)cents, hash);
        }
    }
    return hash;
}

static bool same_amounts(const struct hc_group *g, const struct hc_claim *a,
                         const struct hc_claim *b) {
    if (a->amounts != b->amounts || a->lines != b->lines)
        return false;
    for (uint32_t i = 0; i < a->lines; i++) {
        uint32_t x = g->row[a->first + i], y = g->row[b->first + i];
        if (hc_int_at(g->batch, HC_claim_line_line, x, -1) !=
                hc_int_at(g->batch, HC_claim_line_line, y, -1) ||
            !hc_amounts_opposite(g->batch, x, y))
            return false;
    }
    return true;
}

enum level { SAME_BEFORE, SAME, BEFORE, LEVELS };
static const char *const level_reason[LEVELS] = {"same_amounts", "same_amounts_later",
                                                 "other_amounts"};

static bool qualifies(const struct hc_group *g, const struct hc_claim *cancel,
                      const struct hc_claim *candidate, enum level level) {
    if (candidate->taken)
        return false;
    if (level != SAME && candidate->effective > cancel->effective)
        return false;
    return level == BEFORE || same_amounts(g, cancel, candidate);
}

/* The candidates are in order of effective date, claim id. The last that qualifies is
 * taken; but where several do and the last is of the cancellation's own day, the first: a
 * replacement is not cancelled by the record that made room for it. */
static struct hc_claim *choose(const struct hc_group *g, const struct hc_claim *cancel,
                               struct hc_claim *const *candidate, size_t candidates,
                               enum level level) {
    struct hc_claim *first = NULL, *last = NULL;
    for (size_t i = 0; i < candidates; i++)
        if (qualifies(g, cancel, candidate[i], level)) {
            first = first ? first : candidate[i];
            last = candidate[i];
        }
    return last && last->effective == cancel->effective ? first : last;
}

/* Lines pair by number. A line that has no partner in the other claim stays as a residual:
 * nothing in the ledger could balance it. */
static void set_aside(struct hc_group *g, struct hc_claim *cancel, struct hc_claim *other,
                      const char *reason) {
    uint32_t pair = hc_compare_lineage(g->batch, cancel->top, other->top) < 0 ? cancel->top
                                                                              : other->top;
    uint32_t i = 0, j = 0;
    cancel->taken = other->taken = true;
    while (i < cancel->lines || j < other->lines) {
        uint32_t x = i < cancel->lines ? g->row[cancel->first + i] : HC_NO_ROW;
        uint32_t y = j < other->lines ? g->row[other->first + j] : HC_NO_ROW;
        int64_t a =
            x == HC_NO_ROW ? INT64_MAX : hc_int_at(g->batch, HC_claim_line_line, x, -1);
        int64_t b =
            y == HC_NO_ROW ? INT64_MAX : hc_int_at(g->batch, HC_claim_line_line, y, -1);
        if (a == b) {
            bool left = !hc_sums_opposite(g->batch, x, y);
            g->verdict[x] = (struct hc_verdict){"pair",     reason, HC_standing_residual,
                                                other->top, pair,   left ? y : HC_NO_ROW};
            g->verdict[y] = (struct hc_verdict){"pair",      reason, HC_standing_final,
                                                cancel->top, pair,   HC_NO_ROW};
            i++;
            j++;
        } else if (a < b) {
            g->verdict[x].standing = HC_standing_residual;
            i++;
        } else {
            g->verdict[y].standing = HC_standing_residual;
            j++;
        }
    }
}

enum hc_status hc_policy_pair(struct hc_group *g, struct hc_err *err) {
    struct hc_claim *claim, **cancel, **candidate;
    size_t claims, cancels = 0, candidates = 0;
    bool any = false, whole = hc_key_is_whole(g);
    for (size_t i = 0; i < g->rows && !any; i++)
        any = hc_is_cancellation(g->batch, g->row[i]);
    if (!any)
        return HC_OK;
    enum hc_status status = hc_claims_of(g, &claim, &claims, err);
    if (status != HC_OK)
        return status;
    cancel = hc_arena_alloc(g->scratch, claims * sizeof *cancel);
    candidate = hc_arena_alloc(g->scratch, claims * sizeof *candidate);
    if (!cancel || !candidate)
        return hc_fail_memory(err);
    for (size_t i = 0; i < claims; i++) {
        claim[i].amounts = amounts_hash(g, &claim[i]);
        if (claim[i].adjustment == HC_adjustment_cancellation)
            cancel[cancels++] = &claim[i];
        else
            candidate[candidates++] = &claim[i];
    }
    qsort_r(cancel, cancels, sizeof *cancel, by_effect, g);
    qsort_r(candidate, candidates, sizeof *candidate, by_effect, g);
    for (size_t i = 0; i < cancels; i++) {
        struct hc_claim *found = NULL;
        enum level level;
        for (level = SAME_BEFORE; whole && level < LEVELS && !found; level++)
            found = choose(g, cancel[i], candidate, candidates, level);
        if (found)
            set_aside(g, cancel[i], found, level_reason[level - 1]);
        else
            for (uint32_t k = 0; k < cancel[i]->lines; k++)
                g->verdict[g->row[cancel[i]->first + k]].standing =
                    HC_standing_unmatched_cancellation;
    }
    return HC_OK;
}
