/* The worked examples of attribution: the tie, the month grid, and a reason for every row.
 */
#include <stdlib.h>

#include "base/file.h"
#include "rule/attribution.h"

#include "../tap.h"

static struct hc_err err;
static void must(enum hc_status status) {
    if (status != HC_OK) {
        printf("Bail out! status %d: %s %s\n", (int)status, err.file, err.what);
        exit(1);
    }
}
static hc_day day_of(const char *text) {
    hc_day day = 0;
    must(hc_parse_day(hc_str_of(text), HC_DATE_ISO, &day, &err));
    return day;
}

struct cover { /* first and last: days */
    int person;
    const char *payer;
    int type;
    const char *first, *last, *aco;
    const char *flags; /* a, b: Parts A and B; m: Medicare Advantage; l: limited benefit; s:
                          pays second; o: lives elsewhere; p: pharmacy only; d: died
                          2020-06-10 */
};
struct visit {
    int person;
    const char *day, *tax, *code, *specialty;
    int64_t allowed;
    int adjustment; /* RESIDUAL: an original's residual */
};
enum { RESIDUAL = 9 };
struct place {
    const char *tax, *practice, *program, *first, *last;
};

static struct hc_batch *new_batch(enum hc_kind kind) {
    struct hc_batch *b = NULL;
    must(hc_batch_new(&b, &hc_kinds[kind], NULL, &err));
    return b;
}

static struct hc_batch *covers(const struct cover *c, size_t count) {
    struct hc_batch *b = new_batch(HC_KIND_coverage);
    for (size_t i = 0; i < count; i++, c++) {
        hc_batch_row(b);
        hc_set_i64(b, HC_coverage_person_id, c->person);
        hc_set_str(b, HC_coverage_payer, hc_str_of(c->payer));
        hc_set_choice(b, HC_coverage_payer_type, c->type);
        hc_set_i32(b, HC_coverage_start_date, day_of(c->first));
        if (c->last)
            hc_set_i32(b, HC_coverage_end_date, day_of(c->last));
        if (c->aco)
            hc_set_str(b, HC_coverage_aco_id, hc_str_of(c->aco));
        hc_set_bool(b, HC_coverage_part_a, strchr(c->flags, 'a') != NULL);
        hc_set_bool(b, HC_coverage_part_b, strchr(c->flags, 'b') != NULL);
        if (c->type == HC_payer_type_medicaid && !strchr(c->flags, 'l')) /* else not told */
            hc_set_bool(b, HC_coverage_payer_says_primary, !strchr(c->flags, 's'));
        hc_set_bool(b, HC_coverage_medicare_advantage, strchr(c->flags, 'm') != NULL);
        hc_set_bool(b, HC_coverage_medical, strchr(c->flags, 'p') == NULL);
        hc_set_choice(b, HC_coverage_benefit,
                      strchr(c->flags, 'l') ? HC_benefit_limited : HC_benefit_full);
        hc_set_str(b, HC_coverage_state,
                   strchr(c->flags, 'o') ? HC_STR("NH") : HC_STR("VT"));
        if (strchr(c->flags, 'd'))
            hc_set_i32(b, HC_coverage_death_date, day_of("2020-06-10"));
        hc_set_i32(b, HC_coverage_delivery, 1);
        hc_set_i64(b, HC_coverage_source_record, (int64_t)i + 1);
    }
    must(hc_batch_seal(b, &err));
    return b;
}

static struct hc_batch *visits(const struct visit *v, size_t count) {
    struct hc_batch *b = new_batch(HC_KIND_claim_line);
    for (size_t i = 0; i < count; i++, v++) {
        hc_batch_row(b);
        hc_set_i64(b, HC_claim_line_person_id, v->person);
        hc_set_choice(b, HC_claim_line_payer_type, HC_payer_type_medicare);
        hc_set_choice(b, HC_claim_line_claim_type, HC_claim_type_professional);
        if (v->adjustment == RESIDUAL)
            hc_set_choice(b, HC_claim_line_standing, HC_standing_residual);
        hc_set_choice(b, HC_claim_line_adjustment,
                      v->adjustment == RESIDUAL ? HC_adjustment_original : v->adjustment);
        hc_set_i32(b, HC_claim_line_service_from, day_of(v->day));
        hc_set_str(b, HC_claim_line_tax_id, hc_str_of(v->tax));
        hc_set_str(b, HC_claim_line_procedure_code, hc_str_of(v->code));
        hc_set_str(b, HC_claim_line_specialty, hc_str_of(v->specialty));
        hc_set_i64(b, HC_claim_line_allowed, v->allowed);
    }
    must(hc_batch_seal(b, &err));
    return b;
}

