#include "record/widen.h"

static const int64_t DAY_MS = 86400000;

/* ---- what can be read as what ---- */

static const char *advice(const struct hc_arrow_field *from) {
    static const struct {
        const char *type, *hint;
    } by[] = {
        {"double",
         "cast it to int64: money is counted in cents, quantities in ten-thousandths"},
        {"float",
         "cast it to int64: money is counted in cents, quantities in ten-thousandths"},
        {"decimal", "multiply it by 100 and cast it to int64: money is counted in cents"},
        {"timestamp", "cast it to date32: records know days only"},
        {"uint64", "cast it to int64"},
        {"struct", "nested columns are not supported: flatten it"},
        {"union", "nested columns are not supported: flatten it"},
        {"map", "nested columns are not supported: flatten it"},
    };
    for (size_t i = 0; i < sizeof by / sizeof *by; i++)
        if (strcmp(by[i].type, from->type_name) == 0)
            return by[i].hint;
    if (hc_wire_is_list(from->wire))
        return "only lists of texts are read: nested columns are not supported";
    return "cast it, or leave it out";
}

const char *hc_widen_refuses(const struct hc_arrow_field *from, enum hc_type type,
                             bool units) {
    enum hc_wire wire = from->wire;
    if (from->dictionary) {
        bool fits = hc_wire_is_text(wire) && hc_wire_is_int(from->index) &&
                    (type == HC_TYPE_utf8 || type == HC_TYPE_choice);
        return fits ? NULL : "cast it to what its dictionary holds";
    }
    if (wire == HC_WIRE_null)
        return NULL;
    switch (type) {
    case HC_TYPE_bool:
        return wire == HC_WIRE_bool ? NULL : advice(from);
    case HC_TYPE_date:
        return wire == HC_WIRE_date32 || wire == HC_WIRE_date64 ? NULL : advice(from);
    case HC_TYPE_utf8:
    case HC_TYPE_choice:
        return hc_wire_is_text(wire) ? NULL : advice(from);
    case HC_TYPE_list:
        return hc_wire_is_list(wire) &&
                       (hc_wire_is_text(from->item) || from->item == HC_WIRE_null)
                   ? NULL
                   : advice(from);
    case HC_TYPE_int32:
    case HC_TYPE_int64:
    case HC_TYPE_cents:
    case HC_TYPE_e4:
        break;
    }
    if (!hc_wire_is_int(wire))
        return advice(from);
    const char *unit = type == HC_TYPE_cents ? "cents" : type == HC_TYPE_e4 ? "e4" : "";
    if (hc_str_is(from->unit, unit) || (units && from->unit.len == 0))
        return NULL;
    return "its metadata \"unit\" must be \"cents\" for money, \"e4\" for ten-thousandths";
}

bool hc_widen_type(const struct hc_arrow_field *from, enum hc_type *type) {
    enum hc_wire wire = from->wire;
    if (from->dictionary || hc_wire_is_text(wire) || wire == HC_WIRE_null)
        *type = HC_TYPE_utf8;
    else if (hc_wire_is_int(wire) && from->unit.len)
        *type = hc_str_is(from->unit, "e4") ? HC_TYPE_e4 : HC_TYPE_cents;
    else if (wire == HC_WIRE_int64 || wire == HC_WIRE_uint32)
        *type = HC_TYPE_int64;
    else if (hc_wire_is_int(wire))
        *type = HC_TYPE_int32;
    else if (wire == HC_WIRE_bool)
        *type = HC_TYPE_bool;
    else if (wire == HC_WIRE_date32 || wire == HC_WIRE_date64)
        *type = HC_TYPE_date;
    else
        *type = HC_TYPE_list;
    return !hc_widen_refuses(from, *type, false);
}

/* ---- once a message ---- */

static size_t count_nulls(const uint8_t *bits, size_t rows) {
    size_t valid = 0, byte = 0;
    for (; byte + 8 <= rows / 8; byte += 8) {
        uint64_t word;
        memcpy(&word, bits + byte, 8);
        valid += (size_t)__builtin_popcountll(word);
    }
    for (size_t row = byte * 8; row < rows; row++)
        valid += bits[row >> 3] >> (row & 7) & 1;
    return rows - valid;
}

static enum hc_status check_validity(const struct hc_raw *validity, size_t rows,
                                     size_t nulls, struct hc_err *err) {
    size_t need = (rows + 7) / 8;
    if (nulls == 0 && validity->len < need)
        return HC_OK;
    if (validity->len < need || count_nulls(validity->ptr, rows) != nulls)
        return hc_fail(err, HC_EDATA, "damaged: the number of nulls is not what was told");
    return HC_OK;
}

