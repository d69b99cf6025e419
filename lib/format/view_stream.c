#include <inttypes.h>
#include <stdlib.h>

#include "base/tool.h"
#include "format/grid.h"
#include "format/text.h"
#include "format/view.h"
#include "record/origin.h"

struct summary { /* of one column */
    uint64_t nulls;
    bool any;
    int64_t low, high;         /* numbers and dates */
    struct hc_buf least, most; /* texts and choices */
};
struct stream_view {
    const struct hc_view_options *options;
    const struct hc_schema *schema;
    struct hc_reader *reader;
    struct summary *column;
    struct hc_batch *first; /* first rows */
    struct hc_totals totals;
};

/* ---- reading ---- */

static bool has_extremes(const struct stream_view *v, size_t column) {
    return v->schema->field[column].type != HC_TYPE_list &&
           !hc_column_is_phi(v->schema, column);
}

static void keep(struct hc_buf *buf, struct hc_str text) {
    hc_buf_clear(buf);
    hc_buf_put(buf, text.ptr, text.len);
}

static void add_text(struct summary *s, struct hc_str text) {
    if (!s->any || hc_str_cmp(text, hc_buf_str(&s->least)) < 0)
        keep(&s->least, text);
    if (!s->any || hc_str_cmp(text, hc_buf_str(&s->most)) > 0)
        keep(&s->most, text);
    s->any = true;
}

static void add_number(struct summary *s, int64_t value) {
    if (!s->any || value < s->low)
        s->low = value;
    if (!s->any || value > s->high)
        s->high = value;
    s->any = true;
}

static void add_column(struct stream_view *v, const struct hc_batch *b, size_t column) {
    struct summary *s = &v->column[column];
    bool extremes = has_extremes(v, column);
    enum hc_type type = b->column[column].type;
    for (size_t row = 0; row < b->rows; row++) {
        if (hc_is_null(b, column, row))
            s->nulls++;
        else if (extremes && type == HC_TYPE_utf8)
            add_text(s, hc_str_at(b, column, row));
        else if (extremes)
            add_number(s, hc_int_at(b, column, row, 0));
    }
}

static enum hc_status read_rows(struct stream_view *v, struct hc_err *err) {
    const struct hc_batch *batch = NULL;
    enum hc_status status = HC_OK;
    while (status == HC_OK && (status = hc_stopped(err)) == HC_OK &&
           (status = hc_reader_next(v->reader, &batch, err)) == HC_OK) {
        size_t more = v->options->rows - v->first->rows;
        for (size_t i = 0; i < v->schema->fields; i++)
            if (hc_reader_has(v->reader, i))
                add_column(v, batch, i);
        hc_totals_add(&v->totals, batch);
        if (more)
            status = hc_batch_take(v->first, batch, NULL,
                                   more < batch->rows ? more : batch->rows, err);
    }
    if (status == HC_END)
        status = hc_batch_seal(v->first, err);
    return status;
}

/* ---- showing ---- */

static void put_head(const struct stream_view *v, const char *path, struct hc_buf *out) {
    struct hc_str tool = hc_meta_get(hc_reader_meta(v->reader), "hc.tool");
    size_t has = 0;
    for (size_t i = 0; i < v->schema->fields; i++)
        has += hc_reader_has(v->reader, i);
    hc_buf_printf(out, "%s: %s, version %d, %" PRIu64 " rows, %zu columns", path,
                  v->schema->name, v->schema->version, v->totals.rows, has);
    if (tool.len) {
        hc_buf_puts(out, ", written by ");
        hc_text_clean(out, tool);
    }
    hc_buf_putc(out, '\n');
    if (v->options->verify)
        hc_buf_puts(out, "verified: every buffer is sound, rows and sums are those told at "
                         "the end\n");
}

static enum hc_status put_deliveries(const struct stream_view *v, const char *path,
                                     struct hc_buf *out, struct hc_err *err) {
    static const char *const head[] = {"", "delivery", "date", "feed", "payer", "entries"};
    struct hc_origin origin = {0};
    struct hc_grid grid = {.columns = sizeof head / sizeof *head};
    char text[64];
    enum hc_status status = hc_origin_read(&origin, hc_reader_meta(v->reader), path, err);
    if (status != HC_OK || origin.deliveries == 0) {
        hc_origin_free(&origin);
        return status;
    }
    for (size_t i = 0; i < grid.columns; i++)
        hc_grid_cell(&grid, hc_str_of(head[i]));
    for (size_t i = 0; i < origin.deliveries; i++) {
        const struct hc_delivery *d = &origin.delivery[i];
        snprintf(text, sizeof text, "%zu", i + 1);
        hc_grid_cell(&grid, hc_str_of(text));
        hc_grid_cell(&grid, hc_str_of(d->name));
        hc_grid_cell(&grid,
                     d->has_date ? hc_str_of(hc_format_day(d->date, text)) : HC_STR(""));
        hc_grid_cell(&grid, hc_str_of(d->feed));
        hc_grid_cell(&grid, hc_str_of(d->payer));
        snprintf(text, sizeof text, "%zu", d->entries);
        hc_grid_cell(&grid, hc_str_of(text));
    }
    hc_buf_puts(out, "\nDeliveries\n");
    hc_grid_measure(&grid);
    hc_grid_print(&grid, 0, true, 2, out);
    hc_grid_free(&grid);
    hc_origin_free(&origin);
    return HC_OK;
}

