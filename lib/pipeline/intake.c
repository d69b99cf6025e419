#include "pipeline/intake.h"

#include <errno.h>
#include <unistd.h>

#include "base/file.h"
#include "pipeline/kept.h"
#include "pipeline/lock.h"
#include "pipeline/verdict.h"

enum { TOLD = 20 };

struct findings {
    struct hc_job_set *set;
    struct hc_words line;
    const char *changed, *gone, *copy, *over; /* name of one such delivery, for the hint */
};

static bool has_deliveries(const struct hc_step *step) {
    return step->tool && step->tool->per_delivery;
}

/* ---- the patterns of --replace and --withdraw ---- */

struct names {
    const char *pattern;
    bool found;
    struct hc_words base;
};

static void look_at_name(struct names *names, struct hc_arena *arena, const char *step,
                         const char *delivery) {
    hc_words_add(&names->base, arena, delivery);
    names->found = names->found || hc_pattern_names(names->pattern, step, delivery);
}

static enum hc_status check_pattern(struct hc_job_set *set, const char *option,
                                    const char *pattern, bool of_history,
                                    struct hc_err *err) {
    const struct hc_plan *plan = set->plan;
    struct names names = {.pattern = pattern};
    for (size_t i = 0; i < plan->steps; i++) {
        const struct hc_step *step = &plan->step[i];
        for (size_t d = 0; d < step->deliveries; d++)
            look_at_name(&names, &set->arena, step->name, hc_base_name(step->delivery[d]));
        for (size_t d = 0; d < step->withdrawns; d++)
            look_at_name(&names, &set->arena, step->name, hc_base_name(step->withdrawn[d]));
    }
    for (size_t i = 0; of_history && i < plan->history.events; i++) {
        const struct hc_event *event = &plan->history.event[i];
        if (hc_plan_find(plan, event->step) < plan->steps)
            look_at_name(&names, &set->arena, event->step, event->delivery);
    }
    if (names.base.failed)
        return hc_fail_memory(err);
    if (names.found)
        return HC_OK;
    const char *near =
        names.base.count ? hc_str_nearest(hc_str_of(pattern), names.base.item) : NULL;
    for (size_t i = 0; !near && i < names.base.count; i++) /* an ending forgotten */
        if (*pattern && strncmp(names.base.item[i], pattern, strlen(pattern)) == 0)
            near = names.base.item[i];
    hc_fail(err, HC_EUSAGE, "%s=%s names no delivery of the pipeline", option, pattern);
    if (near)
        hc_err_hint(err, "did you mean %s?", near);
    return HC_EUSAGE;
}

static enum hc_status check_patterns(struct hc_job_set *set, struct hc_err *err) {
    const struct hc_plan *plan = set->plan;
    enum hc_status status = HC_OK;
    for (size_t i = 0; status == HC_OK && i < plan->withdraw->count; i++)
        status = check_pattern(set, "--withdraw", plan->withdraw->item[i], true, err);
    for (size_t i = 0; status == HC_OK && i < plan->replace->count; i++)
        status = check_pattern(set, "--replace", plan->replace->item[i], false, err);
    for (size_t i = 0; status == HC_OK && i < plan->steps; i++) {
        const struct hc_step *step = &plan->step[i];
        for (size_t d = 0; status == HC_OK && d < step->withdrawns; d++)
            if (hc_patterns_name(plan->replace, step->name,
                                 hc_base_name(step->withdrawn[d])))
                status = hc_fail(err, HC_EUSAGE, "%s/%s: --withdraw and --replace both",
                                 step->name, hc_base_name(step->withdrawn[d]));
    }
    return status;
}

/* ---- what is found ---- */

static void tell(struct findings *f, const char **of_kind, const char *name,
                 const char *line) {
    hc_words_add(&f->line, &f->set->arena, line);
    if (!*of_kind)
        *of_kind = name;
}

