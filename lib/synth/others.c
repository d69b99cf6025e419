/* Files besides claims and members, where they are asked for: what people told
 * 1-800-MEDICARE, who is aligned, what is paid outside claims; and the truth about each. */
#include "synth/archive.h"
#include "synth/state.h"
#include "synth/text.h"

static enum hc_status publish(struct synth_state *s, const char *dir, const char *path,
                              struct hc_buf *text, int64_t records, struct hc_err *err) {
    struct hc_buf where = {0};
    hc_buf_printf(&where, "%s/incoming/%s", dir, path);
    enum hc_status status =
        text->failed || where.failed
            ? hc_fail_memory(err)
            : hc_synth_write_file(hc_buf_text(&where), hc_buf_str(text), err);
    hc_synth_truth_delivery(&s->truth, hc_base_name(path), "", records);
    hc_buf_free(&where);
    hc_buf_clear(text);
    return status;
}

/* ---- preferences: fixed width, 389 bytes ---- */

struct preference { /* months in which a person says something; SYNTH_NEVER */
    hc_month stop, resume, substance;
    bool substance_share;
};
static struct preference preference_of(const struct synth_world *w, uint32_t person) {
    struct synth_rng rng = synth_rng_of(w->seed, 11, person);
    uint32_t months = (uint32_t)(w->last - w->first + 1);
    struct preference p = {SYNTH_NEVER, SYNTH_NEVER, SYNTH_NEVER, false};
    if (synth_chance(&rng, 250))
        p.stop = w->first + (hc_month)synth_below(&rng, months);
    if (p.stop != SYNTH_NEVER && synth_chance(&rng, 300))
        p.resume = p.stop + 1 + (hc_month)synth_below(&rng, 6);
    if (synth_chance(&rng, 200))
        p.substance = w->first + (hc_month)synth_below(&rng, months);
    p.substance_share = synth_chance(&rng, 700);
    return p;
}

static void put_block(struct hc_buf *buf, const char *text, size_t len) {
    size_t n = strnlen(text, len);
    hc_buf_put(buf, text, n);
    for (; n < len; n++)
        hc_buf_putc(buf, ' ');
}

static void told(struct synth_state *s, uint32_t person, const char *mbi, const char *about,
                 bool share, hc_day day) {
    char text[16];
    hc_buf_printf(&s->others.preferences, "%u,%s,%s,%s,%s\n", person + 1, mbi, about,
                  share ? "Y" : "N", hc_synth_iso(day, text));
}

static void preference(struct synth_state *s, uint32_t index, hc_month month, bool sharing,
                       bool share, bool substance, bool substance_share,
                       struct hc_buf *buf) {
    const struct synth_person *p = &s->world.person[index];
    hc_day day = hc_month_first(month) + (hc_day)(index % 12);
    char mbi[12], text[128], last[32], first[32], birth[16];
    hc_synth_mbi(&s->world, index, month, mbi);
    put_block(buf, mbi, 11);
    hc_synth_number(1000 + index, text);
    put_block(buf, text, 10);
    snprintf(text, sizeof text, "%-24s%-16s%s%c ZQ LANE VT %s", hc_synth_last_name(p, last),
             hc_synth_first_name(p, first), hc_synth_ccyymmdd(p->birth, birth), p->sex,
             "05000");
    put_block(buf, text, 333);
    put_block(buf, sharing ? hc_synth_ccyymmdd(day, text) : "", 8);
    put_block(buf, sharing ? "1-800" : "", 5);
    put_block(buf, sharing ? "T" : "", 1);
    put_block(buf, !sharing ? "" : share ? "Y" : "N", 1);
    put_block(buf, substance ? hc_synth_ccyymmdd(day, text) : "", 8);
    put_block(buf, substance ? "1-800" : "", 5);
    put_block(buf, substance ? "T" : "", 1);
    put_block(buf, !substance ? "" : substance_share ? "Y" : "N", 1);
    hc_buf_puts(buf, "F0001\n");
    if (sharing)
        told(s, index, mbi, "data_sharing", share, day);
    if (substance)
        told(s, index, mbi, "substance_use", substance_share, day);
}

