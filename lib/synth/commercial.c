/* What BCBSVT sends: claims with their corrections, members, in the form asked for. */
#include "synth/forms.h"
#include "synth/state.h"

/* The records about one claim, in the order they are made. */
#define VERSIONS 5
struct life {
    struct synth_version v[VERSIONS];
    bool takes_back[VERSIONS]; /* a void, or the negative twin of another record */
    int instead[VERSIONS]; /* the record whose place it takes, or that it takes back; -1 */
    int n;
    int trap;
    enum synth_way way;
};

const struct synth_product *hc_synth_product_of(const struct synth_state *s,
                                                uint32_t person, hc_month month) {
    const struct synth_span *span =
        hc_synth_covered(&s->world.person[person], SYNTH_COMMERCIAL, month);
    return &hc_synth_products[span ? span->product : 1];
}

/* ---- amounts: the same for files and truth ---- */

/* Whole claims are told again where only one line changed. */
static int percent_of(const struct life *life, int i, unsigned line) {
    const struct synth_version *v = &life->v[i];
    return v->only_line == 0 || v->only_line == (int)line + 1 ? v->percent
                                                              : life->v[0].percent;
}

static struct synth_record record_of(const struct synth_care *c, const struct life *life,
                                     int i, unsigned line) {
    const struct synth_version *v = &life->v[i];
    const struct synth_line *l = &c->line[line];
    hc_cents part = percent_of(life, i, line);
    if (v->negative || life->takes_back[i])
        part = -part;
    struct synth_record r = {.care = c,
                             .v = v,
                             .line = line,
                             .denied = l->denied || v->denied,
                             .takes_back = life->takes_back[i],
                             .units = life->takes_back[i] ? -l->units : l->units,
                             .money = {.charge = l->charge * part / 100}};
    struct synth_money *m = &r.money;
    if (r.denied)
        return r;
    m->copay = l->copay * part / 100;
    m->coinsurance = l->coinsurance * part / 100;
    m->deductible = l->deductible * part / 100;
    m->paid = l->paid * part / 100;
    m->allowed = m->paid + m->copay + m->coinsurance + m->deductible;
    if (c->prospective) {
        m->prepaid = m->paid;
        m->paid = 0;
    }
    return r;
}
static struct synth_amounts worth_of(const struct synth_money *m) {
    return (struct synth_amounts){
        m->paid, m->allowed, m->allowed - m->copay - m->coinsurance - m->deductible, false};
}

/* ---- claims ---- */

static bool has_line(const struct life *life, int i, unsigned line) {
    int only = life->v[i].only_line;
    bool whole = life->way == SYNTH_REPLACE || life->way == SYNTH_RESTATE;
    return whole || only == 0 || only == (int)line + 1;
}