static enum hc_status end_findings(struct findings *f, struct hc_err *err) {
    struct hc_buf text = {0}, hint = {0};
    size_t count = f->line.count > TOLD + 1 ? TOLD : f->line.count;
    if (f->line.failed)
        return hc_fail_memory(err);
    if (count == 0)
        return HC_OK;
    for (size_t i = 0; i < count; i++)
        hc_buf_printf(&text, "%s%.400s", i ? "\n" : "", f->line.item[i]);
    if (count < f->line.count)
        hc_buf_printf(&text, "\nand %zu more", f->line.count - count);
    if (f->changed)
        hc_buf_printf(&hint,
                      "--replace=%s takes in what is there now, --withdraw=%s leaves it "
                      "out, until then put back what was received",
                      f->changed, f->changed);
    if (f->copy)
        hc_buf_printf(&hint,
                      "%s--withdraw=%s leaves out what was sent again under another name, "
                      "--replace=%s counts it all the same",
                      hint.len ? "; " : "", f->copy, f->copy);
    if (f->over)
        hc_buf_printf(&hint,
                      "%sanother delivery was saved over %s: put the right file there, or "
                      "leave it out with --withdraw=%s; --replace does not count the same "
                      "bytes twice",
                      hint.len ? "; " : "", f->over, f->over);
    if (f->gone)
        hc_buf_printf(&hint,
                      "%sput %s back, or leave it out with --withdraw=%s; other "
                      "deliveries than before want another --work-dir",
                      hint.len ? "; " : "", f->gone, f->gone);
    enum hc_status status =
        text.failed || hint.failed
            ? hc_fail_memory(err)
            : hc_fail(err, f->changed || f->copy || f->over ? HC_EDATA : HC_ENOINPUT, "%s",
                      hc_buf_text(&text));
    if (status != HC_ENOMEM)
        hc_err_hint(err, "%s", hc_buf_text(&hint));
    hc_buf_free(&text);
    hc_buf_free(&hint);
    return status;
}

/* ---- deliveries that are there ---- */

/* What was received, and when; by the history, else by what an earlier run left, which was
 * stopped before it wrote the history or knew none. */
struct received {
    const char *sha256;  /* NULL: nothing */
    const char *how;     /* "received 2021-..." */
    struct hc_mark mark; /* of the record */
    bool has_mark;
};

static const char *when(struct hc_job_set *set, const struct hc_event *event) {
    return hc_arena_printf(&set->arena, "%s %s", hc_event_name(event->action), event->at);
}

static enum hc_status find_received(struct hc_job_set *set, const char *step,
                                    const char *delivery, const char *state,
                                    struct received *received, struct hc_err *err) {
    const struct hc_event *event = hc_history_last(&set->plan->history, step, delivery);
    struct hc_record record;
    *received = (struct received){0};
    enum hc_status status = hc_record_read(&record, state, &set->arena, err);
    if (status != HC_OK && status != HC_END)
        return status;
    if (status == HC_OK && record.inputs) {
        received->mark = record.input[record.inputs - 1];
        received->has_mark = strcmp(received->mark.name, delivery) == 0;
    }
    received->sha256 = event                ? event->sha256
                       : received->has_mark ? received->mark.sha256
                                            : NULL;
    received->how = event ? when(set, event) : "received by an earlier run";
    return received->how ? HC_OK : hc_fail_memory(err);
}

static enum hc_status take(struct hc_job_set *set, struct hc_mark *mark,
                           const struct received *received, struct hc_err *err) {
    enum hc_status status =
        hc_mark_take(mark, received->has_mark ? &received->mark : NULL, &set->arena, err);
    if (status != HC_OK)
        hc_err_at_file(err, mark->path);
    return status;
}

static bool is_replaced(const struct hc_job_set *set, const struct hc_job *job) {
    return hc_patterns_name(set->plan->replace, set->plan->step[job->step].name,
                            hc_base_name(job->delivery));
}

