#include "pipeline/fresh.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "pipeline/verdict.h"

/* The accounts lie outside the job's folder, but are as much its output as the rest. */
static const char accounts_name[] = "(accounts)";

enum hc_status hc_fresh_prepare(struct hc_fresh *fresh, struct hc_job_set *set, bool force,
                                struct hc_err *err) {
    const struct hc_plan *plan = set->plan;
    struct hc_buf boot = {0};
    *fresh = (struct hc_fresh){.set = set, .force = force};
    fresh->tool_sha256 =
        hc_arena_zalloc(&set->arena, (plan->steps + 1) * sizeof *fresh->tool_sha256);
    fresh->config = hc_arena_zalloc(&set->arena, (plan->steps + 1) * sizeof *fresh->config);
    fresh->known = hc_arena_zalloc(&set->arena, plan->steps + 1);
    if (!fresh->tool_sha256 || !fresh->config || !fresh->known)
        return hc_fail_memory(err);
    for (size_t i = 0; i < set->jobs; i++)
        if (access(set->job[i].state, F_OK) == 0)
            fresh->known[set->job[i].step] = true;
    enum hc_status status =
        hc_read_file("/proc/sys/kernel/random/boot_id", 4096, &boot, err);
    if (status == HC_OK) {
        struct hc_str id = {(const char *)boot.ptr, boot.len - (boot.len > 0)};
        fresh->boot = hc_arena_copy(&set->arena, id);
        status = fresh->boot ? HC_OK : hc_fail_memory(err);
    }
    hc_buf_free(&boot);
    for (size_t i = 0; status == HC_OK && i < plan->steps; i++) {
        const struct hc_step *step = &plan->step[i];
        for (size_t j = 0; j < i; j++)
            if (plan->step[j].tool == step->tool)
                fresh->tool_sha256[i] = fresh->tool_sha256[j];
        struct hc_mark tool = {.path = hc_job_program(set, step)};
        if (!fresh->tool_sha256[i]) {
            status = tool.path ? hc_mark_take(&tool, NULL, &set->arena, err)
                               : hc_fail_memory(err);
            fresh->tool_sha256[i] = tool.sha256;
        }
        fresh->config[i] =
            hc_arena_zalloc(&set->arena, (step->configs + 1) * sizeof **fresh->config);
        if (!fresh->config[i])
            return hc_fail_memory(err);
        for (size_t c = 0; status == HC_OK && c < step->configs; c++) {
            struct hc_mark *mark = &fresh->config[i][c];
            mark->name = mark->path = step->config[c];
            status = hc_mark_take(mark, NULL, &set->arena, err);
        }
    }
    return status;
}

/* ---- what a job left ---- */

static const char *path_of(struct hc_job_set *set, const struct hc_job *job,
                           const struct hc_mark *output) {
    if (strcmp(output->name, accounts_name) == 0)
        return job->accounts;
    return hc_arena_printf(&set->arena, "%s/%s", job->folder, output->name);
}

/* Intermediates are not forced to the disk: after another boot a file of the right size and
 * time may hold anything, so it is read again. *why stays NULL when all outputs are good.
 */
static enum hc_status check_outputs(struct hc_fresh *fresh, const struct hc_job *job,
                                    struct hc_record *record, const char **why, bool *moved,
                                    struct hc_err *err) {
    struct hc_job_set *set = fresh->set;
    bool same_boot = strcmp(record->boot, fresh->boot) == 0;
    *moved = !same_boot;
    for (size_t i = 0; i < record->outputs; i++) {
        struct hc_mark *output = &record->output[i];
        output->path = path_of(set, job, output);
        if (!output->path)
            return hc_fail_memory(err);
        if (same_boot && hc_mark_stands(output))
            continue;
        struct hc_mark now = *output;
        enum hc_status status = access(output->path, F_OK) == 0
                                    ? hc_mark_take(&now, NULL, &set->arena, err)
                                    : HC_ENOINPUT;
        if (status == HC_ENOINPUT) {
            *why = hc_arena_printf(&set->arena, "output missing: %s", output->name);
            return *why ? HC_OK : hc_fail_memory(err);
        }
        if (status != HC_OK)
            return status;
        if (strcmp(now.sha256, output->sha256) != 0) {
            *why = hc_arena_printf(&set->arena, "output changed: %s", output->name);
            return *why ? HC_OK : hc_fail_memory(err);
        }
        *output = now;
        *moved = true;
    }
    record->boot = fresh->boot;
    return HC_OK;
}

