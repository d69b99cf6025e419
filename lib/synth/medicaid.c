/* What Medicaid sends: claims with reversals, members by month, NAIC style, a header row.
 */
#include "synth/cells.h"
#include "synth/state.h"

enum {
    MC_NONE,
#define MC(column) column,
#include "synth/medicaid.def"
    MC_END
};
enum {
    PC_NONE,
#define PC(column) column,
#include "synth/medicaid.def"
    PC_END
};
enum {
    ME_NONE,
#define ME(column) column,
#include "synth/medicaid.def"
    ME_END
};

#define VERSIONS 3
struct life {
    struct synth_version v[VERSIONS];
    int n;
    int trap;
};

static void put_day(struct synth_cells *row, int column, hc_day day) {
    char text[16];
    synth_set(row, column, hc_synth_ccyymmdd(day, text));
}
static void put_amount(struct synth_cells *row, int column, hc_cents cents) {
    hc_synth_cents(cents, row->cell[column]);
}

struct money {
    hc_cents charge, paid, prepaid, copay, coinsurance, deductible;
};
static struct money money_of(const struct synth_care *c, const struct synth_version *v,
                             unsigned line) {
    const struct synth_line *l = &c->line[line];
    hc_cents part = v->negative ? -v->percent : v->percent;
    struct money m = {.charge = l->charge * part / 100};
    if (l->denied || v->denied)
        return m;
    m.copay = l->copay * part / 100;
    m.coinsurance = l->coinsurance * part / 100;
    m.deductible = l->deductible * part / 100;
    m.paid = l->paid * part / 100;
    if (c->prospective) {
        m.prepaid = m.paid;
        m.paid = 0;
    }
    return m;
}
static struct synth_amounts worth_of(const struct synth_care *c,
                                     const struct synth_version *v, unsigned line) {
    struct money m = money_of(c, v, line);
    return (struct synth_amounts){
        m.paid, m.paid + m.prepaid + m.copay + m.coinsurance + m.deductible,
        m.paid + m.prepaid, false};
}

static void medical_line(struct synth_state *s, const struct synth_care *c,
                         const struct synth_version *v, unsigned i,
                         struct synth_cells *row) {
    const struct synth_person *p = &s->world.person[v->person];
    const struct synth_line *l = &c->line[i];
    struct money m = money_of(c, v, i);
    bool facility = c->kind == SYNTH_INSTITUTIONAL;
    char text[32];
    synth_cells_clear(row);
    synth_set(row, MC001, "DVHA");
    synth_set(row, MC003, "MC");
    synth_set(row, MC004, v->claim);
    synth_set_number(row, MC005, i + 1);
    synth_set(row, MC006, "DVHA");
    synth_set(row, MC008, hc_synth_member(SYNTH_MEDICAID, v->person, text));
    synth_set(row, MC010, hc_synth_ssn(v->person, text));
    synth_set(row, MC011, "18");
    synth_set(row, MC012, p->sex == 'M' ? "M" : "F");
    put_day(row, MC013, p->birth);
    synth_set(row, MC016, hc_synth_zip(p, text));
    put_day(row, MC017, v->effective);
    if (c->inpatient) {
        put_day(row, MC018, c->from);
        synth_set(row, MC020, "1");
        synth_set(row, MC021, "1");
        synth_set(row, MC058, c->surgery);
        put_day(row, MC069, c->thru);
        synth_set(row, MC071, c->drg);
    }
    if (facility) {
        synth_set(row, MC023, s->world.person[c->person].death == c->thru ? "20" : "01");
        synth_set(row, MC024, hc_synth_areas[c->area].ccn);
        synth_set(row, MC036, c->inpatient ? "111" : "131");
        synth_set(row, MC054, l->revenue);
        synth_set(row, MC076, hc_synth_areas[c->area].ccn);
    } else {
        synth_set(row, MC037, "11");
    }
    synth_set(row, MC025, c->tax_id);
    synth_set(row, MC026, c->provider->npi);
    synth_set(row, MC032, c->provider->specialty);
    synth_set(row, MC038, v->cancels >= 0 ? "22" : l->denied || v->denied ? "04" : "01");
    for (unsigned k = 0; k < c->dxs; k++)
        synth_set(row, MC041 + (int)k, c->dx[k]);
    synth_set(row, MC055, l->code);
    synth_set(row, MC056, l->modifier);
    put_day(row, MC059, c->from);
    put_day(row, MC060, c->thru);
    synth_set_number(row, MC061, v->negative ? -l->units : l->units);
    put_amount(row, MC062, m.charge);
    put_amount(row, MC063, m.paid);
    put_amount(row, MC064, m.prepaid);
    put_amount(row, MC065, m.copay);
    put_amount(row, MC066, m.coinsurance);
    put_amount(row, MC067, m.deductible);
    synth_set(row, MC077,
              facility ? hc_synth_hospital_npi(c->area, text) : c->provider->npi);
    synth_set(row, MC094, facility ? "I" : "P");
    synth_set(row, MC137, hc_synth_member(SYNTH_MEDICAID, v->person, text));
    synth_set(row, MC138, text);
    synth_set(row, MC899, "MC");
}

