/* The payer says who is attributed, in its coverage. Where that is settled in January, a
 * month counts only when the person was attributed in January too (or in the first month
 * the payer's coverage is known for): people leave during the year and come back, nobody
 * joins. */
#include "rule/method.h"

static bool is_of(const struct hc_program *p, const struct hc_batch *b, uint32_t cover) {
    if (cover == HC_NO_COVER ||
        hc_int_at(b, HC_coverage_payer_type, cover, -1) != p->payer_type)
        return false;
    for (size_t i = 0; i < p->payers; i++)
        if (hc_str_is(hc_str_at(b, HC_coverage_payer, cover), p->payer[i]))
            return true;
    return p->payers == 0;
}

static bool says_aco(const struct hc_program *p, const struct hc_grid *g, hc_month month) {
    if (month < g->first || month >= g->first + (hc_month)g->months)
        return false;
    uint32_t cover = g->cover[month - g->first];
    return is_of(p, g->coverage, cover) && !hc_not_eligible(p, g, cover, month) &&
           hc_str_at(g->coverage, HC_coverage_aco_id, cover).len > 0;
}

enum hc_status hc_method_payer_roster(const struct hc_question *q,
                                      const struct hc_program *p, const struct hc_grid *g,
                                      size_t at, void **state, struct hc_outcome *out,
                                      struct hc_err *err) {
    hc_month month = g->first + (hc_month)at;
    uint32_t cover = g->cover[at];
    int year, mon, mday;
    (void)state;
    (void)err;
    hc_day_split(hc_month_first(month), &year, &mon, &mday);
    hc_month settled = month - (mon - 1);
    if (settled < q->known_from[p->payer_type])
        settled = q->known_from[p->payer_type];
    out->step = "payer";
    out->npi = hc_str_at(g->coverage, HC_coverage_pcp_npi, cover);
    out->practice_id =
        hc_roster_practice_of_npi(q->roster, out->npi, p->name, hc_month_first(month));
    if (hc_str_at(g->coverage, HC_coverage_aco_id, cover).len == 0)
        out->reason = "not_on_roster";
    else if (p->settled_in_january && !says_aco(p, g, settled))
        out->reason = "joined_during_year";
    else {
        out->aco_id = hc_str_at(g->coverage, HC_coverage_aco_id, cover);
        out->reason = "attributed";
    }
    return HC_OK;
}
