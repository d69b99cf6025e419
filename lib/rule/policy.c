#include "rule/policy.h"

#include <stdlib.h>

#include "base/map.h"

const struct hc_policy hc_policies[] = {
    {"pair", hc_policy_pair, true, -1,
     "a cancellation takes back one original or adjustment; what is left is final"},
    {"replay", hc_policy_replay, false, -1,
     "in order of effective date, an adjustment replaces and a deletion deletes the last"},
    {"version", hc_policy_version, false, HC_claim_line_version,
     "the highest version of a line stands, unless it is a void"},
    {"reversal", hc_policy_reversal, true, -1, "a negative twin cancels its line"},
    {"replace", hc_policy_replace, false, HC_claim_line_claim_id,
     "a claim that names another replaces it"},
    {"restate", hc_policy_restate, false, HC_claim_line_delivery,
     "the newest delivery of a claim stands whole"},
    {0},
};

const struct hc_policy *hc_policy_of(const char *name) {
    for (const struct hc_policy *p = hc_policies; p->name; p++)
        if (strcmp(p->name, name) == 0)
            return p;
    return NULL;
}

static enum hc_status find_policy(struct hc_way *way, const char *name,
                                  struct hc_err *err) {
    const char *names[16] = {0};
    way->policy = hc_policy_of(name);
    if (way->policy)
        return HC_OK;
    hc_fail(err, HC_ECONFIG, "no such policy '%s'", name);
    for (size_t i = 0; hc_policies[i].name; i++)
        names[i] = hc_policies[i].name;
    const char *near = hc_str_nearest(hc_str_of(name), names);
    if (near)
        hc_err_hint(err, "did you mean '%s'?", near);
    return HC_ECONFIG;
}

static enum hc_status find_columns(int *column, size_t *count, const char *key,
                                   const char *const *name, size_t names, const bool *has,
                                   struct hc_err *err) {
    *count = 0;
    if (names == 0 || names > HC_WAY_COLUMNS)
        return hc_fail(err, HC_ECONFIG, "%s wants 1 to %d columns, found %zu", key,
                       HC_WAY_COLUMNS, names);
    for (size_t i = 0; i < names; i++) {
        int at = hc_schema_find(&hc_kinds[HC_KIND_claim_line], hc_str_of(name[i]));
        if (at < 0)
            return hc_fail(err, HC_ECONFIG, "%s names '%s', which claim_line has not", key,
                           name[i]);
        if (!has[at])
            return hc_fail(err, HC_EDATA, "%s needs column '%s', which the stream lacks",
                           key, name[i]);
        column[(*count)++] = at;
    }
    return HC_OK;
}

static bool holds(const int *column, size_t columns, int wanted) {
    for (size_t i = 0; i < columns; i++)
        if (column[i] == wanted)
            return true;
    return false;
}

static void name_columns(int *named, const int *column, size_t columns) {
    for (size_t i = 0; i < columns; i++)
        named[i] = column[i] == HC_claim_line_claim_id ? HC_claim_line_related_claim_id
                                                       : column[i];
}

/* A record names a claim and nothing else of it, so nothing else may be needed to find it.
 */
static enum hc_status init_replace(struct hc_way *way, const bool *has,
                                   struct hc_err *err) {
    static const int never[] = {HC_claim_line_line,       HC_claim_line_version,
                                HC_claim_line_adjustment, HC_claim_line_related_claim_id,
                                HC_claim_line_member_id,  HC_claim_line_person_id,
                                HC_claim_line_paid,       HC_claim_line_delivery};
    way->replaces = way->policy->apply == hc_policy_replace;
    if (!way->replaces)
        return HC_OK;
    if (!has[HC_claim_line_related_claim_id])
        return hc_fail(err, HC_EDATA,
                       "replace needs column 'related_claim_id', which the stream lacks");
    if (!holds(way->match, way->matches, HC_claim_line_claim_id))
        return hc_fail(err, HC_ECONFIG, "replace finds claims: match must name 'claim_id'");
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        if (holds(way->match, way->matches, never[i])) {
            hc_fail(err, HC_ECONFIG, "replace finds claims: match cannot name '%s'",
                    hc_kinds[HC_KIND_claim_line].field[never[i]].name);
            hc_err_hint(err, "match: [payer, claim_id]");
            return HC_ECONFIG;
        }
    name_columns(way->named_match, way->match, way->matches);
    name_columns(way->named_partition, way->partition, way->partitions);
    return HC_OK;
}