/* Has a buffer room for rows values, and stands where they can be read? */
static enum hc_status check_room(const struct hc_raw *raw, size_t rows, size_t width,
                                 struct hc_err *err) {
    if (raw->len / width < rows)
        return hc_fail(err, HC_EDATA, "damaged: a buffer is shorter than its rows");
    if ((uintptr_t)raw->ptr % (width < 8 ? width : 8) != 0)
        return hc_fail(err, HC_EDATA,
                       "damaged: a buffer does not stand at a multiple of 8");
    return HC_OK;
}

static enum hc_status check_texts(enum hc_wire wire, const struct hc_raw *buffer,
                                  size_t rows, struct hc_err *err) {
    if (rows == 0 || wire == HC_WIRE_null)
        return HC_OK;
    if (wire == HC_WIRE_utf8_view)
        return check_room(&buffer[1], rows, 16, err);
    return check_room(&buffer[1], rows + 1, hc_wire_is_large(wire) ? 8 : 4, err);
}

enum hc_status hc_widen_check(const struct hc_arrow_field *from,
                              const struct hc_wire_column *w, struct hc_err *err) {
    enum hc_wire wire = from->dictionary ? from->index : from->wire;
    if (w->rows == 0 || wire == HC_WIRE_null)
        return HC_OK;
    enum hc_status status = check_validity(&w->buffer[0], w->rows, w->nulls, err);
    if (status != HC_OK)
        return status;
    if (wire == HC_WIRE_bool)
        return check_room(&w->buffer[1], (w->rows + 7) / 8, 1, err);
    if (hc_wire_is_text(wire))
        return check_texts(wire, w->buffer, w->rows, err);
    if (!hc_wire_is_list(wire))
        return check_room(&w->buffer[1], w->rows, hc_wire_width(wire), err);
    status = check_room(&w->buffer[1], w->rows + 1, hc_wire_is_large(wire) ? 8 : 4, err);
    if (status == HC_OK && (w->item_nulls || (from->item == HC_WIRE_null && w->items)))
        return hc_fail(err, HC_EDATA,
                       "a list holds a null, which records have no place for");
    if (status == HC_OK)
        status = check_texts(from->item, w->buffer + 2, w->items, err);
    return status;
}

/* ---- numbers ---- */

static enum hc_status numbers(enum hc_wire wire, const struct hc_wire_column *w,
                              size_t start, size_t rows, struct hc_widened *own,
                              struct hc_column *column, struct hc_err *err) {
    const uint8_t *ptr = w->buffer[1].ptr;
    bool narrow = column->type == HC_TYPE_int32 || column->type == HC_TYPE_date;
    size_t width = narrow ? 4 : 8;
    if (hc_wire_width(wire) == width && wire != HC_WIRE_uint32 && wire != HC_WIRE_date64) {
        column->bools = (uint8_t *)ptr + start * width;
        return HC_OK;
    }
    void *values = hc_wire_room(&own->value, rows * width);
    if (!values)
        return hc_fail_memory(err);
    for (size_t row = 0; row < rows; row++) {
        int64_t value = hc_wire_int_at(wire, ptr, start + row);
        if (!hc_wire_valid(&w->buffer[0], w->nulls, start + row))
            value = 0;
        if (wire == HC_WIRE_date64) {
            if (value % DAY_MS)
                return hc_fail(err, HC_EDATA, "a date64 that is not at midnight");
            value /= DAY_MS;
        }
        if (!narrow)
            ((int64_t *)values)[row] = value;
        else if (value < INT32_MIN || value > INT32_MAX)
            return hc_fail(err, HC_EDATA, "a number beyond 32 bits");
        else
            ((int32_t *)values)[row] = (int32_t)value;
    }
    column->bools = values;
    return HC_OK;
}

/* Bits to bytes, eight at a time: bit i of the byte lands in byte i, then becomes 0 or 1.
 */
static enum hc_status bools(const struct hc_wire_column *w, size_t start, size_t rows,
                            struct hc_widened *own, struct hc_column *column,
                            struct hc_err *err) {
    const uint8_t *bits = w->buffer[1].ptr + start / 8;
    uint8_t *values = hc_wire_room(&own->value, rows + 8);
    if (!values)
        return hc_fail_memory(err);
    for (size_t row = 0; row < rows; row += 8) {
        uint64_t spread = bits[row / 8] * UINT64_C(0x0101010101010101);
        spread &= UINT64_C(0x8040201008040201);
        spread =
            (spread + UINT64_C(0x7f7f7f7f7f7f7f7f)) >> 7 & UINT64_C(0x0101010101010101);
        memcpy(values + row, &spread, 8);
    }
    column->bools = values;
    return HC_OK;
}