static struct hc_roster *roster(const struct place *p, size_t count) {
    struct hc_batch *b = new_batch(HC_KIND_provider);
    struct hc_roster *r = NULL;
    for (size_t i = 0; i < count; i++, p++) {
        hc_batch_row(b);
        hc_set_str(b, HC_provider_npi, HC_STR("1"));
        hc_set_str(b, HC_provider_tax_id, hc_str_of(p->tax));
        hc_set_str(b, HC_provider_practice_id, hc_str_of(p->practice));
        if (p->program) {
            hc_set_str(b, HC_provider_program, hc_str_of(p->program));
            hc_set_str(b, HC_provider_aco_id, HC_STR("ACO"));
        }
        hc_set_bool(b, HC_provider_participating, p->program != NULL);
        hc_set_i32(b, HC_provider_start_date, day_of(p->first));
        if (p->last)
            hc_set_i32(b, HC_provider_end_date, day_of(p->last));
    }
    must(hc_batch_seal(b, &err));
    must(hc_roster_new(&r, &err));
    must(hc_roster_add(r, b, &err));
    hc_batch_free(b);
    return r;
}

static struct hc_program program[3];
static struct hc_payer_order order;

struct answer {
    struct hc_buf text; /* "PERSON MONTH reason practice amount[ new]; " */
    struct hc_buf ranking;
    struct hc_attribution_counts counts;
};

static void show(struct answer *a, const struct hc_batch *b, size_t row) {
    char month[16];
    struct hc_str reason = hc_str_at(b, HC_assignment_reason, row);
    struct hc_str practice = hc_str_at(b, HC_assignment_practice_id, row);
    hc_format_month(hc_month_of((hc_day)hc_int_at(b, HC_assignment_month, row, 0)), month);
    hc_buf_printf(&a->text, "%d %s %.*s",
                  (int)hc_int_at(b, HC_assignment_person_id, row, 0), month,
                  (int)reason.len, reason.ptr);
    if (practice.len > 0)
        hc_buf_printf(&a->text, " %.*s", (int)practice.len, practice.ptr);
    if (!hc_is_null(b, HC_assignment_amount, row))
        hc_buf_printf(&a->text, " %d", (int)hc_int_at(b, HC_assignment_amount, row, 0));
    if (hc_int_at(b, HC_assignment_newly, row, 0))
        hc_buf_puts(&a->text, " new");
    hc_buf_puts(&a->text, "; ");
}
static void show_rank(struct answer *a, const struct hc_batch *b, size_t row) {
    struct hc_str practice = hc_str_at(b, HC_ranking_practice_id, row);
    struct hc_str decided = hc_str_at(b, HC_ranking_decided_by, row);
    hc_buf_printf(&a->ranking, "%d %.*s %d+2*%d=%d %.*s; ",
                  (int)hc_int_at(b, HC_ranking_rank, row, 0), (int)practice.len,
                  practice.ptr, (int)hc_int_at(b, HC_ranking_amount_older, row, 0),
                  (int)hc_int_at(b, HC_ranking_amount_recent, row, 0),
                  (int)hc_int_at(b, HC_ranking_amount_weighted, row, 0), (int)decided.len,
                  decided.ptr);
}

