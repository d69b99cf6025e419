/* Flatbuffers, as much as Arrow needs: a builder that writes forwards, and a reader that
 * believes nothing.
 *
 * A buffer is a tree of tables. A table starts with the way back to its vtable, which says
 * where each numbered field stands; strings, vectors and tables are pointed at by unsigned
 * offsets, so they stand behind what points at them. Source: flatbuffers "Internals".
 */
#ifndef HC_RECORD_FLAT_H
#define HC_RECORD_FLAT_H

#include "base/arena.h"

/* ---- reading ---- */

struct hc_flat { /* the bytes, aligned to 8; bad is sticky: something pointed outside */
    const uint8_t *ptr;
    size_t len;
    bool bad;
};
struct hc_flat_table { /* at 0 is none: every field reads as its default */
    struct hc_flat *flat;
    size_t at;
    size_t vtable;
    uint16_t vtable_len;
    uint16_t len;
};
struct hc_flat_vector { /* bytes is NULL when there is none; count then 0 */
    struct hc_flat *flat;
    size_t at; /* of the first element */
    size_t count;
    size_t element_bytes;
};

/* All of these give the default, or nothing, when the field is absent; they also set
 * flat->bad when it is damaged. Look at bad before using what was found. */
struct hc_flat_table hc_flat_root(struct hc_flat *flat);
int64_t hc_flat_int(struct hc_flat_table table, unsigned field, size_t bytes, int64_t fallback);
struct hc_flat_table hc_flat_table(struct hc_flat_table table, unsigned field);
struct hc_str hc_flat_str(struct hc_flat_table table, unsigned field);
struct hc_flat_vector hc_flat_vector(struct hc_flat_table table, unsigned field,
                                     size_t element_bytes);
/* Element of a vector of tables (element_bytes 4). */
struct hc_flat_table hc_flat_table_at(struct hc_flat_vector vector, size_t index);
/* Little-endian signed number within an element, at byte offset. */
int64_t hc_flat_int_at(struct hc_flat_vector vector, size_t index, size_t offset,
                       size_t bytes);

/* ---- building ---- */

struct hc_flat_slot { /* field number is the place in the array */
    size_t bytes;     /* 0 absent, 1, 2, 4, 8 */
    int64_t value;
    size_t at;        /* set: where the field stands, for hc_flat_build_* of a reference */
};
#define HC_FLAT_INT(width, number) {.bytes = (width), .value = (number)}
#define HC_FLAT_REF {.bytes = 4}

/* Start in an empty buffer: the root reference stands at 0. Out of memory is buf->failed. */
void hc_flat_start(struct hc_buf *buf);
/* A table that the reference at `from` points to. Fills slot[].at of the present ones. */
void hc_flat_build_table(struct hc_buf *buf, size_t from, struct hc_flat_slot *slot,
                         size_t slots);
void hc_flat_build_str(struct hc_buf *buf, size_t from, struct hc_str text);
/* A cleared vector; returns where its first element stands, aligned to 8. */
size_t hc_flat_build_vector(struct hc_buf *buf, size_t from, size_t count,
                            size_t element_bytes);
void hc_flat_put(struct hc_buf *buf, size_t at, int64_t value, size_t bytes);
/* Zeros until the length is a multiple of align. */
void hc_flat_pad(struct hc_buf *buf, size_t align);

#endif
