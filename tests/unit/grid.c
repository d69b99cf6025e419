/* One person's months: which coverage stands, and what rows of one delivery tell together.
 */
#include "rule/person_grid.h"

#include "../rows.h"

struct span {
    int payer_type, delivery;
    const char *first, *last; /* NULL: null */
    int a, b, c;              /* part A, part B, Medicare Advantage; -1 null */
};
enum { MONTHS = 4 }; /* 2020-01 to 2020-04 */

static void set_day(struct hc_batch *b, size_t column, const char *text) {
    hc_day day;
    struct hc_err err = {0};
    if (!text)
        return;
    must(hc_parse_day(hc_str_of(text), HC_DATE_ISO, &day, &err), &err);
    hc_set_i32(b, column, day);
}

static void add(struct hc_batch *b, const struct span *s) {
    hc_batch_row(b);
    hc_set_str(b, HC_coverage_payer,
               hc_str_of(s->payer_type == HC_payer_type_medicare ? "cms" : "x"));
    hc_set_choice(b, HC_coverage_payer_type, s->payer_type);
    hc_set_i32(b, HC_coverage_delivery, s->delivery);
    set_day(b, HC_coverage_start_date, s->first);
    set_day(b, HC_coverage_end_date, s->last);
    if (s->a >= 0)
        hc_set_bool(b, HC_coverage_part_a, s->a);
    if (s->b >= 0)
        hc_set_bool(b, HC_coverage_part_b, s->b);
    if (s->c >= 0)
        hc_set_bool(b, HC_coverage_medicare_advantage, s->c);
}

/* By month: the row that stands and A, B, C of the facts; '.' for none. The rows are given
 * in both directions; the answer names them as the first. */
static const char *grid_of(const struct span *span, size_t spans, bool turned) {
    static char text[256];
    static const struct hc_payer_order order = {.places = 3,
                                                .place = {{HC_payer_type_medicare, 1},
                                                          {HC_payer_type_medicare, 0},
                                                          {HC_payer_type_medicaid, -1}}};
    struct hc_err err = {0};
    struct hc_batch *b = NULL;
    struct hc_arena scratch = {0};
    uint32_t cover[MONTHS], row[16];
    uint8_t facts[MONTHS];
    struct hc_grid g = {.months = MONTHS};
    size_t len = 0;
    must(hc_parse_month(HC_STR("2020-01"), &g.first, &err), &err);
    must(hc_batch_new(&b, &hc_kinds[HC_KIND_coverage], NULL, &err), &err);
    for (size_t i = 0; i < spans; i++) {
        add(b, &span[turned ? spans - 1 - i : i]);
        row[i] = (uint32_t)i;
    }
    must(hc_batch_seal(b, &err), &err);
    g.coverage = b;
    must(hc_grid_fill(&g, cover, facts, &order, row, spans, &scratch, &err), &err);
    for (size_t m = 0; m < MONTHS; m++) {
        if (cover[m] == HC_NO_COVER) {
            len += (size_t)snprintf(text + len, sizeof text - len, ". ");
            continue;
        }
        size_t at = turned ? spans - 1 - cover[m] : cover[m];
        len += (size_t)snprintf(text + len, sizeof text - len, "%zu%s%s%s ", at,
                                facts[m] & HC_GRID_PART_A ? "A" : "",
                                facts[m] & HC_GRID_PART_B ? "B" : "",
                                facts[m] & HC_GRID_ADVANTAGE ? "C" : "");
    }
    hc_arena_free(&scratch);
    hc_batch_free(b);
    return text;
}

static void is_grid(const char *what, const struct span *span, size_t spans,
                    const char *wanted) {
    tap_text(grid_of(span, spans, false), wanted, what);
    tap_text(grid_of(span, spans, true), wanted, what);
}
#define IS(what, wanted, ...)                                                              \
    do {                                                                                   \
        const struct span spans[] = {__VA_ARGS__};                                         \
        is_grid(what, spans, sizeof spans / sizeof *spans, wanted);                        \
    } while (0)

int main(void) {
    const int cms = HC_payer_type_medicare, aid = HC_payer_type_medicaid;
    IS("a row of both parts", ". 0AB 0AB . ",
       {cms, 1, "2020-02-10", "2020-03-01", 1, 1, 0});
    IS("no first day covers nothing", ". . . . ", {cms, 1, NULL, NULL, 1, 1, 0},
       {cms, 1, NULL, "2020-03-01", 1, 1, 0});
    IS("nor does an end before the first day, in one month too", ". . . . ",
       {cms, 1, "2020-02-10", "2020-02-09", 1, 1, 0});
    IS("a row a part tells the parts together", "0A 1AB 1AB 1AB ",
       {cms, 1, "2019-01-01", NULL, 1, -1, -1}, {cms, 1, "2020-02-01", NULL, -1, 1, -1});
    IS("a plan's row makes the months of all of them its own", "0AB 0AB 1ABC 1ABC ",
       {cms, 1, "2019-01-01", NULL, 1, 1, 0}, {cms, 1, "2020-03-01", NULL, -1, -1, 1});
    IS("a month of a newer delivery is that delivery's alone", "0AB 1A 0AB 0AB ",
       {cms, 1, "2019-01-01", NULL, 1, 1, 0},
       {cms, 2, "2020-02-01", "2020-02-29", 1, 0, 0});
    IS("who pays first stands before who is newer", "1 0AB 0AB 1 ",
       {cms, 1, "2020-02-01", "2020-03-31", 1, 1, 0},
       {aid, 2, "2019-01-01", NULL, -1, -1, -1});
    return tap_done();
}
