/* hc-run: carry out a pipeline. Options, plan, check, run, publish, last line. */
#include <sched.h>
#include <stddef.h>
#include <unistd.h>

#include "base/dryrun.h"
#include "base/file.h"
#include "base/tool.h"
#include "pipeline/check.h"
#include "pipeline/compare.h"
#include "pipeline/graph.h"
#include "pipeline/intake.h"
#include "pipeline/lock.h"
#include "pipeline/publish.h"
#include "pipeline/said.h"
#include "pipeline/spawn.h"
#include "pipeline/strays.h"
#include "pipeline/verdict.h"

static const uint64_t not_given = UINT64_MAX; /* of --memory */
static const uint64_t each_bytes = 256u << 20;

struct config {
    struct hc_common common;
    struct hc_opt_list set, replace, withdraw;
    int64_t jobs;
    const char *work, *out, *engine, *graph, *only, *from, *history, *as_of;
    bool force;
    bool plan_only; /* --dry-run without =json */
};
static const struct hc_opt opts[] = {
    {0, "set", "NAME=VALUE", HC_OPT_MANY, offsetof(struct config, set),
     "give a parameter of the pipeline another value"},
    {'j', "jobs", "N", HC_OPT_INT, offsetof(struct config, jobs),
     "run at most N processes side by side (default: one for each processor)"},
    {0, "work-dir", "DIR", HC_OPT_STRING, offsetof(struct config, work),
     "keep intermediates, records and logs in DIR (default: .hc/NAME)"},
    {'o', "out", "DIR", HC_OPT_STRING, offsetof(struct config, out),
     "publish into DIR, which is ${out} in the pipeline (default: out/NAME)"},
    {0, "engine", "local", HC_OPT_STRING, offsetof(struct config, engine),
     "where processes run; only local is supported"},
    {0, "graph", "text|dot|mermaid", HC_OPT_STRING, offsetof(struct config, graph),
     "print the step graph and end"},
    {0, "only", "STEP", HC_OPT_STRING, offsetof(struct config, only),
     "run STEP alone, on what the steps before it left; publish nothing"},
    {0, "from", "STEP", HC_OPT_STRING, offsetof(struct config, from),
     "run STEP and what depends on it; take what all other steps left as it is"},
    {0, "replace", "DELIVERY", HC_OPT_MANY, offsetof(struct config, replace),
     "take DELIVERY, a name or a pattern, as it is now: other bytes than were received, "
     "withdrawn before, or (by its name alone) the bytes of another"},
    {0, "withdraw", "DELIVERY", HC_OPT_MANY, offsetof(struct config, withdraw),
     "count DELIVERY no longer, be it there or gone, until --replace"},
    {0, "as-of", "DATE", HC_OPT_STRING, offsetof(struct config, as_of),
     "count only what was known on DATE: deliveries made until then, and of them records "
     "that the payer had loaded; wants an --out of its own"},
    {0, "history", "json", HC_OPT_MAYBE, offsetof(struct config, history),
     "print what was received, replaced and withdrawn, as a table or as lines of JSON"},
    {0, "force", NULL, HC_OPT_FLAG, offsetof(struct config, force),
     "run also what has not changed"},
    HC_OPT_COMMON_BUT_ACCOUNTS(struct config),
    {0},
};
static const struct hc_cmd run_cmd = {
    "hc-run",
    "PIPELINE.yaml",
    "Carry out a pipeline of hctools.",
    opts,
    "The whole plan is checked before anything runs; steps are joined by files in the "
    "work\n"
    "folder; what has not changed is not run again, an ingest step delivery by delivery. "
    "With\n"
    "-v, or on a terminal, the reason is told for whatever runs. Files are published, "
    "with\n"
    "manifest.json as the last of them, only when every step's accounts balance and agree\n"
    "with those of the steps before it. What a step warns of is passed on, and stands in "
    "the\n"
    "manifest and in WORK/log.\n"
    "\n"
    "Deliveries are held against the history of the work folder: one that has other bytes\n"
    "than were received, that is gone, or that has the bytes of another, is refused until\n"
    "--replace or --withdraw names it (NAME or STEP/NAME, with * and ?).\n"
    "\n"
    "--dry-run without =json prints what would run and why. --memory is divided among the\n"
    "processes that run side by side; without it each gets 256M. The\n"
    "manifest holds the books of every step: there is no --accounts.\n"
    "\n"
    "The tools are found beside hc-run; $HC_RUN_TOOLS_DIR names another folder, for tests.",
    "hc-run pipelines/vermont-quarterly.yaml --set incoming=build/demo/incoming --set "
    "ladder=identity-invented\n"
    "  make the quarterly report; run it again and only what changed is done again\n"
    "hc-run pipelines/vermont-quarterly.yaml --replace=BCBSVT_MC_202102.txt.gz\n"
    "  a payer sent a month again, corrected, under its old name\n"
    "hc-run pipelines/vermont-quarterly.yaml --graph=mermaid\n"
    "  draw the steps\n"};

