/* The ladder: what joins, what keeps apart, and numbers that last. */
#include <stdlib.h>

#include "feed/placeholder.h"
#include "rule/identity.h"

#include "../tap.h"

struct span {
    const char *payer, *member, *keys; /* keys: blank-separated */
    const char *first, *last;
};

static struct hc_ladder ladder = {.rungs = 4,
                                  .rung = {{"mbi", 0, false},
                                           {"ssn_dob", 1, false},
                                           {"name_dob_sex_zip3", 3, true},
                                           {"contract_dob_sex", 3, true}}};

static void must(enum hc_status status, const struct hc_err *err) {
    if (status != HC_OK) {
        printf("Bail out! status %d: %s\n", (int)status, err->what);
        exit(1);
    }
}

static void add_span(struct hc_batch *b, const struct span *s) {
    struct hc_str key[8];
    size_t keys = 0;
    hc_day day;
    hc_batch_row(b);
    hc_set_str(b, HC_coverage_payer, hc_str_of(s->payer));
    hc_set_str(b, HC_coverage_member_id, hc_str_of(s->member));
    for (const char *at = s->keys; *at; at += strspn(at, " ")) {
        key[keys++] = (struct hc_str){at, strcspn(at, " ")};
        at += strcspn(at, " ");
    }
    hc_set_list(b, HC_coverage_identity_keys, key, keys);
    if (s->first && hc_parse_day(hc_str_of(s->first), HC_DATE_ISO, &day, NULL) == HC_OK)
        hc_set_i32(b, HC_coverage_start_date, day);
    if (s->last && hc_parse_day(hc_str_of(s->last), HC_DATE_ISO, &day, NULL) == HC_OK)
        hc_set_i32(b, HC_coverage_end_date, day);
}

struct solved {
    struct hc_buf text; /* "payer/member=person[>became] rung; " */
    struct hc_identity_counts counts;
    struct hc_batch *map;
};

/* order turns the spans round, so that each case is read in two orders. */
static struct solved solve(const struct span *span, size_t spans,
                           const struct hc_batch *previous, bool turned) {
    struct solved s = {0};
    struct hc_err err = {0};
    struct hc_identity *identity = NULL;
    struct hc_batch *b = NULL;
    must(hc_identity_new(&identity, &ladder, &err), &err);
    must(hc_batch_new(&b, &hc_kinds[HC_KIND_coverage], NULL, &err), &err);
    must(hc_batch_new(&s.map, &hc_kinds[HC_KIND_member], NULL, &err), &err);
    for (size_t i = 0; i < spans; i++)
        add_span(b, &span[turned ? spans - 1 - i : i]);
    must(hc_batch_seal(b, &err), &err);
    if (previous && !turned)
        must(hc_identity_previous(identity, previous, NULL, &err), &err);
    must(hc_identity_add(identity, b, b, &err), &err);
    must(hc_identity_covers(identity, b, &err), &err);
    if (previous && turned)
        must(hc_identity_previous(identity, previous, NULL, &err), &err);
    must(hc_identity_solve(identity, &err), &err);
    if (hc_identity_next(identity, s.map, &err) == HC_END)
        hc_batch_clear(s.map);
    for (size_t row = 0; row < s.map->rows; row++) {
        struct hc_str payer = hc_str_at(s.map, HC_member_payer, row);
        struct hc_str member = hc_str_at(s.map, HC_member_member_id, row);
        struct hc_str rung = hc_str_at(s.map, HC_member_rung, row);
        hc_buf_printf(&s.text, "%.*s/%.*s=%d", (int)payer.len, payer.ptr, (int)member.len,
                      member.ptr, (int)hc_int_at(s.map, HC_member_person_id, row, 0));
        if (!hc_is_null(s.map, HC_member_merged_into, row))
            hc_buf_printf(&s.text, ">%d",
                          (int)hc_int_at(s.map, HC_member_merged_into, row, 0));
        hc_buf_printf(&s.text, " %.*s; ", (int)rung.len, rung.ptr);
    }
    hc_identity_counts(identity, &s.counts);
    hc_identity_free(identity);
    hc_batch_free(b);
    return s;
}
static void solved_free(struct solved *s) {
    hc_buf_free(&s->text);
    hc_batch_free(s->map);
}

