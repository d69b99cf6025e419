/* A small table of texts, printed with its columns aligned. */
#ifndef HC_FORMAT_GRID_H
#define HC_FORMAT_GRID_H

#include "base/arena.h"

struct hc_grid { /* zero-initialise, set columns; hc_grid_free() when done */
    size_t columns;
    size_t cells;
    struct hc_buf text;
    struct hc_buf ends;  /* size_t each: where a cell's text ends */
    struct hc_buf width; /* size_t a column, once measured */
    struct hc_buf right; /* bool a column */
};

/* Cells come row by row, the head first. Text is cleaned of control bytes. */
void hc_grid_cell(struct hc_grid *grid, struct hc_str text);
/* Widths from the cells so far; columns of nothing but numbers, "*" and "-" stand to the
 * right. */
void hc_grid_measure(struct hc_grid *grid);
/* Characters of a line; after hc_grid_measure. */
size_t hc_grid_width(const struct hc_grid *grid);
/* Append the rows, from row first on, to out; rule: a line of dashes under the first row
 * printed. indent blanks before each line. */
void hc_grid_print(const struct hc_grid *grid, size_t first, bool rule, size_t indent,
                   struct hc_buf *out);
/* Forget the cells, keep the widths. */
void hc_grid_clear(struct hc_grid *grid);
void hc_grid_free(struct hc_grid *grid);

#endif