static struct answer ask(const struct hc_batch *cover, const struct hc_batch *care,
                         struct hc_roster *r, const char *from, const char *to,
                         unsigned parts) {
    struct answer a = {0};
    struct hc_attribution *t = NULL;
    struct hc_batch *out;
    struct hc_attribution_options o = {.program = program,
                                       .programs = 3,
                                       .order = &order,
                                       .roster = r,
                                       .has_from = true,
                                       .has_to = true,
                                       .parts = parts,
                                       .memory_bytes = 64 << 20};
    must(hc_parse_month(hc_str_of(from), &o.from, &err));
    must(hc_parse_month(hc_str_of(to), &o.to, &err));
    must(hc_attribution_new(&t, &o, cover->schema, NULL, care->schema, NULL, &err));
    must(hc_attribution_coverage(t, cover, &err));
    must(hc_attribution_claims(t, care, NULL, &err));
    must(hc_attribution_work(t, &err));
    while (hc_attribution_next(t, &out, &err) == HC_OK)
        for (size_t row = 0; row < out->rows; row++)
            show(&a, out, row);
    while (hc_attribution_ranking_next(t, &out, &err) == HC_OK)
        for (size_t row = 0; row < out->rows; row++)
            show_rank(&a, out, row);
    must(hc_attribution_check(t, NULL, &err));
    hc_attribution_counts(t, &a.counts);
    hc_attribution_free(t);
    return a;
}

#define LIST(type, ...)                                                                    \
    (const struct type[]){__VA_ARGS__},                                                    \
        sizeof((const struct type[]){__VA_ARGS__}) / sizeof(struct type)
#define MEDICARE "medicare", HC_payer_type_medicare
#define MEDICAID "medicaid", HC_payer_type_medicaid
#define BCBS "bcbsvt", HC_payer_type_commercial

static void is(const char *name, struct hc_batch *cover, struct hc_batch *care,
               struct hc_roster *r, const char *from, const char *to, const char *want,
               const char *ranking) {
    for (unsigned parts = 1; parts <= 16; parts += 15) {
        struct answer a = ask(cover, care, r, from, to, parts);
        tap_text(hc_buf_text(&a.text), want, name);
        if (ranking)
            tap_text(hc_buf_text(&a.ranking), ranking, "  ranking");
        hc_buf_free(&a.text);
        hc_buf_free(&a.ranking);
    }
    hc_batch_free(cover);
    hc_batch_free(care);
    hc_roster_free(r);
}

static struct hc_roster *two_practices(void) {
    return roster(LIST(place, {"tP", "P", "medicare-vtaco", "2018-01-01", NULL},
                       {"tQ", "Q", "medicare-vtaco", "2018-01-01", "2020-02-29"},
                       {"tR", "R", NULL, "2010-01-01", NULL}));
}

static void month_grid(void) {
    struct hc_batch *cover =
        covers(LIST(cover, {1, MEDICAID, "2020-01-01", "2020-12-31", "ACO", ""},
                    {1, BCBS, "2020-04-01", "2020-05-31", NULL, ""},
                    {2, MEDICAID, "2020-05-01", "2020-12-31", "ACO", ""},
                    {3, MEDICAID, "2019-06-01", "2019-12-31", NULL, ""}));
    struct hc_batch *care = visits(NULL, 0);
    struct hc_roster *r = roster(NULL, 0);
    struct answer a = ask(cover, care, r, "2020-01", "2020-12", 3);
    tap_int(a.counts.attributed, 10, "with other insurance in April and May: 10 months");
    tap_int(a.counts.person_months, 20, "  a row for every month covered");
    tap_ok(strstr(hc_buf_text(&a.text), "1 2020-04 not_on_roster") != NULL,
           "  somebody else pays first in April");
    tap_ok(strstr(hc_buf_text(&a.text), "2 2020-06 joined_during_year") != NULL,
           "enrolled in May: none");
    hc_buf_free(&a.text);
    hc_buf_free(&a.ranking);
    hc_batch_free(cover);
    hc_batch_free(care);
    hc_roster_free(r);
}

