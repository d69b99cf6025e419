#include "rule/ledger.h"

#include <stdlib.h>

#include "record/partition.h"
#include "rule/policy.h"

enum { /* fields behind the ledger's own: the order of the rows */
       TOP_DELIVERY = HC_ledger_fields,
       TOP_ENTRY,
       TOP_RECORD,
       FIELDS
};

struct hc_ledger {
    struct hc_field field[FIELDS];
    struct hc_schema schema;
    bool has[FIELDS];
    int from[HC_ledger_fields]; /* claim_line column of the same name, or -1 */
    struct hc_sorter *sorter;
    struct hc_batch *add, *out;
    int64_t pairs;
    bool open; /* the last row belongs to a pair, whose key and sums so far follow */
    bool balanced;
    int64_t top[3];
    hc_i128 sum[HC_ledger_fields];
};

static void describe(struct hc_ledger *l) {
    static const struct hc_field more[] = {
        {"top_delivery", HC_TYPE_int32, 0, NULL, "lowest lineage of the pair"},
        {"top_entry", HC_TYPE_int32, 0, NULL, "lowest lineage of the pair"},
        {"top_record", HC_TYPE_int64, 0, NULL, "lowest lineage of the pair"},
    };
    const struct hc_schema *own = &hc_kinds[HC_KIND_ledger];
    memcpy(l->field, own->field, sizeof *own->field * HC_ledger_fields);
    memcpy(l->field + HC_ledger_fields, more, sizeof more);
    l->schema = *own;
    l->schema.fields = FIELDS;
    l->schema.field = l->field;
    for (int f = 0; f < HC_ledger_fields; f++)
        l->from[f] =
            hc_schema_find(&hc_kinds[HC_KIND_claim_line], hc_str_of(own->field[f].name));
    for (int f = 0; f < FIELDS; f++)
        l->has[f] = true;
}

enum hc_status hc_ledger_new(struct hc_ledger **ledger, uint64_t memory_bytes,
                             const char *temp_dir, struct hc_err *err) {
    static const int order[] = {TOP_DELIVERY,
                                TOP_ENTRY,
                                TOP_RECORD,
                                HC_ledger_delivery,
                                HC_ledger_source_entry,
                                HC_ledger_source_record,
                                HC_ledger_claim_id,
                                HC_ledger_line};
    struct hc_ledger *l = calloc(1, sizeof *l);
    *ledger = NULL;
    if (!l)
        return hc_fail_memory(err);
    describe(l);
    enum hc_status status = hc_batch_new(&l->add, &l->schema, NULL, err);
    if (status == HC_OK)
        status = hc_batch_new(&l->out, &hc_kinds[HC_KIND_ledger], NULL, err);
    if (status == HC_OK)
        status = hc_sorter_new(&l->sorter, &l->schema, l->has, order,
                               sizeof order / sizeof *order, memory_bytes, temp_dir, err);
    if (status == HC_OK)
        *ledger = l;
    else
        hc_ledger_free(l);
    return status;
}

void hc_ledger_free(struct hc_ledger *l) {
    if (!l)
        return;
    hc_sorter_free(l->sorter);
    hc_batch_free(l->add);
    hc_batch_free(l->out);
    free(l);
}

/* The amounts set aside: the row's own, or its partner's turned round. */
static void set_amount(struct hc_ledger *l, int f, const struct hc_batch *b, uint32_t row,
                       uint32_t mirror) {
    size_t from = (size_t)l->from[f];
    if (mirror == HC_NO_ROW)
        hc_set_copy(l->add, (size_t)f, b, from, row);
    else if (!hc_is_null(b, from, mirror))
        hc_set_i64(l->add, (size_t)f, (int64_t) - (uint64_t)hc_int_at(b, from, mirror, 0));
}

static void add_row(struct hc_ledger *l, const struct hc_batch *b, uint32_t row,
                    const struct hc_verdict *v) {
    uint32_t top = v->pair == HC_NO_ROW ? row : v->pair;
    hc_batch_row(l->add);
    hc_set_str(l->add, HC_ledger_policy, hc_str_of(v->policy));
    hc_set_str(l->add, HC_ledger_reason, hc_str_of(v->reason));
    for (int f = 0; f < HC_ledger_fields; f++) {
        if (l->from[f] < 0)
            continue;
        if (l->field[f].flags & HC_SUM)
            set_amount(l, f, b, row, v->mirror);
        else
            hc_set_copy(l->add, (size_t)f, b, (size_t)l->from[f], row);
    }
    if (v->partner != HC_NO_ROW) {
        hc_set_copy(l->add, HC_ledger_partner_claim_id, b, HC_claim_line_claim_id,
                    v->partner);
        hc_set_copy(l->add, HC_ledger_partner_delivery, b, HC_claim_line_delivery,
                    v->partner);
        hc_set_copy(l->add, HC_ledger_partner_entry, b, HC_claim_line_source_entry,
                    v->partner);
        hc_set_copy(l->add, HC_ledger_partner_record, b, HC_claim_line_source_record,
                    v->partner);
    }
    if (v->pair != HC_NO_ROW)
        hc_set_i64(l->add, HC_ledger_pair, 0); /* numbered when all are in order */
    hc_set_copy(l->add, TOP_DELIVERY, b, HC_claim_line_delivery, top);
    hc_set_copy(l->add, TOP_ENTRY, b, HC_claim_line_source_entry, top);
    hc_set_copy(l->add, TOP_RECORD, b, HC_claim_line_source_record, top);
}

