/* Events of one prescription fill played back in order: what stands at the end is final. Of
 * one fill one claim stands: an original that comes after another is that fill submitted
 * anew, and replaces it as an adjustment does; but only where the key says which fill it
 * is. */
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

/* Does the key name a fill? Only a dispensing status is blank by right (a whole fill). */
static bool names_fill(const struct hc_group *g) {
    for (size_t i = 0; i < g->way->matches; i++)
        if (g->way->match[i] != HC_claim_line_dispensing_status &&
            !hc_has_value(g->batch, (size_t)g->way->match[i], g->row[0]))
            return false;
    return true;
}

struct played {
    struct hc_group *g;
    bool one; /* of the group one claim stands */
    struct hc_claim **standing;
    size_t height;
};

static void play(struct played *p, struct hc_claim *now) {
    struct hc_group *g = p->g;
    struct hc_claim *last = p->height > 0 ? p->standing[p->height - 1] : NULL;
    now->taken = true;
    if (now->adjustment != HC_adjustment_cancellation) {
        bool replaces = p->one || (now->adjustment == HC_adjustment_adjustment && last &&
                                   !(settled(g, now) && settled(g, last)));
        if (last && replaces) {
            set_aside(g, last, "replaced", now, HC_NO_ROW);
            p->height--;
        }
        p->standing[p->height++] = now;
    } else if (last) {
        uint32_t pair =
            hc_compare_lineage(g->batch, now->top, last->top) < 0 ? now->top : last->top;
        set_aside(g, last, "deleted", now, pair);
        set_aside(g, now, "deletion", last, pair);
        p->height--;
    } else {
        for (uint32_t k = 0; k < now->lines; k++)
            g->verdict[g->row[now->first + k]].standing =
                HC_standing_unmatched_cancellation;
    }
}

/* The events of one day. What stood before is deleted first: a claim is not deleted by the
 * event that made room for it. */
static void play_day(struct played *p, struct hc_claim *claim, size_t claims) {
    size_t room = p->height;
    for (size_t i = 0; i < claims && room > 0; i++)
        if (claim[i].adjustment == HC_adjustment_cancellation) {
            play(p, &claim[i]);
            room--;
        }
    for (size_t i = 0; i < claims; i++)
        if (!claim[i].taken)
            play(p, &claim[i]);
}

enum hc_status hc_policy_replay(struct hc_group *g, struct hc_err *err) {
    struct played p = {.g = g};
    struct hc_claim *claim;
    size_t claims;
    if (g->rows == 1 && !hc_is_cancellation(g->batch, g->row[0]))
        return HC_OK;
    p.one = names_fill(g);
    enum hc_status status = hc_claims_of(g, &claim, &claims, err);
    if (status != HC_OK)
        return status;
    p.standing = hc_arena_alloc(g->scratch, claims * sizeof(struct hc_claim *));
    if (!p.standing)
        return hc_fail_memory(err);
    qsort_r(claim, claims, sizeof *claim, by_event, g);
    for (size_t i = 0, end; i < claims; i = end) {
        for (end = i + 1; end < claims && claim[end].effective == claim[i].effective; end++)
            ;
        play_day(&p, claim + i, end - i);
    }
    return HC_OK;
}
