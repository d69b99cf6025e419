/* The files of a month, in each payer's own wrapping. */
#include "synth/archive.h"
#include "synth/state.h"
#include "synth/text.h"

static const char *const cclf_titles[SYNTH_CCLFS] = {
    "Part A Claims Header File.",
    "Part A Claims Revenue Center Detail File.",
    "Part A Procedure Code File.",
    "Part A Diagnosis Code File.",
    "Part B Physicians File.",
    "Part B DME File.",
    "Part D File.",
    "Beneficiary Demographics File.",
    "Beneficiary XREF File.",
    "Part A BE and Demo Codes File.",
    "Part B BE and Demo Codes File.",
};
static const int cclf_lengths[SYNTH_CCLFS] = {437, 199, 114, 112, 388, 247,
                                              195, 549, 55,  324, 128};

/* The month's claims, or those of the year before that still run out. */
static enum hc_status cclf(struct synth_state *s, const char *dir, hc_month month,
                           enum synth_file first, struct hc_err *err) {
    struct synth_member member[1 + SYNTH_CCLFS];
    char stamp[16], path[48], sort[8];
    bool runs_out = first == SYNTH_RUNOUT1;
    struct hc_buf totals = {0}, where = {0};
    hc_synth_ccyymmdd(hc_month_first(month) + 27, stamp); /* the 28th */
    snprintf(sort, sizeof sort, "%c%02d", runs_out ? 'R' : 'Y',
             (hc_synth_year(month) - runs_out) % 100);
    hc_buf_printf(&totals, "%-13s|%-20s|%-20s|%-13s\n", "File Number", "File Description",
                  "Total Records Count", "Record Length");
    snprintf(path, sizeof path, "P.F0001.ACO.ZC%s.D%s.T010203%d", sort, stamp + 2,
             runs_out);
    for (unsigned i = 0; i < SYNTH_CCLFS; i++) {
        struct synth_pending *file = synth_pending(s, month, first + i);
        char digit = "123456789AB"[i];
        if (file->text.failed)
            totals.failed = true;
        snprintf(member[1 + i].name, sizeof member->name,
                 "P.F0001.ACO.ZC%c%s.D%s.T010203%d", digit, sort, stamp + 2, runs_out);
        member[1 + i].text = hc_buf_str(&file->text);
        hc_buf_printf(&totals, "CCLF%c  |%-43s|%11lld|%5d \n", digit, cclf_titles[i],
                      (long long)file->records, cclf_lengths[i]);
        hc_synth_truth_delivery(&s->truth, path, member[1 + i].name, file->records);
    }
    snprintf(member[0].name, sizeof member->name, "P.F0001.ACO.ZC0%s.D%s.T010203%d", sort,
             stamp + 2, runs_out);
    member[0].text = hc_buf_str(&totals);
    hc_buf_printf(&where, "%s/incoming/medicare/%s", dir, path);
    enum hc_status status =
        totals.failed || where.failed
            ? hc_fail_memory(err)
            : hc_synth_write_zip(hc_buf_text(&where), member, 1 + SYNTH_CCLFS, err);
    hc_buf_free(&totals);
    hc_buf_free(&where);
    return status;
}

static enum hc_status gz(struct synth_state *s, const char *dir, hc_month month,
                         enum synth_file file, const char *before, const char *after,
                         struct hc_err *err) {
    struct synth_pending *pending = synth_pending(s, month, file);
    struct hc_buf where = {0};
    char when[16];
    hc_synth_ccyymm(month, when);
    hc_buf_printf(&where, "%s/incoming/%s%s%s", dir, before, when, after);
    enum hc_status status =
        where.failed || pending->text.failed ? hc_fail_memory(err) : HC_OK;
    if (status == HC_OK)
        hc_synth_truth_delivery(&s->truth, hc_base_name(hc_buf_text(&where)), "",
                                pending->records);
    /* every sixth file is two gzip members: some payers append */
    if (status == HC_OK)
        status = hc_synth_write_gz(hc_buf_text(&where), hc_buf_str(&pending->text),
                                   month % 6 == 5 ? 2 : 1, err);
    hc_buf_free(&where);
    return status;
}

enum hc_status hc_synth_deliver(struct synth_state *s, const char *dir, hc_month month,
                                struct hc_err *err) {
    const struct synth_form *form = s->form;
    const struct {
        enum synth_file file;
        const char *before, *after;
    } files[] = {{SYNTH_RESIDENTS, "residents/medicare-enrollment-", ".csv.gz"},
                 {SYNTH_BC_MC, form->before[SYNTH_MEDICAL], form->after},
                 {SYNTH_BC_PC, form->before[SYNTH_DRUGS], form->after},
                 {SYNTH_BC_ME, form->before[SYNTH_MEMBERS], form->after},
                 {SYNTH_BC_PV, form->before[SYNTH_PROVIDERS], form->after},
                 {SYNTH_MD_MC, "medicaid/DVHA_MC_", ".txt.gz"},
                 {SYNTH_MD_PC, "medicaid/DVHA_PC_", ".txt.gz"},
                 {SYNTH_MD_ME, "medicaid/DVHA_ME_", ".txt.gz"}};
    enum hc_status status = cclf(s, dir, month, SYNTH_CCLF1, err);
    if (status == HC_OK && s->also & SYNTH_RUNOUT && month % 12 < 3)
        status = cclf(s, dir, month, SYNTH_RUNOUT1, err);
    for (size_t i = 0; i < sizeof files / sizeof *files && status == HC_OK; i++)
        if (synth_pending(s, month, files[i].file)->text.len > 0)
            status = gz(s, dir, month, files[i].file, files[i].before, files[i].after, err);
    for (unsigned i = 0; i < SYNTH_FILES; i++)
        hc_buf_free(&synth_pending(s, month, i)->text);
    return status;
}
