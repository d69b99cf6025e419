#include "rule/measure.h"

#include <stdio.h>

/* ---- sums ---- */

/* One column; what a measure without a row in the table does. */
static void add_column(const struct hc_rows *rows, const int *column, const uint32_t *group,
                       struct hc_sum *sum) {
    const struct hc_column *c = &rows->batch->column[column[0]];
    bool wide =
        c->type == HC_TYPE_int64 || c->type == HC_TYPE_cents || c->type == HC_TYPE_e4;
    for (size_t i = 0; i < rows->count; i++) {
        size_t row = rows->row[i];
        if (hc_column_null(c, row)) {
            sum[group[i]].null_rows++;
            continue;
        }
        sum[group[i]].known++;
        sum[group[i]].sum += wide ? c->i64[row] : c->i32[row];
    }
}

/* ffs_equivalent - paid: null where either is. */
static void add_prospective(const struct hc_rows *rows, const int *column,
                            const uint32_t *group, struct hc_sum *sum) {
    const struct hc_column *ffs = &rows->batch->column[column[0]];
    const struct hc_column *paid = &rows->batch->column[column[1]];
    for (size_t i = 0; i < rows->count; i++) {
        size_t row = rows->row[i];
        if (hc_column_null(ffs, row) || hc_column_null(paid, row)) {
            sum[group[i]].null_rows++;
            continue;
        }
        sum[group[i]].known++;
        sum[group[i]].sum += (hc_i128)ffs->i64[row] - paid->i64[row];
    }
}

/* What a line counts. A residual is what two amounts of a pair did not agree in: the pair
 * is gone, and so is its line. */
static int sign_of(const struct hc_rows *rows, int adjustment, int standing, size_t row) {
    if (standing >= 0 &&
        hc_int_at(rows->batch, (size_t)standing, row, -1) == HC_standing_residual)
        return 0;
    return adjustment >= 0 && hc_int_at(rows->batch, (size_t)adjustment, row, -1) ==
                                  HC_adjustment_cancellation
               ? -1
               : 1;
}

static void add_lines(const struct hc_rows *rows, const int *column, const uint32_t *group,
                      struct hc_sum *sum) {
    for (size_t i = 0; i < rows->count; i++)
        sum[group[i]].sum += sign_of(rows, column[0], column[1], rows->row[i]);
}

static void add_rows(const struct hc_rows *rows, const int *column, const uint32_t *group,
                     struct hc_sum *sum) {
    (void)column;
    for (size_t i = 0; i < rows->count; i++)
        sum[group[i]].sum++;
}

/* ---- keys of distinct counts ---- */

static void put_text(const struct hc_rows *rows, int column, size_t row,
                     struct hc_buf *key) {
    if (column < 0)
        return;
    struct hc_str text = hc_str_at(rows->batch, (size_t)column, row);
    hc_buf_put(key, text.ptr, text.len);
    hc_buf_putc(key, 0); /* no text holds it */
}

static void put_number(int64_t value, struct hc_buf *key) {
    hc_buf_put(key, &value, sizeof value);
}

/* Claim ids are unique within their file: payer and claim type stand for it, so that a
 * claim whose lines came with several deliveries is one claim. */
static int key_claim(const struct hc_rows *rows, const int *column, size_t at,
                     struct hc_buf *key) {
    size_t row = rows->row[at];
    if (hc_is_null(rows->batch, (size_t)column[0], row))
        return 0;
    put_text(rows, column[2], row, key);
    if (column[3] >= 0)
        hc_buf_putc(key, (char)hc_int_at(rows->batch, (size_t)column[3], row, -1));
    put_text(rows, column[0], row, key);
    int sign = sign_of(rows, column[1], column[4], row);
    return sign ? sign : HC_NOT_COUNTED;
}

/* column: person_id, member_id, payer. A member's number means a person at its payer only.
 */
