/* A delivery's name is read by its feed's pattern, whole or not at all. */
#include "feed/name.h"

#include "../tap.h"

static const struct {
    const char *pattern, *name, *program, *date; /* date NULL: no match, "": none */
} cases[] = {
    {"P.{program}.ACO.ZC[YR]??.D{yymmdd}.T*", "P.F0001.ACO.ZCY20.D201101.T0102030", "F0001",
     "2020-11-01"},
    {"P.{program}.ACO.ZC[YR]??.D{yymmdd}.T*", "P.F0001.ACO.ZCR20.D201101.T0102030", "F0001",
     "2020-11-01"},
    {"P.{program}.ACO.ZC[YR]??.D{yymmdd}.T*", "P.F0001.ACO.ZCX20.D201101.T0102030", "",
     NULL},
    {"P.{program}.ACO.ZC[YR]??.D{yymmdd}.T*", "P.F0001.ACO.ZCY20.D201301.T0102030", "",
     NULL},
    {"P.{program}.ACO.ZC[YR]??.D{yymmdd}.T*", "x/P.F0001.ACO.ZCY20.D201101.T01", "", NULL},
    {"*_[MP]C_{ccyymm}.txt*", "BCBSVT_MC_202002.txt.gz", "", "2020-02-29"},
    {"*_[MP]C_{ccyymm}.txt*", "BCBSVT_PC_202102.txt", "", "2021-02-28"},
    {"*_[MP]C_{ccyymm}.txt*", "BCBSVT_ME_202102.txt", "", NULL},
    {"*_[MP]C_{ccyymm}.txt*", "BCBSVT_MC_202113.txt", "", NULL},
    {"{program}_{ccyymmdd}.csv", "state-plan_20200229.csv", "state-plan", "2020-02-29"},
    {"{program}_{ccyymmdd}.csv", "state-plan_20210229.csv", "", NULL},
    {"{program}-{ccyy-mm-dd}*", "a-b-2020-01-31", "a-b", "2020-01-31"},
    {"P.{program}.ACO.ZC{cycle}{yy}.D{yymmdd}.T*", "p.f0001.aco.zcr20.d201101.t0102030",
     "f0001", "2020-11-01"},
    {"P.{program}.ACO.ZC{cycle}{yy}.D{yymmdd}.T*", "P.F0001.ACO.ZCX20.D201101.T0102030", "",
     NULL},
    {"P.{program}.ACO.ZC{cycle}{yy}.D{yymmdd}.T*", "P.F0001.ACO.ZCY2x.D201101.T0102030", "",
     NULL},
    {"*P.{program}.ZC{cycle}{yy}.*", "in/a folder/P.F0001.ZCY20.", "F0001", ""},
    {"{yy}", "2", "", NULL},
    {"*{ccyymmdd}*", "bulk-20201231-x", "", "2020-12-31"},
    {"*{ccyymmdd}*", "export-1604112799", "", NULL},
    {"*{ccyymmdd}*", "export-1619991231", "", NULL},
    {"*{ccyymmdd}*", "u9920201231aa", "", NULL},
    {"*{ccyymmdd}*", "bulk-17200115-x", "", NULL},
    {"*{ccyy-mm-dd}*", "job12020-12-31", "", NULL},
    {"{cycle}", "", "", NULL},
    {"[A-C]x", "bX", "", ""},
    {"*", "anything", "", ""},
    {"*.[a-c]?", "x.bz", "", ""},
    {"*.[a-c]?", "x.dz", "", NULL},
    {"", "", "", ""},
    {"", "x", "", NULL},
    {"{program}", "", "", NULL},
    {"****************x", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "", NULL},
};
static const struct {
    const char *pattern;
    bool good;
} patterns[] = {
    {"P.{program}.D{yymmdd}", true},
    {"{cycle}{yy}", true},
    {"{month}", false},
    {"[ab", false},
    {"{program", false},
};

/* What two names tell, and how they differ. */
static const struct {
    const char *name, *from, *how;
} pairs[] = {
    {"P.A1.ZCY20.D201101", "P.A1.ZCY20.D201101", ""},
    {"p.a1.zcy20.d201101", "P.A1.ZCY20.D201101", ""},
    {"P.A1.ZCY20.D201101", "something else", ""},
    {"P.A2.ZCY20.D201101", "P.A1.ZCY20.D201101", "program A2 instead of A1"},
    {"P.A1.ZCY19.D201101", "P.A1.ZCY20.D201101", "year 2019 instead of 2020"},
    {"P.A1.ZCR20.D201101", "P.A1.ZCY20.D201101", "a run-out instead of a month's delivery"},
    {"P.A1.ZCY20.D201102", "P.A1.ZCY20.D201101", "day 2020-11-02 instead of 2020-11-01"},
    {"P.A11.ZCY20.D201101", "P.A1.ZCR21.D201101",
     "program A11 instead of A1, year 2020 instead of 2021, a month's delivery instead of "
     "a "
     "run-out"},
};

static void compare_names(void) {
    static const char pattern[] = "P.{program}.ZC{cycle}{yy}.D{yymmdd}";
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct hc_named name = hc_name_match(pattern, hc_str_of(pairs[i].name));
        struct hc_named from = hc_name_match(pattern, hc_str_of(pairs[i].from));
        struct hc_buf how = {0};
        bool differs = hc_name_differs(&name, &from, &how);
        tap_ok(differs == (*pairs[i].how != 0) &&
                   strcmp(hc_buf_text(&how), pairs[i].how) == 0,
               "'%s' and '%s': '%s'", pairs[i].name, pairs[i].from, hc_buf_text(&how));
        hc_buf_free(&how);
    }
}

int main(void) {
    compare_names();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hc_named got = hc_name_match(cases[i].pattern, hc_str_of(cases[i].name));
        char day[16] = "";
        if (got.has_date)
            hc_format_day(got.date, day);
        bool matches = cases[i].date != NULL;
        tap_ok(got.matched == matches &&
                   (!matches || (hc_str_is(got.program, cases[i].program) &&
                                 strcmp(day, cases[i].date) == 0)),
               "'%s' by '%s': %s, program '%.*s', date '%s'", cases[i].name,
               cases[i].pattern, got.matched ? "matches" : "does not match",
               (int)got.program.len, got.program.ptr ? got.program.ptr : "", day);
    }
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        const char *reason = "";
        bool good = hc_name_check(patterns[i].pattern, &reason);
        tap_ok(good == patterns[i].good && (good || *reason), "'%s' is a pattern: %d %s",
               patterns[i].pattern, good, reason);
    }
    return tap_done();
}
