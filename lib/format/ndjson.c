#include "format/ndjson.h"

#include <stdlib.h>
#include <yajl/yajl_parse.h>

#include "base/num.h"

enum json_type { JSON_NULL, JSON_SCALAR, JSON_LIST, JSON_MAP };

struct json { /* one value of a line */
    enum json_type type;
    struct hc_str key, text; /* text as written; of a string, unescaped */
    struct json *child, *last, *next, *parent;
};

#define FILTERS 4 /* behind one name */

struct filter {
    bool by_index, differs; /* differs: those that do not lead to any of them */
    size_t index;
    struct step *path;
    struct hc_str is[FILTERS]; /* any of these */
    size_t iss;
    struct step *element; /* instead: any of the values there in the element */
    struct filter *next;
};
struct step {
    struct hc_str name;
    struct filter *filter;
    struct step *next;
};
struct hc_json_path { /* alternatives */
    struct step *step;
    bool asks_element; /* of the first: one of them does */
    struct hc_json_path *next;
};

/* ---- paths ---- */

static struct hc_str cut(struct hc_str *text, size_t at, size_t skip) {
    struct hc_str head = {text->ptr, at};
    at = at + skip > text->len ? text->len : at + skip;
    *text = (struct hc_str){text->ptr + at, text->len - at};
    return hc_str_trim(head);
}

static size_t find_byte(struct hc_str text, const char *any) {
    size_t i = 0;
    while (i < text.len && !strchr(any, text.ptr[i]))
        i++;
    return i;
}

static struct step *read_steps(struct hc_arena *arena, struct hc_str text, bool filters,
                               const char **reason);

static struct filter *read_filter(struct hc_arena *arena, struct hc_str text,
                                  const char **reason) {
    struct filter *f = hc_arena_zalloc(arena, sizeof *f);
    size_t equals = find_byte(text, "=");
    int64_t index;
    if (!f)
        return NULL;
    if (equals == text.len) {
        f->by_index = hc_parse_int(text, 0, 1 << 20, &index, NULL) == HC_OK;
        f->index = f->by_index ? (size_t)index : 0;
        *reason = "[...] is a number from 0, NAME=TEXT,TEXT, NAME!=TEXT or NAME=@NAME";
        return f->by_index ? f : NULL;
    }
    struct hc_str name = cut(&text, equals, 1);
    f->differs = name.len && name.ptr[name.len - 1] == '!';
    name.len -= f->differs;
    f->path = read_steps(arena, name, false, reason);
    if (!f->path)
        return NULL;
    text = hc_str_trim(text);
    if (text.len && text.ptr[0] == '@') {
        cut(&text, 0, 1);
        f->element = read_steps(arena, text, false, reason);
        return f->element ? f : NULL;
    }
    do {
        *reason = "[NAME=TEXT,TEXT] takes up to 4 texts";
        if (f->iss == FILTERS)
            return NULL;
        f->is[f->iss++] = cut(&text, find_byte(text, ","), 1);
    } while (text.len);
    return f;
}

static struct step *read_steps(struct hc_arena *arena, struct hc_str text, bool filters,
                               const char **reason) {
    struct step *first = NULL, **to = &first;
    *reason = "a path is NAME.NAME, with [...] behind a name";
    do {
        struct step *step = hc_arena_zalloc(arena, sizeof *step);
        if (!step)
            return NULL;
        size_t end = find_byte(text, filters ? ".[" : ".");
        step->name = hc_str_trim((struct hc_str){text.ptr, end});
        if (!step->name.len || find_byte(step->name, "[]|= ") < step->name.len)
            return NULL;
        cut(&text, end, 0);
        struct filter **filter = &step->filter;
        for (size_t filled = 0; text.len && text.ptr[0] == '['; filled++) {
            size_t close = find_byte(text, "]");
            if (close == text.len || filled == FILTERS)
                return NULL;
            struct hc_str inner = {text.ptr + 1, close - 1};
            *filter = read_filter(arena, inner, reason);
            if (!*filter)
                return NULL;
            filter = &(*filter)->next;
            cut(&text, close, 1);
        }
        *to = step;
        to = &step->next;
        if (!text.len)
            return first;
        if (text.ptr[0] != '.')
            return NULL;
        cut(&text, 0, 1);
    } while (true);
}

const struct hc_json_path *hc_json_path_read(struct hc_arena *arena, struct hc_str text,
                                             const char **reason) {
    struct hc_json_path *first = NULL, **to = &first;
    *reason = "out of memory";
    do {
        struct hc_json_path *path = hc_arena_zalloc(arena, sizeof *path);
        if (!path)
            return NULL;
        path->step = read_steps(arena, cut(&text, find_byte(text, "|"), 1), true, reason);
        if (!path->step)
            return NULL;
        *to = path;
        to = &path->next;
        for (const struct step *step = path->step; step; step = step->next)
            for (const struct filter *f = step->filter; f; f = f->next)
                first->asks_element |= f->element != NULL;
    } while (text.len);
    return first;
}

