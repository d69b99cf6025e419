/* Measures by groups: exact, and the same whatever the order of rows, batches and inputs. */
#ifndef HC_RULE_AGGREGATE_H
#define HC_RULE_AGGREGATE_H

#include "rule/group.h"
#include "rule/measure.h"

struct hc_aggregate;
struct hc_aggregate_options {
    uint64_t memory_bytes; /* groups, and distinct keys before they spill */
    const char *temp_dir;
    bool people; /* also count the people behind each group, for suppression */
};
/* groupings and measures by name, compiled against schema, which must outlive it. */
enum hc_status hc_aggregate_new(struct hc_aggregate **aggregate,
                                const struct hc_schema *schema, const char *const *by,
                                size_t groupings, const char *const *measure,
                                size_t measures, const struct hc_aggregate_options *options,
                                struct hc_err *err) HC_MUST_CHECK;
/* Set want[column] of each column it reads (schema->fields flags). */
void hc_aggregate_columns(const struct hc_aggregate *aggregate, bool *want);
/* Does it want rows by month (struct hc_rows.month)? */
bool hc_aggregate_by_month(const struct hc_aggregate *aggregate);
/* HC_EDATA when a stream that has only these columns cannot answer. */
enum hc_status hc_aggregate_check(const struct hc_aggregate *aggregate, const bool *has,
                                  struct hc_err *err) HC_MUST_CHECK;
enum hc_status hc_aggregate_add(struct hc_aggregate *aggregate, const struct hc_rows *rows,
                                struct hc_err *err) HC_MUST_CHECK;
/* After the last add: count what is distinct, put the groups in order. used (may be NULL)
 * are the totals of all rows added: HC_EINTERNAL when a measure that sums a column does not
 * add up to it over all groups. HC_EDATA when a sum leaves int64. */
enum hc_status hc_aggregate_finish(struct hc_aggregate *aggregate,
                                   const struct hc_totals *used,
                                   struct hc_err *err) HC_MUST_CHECK;

/* ---- after finish; cells are in order of the groups' values ---- */

uint32_t hc_aggregate_groups(const struct hc_aggregate *aggregate);
struct hc_grouping const *hc_aggregate_grouping(const struct hc_aggregate *aggregate,
                                                size_t grouping);
const struct hc_measure *hc_aggregate_measure(const struct hc_aggregate *aggregate,
                                              size_t measure);
const char *hc_aggregate_text(const struct hc_aggregate *aggregate, uint32_t group,
                              size_t grouping, struct hc_buf *buf);
struct hc_cell {
    bool has_value;    /* false: a sum of rows none of which has the amount */
    int64_t value;     /* cents for money */
    int64_t null_rows; /* rows without the amount or key */
    int64_t people;    /* of a sum those with an amount; -1 when not counted */
};
struct hc_cell hc_aggregate_cell(const struct hc_aggregate *aggregate, uint32_t group,
                                 size_t measure);
void hc_aggregate_free(struct hc_aggregate *aggregate);

#endif
