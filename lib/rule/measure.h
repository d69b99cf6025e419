/* What can be measured of a group of rows: one row of a table each.
 *
 * Counts know signs: a row with adjustment = cancellation counts as -1, so that counts like
 * sums are right over any mix of originals, cancellations and adjustments. A row with
 * standing = residual (amounts in which a pair differs; the pair itself is set aside)
 * counts 0 lines and 0 claims; as a row, a person and in sums it counts as any other. Any
 * summable column that has no row of its own is a measure by its name: paid, units_e4,
 * copay ...
 */
#ifndef HC_RULE_MEASURE_H
#define HC_RULE_MEASURE_H

#include "rule/rows.h"

struct hc_sum {
    hc_i128 sum;
    int64_t null_rows; /* rows without the amount */
    int64_t known;     /* sums: rows with it */
};

enum { HC_MEASURE_COLUMNS = 5 };
struct hc_measure;
/* Add rows to the sums of their groups; one call a batch, so the loop is inside. column are
 * the numbers of measure->column in this batch's schema, -1 where there is none. */
typedef void hc_measure_add(const struct hc_rows *rows, const int *column,
                            const uint32_t *group, struct hc_sum *sum);
/* The key that a distinct count counts, appended to key; +1 or -1, 0 for none (null),
 * HC_NOT_COUNTED for a row that counts nothing. */
enum { HC_NOT_COUNTED = 2 };
typedef int hc_measure_key(const struct hc_rows *rows, const int *column, size_t at,
                           struct hc_buf *key);

struct hc_measure {
    const char *name;
    const char *kind; /* of record it is for; NULL: every kind that has the columns */
    const char *unit;
    int scale;                              /* decimal places of the sum: cents 2 */
    const char *column[HC_MEASURE_COLUMNS]; /* read, where there; NULL ends */
    unsigned need;       /* as many of them must be there, from the first */
    bool months;         /* wants rows by month (coverage) */
    hc_measure_add *add; /* one of the two */
    hc_measure_key *key;
    const char *doc;
};
extern const struct hc_measure hc_measures[]; /* ends with name NULL */

struct hc_measure_use { /* a measure of one schema */
    const struct hc_measure *measure;
    int column[HC_MEASURE_COLUMNS];
    int summed;              /* the column it sums and nothing else, or -1 */
    struct hc_measure plain; /* measure points here when it is a column by its name */
};
/* HC_EUSAGE with "did you mean" when schema has no such measure. use must stay where it is.
 */
enum hc_status hc_measure_find(struct hc_measure_use *use, const char *name,
                               const struct hc_schema *schema,
                               struct hc_err *err) HC_MUST_CHECK;
/* A sum of amounts that a row may not have? Then: has the row at `at` none of it? */
bool hc_measure_sums(const struct hc_measure_use *use);
bool hc_measure_null(const struct hc_measure_use *use, const struct hc_rows *rows, size_t at);
/* HC_EDATA when a stream that has only these columns cannot be measured. */
enum hc_status hc_measure_check(const struct hc_measure_use *use,
                                const struct hc_schema *schema, const bool *has,
                                struct hc_err *err) HC_MUST_CHECK;

#endif
