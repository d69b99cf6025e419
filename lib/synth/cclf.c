/* CCLF records: fixed columns from cclf.def, filled from a claim and one version of it. */
#include "synth/state.h"
#include "synth/text.h"

enum { /* place and length of every field in one number */
#define FIELD(file, name, at, len, kind) CCLF##file##_##name = (at) << 8 | (len),
#include "synth/cclf.def"
#undef FIELD
};

static const uint16_t record_length[SYNTH_CCLFS] = {437, 199, 114, 112, 388, 247,
                                                    195, 549, 55,  324, 128};

static void put_left(char *record, int field, const char *text) {
    size_t at = (size_t)(field >> 8) - 1, len = (size_t)(field & 255);
    size_t n = strnlen(text, len);
    memcpy(record + at, text, n);
    memset(record + at + n, ' ', len - n);
}
static void put_right(char *record, int field, const char *text) {
    size_t at = (size_t)(field >> 8) - 1, len = (size_t)(field & 255);
    size_t n = strnlen(text, len);
    memset(record + at, ' ', len - n);
    memcpy(record + at + len - n, text, n);
}
static void put_amount(char *record, int field, hc_cents cents) {
    char text[24];
    put_right(record, field, hc_synth_cents(cents, text));
}
static void put_day(char *record, int field, hc_day day) {
    char text[16];
    put_left(record, field, hc_synth_iso(day, text));
}
static void put_int(char *record, int field, int64_t value) {
    char text[24];
    put_right(record, field, hc_synth_number(value, text));
}

enum hc_status hc_synth_cclf_start(struct synth_state *s, struct hc_err *err) {
    static const struct {
        char file, kind;
        int place;
    } fields[] = {
#define FIELD(file, name, at, len, kind) {#file[0], #kind[0], CCLF##file##_##name},
#include "synth/cclf.def"
#undef FIELD
    };
    for (unsigned i = 0; i < SYNTH_CCLFS; i++) {
        s->template[i] = hc_arena_alloc(&s->arena, record_length[i] + 1u);
        if (!s->template[i])
            return hc_fail_memory(err);
        memset(s->template[i], ' ', record_length[i]);
        s->template[i][record_length[i]] = '\n';
    }
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        char file = fields[i].file;
        char *record = s->template[file == 'A'   ? SYNTH_CCLFA
                                   : file == 'B' ? SYNTH_CCLFB
                                                 : file - '1'];
        if (fields[i].kind != 'X')
            put_right(record, fields[i].place, fields[i].kind == 'A' ? "0.00" : "0.0000");
    }
    return HC_OK;
}

/* An empty record at the end of a file of a delivery; NULL when out of memory. */
static char *record_of(struct synth_state *s, hc_month month, enum synth_file file) {
    struct synth_pending *pending = synth_pending(s, month, s->cclf + file);
    size_t len = record_length[file] + 1u;
    if (!hc_buf_reserve(&pending->text, len))
        return NULL;
    char *record = (char *)pending->text.ptr + pending->text.len;
    memcpy(record, s->template[file], len);
    pending->text.len += len;
    pending->records++;
    return record;
}

static hc_cents part(hc_cents cents, const struct synth_version *v) {
    cents = v->denied ? 0 : cents * v->percent / 100;
    return v->negative ? -cents : cents;
}
static bool line_denied(const struct synth_line *line, const struct synth_version *v) {
    return line->denied || v->denied;
}
hc_cents hc_synth_line_paid(const struct synth_line *line, const struct synth_version *v) {
    return line->denied ? 0 : part(line->paid, v);
}

hc_cents hc_synth_line_allowed(const struct synth_line *line,
                               const struct synth_version *v) {
    return line->denied ? 0 : part(line->allowed, v);
}
const char *hc_synth_supplier(const struct synth_care *c, char npi[11]) {
    hc_synth_npi(8700000u + c->person % 5, npi);
    return npi;
}

struct synth_part_a hc_synth_part_a(const struct synth_care *c,
                                    const struct synth_version *v) {
    struct synth_part_a a = {0};
    hc_cents sum = 0;
    for (unsigned i = 0; i < c->lines; i++) {
        hc_cents paid = hc_synth_line_paid(&c->line[i], v);
        sum += paid;
        if (!c->inpatient && !c->prospective)
            a.line[i] = paid;
    }
    a.header = sum - sum * (hc_cents)c->header_diff / 1000;
    if (c->prospective) {
        a.inclusion = a.header;
        a.header = 0;
    }
    return a;
}