static enum hc_status flush(struct hc_ledger *l, struct hc_err *err) {
    enum hc_status status = hc_batch_seal(l->add, err);
    if (status == HC_OK && l->add->rows > 0)
        status = hc_sorter_add(l->sorter, l->add, err);
    hc_batch_clear(l->add);
    return status;
}

enum hc_status hc_ledger_add(struct hc_ledger *l, const struct hc_batch *batch,
                             const struct hc_verdict *verdict, struct hc_err *err) {
    enum hc_status status = HC_OK;
    for (uint32_t row = 0; row < batch->rows && status == HC_OK; row++) {
        if (!verdict[row].policy)
            continue;
        add_row(l, batch, row, &verdict[row]);
        if (hc_batch_full(l->add))
            status = flush(l, err);
    }
    return status == HC_OK ? flush(l, err) : status;
}

static enum hc_status close_pair(struct hc_ledger *l, struct hc_err *err) {
    if (!l->open || !l->balanced)
        return HC_OK;
    for (int f = 0; f < HC_ledger_fields; f++)
        if (l->sum[f] != 0) {
            char text[HC_NUM_SIZE];
            return hc_fail(err, HC_EINTERNAL,
                           "ledger: pair %lld does not balance: %s is off by %s",
                           (long long)l->pairs, l->field[f].name,
                           hc_format_scaled(l->sum[f], 0, text));
        }
    return HC_OK;
}

/* The number of the row's pair. Rows of a pair follow each other. */
static enum hc_status number(struct hc_ledger *l, const struct hc_batch *b, size_t row,
                             struct hc_err *err) {
    const int64_t top[3] = {hc_int_at(b, TOP_DELIVERY, row, 0),
                            hc_int_at(b, TOP_ENTRY, row, 0),
                            hc_int_at(b, TOP_RECORD, row, 0)};
    bool paired = !hc_is_null(b, HC_ledger_pair, row);
    bool same = paired && l->open && memcmp(top, l->top, sizeof top) == 0;
    if (!same) {
        enum hc_status status = close_pair(l, err);
        if (status != HC_OK)
            return status;
        memset(l->sum, 0, sizeof l->sum);
        memcpy(l->top, top, sizeof top);
        l->open = paired;
        if (paired) {
            char policy[32];
            struct hc_str name = hc_str_at(b, HC_ledger_policy, row);
            snprintf(policy, sizeof policy, "%.*s", (int)name.len, name.ptr);
            const struct hc_policy *p = hc_policy_of(policy);
            l->balanced = p && p->balanced;
            l->pairs++;
        }
    }
    for (int f = 0; paired && f < HC_ledger_fields; f++)
        if (l->field[f].flags & HC_SUM)
            l->sum[f] += hc_int_at(b, (size_t)f, row, 0);
    return HC_OK;
}

enum hc_status hc_ledger_next(struct hc_ledger *l, struct hc_batch **batch,
                              struct hc_err *err) {
    struct hc_batch *sorted = NULL;
    enum hc_status status = hc_sorter_next(l->sorter, &sorted, err);
    if (status == HC_END) {
        enum hc_status closed = close_pair(l, err);
        l->open = false;
        return closed == HC_OK ? HC_END : closed;
    }
    hc_batch_clear(l->out);
    for (size_t row = 0; status == HC_OK && row < sorted->rows; row++) {
        status = number(l, sorted, row, err);
        hc_batch_row(l->out);
        for (size_t f = 0; f < HC_ledger_fields; f++)
            if (f != HC_ledger_pair)
                hc_set_copy(l->out, f, sorted, f, row);
        if (l->open)
            hc_set_i64(l->out, HC_ledger_pair, l->pairs);
    }
    if (status == HC_OK)
        status = hc_batch_seal(l->out, err);
    *batch = l->out;
    return status;
}
