/* The Medicare claims and people of CCLF once more, as FHIR resources: what CMS's bulk
 * export gives of them at the end of the last month, in the forms of its server's own
 * tests. */
#include "synth/archive.h"
#include "synth/state.h"
#include "synth/text.h"

#define VARIABLE "https://bluebutton.cms.gov/resources/variables/"
#define HCPCS "https://bluebutton.cms.gov/resources/codesystem/hcpcs"
#define CARIN "http://hl7.org/fhir/us/carin-bb/CodeSystem/"
#define ICD10 "http://hl7.org/fhir/sid/icd-10-cm"

/* {"coding":[{"system":S,"code":C}]} */
static void concept(struct hc_buf *out, const char *system, const char *code) {
    hc_buf_printf(out, "{\"coding\":[{\"system\":\"%s\",\"code\":\"%s\"}]}", system, code);
}

static void extension(struct hc_buf *out, const char *variable, const char *code) {
    hc_buf_printf(out,
                  "{\"url\":\"" VARIABLE "%s\",\"valueCoding\":{\"system\":\"" VARIABLE
                  "%s\",\"code\":\"%s\"}}",
                  variable, variable, code);
}

static void npi_identifier(struct hc_buf *out, const char *npi) {
    hc_buf_puts(out, "{\"type\":");
    concept(out, CARIN "C4BBIdentifierType", "npi");
    hc_buf_printf(out, ",\"value\":\"%s\"}", npi);
}

static void money(struct hc_buf *out, hc_cents cents) {
    char text[24];
    hc_buf_printf(out, "{\"value\":%s,\"currency\":\"USD\"}", hc_synth_cents(cents, text));
}

static void adjudication(struct hc_buf *out, const char *variable, hc_cents cents) {
    hc_buf_printf(out,
                  "{\"category\":{\"coding\":[{\"system\":\"https://bluebutton.cms.gov/"
                  "resources/codesystem/adjudication\",\"code\":\"" VARIABLE
                  "%s\"}]},\"amount\":",
                  variable);
    money(out, cents);
    hc_buf_putc(out, '}');
}

static void member_of_team(struct hc_buf *out, int sequence, const char *role,
                           const char *npi, const char *specialty) {
    hc_buf_printf(out, "{\"sequence\":%d,\"provider\":{\"identifier\":", sequence);
    npi_identifier(out, npi);
    hc_buf_puts(out, "},\"role\":");
    concept(out, CARIN "C4BBClaimCareTeamRole", role);
    if (specialty) {
        hc_buf_puts(out, ",\"qualification\":");
        concept(out, VARIABLE "prvdr_spclty", specialty);
    }
    hc_buf_putc(out, '}');
}

static void information(struct hc_buf *out, const char *variable, const char *code) {
    if (code[0])
        hc_buf_printf(out,
                      ",{\"code\":{\"coding\":[{\"system\":\"" VARIABLE
                      "%s\",\"code\":\"%s\"}]}}",
                      variable, code);
}

static void diagnoses(struct hc_buf *out, const struct synth_care *c,
                      const struct synth_version *v) {
    int sequence = 0;
    hc_buf_puts(out, ",\"diagnosis\":[");
    if (c->inpatient) { /* why they came, as a diagnosis of its own */
        hc_buf_printf(out, "{\"sequence\":%d,\"diagnosisCodeableConcept\":", ++sequence);
        concept(out, ICD10, c->dx[0]);
        hc_buf_puts(out, ",\"type\":[");
        concept(out, "http://terminology.hl7.org/CodeSystem/ex-diagnosistype", "admitting");
        hc_buf_puts(out, "]}");
    }
    for (unsigned i = 0; i < c->dxs; i++) {
        bool other = v->other_codes && i == 0 && c->kind == SYNTH_INSTITUTIONAL;
        hc_buf_printf(out, "%s{\"sequence\":%d,\"diagnosisCodeableConcept\":",
                      sequence ? "," : "", sequence + 1);
        sequence++;
        concept(out, ICD10, other ? "Z8679" : c->dx[i]);
        hc_buf_puts(out, ",\"type\":[");
        concept(out, CARIN "C4BBClaimDiagnosisType",
                i == 0                           ? "principal"
                : c->kind == SYNTH_INSTITUTIONAL ? "other"
                                                 : "secondary");
        hc_buf_puts(out, "]}");
    }
    hc_buf_putc(out, ']');
    if (!c->surgery[0])
        return;
    hc_buf_puts(out, ",\"procedure\":[{\"sequence\":1,\"procedureCodeableConcept\":");
    concept(out, "http://www.cms.gov/Medicare/Coding/ICD10", c->surgery);
    hc_buf_puts(out, "}]");
}

