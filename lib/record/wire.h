/* Values as they lie in a message's buffers: numbers of any width, texts in any of Arrow's
 * layouts. For record/widen.c and record/dictionary.c.
 */
#ifndef HC_RECORD_WIRE_H
#define HC_RECORD_WIRE_H

#include "record/arrow_schema.h"

/* Bytes of one column's texts in HC_BATCH_ROWS rows, once copied: views and dictionaries make
 * much of little. */
#define HC_WIRE_TEXT_MAX (64 << 20)

struct hc_raw { /* a buffer of a message; never NULL */
    const uint8_t *ptr;
    size_t len;
};
struct hc_wire_column { /* one column of a message, as it stands there */
    size_t rows, nulls;
    const struct hc_raw *buffer; /* validity, then as the type has it, children behind */
    size_t buffers;
    size_t items, item_nulls; /* of a list's child */
};

static inline bool hc_wire_is_text(enum hc_wire wire) {
    return wire == HC_WIRE_utf8 || wire == HC_WIRE_large_utf8 || wire == HC_WIRE_utf8_view;
}
static inline bool hc_wire_is_int(enum hc_wire wire) {
    return wire >= HC_WIRE_int8 && wire <= HC_WIRE_uint32;
}
static inline bool hc_wire_is_list(enum hc_wire wire) {
    return wire == HC_WIRE_list || wire == HC_WIRE_large_list;
}
static inline bool hc_wire_is_large(enum hc_wire wire) {
    return wire == HC_WIRE_large_utf8 || wire == HC_WIRE_large_list;
}
static inline bool hc_wire_valid(const struct hc_raw *validity, size_t nulls, size_t row) {
    return nulls == 0 || (validity->ptr[row >> 3] >> (row & 7) & 1);
}

/* A number of a width that hc_wire_width() gives, widened. */
int64_t hc_wire_int_at(enum hc_wire wire, const uint8_t *ptr, size_t i);
/* An empty buffer with room for bytes; NULL when out of memory. */
void *hc_wire_room(struct hc_buf *buf, size_t bytes);
/* Offsets start..start+count, of 32 or 64 bits, rising and within limit. 32 bits are pointed
 * at as they are; 64 bits are copied, less *base, the first of them. */
enum hc_status hc_wire_offsets(bool large, const struct hc_raw *raw, size_t start,
                               size_t count, size_t limit, struct hc_buf *own,
                               int32_t **offset, size_t *base, struct hc_err *err) HC_MUST_CHECK;
/* Texts of any layout as offsets and bytes: pointed at, or copied into own. */
enum hc_status hc_wire_texts(enum hc_wire wire, const struct hc_raw *buffer, size_t buffers,
                             size_t nulls, size_t start, size_t rows,
                             struct hc_buf *own_offset, struct hc_buf *own_bytes,
                             int32_t **offset, char **bytes, struct hc_err *err) HC_MUST_CHECK;
enum hc_status hc_wire_check_utf8(const int32_t *offset, const char *bytes, size_t count,
                                  struct hc_err *err) HC_MUST_CHECK;

#endif