#define SPANS(...)                                                                         \
    (const struct span[]){__VA_ARGS__},                                                    \
        sizeof((const struct span[]){__VA_ARGS__}) / sizeof(struct span)
static const struct {
    const char *name;
    const struct span *span;
    size_t spans;
    const char *want;
} cases[] = {
    {"one MBI is one person",
     SPANS({"medicare", "m1", "mbi:aa", NULL, NULL}, {"bcbs", "b1", "mbi:aa", NULL, NULL},
           {"bcbs", "b2", "", NULL, NULL}),
     "bcbs/b1=1 mbi; bcbs/b2=2 own; medicare/m1=1 mbi; "},
    {"rungs chain",
     SPANS({"medicare", "m1", "mbi:aa ssn_dob:11", NULL, NULL},
           {"medicaid", "d1", "ssn_dob:11 name_dob_sex_zip3:nn", NULL, NULL},
           {"bcbs", "b1", "name_dob_sex_zip3:nn", NULL, NULL}),
     "bcbs/b1=1 name_dob_sex_zip3; medicaid/d1=1 ssn_dob; medicare/m1=1 ssn_dob; "},
    {"two MBIs never join on a lower rung",
     SPANS({"medicare", "m1", "mbi:aa name_dob_sex_zip3:nn", NULL, NULL},
           {"medicare", "m2", "mbi:bb name_dob_sex_zip3:nn", NULL, NULL},
           {"bcbs", "b1", "name_dob_sex_zip3:nn", NULL, NULL}),
     "bcbs/b1=1 own; medicare/m1=2 own; medicare/m2=3 own; "},
    {"nor through somebody between them",
     SPANS({"medicare", "m1", "mbi:aa ssn_dob:11", NULL, NULL},
           {"medicare", "m2", "mbi:bb ssn_dob:22", NULL, NULL},
           {"medicaid", "d1", "ssn_dob:11 ssn_dob:22", NULL, NULL}),
     "medicaid/d1=1 own; medicare/m1=2 own; medicare/m2=3 own; "},
    {"twins of one contract are two people",
     SPANS({"bcbs", "t1", "contract_dob_sex:cc", "2020-01-01", "2020-12-31"},
           {"bcbs", "t2", "contract_dob_sex:cc", "2020-01-01", "2020-12-31"}),
     "bcbs/t1=1 own; bcbs/t2=2 own; "},
    {"a new number after the old one is the same person",
     SPANS({"bcbs", "n1", "contract_dob_sex:cc", "2020-01-01", "2020-06-30"},
           {"bcbs", "n2", "contract_dob_sex:cc", "2020-07-01", NULL}),
     "bcbs/n1=1 contract_dob_sex; bcbs/n2=1 contract_dob_sex; "},
    {"keys of rungs the ladder has not join nobody",
     SPANS({"a", "1", "shoe_size:42", NULL, NULL}, {"b", "1", "shoe_size:42", NULL, NULL}),
     "a/1=1 own; b/1=2 own; "},
};

static struct hc_batch *map_of(const struct span *span, size_t spans) {
    struct solved s = solve(span, spans, NULL, false);
    hc_buf_free(&s.text);
    return s.map;
}

static void next_month(const char *name, const struct span *before, size_t befores,
                       const struct span *now, size_t nows, const char *want,
                       int64_t merged, int64_t split, int64_t absent) {
    struct hc_batch *previous = map_of(before, befores);
    for (int turned = 0; turned < 2; turned++) {
        struct solved s = solve(now, nows, previous, turned);
        tap_text(hc_buf_text(&s.text), want, name);
        tap_ok(s.counts.merged == merged && s.counts.split == split &&
                   s.counts.absent == absent,
               "  %d merged, %d split, %d absent", (int)s.counts.merged,
               (int)s.counts.split, (int)s.counts.absent);
        solved_free(&s);
    }
    hc_batch_free(previous);
}

