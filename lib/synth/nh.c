/* The NAIC style of New Hampshire and Vermont: columns by place, HD and TR, no row of
 * names, amounts with a point. Medical lines have versions; pharmacy lines do not and are
 * taken back by a negative twin. A member is a contract and a suffix. */
#include "synth/forms.h"
#include "synth/state.h"

/* Where the element of a number stands; A and B after some shift what follows. */
static int mc(int n) {
    return n <= 5 ? n : n <= 57 ? n + 1 : n <= 78 ? n + 3 : n <= 106 ? n - 19 : n - 123;
}
static int pc(int n) {
    return n <= 24 ? n : n <= 48 ? n + 1 : n - 51;
}
static int me(int n) {
    return n <= 32 ? n : n - 68;
}
enum { MC005A = 6, MC211 = 88, MC899 = 89, PC899 = 56, ME899 = 39, MP899 = 18 };
_Static_assert((int)MC899 == (int)SYNTH_NH_MC && (int)PC899 == (int)SYNTH_NH_PC &&
                   (int)ME899 == (int)SYNTH_NH_ME && (int)MP899 == (int)SYNTH_NH_MP,
               "the record type is the last column");

static const char *product_code(const struct synth_product *product) {
    return product->qhp ? "HM" : product == &hc_synth_products[SYNTH_STATE] ? "PS" : "PP";
}

/* MC and PC share the columns up to 013, and the names. at: mc or pc. */
static void put_member(const struct synth_state *s, struct synth_cells *row, uint32_t index,
                       const struct synth_product *product, int (*at)(int)) {
    const struct synth_dialect *d = &s->form->dialect;
    const struct synth_person *p = &s->world.person[index];
    char text[32];
    synth_set(row, 1, "BCBSVT");
    synth_set(row, 3, product_code(product));
    synth_set(row, at(6), product->group);
    snprintf(row->cell[at(8)], sizeof row->cell[0], "ZQK%08u", p->household);
    snprintf(row->cell[at(9)], sizeof row->cell[0], "%02u", p->member + 1u);
    if (index % 5 < 2)
        synth_set(row, at(10), hc_synth_ssn(index, text));
    snprintf(row->cell[at(11)], sizeof row->cell[0], "%02u", p->relationship);
    synth_set(row, at(12), p->sex == 'M' ? "M" : "F");
    hc_synth_set_day(row, at(13), d, p->birth);
    synth_set(row, at(14), p->new_hampshire ? "Elsewhere" : hc_synth_areas[p->area].name);
    synth_set(row, at(15), p->new_hampshire ? "NH" : "VT");
    synth_set(row, at(16), hc_synth_zip(p, text));
    synth_set(row, at(104), hc_synth_last_name(p, text));
    synth_set(row, at(105), hc_synth_first_name(p, text));
}

static const char *status_of(const struct synth_record *r) {
    return r->takes_back ? "22" : r->denied ? "04" : "01";
}