static enum hc_status preferences(struct synth_state *s, const char *dir, hc_month month,
                                  struct hc_err *err) {
    struct hc_buf buf = {0};
    char stamp[16], path[80];
    int64_t records = 0;
    hc_synth_ccyymmdd(hc_month_first(month) + 14, stamp);
    hc_buf_printf(&buf, "HDR_BENEDATASHR%s\n", stamp);
    for (uint32_t i = 0; i < s->world.cclfs; i++) {
        uint32_t index = s->world.cclf[i];
        struct preference p = preference_of(&s->world, index);
        bool sharing = month == p.stop || month == p.resume;
        if ((!sharing && month != p.substance) ||
            !hc_synth_covered(&s->world.person[index], SYNTH_FFS, month))
            continue;
        preference(s, index, month, sharing, month == p.resume, month == p.substance,
                   p.substance_share, &buf);
        records++;
    }
    hc_buf_printf(&buf, "TRL_BENEDATASHR%s%010lld\n", stamp, (long long)records);
    snprintf(path, sizeof path, "preferences/P#EFT.ON.ACO.NGD1800.DPRF.D%s.T0102030",
             stamp + 2);
    enum hc_status status = publish(s, dir, path, &buf, records, err);
    hc_buf_free(&buf);
    return status;
}

/* ---- the alignment list of a year ---- */

static enum hc_status alignment(struct synth_state *s, const char *dir, hc_month month,
                                struct hc_err *err) {
    const struct synth_world *w = &s->world;
    struct hc_buf buf = {0};
    char text[32], path[64];
    int64_t records = 0;
    hc_month end = month - month % 12 + 11;
    hc_buf_puts(&buf, "aco_id|member_id|mbi|last_name|first_name|birth_date|death_date|sex|"
                      "county|zip|product|pcp_npi|start_date|end_date\n");
    for (uint32_t i = 0; i < w->people; i++) {
        const struct synth_person *p = &w->person[i];
        unsigned practice = hc_synth_primary(p, month) == SYNTH_FFS
                                ? hc_synth_attributed(w, p, month)
                                : SYNTH_NONE;
        if (practice == SYNTH_NONE)
            continue;
        hc_synth_mbi(w, i, month, text);
        hc_buf_printf(&buf, "VTACO|%s|%s|", text, text);
        hc_buf_printf(&s->others.alignment, "%u,%s,", i + 1, text);
        synth_put(&buf, hc_synth_last_name(p, text), '|');
        synth_put(&buf, hc_synth_first_name(p, text), '|');
        synth_put(&buf, hc_synth_iso(p->birth, text), '|');
        hc_buf_printf(&buf, "|%c|%s|", p->sex, hc_synth_areas[p->area].county);
        synth_put(&buf, hc_synth_zip(p, text), '|');
        hc_buf_printf(&buf, "AIPBP|%s|", hc_synth_pcp(w, practice, 0)->npi);
        synth_put(&buf, hc_synth_iso(hc_month_first(month), text), '|');
        synth_put(&s->others.alignment, text, ',');
        synth_put(&buf, hc_synth_iso(hc_month_last(end), text), '\n');
        synth_put(&s->others.alignment, text, ',');
        synth_put(&s->others.alignment, w->practice[practice].id, '\n');
        records++;
    }
    snprintf(path, sizeof path, "alignment/medicare-alignment-%s.txt",
             hc_synth_ccyymm(month, text));
    enum hc_status status = HC_OK;
    if (records > 0) /* nobody is aligned before the data reach back far enough */
        status = publish(s, dir, path, &buf, records, err);
    hc_buf_free(&buf);
    return status;
}

/* ---- money outside claims ---- */

struct pays { /* what a payer pays the organisation for its people */
    const char *payer, *program, *product;
    enum synth_primary primary;
    hc_cents ahead; /* a person and month */
};
static const struct pays pays[] = {
    {"medicare", "medicare-vtaco", "", SYNTH_FFS, 61250},
    {"medicaid", "medicaid-vtaco", "", SYNTH_CAID, 24175},
    {"bcbsvt", "bcbsvt-vtaco", "EP", SYNTH_COMMERCIAL, 18890},
    {"bcbsvt", "bcbsvt-vtaco", "PP", SYNTH_COMMERCIAL, 17405},
    {"bcbsvt", "bcbsvt-vtaco", "SE", SYNTH_COMMERCIAL, 19999},
};
#define PAYS (sizeof pays / sizeof *pays)

