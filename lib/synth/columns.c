/* A payer without a layout of the state: columns that are called what they hold. */
#include "synth/forms.h"
#include "synth/state.h"

#define CLAIMS                                                                             \
    C(claim_type)                                                                          \
    C(claim_id)                                                                            \
    C(line)                                                                                \
    C(version)                                                                             \
    C(void)                                                                                \
    C(denied)                                                                              \
    C(replaces)                                                                            \
    C(member_id)                                                                           \
    C(service_from)                                                                        \
    C(service_thru)                                                                        \
    C(paid_date)                                                                           \
    C(place_of_service)                                                                    \
    C(revenue_code)                                                                        \
    C(procedure_code)                                                                      \
    C(diagnosis)                                                                           \
    C(billing_npi)                                                                         \
    C(rendering_npi)                                                                       \
    C(ndc)                                                                                 \
    C(units) C(charge) C(allowed) C(paid) C(prepaid) C(copay) C(coinsurance) C(deductible)
#define PERSON                                                                             \
    C(member_id)                                                                           \
    C(subscriber_id)                                                                       \
    C(last_name)                                                                           \
    C(first_name)                                                                          \
    C(product)                                                                             \
    C(group_id)                                                                            \
    C(self_funded)                                                                         \
    C(birth_date)                                                                          \
    C(sex)                                                                                 \
    C(state)                                                                               \
    C(zip)
#define MEMBERS PERSON C(start_date) C(end_date) C(medical) C(pharmacy) C(aco_id)
#define MONTHS PERSON C(year) C(month) C(medical) C(pharmacy) C(aco_id)
#define PROVIDERS                                                                          \
    C(npi)                                                                                 \
    C(tax_id)                                                                              \
    C(practice_id)                                                                         \
    C(practice_name)                                                                       \
    C(specialty)                                                                           \
    C(taxonomy)                                                                            \
    C(start_date)                                                                          \
    C(end_date)
#define C(name) CLAIM_##name,
enum { CLAIM_NONE, CLAIMS CLAIM_END };
#undef C
#define C(name) MEMBER_##name,
enum { MEMBER_NONE, MEMBERS MEMBER_END };
#undef C
#define C(name) PROVIDER_##name,
enum { PROVIDER_NONE, PROVIDERS PROVIDER_END };
#undef C
/* where spans have their first and last day, months have year and month */
enum { MEMBER_year = MEMBER_start_date, MEMBER_month = MEMBER_end_date };
_Static_assert((int)CLAIM_END - 1 == (int)SYNTH_COLUMNS_CLAIMS, "columns of claims");
_Static_assert((int)MEMBER_END - 1 == (int)SYNTH_COLUMNS_MEMBERS, "columns of members");
_Static_assert((int)SYNTH_COLUMNS_MONTHS == (int)SYNTH_COLUMNS_MEMBERS, "of months");
_Static_assert((int)PROVIDER_END - 1 == (int)SYNTH_COLUMNS_PROVIDERS, "of providers");

void hc_synth_columns_line(const struct synth_state *s, const struct synth_record *r,
                           struct synth_cells *row) {
    const struct synth_dialect *d = &s->form->dialect;
    const struct synth_care *c = r->care;
    const struct synth_version *v = r->v;
    const struct synth_line *l = &c->line[r->line];
    const struct synth_money *m = &r->money;
    bool facility = c->kind == SYNTH_INSTITUTIONAL, drug = c->kind == SYNTH_PHARMACY;
    char text[32];
    synth_cells_clear(row);
    synth_set(row, CLAIM_claim_type, facility ? "I" : drug ? "R" : "P");
    synth_set(row, CLAIM_claim_id, v->claim);
    synth_set_number(row, CLAIM_line, r->line + 1);
    synth_set_number(row, CLAIM_version, v->number);
    synth_set(row, CLAIM_void, r->takes_back ? "Y" : "");
    synth_set(row, CLAIM_denied, r->denied ? "Y" : "N");
    synth_set(row, CLAIM_replaces, v->related);
    synth_set(row, CLAIM_member_id, hc_synth_member(SYNTH_BCBSVT, v->person, text));
    hc_synth_set_day(row, CLAIM_service_from, d, c->from);
    hc_synth_set_day(row, CLAIM_service_thru, d, c->thru);
    hc_synth_set_day(row, CLAIM_paid_date, d, v->effective);
    synth_set(row, CLAIM_place_of_service, facility || drug ? "" : "11");
    synth_set(row, CLAIM_revenue_code, facility ? l->revenue : "");
    synth_set(row, CLAIM_procedure_code, l->code);
    synth_set(row, CLAIM_diagnosis, c->dxs ? c->dx[0] : "");
    synth_set(row, CLAIM_billing_npi,
              facility ? hc_synth_hospital_npi(c->area, text)
              : drug   ? c->pharmacy_npi
                       : c->provider->npi);
    synth_set(row, CLAIM_rendering_npi, c->provider->npi);
    synth_set(row, CLAIM_ndc, c->ndc);
    hc_synth_set_count(row, CLAIM_units, d, r->units);
    hc_synth_set_amount(row, CLAIM_charge, d, m->charge);
    hc_synth_set_amount(row, CLAIM_allowed, d, m->allowed);
    hc_synth_set_amount(row, CLAIM_paid, d, m->paid);
    hc_synth_set_amount(row, CLAIM_prepaid, d, m->prepaid);
    hc_synth_set_amount(row, CLAIM_copay, d, m->copay);
    hc_synth_set_amount(row, CLAIM_coinsurance, d, m->coinsurance);
    hc_synth_set_amount(row, CLAIM_deductible, d, m->deductible);
}