static void medical_line(const struct synth_state *s, const struct synth_record *r,
                         struct synth_cells *row) {
    const struct synth_dialect *d = &s->form->dialect;
    const struct synth_care *c = r->care;
    const struct synth_line *l = &c->line[r->line];
    bool facility = c->kind == SYNTH_INSTITUTIONAL;
    char text[32];
    put_member(s, row, r->v->person,
               hc_synth_product_of(s, r->v->person, hc_month_of(c->from)), mc);
    synth_set(row, mc(4), r->v->claim);
    synth_set_number(row, mc(5), r->line + 1);
    synth_set_number(row, MC005A, r->v->number);
    hc_synth_set_day(row, mc(17), d, r->v->effective);
    if (c->inpatient) {
        hc_synth_set_day(row, mc(18), d, c->from);
        synth_set(row, mc(20), "1");
        synth_set(row, mc(21), "1");
        synth_set(row, mc(58), c->surgery);
        hc_synth_set_day(row, mc(69), d, c->thru);
        synth_set(row, mc(71), c->drg);
    }
    if (facility) {
        synth_set(row, mc(23), s->world.person[c->person].death == c->thru ? "20" : "01");
        synth_set(row, mc(24), hc_synth_areas[c->area].ccn);
        synth_set(row, mc(36), c->inpatient ? "111" : "131");
        synth_set(row, mc(54), l->revenue);
        synth_set(row, mc(76), hc_synth_areas[c->area].ccn);
    } else {
        synth_set(row, mc(37), "11");
    }
    synth_set(row, mc(25), c->tax_id);
    synth_set(row, mc(26), c->provider->npi);
    synth_set(row, mc(27), "1");
    synth_set(row, mc(32), c->provider->specialty);
    synth_set(row, mc(34), "VT");
    synth_set(row, mc(38), status_of(r));
    for (unsigned k = 0; k < c->dxs; k++)
        synth_set(row, mc(41) + (int)k, c->dx[k]);
    synth_set(row, mc(55), l->code);
    synth_set(row, mc(56), l->modifier);
    hc_synth_set_day(row, mc(59), d, c->from);
    hc_synth_set_day(row, mc(60), d, c->thru);
    hc_synth_set_count(row, mc(61), d, r->units);
    hc_synth_set_amount(row, mc(62), d, r->money.charge);
    hc_synth_set_amount(row, mc(63), d, r->money.paid);
    hc_synth_set_amount(row, mc(64), d, r->money.prepaid);
    hc_synth_set_amount(row, mc(65), d, r->money.copay);
    hc_synth_set_amount(row, mc(66), d, r->money.coinsurance);
    hc_synth_set_amount(row, mc(67), d, r->money.deductible);
    synth_set(row, mc(77),
              facility ? hc_synth_hospital_npi(c->area, text) : c->provider->npi);
    synth_set(row, MC211, r->v->related);
    synth_set(row, MC899, "MC");
}

static void pharmacy_line(const struct synth_state *s, const struct synth_record *r,
                          struct synth_cells *row) {
    const struct synth_dialect *d = &s->form->dialect;
    const struct synth_care *c = r->care;
    put_member(s, row, r->v->person,
               hc_synth_product_of(s, r->v->person, hc_month_of(c->from)), pc);
    synth_set(row, pc(4), r->v->claim);
    synth_set(row, pc(5), "1");
    hc_synth_set_day(row, pc(17), d, r->v->effective);
    synth_set(row, pc(18), c->pharmacy_ncpdp);
    synth_set(row, pc(21), c->pharmacy_npi);
    synth_set(row, pc(25), status_of(r));
    synth_set(row, pc(26), c->ndc);
    snprintf(row->cell[pc(28)], sizeof row->cell[0], "%02d", c->fill);
    hc_synth_set_day(row, pc(32), d, c->from);
    hc_synth_set_count(row, pc(33), d, r->units);
    synth_set_number(row, pc(34), c->days_supply);
    hc_synth_set_amount(row, pc(35), d, r->money.charge);
    hc_synth_set_amount(row, pc(36), d, r->money.paid);
    hc_synth_set_amount(row, pc(40), d, r->money.copay);
    hc_synth_set_amount(row, pc(41), d, r->money.coinsurance);
    hc_synth_set_amount(row, pc(42), d, r->money.deductible);
    synth_set(row, pc(48), c->provider->npi);
    synth_set(row, PC899, "PC");
}

void hc_synth_nh_line(const struct synth_state *s, const struct synth_record *r,
                      struct synth_cells *row) {
    synth_cells_clear(row);
    if (r->care->kind == SYNTH_PHARMACY)
        pharmacy_line(s, r, row);
    else
        medical_line(s, r, row);
}

