#include "feed/map.h"

#include <stdlib.h>

#include "feed/eval.h"

bool hc_rows_number(const struct hc_rows *rows, int slot, int64_t row, int64_t *value) {
    return hc_number_of(rows, slot, row, value);
}

bool hc_rows_text(const struct hc_rows *rows, int slot, int64_t row, struct hc_str *value) {
    return hc_text_of(rows, slot, row, value);
}

#define LIST_PARTS                                                                         \
    64 /* of a list: those of them that hold anything are found once a block */

/* ---- columns ---- */

/* The block being made: rows from made on failed, or stand behind one that did. */
struct block {
    struct hc_mapper *m;
    struct hc_context *x;
    enum hc_type type; /* of the column being filled */
    struct hc_mapped *column;
    size_t made;
    enum hc_status why; /* row made failed */
    bool begun;         /* the column may have values already */
    int file;           /* whose records were last asked about, -1 none; do they ... */
    bool neighbours;    /* ... stand side by side? */
};

/* Are the records of file behind the rows there, each the one behind the other? */
static bool are_neighbours(struct block *b, int file) {
    const int64_t *record = b->x->row[file];
    if (b->file == file)
        return b->neighbours;
    bool all = b->made > 0 && record[0] >= 0;
    for (size_t i = 1; i < b->made; i++)
        all &= record[i] == record[0] + (int64_t)i;
    b->file = file;
    return b->neighbours = all;
}

/* Row i is not made where it failed, and none behind it. */
static void end_at_fault(struct block *b, size_t i) {
    if (b->m->failed == HC_OK)
        return;
    b->made = i;
    b->why = b->m->failed;
    b->m->failed = HC_OK;
}

static void fill_row(struct block *b, const struct hc_expr *e, size_t i) {
    struct hc_mapped *c = b->column;
    b->x->at = i;
    struct hc_value v = hc_eval(b->m, b->x, e, b->type, false);
    c->has[i] = !v.null;
    c->number[i] = v.number;
    c->text[i] = v.text;
    end_at_fault(b, i);
}

/* Row by row, those that have no value yet. */
static void fill_by_row(struct block *b, const struct hc_expr *e) {
    for (size_t i = 0; i < b->made; i++)
        if (!b->column->has[i])
            fill_row(b, e, i);
}

/* By a column of a closed list: choices that have no case, or null, give nothing in any
 * row, and most rows have the same one. */
static void fill_by(struct block *b, const struct hc_expr *e) {
    const struct hc_mapped *key = &b->m->column[e->child->column];
    int64_t nothing = -1;
    for (size_t i = 0; i < b->made; i++) {
        if (b->column->has[i] || (key->has[i] && key->number[i] == nothing))
            continue;
        b->x->at = i;
        const struct hc_expr *taken = hc_case_of(b->m, b->x, e);
        if (taken && !(taken->child->kind == HC_EXPR_CONST && taken->child->null))
            fill_row(b, taken->child, i);
        else if (key->has[i])
            nothing = key->number[i];
    }
}

/* Is it decided by a column of a closed list? */
static bool is_by_choice(const struct block *b, const struct hc_expr *e) {
    const struct hc_expr *key = e->child;
    return e->kind == HC_EXPR_BY && key->kind == HC_EXPR_COLUMN &&
           b->m->column[key->column].has &&
           b->m->set->kind->field[key->column].type == HC_TYPE_choice;
}

/* What stands only where an amount or a text does, and has no account: few rows do. */
static void fill_given(struct block *b, const struct hc_expr *e) {
    const struct hc_rows *given = &b->x->rows[e->given->file];
    if (given->empty && given->empty[e->given->slot])
        return;
    for (size_t i = 0; i < b->made; i++)
        if (!b->column->has[i] && hc_record_behind(b->x, e->given, i) >= 0)
            fill_row(b, e, i);
}

