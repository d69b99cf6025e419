/* From the words of a command line to a report: its file, its parameters, its named inputs.
 */
#ifndef HC_RULE_REPORT_JOB_H
#define HC_RULE_REPORT_JOB_H

#include "base/opt.h"
#include "rule/report_run.h"

struct hc_report_job {
    const char *tool;
    const char *report;               /* name or path */
    struct hc_opt_list set;           /* K=V */
    const char *as_of, *paid_through; /* shorthands for set, or NULL */
    char *const *input;               /* NAME=PATH, or PATH (known by its kind) */
    size_t inputs;
    const char *output;
    const struct hc_common *common;
};
/* Do it, or with --dry-run tell what would be done. HC_EUSAGE for missing or unknown
 * inputs; else as report.h and report_run.h say. accounts is filled and written. */
enum hc_status hc_report_job(const struct hc_report_job *job, struct hc_accounts *accounts,
                             struct hc_report_told *told, struct hc_err *err) HC_MUST_CHECK;

#endif