static void write_version(struct synth_state *s, const struct synth_care *c,
                          const struct life *life, int i) {
    const struct synth_form *form = s->form;
    bool drug = c->kind == SYNTH_PHARMACY && !form->one_claims_file;
    struct synth_pending *file =
        synth_pending(s, life->v[i].delivered, drug ? SYNTH_BC_PC : SYNTH_BC_MC);
    struct synth_cells row;
    for (unsigned line = 0; line < c->lines; line++) {
        if (!has_line(life, i, line))
            continue;
        struct synth_record r = record_of(c, life, i, line);
        form->line(s, &r, &row);
        hc_synth_write_cells(&row, form->columns[drug ? SYNTH_DRUGS : SYNTH_MEDICAL],
                             &form->dialect, &file->text);
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
    v->effective = paid;
    v->delivered = hc_month_of(paid);
    life->instead[life->n++] = -1;
    return v;
}

/* The last record again, in the month of that day. */
static struct synth_version *resend(struct life *life, hc_day day) {
    struct synth_version *v = add(life, day);
    v->resends = life->n - 2;
    return v;
}

/* What the payer's way makes of "no longer": a void, a negative twin. */
static void take_back(struct life *life, hc_day paid) {
    int last = life->n - 1;
    struct synth_version *v = add(life, paid);
    life->instead[life->n - 1] = last;
    life->takes_back[life->n - 1] = true;
    if (life->way == SYNTH_VERSION)
        v->number++;
    if (life->way == SYNTH_REPLACE) {
        memcpy(v->related, v->claim, sizeof v->related);
        strcat(v->claim, "V");
    }
}

/* And of "instead": a higher version, a new claim, the claim again. only: its line alone,
 * from 1; 0 all. */
static struct synth_version *correct(struct life *life, hc_day paid, int only) {
    int last = life->n - 1;
    if (life->way == SYNTH_REVERSAL) {
        take_back(life, paid);
        life->v[life->n - 1].only_line = only;
    }
    struct synth_version *v = add(life, paid);
    v->only_line = only;
    if (life->way == SYNTH_VERSION)
        v->number++;
    if (life->way == SYNTH_REPLACE)
        memcpy(v->related, life->v[last].claim, sizeof v->related);
    if (life->way == SYNTH_REPLACE || life->way == SYNTH_REVERSAL)
        strcat(v->claim, "R");
    if (life->way != SYNTH_REVERSAL)
        life->instead[life->n - 1] = last;
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
    struct synth_version *first = &life->v[0], *second;
    uint32_t other;
    *first = (struct synth_version){
        .percent = 100, .person = c->person, .cancels = -1, .resends = -1};
    add(life, p1);
    snprintf(first->claim, sizeof first->claim, "ZQC%010llu",
             (unsigned long long)++s->claims[SYNTH_BC_MC]);
    switch (life->trap) {
    case SYNTH_TRAP_version_replaced:
        correct(life, p2, 0)->percent = 88;
        break;
    case SYNTH_TRAP_version_void:
        take_back(life, p2);
        break;
    case SYNTH_TRAP_version_one_line:
        correct(life, p2, (int)c->lines)->percent = 70;
        if (c->lines < 2)
            life->trap = SYNTH_TRAP_version_replaced;
        break;
    case SYNTH_TRAP_version_twice:
        correct(life, p2, 0)->percent = 90;
        correct(life, p3, 0)->percent = 110;
        break;
    case SYNTH_TRAP_resent_unchanged:
        resend(life, p2)->effective = p1;
        break;
    case SYNTH_TRAP_resent_changed:
        second = resend(life, p2);
        second->percent = 94;
        if (life->way != SYNTH_VERSION) /* another day would be another record there */
            second->effective = p1;
        break;
    case SYNTH_TRAP_wrong_member:
        other = hc_synth_somebody_else(s, c, SYNTH_COMMERCIAL);
        correct(life, p2, 0)->person = other;
        if (other == c->person)
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

/* Why a delivered record does not stand for that line; NULL where it does. */
static const char *reason_of(const struct life *life, int i, unsigned line, hc_month last) {
    static const char *const again[] = {"replaced", "reversed", "replaced", "restated"};
    static const char *const gone[] = {"voided", "reversed", "voided", "restated"};
    for (int k = i + 1; k < life->n; k++) {
        if (life->v[k].delivered > last || !has_line(life, k, line))
            continue;
        if (life->v[k].resends == i)
            return life->v[k].percent == life->v[i].percent ? "redelivered"
                                                            : "redelivered_changed";
        if (life->instead[k] == i)
            return (life->takes_back[k] ? gone : again)[life->way];
    }
    if (life->takes_back[i])
        return life->way == SYNTH_REVERSAL ? "reversal" : "void";
    return NULL;
}

/* Per line: which delivered record stands, and why the others do not. */
static void settle(struct synth_state *s, const struct synth_care *c,
                   const struct life *life) {
    hc_month last = s->world.last;
    bool whole = true;
    for (int i = 0; i < life->n; i++) {
        whole &= life->v[i].delivered <= last;
        if (life->v[i].delivered <= last)
            write_version(s, c, life, i);
    }
    for (unsigned line = 0; line < c->lines; line++)
        for (int i = 0; i < life->n; i++) {
            const struct synth_version *v = &life->v[i];
            if (v->delivered > last || !has_line(life, i, line))
                continue;
            const char *why = reason_of(life, i, line, last);
            struct synth_record r = record_of(c, life, i, line);
            if (why)
                hc_synth_set_aside(&s->truth, SYNTH_BCBSVT, c->kind, v->claim,
                                   (int)line + 1, v->delivered, why, worth_of(&r.money));
            else
                hc_synth_stands(&s->truth, SYNTH_BCBSVT, c->kind, v->claim, (int)line + 1,
                                v->person, worth_of(&r.money));
        }
    if (life->trap >= 0)
        s->truth.trap[life->trap] += whole;
    s->truth.trap[SYNTH_TRAP_prospective_commercial] +=
        c->prospective && life->v[0].delivered <= last;
}

void hc_synth_commercial(void *to, struct synth_care *c) {
    struct synth_state *s = to;
    struct life life = {
        .trap = -1, .way = c->kind == SYNTH_PHARMACY ? s->form->drug_way : s->form->way};
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

/* Put before and behind the rows that gathered what belongs there. */
static void wrap(struct synth_state *s, hc_month month, enum synth_file which,
                 enum synth_table table) {
    struct synth_pending *file = synth_pending(s, month, which);
    const struct synth_form *form = s->form;
    struct hc_buf whole = {0};
    if (!form->before[table])
        return;
    form->head(form, table, month, file->records, &whole);
    hc_buf_put(&whole, file->text.ptr, file->text.len);
    if (form->tail)
        form->tail(form, table, month, file->records, &whole);
    whole.failed |= file->text.failed;
    hc_buf_free(&file->text);
    file->text = whole;
}

static void put_member(struct synth_state *s, hc_month month,
                       const struct synth_cover *cover) {
    struct synth_pending *file = synth_pending(s, month, SYNTH_BC_ME);
    struct synth_cells row;
    s->form->member(s, cover, &row);
    hc_synth_write_cells(&row, s->form->columns[SYNTH_MEMBERS], &s->form->dialect,
                         &file->text);
    file->records++;
}

/* A row for each product that covers the person in that month. */
static void member_of_month(struct synth_state *s, uint32_t person, hc_month month) {
    const struct synth_person *p = &s->world.person[person];
    if (!hc_synth_covered(p, SYNTH_COMMERCIAL, month))
        return;
    for (unsigned k = 0; k < p->spans; k++) {
        const struct synth_span *span = &p->span[k];
        if (span->cover == SYNTH_COMMERCIAL && month >= span->from && month <= span->to)
            put_member(s, month, &(struct synth_cover){person, span, month, month});
    }
}

/* A row for each span there has been: the last month's file holds everybody. */
static void member_of_spans(struct synth_state *s, uint32_t person) {
    const struct synth_person *p = &s->world.person[person];
    for (unsigned k = 0; k < p->spans; k++) {
        const struct synth_span *span = &p->span[k];
        hc_month from = span->from, to = span->to;
        if (span->cover != SYNTH_COMMERCIAL)
            continue;
        if (from < hc_month_of(p->birth))
            from = hc_month_of(p->birth);
        if (p->death != INT32_MAX && to > hc_month_of(p->death))
            to = hc_month_of(p->death);
        if (to >= p->moved)
            to = p->moved - 1;
        if (from <= to)
            put_member(s, s->world.last,
                       &(struct synth_cover){person, span, from,
                                             to >= s->world.last ? SYNTH_NEVER : to});
    }
}

/* Who works where, once. */
static void providers(struct synth_state *s, hc_month month) {
    struct synth_pending *file = synth_pending(s, month, SYNTH_BC_PV);
    const struct synth_world *w = &s->world;
    struct synth_cells row;
    for (uint32_t i = 0; i < w->practices; i++)
        for (uint32_t k = 0; k < w->practice[i].count; k++) {
            s->form->provider(s, &w->practice[i], &w->provider[w->practice[i].first + k],
                              &row);
            hc_synth_write_cells(&row, s->form->columns[SYNTH_PROVIDERS], &s->form->dialect,
                                 &file->text);
            file->records++;
        }
    wrap(s, month, SYNTH_BC_PV, SYNTH_PROVIDERS);
}

void hc_synth_commercial_members(struct synth_state *s, hc_month month) {
    bool spans = s->form->spans, last = month == s->world.last;
    for (uint32_t i = 0; i < s->world.people; i++) {
        if (spans && last)
            member_of_spans(s, i);
        else if (!spans)
            member_of_month(s, i, month);
    }
    if (last && s->also & SYNTH_PROVIDER_FILE)
        providers(s, month);
    wrap(s, month, SYNTH_BC_MC, SYNTH_MEDICAL);
    wrap(s, month, SYNTH_BC_PC, SYNTH_DRUGS);
    if (!spans || last)
        wrap(s, month, SYNTH_BC_ME, SYNTH_MEMBERS);
}