/* Of records just read. */
static void fill_read(struct block *b, const struct hc_values *v, int file) {
    const int64_t *record = b->x->row[file];
    struct hc_mapped *c = b->column;
    bool text = b->type == HC_TYPE_utf8;
    if (!b->begun && are_neighbours(b, file)) {
        const uint8_t *null = v->null + record[0];
        for (size_t i = 0; i < b->made; i++)
            c->has[i] = !null[i];
        if (text)
            memcpy(c->text, v->text + record[0], b->made * sizeof *c->text);
        else
            memcpy(c->number, v->number + record[0], b->made * sizeof *c->number);
        return;
    }
    for (size_t i = 0; i < b->made; i++) {
        if (c->has[i] || record[i] < 0)
            continue;
        size_t row = (size_t)record[i];
        c->has[i] = !v->null[row];
        if (text)
            c->text[i] = v->text[row];
        else
            c->number[i] = v->number[row];
    }
}

/* count bits from the first on as bytes of 0 or 1; NULL: all 1. */
static void spread_bits(const uint8_t *bits, size_t first, uint8_t *bytes, size_t count) {
    if (!bits) {
        memset(bytes, 1, count);
        return;
    }
    for (size_t i = 0; i < count; i++)
        bytes[i] = bits[(first + i) >> 3] >> ((first + i) & 7) & 1;
}

static inline struct hc_str text_at(const struct hc_column *from, size_t row) {
    return (struct hc_str){from->bytes + from->offset[row],
                           (size_t)(from->offset[row + 1] - from->offset[row])};
}

static void fill_aside(struct block *b, const struct hc_column *from, int file) {
    const int64_t *record = b->x->row[file];
    struct hc_mapped *c = b->column;
    bool text = b->type == HC_TYPE_utf8;
    if (!b->begun && from->present && are_neighbours(b, file)) {
        size_t first = (size_t)record[0];
        spread_bits(from->valid, first, c->has, b->made);
        for (size_t i = 0; i < b->made && text; i++)
            c->text[i] = text_at(from, first + i);
        if (!text)
            memcpy(c->number, from->i64 + first, b->made * sizeof *c->number);
        return;
    }
    for (size_t i = 0; i < b->made; i++) {
        if (c->has[i] || record[i] < 0 || hc_column_null(from, (size_t)record[i]))
            continue;
        size_t row = (size_t)record[i];
        c->has[i] = 1;
        if (text)
            c->text[i] = text_at(from, row);
        else
            c->number[i] = from->i64[row];
    }
}

static void fill_field(struct block *b, const struct hc_expr *e) {
    struct hc_mapped *c = b->column;
    const struct hc_rows *rows = &b->x->rows[e->file];
    if (rows->empty && rows->empty[e->slot])
        return;
    if (e->on_first && b->type != HC_TYPE_utf8) {
        for (size_t i = 0; i < b->made; i++)
            if (!c->has[i])
                c->has[i] = hc_number_of(rows, e->slot, hc_record_behind(b->x, e, i),
                                         &c->number[i]);
    } else if (rows->values)
        fill_read(b, &rows->values[e->slot], e->file);
    else
        fill_aside(b, &rows->batch->column[e->slot], e->file);
    b->begun = true;
    /* a code's text without bytes is null: the next may have one */
    if (b->type == HC_TYPE_utf8 &&
        b->m->feed->file[e->file].slot[e->slot].conversion.converter != HC_CONVERT_text)
        for (size_t i = 0; i < b->made; i++)
            c->has[i] &= c->text[i].len > 0;
    if (e->use >= 0 && e->claim_level)
        for (size_t i = 0; i < b->made; i++)
            c->number[i] = b->x->claim[i].lowest ? c->number[i] : 0;
}

static void fill_const(struct block *b, const struct hc_expr *e) {
    struct hc_mapped *c = b->column;
    for (size_t i = 0; i < b->made && !e->null; i++) {
        if (c->has[i])
            continue;
        c->has[i] = 1;
        c->number[i] = e->number;
        c->text[i] = e->text;
    }
    b->begun = true;
}

static void fill_column(struct block *b, const struct hc_expr *e) {
    struct hc_mapped *c = b->column;
    const struct hc_mapped *from = &b->m->column[e->column];
    for (size_t i = 0; i < b->made; i++) {
        if (c->has[i])
            continue;
        c->has[i] = from->has[i];
        c->number[i] = from->number[i];
        c->text[i] = from->text[i];
    }
    b->begun = true;
}

