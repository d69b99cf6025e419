#include "base/json.h"

#include "base/yaml.h"

void hc_json_start(struct hc_json *json, struct hc_buf *buf, bool pretty) {
    *json = (struct hc_json){.buf = buf, .pretty = pretty};
    json->first[0] = true;
}

/* Bytes that are no UTF-8 (names of files may hold them) become U+FFFD. */
static void put_quoted(struct hc_buf *buf, struct hc_str text) {
    bool valid = hc_str_is_text(text);
    hc_buf_putc(buf, '"');
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c == '"' || c == '\\')
            hc_buf_putc(buf, '\\'), hc_buf_putc(buf, (char)c);
        else if (c == '\n')
            hc_buf_puts(buf, "\\n");
        else if (c < 0x20 || c == 0x7f)
            hc_buf_printf(buf, "\\u%04x", c);
        else if (c >= 0x80 && !valid)
            hc_buf_puts(buf, "\\ufffd");
        else
            hc_buf_putc(buf, (char)c);
    }
    hc_buf_putc(buf, '"');
}

static bool on_one_line(const struct hc_json *json) {
    return !json->pretty || json->inline_[json->depth];
}

static void new_line(struct hc_json *json) {
    hc_buf_putc(json->buf, '\n');
    for (int i = 0; i < json->depth; i++)
        hc_buf_puts(json->buf, "  ");
}

static void before_value(struct hc_json *json, const char *key) {
    bool first = json->first[json->depth];
    json->first[json->depth] = false;
    if (!first)
        hc_buf_putc(json->buf, ',');
    if (!on_one_line(json) && json->depth > 0)
        new_line(json);
    else if (!first)
        hc_buf_putc(json->buf, ' ');
    if (key) {
        put_quoted(json->buf, hc_str_of(key));
        hc_buf_puts(json->buf, ": ");
    }
}

/* The closing byte is kept by the opening one: depth n opened with it. */
static void open_container(struct hc_json *json, const char *key, char open) {
    before_value(json, key);
    hc_buf_putc(json->buf, open);
    if (json->depth + 1 >= (int)(sizeof json->first / sizeof *json->first)) {
        json->buf->failed = true; /* a fault of ours: the caller finds out at the end */
        return;
    }
    bool inherits = json->inline_[json->depth];
    json->depth++;
    json->first[json->depth] = true;
    json->inline_[json->depth] = inherits;
    json->array[json->depth] = open == '[';
}

void hc_json_object(struct hc_json *json, const char *key) {
    open_container(json, key, '{');
}

void hc_json_array(struct hc_json *json, const char *key) {
    open_container(json, key, '[');
}

void hc_json_inline(struct hc_json *json) {
    json->inline_[json->depth] = true;
}

void hc_json_end(struct hc_json *json) {
    if (json->depth == 0)
        return;
    bool line = on_one_line(json) || json->first[json->depth];
    char close = json->array[json->depth] ? ']' : '}';
    json->depth--;
    if (!line)
        new_line(json);
    hc_buf_putc(json->buf, close);
    if (json->depth == 0 && json->pretty)
        hc_buf_putc(json->buf, '\n');
}

void hc_json_str(struct hc_json *json, const char *key, struct hc_str value) {
    before_value(json, key);
    put_quoted(json->buf, value);
}

void hc_json_text(struct hc_json *json, const char *key, const char *value) {
    if (value)
        hc_json_str(json, key, hc_str_of(value));
    else
        hc_json_null(json, key);
}

void hc_json_int(struct hc_json *json, const char *key, int64_t value) {
    before_value(json, key);
    hc_buf_printf(json->buf, "%lld", (long long)value);
}

void hc_json_bool(struct hc_json *json, const char *key, bool value) {
    before_value(json, key);
    hc_buf_puts(json->buf, value ? "true" : "false");
}

void hc_json_null(struct hc_json *json, const char *key) {
    before_value(json, key);
    hc_buf_puts(json->buf, "null");
}

void hc_json_sum(struct hc_json *json, const char *key, hc_i128 value) {
    char text[HC_NUM_SIZE];
    hc_json_text(json, key, hc_format_scaled(value, 0, text));
}

static void put_scalar(struct hc_json *json, const char *key, const struct hc_node *node) {
    int64_t number;
    if (hc_node_is_null(node))
        hc_json_null(json, key);
    else if (!node->quoted && hc_str_is(node->text, "true"))
        hc_json_bool(json, key, true);
    else if (!node->quoted && hc_str_is(node->text, "false"))
        hc_json_bool(json, key, false);
    else if (!node->quoted &&
             hc_parse_int(node->text, INT64_MIN, INT64_MAX, &number, NULL) == HC_OK)
        hc_json_int(json, key, number);
    else
        hc_json_str(json, key, node->text);
}

void hc_json_node(struct hc_json *json, const char *key, const struct hc_node *node) {
    if (node->type == HC_NODE_SCALAR) {
        put_scalar(json, key, node);
        return;
    }
    if (node->type == HC_NODE_MAP)
        hc_json_object(json, key);
    else
        hc_json_array(json, key);
    if (node->child && node->child->line == node->line)
        hc_json_inline(json);
    for (const struct hc_node *child = node->child; child; child = child->next)
        hc_json_node(json, node->type == HC_NODE_MAP ? child->key.ptr : NULL, child);
    hc_json_end(json);
}