unsigned hc_synth_cclf_worth(const struct synth_care *c, const struct synth_version *v,
                             struct synth_amounts worth[SYNTH_LINES]) {
    hc_cents sign = v->adjustment == '1' ? -1 : 1;
    unsigned lines = c->lines;
    memset(worth, 0, SYNTH_LINES * sizeof *worth);
    if (c->kind == SYNTH_PHARMACY) {
        worth[0].unknown = true;
        return 1;
    }
    if (c->kind == SYNTH_INSTITUTIONAL) {
        struct synth_part_a a = hc_synth_part_a(c, v);
        hc_cents sum = 0;
        if (c->no_lines)
            lines = 1;
        for (unsigned i = 0; i < lines && !c->no_lines; i++)
            sum += a.line[i];
        bool add_up = !c->no_lines && sum == a.header;
        for (unsigned i = 0; i < lines; i++) {
            hc_cents paid = add_up ? a.line[i] : i == 0 ? a.header : 0;
            hc_cents ffs = !c->prospective ? paid : i == 0 ? a.inclusion : 0;
            /* no allowed amount is delivered: its stand-in is what FFS would have paid */
            worth[i] = (struct synth_amounts){sign * paid, sign * ffs, sign * ffs, false};
        }
        return lines;
    }
    for (unsigned i = 0; i < lines; i++) {
        hc_cents paid = hc_synth_line_paid(&c->line[i], v);
        hc_cents allowed = hc_synth_line_allowed(&c->line[i], v);
        worth[i] = (struct synth_amounts){sign * (c->prospective ? 0 : paid),
                                          sign * allowed, sign * paid, false};
    }
    return lines;
}

static const char *mbi_of(struct synth_state *s, const struct synth_version *v,
                          char out[12]) {
    return hc_synth_mbi(&s->world, v->person, v->delivered, out);
}

static void part_a_lines(struct synth_state *s, const struct synth_care *c,
                         const struct synth_version *v, const struct synth_part_a *a,
                         const char *mbi, const char *type) {
    const char *ccn = hc_synth_areas[c->area].ccn;
    for (unsigned i = 0; i < c->lines && !c->no_lines; i++) {
        char *r = record_of(s, v->delivered, SYNTH_CCLF2);
        if (!r)
            return;
        const struct synth_line *line = &c->line[i];
        put_left(r, CCLF2_CUR_CLM_UNIQ_ID, v->claim);
        put_int(r, CCLF2_CLM_LINE_NUM, i + 1);
        put_left(r, CCLF2_BENE_MBI_ID, mbi);
        put_left(r, CCLF2_CLM_TYPE_CD, type);
        put_day(r, CCLF2_CLM_LINE_FROM_DT, c->from);
        put_day(r, CCLF2_CLM_LINE_THRU_DT, c->thru + v->thru_more);
        put_left(r, CCLF2_CLM_LINE_PROD_REV_CTR_CD, line->revenue);
        put_day(r, CCLF2_CLM_LINE_INSTNL_REV_CTR_DT, c->from);
        put_left(r, CCLF2_CLM_LINE_HCPCS_CD, line->code);
        put_left(r, CCLF2_PRVDR_OSCAR_NUM, ccn);
        put_day(r, CCLF2_CLM_FROM_DT, c->from);
        put_day(r, CCLF2_CLM_THRU_DT, c->thru + v->thru_more);
        char units[32];
        hc_synth_number(line->units, units);
        strcat(units, ".0000");
        put_right(r, CCLF2_CLM_LINE_SRVC_UNIT_QTY, units);
        put_amount(r, CCLF2_CLM_LINE_CVRD_PD_AMT, a->line[i]);
        put_left(r, CCLF2_HCPCS_1_MDFR_CD, line->modifier);
        put_left(r, CCLF2_CLM_FAC_PRVDR_OSCAR_NUM, ccn);
    }
}

