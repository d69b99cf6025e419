#include "rule/residual.h"

#include <stdlib.h>

static void copy_row(struct hc_batch *out, const struct hc_batch *b, uint32_t row,
                     bool amounts) {
    hc_batch_row(out);
    for (size_t f = 0; f < b->schema->fields; f++)
        if (f != HC_claim_line_standing &&
            (amounts || f >= b->schema->known || !(b->schema->field[f].flags & HC_SUM)))
            hc_set_copy(out, f, b, f, row);
}

/* null and null is null; null beside an amount is none. */
static enum hc_status add_residual(struct hc_batch *out, const struct hc_batch *b,
                                   uint32_t row, uint32_t mirror, struct hc_err *err) {
    copy_row(out, b, row, false);
    hc_set_choice(out, HC_claim_line_standing, HC_standing_residual);
    for (size_t f = 0; f < b->schema->known; f++) {
        int64_t left;
        if (!(b->schema->field[f].flags & HC_SUM) ||
            (hc_is_null(b, f, row) && hc_is_null(b, f, mirror)))
            continue;
        if (!hc_add(hc_int_at(b, f, row, 0), hc_int_at(b, f, mirror, 0), &left))
            return hc_fail(err, HC_EDATA, "%s of a residual leaves 64 bits",
                           b->schema->field[f].name);
        hc_set_i64(out, f, left);
    }
    return HC_OK;
}

enum hc_status hc_residual_take(struct hc_batch *out, const struct hc_batch *b,
                                const struct hc_verdict *verdict, const uint32_t *row,
                                size_t rows, struct hc_err *err) {
    uint32_t *stands = calloc(rows + 1, sizeof *stands);
    int8_t *standing = calloc(b->rows + 1, 1);
    struct hc_column *column = malloc(b->schema->fields * sizeof *column);
    struct hc_batch view = *b;
    size_t count = 0;
    enum hc_status status = HC_OK;
    if (!stands || !standing || !column) {
        status = hc_fail_memory(err);
        goto out;
    }
    for (size_t i = 0; i < rows; i++)
        if (!verdict[row[i]].policy)
            stands[count++] = row[i];
    /* the rows as they are, but with a standing of ours in place of what they had */
    for (size_t i = 0; i < b->rows; i++)
        standing[i] = verdict[i].standing;
    memcpy(column, b->column, b->schema->fields * sizeof *column);
    view.column = column;
    column[HC_claim_line_standing] =
        (struct hc_column){.type = HC_TYPE_choice, .present = true, .i8 = standing};
    status = hc_batch_take(out, &view, stands, count, err);
    for (size_t i = 0; i < rows && status == HC_OK; i++)
        if (verdict[row[i]].policy && verdict[row[i]].mirror != HC_NO_ROW)
            status = add_residual(out, b, row[i], verdict[row[i]].mirror, err);
    if (status == HC_OK)
        status = hc_batch_seal(out, err);
out:
    free(stands);
    free(standing);
    free(column);
    return status;
}

enum hc_status hc_residual_book(struct hc_accounts *accounts, const struct hc_batch *b,
                                const struct hc_verdict *verdict, const bool *has,
                                const char *(*name)(const struct hc_verdict *),
                                struct hc_err *err) {
    struct hc_batch *used = NULL;
    enum hc_status status = hc_batch_new(&used, b->schema, has, err);
    for (uint32_t row = 0; status == HC_OK && row < b->rows; row++) {
        uint32_t mirror = verdict[row].mirror, first = 0;
        if (!verdict[row].policy || mirror == HC_NO_ROW)
            continue;
        hc_batch_clear(used);
        copy_row(used, b, row, false);
        for (size_t f = 0; f < b->schema->known; f++)
            if ((b->schema->field[f].flags & HC_SUM) && !hc_is_null(b, f, mirror))
                hc_set_i64(used, f, (int64_t) - (uint64_t)hc_int_at(b, f, mirror, 0));
        status = hc_batch_seal(used, err);
        if (status == HC_OK)
            hc_accounts_aside(accounts, name(&verdict[row]), used, &first, 1);
    }
    hc_batch_free(used);
    return status;
}
