/* What a column of a record is made of: the right side of a feed's `map:`.
 *
 *   A                                  a field; FILE.A: of one of several files
 *   paid                               a column mapped further up
 *   {field: A, codes: {0: x}, other: null, blank: y}
 *                                      doubted: true tells codes that are not listed
 *   {field: A, if: B}                  only where B is not null either
 *   {field: A, nonzero: B}             only where the amount B is not null and not 0
 *   {is: x}                            a constant; with nonzero: B, too
 *   {first: [A, B]}                    the first that is not null
 *   {once: [A, B]}                     the first that any line of the claim has, for the
 *                                      whole claim
 *   {sum: [A, B, -C]}                  null where A is; other nulls count 0
 *   {list: [A, B], without: COLUMN}    the ones that are not null, each once
 *   {concat: [A, {is: "-"}, B]}        null when one is; partial: true, when the first is
 *   {digits: A}                        digits only
 *   {left: 5, of: A}                   the first bytes
 *   {by: A, cases: {x: B}, other: C}   by a field's or a column's value
 *   {line: A, header: B, basis: paid_basis}
 *                                      lines where they sum to the header, else the header
 *                                      on the lowest line
 *   {year: A, month: B}                first day of a month
 *   {month_end: start_date}            last day of a date's month
 *
 * Amounts of a claim (of its header file, or of one attached to the claim) stand on the
 * claim's lowest line and are 0 on the others.
 */
#ifndef HC_FEED_EXPR_H
#define HC_FEED_EXPR_H

#include "base/yaml.h"
#include "record/schema.h"

enum hc_expr_kind {
    HC_EXPR_FIELD,
    HC_EXPR_COLUMN,
    HC_EXPR_CONST,
    HC_EXPR_FIRST,
    HC_EXPR_ONCE,
    HC_EXPR_SUM,
    HC_EXPR_LIST,
    HC_EXPR_CONCAT,
    HC_EXPR_DIGITS,
    HC_EXPR_LEFT,
    HC_EXPR_BY,
    HC_EXPR_BASIS,
    HC_EXPR_MONTH,
    HC_EXPR_MONTH_END,
};

struct hc_expr {
    enum hc_expr_kind kind;
    struct hc_expr *child; /* parts, in order; BASIS: line, header; BY: what decides, then
                              one for each case, then `other` */
    struct hc_expr *next;
    bool negative; /* SUM: this part is subtracted */
    /* FIELD */
    int file, slot;
    bool claim_level;      /* of a header, or attached to one: stands on the lowest line */
    bool on_first;         /* ndjson: of the resource, read with the first of its rows */
    bool many;             /* of a file attached many times: lists only */
    int use;               /* amounts: which account; -1 */
    /* FIELD, CONST */
    struct hc_expr *given; /* `if`, `nonzero`: null unless this is not null */
    bool nonzero;          /* ... nor 0 */
    /* COLUMN, LIST without, BASIS */
    int column;
    /* CONST, LEFT, BY's cases */
    struct hc_str text;
    int64_t number;
    bool null; /* a constant null */
    bool partial; /* CONCAT: parts but the first may be null */
};

/* The parts of a person's identity that a feed may name; see feed/identity.h. */
enum hc_identity_part {
    HC_IDENTITY_mbi,
    HC_IDENTITY_ssn,
    HC_IDENTITY_last_name,
    HC_IDENTITY_first_name,
    HC_IDENTITY_contract,
    HC_IDENTITY_PARTS
};

struct hc_feed;
struct hc_feed_set;
/* Read the expression at node for column of set's kind. Faults are collected; NULL then. */
struct hc_expr *hc_expr_read(struct hc_feed *feed, struct hc_feed_set *set,
                             struct hc_faults *faults, const struct hc_node *node,
                             int column);
/* A text expression that belongs to no column (identity). */
struct hc_expr *hc_expr_read_text(struct hc_feed *feed, struct hc_feed_set *set,
                                  struct hc_faults *faults, const struct hc_node *node);
/* A constant of a column's type from text; NULL with a fault when it is none. */
struct hc_expr *hc_expr_const(struct hc_feed *feed, const struct hc_schema *kind,
                              int column, struct hc_str text, struct hc_faults *faults,
                              const struct hc_node *node);

#endif
