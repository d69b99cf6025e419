#include "pipeline/job.h"

#include <stdlib.h>

#include "base/file.h"

static char *join(struct hc_job_set *set, const char *folder, const char *name) {
    return hc_arena_printf(&set->arena, "%s/%s", folder, name);
}

static bool add_job(struct hc_job_set *set, size_t number, const char *delivery) {
    const struct hc_step *step = &set->plan->step[number];
    const char *base = delivery ? hc_base_name(delivery) : NULL;
    const char *work = set->plan->work, *dot = base ? "." : "", *slash = base ? "/" : "";
    struct hc_job *job = &set->job[set->jobs++];
    base = base ? base : "";
    *job = (struct hc_job){
        .step = number,
        .delivery = delivery,
        .name = hc_arena_printf(&set->arena, "%s%s%s", step->name, slash, base),
        .folder =
            hc_arena_printf(&set->arena, "%s/data/%s%s%s", work, step->name, slash, base),
        .log =
            hc_arena_printf(&set->arena, "%s/log/%s%s%s.log", work, step->name, dot, base),
        .state = hc_arena_printf(&set->arena, "%s/state/%s%s%s.json", work, step->name, dot,
                                 base),
        .accounts = hc_arena_printf(&set->arena, "%s/accounts/%s%s%s.json", work,
                                    step->name, dot, base),
    };
    return job->name && job->folder && job->log && job->state && job->accounts;
}

enum hc_status hc_jobs_new(struct hc_job_set *set, struct hc_plan *plan, const char *tools,
                           struct hc_err *err) {
    size_t jobs = 0;
    *set = (struct hc_job_set){.plan = plan, .tools = tools};
    for (size_t i = 0; i < plan->steps; i++)
        jobs += plan->step[i].deliveries + 1;
    set->job = hc_arena_zalloc(&set->arena, (jobs + 1) * sizeof *set->job);
    set->first = hc_arena_zalloc(&set->arena, (plan->steps + 1) * sizeof *set->first);
    set->count = hc_arena_zalloc(&set->arena, (plan->steps + 1) * sizeof *set->count);
    if (!set->job || !set->first || !set->count)
        return hc_fail_memory(err);
    for (size_t i = 0; i < plan->ordered; i++) {
        size_t number = plan->order[i];
        const struct hc_step *step = &plan->step[number];
        set->first[number] = set->jobs;
        bool per_delivery = step->tool && step->tool->per_delivery;
        for (size_t d = 0; per_delivery && d < step->deliveries; d++)
            if (!add_job(set, number, step->delivery[d]))
                return hc_fail_memory(err);
        if (!per_delivery && !add_job(set, number, NULL))
            return hc_fail_memory(err);
        set->count[number] = set->jobs - set->first[number];
    }
    return HC_OK;
}

void hc_jobs_free(struct hc_job_set *set) {
    hc_arena_free(&set->arena);
    *set = (struct hc_job_set){0};
}

const char *hc_job_program(struct hc_job_set *set, const struct hc_step *step) {
    return join(set, set->tools, step->tool->program);
}

const char *hc_job_kind_of(const struct hc_plan *plan, const struct hc_step_arg *arg) {
    const struct hc_step *from = &plan->step[arg->from];
    if (arg->output)
        return arg->output;
    if (!from->tool)
        return NULL;
    if (from->tool->per_delivery)
        return from->kinds == 1 ? from->kind[0] : NULL;
    return from->tool->output[0].name;
}

/* ---- asking ---- */

/* Which output is meant, checked against what the step has; NULL after a fault, and for an
 * optional one that the step does not have. */
