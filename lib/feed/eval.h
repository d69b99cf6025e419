/* One value of one row, as map.c needs it where a column has no loop of its own. */
#ifndef HC_FEED_EVAL_H
#define HC_FEED_EVAL_H

#include "feed/map.h"

struct hc_value {
    bool null;
    int64_t number;
    struct hc_str text;
};

/* Value of e for row x->at; amounts taken are noted in m->given. m->failed says
 * whether a sum left int64 or memory ran out. */
struct hc_value hc_eval(struct hc_mapper *m, struct hc_context *x, const struct hc_expr *e,
                        enum hc_type type, bool negative);

/* Which case of a `by:` the row x->at is; NULL: none of them. */
const struct hc_expr *hc_case_of(struct hc_mapper *m, struct hc_context *x,
                                 const struct hc_expr *e);

/* The amounts below e are not taken for row x->at. */
void hc_pass_over(struct hc_mapper *m, struct hc_context *x, const struct hc_expr *e);

/* The record behind row at that holds what e asks for. */
static inline int64_t hc_record_behind(const struct hc_context *x, const struct hc_expr *e,
                                       size_t at) {
    if (e->on_first && x->claim[at].lines)
        return x->claim[at].line[0];
    return x->row[e->file][at];
}

static inline bool hc_number_of(const struct hc_rows *rows, int slot, int64_t row,
                                int64_t *value) {
    if (row < 0)
        return false;
    if (rows->values) {
        const struct hc_values *v = &rows->values[slot];
        *value = v->number[row];
        return !v->null[row];
    }
    const struct hc_column *c = &rows->batch->column[slot];
    if (hc_column_null(c, (size_t)row))
        return false;
    *value = c->i64[row];
    return true;
}

static inline bool hc_text_of(const struct hc_rows *rows, int slot, int64_t row,
                              struct hc_str *value) {
    if (row < 0)
        return false;
    if (rows->values) {
        const struct hc_values *v = &rows->values[slot];
        *value = v->text[row];
        return !v->null[row] && value->len > 0;
    }
    *value = hc_str_at(rows->batch, (size_t)slot, (size_t)row);
    return value->len > 0;
}

#endif
