/* The Common Data Layout: every column by its number, amounts in whole cents. */
#include "synth/forms.h"
#include "synth/state.h"

static void put_day(struct synth_cells *row, int column, hc_day day) {
    char text[16];
    synth_set(row, column, hc_synth_ccyymmdd(day, text));
}

/* Medical and pharmacy claims share the columns up to 022. */
static void put_member(const struct synth_state *s, struct synth_cells *row, uint32_t index,
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

static void medical_line(const struct synth_state *s, const struct synth_record *r,
                         struct synth_cells *row) {
    const struct synth_care *c = r->care;
    const struct synth_version *v = r->v;
    const struct synth_line *l = &c->line[r->line];
    const struct synth_money *m = &r->money;
    bool facility = c->kind == SYNTH_INSTITUTIONAL;
    char text[32];
    put_member(s, row, v->person, hc_synth_product_of(s, v->person, hc_month_of(c->from)));
    synth_set(row, 5, v->claim);
    synth_set_number(row, 6, r->line + 1);
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
    synth_set_number(row, 123, m->charge);
    synth_set(row, 124, "0");
    synth_set_number(row, 125, m->paid);
    synth_set_number(row, 126, m->copay);
    synth_set_number(row, 127, m->coinsurance);
    synth_set_number(row, 128, m->deductible);
    synth_set(row, 129, "0");
    synth_set(row, 130, "0");
    synth_set_number(row, 131, m->allowed);
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
    synth_set(row, 157, r->takes_back ? "22" : v->denied ? "04" : "01");
    synth_set(row, 158, r->denied ? "Y" : "N");
    synth_set(row, 159, r->denied ? "96" : "");
    synth_set(row, 160, r->takes_back ? "V" : v->number ? "R" : "O");
    synth_set(row, 161, hc_synth_member(SYNTH_BCBSVT, v->person, text));
    synth_set(row, 162,
              hc_synth_member(SYNTH_BCBSVT, s->world.person[v->person].subscriber, text));
    synth_set(row, 165, "MC");
}

static void pharmacy_line(const struct synth_state *s, const struct synth_record *r,
                          struct synth_cells *row) {
    const struct synth_care *c = r->care;
    const struct synth_version *v = r->v;
    const struct synth_money *m = &r->money;
    char text[32];
    put_member(s, row, v->person, hc_synth_product_of(s, v->person, hc_month_of(c->from)));
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
    synth_set_number(row, 36, m->charge);
    synth_set_number(row, 37, m->paid);
    synth_set_number(row, 38, m->allowed);
    synth_set_number(row, 43, m->copay);
    synth_set_number(row, 44, m->coinsurance);
    synth_set_number(row, 45, m->deductible);
    synth_set(row, 49, "02");
    synth_set(row, 51, c->provider->npi);
    synth_set(row, 54, c->pharmacy_ncpdp);
    synth_set(row, 57, c->pharmacy_npi);
    synth_set(row, 59, "VT");
    synth_set(row, 65, r->takes_back ? "V" : v->denied ? "D" : "P");
    synth_set(row, 68, hc_synth_member(SYNTH_BCBSVT, v->person, text));
    synth_set(row, 69,
              hc_synth_member(SYNTH_BCBSVT, s->world.person[v->person].subscriber, text));
    synth_set(row, 73, "PC");
}

void hc_synth_cdl_line(const struct synth_state *s, const struct synth_record *r,
                       struct synth_cells *row) {
    synth_cells_clear(row);
    if (r->care->kind == SYNTH_PHARMACY)
        pharmacy_line(s, r, row);
    else
        medical_line(s, r, row);
}

void hc_synth_cdl_member(const struct synth_state *s, const struct synth_cover *cover,
                         struct synth_cells *row) {
    const struct synth_world *w = &s->world;
    const struct synth_span *span = cover->span;
    const uint32_t index = cover->person;
    const hc_month month = cover->from;
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

void hc_synth_cdl_provider(const struct synth_state *s,
                           const struct synth_practice *practice,
                           const struct synth_provider *provider, struct synth_cells *row) {
    synth_cells_clear(row);
    synth_set(row, 1, "VT0001");
    synth_set(row, 2, "BCBSVT");
    synth_set(row, 3, provider->npi);
    synth_set(row, 4, practice->tax_id);
    synth_set(row, 5, "1");
    synth_set(row, 8, "INVENTED");
    synth_set(row, 11, hc_synth_areas[practice->area].name);
    synth_set(row, 12, "VT");
    synth_set(row, 15, provider->npi);
    synth_set(row, 17, provider->specialty);
    put_day(row, 22, hc_month_first(s->world.first));
    synth_set(row, 24, "PV");
}

static const char *const types[] = {"MC", "PC", "ME", "PV"};

static void head(struct hc_buf *buf, const char *type, const char *month) {
    hc_buf_printf(buf, "HD|VT0001|BCBSVT|BCBSVT|%s|%s|%s|P|INVENTED BY HC-SYNTH\r\n", type,
                  month, month);
}

/* The last number is 899; of claims the one before it is not assigned. */
static void codes(struct hc_buf *buf, const char *type, int count) {
    bool claims = type[1] == 'C';
    for (int i = 1; i <= count; i++)
        if (i == count && strcmp(type, "ME") != 0)
            hc_buf_printf(buf, "CDL%s899\r\n", type);
        else if (i == count - 1 && claims)
            hc_buf_printf(buf, "CDL%sXXX|", type);
        else
            hc_buf_printf(buf, "CDL%s%03d%s", type, i, i == count ? "\r\n" : "|");
}

void hc_synth_cdl_head(const struct synth_form *form, enum synth_table table,
                       hc_month month, int64_t records, struct hc_buf *buf) {
    char when[16];
    (void)records;
    head(buf, types[table], hc_synth_ccyymm(month, when));
    codes(buf, types[table], (int)form->columns[table]);
}

void hc_synth_cdl_tail(const struct synth_form *form, enum synth_table table,
                       hc_month month, int64_t records, struct hc_buf *buf) {
    char when[16];
    (void)form;
    hc_buf_printf(buf, "TR|VT0001|BCBSVT|BCBSVT|%s|%s||%lld\r\n", types[table],
                  hc_synth_ccyymmdd(hc_month_last(month) + 5, when), (long long)records);
}
