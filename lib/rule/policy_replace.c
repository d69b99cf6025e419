/* A payer corrects a claim under a new number and names the old one in related_claim_id.
 * What names a claim sends a tombstone to it, whether or not it is itself replaced later:
 * every claim of a chain meets the tombstone of its successor, so no chain is walked and
 * only the last stands. A replacement stands though what it names never arrived (it was
 * rejected, or came before the first delivery at hand). Of a void, a cancellation that
 * names a claim, nothing stands. One that names none voids the claim of its own number;
 * where nothing of that came, it stays and is told. */
#include "rule/links.h"
#include "rule/policy.h"

static void set_aside(struct hc_group *g, uint32_t row, const char *reason,
                      uint32_t partner) {
    g->verdict[row] = (struct hc_verdict){"replace", reason,    HC_standing_final,
                                          partner,   HC_NO_ROW, HC_NO_ROW};
}

/* What names this claim: a tombstone, or a void under the claim's own number. */
static bool names_it(const struct hc_group *g, uint32_t row, bool came) {
    if (row >= g->records)
        return true;
    return hc_voids_itself(g->batch, row) &&
           (came || hc_names(g->batch, row) == HC_NAMES_ITSELF);
}

/* Is there anything of the claim that a void could take back? */
static bool has_claim(const struct hc_group *g) {
    for (size_t i = 0; i < g->rows; i++)
        if (g->row[i] < g->records && !hc_is_cancellation(g->batch, g->row[i]))
            return true;
    return false;
}

/* Did an earlier run let it stand? What it replaced is gone since, and was told then. */
static bool settled(const struct hc_group *g, uint32_t row) {
    return hc_int_at(g->batch, HC_claim_line_standing, row, -1) == HC_standing_final;
}

/* Do several claims stand in place of this one? Tells of that, and of a claim that is named
 * and is not there. */
static bool has_several_heirs(struct hc_group *g) {
    uint32_t heir = HC_NO_ROW;
    bool several = false, named = false;
    for (size_t i = 0; i < g->rows; i++) {
        uint32_t row = g->row[i];
        if (row < g->records || settled(g, row))
            continue;
        named = true;
        if (hc_is_cancellation(g->batch, row))
            continue;
        several |= heir != HC_NO_ROW && !hc_same_row(g->batch, row, g->batch, heir,
                                                     g->way->match, g->way->matches);
        heir = row;
    }
    g->counts->never_came += named && !g->came;
    g->counts->several += several;
    return several;
}

enum hc_status hc_policy_replace(struct hc_group *g, struct hc_err *err) {
    uint32_t by = HC_NO_ROW; /* the newest that names the claim */
    const char *replaced = has_several_heirs(g) ? "replaced_by_several" : "replaced";
    bool came = has_claim(g);
    enum hc_status status = HC_OK;
    for (size_t i = 0; i < g->rows; i++)
        if (names_it(g, g->row[i], came) &&
            (by == HC_NO_ROW || hc_compare_lineage(g->batch, g->row[i], by) > 0))
            by = g->row[i];
    for (size_t i = 0; i < g->rows && status == HC_OK; i++) {
        uint32_t row = g->row[i];
        if (row >= g->records)
            continue;
        enum hc_naming names = hc_names(g->batch, row);
        if (hc_is_cancellation(g->batch, row) && (came || names != HC_NAMES_NONE))
            set_aside(g, row, "void", HC_NO_ROW);
        else if (by != HC_NO_ROW)
            set_aside(g, row, hc_is_cancellation(g->batch, by) ? "voided" : replaced, by);
        else if (hc_is_cancellation(g->batch, row))
            g->verdict[row].standing = HC_standing_unmatched_cancellation;
        if (by != HC_NO_ROW && names == HC_NAMES_ANOTHER)
            status = hc_links_add(g->links, g->batch, row, g->way, err);
    }
    return status;
}