void hc_synth_columns_member(const struct synth_state *s, const struct synth_cover *cover,
                             struct synth_cells *row) {
    const struct synth_world *w = &s->world;
    const struct synth_dialect *d = &s->form->dialect;
    const struct synth_person *p = &w->person[cover->person];
    const struct synth_product *product = &hc_synth_products[cover->span->product];
    hc_month known = cover->to == SYNTH_NEVER ? w->last : cover->to;
    char text[32];
    synth_cells_clear(row);
    synth_set(row, MEMBER_member_id, hc_synth_member(SYNTH_BCBSVT, cover->person, text));
    synth_set(row, MEMBER_subscriber_id,
              hc_synth_member(SYNTH_BCBSVT, p->subscriber, text));
    synth_set(row, MEMBER_last_name, hc_synth_last_name(p, text));
    synth_set(row, MEMBER_first_name, hc_synth_first_name(p, text));
    synth_set(row, MEMBER_product, product->code);
    synth_set(row, MEMBER_group_id, product->group);
    synth_set(row, MEMBER_self_funded, product->qhp ? "N" : "Y");
    hc_synth_set_day(row, MEMBER_birth_date, d, p->birth);
    synth_set(row, MEMBER_sex, p->sex == 'M' ? "M" : "F");
    synth_set(row, MEMBER_state, p->new_hampshire ? "NH" : "VT");
    synth_set(row, MEMBER_zip, hc_synth_zip(p, text));
    if (!s->form->spans) {
        synth_set_number(row, MEMBER_year, hc_synth_year(cover->from));
        synth_set_number(row, MEMBER_month, cover->from % 12 + 1);
    } else {
        hc_synth_set_day(row, MEMBER_start_date, d, hc_month_first(cover->from));
        if (cover->to != SYNTH_NEVER)
            hc_synth_set_day(row, MEMBER_end_date, d, hc_month_last(cover->to));
    }
    synth_set(row, MEMBER_medical, "Y");
    synth_set(row, MEMBER_pharmacy, "Y");
    synth_set(row, MEMBER_aco_id, hc_synth_comm_says_aco(w, p, known) ? "VTACO" : "");
}

void hc_synth_columns_provider(const struct synth_state *s,
                               const struct synth_practice *practice,
                               const struct synth_provider *provider,
                               struct synth_cells *row) {
    const struct synth_dialect *d = &s->form->dialect;
    synth_cells_clear(row);
    synth_set(row, PROVIDER_npi, provider->npi);
    synth_set(row, PROVIDER_tax_id, practice->tax_id);
    synth_set(row, PROVIDER_practice_id, practice->id);
    synth_set(row, PROVIDER_practice_name, hc_synth_areas[practice->area].name);
    synth_set(row, PROVIDER_specialty, provider->specialty);
    hc_synth_set_day(row, PROVIDER_start_date, d, hc_month_first(s->world.first));
}

static void names(const struct synth_form *form, enum synth_table table,
                  struct hc_buf *buf) {
#define C(name) #name,
    static const char *const claims[] = {CLAIMS}, *const members[] = {MEMBERS},
                             *const months[] = {MONTHS}, *const providers[] = {PROVIDERS};
#undef C
    const char *const *list = table == SYNTH_PROVIDERS ? providers
                              : table != SYNTH_MEMBERS ? claims
                              : form->spans            ? members
                                                       : months;
    for (unsigned i = 0; i < form->columns[table]; i++) {
        if (i)
            hc_buf_putc(buf, (uint8_t)form->dialect.delimiter);
        hc_buf_puts(buf, list[i]);
    }
    hc_buf_puts(buf, form->dialect.end);
}

void hc_synth_columns_head(const struct synth_form *form, enum synth_table table,
                           hc_month month, int64_t records, struct hc_buf *buf) {
    (void)month;
    (void)records;
    names(form, table, buf);
}

void hc_synth_columns_counted_head(const struct synth_form *form, enum synth_table table,
                                   hc_month month, int64_t records, struct hc_buf *buf) {
    char when[16];
    (void)table;
    hc_buf_printf(buf, "HD%cBCBSVT%c%s%c%lld%s", form->dialect.delimiter,
                  form->dialect.delimiter, hc_synth_ccyymm(month, when),
                  form->dialect.delimiter, (long long)records, form->dialect.end);
}