static void part_a_codes(struct synth_state *s, const struct synth_care *c,
                         const struct synth_version *v, const char *mbi, const char *type) {
    const char *ccn = hc_synth_areas[c->area].ccn;
    if (c->surgery[0]) {
        char *r = record_of(s, v->delivered, SYNTH_CCLF3);
        if (!r)
            return;
        put_left(r, CCLF3_CUR_CLM_UNIQ_ID, v->claim);
        put_left(r, CCLF3_BENE_MBI_ID, mbi);
        put_left(r, CCLF3_CLM_TYPE_CD, type);
        put_right(r, CCLF3_CLM_VAL_SQNC_NUM, "1");
        put_left(r, CCLF3_CLM_PRCDR_CD, c->surgery);
        put_day(r, CCLF3_CLM_PRCDR_PRFRM_DT, c->from);
        put_left(r, CCLF3_PRVDR_OSCAR_NUM, ccn);
        put_day(r, CCLF3_CLM_FROM_DT, c->from);
        put_day(r, CCLF3_CLM_THRU_DT, c->thru + v->thru_more);
        put_left(r, CCLF3_DGNS_PRCDR_ICD_IND, "0");
        put_left(r, CCLF3_CLM_BLG_PRVDR_OSCAR_NUM, ccn);
    }
    for (unsigned i = 0; i < c->dxs; i++) {
        char *r = record_of(s, v->delivered, SYNTH_CCLF4);
        if (!r)
            return;
        put_left(r, CCLF4_CUR_CLM_UNIQ_ID, v->claim);
        put_left(r, CCLF4_BENE_MBI_ID, mbi);
        put_left(r, CCLF4_CLM_TYPE_CD, type);
        put_left(r, CCLF4_CLM_PROD_TYPE_CD, "D");
        put_int(r, CCLF4_CLM_VAL_SQNC_NUM, i + 1);
        put_left(r, CCLF4_CLM_DGNS_CD, v->other_codes && i == 0 ? "Z8679" : c->dx[i]);
        put_left(r, CCLF4_PRVDR_OSCAR_NUM, ccn);
        put_day(r, CCLF4_CLM_FROM_DT, c->from);
        put_day(r, CCLF4_CLM_THRU_DT, c->thru + v->thru_more);
        put_left(r, CCLF4_CLM_POA_IND, c->inpatient ? "Y" : "");
        put_left(r, CCLF4_DGNS_PRCDR_ICD_IND, "0");
        put_left(r, CCLF4_CLM_BLG_PRVDR_OSCAR_NUM, ccn);
    }
}

/* Whether the claim has several records where one would do. */
static bool several(const struct synth_version *v, unsigned every) {
    return (unsigned)(v->claim[strlen(v->claim) - 1] - '0') % every == 0;
}

/* One record a condition code, each with the amounts of the claim: some have two. */
static void part_a_benefits(struct synth_state *s, const struct synth_care *c,
                            const struct synth_version *v, const char *mbi,
                            const char *type, hc_cents inclusion) {
    static const char *const conditions[] = {"62", "30"};
    unsigned records = several(v, 3) ? 2 : 1;
    for (unsigned i = 0; i < records; i++) {
        char *r = record_of(s, v->delivered, SYNTH_CCLFA);
        if (!r)
            return;
        put_left(r, CCLFA_CUR_CLM_UNIQ_ID, v->claim);
        put_left(r, CCLFA_BENE_MBI_ID, mbi);
        put_left(r, CCLFA_CLM_TYPE_CD, type);
        put_day(r, CCLFA_CLM_ACTV_CARE_FROM_DT, c->from);
        put_left(r, CCLFA_CLM_NGACO_PBPMT_SW, "N");
        put_left(r, CCLFA_CLM_NGACO_PDSCHRG_HCBS_SW, "N");
        put_left(r, CCLFA_CLM_NGACO_SNF_WVR_SW, "N");
        put_left(r, CCLFA_CLM_NGACO_TLHLTH_SW, "N");
        put_left(r, CCLFA_CLM_NGACO_CPTATN_SW, "Y");
        put_left(r, CCLFA_CLM_DEMO_1ST_NUM, "86");
        put_amount(r, CCLFA_CLM_PBP_INCLSN_AMT, inclusion);
        put_amount(r, CCLFA_CLM_PBP_RDCTN_AMT, inclusion);
        put_left(r, CCLFA_CLM_NGACO_CMG_WVR_SW, "N");
        put_left(r, CCLFA_CLM_RLT_COND_CD, records > 1 ? conditions[i] : "");
    }
    s->truth.trap[SYNTH_TRAP_several_benefits] += records > 1;
}

