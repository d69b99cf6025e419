/* A report as data: pipelines/reports/NAME.yaml.
 *
 * A report asks the same two streams, assignment and claim_line, for several tables at
 * once. A measure is a count or a sum over rows of one of them, or is derived from two
 * such: a ratio, or a distance to a target. A section is a table: measures by grouping
 * columns, with totals over some of these. See docs/ARCHITECTURE.md for the way through it,
 * report_run.h for the running of it.
 */
#ifndef HC_RULE_REPORT_H
#define HC_RULE_REPORT_H

#include "base/date.h"
#include "base/num.h"
#include "base/yaml.h"
#include "record/batch.h"

enum hc_report_of { HC_OF_assignment, HC_OF_claim_line };
enum hc_report_formula {
    HC_FORMULA_rows,       /* count of rows */
    HC_FORMULA_people,     /* distinct person_id */
    HC_FORMULA_sum,        /* signed sum of amount columns */
    HC_FORMULA_ratio,      /* over[0] * times / over[1] */
    HC_FORMULA_target,     /* looked up by year and population, percent */
    HC_FORMULA_gap_points, /* target - 100 * over[0] / over[1] */
    HC_FORMULA_gap_people, /* max(0, ceil(target * over[1] / 100) - over[0]) */
};
enum hc_report_cover {                 /* claim lines without an assignment row */
                       HC_COVER_group, /* stand in the group no_coverage */
                       HC_COVER_apart, /* are left out of this section, totals too */
                       HC_COVER_only,  /* are all that this section holds */
};
#define HC_REPORT_ADDENDS 4
#define HC_REPORT_DIMS 6

struct hc_report_measure {
    const char *name, *unit, *label, *doc;
    enum hc_report_formula formula;
    enum hc_report_of of;
    const char *where;             /* expression over the source's columns, or NULL */
    int column[HC_REPORT_ADDENDS]; /* sum: columns of the source */
    int sign[HC_REPORT_ADDENDS];   /* +1, -1 */
    size_t columns;
    size_t over[2]; /* ratio, gaps: numbers of measures */
    int64_t times;  /* 1, or 100 for percent */
    int scale;
};

struct hc_report_table {
    const char *name, *title, *text;
    bool uses[2]; /* by hc_report_of: a measure of the section counts its rows */
    enum hc_report_cover cover;
    bool quarter_end; /* count assignment rows of the last month of each quarter only */
    size_t dims;
    int dim[HC_REPORT_DIMS];    /* numbers in the table of dimensions, see report_run.c */
    bool total[HC_REPORT_DIMS]; /* also summed over this one */
    size_t measures;
    const size_t *measure;
    const struct hc_node *chart; /* or NULL */
};

struct hc_report_target {
    int year;
    int64_t percent_all; /* tenths of a percent; -1: none */
    int64_t percent_medicare;
};

struct hc_report {
    struct hc_yaml *yaml; /* owns the texts */
    const char *path, *name, *title;
    struct hc_report_measure *measure;
    size_t measures;
    struct hc_report_table *table;
    size_t tables;
    struct hc_report_target *target;
    size_t targets;
    const char *const *note;
    size_t notes;
    bool refuse_nulls; /* amount_nulls: refuse; else count */
    hc_month from;
    bool has_as_of, has_incurred_through, has_paid_through;
    hc_day as_of, incurred_through, paid_through;
    bool has_known_on; /* told to readers: inputs hold what was known on that day */
    hc_day known_on;
};

/* The names of what a report can group by; NULL ends. Their numbers are
 * hc_report_table.dim. */
extern const char *const hc_report_dims[];

/* Read and check path; set holds "key=value" texts for params (as_of, from, ...), which win
 * over the file's. HC_ECONFIG tells every fault at once; HC_EUSAGE for a wrong set. as_of
 * and paid_through are required, in the file or by set; incurred_through defaults to as_of.
 */
enum hc_status hc_report_read(struct hc_report **report, const char *path,
                              const char *const *set, size_t sets,
                              struct hc_err *err) HC_MUST_CHECK;
void hc_report_free(struct hc_report *report);

/* The metadata "hc.report" that a page is drawn from (format/html_report.h says its shape).
 */
void hc_report_describe(const struct hc_report *report, struct hc_buf *json);

#endif