/* ---- a line ---- */

enum trouble { FINE, DEEP, NUL_BYTE, NO_MEMORY };
struct parse {
    struct hc_arena *arena;
    struct json *root, *at; /* at: the open list or map */
    struct hc_str key;
    unsigned depth;
    enum trouble trouble;
};

static struct hc_str keep(struct parse *p, const char *text, size_t len) {
    char *copy = hc_arena_copy(p->arena, (struct hc_str){text, len});
    if (!copy)
        p->trouble = NO_MEMORY;
    else if (memchr(text, 0, len))
        p->trouble = NUL_BYTE;
    return (struct hc_str){copy ? copy : "", copy ? len : 0};
}

static struct json *add(struct parse *p, enum json_type type) {
    struct json *value = hc_arena_zalloc(p->arena, sizeof *value);
    if (!value) {
        p->trouble = NO_MEMORY;
        return NULL;
    }
    *value = (struct json){.type = type, .key = p->key, .parent = p->at};
    p->key = (struct hc_str){"", 0};
    if (!p->at)
        p->root = value;
    else if (p->at->last)
        p->at->last->next = value;
    else
        p->at->child = value;
    if (p->at)
        p->at->last = value;
    return value;
}

static int on_scalar(struct parse *p, const char *text, size_t len) {
    struct json *value = add(p, JSON_SCALAR);
    if (value)
        value->text = keep(p, text, len);
    return p->trouble == FINE;
}
static int on_null(void *p) {
    return add(p, JSON_NULL) != NULL;
}
static int on_boolean(void *p, int value) {
    return on_scalar(p, value ? "true" : "false", value ? 4 : 5);
}
static int on_number(void *p, const char *text, size_t len) {
    return on_scalar(p, text, len);
}
static int on_string(void *p, const unsigned char *text, size_t len) {
    return on_scalar(p, (const char *)text, len);
}
static int on_key(void *at, const unsigned char *text, size_t len) {
    struct parse *p = at;
    p->key = keep(p, (const char *)text, len);
    return p->trouble == FINE;
}
static int open_value(struct parse *p, enum json_type type) {
    if (++p->depth > HC_JSON_DEPTH)
        p->trouble = DEEP;
    struct json *value = p->trouble == FINE ? add(p, type) : NULL;
    if (value)
        p->at = value;
    return value != NULL;
}
static int on_open_map(void *p) {
    return open_value(p, JSON_MAP);
}
static int on_open_list(void *p) {
    return open_value(p, JSON_LIST);
}
static int on_close(void *at) {
    struct parse *p = at;
    p->depth--;
    p->at = p->at->parent;
    return 1;
}

static const yajl_callbacks callbacks = {.yajl_null = on_null,
                                         .yajl_boolean = on_boolean,
                                         .yajl_number = on_number,
                                         .yajl_string = on_string,
                                         .yajl_start_map = on_open_map,
                                         .yajl_map_key = on_key,
                                         .yajl_end_map = on_close,
                                         .yajl_start_array = on_open_list,
                                         .yajl_end_array = on_close};

/* The value of a line, or NULL with what is wrong; bytes: how far it could be read. */
static struct json *parse(struct hc_arena *arena, struct hc_str line, enum trouble *trouble,
                          size_t *bytes) {
    struct parse p = {.arena = arena};
    yajl_handle handle = yajl_alloc(&callbacks, NULL, &p);
    *trouble = NO_MEMORY;
    if (!handle)
        return NULL;
    yajl_status status = yajl_parse(handle, (const unsigned char *)line.ptr, line.len);
    *bytes = yajl_get_bytes_consumed(handle);
    if (status == yajl_status_ok)
        status = yajl_complete_parse(handle);
    yajl_free(handle);
    *trouble = p.trouble;
    return status == yajl_status_ok && p.trouble == FINE ? p.root : NULL;
}

/* ---- values ---- */

struct look {
    bool doubled;               /* a name that a path asks for stands twice */
    const struct json *element; /* of the row; NULL: none */
};

static const struct json *member(const struct json *map, struct hc_str name,
                                 struct look *look) {
    const struct json *found = NULL;
    for (const struct json *c = map->child; c; c = c->next) {
        if (!hc_str_eq(c->key, name))
            continue;
        look->doubled |= found != NULL;
        found = found ? found : c;
    }
    return found;
}

