#include "format/text.h"

/* value / 10^scale, as hc_format_scaled does; by hand, since an export is made of them. */
static void put_number(struct hc_buf *buf, int64_t value, int scale) {
    char text[48];
    size_t at = sizeof text;
    uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
    for (int digits = 0; rest > 0 || digits <= scale; digits++) {
        if (digits == scale && scale > 0)
            text[--at] = '.';
        text[--at] = (char)('0' + rest % 10);
        rest /= 10;
    }
    if (value < 0)
        text[--at] = '-';
    hc_buf_put(buf, text + at, sizeof text - at);
}

static void put_day(struct hc_buf *buf, hc_day day) {
    int year, month, mday;
    char text[16];
    hc_day_split(day, &year, &month, &mday);
    if (year < 0 || year > 9999) {
        hc_buf_puts(buf, hc_format_day(day, text));
        return;
    }
    const int part[] = {year / 100, year % 100, month, mday};
    static const size_t at[] = {0, 2, 5, 8};
    memcpy(text, "    -  -  ", 10);
    for (size_t i = 0; i < 4; i++) {
        text[at[i]] = (char)('0' + part[i] / 10);
        text[at[i] + 1] = (char)('0' + part[i] % 10);
    }
    hc_buf_put(buf, text, 10);
}

/* Decimal places of a number: what its type says, or its row. */
static int scale_of(const struct hc_batch *b, size_t column, size_t row) {
    if (b->schema->kind == HC_KIND_measure && column == HC_measure_value) {
        int64_t scale = hc_int_at(b, HC_measure_scale, row, 0);
        return scale < 0 ? 0 : scale > 18 ? 18 : (int)scale;
    }
    enum hc_type type = b->column[column].type;
    return type == HC_TYPE_cents ? 2 : type == HC_TYPE_e4 ? 4 : 0;
}

static void put_choice(struct hc_buf *buf, const struct hc_batch *b, size_t column,
                       size_t row) {
    const struct hc_choices *choices = b->schema->field[column].choices;
    int index = b->column[column].i8[row];
    if (choices && index >= 0 && index < choices->count)
        hc_buf_puts(buf, choices->value[index]);
}

void hc_text_value(struct hc_buf *buf, const struct hc_batch *b, size_t column,
                   size_t row) {
    const struct hc_column *c = &b->column[column];
    if (hc_column_null(c, row))
        return;
    switch (c->type) {
    case HC_TYPE_bool:
        hc_buf_puts(buf, c->bools[row] ? "true" : "false");
        break;
    case HC_TYPE_int32:
    case HC_TYPE_int64:
    case HC_TYPE_cents:
    case HC_TYPE_e4:
        put_number(buf, hc_int_at(b, column, row, 0), scale_of(b, column, row));
        break;
    case HC_TYPE_date:
        put_day(buf, c->i32[row]);
        break;
    case HC_TYPE_utf8: {
        struct hc_str value = hc_str_at(b, column, row);
        hc_buf_put(buf, value.ptr, value.len);
        break;
    }
    case HC_TYPE_list:
        for (size_t i = 0; i < hc_list_len(b, column, row); i++) {
            struct hc_str item = hc_list_at(b, column, row, i);
            if (i)
                hc_buf_putc(buf, ' ');
            hc_buf_put(buf, item.ptr, item.len);
        }
        break;
    case HC_TYPE_choice:
        put_choice(buf, b, column, row);
        break;
    }
}

void hc_text_shape(struct hc_buf *buf, const struct hc_batch *b, size_t column,
                   size_t row) {
    struct hc_buf text = {0};
    char shape[HC_SHAPE_SIZE];
    if (hc_is_null(b, column, row))
        return;
    hc_text_value(&text, b, column, row);
    hc_buf_puts(buf, hc_str_shape(hc_buf_str(&text), shape));
    buf->failed = buf->failed || text.failed;
    hc_buf_free(&text);
}

static bool is_identifier(const struct hc_field *field) {
    unsigned both = HC_KEY | HC_PHI;
    return (field->flags & both) == both && field->type != HC_TYPE_date;
}

bool hc_column_is_phi(const struct hc_schema *schema, size_t column) {
    const struct hc_field *field = &schema->field[column];
    if (field->flags & HC_PHI)
        return true;
    if (column < schema->known && schema->kind != HC_KIND_any)
        return false;
    for (size_t kind = 0; kind < HC_KINDS; kind++) {
        int i = hc_schema_find(&hc_kinds[kind], hc_str_of(field->name));
        if (i >= 0 && is_identifier(&hc_kinds[kind].field[i]))
            return true;
    }
    return false;
}

void hc_text_clean(struct hc_buf *buf, struct hc_str text) {
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        hc_buf_putc(buf, c < 0x20 || c == 0x7f ? '?' : (char)c);
    }
}