static bool same_digest(const char *a, const char *b) {
    return a && b && strcmp(a, b) == 0;
}

/* Look at what is there for a delivery that was seen before. A record can only have been
 * left by a run that was allowed to take in those bytes. */
static enum hc_status look_at_known(struct hc_job_set *set, struct hc_job *job,
                                    struct hc_err *err) {
    const char *name = hc_base_name(job->delivery);
    const char *step = set->plan->step[job->step].name;
    struct received received;
    enum hc_status status = find_received(set, step, name, job->state, &received, err);
    if (status != HC_OK)
        return status;
    job->known = received.sha256 || hc_history_last(&set->plan->history, step, name);
    if (!received.sha256)
        return HC_OK;
    job->seen.path = job->delivery;
    status = take(set, &job->seen, &received, err);
    if (status != HC_OK)
        return status;
    job->as_known = same_digest(job->seen.sha256, received.sha256);
    if (job->as_known || is_replaced(set, job) ||
        (received.has_mark && same_digest(job->seen.sha256, received.mark.sha256)))
        return HC_OK;
    job->was =
        hc_arena_printf(&set->arena, "%s as sha256 %.8s", received.how, received.sha256);
    return job->was ? HC_OK : hc_fail_memory(err);
}

/* ---- the same bytes under another name ---- */

/* --replace of a new name, and of one that was withdrawn with these bytes, says to count
 * them all the same; a pattern, which other deliveries may have been meant by, does not.
 * Where other bytes were known it only says that those are out of date:
 * February saved over January is not meant by it. */
static bool may_be_copy(const struct hc_job_set *set, const struct hc_job *job) {
    return hc_name_given(set->plan->replace, set->plan->step[job->step].name,
                         hc_base_name(job->delivery)) &&
           (!job->known || job->as_known);
}

static void tell_copy(struct findings *f, const struct hc_job *job, const char *other,
                      const char *since) {
    bool over = job->known && !job->as_known;
    tell(f, over ? &f->over : &f->copy, hc_base_name(job->delivery),
         hc_arena_printf(&f->set->arena, "%s: %s the same bytes as %s%s%s", job->delivery,
                         over ? "was seen before with other bytes, now has" : "has", other,
                         since ? ", " : "", since ? since : ""));
}

/* Only files as large as another are read for this. */
static enum hc_status same_bytes(struct findings *f, struct hc_job *job, uint64_t size,
                                 const char *sha256, bool *same, struct hc_err *err) {
    *same = false;
    if (job->seen.size != size)
        return HC_OK;
    if (!job->seen.sha256) {
        enum hc_status status = hc_mark_take(&job->seen, NULL, &f->set->arena, err);
        if (status != HC_OK)
            return status;
    }
    *same = !sha256 || strcmp(job->seen.sha256, sha256) == 0;
    return HC_OK;
}

/* Are the bytes of the event still those of its delivery? When it changed as well, both may
 * only have been put right: what counts is what is there now. */
static bool still_stands(const struct hc_job_set *set, size_t step,
                         const struct hc_event *event) {
    for (size_t j = 0; j < set->count[step]; j++) {
        const struct hc_job *job = &set->job[set->first[step] + j];
        if (strcmp(hc_base_name(job->delivery), event->delivery) == 0)
            return !job->seen.sha256 || same_digest(job->seen.sha256, event->sha256);
    }
    return true;
}

static enum hc_status check_copy_of_known(struct findings *f, struct hc_job *job,
                                          bool *told, struct hc_err *err) {
    struct hc_job_set *set = f->set;
    const struct hc_plan *plan = set->plan;
    const struct hc_step *step = &plan->step[job->step];
    const char *name = hc_base_name(job->delivery);
    for (uint32_t k = 0; k < hc_map_len(plan->history.key) && !*told; k++) {
        const struct hc_event *event = &plan->history.event[plan->history.last[k]];
        bool same = false;
        if (strcmp(event->step, step->name) != 0 || !hc_event_counts(event) ||
            event->rows == 0 || strcmp(event->delivery, name) == 0 ||
            hc_patterns_name(plan->withdraw, step->name, event->delivery))
            continue;
        enum hc_status status =
            same_bytes(f, job, (uint64_t)event->bytes, event->sha256, &same, err);
        if (status != HC_OK)
            return status;
        *told = same && still_stands(set, job->step, event);
        if (*told)
            tell_copy(f, job, event->delivery, when(set, event));
    }
    return HC_OK;
}

