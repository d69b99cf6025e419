/* The invented state in memory: places, practices, people, their cover. */
#ifndef HC_SYNTH_MODEL_H
#define HC_SYNTH_MODEL_H

#include "base/arena.h"
#include "base/date.h"
#include "base/num.h"
#include "synth/rng.h"

enum synth_payer { SYNTH_MEDICARE, SYNTH_BCBSVT, SYNTH_MEDICAID, SYNTH_PAYERS };
enum synth_kind {
    SYNTH_INSTITUTIONAL,
    SYNTH_PROFESSIONAL,
    SYNTH_DME,
    SYNTH_PHARMACY,
    SYNTH_KINDS
};
enum synth_program {
    SYNTH_VT_MEDICARE,
    SYNTH_VT_MEDICAID,
    SYNTH_VT_BCBSVT,
    SYNTH_PROGRAMS
};
enum synth_primary {
    SYNTH_NOBODY,
    SYNTH_FFS,
    SYNTH_ADVANTAGE,
    SYNTH_COMMERCIAL,
    SYNTH_CAID,
};

#define SYNTH_NEVER ((hc_month)100000) /* a month after all others */
#define SYNTH_NOT_YET ((hc_month)-100000)
#define SYNTH_NONE 0xFFFFu /* no practice */

/* ---- places and providers (world.c) ---- */

struct synth_area { /* a hospital service area and its hospital */
    const char *name;
    const char *county; /* FIPS */
    int weight;         /* people, in thousandths */
    const char *ccn;    /* of its hospital */
    bool aco_hospital;
};
#define SYNTH_AREAS 13
#define SYNTH_AWAY                                                                         \
    13 /* hospital in the next state; only claims of the wrong member go there */
extern const struct synth_area hc_synth_areas[SYNTH_AREAS + 1];

struct synth_provider {
    char npi[11];
    char specialty[3];
    uint16_t practice; /* SYNTH_NONE for a specialist */
    uint8_t area;
};
struct synth_practice {
    char id[8];
    char tax_id[10];
    uint8_t area;
    uint32_t first, count; /* its providers */
    bool aipbp;            /* takes prospective payment from Medicare */
    hc_month joined[SYNTH_PROGRAMS],
        left[SYNTH_PROGRAMS]; /* first and last month in the ACO */
};

struct synth_world {
    uint64_t seed;
    bool contract_ids;    /* the commercial payer's members: contract and suffix */
    hc_month first, last; /* the months delivered */
    struct synth_practice *practice;
    uint32_t practices;
    struct synth_provider *provider; /* of the practices, then SPECIALISTS per area */
    uint32_t providers, specialist0;
    struct synth_person *person;
    uint32_t people;
    uint32_t *cclf; /* persons whose claims CCLF holds */
    uint32_t cclfs;
    struct hc_arena arena;
};
#define SYNTH_SPECIALISTS 8 /* per area */

enum hc_status hc_synth_world_make(struct synth_world *world,
                                   struct hc_err *err) HC_MUST_CHECK;
bool hc_synth_in_aco(const struct synth_world *world, unsigned practice,
                     enum synth_program program, hc_month month);
/* A provider of the practice for a visit. */
const struct synth_provider *hc_synth_pcp(const struct synth_world *world,
                                          unsigned practice, uint32_t pick);
const char *hc_synth_hospital_npi(unsigned area, char npi[11]);
/* Ten digits with a true check digit (Luhn over 80840 and the number). */
void hc_synth_npi(uint32_t number, char npi[11]);

/* ---- people (people.c) ---- */