/* What every claim says first: number, status, type, person, days. */
static void head(struct hc_buf *out, const struct synth_care *c,
                 const struct synth_version *v, bool final) {
    static const char *const id[] = {"outpatient", "carrier", "dme", "pde"};
    static const char *const eob[] = {"OUTPATIENT", "CARRIER", "DME", "PDE"};
    static const char *const type[] = {"40", "71", "82", NULL};
    static const char *const hl7[] = {"institutional", "professional", "professional",
                                      "pharmacy"};
    char day[16];
    bool in = c->inpatient && c->kind == SYNTH_INSTITUTIONAL;
    hc_buf_printf(out,
                  "{\"resourceType\":\"ExplanationOfBenefit\",\"id\":\"%s-%s\",\"meta\":{"
                  "\"lastUpdated\":\"%sT00:00:00.000+00:00\"},\"identifier\":[{\"system\":"
                  "\"" VARIABLE "%s\",\"value\":\"%s\"}",
                  in ? "inpatient" : id[c->kind], v->claim, hc_synth_iso(v->loaded, day),
                  c->kind == SYNTH_PHARMACY ? "pde_id" : "clm_id", v->claim);
    if (c->kind == SYNTH_PHARMACY)
        hc_buf_printf(out,
                      ",{\"system\":\"" VARIABLE "rx_srvc_rfrnc_num\",\"value\":\"%llu\"}",
                      (unsigned long long)c->prescription);
    hc_buf_printf(out, "],\"status\":\"%s\",\"type\":{\"coding\":[",
                  final ? "active" : "cancelled");
    if (type[c->kind])
        hc_buf_printf(out, "{\"system\":\"" VARIABLE "nch_clm_type_cd\",\"code\":\"%s\"},",
                      in ? "60" : type[c->kind]);
    hc_buf_printf(
        out,
        "{\"system\":\"https://bluebutton.cms.gov/resources/codesystem/eob-type\","
        "\"code\":\"%s\"},{\"system\":\"http://terminology.hl7.org/CodeSystem/"
        "claim-type\",\"code\":\"%s\"}]},\"use\":\"claim\",\"patient\":{"
        "\"reference\":\"Patient/-%u\"},\"billablePeriod\":{\"start\":\"%s\",",
        in ? "INPATIENT" : eob[c->kind], hl7[c->kind], 20000001 + v->person,
        hc_synth_iso(c->from, day));
    hc_buf_printf(out, "\"end\":\"%s\"}", hc_synth_iso(c->thru + v->thru_more, day));
}

static void processed(struct hc_buf *out, const struct synth_version *v) {
    char day[16];
    hc_buf_puts(out, ",\"supportingInfo\":[{\"category\":");
    concept(out, "https://bluebutton.cms.gov/resources/codesystem/information",
            VARIABLE "nch_wkly_proc_dt");
    hc_buf_printf(out, ",\"timingDate\":\"%s\"}", hc_synth_iso(v->effective, day));
}

