/* What BCBSVT sends: medical and pharmacy claims by version, members by month, all in the
 * Common Data Layout, columns by number. */
#include "synth/cells.h"
#include "synth/state.h"

/* Medical and pharmacy claims share the columns up to 022. */
enum { MC_COLUMNS = 165, PC_COLUMNS = 73, ME_COLUMNS = 79 };

#define VERSIONS 3
struct life {
    struct synth_version v[VERSIONS];
    bool voids[VERSIONS];
    int n;
    int trap;
};

static void put_day(struct synth_cells *row, int column, hc_day day) {
    char text[16];
    synth_set(row, column, hc_synth_ccyymmdd(day, text));
}

/* ---- amounts: the same for files and truth ---- */

struct money {
    hc_cents charge, paid, copay, coinsurance, deductible, allowed;
};
static struct money money_of(const struct synth_care *c, const struct synth_version *v,
                             unsigned line, bool voids) {
    const struct synth_line *l = &c->line[line];
    hc_cents part = v->negative || voids ? -v->percent : v->percent;
    struct money m = {.charge = l->charge * part / 100};
    if (l->denied || v->denied)
        return m;
    m.copay = l->copay * part / 100;
    m.coinsurance = l->coinsurance * part / 100;
    m.deductible = l->deductible * part / 100;
    m.paid = l->paid * part / 100;
    m.allowed = m.paid + m.copay + m.coinsurance + m.deductible;
    if (c->prospective)
        m.paid = 0;
    return m;
}
static struct synth_amounts worth_of(const struct synth_care *c,
                                     const struct synth_version *v, unsigned line,
                                     bool voids) {
    struct money m = money_of(c, v, line, voids);
    return (struct synth_amounts){
        m.paid, m.allowed, m.allowed - m.copay - m.coinsurance - m.deductible, false};
}

/* ---- claims ---- */

static void put_member(struct synth_state *s, struct synth_cells *row, uint32_t index,
                       const struct synth_product *product) {
    const struct synth_person *p = &s->world.person[index];
    char text[32];
    synth_set(row, 1, "VT0001");
    synth_set(row, 2, "BCBSVT");
    synth_set(row, 4, product->code);
    synth_set(row, 9, product->group);
    snprintf(row->cell[12], sizeof row->cell[12], "ZQK%08u", p->household);
    snprintf(row->cell[15], sizeof row->cell[15], "%02u", p->member + 1u);
    if (index % 5 < 2)
        synth_set(row, 16, hc_synth_ssn(index, text));
    snprintf(row->cell[17], sizeof row->cell[17], "%02u", p->relationship);
    synth_set(row, 18, p->sex == 'M' ? "M" : "F");
    put_day(row, 19, p->birth);
    synth_set(row, 20, hc_synth_last_name(p, text));
    synth_set(row, 21, hc_synth_first_name(p, text));
    synth_set(row, 22, hc_synth_zip(p, text));
}

static const struct synth_product *product_of(const struct synth_state *s, uint32_t person,
                                              hc_month month) {
    const struct synth_span *span =
        hc_synth_covered(&s->world.person[person], SYNTH_COMMERCIAL, month);
    return &hc_synth_products[span ? span->product : 1];
}

