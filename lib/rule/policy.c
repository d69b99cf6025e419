#include "rule/policy.h"

#include <stdlib.h>

#include "base/map.h"

const struct hc_policy hc_policies[] = {
#define POLICY(name, balanced, unit, doc) {#name, hc_policy_##name, balanced, unit, doc},
#include "record/policies.def"
#undef POLICY
    {0},
};

const struct hc_policy *hc_policy_of(const char *name) {
    for (const struct hc_policy *p = hc_policies; p->name; p++)
        if (strcmp(p->name, name) == 0)
            return p;
    return NULL;
}

static enum hc_status find_columns(int *column, size_t *count, const char *key,
                                   const char *const *name, size_t names, const bool *has,
                                   struct hc_err *err) {
    *count = 0;
    for (size_t i = 0; i < names; i++) {
        int at = hc_schema_find(&hc_kinds[HC_KIND_claim_line], hc_str_of(name[i]));
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

static enum hc_status init_replace(struct hc_way *way, const bool *has,
                                   struct hc_err *err) {
    way->replaces = way->policy->apply == hc_policy_replace;
    if (!way->replaces)
        return HC_OK;
    if (!has[HC_claim_line_related_claim_id])
        return hc_fail(err, HC_EDATA,
                       "replace needs column 'related_claim_id', which the stream lacks");
    name_columns(way->named_match, way->match, way->matches);
    name_columns(way->named_partition, way->partition, way->partitions);
    return HC_OK;
}

static enum hc_status init_denied(struct hc_way *way, const bool *has, struct hc_err *err) {
    way->leaves_out =
        way->rule->denied == HC_DENIED_YIELD || way->rule->denied == HC_DENIED_IGNORE;
    if (way->rule->denied != HC_DENIED_KEEP && !has[HC_claim_line_status])
        return hc_fail(err, HC_EDATA,
                       "denied: %s needs column 'status', which the stream lacks",
                       hc_denied_names[way->rule->denied]);
    return HC_OK;
}

/* Rows that share the claim's number then share a partition. */
static bool is_number(const struct hc_way *way) {
    bool number = !holds(way->id, way->ids, HC_claim_line_claim_type);
    for (size_t i = 0; i < way->partitions; i++)
        number &= way->partition[i] == HC_claim_line_payer ||
                  way->partition[i] == HC_claim_line_claim_id;
    return number && holds(way->partition, way->partitions, HC_claim_line_claim_id) &&
           strcmp(way->rule->claim_type, "pharmacy") != 0;
}

enum hc_status hc_way_init(struct hc_way *way, const char *feed,
                           const struct hc_claim_rule *rule, const bool *has,
                           struct hc_err *err) {
    struct hc_err inner = {0};
    way->rule = rule;
    enum hc_status status = hc_claim_rule_check(rule, &inner);
    way->policy = status == HC_OK ? hc_policy_of(rule->policy) : NULL;
    if (status == HC_OK)
        status = find_columns(way->match, &way->matches, "match", rule->match,
                              rule->matches, has, &inner);
    if (status == HC_OK)
        status = find_columns(way->partition, &way->partitions, "partition",
                              rule->partition, rule->partitions, has, &inner);
    if (status == HC_OK)
        status = find_columns(way->id, &way->ids, "record_id", rule->record_id, rule->ids,
                              has, &inner);
    if (status == HC_OK)
        status = init_replace(way, has, &inner);
    if (status == HC_OK)
        status = init_denied(way, has, &inner);
    if (status != HC_OK) {
        hc_fail(err, status, "feed %s, %s claims: %s", feed, rule->claim_type, inner.what);
        if (inner.hint[0])
            hc_err_hint(err, "%s", inner.hint);
        return status;
    }
    way->claims = 0;
    way->by_line = holds(way->match, way->matches, HC_claim_line_line);
    way->numbered = is_number(way);
    way->redelivers = way->policy->apply == hc_policy_reversal;
    for (size_t i = 0; i < way->matches; i++)
        way->redelivers &= holds(way->id, way->ids, way->match[i]);
    way->one_pass = !way->replaces; /* what a record names may be anywhere */
    for (size_t i = 0; i < way->ids; i++)
        if (way->id[i] != HC_claim_line_line)
            way->claim[way->claims++] = way->id[i];
    for (size_t i = 0; i < way->partitions; i++)
        way->one_pass &= holds(way->claim, way->claims, way->partition[i]);
    return HC_OK;
}

int64_t hc_delivery_day(const struct hc_group *g, uint32_t row) {
    int64_t delivery = hc_int_at(g->batch, HC_claim_line_delivery, row, 0);
    const struct hc_delivery *d = &g->origin->delivery[delivery - 1];
    return d->has_date ? d->date : INT32_MIN + delivery;
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

bool hc_has_value(const struct hc_batch *b, size_t column, uint32_t row) {
    return !hc_is_null(b, column, row) && (b->schema->field[column].type != HC_TYPE_utf8 ||
                                           hc_str_at(b, column, row).len > 0);
}
bool hc_key_is_whole(const struct hc_group *g) {
    for (size_t i = 0; i < g->way->matches; i++)
        if (!hc_has_value(g->batch, (size_t)g->way->match[i], g->row[0]))
            return false;
    return true;
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
bool hc_amounts_same(const struct hc_batch *batch, uint32_t a, uint32_t b) {
    for (size_t i = 0; i < batch->schema->known; i++)
        if ((batch->schema->field[i].flags & HC_MONEY) &&
            hc_int_at(batch, i, a, 0) != hc_int_at(batch, i, b, 0))
            return false;
    return true;
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