static void institutional(struct synth_state *s, struct hc_buf *out,
                          const struct synth_care *c, const struct synth_version *v) {
    struct synth_part_a a = hc_synth_part_a(c, v);
    char npi[11], day[16];
    hc_cents charge = 0;
    hc_synth_hospital_npi(c->area, npi);
    for (unsigned i = 0; i < c->lines; i++)
        charge += c->line[i].charge;
    hc_buf_puts(out, ",\"contained\":[{\"resourceType\":\"Organization\",\"id\":"
                     "\"provider-org\",\"identifier\":[{\"type\":");
    concept(out, "http://terminology.hl7.org/CodeSystem/v2-0203", "PRN");
    hc_buf_printf(out, ",\"value\":\"%s\"},", hc_synth_areas[c->area].ccn);
    npi_identifier(out, npi);
    hc_buf_printf(out,
                  "]}],\"provider\":{\"reference\":\"#provider-org\"},\"extension\":[{"
                  "\"url\":\"" VARIABLE "fi_doc_clm_cntl_num\",\"valueIdentifier\":{"
                  "\"value\":\"%s\"}},",
                  v->control);
    extension(out, "clm_srvc_clsfctn_type_cd", c->inpatient ? "1" : "3");
    if (v->denied) {
        hc_buf_putc(out, ',');
        extension(out, "clm_mdcr_non_pmt_rsn_cd", "N");
    }
    hc_buf_puts(out, "],\"facility\":{\"extension\":[");
    extension(out, "clm_fac_type_cd", "1");
    hc_buf_puts(out, "]},\"careTeam\":[");
    member_of_team(out, 1, "attending", c->provider->npi, NULL);
    hc_buf_putc(out, ']');
    processed(out, v);
    information(out, "clm_freq_cd", v->adjustment == '0' ? "1" : "7");
    information(out, "clm_drg_cd", c->drg);
    information(out, "ptnt_dschrg_stus_cd",
                s->world.person[c->person].death == c->thru ? "20" : "01");
    if (c->inpatient) {
        information(out, "clm_src_ip_admsn_cd", "1");
        hc_buf_puts(out, ",{\"code\":");
        concept(out, "https://www.nubc.org/CodeSystem/PriorityTypeOfAdmitOrVisit", "1");
        hc_buf_puts(out, "},{\"category\":");
        concept(out, CARIN "C4BBSupportingInfoType", "admissionperiod");
        hc_buf_printf(out, ",\"timingPeriod\":{\"start\":\"%s\",",
                      hc_synth_iso(c->from, day));
        hc_buf_printf(out, "\"end\":\"%s\"}}", hc_synth_iso(c->thru, day));
    }
    hc_buf_putc(out, ']');
    diagnoses(out, c, v);
    hc_buf_puts(out, ",\"total\":[{\"category\":");
    concept(out, "https://bluebutton.cms.gov/resources/codesystem/adjudication",
            VARIABLE "clm_tot_chrg_amt");
    hc_buf_puts(out, ",\"amount\":");
    money(out, charge);
    hc_buf_puts(out, "}],\"payment\":{\"amount\":");
    money(out, a.header);
    hc_buf_puts(out, "}");
    for (unsigned i = 0; i < c->lines && !c->no_lines; i++) {
        const struct synth_line *line = &c->line[i];
        hc_buf_printf(out, "%s{\"sequence\":%u,\"revenue\":", i ? "," : ",\"item\":[",
                      i + 1);
        concept(out, VARIABLE "rev_cntr", line->revenue);
        if (line->code[0]) {
            hc_buf_puts(out, ",\"productOrService\":");
            concept(out, HCPCS, line->code);
        }
        if (line->modifier[0]) {
            hc_buf_puts(out, ",\"modifier\":[");
            concept(out, HCPCS, line->modifier);
            hc_buf_putc(out, ']');
        }
        hc_buf_printf(out,
                      ",\"extension\":[{\"url\":\"" VARIABLE
                      "rev_cntr_unit_cnt\",\"valueQuantity\":{\"value\":%d}}]",
                      line->units);
        if (!c->inpatient) { /* stays have neither */
            hc_buf_printf(out, ",\"servicedDate\":\"%s\",\"adjudication\":[",
                          hc_synth_iso(c->from, day));
            adjudication(out, "rev_cntr_prvdr_pmt_amt", a.line[i]);
            hc_buf_putc(out, ']');
        }
        hc_buf_puts(out, i + 1 == c->lines ? "}]" : "}");
    }
}

