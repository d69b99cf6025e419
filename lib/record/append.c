/* Many new rows at once, a column at a time. */
#include "record/column.h"

size_t hc_batch_rows(struct hc_batch *b, size_t rows) {
    size_t first = b->rows;
    if (!b->failed && !hc_batch_reserve(b, first + rows))
        b->failed = true;
    if (!b->failed)
        b->rows += rows;
    return first;
}

/* The column with room for the values of the rows from first on; NULL: ignore it, and so
 * where none of them has a value. */
static struct hc_column *open_column(struct hc_batch *b, size_t column, size_t first,
                                     const uint8_t *has) {
    struct hc_column *c = &b->column[column];
    if (!c->present || b->failed || (has && !memchr(has, 1, b->rows - first)))
        return NULL;
    if (!hc_column_fill(c, first) || !hc_column_reserve(c, b->rows)) {
        b->failed = true;
        return NULL;
    }
    return c;
}

static void put_bit(struct hc_column *c, size_t row, unsigned bit) {
    c->bitmap[row >> 3] |= (uint8_t)(bit << (row & 7));
}

/* has holds 0 or 1 a row: eight of them become a byte by one multiplication. */
static void put_bits(struct hc_column *c, size_t first, const uint8_t *has, size_t rows) {
    size_t i = 0;
    for (; i < rows && (first + i) % 8; i++)
        put_bit(c, first + i, has ? has[i] : 1);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    for (; has && i + 8 <= rows; i += 8) {
        uint64_t eight;
        memcpy(&eight, has + i, 8);
        c->bitmap[(first + i) >> 3] = (uint8_t)(eight * 0x0102040810204080u >> 56);
    }
#endif
    if (!has) {
        memset(c->bitmap + ((first + i) >> 3), 0xff, (rows - i) / 8);
        i += (rows - i) / 8 * 8;
    }
    for (; i < rows; i++)
        put_bit(c, first + i, has ? has[i] : 1);
    c->filled = first + rows;
}

/* What stands under a null is zero. */
#define PUT(to)                                                                            \
    for (size_t i = 0; i < rows; i++)                                                      \
    (to)[first + i] = (__typeof__(*(to)))(has && !has[i] ? 0 : value[i])

void hc_put_numbers(struct hc_batch *b, size_t column, size_t first, const uint8_t *has,
                    const int64_t *value) {
    struct hc_column *c = open_column(b, column, first, has);
    size_t rows = b->rows - first;
    if (!c)
        return;
    switch (c->type) {
    case HC_TYPE_bool:
        PUT(c->bools);
        break;
    case HC_TYPE_choice:
        PUT(c->i8);
        break;
    case HC_TYPE_int32:
    case HC_TYPE_date:
        PUT(c->i32);
        break;
    default:
        PUT(c->i64);
    }
    put_bits(c, first, has, rows);
}

void hc_put_texts(struct hc_batch *b, size_t column, size_t first, const uint8_t *has,
                  const struct hc_str *value) {
    struct hc_column *c = open_column(b, column, first, has);
    size_t rows = b->rows - first, total = 0;
    if (!c)
        return;
    const char *from = NULL, *end = NULL; /* of texts that stand side by side */
    bool together = true;
    for (size_t i = 0; i < rows; i++) {
        if (!has[i])
            continue;
        from = from ? from : value[i].ptr;
        together &= !end || value[i].ptr == end;
        end = value[i].ptr + value[i].len;
        total += value[i].len;
    }
    size_t start = (size_t)c->offset[first];
    if (!hc_column_reserve_bytes(c, start + total)) {
        b->failed = true;
        return;
    }
    if (together && total)
        memcpy(c->bytes + start, from, total);
    for (size_t i = 0; i < rows && together; i++) {
        start += has[i] ? value[i].len : 0;
        c->offset[first + i + 1] = (int32_t)start;
    }
    for (size_t i = 0; i < rows && !together; i++) {
        if (has[i]) {
            hc_copy_short(c->bytes + start, value[i].ptr, value[i].len);
            start += value[i].len;
        }
        c->offset[first + i + 1] = (int32_t)start;
    }
    b->bytes += total;
    put_bits(c, first, has, rows);
}

void hc_put_lists(struct hc_batch *b, size_t column, size_t first, const uint8_t *has,
                  const struct hc_str *item, const uint32_t *from, const uint32_t *len) {
    struct hc_column *c = open_column(b, column, first, has);
    size_t rows = b->rows - first;
    if (!c)
        return;
    for (size_t i = 0; i < rows; i++) {
        size_t count = has[i] ? len[i] : 0, total = 0;
        const struct hc_str *items = item + from[i];
        for (size_t n = 0; n < count; n++)
            total += items[n].len;
        if (!hc_column_reserve_items(c, c->items + count) ||
            !hc_column_reserve_bytes(c, (size_t)c->item[c->items] + total)) {
            b->failed = true;
            return;
        }
        for (size_t n = 0; n < count; n++) {
            size_t start = (size_t)c->item[c->items];
            hc_copy_short(c->bytes + start, items[n].ptr, items[n].len);
            c->item[++c->items] = (int32_t)(start + items[n].len);
        }
        c->offset[first + i + 1] = (int32_t)c->items;
        b->bytes += total + count * sizeof *c->item;
    }
    put_bits(c, first, has, rows);
}
