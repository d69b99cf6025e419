#include "base/yaml.h"

#include <stdlib.h>
#include <yaml.h>

#include "base/file.h"
#include "base/map.h"

struct limits {
    size_t bytes, events;
    unsigned depth;
};
static const struct limits narrow = {1 << 20, 100000, 64};
static const struct limits wide = {64 << 20, 10000000, 64};

struct hc_yaml {
    struct hc_arena arena;
    struct hc_node *root;
    const char *name;
};

struct level { /* a container that is open */
    struct hc_node *node, *last;
    bool has_key;
    struct hc_str key;   /* of the value that comes next */
    struct hc_map *keys; /* seen so far; made when there are many */
};
struct build {
    struct hc_yaml *yaml;
    const struct limits *limits;
    struct hc_err *err;
    struct level level[64];
    unsigned depth;
    size_t events;
    unsigned documents;
};

static enum hc_status refuse(struct build *b, yaml_mark_t mark, const char *what) {
    hc_fail(b->err, HC_ECONFIG, "%s", what);
    hc_err_at_file(b->err, b->yaml->name);
    hc_err_at_line(b->err, (unsigned)mark.line + 1, (unsigned)mark.column + 1);
    return HC_ECONFIG;
}

/* Few keys are compared one by one; many, by a map: a hostile file must not take n^2. */
static enum hc_status check_duplicate(struct build *b, struct level *l, struct hc_str key,
                                      yaml_mark_t mark) {
    enum { FEW = 16 };
    bool added = true;
    uint32_t id;
    if (!l->keys && l->node->children < FEW) {
        for (struct hc_node *n = l->node->child; n; n = n->next)
            added = added && !hc_str_eq(n->key, key);
    } else {
        enum hc_status status = HC_OK;
        if (!l->keys) {
            status = hc_map_new(&l->keys, b->err);
            for (struct hc_node *n = l->node->child; n && status == HC_OK; n = n->next)
                status = hc_map_add(l->keys, n->key, &id, NULL, b->err);
        }
        if (status == HC_OK)
            status = hc_map_add(l->keys, key, &id, &added, b->err);
        if (status != HC_OK)
            return status;
    }
    if (added)
        return HC_OK;
    char what[160];
    snprintf(what, sizeof what, "duplicate key '%.*s'", key.len > 80 ? 80 : (int)key.len,
             key.ptr);
    return refuse(b, mark, what);
}

static enum hc_status add_node(struct build *b, enum hc_node_type type, yaml_mark_t mark,
                               struct hc_node **out) {
    struct hc_node *node = hc_arena_zalloc(&b->yaml->arena, sizeof *node);
    if (!node)
        return hc_fail_memory(b->err);
    node->type = type;
    node->file = b->yaml->name;
    node->line = (unsigned)mark.line + 1;
    node->column = (unsigned)mark.column + 1;
    node->key = node->text = HC_STR("");
    *out = node;
    if (b->depth == 0) {
        b->yaml->root = node;
        return HC_OK;
    }
    struct level *l = &b->level[b->depth - 1];
    if (l->node->type == HC_NODE_MAP) {
        if (!l->has_key)
            return refuse(b, mark, "expected a plain key");
        node->key = l->key;
        l->has_key = false;
    }
    if (l->last)
        l->last->next = node;
    else
        l->node->child = node;
    l->last = node;
    l->node->children++;
    return HC_OK;
}

static enum hc_status copy_text(struct build *b, const yaml_event_t *event,
                                struct hc_str *text) {
    text->len = event->data.scalar.length;
    text->ptr = hc_arena_copy(&b->yaml->arena,
                              (struct hc_str){(char *)event->data.scalar.value, text->len});
    if (!text->ptr)
        return hc_fail_memory(b->err);
    if (!hc_str_is_text(*text)) /* "\0" and "\ud800" are escapes that libyaml lets pass */
        return refuse(b, event->start_mark, "text holds a character that is not allowed");
    return HC_OK;
}

static enum hc_status on_scalar(struct build *b, const yaml_event_t *event) {
    struct level *l = b->depth ? &b->level[b->depth - 1] : NULL;
    struct hc_str text;
    struct hc_node *node;
    if (event->data.scalar.tag)
        return refuse(b, event->start_mark, "tags are not allowed");
    enum hc_status status = copy_text(b, event, &text);
    if (status != HC_OK)
        return status;
    if (l && l->node->type == HC_NODE_MAP && !l->has_key) {
        l->key = text;
        l->has_key = true;
        return check_duplicate(b, l, text, event->start_mark);
    }
    status = add_node(b, HC_NODE_SCALAR, event->start_mark, &node);
    if (status == HC_OK) {
        node->text = text;
        node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    }
    return status;
}

static enum hc_status on_open(struct build *b, enum hc_node_type type, const void *tag,
                              yaml_mark_t mark) {
    struct hc_node *node;
    if (tag)
        return refuse(b, mark, "tags are not allowed");
    if (b->depth == b->limits->depth)
        return refuse(b, mark, "nested too deeply");
    enum hc_status status = add_node(b, type, mark, &node);
    if (status == HC_OK)
        b->level[b->depth++] = (struct level){.node = node};
    return status;
}

