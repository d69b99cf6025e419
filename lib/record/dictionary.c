#include "record/dictionary.h"

#include "record/widen.h"

enum { ENTRIES_MAX = 16 << 20 };

/* ---- look-ups ---- */

/* Row becomes null: the column gets a bitmap of its own. */
static bool make_null(struct hc_widened *own, struct hc_column *column, size_t row,
                      size_t rows) {
    if (column->valid == NULL || column->valid != own->valid.ptr) {
        uint8_t *bits = hc_wire_room(&own->valid, (rows + 7) / 8);
        if (!bits)
            return false;
        if (column->valid)
            memcpy(bits, column->valid, (rows + 7) / 8);
        else
            memset(bits, 0xff, (rows + 7) / 8);
        column->valid = bits;
    }
    column->valid[row >> 3] &= (uint8_t) ~(1u << (row & 7));
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

enum hc_status hc_texts_by_index(const struct hc_arrow_field *from,
                                 const struct hc_wire_column *w, size_t start, size_t rows,
                                 const struct hc_dictionary *d, struct hc_widened *own,
                                 struct hc_column *column, struct hc_err *err) {
    int32_t *to = hc_wire_room(&own->offset, (rows + 1) * sizeof *to);
    if (!to)
        return hc_fail_memory(err);
    hc_buf_clear(&own->bytes);
    to[0] = 0;
    for (size_t row = 0; row < rows; row++) {
        int64_t i = hc_wire_int_at(from->index, w->buffer[1].ptr, start + row);
        if (hc_wire_valid(&w->buffer[0], w->nulls, start + row)) {
            if (i < 0 || (uint64_t)i >= d->count)
                return no_entry(err);
            struct hc_str value = entry(d, (size_t)i);
            if (d->null.ptr[i] && !make_null(own, column, row, rows))
                return hc_fail_memory(err);
            if (own->bytes.len + value.len > HC_WIRE_TEXT_MAX)
                return hc_fail(err, HC_EDATA, "more than %d bytes of texts in %zu rows",
                               HC_WIRE_TEXT_MAX, rows);
            hc_buf_put(&own->bytes, value.ptr, value.len);
        }
        to[row + 1] = (int32_t)own->bytes.len;
    }
    column->offset = to;
    column->bytes = own->bytes.len ? (char *)own->bytes.ptr : (char *)(uintptr_t) "";
    return own->bytes.failed ? hc_fail_memory(err) : HC_OK;
}

/* Are all indices that count below the dictionary's end? */
static bool in_range(const struct hc_wire_column *w, size_t start, size_t rows,
                     size_t count) {
    const uint8_t *index = w->buffer[1].ptr + start;
    uint8_t highest = 0;
    for (size_t row = 0; row < rows; row++)
        highest = index[row] > highest ? index[row] : highest;
    if (highest < count)
        return true;
    for (size_t row = 0; row < rows; row++)
        if (index[row] >= count && hc_wire_valid(&w->buffer[0], w->nulls, start + row))
            return false;
    return true;
}

enum hc_status hc_choices_by_index(const struct hc_arrow_field *from,
                                   const struct hc_wire_column *w, size_t start,
                                   size_t rows, const struct hc_dictionary *d,
                                   struct hc_widened *own, struct hc_column *column,
                                   struct hc_err *err) {
    if (from->index == HC_WIRE_int8 && d->as_listed) {
        column->i8 = (int8_t *)(uintptr_t)(w->buffer[1].ptr + start);
        return in_range(w, start, rows, d->count) ? HC_OK : no_entry(err);
    }
    int8_t *to = hc_wire_room(&own->value, rows);
    if (!to)
        return hc_fail_memory(err);
    for (size_t row = 0; row < rows; row++) {
        int64_t i = hc_wire_int_at(from->index, w->buffer[1].ptr, start + row);
        to[row] = 0;
        if (!hc_wire_valid(&w->buffer[0], w->nulls, start + row))
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

enum hc_status hc_choices_by_text(const struct hc_wire_column *w, size_t start, size_t rows,
                                  const struct hc_choices *choices, const int32_t *offset,
                                  const char *bytes, struct hc_widened *own,
                                  struct hc_column *column, struct hc_err *err) {
    int8_t *to = hc_wire_room(&own->value, rows);
    if (!to)
        return hc_fail_memory(err);
    for (size_t row = 0; row < rows; row++) {
        struct hc_str text = {bytes + offset[row], (size_t)(offset[row + 1] - offset[row])};
        bool valid = hc_wire_valid(&w->buffer[0], w->nulls, start + row);
        int choice = valid ? hc_choice_of(choices, text) : 0;
        if (choice < 0)
            return not_listed(choices, text, err);
        to[row] = (int8_t)choice;
    }
    column->i8 = to;
    return HC_OK;
}

/* ---- dictionaries ---- */

static enum hc_status add_entries(struct hc_dictionary *d, const struct hc_wire_column *w,
                                  size_t rows, const int32_t *offset, const char *bytes,
                                  size_t start, struct hc_err *err) {
    if (d->count + rows > ENTRIES_MAX ||
        d->bytes.len + (size_t)(offset[rows] - offset[0]) > HC_WIRE_TEXT_MAX)
        return hc_fail(err, HC_EDATA, "a dictionary of more than %d entries or %d bytes",
                       ENTRIES_MAX, HC_WIRE_TEXT_MAX);
    for (size_t row = 0; row < rows; row++) {
        struct hc_str text = {bytes + offset[row], (size_t)(offset[row + 1] - offset[row])};
        bool null = !hc_wire_valid(&w->buffer[0], w->nulls, start + row);
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
        status = hc_wire_texts(from->wire, w->buffer, w->buffers, w->nulls, start, rows,
                               &own_offset, &own_bytes, &offset, &bytes, err);
        if (status == HC_OK)
            status = hc_wire_check_utf8(offset, bytes, rows, err);
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