/* Has every row its value? */
static bool is_full(const struct block *b) {
    return b->begun && !memchr(b->column->has, 0, b->made);
}

/* The rows that have no value yet. Nothing below e has an account, unless e itself is the
 * field or the column taken. */
static void fill(struct block *b, const struct hc_expr *e) {
    if (e->kind == HC_EXPR_FIELD && !e->given)
        fill_field(b, e);
    else if (e->kind == HC_EXPR_CONST && !e->given)
        fill_const(b, e);
    else if (e->kind == HC_EXPR_COLUMN)
        fill_column(b, e);
    else if (e->kind == HC_EXPR_FIRST)
        for (const struct hc_expr *c = e->child; c && !is_full(b); c = c->next)
            fill(b, c);
    else if (e->given && e->use < 0 && !e->child)
        fill_given(b, e);
    else if (is_by_choice(b, e))
        fill_by(b, e);
    else
        fill_by_row(b, e);
    b->begun = true;
}

/* Is the column's value the amount taken, as it is? */
static bool is_plain(const struct hc_expr *e) {
    return (e->kind == HC_EXPR_FIELD && !e->given) || e->kind == HC_EXPR_COLUMN;
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
            m->failed = HC_ENOMEM;
            return;
        }
        m->item = grown;
        m->cap_items = cap;
    }
    m->item[m->items++] = item;
}

static void list_row(struct block *b, const struct hc_expr *c, size_t row, size_t first,
                     struct hc_str without) {
    struct hc_mapper *m = b->m;
    struct hc_context *x = b->x;
    const struct hc_rows *rows = c->kind == HC_EXPR_FIELD ? &x->rows[c->file] : NULL;
    struct hc_str item;
    if (rows && c->many) {
        for (size_t i = 0; i < x->manies[c->file][row]; i++)
            if (hc_text_of(rows, c->slot, x->many[c->file][row][i], &item))
                add_item(m, first, without, item);
    } else if (rows && !c->given) {
        if (hc_text_of(rows, c->slot, x->row[c->file][row], &item))
            add_item(m, first, without, item);
    } else {
        x->at = row;
        struct hc_value v = hc_eval(m, x, c, HC_TYPE_utf8, false);
        if (!v.null)
            add_item(m, first, without, v.text);
    }
}

/* Is nothing in the field, in any record there is? */
static bool is_empty(const struct block *b, const struct hc_expr *e) {
    const struct hc_rows *rows = &b->x->rows[e->file];
    return e->kind == HC_EXPR_FIELD && rows->empty && rows->empty[e->slot];
}

static void fill_lists(struct block *b, const struct hc_expr *e) {
    struct hc_mapper *m = b->m;
    const struct hc_expr *part[LIST_PARTS];
    const struct hc_mapped *not = e->column >= 0 ? &m->column[e->column] : NULL;
    const struct hc_expr *rest = e->child;
    size_t parts = 0;
    for (; rest && parts < LIST_PARTS; rest = rest->next)
        if (!is_empty(b, rest))
            part[parts++] = rest;
    for (size_t i = 0; i < b->made; i++) {
        size_t first = m->items;
        struct hc_str without = not &&not ->has[i] ? not ->text[i] : HC_STR("");
        for (size_t p = 0; p < parts; p++)
            list_row(b, part[p], i, first, without);
        for (const struct hc_expr *c = rest; c; c = c->next)
            if (!is_empty(b, c))
                list_row(b, c, i, first, without);
        b->column->first[i] = (uint32_t)first;
        b->column->len[i] = (uint32_t)(m->items - first);
        b->column->has[i] = m->items > first;
        end_at_fault(b, i);
    }
}

/* A text without bytes and a choice below the first are null. */
static void settle(struct block *b) {
    struct hc_mapped *c = b->column;
    if (!memchr(c->has, 1, b->made))
        return;
    if (b->type == HC_TYPE_choice)
        for (size_t i = 0; i < b->made; i++)
            c->has[i] &= c->number[i] >= 0;
    else if (b->type == HC_TYPE_utf8)
        for (size_t i = 0; i < b->made; i++) {
            c->has[i] &= c->text[i].len > 0;
            b->m->bytes += c->has[i] ? c->text[i].len : 0;
        }
}

/* ---- a block ---- */

