/* Values out of a YAML tree, every fault noted with its place. */
#include <stdarg.h>
#include <stdlib.h>

#include "base/num.h"
#include "base/yaml.h"

const struct hc_node *hc_node_get(const struct hc_node *map, const char *key) {
    if (!map || map->type != HC_NODE_MAP)
        return NULL;
    for (const struct hc_node *node = map->child; node; node = node->next)
        if (hc_str_is(node->key, key))
            return node;
    return NULL;
}

bool hc_node_is_null(const struct hc_node *node) {
    if (!node)
        return true;
    return node->type == HC_NODE_SCALAR && !node->quoted &&
           (node->text.len == 0 || hc_str_is(node->text, "~") ||
            hc_str_is(node->text, "null"));
}

void hc_fault(struct hc_faults *faults, const struct hc_node *node, const char *format,
              ...) {
    enum { SHOWN = 20 };
    faults->count++;
    if (faults->count > SHOWN)
        return;
    char *text = NULL;
    va_list args;
    va_start(args, format);
    int len = vasprintf(&text, format, args);
    va_end(args);
    if (len < 0) {
        faults->text.failed = true;
        return;
    }
    if (faults->text.len)
        hc_buf_putc(&faults->text, '\n');
    hc_buf_puts(&faults->text, node ? node->file : hc_yaml_name(faults->yaml));
    if (node)
        hc_buf_printf(&faults->text, ":%u:%u", node->line, node->column);
    hc_buf_printf(&faults->text, ": %s", text);
    free(text);
}

void hc_fault_memory(struct hc_faults *faults) {
    faults->count++;
    faults->text.failed = true;
}

void hc_check_keys(struct hc_faults *faults, const struct hc_node *map,
                   const char *const *allowed) {
    if (!map || map->type != HC_NODE_MAP)
        return;
    for (const struct hc_node *node = map->child; node; node = node->next) {
        const char *const *name = allowed;
        while (*name && !hc_str_is(node->key, *name))
            name++;
        if (*name)
            continue;
        const char *nearest = hc_str_nearest(node->key, allowed);
        hc_fault(faults, node,
                 nearest ? "unknown key '%.60s', did you mean '%s'?"
                         : "unknown key '%.60s'",
                 node->key.ptr, nearest);
    }
}

void hc_check_later(struct hc_faults *faults, const struct hc_node *map,
                    const char *const *later) {
    for (; *later; later++) {
        const struct hc_node *node = hc_node_get(map, *later);
        if (node)
            hc_fault(faults, node, "%s: not supported yet", *later);
    }
}

/* The scalar at key; NULL when it is absent, null or (a fault) no scalar. */
static const struct hc_node *scalar(struct hc_faults *faults, const struct hc_node *map,
                                    const char *key) {
    const struct hc_node *node = hc_node_get(map, key);
    if (hc_node_is_null(node))
        return NULL;
    if (node->type == HC_NODE_SCALAR)
        return node;
    hc_fault(faults, node, "%s: expected a single value", key);
    return NULL;
}

const char *hc_get_text(struct hc_faults *faults, const struct hc_node *map,
                        const char *key, bool required, const char *fallback) {
    size_t before = faults->count;
    const struct hc_node *node = scalar(faults, map, key);
    if (node)
        return node->text.ptr;
    if (required && faults->count == before)
        hc_fault(faults, map, "%s: missing", key);
    return fallback;
}

int64_t hc_get_int(struct hc_faults *faults, const struct hc_node *map, const char *key,
                   int64_t low, int64_t high, int64_t fallback) {
    const struct hc_node *node = scalar(faults, map, key);
    int64_t value;
    if (!node)
        return fallback;
    if (hc_parse_int(node->text, low, high, &value, NULL) == HC_OK)
        return value;
    hc_fault(faults, node, "%s: expected a whole number from %lld to %lld", key,
             (long long)low, (long long)high);
    return fallback;
}

bool hc_get_bool(struct hc_faults *faults, const struct hc_node *map, const char *key,
                 bool fallback) {
    const struct hc_node *node = scalar(faults, map, key);
    if (!node)
        return fallback;
    if (!node->quoted && hc_str_is(node->text, "true"))
        return true;
    if (!node->quoted && hc_str_is(node->text, "false"))
        return false;
    hc_fault(faults, node, "%s: expected true or false", key);
    return fallback;
}

const char *const *hc_get_texts(struct hc_faults *faults, const struct hc_node *map,
                                const char *key, bool required, size_t *count) {
    const struct hc_node *node = hc_node_get(map, key);
    *count = 0;
    bool absent = hc_node_is_null(node);
    if (absent && required)
        hc_fault(faults, map, "%s: missing", key);
    if (!absent && node->type == HC_NODE_MAP) {
        hc_fault(faults, node, "%s: expected a list", key);
        absent = true;
    }
    size_t room = absent ? 0 : node->type == HC_NODE_LIST ? node->children : 1;
    struct hc_arena *arena = hc_yaml_arena((struct hc_yaml *)faults->yaml);
    const char **texts = hc_arena_zalloc(arena, (room + 1) * sizeof *texts);
    static const char *const none[] = {NULL};
    if (!texts) {
        faults->text.failed = true;
        return none;
    }
    const struct hc_node *item = absent ? NULL : node;
    if (item && item->type == HC_NODE_LIST)
        item = item->child;
    for (; item && *count < room; item = item == node ? NULL : item->next) {
        if (item->type == HC_NODE_SCALAR && !hc_node_is_null(item))
            texts[(*count)++] = item->text.ptr;
        else
            hc_fault(faults, item, "%s: expected a single value", key);
    }
    return texts;
}

int hc_get_choice(struct hc_faults *faults, const struct hc_node *map, const char *key,
                  const char *const *choices, int fallback) {
    const struct hc_node *node = scalar(faults, map, key);
    if (!node)
        return fallback;
    for (int i = 0; choices[i]; i++)
        if (hc_str_is(node->text, choices[i]))
            return i;
    struct hc_buf all = {0};
    for (int i = 0; choices[i]; i++)
        hc_buf_printf(&all, "%s%s", i ? ", " : "", choices[i]);
    const char *nearest = hc_str_nearest(node->text, choices);
    if (nearest)
        hc_fault(faults, node, "%s: unknown '%.60s', did you mean '%s'?", key,
                 node->text.ptr, nearest);
    else
        hc_fault(faults, node, "%s: expected one of %s", key, hc_buf_text(&all));
    hc_buf_free(&all);
    return fallback;
}

enum hc_status hc_faults_end(struct hc_faults *faults, struct hc_err *err) {
    enum hc_status status = HC_OK;
    if (faults->text.failed)
        status = hc_fail_memory(err);
    else if (faults->count > 20)
        status = hc_fail(err, HC_ECONFIG, "%s\n... and %zu more",
                         hc_buf_text(&faults->text), faults->count - 20);
    else if (faults->count)
        status = hc_fail(err, HC_ECONFIG, "%s", hc_buf_text(&faults->text));
    hc_buf_free(&faults->text);
    return status;
}