static int64_t members_of(const struct synth_world *w, const struct pays *pay,
                          hc_month month) {
    int64_t members = 0;
    for (uint32_t i = 0; i < w->people; i++) {
        const struct synth_person *p = &w->person[i];
        if (hc_synth_primary(p, month) != pay->primary ||
            hc_synth_attributed(w, p, month) == SYNTH_NONE)
            continue;
        const struct synth_span *span = hc_synth_covered(p, pay->primary, month);
        members += pay->primary != SYNTH_COMMERCIAL ||
                   strcmp(hc_synth_products[span->product].code, pay->product) == 0;
    }
    return members;
}

static void payment(struct synth_state *s, const struct pays *pay, hc_month month,
                    const char *reason, int64_t members, hc_cents amount) {
    char text[24];
    struct hc_buf *truth = &s->others.payments;
    hc_buf_printf(truth, "%s,%s,%s,%s,", pay->payer, pay->program, pay->product,
                  hc_format_month(month, text));
    hc_buf_printf(truth, "%s,%lld,", reason, (long long)members);
    synth_put(truth, hc_synth_cents(amount, text), '\n');
}

/* For the month, and for one person less of the month before, who had died or left. */
static enum hc_status prospective(struct synth_state *s, const char *dir, hc_month month,
                                  struct hc_err *err) {
    struct hc_buf buf = {0};
    char text[24], paid[16], path[64];
    int64_t records = 0;
    hc_buf_puts(&buf,
                "payer,program,product,aco_id,month,reason,members,amount,paid_date\n");
    hc_synth_iso(hc_month_first(month) + 4, paid);
    for (size_t i = 0; i < PAYS; i++)
        for (int back = 0; back < 2; back++) {
            hc_month when = month - back;
            int64_t members = back ? -1 : members_of(&s->world, &pays[i], month);
            if (members == 0 ||
                (back && (month % 4 != (hc_month)i || when < s->world.first)))
                continue;
            const char *reason = back ? "retroactive" : "";
            hc_buf_printf(&buf, "%s,%s,%s,VTACO,%s,%s,%lld,", pays[i].payer,
                          pays[i].program, pays[i].product, hc_synth_ccyymm(when, text),
                          reason, (long long)members);
            synth_put(&buf, hc_synth_cents(members * pays[i].ahead, text), ',');
            synth_put(&buf, paid, '\n');
            payment(s, &pays[i], when, back ? reason : "prospective", members,
                    members * pays[i].ahead);
            records++;
        }
    snprintf(path, sizeof path, "payments/prospective-%s.csv",
             hc_synth_ccyymm(month, text));
    enum hc_status status = publish(s, dir, path, &buf, records, err);
    hc_buf_free(&buf);
    return status;
}

/* Once a quarter: care coordination, an incentive, money taken back. */
static enum hc_status outside_claims(struct synth_state *s, const char *dir, hc_month month,
                                     struct hc_err *err) {
    static const struct {
        const char *reason;
        hc_cents each, flat;
    } sorts[] = {{"care_coordination", 325, 0},
                 {"incentive, quality", 0, 1250000},
                 {"recovery", 0, -87550}};
    struct hc_buf buf = {0};
    char text[24], path[64];
    int64_t records = 0;
    hc_buf_puts(
        &buf,
        "month,payer,program,product,aco_id,\"reason\",members,\"amount\",paid_date\n");
    for (size_t i = 0; i < SYNTH_PAYERS; i++) /* the first row of each payer */
        for (size_t k = 0; k < sizeof sorts / sizeof *sorts; k++) {
            const struct pays *pay = &pays[i];
            int64_t members = sorts[k].each ? members_of(&s->world, pay, month) : 0;
            hc_cents amount = members * sorts[k].each + sorts[k].flat;
            hc_buf_printf(&buf, "%s,%s,%s,,VTACO,\"%s\",%lld,\"",
                          hc_synth_ccyymm(month, text), pay->payer, pay->program,
                          sorts[k].reason, (long long)members);
            hc_buf_printf(&buf, "%s\",", hc_synth_cents(amount, text));
            synth_put(&buf, hc_synth_iso(hc_month_last(month), text), '\n');
            hc_buf_printf(&s->others.payments, "%s,%s,,%s,\"%s\",%lld,", pay->payer,
                          pay->program, hc_format_month(month, text), sorts[k].reason,
                          (long long)members);
            synth_put(&s->others.payments, hc_synth_cents(amount, text), '\n');
            records++;
        }
    snprintf(path, sizeof path, "payments/non-claims-%s.csv", hc_synth_ccyymm(month, text));
    enum hc_status status = publish(s, dir, path, &buf, records, err);
    hc_buf_free(&buf);
    return status;
}

