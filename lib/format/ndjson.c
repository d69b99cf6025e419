#include "format/ndjson.h"

#include <stdlib.h>

static struct hc_str value_of(const struct hc_json_value *from,
                              const struct hc_json_field *field,
                              struct hc_json_look *look) {
    const struct hc_json_value *found = hc_json_find(from, field->path, look);
    struct hc_str text = found ? found->text : HC_STR("");
    if (field->day && text.len > 10 && text.ptr[10] == 'T')
        text.len = 10;
    for (size_t i = text.len; field->last && i > 0; i--)
        if (text.ptr[i - 1] == '/')
            return (struct hc_str){text.ptr + i, text.len - i};
    return text;
}

struct room {
    uint64_t ordinal[HC_BLOCK_ROWS], offset[HC_BLOCK_ROWS];
    struct hc_str record[HC_BLOCK_ROWS];
    struct hc_fault fault[HC_BLOCK_ROWS];
};

enum hc_status hc_json_rows_init(struct hc_json_rows *rows, struct hc_err *err) {
    struct room *room = calloc(1, sizeof *room);
    *rows = (struct hc_json_rows){.room = room};
    if (!room)
        return hc_fail_memory(err);
    rows->block = (struct hc_block){.ordinal = room->ordinal,
                                    .record = room->record,
                                    .offset = room->offset,
                                    .fault = room->fault};
    return HC_OK;
}

void hc_json_rows_free(struct hc_json_rows *rows) {
    hc_arena_free(&rows->arena);
    free(rows->room);
    *rows = (struct hc_json_rows){0};
}

/* What is wrong with a line as a whole, and its value. */
static enum hc_fault_kind judge(const struct hc_ndjson *layout, struct hc_arena *arena,
                                struct hc_str line, struct hc_json_value **value,
                                enum hc_json_trouble *trouble, size_t *bytes) {
    struct hc_json_look look = {false};
    *value = hc_json_read(arena, line, trouble, bytes);
    if (*trouble == HC_JSON_DEEP)
        return HC_FAULT_DEPTH;
    if (!*value || (*value)->type != HC_JSON_MAP)
        return HC_FAULT_JSON;
    const struct hc_json_value *type =
        layout->resource ? hc_json_member(*value, HC_STR("resourceType"), &look) : NULL;
    if (layout->resource && (!type || type->type != HC_JSON_SCALAR ||
                             !hc_str_is(type->text, layout->resource) || look.doubled))
        return HC_FAULT_RESOURCE;
    return HC_FAULT_NONE;
}

static size_t count_rows(const struct hc_ndjson *layout, const struct hc_json_value *value,
                         const struct hc_json_value **element, struct hc_json_look *look) {
    const struct hc_json_value *list =
        layout->each ? hc_json_member(value, hc_str_of(layout->each), look) : NULL;
    size_t count = 0;
    *element = list && list->type == HC_JSON_LIST ? list->child : NULL;
    for (const struct hc_json_value *c = *element; c; c = c->next)
        count++;
    return count ? count : 1;
}

static void add_row(struct hc_json_rows *rows, const struct hc_block *in, size_t record,
                    struct hc_cells *cells, enum hc_fault_kind fault) {
    struct room *room = rows->room;
    size_t row = rows->block.rows++;
    room->ordinal[row] = hc_block_ordinal(in, record);
    room->offset[row] = in->offset[record];
    room->record[row] = in->record[record];
    room->fault[row] = (struct hc_fault){0};
    for (size_t c = 0; c < cells->columns; c++)
        cells->column[c][row] = HC_STR("");
    if (fault != HC_FAULT_NONE)
        hc_block_fault(&rows->block, row, fault, 0);
}

/* The rows of one record; false when they do not fit any more. */
static bool add_record(const struct hc_ndjson *layout, const struct hc_block *in,
                       size_t record, struct hc_json_rows *rows, struct hc_cells *cells,
                       bool *memory) {
    enum hc_fault_kind fault = (enum hc_fault_kind)in->fault[record].kind;
    struct hc_json_value *value = NULL;
    const struct hc_json_value *element = NULL;
    struct hc_json_look look = {false};
    enum hc_json_trouble trouble = HC_JSON_FINE;
    size_t bytes, first = rows->block.rows, count = 1;
    if (fault == HC_FAULT_NONE && in->record[record].len)
        fault = judge(layout, &rows->arena, in->record[record], &value, &trouble, &bytes);
    else if (fault == HC_FAULT_NONE)
        fault = HC_FAULT_JSON;
    *memory = trouble != HC_JSON_NO_MEMORY;
    if (fault == HC_FAULT_NONE)
        count = count_rows(layout, value, &element, &look);
    if (count > HC_BLOCK_ROWS) {
        fault = HC_FAULT_JSON;
        count = 1;
    }
    if (first + count > HC_BLOCK_ROWS)
        return false;
    for (size_t i = 0; i < count; i++) {
        add_row(rows, in, record, cells, fault);
        look.element = element;
        for (size_t c = 0; fault == HC_FAULT_NONE && c < layout->wanted; c++) {
            const struct hc_json_field *field = &layout->field[c];
            if (i > 0 && !field->of_each && !field->path->asks_element)
                cells->column[c][first + i] =
                    field->once ? HC_STR("") : cells->column[c][first];
            else
                cells->column[c][first + i] =
                    value_of(field->of_each ? element : value, field, &look);
        }
        element = element ? element->next : NULL;
    }
    if (look.doubled)
        for (size_t i = 0; i < count; i++) {
            hc_block_fault(&rows->block, first + i, HC_FAULT_JSON, 0);
            for (size_t c = 0; c < layout->wanted; c++)
                cells->column[c][first + i] = HC_STR("");
        }
    return true;
}

