#include "rule/method.h"

/* ---- eligibility ---- */

/* The month of death stays. */
static bool alive(const struct hc_program *p, const struct hc_grid *g, uint32_t cover,
                  hc_month month) {
    (void)p;
    (void)cover;
    return g->death == INT32_MAX || hc_month_of(g->death) >= month;
}
/* Where the payer does not say, it is taken to be so. */
static bool resident(const struct hc_program *p, const struct hc_grid *g, uint32_t cover,
                     hc_month month) {
    (void)month;
    return !p->resident_of || hc_is_null(g->coverage, HC_coverage_state, cover) ||
           hc_str_is(hc_str_at(g->coverage, HC_coverage_state, cover), p->resident_of);
}
static bool no_medicare_advantage(const struct hc_program *p, const struct hc_grid *g,
                                  uint32_t cover, hc_month month) {
    (void)p;
    (void)cover;
    return (g->facts[month - g->first] & HC_GRID_ADVANTAGE) == 0;
}
static bool part_a_and_b(const struct hc_program *p, const struct hc_grid *g,
                         uint32_t cover, hc_month month) {
    const uint8_t both = HC_GRID_PART_A | HC_GRID_PART_B;
    (void)p;
    (void)cover;
    return (g->facts[month - g->first] & both) == both;
}
static bool full_benefit(const struct hc_program *p, const struct hc_grid *g,
                         uint32_t cover, hc_month month) {
    (void)p;
    (void)month;
    return hc_int_at(g->coverage, HC_coverage_benefit, cover, HC_benefit_full) ==
           HC_benefit_full;
}
/* Where the payer does not say, it pays first; others at hand decide that besides. */
static bool pays_first(const struct hc_program *p, const struct hc_grid *g, uint32_t cover,
                       hc_month month) {
    (void)p;
    (void)month;
    return hc_int_at(g->coverage, HC_coverage_payer_says_primary, cover, 1) != 0;
}

const struct hc_eligible_rule hc_eligible_rules[] = {
    {"alive", "died", alive, "not dead before the month"},
    {"resident", "not_resident", resident, "lives in the program's state"},
    {"no_medicare_advantage", "medicare_advantage", no_medicare_advantage,
     "is in no Medicare Advantage plan"},
    {"part_a_and_b", "no_part_a_and_b", part_a_and_b, "has Medicare Parts A and B"},
    {"full_benefit", "limited_benefit", full_benefit, "has the full benefit package"},
    {"pays_first", "other_insurance", pays_first,
     "is not said to have other insurance, at hand or not, that pays first"},
    {0},
};

const char *hc_not_eligible(const struct hc_program *p, const struct hc_grid *g,
                            uint32_t cover, hc_month month) {
    for (size_t i = 0; i < p->eligibles; i++)
        if (!p->eligible[i]->holds(p, g, cover, month))
            return p->eligible[i]->reason;
    return NULL;
}

/* ---- ties ---- */

static int recent_service(const struct hc_candidate *a, const struct hc_candidate *b) {
    return (a->last < b->last) - (a->last > b->last);
}
static int recent_amount(const struct hc_candidate *a, const struct hc_candidate *b) {
    int64_t x = a->amount[HC_WINDOW_RECENT], y = b->amount[HC_WINDOW_RECENT];
    return (x < y) - (x > y);
}
static int visits(const struct hc_candidate *a, const struct hc_candidate *b) {
    return (a->visits < b->visits) - (a->visits > b->visits);
}
const struct hc_tie_rule hc_tie_rules[] = {
    {"recent_service", recent_service, "the most recent qualifying service"},
    {"recent_amount", recent_amount, "the larger amount in the recent window"},
    {"visits", visits, "more qualifying visits"},
    {0},
};

/* ---- methods ---- */

const struct hc_method hc_methods[] = {
    {"plurality", true, hc_method_plurality,
     "weighted plurality of primary care over two windows, settled for a calendar year"},
    {"payer_roster", false, hc_method_payer_roster, "the payer says who is attributed"},
    {0},
};

/* ---- lines ---- */

hc_day hc_line_day(const struct hc_batch *b, size_t row) {
    return (hc_day)hc_int_at(b, HC_claim_line_service_from, row,
                             hc_int_at(b, HC_claim_line_claim_from, row, INT32_MIN));
}

const char *hc_line_fails(const struct hc_program *p, struct hc_roster *roster,
                          const struct hc_batch *b, size_t row) {
    int64_t type = hc_int_at(b, HC_claim_line_claim_type, row, -1);
    hc_day day = hc_line_day(b, row);
    struct hc_str npi = hc_str_at(b, HC_claim_line_rendering_npi, row);
    struct hc_str specialty = hc_str_at(b, HC_claim_line_specialty, row);
    if (hc_int_at(b, HC_claim_line_payer_type, row, -1) != p->payer_type)
        return "other_payer";
    if (type < 0 || !(p->claim_types >> type & 1))
        return "other_claim_type";
    if (hc_int_at(b, HC_claim_line_status, row, HC_claim_status_paid) ==
        HC_claim_status_denied)
        return "denied";
    if (day == INT32_MIN)
        return "no_day";
    if (!hc_codes_has(p->codes, hc_str_at(b, HC_claim_line_procedure_code, row), day))
        return "other_code";
    if (specialty.len == 0)
        specialty = hc_roster_specialty(roster, npi);
    if (!hc_codes_has(p->specialties, specialty, day))
        return "other_specialty";
    if (hc_roster_practice(roster, hc_str_at(b, HC_claim_line_tax_id, row), npi, day).len ==
        0)
        return "no_practice";
    return NULL;
}
