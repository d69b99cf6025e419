/* Comma-separated values as RFC 4180 has them, but with a line feed alone. Null is an empty
 * field, an empty text is "". */
#include "format/export.h"
#include "format/text.h"

static void put_field(struct hc_buf *buf, struct hc_str text) {
    bool quote = text.len == 0;
    for (size_t i = 0; i < text.len && !quote; i++)
        quote = text.ptr[i] == ',' || text.ptr[i] == '"' || text.ptr[i] == '\n' ||
                text.ptr[i] == '\r';
    if (!quote) {
        hc_buf_put(buf, text.ptr, text.len);
        return;
    }
    hc_buf_putc(buf, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"')
            hc_buf_putc(buf, '"');
        hc_buf_putc(buf, text.ptr[i]);
    }
    hc_buf_putc(buf, '"');
}

/* Texts are quoted from where they stand; a list is joined first. */
static void put_value(struct hc_buf *buf, const struct hc_batch *batch, size_t column,
                      size_t row) {
    enum hc_type type = batch->column[column].type;
    if (hc_is_null(batch, column, row))
        return;
    if (type == HC_TYPE_utf8) {
        put_field(buf, hc_str_at(batch, column, row));
    } else if (type == HC_TYPE_list) {
        struct hc_buf list = {0};
        hc_text_value(&list, batch, column, row);
        put_field(buf, hc_buf_str(&list));
        buf->failed = buf->failed || list.failed;
        hc_buf_free(&list);
    } else {
        hc_text_value(buf, batch, column, row);
    }
}

static void put_line(struct hc_buf *buf, const struct hc_export *export,
                     const struct hc_batch *batch, size_t row) {
    for (size_t i = 0; i < export->columns; i++) {
        if (i)
            hc_buf_putc(buf, ',');
        if (batch)
            put_value(buf, batch, export->column[i], row);
        else
            put_field(buf, hc_str_of(export->schema->field[export->column[i]].name));
    }
    hc_buf_putc(buf, '\n');
}

enum hc_status hc_write_csv(struct hc_export *export, struct hc_err *err) {
    return hc_write_lines(export, put_line, err);
}
