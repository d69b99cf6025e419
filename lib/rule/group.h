/* Groups of rows: what `--by` and a report's `by` ask for.
 *
 * A grouping is the name of a column (text, choice, number, bool, date), or `month`,
 * `quarter`, `year` of the kind's own date (claim_line: service_from, payment and
 * assignment: month, coverage: each month covered), or DATE_month, DATE_quarter, DATE_year
 * of any date column: paid_date_quarter. The name is also the column's name in the result.
 */
#ifndef HC_RULE_GROUP_H
#define HC_RULE_GROUP_H

#include "rule/rows.h"

enum hc_group_part { HC_GROUP_VALUE, HC_GROUP_MONTH, HC_GROUP_QUARTER, HC_GROUP_YEAR };
enum { HC_GROUP_ROWS_MONTH = -1 }; /* as column: the month that comes with the rows */
struct hc_grouping {
    const char *name;
    int column;
    enum hc_group_part part;
};
/* name must outlive it. HC_EUSAGE with "did you mean". */
enum hc_status hc_grouping_find(struct hc_grouping *grouping, const char *name,
                                const struct hc_schema *schema,
                                struct hc_err *err) HC_MUST_CHECK;
/* The date that month, quarter and year mean without a column: its number,
 * HC_GROUP_ROWS_MONTH for coverage, -2 when the kind has none. */
int hc_own_date(const struct hc_schema *schema);

struct hc_groups;
/* grouping is copied; memory_bytes bounds what is held (HC_ENOMEM with a hint beyond). */
enum hc_status hc_groups_new(struct hc_groups **groups, const struct hc_grouping *grouping,
                             size_t groupings, uint64_t memory_bytes,
                             struct hc_err *err) HC_MUST_CHECK;
/* The number of each row's group, from 0 in order of appearance, into group (room for
 * rows->count). With no groupings all rows are group 0, which is there
 * also when there are no rows. */
enum hc_status hc_groups_assign(struct hc_groups *groups, const struct hc_rows *rows,
                                uint32_t *group, struct hc_err *err) HC_MUST_CHECK;
uint32_t hc_groups_len(const struct hc_groups *groups);
/* The value of a grouping as text, valid until the next call with the same buf: "2020-Q4";
 * null is "". */
const char *hc_groups_text(const struct hc_groups *groups, uint32_t group, size_t grouping,
                           struct hc_buf *buf);
/* order[0..len-1] := the groups sorted by their values: null first, numbers and dates by
 * value, text and choices by bytes. */
void hc_groups_order(const struct hc_groups *groups, uint32_t *order);
void hc_groups_free(struct hc_groups *groups);

#endif