static void pharmacy_line(struct synth_state *s, const struct synth_care *c,
                          const struct synth_version *v, struct synth_cells *row) {
    const struct synth_person *p = &s->world.person[v->person];
    struct money m = money_of(c, v, 0);
    char text[32];
    synth_cells_clear(row);
    synth_set(row, PC001, "DVHA");
    synth_set(row, PC003, "MC");
    synth_set(row, PC004, v->claim);
    synth_set(row, PC005, "1");
    synth_set(row, PC006, "DVHA");
    synth_set(row, PC008, hc_synth_member(SYNTH_MEDICAID, v->person, text));
    synth_set(row, PC107, text);
    synth_set(row, PC010, hc_synth_ssn(v->person, text));
    synth_set(row, PC011, "18");
    synth_set(row, PC012, p->sex == 'M' ? "M" : "F");
    put_day(row, PC013, p->birth);
    synth_set(row, PC016, hc_synth_zip(p, text));
    put_day(row, PC017, v->effective);
    synth_set(row, PC018, c->pharmacy_ncpdp);
    synth_set(row, PC021, c->pharmacy_npi);
    synth_set(row, PC025, v->cancels >= 0 ? "22" : v->denied ? "04" : "01");
    synth_set(row, PC026, c->ndc);
    synth_set_number(row, PC028, c->fill);
    put_day(row, PC032, c->from);
    synth_set_number(row, PC033, v->negative ? -c->line[0].units : c->line[0].units);
    synth_set_number(row, PC034, c->days_supply);
    put_amount(row, PC035, m.charge);
    put_amount(row, PC036, m.paid);
    put_amount(row, PC040, m.copay);
    put_amount(row, PC041, m.coinsurance);
    put_amount(row, PC042, m.deductible);
    synth_set(row, PC048, c->provider->npi);
    synth_set_number(row, PC058, (int64_t)c->prescription);
    synth_set(row, PC899, "PC");
}

static void write_version(struct synth_state *s, const struct synth_care *c,
                          const struct synth_version *v) {
    bool drug = c->kind == SYNTH_PHARMACY;
    struct synth_pending *file =
        synth_pending(s, v->delivered, drug ? SYNTH_MD_PC : SYNTH_MD_MC);
    struct synth_cells row;
    for (unsigned i = 0; i < c->lines; i++) {
        if (drug)
            pharmacy_line(s, c, v, &row);
        else
            medical_line(s, c, v, i, &row);
        synth_cells_write(&row, (drug ? PC_END : MC_END) - 1, "\n", &file->text);
        file->records++;
    }
}

/* ---- what becomes of a claim ---- */

static const uint8_t traps[] = {
    SYNTH_TRAP_reversed,         SYNTH_TRAP_reversed_and_replaced,
    SYNTH_TRAP_resent_unchanged, SYNTH_TRAP_resent_changed,
    SYNTH_TRAP_wrong_member,     SYNTH_TRAP_denied_line,
    SYNTH_TRAP_denied_claim,     SYNTH_TRAP_reversed_and_replaced,
};

static void give_number(struct synth_state *s, char out[24]) {
    snprintf(out, 24, "ZQD%010llu", (unsigned long long)++s->claims[SYNTH_MD_MC]);
}

/* The same record again, in the month of the day. */
static struct synth_version *repeat(struct life *life, hc_day paid) {
    struct synth_version *v = &life->v[life->n++];
    *v = life->v[0];
    v->effective = paid;
    v->delivered = hc_month_of(paid);
    return v;
}
static void reverse(struct life *life, hc_day paid) {
    struct synth_version *v = repeat(life, paid);
    v->negative = true;
    v->cancels = 0;
}
static struct synth_version *replace(struct synth_state *s, struct life *life,
                                     hc_day paid) {
    struct synth_version *v = repeat(life, paid);
    give_number(s, v->claim);
    return v;
}

static hc_day paid_after(struct synth_rng *rng, hc_day day, int months) {
    hc_month month = hc_month_of(day);
    hc_day first = hc_month_first(month);
    if (months == 0 && day - first < 24)
        return day + 1 + (hc_day)synth_below(rng, (uint32_t)(27 - (day - first)));
    return hc_month_first(month + (months ? months : 1)) + (hc_day)synth_below(rng, 28);
}