static void part_a(struct synth_state *s, const struct synth_care *c,
                   const struct synth_version *v) {
    char mbi[12], npi[11];
    mbi_of(s, v, mbi);
    struct synth_part_a a = hc_synth_part_a(c, v);
    const char *type = c->inpatient ? "60" : "40", *ccn = hc_synth_areas[c->area].ccn;
    char *r = record_of(s, v->delivered, SYNTH_CCLF1);
    if (!r)
        return;
    hc_cents charge = 0;
    for (unsigned i = 0; i < c->lines; i++)
        charge += c->line[i].charge;
    put_left(r, CCLF1_CUR_CLM_UNIQ_ID, v->claim);
    put_left(r, CCLF1_PRVDR_OSCAR_NUM, ccn);
    put_left(r, CCLF1_BENE_MBI_ID, mbi);
    put_left(r, CCLF1_CLM_TYPE_CD, type);
    put_day(r, CCLF1_CLM_FROM_DT, c->from);
    put_day(r, CCLF1_CLM_THRU_DT, c->thru + v->thru_more);
    put_left(r, CCLF1_CLM_BILL_FAC_TYPE_CD, "1");
    put_left(r, CCLF1_CLM_BILL_CLSFCTN_CD, c->inpatient ? "1" : "3");
    put_left(r, CCLF1_PRNCPL_DGNS_CD, v->other_codes ? "Z8679" : c->dx[0]);
    put_left(r, CCLF1_ADMTG_DGNS_CD, c->inpatient ? c->dx[0] : "");
    put_left(r, CCLF1_CLM_MDCR_NPMT_RSN_CD, v->denied ? "N" : "");
    put_amount(r, CCLF1_CLM_PMT_AMT, a.header);
    put_left(r, CCLF1_PRVDR_FAC_FIPS_ST_CD, c->area == SYNTH_AWAY ? "33" : "50");
    put_left(r, CCLF1_BENE_PTNT_STUS_CD,
             s->world.person[c->person].death == c->thru ? "20" : "01");
    put_left(r, CCLF1_DGNS_DRG_CD, c->drg);
    put_left(r, CCLF1_FAC_PRVDR_NPI_NUM, hc_synth_hospital_npi(c->area, npi));
    put_left(r, CCLF1_ATNDG_PRVDR_NPI_NUM, c->provider->npi);
    put_left(r, CCLF1_CLM_ADJSMT_TYPE_CD, (char[]){v->adjustment, '\0'});
    put_day(r, CCLF1_CLM_EFCTV_DT, v->effective);
    put_day(r, CCLF1_CLM_IDR_LD_DT, v->loaded);
    put_left(r, CCLF1_CLM_ADMSN_TYPE_CD, c->inpatient ? "1" : "");
    put_left(r, CCLF1_CLM_ADMSN_SRC_CD, c->inpatient ? "1" : "");
    put_left(r, CCLF1_CLM_BILL_FREQ_CD,
             v->adjustment == '0'   ? "1"
             : v->adjustment == '1' ? "8"
                                    : "7");
    put_left(r, CCLF1_CLM_QUERY_CD, v->adjustment == '1' ? "0" : "3");
    put_left(r, CCLF1_DGNS_PRCDR_ICD_IND, "0");
    put_amount(r, CCLF1_CLM_MDCR_INSTNL_TOT_CHRG_AMT, charge);
    put_left(r, CCLF1_CLM_BLG_PRVDR_OSCAR_NUM, ccn);
    put_left(r, CCLF1_CLM_BLG_PRVDR_NPI_NUM, npi);
    put_left(r, CCLF1_CLM_ATNDG_PRVDR_NPI_NUM, c->provider->npi);
    put_left(r, CCLF1_CLM_CNTL_NUM, v->control);
    put_left(r, CCLF1_CLM_CNTRCTR_NUM, "14112");
    part_a_lines(s, c, v, &a, mbi, type);
    part_a_codes(s, c, v, mbi, type);
    if (c->prospective)
        part_a_benefits(s, c, v, mbi, type, a.inclusion);
}