static int key_person(const struct hc_rows *rows, const int *column, size_t at,
                      struct hc_buf *key) {
    size_t row = rows->row[at];
    if (column[0] >= 0 && !hc_is_null(rows->batch, (size_t)column[0], row)) {
        hc_buf_putc(key, 'p');
        put_number(hc_int_at(rows->batch, (size_t)column[0], row, 0), key);
        return 1;
    }
    if (column[1] < 0 || hc_is_null(rows->batch, (size_t)column[1], row))
        return 0;
    hc_buf_putc(key, 'm');
    put_text(rows, column[2], row, key);
    put_text(rows, column[1], row, key);
    return 1;
}

/* column: as key_person, then month. */
static int key_person_month(const struct hc_rows *rows, const int *column, size_t at,
                            struct hc_buf *key) {
    size_t row = rows->row[at];
    int64_t month;
    if (rows->month)
        month = rows->month[at];
    else if (column[3] >= 0 && !hc_is_null(rows->batch, (size_t)column[3], row))
        month = hc_month_of((hc_day)hc_int_at(rows->batch, (size_t)column[3], row, 0));
    else
        return 0;
    put_number(month, key);
    return key_person(rows, column, at, key);
}

#define PERSON "person_id", "member_id", "payer"
const struct hc_measure hc_measures[] = {
    {.name = "rows", .unit = "rows", .add = add_rows, .doc = "rows, whatever their sign"},
    {.name = "lines",
     .kind = "claim_line",
     .unit = "lines",
     .column = {"adjustment", "standing"},
     .need = 1,
     .add = add_lines,
     .doc = "lines; a cancellation counts as -1, a residual as 0"},
    {.name = "claims",
     .kind = "claim_line",
     .unit = "claims",
     .column = {"claim_id", "adjustment", "payer", "claim_type", "standing"},
     .need = 2,
     .key = key_claim,
     .doc = "different claims; a cancellation counts as -1, a residual as 0"},
    {.name = "people",
     .unit = "people",
     .column = {PERSON},
     .key = key_person,
     .doc = "different people: by person_id, else by payer and member_id"},
    {.name = "members",
     .kind = "coverage",
     .unit = "people",
     .column = {PERSON},
     .key = key_person,
     .doc = "different people covered"},
    {.name = "member_months",
     .kind = "coverage",
     .unit = "months",
     .column = {PERSON},
     .months = true,
     .key = key_person_month,
     .doc = "different people and months covered, a month counting with any day of it"},
    {.name = "member_months",
     .kind = "assignment",
     .unit = "months",
     .column = {PERSON, "month"},
     .key = key_person_month,
     .doc = "different people and months"},
    {.name = "prospective",
     .unit = "usd",
     .scale = 2,
     .column = {"ffs_equivalent", "paid"},
     .need = 2,
     .add = add_prospective,
     .doc = "paid ahead of time instead of per service: ffs_equivalent - paid"},
    {0},
};

/* ---- finding ---- */

static bool is_for(const struct hc_measure *m, const struct hc_schema *schema) {
    if (m->kind)
        return strcmp(m->kind, schema->name) == 0;
    if (m->key == key_person)
        return hc_schema_find(schema, HC_STR("person_id")) >= 0 ||
               hc_schema_find(schema, HC_STR("member_id")) >= 0;
    for (unsigned i = 0; i < m->need; i++)
        if (hc_schema_find(schema, hc_str_of(m->column[i])) < 0)
            return false;
    return true;
}

/* Amounts and quantities, and whole numbers that are neither keys nor lineage. */
static bool is_summable(const struct hc_field *f) {
    if (f->type == HC_TYPE_cents || f->type == HC_TYPE_e4)
        return true;
    return (f->type == HC_TYPE_int64 || f->type == HC_TYPE_int32) &&
           ((f->flags & HC_SUM) || !(f->flags & (HC_KEY | HC_PHI)));
}

