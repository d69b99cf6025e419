/* Rows of one batch into another, a column at a time. */
#include "record/column.h"

static bool valid_at(const struct hc_column *f, size_t row) {
    return !f->valid || (f->valid[row >> 3] >> (row & 7) & 1);
}

/* The validity of eight rows as a byte. */
static uint8_t valid_byte(const struct hc_column *f, const uint32_t *row, bool neighbours) {
    unsigned byte = 0;
    if (neighbours) {
        const uint8_t *bits = f->valid + (row[0] >> 3);
        unsigned shift = row[0] & 7;
        return (uint8_t)(shift ? bits[0] >> shift | bits[1] << (8 - shift) : bits[0]);
    }
    for (unsigned i = 0; i < 8; i++)
        byte |= (f->valid[row[i] >> 3] >> (row[i] & 7) & 1u) << i;
    return (uint8_t)byte;
}

static void take_valid(struct hc_column *c, size_t at, const struct hc_column *f,
                       const uint32_t *row, size_t rows, bool neighbours) {
    size_t i = 0, bytes;
    for (; i < rows && (at + i) % 8; i++)
        c->bitmap[(at + i) >> 3] |= (uint8_t)(valid_at(f, row[i]) << ((at + i) & 7));
    bytes = (rows - i) / 8;
    if (!f->valid)
        memset(c->bitmap + ((at + i) >> 3), 0xff, bytes);
    for (size_t n = 0; n < bytes && f->valid; n++)
        c->bitmap[((at + i) >> 3) + n] = valid_byte(f, row + i + 8 * n, neighbours);
    for (i += 8 * bytes; i < rows; i++)
        c->bitmap[(at + i) >> 3] |= (uint8_t)(valid_at(f, row[i]) << ((at + i) & 7));
}

/* all: every row of f has a value, be it under a null. clean: that is then zero. */
static void take_fixed(struct hc_column *c, size_t at, const struct hc_column *f,
                       const uint32_t *row, size_t rows, bool all, bool clean) {
    size_t width = hc_column_width(c->type);
    switch (all ? width : 0) {
    case 1:
        for (size_t i = 0; i < rows; i++)
            c->bools[at + i] = f->bools[row[i]];
        break;
    case 4:
        for (size_t i = 0; i < rows; i++)
            c->i32[at + i] = f->i32[row[i]];
        break;
    case 8:
        for (size_t i = 0; i < rows; i++)
            c->i64[at + i] = f->i64[row[i]];
        break;
    default: /* a batch still being built */
        for (size_t i = 0; i < rows; i++)
            if (valid_at(f, row[i]))
                memcpy(c->bools + (at + i) * width, f->bools + row[i] * width, width);
    }
    if (f->valid && !clean)
        for (size_t i = 0; i < rows; i++)
            if (!valid_at(f, row[i]))
                memset(c->bools + (at + i) * width, 0, width);
}

static bool take_utf8(struct hc_batch *b, struct hc_column *c, size_t at,
                      const struct hc_column *f, const uint32_t *row, size_t rows) {
    size_t total = (size_t)c->offset[at], start = total;
    for (size_t i = 0; i < rows; i++)
        if (valid_at(f, row[i]))
            total += (size_t)(f->offset[row[i] + 1] - f->offset[row[i]]);
    if (!hc_column_reserve_bytes(c, total))
        return false;
    b->bytes += total - start;
    for (size_t i = 0; i < rows; i++) {
        if (valid_at(f, row[i])) {
            size_t len = (size_t)(f->offset[row[i] + 1] - f->offset[row[i]]);
            hc_copy_short(c->bytes + start, f->bytes + f->offset[row[i]], len);
            start += len;
        }
        c->offset[at + i + 1] = (int32_t)start;
    }
    return true;
}

static bool take_list(struct hc_batch *b, struct hc_column *c, size_t at,
                      const struct hc_column *f, const uint32_t *row, size_t rows) {
    if (!hc_column_reserve_items(c, c->items))
        return false;
    for (size_t i = 0; i < rows; i++) {
        if (valid_at(f, row[i])) {
            size_t first = (size_t)f->offset[row[i]];
            size_t count = (size_t)f->offset[row[i] + 1] - first;
            size_t from = (size_t)f->item[first];
            size_t len = (size_t)f->item[first + count] - from;
            size_t start;
            if (!hc_column_reserve_items(c, c->items + count))
                return false;
            start = (size_t)c->item[c->items];
            if (!hc_column_reserve_bytes(c, start + len))
                return false;
            hc_copy_short(c->bytes + start, f->bytes + from, len);
            for (size_t j = 1; j <= count; j++)
                c->item[c->items + j] =
                    (int32_t)(start + (size_t)f->item[first + j] - from);
            c->items += count;
            b->bytes += len + count * sizeof *c->item;
        }
        c->offset[at + i + 1] = (int32_t)c->items;
    }
    return true;
}

/* ---- neighbouring rows: no look at each, where nothing stands under the nulls ---- */

/* Does a text or a list stand under a null of rows first..first+rows-1? */
static bool hides_items(const struct hc_column *f, size_t first, size_t rows) {
    for (size_t row = first; f->valid && row < first + rows; row++) {
        if (row % 8 == 0 && row + 8 <= first + rows && f->valid[row >> 3] == 0xff)
            row += 7;
        else if (!valid_at(f, row) && f->offset[row + 1] != f->offset[row])
            return true;
    }
    return false;
}

