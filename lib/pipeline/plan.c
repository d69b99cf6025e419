#include "pipeline/plan.h"

#include "base/file.h"
#include "pipeline/steps.h"

size_t hc_plan_find(const struct hc_plan *plan, const char *name) {
    size_t number = 0;
    while (number < plan->steps && strcmp(plan->step[number].name, name) != 0)
        number++;
    return number;
}

bool hc_plan_depends(const struct hc_plan *plan, size_t later, size_t earlier) {
    if (later == earlier)
        return true;
    const struct hc_step *step = &plan->step[later];
    for (size_t i = 0; i < step->needs; i++)
        if (hc_plan_depends(plan, step->need[i], earlier))
            return true;
    return false;
}

bool hc_plan_leaves_out(const struct hc_plan *plan, const char *step,
                        const char *delivery) {
    const struct hc_event *event = hc_history_last(&plan->history, step, delivery);
    if (hc_patterns_name(plan->withdraw, step, delivery))
        return true;
    return event && !hc_event_counts(event) &&
           !hc_patterns_name(plan->replace, step, delivery);
}

/* Names become folders, so they are kept to what every file system and shell can take. */
static bool name_fits(const char *name) {
    size_t len =
        strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
    return len > 0 && len <= 64 && name[len] == '\0' && name[0] != '-';
}

static bool placed(const size_t *order, size_t count, size_t number) {
    for (size_t i = 0; i < count; i++)
        if (order[i] == number)
            return true;
    return false;
}

/* The first step of the file whose needs are placed comes next, so that the order is the
 * file's where the graph allows. */
static void find_order(struct hc_plan *plan) {
    size_t count = 0;
    while (count < plan->steps) {
        size_t next = 0;
        for (; next < plan->steps; next++) {
            const struct hc_step *step = &plan->step[next];
            bool ready = !placed(plan->order, count, next);
            for (size_t i = 0; ready && i < step->needs; i++)
                ready = placed(plan->order, count, step->need[i]);
            if (ready)
                break;
        }
        if (next == plan->steps)
            break;
        plan->order[count++] = next;
    }
    plan->ordered = count;
    for (size_t i = 0; count < plan->steps && i < plan->steps; i++)
        if (!placed(plan->order, count, i))
            hc_fault(&plan->faults, plan->step[i].node,
                     "%s: depends on itself, or on steps that do", plan->step[i].name);
}

static const char *const top_keys[] = {"name", "params", "steps", NULL};

static enum hc_status read_steps(struct hc_plan *plan, const struct hc_node *map,
                                 struct hc_err *err) {
    if (!map || map->type != HC_NODE_MAP || map->children == 0) {
        hc_fault(&plan->faults, map ? map : hc_yaml_root(plan->yaml),
                 "steps: expected at least one NAME: {tool: ...}");
        return HC_OK;
    }
    plan->step = hc_arena_zalloc(&plan->arena, map->children * sizeof *plan->step);
    plan->order = hc_arena_zalloc(&plan->arena, map->children * sizeof *plan->order);
    if (!plan->step || !plan->order)
        return hc_fail_memory(err);
    for (const struct hc_node *node = map->child; node; node = node->next) {
        if (!name_fits(node->key.ptr))
            hc_fault(&plan->faults, node,
                     "a step's name is 1 to 64 letters, digits, '_' and '-'");
        plan->step[plan->steps++] = (struct hc_step){.name = node->key.ptr, .node = node};
    }
    for (size_t i = 0; i < plan->steps; i++) {
        enum hc_status status = hc_step_read(plan, &plan->step[i], err);
        if (status != HC_OK)
            return status;
    }
    hc_steps_check_publish(plan);
    return HC_OK;
}

enum hc_status hc_plan_read(struct hc_plan *plan, const struct hc_plan_options *options,
                            struct hc_err *err) {
    *plan = (struct hc_plan){.path = options->path,
                             .as_of = options->as_of,
                             .withdraw = &options->withdraw,
                             .replace = &options->replace};
    if (plan->as_of &&
        hc_parse_day(hc_str_of(plan->as_of), HC_DATE_ISO, &plan->as_of_day, NULL) != HC_OK)
        return hc_fail(err, HC_EUSAGE, "--as-of: expected a day such as 2020-12-31");
    enum hc_status status = hc_yaml_read(&plan->yaml, options->path, err);
    if (status != HC_OK)
        return status;
    const struct hc_node *root = hc_yaml_root(plan->yaml);
    plan->faults.yaml = plan->yaml;
    if (!root || root->type != HC_NODE_MAP) {
        hc_fail(err, HC_ECONFIG, "expected a pipeline: name, params, steps");
        hc_err_at_file(err, options->path);
        return HC_ECONFIG;
    }
    hc_step_check_keys(&plan->faults, root, top_keys);
    plan->name = hc_get_text(&plan->faults, root, "name", true, "unnamed");
    if (!name_fits(plan->name))
        hc_fault(&plan->faults, hc_node_get(root, "name"),
                 "name: expected 1 to 64 letters, digits, '_' and '-'");
    plan->work =
        options->work ? options->work : hc_arena_printf(&plan->arena, ".hc/%s", plan->name);
    plan->out =
        options->out ? options->out : hc_arena_printf(&plan->arena, "out/%s", plan->name);
    if (!plan->work || !plan->out)
        return hc_fail_memory(err);
    status = hc_history_read(&plan->history, plan->work, err);
    if (status == HC_OK)
        status = hc_params_read(&plan->params, &plan->arena, hc_node_get(root, "params"),
                                &options->set, plan->out, &plan->faults, err);
    if (status == HC_OK)
        status = read_steps(plan, hc_node_get(root, "steps"), err);
    if (status == HC_OK)
        find_order(plan);
    return status;
}

enum hc_status hc_plan_end(struct hc_plan *plan, struct hc_err *err) {
    bool only_files = plan->missing + plan->unnamed == plan->faults.count;
    enum hc_status status = hc_faults_end(&plan->faults, err);
    if (status != HC_ECONFIG || !only_files)
        return status;
    status = plan->unnamed ? HC_EDATA : HC_ENOINPUT;
    if (err)
        err->status = status;
    return status;
}

void hc_plan_free(struct hc_plan *plan) {
    hc_buf_free(&plan->faults.text);
    hc_history_free(&plan->history);
    hc_yaml_free(plan->yaml);
    hc_arena_free(&plan->arena);
    *plan = (struct hc_plan){0};
}