static const char *planned_kind(struct hc_job_set *set, const struct hc_step_arg *arg) {
    struct hc_plan *plan = set->plan;
    const struct hc_step *from = &plan->step[arg->from];
    const char *names[32] = {0};
    size_t count = 0;
    if (from->tool->per_delivery)
        for (; count < from->kinds && count < 31; count++)
            names[count] = from->kind[count];
    else
        for (; count < 31 && from->tool->output[count].name; count++)
            names[count] = from->tool->output[count].name;
    const char *kind = hc_job_kind_of(plan, arg);
    for (size_t i = 0; kind && i < count; i++)
        if (strcmp(names[i], kind) == 0)
            return names[i];
    if (arg->optional)
        return NULL;
    struct hc_buf all = {0};
    for (size_t i = 0; i < count; i++)
        hc_buf_printf(&all, "%s%s.%s", i ? ", " : "", from->name, names[i]);
    if (count == 0)
        hc_fault(&plan->faults, arg->node, "%s: %s leaves nothing that a step can read",
                 arg->text, from->tool->program);
    else if (!kind)
        hc_fault(&plan->faults, arg->node, "%s: say which output: %s", arg->text,
                 hc_buf_text(&all));
    else
        hc_fault(&plan->faults, arg->node, "step %s has no output '%s'; it has %s",
                 from->name, kind, hc_buf_text(&all));
    hc_buf_free(&all);
    return NULL;
}

static const char *output_file(const struct hc_step *step, const char *kind) {
    for (const struct hc_step_output *output = step->tool->output; output->name; output++)
        if (strcmp(output->name, kind) == 0)
            return output->file;
    return NULL;
}

static enum hc_status ask_stream(struct hc_job_set *set, const struct hc_step_arg *arg,
                                 struct hc_words *argv) {
    const struct hc_step *from = &set->plan->step[arg->from];
    const char *kind = planned_kind(set, arg);
    if (!kind)
        return arg->optional ? HC_OK : HC_END;
    for (size_t i = 0; i < set->count[arg->from]; i++) {
        const struct hc_job *job = &set->job[set->first[arg->from] + i];
        const char *file = output_file(from, kind);
        hc_words_add(
            argv, &set->arena,
            file ? hc_arena_printf(&set->arena, "%s%s/%s", arg->prefix, job->folder, file)
                 : hc_arena_printf(&set->arena, "%s%s/%s.arrow", arg->prefix, job->folder,
                                   kind));
    }
    return HC_OK;
}

/* Options come before arguments, so that both forms read alike in logs. */
static bool is_option(const struct hc_step_arg *arg) {
    return strncmp(arg->prefix, "--", 2) == 0;
}

static void add_outputs(struct hc_job_set *set, const struct hc_step *step,
                        const char *folder, struct hc_words *argv) {
    for (const struct hc_step_output *output = step->tool->output; output->name; output++)
        hc_words_add(
            argv, &set->arena,
            hc_arena_printf(&set->arena, "%s%s/%s", output->option, folder, output->file));
    if (step->tool->per_delivery)
        hc_words_add(argv, &set->arena,
                     hc_arena_printf(&set->arena, "--out-dir=%s", folder));
    if (step->publish)
        hc_words_add(argv, &set->arena,
                     hc_arena_printf(&set->arena, "%s%s/%s", step->publish_option, folder,
                                     hc_base_name(step->publish)));
}

enum hc_status hc_job_ask(struct hc_job_set *set, size_t number, struct hc_words *argv,
                          struct hc_err *err) {
    const struct hc_plan *plan = set->plan;
    const struct hc_step *step = &plan->step[number];
    bool whole = true;
    for (size_t i = 0; i < step->needs; i++)
        if (!plan->step[step->need[i]].version)
            return HC_END;
    hc_words_add(argv, &set->arena, hc_job_program(set, step));
    for (int options = 1; options >= 0; options--)
        for (size_t i = 0; i < step->args; i++) {
            const struct hc_step_arg *arg = &step->arg[i];
            if (is_option(arg) != (options == 1))
                continue;
            if (arg->form == HC_ARG_STREAM)
                whole = ask_stream(set, arg, argv) == HC_OK && whole;
            else
                hc_words_add(argv, &set->arena,
                             hc_arena_printf(&set->arena, "%s%s", arg->prefix, arg->text));
        }
    const char *folder = hc_arena_printf(&set->arena, "%s/data/%s", plan->work, step->name);
    add_outputs(set, step, folder, argv);
    hc_words_add(argv, &set->arena, "--dry-run=json");
    for (size_t i = 0; i < step->deliveries; i++)
        hc_words_add(argv, &set->arena, step->delivery[i]);
    if (argv->failed || !folder)
        return hc_fail_memory(err);
    return whole ? HC_OK : HC_END;
}