static void part_b_benefits(struct synth_state *s, const struct synth_version *v,
                            unsigned i, const char *mbi, hc_cents paid) {
    unsigned records = several(v, 7) ? 2 : 1;
    for (unsigned k = 0; k < records; k++) {
        char *r = record_of(s, v->delivered, SYNTH_CCLFB);
        if (!r)
            return;
        put_left(r, CCLFB_CUR_CLM_UNIQ_ID, v->claim);
        put_int(r, CCLFB_CLM_LINE_NUM, i + 1);
        put_left(r, CCLFB_BENE_MBI_ID, mbi);
        put_left(r, CCLFB_CLM_TYPE_CD, "71");
        put_left(r, CCLFB_CLM_LINE_NGACO_PBPMT_SW, "N");
        put_left(r, CCLFB_CLM_LINE_NGACO_PDSCHRG_HCBS_SW, "N");
        put_left(r, CCLFB_CLM_LINE_NGACO_SNF_WVR_SW, "N");
        put_left(r, CCLFB_CLM_LINE_NGACO_TLHLTH_SW, "N");
        put_left(r, CCLFB_CLM_LINE_NGACO_CPTATN_SW, "Y");
        put_left(r, CCLFB_CLM_DEMO_1ST_NUM, "86");
        put_amount(r, CCLFB_CLM_PBP_INCLSN_AMT, paid);
        put_amount(r, CCLFB_CLM_PBP_RDCTN_AMT, paid);
        put_left(r, CCLFB_CLM_NGACO_CMG_WVR_SW, "N");
        put_left(r, CCLFB_CLM_LINE_CARR_HPSA_SCRCTY_CD, k > 0 ? "1" : "");
    }
    s->truth.trap[SYNTH_TRAP_several_benefits] += records > 1;
}

static void part_b(struct synth_state *s, const struct synth_care *c,
                   const struct synth_version *v) {
    char mbi[12], units[32];
    mbi_of(s, v, mbi);
    for (unsigned i = 0; i < c->lines; i++) {
        const struct synth_line *line = &c->line[i];
        hc_cents paid = hc_synth_line_paid(line, v);
        char *r = record_of(s, v->delivered, SYNTH_CCLF5);
        if (!r)
            return;
        put_left(r, CCLF5_CUR_CLM_UNIQ_ID, v->claim);
        put_int(r, CCLF5_CLM_LINE_NUM, i + 1);
        put_left(r, CCLF5_BENE_MBI_ID, mbi);
        put_left(r, CCLF5_CLM_TYPE_CD, "71");
        put_day(r, CCLF5_CLM_FROM_DT, c->from);
        put_day(r, CCLF5_CLM_THRU_DT, c->thru);
        put_left(r, CCLF5_RNDRG_PRVDR_TYPE_CD, "0");
        put_left(r, CCLF5_RNDRG_PRVDR_FIPS_ST_CD, "50");
        put_left(r, CCLF5_CLM_PRVDR_SPCLTY_CD, c->provider->specialty);
        put_left(r, CCLF5_CLM_FED_TYPE_SRVC_CD, c->primary_care ? "1" : "2");
        put_left(r, CCLF5_CLM_POS_CD, "11");
        put_day(r, CCLF5_CLM_LINE_FROM_DT, c->from);
        put_day(r, CCLF5_CLM_LINE_THRU_DT, c->thru);
        put_left(r, CCLF5_CLM_LINE_HCPCS_CD, line->code);
        put_amount(r, CCLF5_CLM_LINE_CVRD_PD_AMT, c->prospective ? 0 : paid);
        put_left(r, CCLF5_CLM_LINE_DGNS_CD, c->dx[0]);
        put_left(r, CCLF5_CLM_RNDRG_PRVDR_TAX_NUM, c->tax_id);
        put_left(r, CCLF5_RNDRG_PRVDR_NPI_NUM, c->provider->npi);
        put_left(r, CCLF5_CLM_CARR_PMT_DNL_CD, v->denied ? "0" : "1");
        put_left(r, CCLF5_CLM_PRCSG_IND_CD, line_denied(line, v) ? "C" : "A");
        put_left(r, CCLF5_CLM_ADJSMT_TYPE_CD, (char[]){v->adjustment, '\0'});
        put_day(r, CCLF5_CLM_EFCTV_DT, v->effective);
        put_day(r, CCLF5_CLM_IDR_LD_DT, v->loaded);
        put_left(r, CCLF5_CLM_CNTL_NUM, v->control);
        put_amount(r, CCLF5_CLM_LINE_ALOWD_CHRG_AMT, hc_synth_line_allowed(line, v));
        hc_synth_number(line->units, units);
        strcat(units, ".0000");
        put_right(r, CCLF5_CLM_LINE_SRVC_UNIT_QTY, units);
        put_left(r, CCLF5_HCPCS_1_MDFR_CD, line->modifier);
        put_left(r, CCLF5_CLM_DISP_CD, v->adjustment == '1' ? "03" : "01");
        static const int dx[SYNTH_DX] = {CCLF5_CLM_DGNS_1_CD, CCLF5_CLM_DGNS_2_CD,
                                         CCLF5_CLM_DGNS_3_CD, CCLF5_CLM_DGNS_4_CD};
        for (unsigned k = 0; k < c->dxs; k++)
            put_left(r, dx[k], c->dx[k]);
        put_left(r, CCLF5_DGNS_PRCDR_ICD_IND, "0");
        put_left(r, CCLF5_CLM_RNDRG_PRVDR_NPI_NUM, c->provider->npi);
        put_left(r, CCLF5_CLM_CNTRCTR_NUM, "14512");
        if (c->prospective)
            part_b_benefits(s, v, i, mbi, paid);
    }
}