enum hc_status hc_fresh_take(struct hc_fresh *fresh, struct hc_job *job,
                             struct hc_err *err) {
    struct hc_arena *arena = &fresh->set->arena;
    struct hc_record was;
    const char *why = NULL;
    bool moved;
    enum hc_status status = hc_record_read(&was, job->state, arena, err);
    if (status == HC_END)
        return hc_fail(err, HC_ENOINPUT, "it has not been run");
    if (status == HC_OK)
        status = check_outputs(fresh, job, &was, &why, &moved, err);
    if (status == HC_OK)
        status = hc_job_inputs(fresh->set, job, &was, true, err);
    if (status == HC_OK && !why)
        why = hc_record_inputs_differ(&was, &job->record, arena);
    if (status == HC_OK && why) {
        hc_fail(err, HC_ENOINPUT, "what it left cannot be taken as it is: %s", why);
        hc_err_hint(err, "run without --only and --from");
        return HC_ENOINPUT;
    }
    if (status != HC_OK)
        return status;
    was.input = job->record.input; /* the same, and it is known where they are */
    was.inputs = job->record.inputs;
    job->record = was;
    job->had_record = true;
    return HC_OK;
}

enum hc_status hc_fresh_decide(struct hc_fresh *fresh, struct hc_job *job,
                               struct hc_err *err) {
    struct hc_job_set *set = fresh->set;
    const struct hc_step *step = &set->plan->step[job->step];
    struct hc_record was;
    const char *why = NULL;
    bool moved = false;
    enum hc_status status = hc_record_read(&was, job->state, &set->arena, err);
    job->had_record = status == HC_OK;
    if (status != HC_OK && status != HC_END)
        return status;
    status = hc_job_inputs(set, job, &was, false, err);
    if (status != HC_OK)
        return status;
    struct hc_record *now = &job->record;
    now->boot = fresh->boot;
    now->program = step->tool->program;
    now->version = step->version;
    now->tool_sha256 = fresh->tool_sha256[job->step];
    now->config = fresh->config[job->step];
    now->configs = step->configs;
    if (fresh->force)
        why = "forced";
    else if (!job->had_record)
        why = job->delivery && fresh->known[job->step] ? "new delivery" : "not run before";
    else
        why = hc_record_differs(&was, now, &set->arena);
    if (!why)
        status = check_outputs(fresh, job, &was, &why, &moved, err);
    if (status != HC_OK || why) {
        job->why = why;
        return status;
    }
    now->output = was.output;
    now->outputs = was.outputs;
    now->code = was.code;
    now->milliseconds = was.milliseconds;
    if ((moved || job->note) && !fresh->look_only)
        status = hc_record_write(now, job->state, err);
    return status;
}

/* ---- what a job leaves ---- */

enum hc_status hc_fresh_inputs_stand(const struct hc_job *job, struct hc_err *err) {
    for (size_t i = 0; i < job->record.inputs; i++) {
        const struct hc_mark *input = &job->record.input[i];
        struct stat info;
        if (input->kind)
            continue;
        bool there = stat(input->path, &info) == 0;
        if (there && S_ISDIR(info.st_mode))
            continue;
        if (there && (uint64_t)info.st_size == input->size &&
            (int64_t)info.st_mtim.tv_sec * 1000000000 + info.st_mtim.tv_nsec ==
                input->seen_ns &&
            info.st_ino == input->inode)
            continue;
        hc_fail(err, HC_ETEMP, "changed while it was read");
        hc_err_at_file(err, input->path);
        return HC_ETEMP;
    }
    return HC_OK;
}

