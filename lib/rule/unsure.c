#include "rule/unsure.h"

#include <stdlib.h>

#include "base/map.h"

static const int number[] = {HC_claim_line_payer, HC_claim_line_claim_id};

/* Does the row stand for good, of a claim whose rows are all here? */
static bool stands(const struct hc_way *way, const struct hc_verdict *v, bool by_claim) {
    return way->numbered && (way->one_pass || !by_claim) && !v->policy &&
           v->standing != HC_standing_residual;
}

struct seen { /* a claim's number, and the types it stands under */
    uint64_t hash;
    uint32_t types;
};

static bool has_two(uint32_t types) {
    return (types & (types - 1)) != 0;
}

static void see(struct seen *seen, size_t mask, uint64_t hash, uint32_t type,
                uint64_t *two_types) {
    size_t at = (size_t)hash & mask;
    while (seen[at].types && seen[at].hash != hash)
        at = (at + 1) & mask;
    bool had_two = has_two(seen[at].types);
    seen[at].hash = hash;
    seen[at].types |= type;
    *two_types += !had_two && has_two(seen[at].types);
}

static uint32_t type_of(const struct hc_batch *b, uint32_t row) {
    return 1U << hc_int_at(b, HC_claim_line_claim_type, row, 0);
}

static enum hc_status count_two_types(struct hc_group_counts *told,
                                      const struct hc_batch *b, uint32_t records,
                                      const struct hc_way *const *way,
                                      const struct hc_verdict *verdict, bool by_claim,
                                      struct hc_err *err) {
    uint32_t types = 0;
    size_t size = 16;
    for (uint32_t row = 0; row < records; row++)
        if (stands(way[row], &verdict[row], by_claim))
            types |= type_of(b, row);
    if (!has_two(types))
        return HC_OK;
    while (size < 2 * (size_t)records)
        size *= 2;
    struct seen *seen = calloc(size, sizeof *seen);
    if (!seen)
        return hc_fail_memory(err);
    for (uint32_t row = 0; row < records; row++)
        if (stands(way[row], &verdict[row], by_claim))
            see(seen, size - 1, hc_hash_u64(way[row]->feed, hc_hash_row(b, number, 2, row)),
                type_of(b, row), &told->two_types);
    free(seen);
    return HC_OK;
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

/* It replaces a claim by name, and its rule is by number. */
static bool has_other_rule(const struct hc_batch *b, uint32_t row,
                           const struct hc_way *way) {
    return strcmp(way->rule->policy, "version") == 0 &&
           hc_is_null(b, HC_claim_line_version, row) &&
           hc_names(b, row) == HC_NAMES_ANOTHER;
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
    told->no_sign += !v->policy && v->standing == HC_standing_unmatched_cancellation &&
                     has_no_sign(b, row);
    told->by_name += !v->policy && has_other_rule(b, row, way);
}

enum hc_status hc_unsure_count(struct hc_group_counts *told, const struct hc_batch *b,
                               uint32_t records, const struct hc_way *const *way,
                               const struct hc_verdict *verdict, bool by_claim,
                               struct hc_err *err) {
    for (uint32_t row = 0; row < records; row++)
        if (verdict[row].policy || way[row]->one_pass || !by_claim)
            count_row(told, b, row, way[row], &verdict[row]);
    return count_two_types(told, b, records, way, verdict, by_claim, err);
}