static void cell_scaled(struct hc_grid *grid, enum hc_type type, hc_i128 value) {
    char text[HC_NUM_SIZE];
    int scale = type == HC_TYPE_cents ? 2 : type == HC_TYPE_e4 ? 4 : 0;
    hc_grid_cell(grid, hc_str_of(hc_format_scaled(value, scale, text)));
}

static void cell_number(struct hc_grid *grid, const struct hc_field *field, int64_t value) {
    char text[16];
    if (field->type == HC_TYPE_date)
        hc_grid_cell(grid, hc_str_of(hc_format_day((int32_t)value, text)));
    else if (field->type == HC_TYPE_bool)
        hc_grid_cell(grid, value ? HC_STR("true") : HC_STR("false"));
    else if (field->type == HC_TYPE_choice)
        hc_grid_cell(grid, field->choices && value < field->choices->count
                               ? hc_str_of(field->choices->value[value])
                               : HC_STR("?"));
    else
        cell_scaled(grid, field->type, value);
}

/* Long texts are cut, so that a line stays one. */
static void cell_short(struct hc_grid *grid, struct hc_str text) {
    size_t most = 24;
    if (text.len <= most) {
        hc_grid_cell(grid, text);
        return;
    }
    while (most > 0 && ((unsigned char)text.ptr[most] & 0xc0) == 0x80)
        most--;
    struct hc_buf cut = {0};
    hc_buf_put(&cut, text.ptr, most);
    hc_buf_puts(&cut, "...");
    hc_grid_cell(grid, hc_buf_str(&cut));
    hc_buf_free(&cut);
}

static void put_extremes(const struct stream_view *v, size_t i, struct hc_grid *grid) {
    const struct summary *s = &v->column[i];
    const struct hc_field *field = &v->schema->field[i];
    if (!s->any) {
        hc_grid_cell(grid,
                     hc_column_is_phi(v->schema, i) ? HC_STR("(personal)") : HC_STR(""));
        hc_grid_cell(grid, HC_STR(""));
    } else if (field->type == HC_TYPE_utf8) {
        cell_short(grid, hc_buf_str(&s->least));
        cell_short(grid, hc_buf_str(&s->most));
    } else {
        cell_number(grid, field, s->low);
        cell_number(grid, field, s->high);
    }
}

/* A line a column; columns with nothing in them are named behind. */
static void put_columns(const struct stream_view *v, struct hc_buf *out) {
    static const char *const head[] = {"column", "type", "nulls", "least", "most", "sum"};
    struct hc_grid grid = {.columns = sizeof head / sizeof *head};
    struct hc_buf empty = {0};
    size_t line_bytes = v->options->width; /* begins with a line of its own */
    char text[32];
    for (size_t i = 0; i < grid.columns; i++)
        hc_grid_cell(&grid, hc_str_of(head[i]));
    for (size_t i = 0; i < v->schema->fields; i++) {
        const struct hc_field *field = &v->schema->field[i];
        if (!hc_reader_has(v->reader, i))
            continue;
        if (v->column[i].nulls == v->totals.rows) {
            if (line_bytes + strlen(field->name) + 3 > v->options->width)
                hc_buf_puts(&empty, "\n "), line_bytes = 1;
            hc_buf_printf(&empty, " %s", field->name);
            line_bytes += strlen(field->name) + 1;
            continue;
        }
        hc_grid_cell(&grid, hc_str_of(field->name));
        hc_grid_cell(&grid, hc_str_of(hc_type_name(field->type)));
        snprintf(text, sizeof text, "%" PRIu64, v->column[i].nulls);
        hc_grid_cell(&grid, hc_str_of(text));
        put_extremes(v, i, &grid);
        if (field->flags & HC_SUM)
            cell_scaled(&grid, field->type, v->totals.sum[i]);
        else
            hc_grid_cell(&grid, HC_STR(""));
    }
    if (grid.cells > grid.columns) {
        hc_buf_puts(out, "\nColumns\n");
        hc_grid_measure(&grid);
        hc_grid_print(&grid, 0, true, 2, out);
    }
    if (empty.len)
        hc_buf_printf(out, "\nWithout any value%s\n", hc_buf_text(&empty));
    hc_grid_free(&grid);
    hc_buf_free(&empty);
}

