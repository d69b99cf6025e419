#include "format/delimited.h"

#include <ctype.h>

#include "format/field_ends.h"

static bool good_delimiter(char c) {
    return c == '\t' || (c > ' ' && c < 127 && c != '"' && !isalnum((unsigned char)c));
}

enum hc_status hc_delimited_check(const struct hc_delimited *layout, struct hc_err *err) {
    if (!good_delimiter(layout->delimiter))
        return hc_fail(err, HC_ECONFIG,
                       "the delimiter must be a tab or a printable ASCII byte that is no "
                       "letter, digit or quote");
    if (layout->fields == 0 || layout->fields > HC_FIELDS_MAX)
        return hc_fail(err, HC_ECONFIG, "%zu fields are outside 1 to %d", layout->fields,
                       HC_FIELDS_MAX);
    for (size_t i = 0; i < layout->wanted; i++)
        if (layout->position[i] >= layout->fields)
            return hc_fail(err, HC_ECONFIG, "field %llu is beyond the layout's %zu",
                           (unsigned long long)layout->position[i] + 1, layout->fields);
    return HC_OK;
}

/* ---- quotes ---- */

/* Quotes behind a blank: does the sender mean them as quotes or as text? */
static bool blank_before_quote(struct hc_str field) {
    struct hc_str text = hc_str_trim(field);
    return text.len > 0 && text.ptr[0] == '"' && text.ptr != field.ptr;
}

/* The field without its quotes; "" within becomes one quote, in arena. A quote that is not
 * at the field's beginning is data. HC_EDATA when text follows the closing quote, or only
 * blanks stand before the opening one. */
static enum hc_status unquote(struct hc_str *field, size_t number, struct hc_arena *arena,
                              struct hc_err *err) {
    if (blank_before_quote(*field))
        return hc_fail(err, HC_EDATA, "column %zu: a blank before the opening quote",
                       number);
    if (field->len == 0 || field->ptr[0] != '"')
        return HC_OK;
    struct hc_str in = {field->ptr + 1, field->len - 1};
    size_t pairs = 0, at = 0;
    for (; at < in.len; at++) {
        if (in.ptr[at] != '"')
            continue;
        if (at + 1 < in.len && in.ptr[at + 1] == '"') {
            pairs++;
            at++;
        } else {
            break;
        }
    }
    if (at + 1 != in.len) /* no closing quote, or not at the end */
        return hc_fail(err, HC_EDATA,
                       at == in.len ? "a quote is not closed"
                                    : "text follows a closing quote");
    in.len--;
    *field = in;
    if (pairs == 0)
        return HC_OK;
    char *copy = hc_arena_alloc(arena, in.len - pairs + 1);
    if (!copy)
        return hc_fail_memory(err);
    size_t len = 0;
    for (size_t i = 0; i < in.len; i++) {
        copy[len++] = in.ptr[i];
        i += in.ptr[i] == '"'; /* the second of a pair */
    }
    *field = (struct hc_str){copy, len};
    return HC_OK;
}

/* End of the field that begins at `from`, quotes respected: the next delimiter outside of
 * them, or the record's end. */
static size_t quoted_end(struct hc_str record, size_t from, char delimiter) {
    size_t at = from;
    if (at < record.len && record.ptr[at] == '"') {
        for (at++; at < record.len; at++)
            if (record.ptr[at] == '"') {
                if (at + 1 < record.len && record.ptr[at + 1] == '"')
                    at++;
                else
                    break;
            }
    }
    const char *end =
        at < record.len ? memchr(record.ptr + at, delimiter, record.len - at) : NULL;
    return end ? (size_t)(end - record.ptr) : record.len;
}

enum hc_status hc_delimited_fields(char delimiter, bool quotes, struct hc_str record,
                                   struct hc_arena *arena, struct hc_str *field, size_t max,
                                   size_t *count, struct hc_err *err) {
    size_t from = 0;
    *count = 0;
    for (;;) {
        size_t end = record.len;
        if (quotes) {
            end = quoted_end(record, from, delimiter);
        } else {
            const char *next = from < record.len
                                   ? memchr(record.ptr + from, delimiter, record.len - from)
                                   : NULL;
            if (next)
                end = (size_t)(next - record.ptr);
        }
        struct hc_str text = {record.len ? record.ptr + from : "", end - from};
        enum hc_status status = quotes ? unquote(&text, *count + 1, arena, err) : HC_OK;
        if (status != HC_OK)
            return status;
        if (*count < max)
            field[*count] = text;
        ++*count;
        if (end == record.len)
            return HC_OK;
        from = end + 1;
    }
}