/* Whether it matters shows when they were read: two empty files are alike and no harm. */
static enum hc_status find_twin(struct findings *f, struct hc_job *job, size_t first,
                                struct hc_err *err) {
    for (struct hc_job *other = &f->set->job[first]; other < job; other++) {
        bool same = false;
        if (!other->seen.path || other->seen.size != job->seen.size || other->copy_of)
            continue;
        enum hc_status status = same_bytes(f, other, job->seen.size, NULL, &same, err);
        if (status == HC_OK)
            status = same_bytes(f, job, other->seen.size, other->seen.sha256, &same, err);
        if (status != HC_OK)
            return status;
        if (same) {
            job->copy_of = hc_base_name(other->delivery);
            return HC_OK;
        }
    }
    return HC_OK;
}

/* A delivery that is not counted with the bytes that are there now. */
static enum hc_status check_new(struct findings *f, struct hc_job *job, size_t first,
                                struct hc_err *err) {
    bool told = false;
    enum hc_status status = HC_OK;
    job->seen.path = job->delivery;
    if (!job->seen.sha256)
        status = hc_mark_look(&job->seen, &f->set->arena, err);
    if (status == HC_OK && !may_be_copy(f->set, job))
        status = check_copy_of_known(f, job, &told, err);
    if (status == HC_OK && !told && !may_be_copy(f->set, job))
        status = find_twin(f, job, first, err);
    if (status == HC_OK && !told && job->was)
        tell(f, &f->changed, hc_base_name(job->delivery),
             hc_arena_printf(&f->set->arena, "%s: %s, is now %.8s", job->delivery, job->was,
                             job->seen.sha256));
    return status;
}

static enum hc_status check_step(struct findings *f, size_t number, struct hc_err *err) {
    struct hc_job_set *set = f->set;
    size_t first = set->first[number];
    enum hc_status status = HC_OK;
    for (size_t j = 0; status == HC_OK && j < set->count[number]; j++)
        status = look_at_known(set, &set->job[first + j], err);
    for (size_t j = 0; status == HC_OK && j < set->count[number]; j++) {
        struct hc_job *job = &set->job[first + j];
        const struct hc_event *event = hc_history_last(
            &set->plan->history, set->plan->step[number].name, hc_base_name(job->delivery));
        if (!hc_event_counts(event) || !same_digest(event->sha256, job->seen.sha256))
            status = check_new(f, job, first, err);
    }
    return status;
}

/* ---- deliveries that are not counted ---- */

static enum hc_status check_withdrawn(struct findings *f, const struct hc_step *step,
                                      const char *path, struct hc_err *err) {
    struct hc_job_set *set = f->set;
    struct hc_mark mark = {.path = path};
    const char *name = hc_base_name(path);
    struct received received;
    const char *state = hc_arena_printf(&set->arena, "%s/state/%s.%s.json", set->plan->work,
                                        step->name, name);
    if (!state)
        return hc_fail_memory(err);
    if (access(path, F_OK) != 0 || hc_patterns_name(set->plan->withdraw, step->name, name))
        return HC_OK;
    enum hc_status status = find_received(set, step->name, name, state, &received, err);
    if (status == HC_OK)
        status = take(set, &mark, &received, err);
    if (status != HC_OK)
        return status;
    if (!received.sha256)
        tell(f, &f->changed, name,
             hc_arena_printf(&set->arena, "%s: %s, when it was not there; now it is", path,
                             received.how));
    else if (strcmp(mark.sha256, received.sha256) != 0)
        tell(f, &f->changed, name,
             hc_arena_printf(&set->arena, "%s: %s as sha256 %.8s, is now %.8s", path,
                             received.how, received.sha256, mark.sha256));
    return HC_OK;
}

