/* Tab-separated values: no quoting; a tab, line feed, carriage return or backslash in a
 * text is \t, \n, \r, \\. Null is an empty field. */
#include "format/export.h"
#include "format/text.h"

static void put_escaped(struct hc_buf *buf, struct hc_str text) {
    static const char plain[] = "\t\n\r\\", escape[] = "tnr\\";
    for (size_t i = 0; i < text.len; i++) {
        const char *found = text.ptr[i] ? strchr(plain, text.ptr[i]) : NULL;
        if (found) {
            hc_buf_putc(buf, '\\');
            hc_buf_putc(buf, escape[found - plain]);
        } else {
            hc_buf_putc(buf, text.ptr[i]);
        }
    }
}

static void put_line(struct hc_buf *buf, const struct hc_export *export,
                     const struct hc_batch *batch, size_t row) {
    struct hc_buf value = {0};
    for (size_t i = 0; i < export->columns; i++) {
        size_t column = export->column[i];
        if (i)
            hc_buf_putc(buf, '\t');
        if (!batch) {
            put_escaped(buf, hc_str_of(export->schema->field[column].name));
        } else if (batch->column[column].type == HC_TYPE_utf8) {
            put_escaped(buf, hc_str_at(batch, column, row));
        } else if (batch->column[column].type == HC_TYPE_list) {
            hc_buf_clear(&value);
            hc_text_value(&value, batch, column, row);
            put_escaped(buf, hc_buf_str(&value));
        } else {
            hc_text_value(buf, batch, column, row);
        }
    }
    hc_buf_putc(buf, '\n');
    buf->failed = buf->failed || value.failed;
    hc_buf_free(&value);
}

enum hc_status hc_write_tsv(struct hc_export *export, struct hc_err *err) {
    return hc_write_lines(export, put_line, err);
}
