#include "pipeline/manifest.h"

#include "base/file.h"
#include "base/json.h"
#include "base/tool.h"
#include "base/yaml.h"
#include "pipeline/lock.h"
#include "pipeline/said.h"
#include "pipeline/verdict.h"

enum { ACCOUNTS_LIMIT = 64 << 20 };

static void seconds(struct hc_json *json, int64_t milliseconds) {
    char text[HC_NUM_SIZE];
    hc_json_text(json, "seconds", hc_format_scaled(milliseconds, 3, text));
}

/* What a tool wrote is taken over as it is, so that a new note of a tool needs no change
 * here. */
static enum hc_status put_accounts(struct hc_json *json, const struct hc_job *job,
                                   struct hc_err *err) {
    struct hc_buf text = {0};
    struct hc_yaml *yaml = NULL;
    enum hc_status status = hc_read_file(job->accounts, ACCOUNTS_LIMIT, &text, err);
    if (status == HC_OK)
        status = hc_yaml_parse(&yaml, job->accounts, hc_buf_str(&text), true, err);
    const struct hc_node *root = status == HC_OK ? hc_yaml_root(yaml) : NULL;
    hc_json_object(json, "accounts");
    for (const struct hc_node *node = root ? root->child : NULL; node; node = node->next)
        if (!hc_str_is(node->key, "tool") && !hc_str_is(node->key, "version"))
            hc_json_node(json, node->key.ptr, node);
    hc_json_end(json);
    hc_yaml_free(yaml);
    hc_buf_free(&text);
    return status;
}

static void put_params(struct hc_json *json, const struct hc_params *params) {
    hc_json_object(json, "params");
    for (size_t i = 0; i < params->count; i++)
        if (strcmp(params->param[i].name, "out") != 0)
            hc_json_text(json, params->param[i].name, params->param[i].text);
    hc_json_end(json);
}

/* Rejects, ledger and intermediates hold what patients told their doctors: whoever copies
 * the work folder must be able to see which files those are. Only measures are not. */
static bool is_phi(const struct hc_mark *mark) {
    return (mark->kind && strcmp(mark->kind, "measure") != 0) ||
           strcmp(mark->name, "rejects.csv") == 0;
}

static void put_mark(struct hc_json *json, const struct hc_mark *mark) {
    hc_json_object(json, NULL);
    hc_json_inline(json);
    hc_json_text(json, "name", mark->name);
    hc_json_text(json, "sha256", mark->secret ? NULL : mark->sha256);
    hc_json_int(json, "bytes", (int64_t)mark->size);
    if (is_phi(mark))
        hc_json_bool(json, "phi", true);
    hc_json_end(json);
}

static bool same_secret(const struct hc_mark *a, const struct hc_mark *b) {
    return a->secret && b->secret && strcmp(a->name, b->name) == 0 &&
           strcmp(a->sha256, b->sha256) == 0;
}

/* Deliveries, and whatever else came from outside; a file that several jobs read, once. */
static void put_inputs(struct hc_json *json, const struct hc_job_set *set) {
    hc_json_array(json, "inputs");
    for (size_t i = 0; i < set->jobs; i++)
        for (size_t j = 0; j < set->job[i].record.inputs; j++) {
            const struct hc_mark *input = &set->job[i].record.input[j];
            bool before = input->kind != NULL;
            for (size_t k = 0; !before && k < i; k++)
                for (size_t l = 0; !before && l < set->job[k].record.inputs; l++) {
                    const struct hc_mark *other = &set->job[k].record.input[l];
                    before = set->job[i].delivery ? same_secret(other, input)
                                                  : strcmp(other->name, input->name) == 0;
                }
            if (!before)
                put_mark(json, input);
        }
    hc_json_end(json);
}

static void put_as_of(struct hc_json *json, const struct hc_job_set *set) {
    hc_json_text(json, "known_on", set->plan->as_of); /* as_of is the report's day */
    hc_json_array(json, "not_yet_delivered");
    for (size_t i = 0; i < set->jobs; i++)
        if (set->job[i].late)
            hc_json_text(json, NULL, set->job[i].name);
    hc_json_end(json);
}