static void live(struct synth_state *s, struct life *life, struct synth_care *c,
                 struct synth_rng *rng) {
    unsigned lag = synth_below(rng, 100);
    hc_day p1 = paid_after(rng, c->thru, lag < 55 ? 0 : lag < 88 ? 1 : lag < 97 ? 2 : 3);
    hc_day p2 = paid_after(rng, p1, 1 + (int)synth_below(rng, 2));
    struct synth_version *first = &life->v[life->n++];
    *first = (struct synth_version){.percent = 100,
                                    .person = c->person,
                                    .cancels = -1,
                                    .resends = -1,
                                    .effective = p1,
                                    .delivered = hc_month_of(p1)};
    give_number(s, first->claim);
    uint32_t other;
    switch (life->trap) {
    case SYNTH_TRAP_reversed:
        reverse(life, p2);
        break;
    case SYNTH_TRAP_reversed_and_replaced:
        reverse(life, p2);
        replace(s, life, p2)->percent = 91;
        break;
    case SYNTH_TRAP_resent_unchanged:
        repeat(life, p2)->resends = 0;
        life->v[1].effective = p1;
        break;
    case SYNTH_TRAP_resent_changed:
        repeat(life, p2)->resends = 0;
        life->v[1].percent = 96;
        life->v[1].effective = p1;
        break;
    case SYNTH_TRAP_wrong_member:
        other = hc_synth_somebody_else(s, c, SYNTH_CAID);
        if (other == c->person) {
            life->trap = -1;
            break;
        }
        reverse(life, p2);
        replace(s, life, p2)->person = other;
        break;
    case SYNTH_TRAP_denied_line:
        c->line[c->lines - 1].denied = true;
        break;
    case SYNTH_TRAP_denied_claim:
        first->denied = true;
        break;
    default:
        break;
    }
}

static void settle(struct synth_state *s, const struct synth_care *c,
                   const struct life *life) {
    const char *why[VERSIONS] = {NULL};
    hc_month last = s->world.last;
    bool whole = true;
    for (int i = 0; i < life->n; i++) {
        const struct synth_version *v = &life->v[i];
        whole &= v->delivered <= last;
        if (v->delivered > last)
            continue;
        write_version(s, c, v);
        if (v->resends >= 0) {
            why[v->resends] = v->percent != life->v[v->resends].percent
                                  ? "redelivered_changed"
                                  : "redelivered";
        } else if (v->cancels >= 0) {
            why[v->cancels] = "reversed";
            why[i] = "reversal";
        }
    }
    for (int i = 0; i < life->n; i++) {
        const struct synth_version *v = &life->v[i];
        for (unsigned line = 0; line < c->lines && v->delivered <= last; line++) {
            struct synth_amounts worth = worth_of(c, v, line);
            if (why[i])
                hc_synth_set_aside(&s->truth, SYNTH_MEDICAID, c->kind, v->claim,
                                   (int)line + 1, v->delivered, why[i], worth);
            else
                hc_synth_stands(&s->truth, SYNTH_MEDICAID, c->kind, v->claim, (int)line + 1,
                                v->person, worth);
        }
    }
    if (life->trap >= 0)
        s->truth.trap[life->trap] += whole;
    s->truth.trap[SYNTH_TRAP_prospective_medicaid] +=
        c->prospective && life->v[0].delivered <= last;
}

void hc_synth_medicaid(void *to, struct synth_care *c) {
    struct synth_state *s = to;
    struct life life = {.trap = -1};
    struct synth_rng rng = synth_rng_of(s->world.seed, 5, s->claims[SYNTH_MD_MC]);
    const struct synth_person *p = &s->world.person[c->person];
    hc_month month = hc_month_of(c->from);
    bool aco = hc_synth_caid_says_aco(&s->world, p, month) &&
               hc_synth_primary(p, month) == SYNTH_CAID;
    if (c->kind == SYNTH_DME)
        c->kind = SYNTH_PROFESSIONAL;
    c->prospective =
        aco && (c->kind == SYNTH_INSTITUTIONAL
                    ? hc_synth_areas[c->area].aco_hospital
                    : c->kind == SYNTH_PROFESSIONAL && c->practice != SYNTH_NONE);
    uint64_t n = s->fate[SYNTH_MEDICAID][c->kind]++;
    if (n % 15 == 7)
        life.trap = traps[n / 15 % sizeof traps];
    if (c->kind == SYNTH_PHARMACY && life.trap == SYNTH_TRAP_denied_line)
        life.trap = SYNTH_TRAP_denied_claim;
    live(s, &life, c, &rng);
    settle(s, c, &life);
}

/* ---- members ---- */

static void mixed_case(char *name) { /* as Medicaid writes names */
    for (char *at = name + 1; *at; at++)
        if (*at >= 'A' && *at <= 'Z' && at > name + 1)
            *at = (char)(*at - 'A' + 'a');
}

