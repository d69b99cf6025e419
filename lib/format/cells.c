#include "format/cells.h"

#include <stdlib.h>

enum hc_status hc_cells_init(struct hc_cells *cells, size_t columns, size_t rows,
                             struct hc_err *err) {
    /* a cache line between columns: one row's cells then lie in different sets */
    size_t step = rows + 64 / sizeof(struct hc_str);
    *cells = (struct hc_cells){.columns = columns};
    cells->column = malloc((columns + 1) * sizeof *cells->column);
    struct hc_str *cell = malloc((columns * step + 1) * sizeof *cell);
    if (!cells->column || !cell) {
        free(cells->column);
        free(cell);
        *cells = (struct hc_cells){0};
        return hc_fail_memory(err);
    }
    cells->column[0] = cell;
    for (size_t c = 1; c < columns; c++)
        cells->column[c] = cell + c * step;
    return HC_OK;
}

void hc_cells_free(struct hc_cells *cells) {
    if (cells->column)
        free(cells->column[0]);
    free(cells->column);
    hc_arena_free(&cells->arena);
    *cells = (struct hc_cells){0};
}
