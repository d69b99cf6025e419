/* The wanted columns of a block of records, column by column: what a splitter (fixed,
 * delimited) makes and a converter takes. */
#ifndef HC_FORMAT_CELLS_H
#define HC_FORMAT_CELLS_H

#include "format/records.h"

#define HC_FIELDS_MAX 4096 /* columns of a layout */

struct hc_cells {
    size_t columns;
    struct hc_str *
        *column; /* column[c][row], rows of the block; empty where row is at fault */
    struct hc_arena arena; /* unescaped text, until the next split */
};
/* Room for columns of so many rows, at most HC_BLOCK_ROWS. */
enum hc_status hc_cells_init(struct hc_cells *cells, size_t columns, size_t rows,
                             struct hc_err *err) HC_MUST_CHECK;
void hc_cells_free(struct hc_cells *cells);

#endif
