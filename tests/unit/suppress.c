/* Small cells and what would give them away. A table is written as rows "r c count" with
 * "-" for a total; the wanted states follow: s shown, x suppressed, c complementary. */
#include <stdlib.h>

#include "../rows.h"
#include "rule/suppress.h"

static struct hc_field field[HC_measure_fields + 4];
static struct hc_schema schema;

static void make_schema(const char *first, const char *second, bool sections) {
    size_t n = HC_measure_fields;
    memcpy(field, hc_kinds[HC_KIND_measure].field, n * sizeof *field);
    if (sections)
        field[n++] = (struct hc_field){"section", HC_TYPE_utf8, 0, NULL, ""};
    field[n++] = (struct hc_field){first, HC_TYPE_utf8, 0, NULL, ""};
    field[n++] = (struct hc_field){second, HC_TYPE_utf8, 0, NULL, ""};
    schema = hc_kinds[HC_KIND_measure];
    schema.field = field;
    schema.fields = n;
}

/* section, first, second: NULL or "-" is a total */
static void add(struct hc_batch *b, const char *section, const char *first,
                const char *second, const char *measure, const char *unit, int64_t top,
                int64_t bottom, int64_t people) {
    size_t n = HC_measure_fields;
    hc_batch_row(b);
    hc_set_str(b, HC_measure_measure, hc_str_of(measure));
    hc_set_str(b, HC_measure_level, HC_STR("cell"));
    hc_set_str(b, HC_measure_unit, hc_str_of(unit));
    hc_set_i64(b, HC_measure_numerator, top);
    hc_set_i64(b, HC_measure_denominator, bottom);
    hc_set_i64(b, HC_measure_value, top);
    if (people >= 0)
        hc_set_i64(b, HC_measure_people, people);
    if (section)
        hc_set_str(b, n++, hc_str_of(section));
    if (first && strcmp(first, "-") != 0)
        hc_set_str(b, n, hc_str_of(first));
    if (second && strcmp(second, "-") != 0)
        hc_set_str(b, n + 1, hc_str_of(second));
}

static struct hc_batch *new_table(const char *first, const char *second, bool sections) {
    struct hc_err err = {0};
    struct hc_batch *b = NULL;
    make_schema(first, second, sections);
    must(hc_batch_new(&b, &schema, NULL, &err), &err);
    return b;
}

static void states(struct hc_batch *b, const char *want, const char *what) {
    struct hc_err err = {0};
    struct hc_batch *out = NULL;
    struct hc_suppressed counts;
    static const char *const exempt[] = {"target", NULL};
    char got[256] = "";
    must(hc_batch_seal(b, &err), &err);
    must(hc_suppress(b, exempt, &out, &counts, &err), &err);
    for (size_t row = 0; row < out->rows && row < 255; row++) {
        int64_t state = hc_int_at(out, HC_measure_status, row, -1);
        got[row] = "sxc"[state];
        got[row + 1] = 0;
        bool hidden = state != HC_cell_status_shown;
        if (hidden != hc_is_null(out, HC_measure_value, row) ||
            hidden != hc_is_null(out, HC_measure_numerator, row) ||
            (hidden && !hc_is_null(out, HC_measure_people, row)))
            tap_ok(false, "%s: row %zu shows what is hidden", what, row);
    }
    tap_text(got, want, what);
    hc_batch_free(out);
    hc_batch_free(b);
}

static void people(struct hc_batch *b, const char *first, const char *second,
                   int64_t count) {
    add(b, NULL, first, second, "people", "people", count, 1, count);
}

static void lines(void) {
    struct hc_batch *b = new_table("payer", "year", false);
    people(b, "a", "-", 12), people(b, "b", "-", 7), people(b, "c", "-", 30);
    people(b, "-", "-", 49);
    states(b, "cxss", "12, 7, 30 of 49: 7 and the least other");

    b = new_table("payer", "year", false);
    people(b, "a", "-", 0), people(b, "b", "-", 10), people(b, "c", "-", 11);
    people(b, "-", "-", 21);
    states(b, "sxcs", "zeros are shown, 10 is hidden, 11 only with it");

    b = new_table("payer", "year", false);
    people(b, "a", "-", 1), people(b, "b", "-", 1), people(b, "c", "-", 300);
    people(b, "-", "-", 302);
    states(b, "xxcs", "two hidden of 2 together tell each other");

    b = new_table("payer", "year", false);
    people(b, "a", "-", 5), people(b, "b", "-", 0);
    people(b, "-", "-", 5);
    states(b, "xsx", "a small total is hidden with its part");

    b = new_table("payer", "year", false);
    add(b, NULL, "a", "-", "paid", "usd", 0, 1, 6);
    add(b, NULL, "b", "-", "paid", "usd", 0, 1, 9);
    add(b, NULL, "c", "-", "paid", "usd", 78683, 1, 40);
    add(b, NULL, "d", "-", "paid", "usd", 0, 1, 11);
    add(b, NULL, "-", "-", "paid", "usd", 78683, 1, 66);
    states(b, "xxcss", "two hidden zeros are not told by the third and the total");

    b = new_table("payer", "year", false);
    add(b, NULL, "a", "-", "paid", "usd", 0, 1, 6);
    add(b, NULL, "b", "-", "paid", "usd", 0, 1, 9);
    add(b, NULL, "c", "-", "paid", "usd", 0, 1, 40);
    add(b, NULL, "-", "-", "paid", "usd", 0, 1, 55);
    states(b, "xxss", "a total that is zero says of nobody in particular that it is");

    b = new_table("payer", "year", false);
    people(b, "a", "-", 500), people(b, "b", "-", 12);
    states(b, "ss", "nothing small, nothing hidden");
}

