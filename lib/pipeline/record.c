#include "pipeline/record.h"

#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "base/yaml.h"

enum { RECORD_VERSION = 2, RECORD_LIMIT = 64 << 20 };

/* ---- writing ---- */

static void write_marks(struct hc_json *json, const char *key, const struct hc_mark *mark,
                        size_t count) {
    hc_json_array(json, key);
    for (size_t i = 0; i < count; i++) {
        hc_json_object(json, NULL);
        hc_json_inline(json);
        hc_json_text(json, "name", mark[i].name);
        hc_json_text(json, "kind", mark[i].kind);
        hc_json_text(json, "sha256", mark[i].sha256);
        hc_json_int(json, "size", (int64_t)mark[i].size);
        hc_json_int(json, "mtime_ns", mark[i].mtime_ns);
        hc_json_int(json, "inode", (int64_t)mark[i].inode);
        hc_json_bool(json, "secret", mark[i].secret);
        hc_json_end(json);
    }
    hc_json_end(json);
}

enum hc_status hc_record_write(const struct hc_record *record, const char *path,
                               struct hc_err *err) {
    struct hc_buf text = {0};
    struct hc_json json;
    hc_json_start(&json, &text, true);
    hc_json_object(&json, NULL);
    hc_json_int(&json, "record", RECORD_VERSION);
    hc_json_text(&json, "boot", record->boot);
    hc_json_text(&json, "program", record->program);
    hc_json_text(&json, "version", record->version);
    hc_json_text(&json, "tool_sha256", record->tool_sha256);
    hc_json_array(&json, "arguments");
    for (size_t i = 0; i < record->arg.count; i++)
        hc_json_text(&json, NULL, record->arg.item[i]);
    hc_json_end(&json);
    write_marks(&json, "inputs", record->input, record->inputs);
    write_marks(&json, "config", record->config, record->configs);
    write_marks(&json, "outputs", record->output, record->outputs);
    hc_json_int(&json, "code", record->code);
    hc_json_int(&json, "milliseconds", record->milliseconds);
    hc_json_end(&json);
    enum hc_status status = hc_write_file(path, NULL, &text, NULL, err);
    hc_buf_free(&text);
    return status;
}

/* ---- reading ---- */

struct reading {
    struct hc_arena *arena;
    struct hc_faults faults;
    bool failed; /* out of memory */
};

static const char *text_of(struct reading *r, const struct hc_node *map, const char *key) {
    const struct hc_node *node = hc_node_get(map, key);
    if (!node || hc_node_is_null(node))
        return NULL;
    char *copy = hc_arena_copy(r->arena, node->text);
    r->failed = r->failed || !copy;
    return copy;
}

static size_t read_marks(struct reading *r, const struct hc_node *list,
                         struct hc_mark **marks) {
    size_t count = 0;
    if (!list || list->type != HC_NODE_LIST)
        return 0;
    *marks = hc_arena_zalloc(r->arena, (list->children + 1) * sizeof **marks);
    r->failed = r->failed || !*marks;
    for (const struct hc_node *node = list->child; *marks && node; node = node->next) {
        struct hc_mark *mark = &(*marks)[count++];
        mark->name = text_of(r, node, "name");
        mark->kind = text_of(r, node, "kind");
        mark->sha256 = text_of(r, node, "sha256");
        mark->size = (uint64_t)hc_get_int(&r->faults, node, "size", 0, INT64_MAX, 0);
        mark->mtime_ns = hc_get_int(&r->faults, node, "mtime_ns", INT64_MIN, INT64_MAX, 0);
        mark->inode =
            (uint64_t)hc_get_int(&r->faults, node, "inode", INT64_MIN, INT64_MAX, 0);
        mark->secret = hc_get_bool(&r->faults, node, "secret", false);
        if (!mark->name || !mark->sha256 || strlen(mark->sha256) != 64)
            hc_fault(&r->faults, node, "no name or digest");
    }
    return count;
}

static void read_tree(struct reading *r, const struct hc_node *root,
                      struct hc_record *record) {
    record->boot = text_of(r, root, "boot");
    record->program = text_of(r, root, "program");
    record->version = text_of(r, root, "version");
    record->tool_sha256 = text_of(r, root, "tool_sha256");
    const struct hc_node *list = hc_node_get(root, "arguments");
    for (const struct hc_node *node = list ? list->child : NULL; node; node = node->next)
        hc_words_add(&record->arg, r->arena, hc_arena_copy(r->arena, node->text));
    record->inputs = read_marks(r, hc_node_get(root, "inputs"), &record->input);
    record->configs = read_marks(r, hc_node_get(root, "config"), &record->config);
    record->outputs = read_marks(r, hc_node_get(root, "outputs"), &record->output);
    record->code = (int)hc_get_int(&r->faults, root, "code", 0, 3, 0);
    record->milliseconds = hc_get_int(&r->faults, root, "milliseconds", 0, INT64_MAX, 0);
    if (!record->boot || !record->program || !record->version || !record->tool_sha256 ||
        hc_get_int(&r->faults, root, "record", 0, 1000, 0) != RECORD_VERSION)
        hc_fault(&r->faults, root, "not a record of this version");
    r->failed = r->failed || record->arg.failed;
}