/* ---- a block ---- */

static bool wrong_count(const struct hc_delimited *layout, size_t fields) {
    return fields > layout->fields ? !layout->long_ok
                                   : fields < layout->fields && !layout->short_ok;
}

static void clear_row(const struct hc_delimited *layout, struct hc_cells *cells,
                      size_t row) {
    for (size_t c = 0; c < layout->wanted; c++)
        cells->column[c][row] = HC_STR("");
}

/* Place of the k-th field of a record from its delimiters' places. */
static struct hc_str field_at(struct hc_str record, const uint32_t *end, size_t k) {
    size_t from = k ? end[k - 1] + 1u : 0;
    return (struct hc_str){record.ptr + from, end[k] - from};
}

/* Which fields are wanted, from what hc_field_ends() or hc_quoted_ends() found. */
static enum hc_status take_cells(const struct hc_delimited *layout, struct hc_block *block,
                                 size_t row, struct hc_cells *cells, const uint32_t *end,
                                 size_t fields, bool pairs, struct hc_err *err) {
    struct hc_str record = block->record[row];
    if (wrong_count(layout, fields)) {
        hc_block_fault(block, row, HC_FAULT_FIELDS, 0);
        clear_row(layout, cells, row);
        return HC_OK;
    }
    for (size_t c = 0; c < layout->wanted; c++) {
        struct hc_str *cell = &cells->column[c][row];
        *cell = layout->position[c] < fields ? field_at(record, end, layout->position[c])
                                             : HC_STR("");
        if (!layout->quotes || cell->len == 0 || cell->ptr[0] != '"')
            continue;
        if (pairs) {
            enum hc_status status = unquote(cell, c + 1, &cells->arena, err);
            if (status != HC_OK)
                return status;
        } else {
            cell->ptr++, cell->len -= 2;
        }
    }
    return HC_OK;
}

static enum hc_status split_quoted(const struct hc_delimited *layout,
                                   struct hc_block *block, size_t row,
                                   struct hc_cells *cells, struct hc_str *field,
                                   struct hc_err *err) {
    size_t fields = 0;
    enum hc_status status =
        hc_delimited_fields(layout->delimiter, true, block->record[row], &cells->arena,
                            field, layout->fields, &fields, err);
    if (status == HC_EDATA)
        hc_block_fault(block, row, HC_FAULT_QUOTE, 0);
    else if (status != HC_OK)
        return status;
    else if (wrong_count(layout, fields))
        hc_block_fault(block, row, HC_FAULT_FIELDS, 0);
    if (block->fault[row].kind != HC_FAULT_NONE) {
        clear_row(layout, cells, row);
        return HC_OK;
    }
    for (size_t c = 0; c < layout->wanted; c++)
        cells->column[c][row] =
            layout->position[c] < fields ? field[layout->position[c]] : HC_STR("");
    return HC_OK;
}

enum hc_status hc_delimited_split(const struct hc_delimited *layout, struct hc_block *block,
                                  struct hc_cells *cells, struct hc_err *err) {
    uint32_t end[HC_FIELDS_MAX + HC_FIELD_ENDS_SLACK];
    struct hc_str field[HC_FIELDS_MAX];
    enum hc_status status = HC_OK;
    hc_arena_reset(&cells->arena);
    for (size_t row = 0; row < block->rows && status == HC_OK; row++) {
        struct hc_str record = block->record[row];
        bool pairs = false;
        if (block->fault[row].kind != HC_FAULT_NONE) {
            clear_row(layout, cells, row);
            continue;
        }
        size_t fields =
            layout->quotes
                ? hc_quoted_ends(record, layout->delimiter, end, layout->fields, &pairs)
                : hc_field_ends(record, layout->delimiter, end, layout->fields);
        status = fields ? take_cells(layout, block, row, cells, end, fields, pairs, err)
                        : split_quoted(layout, block, row, cells, field, err);
    }
    return status;
}

enum hc_status hc_delimited_explain(const struct hc_delimited *layout,
                                    const struct hc_block *block, size_t row,
                                    struct hc_err *err) {
    struct hc_arena arena = {0};
    size_t fields = 0;
    unsigned kind = block->fault[row].kind;
    if (kind != HC_FAULT_FIELDS && kind != HC_FAULT_QUOTE)
        return hc_block_explain(block, row, err);
    enum hc_status status =
        hc_delimited_fields(layout->delimiter, layout->quotes, block->record[row], &arena,
                            NULL, 0, &fields, err);
    if (status == HC_OK)
        hc_fail(err, HC_EDATA, "record has %zu fields, the layout says %zu", fields,
                layout->fields);
    hc_block_at(block, row, err);
    hc_arena_free(&arena);
    return HC_EDATA;
}

