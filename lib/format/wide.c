#include "format/wide.h"

#include <stdlib.h>

#include "base/map.h"
#include "format/text.h"

enum { KEY_level, KEY_as_of, KEY_paid_through, KEY_known_on, KEY_extra };
static const int key_source[KEY_extra] = {HC_measure_level, HC_measure_as_of,
                                          HC_measure_paid_through, HC_measure_known_on};

struct cell {
    uint32_t group, measure;
    size_t end; /* of its text; it starts where the one before ends */
    bool null;
};
struct hc_wide {
    const struct hc_schema *measures;
    struct hc_arena arena;
    struct hc_schema key_schema; /* those above, then the grouping columns */
    struct hc_batch *key;        /* a row a group */
    struct hc_batch *one;        /* the key of the row being added */
    struct hc_map *groups, *names;
    struct cell *cell;
    size_t cells, cap_cells;
    struct hc_buf text;
    uint64_t with_nulls;
    struct hc_schema schema; /* of the result */
    int *from_key;           /* result column -> key column; the others are measures */
    size_t key_columns;
    size_t *at; /* [group * names + measure]: cell + 1, 0 none */
    struct hc_batch *out;
    size_t given;
};

enum hc_status hc_wide_new(struct hc_wide **wide, const struct hc_schema *measures,
                           struct hc_err *err) {
    struct hc_wide *w = calloc(1, sizeof *w);
    *wide = NULL;
    if (!w)
        return hc_fail_memory(err);
    size_t extra = measures->fields - measures->known, fields = KEY_extra + extra;
    struct hc_field *field = hc_arena_zalloc(&w->arena, fields * sizeof *field);
    w->measures = measures;
    enum hc_status status = field ? HC_OK : hc_fail_memory(err);
    for (size_t i = 0; status == HC_OK && i < fields; i++)
        field[i] = i < KEY_extra ? measures->field[key_source[i]]
                                 : measures->field[measures->known + i - KEY_extra];
    w->key_schema = (struct hc_schema){"measure", HC_KIND_any, 1, fields, fields, field};
    if (status == HC_OK)
        status = hc_batch_new(&w->key, &w->key_schema, NULL, err);
    if (status == HC_OK)
        status = hc_batch_new(&w->one, &w->key_schema, NULL, err);
    if (status == HC_OK)
        status = hc_map_new(&w->groups, err);
    if (status == HC_OK)
        status = hc_map_new(&w->names, err);
    if (status != HC_OK) {
        hc_wide_free(w);
        return status;
    }
    *wide = w;
    return HC_OK;
}

void hc_wide_free(struct hc_wide *w) {
    if (!w)
        return;
    hc_batch_free(w->key);
    hc_batch_free(w->one);
    hc_batch_free(w->out);
    hc_map_free(w->groups);
    hc_map_free(w->names);
    hc_buf_free(&w->text);
    hc_arena_free(&w->arena);
    free(w->cell);
    free(w->at);
    free(w);
}

/* The group's identity as bytes: each value's text with its length; null told from empty.
 */
static void put_key(struct hc_buf *key, const struct hc_batch *one, size_t column) {
    struct hc_buf value = {0};
    bool null = hc_is_null(one, column, 0);
    hc_text_value(&value, one, column, 0);
    hc_buf_putc(key, null ? 'n' : 'v');
    hc_buf_put(key, &value.len, sizeof value.len);
    hc_buf_put(key, value.ptr, value.len);
    key->failed = key->failed || value.failed;
    hc_buf_free(&value);
}

static enum hc_status find_group(struct hc_wide *w, const struct hc_batch *batch,
                                 size_t row, struct hc_buf *bytes, uint32_t *group,
                                 struct hc_err *err) {
    bool added = false;
    hc_batch_clear(w->one);
    hc_batch_row(w->one);
    for (size_t i = 0; i < w->key_schema.fields; i++)
        hc_set_copy(w->one, i, batch,
                    i < KEY_extra ? (size_t)key_source[i]
                                  : w->measures->known + i - KEY_extra,
                    row);
    enum hc_status status = hc_batch_seal(w->one, err);
    if (status != HC_OK)
        return status;
    hc_buf_clear(bytes);
    for (size_t i = 0; i < w->key_schema.fields; i++)
        put_key(bytes, w->one, i);
    if (bytes->failed)
        return hc_fail_memory(err);
    status = hc_map_add(w->groups, hc_buf_str(bytes), group, &added, err);
    if (status == HC_OK && added)
        status = hc_batch_take(w->key, w->one, NULL, 1, err);
    return status;
}

static enum hc_status add_cell(struct hc_wide *w, const struct hc_batch *batch, size_t row,
                               uint32_t group, struct hc_err *err) {
    struct cell cell = {.group = group};
    int64_t standing = hc_int_at(batch, HC_measure_status, row, HC_cell_status_shown);
    struct hc_str name = hc_str_at(batch, HC_measure_measure, row);
    enum hc_status status = hc_map_add(w->names, name, &cell.measure, NULL, err);
    if (status != HC_OK)
        return status;
    if (w->cells == w->cap_cells) {
        size_t cap = w->cap_cells ? 2 * w->cap_cells : 256;
        struct cell *more = realloc(w->cell, cap * sizeof *more);
        if (!more)
            return hc_fail_memory(err);
        w->cell = more;
        w->cap_cells = cap;
    }
    if (standing != HC_cell_status_shown)
        hc_buf_putc(&w->text, '*');
    else if (hc_is_null(batch, HC_measure_value, row))
        cell.null = true;
    else
        hc_text_value(&w->text, batch, HC_measure_value, row);
    cell.end = w->text.len;
    w->cell[w->cells++] = cell;
    w->with_nulls += hc_int_at(batch, HC_measure_null_rows, row, 0) > 0;
    return w->text.failed ? hc_fail_memory(err) : HC_OK;
}

