/* An ad hoc question: measures by groups of the rows that a condition keeps. Open, choose
 * rows, add them up, write the cells as a `measure` stream.
 */
#ifndef HC_RULE_QUESTION_H
#define HC_RULE_QUESTION_H

#include "base/date.h"
#include "base/opt.h"
#include "record/accounts.h"

struct hc_question {
    const char *tool;
    struct hc_opt_list by, measure; /* rule/group.h, rule/measure.h */
    const char *where;              /* rule/expr.h, @FILE reads it; or NULL */
    const char *kind;               /* that inputs must be, or NULL */
    const char *months;             /* FIRST..LAST, or NULL */
    bool trust_input;               /* with kind: streams that lost metadata and totals */
    bool people;                    /* also count the people behind each cell */
    bool has_known_on;              /* told to readers: inputs hold what was known then */
    hc_day known_on;
    const char *const *path;
    size_t paths; /* 0: standard input */
    const char *output;
    const struct hc_common *common;
};
/* Ask it, or with --dry-run tell what would be read. accounts is filled, checked (rows in =
 * used + filtered + out of the months, and the same for every sum, else HC_EINTERNAL) and
 * written. HC_EUSAGE for what cannot be asked; else as record/inputs.h and stream.h say. */
enum hc_status hc_question_ask(const struct hc_question *question,
                               struct hc_accounts *accounts,
                               struct hc_err *err) HC_MUST_CHECK;

#endif
