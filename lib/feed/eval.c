/* One value of one row: expressions that are more than a field. */
#include "feed/eval.h"

#include <stdlib.h>

#include "base/num.h"

static const struct hc_value no_value = {true, 0, {"", 0}};

/* The record behind the row that holds the field. */
static int64_t record_of(const struct hc_context *x, const struct hc_expr *e) {
    return hc_record_behind(x, e, x->at);
}

/* Has the column a value in the row? Not before any row was made. */
static bool has_column(const struct hc_mapper *m, const struct hc_context *x, int column) {
    return m->column && m->column[column].has && m->column[column].has[x->at];
}

/* ---- accounts ---- */

/* Told to the books once the block is made: see hc_map_rows(). */
static void give(struct hc_mapper *m, size_t row, int use, int64_t value, bool negative) {
    if (use < 0)
        return;
    if (m->gives == m->cap_gives) {
        size_t cap = m->cap_gives ? 2 * m->cap_gives : 64;
        void *grown = realloc(m->given, cap * sizeof *m->given);
        if (!grown) {
            m->failed = HC_ENOMEM;
            return;
        }
        m->given = grown;
        m->cap_gives = cap;
    }
    m->given[m->gives].use = use;
    m->given[m->gives].row = (uint32_t)row;
    m->given[m->gives].value = value;
    m->given[m->gives++].negative = negative;
}

void hc_pass_over(struct hc_mapper *m, struct hc_context *x, const struct hc_expr *e) {
    int64_t value;
    if (e->kind == HC_EXPR_FIELD) {
        if (e->use >= 0 && (!e->claim_level || x->claim[x->at].lowest) &&
            hc_number_of(&x->rows[e->file], e->slot, record_of(x, e), &value))
            m->use[e->use].not_used += value;
        return;
    }
    for (const struct hc_expr *c = e->child; c; c = c->next)
        hc_pass_over(m, x, c);
}

/* ---- evaluation ---- */

/* Is there what `if` or `nonzero` asks for? */
static bool is_given(struct hc_mapper *m, struct hc_context *x, const struct hc_expr *e) {
    if (!e->given)
        return true;
    bool text = m->feed->file[e->given->file].slot[e->given->slot].text;
    struct hc_value given =
        hc_eval(m, x, e->given, text ? HC_TYPE_utf8 : HC_TYPE_int64, false);
    return !given.null && (!e->nonzero || given.number != 0);
}

static struct hc_value eval_field(struct hc_mapper *m, struct hc_context *x,
                                  const struct hc_expr *e, enum hc_type type,
                                  bool negative) {
    struct hc_value v = no_value;
    const struct hc_rows *rows = &x->rows[e->file];
    int64_t row = record_of(x, e);
    if (row < 0) /* no record behind the row: few lines have one of CCLFB */
        return v;
    if (!is_given(m, x, e)) {
        hc_pass_over(m, x, e);
        return v;
    }
    if (type == HC_TYPE_utf8) {
        v.null = !hc_text_of(rows, e->slot, row, &v.text);
        return v;
    }
    v.null = !hc_number_of(rows, e->slot, row, &v.number);
    if (v.null || e->use < 0)
        return v;
    if (e->claim_level && !x->claim[x->at].lowest)
        v.number = 0;
    else
        give(m, x->at, e->use, v.number, negative);
    return v;
}

static struct hc_value eval_column(struct hc_mapper *m, const struct hc_context *x,
                                   const struct hc_expr *e, bool negative) {
    if (!has_column(m, x, e->column))
        return no_value;
    const struct hc_mapped *c = &m->column[e->column];
    give(m, x->at, e->use, c->number[x->at], negative);
    return (struct hc_value){false, c->number[x->at], c->text[x->at]};
}

static struct hc_value eval_const(struct hc_mapper *m, struct hc_context *x,
                                  const struct hc_expr *e, bool negative) {
    if (!is_given(m, x, e))
        return no_value;
    if (!e->null)
        give(m, x->at, e->use, e->number, negative);
    return (struct hc_value){e->null, e->number, e->text};
}

static struct hc_value eval_first(struct hc_mapper *m, struct hc_context *x,
                                  const struct hc_expr *e, enum hc_type type,
                                  bool negative) {
    struct hc_value v = no_value;
    const struct hc_expr *c = e->child;
    for (; c && v.null; c = c->next)
        v = hc_eval(m, x, c, type, negative);
    for (; c; c = c->next)
        hc_pass_over(m, x, c);
    return v;
}