static bool is_there(const struct hc_step *step, const char *delivery) {
    for (size_t d = 0; d < step->deliveries; d++)
        if (strcmp(hc_base_name(step->delivery[d]), delivery) == 0)
            return true;
    return false;
}

/* A month that is gone would leave the figures without a word. A step that the pipeline no
 * longer has was taken out by whoever wrote it. */
static void check_gone(struct findings *f, const struct hc_exec *exec) {
    const struct hc_plan *plan = f->set->plan;
    for (uint32_t k = 0; k < hc_map_len(plan->history.key); k++) {
        const struct hc_event *event = &plan->history.event[plan->history.last[k]];
        size_t number = hc_plan_find(plan, event->step);
        if (number == plan->steps || !(exec->chosen[number] || exec->taken[number]) ||
            !hc_event_counts(event) || is_there(&plan->step[number], event->delivery) ||
            hc_plan_leaves_out(plan, event->step, event->delivery))
            continue;
        tell(f, &f->gone, event->delivery,
             hc_arena_printf(&f->set->arena, "%s/%s: %s, and no longer there", event->step,
                             event->delivery, when(f->set, event)));
    }
}

enum hc_status hc_intake_check(struct hc_exec *exec, struct hc_err *err) {
    struct hc_job_set *set = exec->set;
    struct findings f = {.set = set};
    enum hc_status status = check_patterns(set, err);
    for (size_t i = 0; status == HC_OK && i < set->plan->steps; i++) {
        const struct hc_step *step = &set->plan->step[i];
        if (!has_deliveries(step) || !exec->chosen[i])
            continue;
        status = check_step(&f, i, err);
        for (size_t d = 0; status == HC_OK && d < step->withdrawns; d++)
            status = check_withdrawn(&f, step, step->withdrawn[d], err);
    }
    if (status != HC_OK)
        return status;
    check_gone(&f, exec);
    return end_findings(&f, err);
}

/* ---- writing it down ---- */

static enum hc_status withdraw(struct hc_job_set *set, const char *step, const char *name,
                               const char *path, struct hc_err *err) {
    struct hc_history *history = &set->plan->history;
    const struct hc_event *last = hc_history_last(history, step, name);
    struct hc_mark mark = {.path = path};
    char clock[32];
    struct hc_event event = {.action = HC_EVENT_withdrawn,
                             .at = hc_clock_text(clock),
                             .step = step,
                             .delivery = name,
                             .feed = last ? last->feed : NULL,
                             .sha256 = last ? last->sha256 : NULL,
                             .bytes = last ? last->bytes : -1,
                             .rows = -1};
    if (path && access(path, F_OK) == 0) {
        enum hc_status status = hc_mark_take(&mark, NULL, &set->arena, err);
        if (status != HC_OK)
            return status;
        event.sha256 = mark.sha256;
        event.bytes = (int64_t)mark.size;
    }
    bool same = last && !hc_event_counts(last) &&
                (last->sha256 == event.sha256 ||
                 (last->sha256 && strcmp(last->sha256, event.sha256) == 0));
    return same ? HC_OK : hc_history_add(history, &event, err);
}