/* ---- running ---- */

/* Files of one output of a step that is done, as inputs of job. */
static enum hc_status take_stream(struct hc_job_set *set, struct hc_job *job,
                                  const struct hc_step_arg *arg, size_t *room,
                                  struct hc_err *err) {
    const char *kind = hc_job_kind_of(set->plan, arg);
    const struct hc_step *from = &set->plan->step[arg->from];
    size_t found = 0;
    for (size_t i = 0; i < set->count[arg->from]; i++) {
        const struct hc_job *maker = &set->job[set->first[arg->from] + i];
        for (size_t o = 0; !maker->late && o < maker->record.outputs; o++) {
            const struct hc_mark *output = &maker->record.output[o];
            if (!kind || !output->kind || strcmp(output->kind, kind) != 0)
                continue;
            if (*room == 0)
                return hc_fail(err, HC_EINTERNAL, "more inputs than were counted");
            --*room;
            found++;
            struct hc_mark *input = &job->record.input[job->record.inputs++];
            *input = *output;
            input->path = join(set, maker->folder, output->name);
            input->name = hc_arena_printf(
                &set->arena, "%s.%s%s%s", from->name, kind, maker->delivery ? "/" : "",
                maker->delivery ? hc_base_name(maker->delivery) : "");
            if (!input->path || !input->name)
                return hc_fail_memory(err);
            hc_words_add(&job->record.arg, &set->arena,
                         hc_arena_printf(&set->arena, "%s{%s}", arg->prefix, input->name));
        }
    }
    if (found == 0 && !arg->optional)
        return hc_fail(err, HC_EDATA, "no delivery of step %s%s%s holds %s", from->name,
                       set->plan->as_of ? " until " : "",
                       set->plan->as_of ? set->plan->as_of : "",
                       kind ? kind : "what is wanted");
    return HC_OK;
}

static enum hc_status take_file(struct hc_job_set *set, struct hc_job *job,
                                const char *prefix, const char *path, bool secret,
                                const struct hc_record *known, bool as_left,
                                struct hc_err *err) {
    struct hc_mark *input = &job->record.input[job->record.inputs++];
    const struct hc_mark *before = NULL;
    *input = (struct hc_mark){
        .path = path, .name = hc_base_name(path), .secret = secret, .salt = set->salt};
    for (size_t i = 0; i < known->inputs; i++)
        if (strcmp(known->input[i].name, input->name) == 0)
            before = &known->input[i];
    hc_words_add(&job->record.arg, &set->arena,
                 hc_arena_printf(&set->arena, "%s{%s}", prefix, input->name));
    if (as_left && before) {
        *input = *before;
        input->path = path;
        input->salt = set->salt;
        return HC_OK;
    }
    bool looked_at = path == job->delivery && job->seen.sha256;
    enum hc_status status =
        hc_mark_take(input, looked_at ? &job->seen : before, &set->arena, err);
    if (status == HC_OK && looked_at && strcmp(input->sha256, job->seen.sha256) != 0) {
        hc_fail(err, HC_ETEMP, "changed since this run looked at it");
        hc_err_at_file(err, path);
        return HC_ETEMP;
    }
    if (status == HC_OK && before && before->mtime_ns && !job->note &&
        before->mtime_ns != input->mtime_ns && strcmp(before->sha256, input->sha256) == 0)
        job->note = hc_arena_printf(&set->arena, "%s: touched, same bytes", input->name);
    return status;
}

