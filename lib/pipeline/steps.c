#include "pipeline/steps.h"

#include <errno.h>
#include <fnmatch.h>
#include <glob.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

static bool in_list(const char *const *list, const char *word) {
    for (; *list; list++)
        if (strcmp(*list, word) == 0)
            return true;
    return false;
}

void hc_step_check_keys(struct hc_faults *faults, const struct hc_node *map,
                        const char *const *allowed) {
    for (const struct hc_node *node = map->child; node; node = node->next) {
        if (in_list(allowed, node->key.ptr))
            continue;
        const char *near = hc_str_nearest(node->key, allowed);
        if (in_list(hc_later_keys, node->key.ptr))
            hc_fault(faults, node, "%s: not supported yet", node->key.ptr);
        else
            hc_fault(faults, node, "unknown key '%s'%s%s%s", node->key.ptr,
                     near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    }
}

/* One line for each path or pattern that finds nothing, however many steps want it. */
static void add_missing(struct hc_plan *plan, struct hc_step *step, const char *path,
                        const struct hc_node *node) {
    step->missing = true;
    for (size_t i = 0; i < plan->absent.count; i++)
        if (strcmp(plan->absent.item[i], path) == 0)
            return;
    hc_words_add(&plan->absent, &plan->arena, path);
    hc_fault(&plan->faults, node, "%s: no such file", path);
    plan->missing++;
}

/* ---- arguments ---- */

static struct hc_step_arg *add_arg(struct hc_step *step, enum hc_arg_form form,
                                   const char *prefix, const char *text,
                                   const struct hc_node *node) {
    struct hc_step_arg *arg = &step->arg[step->args++]; /* room was made by count_args() */
    *arg = (struct hc_step_arg){.form = form, .prefix = prefix, .text = text, .node = node};
    return arg;
}

static size_t count_args(const struct hc_node *map) {
    size_t count = 1;
    for (const struct hc_node *node = map->child; node; node = node->next) {
        count += 1 + node->children;
        for (const struct hc_node *item = node->child; item; item = item->next)
            count += item->children;
    }
    return count;
}

static void add_need(struct hc_step *step, size_t from) {
    for (size_t i = 0; i < step->needs; i++)
        if (step->need[i] == from)
            return;
    step->need[step->needs++] = from;
}

/* "medicare.claim_line", "final", or a path (it has a '/'); "claims.crosswalk?" where the
 * feed may yield none. */
static void add_stream(struct hc_plan *plan, struct hc_step *step, const char *prefix,
                       const struct hc_node *node) {
    if (node->type != HC_NODE_SCALAR) {
        hc_fault(&plan->faults, node,
                 "expected the output of a step, as STEP or STEP.KIND");
        return;
    }
    const char *text = hc_params_expand(&plan->params, node, &plan->faults);
    if (!text)
        return;
    if (strchr(text, '/')) {
        if (access(text, F_OK) != 0)
            add_missing(plan, step, text, node);
        add_arg(step, HC_ARG_FILE, prefix, text, node);
        return;
    }
    size_t len = strlen(text);
    bool optional = len > 1 && text[len - 1] == '?' && strchr(text, '.');
    if (optional)
        text = hc_arena_copy(&plan->arena, (struct hc_str){text, len - 1});
    const char *dot = text ? strchr(text, '.') : NULL;
    if (!text)
        return;
    char name[96];
    snprintf(name, sizeof name, "%.*s", dot ? (int)(dot - text) : (int)strlen(text), text);
    size_t from = hc_plan_find(plan, name);
    if (from == plan->steps) {
        const char **names =
            hc_arena_zalloc(&plan->arena, (plan->steps + 1) * sizeof *names);
        for (size_t i = 0; names && i < plan->steps; i++)
            names[i] = plan->step[i].name;
        const char *near = names ? hc_str_nearest(hc_str_of(name), names) : NULL;
        hc_fault(&plan->faults, node, "there is no step '%s'%s%s%s", name,
                 near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
        return;
    }
    struct hc_step_arg *arg = add_arg(step, HC_ARG_STREAM, prefix, text, node);
    arg->from = from;
    arg->optional = optional;
    arg->output = dot ? dot + 1 : NULL;
    add_need(step, from);
}

static void add_streams(struct hc_plan *plan, struct hc_step *step, const char *prefix,
                        const struct hc_node *node) {
    if (node->type != HC_NODE_LIST) {
        add_stream(plan, step, prefix, node);
        return;
    }
    for (const struct hc_node *item = node->child; item; item = item->next)
        add_stream(plan, step, prefix, item);
}

static void add_joined(struct hc_plan *plan, struct hc_step *step, const char *prefix,
                       const struct hc_node *node) {
    const char *joined = NULL;
    const struct hc_node *item = node->type == HC_NODE_LIST ? node->child : node;
    for (; item; item = node->type == HC_NODE_LIST ? item->next : NULL) {
        const char *text = item->type == HC_NODE_SCALAR
                               ? hc_params_expand(&plan->params, item, &plan->faults)
                               : NULL;
        if (item->type != HC_NODE_SCALAR)
            hc_fault(&plan->faults, item, "%s: expected a value or a list of values",
                     node->key.ptr);
        else if (text && joined)
            joined = hc_arena_printf(&plan->arena, "%s,%s", joined, text);
        else if (text)
            joined = text;
    }
    if (joined)
        add_arg(step, HC_ARG_TEXT, prefix, joined, node);
}

static void add_pairs(struct hc_plan *plan, struct hc_step *step, const char *prefix,
                      const struct hc_node *node) {
    if (node->type != HC_NODE_MAP) {
        hc_fault(&plan->faults, node, "%s: expected NAME: VALUE entries", node->key.ptr);
        return;
    }
    for (const struct hc_node *item = node->child; item; item = item->next) {
        const char *text = NULL;
        if (item->type == HC_NODE_SCALAR)
            text = hc_params_expand(&plan->params, item, &plan->faults);
        else
            hc_fault(&plan->faults, item, "%s: expected one value", item->key.ptr);
        if (text)
            add_arg(step, HC_ARG_TEXT, prefix,
                    hc_arena_printf(&plan->arena, "%s=%s", item->key.ptr, text), item);
    }
}

static void add_file(struct hc_plan *plan, struct hc_step *step,
                     const struct hc_step_key *key, const char *path,
                     const struct hc_node *node) {
    if (access(path, F_OK) != 0)
        add_missing(plan, step, path, node);
    add_arg(step, key->form == HC_KEY_FILE ? HC_ARG_FILE : HC_ARG_SECRET, key->option, path,
            node);
}

/* The place of a published file inside the folder of published files: nothing is written
 * elsewhere, so that what stands there is all of one run. */
static void add_publish(struct hc_plan *plan, struct hc_step *step,
                        const struct hc_step_key *key, const char *path,
                        const struct hc_node *node) {
    size_t len = strlen(plan->out);
    if (strncmp(path, plan->out, len) == 0 && path[len] == '/')
        path += len + 1;
    if (path[0] == '/' || strstr(path, "..") || !*hc_base_name(path) ||
        hc_base_name(path)[0] == '.' || strcmp(hc_base_name(path), "manifest.json") == 0) {
        hc_fault(&plan->faults, node, "out: expected a file inside ${out}");
        return;
    }
    step->publish = path;
    step->publish_option = key->option;
}

/* ---- deliveries ---- */

static int by_name(const void *a, const void *b) {
    const char *left = *(const char *const *)a, *right = *(const char *const *)b;
    int order = strcmp(hc_base_name(left), hc_base_name(right));
    return order ? order : strcmp(left, right);
}

/* A delivery is known by its base name: the same file named twice is one, two files of one
 * name cannot both be it. */
static void drop_doubles(struct hc_plan *plan, struct hc_step *step,
                         const struct hc_node *node) {
    size_t kept = 0;
    for (size_t i = 0; i < step->deliveries; i++) {
        const char *path = step->delivery[i];
        const char *last = kept ? step->delivery[kept - 1] : NULL;
        struct stat a, b;
        if (!last || strcmp(hc_base_name(last), hc_base_name(path)) != 0)
            step->delivery[kept++] = path;
        else if (stat(last, &a) != 0 || stat(path, &b) != 0 || a.st_ino != b.st_ino ||
                 a.st_dev != b.st_dev)
            hc_fault(&plan->faults, node, "in: two deliveries are named '%s'",
                     hc_base_name(path));
    }
    step->deliveries = kept;
}

/* A name that the history cannot keep would not be known again. */
static void check_names(struct hc_plan *plan, struct hc_step *step,
                        const struct hc_node *node) {
    for (size_t i = 0; i < step->deliveries; i++) {
        const char *path = step->delivery[i], *base = hc_base_name(path);
        struct hc_buf shown = {0};
        if (hc_history_keeps(base))
            continue;
        for (const char *c = base; *c; c++)
            if (*c < 0x20 || *c >= 0x7f)
                hc_buf_printf(&shown, "\\x%02x", (unsigned char)*c);
            else
                hc_buf_putc(&shown, *c);
        hc_fault(&plan->faults, node,
                 "%.*s%s: rename the file: its name is not UTF-8, or has a character in "
                 "it that cannot be printed",
                 (int)(base - path), path, hc_buf_text(&shown));
        hc_buf_free(&shown);
        step->missing = true; /* no use asking its tool */
        plan->unnamed++;
    }
}

/* Of what a pattern would have found, was something withdrawn? Then nothing is missing. */
static bool all_withdrawn(const struct hc_plan *plan, const struct hc_step *step,
                          const char *pattern) {
    const char *base = hc_base_name(pattern);
    if (hc_plan_leaves_out(plan, step->name, base))
        return true;
    for (size_t i = 0; i < plan->history.events; i++) {
        const struct hc_event *event = &plan->history.event[i];
        if (strcmp(event->step, step->name) == 0 &&
            fnmatch(base, event->delivery, FNM_PERIOD) == 0 &&
            hc_plan_leaves_out(plan, step->name, event->delivery))
            return true;
    }
    return false;
}

static bool add_path(struct hc_plan *plan, struct hc_step *step, const char *path) {
    const char **all = hc_arena_zalloc(&plan->arena, (step->deliveries + 1) * sizeof *all);
    for (size_t i = 0; all && i < step->deliveries; i++)
        all[i] = step->delivery[i];
    if (!all)
        return false;
    all[step->deliveries++] = path;
    step->delivery = all;
    return true;
}

static bool has_folder(const char *path) {
    struct hc_buf folder = {0};
    size_t len = (size_t)(hc_base_name(path) - path);
    if (len)
        hc_buf_printf(&folder, "%.*s", (int)len, path);
    bool there = len == 0 || access(hc_buf_text(&folder), F_OK) == 0;
    hc_buf_free(&folder);
    return there;
}

static bool add_matches(struct hc_plan *plan, struct hc_step *step, const char *pattern,
                        const struct hc_node *node) {
    glob_t found = {0};
    int result = glob(pattern, GLOB_NOSORT, NULL, &found);
    bool good = true;
    if (result == GLOB_NOMATCH && all_withdrawn(plan, step, pattern)) {
        if (!has_folder(pattern))
            step->nowhere = pattern;
        good = strpbrk(hc_base_name(pattern), "*?[") || add_path(plan, step, pattern);
    } else if (result == GLOB_NOMATCH) {
        add_missing(plan, step, pattern, node);
    } else if (result != 0) {
        hc_fault(&plan->faults, node, "in: cannot look for '%s'", pattern);
        step->missing = true;
        plan->missing++;
    } else {
        if (strpbrk(hc_base_name(pattern), "*?["))
            hc_words_add(&plan->pattern, &plan->arena, pattern);
        const char **all = hc_arena_zalloc(
            &plan->arena, (step->deliveries + found.gl_pathc) * sizeof *all);
        for (size_t i = 0; all && i < step->deliveries; i++)
            all[i] = step->delivery[i];
        for (size_t i = 0; all && good && i < found.gl_pathc; i++) {
            char *path = hc_arena_copy(&plan->arena, hc_str_of(found.gl_pathv[i]));
            good = path != NULL;
            size_t len = path ? strlen(path) : 0;
            while (len > 1 && path[len - 1] == '/')
                path[--len] = '\0';
            all[step->deliveries + i] = path;
        }
        good = good && all;
        if (good) {
            step->delivery = all;
            step->deliveries += found.gl_pathc;
        }
    }
    globfree(&found);
    return good;
}

/* What was withdrawn is kept apart. */
static enum hc_status leave_out(struct hc_plan *plan, struct hc_step *step,
                                const struct hc_node *node, struct hc_err *err) {
    size_t kept = 0;
    step->withdrawn =
        hc_arena_zalloc(&plan->arena, (step->deliveries + 1) * sizeof *step->withdrawn);
    if (!step->withdrawn)
        return hc_fail_memory(err);
    for (size_t i = 0; i < step->deliveries; i++) {
        const char *path = step->delivery[i];
        if (hc_plan_leaves_out(plan, step->name, hc_base_name(path)))
            step->withdrawn[step->withdrawns++] = path;
        else
            step->delivery[kept++] = path;
    }
    step->deliveries = kept;
    if (kept == 0 && !step->missing && step->nowhere) {
        add_missing(plan, step, step->nowhere, node); /* a wrong path, most likely */
    } else if (kept == 0 && !step->missing) {
        step->missing = true; /* no use asking its tool */
        hc_fault(&plan->faults, node, "%s: all its deliveries are withdrawn", step->name);
    }
    return HC_OK;
}

static enum hc_status add_deliveries(struct hc_plan *plan, struct hc_step *step,
                                     const struct hc_node *node, struct hc_err *err) {
    const struct hc_node *item = node->type == HC_NODE_LIST ? node->child : node;
    for (; item; item = node->type == HC_NODE_LIST ? item->next : NULL) {
        if (item->type != HC_NODE_SCALAR) {
            hc_fault(&plan->faults, item, "in: expected a path or a list of paths");
            continue;
        }
        const char *pattern = hc_params_expand(&plan->params, item, &plan->faults);
        if (pattern && !add_matches(plan, step, pattern, item))
            return hc_fail_memory(err);
    }
    if (step->deliveries)
        qsort(step->delivery, step->deliveries, sizeof *step->delivery, by_name);
    drop_doubles(plan, step, node);
    check_names(plan, step, node);
    return leave_out(plan, step, node, err);
}

/* ---- a step ---- */

static void read_scalar(struct hc_plan *plan, struct hc_step *step,
                        const struct hc_step_key *key, const struct hc_node *node) {
    if (node->type != HC_NODE_SCALAR || hc_node_is_null(node)) {
        hc_fault(&plan->faults, node, "%s: expected one value", key->name);
        return;
    }
    const char *text = hc_params_expand(&plan->params, node, &plan->faults);
    if (!text)
        return;
    switch (key->form) {
    case HC_KEY_FILE:
    case HC_KEY_SECRET:
        add_file(plan, step, key, text, node);
        break;
    case HC_KEY_PUBLISH:
        add_publish(plan, step, key, text, node);
        break;
    case HC_KEY_FLAG:
        if (hc_get_bool(&plan->faults, step->node, key->name, false))
            add_arg(step, HC_ARG_TEXT, key->option, "", node);
        break;
    default:
        add_arg(step, HC_ARG_TEXT, key->option, text, node);
        if (strcmp(key->name, "audience") == 0)
            step->public_ = strcmp(text, "public") == 0;
    }
}

static enum hc_status read_key(struct hc_plan *plan, struct hc_step *step,
                               const struct hc_step_key *key, const struct hc_node *node,
                               struct hc_err *err) {
    switch (key->form) {
    case HC_KEY_DELIVERIES:
        return add_deliveries(plan, step, node, err);
    case HC_KEY_STREAMS:
        add_streams(plan, step, key->option, node);
        break;
    case HC_KEY_NAMED:
        if (node->type != HC_NODE_MAP) {
            add_streams(plan, step, key->option, node);
            break;
        }
        for (const struct hc_node *item = node->child; item; item = item->next)
            add_streams(plan, step,
                        hc_arena_printf(&plan->arena, "%s%s=", key->option, item->key.ptr),
                        item);
        break;
    case HC_KEY_LIST:
        for (const struct hc_node *item = node->type == HC_NODE_LIST ? node->child : node;
             item; item = node->type == HC_NODE_LIST ? item->next : NULL)
            read_scalar(plan, step, key, item);
        break;
    case HC_KEY_JOINED:
        add_joined(plan, step, key->option, node);
        break;
    case HC_KEY_PAIRS:
        add_pairs(plan, step, key->option, node);
        break;
    default:
        read_scalar(plan, step, key, node);
    }
    return HC_OK;
}

static const struct hc_step_tool *read_tool(struct hc_plan *plan,
                                            const struct hc_step *step) {
    const char *name = hc_get_text(&plan->faults, step->node, "tool", true, NULL);
    const struct hc_step_tool *tool = name ? hc_step_tool_of(name) : NULL;
    if (!name || tool)
        return tool;
    const char *names[16] = {0};
    for (size_t i = 0; i < 15 && hc_step_tools[i].name; i++)
        names[i] = hc_step_tools[i].name;
    const char *near = hc_str_nearest(hc_str_of(name), names);
    hc_fault(&plan->faults, hc_node_get(step->node, "tool"), "there is no tool '%s'%s%s%s",
             name, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    return NULL;
}

enum hc_status hc_step_read(struct hc_plan *plan, struct hc_step *step,
                            struct hc_err *err) {
    const char *allowed[32] = {"tool"};
    size_t count = 1;
    if (step->node->type != HC_NODE_MAP) {
        hc_fault(&plan->faults, step->node, "%s: expected {tool: ..., ...}", step->name);
        return HC_OK;
    }
    step->tool = read_tool(plan, step);
    if (!step->tool)
        return HC_OK;
    step->arg = hc_arena_zalloc(&plan->arena, count_args(step->node) * sizeof *step->arg);
    step->need = hc_arena_zalloc(&plan->arena, (plan->steps + 1) * sizeof *step->need);
    if (!step->arg || !step->need)
        return hc_fail_memory(err);
    enum hc_status status = HC_OK;
    for (const struct hc_step_key *key = step->tool->key; status == HC_OK && key->name;
         key++) {
        const struct hc_node *node = hc_node_get(step->node, key->name);
        allowed[count++] = key->name;
        if (node)
            status = read_key(plan, step, key, node, err);
        else if (key->required)
            hc_fault(&plan->faults, step->node, "%s: %s wants the key '%s'", step->name,
                     step->tool->name, key->name);
    }
    if (plan->as_of && step->tool->as_of && !hc_node_get(step->node, "as_of"))
        add_arg(step, HC_ARG_TEXT, step->tool->as_of, plan->as_of, step->node);
    if (plan->as_of && strcmp(step->tool->name, "aggregate") == 0) /* readers are told */
        add_arg(step, HC_ARG_TEXT, "--set=known_on=", plan->as_of, step->node);
    hc_step_check_keys(&plan->faults, step->node, allowed);
    return status;
}

void hc_steps_check_publish(struct hc_plan *plan) {
    for (size_t i = 0; i < plan->steps; i++)
        for (size_t j = 0; plan->step[i].publish && j < i; j++)
            if (plan->step[j].publish &&
                strcmp(plan->step[i].publish, plan->step[j].publish) == 0)
                hc_fault(&plan->faults, hc_node_get(plan->step[i].node, "out"),
                         "out: '%s' is published by step %s already", plan->step[i].publish,
                         plan->step[j].name);
}
