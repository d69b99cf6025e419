/* A payer sends a corrected claim whole, under its own number: the newest delivery's lines
 * are the claim. A line that the newest delivery marks as a cancellation says that nothing
 * is left of it; it does not stand either. */
#include "rule/policy.h"

static void set_aside(struct hc_group *g, uint32_t row, const char *reason,
                      uint32_t partner) {
    g->verdict[row] = (struct hc_verdict){"restate", reason,    HC_standing_final,
                                          partner,   HC_NO_ROW, HC_NO_ROW};
}

enum hc_status hc_policy_restate(struct hc_group *g, struct hc_err *err) {
    int64_t newest = INT64_MIN;
    uint32_t top = HC_NO_ROW;
    (void)err;
    for (size_t i = 0; i < g->rows; i++) {
        int64_t delivery = hc_int_at(g->batch, HC_claim_line_delivery, g->row[i], 0);
        if (delivery > newest) {
            newest = delivery;
            top = HC_NO_ROW;
        }
        if (delivery == newest &&
            (top == HC_NO_ROW || hc_compare_lineage(g->batch, g->row[i], top) < 0))
            top = g->row[i];
    }
    for (size_t i = 0; i < g->rows; i++) {
        uint32_t row = g->row[i];
        if (hc_int_at(g->batch, HC_claim_line_delivery, row, 0) < newest)
            set_aside(g, row, "restated", top);
        else if (hc_is_cancellation(g->batch, row))
            set_aside(g, row, "void", HC_NO_ROW);
    }
    return HC_OK;
}