/* ---- progress ---- */

struct show {
    const struct hc_log *log;
    bool terminal;
};

static void step_counts(const struct hc_job_set *set, size_t step, size_t *done,
                        size_t *ran, int64_t *milliseconds) {
    *done = *ran = 0;
    *milliseconds = 0;
    for (size_t i = 0; i < set->count[step]; i++) {
        const struct hc_job *job = &set->job[set->first[step] + i];
        *done += job->status == HC_JOB_DONE;
        *ran += job->ran;
        if (job->ran)
            *milliseconds += job->record.milliseconds;
    }
}

static void show_step(const struct show *show, const struct hc_job_set *set, size_t step) {
    size_t done, ran;
    int64_t milliseconds;
    char time[HC_NUM_SIZE];
    step_counts(set, step, &done, &ran, &milliseconds);
    if (done < set->count[step])
        return;
    const struct hc_step *what = &set->plan->step[step];
    fprintf(show->log->out, "\r\033[K%-16s ", what->name);
    if (ran == 0)
        fprintf(show->log->out, "unchanged\n");
    else if (what->deliveries)
        fprintf(show->log->out, "done  %8s s  %zu of %zu deliveries\n",
                hc_format_scaled(milliseconds / 10, 2, time), ran, set->count[step]);
    else
        fprintf(show->log->out, "done  %8s s  %s\n",
                hc_format_scaled(milliseconds / 10, 2, time),
                set->job[set->first[step]].why);
}

static void show_job(void *self, const struct hc_exec *exec, const struct hc_job *job) {
    const struct show *show = self;
    const struct hc_job_set *set = exec->set;
    if (show->terminal) /* the line of progress makes room */
        fputs("\r\033[K", show->log->out);
    if (job->status == HC_JOB_RUNNING)
        hc_log(show->log, HC_LOG_NOTE, "%s: %s", job->name, job->why);
    else if (job->note && job->status == HC_JOB_DONE && !job->ran)
        hc_log(show->log, HC_LOG_NOTE, "%s: %s", job->name, job->note);
    if (!show->terminal)
        return;
    if (job->status == HC_JOB_DONE) {
        show_step(show, set, job->step);
    } else if (job->status == HC_JOB_FAILED) {
        fprintf(show->log->out, "\r\033[K%-16s failed\n", set->plan->step[job->step].name);
        return;
    }
    fprintf(show->log->out, "\r\033[K[%zu/%zu] %.60s", exec->ran + exec->kept, set->jobs,
            job->name);
    fflush(show->log->out);
}

/* An option that the tool advises is a key of the step. */
static void translate_hint(const struct hc_step *step, const char *text,
                           struct hc_buf *hint) {
    const char *said = strstr(text, "hint: ");
    for (const struct hc_step_key *key = step->tool->key; said && key->name; key++)
        if (strncmp(key->option, "--", 2) == 0 && strstr(said, key->option)) {
            hc_buf_printf(hint, "%.*s is the key '%s' of step %s (docs/PIPELINES.md)",
                          (int)strcspn(key->option, "="), key->option, key->name,
                          step->name);
            return;
        }
}

/* What is damaged stops the run until it comes again, or is meant to be missing. */
static void advise_refused(const struct hc_job *job, struct hc_buf *hint) {
    const char *name = job->delivery ? hc_base_name(job->delivery) : NULL;
    if (!name || hc_status_of_exit(job->code) != HC_EDATA)
        return;
    hc_buf_printf(hint,
                  "%sask for %s again, and when it is there run again%s%s; or go on "
                  "without it: --withdraw=%s%s%s",
                  hint->len ? "; " : "", name, job->known ? " with --replace=" : "",
                  job->known ? name : "", name,
                  job->known ? "" : ", until --replace=", job->known ? "" : name);
}

