/* Rows and exact sums: what every stream ends with and every account balances by. */
#include <inttypes.h>
#include <stdlib.h>

#include "record/batch.h"

enum hc_status hc_totals_init(struct hc_totals *totals, const struct hc_schema *schema,
                              struct hc_err *err) {
    size_t fields = schema->fields ? schema->fields : 1;
    *totals = (struct hc_totals){.schema = schema};
    totals->sum = calloc(fields, sizeof *totals->sum);
    totals->has = calloc(fields, sizeof *totals->has);
    if (!totals->sum || !totals->has) {
        hc_totals_free(totals);
        return hc_fail_memory(err);
    }
    return HC_OK;
}

void hc_totals_free(struct hc_totals *totals) {
    free(totals->sum);
    free(totals->has);
    *totals = (struct hc_totals){0};
}

static bool is_wide(enum hc_type type) {
    return type == HC_TYPE_int64 || type == HC_TYPE_cents || type == HC_TYPE_e4;
}

static hc_i128 sum_rows(const struct hc_batch *b, size_t column, const uint32_t *row,
                        size_t rows) {
    const struct hc_column *c = &b->column[column];
    hc_i128 sum = 0;
    if (is_wide(c->type) && !row && (!c->valid || (b->built && b->sealed))) {
        sum = hc_sum_i64(c->i64, rows); /* a batch that was built is 0 under a null */
    } else if (is_wide(c->type)) {
        for (size_t i = 0; i < rows; i++) {
            size_t r = row ? row[i] : i;
            if (!hc_column_null(c, r))
                sum += c->i64[r];
        }
    } else {
        for (size_t i = 0; i < rows; i++)
            sum += hc_int_at(b, column, row ? row[i] : i, 0);
    }
    return sum;
}

void hc_totals_add_rows(struct hc_totals *totals, const struct hc_batch *batch,
                        const uint32_t *row, size_t rows) {
    const struct hc_schema *schema = totals->schema;
    totals->rows += rows;
    for (size_t i = 0; i < schema->fields && i < batch->schema->fields; i++) {
        if (!(schema->field[i].flags & HC_SUM) || !batch->column[i].present)
            continue;
        totals->has[i] = true;
        totals->sum[i] += sum_rows(batch, i, row, rows);
    }
}

void hc_totals_add(struct hc_totals *totals, const struct hc_batch *batch) {
    hc_totals_add_rows(totals, batch, NULL, batch->rows);
}

static bool counts(const struct hc_totals *totals, size_t column) {
    return totals->rows == 0 || totals->has[column];
}

static enum hc_status differs(const char *column, enum hc_type type, hc_i128 in,
                              hc_i128 out, const char *what, struct hc_err *err) {
    int scale = type == HC_TYPE_cents ? 2 : type == HC_TYPE_e4 ? 4 : 0;
    char a[HC_NUM_SIZE], b[HC_NUM_SIZE];
    hc_fail(err, HC_EINTERNAL, "the accounts do not balance: %s in, %s %s",
            hc_format_scaled(in, scale, a), hc_format_scaled(out, scale, b), what);
    hc_err_at_field(err, column);
    return HC_EINTERNAL;
}

enum hc_status hc_totals_balance(const struct hc_totals *in, const struct hc_totals *a,
                                 const struct hc_totals *b, const char *what,
                                 struct hc_err *err) {
    const struct hc_schema *schema = in->schema;
    uint64_t rows = a->rows + (b ? b->rows : 0);
    if (in->rows != rows)
        return differs("rows", HC_TYPE_int64, in->rows, rows, what, err);
    for (size_t i = 0; i < schema->known; i++) {
        if (!(schema->field[i].flags & HC_SUM) || !counts(in, i) || !counts(a, i) ||
            (b && !counts(b, i)))
            continue;
        hc_i128 sum = a->sum[i] + (b ? b->sum[i] : 0);
        if (in->sum[i] != sum)
            return differs(schema->field[i].name, schema->field[i].type, in->sum[i], sum,
                           what, err);
    }
    return HC_OK;
}