/* Claims of physicians and of suppliers of equipment. */
static void part_b(struct hc_buf *out, const struct synth_care *c,
                   const struct synth_version *v) {
    bool dme = c->kind == SYNTH_DME;
    char supplier[11], day[16];
    hc_buf_printf(out,
                  ",\"extension\":[{\"url\":\"" VARIABLE
                  "carr_clm_cntl_num\",\"valueIdentifier\":{\"value\":\"%s\"}},",
                  v->control);
    extension(out, "carr_clm_pmt_dnl_cd", v->denied ? "0" : "1");
    hc_buf_putc(out, ']');
    if (dme) {
        hc_buf_puts(out, ",\"referral\":{\"identifier\":");
        npi_identifier(out, c->provider->npi);
        hc_buf_putc(out, '}');
    }
    hc_buf_puts(out, ",\"careTeam\":[");
    member_of_team(out, 1, "performing",
                   dme ? hc_synth_supplier(c, supplier) : c->provider->npi,
                   dme ? NULL : c->provider->specialty);
    hc_buf_putc(out, ']');
    processed(out, v);
    hc_buf_putc(out, ']');
    diagnoses(out, c, v);
    for (unsigned i = 0; i < c->lines; i++) {
        const struct synth_line *line = &c->line[i];
        hc_cents paid = hc_synth_line_paid(line, v);
        hc_buf_printf(out,
                      "%s{\"sequence\":%u,\"careTeamSequence\":[1],\"diagnosisSequence\":"
                      "[1],\"productOrService\":",
                      i ? "," : ",\"item\":[", i + 1);
        concept(out, HCPCS, line->code);
        if (line->modifier[0]) {
            hc_buf_puts(out, ",\"modifier\":[");
            concept(out, HCPCS, line->modifier);
            hc_buf_putc(out, ']');
        }
        hc_buf_printf(out, ",\"servicedPeriod\":{\"start\":\"%s\",",
                      hc_synth_iso(c->from, day));
        hc_buf_printf(out, "\"end\":\"%s\"},\"locationCodeableConcept\":",
                      hc_synth_iso(c->thru, day));
        concept(out, VARIABLE "line_place_of_srvc_cd", dme ? "12" : "11");
        hc_buf_printf(out, ",\"quantity\":{\"value\":%d},\"extension\":[", line->units);
        extension(out, "line_prcsg_ind_cd", line->denied || v->denied ? "C" : "A");
        if (!dme) {
            hc_buf_putc(out, ',');
            extension(out, "tax_num", c->tax_id);
        }
        hc_buf_puts(out, "],\"adjudication\":[");
        adjudication(out, "line_nch_pmt_amt", c->prospective && !dme ? 0 : paid);
        hc_buf_putc(out, ',');
        adjudication(out, "line_alowd_chrg_amt", hc_synth_line_allowed(line, v));
        hc_buf_putc(out, ',');
        adjudication(out, "line_sbmtd_chrg_amt", line->charge);
        hc_buf_puts(out, i + 1 == c->lines ? "]}]" : "]}");
    }
}

static void quantity(struct hc_buf *out, const char *category, int value) {
    hc_buf_puts(out, "{\"category\":");
    concept(out, CARIN "C4BBSupportingInfoType", category);
    hc_buf_printf(out, ",\"valueQuantity\":{\"value\":%d}}", value);
}

static void pharmacy(struct hc_buf *out, const struct synth_care *c,
                     const struct synth_version *v) {
    const struct synth_line *line = &c->line[0];
    bool npi = c->person % 2;
    char day[16];
    hc_buf_puts(out, ",\"facility\":{\"identifier\":{\"type\":");
    concept(out, CARIN "C4BBIdentifierType", npi ? "npi" : "NCPDP");
    hc_buf_printf(out, ",\"value\":\"%s\"}},\"careTeam\":[",
                  npi ? c->pharmacy_npi : c->pharmacy_ncpdp);
    member_of_team(out, 1, "prescribing", c->provider->npi, NULL);
    hc_buf_puts(out, "],\"supportingInfo\":[");
    quantity(out, "refillnum", c->fill);
    hc_buf_putc(out, ',');
    quantity(out, "dayssupply", c->days_supply);
    information(out, "dspnsng_stus_cd", c->fill % 2 ? "C" : "");
    information(out, "adjstmt_dltn_cd", v->adjustment == '2' ? "A" : "");
    hc_buf_printf(out, "],\"payment\":{\"date\":\"%s\"},\"item\":[{\"sequence\":1,",
                  hc_synth_iso(v->effective, day));
    hc_buf_puts(out, "\"careTeamSequence\":[1],\"productOrService\":");
    concept(out, "http://hl7.org/fhir/sid/ndc", c->ndc);
    hc_buf_printf(out,
                  ",\"servicedDate\":\"%s\",\"quantity\":{\"value\":%d},\"adjudication\":[",
                  hc_synth_iso(c->from, day), line->units);
    adjudication(out, "ptnt_pay_amt", line->coinsurance * v->percent / 100);
    hc_buf_putc(out, ',');
    adjudication(out, "cvrd_d_plan_pd_amt", line->paid * v->percent / 100);
    hc_buf_putc(out, ',');
    adjudication(out, "tot_rx_cst_amt", line->allowed * v->percent / 100);
    hc_buf_puts(out, "]}]");
}

