/* A payer takes a line back with its negative twin. A reversal is a line marked as a
 * cancellation or, where the payer marks nothing, one whose amounts are all negative. Twins
 * agree to the cent in every amount that no projection drops; a reversal without a twin
 * stays and is told, because its original may have come before the first delivery at hand.
 */
#include <stdlib.h>

#include "rule/policy.h"

static bool is_reversal(const struct hc_batch *b, uint32_t row) {
    bool below = false;
    if (!hc_is_null(b, HC_claim_line_adjustment, row))
        return hc_is_cancellation(b, row);
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

static int by_effect(const void *left, const void *right, void *context) {
    const struct hc_group *g = context;
    static const int claim[] = {HC_claim_line_claim_id};
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    hc_day x = hc_effective_day(g->batch, a), y = hc_effective_day(g->batch, b);
    int order = (x > y) - (x < y);
    if (order == 0)
        order = hc_compare_row(g->batch, a, g->batch, b, claim, 1);
    return order ? order : hc_compare_lineage(g->batch, a, b);
}

/* The last twin of the reversal's day or before, else the last twin at all; the tie rule
 * for its own day is pair's. */
static uint32_t find_twin(const struct hc_group *g, uint32_t reversal) {
    hc_day day = hc_effective_day(g->batch, reversal);
    uint32_t first = HC_NO_ROW, last = HC_NO_ROW, later = HC_NO_ROW;
    for (size_t i = 0; i < g->rows; i++) {
        uint32_t row = g->row[i];
        if (g->verdict[row].policy || is_reversal(g->batch, row) ||
            !hc_amounts_opposite(g->batch, row, reversal))
            continue;
        if (hc_effective_day(g->batch, row) > day) {
            later = row;
            continue;
        }
        first = first == HC_NO_ROW ? row : first;
        last = row;
    }
    if (last == HC_NO_ROW)
        return later;
    return hc_effective_day(g->batch, last) == day ? first : last;
}

enum hc_status hc_policy_reversal(struct hc_group *g, struct hc_err *err) {
    bool any = false;
    (void)err;
    for (size_t i = 0; i < g->rows && !any; i++)
        any = is_reversal(g->batch, g->row[i]);
    if (!any)
        return HC_OK;
    qsort_r(g->row, g->rows, sizeof *g->row, by_effect, g);
    for (size_t i = 0; i < g->rows; i++) {
        uint32_t row = g->row[i];
        if (!is_reversal(g->batch, row))
            continue;
        uint32_t twin = find_twin(g, row);
        if (twin == HC_NO_ROW) {
            g->verdict[row].standing = HC_standing_unmatched_cancellation;
            continue;
        }
        uint32_t pair = hc_compare_lineage(g->batch, row, twin) < 0 ? row : twin;
        uint32_t rest = hc_sums_opposite(g->batch, row, twin) ? HC_NO_ROW : twin;
        g->verdict[row] = (struct hc_verdict){"reversal", "reversal", HC_standing_residual,
                                              twin,       pair,       rest};
        g->verdict[twin] = (struct hc_verdict){"reversal", "reversed", HC_standing_final,
                                               row,        pair,       HC_NO_ROW};
    }
    return HC_OK;
}