static void dme(struct synth_state *s, const struct synth_care *c,
                const struct synth_version *v) {
    char mbi[12];
    mbi_of(s, v, mbi);
    for (unsigned i = 0; i < c->lines; i++) {
        const struct synth_line *line = &c->line[i];
        char *r = record_of(s, v->delivered, SYNTH_CCLF6), supplier[11];
        if (!r)
            return;
        hc_synth_supplier(c, supplier);
        put_left(r, CCLF6_CUR_CLM_UNIQ_ID, v->claim);
        put_int(r, CCLF6_CLM_LINE_NUM, i + 1);
        put_left(r, CCLF6_BENE_MBI_ID, mbi);
        put_left(r, CCLF6_CLM_TYPE_CD, "82");
        put_day(r, CCLF6_CLM_FROM_DT, c->from);
        put_day(r, CCLF6_CLM_THRU_DT, c->thru);
        put_left(r, CCLF6_CLM_FED_TYPE_SRVC_CD, "R");
        put_left(r, CCLF6_CLM_POS_CD, "12");
        put_day(r, CCLF6_CLM_LINE_FROM_DT, c->from);
        put_day(r, CCLF6_CLM_LINE_THRU_DT, c->thru);
        put_left(r, CCLF6_CLM_LINE_HCPCS_CD, line->code);
        put_amount(r, CCLF6_CLM_LINE_CVRD_PD_AMT, hc_synth_line_paid(line, v));
        put_left(r, CCLF6_PAYTO_PRVDR_NPI_NUM, supplier);
        put_left(r, CCLF6_ORDRG_PRVDR_NPI_NUM, c->provider->npi);
        put_left(r, CCLF6_CLM_CARR_PMT_DNL_CD, v->denied ? "0" : "1");
        put_left(r, CCLF6_CLM_PRCSG_IND_CD, line_denied(line, v) ? "C" : "A");
        put_left(r, CCLF6_CLM_ADJSMT_TYPE_CD, (char[]){v->adjustment, '\0'});
        put_day(r, CCLF6_CLM_EFCTV_DT, v->effective);
        put_day(r, CCLF6_CLM_IDR_LD_DT, v->loaded);
        put_left(r, CCLF6_CLM_CNTL_NUM, v->control);
        put_amount(r, CCLF6_CLM_LINE_ALOWD_CHRG_AMT, hc_synth_line_allowed(line, v));
        put_left(r, CCLF6_CLM_DISP_CD, v->adjustment == '1' ? "03" : "01");
        put_left(r, CCLF6_CLM_BLG_PRVDR_NPI_NUM, supplier);
        put_left(r, CCLF6_CLM_RFRG_PRVDR_NPI_NUM, c->provider->npi);
    }
}