static enum hc_status on_event(struct build *b, const yaml_event_t *event) {
    if (++b->events > b->limits->events)
        return refuse(b, event->start_mark, "too many entries");
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return on_scalar(b, event);
    case YAML_SEQUENCE_START_EVENT:
        return on_open(b, HC_NODE_LIST, event->data.sequence_start.tag, event->start_mark);
    case YAML_MAPPING_START_EVENT:
        return on_open(b, HC_NODE_MAP, event->data.mapping_start.tag, event->start_mark);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        hc_map_free(b->level[--b->depth].keys);
        return HC_OK;
    case YAML_ALIAS_EVENT:
        return refuse(b, event->start_mark, "aliases are not allowed");
    case YAML_DOCUMENT_START_EVENT:
        if (b->documents++ > 0)
            return refuse(b, event->start_mark, "expected one document");
        return HC_OK;
    default:
        return HC_OK;
    }
}

/* Did the parser come to the end of what is there, and wanted more? Its marks count
 * characters; where bytes are no text, it tells their offset. What is cut within an escape
 * or a number is found at its start. */
static bool wanted_more(const yaml_parser_t *parser, struct hc_str text) {
    enum { TOKEN = 7 }; /* \u00e9 and the quote */
    size_t at = 0;
    text = hc_str_trim(text);
    if (parser->error == YAML_READER_ERROR)
        return parser->problem_offset + 4 > text.len &&
               strstr(parser->problem, "incomplete") != NULL;
    for (size_t i = 0; i < text.len; i++)
        at += ((unsigned char)text.ptr[i] & 0xc0) != 0x80;
    bool closed = text.len && strchr("}]", text.ptr[text.len - 1]);
    return parser->problem_mark.index + (closed ? 0 : TOKEN) >= at;
}

static yaml_mark_t mark_of_byte(struct hc_str text, size_t offset) {
    yaml_mark_t mark = {0};
    for (size_t i = 0; i < text.len && i < offset; i++) {
        mark.line += text.ptr[i] == '\n';
        mark.column = text.ptr[i] == '\n' ? 0 : mark.column + 1;
    }
    return mark;
}

static enum hc_status parser_failed(struct build *b, const yaml_parser_t *parser,
                                    struct hc_str text) {
    bool json = b->limits == &wide;
    char what[256];
    if (parser->error == YAML_MEMORY_ERROR)
        return hc_fail_memory(b->err);
    if (json && wanted_more(parser, text)) {
        size_t end = hc_str_trim(text).len;
        snprintf(what, sizeof what,
                 "cut off: the JSON is not complete at its last byte, %zu", text.len);
        return refuse(b, mark_of_byte(text, end ? end - 1 : 0), what);
    }
    snprintf(what, sizeof what, "no valid %s: %s", json ? "JSON" : "YAML",
             parser->problem ? parser->problem : "unreadable");
    return refuse(b,
                  parser->error == YAML_READER_ERROR
                      ? mark_of_byte(text, parser->problem_offset)
                      : parser->problem_mark,
                  what);
}

/* libyaml's scanner keeps a token a flow level: deep nesting is refused by on_open long
 * before it costs, because events are asked for one by one. */
static enum hc_status build_tree(struct build *b, struct hc_str text) {
    yaml_parser_t parser;
    enum hc_status status = HC_OK;
    bool ended = false;
    if (!yaml_parser_initialize(&parser))
        return hc_fail_memory(b->err);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text.ptr, text.len);
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    while (status == HC_OK && !ended) {
        yaml_event_t event;
        if (!yaml_parser_parse(&parser, &event)) {
            status = parser_failed(b, &parser, text);
            break;
        }
        ended = event.type == YAML_STREAM_END_EVENT;
        status = on_event(b, &event);
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    while (b->depth > 0)
        hc_map_free(b->level[--b->depth].keys);
    return status;
}

enum hc_status hc_yaml_parse(struct hc_yaml **yaml, const char *name, struct hc_str text,
                             bool ours, struct hc_err *err) {
    *yaml = NULL;
    struct build b = {.limits = ours ? &wide : &narrow, .err = err};
    b.yaml = calloc(1, sizeof *b.yaml);
    enum hc_status status = b.yaml ? HC_OK : hc_fail_memory(err);
    if (status == HC_OK) {
        b.yaml->name = hc_arena_copy(&b.yaml->arena, hc_str_of(name));
        status = b.yaml->name ? HC_OK : hc_fail_memory(err);
    }
    if (status == HC_OK && text.len > b.limits->bytes)
        status = refuse(&b, (yaml_mark_t){0}, "too large");
    if (status == HC_OK)
        status = build_tree(&b, text);
    if (status == HC_OK && !b.yaml->root)
        status = refuse(&b, (yaml_mark_t){0}, "is empty");
    if (status == HC_OK)
        *yaml = b.yaml;
    else
        hc_yaml_free(b.yaml);
    return status;
}

enum hc_status hc_yaml_read(struct hc_yaml **yaml, const char *path, struct hc_err *err) {
    struct hc_buf text = {0};
    *yaml = NULL;
    enum hc_status status = hc_read_file(path, narrow.bytes, &text, err);
    if (status == HC_EDATA && err)
        err->status = HC_ECONFIG; /* too large */
    if (status == HC_EDATA)
        status = HC_ECONFIG;
    if (status == HC_OK)
        status = hc_yaml_parse(yaml, path, hc_buf_str(&text), false, err);
    hc_buf_free(&text);
    return status;
}

const struct hc_node *hc_yaml_root(const struct hc_yaml *yaml) {
    return yaml->root;
}

const char *hc_yaml_name(const struct hc_yaml *yaml) {
    return yaml->name;
}

struct hc_arena *hc_yaml_arena(struct hc_yaml *yaml) {
    return &yaml->arena;
}

void hc_yaml_free(struct hc_yaml *yaml) {
    if (!yaml)
        return;
    hc_arena_free(&yaml->arena);
    free(yaml);
}
