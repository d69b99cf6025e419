/* Month by month: what happened, who was covered, what the payers send. */
#include "synth/synth.h"

#include "base/tool.h"
#include "synth/archive.h"
#include "synth/state.h"
#include "synth/text.h"

static enum hc_status check(const struct hc_synth_options *o, struct hc_err *err) {
    if (o->people < 10 || o->people > 10000000)
        return hc_fail(err, HC_EUSAGE, "--people must be 10 to 10000000");
    if (o->months < 1 || o->months > 120)
        return hc_fail(err, HC_EUSAGE, "--months must be 1 to 120");
    if (o->last < (2010 - 1970) * 12 || o->last > (2099 - 1970) * 12)
        return hc_fail(err, HC_EUSAGE, "--end must be 2010-01 to 2099-01");
    return HC_OK;
}

static enum hc_status make_folders(const char *dir, struct hc_err *err) {
    static const char *const names[] = {"incoming/medicare", "incoming/residents",
                                        "incoming/bcbsvt", "incoming/medicaid", "truth"};
    struct hc_buf path = {0};
    enum hc_status status = HC_OK;
    for (size_t i = 0; i < sizeof names / sizeof *names && status == HC_OK; i++) {
        hc_buf_clear(&path);
        hc_buf_printf(&path, "%s/%s", dir, names[i]);
        status =
            path.failed ? hc_fail_memory(err) : hc_make_folder(hc_buf_text(&path), err);
    }
    hc_buf_free(&path);
    return status;
}

static enum hc_status write_key(const struct synth_state *s, const char *dir,
                                struct hc_err *err) {
    struct hc_buf path = {0}, key = {0};
    struct synth_rng rng = synth_rng_of(s->world.seed, 9, 0);
    for (int i = 0; i < 4; i++)
        hc_buf_printf(&key, "%016llx", (unsigned long long)synth_next(&rng));
    hc_buf_putc(&key, '\n');
    hc_buf_printf(&path, "%s/incoming/identity.key", dir);
    enum hc_status status =
        key.failed || path.failed
            ? hc_fail_memory(err)
            : hc_synth_write_file(hc_buf_text(&path), hc_buf_str(&key), err);
    hc_buf_free(&path);
    hc_buf_free(&key);
    return status;
}

/* Care under the payer that pays first; CCLF also for some months of those who moved away.
 */
static void care_of(struct synth_state *s, uint32_t person, hc_month month) {
    struct synth_world *w = &s->world;
    struct synth_person *p = &w->person[person];
    enum synth_primary primary = hc_synth_primary(p, month);
    if (primary == SYNTH_NOBODY && p->in_cclf && month >= p->moved &&
        month < p->moved + 3 && hc_synth_primary(p, p->moved - 1) == SYNTH_FFS)
        hc_synth_care(w, person, month, SYNTH_MEDICARE, hc_synth_medicare, s);
    if (primary == SYNTH_FFS && p->in_cclf)
        hc_synth_care(w, person, month, SYNTH_MEDICARE, hc_synth_medicare, s);
    else if (primary == SYNTH_COMMERCIAL)
        hc_synth_care(w, person, month, SYNTH_BCBSVT, hc_synth_commercial, s);
    else if (primary == SYNTH_CAID)
        hc_synth_care(w, person, month, SYNTH_MEDICAID, hc_synth_medicaid, s);
}

static enum hc_status run_month(struct synth_state *s, const char *dir, hc_month month,
                                struct hc_err *err) {
    struct synth_world *w = &s->world;
    if (month % 12 == 0 || month == w->first)
        hc_synth_align(w, hc_synth_year(month));
    for (uint32_t i = 0; i < w->people; i++) {
        care_of(s, i, month);
        s->truth.trap[SYNTH_TRAP_moved_away] += w->person[i].moved == month;
    }
    hc_synth_cclf_people(s, month);
    hc_synth_residents(s, month);
    hc_synth_commercial_members(s, month);
    hc_synth_medicaid_members(s, month);
    hc_synth_truth_month(&s->truth, w, month);
    enum hc_status status = hc_stopped(err);
    if (status == HC_OK)
        status = hc_synth_deliver(s, dir, month, err);
    if (status == HC_OK)
        status = hc_synth_others(s, dir, month, err);
    if (status == HC_OK)
        status = hc_synth_truth_flush(&s->truth, err);
    return status;
}