void hc_synth_fhir_claim(struct synth_state *s, const struct synth_care *c,
                         const struct synth_version *v, bool final) {
    struct hc_buf *out = &s->fhir.claims;
    head(out, c, v, final);
    if (c->kind == SYNTH_INSTITUTIONAL)
        institutional(s, out, c, v);
    else if (c->kind == SYNTH_PHARMACY)
        pharmacy(out, c, v);
    else
        part_b(out, c, v);
    hc_buf_puts(out, "}\n");
}

/* ---- people ---- */

static void number(struct hc_buf *out, const char *mbi, bool current, const char *from,
                   const char *to) {
    hc_buf_printf(out,
                  "{\"type\":{\"coding\":[{\"extension\":[{\"url\":\"https://"
                  "bluebutton.cms.gov/resources/codesystem/identifier-currency\","
                  "\"valueCoding\":{\"code\":\"%s\"}}],\"system\":\"http://"
                  "terminology.hl7.org/CodeSystem/v2-0203\",\"code\":\"MC\"}]},\"system\":"
                  "\"http://hl7.org/fhir/sid/us-mbi\",\"value\":\"%s\"",
                  current ? "current" : "historic", mbi);
    if (from || to)
        hc_buf_printf(out, ",\"period\":{%s%s%s%s%s%s%s}", from ? "\"start\":\"" : "",
                      from ? from : "", from ? "\"" : "", from && to ? "," : "",
                      to ? "\"end\":\"" : "", to ? to : "", to ? "\"" : "");
    hc_buf_putc(out, '}');
}

static void patient(struct synth_state *s, uint32_t index, struct hc_buf *out) {
    const struct synth_person *p = &s->world.person[index];
    hc_month last = s->world.last;
    char text[32], from[16], to[16];
    unsigned ids = 1;
    while (ids < p->ids && p->id_from[ids] <= last)
        ids++;
    hc_buf_printf(out, "{\"resourceType\":\"Patient\",\"id\":\"-%u\",\"extension\":[",
                  20000001 + index);
    snprintf(text, sizeof text, "dual_%02d", (int)(last % 12) + 1);
    extension(out, text, hc_synth_covered(p, SYNTH_CAID, last) ? "02" : "NA");
    hc_buf_puts(out, "],\"identifier\":[");
    for (unsigned hop = 0; hop < ids; hop++) {
        bool current = hop + 1 == ids;
        if (hop)
            hc_buf_putc(out, ',');
        if (hop)
            hc_synth_iso(hc_month_first(p->id_from[hop]), from);
        if (!current)
            hc_synth_iso(hc_month_first(p->id_from[hop + 1]) - 1, to);
        number(out, hc_synth_mbi_hop(index, hop, text), current, hop ? from : NULL,
               current ? NULL : to);
    }
    hc_buf_printf(out, "],\"name\":[{\"use\":\"usual\",\"family\":\"%s\",",
                  hc_synth_last_name(p, text));
    hc_buf_printf(out, "\"given\":[\"%s\"]}],", hc_synth_first_name(p, text));
    hc_buf_printf(out, "\"gender\":\"%s\",\"birthDate\":\"%s\",",
                  p->sex == 'M' ? "male" : "female", hc_synth_iso(p->birth, from));
    if (p->death != INT32_MAX && hc_month_of(p->death) <= last)
        hc_buf_printf(out, "\"deceasedDateTime\":\"%s\",", hc_synth_iso(p->death, to));
    hc_buf_printf(out,
                  "\"address\":[{\"line\":[\"%u ZQ LANE\"],\"state\":\"VT\",\"postalCode\":"
                  "\"%s0001\"}]}\n",
                  1 + index % 400, hc_synth_zip(p, text));
}

