/* Running a report: assignment rows and claim lines of the same person and month together,
 * a partition of people at a time, so that no process holds all of either. */
#ifndef HC_RULE_REPORT_RUN_H
#define HC_RULE_REPORT_RUN_H

#include "record/accounts.h"
#include "record/inputs.h"
#include "rule/report.h"

struct hc_report_inputs {
    const char *const *assignment; /* paths */
    size_t assignments;
    const char *const *claim_line;
    size_t claim_lines;
    uint64_t memory_bytes;
    const char *temp_dir;
    const char *accounts; /* books, written before the output is committed; or NULL */
};
struct hc_report_told { /* what whoever reads the figures should know */
    hc_day as_of, incurred_through, paid_through; /* as the report says */
    uint64_t paid_later;  /* lines left out; what they corrected is gone too */
    uint64_t undated;     /* lines used though nobody knows when they were paid */
    uint64_t without_day; /* lines left out: nobody knows when the service was */
    bool covers[HC_payer_type_count];   /* has it assignments with this primary payer? */
    hc_month last[HC_payer_type_count]; /* then the last month of these */
};
/* Read both inputs whole, write the cells as a `measure` stream to output ("-": standard
 * output), sorted by section and groups, with the metadata "hc.report". accounts gets, per
 * input, rows in = used + out of period, and the same for every amount; a claim line
 * without an assignment row is used, in the group no_coverage. HC_EDATA when an amount that
 * a sum needs is null and the report refuses that, or a sum leaves int64; HC_EINTERNAL when
 * a section's cells do not sum to what was used; and what record/inputs.h and
 * record/stream.h say. */
enum hc_status hc_report_run(const struct hc_report *report,
                             const struct hc_report_inputs *inputs, const char *output,
                             struct hc_accounts *accounts, struct hc_report_told *told,
                             struct hc_err *err) HC_MUST_CHECK;
/* Check the expressions (HC_ECONFIG) and tell which claim_line columns are read: flags of
 * hc_kinds[HC_KIND_claim_line].fields into want. */
enum hc_status hc_report_wants(const struct hc_report *report, bool *want,
                               struct hc_err *err) HC_MUST_CHECK;

#endif