static void part_d(struct synth_state *s, const struct synth_care *c,
                   const struct synth_version *v) {
    char mbi[12], text[32];
    bool gone = v->adjustment == '1';
    char *r = record_of(s, v->delivered, SYNTH_CCLF7);
    if (!r)
        return;
    put_left(r, CCLF7_CUR_CLM_UNIQ_ID, v->claim);
    put_left(r, CCLF7_BENE_MBI_ID, mbi_of(s, v, mbi));
    put_left(r, CCLF7_CLM_LINE_NDC_CD, gone ? "" : c->ndc);
    put_left(r, CCLF7_CLM_TYPE_CD, gone ? "03" : v->adjustment == '2' ? "02" : "01");
    put_day(r, CCLF7_CLM_LINE_FROM_DT, c->from);
    put_left(r, CCLF7_PRVDR_SRVC_ID_QLFYR_CD, c->person % 2 ? "01" : "07");
    put_left(r, CCLF7_CLM_SRVC_PRVDR_GNRC_ID_NUM,
             c->person % 2 ? c->pharmacy_npi : c->pharmacy_ncpdp);
    put_left(r, CCLF7_CLM_DSPNSNG_STUS_CD, c->fill % 2 ? "C" : "");
    put_left(r, CCLF7_CLM_DAW_PROD_SLCTN_CD, "0");
    hc_synth_number(gone ? 0 : c->line[0].units, text);
    strcat(text, ".0000");
    put_right(r, CCLF7_CLM_LINE_SRVC_UNIT_QTY, text);
    put_int(r, CCLF7_CLM_LINE_DAYS_SUPLY_QTY, gone ? 0 : c->days_supply);
    put_left(r, CCLF7_PRVDR_PRSBNG_ID_QLFYR_CD, "01");
    put_left(r, CCLF7_CLM_PRSBNG_PRVDR_GNRC_ID_NUM, c->provider->npi);
    put_amount(r, CCLF7_CLM_LINE_BENE_PMT_AMT,
               gone ? 0 : c->line[0].coinsurance * v->percent / 100);
    put_left(r, CCLF7_CLM_ADJSMT_TYPE_CD, (char[]){v->adjustment, '\0'});
    put_day(r, CCLF7_CLM_EFCTV_DT, v->effective);
    put_day(r, CCLF7_CLM_IDR_LD_DT, v->loaded);
    put_left(r, CCLF7_CLM_LINE_RX_SRVC_RFRNC_NUM,
             hc_synth_number((int64_t)c->prescription, text));
    put_int(r, CCLF7_CLM_LINE_RX_FILL_NUM, c->fill);
    put_left(r, CCLF7_CLM_PHRMCY_SRVC_TYPE_CD, "1");
}

void hc_synth_cclf_claim(struct synth_state *s, const struct synth_care *c,
                         const struct synth_version *v) {
    static void (*const writer[])(struct synth_state *, const struct synth_care *,
                                  const struct synth_version *) = {part_a, part_b, dme,
                                                                   part_d};
    bool last_year = hc_synth_year(hc_month_of(c->thru)) < hc_synth_year(v->delivered);
    s->cclf = s->also & SYNTH_RUNOUT && last_year && v->delivered % 12 < 3 ? SYNTH_RUNOUT1
                                                                           : SYNTH_CCLF1;
    writer[c->kind](s, c, v);
    s->cclf = SYNTH_CCLF1;
}

