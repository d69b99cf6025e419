/* What happened to people: claims as the doctor's office knows them, before any payer. */
#ifndef HC_SYNTH_CARE_H
#define HC_SYNTH_CARE_H

#include "synth/model.h"

#define SYNTH_LINES 5
#define SYNTH_DX 4

struct synth_line {
    char revenue[5]; /* institutional */
    char code[6];
    char modifier[3];
    int units;
    bool denied;
    hc_cents charge, allowed, copay, coinsurance, deductible;
    hc_cents paid; /* allowed less the member's share: what fee for service pays */
};
struct synth_care {
    uint32_t person;
    enum synth_kind kind;
    hc_day from, thru;
    bool inpatient, emergency, primary_care;
    unsigned area;     /* of the facility */
    unsigned practice; /* primary care: where; else SYNTH_NONE */
    const struct synth_provider *provider;
    char tax_id[10]; /* who is paid */
    char dx[SYNTH_DX][8];
    unsigned dxs;
    char drg[4], surgery[8]; /* inpatient */
    unsigned lines;
    struct synth_line line[SYNTH_LINES];
    /* pharmacy: one line */
    char ndc[12];
    int days_supply, fill;
    uint64_t prescription;
    char pharmacy_npi[11], pharmacy_ncpdp[8];
    bool prospective;     /* this payer pays it ahead of time */
    uint32_t header_diff; /* per mille that the header is off the sum of the lines */
    bool no_lines;
};

/* Called for each claim, in order of person and month. */
typedef void synth_take(void *to, struct synth_care *care);

/* All care of a person in a month. payer sets prices and frequency. */
void hc_synth_care(const struct synth_world *world, uint32_t person, hc_month month,
                   enum synth_payer payer, synth_take *take, void *to);

#endif
