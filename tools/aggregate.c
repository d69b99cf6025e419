/* hc-aggregate: an ad hoc question, or a report. */
#include <stddef.h>

#include "base/date.h"
#include "base/tool.h"
#include "rule/question.h"
#include "rule/report_job.h"

struct config {
    const char *output, *where, *kind, *months, *report, *as_of, *paid_through;
    struct hc_opt_list by, measure, set;
    bool trust_input, people;
    struct hc_common common;
};
static const struct hc_opt opts[] = {
    {0, "by", "A,B", HC_OPT_LIST, offsetof(struct config, by),
     "group by these columns or parts of dates (default: one group of all rows)"},
    {0, "measure", "M,N", HC_OPT_LIST, offsetof(struct config, measure),
     "what to count or add up in each group"},
    {0, "where", "EXPR", HC_OPT_STRING, offsetof(struct config, where),
     "only rows for which EXPR is true; @FILE reads it from FILE"},
    {0, "months", "FIRST..LAST", HC_OPT_STRING, offsetof(struct config, months),
     "only these months, such as 2020-01..2020-12, by the kind's own date"},
    {0, "report", "FILE", HC_OPT_STRING, offsetof(struct config, report),
     "make the report of this file or name, from inputs named KIND=FILE"},
    {0, "set", "K=V", HC_OPT_MANY, offsetof(struct config, set),
     "set a parameter of the report: from, as_of, incurred_through, paid_through; or "
     "known_on, the day that is told as the one on which all of it was known"},
    {0, "as-of", "DATE", HC_OPT_STRING, offsetof(struct config, as_of),
     "report: count people up to the month of DATE"},
    {0, "paid-through", "DATE", HC_OPT_STRING, offsetof(struct config, paid_through),
     "report: leave out what was paid after DATE"},
    {0, "people", NULL, HC_OPT_FLAG, offsetof(struct config, people),
     "also count the different people behind each cell, for suppression"},
    {0, "kind", "KIND", HC_OPT_STRING, offsetof(struct config, kind),
     "the kind of record the inputs must be"},
    {0, "trust-input", NULL, HC_OPT_FLAG, offsetof(struct config, trust_input),
     "read a foreign stage's stream that lost its metadata and totals; wants --kind"},
    {'o', "output", "FILE", HC_OPT_STRING, offsetof(struct config, output),
     "write the cells to FILE (default: standard output)"},
    HC_OPT_COMMON(struct config),
    {0},
};
static const struct hc_cmd cmd = {
    "hc-aggregate",
    "--by=A,B --measure=M,N [FILE...]",
    "Count and add up records by groups, exactly.",
    opts,
    "Groupings: any text, choice, number, yes/no or date column by its name; month, "
    "quarter\n"
    "and year of the kind's own date (claim_line: service_from; assignment, payment: "
    "month;\n"
    "coverage: each month covered); and of any other date by DATE_month, DATE_quarter,\n"
    "DATE_year: --by=payer,paid_date_quarter. A group of rows without the value is named "
    "by\n"
    "nothing.\n"
    "\n"
    "Measures: rows; lines, claims (different ones), where a cancellation counts as -1 "
    "and\n"
    "a residual (what is left of one that took back more than there was) as 0;\n"
    "people (different, by person_id, else payer and member_id); of coverage members and\n"
    "member_months, which wants --months; prospective (ffs_equivalent - paid); and every\n"
    "amount by its name: paid, allowed, ffs_equivalent, copay, units_e4 ... Rows without "
    "the\n"
    "amount are counted in null_rows.\n"
    "\n"
    "EXPR: comparisons FIELD = != < <= > >= VALUE, FIELD [not] in (VALUE, ...), FIELD is\n"
    "[not] null, joined by and, or, not and parentheses. Amounts as 12.50, dates as\n"
    "2020-11-30, other text as a word or in 'quotes'. A comparison with a null is not "
    "true.\n"
    "Numbers of people and claims are taken from @FILE only.\n"
    "\n"
    "The result does not depend on the order of inputs or rows. Rows in are rows used,\n"
    "filtered or out of the months, and so are their sums, or it fails (70).\n",
    "hc-aggregate --by=claim_type,quarter --measure=lines,paid final.arrow | hc-export\n"
    "  lines and payments by type of claim and quarter of service\n"
    "hc-aggregate --by=payer --measure=member_months --months=2020-01..2020-12 c.arrow\n"
    "  member months of each payer\n"
    "hc-aggregate --report=quarterly --as-of=2021-03-31 --paid-through=2021-03-31 \\\n"
    "    assignment=assignment.arrow claim_line=final.arrow | hc-export\n"
    "  the quarterly report as a table\n"};

static void log_counts(struct hc_log *log, const struct hc_accounts *accounts) {
    struct hc_buf line = {0};
    hc_accounts_line(accounts, &line);
    hc_log(log, HC_LOG_COUNTS, "%s", hc_buf_text(&line));
    hc_buf_free(&line);
}

