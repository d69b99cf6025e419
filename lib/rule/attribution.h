/* Who belongs to whom: one row for every person and month of the population, attributed or
 * not, with the reason.
 *
 * The population is everyone with any coverage in the month. Coverage and qualifying claim
 * lines are put aside by person and worked a partition at a time, so that memory is bounded
 * and neither partitions nor the order of input show.
 *
 *   hc_attribution_coverage() for all coverage, hc_attribution_claims() for all claims
 *   hc_attribution_work()
 *   while hc_attribution_next(), while hc_attribution_ranking_next()
 *   hc_attribution_check()
 */
#ifndef HC_RULE_ATTRIBUTION_H
#define HC_RULE_ATTRIBUTION_H

#include "record/accounts.h"
#include "rule/method.h"

struct hc_attribution;
struct hc_attribution_options {
    const struct hc_program *program; /* asked in this order; the first that fits is the one */
    size_t programs;
    const struct hc_payer_order *order;
    struct hc_roster *roster;
    bool has_from, has_to; /* else: the first and the last month in which any coverage starts */
    hc_month from, to;
    unsigned parts; /* 0: chosen */
    uint64_t memory_bytes;
    const char *temp_dir;
};
/* Schemas and has-flags of the streams to come; options and what it points to must stay. */
enum hc_status hc_attribution_new(struct hc_attribution **attribution,
                                  const struct hc_attribution_options *options,
                                  const struct hc_schema *coverage, const bool *coverage_has,
                                  const struct hc_schema *claims, const bool *claims_has,
                                  struct hc_err *err) HC_MUST_CHECK;
/* Columns that are read: flags of hc_kinds[HC_KIND_coverage], ..._claim_line fields. */
const bool *hc_attribution_coverage_columns(void);
const bool *hc_attribution_claims_columns(void);

enum hc_status hc_attribution_coverage(struct hc_attribution *attribution,
                                       const struct hc_batch *batch,
                                       struct hc_err *err) HC_MUST_CHECK;
/* Lines that qualify are kept; the others are booked in accounts (may be NULL) under the first
 * rule they fail: no_person, other_payer, ... (hc_line_fails). */
enum hc_status hc_attribution_claims(struct hc_attribution *attribution,
                                     const struct hc_batch *batch, struct hc_accounts *accounts,
                                     struct hc_err *err) HC_MUST_CHECK;
const struct hc_totals *hc_attribution_qualifying(const struct hc_attribution *attribution);
enum hc_status hc_attribution_work(struct hc_attribution *attribution,
                                   struct hc_err *err) HC_MUST_CHECK;
/* Kind assignment by person, month; kind ranking by person, program, step, rank. */
enum hc_status hc_attribution_next(struct hc_attribution *attribution, struct hc_batch **batch,
                                   struct hc_err *err) HC_MUST_CHECK;
enum hc_status hc_attribution_ranking_next(struct hc_attribution *attribution,
                                           struct hc_batch **batch,
                                           struct hc_err *err) HC_MUST_CHECK;
/* Notes persons, person_months and months_REASON in accounts. HC_EINTERNAL unless the
 * person-months of the population = rows out = sum over reasons. */
enum hc_status hc_attribution_check(const struct hc_attribution *attribution,
                                    struct hc_accounts *accounts,
                                    struct hc_err *err) HC_MUST_CHECK;
struct hc_attribution_counts {
    int64_t persons, person_months, attributed, rows_out, without_person, without_start;
};
void hc_attribution_counts(const struct hc_attribution *attribution,
                           struct hc_attribution_counts *counts);
void hc_attribution_free(struct hc_attribution *attribution);

#endif