/* A cancellation whose denied original was left out would take back another claim. And what
 * a denied line may not correct, re-delivery may not take from under it: it comes first,
 * and to it two versions or restatements of one record id are one record sent twice. */
static enum hc_status check_denied(struct hc_way *way, const bool *has,
                                   struct hc_err *err) {
    const char *name = hc_denied_names[way->rule->denied];
    way->leaves_out =
        way->rule->denied == HC_DENIED_YIELD || way->rule->denied == HC_DENIED_IGNORE;
    if (way->rule->denied != HC_DENIED_KEEP && !has[HC_claim_line_status])
        return hc_fail(err, HC_EDATA,
                       "denied: %s needs column 'status', which the stream lacks", name);
    if (!way->leaves_out)
        return HC_OK;
    if (way->policy->unit >= 0) {
        const char *unit = hc_kinds[HC_KIND_claim_line].field[way->policy->unit].name;
        if (holds(way->id, way->ids, way->policy->unit))
            return HC_OK;
        hc_fail(err, HC_ECONFIG, "denied: %s with %s wants '%s' in record_id", name,
                way->policy->name, unit);
        hc_err_hint(err, "else a denied line takes the paid one of the same record_id away "
                         "before denied is looked at");
        return HC_ECONFIG;
    }
    hc_fail(err, HC_ECONFIG, "denied: %s does not go with %s", name, way->policy->name);
    hc_err_hint(err, "a cancellation of a denied claim would take back another: keep or "
                     "drop");
    return HC_ECONFIG;
}

enum hc_status hc_way_init(struct hc_way *way, const char *feed,
                           const struct hc_claim_rule *rule, const bool *has,
                           struct hc_err *err) {
    struct hc_err inner = {0};
    way->rule = rule;
    enum hc_status status = find_policy(way, rule->policy, &inner);
    if (status == HC_OK)
        status = find_columns(way->match, &way->matches, "match", rule->match,
                              rule->matches, has, &inner);
    if (status == HC_OK)
        status = find_columns(way->partition, &way->partitions, "partition",
                              rule->partition, rule->partitions, has, &inner);
    if (status == HC_OK)
        status = find_columns(way->id, &way->ids, "record_id", rule->record_id, rule->ids,
                              has, &inner);
    for (size_t i = 0; status == HC_OK && i < way->partitions; i++)
        if (!holds(way->match, way->matches, way->partition[i]))
            status =
                hc_fail(&inner, HC_ECONFIG, "partition names '%s', which match has not",
                        rule->partition[i]);
    if (status == HC_OK)
        status = init_replace(way, has, &inner);
    if (status == HC_OK)
        status = check_denied(way, has, &inner);
    if (status != HC_OK) {
        hc_fail(err, status, "feed %s, %s claims: %s", feed, rule->claim_type, inner.what);
        if (inner.hint[0])
            hc_err_hint(err, "%s", inner.hint);
        return status;
    }
    way->claims = 0;
    way->one_pass = !way->replaces; /* what a record names may be anywhere */
    for (size_t i = 0; i < way->ids; i++)
        if (way->id[i] != HC_claim_line_line)
            way->claim[way->claims++] = way->id[i];
    for (size_t i = 0; i < way->partitions; i++)
        way->one_pass &= holds(way->claim, way->claims, way->partition[i]);
    return HC_OK;
}

