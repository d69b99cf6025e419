#include "rule/aggregate.h"

#include <stdlib.h>

#include "../tap.h"
#include "rule/months.h"

static struct hc_err err;

/* Lines as "payer claim line adjustment(o c a; r R: the residual of a
 * cancellation, of an original) member paid ffs service"; "-" is null. */
static struct hc_batch *lines(const char *const *text, size_t count) {
    struct hc_batch *b;
    if (hc_batch_new(&b, &hc_kinds[HC_KIND_claim_line], NULL, NULL) != HC_OK)
        exit(1);
    for (size_t i = 0; i < count; i++) {
        char payer[16], claim[16], adjustment, member[16], paid[16], ffs[16], from[16];
        int line;
        hc_day day;
        sscanf(text[i], "%15s %15s %d %c %15s %15s %15s %15s", payer, claim, &line,
               &adjustment, member, paid, ffs, from);
        hc_batch_row(b);
        hc_set_str(b, HC_claim_line_payer, hc_str_of(payer));
        hc_set_choice(b, HC_claim_line_claim_type, HC_claim_type_professional);
        hc_set_str(b, HC_claim_line_claim_id, hc_str_of(claim));
        hc_set_i32(b, HC_claim_line_line, line);
        hc_set_choice(b, HC_claim_line_adjustment,
                      adjustment == 'c' || adjustment == 'r' ? HC_adjustment_cancellation
                      : adjustment == 'a'                    ? HC_adjustment_adjustment
                                                             : HC_adjustment_original);
        if (adjustment == 'r' || adjustment == 'R')
            hc_set_choice(b, HC_claim_line_standing, HC_standing_residual);
        if (member[0] == 'P')
            hc_set_i64(b, HC_claim_line_person_id, atoi(member + 1));
        else if (member[0] != '-')
            hc_set_str(b, HC_claim_line_member_id, hc_str_of(member));
        if (strcmp(paid, "-") != 0)
            hc_set_i64(b, HC_claim_line_paid, atoll(paid));
        if (strcmp(ffs, "-") != 0)
            hc_set_i64(b, HC_claim_line_ffs_equivalent, atoll(ffs));
        if (hc_parse_day(hc_str_of(from), HC_DATE_ISO, &day, NULL) == HC_OK)
            hc_set_i32(b, HC_claim_line_service_from, day);
    }
    if (hc_batch_seal(b, NULL) != HC_OK)
        exit(1);
    return b;
}
static const char *const sample[] = {
    "mc  C1 1 o M1 1000  1000  2020-09-30", "mc  C1 2 o M1 500   500   2020-10-01",
    "mc  C2 1 c M1 -1000 -1000 2020-09-30", "bc  C1 1 o M1 700   900   2020-10-02",
    "bc  C3 1 o P7 -     100   2020-10-03", "mc  C4 1 a P7 250   250   2021-01-01",
    "mc  C5 1 o -  1     1     -",
};
enum { LINES = sizeof sample / sizeof *sample };