static void put_cell(const struct stream_view *v, struct hc_grid *grid, size_t column,
                     size_t row) {
    struct hc_buf text = {0};
    if (!v->options->values && hc_column_is_phi(v->schema, column))
        hc_text_shape(&text, v->first, column, row);
    else
        hc_text_value(&text, v->first, column, row);
    cell_short(grid, hc_buf_str(&text));
    hc_buf_free(&text);
}

static bool is_shown(const struct stream_view *v, size_t column) {
    return hc_reader_has(v->reader, column) && v->column[column].nulls < v->totals.rows;
}

/* Rows across when they fit the page. */
static bool put_across(const struct stream_view *v, size_t columns, struct hc_buf *out) {
    struct hc_grid grid = {.columns = columns};
    for (size_t i = 0; i < v->schema->fields; i++)
        if (is_shown(v, i))
            hc_grid_cell(&grid, hc_str_of(v->schema->field[i].name));
    for (size_t row = 0; row < v->first->rows; row++)
        for (size_t i = 0; i < v->schema->fields; i++)
            if (is_shown(v, i))
                put_cell(v, &grid, i, row);
    hc_grid_measure(&grid);
    bool fits = hc_grid_width(&grid) + 2 <= v->options->width;
    if (fits)
        hc_grid_print(&grid, 0, true, 2, out);
    hc_grid_free(&grid);
    return fits;
}

/* Else a line a column and as many rows beside each other as fit. */
static void put_down(const struct stream_view *v, struct hc_buf *out) {
    for (size_t rows = v->first->rows; rows > 0; rows--) {
        struct hc_grid grid = {.columns = rows + 1};
        char text[32];
        hc_grid_cell(&grid, HC_STR("row"));
        for (size_t row = 0; row < rows; row++) {
            snprintf(text, sizeof text, "%zu", row + 1);
            hc_grid_cell(&grid, hc_str_of(text));
        }
        for (size_t i = 0; i < v->schema->fields; i++) {
            if (!is_shown(v, i))
                continue;
            hc_grid_cell(&grid, hc_str_of(v->schema->field[i].name));
            for (size_t row = 0; row < rows; row++)
                put_cell(v, &grid, i, row);
        }
        hc_grid_measure(&grid);
        bool fits = rows == 1 || hc_grid_width(&grid) + 2 <= v->options->width;
        if (fits)
            hc_grid_print(&grid, 0, true, 2, out);
        hc_grid_free(&grid);
        if (fits)
            return;
    }
}

static void put_first(const struct stream_view *v, struct hc_buf *out) {
    size_t columns = 0;
    for (size_t i = 0; i < v->schema->fields; i++)
        columns += is_shown(v, i);
    if (v->first->rows == 0 || columns == 0)
        return;
    hc_buf_puts(out, "\nFirst rows");
    for (size_t i = 0; i < v->schema->fields && !v->options->values; i++)
        if (is_shown(v, i) && hc_column_is_phi(v->schema, i)) {
            hc_buf_puts(out, " (what is personal as its shape)");
            break;
        }
    hc_buf_putc(out, '\n');
    if (columns > 40 || !put_across(v, columns, out))
        put_down(v, out);
}

/* ---- all of it ---- */

static enum hc_status open_view(struct stream_view *v, const char *path,
                                struct hc_err *err) {
    struct hc_reader_options options = {.kind = v->options->kind,
                                        .want_unknown = true,
                                        .trust_input = v->options->trust_input,
                                        .verify = v->options->verify};
    enum hc_status status = hc_reader_open(&v->reader, path, &options, err);
    if (status != HC_OK)
        return status;
    v->schema = hc_reader_schema(v->reader);
    v->column = calloc(v->schema->fields + 1, sizeof *v->column);
    if (!v->column)
        return hc_fail_memory(err);
    status = hc_batch_new(&v->first, v->schema, NULL, err);
    if (status == HC_OK)
        status = hc_totals_init(&v->totals, v->schema, err);
    return status;
}

static void close_view(struct stream_view *v) {
    for (size_t i = 0; v->column && i < v->schema->fields; i++) {
        hc_buf_free(&v->column[i].least);
        hc_buf_free(&v->column[i].most);
    }
    free(v->column);
    hc_batch_free(v->first);
    hc_totals_free(&v->totals);
    hc_reader_free(v->reader);
}

enum hc_status hc_view_stream(struct hc_buf *out, const char *path,
                              const struct hc_view_options *options,
                              struct hc_accounts *accounts, struct hc_err *err) {
    struct stream_view v = {.options = options};
    enum hc_status status = open_view(&v, path, err);
    if (status == HC_OK)
        status = read_rows(&v, err);
    if (status == HC_OK) {
        put_head(&v, path, out);
        status = put_deliveries(&v, path, out, err);
    }
    if (status == HC_OK) {
        put_columns(&v, out);
        put_first(&v, out);
        if (accounts)
            hc_accounts_in(accounts, path, &v.totals);
    }
    if (status == HC_OK && out->failed)
        status = hc_fail_memory(err);
    close_view(&v);
    return status;
}
