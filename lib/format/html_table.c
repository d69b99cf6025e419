#include "format/html_table.h"

#include "base/map.h"

static int column_of(const struct hc_batch *cells, const char *name) {
    return hc_schema_find(cells->schema, hc_str_of(name));
}

static enum hc_status find_dims(struct hc_html_table *t, struct hc_err *err) {
    for (size_t i = 0; t->section->by[i]; i++) {
        int column = column_of(t->cells, t->section->by[i]);
        if (i == HC_HTML_DIMS || column < 0 ||
            t->cells->column[column].type != HC_TYPE_utf8)
            return hc_fail(err, HC_EDATA, "section %s: the stream has no grouping '%s'",
                           t->section->name, t->section->by[i]);
        t->dim[t->dims++] = (size_t)column;
    }
    while (t->section->measure[t->measures])
        t->measures++;
    return HC_OK;
}

static bool is_of_section(const struct hc_html_table *t, size_t cell) {
    int column = column_of(t->cells, "section");
    return column < 0 ||
           hc_str_is(hc_str_at(t->cells, (size_t)column, cell), t->section->name);
}

static void put_key(const struct hc_html_table *t, struct hc_buf *key, size_t cell) {
    hc_buf_clear(key);
    for (size_t d = 0; d < t->dims; d++) {
        struct hc_str value = hc_str_at(t->cells, t->dim[d], cell);
        hc_buf_putc(key, hc_is_null(t->cells, t->dim[d], cell) ? 'n' : 'v');
        hc_buf_put(key, &value.len, sizeof value.len);
        hc_buf_put(key, value.ptr, value.len);
    }
}

static enum hc_status find_rows(struct hc_html_table *t, struct hc_map *groups,
                                struct hc_err *err) {
    struct hc_buf key = {0};
    enum hc_status status = HC_OK;
    for (size_t cell = 0; cell < t->cells->rows && status == HC_OK; cell++) {
        uint32_t row;
        bool added = false;
        if (!is_of_section(t, cell))
            continue;
        struct hc_str name = hc_str_at(t->cells, HC_measure_measure, cell);
        put_key(t, &key, cell);
        status = key.failed ? hc_fail_memory(err)
                            : hc_map_add(groups, hc_buf_str(&key), &row, &added, err);
        if (status != HC_OK)
            break;
        if (added)
            t->row[t->rows++] = cell;
        for (size_t m = 0; m < t->measures; m++)
            if (hc_str_is(name, t->section->measure[m]))
                t->cell[row * t->measures + m] = cell + 1;
    }
    hc_buf_free(&key);
    return status;
}

enum hc_status hc_html_table_make(struct hc_html_table *t, const struct hc_batch *cells,
                                  const struct hc_report_page *page,
                                  const struct hc_report_section *section,
                                  struct hc_arena *arena, struct hc_err *err) {
    struct hc_map *groups = NULL;
    *t = (struct hc_html_table){.page = page, .section = section, .cells = cells};
    enum hc_status status = find_dims(t, err);
    if (status != HC_OK)
        return status;
    t->row = hc_arena_zalloc(arena, (cells->rows + 1) * sizeof *t->row);
    t->cell = hc_arena_zalloc(arena, (cells->rows * t->measures + 1) * sizeof *t->cell);
    if (!t->row || !t->cell)
        return hc_fail_memory(err);
    status = hc_map_new(&groups, err);
    if (status == HC_OK)
        status = find_rows(t, groups, err);
    hc_map_free(groups);
    return status;
}

int hc_html_measure(const struct hc_html_table *t, const char *name) {
    for (size_t i = 0; i < t->measures; i++)
        if (strcmp(t->section->measure[i], name) == 0)
            return (int)i;
    return -1;
}

int hc_html_dim(const struct hc_html_table *t, const char *name) {
    for (size_t i = 0; i < t->dims; i++)
        if (strcmp(t->section->by[i], name) == 0)
            return (int)i;
    return -1;
}

bool hc_html_is_total(const struct hc_html_table *t, size_t row, size_t dim) {
    return hc_is_null(t->cells, t->dim[dim], t->row[row]);
}

struct hc_str hc_html_value(const struct hc_html_table *t, size_t row, size_t dim) {
    return hc_str_at(t->cells, t->dim[dim], t->row[row]);
}

struct hc_html_number hc_html_number(const struct hc_html_table *t, size_t row,
                                     size_t measure) {
    struct hc_html_number number = {
        .unit = hc_html_label(t->page, t->section->measure[measure], "unit")};
    size_t cell = t->cell[row * t->measures + measure];
    if (cell == 0)
        return number;
    cell--;
    int64_t status = hc_int_at(t->cells, HC_measure_status, cell, HC_cell_status_shown);
    int64_t scale = hc_int_at(t->cells, HC_measure_scale, cell, 0);
    number.scale = scale < 0 ? 0 : scale > 9 ? 9 : (int)scale;
    if (status != HC_cell_status_shown) {
        number.state = HC_HTML_HIDDEN;
    } else if (!hc_is_null(t->cells, HC_measure_value, cell)) {
        number.state = HC_HTML_NUMBER;
        number.value = hc_int_at(t->cells, HC_measure_value, cell, 0);
    }
    return number;
}

const char *hc_html_label(const struct hc_report_page *page, const char *measure,
                          const char *key) {
    const struct hc_node *about = hc_node_get(page->measures, measure);
    const struct hc_node *text = hc_node_get(about, key);
    if (text && text->type == HC_NODE_SCALAR && !hc_node_is_null(text))
        return text->text.ptr;
    return strcmp(key, "label") == 0 ? measure : "";
}

void hc_html_text(struct hc_buf *out, struct hc_str text) {
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        const char *escape = c == '&'    ? "&amp;"
                             : c == '<'  ? "&lt;"
                             : c == '>'  ? "&gt;"
                             : c == '"'  ? "&quot;"
                             : c == '\'' ? "&#39;"
                                         : NULL;
        if (escape)
            hc_buf_puts(out, escape);
        else
            hc_buf_putc(out, c);
    }
}

void hc_html_puts(struct hc_buf *out, const char *text) {
    hc_html_text(out, hc_str_of(text));
}

void hc_html_name(struct hc_buf *out, struct hc_str name) {
    struct hc_buf plain = {0};
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i] == '_' ? ' ' : name.ptr[i];
        hc_buf_putc(&plain, i == 0 && c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c);
    }
    hc_html_text(out, hc_buf_str(&plain));
    out->failed = out->failed || plain.failed;
    hc_buf_free(&plain);
}

void hc_html_put_number(struct hc_buf *out, int64_t value, int scale, const char *unit) {
    char text[HC_NUM_SIZE];
    hc_format_scaled(value, scale, text);
    const char *digits = text[0] == '-' ? text + 1 : text;
    size_t whole = strcspn(digits, ".");
    if (digits != text)
        hc_buf_puts(out, "\xe2\x88\x92"); /* a minus sign, as wide as a digit */
    for (size_t i = 0; digits[i]; i++) {
        if (i && i < whole && (whole - i) % 3 == 0)
            hc_buf_putc(out, ',');
        hc_buf_putc(out, digits[i]);
    }
    if (strcmp(unit, "percent") == 0)
        hc_buf_puts(out, "\xc2\xa0%");
}