static bool leads_to(const struct json *value, const struct step *step, struct hc_str is,
                     struct look *look) {
    if (value->type == JSON_LIST) {
        for (const struct json *c = value->child; c; c = c->next)
            if (leads_to(c, step, is, look))
                return true;
        return false;
    }
    if (!step)
        return value->type == JSON_SCALAR && hc_str_eq(value->text, is);
    const struct json *next =
        value->type == JSON_MAP ? member(value, step->name, look) : NULL;
    return next && leads_to(next, step->next, is, look);
}

static const struct json *find(const struct json *value, const struct step *step,
                               struct look *look);

/* Does value lead to what the element names by step? any: the element names something. */
static bool element_names(const struct json *value, const struct filter *f,
                          const struct json *at, const struct step *step, bool *any,
                          struct look *look) {
    if (at->type == JSON_LIST) {
        bool named = false;
        for (const struct json *c = at->child; c && !named; c = c->next)
            named = element_names(value, f, c, step, any, look);
        return named;
    }
    if (!step) {
        *any |= at->type == JSON_SCALAR;
        return at->type == JSON_SCALAR && leads_to(value, f->path, at->text, look);
    }
    const struct json *next = at->type == JSON_MAP ? member(at, step->name, look) : NULL;
    return next && element_names(value, f, next, step->next, any, look);
}

static bool passes(const struct json *value, const struct filter *f, struct look *look) {
    bool found = false, any = false;
    if (f->element) {
        found =
            look->element && element_names(value, f, look->element, f->element, &any, look);
        return any ? found != f->differs : true;
    }
    for (size_t i = 0; i < f->iss && !found; i++)
        found = leads_to(value, f->path, f->is[i], look);
    return found != f->differs;
}

/* Of the elements that pass every filter, each in its turn, the first in which the rest is
 * found. */
static const struct json *choose(const struct json *value, const struct filter *filter,
                                 const struct step *rest, struct look *look) {
    const struct json *found = NULL;
    bool list = value->type == JSON_LIST;
    size_t passed[FILTERS] = {0};
    for (const struct json *c = list ? value->child : value; c && !found;
         c = list ? c->next : NULL) {
        const struct filter *f = filter;
        if (c->type == JSON_LIST) {
            found = choose(c, filter, rest, look);
            continue;
        }
        for (size_t k = 0; f; f = f->next, k++)
            if (f->by_index ? passed[k]++ != f->index : !passes(c, f, look))
                break;
        if (!f)
            found = find(c, rest, look);
    }
    return found;
}

static const struct json *find(const struct json *value, const struct step *step,
                               struct look *look) {
    if (!step)
        return value->type == JSON_SCALAR ? value : NULL;
    if (value->type != JSON_MAP)
        return NULL;
    const struct json *next = member(value, step->name, look);
    return next ? choose(next, step->filter, step->next, look) : NULL;
}

static const struct json *found_by(const struct json *from,
                                   const struct hc_json_field *field, struct look *look) {
    const struct json *found = NULL;
    for (const struct hc_json_path *p = field->path; from && p && !found; p = p->next)
        found = find(from, p->step, look);
    return found;
}

static struct hc_str value_of(const struct json *from, const struct hc_json_field *field,
                              struct look *look) {
    const struct json *found = found_by(from, field, look);
    struct hc_str text = found ? found->text : HC_STR("");
    if (field->day && text.len > 10 && text.ptr[10] == 'T')
        text.len = 10;
    for (size_t i = text.len; field->last && i > 0; i--)
        if (text.ptr[i - 1] == '/')
            return (struct hc_str){text.ptr + i, text.len - i};
    return text;
}

/* ---- rows ---- */

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
                                struct hc_str line, struct json **value,
                                enum trouble *trouble, size_t *bytes) {
    struct look look = {false};
    *value = parse(arena, line, trouble, bytes);
    if (*trouble == DEEP)
        return HC_FAULT_DEPTH;
    if (!*value || (*value)->type != JSON_MAP)
        return HC_FAULT_JSON;
    const struct json *type =
        layout->resource ? member(*value, HC_STR("resourceType"), &look) : NULL;
    if (layout->resource && (!type || type->type != JSON_SCALAR ||
                             !hc_str_is(type->text, layout->resource) || look.doubled))
        return HC_FAULT_RESOURCE;
    return HC_FAULT_NONE;
}

