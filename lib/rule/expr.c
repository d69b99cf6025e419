#include "rule/expr.h"

#include <stdlib.h>

#include "rule/exprnode.h"

enum { NO = 0, YES = 1, UNKNOWN = 2 };

enum hc_status hc_expr_compile(struct hc_expr **expr, struct hc_str text,
                               const struct hc_schema *schema, bool allow_ids,
                               struct hc_err *err) {
    *expr = NULL;
    struct hc_expr *new = calloc(1, sizeof *new);
    if (!new)
        return hc_fail_memory(err);
    new->schema = schema;
    enum hc_status status = hc_expr_parse(new, text, allow_ids, err);
    if (status == HC_OK)
        *expr = new;
    else
        hc_expr_free(new);
    return status;
}

static bool reads_column(const struct hc_expr_node *node) {
    return node->op == HC_EXPR_COMPARE || node->op == HC_EXPR_IN ||
           node->op == HC_EXPR_NULL;
}

void hc_expr_columns(const struct hc_expr *expr, bool *want) {
    for (size_t i = 0; i < expr->nodes; i++)
        if (reads_column(expr->node[i]))
            want[expr->node[i]->column] = true;
}

/* ---- comparisons, a column at a time; nulls are set right afterwards ---- */

static uint8_t order_of(int64_t a, int64_t b) {
    return a < b ? HC_EXPR_LESS : a == b ? HC_EXPR_EQUAL : HC_EXPR_GREATER;
}

static void compare_numbers(const struct hc_expr_node *n, const struct hc_column *c,
                            size_t rows) {
    uint8_t *truth = n->truth;
    unsigned mask = n->op == HC_EXPR_IN ? HC_EXPR_EQUAL : n->mask;
    memset(truth, NO, rows);
    for (size_t v = 0; v < n->values; v++) {
        int64_t value = n->number[v];
        switch (c->type) {
        case HC_TYPE_int64:
        case HC_TYPE_cents:
        case HC_TYPE_e4:
            for (size_t i = 0; i < rows; i++)
                truth[i] |= (order_of(c->i64[i], value) & mask) != 0;
            break;
        case HC_TYPE_int32:
        case HC_TYPE_date:
            for (size_t i = 0; i < rows; i++)
                truth[i] |= (order_of(c->i32[i], value) & mask) != 0;
            break;
        case HC_TYPE_bool:
            for (size_t i = 0; i < rows; i++)
                truth[i] |= (order_of(c->bools[i] != 0, value) & mask) != 0;
            break;
        default:
            for (size_t i = 0; i < rows; i++)
                truth[i] |= (order_of(c->i8[i], value) & mask) != 0;
        }
    }
}

static void compare_texts(const struct hc_expr_node *n, const struct hc_batch *b) {
    unsigned mask = n->op == HC_EXPR_IN ? HC_EXPR_EQUAL : n->mask;
    for (size_t row = 0; row < b->rows; row++) {
        struct hc_str text = hc_str_at(b, (size_t)n->column, row);
        n->truth[row] = NO;
        for (size_t v = 0; v < n->values; v++)
            n->truth[row] |= (order_of(hc_str_cmp(text, n->text[v]), 0) & mask) != 0;
    }
}

static void evaluate_column(const struct hc_expr_node *n, const struct hc_batch *b) {
    const struct hc_column *c = &b->column[n->column];
    uint8_t of_null = n->op == HC_EXPR_NULL ? YES : UNKNOWN;
    if (b->rows == 0) /* then there need be no room for truths either */
        return;
    if (!c->present) {
        memset(n->truth, of_null, b->rows);
        return;
    }
    if (n->op == HC_EXPR_NULL)
        memset(n->truth, NO, b->rows);
    else if (c->type == HC_TYPE_utf8)
        compare_texts(n, b);
    else
        compare_numbers(n, c, b->rows);
    if (c->valid)
        for (size_t row = 0; row < b->rows; row++)
            if (hc_column_null(c, row))
                n->truth[row] = of_null;
}

static void combine(const struct hc_expr_node *n, size_t rows) {
    static const uint8_t both[3][3] = {
        {NO, NO, NO}, {NO, YES, UNKNOWN}, {NO, UNKNOWN, UNKNOWN}};
    static const uint8_t either[3][3] = {
        {NO, YES, UNKNOWN}, {YES, YES, YES}, {UNKNOWN, YES, UNKNOWN}};
    static const uint8_t inverse[3] = {YES, NO, UNKNOWN};
    const uint8_t *left = n->left->truth, *right = n->right ? n->right->truth : NULL;
    if (n->op == HC_EXPR_NOT)
        for (size_t i = 0; i < rows; i++)
            n->truth[i] = inverse[left[i]];
    else if (n->op == HC_EXPR_AND)
        for (size_t i = 0; i < rows; i++)
            n->truth[i] = both[left[i]][right[i]];
    else
        for (size_t i = 0; i < rows; i++)
            n->truth[i] = either[left[i]][right[i]];
}

static bool make_room(struct hc_expr *expr, size_t rows) {
    if (rows <= expr->cap_rows)
        return true;
    for (size_t i = 0; i < expr->nodes; i++) {
        uint8_t *truth = realloc(expr->node[i]->truth, rows);
        if (!truth)
            return false;
        expr->node[i]->truth = truth;
    }
    expr->cap_rows = rows;
    return true;
}

enum hc_status hc_expr_select(struct hc_expr *expr, const struct hc_batch *batch,
                              uint32_t *row, size_t *count, struct hc_err *err) {
    *count = 0;
    if (!make_room(expr, batch->rows))
        return hc_fail_memory(err);
    for (size_t i = 0; i < expr->nodes; i++) {
        if (reads_column(expr->node[i]))
            evaluate_column(expr->node[i], batch);
        else
            combine(expr->node[i], batch->rows);
    }
    for (size_t i = 0; i < batch->rows; i++) {
        row[*count] = (uint32_t)i;
        *count += expr->root->truth[i] == YES;
    }
    return HC_OK;
}

void hc_expr_free(struct hc_expr *expr) {
    if (!expr)
        return;
    for (size_t i = 0; i < expr->nodes; i++)
        free(expr->node[i]->truth);
    hc_arena_free(&expr->arena);
    free(expr);
}
