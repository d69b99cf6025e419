#include "pipeline/compare.h"

#include "base/file.h"
#include "pipeline/verdict.h"

/* By date, those without one first, then by name. */
static bool is_earlier(const struct hc_verdict *v, const struct hc_job *job, size_t a,
                       size_t b) {
    if (v[a].dated != v[b].dated)
        return !v[a].dated;
    if (v[a].dated && v[a].day != v[b].day)
        return v[a].day < v[b].day;
    return strcmp(hc_base_name(job[a].delivery), hc_base_name(job[b].delivery)) < 0;
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
static bool is_beyond(const struct hc_measure *before, const struct hc_measure *now) {
    __int128 size = before->value < 0 ? -(__int128)before->value : before->value;
    __int128 change = (__int128)now->value - before->value;
    if (size == 0)
        return change != 0;
    change = change * 10000 / size;
    return change > now->bound || change < -(__int128)now->bound;
}

static void compare(struct hc_arena *arena, struct hc_job *job,
                    const struct hc_verdict *now, const struct hc_verdict *before) {
    for (size_t i = 0; i < now->measures; i++)
        for (size_t j = 0; j < before->measures; j++) {
            const struct hc_measure *m = &now->measure[i], *was = &before->measure[j];
            char bound[HC_NUM_SIZE];
            if (m->bound < 0 || strcmp(m->name, was->name) != 0 || !is_beyond(was, m))
                continue;
            hc_words_add(&job->beyond, arena,
                         hc_arena_printf(arena,
                                         "trend: %s: %s in %s, %s now; the feed allows a "
                                         "change of %s%%",
                                         m->name, was->text, job->previous, m->text,
                                         hc_format_scaled(m->bound, 2, bound)));
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
        if (before == count || job[i].late || !v[i].trend)
            continue;
        job[i].previous = hc_base_name(job[before].delivery);
        job[i].recompared = job[i].ran || job[before].ran;
        if (strcmp(v[i].trend, "accept") != 0)
            compare(&set->arena, &job[i], &v[i], &v[before]);
        if (job[i].beyond.failed)
            return hc_fail_memory(err);
        for (size_t n = 0; strcmp(v[i].trend, "refuse") == 0 && n < job[i].beyond.count;
             n++)
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
