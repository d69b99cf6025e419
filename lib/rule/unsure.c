#include "rule/unsure.h"

#include <stdlib.h>

#include "base/map.h"

static const int number[] = {HC_claim_line_payer, HC_claim_line_claim_id};

/* Does the row stand for good, of a claim whose rows are all here? */
static bool stands(const struct hc_way *way, const struct hc_verdict *v, bool by_claim) {
    return way->numbered && (way->one_pass || !by_claim) && !v->policy &&
           v->standing != HC_standing_residual;
}

static bool has_two(uint32_t types) {
    return (types & (types - 1)) != 0;
}

static uint32_t type_of(const struct hc_batch *b, uint32_t row) {
    return 1U << hc_int_at(b, HC_claim_line_claim_type, row, 0);
}

struct numbers {        /* claims' numbers, and the types each stands under */
    struct hc_map *map; /* of feed, payer, number */
    uint32_t *types;
    struct hc_buf key;
};

/* The row stands: so does its claim's number, under the row's type. */
static enum hc_status see(struct numbers *n, const struct hc_batch *b, uint32_t row,
                          uint32_t feed, uint64_t *two_types, struct hc_err *err) {
    uint32_t id;
    hc_buf_clear(&n->key);
    hc_buf_put(&n->key, &feed, sizeof feed);
    for (size_t i = 0; i < sizeof number / sizeof *number; i++) {
        struct hc_str text = hc_str_at(b, (size_t)number[i], row);
        hc_buf_put(&n->key, &text.len, sizeof text.len);
        hc_buf_put(&n->key, text.ptr, text.len);
    }
    if (n->key.failed)
        return hc_fail_memory(err);
    enum hc_status status = hc_map_add(n->map, hc_buf_str(&n->key), &id, NULL, err);
    if (status != HC_OK)
        return status;
    bool had_two = has_two(n->types[id]);
    n->types[id] |= type_of(b, row);
    *two_types += !had_two && has_two(n->types[id]);
    return HC_OK;
}

static enum hc_status count_two_types(struct hc_group_counts *told,
                                      const struct hc_batch *b, uint32_t records,
                                      const struct hc_way *const *way,
                                      const struct hc_verdict *verdict, bool by_claim,
                                      struct hc_err *err) {
    struct numbers n = {0};
    uint32_t types = 0;
    for (uint32_t row = 0; row < records; row++)
        if (stands(way[row], &verdict[row], by_claim))
            types |= type_of(b, row);
    if (!has_two(types))
        return HC_OK;
    n.types = calloc(records, sizeof *n.types);
    enum hc_status status = n.types ? hc_map_new(&n.map, err) : hc_fail_memory(err);
    for (uint32_t row = 0; status == HC_OK && row < records; row++)
        if (stands(way[row], &verdict[row], by_claim))
            status = see(&n, b, row, way[row]->feed, &told->two_types, err);
    hc_buf_free(&n.key);
    hc_map_free(n.map);
    free(n.types);
    return status;
}

/* A cancellation that cancels nothing, of amounts that it would add: its sign is missing.
 */
static bool has_no_sign(const struct hc_batch *b, uint32_t row) {
    bool above = false;
    for (size_t f = 0; f < HC_claim_line_fields; f++) {
        if (!(b->schema->field[f].flags & HC_MONEY))
            continue;
        int64_t cents = hc_int_at(b, f, row, 0);
        if (cents < 0)
            return false;
        above |= cents > 0;
    }
    return above;
}

/* What takes a record back has a quantity, and it is the record's own: the sign is missing,
 * and what is left of the two is twice as much. */
static bool has_same_units(const struct hc_batch *b, uint32_t row,
                           const struct hc_verdict *v) {
    for (size_t f = 0; v->mirror != HC_NO_ROW && f < HC_claim_line_fields; f++)
        if (b->schema->field[f].type == HC_TYPE_e4 && hc_int_at(b, f, row, 0) != 0 &&
            hc_int_at(b, f, row, 0) == hc_int_at(b, f, v->mirror, 0))
            return true;
    return false;
}

/* It replaces a claim by name, and its rule is by number. */
static bool has_other_rule(const struct hc_batch *b, uint32_t row,
                           const struct hc_way *way) {
    return strcmp(way->rule->policy, "version") == 0 &&
           hc_is_null(b, HC_claim_line_version, row) &&
           hc_names(b, row) == HC_NAMES_ANOTHER;
}

static const struct hc_delivery *dated(const struct hc_origin *origin, int64_t delivery) {
    bool known = delivery >= 1 && (size_t)delivery <= origin->deliveries;
    const struct hc_delivery *d = known ? &origin->delivery[delivery - 1] : NULL;
    return d && d->has_date ? d : NULL;
}

/* The row gave way to a newer delivery: do days tell that it is newer? */
static void count_undated(struct hc_group_counts *told, const struct hc_batch *b,
                          uint32_t row, const struct hc_verdict *v,
                          const struct hc_origin *origin) {
    if (v->partner == HC_NO_ROW || strcmp(v->reason, "redelivered") == 0 ||
        (strcmp(v->policy, "re_delivery") != 0 && strcmp(v->reason, "restated") != 0))
        return;
    int64_t older = hc_int_at(b, HC_claim_line_delivery, row, 0);
    int64_t newer = hc_int_at(b, HC_claim_line_delivery, v->partner, 0);
    const struct hc_delivery *then = dated(origin, older), *now = dated(origin, newer);
    if (older == newer || (then && now && then->date != now->date))
        return;
    if (!told->undated || older < told->older ||
        (older == told->older && newer < told->newer)) {
        told->older = older;
        told->newer = newer;
    }
    told->undated++;
}

static void count_row(struct hc_group_counts *told, const struct hc_batch *b, uint32_t row,
                      const struct hc_way *way, const struct hc_verdict *v) {
    if (v->policy && strcmp(v->policy, "re_delivery") == 0) {
        told->changed += strcmp(v->reason, "redelivered_changed") == 0;
        /* a claim that is restated says so: what it has no more is gone */
        told->gone += strcmp(v->reason, "redelivered_gone") == 0 &&
                      strcmp(way->rule->policy, "restate") != 0;
        return;
    }
    told->same_units += v->policy && has_same_units(b, row, v);
    told->no_sign += !v->policy && v->standing == HC_standing_unmatched_cancellation &&
                     has_no_sign(b, row);
    told->by_name += !v->policy && has_other_rule(b, row, way);
}

enum hc_status hc_unsure_count(struct hc_group_counts *told, const struct hc_batch *b,
                               uint32_t records, const struct hc_way *const *way,
                               const struct hc_verdict *verdict,
                               const struct hc_origin *origin, bool by_claim,
                               struct hc_err *err) {
    for (uint32_t row = 0; row < records; row++) {
        if (verdict[row].policy)
            count_undated(told, b, row, &verdict[row], origin);
        if (verdict[row].policy || way[row]->one_pass || !by_claim)
            count_row(told, b, row, way[row], &verdict[row]);
    }
    return count_two_types(told, b, records, way, verdict, by_claim, err);
}