/* ---- */

enum hc_status hc_synth_others_start(struct synth_state *s, const char *dir,
                                     struct hc_err *err) {
    static const struct {
        unsigned also;
        const char *folder;
    } folders[] = {{SYNTH_PREFERENCES, "preferences"},
                   {SYNTH_ALIGNMENT, "alignment"},
                   {SYNTH_PAYMENTS, "payments"}};
    enum hc_status status = HC_OK;
    struct hc_buf path = {0};
    for (size_t i = 0; i < sizeof folders / sizeof *folders && status == HC_OK; i++) {
        if (!(s->also & folders[i].also))
            continue;
        hc_buf_clear(&path);
        hc_buf_printf(&path, "%s/incoming/%s", dir, folders[i].folder);
        status =
            path.failed ? hc_fail_memory(err) : hc_make_folder(hc_buf_text(&path), err);
    }
    hc_buf_free(&path);
    hc_buf_puts(&s->others.preferences, "person,member_id,about,share,effective_date\n");
    hc_buf_puts(&s->others.alignment, "person,member_id,start_date,end_date,practice_id\n");
    hc_buf_puts(&s->others.payments, "payer,program,product,month,reason,members,amount\n");
    return status;
}

enum hc_status hc_synth_others(struct synth_state *s, const char *dir, hc_month month,
                               struct hc_err *err) {
    enum hc_status status = HC_OK;
    if (s->also & SYNTH_PREFERENCES)
        status = preferences(s, dir, month, err);
    if (status == HC_OK && s->also & SYNTH_ALIGNMENT &&
        (month % 12 == 0 || month == s->world.first))
        status = alignment(s, dir, month, err);
    if (status == HC_OK && s->also & SYNTH_PAYMENTS)
        status = prospective(s, dir, month, err);
    if (status == HC_OK && s->also & SYNTH_PAYMENTS && month % 3 == 2)
        status = outside_claims(s, dir, month, err);
    return status;
}

enum hc_status hc_synth_others_truth(struct synth_state *s, const char *dir,
                                     struct hc_err *err) {
    struct {
        unsigned also;
        const char *name;
        struct hc_buf *text;
    } files[] = {{SYNTH_PREFERENCES, "preferences", &s->others.preferences},
                 {SYNTH_ALIGNMENT, "alignment", &s->others.alignment},
                 {SYNTH_PAYMENTS, "payments", &s->others.payments}};
    struct hc_buf path = {0};
    enum hc_status status = HC_OK;
    for (size_t i = 0; i < sizeof files / sizeof *files && status == HC_OK; i++) {
        if (!(s->also & files[i].also))
            continue;
        hc_buf_clear(&path);
        hc_buf_printf(&path, "%s/truth/%s.csv", dir, files[i].name);
        status =
            path.failed || files[i].text->failed
                ? hc_fail_memory(err)
                : hc_synth_write_file(hc_buf_text(&path), hc_buf_str(files[i].text), err);
    }
    hc_buf_free(&path);
    return status;
}

void hc_synth_others_free(struct synth_state *s) {
    hc_buf_free(&s->others.preferences);
    hc_buf_free(&s->others.alignment);
    hc_buf_free(&s->others.payments);
}