/* What is not counted though it was delivered, and what was not always as it is now. */
static void put_history(struct hc_json *json, const struct hc_plan *plan) {
    const struct hc_history *history = &plan->history;
    for (int withdrawn = 1; withdrawn >= 0; withdrawn--) {
        hc_json_array(json, withdrawn ? "withdrawn" : "replaced");
        for (uint32_t k = 0; k < hc_map_len(history->key); k++) {
            const struct hc_event *event = &history->event[history->last[k]];
            if (hc_plan_find(plan, event->step) == plan->steps ||
                event->action != (withdrawn ? HC_EVENT_withdrawn : HC_EVENT_replaced))
                continue;
            hc_json_object(json, NULL);
            hc_json_inline(json);
            hc_json_text(json, "step", event->step);
            hc_json_text(json, "delivery", event->delivery);
            hc_json_text(json, "at", event->at);
            hc_json_text(json, "sha256", event->sha256);
            if (!withdrawn)
                hc_json_text(json, "before", event->before);
            hc_json_end(json);
        }
        hc_json_end(json);
    }
}

static void put_rules(struct hc_json *json, const struct hc_exec *exec) {
    const struct hc_plan *plan = exec->set->plan;
    hc_json_array(json, "rules");
    for (size_t i = 0; i < plan->steps; i++)
        for (size_t c = 0; c < plan->step[i].configs; c++) {
            const struct hc_mark *mark = &exec->fresh.config[i][c];
            bool before = false;
            for (size_t j = 0; j < i; j++)
                for (size_t d = 0; !before && d < plan->step[j].configs; d++)
                    before = strcmp(plan->step[j].config[d], mark->name) == 0;
            if (!before)
                put_mark(json, mark);
        }
    hc_json_end(json);
    hc_json_array(json, "tools");
    for (size_t i = 0; i < plan->steps; i++) {
        bool before = false;
        for (size_t j = 0; j < i; j++)
            before = before || plan->step[j].tool == plan->step[i].tool;
        if (before)
            continue;
        hc_json_object(json, NULL);
        hc_json_inline(json);
        hc_json_text(json, "name", plan->step[i].tool->program);
        hc_json_text(json, "version", plan->step[i].version);
        hc_json_text(json, "sha256", exec->fresh.tool_sha256[i]);
        hc_json_end(json);
    }
    hc_json_end(json);
}

/* Of a delivery: how it was accepted, and in spite of what. */
static enum hc_status put_verdict(struct hc_json *json, struct hc_job_set *set,
                                  const struct hc_job *job, struct hc_err *err) {
    struct hc_verdict v;
    enum hc_status status = hc_verdict_read(&v, set, job, err);
    if (status != HC_OK || !v.text)
        return status;
    hc_json_text(json, "verdict", job->beyond.count ? "accepted with exceptions" : v.text);
    if (job->previous)
        hc_json_text(json, "previous", job->previous);
    if (v.against.count || job->beyond.count)
        hc_json_array(json, "exceptions");
    for (size_t i = 0; i < v.against.count; i++)
        hc_json_text(json, NULL, v.against.item[i]);
    for (size_t i = 0; i < job->beyond.count; i++)
        hc_json_text(json, NULL, job->beyond.item[i]);
    if (v.against.count || job->beyond.count)
        hc_json_end(json);
    return HC_OK;
}

/* What a step warned of; what a delivery was accepted with says its verdict. */
static enum hc_status put_warnings(struct hc_json *json, struct hc_job_set *set,
                                   const struct hc_job *job, struct hc_err *err) {
    struct hc_words lines = {0};
    enum hc_status status = hc_said_warnings(set, job, &lines, err);
    if (status != HC_OK || lines.count == 0)
        return status;
    hc_json_array(json, "warnings");
    for (size_t i = 0; i < lines.count; i++)
        hc_json_text(json, NULL, lines.item[i]);
    hc_json_end(json);
    return HC_OK;
}

static enum hc_status put_job(struct hc_json *json, struct hc_job_set *set,
                              const struct hc_job *job, struct hc_err *err) {
    const struct hc_step *step = &set->plan->step[job->step];
    hc_json_object(json, NULL);
    hc_json_text(json, "step", step->name);
    hc_json_text(json, "delivery", job->delivery ? hc_base_name(job->delivery) : NULL);
    hc_json_text(json, "tool", step->tool->program);
    hc_json_array(json, "arguments");
    for (size_t i = 0; i < job->record.arg.count; i++)
        hc_json_text(json, NULL, job->record.arg.item[i]);
    hc_json_end(json);
    hc_json_int(json, "exit", job->record.code);
    seconds(json, job->record.milliseconds);
    hc_json_bool(json, "kept", !job->ran);
    hc_json_text(json, "why", job->why);
    hc_json_array(json, "outputs");
    for (size_t i = 0; i < job->record.outputs; i++)
        put_mark(json, &job->record.output[i]);
    hc_json_end(json);
    enum hc_status status = job->delivery ? put_verdict(json, set, job, err)
                                          : put_warnings(json, set, job, err);
    if (status == HC_OK)
        status = put_accounts(json, job, err);
    hc_json_end(json);
    return status;
}

