/* Conditions on rows: --where, and the filters of reports.
 *
 *   payer = medicare and paid > 12.50 and not (claim_type in (dme, dental) or drg is null)
 *
 * A comparison is FIELD = != < <= > >= VALUE, FIELD [not] in (VALUE, ...), FIELD is [not]
 * null; and, or, not and parentheses join them, `not` binding tightest, then `and`. VALUE is
 * a word or 'quoted text' ('' for a quote in it), read as the field's type: 12.50 for
 * amounts, 2020-11-30 for dates, true and false, a name of the list for choices. As in SQL, a
 * comparison with a null is neither true nor false, and only rows for which the whole is
 * true are kept.
 */
#ifndef HC_RULE_EXPR_H
#define HC_RULE_EXPR_H

#include "record/batch.h"

struct hc_expr;
/* Compile text against schema (which must outlive it). HC_EUSAGE for any fault, its text
 * starting "at column N: ". Identifiers of people and claims (HC_KEY and HC_PHI, text or
 * number) may be compared only when allow_ids: a text from the command line can be seen by
 * others. */
enum hc_status hc_expr_compile(struct hc_expr **expr, struct hc_str text,
                               const struct hc_schema *schema, bool allow_ids,
                               struct hc_err *err) HC_MUST_CHECK;
/* Set want[column] of each column it reads; want has schema->fields flags. */
void hc_expr_columns(const struct hc_expr *expr, bool *want);
/* The rows of batch for which it is true, ascending, into row (room for batch->rows);
 * *count says how many. */
enum hc_status hc_expr_select(struct hc_expr *expr, const struct hc_batch *batch,
                              uint32_t *row, size_t *count, struct hc_err *err) HC_MUST_CHECK;
void hc_expr_free(struct hc_expr *expr);

#endif
