#include "pipeline/check.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "pipeline/spawn.h"

/* The tool's messages as a fault of the step, one line each, its own prefix kept. */
static void fault_from(struct hc_plan *plan, const struct hc_step *step, int code,
                       struct hc_buf *messages) {
    struct hc_str rest = hc_str_of(hc_buf_text(messages));
    size_t told = 0;
    while (rest.len) {
        const char *end = memchr(rest.ptr, '\n', rest.len);
        size_t len = end ? (size_t)(end - rest.ptr) : rest.len;
        if (len) {
            hc_fault(&plan->faults, step->node, "%s: %.*s", step->name, (int)len, rest.ptr);
            told++;
        }
        rest.ptr += len + (end != NULL);
        rest.len -= len + (end != NULL);
    }
    if (!told)
        hc_fault(&plan->faults, step->node,
                 "%s: %s ended with %d when asked what it would do", step->name,
                 step->tool->program, code);
    plan->missing += code == 66 ? (told ? told : 1) : 0;
}

static const char *arena_text(struct hc_job_set *set, const struct hc_node *node) {
    return node && node->type == HC_NODE_SCALAR && !hc_node_is_null(node)
               ? hc_arena_copy(&set->arena, node->text)
               : NULL;
}

static bool add_kind(struct hc_job_set *set, struct hc_step *step,
                     const struct hc_node *write) {
    const char *kind = arena_text(set, hc_node_get(write, "kind"));
    for (size_t i = 0; kind && i < step->kinds; i++)
        if (strcmp(step->kind[i], kind) == 0)
            return true;
    if (kind)
        step->kind[step->kinds++] = kind;
    return true;
}

/* Does the tool expect the kind that it is given? Streams are named after their kind. */
static void check_kinds(struct hc_job_set *set, const struct hc_step *step,
                        const struct hc_node *reads) {
    struct hc_plan *plan = set->plan;
    for (size_t i = 0; i < step->args; i++) {
        const struct hc_step_arg *arg = &step->arg[i];
        const char *given = arg->form == HC_ARG_STREAM ? hc_job_kind_of(plan, arg) : NULL;
        const struct hc_job *maker = given ? &set->job[set->first[arg->from]] : NULL;
        size_t len = maker ? strlen(maker->folder) : 0;
        for (const struct hc_node *read = reads ? reads->child : NULL; given && read;
             read = read->next) {
            const struct hc_node *path = hc_node_get(read, "path");
            const struct hc_node *kind = hc_node_get(read, "kind");
            if (!path || !kind || hc_node_is_null(kind) ||
                strncmp(path->text.ptr, maker->folder, len) != 0 ||
                path->text.ptr[len] != '/' ||
                strncmp(path->text.ptr + len + 1, given, strlen(given)) != 0 ||
                path->text.ptr[len + 1 + strlen(given)] != '.')
                continue;
            if (!hc_str_is(kind->text, given))
                hc_fault(&plan->faults, arg->node, "%s: %s expects %s here, %s is %s",
                         step->name, step->tool->program, kind->text.ptr, arg->text, given);
            break;
        }
    }
}

/* A secret is an input of the job, where its digest is kept to ourselves; a tool that lists
 * it among its rule files would have it written down. */
static bool is_secret(const struct hc_step *step, const char *path) {
    struct stat a, b;
    for (size_t i = 0; i < step->args; i++) {
        if (step->arg[i].form != HC_ARG_SECRET)
            continue;
        if (strcmp(step->arg[i].text, path) == 0)
            return true;
        if (stat(step->arg[i].text, &a) == 0 && stat(path, &b) == 0 &&
            a.st_ino == b.st_ino && a.st_dev == b.st_dev)
            return true;
    }
    return false;
}

static enum hc_status read_answer(struct hc_job_set *set, struct hc_step *step,
                                  struct hc_buf *answer, struct hc_err *err) {
    struct hc_yaml *yaml = NULL;
    char name[128];
    snprintf(name, sizeof name, "%s --dry-run=json", step->tool->program);
    enum hc_status status =
        hc_yaml_parse(&yaml, name, hc_str_of(hc_buf_text(answer)), true, err);
    if (status == HC_ECONFIG || status == HC_EDATA) {
        hc_fault(&set->plan->faults, step->node,
                 "%s: %s gave an answer that is no JSON: %s", step->name,
                 step->tool->program, err ? err->what : "");
        hc_yaml_free(yaml);
        return HC_OK;
    }
    if (status != HC_OK)
        return status;
    const struct hc_node *root = hc_yaml_root(yaml);
    const struct hc_node *config = hc_node_get(root, "config");
    const struct hc_node *writes = hc_node_get(root, "writes");
    step->version = arena_text(set, hc_node_get(root, "version"));
    step->config = hc_arena_zalloc(&set->arena, ((config ? config->children : 0) + 1) *
                                                    sizeof *step->config);
    step->kind = hc_arena_zalloc(&set->arena, ((writes ? writes->children : 0) + 1) *
                                                  sizeof *step->kind);
    bool good = step->config && step->kind;
    for (const struct hc_node *node = config ? config->child : NULL; good && node;
         node = node->next) {
        const char *path = arena_text(set, node);
        bool known = !path || is_secret(step, path);
        for (size_t i = 0; !known && i < step->configs; i++)
            known = strcmp(step->config[i], path) == 0;
        if (!known)
            step->config[step->configs++] = path;
    }
    for (const struct hc_node *node = writes ? writes->child : NULL; good && node;
         node = node->next)
        good = add_kind(set, step, node);
    if (good && !step->version)
        hc_fault(&set->plan->faults, step->node, "%s: %s does not say its version",
                 step->name, step->tool->program);
    if (good)
        check_kinds(set, step, hc_node_get(root, "reads"));
    hc_yaml_free(yaml);
    return good ? HC_OK : hc_fail_memory(err);
}

static enum hc_status ask(struct hc_job_set *set, size_t number, struct hc_err *err) {
    struct hc_step *step = &set->plan->step[number];
    struct hc_words argv = {0};
    struct hc_buf answer = {0}, messages = {0};
    int code = 0;
    enum hc_status status = hc_job_ask(set, number, &argv, err);
    if (status != HC_OK)
        return status == HC_END ? HC_OK : status;
    if (access(argv.item[0], X_OK) != 0) {
        hc_fault(&set->plan->faults, step->node, "%s: there is no %s in %s", step->name,
                 step->tool->program, set->tools);
        return HC_OK;
    }
    status = hc_spawn_capture(argv.item, &answer, &messages, &code, err);
    if (status == HC_OK && code == 130)
        status = hc_fail(err, HC_ESIGINT, "stopped");
    if (status == HC_OK && code != 0)
        fault_from(set->plan, step, code, &messages);
    else if (status == HC_OK)
        status = read_answer(set, step, &answer, err);
    hc_buf_free(&answer);
    hc_buf_free(&messages);
    return status;
}

enum hc_status hc_check_steps(struct hc_job_set *set, struct hc_err *err) {
    enum hc_status status = HC_OK;
    for (size_t i = 0; status == HC_OK && i < set->plan->ordered; i++) {
        size_t number = set->plan->order[i];
        if (set->plan->step[number].tool && !set->plan->step[number].missing)
            status = ask(set, number, err);
    }
    return status;
}