/* A delivery counts as taken in only when its receipt says so: the receipt is the commit.
 */
static enum hc_status check_receipt(struct hc_job_set *set, const struct hc_job *job,
                                    struct hc_err *err) {
    struct hc_verdict verdict;
    enum hc_status status = hc_verdict_read(&verdict, set, job, err);
    if (status != HC_OK || verdict.accepted)
        return status;
    hc_fail(err, HC_EINTERNAL, "the tool ended well, the receipt does not say so");
    hc_err_at_file(err, job->folder);
    return HC_EINTERNAL;
}

enum hc_status hc_fresh_date(const struct hc_fresh *fresh, struct hc_job *job,
                             struct hc_err *err) {
    const struct hc_plan *plan = fresh->set->plan;
    struct hc_verdict verdict;
    if (!plan->as_of || !job->delivery)
        return HC_OK;
    enum hc_status status = hc_verdict_read(&verdict, fresh->set, job, err);
    if (status != HC_OK)
        return status;
    job->undated = !verdict.dated;
    job->late = verdict.dated && verdict.day > plan->as_of_day;
    return HC_OK;
}

/* The kind of KIND.arrow, NULL for other files. */
static const char *kind_of_file(struct hc_job_set *set, const char *name) {
    size_t len = strlen(name);
    if (len < 7 || strcmp(name + len - 6, ".arrow") != 0)
        return NULL;
    return hc_arena_copy(&set->arena, (struct hc_str){name, len - 6});
}

static enum hc_status add_output(struct hc_fresh *fresh, struct hc_job *job,
                                 const char *name, struct hc_err *err) {
    struct hc_mark *mark = &job->record.output[job->record.outputs];
    const struct hc_step *step = &fresh->set->plan->step[job->step];
    *mark = (struct hc_mark){.name = name};
    mark->path = path_of(fresh->set, job, mark);
    mark->kind = step->publish ? NULL : kind_of_file(fresh->set, name);
    if (!mark->path)
        return hc_fail_memory(err);
    if (access(mark->path, F_OK) != 0) {
        hc_fail(err, HC_EINTERNAL, "the tool ended well and did not leave it");
        hc_err_at_file(err, mark->path);
        return HC_EINTERNAL;
    }
    job->record.outputs++;
    enum hc_status status = hc_mark_take(mark, NULL, &fresh->set->arena, err);
    mark->mtime_ns = mark->seen_ns; /* under our lock nobody else writes it just now */
    return status;
}

enum hc_status hc_fresh_outputs(struct hc_fresh *fresh, struct hc_job *job,
                                struct hc_err *err) {
    struct hc_job_set *set = fresh->set;
    const struct hc_step *step = &set->plan->step[job->step];
    char **names = NULL;
    size_t count = 0, declared = 0;
    enum hc_status status = hc_list_folder(job->folder, &set->arena, &names, &count, err);
    if (status != HC_OK)
        return status;
    while (step->tool->output[declared].name)
        declared++;
    job->record.output =
        hc_arena_zalloc(&set->arena, (count + declared + 3) * sizeof *job->record.output);
    job->record.outputs = 0;
    if (!job->record.output)
        return hc_fail_memory(err);
    for (size_t i = 0; status == HC_OK && i < declared; i++)
        status = add_output(fresh, job, step->tool->output[i].file, err);
    if (status == HC_OK && step->publish)
        status = add_output(fresh, job, hc_base_name(step->publish), err);
    for (size_t i = 0; status == HC_OK && step->tool->per_delivery && i < count; i++)
        if (names[i][0] != '.')
            status = add_output(fresh, job, names[i], err);
    if (status == HC_OK && step->tool->per_delivery)
        status = check_receipt(set, job, err);
    if (status == HC_OK)
        status = add_output(fresh, job, accounts_name, err);
    return status;
}
