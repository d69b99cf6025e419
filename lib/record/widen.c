#include "record/widen.h"

enum {
    TEXT_MAX = 64 << 20,    /* bytes of one column's texts in HC_BATCH_ROWS rows, once copied:
                               views and dictionaries make much of little */
    ENTRIES_MAX = 16 << 20, /* of a dictionary */
};
static const int64_t DAY_MS = 86400000;
/* What an absent buffer points to: enough for the one offset of no rows. */
static const int32_t nothing[2];

static bool is_text(enum hc_wire wire) {
    return wire == HC_WIRE_utf8 || wire == HC_WIRE_large_utf8 || wire == HC_WIRE_utf8_view;
}
static bool is_int(enum hc_wire wire) {
    return wire >= HC_WIRE_int8 && wire <= HC_WIRE_uint32;
}
static bool is_list(enum hc_wire wire) {
    return wire == HC_WIRE_list || wire == HC_WIRE_large_list;
}
static bool is_large(enum hc_wire wire) {
    return wire == HC_WIRE_large_utf8 || wire == HC_WIRE_large_list;
}
static bool is_valid(const struct hc_raw *validity, size_t nulls, size_t row) {
    return nulls == 0 || (validity->ptr[row >> 3] >> (row & 7) & 1);
}

/* ---- what can be read as what ---- */