int hc_compare_lineage(const struct hc_batch *batch, uint32_t a, uint32_t b) {
    static const int column[] = {HC_claim_line_delivery, HC_claim_line_source_entry,
                                 HC_claim_line_source_record, HC_claim_line_line};
    int order = hc_compare_row(batch, a, batch, b, column, sizeof column / sizeof *column);
    return order ? order : (a > b) - (a < b);
}

void hc_err_at_lineage(struct hc_err *err, const struct hc_origin *origin, int64_t delivery,
                       int64_t entry, int64_t record) {
    char place[512];
    if (delivery < 1 || (size_t)delivery > origin->deliveries)
        snprintf(place, sizeof place, "delivery %lld", (long long)delivery);
    else {
        const struct hc_delivery *d = &origin->delivery[delivery - 1];
        bool named = entry >= 1 && (size_t)entry <= d->entries;
        snprintf(place, sizeof place, "%s%s%s", d->name, named ? "/" : "",
                 named ? d->entry[entry - 1] : "");
    }
    hc_err_at_file(err, place);
    hc_err_at_record(err, (uint64_t)record, 0);
    if (err)
        err->has_offset = false;
}

hc_day hc_effective_day(const struct hc_batch *batch, uint32_t row) {
    return (hc_day)hc_int_at(batch, HC_claim_line_effective_date, row,
                             hc_int_at(batch, HC_claim_line_paid_date, row, INT32_MIN));
}

static bool opposite(const struct hc_batch *batch, uint32_t a, uint32_t b, unsigned flag) {
    for (size_t i = 0; i < batch->schema->known; i++)
        if ((batch->schema->field[i].flags & flag) &&
            (uint64_t)hc_int_at(batch, i, a, 0) + (uint64_t)hc_int_at(batch, i, b, 0) != 0)
            return false;
    return true;
}

bool hc_amounts_opposite(const struct hc_batch *batch, uint32_t a, uint32_t b) {
    return opposite(batch, a, b, HC_MONEY);
}
bool hc_sums_opposite(const struct hc_batch *batch, uint32_t a, uint32_t b) {
    return opposite(batch, a, b, HC_SUM);
}

/* ---- claims ---- */

static int by_claim(const void *left, const void *right, void *context) {
    const struct hc_group *g = context;
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    static const int kind[] = {HC_claim_line_adjustment};
    static const int line[] = {HC_claim_line_line};
    int order = hc_compare_row(g->batch, a, g->batch, b, g->way->claim, g->way->claims);
    if (order == 0)
        order = hc_compare_row(g->batch, a, g->batch, b, kind, 1);
    if (order == 0)
        order = hc_compare_row(g->batch, a, g->batch, b, line, 1);
    return order ? order : hc_compare_lineage(g->batch, a, b);
}

enum hc_status hc_claims_of(struct hc_group *g, struct hc_claim **claims, size_t *count,
                            struct hc_err *err) {
    struct hc_claim *c = hc_arena_alloc(g->scratch, g->rows * sizeof *c);
    size_t n = 0;
    if (!c)
        return hc_fail_memory(err);
    qsort_r(g->row, g->rows, sizeof *g->row, by_claim, g);
    for (size_t i = 0; i < g->rows; i++) {
        uint32_t row = g->row[i];
        int adjustment =
            (int)hc_int_at(g->batch, HC_claim_line_adjustment, row, HC_adjustment_original);
        bool same = i > 0 && c[n - 1].adjustment == adjustment &&
                    hc_same_row(g->batch, row, g->batch, g->row[i - 1], g->way->claim,
                                g->way->claims);
        hc_day day = hc_effective_day(g->batch, row);
        if (!same)
            c[n++] = (struct hc_claim){
                .first = (uint32_t)i,
                .effective = day,
                .adjustment = adjustment,
                .id = hc_str_at(g->batch, HC_claim_line_claim_id, row),
                .top = row,
            };
        struct hc_claim *claim = &c[n - 1];
        claim->lines++;
        if (day > claim->effective)
            claim->effective = day;
        if (hc_compare_lineage(g->batch, row, claim->top) < 0)
            claim->top = row;
    }
    *claims = c;
    *count = n;
    return HC_OK;
}