void hc_synth_nh_member(const struct synth_state *s, const struct synth_cover *cover,
                        struct synth_cells *row) {
    const struct synth_dialect *d = &s->form->dialect;
    const struct synth_person *p = &s->world.person[cover->person];
    const struct synth_product *product = &hc_synth_products[cover->span->product];
    char text[32];
    synth_cells_clear(row);
    synth_set(row, me(1), "BCBSVT");
    synth_set(row, me(3), product_code(product));
    synth_set_number(row, me(4), hc_synth_year(cover->from));
    snprintf(row->cell[me(5)], sizeof row->cell[0], "%02d", cover->from % 12 + 1);
    synth_set(row, me(6), product->group);
    synth_set(row, me(7), "FAM");
    snprintf(row->cell[me(9)], sizeof row->cell[0], "ZQK%08u", p->household);
    snprintf(row->cell[me(10)], sizeof row->cell[0], "%02u", p->member + 1u);
    if (cover->person % 5 < 2)
        synth_set(row, me(11), hc_synth_ssn(cover->person, text));
    snprintf(row->cell[me(12)], sizeof row->cell[0], "%02u", p->relationship);
    synth_set(row, me(13), p->sex == 'M' ? "M" : "F");
    hc_synth_set_day(row, me(14), d, p->birth);
    synth_set(row, me(15), p->new_hampshire ? "Elsewhere" : hc_synth_areas[p->area].name);
    synth_set(row, me(16), p->new_hampshire ? "NH" : "VT");
    synth_set(row, me(17), hc_synth_zip(p, text));
    synth_set(row, me(18), "Y");
    synth_set(row, me(19), "Y");
    synth_set(row, me(20), "N");
    synth_set(row, me(28),
              hc_synth_primary(p, cover->from) == SYNTH_COMMERCIAL ? "Y" : "N");
    synth_set(row, me(29), product->qhp ? "STN" : "ASO");
    synth_set(row, me(30), product->market);
    synth_set(row, me(101), hc_synth_last_name(&s->world.person[p->subscriber], text));
    synth_set(row, me(102), hc_synth_first_name(&s->world.person[p->subscriber], text));
    synth_set(row, me(104), hc_synth_last_name(p, text));
    synth_set(row, me(105), hc_synth_first_name(p, text));
    synth_set(row, ME899, "ME");
}

void hc_synth_nh_provider(const struct synth_state *s,
                          const struct synth_practice *practice,
                          const struct synth_provider *provider, struct synth_cells *row) {
    (void)s;
    synth_cells_clear(row);
    synth_set(row, 1, "BCBSVT");
    synth_set(row, 3, provider->npi);
    synth_set(row, 4, practice->tax_id);
    synth_set(row, 5, "1");
    synth_set(row, 8, "INVENTED");
    synth_set(row, 10, provider->specialty);
    synth_set(row, 12, hc_synth_areas[practice->area].name);
    synth_set(row, 13, "VT");
    synth_set(row, 16, provider->npi);
    synth_set(row, MP899, "MP");
}

static const char *const types[] = {"MC", "PC", "ME", "MP"};

/* HD and TR begin alike: payer, plan, kind and the days of the period. */
static void frame(const struct synth_form *form, const char *record, enum synth_table table,
                  hc_month month, struct hc_buf *buf) {
    const char d = form->dialect.delimiter;
    char from[16], to[16];
    hc_buf_printf(buf, "%s%cBCBSVT%c%c%s%c%s%c%s%c", record, d, d, d, types[table], d,
                  hc_synth_ccyymmdd(hc_month_first(month), from), d,
                  hc_synth_ccyymmdd(hc_month_last(month), to), d);
}

void hc_synth_nh_head(const struct synth_form *form, enum synth_table table, hc_month month,
                      int64_t records, struct hc_buf *buf) {
    (void)records;
    frame(form, "HD", table, month, buf);
    hc_buf_printf(buf, "INVENTED BY HC-SYNTH%s", form->dialect.end);
}

void hc_synth_nh_tail(const struct synth_form *form, enum synth_table table, hc_month month,
                      int64_t records, struct hc_buf *buf) {
    char made[16];
    frame(form, "TR", table, month, buf);
    hc_buf_printf(buf, "%s%c%lld%s", hc_synth_ccyymmdd(hc_month_last(month) + 5, made),
                  form->dialect.delimiter, (long long)records, form->dialect.end);
}