/* ---- header names ---- */

static bool same_name(struct hc_str a, const char *b) {
    struct hc_str name = hc_str_trim(a);
    size_t len = strlen(b);
    if (name.len != len)
        return false;
    for (size_t i = 0; i < len; i++)
        if (tolower((unsigned char)name.ptr[i]) != tolower((unsigned char)b[i]))
            return false;
    return true;
}

static bool is_one_of(struct hc_str field, const char *const *known) {
    for (; *known; known++)
        if (same_name(field, *known))
            return true;
    return false;
}

/* A file without its header begins with a patient's data, which no message may hold. So a
 * cell is shown only beside a name that the feed knows, and only where it looks like a
 * name: a word or words without a digit, or nearly a known name. */
static bool may_show(struct hc_str cell, const struct hc_str *field, size_t fields,
                     const char *const *known) {
    bool header = false, word = true;
    cell = hc_str_trim(cell);
    for (size_t i = 0; i < fields && !header; i++)
        header = is_one_of(field[i], known);
    for (size_t i = 0; i < cell.len && word; i++)
        word = isalpha((unsigned char)cell.ptr[i]) || (i && strchr("_- ", cell.ptr[i]));
    return header && cell.len > 0 && (word || hc_str_nearest(cell, known));
}

static enum hc_status missing(const char *name, const struct hc_str *field, size_t fields,
                              const char *const *known, struct hc_err *err) {
    struct hc_arena arena = {0};
    const char **names = hc_arena_alloc(&arena, (fields + 1) * sizeof *names);
    hc_fail(err, HC_EDATA, "the header has no column of this name");
    hc_err_at_field(err, name);
    for (size_t i = 0; names && i <= fields; i++)
        names[i] = i < fields ? hc_arena_copy(&arena, hc_str_trim(field[i])) : NULL;
    const char *near = names ? hc_str_nearest(hc_str_of(name), names) : NULL;
    if (near && may_show(hc_str_of(near), field, fields, known))
        hc_err_hint(err, "the header has '%s'", near);
    else
        hc_err_hint(err,
                    "the header has %zu columns; is this file of another feed or version?",
                    fields);
    hc_arena_free(&arena);
    return HC_EDATA;
}

static enum hc_status only_known(const struct hc_str *field, size_t fields,
                                 const char *const *known, struct hc_err *err) {
    for (size_t i = 0; i < fields; i++) {
        struct hc_str name = hc_str_trim(field[i]);
        char shape[HC_SHAPE_SIZE];
        if (is_one_of(name, known))
            continue;
        if (!may_show(name, field, fields, known))
            return hc_fail(err, HC_EDATA,
                           "column %zu of the header, of shape '%s', is not in the layout",
                           i + 1, hc_str_shape(name, shape));
        return hc_fail(err, HC_EDATA,
                       "column %zu of the header, '%.*s', is not in the layout", i + 1,
                       (int)(name.len < 64 ? name.len : 64), name.ptr);
    }
    return HC_OK;
}

static enum hc_status find_name(const char *name, const struct hc_str *field, size_t fields,
                                const char *const *known, uint32_t *position,
                                struct hc_err *err) {
    bool found = false;
    for (size_t k = 0; k < fields; k++) {
        if (!same_name(field[k], name))
            continue;
        if (found) {
            hc_fail(err, HC_EDATA, "the header has two columns of this name");
            hc_err_at_field(err, name);
            return HC_EDATA;
        }
        *position = (uint32_t)k;
        found = true;
    }
    return found ? HC_OK : missing(name, field, fields, known, err);
}

enum hc_status hc_delimited_bind(char delimiter, bool quotes, struct hc_str header,
                                 const char *const *name, size_t names,
                                 const char *const *known, bool strict, uint32_t *position,
                                 size_t *fields, struct hc_err *err) {
    struct hc_str field[HC_FIELDS_MAX];
    struct hc_arena arena = {0};
    enum hc_status status = hc_delimited_fields(delimiter, quotes, header, &arena, field,
                                                HC_FIELDS_MAX, fields, err);
    if (status == HC_OK && *fields > HC_FIELDS_MAX)
        status = hc_fail(err, HC_EDATA, "the header has %zu columns, more than %d", *fields,
                         HC_FIELDS_MAX);
    for (size_t i = 0; i < names && status == HC_OK; i++)
        status = find_name(name[i], field, *fields, known, &position[i], err);
    if (status == HC_OK && strict)
        status = only_known(field, *fields, known, err);
    hc_arena_free(&arena);
    return status;
}