static const char *advice(const struct hc_arrow_field *from) {
    static const struct {
        const char *type, *hint;
    } by[] = {
        {"double", "cast it to int64: money is counted in cents, quantities in ten-thousandths"},
        {"float", "cast it to int64: money is counted in cents, quantities in ten-thousandths"},
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
    if (is_list(from->wire))
        return "only lists of texts are read: nested columns are not supported";
    return "cast it, or leave it out";
}

const char *hc_widen_refuses(const struct hc_arrow_field *from, enum hc_type type, bool units) {
    enum hc_wire wire = from->wire;
    if (from->dictionary) {
        bool fits = is_text(wire) && is_int(from->index) &&
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
        return is_text(wire) ? NULL : advice(from);
    case HC_TYPE_list:
        return is_list(wire) && (is_text(from->item) || from->item == HC_WIRE_null)
                   ? NULL
                   : advice(from);
    case HC_TYPE_int32:
    case HC_TYPE_int64:
    case HC_TYPE_cents:
    case HC_TYPE_e4:
        break;
    }
    if (!is_int(wire))
        return advice(from);
    const char *unit = type == HC_TYPE_cents ? "cents" : type == HC_TYPE_e4 ? "e4" : "";
    if (hc_str_is(from->unit, unit) || (units && from->unit.len == 0))
        return NULL;
    return "its metadata \"unit\" must be \"cents\" for money, \"e4\" for ten-thousandths";
}

bool hc_widen_type(const struct hc_arrow_field *from, enum hc_type *type) {
    enum hc_wire wire = from->wire;
    if (from->dictionary || is_text(wire) || wire == HC_WIRE_null)
        *type = HC_TYPE_utf8;
    else if (is_int(wire) && from->unit.len)
        *type = hc_str_is(from->unit, "e4") ? HC_TYPE_e4 : HC_TYPE_cents;
    else if (wire == HC_WIRE_int64 || wire == HC_WIRE_uint32)
        *type = HC_TYPE_int64;
    else if (is_int(wire))
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

static enum hc_status check_validity(const struct hc_raw *validity, size_t rows, size_t nulls,
                                     struct hc_err *err) {
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
        return hc_fail(err, HC_EDATA, "damaged: a buffer does not stand at a multiple of 8");
    return HC_OK;
}

static enum hc_status check_texts(enum hc_wire wire, const struct hc_raw *buffer, size_t rows,
                                  struct hc_err *err) {
    if (rows == 0 || wire == HC_WIRE_null)
        return HC_OK;
    if (wire == HC_WIRE_utf8_view)
        return check_room(&buffer[1], rows, 16, err);
    return check_room(&buffer[1], rows + 1, is_large(wire) ? 8 : 4, err);
}

enum hc_status hc_widen_check(const struct hc_arrow_field *from, const struct hc_wire_column *w,
                              struct hc_err *err) {
    enum hc_wire wire = from->dictionary ? from->index : from->wire;
    if (w->rows == 0 || wire == HC_WIRE_null)
        return HC_OK;
    enum hc_status status = check_validity(&w->buffer[0], w->rows, w->nulls, err);
    if (status != HC_OK)
        return status;
    if (wire == HC_WIRE_bool)
        return check_room(&w->buffer[1], (w->rows + 7) / 8, 1, err);
    if (is_text(wire))
        return check_texts(wire, w->buffer, w->rows, err);
    if (!is_list(wire))
        return check_room(&w->buffer[1], w->rows, hc_wire_width(wire), err);
    status = check_room(&w->buffer[1], w->rows + 1, is_large(wire) ? 8 : 4, err);
    if (status == HC_OK && (w->item_nulls || (from->item == HC_WIRE_null && w->items)))
        return hc_fail(err, HC_EDATA, "a list holds a null, which records have no place for");
    if (status == HC_OK)
        status = check_texts(from->item, w->buffer + 2, w->items, err);
    return status;
}

/* ---- numbers ---- */

/* An empty buffer with room for bytes; NULL when out of memory. */
static void *fresh(struct hc_buf *buf, size_t bytes) {
    hc_buf_clear(buf);
    return hc_buf_reserve(buf, bytes ? bytes : 1) ? buf->ptr : NULL;
}

static int64_t int_at(enum hc_wire wire, const uint8_t *ptr, size_t i) {
    switch (wire) {
    case HC_WIRE_int8:
        return ((const int8_t *)ptr)[i];
    case HC_WIRE_int16:
        return ((const int16_t *)(const void *)ptr)[i];
    case HC_WIRE_int32:
    case HC_WIRE_date32:
        return ((const int32_t *)(const void *)ptr)[i];
    case HC_WIRE_uint8:
        return ptr[i];
    case HC_WIRE_uint16:
        return ((const uint16_t *)(const void *)ptr)[i];
    case HC_WIRE_uint32:
        return ((const uint32_t *)(const void *)ptr)[i];
    default:
        return ((const int64_t *)(const void *)ptr)[i];
    }
}

static enum hc_status numbers(enum hc_wire wire, const struct hc_wire_column *w, size_t start,
                              size_t rows, struct hc_widened *own, struct hc_column *column,
                              struct hc_err *err) {
    const uint8_t *ptr = w->buffer[1].ptr;
    bool narrow = column->type == HC_TYPE_int32 || column->type == HC_TYPE_date;
    size_t width = narrow ? 4 : 8;
    if (hc_wire_width(wire) == width && wire != HC_WIRE_uint32 && wire != HC_WIRE_date64) {
        column->bools = (uint8_t *)ptr + start * width;
        return HC_OK;
    }
    void *values = fresh(&own->value, rows * width);
    if (!values)
        return hc_fail_memory(err);
    for (size_t row = 0; row < rows; row++) {
        int64_t value = int_at(wire, ptr, start + row);
        if (!is_valid(&w->buffer[0], w->nulls, start + row))
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

/* Bits to bytes, eight at a time: bit i of the byte lands in byte i, then becomes 0 or 1. */
static enum hc_status bools(const struct hc_wire_column *w, size_t start, size_t rows,
                            struct hc_widened *own, struct hc_column *column,
                            struct hc_err *err) {
    const uint8_t *bits = w->buffer[1].ptr + start / 8;
    uint8_t *values = fresh(&own->value, rows + 8);
    if (!values)
        return hc_fail_memory(err);
    for (size_t row = 0; row < rows; row += 8) {
        uint64_t spread = bits[row / 8] * UINT64_C(0x0101010101010101);
        spread &= UINT64_C(0x8040201008040201);
        spread = (spread + UINT64_C(0x7f7f7f7f7f7f7f7f)) >> 7 & UINT64_C(0x0101010101010101);
        memcpy(values + row, &spread, 8);
    }
    column->bools = values;
    return HC_OK;
}

/* ---- offsets and texts ---- */

/* Offsets start..start+count, of 32 or 64 bits, rising and within limit. 32 bits are pointed
 * at as they are; 64 bits are copied, less *base, the first of them. */
static enum hc_status offsets(bool large, const struct hc_raw *raw, size_t start, size_t count,
                              size_t limit, struct hc_buf *own, int32_t **offset, size_t *base,
                              struct hc_err *err) {
    bool falls = false;
    *base = 0;
    if (!large) {
        const int32_t *from = (const int32_t *)(const void *)raw->ptr + start;
        for (size_t i = 0; i < count; i++)
            falls |= from[i + 1] < from[i];
        if (falls || from[0] < 0 || (size_t)from[count] > limit)
            return hc_fail(err, HC_EDATA, "damaged: offsets fall or point outside");
        *offset = (int32_t *)from;
        return HC_OK;
    }
    const int64_t *from = (const int64_t *)(const void *)raw->ptr + start;
    int32_t *to = fresh(own, (count + 1) * sizeof *to);
    if (!to)
        return hc_fail_memory(err);
    for (size_t i = 0; i < count; i++)
        falls |= from[i + 1] < from[i];
    if (falls || from[0] < 0 || (uint64_t)from[count] > limit)
        return hc_fail(err, HC_EDATA, "damaged: offsets fall or point outside");
    if (from[count] - from[0] > INT32_MAX)
        return hc_fail(err, HC_EDATA, "more than 2 GiB of texts in %zu rows", count);
    for (size_t i = 0; i <= count; i++)
        to[i] = (int32_t)(from[i] - from[0]);
    *base = (size_t)from[0];
    *offset = to;
    return HC_OK;
}

/* Views: 16 bytes, the text itself when it has at most 12, else where it is. */
static enum hc_status views(const struct hc_raw *buffer, size_t buffers, size_t nulls,
                            size_t start, size_t rows, struct hc_buf *own_offset,
                            struct hc_buf *own_bytes, struct hc_err *err) {
    int32_t *to = fresh(own_offset, (rows + 1) * sizeof *to);
    if (!to)
        return hc_fail_memory(err);
    hc_buf_clear(own_bytes);
    to[0] = 0;
    for (size_t row = 0; row < rows; row++) {
        const uint8_t *view = buffer[1].ptr + 16 * (start + row), *text = view + 4;
        int32_t len, which, at;
        memcpy(&len, view, 4);
        memcpy(&which, view + 8, 4);
        memcpy(&at, view + 12, 4);
        if (!is_valid(&buffer[0], nulls, start + row))
            len = 0;
        if (len < 0 || len > TEXT_MAX)
            return hc_fail(err, HC_EDATA, "damaged: a text longer than %d bytes", TEXT_MAX);
        if (len > 12) {
            const struct hc_raw *data = &buffer[2 + (size_t)(which < 0 ? 0 : which)];
            if (which < 0 || (size_t)which >= buffers - 2 || at < 0 ||
                (size_t)at > data->len || (size_t)len > data->len - (size_t)at)
                return hc_fail(err, HC_EDATA, "damaged: a text view points outside");
            text = data->ptr + at;
        }
        hc_buf_put(own_bytes, text, (size_t)len);
        if (own_bytes->len > TEXT_MAX)
            return hc_fail(err, HC_EDATA, "more than %d bytes of texts in %zu rows", TEXT_MAX,
                           rows);
        to[row + 1] = (int32_t)own_bytes->len;
    }
    return own_bytes->failed ? hc_fail_memory(err) : HC_OK;
}

/* Texts of any layout as offsets and bytes. */
static enum hc_status texts(enum hc_wire wire, const struct hc_raw *buffer, size_t buffers,
                            size_t nulls, size_t start, size_t rows, struct hc_buf *own_offset,
                            struct hc_buf *own_bytes, int32_t **offset, char **bytes,
                            struct hc_err *err) {
    size_t base;
    *bytes = (char *)nothing;
    *offset = (int32_t *)nothing;
    if (rows == 0)
        return HC_OK;
    if (wire == HC_WIRE_utf8_view) {
        enum hc_status status =
            views(buffer, buffers, nulls, start, rows, own_offset, own_bytes, err);
        if (status == HC_OK)
            *offset = (int32_t *)(void *)own_offset->ptr;
        if (status == HC_OK && own_bytes->len)
            *bytes = (char *)own_bytes->ptr;
        return status;
    }
    enum hc_status status = offsets(is_large(wire), &buffer[1], start, rows, buffer[2].len,
                                    own_offset, offset, &base, err);
    if (status == HC_OK)
        *bytes = (char *)buffer[2].ptr + base;
    return status;
}

static enum hc_status check_utf8(const int32_t *offset, const char *bytes, size_t count,
                                 struct hc_err *err) {
    for (size_t i = 0; i < count; i++)
        if (!hc_str_is_text((struct hc_str){bytes + offset[i],
                                            (size_t)(offset[i + 1] - offset[i])}))
            return hc_fail(err, HC_EDATA, "a text that is not UTF-8");
    return HC_OK;
}

static enum hc_status lists(const struct hc_arrow_field *from, const struct hc_wire_column *w,
                            size_t start, size_t rows, bool text, struct hc_widened *own,
                            struct hc_column *column, struct hc_err *err) {
    bool copy = is_large(from->wire) || from->item != HC_WIRE_utf8;
    size_t base;
    enum hc_status status = offsets(is_large(from->wire), &w->buffer[1], start, rows, w->items,
                                    &own->offset, &column->offset, &base, err);
    if (status != HC_OK)
        return status;
    size_t first = base + (size_t)column->offset[0];
    size_t items = (size_t)(column->offset[rows] - column->offset[0]);
    int32_t *item;
    status = texts(from->item, w->buffer + 2, w->buffers - 2, 0, first, items, &own->item,
                   &own->bytes, &item, &column->bytes, err);
    if (status == HC_OK && text)
        status = check_utf8(item, column->bytes, items, err);
    if (status != HC_OK)
        return status;
    column->item = item;
    if (!copy && items) /* both point into the message: offsets count from its first item */
        column->item = (int32_t *)(void *)(uintptr_t)w->buffer[3].ptr;
    else if (column->offset[0] != 0) {
        int32_t *from_first = fresh(&own->value, (rows + 1) * sizeof *from_first);
        if (!from_first)
            return hc_fail_memory(err);
        for (size_t i = 0; i <= rows; i++)
            from_first[i] = column->offset[i] - column->offset[0];
        column->offset = from_first;
    }
    return HC_OK;
}

/* ---- look-ups ---- */

/* Row becomes null: the column gets a bitmap of its own. */
static bool make_null(struct hc_widened *own, struct hc_column *column, size_t row,
                      size_t rows) {
    if (column->valid == NULL || column->valid != own->valid.ptr) {
        uint8_t *bits = fresh(&own->valid, (rows + 7) / 8);
        if (!bits)
            return false;
        if (column->valid)
            memcpy(bits, column->valid, (rows + 7) / 8);
        else
            memset(bits, 0xff, (rows + 7) / 8);
        column->valid = bits;
    }
    column->valid[row >> 3] &= (uint8_t)~(1u << (row & 7));
    return true;
}

static enum hc_status not_listed(const struct hc_choices *choices, struct hc_str value,
                                 struct hc_err *err) {
    char shape[HC_SHAPE_SIZE];
    return hc_fail(err, HC_EDATA, "'%s' is none of the %d values of %s",
                   hc_str_shape(value, shape), choices->count, choices->name);
}

static struct hc_str entry(const struct hc_dictionary *d, size_t i) {
    const int32_t *offset = (const int32_t *)(const void *)d->offset.ptr;
    const char *bytes = d->bytes.len ? (const char *)d->bytes.ptr : "";
    return (struct hc_str){bytes + offset[i], (size_t)(offset[i + 1] - offset[i])};
}

static enum hc_status no_entry(struct hc_err *err) {
    return hc_fail(err, HC_EDATA, "damaged: an index outside of its dictionary");
}

static enum hc_status texts_by_index(const struct hc_arrow_field *from,
                                     const struct hc_wire_column *w, size_t start, size_t rows,
                                     const struct hc_dictionary *d, struct hc_widened *own,
                                     struct hc_column *column, struct hc_err *err) {
    int32_t *to = fresh(&own->offset, (rows + 1) * sizeof *to);
    if (!to)
        return hc_fail_memory(err);
    hc_buf_clear(&own->bytes);
    to[0] = 0;
    for (size_t row = 0; row < rows; row++) {
        int64_t i = int_at(from->index, w->buffer[1].ptr, start + row);
        if (is_valid(&w->buffer[0], w->nulls, start + row)) {
            if (i < 0 || (uint64_t)i >= d->count)
                return no_entry(err);
            struct hc_str value = entry(d, (size_t)i);
            if (d->null.ptr[i] && !make_null(own, column, row, rows))
                return hc_fail_memory(err);
            if (own->bytes.len + value.len > TEXT_MAX)
                return hc_fail(err, HC_EDATA, "more than %d bytes of texts in %zu rows",
                               TEXT_MAX, rows);
            hc_buf_put(&own->bytes, value.ptr, value.len);
        }
        to[row + 1] = (int32_t)own->bytes.len;
    }
    column->offset = to;
    column->bytes = own->bytes.len ? (char *)own->bytes.ptr : (char *)nothing;
    return own->bytes.failed ? hc_fail_memory(err) : HC_OK;
}

/* Are all indices that count below the dictionary's end? */
static bool in_range(const struct hc_wire_column *w, size_t start, size_t rows, size_t count) {
    const uint8_t *index = w->buffer[1].ptr + start;
    uint8_t highest = 0;
    for (size_t row = 0; row < rows; row++)
        highest = index[row] > highest ? index[row] : highest;
    if (highest < count)
        return true;
    for (size_t row = 0; row < rows; row++)
        if (index[row] >= count && is_valid(&w->buffer[0], w->nulls, start + row))
            return false;
    return true;
}

static enum hc_status choices_by_index(const struct hc_arrow_field *from,
                                       const struct hc_wire_column *w, size_t start, size_t rows,
                                       const struct hc_dictionary *d, struct hc_widened *own,
                                       struct hc_column *column, struct hc_err *err) {
    if (from->index == HC_WIRE_int8 && d->as_listed) {
        column->i8 = (int8_t *)(uintptr_t)(w->buffer[1].ptr + start);
        return in_range(w, start, rows, d->count) ? HC_OK : no_entry(err);
    }
    int8_t *to = fresh(&own->value, rows);
    if (!to)
        return hc_fail_memory(err);
    for (size_t row = 0; row < rows; row++) {
        int64_t i = int_at(from->index, w->buffer[1].ptr, start + row);
        to[row] = 0;
        if (!is_valid(&w->buffer[0], w->nulls, start + row))
            continue;
        if (i < 0 || (uint64_t)i >= d->count)
            return no_entry(err);
        int8_t choice = ((const int8_t *)d->choice.ptr)[i];
        if (d->null.ptr[i]) {
            if (!make_null(own, column, row, rows))
                return hc_fail_memory(err);
        } else if (choice < 0) {
            return not_listed(d->choices, entry(d, (size_t)i), err);
        } else {
            to[row] = choice;
        }
    }
    column->i8 = to;
    return HC_OK;
}

static enum hc_status choices_by_text(const struct hc_wire_column *w, size_t start, size_t rows,
                                      const struct hc_choices *choices, const int32_t *offset,
                                      const char *bytes, struct hc_widened *own,
                                      struct hc_column *column, struct hc_err *err) {
    int8_t *to = fresh(&own->value, rows);
    if (!to)
        return hc_fail_memory(err);
    for (size_t row = 0; row < rows; row++) {
        struct hc_str text = {bytes + offset[row], (size_t)(offset[row + 1] - offset[row])};
        bool valid = is_valid(&w->buffer[0], w->nulls, start + row);
        int choice = valid ? hc_choice_of(choices, text) : 0;
        if (choice < 0)
            return not_listed(choices, text, err);
        to[row] = (int8_t)choice;
    }
    column->i8 = to;
    return HC_OK;
}

/* ---- all of it ---- */

static enum hc_status widen(const struct hc_arrow_field *from, const struct hc_wire_column *w,
                            size_t start, size_t rows, const struct hc_field *field,
                            const struct hc_dictionary *d, bool text, struct hc_widened *own,
                            struct hc_column *column, struct hc_err *err) {
    int32_t *offset;
    char *bytes;
    if (from->dictionary && column->type == HC_TYPE_choice)
        return choices_by_index(from, w, start, rows, d, own, column, err);
    if (from->dictionary)
        return texts_by_index(from, w, start, rows, d, own, column, err);
    if (column->type == HC_TYPE_bool)
        return bools(w, start, rows, own, column, err);
    if (column->type == HC_TYPE_list)
        return lists(from, w, start, rows, text, own, column, err);
    if (!is_text(from->wire))
        return numbers(from->wire, w, start, rows, own, column, err);
    enum hc_status status = texts(from->wire, w->buffer, w->buffers, w->nulls, start, rows,
                                  &own->offset, &own->bytes, &offset, &bytes, err);
    if (status == HC_OK && text)
        status = check_utf8(offset, bytes, rows, err);
    if (status == HC_OK && column->type == HC_TYPE_choice)
        return choices_by_text(w, start, rows, field->choices, offset, bytes, own, column, err);
    column->offset = offset;
    column->bytes = bytes;
    return status;
}

enum hc_status hc_widen(const struct hc_arrow_field *from, const struct hc_wire_column *w,
                        size_t start, size_t rows, const struct hc_field *field,
                        const struct hc_dictionary *dictionary, bool text,
                        struct hc_widened *own, struct hc_column *column, struct hc_err *err) {
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

/* ---- dictionaries ---- */

static enum hc_status add_entries(struct hc_dictionary *d, const struct hc_wire_column *w,
                                  size_t rows, const int32_t *offset, const char *bytes,
                                  size_t start, struct hc_err *err) {
    if (d->count + rows > ENTRIES_MAX ||
        d->bytes.len + (size_t)(offset[rows] - offset[0]) > TEXT_MAX)
        return hc_fail(err, HC_EDATA, "a dictionary of more than %d entries or %d bytes",
                       ENTRIES_MAX, TEXT_MAX);
    for (size_t row = 0; row < rows; row++) {
        struct hc_str text = {bytes + offset[row], (size_t)(offset[row + 1] - offset[row])};
        bool null = !is_valid(&w->buffer[0], w->nulls, start + row);
        int choice = d->choices && !null ? hc_choice_of(d->choices, text) : -1;
        hc_buf_put(&d->bytes, text.ptr, null ? 0 : text.len);
        hc_buf_put(&d->offset, &(int32_t){(int32_t)d->bytes.len}, sizeof(int32_t));
        hc_buf_putc(&d->null, null);
        hc_buf_putc(&d->choice, (char)choice);
        d->as_listed &= choice >= 0 && (size_t)choice == d->count;
        d->count++;
    }
    bool failed = d->bytes.failed || d->offset.failed || d->null.failed || d->choice.failed;
    return failed ? hc_fail_memory(err) : HC_OK;
}

enum hc_status hc_dictionary_add(struct hc_dictionary *d, const struct hc_arrow_field *from,
                                 const struct hc_wire_column *w, bool delta,
                                 struct hc_err *err) {
    struct hc_buf own_offset = {0}, own_bytes = {0};
    struct hc_arrow_field values = *from;
    values.dictionary = false;
    if (!delta || d->count == 0) {
        d->count = 0;
        d->as_listed = true;
        hc_buf_clear(&d->offset);
        hc_buf_clear(&d->bytes);
        hc_buf_clear(&d->null);
        hc_buf_clear(&d->choice);
        hc_buf_put(&d->offset, &(int32_t){0}, sizeof(int32_t));
    }
    enum hc_status status = hc_widen_check(&values, w, err);
    for (size_t start = 0, rows; start < w->rows && status == HC_OK; start += rows) {
        int32_t *offset;
        char *bytes;
        rows = w->rows - start < HC_BATCH_ROWS ? w->rows - start : HC_BATCH_ROWS;
        status = texts(from->wire, w->buffer, w->buffers, w->nulls, start, rows, &own_offset,
                       &own_bytes, &offset, &bytes, err);
        if (status == HC_OK)
            status = check_utf8(offset, bytes, rows, err);
        if (status == HC_OK)
            status = add_entries(d, w, rows, offset, bytes, start, err);
    }
    hc_buf_free(&own_offset);
    hc_buf_free(&own_bytes);
    return status;
}

void hc_dictionary_free(struct hc_dictionary *d) {
    hc_buf_free(&d->offset);
    hc_buf_free(&d->bytes);
    hc_buf_free(&d->null);
    hc_buf_free(&d->choice);
}