struct synth_span {
    uint8_t cover;   /* enum synth_primary */
    uint8_t product; /* commercial: index into hc_synth_products */
    bool limited;    /* Medicaid: limited benefit */
    bool a_only;     /* Medicare: no Part B */
    hc_month from, to;
};
struct synth_sum { /* allowed on qualifying primary care lines */
    uint16_t practice;
    int16_t window; /* year in whose July it starts */
    int64_t cents;
    hc_day last;
};
#define SYNTH_SPANS 8
#define SYNTH_SUMS 24
struct synth_person {
    uint32_t household;
    uint32_t subscriber;  /* person */
    uint8_t relationship; /* 18 self, 01 spouse, 19 child: as in the files */
    uint8_t member;       /* within the household, from 0 */
    char sex;
    uint8_t area;
    uint8_t town;  /* picks the ZIP */
    uint8_t risk;  /* 0..3 */
    uint8_t match; /* how Medicaid knows a dual: 0 MBI, 1 SSN, 2 name */
    uint8_t ids;   /* MBIs so far, 1..3 */
    uint8_t spans;
    uint8_t tie; /* its two primary care visits weigh the same in 2020 */
    bool in_cclf, state_employee, new_hampshire, stale_mbi, part_d;
    bool caid_aco, comm_aco, caid_secondary_aco; /* payer may say it is the ACO's */
    uint16_t practice, second;
    uint16_t second_share; /* per mille of visits */
    hc_day birth, death;   /* death INT32_MAX: lives */
    hc_month moved;        /* first month away; SYNTH_NEVER */
    hc_month id_from[3];   /* month each MBI begins */
    struct synth_span span[SYNTH_SPANS];
    struct synth_sum *sum; /* SYNTH_SUMS of them, in_cclf only */
    uint16_t sums;
    uint16_t winner; /* practice of this year's Medicare attribution */
};

struct synth_product {
    const char *code;  /* product */
    const char *group; /* insured group */
    const char *market;
    hc_month aco_from; /* the payer attributes its members from then on */
    bool qhp;
};
#define SYNTH_PRODUCTS 8
#define SYNTH_STATE 0 /* the state employees' */
extern const struct synth_product hc_synth_products[SYNTH_PRODUCTS];

enum hc_status hc_synth_people_make(struct synth_world *world,
                                    struct hc_err *err) HC_MUST_CHECK;

/* The span of that cover in that month, or NULL. Nobody is covered before birth, after the
 * month of death, or (Medicare) after moving away. */
const struct synth_span *hc_synth_covered(const struct synth_person *p,
                                          enum synth_primary cover, hc_month month);
enum synth_primary hc_synth_primary(const struct synth_person *p, hc_month month);
bool hc_synth_eligible(const struct synth_person *p, hc_month month);
/* Attributed to the ACO in that month by its primary payer; the practice or SYNTH_NONE. */
unsigned hc_synth_attributed(const struct synth_world *world, const struct synth_person *p,
                             hc_month month);
/* What the payer says: ME123 and CDLME076. */
bool hc_synth_caid_says_aco(const struct synth_world *world, const struct synth_person *p,
                            hc_month month);
bool hc_synth_comm_says_aco(const struct synth_world *world, const struct synth_person *p,
                            hc_month month);

/* Ids and texts; each returns out. person is the index. */
const char *hc_synth_mbi(const struct synth_world *world, uint32_t person, hc_month month,
                         char out[12]);
const char *hc_synth_mbi_hop(uint32_t person, unsigned hop, char out[12]);
const char *hc_synth_ssn(uint32_t person, char out[10]);
const char *hc_synth_member(enum synth_payer payer, uint32_t person, char out[16]);
/* As the payer's files name the member. */
const char *hc_synth_member_of(const struct synth_world *world, enum synth_payer payer,
                               uint32_t person, char out[16]);
const char *hc_synth_last_name(const struct synth_person *p, char out[32]);
const char *hc_synth_first_name(const struct synth_person *p, char out[32]);
const char *hc_synth_zip(const struct synth_person *p, char out[6]);

/* ---- Medicare attribution (attribution.c) ---- */

/* One standing line of a qualifying primary care service. */
void hc_synth_add_visit(struct synth_person *p, unsigned practice, hc_day day,
                        hc_cents allowed);
/* Work out every winner of a calendar year, in its January. */
void hc_synth_align(struct synth_world *world, int year);

int hc_synth_year(hc_month month);

#endif
