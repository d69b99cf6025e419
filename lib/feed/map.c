#include "feed/map.h"

#include <stdlib.h>

#include "base/num.h"

struct value {
    bool null;
    int64_t number;
    struct hc_str text;
};
static const struct value no_value = {true, 0, {"", 0}};

static inline bool number_of(const struct hc_rows *rows, int slot, int64_t row,
                             int64_t *value) {
    if (row < 0)
        return false;
    if (rows->values) {
        const struct hc_values *v = &rows->values[slot];
        *value = v->number[row];
        return !v->null[row];
    }
    *value = hc_int_at(rows->batch, (size_t)slot, (size_t)row, 0);
    return !hc_is_null(rows->batch, (size_t)slot, (size_t)row);
}

static inline bool text_of(const struct hc_rows *rows, int slot, int64_t row,
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

bool hc_rows_number(const struct hc_rows *rows, int slot, int64_t row, int64_t *value) {
    return number_of(rows, slot, row, value);
}

bool hc_rows_text(const struct hc_rows *rows, int slot, int64_t row, struct hc_str *value) {
    return text_of(rows, slot, row, value);
}

/* ---- accounts ---- */

static void note_uses(struct hc_mapper *m, const struct hc_expr *e, int column) {
    for (; e; e = e->next) {
        if (e->use >= 0)
            m->use[e->use] =
                (struct hc_use){.column = column,
                                .file = e->kind == HC_EXPR_FIELD ? e->file : -1,
                                .slot = e->kind == HC_EXPR_FIELD ? e->slot : -1};
        note_uses(m, e->child, column);
    }
}

static void give(struct hc_mapper *m, int use, int64_t value, bool negative) {
    if (use < 0)
        return;
    if (m->gives == m->cap_gives) {
        size_t cap = m->cap_gives ? 2 * m->cap_gives : 64;
        void *grown = realloc(m->given, cap * sizeof *m->given);
        if (!grown) {
            m->failed = true;
            return;
        }
        m->given = grown;
        m->cap_gives = cap;
    }
    m->given[m->gives].use = use;
    m->given[m->gives].value = value;
    m->given[m->gives++].negative = negative;
}

/* The amounts below e are not taken for this row. */
static void pass_over(struct hc_mapper *m, struct hc_context *x, const struct hc_expr *e) {
    int64_t value;
    if (e->kind == HC_EXPR_FIELD) {
        if (e->use >= 0 && (!e->claim_level || x->lowest) &&
            hc_rows_number(&x->rows[e->file], e->slot, x->row[e->file], &value))
            m->use[e->use].not_used += value;
        return;
    }
    for (const struct hc_expr *c = e->child; c; c = c->next)
        pass_over(m, x, c);
}

/* ---- evaluation ---- */

static struct value eval(struct hc_mapper *m, struct hc_context *x, const struct hc_expr *e,
                         enum hc_type type, bool negative);

static struct value eval_field(struct hc_mapper *m, struct hc_context *x,
                               const struct hc_expr *e, enum hc_type type, bool negative) {
    struct value v = no_value;
    const struct hc_rows *rows = &x->rows[e->file];
    int64_t row = x->row[e->file];
    if (e->given) {
        enum hc_type with = m->feed->file[e->given->file].slot[e->given->slot].text
                                ? HC_TYPE_utf8
                                : HC_TYPE_int64;
        if (eval(m, x, e->given, with, false).null) {
            pass_over(m, x, e);
            return v;
        }
    }
    if (type == HC_TYPE_utf8) {
        v.null = !text_of(rows, e->slot, row, &v.text);
        return v;
    }
    v.null = !number_of(rows, e->slot, row, &v.number);
    if (v.null || e->use < 0)
        return v;
    if (e->claim_level && !x->lowest)
        v.number = 0;
    else
        give(m, e->use, v.number, negative);
    return v;
}

static struct value eval_column(struct hc_mapper *m, const struct hc_expr *e,
                                bool negative) {
    struct value v = {m->state[e->column] != 2, m->number[e->column], m->text[e->column]};
    if (!v.null)
        give(m, e->use, v.number, negative);
    return v;
}

static struct value eval_first(struct hc_mapper *m, struct hc_context *x,
                               const struct hc_expr *e, enum hc_type type, bool negative) {
    struct value v = no_value;
    const struct hc_expr *c = e->child;
    for (; c && v.null; c = c->next)
        v = eval(m, x, c, type, negative);
    for (; c; c = c->next)
        pass_over(m, x, c);
    return v;
}

static struct value eval_sum(struct hc_mapper *m, struct hc_context *x,
                             const struct hc_expr *e, enum hc_type type, bool negative) {
    struct value sum = no_value;
    for (const struct hc_expr *c = e->child; c; c = c->next) {
        struct value v = eval(m, x, c, type, negative != c->negative);
        if (v.null)
            continue;
        sum.null = false;
        if (c->negative ? __builtin_sub_overflow(sum.number, v.number, &sum.number)
                        : !hc_add(sum.number, v.number, &sum.number))
            m->failed = true;
    }
    return sum;
}

static struct value eval_text_parts(struct hc_mapper *m, struct hc_context *x,
                                    const struct hc_expr *e) {
    struct value v = no_value;
    struct hc_buf buf = {0};
    for (const struct hc_expr *c = e->child; c; c = c->next) {
        struct value part = eval(m, x, c, HC_TYPE_utf8, false);
        if (part.null && c == e->child)
            return v;
        struct hc_str text = part.text;
        if (e->kind == HC_EXPR_LEFT && text.len > (size_t)e->number)
            text.len = (size_t)e->number;
        for (size_t i = 0; i < text.len; i++)
            if (e->kind != HC_EXPR_DIGITS || (text.ptr[i] >= '0' && text.ptr[i] <= '9'))
                hc_buf_putc(&buf, text.ptr[i]);
    }
    char *copy = hc_arena_copy(&m->arena, hc_buf_str(&buf));
    m->failed |= !copy || buf.failed;
    if (copy && buf.len)
        v = (struct value){false, 0, {copy, buf.len}};
    hc_buf_free(&buf);
    return v;
}

/* Value of what decides a `by:`. */
static struct hc_str key_of(struct hc_mapper *m, struct hc_context *x,
                            const struct hc_expr *e) {
    if (e->kind == HC_EXPR_COLUMN) {
        const struct hc_field *field = &m->set->kind->field[e->column];
        if (m->state[e->column] != 2)
            return (struct hc_str){"", 0};
        return field->type == HC_TYPE_choice
                   ? hc_str_of(field->choices->value[m->number[e->column]])
                   : m->text[e->column];
    }
    return eval(m, x, e, HC_TYPE_utf8, false).text;
}

static struct value eval_by(struct hc_mapper *m, struct hc_context *x,
                            const struct hc_expr *e, enum hc_type type, bool negative) {
    struct hc_str key = key_of(m, x, e->child);
    const struct hc_expr *taken = NULL;
    for (const struct hc_expr *c = e->child->next; c && !taken; c = c->next)
        if (c->null || hc_str_eq(key, c->text))
            taken = c;
    for (const struct hc_expr *c = e->child->next; c; c = c->next)
        if (c != taken)
            pass_over(m, x, c);
    return taken ? eval(m, x, taken->child, type, negative) : no_value;
}

/* Do the claim's lines sum to its header? */
static bool lines_agree(struct hc_context *x, const struct hc_expr *line, int64_t header) {
    hc_i128 sum = 0;
    int64_t value;
    for (size_t i = 0; i < x->lines; i++) {
        if (!number_of(&x->rows[line->file], line->slot, x->line[i], &value))
            return false;
        sum += value;
    }
    return x->lines > 0 && sum == header;
}

static struct value eval_basis(struct hc_mapper *m, struct hc_context *x,
                               const struct hc_expr *e, bool negative) {
    const struct hc_expr *line = e->child, *header = e->child->next;
    struct value v = no_value;
    int64_t amount;
    bool has_header =
        number_of(&x->rows[header->file], header->slot, x->row[header->file], &amount);
    if (x->basis < 0)
        x->basis = has_header ? lines_agree(x, line, amount) : 1;
    if (x->basis == 1) {
        pass_over(m, x, header);
        v = eval(m, x, line, HC_TYPE_cents, negative);
    } else {
        pass_over(m, x, line);
        v = eval(m, x, header, HC_TYPE_cents, negative);
    }
    if (e->column >= 0) {
        const struct hc_choices *basis = m->set->kind->field[e->column].choices;
        m->number[e->column] =
            hc_choice_of(basis, hc_str_of(x->basis == 1 ? "line" : "header"));
        m->state[e->column] = 2;
    }
    return v;
}

static struct value eval_date(struct hc_mapper *m, struct hc_context *x,
                              const struct hc_expr *e) {
    struct value v = no_value;
    if (e->kind == HC_EXPR_MONTH_END) {
        v = eval(m, x, e->child, HC_TYPE_date, false);
        v.number = hc_month_last(hc_month_of((hc_day)v.number));
        return v;
    }
    struct value year = eval(m, x, e->child, HC_TYPE_int32, false);
    struct value month = eval(m, x, e->child->next, HC_TYPE_int32, false);
    hc_month out;
    if (!year.null && !month.null &&
        hc_month_make((int)year.number, (int)month.number, &out)) {
        v.null = false;
        v.number = hc_month_first(out);
    }
    return v;
}

static struct value eval(struct hc_mapper *m, struct hc_context *x, const struct hc_expr *e,
                         enum hc_type type, bool negative) {
    switch (e->kind) {
    case HC_EXPR_FIELD:
        return eval_field(m, x, e, type, negative);
    case HC_EXPR_COLUMN:
        return eval_column(m, e, negative);
    case HC_EXPR_CONST:
        if (!e->null)
            give(m, e->use, e->number, negative);
        return (struct value){e->null, e->number, e->text};
    case HC_EXPR_FIRST:
        return eval_first(m, x, e, type, negative);
    case HC_EXPR_SUM:
        return eval_sum(m, x, e, type, negative);
    case HC_EXPR_CONCAT:
    case HC_EXPR_DIGITS:
    case HC_EXPR_LEFT:
        return eval_text_parts(m, x, e);
    case HC_EXPR_BY:
        return eval_by(m, x, e, type, negative);
    case HC_EXPR_BASIS:
        return eval_basis(m, x, e, negative);
    case HC_EXPR_MONTH:
    case HC_EXPR_MONTH_END:
        return eval_date(m, x, e);
    case HC_EXPR_LIST:
        break;
    }
    return no_value;
}

static void add_item(struct hc_mapper *m, size_t first, struct hc_str without,
                     struct hc_str item) {
    if (hc_str_eq(item, without))
        return;
    for (size_t i = first; i < m->items; i++)
        if (hc_str_eq(m->item[i], item))
            return;
    if (m->items == m->cap_items) {
        size_t cap = m->cap_items ? 2 * m->cap_items : 64;
        struct hc_str *grown = realloc(m->item, cap * sizeof *grown);
        if (!grown) {
            m->failed = true;
            return;
        }
        m->item = grown;
        m->cap_items = cap;
    }
    m->item[m->items++] = item;
}

static void eval_list(struct hc_mapper *m, struct hc_context *x, const struct hc_expr *e,
                      int column) {
    struct hc_str without = {"", 0}, item;
    size_t first = m->items;
    if (e->column >= 0 && m->state[e->column] == 2)
        without = m->text[e->column];
    for (const struct hc_expr *c = e->child; c; c = c->next) {
        const struct hc_rows *rows = c->kind == HC_EXPR_FIELD ? &x->rows[c->file] : NULL;
        if (rows && rows->empty && rows->empty[c->slot])
            continue;
        if (c->kind == HC_EXPR_FIELD && c->many) {
            for (size_t i = 0; i < x->manies[c->file]; i++)
                if (text_of(rows, c->slot, x->many[c->file][i], &item))
                    add_item(m, first, without, item);
        } else if (c->kind == HC_EXPR_FIELD && !c->given) {
            if (text_of(rows, c->slot, x->row[c->file], &item))
                add_item(m, first, without, item);
        } else {
            struct value v = eval(m, x, c, HC_TYPE_utf8, false);
            if (!v.null)
                add_item(m, first, without, v.text);
        }
    }
    m->list_first[column] = first;
    m->list_len[column] = m->items - first;
    m->state[column] = m->items > first ? 2 : 1;
}

static void set_column(struct hc_mapper *m, struct hc_batch *out, int column, bool negate) {
    const struct hc_field *field = &m->set->kind->field[column];
    size_t c = (size_t)column;
    int64_t value = m->number[column];
    switch (field->type) {
    case HC_TYPE_utf8:
        hc_set_str(out, c, m->text[column]);
        break;
    case HC_TYPE_list:
        hc_set_list(out, c, &m->item[m->list_first[column]], m->list_len[column]);
        break;
    case HC_TYPE_bool:
        hc_set_bool(out, c, value != 0);
        break;
    case HC_TYPE_choice:
        hc_set_choice(out, c, (int)value);
        break;
    case HC_TYPE_int32:
    case HC_TYPE_date:
        hc_set_i32(out, c, (int32_t)value);
        break;
    default:
        hc_set_i64(out, c, negate && field->flags & HC_SUM ? -value : value);
    }
}

enum hc_status hc_map_row(struct hc_mapper *m, struct hc_context *context,
                          struct hc_batch *out, struct hc_err *err) {
    const struct hc_feed_set *set = m->set;
    memset(m->state, 0, set->kind->fields);
    m->items = m->gives = 0;
    for (size_t i = 0; i < m->maps; i++) {
        int column = m->map[i]->column;
        enum hc_type type = set->kind->field[column].type;
        if (type == HC_TYPE_list) {
            eval_list(m, context, m->map[i]->expr, column);
            continue;
        }
        const struct hc_expr *e = m->map[i]->expr;
        if (e->kind == HC_EXPR_FIELD && !e->given && type == HC_TYPE_utf8) {
            m->state[column] = 1 + text_of(&context->rows[e->file], e->slot,
                                           context->row[e->file], &m->text[column]);
            continue;
        }
        struct value v = eval(m, context, e, type, false);
        m->number[column] = v.number;
        m->text[column] = v.text;
        m->state[column] = v.null || (type == HC_TYPE_choice && v.number < 0) ? 1 : 2;
        if (type == HC_TYPE_utf8 && v.text.len == 0)
            m->state[column] = 1;
    }
    if (m->failed) {
        m->failed = false;
        return hc_fail(err, HC_EDATA, "an amount is too large, or memory ran out");
    }
    bool negate = set->negate_column >= 0 && m->state[set->negate_column] == 2 &&
                  m->number[set->negate_column] == set->negate_choice;
    for (size_t i = 0; i < m->gives; i++) {
        struct hc_use *use = &m->use[m->given[i].use];
        use->used += m->given[i].value;
        use->out += m->given[i].negative != negate ? -(hc_i128)m->given[i].value
                                                   : m->given[i].value;
    }
    hc_batch_row(out);
    for (size_t c = 0; c < set->kind->known; c++)
        if (m->state[c] == 2)
            set_column(m, out, (int)c, negate);
    return HC_OK;
}

void hc_map_pass(struct hc_mapper *m, struct hc_context *context) {
    for (size_t i = 0; i < m->maps; i++)
        pass_over(m, context, m->map[i]->expr);
}

struct hc_str hc_map_text(struct hc_mapper *m, struct hc_context *context,
                          const struct hc_expr *expr) {
    return eval(m, context, expr, HC_TYPE_utf8, false).text;
}

/* ---- which maps are wanted ---- */

/* Columns that e is made of. */
static void want_columns(const struct hc_expr *e, bool *want) {
    for (; e; e = e->next) {
        if (e->column >= 0)
            want[e->column] = true;
        want_columns(e->child, want);
    }
}

static enum hc_status choose_maps(struct hc_mapper *m, const bool *has,
                                  struct hc_err *err) {
    const struct hc_feed_set *set = m->set;
    bool *want = calloc(set->kind->fields + 1, sizeof *want);
    m->map = calloc(set->maps + 1, sizeof *m->map);
    if (!want || !m->map) {
        free(want);
        return hc_fail_memory(err);
    }
    for (size_t c = 0; c < set->kind->fields; c++)
        want[c] = !has || has[c];
    if (set->negate_column >= 0)
        want[set->negate_column] = true;
    if (set->has_identity)
        want[HC_coverage_birth_date] = want[HC_coverage_sex] = want[HC_coverage_zip] = true;
    for (size_t i = set->maps; i-- > 0;) /* a column is mapped above those made of it */
        if (want[set->map[i].column])
            want_columns(set->map[i].expr, want);
    for (size_t i = 0; i < set->maps; i++)
        if (want[set->map[i].column])
            m->map[m->maps++] = &set->map[i];
    free(want);
    return HC_OK;
}

static void want_slots(const struct hc_expr *e, int file, bool *slot) {
    for (; e; e = e->next) {
        if (e->kind == HC_EXPR_FIELD && e->file == file)
            slot[e->slot] = true;
        want_slots(e->given, file, slot);
        want_slots(e->child, file, slot);
    }
}

void hc_mapper_slots(const struct hc_mapper *m, int file, bool *slot) {
    const struct hc_feed_set *set = m->set;
    for (size_t i = 0; i < m->maps; i++)
        want_slots(m->map[i]->expr, file, slot);
    for (int i = 0; i < HC_IDENTITY_PARTS; i++)
        want_slots(set->identity[i], file, slot);
    want_slots(set->given, file, slot);
    if (set->lines == file && set->line_number >= 0)
        slot[set->line_number] = true;
    for (size_t a = 0; a < set->attaches; a++) {
        if (set->attach[a].file != file)
            continue;
        if (set->attach[a].by >= 0)
            slot[set->attach[a].by] = true;
        if (set->attach[a].order >= 0)
            slot[set->attach[a].order] = true;
    }
}

enum hc_status hc_mapper_init(struct hc_mapper *m, const struct hc_feed *feed,
                              const struct hc_feed_set *set, const bool *has,
                              struct hc_err *err) {
    size_t n = set->kind->fields;
    *m = (struct hc_mapper){.feed = feed, .set = set};
    m->use = calloc(set->uses + 1, sizeof *m->use);
    m->number = calloc(n, sizeof *m->number);
    m->text = calloc(n, sizeof *m->text);
    m->state = calloc(n, sizeof *m->state);
    m->list_first = calloc(n, sizeof *m->list_first);
    m->list_len = calloc(n, sizeof *m->list_len);
    enum hc_status status =
        m->use && m->number && m->text && m->state && m->list_first && m->list_len
            ? choose_maps(m, has, err)
            : hc_fail_memory(err);
    if (status != HC_OK) {
        hc_mapper_free(m);
        return status;
    }
    for (size_t u = 0; u < set->uses; u++)
        m->use[u] = (struct hc_use){.column = -1, .file = -1, .slot = -1};
    for (size_t i = 0; i < m->maps; i++)
        note_uses(m, m->map[i]->expr, m->map[i]->column);
    return HC_OK;
}

void hc_mapper_block(struct hc_mapper *m) {
    hc_arena_reset(&m->arena);
}

void hc_mapper_free(struct hc_mapper *m) {
    free(m->use);
    free(m->map);
    free(m->number);
    free(m->text);
    free(m->state);
    free(m->list_first);
    free(m->list_len);
    free(m->item);
    free(m->given);
    hc_arena_free(&m->arena);
    *m = (struct hc_mapper){0};
}