/* What the tool said goes to people as it is: it has named file, record and reason. */
static void show_log(const struct hc_job_set *set, const struct hc_job *job, FILE *out,
                     struct hc_err *err) {
    struct hc_buf text = {0}, hint = {0};
    if (job && hc_read_file(job->log, 64 << 20, &text, NULL) == HC_OK && text.len) {
        size_t from = text.len > 16384 ? text.len - 16384 : 0;
        fwrite(text.ptr + from, 1, text.len - from, out);
        if (text.ptr[text.len - 1] != '\n')
            fputc('\n', out);
        translate_hint(&set->plan->step[job->step], hc_buf_text(&text), &hint);
        advise_refused(job, &hint);
        if (hint.len)
            hc_err_hint(err, "%s", hc_buf_text(&hint));
    }
    hc_buf_free(&hint);
    hc_buf_free(&text);
}

/* ---- without running ---- */

static enum hc_status show_history(const struct hc_plan *plan, const char *form,
                                   struct hc_err *err) {
    struct hc_buf text = {0};
    hc_history_print(&plan->history, strcmp(form, "json") == 0, &text);
    enum hc_status status = hc_write_file(NULL, NULL, &text, NULL, err);
    hc_buf_free(&text);
    return status;
}

static enum hc_status draw(const struct hc_plan *plan, const char *form,
                           struct hc_err *err) {
    struct hc_buf text = {0};
    enum hc_status status = hc_graph(plan, form, &text, err);
    if (status == HC_OK)
        status = hc_write_file(NULL, NULL, &text, NULL, err);
    hc_buf_free(&text);
    return status;
}

static enum hc_status answer_json(const struct hc_plan *plan, struct hc_err *err) {
    struct hc_dryrun dry;
    struct hc_arena arena = {0};
    hc_dryrun_start(&dry, run_cmd.name);
    for (size_t i = 0; i < plan->steps; i++)
        for (size_t d = 0; d < plan->step[i].deliveries; d++)
            hc_dryrun_reads(&dry, plan->step[i].delivery[d], NULL, NULL);
    for (size_t i = 0; i < plan->steps; i++) {
        const char *path =
            plan->step[i].publish
                ? hc_arena_printf(&arena, "%s/%s", plan->out, plan->step[i].publish)
                : NULL;
        if (path)
            hc_dryrun_writes(&dry, path, NULL);
    }
    hc_dryrun_config(&dry, plan->path);
    for (size_t i = 0; i < plan->steps; i++)
        for (size_t c = 0; c < plan->step[i].configs; c++)
            hc_dryrun_config(&dry, plan->step[i].config[c]);
    enum hc_status status = hc_dryrun_end(&dry, err);
    hc_arena_free(&arena);
    return status;
}

static enum hc_status answer_text(struct hc_exec *exec, struct hc_err *err) {
    struct hc_buf text = {0};
    struct hc_words gone = {0};
    enum hc_status status = hc_exec_decide(exec, err);
    if (status == HC_OK)
        status = hc_intake_withdrawing(exec->set, &gone, err);
    for (size_t i = 0; i < gone.count; i++)
        hc_buf_printf(&text, "%s: withdrawn\n", gone.item[i]);
    if (gone.count)
        hc_buf_printf(&text, "withdrawn: %zu\n", gone.count);
    for (size_t i = 0; status == HC_OK && i < exec->set->jobs; i++) {
        const struct hc_job *job = &exec->set->job[i];
        bool looked_at = exec->chosen[job->step] || exec->taken[job->step];
        hc_buf_printf(&text, "%s: %s\n", job->name,
                      !looked_at ? "not asked for"
                      : job->why ? job->why
                                 : "unchanged");
    }
    if (status == HC_OK)
        status = hc_write_file(NULL, NULL, &text, NULL, err);
    hc_buf_free(&text);
    return status;
}

/* ---- running ---- */

static void count_line(const struct hc_exec *exec, const struct hc_log *log,
                       size_t published, bool partly) {
    struct hc_log loud = *log;
    loud.verbose = true; /* one line even without -v: that nothing was done must be said */
    if (exec->ran == 0 && published == 0)
        hc_log(&loud, HC_LOG_COUNTS, "nothing to do: %zu jobs unchanged%s", exec->kept,
               partly ? "" : ", all published");
    else if (partly)
        hc_log(&loud, HC_LOG_COUNTS,
               "%zu jobs = %zu run + %zu unchanged; nothing published",
               exec->ran + exec->kept, exec->ran, exec->kept);
    else
        hc_log(&loud, HC_LOG_COUNTS,
               "%zu jobs = %zu run + %zu unchanged; %zu files published in %s",
               exec->ran + exec->kept, exec->ran, exec->kept, published,
               exec->set->plan->out);
}

