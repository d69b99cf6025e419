/* Who there is: the residents with Medicare of each month, and the roster of practices. */
#include "synth/archive.h"
#include "synth/state.h"
#include "synth/text.h"

static void resident(struct synth_state *s, uint32_t index, hc_month month,
                     const struct synth_span *span, struct hc_buf *buf) {
    const struct synth_person *p = &s->world.person[index];
    const struct synth_area *area = &hc_synth_areas[p->area];
    char text[32];
    bool dead = p->death != INT32_MAX && hc_month_of(p->death) <= month;
    int year, m, d;
    hc_day_split(p->birth, &year, &m, &d);
    synth_put(buf, hc_synth_mbi(&s->world, index, month, text), ',');
    synth_put(buf, hc_synth_ccyymm(month, text), ',');
    synth_put(buf, hc_synth_last_name(p, text), ',');
    synth_put(buf, hc_synth_first_name(p, text), ',');
    synth_put(buf, hc_synth_ssn(index, text), ',');
    synth_put(buf, hc_synth_iso(p->birth, text), ',');
    synth_put(buf, dead ? hc_synth_iso(p->death, text) : "", ',');
    hc_buf_putc(buf, (uint8_t)p->sex);
    hc_buf_puts(buf, ",VT,");
    synth_put(buf, area->county, ',');
    synth_put(buf, hc_synth_zip(p, text), ',');
    synth_put(buf, area->name, ',');
    hc_buf_puts(buf, "Y,");
    hc_buf_puts(buf, span->a_only ? "N," : "Y,");
    hc_buf_puts(buf, span->cover == SYNTH_ADVANTAGE ? "Y," : "N,");
    hc_buf_puts(buf, hc_synth_covered(p, SYNTH_CAID, month) ? "02," : ",");
    hc_buf_puts(buf, hc_synth_year(month) - year >= 65 ? "10\n" : "20\n");
}

void hc_synth_residents(struct synth_state *s, hc_month month) {
    struct synth_pending *file = synth_pending(s, month, SYNTH_RESIDENTS);
    hc_buf_puts(&file->text,
                "BENE_MBI_ID,REFERENCE_MONTH,LAST_NAME,FIRST_NAME,SSN,BIRTH_DATE,"
                "DEATH_DATE,SEX,STATE,COUNTY,ZIP,HSA,PART_A,PART_B,"
                "MEDICARE_ADVANTAGE,DUAL_STATUS,ENTITLEMENT\n");
    for (uint32_t i = 0; i < s->world.people; i++) {
        const struct synth_person *p = &s->world.person[i];
        const struct synth_span *span = hc_synth_covered(p, SYNTH_FFS, month);
        if (!span)
            span = hc_synth_covered(p, SYNTH_ADVANTAGE, month);
        if (!span)
            continue;
        resident(s, i, month, span, &file->text);
        file->records++;
    }
}

static void roster_row(const struct synth_world *w, const struct synth_practice *practice,
                       const struct synth_provider *d, const char *program, hc_month from,
                       hc_month to, struct hc_buf *buf) {
    static const char *const taxonomies[][2] = {{"01", "208D00000X"}, {"08", "207Q00000X"},
                                                {"11", "207R00000X"}, {"37", "208000000X"},
                                                {"38", "207QG0300X"}, {"50", "363LF0000X"},
                                                {"89", "364S00000X"}, {"97", "363A00000X"}};
    const char *taxonomy = "";
    char text[16];
    for (size_t i = 0; i < sizeof taxonomies / sizeof *taxonomies; i++)
        if (strcmp(taxonomies[i][0], d->specialty) == 0)
            taxonomy = taxonomies[i][1];
    synth_put(buf, d->npi, ',');
    synth_put(buf, practice->tax_id, ',');
    synth_put(buf, "", ',');
    synth_put(buf, practice->id, ',');
    hc_buf_printf(buf, "%s Primary Care %s,", hc_synth_areas[practice->area].name,
                  practice->id + 2);
    synth_put(buf, d->specialty, ',');
    synth_put(buf, taxonomy, ',');
    synth_put(buf, program ? "VTACO" : "", ',');
    synth_put(buf, program ? program : "", ',');
    synth_put(buf, program ? "Y" : "N", ',');
    synth_put(buf, hc_synth_areas[practice->area].name, ',');
    synth_put(buf, hc_synth_iso(hc_month_first(from), text), ',');
    synth_put(buf, to == SYNTH_NEVER ? "" : hc_synth_iso(hc_month_last(to), text), '\n');
    (void)w;
}

enum hc_status hc_synth_roster(struct synth_state *s, const char *dir, struct hc_err *err) {
    static const char *const programs[] = {"medicare-vtaco", "medicaid-vtaco",
                                           "bcbsvt-vtaco"};
    const struct synth_world *w = &s->world;
    const hc_month ever = (2010 - 1970) * 12;
    struct hc_buf buf = {0}, path = {0};
    hc_buf_puts(
        &buf, "npi,tax_id,facility_id,practice_id,practice_name,specialty,taxonomy,aco_id,"
              "program,participating,hsa,start_date,end_date\n");
    for (uint32_t i = 0; i < w->practices; i++) {
        const struct synth_practice *practice = &w->practice[i];
        hc_month from = SYNTH_NEVER, to = practice->left[0];
        for (int k = 0; k < SYNTH_PROGRAMS; k++)
            from = practice->joined[k] < from ? practice->joined[k] : from;
        s->truth.trap[SYNTH_TRAP_practice_joins] += from > w->first && from <= w->last;
        s->truth.trap[SYNTH_TRAP_practice_leaves] += to >= w->first && to < w->last;
        s->truth.trap[SYNTH_TRAP_two_practices] += i % 9 == 5;
        for (uint32_t k = 0; k < practice->count; k++) {
            const struct synth_provider *d = &w->provider[practice->first + k];
            roster_row(w, practice, d, NULL, ever, from == SYNTH_NEVER ? from : from - 1,
                       &buf);
            if (from == SYNTH_NEVER)
                continue;
            for (int j = 0; j < SYNTH_PROGRAMS; j++)
                roster_row(w, practice, d, programs[j], practice->joined[j],
                           practice->left[j], &buf);
            if (to != SYNTH_NEVER)
                roster_row(w, practice, d, NULL, to + 1, SYNTH_NEVER, &buf);
        }
    }
    hc_buf_printf(&path, "%s/incoming/roster.csv", dir);
    enum hc_status status =
        buf.failed || path.failed
            ? hc_fail_memory(err)
            : hc_synth_write_file(hc_buf_text(&path), hc_buf_str(&buf), err);
    hc_buf_free(&buf);
    hc_buf_free(&path);
    return status;
}