static void medical_line(struct synth_state *s, const struct synth_care *c,
                         const struct synth_version *v, unsigned i, bool voids,
                         struct synth_cells *row) {
    const struct synth_line *l = &c->line[i];
    struct money m = money_of(c, v, i, voids);
    bool facility = c->kind == SYNTH_INSTITUTIONAL;
    char text[32];
    synth_cells_clear(row);
    put_member(s, row, v->person, product_of(s, v->person, hc_month_of(c->from)));
    synth_set(row, 5, v->claim);
    synth_set_number(row, 6, i + 1);
    synth_set_number(row, 7, v->number);
    put_day(row, 24, v->effective);
    if (c->inpatient) {
        put_day(row, 25, c->from);
        synth_set(row, 27, "1");
        synth_set(row, 28, "1");
        put_day(row, 29, c->thru);
        synth_set(row, 93, c->surgery);
    }
    if (facility) {
        synth_set(row, 31, s->world.person[c->person].death == c->thru ? "20" : "01");
        synth_set(row, 32, c->inpatient ? "111" : "131");
        synth_set(row, 87, l->revenue);
        synth_set(row, 153, hc_synth_areas[c->area].ccn);
        synth_set(row, 154, c->provider->npi);
    } else {
        synth_set(row, 33, "11");
    }
    synth_set(row, 36, "0");
    for (unsigned k = 0; k < c->dxs; k++)
        synth_set(row, 37 + (int)k, c->dx[k]);
    synth_set(row, 88, l->code);
    synth_set(row, 89, l->modifier);
    put_day(row, 119, c->from);
    put_day(row, 120, c->thru);
    synth_set_number(row, 121, l->units);
    synth_set(row, 122, "UN");
    synth_set_number(row, 123, m.charge);
    synth_set(row, 124, "0");
    synth_set_number(row, 125, m.paid);
    synth_set_number(row, 126, m.copay);
    synth_set_number(row, 127, m.coinsurance);
    synth_set_number(row, 128, m.deductible);
    synth_set(row, 129, "0");
    synth_set(row, 130, "0");
    synth_set_number(row, 131, m.allowed);
    synth_set(row, 132, c->prospective ? "01" : "02");
    synth_set(row, 135, c->provider->npi);
    synth_set(row, 136, "1");
    synth_set(row, 137, "1");
    synth_set(row, 142, c->provider->specialty);
    synth_set(row, 144, "VT");
    synth_set(row, 147, facility ? hc_synth_areas[c->area].ccn : "");
    synth_set(row, 148, facility ? hc_synth_hospital_npi(c->area, text) : c->provider->npi);
    synth_set(row, 150, c->tax_id);
    synth_set(row, 156, facility ? "2" : "1");
    synth_set(row, 157, voids ? "22" : v->denied ? "04" : "01");
    synth_set(row, 158, l->denied || v->denied ? "Y" : "N");
    synth_set(row, 159, l->denied || v->denied ? "96" : "");
    synth_set(row, 160, voids ? "V" : v->number ? "R" : "O");
    synth_set(row, 161, hc_synth_member(SYNTH_BCBSVT, v->person, text));
    synth_set(row, 162,
              hc_synth_member(SYNTH_BCBSVT, s->world.person[v->person].subscriber, text));
    synth_set(row, 165, "MC");
}

static void pharmacy_line(struct synth_state *s, const struct synth_care *c,
                          const struct synth_version *v, bool voids,
                          struct synth_cells *row) {
    struct money m = money_of(c, v, 0, voids);
    char text[32];
    synth_cells_clear(row);
    put_member(s, row, v->person, product_of(s, v->person, hc_month_of(c->from)));
    synth_set(row, 5, v->claim);
    synth_set(row, 6, "1");
    synth_set_number(row, 7, v->number);
    put_day(row, 23, c->from);
    put_day(row, 24, v->effective);
    synth_set(row, 25, c->ndc);
    snprintf(row->cell[26], sizeof row->cell[26], "%02d", c->fill);
    synth_set(row, 27, "01");
    synth_set(row, 28, "0");
    synth_set_number(row, 32, c->line[0].units);
    synth_set_number(row, 33, c->days_supply);
    synth_set_number(row, 35, (int64_t)c->prescription);
    synth_set_number(row, 36, m.charge);
    synth_set_number(row, 37, m.paid);
    synth_set_number(row, 38, m.allowed);
    synth_set_number(row, 43, m.copay);
    synth_set_number(row, 44, m.coinsurance);
    synth_set_number(row, 45, m.deductible);
    synth_set(row, 49, "02");
    synth_set(row, 51, c->provider->npi);
    synth_set(row, 54, c->pharmacy_ncpdp);
    synth_set(row, 57, c->pharmacy_npi);
    synth_set(row, 59, "VT");
    synth_set(row, 65, voids ? "V" : v->denied ? "D" : "P");
    synth_set(row, 68, hc_synth_member(SYNTH_BCBSVT, v->person, text));
    synth_set(row, 69,
              hc_synth_member(SYNTH_BCBSVT, s->world.person[v->person].subscriber, text));
    synth_set(row, 73, "PC");
}

static bool has_line(const struct synth_version *v, unsigned i) {
    return v->only_line == 0 || v->only_line == (int)i + 1;
}

