#include "pipeline/exec.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "pipeline/spawn.h"

static enum hc_status choose(struct hc_exec *exec, struct hc_err *err) {
    const struct hc_plan *plan = exec->set->plan;
    const char *name = exec->options->only ? exec->options->only : exec->options->from;
    size_t start = name ? hc_plan_find(plan, name) : 0;
    if (name && start == plan->steps)
        return hc_fail(err, HC_EUSAGE, "the pipeline has no step '%s'", name);
    for (size_t i = 0; i < plan->steps; i++) {
        if (exec->options->only) {
            exec->chosen[i] = i == start;
            exec->taken[i] = i != start && hc_plan_depends(plan, start, i);
        } else {
            exec->chosen[i] = !name || hc_plan_depends(plan, i, start);
            exec->taken[i] = !exec->chosen[i];
        }
    }
    return HC_OK;
}

enum hc_status hc_exec_new(struct hc_exec *exec, struct hc_job_set *set,
                           const struct hc_exec_options *options, struct hc_err *err) {
    *exec = (struct hc_exec){.set = set, .options = options};
    exec->chosen = hc_arena_zalloc(&set->arena, set->plan->steps + 1);
    exec->taken = hc_arena_zalloc(&set->arena, set->plan->steps + 1);
    if (!exec->chosen || !exec->taken)
        return hc_fail_memory(err);
    enum hc_status status = choose(exec, err);
    if (status == HC_OK)
        status = hc_fresh_prepare(&exec->fresh, set, options->force, err);
    if (status == HC_OK)
        status = hc_edges_new(&exec->edges, set, err);
    return status;
}

static bool is_ready(const struct hc_exec *exec, const struct hc_job *job) {
    const struct hc_job_set *set = exec->set;
    const struct hc_step *step = &set->plan->step[job->step];
    for (size_t i = 0; i < step->needs; i++)
        for (size_t j = 0; j < set->count[step->need[i]]; j++)
            if (set->job[set->first[step->need[i]] + j].status != HC_JOB_DONE)
                return false;
    return true;
}

static void tell(const struct hc_exec *exec, const struct hc_job *job) {
    if (exec->tell)
        exec->tell(exec->self, exec, job);
}

static void done(struct hc_exec *exec, struct hc_job *job) {
    job->status = HC_JOB_DONE;
    exec->rejects = exec->rejects || job->record.code == 3;
    exec->ran += job->ran;
    exec->kept += !job->ran;
    tell(exec, job);
}

/* The record goes first: from here until the job has ended well there is nothing to reuse.
 */
static enum hc_status clear(struct hc_job_set *set, const struct hc_job *job,
                            struct hc_err *err) {
    char **names = NULL;
    size_t count = 0;
    if (unlink(job->state) != 0 && errno != ENOENT) {
        enum hc_status failed = hc_fail_errno(err, HC_EIO, errno, "cannot remove");
        hc_err_at_file(err, job->state);
        return failed;
    }
    enum hc_status status = hc_make_folder(job->folder, err);
    if (status == HC_OK)
        status = hc_list_folder(job->folder, &set->arena, &names, &count, err);
    for (size_t i = 0; status == HC_OK && i < count; i++) {
        const char *path = hc_arena_printf(&set->arena, "%s/%s", job->folder, names[i]);
        if (!path)
            status = hc_fail_memory(err);
        else if (unlink(path) != 0 && errno != EISDIR && errno != EPERM && errno != ENOENT)
            status = hc_fail_errno(err, HC_EIO, errno, "cannot remove %s", path);
    }
    if (status == HC_OK && unlink(job->accounts) != 0 && errno != ENOENT)
        status = hc_fail_errno(err, HC_EIO, errno, "cannot remove %s", job->accounts);
    return status;
}

static enum hc_status start(struct hc_exec *exec, struct hc_job *job, struct hc_err *err) {
    struct hc_words argv = {0};
    enum hc_status status = clear(exec->set, job, err);
    if (status == HC_OK)
        status = hc_job_argv(exec->set, job, &argv, err);
    if (status == HC_OK)
        status = hc_spawn_start(argv.item, job->log, &job->pid, err);
    if (status != HC_OK)
        return status;
    clock_gettime(CLOCK_MONOTONIC, &job->start);
    job->status = HC_JOB_RUNNING;
    job->ran = true;
    exec->running++;
    tell(exec, job);
    return HC_OK;
}

/* Done at once when nothing changed, else started. */
static enum hc_status begin(struct hc_exec *exec, struct hc_job *job, struct hc_err *err) {
    enum hc_status status = exec->taken[job->step]
                                ? hc_fresh_take(&exec->fresh, job, err)
                                : hc_fresh_decide(&exec->fresh, job, err);
    if (status != HC_OK)
        return status;
    if (job->why)
        return start(exec, job, err);
    status = hc_edges_check(&exec->edges, job, err);
    if (status == HC_OK)
        status = hc_fresh_date(&exec->fresh, job, err);
    if (status == HC_OK)
        done(exec, job);
    return status;
}

