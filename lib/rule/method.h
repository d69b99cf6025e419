/* How a program decides: rules of eligibility, methods, tie rules. Each is one function and
 * one row in its table. */
#ifndef HC_RULE_METHOD_H
#define HC_RULE_METHOD_H

#include "record/batch.h"
#include "rule/program.h"
#include "rule/roster.h"

#define HC_NO_COVER UINT32_MAX
#define HC_GRID_PART_A 1 /* facts of a month */
#define HC_GRID_PART_B 2
#define HC_GRID_ADVANTAGE 4

/* Everything known of one person, month by month. */
struct hc_grid {
    const struct hc_batch *coverage;
    hc_month first;        /* of cover[0] */
    size_t months;
    const uint32_t *cover; /* by month: row of the primary coverage, or HC_NO_COVER */
    const uint8_t *facts;  /* by month: HC_GRID_* of the primary coverage's payer */
    hc_day death;          /* INT32_MAX: lives */
    int64_t person;
    const struct hc_batch *claims;
    const uint32_t *claim; /* its rows in claims that may qualify */
    size_t claim_count;
};
struct hc_outcome { /* of one person and month; texts point into what they were taken from */
    const struct hc_program *program; /* that was asked; NULL: none is of the payer */
    struct hc_str aco_id, practice_id, npi;
    const char *step;
    const char *reason;
    bool counted; /* amount, visits, rank are set */
    hc_cents amount;
    int64_t visits;
    int32_t rank;
};

struct hc_candidate { /* a practice that gave qualifying care */
    struct hc_str practice_id, aco_id;
    int64_t amount[HC_WINDOWS]; /* cents */
    hc_i128 weighted;           /* times the sum of weights */
    int64_t visits;
    hc_day last; /* most recent qualifying service; INT32_MIN none */
    const char *decided_by;
};
struct hc_ranked { /* one person's candidates for one year, the chosen one first */
    struct hc_candidate *candidate;
    size_t candidates;
};

/* What methods ask for; one for a whole run. */
struct hc_question {
    struct hc_roster *roster;
    hc_month known_from[8]; /* by payer type: first month any coverage is known for */
    struct hc_arena *scratch; /* a person's */
    /* told of each person and year that was ranked; may be NULL */
    enum hc_status (*ranked)(void *context, const struct hc_program *program, int64_t person,
                             int year, const struct hc_ranked *ranked, struct hc_err *err);
    void *context;
};

struct hc_eligible_rule {
    const char *name;
    const char *reason; /* when it fails */
    bool (*holds)(const struct hc_program *program, const struct hc_grid *grid, uint32_t cover,
                  hc_month month);
    const char *doc;
};
extern const struct hc_eligible_rule hc_eligible_rules[]; /* ends with a NULL name */

struct hc_tie_rule {
    const char *name;
    /* below 0: a comes before b; 0: still tied */
    int (*compare)(const struct hc_candidate *a, const struct hc_candidate *b);
    const char *doc;
};
extern const struct hc_tie_rule hc_tie_rules[];

struct hc_method {
    const char *name;
    bool claims; /* needs claim lines */
    /* Decide one eligible month. state holds what the method worked out for the person and
     * program so far: NULL at first, the method's own, from scratch. */
    enum hc_status (*decide)(const struct hc_question *question,
                             const struct hc_program *program, const struct hc_grid *grid,
                             size_t month, void **state, struct hc_outcome *outcome,
                             struct hc_err *err);
    const char *doc;
};
extern const struct hc_method hc_methods[];

/* The reason for which no month of the program's can use the line, or NULL when it qualifies.
 * Rules in order: other_payer, other_claim_type, denied, no_day, other_code, other_specialty,
 * no_practice. */
const char *hc_line_fails(const struct hc_program *program, struct hc_roster *roster,
                          const struct hc_batch *claims, size_t row);
/* The line's day of service: its own, else the claim's first day. */
hc_day hc_line_day(const struct hc_batch *claims, size_t row);

/* The first eligibility rule of the program that fails in a month, or NULL. */
const char *hc_not_eligible(const struct hc_program *program, const struct hc_grid *grid,
                            uint32_t cover, hc_month month);

/* One method a file: method_NAME.c */
enum hc_status hc_method_plurality(const struct hc_question *question,
                                   const struct hc_program *program, const struct hc_grid *grid,
                                   size_t month, void **state, struct hc_outcome *outcome,
                                   struct hc_err *err);
enum hc_status hc_method_payer_roster(const struct hc_question *question,
                                      const struct hc_program *program,
                                      const struct hc_grid *grid, size_t month, void **state,
                                      struct hc_outcome *outcome, struct hc_err *err);

#endif