enum hc_status hc_wide_add(struct hc_wide *w, const struct hc_batch *batch,
                           struct hc_err *err) {
    enum hc_status status = HC_OK;
    struct hc_buf bytes = {0};
    for (size_t row = 0; row < batch->rows && status == HC_OK; row++) {
        uint32_t group;
        status = find_group(w, batch, row, &bytes, &group, err);
        if (status == HC_OK)
            status = add_cell(w, batch, row, group, err);
    }
    hc_buf_free(&bytes);
    return status;
}

/* ---- the result ---- */

/* Is a key column worth showing? Grouping columns always, known_on where it is told:
 * figures of another day must not pass for today's. The others where they differ. */
static bool is_shown(const struct hc_wide *w, size_t column) {
    int one = (int)column;
    if (column >= KEY_extra)
        return true;
    if (column == KEY_known_on && w->key->rows && !hc_is_null(w->key, column, 0))
        return true;
    for (size_t row = 1; row < w->key->rows; row++)
        if (!hc_same_row(w->key, 0, w->key, row, &one, 1))
            return true;
    return false;
}

static enum hc_status make_schema(struct hc_wide *w, struct hc_err *err) {
    size_t names = hc_map_len(w->names), most = w->key_schema.fields + names, n = 0;
    struct hc_field *field = hc_arena_zalloc(&w->arena, (most + 1) * sizeof *field);
    w->from_key = hc_arena_alloc(&w->arena, (most + 1) * sizeof *w->from_key);
    if (!field || !w->from_key)
        return hc_fail_memory(err);
    for (size_t i = 0; i < w->key_schema.fields; i++) {
        size_t column = (i + KEY_extra) % w->key_schema.fields; /* groups first */
        if (!is_shown(w, column))
            continue;
        w->from_key[n] = (int)column;
        field[n++] = w->key_schema.field[column];
    }
    w->key_columns = n;
    for (uint32_t i = 0; i < names; i++) {
        struct hc_str measure = hc_map_key(w->names, i);
        bool taken = false;
        for (size_t k = 0; k < w->key_columns; k++)
            taken = taken || hc_str_is(measure, field[k].name);
        const char *name = hc_arena_printf(&w->arena, "%.*s%s", (int)measure.len,
                                           measure.ptr, taken ? "_measure" : "");
        if (!name)
            return hc_fail_memory(err);
        field[n++] = (struct hc_field){name, HC_TYPE_utf8, 0, NULL, "a measure"};
    }
    w->schema = (struct hc_schema){"measure", HC_KIND_any, 1, n, n, field};
    return HC_OK;
}

enum hc_status hc_wide_end(struct hc_wide *w, struct hc_err *err) {
    size_t names = hc_map_len(w->names), groups = hc_map_len(w->groups);
    w->at = calloc(names * groups + 1, sizeof *w->at);
    if (!w->at)
        return hc_fail_memory(err);
    for (size_t i = 0; i < w->cells; i++) {
        size_t *at = &w->at[w->cell[i].group * names + w->cell[i].measure];
        if (*at) {
            struct hc_str name = hc_map_key(w->names, w->cell[i].measure);
            hc_fail(err, HC_EDATA, "one group has two cells of measure '%.*s'",
                    (int)name.len, name.ptr);
            hc_err_hint(err, "--long shows one row a cell");
            return HC_EDATA;
        }
        *at = i + 1;
    }
    enum hc_status status = hc_batch_seal(w->key, err);
    if (status == HC_OK)
        status = make_schema(w, err);
    if (status == HC_OK)
        status = hc_batch_new(&w->out, &w->schema, NULL, err);
    return status;
}

const struct hc_schema *hc_wide_schema(const struct hc_wide *w) {
    return &w->schema;
}

uint64_t hc_wide_cells_with_nulls(const struct hc_wide *w) {
    return w->with_nulls;
}

enum hc_status hc_wide_next(struct hc_wide *w, const struct hc_batch **batch,
                            struct hc_err *err) {
    size_t names = hc_map_len(w->names);
    hc_batch_clear(w->out);
    while (w->given < w->key->rows && !hc_batch_full(w->out)) {
        size_t group = w->given++;
        hc_batch_row(w->out);
        for (size_t i = 0; i < w->key_columns; i++)
            hc_set_copy(w->out, i, w->key, (size_t)w->from_key[i], group);
        for (size_t m = 0; m < names; m++) {
            size_t at = w->at[group * names + m];
            size_t start = at > 1 ? w->cell[at - 2].end : 0;
            if (at && !w->cell[at - 1].null)
                hc_set_str(w->out, w->key_columns + m,
                           (struct hc_str){(const char *)w->text.ptr + start,
                                           w->cell[at - 1].end - start});
        }
    }
    *batch = w->out;
    enum hc_status status = hc_batch_seal(w->out, err);
    return status != HC_OK ? status : w->out->rows ? HC_OK : HC_END;
}