static void copy_offsets(int32_t *to, const int32_t *from, size_t count, int32_t shift) {
    for (size_t i = 0; i < count; i++)
        to[i] = from[i] + shift;
}

static bool copy_utf8(struct hc_batch *b, struct hc_column *c, size_t at,
                      const struct hc_column *f, size_t first, size_t rows) {
    size_t start = (size_t)c->offset[at];
    size_t len = (size_t)(f->offset[first + rows] - f->offset[first]);
    if (!hc_column_reserve_bytes(c, start + len))
        return false;
    if (len)
        memcpy(c->bytes + start, f->bytes + f->offset[first], len);
    copy_offsets(c->offset + at + 1, f->offset + first + 1, rows,
                 (int32_t)start - f->offset[first]);
    b->bytes += len;
    return true;
}

static bool copy_lists(struct hc_batch *b, struct hc_column *c, size_t at,
                       const struct hc_column *f, size_t first, size_t rows) {
    size_t from = (size_t)f->offset[first];
    size_t items = (size_t)f->offset[first + rows] - from;
    if (!hc_column_reserve_items(c, c->items + items))
        return false;
    copy_offsets(c->offset + at + 1, f->offset + first + 1, rows,
                 (int32_t)c->items - f->offset[first]);
    if (items == 0)
        return true;
    size_t start = (size_t)c->item[c->items];
    size_t len = (size_t)(f->item[from + items] - f->item[from]);
    if (!hc_column_reserve_bytes(c, start + len))
        return false;
    if (len)
        memcpy(c->bytes + start, f->bytes + f->item[from], len);
    copy_offsets(c->item + c->items + 1, f->item + from + 1, items,
                 (int32_t)start - f->item[from]);
    c->items += items;
    b->bytes += len + items * sizeof *c->item;
    return true;
}

/* No row of f has a value: then there is nothing to take. */
static bool is_empty(const struct hc_column *f, size_t rows) {
    if (!f->valid)
        return false;
    size_t byte = 0;
    for (uint64_t word; byte + 8 <= rows / 8; byte += 8) {
        memcpy(&word, f->valid + byte, 8);
        if (word)
            return false;
    }
    for (; byte < rows / 8; byte++)
        if (f->valid[byte])
            return false;
    return rows % 8 == 0 || (f->valid[rows / 8] & ((1u << rows % 8) - 1)) == 0;
}

/* neighbours: the rows are row[0], row[0] + 1 ... */
static bool take_column(struct hc_batch *b, size_t column, const struct hc_batch *from,
                        const uint32_t *row, size_t rows, bool neighbours) {
    struct hc_column *c = &b->column[column];
    const struct hc_column *f = &from->column[column];
    size_t at = b->rows;
    bool ok = true;
    if (!c->present || column >= from->schema->fields || !f->present ||
        is_empty(f, from->rows))
        return true;
    if (!hc_column_fill(c, at) || !hc_column_reserve(c, at + rows))
        return false;
    if (neighbours && c->type >= HC_TYPE_utf8 && c->type <= HC_TYPE_list &&
        !hides_items(f, row[0], rows)) {
        take_valid(c, at, f, row, rows, neighbours);
        c->filled = at + rows;
        return c->type == HC_TYPE_utf8 ? copy_utf8(b, c, at, f, row[0], rows)
                                       : copy_lists(b, c, at, f, row[0], rows);
    }
    take_valid(c, at, f, row, rows, neighbours);
    if (c->type == HC_TYPE_utf8)
        ok = take_utf8(b, c, at, f, row, rows);
    else if (c->type == HC_TYPE_list)
        ok = take_list(b, c, at, f, row, rows);
    else
        take_fixed(c, at, f, row, rows, !from->built || from->sealed, from->sealed);
    c->filled = at + rows;
    return ok;
}

static enum hc_status take(struct hc_batch *b, const struct hc_batch *from,
                           const uint32_t *row, size_t rows, struct hc_err *err) {
    if (!b->failed && !hc_batch_reserve(b, b->rows + rows))
        b->failed = true;
    bool neighbours = !from->built || from->sealed;
    for (size_t i = 1; i < rows && neighbours; i++)
        neighbours = row[i] == row[0] + i;
    for (size_t i = 0; i < b->schema->fields && !b->failed; i++)
        b->failed = !take_column(b, i, from, row, rows, neighbours);
    if (b->failed)
        return hc_fail_memory(err);
    b->rows += rows;
    return HC_OK;
}

enum hc_status hc_batch_take(struct hc_batch *b, const struct hc_batch *from,
                             const uint32_t *row, size_t rows, struct hc_err *err) {
    uint32_t some[1024];
    enum hc_status status = HC_OK;
    if (rows == 0)
        return HC_OK;
    if (row)
        return take(b, from, row, rows, err);
    for (size_t done = 0; status == HC_OK && done < rows;) {
        size_t count = rows - done < 1024 ? rows - done : 1024;
        for (size_t i = 0; i < count; i++)
            some[i] = (uint32_t)(done + i);
        status = take(b, from, some, count, err);
        done += count;
    }
    return status;
}