static void faults(void) {
    static const struct {
        const char *text;
        const char *says;
    } cases[] = {
        {"program: x\npayer_type: medicare\nelligible: [alive]\nmethod: payer_roster\n"
         "payer_roster: {settled_in: month}\n",
         "eligible"},
        {"program: x\npayer_type: medicare\neligible: [alve]\nmethod: payer_roster\n"
         "payer_roster: {settled_in: month}\n",
         "did you mean 'alive'"},
        {"program: x\npayer_type: medicare\neligible: [alive]\nmethod: dice\n",
         "no such method"},
        {"program: x\npayer_type: medicare\neligible: [alive]\nmethod: plurality\n"
         "plurality: {claim_types: [professional], codes: primary-care-hcpcs,\n"
         "  specialties: primary-care-specialties, windows: {older: {begins: 6, months: "
         "12},\n"
         "  recent: {begins: 18}}}\n",
         "older ends after January"},
    };
    char path[] = "/tmp/hc-program-XXXXXX";
    int fd = mkstemp(path);
    for (size_t i = 0; fd >= 0 && i < sizeof cases / sizeof *cases; i++) {
        struct hc_program p;
        char named[64];
        snprintf(named, sizeof named, "%s", path);
        FILE *f = fopen(path, "w");
        if (f) {
            fputs(cases[i].text, f);
            fclose(f);
        }
        err = (struct hc_err){0};
        enum hc_status status = hc_program_read(&p, named, &err);
        tap_ok(status == HC_ECONFIG && strstr(err.what, cases[i].says), "refused: %s",
               cases[i].says);
        hc_program_free(&p);
    }
    remove(path);
    struct hc_codes *codes = NULL;
    tap_int(hc_codes_parse(
                &codes, "list.csv",
                HC_STR("code,start,end,source\n# x\n99202-99205,,2020-12-31,s\nG12-x,,,\n"
                       "1,2020-02-30,,\n"),
                &err),
            HC_ECONFIG, "a list with faults");
    tap_ok(strstr(err.what, "list.csv:4:") && strstr(err.what, "list.csv:5:"),
           "all at once: two");
    tap_int(hc_codes_parse(&codes, "list.csv",
                           HC_STR("code,start,end,source\r\n99202-99205,,2020-12-31,s\r\n"
                                  "99205,2021-06-01,,s\r\n"),
                           &err),
            HC_OK, "a list");
    tap_ok(hc_codes_has(codes, HC_STR("99203"), day_of("2020-12-31")) &&
               !hc_codes_has(codes, HC_STR("99203"), day_of("2021-01-01")) &&
               hc_codes_has(codes, HC_STR("99205"), day_of("2021-06-01")) &&
               !hc_codes_has(codes, HC_STR("99206"), day_of("2020-01-01")),
           "codes are dated");
    hc_codes_free(codes);
}