static void square(void) {
    struct hc_batch *b = new_table("payer", "year", false);
    static const int64_t count[3][3] = {{20, 5, 100}, {30, 40, 50}, {60, 70, 80}};
    char text[2][2] = {"a", "a"};
    int64_t all = 0;
    for (int r = 0; r < 3; r++)
        for (int c = 0; c < 3; c++) {
            text[0][0] = (char)('a' + r), text[1][0] = (char)('a' + c);
            people(b, text[0], text[1], count[r][c]);
            all += count[r][c];
        }
    for (int i = 0; i < 3; i++) {
        text[0][0] = (char)('a' + i);
        people(b, text[0], "-", count[i][0] + count[i][1] + count[i][2]);
        people(b, "-", text[0], count[0][i] + count[1][i] + count[2][i]);
    }
    people(b, "-", "-", all);
    states(b, "cxsccsssssssssss", "rows and columns: four hidden make a rectangle");
}

static void others(void) {
    struct hc_batch *b = new_table("payer", "year", false);
    add(b, NULL, "a", "-", "eligible", "people", 100, 1, 100);
    add(b, NULL, "a", "-", "participation", "percent", 93, 100, 100);
    add(b, NULL, "a", "-", "target", "percent", 580, 10, 100);
    add(b, NULL, "b", "-", "eligible", "people", 100, 1, 100);
    add(b, NULL, "b", "-", "participation", "percent", 50, 100, 100);
    states(b, "xxsss", "7 left out of a percentage hide it; the target is no secret");

    b = new_table("payer", "attributed", true);
    add(b, "cost", "a", "-", "paid", "usd", 900, 1, 60);
    add(b, "by", "a", "yes", "paid", "usd", 500, 1, 4);
    add(b, "by", "a", "no", "paid", "usd", 400, 1, 56);
    add(b, "cost", "b", "-", "paid", "usd", 100, 1, 60);
    states(b, "sxcs", "a table tells what another hides");

    b = new_table("quarter", "month", true);
    add(b, "q", "2020-Q4", "-", "people", "people", 9, 1, 9);
    add(b, "m", "-", "2020-11", "people", "people", 20, 1, 20);
    add(b, "m", "-", "2020-12", "people", "people", 9, 1, 25);
    states(b, "xsx", "a quarter's last month is the quarter");

    b = new_table("payer", "year", false);
    struct hc_err err = {0};
    struct hc_batch *out = NULL;
    struct hc_suppressed counts;
    add(b, NULL, "a", "-", "paid", "usd", 500, 1, -1);
    must(hc_batch_seal(b, &err), &err);
    tap_int(hc_suppress(b, NULL, &out, &counts, &err), HC_EDATA,
            "amounts of nobody knows how many people");
    hc_batch_free(out);
    hc_batch_free(b);
}

/* In no row and no column of any table stands a hidden cell alone. */
static void property(void) {
    uint64_t seed = 7;
    size_t told = 0, hidden_cells = 0;
    for (int round = 0; round < 300; round++) {
        size_t rows = 1 + row_random(&seed) % 5, columns = 1 + row_random(&seed) % 5;
        int64_t count[6][6] = {{0}};
        bool hidden[6][6];
        struct hc_err err = {0};
        struct hc_suppressed counts;
        struct hc_batch *b = new_table("payer", "year", false), *out = NULL;
        for (size_t r = 0; r < rows; r++)
            for (size_t c = 0; c < columns; c++) {
                int64_t n = row_random(&seed) % 4 ? (int64_t)(row_random(&seed) % 60) : 0;
                count[r][c] = n;
                count[rows][c] += n, count[r][columns] += n, count[rows][columns] += n;
            }
        for (size_t r = 0; r <= rows; r++)
            for (size_t c = 0; c <= columns; c++) {
                char first[2] = {(char)('a' + r), 0}, second[2] = {(char)('a' + c), 0};
                people(b, r < rows ? first : NULL, c < columns ? second : NULL,
                       count[r][c]);
            }
        must(hc_batch_seal(b, &err), &err);
        must(hc_suppress(b, NULL, &out, &counts, &err), &err);
        for (size_t i = 0; i < out->rows; i++)
            hidden[i / (columns + 1)][i % (columns + 1)] =
                hc_is_null(out, HC_measure_value, i);
        for (size_t r = 0; r <= rows; r++)
            for (size_t c = 0; c <= columns; c++) {
                hidden_cells += hidden[r][c];
                told += !hidden[r][c] && count[r][c] >= 1 && count[r][c] <= 10;
            }
        for (size_t r = 0; r <= rows; r++) {
            size_t alone = 0;
            for (size_t c = 0; c <= columns; c++)
                alone += hidden[r][c];
            told += alone == 1;
        }
        for (size_t c = 0; c <= columns; c++) {
            size_t alone = 0;
            for (size_t r = 0; r <= rows; r++)
                alone += hidden[r][c];
            told += alone == 1;
        }
        hc_batch_free(b);
        hc_batch_free(out);
    }
    tap_ok(told == 0 && hidden_cells > 300, "300 tables, %zu hidden cells, %zu told",
           hidden_cells, told);
}

int main(void) {
    lines();
    square();
    others();
    property();
    return tap_done();
}