static void member(struct synth_state *s, uint32_t index, hc_month month,
                   const struct synth_span *span, struct synth_cells *row) {
    const struct synth_world *w = &s->world;
    const struct synth_person *p = &w->person[index];
    bool medicare = hc_synth_covered(p, SYNTH_FFS, month) ||
                    hc_synth_covered(p, SYNTH_ADVANTAGE, month);
    bool primary = hc_synth_primary(p, month) == SYNTH_CAID;
    char text[32];
    synth_cells_clear(row);
    synth_set(row, ME001, "DVHA");
    synth_set(row, ME003, "MC");
    synth_set_number(row, ME004, hc_synth_year(month));
    snprintf(row->cell[ME005], sizeof row->cell[ME005], "%02d", month % 12 + 1);
    synth_set(row, ME006, "DVHA");
    synth_set(row, ME009, hc_synth_member(SYNTH_MEDICAID, index, text));
    synth_set(row, ME107, text);
    synth_set(row, ME108, text);
    synth_set(row, ME010, "01");
    if (p->match < 2 && index % 19 != 3)
        synth_set(row, ME011, hc_synth_ssn(index, text));
    synth_set(row, ME012, "18");
    synth_set(row, ME013, p->sex == 'M' ? "M" : "F");
    put_day(row, ME014, p->birth);
    synth_set(row, ME016, "VT");
    synth_set(row, ME017, hc_synth_zip(p, text));
    synth_set(row, ME018, "Y");
    synth_set(row, ME019, span->limited ? "N" : "Y");
    synth_set(row, ME028, primary ? "Y" : "N");
    synth_set(row, ME032, "GREEN MOUNTAIN CARE");
    hc_synth_last_name(p, text);
    mixed_case(text);
    synth_set(row, ME104, text);
    hc_synth_first_name(p, text);
    mixed_case(text);
    synth_set(row, ME105, text);
    synth_set(row, ME120, span->limited ? "L" : "F");
    synth_set(row, ME121, hc_synth_pcp(w, p->practice, 0)->npi);
    put_day(row, ME122, hc_month_first(w->first));
    synth_set(row, ME123, hc_synth_caid_says_aco(w, p, month) ? "VTACO" : "");
    synth_set(row, ME124, medicare ? "02" : "");
    if (medicare && p->match == 0)
        synth_set(row, ME125,
                  p->stale_mbi ? hc_synth_mbi_hop(index, 0, text)
                               : hc_synth_mbi(w, index, month, text));
    synth_set(row, ME126, hc_synth_areas[p->area].county);
    synth_set(row, ME899, "ME");
}

static void wrap(struct synth_state *s, hc_month month, enum synth_file which,
                 const char *type, const char *codes) {
    struct synth_pending *file = synth_pending(s, month, which);
    struct hc_buf whole = {0};
    char from[16], to[16], made[16];
    hc_synth_ccyymmdd(hc_month_first(month), from);
    hc_synth_ccyymmdd(hc_month_last(month), to);
    hc_synth_ccyymmdd(hc_month_last(month) + 7, made);
    hc_buf_printf(&whole, "HD|DVHA|DVHA|%s|%s|%s|INVENTED BY HC-SYNTH\n%s\n", type, from,
                  to, codes);
    hc_buf_put(&whole, file->text.ptr, file->text.len);
    hc_buf_printf(&whole, "TR|DVHA|DVHA|%s|%s|%s|%s|%lld\n", type, from, to, made,
                  (long long)file->records);
    whole.failed |= file->text.failed;
    hc_buf_free(&file->text);
    file->text = whole;
}

static const char mc_codes[] =
#define MC(column) "|" #column
#include "synth/medicaid.def"
    ;
static const char pc_codes[] =
#define PC(column) "|" #column
#include "synth/medicaid.def"
    ;
static const char me_codes[] =
#define ME(column) "|" #column
#include "synth/medicaid.def"
    ;

void hc_synth_medicaid_members(struct synth_state *s, hc_month month) {
    struct synth_pending *file = synth_pending(s, month, SYNTH_MD_ME);
    struct synth_cells row;
    for (uint32_t i = 0; i < s->world.people; i++) {
        const struct synth_span *span =
            hc_synth_covered(&s->world.person[i], SYNTH_CAID, month);
        if (!span)
            continue;
        member(s, i, month, span, &row);
        synth_cells_write(&row, ME_END - 1, "\n", &file->text);
        file->records++;
    }
    wrap(s, month, SYNTH_MD_MC, "MC", mc_codes + 1);
    wrap(s, month, SYNTH_MD_PC, "PC", pc_codes + 1);
    wrap(s, month, SYNTH_MD_ME, "ME", me_codes + 1);
}
