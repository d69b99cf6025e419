#include "record/flat.h"

/* ---- reading ---- */

/* Are len bytes at `at` inside? Marks the buffer bad when not. */
static bool inside(struct hc_flat *flat, size_t at, size_t len) {
    if (at <= flat->len && len <= flat->len - at)
        return true;
    flat->bad = true;
    return false;
}

static int64_t number(const uint8_t *ptr, size_t bytes) {
    uint64_t value = 0;
    for (size_t i = 0; i < bytes; i++)
        value |= (uint64_t)ptr[i] << (8 * i);
    unsigned unused = (unsigned)(64 - 8 * bytes);
    return (int64_t)(value << unused) >> unused;
}

/* The place that the offset at `at` points to; 0 when damaged. */
static size_t follow(struct hc_flat *flat, size_t at) {
    if (!inside(flat, at, 4))
        return 0;
    size_t target = at + (uint32_t)number(flat->ptr + at, 4);
    if (target == at || !inside(flat, target, 4))
        return flat->bad = true, 0;
    return target;
}

static struct hc_flat_table table_at(struct hc_flat *flat, size_t at) {
    struct hc_flat_table none = {.flat = flat}, table = none;
    if (at == 0 || !inside(flat, at, 4))
        return none;
    int64_t vtable = (int64_t)at - number(flat->ptr + at, 4);
    if (vtable < 0 || !inside(flat, (size_t)vtable, 4))
        return flat->bad = true, none;
    table.at = at;
    table.vtable = (size_t)vtable;
    table.vtable_len = (uint16_t)number(flat->ptr + vtable, 2);
    table.len = (uint16_t)number(flat->ptr + vtable + 2, 2);
    if (table.vtable_len < 4 || table.len < 4 || !inside(flat, at, table.len) ||
        !inside(flat, table.vtable, table.vtable_len))
        return flat->bad = true, none;
    return table;
}

struct hc_flat_table hc_flat_root(struct hc_flat *flat) {
    return table_at(flat, follow(flat, 0));
}

/* Where a field of some bytes stands; 0 when absent. */
static size_t place(struct hc_flat_table table, unsigned field, size_t bytes) {
    size_t entry = 4 + 2 * (size_t)field;
    if (table.at == 0 || entry + 2 > table.vtable_len)
        return 0;
    size_t offset = (uint16_t)number(table.flat->ptr + table.vtable + entry, 2);
    if (offset == 0)
        return 0;
    if (offset < 4 || offset + bytes > table.len)
        return table.flat->bad = true, 0;
    return table.at + offset;
}

int64_t hc_flat_int(struct hc_flat_table table, unsigned field, size_t bytes,
                    int64_t fallback) {
    size_t at = place(table, field, bytes);
    return at ? number(table.flat->ptr + at, bytes) : fallback;
}

struct hc_flat_table hc_flat_table(struct hc_flat_table table, unsigned field) {
    size_t at = place(table, field, 4);
    return at ? table_at(table.flat, follow(table.flat, at))
              : (struct hc_flat_table){.flat = table.flat};
}

struct hc_flat_vector hc_flat_vector(struct hc_flat_table table, unsigned field,
                                     size_t element_bytes) {
    struct hc_flat_vector none = {.flat = table.flat, .element_bytes = element_bytes};
    struct hc_flat_vector vector = none;
    size_t at = place(table, field, 4);
    if (at == 0 || (at = follow(table.flat, at)) == 0)
        return none;
    vector.count = (uint32_t)number(table.flat->ptr + at, 4);
    vector.at = at + 4;
    if (!inside(table.flat, vector.at, vector.count * element_bytes))
        return none;
    return vector;
}

struct hc_str hc_flat_str(struct hc_flat_table table, unsigned field) {
    struct hc_flat_vector bytes = hc_flat_vector(table, field, 1);
    if (bytes.count == 0)
        return (struct hc_str){"", 0};
    return (struct hc_str){(const char *)table.flat->ptr + bytes.at, bytes.count};
}

struct hc_flat_table hc_flat_table_at(struct hc_flat_vector vector, size_t index) {
    return table_at(vector.flat, follow(vector.flat, vector.at + 4 * index));
}

int64_t hc_flat_int_at(struct hc_flat_vector vector, size_t index, size_t offset,
                       size_t bytes) {
    return number(vector.flat->ptr + vector.at + index * vector.element_bytes + offset,
                  bytes);
}

/* ---- building ---- */

static size_t put_zeros(struct hc_buf *buf, size_t count) {
    size_t at = buf->len;
    if (hc_buf_reserve(buf, count)) {
        memset(buf->ptr + at, 0, count);
        buf->len += count;
    }
    return at;
}

void hc_flat_pad(struct hc_buf *buf, size_t align) {
    put_zeros(buf, (align - buf->len % align) % align);
}

void hc_flat_put(struct hc_buf *buf, size_t at, int64_t value, size_t bytes) {
    for (size_t i = 0; i < bytes && at + i < buf->len; i++)
        buf->ptr[at + i] = (uint8_t)((uint64_t)value >> (8 * i));
}

void hc_flat_start(struct hc_buf *buf) {
    put_zeros(buf, 8);
}

void hc_flat_build_table(struct hc_buf *buf, size_t from, struct hc_flat_slot *slot,
                         size_t slots) {
    size_t vtable = put_zeros(buf, 4 + 2 * slots);
    hc_flat_pad(buf, 8); /* the table starts at a multiple of 8, so offsets align within */
    size_t table = buf->len, end = 4;
    for (size_t i = 0; i < slots; i++) {
        if (slot[i].bytes == 0)
            continue;
        end = (end + slot[i].bytes - 1) / slot[i].bytes * slot[i].bytes;
        slot[i].at = table + end;
        hc_flat_put(buf, vtable + 4 + 2 * i, (int64_t)end, 2);
        end += slot[i].bytes;
    }
    put_zeros(buf, (end + 3) / 4 * 4);
    hc_flat_put(buf, vtable, (int64_t)(4 + 2 * slots), 2);
    hc_flat_put(buf, vtable + 2, (int64_t)end, 2);
    hc_flat_put(buf, table, (int64_t)(table - vtable), 4);
    hc_flat_put(buf, from, (int64_t)(table - from), 4);
    for (size_t i = 0; i < slots; i++)
        if (slot[i].bytes)
            hc_flat_put(buf, slot[i].at, slot[i].value, slot[i].bytes);
}

size_t hc_flat_build_vector(struct hc_buf *buf, size_t from, size_t count,
                            size_t element_bytes) {
    hc_flat_pad(buf, 8);
    put_zeros(buf, 4);
    size_t at = put_zeros(buf, 4 + count * element_bytes);
    hc_flat_put(buf, at, (int64_t)count, 4);
    hc_flat_put(buf, from, (int64_t)(at - from), 4);
    hc_flat_pad(buf, 4);
    return at + 4;
}

void hc_flat_build_str(struct hc_buf *buf, size_t from, struct hc_str text) {
    size_t at = put_zeros(buf, 4);
    hc_flat_put(buf, at, (int64_t)text.len, 4);
    hc_flat_put(buf, from, (int64_t)(at - from), 4);
    hc_buf_put(buf, text.ptr, text.len);
    hc_buf_putc(buf, '\0');
    hc_flat_pad(buf, 4);
}