static enum hc_status sweep(const struct hc_plan *plan, const struct hc_job_set *set,
                            struct hc_err *err) {
    struct hc_arena arena = {0};
    static const char *const folders[] = {"state", "accounts", "log", "data", "receipts"};
    enum hc_status status = hc_sweep_temporary(plan->work, err);
    for (size_t i = 0; status == HC_OK && i < sizeof folders / sizeof *folders; i++) {
        const char *path = hc_arena_printf(&arena, "%s/%s", plan->work, folders[i]);
        status = path ? hc_make_folder(path, err) : hc_fail_memory(err);
        if (status == HC_OK)
            status = hc_sweep_temporary(path, err);
    }
    for (size_t i = 0; status == HC_OK && i < set->jobs; i++)
        if (access(set->job[i].folder, F_OK) == 0)
            status = hc_sweep_temporary(set->job[i].folder, err);
    for (size_t i = 0; status == HC_OK && i < plan->steps; i++) {
        char *path = plan->step[i].publish ? hc_arena_printf(&arena, "%s/%s", plan->out,
                                                             plan->step[i].publish)
                                           : NULL;
        if (!path)
            continue;
        path[hc_base_name(path) - path - 1] = '\0';
        if (access(path, F_OK) == 0)
            status = hc_sweep_temporary(path, err);
    }
    if (status == HC_OK && access(plan->out, F_OK) == 0)
        status = hc_sweep_temporary(plan->out, err);
    hc_arena_free(&arena);
    return status;
}

static int64_t since(const struct timespec *start) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)(now.tv_sec - start->tv_sec) * 1000 +
           (now.tv_nsec - start->tv_nsec) / 1000000;
}

/* What a report no longer counts must not leave it silently. */
static enum hc_status warn_of_gone(struct hc_job_set *set, const struct hc_log *log,
                                   struct hc_err *err) {
    struct hc_words gone = {0};
    enum hc_status status = hc_publish_gone(set, &gone, err);
    if (status != HC_OK || gone.count == 0)
        return status;
    const char *some = hc_name_some(&set->arena, &gone);
    if (!some)
        return hc_fail_memory(err);
    hc_log(log, HC_LOG_WARN,
           gone.count == 1 ? "%zu delivery of the last run is no longer counted: %s"
                           : "%zu deliveries of the last run are no longer counted: %s",
           gone.count, some);
    return HC_OK;
}

static enum hc_status tell_left_out(struct hc_job_set *set, const struct hc_log *log,
                                    struct hc_err *err) {
    struct hc_words names = {0};
    enum hc_status status = hc_intake_left_out(set, &names, err);
    if (status != HC_OK || names.count == 0)
        return status;
    const char *some = hc_name_some(&set->arena, &names);
    if (!some)
        return hc_fail_memory(err);
    hc_log(log, HC_LOG_NOTE, "withdrawn: %s", some);
    return HC_OK;
}

/* With --as-of: what was left out, and what nobody can tell of. */
static enum hc_status tell_as_of(struct hc_job_set *set, const struct hc_log *log,
                                 struct hc_err *err) {
    struct hc_words late = {0}, undated = {0};
    for (size_t i = 0; set->plan->as_of && i < set->jobs; i++) {
        if (set->job[i].late)
            hc_words_add(&late, &set->arena, set->job[i].name);
        if (set->job[i].undated)
            hc_words_add(&undated, &set->arena, set->job[i].name);
    }
    const char *later = hc_name_some(&set->arena, &late);
    const char *some = hc_name_some(&set->arena, &undated);
    if (!later || !some || late.failed || undated.failed)
        return hc_fail_memory(err);
    if (late.count)
        hc_log(log, HC_LOG_NOTE, "left out, delivered after %s: %s", set->plan->as_of,
               later);
    if (undated.count)
        hc_log(log, HC_LOG_WARN, "counted, though its name does not say when it came: %s",
               some);
    return HC_OK;
}

/* What was taken in with exceptions, and what steps warned of, must not be found by chance,
 * however the run ended. */