/* A record need not have reached the disk before a power failure: what cannot be read is
 * taken for none, and costs one run of the job. */
enum hc_status hc_record_read(struct hc_record *record, const char *path,
                              struct hc_arena *arena, struct hc_err *err) {
    struct hc_buf text = {0};
    struct hc_yaml *yaml = NULL;
    struct reading r = {.arena = arena};
    *record = (struct hc_record){0};
    if (access(path, F_OK) != 0)
        return HC_END;
    enum hc_status status = hc_read_file(path, RECORD_LIMIT, &text, err);
    if (status == HC_OK)
        status = hc_yaml_parse(&yaml, path, hc_buf_str(&text), true, err);
    if (status == HC_OK && hc_yaml_root(yaml)) {
        r.faults.yaml = yaml;
        read_tree(&r, hc_yaml_root(yaml), record);
        if (r.failed)
            status = hc_fail_memory(err);
        else
            status = hc_faults_end(&r.faults, err);
        hc_buf_free(&r.faults.text);
    } else if (status == HC_OK) {
        status = HC_END;
    }
    hc_yaml_free(yaml);
    hc_buf_free(&text);
    if (status == HC_ECONFIG || status == HC_EDATA || status == HC_END) {
        *record = (struct hc_record){0};
        return HC_END;
    }
    return status;
}

/* ---- comparing ---- */

static const struct hc_mark *find(const struct hc_mark *mark, size_t count,
                                  const char *name) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(mark[i].name, name) == 0)
            return &mark[i];
    return NULL;
}

static bool is_file(const char *arg) {
    size_t len = strlen(arg);
    return len && arg[len - 1] == '}' && strchr(arg, '{');
}

static const char *missing_arg(const struct hc_words *from, const struct hc_words *in) {
    for (size_t i = 0; i < from->count; i++) {
        bool found = is_file(from->item[i]);
        for (size_t j = 0; !found && j < in->count; j++)
            found = strcmp(from->item[i], in->item[j]) == 0;
        if (!found)
            return from->item[i];
    }
    return NULL;
}

static const char *files_differ(const struct hc_mark *was, size_t were,
                                const struct hc_mark *now, size_t are, const char *what,
                                struct hc_arena *arena) {
    for (size_t i = 0; i < are; i++) {
        const struct hc_mark *old = find(was, were, now[i].name);
        if (!old)
            return hc_arena_printf(arena, "new %s: %s", what, now[i].name);
        if (strcmp(old->sha256, now[i].sha256) != 0 && now[i].secret)
            return hc_arena_printf(arena, "%s changed: %s", what, now[i].name);
        if (strcmp(old->sha256, now[i].sha256) != 0)
            return hc_arena_printf(arena, "%s changed: %s (sha256 %.8s -> %.8s)", what,
                                   now[i].name, old->sha256, now[i].sha256);
    }
    for (size_t i = 0; i < were; i++)
        if (!find(now, are, was[i].name))
            return hc_arena_printf(arena, "%s gone: %s", what, was[i].name);
    return NULL;
}

const char *hc_record_inputs_differ(const struct hc_record *was,
                                    const struct hc_record *now, struct hc_arena *arena) {
    return files_differ(was->input, was->inputs, now->input, now->inputs, "input", arena);
}

/* Rule files are found in several places: what counts is what they say, not where. */
static const char *rules_differ(const struct hc_record *was, const struct hc_record *now,
                                struct hc_arena *arena) {
    const struct hc_record *side[2] = {was, now};
    for (int s = 1; s >= 0; s--)
        for (size_t i = 0; i < side[s]->configs; i++) {
            const struct hc_mark *mark = &side[s]->config[i];
            const struct hc_record *other = side[!s];
            bool found = false;
            for (size_t j = 0; !found && j < other->configs; j++)
                found = strcmp(hc_base_name(other->config[j].name),
                               hc_base_name(mark->name)) == 0 &&
                        strcmp(other->config[j].sha256, mark->sha256) == 0;
            if (!found) {
                const char *why = files_differ(was->config, was->configs, now->config,
                                               now->configs, "rule file", arena);
                return why ? why
                           : hc_arena_printf(arena, "rule file changed: %s", mark->name);
            }
        }
    return NULL;
}

const char *hc_record_differs(const struct hc_record *was, const struct hc_record *now,
                              struct hc_arena *arena) {
    const char *why = hc_record_inputs_differ(was, now, arena);
    if (why)
        return why;
    why = rules_differ(was, now, arena);
    if (why)
        return why;
    if ((why = missing_arg(&now->arg, &was->arg)))
        return hc_arena_printf(arena, "option changed: %s", why);
    if ((why = missing_arg(&was->arg, &now->arg)))
        return hc_arena_printf(arena, "option gone: %s", why);
    if (strcmp(was->program, now->program) != 0 ||
        strcmp(was->tool_sha256, now->tool_sha256) != 0)
        return hc_arena_printf(arena, "tool changed: %s", now->program);
    bool same = was->arg.count == now->arg.count;
    for (size_t i = 0; same && i < now->arg.count; i++)
        same = strcmp(was->arg.item[i], now->arg.item[i]) == 0;
    return same ? NULL : "arguments in another order";
}