static const struct {
    const char *by, *measure; /* one grouping or "", one measure */
    const char *cells;        /* "group=value(null rows)/people", sorted; people: of a sum
                                 those with an amount, one at least where rows name nobody */
} cases[] = {
    {"", "rows", "=7(0)/3"},
    {"", "lines", "=5(0)/3"},
    {"", "paid", "=1451(1)/3"},
    {"", "prospective", "=200(1)/3"},
    {"", "people", "=3(1)/3"},
    {"", "claims", "=4(0)/3"},
    {"payer", "lines", "bc=2(0)/2 mc=3(0)/2"},
    {"payer", "claims", "bc=2(0)/2 mc=2(0)/2"},
    {"payer", "people", "bc=2(0)/2 mc=2(1)/2"},
    {"quarter", "paid", "=1(0)/1 2020-Q3=0(0)/1 2020-Q4=1200(1)/2 2021-Q1=250(0)/1"},
    {"quarter", "claims", "=1(0)/1 2020-Q3=0(0)/1 2020-Q4=3(0)/3 2021-Q1=1(0)/1"},
    {"month", "lines", "=1(0)/1 2020-09=0(0)/1 2020-10=3(0)/3 2021-01=1(0)/1"},
    {"year", "lines", "=1(0)/1 2020=3(0)/3 2021=1(0)/1"},
    {"service_from_year", "lines", "=1(0)/1 2020=3(0)/3 2021=1(0)/1"},
    {"line", "paid", "1=951(1)/3 2=500(0)/1"},
    {"claim_type", "rows", "professional=7(0)/3"},
    {"adjustment", "rows", "adjustment=1(0)/1 cancellation=1(0)/1 original=5(0)/3"},
    {"service_from", "rows",
     "=1(0)/1 2020-09-30=2(0)/1 2020-10-01=1(0)/1 2020-10-02=1(0)/1 2020-10-03=1(0)/1 "
     "2021-01-01=1(0)/1"},
    {"paid", "rows", "! cannot group by 'paid': it is a cents"},
    {"payor", "rows", "! unknown grouping 'payor' of claim_line"},
    {"payer", "payd", "! unknown measure 'payd' of claim_line"},
    {"payer", "payer", "! 'payer' of claim_line is no amount that can be summed"},
    {"payer", "member_months", "! unknown measure 'member_months' of claim_line"},
    {"payer_quarter", "rows", "! unknown grouping 'payer_quarter' of claim_line"},
};

static void ask(const struct hc_batch *batch, const char *by, const char *measure,
                uint64_t memory, char *out) {
    struct hc_aggregate *a = NULL;
    struct hc_aggregate_options options = {.memory_bytes = memory, .people = true};
    struct hc_totals used;
    struct hc_buf text = {0};
    uint32_t row[LINES];
    for (uint32_t i = 0; i < LINES; i++)
        row[i] = i;
    enum hc_status status = hc_totals_init(&used, batch->schema, &err);
    hc_totals_add(&used, batch);
    if (status == HC_OK)
        status = hc_aggregate_new(&a, batch->schema, &by, by[0] != 0, &measure, 1, &options,
                                  &err);
    struct hc_rows rows = {batch, LINES, row, NULL};
    if (status == HC_OK)
        status = hc_aggregate_add(a, &rows, &err);
    if (status == HC_OK)
        status = hc_aggregate_finish(a, &used, &err);
    out[0] = 0;
    for (uint32_t g = 0; status == HC_OK && g < hc_aggregate_groups(a); g++) {
        struct hc_cell cell = hc_aggregate_cell(a, g, 0);
        sprintf(out + strlen(out), "%s%s=%lld(%lld)/%lld", g ? " " : "",
                by[0] ? hc_aggregate_text(a, g, 0, &text) : "", (long long)cell.value,
                (long long)cell.null_rows, (long long)cell.people);
    }
    if (status != HC_OK)
        sprintf(out, "! %.900s", err.what);
    hc_aggregate_free(a);
    hc_totals_free(&used);
    hc_buf_free(&text);
}

static void overflow(void) {
    static const char *const large[LINES] = {"mc C1 1 o M1 9223372036854775807 0 -",
                                             "mc C1 2 o M1 1 0 -",
                                             "mc C1 1 o M1 -1 0 -",
                                             "mc C1 1 o M1 -1 0 -",
                                             "mc C1 1 o M1 0 0 -",
                                             "mc C1 1 o M1 0 0 -",
                                             "mc C1 1 o M1 0 0 -"};
    struct hc_batch *batch = lines(large, LINES);
    char got[1024];
    batch->column[HC_claim_line_paid].i64[0] = INT64_MAX;
    ask(batch, "", "paid", 64 << 20, got);
    tap_text(got, "=9223372036854775806(0)/1", "beyond 64 bits on the way is fine");
    ask(batch, "line", "paid", 64 << 20, got);
    tap_text(got, "1=9223372036854775805(0)/1 2=1(0)/1", "so it is in groups");
    batch->column[HC_claim_line_paid].i64[1] = 3;
    ask(batch, "", "paid", 64 << 20, got);
    tap_text(got, "! the sum of paid leaves 64 bits", "at the end it is not");
    hc_batch_free(batch);
}