static enum hc_status pass_warnings_on(struct hc_job_set *set, const struct hc_log *log,
                                       enum hc_status ended, struct hc_err *err) {
    struct hc_words lines = {0};
    struct hc_err other = {0};
    enum hc_status status = hc_verdict_warnings(set, &lines, &other);
    if (status == HC_OK)
        status = hc_said_by_steps(set, &lines, &other);
    for (size_t i = 0; status == HC_OK && i < lines.count; i++)
        hc_log(log, HC_LOG_WARN, "%s", lines.item[i]);
    if (ended != HC_OK || status == HC_OK)
        return ended;
    if (err)
        *err = other;
    return status;
}

/* Under the lock: what was planned is still what is there, and may be taken in. */
static enum hc_status admit(struct hc_exec *exec, const struct hc_log *log,
                            struct hc_err *err) {
    enum hc_status status = hc_history_unchanged(&exec->set->plan->history, err);
    if (status == HC_OK)
        status = sweep(exec->set->plan, exec->set, err);
    if (status == HC_OK)
        status = hc_intake_check(exec, err);
    if (status == HC_OK)
        status = hc_intake_withdraw(exec, err);
    if (status == HC_OK)
        status = tell_left_out(exec->set, log, err);
    if (status == HC_OK)
        status = warn_of_gone(exec->set, log, err);
    return status;
}

/* What was taken in is written down, whether or not the rest went well. */
static enum hc_status run_jobs(struct hc_exec *exec, struct hc_err *err) {
    struct hc_err other = {0};
    enum hc_status status = hc_exec_run(exec, err);
    enum hc_status compared = hc_compare(exec->set, &other);
    if (status == HC_OK && compared != HC_OK) {
        status = compared;
        if (err)
            *err = other;
    }
    other = (struct hc_err){0};
    enum hc_status noted = hc_intake_note(exec, &other);
    if (status != HC_OK || noted == HC_OK)
        return status;
    if (err)
        *err = other;
    return noted;
}

static enum hc_status run_all(const struct config *c, struct hc_exec *exec,
                              const struct hc_log *log, struct hc_err *err) {
    struct show show = {log, !log->quiet && !log->json && isatty(fileno(log->out))};
    char started[32];
    struct timespec start;
    size_t published = 0;
    const char *why = NULL;
    struct hc_lock lock;
    enum hc_status status = hc_lock_take(&lock, exec->set->plan->work, err);
    if (status != HC_OK)
        return status;
    clock_gettime(CLOCK_MONOTONIC, &start);
    hc_clock_text(started);
    exec->tell = show_job;
    exec->self = &show;
    status = admit(exec, log, err);
    if (status == HC_OK)
        status = run_jobs(exec, err);
    if (show.terminal)
        fprintf(log->out, "\r\033[K");
    status = pass_warnings_on(exec->set, log, status, err);
    if (status == HC_OK)
        status = tell_as_of(exec->set, log, err);
    if (status != HC_OK)
        show_log(exec->set, exec->failed, log->out, err);
    if (status == HC_OK)
        status = hc_stopped(err);
    if (status == HC_OK && !c->only)
        status = hc_publish(exec, started, since(&start), &published, &why, err);
    if (why)
        hc_log(log, HC_LOG_NOTE, "%s", why);
    if (status == HC_OK)
        count_line(exec, log, published, c->only != NULL);
    hc_lock_free(&lock);
    return status == HC_OK && exec->rejects ? HC_REJECTS : status;
}

static enum hc_status check_config(const struct config *c, int argc, struct hc_err *err) {
    if (argc != 1)
        return hc_fail(err, HC_EUSAGE, "expected one pipeline file");
    if (c->engine && strcmp(c->engine, "local") != 0)
        return hc_fail(err, HC_EUSAGE, "--engine=%s: not supported yet, only local",
                       c->engine);
    if (c->only && c->from)
        return hc_fail(err, HC_EUSAGE, "--only and --from cannot be given together");
    if (c->jobs > 256)
        return hc_fail(err, HC_EUSAGE, "--jobs: expected at most 256");
    if (c->as_of && !c->out && !c->plan_only && !c->common.dry_run && !c->only &&
        !c->history && !c->graph) {
        hc_fail(err, HC_EUSAGE,
                "--as-of wants an --out of its own: it would take the place "
                "of today's report");
        hc_err_hint(err, "--out=out/as-of-%s", c->as_of);
        return HC_EUSAGE;
    }
    if (c->history && *c->history && strcmp(c->history, "json") != 0)
        return hc_fail(err, HC_EUSAGE, "--history takes no value, or json");
    if ((c->history || c->graph) && (c->replace.count || c->withdraw.count))
        return hc_fail(err, HC_EUSAGE,
                       "--history and --graph only print: not with --replace, --withdraw");
    return HC_OK;
}