/* What the figures of a report do not show by themselves. */
static void warn_of(const struct hc_report_told *told, struct hc_log *log) {
    char day[16], month[16];
    for (int type = 0; type < HC_payer_type_count; type++)
        if (told->covers[type] && told->last[type] < hc_month_of(told->as_of))
            hc_log(log, HC_LOG_WARN,
                   "nobody has %s as primary payer after %s, though people are counted up "
                   "to %s: was "
                   "a delivery forgotten, or hc-attribute given an earlier --to?",
                   hc_choices[HC_CHOICES_payer_type].value[type],
                   hc_format_month(told->last[type], month),
                   hc_format_day(told->as_of, day));
    if (hc_month_of(told->incurred_through + 1) == hc_month_of(told->incurred_through))
        hc_log(log, HC_LOG_WARN,
               "incurred_through %s is inside a month: of that month all member months "
               "count, but not all costs",
               hc_format_day(told->incurred_through, day));
    if (told->paid_later)
        hc_log(log, HC_LOG_WARN,
               "%llu claim lines were paid after %s and are left out; what they correct is "
               "gone as well, unless hc-dedupe was given --paid-through=%s too",
               (unsigned long long)told->paid_later, hc_format_day(told->paid_through, day),
               day);
    if (told->without_day)
        hc_log(log, HC_LOG_WARN,
               "%llu claim lines have no service_from and are in no table",
               (unsigned long long)told->without_day);
    if (told->undated)
        hc_log(log, HC_LOG_WARN,
               "%llu claim lines have no paid_date: they count whenever they were paid",
               (unsigned long long)told->undated);
}

static enum hc_status ask_report(const struct config *c, int argc, char **argv,
                                 struct hc_accounts *accounts, struct hc_report_told *told,
                                 struct hc_err *err) {
    const struct hc_report_job job = {cmd.name,     c->report,       c->set,
                                      c->as_of,     c->paid_through, argv,
                                      (size_t)argc, c->output,       &c->common};
    if (c->by.count || c->measure.count || c->where || c->months)
        return hc_fail(err, HC_EUSAGE,
                       "--report says its own groups and measures: leave out --by, "
                       "--measure, --where and --months");
    return hc_report_job(&job, accounts, told, err);
}

/* Of what a report is given, a question knows the day that its readers are told. */
static enum hc_status read_known_on(const struct config *c, struct hc_question *question,
                                    struct hc_err *err) {
    static const char key[] = "known_on=";
    if (c->as_of || c->paid_through)
        return hc_fail(err, HC_EUSAGE, "%s wants --report",
                       c->as_of ? "--as-of" : "--paid-through");
    for (size_t i = 0; i < c->set.count; i++) {
        const char *day = c->set.item[i] + strlen(key);
        if (strncmp(c->set.item[i], key, strlen(key)) != 0)
            return hc_fail(err, HC_EUSAGE, "--set: without --report, only known_on=DATE");
        if (hc_parse_day(hc_str_of(day), HC_DATE_ISO, &question->known_on, NULL) != HC_OK)
            return hc_fail(err, HC_EUSAGE,
                           "--set: known_on: expected a day such as 2020-12-31, found '%s'",
                           day);
        question->has_known_on = true;
    }
    return HC_OK;
}

static enum hc_status ask_question(const struct config *c, int argc, char **argv,
                                   struct hc_accounts *accounts, struct hc_err *err) {
    struct hc_question question = {.tool = cmd.name,
                                   .by = c->by,
                                   .measure = c->measure,
                                   .where = c->where,
                                   .kind = c->kind,
                                   .months = c->months,
                                   .trust_input = c->trust_input,
                                   .people = c->people,
                                   .path = (const char *const *)argv,
                                   .paths = (size_t)argc,
                                   .output = c->output,
                                   .common = &c->common};
    enum hc_status status = read_known_on(c, &question, err);
    return status == HC_OK ? hc_question_ask(&question, accounts, err) : status;
}

static enum hc_status run(void *config, int argc, char **argv, struct hc_log *log,
                          struct hc_err *err) {
    const struct config *c = config;
    struct hc_accounts *accounts = NULL;
    struct hc_report_told told = {0};
    enum hc_status status = hc_accounts_new(&accounts, cmd.name, err);
    if (status == HC_OK && c->report)
        status = ask_report(c, argc, argv, accounts, &told, err);
    else if (status == HC_OK)
        status = ask_question(c, argc, argv, accounts, err);
    if (status == HC_OK && !c->common.dry_run) {
        if (c->report)
            warn_of(&told, log);
        log_counts(log, accounts);
    }
    hc_accounts_free(accounts);
    return status;
}

int main(int argc, char **argv) {
    struct config config = {.output = "-"};
    return hc_tool_main(&cmd, argc, argv, &config, offsetof(struct config, common), run);
}