static void write_version(struct synth_state *s, const struct synth_care *c,
                          const struct synth_version *v, bool voids) {
    bool drug = c->kind == SYNTH_PHARMACY;
    struct synth_pending *file =
        synth_pending(s, v->delivered, drug ? SYNTH_BC_PC : SYNTH_BC_MC);
    struct synth_cells row;
    for (unsigned i = 0; i < c->lines; i++) {
        if (!has_line(v, i))
            continue;
        if (drug)
            pharmacy_line(s, c, v, voids, &row);
        else
            medical_line(s, c, v, i, voids, &row);
        synth_cells_write(&row, drug ? PC_COLUMNS : MC_COLUMNS, "\r\n", &file->text);
        file->records++;
    }
}

/* ---- what becomes of a claim ---- */

static const uint8_t traps[] = {
    SYNTH_TRAP_version_replaced,  SYNTH_TRAP_version_void,     SYNTH_TRAP_version_one_line,
    SYNTH_TRAP_version_twice,     SYNTH_TRAP_resent_unchanged, SYNTH_TRAP_resent_changed,
    SYNTH_TRAP_wrong_member,      SYNTH_TRAP_denied_line,      SYNTH_TRAP_denied_claim,
    SYNTH_TRAP_negative_original, SYNTH_TRAP_version_replaced,
};

static struct synth_version *add(struct life *life, hc_day paid) {
    struct synth_version *v = &life->v[life->n];
    if (life->n > 0)
        *v = life->v[life->n - 1];
    v->number = life->n;
    v->effective = paid;
    v->delivered = hc_month_of(paid);
    life->n++;
    return v;
}

/* A day in the month so many months later, by the 28th. */
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
    hc_day p1 = paid_after(rng, c->thru, lag < 45 ? 0 : lag < 85 ? 1 : lag < 96 ? 2 : 3);
    hc_day p2 = paid_after(rng, p1, 1 + (int)synth_below(rng, 2));
    hc_day p3 = paid_after(rng, p2, 1);
    struct synth_version *first = &life->v[0];
    *first = (struct synth_version){
        .percent = 100, .person = c->person, .cancels = -1, .resends = -1};
    add(life, p1);
    snprintf(first->claim, sizeof first->claim, "ZQC%010llu",
             (unsigned long long)++s->claims[SYNTH_BC_MC]);
    switch (life->trap) {
    case SYNTH_TRAP_version_replaced:
        add(life, p2)->percent = 88;
        break;
    case SYNTH_TRAP_version_void:
        add(life, p2);
        life->voids[1] = true;
        break;
    case SYNTH_TRAP_version_one_line:
        add(life, p2)->percent = 70;
        life->v[1].only_line = (int)c->lines;
        if (c->lines < 2)
            life->trap = SYNTH_TRAP_version_replaced;
        break;
    case SYNTH_TRAP_version_twice:
        add(life, p2)->percent = 90;
        add(life, p3)->percent = 110;
        break;
    case SYNTH_TRAP_resent_unchanged:
    case SYNTH_TRAP_resent_changed:
        add(life, p2)->number = 0;
        life->v[1].resends = 0;
        if (life->trap == SYNTH_TRAP_resent_changed)
            life->v[1].percent = 94;
        else
            life->v[1].effective = p1;
        break;
    case SYNTH_TRAP_wrong_member:
        add(life, p2)->person = hc_synth_somebody_else(s, c, SYNTH_COMMERCIAL);
        if (life->v[1].person == c->person)
            life->trap = SYNTH_TRAP_version_replaced;
        break;
    case SYNTH_TRAP_denied_line:
        c->line[c->lines - 1].denied = true;
        break;
    case SYNTH_TRAP_denied_claim:
        first->denied = true;
        break;
    case SYNTH_TRAP_negative_original:
        first->negative = true;
        break;
    default:
        break;
    }
}