static size_t processors(void) {
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 ? (size_t)CPU_COUNT(&set) : 1;
}

static enum hc_status warn_of_strays(struct hc_plan *plan, const struct hc_log *log,
                                     struct hc_err *err) {
    struct hc_words lines = {0};
    enum hc_status status = hc_strays_find(plan, &lines, err);
    for (size_t i = 0; status == HC_OK && i < lines.count; i++)
        hc_log(log, HC_LOG_WARN, "%s", lines.item[i]);
    return status;
}

/* With the plan checked: what was asked for. */
static enum hc_status go_on(const struct config *c, struct hc_plan *plan,
                            struct hc_job_set *set, struct hc_log *log,
                            struct hc_err *err) {
    struct hc_exec exec;
    struct hc_exec_options options = {
        .side_by_side = c->jobs ? (size_t)c->jobs : processors(),
        .force = c->force,
        .only = c->only,
        .from = c->from,
    };
    set->memory_bytes = c->common.memory_bytes == not_given
                            ? each_bytes
                            : c->common.memory_bytes / options.side_by_side;
    if (set->memory_bytes < (1u << 20))
        return hc_fail(err, HC_EUSAGE,
                       "--memory: expected at least 1M for each of %zu processes",
                       options.side_by_side);
    set->temp_dir = c->common.temp_dir;
    set->log_format = log->json ? "json" : NULL;
    if (c->common.dry_run)
        return answer_json(plan, err);
    enum hc_status status = warn_of_strays(plan, log, err);
    if (status == HC_OK)
        status = hc_exec_new(&exec, set, &options, err);
    if (status != HC_OK)
        return status;
    if (!c->plan_only)
        return run_all(c, &exec, log, err);
    status = hc_intake_check(&exec, err);
    return status == HC_OK ? answer_text(&exec, err) : status;
}

static enum hc_status run(void *config, int argc, char **argv, struct hc_log *log,
                          struct hc_err *err) {
    const struct config *c = config;
    struct hc_plan plan = {0};
    struct hc_job_set set = {0};
    struct hc_arena arena = {0};
    const char *tools = NULL;
    enum hc_status status = check_config(c, argc, err);
    if (status != HC_OK)
        return status;
    struct hc_plan_options options = {.path = argv[0],
                                      .work = c->work,
                                      .out = c->out,
                                      .as_of = c->as_of,
                                      .set = c->set,
                                      .withdraw = c->withdraw,
                                      .replace = c->replace};
    status = hc_plan_read(&plan, &options, err);
    if (status == HC_OK)
        status = hc_spawn_folder(&arena, &tools, err);
    if (status == HC_OK && c->history) {
        status = show_history(&plan, c->history, err); /* whatever the plan lacks */
    } else if (status == HC_OK && c->graph) {
        status = hc_plan_end(&plan, err);
        if (status == HC_OK || status == HC_ENOINPUT ||
            status == HC_EDATA) /* the data is not needed to draw */
            status = draw(&plan, c->graph, err);
    } else if (status == HC_OK) {
        status = hc_jobs_new(&set, &plan, tools, err);
        if (status == HC_OK)
            status = hc_check_steps(&set, err);
        if (status == HC_OK)
            status = hc_plan_end(&plan, err);
        if (status == HC_OK)
            status = go_on(c, &plan, &set, log, err);
    }
    hc_jobs_free(&set);
    hc_plan_free(&plan);
    hc_arena_free(&arena);
    return status;
}

/* --dry-run stands alone here: a person asks what would run and why; =json is the contract
 * that all tools share. */
static int take_plan_only(struct config *config, int argc, char **argv) {
    int kept = 1;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--dry-run") == 0 &&
            (i + 1 == argc || strcmp(argv[i + 1], "json") != 0))
            config->plan_only = true;
        else
            argv[kept++] = argv[i];
    }
    argv[kept] = NULL;
    return kept;
}

int main(int argc, char **argv) {
    struct config config = {.common = {.memory_bytes = not_given}};
    argc = take_plan_only(&config, argc, argv);
    return hc_tool_main(&run_cmd, argc, argv, &config, offsetof(struct config, common),
                        run);
}