static enum hc_status open_columns(struct hc_mapper *m, struct hc_err *err) {
    size_t n = m->set->kind->fields;
    m->column = hc_arena_zalloc(&m->columns, n * sizeof *m->column);
    for (size_t c = 0; m->column && c < n; c++) {
        struct hc_mapped *to = &m->column[c];
        if (!m->filled[c])
            continue;
        to->has = hc_arena_zalloc(&m->columns, HC_MAP_ROWS);
        to->number = hc_arena_zalloc(&m->columns, HC_MAP_ROWS * sizeof *to->number);
        to->text = hc_arena_zalloc(&m->columns, HC_MAP_ROWS * sizeof *to->text);
        to->first = hc_arena_zalloc(&m->columns, HC_MAP_ROWS * sizeof *to->first);
        to->len = hc_arena_zalloc(&m->columns, HC_MAP_ROWS * sizeof *to->len);
        if (!to->has || !to->number || !to->text || !to->first || !to->len)
            m->column = NULL;
    }
    return m->column ? HC_OK : hc_fail_memory(err);
}

/* Is nothing above 0 of what the row was paid for, and something below? */
static bool is_below(const struct hc_mapper *m, size_t row) {
    bool below = false;
    for (size_t c = 0; c < m->set->kind->known; c++) {
        const struct hc_mapped *of = &m->column[c];
        if (!(m->set->kind->field[c].flags & HC_MONEY) || !m->filled[c] || !of->has[row])
            continue;
        if (of->number[row] > 0)
            return false;
        below |= of->number[row] < 0;
    }
    return below;
}

/* Does the row's amounts change sign? A twin that nothing marks is told by the amounts that
 * come with their sign. */
static bool negates(const struct hc_mapper *m, size_t row) {
    int column = m->set->negate_column;
    if (column < 0)
        return false;
    const struct hc_mapped *mark = &m->column[column];
    if (mark->has && mark->has[row])
        return mark->number[row] == m->set->negate_choice;
    return m->set->negate_quantities && is_below(m, row);
}

/* Does a value of the column change sign in a row that negates? Amounts that come with
 * their sign may stand beside quantities that come without: one below 0 has its sign. */
static bool turns(const struct hc_mapper *m, int column, hc_i128 value) {
    return !m->set->negate_quantities ||
           (m->set->kind->field[column].type == HC_TYPE_e4 && value > 0);
}

static void account(struct hc_mapper *m, const bool *negate, size_t made) {
    for (size_t i = 0; i < m->gives; i++) {
        hc_i128 value = m->given[i].value;
        struct hc_use *use = &m->use[m->given[i].use];
        if (m->given[i].row >= made)
            continue;
        use->used += value;
        bool turned = negate[m->given[i].row] && turns(m, use->column, value);
        use->out += m->given[i].negative != turned ? -value : value;
    }
    for (size_t i = 0; i < m->maps; i++) {
        const struct hc_expr *e = m->map[i]->expr;
        const struct hc_mapped *c = &m->column[m->map[i]->column];
        if (!is_plain(e) || e->use < 0)
            continue;
        hc_i128 used = 0, out = 0;
        for (size_t row = 0; row < made; row++) {
            hc_i128 value = c->has[row] ? c->number[row] : 0;
            used += value;
            out += negate[row] && turns(m, m->map[i]->column, value) ? -value : value;
        }
        m->use[e->use].used += used;
        m->use[e->use].out += out;
    }
}

static void change_signs(struct hc_mapper *m, const bool *negate, size_t made) {
    for (size_t c = 0; c < m->set->kind->known; c++)
        if (m->filled[c] && m->set->kind->field[c].flags & HC_SUM)
            for (size_t row = 0; row < made; row++)
                if (negate[row] && m->column[c].has[row] &&
                    turns(m, (int)c, m->column[c].number[row]))
                    m->column[c].number[row] = -m->column[c].number[row];
}

