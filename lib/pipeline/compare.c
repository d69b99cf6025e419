#include "pipeline/compare.h"

#include "base/file.h"
#include "pipeline/kept.h"
#include "pipeline/verdict.h"

/* By date, those without one first, then by name. */
static bool is_earlier(const struct hc_verdict *v, const struct hc_job *job, size_t a,
                       size_t b) {
    if (v[a].dated != v[b].dated)
        return !v[a].dated;
    if (v[a].dated && v[a].day != v[b].day)
        return v[a].day < v[b].day;
    return hc_name_order(hc_base_name(job[a].delivery), hc_base_name(job[b].delivery)) < 0;
}

static size_t find_previous(const struct hc_verdict *v, const struct hc_job *job,
                            size_t count, size_t of) {
    size_t best = count;
    for (size_t i = 0; i < count; i++)
        if (i != of && strcmp(v[i].like, v[of].like) == 0 && is_earlier(v, job, i, of) &&
            (best == count || is_earlier(v, job, best, i)))
            best = i;
    return best;
}

/* From nothing to something is beyond any bound; what is not known is not compared. */
static void change_of(struct hc_compared *total, int64_t before, int64_t now) {
    __int128 size = before < 0 ? -(__int128)before : before;
    __int128 more = ((__int128)now - before) * 10000; /* rounded half away from zero */
    __int128 change = size ? (2 * more + (more < 0 ? -size : size)) / (2 * size) : 0;
    total->has_change = size || now == before;
    total->change = change > INT64_MAX   ? INT64_MAX
                    : change < INT64_MIN ? INT64_MIN
                                         : (int64_t)change;
    total->beyond = total->bound >= 0 &&
                    (!total->has_change || (more < 0 ? -more : more) > size * total->bound);
}

static const struct hc_measure *measure_of(const struct hc_verdict *v, const char *name) {
    for (size_t i = 0; i < v->measures; i++)
        if (strcmp(v->measure[i].name, name) == 0)
            return &v->measure[i];
    return NULL;
}

static void add_total(struct hc_job *job, const struct hc_measure *was,
                      const struct hc_measure *now) {
    struct hc_compared *total = &job->total[job->totals++];
    *total = (struct hc_compared){.name = now ? now->name : was->name,
                                  .before = was ? was->text : NULL,
                                  .now = now ? now->text : NULL,
                                  .bound = now ? now->bound : -1};
    if (was && now)
        change_of(total, was->value, now->value);
}

static void compare(struct hc_arena *arena, struct hc_job *job,
                    const struct hc_verdict *now, const struct hc_verdict *before) {
    job->trend = now->trend;
    job->total = hc_arena_zalloc(arena, 2 * HC_MEASURES * sizeof *job->total);
    job->beyond.failed |= !job->total;
    for (size_t i = 0; job->total && i < now->measures; i++)
        add_total(job, measure_of(before, now->measure[i].name), &now->measure[i]);
    for (size_t i = 0; job->total && i < before->measures; i++)
        if (!measure_of(now, before->measure[i].name))
            add_total(job, &before->measure[i], NULL);
    for (size_t i = 0; i < job->totals; i++) {
        const struct hc_compared *t = &job->total[i];
        char bound[HC_NUM_SIZE];
        if (t->beyond && strcmp(job->trend, "accept") != 0)
            hc_words_add(&job->beyond, arena,
                         hc_arena_printf(arena,
                                         "trend: %s: %s in %s, %s now; the feed allows a "
                                         "change of %s%%",
                                         t->name, t->before, job->previous, t->now,
                                         hc_format_scaled(t->bound, 2, bound)));
    }
}

static enum hc_status compare_step(struct hc_job_set *set, size_t step,
                                   struct hc_buf *refused, struct hc_err *err) {
    struct hc_job *job = &set->job[set->first[step]];
    size_t count = set->count[step];
    enum hc_status status = HC_OK;
    for (size_t i = 0; i < count; i++)
        if (!job[i].delivery || job[i].status != HC_JOB_DONE)
            return HC_OK;
    struct hc_verdict *v = hc_arena_zalloc(&set->arena, (count + 1) * sizeof *v);
    if (!v)
        return hc_fail_memory(err);
    for (size_t i = 0; status == HC_OK && i < count; i++)
        status = hc_verdict_read(&v[i], set, &job[i], err);
    for (size_t i = 0; status == HC_OK && i < count; i++) {
        size_t before = find_previous(v, job, count, i);
        job[i].compared = !job[i].late;
        if (before == count || job[i].late || v[i].measures + v[before].measures == 0)
            continue;
        job[i].previous = hc_base_name(job[before].delivery);
        job[i].previous_receipt = hc_kept_digest(&job[before]);
        job[i].recompared = job[i].ran || job[before].ran;
        compare(&set->arena, &job[i], &v[i], &v[before]);
        if (job[i].beyond.failed)
            return hc_fail_memory(err);
        bool refuse = v[i].trend && strcmp(v[i].trend, "refuse") == 0;
        for (size_t n = 0; refuse && n < job[i].beyond.count; n++)
            hc_buf_printf(refused, "%s%s: %s", refused->len ? "\n" : "", job[i].name,
                          job[i].beyond.item[n]);
    }
    return status;
}

enum hc_status hc_compare(struct hc_job_set *set, struct hc_err *err) {
    struct hc_buf refused = {0};
    enum hc_status status = HC_OK;
    for (size_t i = 0; status == HC_OK && i < set->plan->steps; i++)
        if (set->plan->step[i].tool && set->plan->step[i].tool->per_delivery)
            status = compare_step(set, i, &refused, err);
    if (status == HC_OK && refused.failed) {
        status = hc_fail_memory(err);
    } else if (status == HC_OK && refused.len) {
        status = hc_fail(err, HC_EDATA, "%s", hc_buf_text(&refused));
        hc_err_hint(err, "--withdraw=NAME leaves a delivery out; 'accept: [trend]' in its "
                         "step counts it all the same");
    }
    hc_buf_free(&refused);
    return status;
}