static size_t count_rows(const struct hc_ndjson *layout, const struct json *value,
                         const struct json **element, struct look *look) {
    const struct json *list =
        layout->each ? member(value, hc_str_of(layout->each), look) : NULL;
    size_t count = 0;
    *element = list && list->type == JSON_LIST ? list->child : NULL;
    for (const struct json *c = *element; c; c = c->next)
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
    struct json *value = NULL;
    const struct json *element = NULL;
    struct look look = {false};
    enum trouble trouble = FINE;
    size_t bytes, first = rows->block.rows, count = 1;
    if (fault == HC_FAULT_NONE && in->record[record].len)
        fault = judge(layout, &rows->arena, in->record[record], &value, &trouble, &bytes);
    else if (fault == HC_FAULT_NONE)
        fault = HC_FAULT_JSON;
    *memory = trouble != NO_MEMORY;
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
static void other_resource(const struct hc_ndjson *layout, const struct json *value,
                           struct hc_err *err) {
    struct look look = {false};
    const struct json *type = member(value, HC_STR("resourceType"), &look);
    struct hc_str name = type ? type->text : HC_STR("");
    size_t letters = 0;
    while (letters < name.len && ((name.ptr[letters] | 32) >= 'a') &&
           ((name.ptr[letters] | 32) <= 'z'))
        letters++;
    bool plain = name.len > 0 && name.len <= 40 && letters == name.len && !look.doubled;
    hc_fail(err, HC_EDATA, "expected a resource with resourceType %s%s%.*s",
            layout->resource, plain ? ", found " : "", plain ? (int)name.len : 0, name.ptr);
    if (plain && hc_str_is(name, "OperationOutcome"))
        hc_err_hint(err,
                    "the server could not export something: the delivery is not whole, "
                    "ask for it again");
}

/* The path of a value from the resource on: item[1].adjudication[0].amount.value. Its names
 * are those a feed asks for. */
static void write_path(const struct json *value, struct hc_buf *out) {
    if (!value->parent)
        return;
    write_path(value->parent, out);
    if (value->parent->type == JSON_LIST) {
        size_t at = 0;
        for (const struct json *c = value->parent->child; c != value; c = c->next)
            at++;
        hc_buf_printf(out, "[%zu]", at);
    } else {
        hc_buf_printf(out, "%s%.*s", out->len ? "." : "", (int)value->key.len,
                      value->key.ptr);
    }
}

/* Where a value should have been: the names of the first alternative. */
static void write_asked(const struct json *from, const struct hc_json_field *field,
                        struct hc_buf *out) {
    if (from)
        write_path(from, out);
    for (const struct step *step = field->path->step; step; step = step->next)
        hc_buf_printf(out, "%s%.*s", out->len ? "." : "", (int)step->name.len,
                      step->name.ptr);
}

enum hc_status hc_ndjson_where(const struct hc_ndjson *layout, const struct hc_block *block,
                               size_t row, size_t cell, struct hc_buf *out) {
    const struct hc_json_field *field = &layout->field[cell];
    struct hc_arena arena = {0};
    struct json *value;
    const struct json *element = NULL;
    struct look look = {false};
    enum trouble trouble;
    size_t bytes = 0, first = row;
    judge(layout, &arena, block->record[row], &value, &trouble, &bytes);
    if (value && value->type == JSON_MAP) {
        while (first > 0 && !hc_block_ends(block, first - 1))
            first--;
        count_rows(layout, value, &element, &look);
        for (; first < row && element; first++)
            element = element->next;
        look.element = element;
        const struct json *from = field->of_each ? element : value;
        const struct json *found = found_by(from, field, &look);
        if (found)
            write_path(found, out);
        else
            write_asked(from, field, out);
    }
    hc_arena_free(&arena);
    return out->failed ? HC_ENOMEM : HC_OK;
}

enum hc_status hc_ndjson_explain(const struct hc_ndjson *layout,
                                 const struct hc_block *block, size_t row,
                                 struct hc_err *err) {
    struct hc_arena arena = {0};
    struct json *value;
    enum trouble trouble;
    size_t bytes = 0;
    enum hc_fault_kind kind = (enum hc_fault_kind)block->fault[row].kind;
    if (kind != HC_FAULT_JSON && kind != HC_FAULT_DEPTH && kind != HC_FAULT_RESOURCE)
        return hc_block_explain(block, row, err);
    judge(layout, &arena, block->record[row], &value, &trouble, &bytes);
    if (kind == HC_FAULT_DEPTH)
        hc_fail(err, HC_EDATA, "JSON of more than %d levels", HC_JSON_DEPTH);
    else if (kind == HC_FAULT_RESOURCE)
        other_resource(layout, value, err);
    else if (trouble == NUL_BYTE)
        hc_fail(err, HC_EDATA, "a JSON text holds a NUL");
    else if (!value && bytes >= block->record[row].len)
        hc_fail(err, HC_EDATA, "the line ends within its JSON object, it may be cut");
    else if (!value)
        hc_fail(err, HC_EDATA, "no JSON from byte %zu of the line on", bytes);
    else if (value->type != JSON_MAP)
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