int main(void) {
    must(hc_program_read(&program[0], "medicare-vtaco", &err));
    must(hc_program_read(&program[1], "medicaid-vtaco", &err));
    must(hc_program_read(&program[2], "bcbsvt-vtaco", &err));
    must(hc_payer_order_read(&order, "primary-payer", &err));
    is("the tie goes to the more recent service: Q",
       covers(LIST(cover, {1, MEDICARE, "2020-01-01", "2020-01-31", NULL, "ab"})),
       visits(LIST(visit, {1, "2017-08-01", "tP", "99213", "08", 30000, 0},
                   {1, "2018-08-01", "tQ", "99213", "08", 15000, 0})),
       two_practices(), "2020-01", "2020-12", "1 2020-01 attributed Q 10000; ",
       "1 Q 0+2*15000=30000 recent_service; 2 P 30000+2*0=30000 amount; ");
    is("a residual is no visit and no day of service",
       covers(LIST(cover, {1, MEDICARE, "2020-01-01", "2020-01-31", NULL, "ab"})),
       visits(LIST(visit, {1, "2017-08-01", "tP", "99213", "08", 30000, 0},
                   {1, "2018-08-01", "tQ", "99213", "08", 15000, 0},
                   {1, "2018-12-01", "tP", "99213", "08", 0, RESIDUAL})),
       two_practices(), "2020-01", "2020-12", "1 2020-01 attributed Q 10000; ",
       "1 Q 0+2*15000=30000 recent_service; 2 P 30000+2*0=30000 amount; ");
    is("a practice that leaves takes its people along; one that never took part keeps them",
       covers(LIST(cover, {1, MEDICARE, "2020-02-01", "2020-03-31", NULL, "ab"},
                   {2, MEDICARE, "2020-02-01", "2020-02-29", NULL, "ab"},
                   {3, MEDICARE, "2020-02-01", "2020-02-29", NULL, "ab"})),
       visits(LIST(visit, {1, "2018-08-01", "tQ", "99213", "08", 15000, 0},
                   {2, "2018-08-01", "tR", "99213", "08", 200, 0},
                   {2, "2018-08-01", "tP", "99213", "08", 100, 0},
                   {3, "2018-08-01", "elsewhere", "99213", "08", 200, 0})),
       two_practices(), "2020-01", "2020-12",
       "1 2020-02 attributed Q 10000; 1 2020-03 practice_left 10000; "
       "2 2020-02 not_participating_practice 133; 3 2020-02 not_participating_practice "
       "133; ",
       NULL);
    is("what does not qualify: other codes and specialties, other years, a visit taken "
       "back",
       covers(LIST(cover, {1, MEDICARE, "2020-01-01", "2020-01-31", NULL, "ab"})),
       visits(LIST(visit, {1, "2018-08-01", "tP", "99283", "08", 100, 0},
                   {1, "2018-08-01", "tP", "99213", "06", 100, 0},
                   {1, "2017-06-30", "tP", "99213", "08", 100, 0},
                   {1, "2019-07-01", "tP", "99213", "08", 100, 0},
                   {1, "2018-08-01", "tP", "99213", "08", 100, 0},
                   {1, "2018-08-01", "tP", "99213", "08", -100, 1})),
       two_practices(), "2020-01", "2020-12", "1 2020-01 no_qualifying_visit; ", "");
    is("a reason for every row",
       covers(
           LIST(cover, {1, MEDICARE, "2020-06-01", "2020-07-31", NULL, "abd"},
                {2, MEDICARE, "2020-06-01", "2020-06-30", NULL, "abo"},
                {3, MEDICARE, "2020-06-01", "2020-06-30", NULL, "abm"},
                {4, MEDICARE, "2020-06-01", "2020-06-30", NULL, "a"},
                {5, MEDICAID, "2020-06-01", "2020-06-30", "ACO", "l"},
                {6, "mvp", HC_payer_type_commercial, "2020-06-01", "2020-06-30", "ACO", ""},
                {7, BCBS, "2020-06-01", "2020-06-30", "ACO", "p"},
                {8, BCBS, "2020-06-01", "2020-06-30", "ACO", ""},
                {8, MEDICAID, "2020-06-01", "2020-06-30", "ACO", ""},
                {9, BCBS, "2020-06-01", "2020-06-30", NULL, ""},
                {10, MEDICAID, "2020-06-01", "2020-06-30", "ACO", "s"})),
       visits(NULL, 0), two_practices(), "2020-06", "2020-07",
       "1 2020-06 no_qualifying_visit; 1 2020-07 died; 2 2020-06 not_resident; "
       "3 2020-06 medicare_advantage; 4 2020-06 no_part_a_and_b; 5 2020-06 "
       "limited_benefit; "
       "6 2020-06 no_program; 7 2020-06 no_medical_coverage; 8 2020-06 attributed; "
       "9 2020-06 not_on_roster; 10 2020-06 other_insurance; ",
       NULL);
    is("who could be attributed does not depend on whether a program runs",
       covers(
           LIST(cover, {1, MEDICARE, "2017-06-01", "2017-06-30", NULL, "abm"},
                {2, MEDICARE, "2017-06-01", "2017-06-30", NULL, "ab"},
                {3, "mvp", HC_payer_type_commercial, "2017-06-01", "2017-06-30", NULL, "o"},
                {4, "x", HC_payer_type_other, "2017-06-01", "2017-06-30", NULL, "o"})),
       visits(NULL, 0), two_practices(), "2017-06", "2017-06",
       "1 2017-06 medicare_advantage; 2 2017-06 not_in_force; 3 2017-06 not_resident; "
       "4 2017-06 no_program; ",
       NULL);
    is("newly: attributed now and in no month of the year before, where that is known",
       covers(LIST(cover, {1, BCBS, "2019-12-01", "2020-01-31", "ACO", ""},
                   {2, BCBS, "2019-12-01", "2019-12-31", NULL, ""},
                   {2, BCBS, "2020-01-01", "2020-01-31", "ACO", ""},
                   {3, MEDICAID, "2020-01-01", "2020-01-31", "ACO", ""})),
       visits(NULL, 0), two_practices(), "2020-01", "2020-01",
       "1 2020-01 attributed; 2 2020-01 attributed new; 3 2020-01 attributed; ", NULL);
    month_grid();
    faults();
    for (int i = 0; i < 3; i++)
        hc_program_free(&program[i]);
    hc_payer_order_free(&order);
    return tap_done();
}
