#include "format/cell_read.h"

#include <stdlib.h>

int hc_converter_of(struct hc_str name) {
    static const char *const names[] = {
#define CONVERTER(id, doc) #id,
        HC_CONVERTER_LIST
#undef CONVERTER
    };
    for (int i = 0; i < HC_CONVERTERS; i++)
        if (hc_str_is(name, names[i]))
            return i;
    return -1;
}

enum hc_status hc_conversion_check(const struct hc_conversion *c, struct hc_err *err) {
    enum hc_status status = HC_OK;
    if (c->converter == HC_CONVERT_code && !c->map)
        status = hc_fail(err, HC_ECONFIG, "a code column needs a code map");
    else if (c->converter == HC_CONVERT_int && c->low > c->high)
        status = hc_fail(err, HC_ECONFIG, "the range of values is empty");
    else if (c->converter == HC_CONVERT_decimal) {
        if (c->scale < 0 || c->scale > E4 || c->implied < 0 || c->implied > E4 ||
            c->decimals < 0 || c->decimals > E4)
            status = hc_fail(err, HC_ECONFIG, "decimals must be 0 to %d", E4);
        else if (decimals_of(c) > c->scale && !c->round_half_even)
            status = hc_fail(err, HC_ECONFIG, "%d decimals into %d need 'round: half_even'",
                             decimals_of(c), c->scale);
        else if (c->implied > decimals_of(c))
            status = hc_fail(err, HC_ECONFIG,
                             "%d implied decimals are more than the %d that "
                             "are read",
                             c->implied, decimals_of(c));
    }
    if (status != HC_OK)
        hc_err_at_field(err, c->field);
    return status;
}

enum hc_status hc_values_init(struct hc_values *v, size_t rows, struct hc_err *err) {
    /* one piece, so that the columns of a block do not meet in the same cache lines */
    size_t each = sizeof *v->text + sizeof *v->number + sizeof *v->exact_e4 + 1;
    v->text = malloc(rows * each);
    if (!v->text)
        return hc_fail_memory(err);
    v->number = (int64_t *)(void *)(v->text + rows);
    v->exact_e4 = v->number + rows;
    v->null = (uint8_t *)(v->exact_e4 + rows);
    v->nulls = 0;
    return HC_OK;
}

void hc_values_free(struct hc_values *v) {
    free(v->text);
    *v = (struct hc_values){0};
}

/* ---- one cell ---- */

static read_fn *const readers[] = {
    [HC_CONVERT_text] = read_text,       [HC_CONVERT_int] = read_int,
    [HC_CONVERT_decimal] = read_decimal, [HC_CONVERT_date] = read_date,
    [HC_CONVERT_code] = read_code,       [HC_CONVERT_skip] = read_skip,
};

enum hc_status hc_convert_one(const struct hc_conversion *c, struct hc_str cell,
                              int64_t *number, struct hc_str *text, bool *null,
                              struct hc_err *err) {
    struct value v = read_cell(c, readers[c->converter], cell, err);
    *number = v.number;
    *text = v.text;
    *null = v.null;
    if (v.fault == HC_FAULT_NONE)
        return HC_OK;
    if (v.fault == HC_FAULT_REQUIRED)
        hc_fail(err, HC_EDATA, "a value is required, found none");
    hc_err_at_field(err, c->field);
    return HC_EDATA;
}

enum hc_status hc_convert_explain(const struct hc_conversion *c, struct hc_str cell,
                                  struct hc_err *err) {
    int64_t number;
    struct hc_str text;
    bool null;
    return hc_convert_one(c, cell, &number, &text, &null, err);
}

void hc_values_set(const struct hc_values *values, size_t row, struct hc_batch *batch,
                   size_t column) {
    if (values->null[row])
        return;
    switch (batch->schema->field[column].type) {
    case HC_TYPE_int64:
    case HC_TYPE_cents:
    case HC_TYPE_e4:
        hc_set_i64(batch, column, values->number[row]);
        return;
    case HC_TYPE_int32:
    case HC_TYPE_date:
        hc_set_i32(batch, column, (int32_t)values->number[row]);
        return;
    case HC_TYPE_bool:
        hc_set_bool(batch, column, values->number[row] != 0);
        return;
    case HC_TYPE_choice:
        hc_set_choice(batch, column, (int)values->number[row]);
        return;
    case HC_TYPE_utf8:
        if (values->text[row].len > 0)
            hc_set_str(batch, column, values->text[row]);
        return;
    case HC_TYPE_list:
        hc_set_list(batch, column, &values->text[row], 1);
        return;
    }
}