/* ---- lists ---- */

static enum hc_status lists(const struct hc_arrow_field *from,
                            const struct hc_wire_column *w, size_t start, size_t rows,
                            bool text, struct hc_widened *own, struct hc_column *column,
                            struct hc_err *err) {
    bool copy = hc_wire_is_large(from->wire) || from->item != HC_WIRE_utf8;
    size_t base;
    enum hc_status status =
        hc_wire_offsets(hc_wire_is_large(from->wire), &w->buffer[1], start, rows, w->items,
                        &own->offset, &column->offset, &base, err);
    if (status != HC_OK)
        return status;
    size_t first = base + (size_t)column->offset[0];
    size_t items = (size_t)(column->offset[rows] - column->offset[0]);
    int32_t *item;
    status = hc_wire_texts(from->item, w->buffer + 2, w->buffers - 2, 0, first, items,
                           &own->item, &own->bytes, &item, &column->bytes, err);
    if (status == HC_OK && text)
        status = hc_wire_check_utf8(item, column->bytes, items, err);
    if (status != HC_OK)
        return status;
    column->item = item;
    if (!copy && items) /* both point into the message: offsets count from its first item */
        column->item = (int32_t *)(void *)(uintptr_t)w->buffer[3].ptr;
    else if (column->offset[0] != 0) {
        int32_t *from_first = hc_wire_room(&own->value, (rows + 1) * sizeof *from_first);
        if (!from_first)
            return hc_fail_memory(err);
        for (size_t i = 0; i <= rows; i++)
            from_first[i] = column->offset[i] - column->offset[0];
        column->offset = from_first;
    }
    return HC_OK;
}

/* ---- all of it ---- */

static enum hc_status widen(const struct hc_arrow_field *from,
                            const struct hc_wire_column *w, size_t start, size_t rows,
                            const struct hc_field *field, const struct hc_dictionary *d,
                            bool text, struct hc_widened *own, struct hc_column *column,
                            struct hc_err *err) {
    int32_t *offset;
    char *bytes;
    if (from->dictionary && column->type == HC_TYPE_choice)
        return hc_choices_by_index(from, w, start, rows, d, own, column, err);
    if (from->dictionary)
        return hc_texts_by_index(from, w, start, rows, d, own, column, err);
    if (column->type == HC_TYPE_bool)
        return bools(w, start, rows, own, column, err);
    if (column->type == HC_TYPE_list)
        return lists(from, w, start, rows, text, own, column, err);
    if (!hc_wire_is_text(from->wire))
        return numbers(from->wire, w, start, rows, own, column, err);
    enum hc_status status =
        hc_wire_texts(from->wire, w->buffer, w->buffers, w->nulls, start, rows,
                      &own->offset, &own->bytes, &offset, &bytes, err);
    if (status == HC_OK && text)
        status = hc_wire_check_utf8(offset, bytes, rows, err);
    if (status == HC_OK && column->type == HC_TYPE_choice)
        return hc_choices_by_text(w, start, rows, field->choices, offset, bytes, own,
                                  column, err);
    column->offset = offset;
    column->bytes = bytes;
    return status;
}

enum hc_status hc_widen(const struct hc_arrow_field *from, const struct hc_wire_column *w,
                        size_t start, size_t rows, const struct hc_field *field,
                        const struct hc_dictionary *dictionary, bool text,
                        struct hc_widened *own, struct hc_column *column,
                        struct hc_err *err) {
    column->present = from->wire != HC_WIRE_null || from->dictionary;
    column->valid = NULL;
    if (!column->present)
        return HC_OK;
    if (w->nulls)
        column->valid = (uint8_t *)(uintptr_t)w->buffer[0].ptr + start / 8;
    enum hc_status status =
        widen(from, w, start, rows, field, dictionary, text, own, column, err);
    if (status != HC_OK)
        hc_err_at_field(err, field->name);
    return status;
}

void hc_widened_free(struct hc_widened *own) {
    hc_buf_free(&own->value);
    hc_buf_free(&own->offset);
    hc_buf_free(&own->bytes);
    hc_buf_free(&own->item);
    hc_buf_free(&own->valid);
}
