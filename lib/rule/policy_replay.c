/* Events of one prescription fill played back in order: what stands at the end is final. */
#include <stdlib.h>

#include "rule/policy.h"

static int by_event(const void *left, const void *right, void *context) {
    const struct hc_group *g = context;
    const struct hc_claim *a = left, *b = right;
    int order = (a->effective > b->effective) - (a->effective < b->effective);
    if (order == 0)
        order = a->adjustment - b->adjustment; /* original, deletion, adjustment */
    if (order == 0)
        order = hc_str_cmp(a->id, b->id);
    return order ? order : hc_compare_lineage(g->batch, a->top, b->top);
}

static void set_aside(struct hc_group *g, const struct hc_claim *claim, const char *reason,
                      const struct hc_claim *by, uint32_t pair) {
    for (uint32_t i = 0; i < claim->lines; i++)
        g->verdict[g->row[claim->first + i]] = (struct hc_verdict){
            "replay", reason, HC_standing_final, by->top, pair, HC_NO_ROW};
}

/* Did dedupe let it stand before? Of two that did, the later has replaced what it had to; a
 * second run must not let it replace once more. */
static bool settled(const struct hc_group *g, const struct hc_claim *claim) {
    return hc_int_at(g->batch, HC_claim_line_standing, claim->top, -1) == HC_standing_final;
}

enum hc_status hc_policy_replay(struct hc_group *g, struct hc_err *err) {
    struct hc_claim *claim, **standing;
    size_t claims, height = 0;
    if (g->rows == 1 && !hc_is_cancellation(g->batch, g->row[0]))
        return HC_OK;
    enum hc_status status = hc_claims_of(g, &claim, &claims, err);
    if (status != HC_OK)
        return status;
    standing = hc_arena_alloc(g->scratch, claims * sizeof *standing);
    if (!standing)
        return hc_fail_memory(err);
    qsort_r(claim, claims, sizeof *claim, by_event, g);
    for (size_t i = 0; i < claims; i++) {
        struct hc_claim *now = &claim[i];
        struct hc_claim *last = height > 0 ? standing[height - 1] : NULL;
        if (now->adjustment == HC_adjustment_original) {
            standing[height++] = now;
        } else if (now->adjustment == HC_adjustment_adjustment) {
            if (last && !(settled(g, now) && settled(g, last))) {
                set_aside(g, last, "replaced", now, HC_NO_ROW);
                height--;
            }
            standing[height++] = now;
        } else if (last) {
            uint32_t pair = hc_compare_lineage(g->batch, now->top, last->top) < 0
                                ? now->top
                                : last->top;
            set_aside(g, last, "deleted", now, pair);
            set_aside(g, now, "deletion", last, pair);
            height--;
        } else {
            for (uint32_t k = 0; k < now->lines; k++)
                g->verdict[g->row[now->first + k]].standing =
                    HC_standing_unmatched_cancellation;
        }
    }
    return HC_OK;
}