enum hc_status hc_job_inputs(struct hc_job_set *set, struct hc_job *job,
                             const struct hc_record *known, bool as_left,
                             struct hc_err *err) {
    const struct hc_step *step = &set->plan->step[job->step];
    enum hc_status status = HC_OK;
    size_t room = 0;
    for (size_t i = 0; i < step->args; i++) {
        size_t from = step->arg[i].from;
        for (size_t j = 0; step->arg[i].form == HC_ARG_STREAM && j < set->count[from]; j++)
            room += set->job[set->first[from] + j].record.outputs;
    }
    job->record = (struct hc_record){0};
    job->record.input =
        hc_arena_zalloc(&set->arena, (room + step->args + 1) * sizeof *job->record.input);
    if (!job->record.input)
        return hc_fail_memory(err);
    for (size_t i = 0; status == HC_OK && i < step->args; i++) {
        const struct hc_step_arg *arg = &step->arg[i];
        if (arg->form == HC_ARG_STREAM)
            status = take_stream(set, job, arg, &room, err);
        else if (arg->form == HC_ARG_TEXT)
            hc_words_add(&job->record.arg, &set->arena,
                         hc_arena_printf(&set->arena, "%s%s", arg->prefix, arg->text));
        else
            status = take_file(set, job, arg->prefix, arg->text, arg->form == HC_ARG_SECRET,
                               known, as_left, err);
    }
    if (status == HC_OK && job->delivery)
        status = take_file(set, job, "", job->delivery, false, known, as_left, err);
    if (status == HC_OK && job->record.arg.failed)
        status = hc_fail_memory(err);
    return status;
}

/* An argument of the record is a prefix and a file's name in braces: put the path in. */
static const char *with_path(struct hc_job_set *set, const struct hc_job *job,
                             const char *arg) {
    size_t len = strlen(arg);
    for (size_t i = 0; len && arg[len - 1] == '}' && i < job->record.inputs; i++) {
        const struct hc_mark *input = &job->record.input[i];
        size_t name = strlen(input->name);
        if (len < name + 2 || arg[len - name - 2] != '{' ||
            memcmp(arg + len - name - 1, input->name, name) != 0)
            continue;
        return hc_arena_printf(&set->arena, "%.*s%s", (int)(len - name - 2), arg,
                               input->path);
    }
    return arg;
}

enum hc_status hc_job_argv(struct hc_job_set *set, const struct hc_job *job,
                           struct hc_words *argv, struct hc_err *err) {
    const struct hc_step *step = &set->plan->step[job->step];
    hc_words_add(argv, &set->arena, hc_job_program(set, step));
    for (int options = 1; options >= 0; options--) {
        for (size_t i = 0; i < job->record.arg.count; i++)
            if ((strncmp(job->record.arg.item[i], "--", 2) == 0) == (options == 1))
                hc_words_add(argv, &set->arena,
                             with_path(set, job, job->record.arg.item[i]));
        if (options == 0)
            break;
        add_outputs(set, step, job->folder, argv);
        hc_words_add(argv, &set->arena,
                     hc_arena_printf(&set->arena, "--accounts=%s", job->accounts));
        hc_words_add(argv, &set->arena,
                     hc_arena_printf(&set->arena, "--memory=%llu",
                                     (unsigned long long)set->memory_bytes));
        if (set->temp_dir)
            hc_words_add(argv, &set->arena,
                         hc_arena_printf(&set->arena, "--temp-dir=%s", set->temp_dir));
        if (set->log_format)
            hc_words_add(argv, &set->arena,
                         hc_arena_printf(&set->arena, "--log-format=%s", set->log_format));
    }
    return argv->failed ? hc_fail_memory(err) : HC_OK;
}