static void bind(struct hc_measure_use *use, const struct hc_schema *schema) {
    for (size_t i = 0; i < HC_MEASURE_COLUMNS; i++)
        use->column[i] = -1;
    for (size_t i = 0; i < HC_MEASURE_COLUMNS && use->measure->column[i]; i++)
        use->column[i] = hc_schema_find(schema, hc_str_of(use->measure->column[i]));
}

static enum hc_status unknown(const char *name, const struct hc_schema *schema,
                              struct hc_err *err) {
    const char *names[512];
    size_t count = 0;
    for (const struct hc_measure *m = hc_measures; m->name; m++)
        if (is_for(m, schema))
            names[count++] = m->name;
    for (size_t i = 0; i < schema->fields && count < 511; i++)
        if (is_summable(&schema->field[i]))
            names[count++] = schema->field[i].name;
    names[count] = NULL;
    const char *nearest = hc_str_nearest(hc_str_of(name), names);
    if (hc_schema_find(schema, hc_str_of(name)) >= 0)
        hc_fail(err, HC_EUSAGE, "'%s' of %s is no amount that can be summed", name,
                schema->name);
    else
        hc_fail(err, HC_EUSAGE, "unknown measure '%s' of %s", name, schema->name);
    for (const struct hc_measure *m = hc_measures; m->name; m++)
        if (strcmp(m->name, name) == 0 && m->kind)
            hc_err_hint(err, "%s is a measure of %s", name, m->kind);
    if (nearest)
        hc_err_hint(err, "did you mean %s?", nearest);
    return HC_EUSAGE;
}

enum hc_status hc_measure_find(struct hc_measure_use *use, const char *name,
                               const struct hc_schema *schema, struct hc_err *err) {
    *use = (struct hc_measure_use){.summed = -1};
    for (const struct hc_measure *m = hc_measures; m->name && !use->measure; m++)
        if (strcmp(m->name, name) == 0 && is_for(m, schema))
            use->measure = m;
    int column = hc_schema_find(schema, hc_str_of(name));
    if (!use->measure && (column < 0 || !is_summable(&schema->field[column])))
        return unknown(name, schema, err);
    if (!use->measure) {
        const struct hc_field *f = &schema->field[column];
        bool money = f->type == HC_TYPE_cents, e4 = f->type == HC_TYPE_e4;
        use->plain = (struct hc_measure){.name = f->name,
                                         .unit = money ? "usd" : "units",
                                         .scale = money ? 2
                                                  : e4  ? 4
                                                        : 0,
                                         .column = {f->name},
                                         .need = 1,
                                         .add = add_column,
                                         .doc = f->doc};
        use->measure = &use->plain;
        use->summed = column;
    }
    bind(use, schema);
    return HC_OK;
}

bool hc_measure_sums(const struct hc_measure_use *use) {
    return use->measure->add == add_column || use->measure->add == add_prospective;
}

bool hc_measure_null(const struct hc_measure_use *use, const struct hc_rows *rows,
                     size_t at) {
    bool null = false;
    for (unsigned i = 0; i < use->measure->need; i++)
        null |= hc_is_null(rows->batch, (size_t)use->column[i], rows->row[at]);
    return null;
}

enum hc_status hc_measure_check(const struct hc_measure_use *use,
                                const struct hc_schema *schema, const bool *has,
                                struct hc_err *err) {
    const struct hc_measure *m = use->measure;
    for (unsigned i = 0; i < m->need; i++)
        if (use->column[i] < 0 || !has[use->column[i]])
            return hc_fail(err, HC_EDATA,
                           "measure %s wants column %s, which is not in the %s", m->name,
                           m->column[i], schema->name);
    if (m->key != key_person && m->key != key_person_month)
        return HC_OK;
    for (int i = 0; i < 2; i++)
        if (use->column[i] >= 0 && has[use->column[i]])
            return HC_OK;
    return hc_fail(err, HC_EDATA, "measure %s wants person_id or member_id in the %s",
                   m->name, schema->name);
}