enum hc_status hc_map_rows(struct hc_mapper *m, struct hc_context *x, size_t *made,
                           struct hc_err *err) {
    struct block b = {.m = m, .x = x, .made = x->count, .file = -1};
    bool negate[HC_MAP_ROWS], any = false;
    enum hc_status status = m->column ? HC_OK : open_columns(m, err);
    *made = 0;
    if (status != HC_OK)
        return status;
    for (size_t c = 0; c < m->set->kind->fields; c++)
        if (m->filled[c])
            memset(m->column[c].has, 0, x->count);
    m->items = m->gives = m->bytes = 0;
    for (size_t i = 0; i < m->maps; i++) {
        const struct hc_expr *e = m->map[i]->expr;
        b.column = &m->column[m->map[i]->column];
        b.type = m->set->kind->field[m->map[i]->column].type;
        b.begun = memchr(b.column->has, 1, b.made); /* a basis beside an amount */
        if (b.type == HC_TYPE_list)
            fill_lists(&b, e);
        else if (m->accounts[i] && !is_plain(e))
            fill_by_row(&b, e);
        else
            fill(&b, e);
        settle(&b);
    }
    for (size_t i = 0; i < m->items; i++)
        m->bytes += m->item[i].len + sizeof(int32_t);
    for (size_t row = 0; row < b.made; row++)
        any |= negate[row] = negates(m, row);
    account(m, negate, b.made);
    if (any)
        change_signs(m, negate, b.made);
    *made = b.made;
    if (!hc_suspects_count(m, b.made))
        return hc_fail_memory(err);
    if (b.made < x->count && b.why == HC_ENOMEM)
        return hc_fail_memory(err);
    if (b.made < x->count)
        return hc_fail(err, HC_EDATA, "a sum of amounts is too large");
    return HC_OK;
}

void hc_map_pass(struct hc_mapper *m, struct hc_context *x) {
    for (size_t i = 0; i < m->maps; i++)
        hc_pass_over(m, x, m->map[i]->expr);
}

/* ---- into a batch ---- */

static size_t row_bytes(const struct hc_mapper *m, const struct hc_batch *batch,
                        size_t row) {
    size_t bytes = 0;
    for (size_t c = 0; c < m->set->kind->known; c++) {
        const struct hc_mapped *from = &m->column[c];
        enum hc_type type = m->set->kind->field[c].type;
        if (!m->filled[c] || !batch->column[c].present || !from->has[row])
            continue;
        if (type == HC_TYPE_utf8)
            bytes += from->text[row].len;
        for (size_t i = 0; type == HC_TYPE_list && i < from->len[row]; i++)
            bytes += m->item[from->first[row] + i].len + sizeof(int32_t);
    }
    return bytes;
}

size_t hc_map_fit(const struct hc_mapper *m, const struct hc_batch *batch, size_t first,
                  size_t made) {
    size_t count = made - first, bytes = batch->bytes;
    if (count > HC_BATCH_ROWS - batch->rows)
        count = HC_BATCH_ROWS - batch->rows;
    for (size_t i = 0; bytes + m->bytes >= HC_BATCH_BYTES && i < count; i++) {
        bytes += row_bytes(m, batch, first + i);
        if (bytes >= HC_BATCH_BYTES)
            return i + 1;
    }
    return count;
}

void hc_map_put(const struct hc_mapper *m, size_t first, size_t count,
                struct hc_batch *batch) {
    size_t row = hc_batch_rows(batch, count);
    for (size_t c = 0; c < m->set->kind->known; c++) {
        const struct hc_mapped *from = &m->column[c];
        if (!m->filled[c])
            continue;
        switch (m->set->kind->field[c].type) {
        case HC_TYPE_utf8:
            hc_put_texts(batch, c, row, from->has + first, from->text + first);
            break;
        case HC_TYPE_list:
            hc_put_lists(batch, c, row, from->has + first, m->item, from->first + first,
                         from->len + first);
            break;
        default:
            hc_put_numbers(batch, c, row, from->has + first, from->number + first);
        }
    }
}

struct hc_str hc_map_text(struct hc_mapper *m, struct hc_context *context,
                          const struct hc_expr *expr) {
    return hc_eval(m, context, expr, HC_TYPE_utf8, false).text;
}

struct hc_str hc_map_column(const struct hc_mapper *m, int column, size_t row) {
    const struct hc_mapped *c = &m->column[column];
    return c->has && c->has[row] ? c->text[row] : HC_STR("");
}
