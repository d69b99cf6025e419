#include "rule/person_grid.h"

static void cover_days(const struct hc_batch *b, uint32_t row, hc_day *start, hc_day *end) {
    *start = (hc_day)hc_int_at(b, HC_coverage_start_date, row, INT32_MIN);
    *end = (hc_day)hc_int_at(b, HC_coverage_end_date, row, INT32_MAX);
}

bool hc_cover_is_medical(const struct hc_batch *b, uint32_t row) {
    return hc_int_at(b, HC_coverage_medical, row, 1) != 0;
}

static size_t place_of(const struct hc_payer_order *order, const struct hc_batch *b,
                       uint32_t row) {
    size_t place =
        hc_payer_place(order, (int)hc_int_at(b, HC_coverage_payer_type, row, -1),
                       hc_int_at(b, HC_coverage_medicare_advantage, row, 0) != 0);
    return place + (hc_cover_is_medical(b, row) ? 0 : order->places + 1);
}

/* Does a stand before b? */
static bool before(const struct hc_payer_order *order, const struct hc_batch *batch,
                   uint32_t a, uint32_t b) {
    static const int later_first[] = {HC_coverage_delivery, HC_coverage_start_date};
    static const int rest[] = {HC_coverage_payer,        HC_coverage_product,
                               HC_coverage_group_id,     HC_coverage_member_id,
                               HC_coverage_source_entry, HC_coverage_source_record};
    size_t x = place_of(order, batch, a), y = place_of(order, batch, b);
    if (x != y)
        return x < y;
    int compared = hc_compare_row(batch, b, batch, a, later_first, 2);
    if (compared == 0)
        compared = hc_compare_row(batch, a, batch, b, rest, sizeof rest / sizeof *rest);
    return compared < 0;
}

void hc_grid_fill(struct hc_grid *g, uint32_t *cover, const struct hc_payer_order *order,
                  const uint32_t *row, size_t rows) {
    hc_day grid_first = hc_month_first(g->first);
    hc_day grid_last = hc_month_last(g->first + (hc_month)g->months - 1);
    g->cover = cover;
    g->death = INT32_MAX;
    for (size_t m = 0; m < g->months; m++)
        cover[m] = HC_NO_COVER;
    for (size_t i = 0; i < rows; i++) {
        hc_day start, end;
        hc_day death =
            (hc_day)hc_int_at(g->coverage, HC_coverage_death_date, row[i], INT32_MAX);
        if (death < g->death)
            g->death = death;
        cover_days(g->coverage, row[i], &start, &end);
        if (start > end || start > grid_last || end < grid_first)
            continue;
        size_t m = start <= grid_first ? 0 : (size_t)(hc_month_of(start) - g->first);
        size_t last =
            end >= grid_last ? g->months - 1 : (size_t)(hc_month_of(end) - g->first);
        for (; m <= last; m++)
            if (cover[m] == HC_NO_COVER || before(order, g->coverage, row[i], cover[m]))
                cover[m] = row[i];
    }
}