/* One number, two birth dates: joined and told, or kept apart where the rung says so. */
static void births(void) {
    for (int refuse = 0; refuse < 2; refuse++) {
        struct hc_ladder strict = ladder;
        struct hc_identity *d = NULL;
        struct hc_batch *b = NULL;
        struct hc_identity_counts counts;
        struct hc_err err = {0};
        strict.rung[0].refuse_births = refuse;
        must(hc_identity_new(&d, &strict, &err), &err);
        must(hc_batch_new(&b, &hc_kinds[HC_KIND_coverage], NULL, &err), &err);
        for (int i = 0; i < 3; i++) {
            add_span(b, &(struct span){i ? "bcbs" : "medicare", i == 2 ? "2" : "1",
                                       "mbi:aa", NULL, NULL});
            if (i < 2)
                hc_set_i32(b, HC_coverage_birth_date, 1000 + 9 * i);
        }
        must(hc_batch_seal(b, &err), &err);
        must(hc_identity_add(d, b, b, &err), &err);
        must(hc_identity_covers(d, b, &err), &err);
        must(hc_identity_solve(d, &err), &err);
        hc_identity_counts(d, &counts);
        tap_ok(counts.persons == (refuse ? 3 : 1) && counts.births == !refuse &&
                   counts.aged[0] == !refuse && counts.conflicts[0] == refuse,
               "two birth dates under one number: %d persons, %d told, %d kept apart",
               (int)counts.persons, (int)counts.births, (int)counts.conflicts[0]);
        hc_identity_free(d);
        hc_batch_free(b);
    }
}

/* A number of more members than one person has: nobody is joined, and nobody kept apart. */
static void crowd(void) {
    for (uint32_t most = 4; most <= 5; most++) {
        struct hc_ladder narrow = ladder;
        struct hc_identity *d = NULL;
        struct hc_batch *b = NULL;
        struct hc_identity_counts counts;
        struct hc_err err = {0};
        narrow.rung[0].at_most = most;
        must(hc_identity_new(&d, &narrow, &err), &err);
        must(hc_batch_new(&b, &hc_kinds[HC_KIND_coverage], NULL, &err), &err);
        for (int month = 0; month < 3; month++) /* months are not members */
            for (int i = 0; i < 5; i++)
                add_span(
                    b, &(struct span){"bcbs", (const char *[]){"1", "2", "3", "4", "5"}[i],
                                      i < 4 ? "mbi:aa" : "mbi:aa ssn_dob:55", NULL, NULL});
        add_span(b, &(struct span){"medicare", "9", "mbi:bb ssn_dob:55", NULL, NULL});
        must(hc_batch_seal(b, &err), &err);
        must(hc_identity_add(d, b, b, &err), &err);
        must(hc_identity_covers(d, b, &err), &err);
        must(hc_identity_solve(d, &err), &err);
        hc_identity_counts(d, &counts);
        tap_ok(counts.crowded[0] == (most == 4) && counts.persons == (most == 4 ? 5 : 2) &&
                   counts.joined[1] == (most == 4),
               "five members of one number, at most %d: %d persons", (int)most,
               (int)counts.persons);
        hc_identity_free(d);
        hc_batch_free(b);
    }
}

/* What stands for "none" makes no key. */
static void placeholders(void) {
    static const char *const no_number[] = {
        "",         "0",           "NA",        "NONE",      "1234",        "00000",
        "UNKNOWN",  "00000000000", "999999999", "XXXXXXXXX", "99999999990", "NOTAVAILABLE",
        "12121212", "12345678901", "987654321", "01234567",  "X0000000000"};
    static const char *const number[] = {"1SC8LW4ZB97", "1EG4TE5MK73", "ZQM000000039",
                                         "M0001", "10203"};
    static const char *const no_ssn[] = {
        "",          "000000000",  "111111111", "999999999", "123456789", "987654321",
        "078051120", "000123456",  "666123456", "219001234", "219120000", "21912345",
        "999999998", "2191234567", "912701234", "900010001"};
    static const char *const ssn[] = {"219121234", "899701234", "665123456", "001010002"};
    static const char *const no_area9[] = {"219121234", "999999999", "987654321",
                                           "912001234", "912700000", "91270123"};
    static const char *const area9[] = {"912701234", "900010001"};
    static const struct {
        const char *last, *first;
        bool real;
    } names[] = {{"DOE", "ANN", true},
                 {"DOE", "JANE", false},
                 {"SMITH", "BABY", false},
                 {"BABY", "ANN", true},
                 {"SMITH", "BABYGIRLB", false},
                 {"SMITH", "NEWBORNA", false},
                 {"UNKNOWN", "ANN", false},
                 {"SMITH", "UNK", false},
                 {"O", "J", true},
                 {"XX", "ANN", false},
                 {"TESTA", "TESSA", true},
                 {"GIRL", "ANN", true},
                 {"SMITH", "BABYLON", true}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        tap_ok(hc_real_name(hc_str_of(names[i].last), hc_str_of(names[i].first)) ==
                   names[i].real,
               "%s, %s is %s", names[i].last, names[i].first,
               names[i].real ? "one" : "none");
#define EACH(list, is, real)                                                               \
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)                                \
    tap_ok(is(hc_str_of(list[i])) == real, "'%s' is %s", list[i], real ? "one" : "none")
    EACH(no_number, hc_real_number, false);
    EACH(number, hc_real_number, true);
    EACH(no_ssn, hc_real_ssn, false);
    EACH(ssn, hc_real_ssn, true);
    EACH(no_area9, hc_area9_ssn, false);
    EACH(area9, hc_area9_ssn, true);
}