static enum hc_status judge(struct hc_exec *exec, struct hc_job *job, int code,
                            struct hc_err *err) {
    const char *program = exec->set->plan->step[job->step].tool->program;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    job->record.milliseconds = (int64_t)(now.tv_sec - job->start.tv_sec) * 1000 +
                               (now.tv_nsec - job->start.tv_nsec) / 1000000;
    job->record.code = code;
    job->code = code;
    if (code != 0 && code != 3) {
        enum hc_status status = hc_status_of_exit(code);
        if (code > 128 && status == HC_EINTERNAL)
            return hc_fail(err, status, "%s was killed by signal %d", program, code - 128);
        return hc_fail(err, status, "%s ended with %d", program, code);
    }
    enum hc_status status = hc_fresh_inputs_stand(job, err);
    if (status == HC_OK)
        status = hc_fresh_outputs(&exec->fresh, job, err);
    if (status == HC_OK)
        status = hc_edges_check(&exec->edges, job, err);
    if (status == HC_OK)
        status = hc_fresh_date(&exec->fresh, job, err);
    if (status == HC_OK)
        status = hc_record_write(&job->record, job->state, err);
    return status;
}

/* Keep the failure of the job that comes first in the plan: which one is seen first depends
 * on how the processes ran. */
static enum hc_status note_failure(struct hc_exec *exec, struct hc_job *job,
                                   enum hc_status status, enum hc_status before,
                                   const struct hc_err *found, struct hc_err *err) {
    job->status = HC_JOB_FAILED;
    tell(exec, job);
    if (exec->failed && exec->failed < job)
        return before;
    exec->failed = job;
    char what[sizeof found->what];
    snprintf(what, sizeof what, "%.3800s", found->what);
    if (err) {
        *err = *found;
        hc_fail(err, status, "step %s: %s", job->name, what);
        snprintf(err->file, sizeof err->file, "%s", found->file);
        snprintf(err->hint, sizeof err->hint, "%s", found->hint);
    }
    return status;
}

static struct hc_job *running_job(struct hc_exec *exec, pid_t pid) {
    for (size_t i = 0; i < exec->set->jobs; i++)
        if (exec->set->job[i].status == HC_JOB_RUNNING && exec->set->job[i].pid == pid)
            return &exec->set->job[i];
    return NULL;
}

static enum hc_status stop_all(struct hc_exec *exec, enum hc_status status) {
    pid_t pid[256];
    size_t count = 0;
    for (size_t i = 0; i < exec->set->jobs && count < 256; i++)
        if (exec->set->job[i].status == HC_JOB_RUNNING)
            pid[count++] = exec->set->job[i].pid;
    hc_spawn_stop(pid, count);
    exec->running = 0;
    return status;
}

static enum hc_status take_salt(struct hc_job_set *set, bool keep, struct hc_err *err) {
    const char *path = hc_arena_printf(&set->arena, "%s/salt", set->plan->work);
    return path ? hc_salt_take(path, keep, set->salt, err) : hc_fail_memory(err);
}

enum hc_status hc_exec_run(struct hc_exec *exec, struct hc_err *err) {
    struct hc_job_set *set = exec->set;
    struct hc_spawn_watch watch;
    struct hc_err found = {0};
    enum hc_status status = take_salt(set, true, err);
    if (status != HC_OK)
        return status;
    hc_spawn_watch(&watch);
    for (;;) {
        bool moved = true;
        while (status == HC_OK && moved) { /* a job kept may make others ready */
            moved = false;
            for (size_t i = 0; status == HC_OK && i < set->jobs &&
                               exec->running < exec->options->side_by_side;
                 i++) {
                struct hc_job *job = &set->job[i];
                if (job->status != HC_JOB_WAITING || !is_ready(exec, job) ||
                    !(exec->chosen[job->step] || exec->taken[job->step]))
                    continue;
                enum hc_status one = begin(exec, job, &found);
                if (one != HC_OK)
                    status = note_failure(exec, job, one, status, &found, err);
                moved = moved || job->status == HC_JOB_DONE;
            }
        }
        if (exec->running == 0)
            break;
        pid_t pid = 0;
        int code = 0;
        enum hc_status waited = hc_spawn_wait(&pid, &code, &found);
        if (waited != HC_OK) { /* told to stop */
            status = stop_all(exec, waited);
            if (err)
                *err = found;
            break;
        }
        struct hc_job *job = running_job(exec, pid);
        if (!job)
            continue;
        exec->running--;
        enum hc_status one = judge(exec, job, code, &found);
        if (one == HC_OK)
            done(exec, job);
        else
            status = note_failure(exec, job, one, status, &found, err);
    }
    hc_spawn_unwatch(&watch);
    return status;
}

enum hc_status hc_exec_decide(struct hc_exec *exec, struct hc_err *err) {
    struct hc_job_set *set = exec->set;
    exec->fresh.look_only = true;
    enum hc_status salted = take_salt(set, false, err);
    if (salted != HC_OK)
        return salted;
    for (size_t i = 0; i < set->jobs; i++) {
        struct hc_job *job = &set->job[i];
        const struct hc_step *step = &set->plan->step[job->step];
        if (!exec->chosen[job->step] && !exec->taken[job->step])
            continue;
        for (size_t n = 0; n < step->needs && !job->why; n++)
            for (size_t j = 0; j < set->count[step->need[n]]; j++)
                if (set->job[set->first[step->need[n]] + j].why) {
                    job->why = hc_arena_printf(&set->arena, "after %s",
                                               set->plan->step[step->need[n]].name);
                    break;
                }
        if (job->why)
            continue;
        enum hc_status status = exec->taken[job->step]
                                    ? hc_fresh_take(&exec->fresh, job, err)
                                    : hc_fresh_decide(&exec->fresh, job, err);
        if (status == HC_OK && !job->why)
            status = hc_fresh_date(&exec->fresh, job, err);
        if (status != HC_OK)
            return status;
        job->status = HC_JOB_DONE;
    }
    return HC_OK;
}
