#include "rule/denied.h"

#include <stdlib.h>

#include "rule/passing.h"

static void set_aside(struct hc_group *g, uint32_t row, const char *reason) {
    g->verdict[row] = (struct hc_verdict){"denied",  reason,    HC_standing_final,
                                          HC_NO_ROW, HC_NO_ROW, HC_NO_ROW};
}

/* Take rows out of the group before the policy sees them; tombstones just go. */
static void leave_out(struct hc_group *g, bool (*goes)(const struct hc_group *, uint32_t),
                      const char *reason) {
    size_t kept = 0;
    for (size_t i = 0; i < g->rows; i++) {
        uint32_t row = g->row[i];
        if (!goes(g, row))
            g->row[kept++] = row;
        else if (row < g->records)
            set_aside(g, row, reason);
    }
    g->rows = kept;
}

static bool is_denied(const struct hc_group *g, uint32_t row) {
    return hc_is_denied(g->batch, row);
}
/* But a correction that passes on what replaced it is one as any other, tombstone and all:
 * else a circle of which it is a part would go unseen. */
static bool goes_denied(const struct hc_group *g, uint32_t row) {
    return is_denied(g, row) &&
           !(g->way->replaces && hc_passing_acts(g->passing, g->batch, row, g->way));
}

/* ---- yield ---- */

/* A tombstone, or a void under the claim's own number: it corrects this claim. */
static bool corrects(const struct hc_group *g, uint32_t row) {
    return row >= g->records || hc_voids_itself(g->batch, row);
}
static bool denied_correction(const struct hc_group *g, uint32_t row) {
    return goes_denied(g, row) && corrects(g, row);
}
static bool denied_naming(const struct hc_group *g, uint32_t row) {
    return goes_denied(g, row) &&
           (corrects(g, row) || hc_names(g->batch, row) == HC_NAMES_ANOTHER);
}

/* A claim is denied as a whole when none of its lines is not; the claim it names sees the
 * tombstones of the same lines, so that both decide alike. */
static void yield_replacement(struct hc_group *g) {
    bool paid = false;
    for (size_t i = 0; i < g->rows; i++)
        paid |= !corrects(g, g->row[i]) && !is_denied(g, g->row[i]);
    leave_out(g, paid ? denied_correction : denied_naming, "yielded");
}

static int by_value(const void *left, const void *right) {
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

/* Versions or deliveries of which every row is denied give way to those that have another.
 */
static enum hc_status yield_units(struct hc_group *g, struct hc_err *err) {
    size_t column = (size_t)g->way->policy->unit, units = 0, kept = 0;
    int64_t *unit = hc_arena_alloc(g->scratch, (g->rows + 1) * sizeof *unit);
    uint32_t partner = HC_NO_ROW;
    if (!unit)
        return hc_fail_memory(err);
    for (size_t i = 0; i < g->rows; i++) {
        if (is_denied(g, g->row[i]))
            continue;
        unit[units++] = hc_int_at(g->batch, column, g->row[i], -1);
        if (partner == HC_NO_ROW || hc_compare_lineage(g->batch, g->row[i], partner) < 0)
            partner = g->row[i];
    }
    if (units == 0)
        return HC_OK;
    qsort(unit, units, sizeof *unit, by_value);
    for (size_t i = 0; i < g->rows; i++) {
        uint32_t row = g->row[i];
        int64_t own = hc_int_at(g->batch, column, row, -1);
        if (!is_denied(g, row) || bsearch(&own, unit, units, sizeof *unit, by_value)) {
            g->row[kept++] = row;
            continue;
        }
        set_aside(g, row, "yielded");
        g->verdict[row].partner = partner;
    }
    g->rows = kept;
    return HC_OK;
}

/* ---- drop ---- */

static void drop(struct hc_group *g) {
    for (size_t i = 0; i < g->rows; i++) {
        uint32_t row = g->row[i];
        const struct hc_verdict *v = &g->verdict[row];
        if (row < g->records && !v->policy && v->standing != HC_standing_residual &&
            is_denied(g, row))
            set_aside(g, row, "dropped");
    }
}

enum hc_status hc_denied_apply(struct hc_group *g, struct hc_err *err) {
    const struct hc_policy *policy = g->way->policy;
    enum hc_denied rule = g->way->rule->denied;
    enum hc_status status = HC_OK;
    if (rule == HC_DENIED_IGNORE)
        leave_out(g, goes_denied, "ignored");
    else if (rule == HC_DENIED_YIELD && g->way->replaces)
        yield_replacement(g);
    else if (rule == HC_DENIED_YIELD)
        status = yield_units(g, err);
    if (status == HC_OK && g->rows > 0)
        status = policy->apply(g, err);
    if (status == HC_OK && rule == HC_DENIED_DROP)
        drop(g);
    return status;
}
