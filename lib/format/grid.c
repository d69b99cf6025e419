#include "format/grid.h"

#include "format/text.h"

static struct hc_str cell_at(const struct hc_grid *grid, size_t cell) {
    const size_t *end = (const size_t *)(const void *)grid->ends.ptr;
    size_t start = cell ? end[cell - 1] : 0;
    return (struct hc_str){(const char *)grid->text.ptr + start, end[cell] - start};
}

void hc_grid_cell(struct hc_grid *grid, struct hc_str text) {
    hc_text_clean(&grid->text, text);
    hc_buf_put(&grid->ends, &grid->text.len, sizeof grid->text.len);
    grid->cells++;
}

/* Was there memory for all of it? */
static bool grid_ok(const struct hc_grid *grid) {
    return !grid->text.failed && !grid->ends.failed && !grid->width.failed &&
           !grid->right.failed;
}

/* Characters, not bytes: continuation bytes take no room. */
static size_t width_of(struct hc_str text) {
    size_t width = 0;
    for (size_t i = 0; i < text.len; i++)
        width += ((unsigned char)text.ptr[i] & 0xc0) != 0x80;
    return width;
}

static bool is_number(struct hc_str text) {
    size_t points = 0, digits = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        digits += c >= '0' && c <= '9';
        points += c == '.';
        if (!(c >= '0' && c <= '9') && c != '.' && !(c == '-' && i == 0))
            return false;
    }
    return digits && points <= 1;
}

void hc_grid_measure(struct hc_grid *grid) {
    hc_buf_clear(&grid->width);
    hc_buf_clear(&grid->right);
    if (!grid_ok(grid))
        return;
    for (size_t c = 0; c < grid->columns; c++) {
        size_t width = 0, numbers = 0;
        bool right = true;
        for (size_t cell = c; cell < grid->cells; cell += grid->columns) {
            struct hc_str text = cell_at(grid, cell);
            size_t one = width_of(text);
            width = one > width ? one : width;
            if (cell < grid->columns || text.len == 0 || hc_str_is(text, "*") ||
                hc_str_is(text, "-"))
                continue;
            numbers += is_number(text);
            right = right && is_number(text);
        }
        right = right && numbers;
        hc_buf_put(&grid->width, &width, sizeof width);
        hc_buf_put(&grid->right, &right, sizeof right);
    }
}

static size_t column_width(const struct hc_grid *grid, size_t column) {
    return ((const size_t *)(const void *)grid->width.ptr)[column];
}

size_t hc_grid_width(const struct hc_grid *grid) {
    size_t width = 0;
    for (size_t c = 0; grid_ok(grid) && c < grid->columns; c++)
        width += column_width(grid, c) + (c ? 2 : 0);
    return width;
}

static void put_times(struct hc_buf *out, char c, size_t times) {
    while (times-- > 0)
        hc_buf_putc(out, c);
}

static void end_line(struct hc_buf *out) {
    while (out->len && out->ptr[out->len - 1] == ' ')
        out->len--;
    hc_buf_putc(out, '\n');
}

static void put_row(const struct hc_grid *grid, size_t row, size_t indent,
                    struct hc_buf *out) {
    put_times(out, ' ', indent);
    for (size_t c = 0; c < grid->columns; c++) {
        struct hc_str text = cell_at(grid, row * grid->columns + c);
        size_t width = width_of(text), most = column_width(grid, c);
        size_t pad = width < most ? most - width : 0;
        bool right = ((const bool *)grid->right.ptr)[c];
        if (c)
            hc_buf_puts(out, "  ");
        if (right)
            put_times(out, ' ', pad);
        hc_buf_put(out, text.ptr, text.len);
        if (!right)
            put_times(out, ' ', pad);
    }
    end_line(out);
}

void hc_grid_print(const struct hc_grid *grid, size_t first, bool rule, size_t indent,
                   struct hc_buf *out) {
    if (!grid_ok(grid) || grid->columns == 0 || grid->width.len == 0) {
        out->failed = out->failed || !grid_ok(grid);
        return;
    }
    for (size_t row = first; row < grid->cells / grid->columns; row++) {
        put_row(grid, row, indent, out);
        if (rule && row == first) {
            put_times(out, ' ', indent);
            for (size_t c = 0; c < grid->columns; c++) {
                put_times(out, ' ', c ? 2 : 0);
                put_times(out, '-', column_width(grid, c));
            }
            end_line(out);
        }
    }
}

void hc_grid_clear(struct hc_grid *grid) {
    hc_buf_clear(&grid->text);
    hc_buf_clear(&grid->ends);
    grid->cells = 0;
}

void hc_grid_free(struct hc_grid *grid) {
    hc_buf_free(&grid->text);
    hc_buf_free(&grid->ends);
    hc_buf_free(&grid->width);
    hc_buf_free(&grid->right);
    *grid = (struct hc_grid){0};
}
