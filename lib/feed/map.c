#include "feed/map.h"

#include <stdlib.h>

#include "feed/eval.h"

bool hc_rows_number(const struct hc_rows *rows, int slot, int64_t row, int64_t *value) {
    return hc_number_of(rows, slot, row, value);
}

bool hc_rows_text(const struct hc_rows *rows, int slot, int64_t row, struct hc_str *value) {
    return hc_text_of(rows, slot, row, value);
}

/* ---- columns ---- */

/* The block being made: rows from made on failed, or stand behind one that did. */
struct block {
    struct hc_mapper *m;
    struct hc_context *x;
    enum hc_type type; /* of the column being filled */
    struct hc_mapped *column;
    size_t made;
};

/* Row by row, those that have no value yet. */
static void fill_by_row(struct block *b, const struct hc_expr *e) {
    struct hc_mapped *c = b->column;
    for (size_t i = 0; i < b->made; i++) {
        if (c->has[i])
            continue;
        b->x->at = i;
        struct hc_value v = hc_eval(b->m, b->x, e, b->type, false);
        c->has[i] = !v.null;
        c->number[i] = v.number;
        c->text[i] = v.text;
        if (b->m->failed)
            b->made = i;
    }
}

/* Of records just read. */
static void fill_read(struct block *b, const struct hc_values *v, const int64_t *record) {
    struct hc_mapped *c = b->column;
    bool text = b->type == HC_TYPE_utf8;
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

static void fill_aside(struct block *b, const struct hc_column *from,
                       const int64_t *record) {
    struct hc_mapped *c = b->column;
    bool text = b->type == HC_TYPE_utf8;
    for (size_t i = 0; i < b->made; i++) {
        if (c->has[i] || record[i] < 0 || hc_column_null(from, (size_t)record[i]))
            continue;
        size_t row = (size_t)record[i];
        c->has[i] = 1;
        if (text)
            c->text[i] =
                (struct hc_str){from->bytes + from->offset[row],
                                (size_t)(from->offset[row + 1] - from->offset[row])};
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
        fill_read(b, &rows->values[e->slot], b->x->row[e->file]);
    else
        fill_aside(b, &rows->batch->column[e->slot], b->x->row[e->file]);
    if (b->type == HC_TYPE_utf8) /* a text without bytes is null: the next may have one */
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
        for (const struct hc_expr *c = e->child; c; c = c->next)
            fill(b, c);
    else
        fill_by_row(b, e);
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
            m->failed = true;
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
    if (rows && rows->empty && rows->empty[c->slot])
        return;
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

static void fill_lists(struct block *b, const struct hc_expr *e) {
    struct hc_mapper *m = b->m;
    const struct hc_mapped *not = e->column >= 0 ? &m->column[e->column] : NULL;
    for (size_t i = 0; i < b->made; i++) {
        size_t first = m->items;
        struct hc_str without = not &&not ->has[i] ? not ->text[i] : HC_STR("");
        for (const struct hc_expr *c = e->child; c; c = c->next)
            list_row(b, c, i, first, without);
        b->column->first[i] = (uint32_t)first;
        b->column->len[i] = (uint32_t)(m->items - first);
        b->column->has[i] = m->items > first;
        if (m->failed)
            b->made = i;
    }
}

/* A text without bytes and a choice below the first are null. */
static void settle(struct block *b) {
    struct hc_mapped *c = b->column;
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

/* Does the row's amounts change sign? */
static bool negates(const struct hc_mapper *m, size_t row) {
    int column = m->set->negate_column;
    return column >= 0 && m->column[column].has && m->column[column].has[row] &&
           m->column[column].number[row] == m->set->negate_choice;
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
    struct block b = {.m = m, .x = x, .made = x->count};
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
        if (b.type == HC_TYPE_list)
            fill_lists(&b, e);
        else if (m->accounts[i] && !is_plain(e))
            fill_by_row(&b, e);
        else
            fill(&b, e);
        settle(&b);
        m->failed = false;
    }
    for (size_t i = 0; i < m->items; i++)
        m->bytes += m->item[i].len + sizeof(int32_t);
    for (size_t row = 0; row < b.made; row++)
        any |= negate[row] = negates(m, row);
    account(m, negate, b.made);
    if (any)
        change_signs(m, negate, b.made);
    *made = b.made;
    if (b.made < x->count)
        return hc_fail(err, HC_EDATA, "an amount is too large, or memory ran out");
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

/* ---- which maps are wanted ---- */

/* Does anything below e take an amount? */
static bool has_use(const struct hc_expr *e) {
    return e && (e->use >= 0 || has_use(e->child) || has_use(e->next));
}

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
    m->accounts = calloc(set->maps + 1, sizeof *m->accounts);
    m->filled = calloc(set->kind->fields + 1, sizeof *m->filled);
    if (!want || !m->map || !m->accounts || !m->filled) {
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
    for (size_t i = 0; i < set->maps; i++) {
        const struct hc_expr *e = set->map[i].expr;
        if (!want[set->map[i].column])
            continue;
        m->filled[set->map[i].column] = true;
        want_columns(e, m->filled);
        m->accounts[m->maps] = e->use >= 0 || has_use(e->child);
        m->map[m->maps++] = &set->map[i];
    }
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
    *m = (struct hc_mapper){.feed = feed, .set = set};
    m->use = calloc(set->uses + 1, sizeof *m->use);
    enum hc_status status = m->use ? choose_maps(m, has, err) : hc_fail_memory(err);
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

void hc_mapper_rest(struct hc_mapper *m) {
    free(m->item);
    free(m->given);
    hc_arena_free(&m->columns);
    hc_arena_free(&m->arena);
    hc_buf_free(&m->text);
    m->column = NULL;
    m->item = NULL;
    m->given = NULL;
    m->items = m->cap_items = m->gives = m->cap_gives = 0;
}

void hc_mapper_free(struct hc_mapper *m) {
    hc_mapper_rest(m);
    free(m->use);
    free(m->map);
    free(m->accounts);
    free(m->filled);
    *m = (struct hc_mapper){0};
}
