/* The cells of a report while it is added up: one per section and combination of groups. */
#ifndef HC_RULE_REPORT_CELLS_H
#define HC_RULE_REPORT_CELLS_H

#include "base/map.h"
#include "record/stream.h"
#include "rule/report.h"

#define HC_TOTAL_CODE 0u /* "all of them"; codes of values start at 1 */

struct hc_report_cells;
enum hc_status hc_report_cells_new(struct hc_report_cells **cells,
                                   const struct hc_report *report,
                                   struct hc_err *err) HC_MUST_CHECK;
void hc_report_cells_free(struct hc_report_cells *cells);

/* The code of a value of a dimension (number in hc_report_dims), the same for the whole
 * run. */
enum hc_status hc_report_cells_code(struct hc_report_cells *cells, int dim,
                                    struct hc_str value, uint32_t *code,
                                    struct hc_err *err) HC_MUST_CHECK;

/* Which base measures (counts and sums) of one source a row feeds, and with what. */
struct hc_report_row {
    enum hc_report_of of;
    bool has_person;
    int64_t person;          /* rows of one person come together, in each source */
    const uint32_t *code;    /* per dimension; 0 where the report does not use it */
    bool covered;            /* an assignment row, or a claim line that met one */
    bool incurred;           /* its month is not behind incurred_through */
    bool quarter_end;        /* its month is the last of its quarter, or of the report */
    const bool *counts;      /* per measure: its where holds (false for other sources) */
    const int64_t *amount;   /* per measure: its signed sum; counts of rows: +1 or -1 */
    const bool *null_amount; /* per measure: an addend was null */
};
/* Add a row to its cell and its totals in every section. HC_ENOMEM; HC_EDATA on overflow.
 */
enum hc_status hc_report_cells_add(struct hc_report_cells *cells,
                                   const struct hc_report_row *row,
                                   struct hc_err *err) HC_MUST_CHECK;

/* HC_EINTERNAL unless, in every section that counts all rows, the cells' sum of each
 * measure without a where equals used[covered][measure] of what the section takes. */
enum hc_status hc_report_cells_balance(const struct hc_report_cells *cells,
                                       const hc_i128 *used[2],
                                       struct hc_err *err) HC_MUST_CHECK;

/* The measure stream's schema: the kind's fields, then `section` and the dimensions used,
 * in the order of hc_report_dims. Owned by cells. */
const struct hc_schema *hc_report_cells_schema(const struct hc_report_cells *cells);
/* All cells, sorted by section and groups (totals behind their parts). */
enum hc_status hc_report_cells_write(struct hc_report_cells *cells,
                                     struct hc_writer *writer,
                                     struct hc_err *err) HC_MUST_CHECK;

#endif
