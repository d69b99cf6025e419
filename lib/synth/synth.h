/* An invented state: deliveries of every payer in their real formats, and the truth beside
 * them. What is written, and what each field means: docs/SYNTH.md. */
#ifndef HC_SYNTH_SYNTH_H
#define HC_SYNTH_SYNTH_H

#include "base/date.h"
#include "base/log.h"

/* Written besides, where asked for. */
enum {
    SYNTH_PREFERENCES = 1, /* what people told 1-800-MEDICARE */
    SYNTH_ALIGNMENT = 2,   /* who is aligned with the ACO, once a year */
    SYNTH_PAYMENTS = 4,    /* prospective payments, payments outside claims */
    SYNTH_RUNOUT = 8,      /* CCLF: claims of last year in a zip of their own until March */
    SYNTH_PROVIDER_FILE = 16, /* of the commercial payer, in its form */
    SYNTH_FHIR = 32,          /* the claims and people of CCLF as FHIR resources */
};

struct hc_synth_options {
    int64_t people; /* 10 .. 10,000,000 */
    int64_t months; /* 1 .. 120 */
    uint64_t seed;
    hc_month last;          /* last month delivered */
    const char *commercial; /* form of the commercial payer (synth/forms.h); NULL cdl */
    unsigned also;          /* of the above */
    const char *dir;        /* made where missing; files in it are replaced */
};

/* The same options give the same bytes. Memory: about 300 bytes a person and the claims of
 * some eight months. HC_EUSAGE for options out of range; HC_ECREATE, HC_EIO, HC_ENOMEM. */
enum hc_status hc_synth_write(const struct hc_synth_options *options,
                              const struct hc_log *log, struct hc_err *err) HC_MUST_CHECK;

#endif
