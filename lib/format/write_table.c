/* Aligned columns, for a terminal. Widths are those of the first batch: later rows that are
 * wider shift their line, so that a long stream is not held back. */
#include "base/tool.h"
#include "format/export.h"
#include "format/grid.h"
#include "format/text.h"

static void put_head(struct hc_grid *grid, const struct hc_export *export) {
    for (size_t i = 0; i < export->columns; i++)
        hc_grid_cell(grid, hc_str_of(export->schema->field[export->column[i]].name));
}

static void put_rows(struct hc_grid *grid, const struct hc_export *export,
                     const struct hc_batch *batch, struct hc_buf *value) {
    for (size_t row = 0; row < batch->rows; row++)
        for (size_t i = 0; i < export->columns; i++) {
            hc_buf_clear(value);
            hc_text_value(value, batch, export->column[i], row);
            hc_grid_cell(grid, hc_buf_str(value));
        }
}

enum hc_status hc_write_table(struct hc_export *export, struct hc_err *err) {
    const struct hc_batch *batch = NULL;
    struct hc_grid grid = {.columns = export->columns};
    struct hc_buf text = {0}, value = {0};
    struct hc_out *out = NULL;
    bool first = true;
    enum hc_status status = hc_out_open(&out, export->path, &export->out, err);
    while (status == HC_OK && (status = hc_stopped(err)) == HC_OK) {
        status = export->next(export->from, &batch, err);
        if (status != HC_OK && status != HC_END)
            break;
        bool end = status == HC_END;
        if (first)
            put_head(&grid, export);
        if (!end)
            put_rows(&grid, export, batch, &value);
        if (first)
            hc_grid_measure(&grid);
        hc_buf_clear(&text);
        hc_grid_print(&grid, 0, first, 0, &text);
        hc_grid_clear(&grid);
        first = false;
        status = text.failed || value.failed ? hc_fail_memory(err)
                                             : hc_out_write(out, text.ptr, text.len, err);
        if (status == HC_OK && end)
            status = HC_END;
    }
    if (status == HC_END)
        status = hc_out_commit(out, err);
    hc_out_free(out);
    hc_grid_free(&grid);
    hc_buf_free(&text);
    hc_buf_free(&value);
    return status;
}