/* Has the claim the amount, on any of its lines? */
static bool claim_has(const struct hc_context *x, const struct hc_expr *e) {
    const struct hc_rows *rows = &x->rows[e->file];
    const struct hc_claim_rows *claim = &x->claim[x->at];
    int64_t value;
    bool has = hc_number_of(rows, e->slot, record_of(x, e), &value);
    for (size_t i = 0; i < claim->lines && !has && !e->claim_level; i++)
        has = hc_number_of(rows, e->slot, claim->line[i], &value);
    return has;
}

static struct hc_value eval_once(struct hc_mapper *m, struct hc_context *x,
                                 const struct hc_expr *e, enum hc_type type,
                                 bool negative) {
    const struct hc_expr *taken = NULL;
    for (const struct hc_expr *c = e->child; c; c = c->next) {
        if (!taken && claim_has(x, c))
            taken = c;
        else
            hc_pass_over(m, x, c);
    }
    return taken ? hc_eval(m, x, taken, type, negative) : no_value;
}

/* The first part tells whether the sum is known; the others are 0 where they are null. */
static struct hc_value eval_sum(struct hc_mapper *m, struct hc_context *x,
                                const struct hc_expr *e, enum hc_type type, bool negative) {
    struct hc_value sum = no_value;
    for (const struct hc_expr *c = e->child; c; c = c->next) {
        struct hc_value v = hc_eval(m, x, c, type, negative != c->negative);
        if (v.null && c == e->child) {
            for (c = c->next; c; c = c->next)
                hc_pass_over(m, x, c);
            return no_value;
        }
        if (v.null)
            continue;
        sum.null = false;
        if (c->negative ? __builtin_sub_overflow(sum.number, v.number, &sum.number)
                        : !hc_add(sum.number, v.number, &sum.number))
            m->failed = HC_EDATA;
    }
    return sum;
}

static bool holds(struct hc_str text, struct hc_str part) {
    return part.len == 0 || memmem(text.ptr, text.len, part.ptr, part.len) != NULL;
}

/* A constant between a part and one that is blank has nothing to part: 123, not 123-. But
 * it stays where the text before has it already: 1-2 and a blank are not 1 and 2. */
static bool parts_nothing(const struct hc_expr *e, const struct hc_expr *before,
                          struct hc_str blank, struct hc_str so_far) {
    return e->kind == HC_EXPR_CONCAT && before && before->kind == HC_EXPR_CONST &&
           blank.len == 0 && so_far.len > before->text.len &&
           !holds((struct hc_str){so_far.ptr, so_far.len - before->text.len}, before->text);
}

static bool all_digits(struct hc_str text) {
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
    return true;
}

/* The parts are put together behind what stands in m->text already: parts may have parts.
 */
static struct hc_value eval_text_parts(struct hc_mapper *m, struct hc_context *x,
                                       const struct hc_expr *e) {
    struct hc_value v = no_value;
    struct hc_buf *buf = &m->text;
    size_t first = buf->len;
    const struct hc_expr *before = NULL;
    for (const struct hc_expr *c = e->child; c; before = c, c = c->next) {
        struct hc_value part = hc_eval(m, x, c, HC_TYPE_utf8, false);
        if (part.null && (c == e->child || (e->kind == HC_EXPR_CONCAT && !e->partial))) {
            buf->len = first;
            return v;
        }
        struct hc_str text = part.text;
        if (e->kind == HC_EXPR_DIGITS && buf->len == first && !c->next && all_digits(text))
            return (struct hc_value){text.len == 0, 0, text};
        if (e->kind == HC_EXPR_LEFT && text.len > (size_t)e->number)
            text.len = (size_t)e->number;
        if (buf->len > first &&
            parts_nothing(
                e, before, text,
                (struct hc_str){(const char *)buf->ptr + first, buf->len - first}))
            buf->len -= before->text.len;
        if (e->kind != HC_EXPR_DIGITS)
            hc_buf_put(buf, text.ptr, text.len);
        else
            for (size_t i = 0; i < text.len; i++)
                if (text.ptr[i] >= '0' && text.ptr[i] <= '9')
                    hc_buf_putc(buf, text.ptr[i]);
    }
    size_t len = buf->len - first;
    char *copy = NULL;
    if (len && !buf->failed)
        copy =
            hc_arena_copy(&m->arena, (struct hc_str){(const char *)buf->ptr + first, len});
    if (buf->failed || (len && !copy))
        m->failed = HC_ENOMEM;
    if (copy)
        v = (struct hc_value){false, 0, {copy, len}};
    buf->len = first;
    return v;
}

