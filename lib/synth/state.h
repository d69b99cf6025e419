/* A state being made up: the model, what is waiting to be delivered, the truth so far. */
#ifndef HC_SYNTH_STATE_H
#define HC_SYNTH_STATE_H

#include "synth/care.h"
#include "synth/forms.h"
#include "synth/synth.h"
#include "synth/truth.h"

enum synth_file { /* text files of a month; CCLF1..9, A, B first, in the order of CCLF0 */
                  SYNTH_CCLF1,
                  SYNTH_CCLF2,
                  SYNTH_CCLF3,
                  SYNTH_CCLF4,
                  SYNTH_CCLF5,
                  SYNTH_CCLF6,
                  SYNTH_CCLF7,
                  SYNTH_CCLF8,
                  SYNTH_CCLF9,
                  SYNTH_CCLFA,
                  SYNTH_CCLFB,
                  SYNTH_BC_MC,
                  SYNTH_BC_PC,
                  SYNTH_BC_ME,
                  SYNTH_BC_PV,
                  SYNTH_MD_MC,
                  SYNTH_MD_PC,
                  SYNTH_MD_ME,
                  SYNTH_RESIDENTS,
                  SYNTH_RUNOUT1, /* CCLF1..B of the run-out */
                  SYNTH_FILES = SYNTH_RUNOUT1 + 11
};
#define SYNTH_CCLFS 11

struct synth_pending {
    struct hc_buf text;
    int64_t records;
};
struct synth_state {
    struct synth_world world;
    const struct synth_form *form; /* of the commercial payer */
    unsigned also;                 /* SYNTH_PREFERENCES ... */
    enum synth_file cclf;          /* where CCLF records go: SYNTH_CCLF1 or SYNTH_RUNOUT1 */
    struct {
        struct hc_buf preferences, alignment, payments; /* truth */
    } others;
    struct {
        struct hc_buf claims;
    } fhir; /* resources so far */
    struct synth_truth truth;
    struct synth_pending *pending; /* [month - world.first][file] */
    struct hc_arena arena;
    char *template[SYNTH_CCLFS];  /* an empty record of each CCLF file */
    uint64_t claims[SYNTH_FILES]; /* claim numbers given out, by the file they are for */
    uint64_t controls;
    uint64_t fate[SYNTH_PAYERS][SYNTH_KINDS]; /* claims so far: every Nth meets a trap */
};

/* Where a file of a month gathers; NULL after the last month. */
static inline struct synth_pending *synth_pending(struct synth_state *s, hc_month month,
                                                  enum synth_file file) {
    if (month > s->world.last)
        return NULL;
    return &s->pending[(size_t)(month - s->world.first) * SYNTH_FILES + file];
}

/* How a record says what happened to a claim. */
struct synth_version {
    char adjustment; /* Medicare: '0' original, '1' cancellation, '2' adjustment */
    bool negative;   /* the payment is below zero */
    bool denied;     /* the whole claim */
    bool other_codes;
    int thru_more; /* days added to the last day */
    int percent;   /* of the amounts */
    hc_day effective, loaded;
    hc_month delivered;
    uint32_t person;
    char claim[24];
    char control[24];
    char related[24]; /* commercial: the claim it takes the place of */
    int number;       /* commercial: version */
    int cancels;      /* index of the version this one cancels; -1 */
    int resends;      /* index of the version this one is again; -1 */
    int only_line;    /* commercial: of this line only, from 1; 0 all */
};

/* Medicare (medicare.c, cclf.c) */
enum hc_status hc_synth_cclf_start(struct synth_state *s, struct hc_err *err) HC_MUST_CHECK;
void hc_synth_cclf_claim(struct synth_state *s, const struct synth_care *c,
                         const struct synth_version *v);
/* What each line of it is worth, signed; returns their number. */
unsigned hc_synth_cclf_worth(const struct synth_care *c, const struct synth_version *v,
                             struct synth_amounts worth[SYNTH_LINES]);
/* A part A claim: lines as CCLF2 has them, the header as CCLF1, the inclusion amount. */
struct synth_part_a {
    hc_cents line[SYNTH_LINES], header, inclusion;
};
struct synth_part_a hc_synth_part_a(const struct synth_care *c,
                                    const struct synth_version *v);
/* Fee for service price of a line of part B or DME; what is allowed of it. */
hc_cents hc_synth_line_paid(const struct synth_line *line, const struct synth_version *v);
hc_cents hc_synth_line_allowed(const struct synth_line *line,
                               const struct synth_version *v);
const char *hc_synth_supplier(const struct synth_care *c, char npi[11]); /* returns npi */
/* The same claims and people as FHIR resources (fhir.c): a claim that is final or was, and
 * in the end the files. */
void hc_synth_fhir_claim(struct synth_state *s, const struct synth_care *c,
                         const struct synth_version *v, bool final);
enum hc_status hc_synth_fhir(struct synth_state *s, const char *dir,
                             struct hc_err *err) HC_MUST_CHECK;
void hc_synth_cclf_people(struct synth_state *s, hc_month month); /* CCLF8, CCLF9 */
void hc_synth_residents(struct synth_state *s, hc_month month);
synth_take hc_synth_medicare; /* give a claim its history at the payer */

/* Commercial and Medicaid */
synth_take hc_synth_commercial;
synth_take hc_synth_medicaid;
void hc_synth_commercial_members(struct synth_state *s, hc_month month);
void hc_synth_medicaid_members(struct synth_state *s, hc_month month);

/* Another person of that cover in the month of the care, for claims booked to the wrong
 * member; the person itself when there is none. */
uint32_t hc_synth_somebody_else(const struct synth_state *s, const struct synth_care *c,
                                enum synth_primary cover);

/* Files besides claims and members (others.c), and the truth about them. */
enum hc_status hc_synth_others_start(struct synth_state *s, const char *dir,
                                     struct hc_err *err) HC_MUST_CHECK;
enum hc_status hc_synth_others(struct synth_state *s, const char *dir, hc_month month,
                               struct hc_err *err) HC_MUST_CHECK;
enum hc_status hc_synth_others_truth(struct synth_state *s, const char *dir,
                                     struct hc_err *err) HC_MUST_CHECK;
void hc_synth_others_free(struct synth_state *s);

/* Files of a month, when nothing can be added to them any more. */
enum hc_status hc_synth_deliver(struct synth_state *s, const char *dir, hc_month month,
                                struct hc_err *err) HC_MUST_CHECK;
enum hc_status hc_synth_roster(struct synth_state *s, const char *dir,
                               struct hc_err *err) HC_MUST_CHECK;

#endif