/* Per line: which delivered record stands, and why the others do not. */
static void settle(struct synth_state *s, const struct synth_care *c,
                   const struct life *life) {
    hc_month last = s->world.last;
    bool whole = true;
    for (int i = 0; i < life->n; i++) {
        whole &= life->v[i].delivered <= last;
        if (life->v[i].delivered <= last)
            write_version(s, c, &life->v[i], life->voids[i]);
    }
    for (unsigned line = 0; line < c->lines; line++) {
        int top = -1;
        for (int i = 0; i < life->n; i++)
            if (life->v[i].delivered <= last && has_line(&life->v[i], line))
                top = i;
        for (int i = 0; i < life->n; i++) {
            const struct synth_version *v = &life->v[i];
            if (v->delivered > last || !has_line(v, line))
                continue;
            const char *why = i == top ? (life->voids[i] ? "void" : NULL)
                              : life->v[top].resends == i
                                  ? life->v[top].percent == v->percent
                                        ? "redelivered"
                                        : "redelivered_changed"
                              : life->voids[top] ? "voided"
                                                 : "replaced";
            struct synth_amounts worth = worth_of(c, v, line, life->voids[i]);
            if (why)
                hc_synth_set_aside(&s->truth, SYNTH_BCBSVT, c->kind, v->claim,
                                   (int)line + 1, v->delivered, why, worth);
            else
                hc_synth_stands(&s->truth, SYNTH_BCBSVT, c->kind, v->claim, (int)line + 1,
                                v->person, worth);
        }
    }
    if (life->trap >= 0)
        s->truth.trap[life->trap] += whole;
    s->truth.trap[SYNTH_TRAP_prospective_commercial] +=
        c->prospective && life->v[0].delivered <= last;
}

void hc_synth_commercial(void *to, struct synth_care *c) {
    struct synth_state *s = to;
    struct life life = {.trap = -1};
    struct synth_rng rng = synth_rng_of(s->world.seed, 4, s->claims[SYNTH_BC_MC]);
    hc_month month = hc_month_of(c->from);
    if (c->kind == SYNTH_DME) /* on professional claims here */
        c->kind = SYNTH_PROFESSIONAL;
    c->prospective = c->kind == SYNTH_PROFESSIONAL && c->practice != SYNTH_NONE &&
                     c->practice % 4 == 0 &&
                     hc_synth_comm_says_aco(&s->world, &s->world.person[c->person], month);
    uint64_t n = s->fate[SYNTH_BCBSVT][c->kind]++;
    if (n % 17 == 8)
        life.trap = traps[n / 17 % sizeof traps];
    if (c->kind == SYNTH_PHARMACY && life.trap == SYNTH_TRAP_denied_line)
        life.trap = SYNTH_TRAP_denied_claim;
    live(s, &life, c, &rng);
    settle(s, c, &life);
}

/* ---- members ---- */

static void member(struct synth_state *s, uint32_t index, hc_month month,
                   const struct synth_span *span, struct synth_cells *row) {
    const struct synth_world *w = &s->world;
    const struct synth_person *p = &w->person[index];
    const struct synth_product *product = &hc_synth_products[span->product];
    char text[32];
    synth_cells_clear(row);
    synth_set(row, 1, "VT0001");
    synth_set(row, 2, "BCBSVT");
    synth_set(row, 4, product->code);
    synth_set_number(row, 5, hc_synth_year(month));
    snprintf(row->cell[6], sizeof row->cell[6], "%02d", month % 12 + 1);
    synth_set(row, 7, product->group);
    synth_set(row, 8, "FAM");
    snprintf(row->cell[11], sizeof row->cell[11], "ZQK%08u", p->household);
    synth_set(row, 12, hc_synth_last_name(&w->person[p->subscriber], text));
    synth_set(row, 13, hc_synth_first_name(&w->person[p->subscriber], text));
    snprintf(row->cell[15], sizeof row->cell[15], "%02u", p->member + 1u);
    if (index % 5 < 2)
        synth_set(row, 16, hc_synth_ssn(index, text));
    snprintf(row->cell[17], sizeof row->cell[17], "%02u", p->relationship);
    synth_set(row, 18, p->sex == 'M' ? "M" : "F");
    put_day(row, 19, p->birth);
    synth_set(row, 20, hc_synth_last_name(p, text));
    synth_set(row, 21, hc_synth_first_name(p, text));
    snprintf(row->cell[23], sizeof row->cell[23], "%u ZQ LANE", 1 + p->household % 400);
    synth_set(row, 24, p->new_hampshire ? "Elsewhere" : hc_synth_areas[p->area].name);
    synth_set(row, 25, p->new_hampshire ? "NH" : "VT");
    synth_set(row, 26, hc_synth_zip(p, text));
    synth_set(row, 27, p->new_hampshire ? "33009" : hc_synth_areas[p->area].county);
    synth_set(row, 28, "US");
    synth_set(row, 36, "Y");
    synth_set(row, 37, "Y");
    synth_set(row, 38, "N");
    synth_set(row, 39, "Y");
    synth_set(row, 40, hc_synth_primary(p, month) == SYNTH_COMMERCIAL ? "Y" : "N");
    synth_set(row, 41, product->qhp ? "STN" : "ASO");
    synth_set(row, 42, "VT");
    synth_set(row, 43, product->market);
    snprintf(row->cell[45], sizeof row->cell[45], "%s",
             span->product == SYNTH_STATE ? "STATE OF VERMONT EMPLOYEES"
             : product->qhp               ? "QUALIFIED HEALTH PLAN"
                                          : "SELF FUNDED EMPLOYER");
    synth_set(row, 47, hc_synth_pcp(w, p->practice, 0)->npi);
    synth_set(row, 48, "1");
    put_day(row, 49, hc_month_first(w->first));
    put_day(row, 50, hc_month_first(span->from));
    synth_set(row, 58, product->qhp ? "" : product->group);
    synth_set(row, 61, hc_synth_member(SYNTH_BCBSVT, index, text));
    synth_set(row, 62, hc_synth_member(SYNTH_BCBSVT, p->subscriber, text));
    synth_set(row, 64, index % 3 ? "2" : "1");
    if ((hc_synth_covered(p, SYNTH_FFS, month) ||
         hc_synth_covered(p, SYNTH_ADVANTAGE, month)) &&
        index % 3)
        synth_set(row, 75, hc_synth_mbi(w, index, month, text));
    bool aco = hc_synth_comm_says_aco(w, p, month);
    synth_set(row, 76, aco ? "VTACO" : "");
    synth_set(row, 77, aco ? "VERMONT INVENTED ACO" : "");
}

