#include "pipeline/params.h"

#include <stdlib.h>

static const struct hc_param *find(const struct hc_params *params, struct hc_str name) {
    for (size_t i = 0; i < params->count; i++)
        if (hc_str_is(name, params->param[i].name))
            return &params->param[i];
    return NULL;
}

static const char *nearest(const struct hc_params *params, struct hc_str name) {
    const char **names =
        hc_arena_zalloc(params->arena, (params->count + 1) * sizeof *names);
    if (!names)
        return NULL;
    for (size_t i = 0; i < params->count; i++)
        names[i] = params->param[i].name;
    return hc_str_nearest(name, names);
}

/* The value of what stands between ${ and }, or NULL after a fault. */
static const char *value_of(const struct hc_params *params, struct hc_str name,
                            const struct hc_node *node, struct hc_faults *faults) {
    if (name.len > 4 && memcmp(name.ptr, "ENV:", 4) == 0) {
        const char *variable =
            hc_arena_copy(params->arena, (struct hc_str){name.ptr + 4, name.len - 4});
        const char *value = variable ? getenv(variable) : NULL;
        if (!value)
            hc_fault(faults, node, "${%.*s}: there is no such environment variable",
                     (int)name.len, name.ptr);
        return value;
    }
    const struct hc_param *param = find(params, name);
    if (!param) {
        const char *near = nearest(params, name);
        hc_fault(faults, node, "${%.*s}: no such parameter%s%s%s", (int)name.len, name.ptr,
                 near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
        return NULL;
    }
    if (!param->value)
        hc_fault(faults, node, "${%s}: has no value; give one with --set %s=VALUE",
                 param->name, param->name);
    return param->value;
}

const char *hc_params_expand(const struct hc_params *params, const struct hc_node *node,
                             struct hc_faults *faults) {
    struct hc_buf text = {0};
    const char *at = node->text.ptr, *end = at + node->text.len;
    bool good = true;
    while (at < end) {
        if (at[0] != '$' || at + 1 == end || (at[1] != '{' && at[1] != '$')) {
            hc_buf_putc(&text, *at++);
        } else if (at[1] == '$') {
            hc_buf_putc(&text, '$');
            at += 2;
        } else {
            const char *close = memchr(at, '}', (size_t)(end - at));
            if (!close) {
                hc_fault(faults, node, "'${' without its '}'");
                good = false;
                break;
            }
            struct hc_str name = {at + 2, (size_t)(close - at) - 2};
            const char *value = value_of(params, name, node, faults);
            good = good && value;
            hc_buf_puts(&text, value ? value : "");
            at = close + 1;
        }
    }
    char *result =
        good ? hc_arena_copy(params->arena, hc_str_of(hc_buf_text(&text))) : NULL;
    hc_buf_free(&text);
    return result;
}

static void put(struct hc_params *params, const char *name, const char *text,
                const char *value) {
    for (size_t i = 0; i < params->count; i++)
        if (strcmp(params->param[i].name, name) == 0) {
            params->param[i].text = text;
            params->param[i].value = value;
            return;
        }
    params->param[params->count++] = (struct hc_param){name, text, value};
}

/* What --set gives stands already while `params` is read, so that a parameter made of
 * others follows the setting. */
static const char *setting_of(const struct hc_opt_list *settings, struct hc_str name) {
    const char *value = NULL;
    for (size_t i = 0; i < settings->count; i++)
        if (strncmp(settings->item[i], name.ptr, name.len) == 0 &&
            settings->item[i][name.len] == '=')
            value = settings->item[i] + name.len + 1;
    return value;
}

static enum hc_status check_settings(const struct hc_params *params,
                                     const struct hc_opt_list *settings,
                                     struct hc_err *err) {
    for (size_t i = 0; i < settings->count; i++) {
        const char *equals = strchr(settings->item[i], '=');
        if (!equals || equals == settings->item[i]) {
            hc_fail(err, HC_EUSAGE, "expected NAME=VALUE, found '%s'", settings->item[i]);
            hc_err_at_field(err, "--set");
            return HC_EUSAGE;
        }
        struct hc_str name = {settings->item[i], (size_t)(equals - settings->item[i])};
        if (find(params, name) && !hc_str_is(name, "out"))
            continue;
        const char *near = nearest(params, name);
        hc_fail(err, HC_EUSAGE, "the pipeline has no parameter '%.*s'%s%s%s", (int)name.len,
                name.ptr, near ? "; did you mean '" : "", near ? near : "",
                near ? "'?" : "");
        hc_err_at_field(err, "--set");
        if (hc_str_is(name, "out"))
            hc_err_hint(err, "--out=DIR says where to publish");
        return HC_EUSAGE;
    }
    return HC_OK;
}

enum hc_status hc_params_read(struct hc_params *params, struct hc_arena *arena,
                              const struct hc_node *map, const struct hc_opt_list *settings,
                              const char *out, struct hc_faults *faults,
                              struct hc_err *err) {
    size_t room = (map ? map->children : 0) + 1;
    *params = (struct hc_params){.arena = arena};
    params->param = hc_arena_zalloc(arena, room * sizeof *params->param);
    if (!params->param)
        return hc_fail_memory(err);
    put(params, "out", "${out}", out);
    if (map && map->type != HC_NODE_MAP) {
        if (!hc_node_is_null(map))
            hc_fault(faults, map, "params: expected NAME: VALUE entries");
        map = NULL;
    }
    for (const struct hc_node *node = map ? map->child : NULL; node; node = node->next) {
        const char *set = setting_of(settings, node->key);
        if (hc_str_is(node->key, "out"))
            hc_fault(faults, node, "out: is given with --out=DIR, not as a parameter");
        else if (node->type != HC_NODE_SCALAR)
            hc_fault(faults, node, "%s: a parameter is one value", node->key.ptr);
        else if (set)
            put(params, node->key.ptr, set, set);
        else if (hc_node_is_null(node))
            put(params, node->key.ptr, NULL, NULL);
        else
            put(params, node->key.ptr, node->text.ptr,
                hc_params_expand(params, node, faults));
    }
    return check_settings(params, settings, err);
}