static void put_person(struct synth_state *s, uint32_t index, hc_month month) {
    const struct synth_person *p = &s->world.person[index];
    char text[128], name[32];
    bool dual = hc_synth_covered(p, SYNTH_CAID, month) != NULL;
    const struct synth_span *span = hc_synth_covered(p, SYNTH_FFS, month);
    char *r = record_of(s, month, SYNTH_CCLF8);
    if (!r)
        return;
    put_left(r, CCLF8_BENE_MBI_ID, hc_synth_mbi(&s->world, index, month, text));
    put_left(r, CCLF8_BENE_FIPS_STATE_CD, "50");
    put_left(r, CCLF8_BENE_FIPS_CNTY_CD, hc_synth_areas[p->area].county + 2);
    put_left(r, CCLF8_BENE_ZIP_CD, hc_synth_zip(p, text));
    put_left(r, CCLF8_GEO_ZIP5_CD, text);
    put_day(r, CCLF8_BENE_DOB, p->birth);
    put_left(r, CCLF8_BENE_SEX_CD, p->sex == 'M' ? "1" : "2");
    put_left(r, CCLF8_BENE_RACE_CD, "1");
    int year = 1970, m, d;
    hc_day_split(p->birth, &year, &m, &d);
    bool aged = hc_synth_year(month) - year >= 65;
    put_int(r, CCLF8_BENE_AGE, hc_synth_year(month) - year);
    put_left(r, CCLF8_BENE_MDCR_STUS_CD, aged ? "10" : "20");
    put_left(r, CCLF8_BENE_DUAL_STUS_CD, dual ? "02" : "NA");
    bool dead = p->death != INT32_MAX && hc_month_of(p->death) <= month;
    if (dead)
        put_day(r, CCLF8_BENE_DEATH_DT, p->death);
    else
        put_left(r, CCLF8_BENE_DEATH_DT, "1000-01-01");
    put_left(r, CCLF8_BENE_1ST_NAME, hc_synth_first_name(p, name));
    put_left(r, CCLF8_BENE_LAST_NAME, hc_synth_last_name(p, name));
    put_left(r, CCLF8_BENE_ORGNL_ENTLMT_RSN_CD, aged ? "0" : "1");
    put_left(r, CCLF8_BENE_ENTLMT_BUYIN_IND, span && span->a_only ? "1" : dual ? "C" : "3");
    put_day(r, CCLF8_BENE_PART_A_ENRLMT_BGN_DT, hc_month_first(span ? span->from : month));
    if (!span || !span->a_only)
        put_day(r, CCLF8_BENE_PART_B_ENRLMT_BGN_DT,
                hc_month_first(span ? span->from : month));
    put_left(r, CCLF8_GEO_ZIP_PLC_NAME, hc_synth_areas[p->area].name);
    put_left(r, CCLF8_GEO_USPS_STATE_CD, "VT");
    hc_synth_number(1 + index % 400, text);
    strcat(text, " ZQ LANE");
    put_left(r, CCLF8_BENE_LINE_1_ADR, text);
}

void hc_synth_cclf_people(struct synth_state *s, hc_month month) {
    for (uint32_t i = 0; i < s->world.cclfs; i++) {
        uint32_t index = s->world.cclf[i];
        const struct synth_person *p = &s->world.person[index];
        char current[12], previous[12];
        if (hc_synth_covered(p, SYNTH_FFS, month))
            put_person(s, index, month);
        for (unsigned hop = 1; hop < p->ids && p->id_from[hop] <= month; hop++) {
            char *r = record_of(s, month, SYNTH_CCLF9);
            if (!r)
                return;
            put_left(r, CCLF9_HICN_MBI_XREF_IND, "M");
            put_left(r, CCLF9_CRNT_NUM, hc_synth_mbi_hop(index, hop, current));
            put_left(r, CCLF9_PRVS_NUM, hc_synth_mbi_hop(index, hop - 1, previous));
            if (hop == 1)
                put_left(r, CCLF9_PRVS_ID_EFCTV_DT, "1000-01-01");
            else
                put_day(r, CCLF9_PRVS_ID_EFCTV_DT, hc_month_first(p->id_from[hop - 1]));
            put_day(r, CCLF9_PRVS_ID_OBSLT_DT, hc_month_first(p->id_from[hop]) - 1);
        }
        if (p->ids == 1 && i % 60 == 17 && month % 12 == 2) {
            char *r = record_of(s, month, SYNTH_CCLF9);
            if (!r)
                return;
            put_left(r, CCLF9_HICN_MBI_XREF_IND, "M");
            put_left(r, CCLF9_CRNT_NUM, hc_synth_mbi_hop(index, 0, current));
            put_left(r, CCLF9_PRVS_NUM, current);
            put_left(r, CCLF9_PRVS_ID_OBSLT_DT, "9999-12-31");
            s->truth.trap[SYNTH_TRAP_id_maps_to_itself]++;
        }
        if (p->ids > 1 && p->id_from[p->ids - 1] == month)
            s->truth.trap[p->ids == 2 ? SYNTH_TRAP_id_change_one_hop
                                      : SYNTH_TRAP_id_change_two_hops]++;
    }
}
