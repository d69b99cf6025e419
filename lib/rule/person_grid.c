#include "rule/person_grid.h"

#include "rule/months.h"

bool hc_cover_is_medical(const struct hc_batch *b, uint32_t row) {
    return hc_int_at(b, HC_coverage_medical, row, 1) != 0;
}

/* The rows of one payer's delivery tell one person's coverage together: Medicare's may be a
 * row a part. */
struct group {
    int64_t delivery, payer_type;
    struct hc_str payer;
};

static size_t group_of(struct group *group, size_t *groups, const struct hc_batch *b,
                       uint32_t row) {
    struct group own = {hc_int_at(b, HC_coverage_delivery, row, 0),
                        hc_int_at(b, HC_coverage_payer_type, row, -1),
                        hc_str_at(b, HC_coverage_payer, row)};
    for (size_t i = *groups; i-- > 0;)
        if (group[i].delivery == own.delivery && group[i].payer_type == own.payer_type &&
            hc_str_eq(group[i].payer, own.payer))
            return i;
    group[*groups] = own;
    return (*groups)++;
}

static uint8_t facts_of(const struct hc_batch *b, uint32_t row) {
    return (uint8_t)((hc_int_at(b, HC_coverage_part_a, row, 0) ? HC_GRID_PART_A : 0) |
                     (hc_int_at(b, HC_coverage_part_b, row, 0) ? HC_GRID_PART_B : 0) |
                     (hc_int_at(b, HC_coverage_medicare_advantage, row, 0)
                          ? HC_GRID_ADVANTAGE
                          : 0));
}

/* The months of the grid that a row covers; false: none. Without a first day nobody knows
 * of any. */
static bool months_of(const struct hc_grid *g, uint32_t row, size_t *first, size_t *last) {
    const struct hc_batch *b = g->coverage;
    struct hc_months span;
    struct hc_months all = {g->first, g->first + (hc_month)g->months - 1};
    if (!hc_months_covered(&all, b, row, &span.first, &span.last))
        return false;
    *first = (size_t)(span.first - g->first);
    *last = (size_t)(span.last - g->first);
    return true;
}

struct claimant { /* to a month */
    uint32_t row;
    uint8_t facts;
};

static size_t place_of(const struct hc_payer_order *order, const struct hc_batch *b,
                       struct claimant c) {
    size_t place =
        hc_payer_place(order, (int)hc_int_at(b, HC_coverage_payer_type, c.row, -1),
                       (c.facts & HC_GRID_ADVANTAGE) != 0);
    return place + (hc_cover_is_medical(b, c.row) ? 0 : order->places + 1);
}

/* Does a stand before b? */
static bool before(const struct hc_payer_order *order, const struct hc_batch *batch,
                   struct claimant a, struct claimant b) {
    static const int later_first[] = {HC_coverage_delivery, HC_coverage_start_date};
    static const int rest[] = {HC_coverage_payer,        HC_coverage_product,
                               HC_coverage_group_id,     HC_coverage_member_id,
                               HC_coverage_source_entry, HC_coverage_source_record};
    size_t x = place_of(order, batch, a), y = place_of(order, batch, b);
    if (x != y)
        return x < y;
    int compared = hc_compare_row(batch, b.row, batch, a.row, later_first, 2);
    if (compared == 0)
        compared =
            hc_compare_row(batch, a.row, batch, b.row, rest, sizeof rest / sizeof *rest);
    return compared < 0;
}

enum hc_status hc_grid_fill(struct hc_grid *g, uint32_t *cover, uint8_t *facts,
                            const struct hc_payer_order *order, const uint32_t *row,
                            size_t rows, struct hc_arena *scratch, struct hc_err *err) {
    const struct hc_batch *b = g->coverage;
    struct group *group = hc_arena_alloc(scratch, (rows + 1) * sizeof *group);
    size_t *of = hc_arena_alloc(scratch, (rows + 1) * sizeof *of);
    uint8_t *told = hc_arena_zalloc(scratch, (rows + 1) * g->months); /* by group, month */
    size_t groups = 0, m, last;
    if (!group || !of || !told)
        return hc_fail_memory(err);
    g->cover = cover;
    g->facts = facts;
    g->death = INT32_MAX;
    for (m = 0; m < g->months; m++)
        cover[m] = HC_NO_COVER;
    for (size_t i = 0; i < rows; i++) {
        hc_day death = (hc_day)hc_int_at(b, HC_coverage_death_date, row[i], INT32_MAX);
        if (death < g->death)
            g->death = death;
        of[i] = group_of(group, &groups, b, row[i]);
        if (months_of(g, row[i], &m, &last))
            for (; m <= last; m++)
                told[of[i] * g->months + m] |= facts_of(b, row[i]);
    }
    for (size_t i = 0; i < rows; i++) {
        if (!months_of(g, row[i], &m, &last))
            continue;
        for (; m <= last; m++) {
            struct claimant own = {row[i], told[of[i] * g->months + m]};
            if (cover[m] != HC_NO_COVER &&
                !before(order, b, own, (struct claimant){cover[m], facts[m]}))
                continue;
            cover[m] = own.row;
            facts[m] = own.facts;
        }
    }
    return HC_OK;
}