/* How Medicaid knows the duals it can know. */
static void count_duals(struct synth_state *s) {
    for (uint32_t i = 0; i < s->world.people; i++) {
        const struct synth_person *p = &s->world.person[i];
        bool medicare = false, caid = false;
        for (hc_month m = s->world.first; m <= s->world.last; m++) {
            medicare |= hc_synth_covered(p, SYNTH_FFS, m) ||
                        hc_synth_covered(p, SYNTH_ADVANTAGE, m);
            caid |= hc_synth_covered(p, SYNTH_CAID, m) != NULL;
        }
        if (!medicare || !caid)
            continue;
        s->truth.trap[p->match == 0   ? SYNTH_TRAP_dual_by_mbi
                      : p->match == 1 ? SYNTH_TRAP_dual_by_ssn
                                      : SYNTH_TRAP_dual_by_name]++;
        s->truth.trap[SYNTH_TRAP_dual_by_old_mbi] +=
            p->match == 0 && p->stale_mbi && p->ids > 1 &&
            p->id_from[p->ids - 1] <= s->world.last;
    }
}

static enum hc_status start(struct synth_state *s, const struct hc_synth_options *o,
                            struct hc_err *err) {
    s->form = hc_synth_form(o->commercial ? o->commercial : "cdl");
    if (!s->form)
        return hc_fail(err, HC_EUSAGE, "--commercial must be one of %s",
                       hc_synth_form_names());
    s->world.contract_ids = s->form->contract_ids;
    s->also = o->also;
    s->world.seed = o->seed;
    s->world.people = (uint32_t)o->people;
    s->world.last = o->last;
    s->world.first = o->last - (hc_month)o->months + 1;
    s->pending =
        hc_arena_zalloc(&s->arena, (size_t)o->months * SYNTH_FILES * sizeof *s->pending);
    if (!s->pending)
        return hc_fail_memory(err);
    enum hc_status status = hc_synth_world_make(&s->world, err);
    if (status == HC_OK)
        status = hc_synth_people_make(&s->world, err);
    if (status == HC_OK)
        status = hc_synth_cclf_start(s, err);
    if (status == HC_OK)
        status = make_folders(o->dir, err);
    if (status == HC_OK)
        status = hc_synth_truth_open(&s->truth, o->dir, err);
    if (status == HC_OK)
        status = hc_synth_roster(s, o->dir, err);
    if (status == HC_OK)
        status = write_key(s, o->dir, err);
    if (status == HC_OK)
        status = hc_synth_others_start(s, o->dir, err);
    return status;
}

enum hc_status hc_synth_write(const struct hc_synth_options *o, const struct hc_log *log,
                              struct hc_err *err) {
    struct synth_state s = {0};
    enum hc_status status = check(o, err);
    if (status == HC_OK)
        status = start(&s, o, err);
    for (hc_month m = s.world.first; status == HC_OK && m <= o->last; m++)
        status = run_month(&s, o->dir, m, err);
    if (status == HC_OK) {
        count_duals(&s);
        status = hc_synth_others_truth(&s, o->dir, err);
        if (status == HC_OK && s.also & SYNTH_FHIR)
            status = hc_synth_fhir(&s, o->dir, err);
    }
    if (status == HC_OK)
        status = hc_synth_truth_commit(&s.truth, &s.world, o->dir, err);
    if (status == HC_OK)
        hc_log(log, HC_LOG_COUNTS, "%lld people, %lld months, %lld lines that stand",
               (long long)o->people, (long long)o->months,
               (long long)hc_synth_truth_lines(&s.truth));
    if (s.pending)
        for (size_t i = 0; i < (size_t)o->months * SYNTH_FILES; i++)
            hc_buf_free(&s.pending[i].text);
    hc_synth_others_free(&s);
    hc_buf_free(&s.fhir.claims);
    hc_synth_truth_free(&s.truth);
    hc_arena_free(&s.world.arena);
    hc_arena_free(&s.arena);
    return status;
}