int main(void) {
    placeholders();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int turned = 0; turned < 2; turned++) {
            struct solved s = solve(cases[i].span, cases[i].spans, NULL, turned);
            tap_text(hc_buf_text(&s.text), cases[i].want, cases[i].name);
            solved_free(&s);
        }
    next_month("the same persons next month, and new ones behind them",
               SPANS({"m", "2", "mbi:aa", NULL, NULL}, {"b", "9", "mbi:aa", NULL, NULL},
                     {"b", "5", "", NULL, NULL}),
               SPANS({"a", "0", "", NULL, NULL}, {"m", "2", "mbi:aa", NULL, NULL},
                     {"b", "9", "mbi:aa", NULL, NULL}),
               "a/0=3 own; b/5=1 own; b/9=2 mbi; m/2=2 mbi; ", 0, 0, 1);
    next_month("two that turn out to be one: the lower number stands",
               SPANS({"b", "1", "", NULL, NULL}, {"m", "1", "", NULL, NULL},
                     {"m", "0", "", NULL, NULL}),
               SPANS({"b", "1", "mbi:aa", NULL, NULL}, {"m", "1", "mbi:aa", NULL, NULL},
                     {"m", "0", "", NULL, NULL}),
               "b/1=1 mbi; m/0=2 own; m/1=3>1 mbi; ", 1, 0, 0);
    next_month("one that turns out to be two: the lower member keeps the number",
               SPANS({"b", "1", "mbi:aa", NULL, NULL}, {"m", "1", "mbi:aa", NULL, NULL}),
               SPANS({"b", "1", "mbi:aa", NULL, NULL}, {"m", "1", "mbi:bb", NULL, NULL}),
               "b/1=1 own; m/1=2 own; ", 0, 1, 0);

    next_month(
        "a key that is missing now parts nobody",
        SPANS({"b", "1", "ssn_dob:11", NULL, NULL}, {"m", "1", "ssn_dob:11", NULL, NULL}),
        SPANS({"b", "1", "", NULL, NULL}, {"m", "1", "ssn_dob:11", NULL, NULL}),
        "b/1=1 ssn_dob; m/1=1 ssn_dob; ", 0, 0, 0);
    births();
    crowd();

    /* what merged stays merged, and says so the month after */
    struct hc_batch *one =
        map_of(SPANS({"b", "1", "", NULL, NULL}, {"m", "1", "", NULL, NULL}));
    struct solved two =
        solve(SPANS({"b", "1", "mbi:aa", NULL, NULL}, {"m", "1", "mbi:aa", NULL, NULL}),
              one, false);
    struct solved three = solve(SPANS({"m", "1", "mbi:aa", NULL, NULL}), two.map, false);
    tap_text(hc_buf_text(&three.text), "b/1=1 mbi; m/1=2>1 own; ",
             "a month after a merger");
    tap_int(three.counts.persons, 1, "  persons");
    struct solved apart =
        solve(SPANS({"b", "1", "mbi:aa", NULL, NULL}, {"m", "1", "mbi:bb", NULL, NULL}),
              three.map, false);
    tap_text(hc_buf_text(&apart.text), "b/1=1 own; m/1=2 own; ",
             "parted again, each has the number it had");
    tap_ok(apart.counts.split == 1 && apart.counts.created == 0, "  one split, none new");
    solved_free(&apart);
    hc_batch_free(one);
    solved_free(&two);
    solved_free(&three);
    return tap_done();
}