enum hc_status hc_ndjson_split(const struct hc_ndjson *layout, const struct hc_block *in,
                               struct hc_json_rows *rows, struct hc_cells *cells,
                               struct hc_err *err) {
    bool memory = true;
    rows->block.rows = rows->block.faults = 0;
    hc_arena_reset(&rows->arena);
    while (rows->next < in->rows && memory &&
           add_record(layout, in, rows->next, rows, cells, &memory))
        rows->next++;
    if (!memory)
        return hc_fail_memory(err);
    return rows->block.rows ? HC_OK : HC_END;
}

/* A resourceType is a name out of a closed list: it may be told where it looks like one. */
static struct hc_str plain_type(const struct hc_json_value *value) {
    struct hc_json_look look = {false};
    const struct hc_json_value *type =
        value && value->type == HC_JSON_MAP
            ? hc_json_member(value, HC_STR("resourceType"), &look)
            : NULL;
    struct hc_str name = type && type->type == HC_JSON_SCALAR ? type->text : HC_STR("");
    size_t letters = 0;
    while (letters < name.len && ((name.ptr[letters] | 32) >= 'a') &&
           ((name.ptr[letters] | 32) <= 'z'))
        letters++;
    return name.len <= 40 && letters == name.len && !look.doubled ? name : HC_STR("");
}

enum hc_status hc_ndjson_type(struct hc_str line, char *type, size_t size,
                              struct hc_err *err) {
    struct hc_arena arena = {0};
    enum hc_json_trouble trouble = HC_JSON_FINE;
    size_t bytes;
    const struct hc_json_value *value = hc_json_read(&arena, line, &trouble, &bytes);
    struct hc_str name = plain_type(value);
    snprintf(type, size, "%.*s", (int)name.len, name.ptr);
    hc_arena_free(&arena);
    return trouble == HC_JSON_NO_MEMORY ? hc_fail_memory(err) : HC_OK;
}

static void other_resource(const struct hc_ndjson *layout,
                           const struct hc_json_value *value, struct hc_err *err) {
    struct hc_str name = plain_type(value);
    hc_fail(err, HC_EDATA, "expected a resource with resourceType %s%s%.*s",
            layout->resource, name.len ? ", found " : "", (int)name.len, name.ptr);
    if (hc_str_is(name, "OperationOutcome"))
        hc_err_hint(err,
                    "the server could not export something: the delivery is not whole, "
                    "ask for it again");
}

enum hc_status hc_ndjson_where(const struct hc_ndjson *layout, const struct hc_block *block,
                               size_t row, size_t cell, struct hc_buf *out) {
    const struct hc_json_field *field = &layout->field[cell];
    struct hc_arena arena = {0};
    struct hc_json_value *value;
    const struct hc_json_value *element = NULL;
    struct hc_json_look look = {false};
    enum hc_json_trouble trouble;
    size_t bytes = 0, first = row;
    judge(layout, &arena, block->record[row], &value, &trouble, &bytes);
    if (value && value->type == HC_JSON_MAP) {
        while (first > 0 && !hc_block_ends(block, first - 1))
            first--;
        count_rows(layout, value, &element, &look);
        for (; first < row && element; first++)
            element = element->next;
        look.element = element;
        const struct hc_json_value *from = field->of_each ? element : value;
        const struct hc_json_value *found = hc_json_find(from, field->path, &look);
        if (found || from)
            hc_json_place(found ? found : from, out);
        if (!found)
            hc_json_path_names(field->path, out);
    }
    hc_arena_free(&arena);
    return out->failed ? HC_ENOMEM : HC_OK;
}

enum hc_status hc_ndjson_explain(const struct hc_ndjson *layout,
                                 const struct hc_block *block, size_t row,
                                 struct hc_err *err) {
    struct hc_arena arena = {0};
    struct hc_json_value *value;
    enum hc_json_trouble trouble;
    size_t bytes = 0;
    enum hc_fault_kind kind = (enum hc_fault_kind)block->fault[row].kind;
    if (kind != HC_FAULT_JSON && kind != HC_FAULT_DEPTH && kind != HC_FAULT_RESOURCE)
        return hc_block_explain(block, row, err);
    judge(layout, &arena, block->record[row], &value, &trouble, &bytes);
    if (kind == HC_FAULT_DEPTH)
        hc_fail(err, HC_EDATA, "JSON of more than %d levels", HC_JSON_DEPTH);
    else if (kind == HC_FAULT_RESOURCE)
        other_resource(layout, value, err);
    else if (trouble == HC_JSON_NUL_BYTE)
        hc_fail(err, HC_EDATA, "a JSON text holds a NUL");
    else if (!value && bytes >= block->record[row].len)
        hc_fail(err, HC_EDATA, "the line ends within its JSON object, it may be cut");
    else if (!value)
        hc_fail(err, HC_EDATA, "no JSON from byte %zu of the line on", bytes);
    else if (value->type != HC_JSON_MAP)
        hc_fail(err, HC_EDATA, "expected a JSON object");
    else
        hc_fail(err, HC_EDATA,
                "a name that is asked for stands twice in one JSON object, or %s has more "
                "than %d elements",
                layout->each ? layout->each : "a list", HC_BLOCK_ROWS);
    hc_arena_free(&arena);
    hc_block_at(block, row, err);
    return HC_EDATA;
}