/* One row for each step and kind it read: what its makers say they made, which is what it
 * says it read (pipeline/edges.h has compared them). */
static enum hc_status put_edges(struct hc_json *json, struct hc_exec *exec,
                                const struct hc_job *job, struct hc_err *err) {
    const struct hc_step *step = &exec->set->plan->step[job->step];
    for (size_t i = 0; i < job->record.inputs; i++) {
        const char *kind = job->record.input[i].kind;
        struct hc_book_entry made;
        bool before = !kind;
        for (size_t j = 0; !before && j < i; j++)
            before =
                job->record.input[j].kind && strcmp(job->record.input[j].kind, kind) == 0;
        if (before)
            continue;
        enum hc_status status = hc_edges_made(&exec->edges, job, kind, &made, err);
        if (status != HC_OK)
            return status;
        hc_json_object(json, NULL);
        hc_json_inline(json);
        hc_json_text(json, "step", step->name);
        hc_json_text(json, "kind", kind);
        hc_json_int(json, "rows", made.rows);
        hc_json_object(json, "sums");
        for (size_t s = 0; s < made.sums; s++)
            hc_json_sum(json, made.sum[s].name, made.sum[s].value);
        hc_json_end(json);
        hc_json_end(json);
    }
    return HC_OK;
}

/* The folders that hold such files, one a step; the files are marked where they are listed.
 */
static void put_phi(struct hc_json *json, const struct hc_job_set *set) {
    hc_json_array(json, "phi");
    for (size_t i = 0; i < set->plan->ordered; i++) {
        size_t step = set->plan->order[i];
        bool found = false;
        for (size_t j = 0; j < set->count[step]; j++) {
            const struct hc_record *record = &set->job[set->first[step] + j].record;
            for (size_t o = 0; o < record->outputs; o++)
                found = found || is_phi(&record->output[o]);
        }
        char path[4096];
        snprintf(path, sizeof path, "%s/data/%s", set->plan->work,
                 set->plan->step[step].name);
        if (found)
            hc_json_text(json, NULL, path);
    }
    hc_json_end(json);
}

enum hc_status hc_manifest_write(const struct hc_manifest *manifest, struct hc_buf *text,
                                 struct hc_err *err) {
    struct hc_exec *exec = manifest->exec;
    struct hc_job_set *set = exec->set;
    struct hc_json json;
    char clock[32];
    enum hc_status status = HC_OK;
    hc_json_start(&json, text, true);
    hc_json_object(&json, NULL);
    hc_json_int(&json, "manifest", 1);
    hc_json_text(&json, "pipeline", set->plan->name);
    hc_json_text(&json, "version", HC_VERSION);
    hc_json_bool(&json, "complete", true);
    hc_json_bool(&json, "balanced", true);
    hc_json_int(&json, "exit", exec->rejects ? 3 : 0);
    hc_json_text(&json, "started", manifest->started);
    hc_json_text(&json, "ended", hc_clock_text(clock));
    seconds(&json, manifest->milliseconds);
    put_params(&json, &set->plan->params);
    if (set->plan->as_of)
        put_as_of(&json, set);
    hc_json_array(&json, "published");
    for (size_t i = 0; i < manifest->count; i++) {
        hc_json_object(&json, NULL);
        hc_json_inline(&json);
        hc_json_text(&json, "name", manifest->published[i].name);
        hc_json_text(&json, "sha256", manifest->published[i].sha256);
        hc_json_int(&json, "bytes", (int64_t)manifest->published[i].size);
        hc_json_end(&json);
    }
    hc_json_end(&json);
    put_inputs(&json, set);
    put_history(&json, set->plan);
    put_rules(&json, exec);
    hc_json_array(&json, "edges");
    for (size_t i = 0; status == HC_OK && i < set->jobs; i++)
        status = put_edges(&json, exec, &set->job[i], err);
    hc_json_end(&json);
    put_phi(&json, set);
    hc_json_array(&json, "jobs");
    for (size_t i = 0; status == HC_OK && i < set->jobs; i++)
        status = put_job(&json, set, &set->job[i], err);
    hc_json_end(&json);
    hc_json_end(&json);
    if (status == HC_OK && text->failed)
        status = hc_fail_memory(err);
    return status;
}