/* What a pair left over is money, but no line and no claim. */
static void residuals(void) {
    static const char *const left[LINES] = {
        "mc C1 1 r M1 -5 -5 2020-09-30", "mc C2 1 R M1 20 20 2020-09-30",
        "mc C2 2 o M1 70 70 2020-09-30", "mc C3 1 R M1 1 1 2020-10-01",
        "mc C4 1 o M1 9 9 2020-10-01",   "mc C5 1 c M1 -4 -4 2020-10-01",
        "mc C6 1 o M1 8 8 2020-10-01"};
    struct hc_batch *batch = lines(left, LINES);
    char got[1024];
    ask(batch, "", "lines", 64 << 20, got);
    tap_text(got, "=2(0)/1", "residuals are no lines");
    ask(batch, "month", "lines", 64 << 20, got);
    tap_text(got, "2020-09=1(0)/1 2020-10=1(0)/1", "by month");
    ask(batch, "", "claims", 64 << 20, got);
    tap_text(got, "=2(0)/1", "and no claims");
    ask(batch, "", "paid", 64 << 20, got);
    tap_text(got, "=99(0)/1", "but amounts");
    hc_batch_free(batch);
}

static void months(void) {
    static const struct {
        const char *text;
        bool fine;
    } spans[] = {{"2020-01..2020-12", true},  {"2020-01", true},
                 {"2020-12..2020-01", false}, {"2020-01..", false},
                 {"2020-13", false},          {"", false},
                 {"2020-01...2020-02", false}};
    struct hc_months m = {0, 0};
    for (size_t i = 0; i < sizeof spans / sizeof *spans; i++)
        tap_ok((hc_months_parse(&m, hc_str_of(spans[i].text), NULL) == HC_OK) ==
                   spans[i].fine,
               "'%s' is %s", spans[i].text, spans[i].fine ? "fine" : "refused");
    static const struct {
        const char *start, *end, *covered;
    } rows[] = {{"2019-06-30", "2020-02-01", "2020-01..2020-02"},
                {"2020-03-31", NULL, "2020-03..2020-12"},
                {"2020-05-05", "2020-05-05", "2020-05..2020-05"},
                {"2019-01-01", "2019-12-31", ""},
                {"2021-01-01", NULL, ""},
                {"2020-05-05", "2020-04-30", ""},
                {NULL, "2020-04-30", ""}};
    struct hc_batch *b;
    if (hc_batch_new(&b, &hc_kinds[HC_KIND_coverage], NULL, NULL) != HC_OK ||
        hc_months_parse(&m, HC_STR("2020-01..2020-12"), NULL) != HC_OK)
        exit(1);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        hc_day day;
        hc_batch_row(b);
        if (rows[i].start &&
            hc_parse_day(hc_str_of(rows[i].start), HC_DATE_ISO, &day, NULL) == HC_OK)
            hc_set_i32(b, HC_coverage_start_date, day);
        if (rows[i].end &&
            hc_parse_day(hc_str_of(rows[i].end), HC_DATE_ISO, &day, NULL) == HC_OK)
            hc_set_i32(b, HC_coverage_end_date, day);
    }
    if (hc_batch_seal(b, NULL) != HC_OK)
        exit(1);
    for (size_t i = 0; i < b->rows; i++) {
        hc_month first, last;
        char text[64] = "", one[16], two[16];
        if (hc_months_covered(&m, b, i, &first, &last))
            sprintf(text, "%s..%s", hc_format_month(first, one),
                    hc_format_month(last, two));
        tap_text(text, rows[i].covered, "months covered");
    }
    hc_batch_free(b);
}

int main(void) {
    struct hc_batch *batch = lines(sample, LINES);
    char got[2048];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ask(batch, cases[i].by, cases[i].measure, 64 << 20, got);
        tap_ok(strcmp(got, cases[i].cells) == 0, "%s by '%s': %s", cases[i].measure,
               cases[i].by, got);
    }
    hc_batch_free(batch);
    overflow();
    residuals();
    months();
    return tap_done();
}
