#include "format/json_tree.h"

#include <yajl/yajl_parse.h>

struct parse {
    struct hc_arena *arena;
    struct hc_json_value *root, *at; /* at: the open list or map */
    struct hc_str key;
    unsigned depth;
    enum hc_json_trouble trouble;
};

static struct hc_str keep(struct parse *p, const char *text, size_t len) {
    char *copy = hc_arena_copy(p->arena, (struct hc_str){text, len});
    if (!copy)
        p->trouble = HC_JSON_NO_MEMORY;
    else if (memchr(text, 0, len))
        p->trouble = HC_JSON_NUL_BYTE;
    return (struct hc_str){copy ? copy : "", copy ? len : 0};
}

static struct hc_json_value *add(struct parse *p, enum hc_json_type type) {
    struct hc_json_value *value = hc_arena_zalloc(p->arena, sizeof *value);
    if (!value) {
        p->trouble = HC_JSON_NO_MEMORY;
        return NULL;
    }
    *value = (struct hc_json_value){.type = type, .key = p->key, .parent = p->at};
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
    struct hc_json_value *value = add(p, HC_JSON_SCALAR);
    if (value)
        value->text = keep(p, text, len);
    return p->trouble == HC_JSON_FINE;
}
static int on_null(void *p) {
    return add(p, HC_JSON_NULL) != NULL;
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
    return p->trouble == HC_JSON_FINE;
}
static int open_value(struct parse *p, enum hc_json_type type) {
    if (++p->depth > HC_JSON_DEPTH)
        p->trouble = HC_JSON_DEEP;
    struct hc_json_value *value = p->trouble == HC_JSON_FINE ? add(p, type) : NULL;
    if (value)
        p->at = value;
    return value != NULL;
}
static int on_open_map(void *p) {
    return open_value(p, HC_JSON_MAP);
}
static int on_open_list(void *p) {
    return open_value(p, HC_JSON_LIST);
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

struct hc_json_value *hc_json_read(struct hc_arena *arena, struct hc_str line,
                                   enum hc_json_trouble *trouble, size_t *bytes) {
    struct parse p = {.arena = arena};
    yajl_handle handle = yajl_alloc(&callbacks, NULL, &p);
    *trouble = HC_JSON_NO_MEMORY;
    if (!handle)
        return NULL;
    yajl_status status = yajl_parse(handle, (const unsigned char *)line.ptr, line.len);
    *bytes = yajl_get_bytes_consumed(handle);
    if (status == yajl_status_ok)
        status = yajl_complete_parse(handle);
    yajl_free(handle);
    *trouble = p.trouble;
    return status == yajl_status_ok && p.trouble == HC_JSON_FINE ? p.root : NULL;
}

bool hc_json_cut(struct hc_str text) {
    yajl_handle handle = yajl_alloc(NULL, NULL, NULL);
    bool cut =
        handle && hc_str_trim(text).len > 0 &&
        yajl_parse(handle, (const unsigned char *)text.ptr, text.len) == yajl_status_ok &&
        yajl_complete_parse(handle) != yajl_status_ok;
    if (handle)
        yajl_free(handle);
    return cut;
}

const struct hc_json_value *hc_json_member(const struct hc_json_value *map,
                                           struct hc_str name, struct hc_json_look *look) {
    const struct hc_json_value *found = NULL;
    for (const struct hc_json_value *c = map->child; c; c = c->next) {
        if (!hc_str_eq(c->key, name))
            continue;
        look->doubled |= found != NULL;
        found = found ? found : c;
    }
    return found;
}

void hc_json_place(const struct hc_json_value *value, struct hc_buf *out) {
    if (!value->parent)
        return;
    hc_json_place(value->parent, out);
    if (value->parent->type == HC_JSON_LIST) {
        size_t at = 0;
        for (const struct hc_json_value *c = value->parent->child; c != value; c = c->next)
            at++;
        hc_buf_printf(out, "[%zu]", at);
    } else {
        hc_buf_printf(out, "%s%.*s", out->len ? "." : "", (int)value->key.len,
                      value->key.ptr);
    }
}