/* A resource a part that somebody is covered by in the last month. */
static void coverage(struct synth_state *s, uint32_t index, struct hc_buf *out) {
    const struct synth_person *p = &s->world.person[index];
    hc_month last = s->world.last;
    const struct synth_span *span = hc_synth_covered(p, SYNTH_FFS, last);
    bool dual = hc_synth_covered(p, SYNTH_CAID, last) != NULL;
    char day[16], text[16], mbi[12];
    int year, m, d;
    hc_day_split(p->birth, &year, &m, &d);
    for (int part = 0; span && part < (span->a_only ? 1 : 2); part++) {
        hc_buf_printf(
            out, "{\"resourceType\":\"Coverage\",\"id\":\"part-%c--%u\",\"extension\":[",
            'a' + part, 20000001 + index);
        extension(out, "ms_cd", hc_synth_year(last) - year >= 65 ? "10" : "20");
        snprintf(text, sizeof text, "dual_%02d", (int)(last % 12) + 1);
        hc_buf_putc(out, ',');
        extension(out, text, dual ? "02" : "NA");
        snprintf(text, sizeof text, "buyin%02d", (int)(last % 12) + 1);
        hc_buf_putc(out, ',');
        extension(out, text, span->a_only ? "1" : dual ? "C" : "3");
        hc_buf_printf(out,
                      "],\"status\":\"active\",\"subscriberId\":\"%s\",\"beneficiary\":{"
                      "\"reference\":\"Patient/-%u\"},\"period\":{\"start\":\"%s\"},"
                      "\"class\":[{\"type\":",
                      hc_synth_mbi(&s->world, index, last, mbi), 20000001 + index,
                      hc_synth_iso(hc_month_first(span->from), day));
        concept(out, "http://terminology.hl7.org/CodeSystem/coverage-class", "group");
        hc_buf_puts(out, ",\"value\":\"Medicare\"},{\"type\":");
        concept(out, "http://terminology.hl7.org/CodeSystem/coverage-class", "plan");
        hc_buf_printf(out, ",\"value\":\"Part %c\"}]}\n", 'A' + part);
    }
}

static enum hc_status publish(const struct synth_state *s, const char *dir,
                              const char *resource, const struct hc_buf *text,
                              struct hc_err *err) {
    struct hc_buf path = {0};
    char month[16];
    hc_buf_printf(&path, "%s/incoming/fhir/bcda-%s/%s.ndjson.gz", dir,
                  hc_synth_ccyymm(s->world.last, month), resource);
    enum hc_status status =
        path.failed || text->failed
            ? hc_fail_memory(err)
            : hc_synth_write_gz(hc_buf_text(&path), hc_buf_str(text), 1, err);
    hc_buf_free(&path);
    return status;
}

enum hc_status hc_synth_fhir(struct synth_state *s, const char *dir, struct hc_err *err) {
    struct hc_buf people = {0}, spans = {0}, path = {0};
    char month[16];
    for (uint32_t i = 0; i < s->world.cclfs; i++) {
        patient(s, s->world.cclf[i], &people);
        coverage(s, s->world.cclf[i], &spans);
    }
    hc_buf_printf(&path, "%s/incoming/fhir/bcda-%s", dir,
                  hc_synth_ccyymm(s->world.last, month));
    enum hc_status status =
        path.failed ? hc_fail_memory(err) : hc_make_folder(hc_buf_text(&path), err);
    if (status == HC_OK)
        status = publish(s, dir, "ExplanationOfBenefit", &s->fhir.claims, err);
    if (status == HC_OK)
        status = publish(s, dir, "Patient", &people, err);
    if (status == HC_OK)
        status = publish(s, dir, "Coverage", &spans, err);
    hc_buf_free(&people);
    hc_buf_free(&spans);
    hc_buf_free(&path);
    return status;
}
