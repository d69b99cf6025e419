/* The tree of a condition, between its parser (exprparse.c) and its evaluator (expr.c). */
#ifndef HC_RULE_EXPRNODE_H
#define HC_RULE_EXPRNODE_H

#include "rule/expr.h"

enum hc_expr_op {
    HC_EXPR_AND,
    HC_EXPR_OR,
    HC_EXPR_NOT,
    HC_EXPR_COMPARE,
    HC_EXPR_IN,
    HC_EXPR_NULL
};
enum { /* mask of a comparison: which orders make it true */
       HC_EXPR_LESS = 1,
       HC_EXPR_EQUAL = 2,
       HC_EXPR_GREATER = 4,
};
struct hc_expr_node {
    enum hc_expr_op op;
    struct hc_expr_node *left, *right; /* AND, OR; NOT: left */
    int column;                        /* COMPARE, IN, NULL */
    unsigned mask;                     /* COMPARE */
    size_t values;                     /* COMPARE: 1 */
    int64_t *number;                   /* all types but text */
    struct hc_str *text;               /* utf8 */
    uint8_t *truth;                    /* of each row at hand: 0, 1, 2 for unknown */
};
struct hc_expr {
    struct hc_arena arena;
    const struct hc_schema *schema;
    struct hc_expr_node *root;
    struct hc_expr_node **node; /* all of them, each behind those below it */
    size_t nodes;
    size_t cap_rows;
};

enum hc_status hc_expr_parse(struct hc_expr *expr, struct hc_str text, bool allow_ids,
                             struct hc_err *err) HC_MUST_CHECK;

#endif