static void head(struct hc_buf *buf, const char *type, const char *month) {
    hc_buf_printf(buf, "HD|VT0001|BCBSVT|BCBSVT|%s|%s|%s|P|INVENTED BY HC-SYNTH\r\n", type,
                  month, month);
}

static void codes(struct hc_buf *buf, const char *type, int count) {
    for (int i = 1; i <= count; i++) {
        bool unassigned = i == count - 1 && strcmp(type, "ME") != 0;
        if (i == count && !unassigned && strcmp(type, "ME") != 0)
            hc_buf_printf(buf, "CDL%s899\r\n", type);
        else if (unassigned)
            hc_buf_printf(buf, "CDL%sXXX|", type);
        else
            hc_buf_printf(buf, "CDL%s%03d%s", type, i, i == count ? "\r\n" : "|");
    }
}

/* Put header and codes before the rows that gathered, and the trailer behind them. */
static void wrap(struct synth_state *s, hc_month month, enum synth_file which,
                 const char *type, int columns) {
    struct synth_pending *file = synth_pending(s, month, which);
    struct hc_buf whole = {0};
    char when[16];
    head(&whole, type, hc_synth_ccyymm(month, when));
    codes(&whole, type, columns);
    hc_buf_put(&whole, file->text.ptr, file->text.len);
    hc_buf_printf(&whole, "TR|VT0001|BCBSVT|BCBSVT|%s|%s||%lld\r\n", type,
                  hc_synth_ccyymmdd(hc_month_last(month) + 5, when),
                  (long long)file->records);
    whole.failed |= file->text.failed;
    hc_buf_free(&file->text);
    file->text = whole;
}

void hc_synth_commercial_members(struct synth_state *s, hc_month month) {
    struct synth_pending *file = synth_pending(s, month, SYNTH_BC_ME);
    struct synth_cells row;
    for (uint32_t i = 0; i < s->world.people; i++) {
        const struct synth_person *p = &s->world.person[i];
        if (!hc_synth_covered(p, SYNTH_COMMERCIAL, month))
            continue;
        for (unsigned k = 0; k < p->spans; k++) {
            const struct synth_span *span = &p->span[k];
            if (span->cover != SYNTH_COMMERCIAL || month < span->from || month > span->to)
                continue;
            member(s, i, month, span, &row);
            synth_cells_write(&row, ME_COLUMNS, "\r\n", &file->text);
            file->records++;
        }
    }
    wrap(s, month, SYNTH_BC_MC, "MC", MC_COLUMNS);
    wrap(s, month, SYNTH_BC_PC, "PC", PC_COLUMNS);
    wrap(s, month, SYNTH_BC_ME, "ME", ME_COLUMNS);
}