enum hc_status hc_intake_withdraw(struct hc_exec *exec, struct hc_err *err) {
    struct hc_job_set *set = exec->set;
    struct hc_plan *plan = set->plan;
    enum hc_status status = HC_OK;
    for (size_t i = 0; status == HC_OK && i < plan->steps; i++) {
        const struct hc_step *step = &plan->step[i];
        for (size_t d = 0; status == HC_OK && d < step->withdrawns; d++) {
            const char *name = hc_base_name(step->withdrawn[d]);
            if (hc_patterns_name(plan->withdraw, step->name, name))
                status = withdraw(set, step->name, name, step->withdrawn[d], err);
        }
    }
    for (uint32_t k = 0; status == HC_OK && k < hc_map_len(plan->history.key); k++) {
        const struct hc_event event = plan->history.event[plan->history.last[k]];
        if (hc_event_counts(&event) && hc_plan_find(plan, event.step) < plan->steps &&
            hc_patterns_name(plan->withdraw, event.step, event.delivery))
            status = withdraw(set, event.step, event.delivery, NULL, err);
    }
    return status == HC_OK ? hc_history_write(&plan->history, err) : status;
}

static const char *feed_of(const struct hc_step *step) {
    for (size_t i = 0; i < step->args; i++)
        if (strcmp(step->arg[i].prefix, "--feed=") == 0)
            return step->arg[i].text;
    return NULL;
}

/* The digest that a delivery was last received with. */
static const char *received_before(const struct hc_history *history, const char *step,
                                   const char *name) {
    for (size_t i = history->events; i-- > 0;) {
        const struct hc_event *event = &history->event[i];
        if (hc_event_counts(event) && strcmp(event->step, step) == 0 &&
            strcmp(event->delivery, name) == 0)
            return event->sha256;
    }
    return NULL;
}

static enum hc_status note_job(struct hc_exec *exec, struct findings *f, struct hc_job *job,
                               struct hc_err *err) {
    struct hc_job_set *set = exec->set;
    struct hc_history *history = &set->plan->history;
    const struct hc_step *step = &set->plan->step[job->step];
    const struct hc_mark *mark = &job->record.input[job->record.inputs - 1];
    const char *name = hc_base_name(job->delivery);
    const struct hc_event *last = hc_history_last(history, step->name, name);
    struct hc_verdict verdict;
    char clock[32];
    if (hc_event_counts(last) && strcmp(last->sha256, mark->sha256) == 0)
        return hc_kept_write(set, job, err);
    struct hc_event event = {.action = HC_EVENT_received,
                             .at = hc_clock_text(clock),
                             .step = step->name,
                             .delivery = name,
                             .feed = feed_of(step),
                             .sha256 = mark->sha256,
                             .bytes = (int64_t)mark->size};
    enum hc_status status = hc_edges_rows(&exec->edges, job, &event.rows, err);
    if (status == HC_OK && job->copy_of && event.rows > 0) {
        tell_copy(f, job, job->copy_of, NULL);
        if (unlink(job->state) != 0 && errno != ENOENT)
            return hc_fail_errno(err, HC_EIO, errno, "cannot remove %s", job->state);
        return HC_OK;
    }
    if (status == HC_OK)
        status = hc_kept_write(set, job, err);
    event.receipt = hc_kept_digest(job);
    if (status == HC_OK && event.receipt) {
        status = hc_verdict_read(&verdict, set, job, err);
        event.verdict = job->beyond.count ? "accepted with exceptions" : verdict.text;
    }
    if (status != HC_OK)
        return status;
    const char *before = last ? received_before(history, step->name, name) : NULL;
    if (before && strcmp(before, event.sha256) != 0) {
        event.action = HC_EVENT_replaced;
        event.before = before;
    }
    return hc_history_add(history, &event, err);
}

enum hc_status hc_intake_note(struct hc_exec *exec, struct hc_err *err) {
    struct hc_job_set *set = exec->set;
    struct findings f = {.set = set};
    enum hc_status status = HC_OK;
    for (size_t i = 0; status == HC_OK && i < set->jobs; i++) {
        struct hc_job *job = &set->job[i];
        if (job->delivery && job->status == HC_JOB_DONE && job->record.inputs)
            status = note_job(exec, &f, job, err);
    }
    if (status == HC_OK)
        status = hc_history_write(&set->plan->history, err);
    return status == HC_OK ? end_findings(&f, err) : status;
}
