#include "record/wire.h"

/* What an absent buffer points to: enough for the one offset of no rows. */
static const int32_t nothing[2];

void *hc_wire_room(struct hc_buf *buf, size_t bytes) {
    hc_buf_clear(buf);
    return hc_buf_reserve(buf, bytes ? bytes : 1) ? buf->ptr : NULL;
}

int64_t hc_wire_int_at(enum hc_wire wire, const uint8_t *ptr, size_t i) {
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

enum hc_status hc_wire_offsets(bool large, const struct hc_raw *raw, size_t start,
                               size_t count, size_t limit, struct hc_buf *own,
                               int32_t **offset, size_t *base, struct hc_err *err) {
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
    int32_t *to = hc_wire_room(own, (count + 1) * sizeof *to);
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
    int32_t *to = hc_wire_room(own_offset, (rows + 1) * sizeof *to);
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
        if (!hc_wire_valid(&buffer[0], nulls, start + row))
            len = 0;
        if (len < 0 || len > HC_WIRE_TEXT_MAX)
            return hc_fail(err, HC_EDATA, "damaged: a text longer than %d bytes",
                           HC_WIRE_TEXT_MAX);
        if (len > 12) {
            const struct hc_raw *data = &buffer[2 + (size_t)(which < 0 ? 0 : which)];
            if (which < 0 || (size_t)which >= buffers - 2 || at < 0 ||
                (size_t)at > data->len || (size_t)len > data->len - (size_t)at)
                return hc_fail(err, HC_EDATA, "damaged: a text view points outside");
            text = data->ptr + at;
        }
        hc_buf_put(own_bytes, text, (size_t)len);
        if (own_bytes->len > HC_WIRE_TEXT_MAX)
            return hc_fail(err, HC_EDATA, "more than %d bytes of texts in %zu rows",
                           HC_WIRE_TEXT_MAX, rows);
        to[row + 1] = (int32_t)own_bytes->len;
    }
    return own_bytes->failed ? hc_fail_memory(err) : HC_OK;
}

enum hc_status hc_wire_texts(enum hc_wire wire, const struct hc_raw *buffer, size_t buffers,
                             size_t nulls, size_t start, size_t rows,
                             struct hc_buf *own_offset, struct hc_buf *own_bytes,
                             int32_t **offset, char **bytes, struct hc_err *err) {
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
    enum hc_status status = hc_wire_offsets(hc_wire_is_large(wire), &buffer[1], start, rows,
                                            buffer[2].len, own_offset, offset, &base, err);
    if (status == HC_OK)
        *bytes = (char *)buffer[2].ptr + base;
    return status;
}

enum hc_status hc_wire_check_utf8(const int32_t *offset, const char *bytes, size_t count,
                                  struct hc_err *err) {
    for (size_t i = 0; i < count; i++)
        if (!hc_str_is_text(
                (struct hc_str){bytes + offset[i], (size_t)(offset[i + 1] - offset[i])}))
            return hc_fail(err, HC_EDATA, "a text that is not UTF-8");
    return HC_OK;
}