/* Value of what decides a `by:`. */
static struct hc_str key_of(struct hc_mapper *m, struct hc_context *x,
                            const struct hc_expr *e) {
    if (e->kind == HC_EXPR_COLUMN) {
        const struct hc_field *field = &m->set->kind->field[e->column];
        if (!has_column(m, x, e->column))
            return (struct hc_str){"", 0};
        const struct hc_mapped *c = &m->column[e->column];
        return field->type == HC_TYPE_choice
                   ? hc_str_of(field->choices->value[c->number[x->at]])
                   : c->text[x->at];
    }
    return hc_eval(m, x, e, HC_TYPE_utf8, false).text;
}

const struct hc_expr *hc_case_of(struct hc_mapper *m, struct hc_context *x,
                                 const struct hc_expr *e) {
    struct hc_str key = key_of(m, x, e->child);
    for (const struct hc_expr *c = e->child->next; c; c = c->next)
        if (c->null || hc_str_eq(key, c->text))
            return c;
    return NULL;
}

static struct hc_value eval_by(struct hc_mapper *m, struct hc_context *x,
                               const struct hc_expr *e, enum hc_type type, bool negative) {
    const struct hc_expr *taken = hc_case_of(m, x, e);
    for (const struct hc_expr *c = e->child->next; c; c = c->next)
        if (c != taken)
            hc_pass_over(m, x, c);
    return taken ? hc_eval(m, x, taken->child, type, negative) : no_value;
}

/* Do the claim's lines sum to its header? */
static bool lines_agree(const struct hc_context *x, const struct hc_expr *line,
                        int64_t header) {
    const struct hc_claim_rows *claim = &x->claim[x->at];
    hc_i128 sum = 0;
    int64_t value;
    for (size_t i = 0; i < claim->lines; i++) {
        if (!hc_number_of(&x->rows[line->file], line->slot, claim->line[i], &value))
            return false;
        sum += value;
    }
    return claim->lines > 0 && sum == header;
}

static struct hc_value eval_basis(struct hc_mapper *m, struct hc_context *x,
                                  const struct hc_expr *e, bool negative) {
    const struct hc_expr *line = e->child, *header = e->child->next;
    struct hc_value v = no_value;
    int64_t amount;
    bool has_header =
        hc_number_of(&x->rows[header->file], header->slot, record_of(x, header), &amount);
    int *basis = x->claim[x->at].basis;
    if (*basis < 0)
        *basis = has_header ? lines_agree(x, line, amount) : 1;
    if (*basis == 1) {
        hc_pass_over(m, x, header);
        v = hc_eval(m, x, line, HC_TYPE_cents, negative);
    } else {
        hc_pass_over(m, x, line);
        v = hc_eval(m, x, header, HC_TYPE_cents, negative);
    }
    if (e->column >= 0) {
        const struct hc_choices *choices = m->set->kind->field[e->column].choices;
        const struct hc_mapped *c = &m->column[e->column];
        c->number[x->at] =
            hc_choice_of(choices, hc_str_of(*basis == 1 ? "line" : "header"));
        c->has[x->at] = c->number[x->at] >= 0;
    }
    return v;
}

static struct hc_value eval_date(struct hc_mapper *m, struct hc_context *x,
                                 const struct hc_expr *e) {
    struct hc_value v = no_value;
    if (e->kind == HC_EXPR_MONTH_END) {
        v = hc_eval(m, x, e->child, HC_TYPE_date, false);
        v.number = hc_month_last(hc_month_of((hc_day)v.number));
        return v;
    }
    struct hc_value year = hc_eval(m, x, e->child, HC_TYPE_int32, false);
    struct hc_value month = hc_eval(m, x, e->child->next, HC_TYPE_int32, false);
    hc_month out;
    if (!year.null && !month.null &&
        hc_month_make((int)year.number, (int)month.number, &out)) {
        v.null = false;
        v.number = hc_month_first(out);
    }
    return v;
}

struct hc_value hc_eval(struct hc_mapper *m, struct hc_context *x, const struct hc_expr *e,
                        enum hc_type type, bool negative) {
    switch (e->kind) {
    case HC_EXPR_FIELD:
        return eval_field(m, x, e, type, negative);
    case HC_EXPR_COLUMN:
        return eval_column(m, x, e, negative);
    case HC_EXPR_CONST:
        return eval_const(m, x, e, negative);
    case HC_EXPR_FIRST:
        return eval_first(m, x, e, type, negative);
    case HC_EXPR_ONCE:
        return eval_once(m, x, e, type, negative);
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
