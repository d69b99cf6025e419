/* Later versions: a payer sends a line again with a higher version number. */
#include <stdlib.h>

#include "rule/policy.h"

static int64_t version_of(const struct hc_group *g, uint32_t row) {
    return hc_int_at(g->batch, HC_claim_line_version, row, -1);
}

static void set_aside(struct hc_group *g, uint32_t row, const char *reason,
                      uint32_t partner) {
    g->verdict[row] = (struct hc_verdict){"version", reason,    HC_standing_final,
                                          partner,   HC_NO_ROW, HC_NO_ROW};
}

/* Rows that share the highest version are repeats that the feed allows; they stand
 * together, and a void among them voids them all. */
enum hc_status hc_policy_version(struct hc_group *g, struct hc_err *err) {
    int64_t highest = INT64_MIN;
    uint32_t top = HC_NO_ROW, empty = HC_NO_ROW;
    bool numbered = false, bare = false;
    (void)err;
    for (size_t i = 0; i < g->rows; i++) {
        uint32_t row = g->row[i];
        *(hc_is_null(g->batch, HC_claim_line_version, row) ? &bare : &numbered) = true;
        int64_t version = version_of(g, row);
        if (version > highest) {
            highest = version;
            top = empty = HC_NO_ROW;
        }
        if (version < highest)
            continue;
        if (top == HC_NO_ROW || hc_compare_lineage(g->batch, row, top) < 0)
            top = row;
        if (hc_is_cancellation(g->batch, row) &&
            (empty == HC_NO_ROW || hc_compare_lineage(g->batch, row, empty) < 0))
            empty = row;
    }
    g->counts->mixed += numbered && bare;
    for (size_t i = 0; i < g->rows; i++) {
        uint32_t row = g->row[i];
        bool is_void = hc_is_cancellation(g->batch, row);
        if (version_of(g, row) < highest)
            set_aside(g, row, empty != HC_NO_ROW ? "voided" : "superseded",
                      empty != HC_NO_ROW ? empty : top);
        else if (empty != HC_NO_ROW)
            set_aside(g, row, is_void ? "void" : "voided", is_void ? HC_NO_ROW : empty);
    }
    return HC_OK;
}
