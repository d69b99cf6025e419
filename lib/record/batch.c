#include "record/column.h"

#include <stdlib.h>

/* Values are filled behind, not ahead: a row that was skipped gets its zero (or its empty
 * string) when a later row is set or the batch is sealed. So starting a row costs nothing a
 * column, and what stands under a null is always the same bytes. */

size_t hc_column_width(enum hc_type type) {
    switch (type) {
    case HC_TYPE_bool:
    case HC_TYPE_choice:
        return 1;
    case HC_TYPE_int32:
    case HC_TYPE_date:
    case HC_TYPE_utf8:
    case HC_TYPE_list:
        return 4;
    case HC_TYPE_int64:
    case HC_TYPE_cents:
    case HC_TYPE_e4:
        return 8;
    }
    return 8;
}

static bool has_offsets(enum hc_type type) {
    return type == HC_TYPE_utf8 || type == HC_TYPE_list;
}

/* Room for need elements; false when out of memory, *ptr unchanged. */
static bool grow(void *pointer, size_t *cap, size_t need, size_t width) {
    void **ptr = pointer;
    size_t more = *cap ? *cap : 256;
    if (need <= *cap)
        return true;
    while (more < need) /* the usual batch has 16K rows: in three steps, each copies once */
        more *= more < HC_BATCH_ROWS ? 4 : 2;
    void *bigger = realloc(*ptr, more * width);
    if (!bigger)
        return false;
    *ptr = bigger;
    *cap = more;
    return true;
}

bool hc_column_reserve(struct hc_column *c, size_t rows) {
    bool first = c->cap_rows == 0;
    size_t extra = has_offsets(c->type); /* offsets are one more than rows */
    size_t cap = c->cap_rows ? c->cap_rows + extra : 0;
    if (rows <= c->cap_rows && !first)
        return true;
    if (!grow(&c->bools, &cap, rows + extra, hc_column_width(c->type)))
        return false;
    c->cap_rows = cap - extra;
    if (first && extra)
        c->offset[0] = 0;
    return true;
}

bool hc_column_reserve_items(struct hc_column *c, size_t items) {
    bool first = c->cap_items == 0;
    size_t cap = c->cap_items ? c->cap_items + 1 : 0;
    if (items <= c->cap_items && !first)
        return true;
    if (!grow(&c->item, &cap, items + 1, sizeof *c->item))
        return false;
    c->cap_items = cap - 1;
    if (first)
        c->item[0] = 0;
    return true;
}

bool hc_column_reserve_bytes(struct hc_column *c, size_t bytes) {
    if (bytes > INT32_MAX) /* offsets are int32 */
        return false;
    return grow(&c->bytes, &c->cap_bytes, bytes, 1);
}

bool hc_column_fill(struct hc_column *c, size_t rows) {
    if (!hc_column_reserve(c, rows))
        return false;
    if (c->filled >= rows)
        return true;
    if (has_offsets(c->type)) {
        int32_t end = c->offset[c->filled];
        for (size_t row = c->filled; row < rows; row++)
            c->offset[row + 1] = end;
    } else {
        size_t width = hc_column_width(c->type);
        memset(c->bools + c->filled * width, 0, (rows - c->filled) * width);
    }
    c->filled = rows;
    return true;
}

/* Room in the bitmaps, new bits zero. */
static bool reserve_bits(struct hc_batch *b, size_t rows) {
    size_t more = b->cap_rows ? b->cap_rows : 1024;
    if (rows <= b->cap_rows)
        return true;
    while (more < rows)
        more *= more < HC_BATCH_ROWS ? 4 : 2;
    uint8_t *bits = calloc(b->schema->fields ? b->schema->fields : 1, more / 8);
    if (!bits)
        return false;
    for (size_t i = 0; i < b->schema->fields; i++) {
        struct hc_column *c = &b->column[i];
        if (!c->present)
            continue;
        if (b->cap_rows)
            memcpy(bits + i * (more / 8), c->bitmap, b->cap_rows / 8);
        c->bitmap = c->valid = bits + i * (more / 8);
    }
    free(b->bits);
    b->bits = bits;
    b->cap_rows = more;
    b->sealed = false;
    return true;
}

/* Show bitmaps and columns again, so that rows can be added. */
static void unseal(struct hc_batch *b) {
    for (size_t i = 0; i < b->schema->fields; i++) {
        b->column[i].present = b->column[i].wanted;
        b->column[i].valid = b->column[i].bitmap;
    }
    b->sealed = false;
}

enum hc_status hc_batch_new(struct hc_batch **batch, const struct hc_schema *schema,
                            const bool *wanted, struct hc_err *err) {
    struct hc_batch *b = calloc(1, sizeof *b);
    *batch = NULL;
    if (!b)
        return hc_fail_memory(err);
    b->schema = schema;
    b->built = true;
    b->column = calloc(schema->fields ? schema->fields : 1, sizeof *b->column);
    if (!b->column) {
        free(b);
        return hc_fail_memory(err);
    }
    for (size_t i = 0; i < schema->fields; i++) {
        b->column[i].type = schema->field[i].type;
        b->column[i].present = b->column[i].wanted = !wanted || wanted[i];
    }
    if (!reserve_bits(b, 1)) { /* so that no column reads as never null */
        hc_batch_free(b);
        return hc_fail_memory(err);
    }
    *batch = b;
    return HC_OK;
}

void hc_batch_clear(struct hc_batch *b) {
    for (size_t i = 0; i < b->schema->fields; i++) {
        struct hc_column *c = &b->column[i];
        if (!c->present)
            continue;
        memset(c->bitmap, 0, (b->rows + 7) / 8);
        c->filled = 0;
        c->items = 0;
    }
    unseal(b);
    b->rows = 0;
    b->bytes = 0;
}

void hc_batch_free(struct hc_batch *b) {
    if (!b)
        return;
    for (size_t i = 0; i < b->schema->fields; i++) {
        free(b->column[i].bools);
        free(b->column[i].item);
        free(b->column[i].bytes);
    }
    free(b->column);
    free(b->bits);
    free(b);
}

static bool all_ones(const uint8_t *bitmap, size_t bits) {
    for (size_t i = 0; i < bits / 8; i++)
        if (bitmap[i] != 0xff)
            return false;
    return bits % 8 == 0 || bitmap[bits / 8] == (1u << bits % 8) - 1;
}

enum hc_status hc_batch_seal(struct hc_batch *b, struct hc_err *err) {
    if (!b->built || (b->sealed && !b->failed))
        return HC_OK;
    for (size_t i = 0; i < b->schema->fields && !b->failed; i++) {
        struct hc_column *c = &b->column[i];
        if (!c->present)
            continue;
        b->failed = !hc_column_fill(c, b->rows) ||
                    (c->type == HC_TYPE_list && !hc_column_reserve_items(c, 0));
        c->valid = all_ones(c->bitmap, b->rows) ? NULL : c->bitmap;
    }
    if (b->failed)
        return hc_fail_memory(err);
    b->sealed = true;
    return HC_OK;
}

enum hc_status hc_batch_seal_sparse(struct hc_batch *b, struct hc_err *err) {
    for (size_t i = 0; b->built && !b->sealed && i < b->schema->fields; i++)
        b->column[i].present &= b->column[i].filled > 0;
    return hc_batch_seal(b, err);
}

bool hc_batch_reserve(struct hc_batch *b, size_t rows) {
    if (b->sealed)
        unseal(b);
    return reserve_bits(b, rows);
}

size_t hc_batch_row(struct hc_batch *b) {
    if (b->sealed)
        unseal(b);
    if (b->rows == b->cap_rows && !reserve_bits(b, b->rows + 1)) {
        b->failed = true;
        return b->rows;
    }
    return b->rows++;
}

/* ---- setting the newest row ---- */

/* The column made ready to take a value for the newest row, and marked; NULL: ignore it. */
static inline struct hc_column *settable(struct hc_batch *b, size_t column) {
    struct hc_column *c = &b->column[column];
    size_t row = b->rows - 1;
    if (!c->present || b->failed)
        return NULL;
    if (row >= c->cap_rows || c->filled < row) {
        if (!hc_column_reserve(c, row + 1) || !hc_column_fill(c, row)) {
            b->failed = true;
            return NULL;
        }
    }
    c->filled = row + 1;
    c->bitmap[row >> 3] |= (uint8_t)(1u << (row & 7));
    return c;
}

void hc_set_i64(struct hc_batch *b, size_t column, int64_t value) {
    struct hc_column *c = settable(b, column);
    if (c)
        c->i64[b->rows - 1] = value;
}

void hc_set_i32(struct hc_batch *b, size_t column, int32_t value) {
    struct hc_column *c = settable(b, column);
    if (c)
        c->i32[b->rows - 1] = value;
}

void hc_set_bool(struct hc_batch *b, size_t column, bool value) {
    struct hc_column *c = settable(b, column);
    if (c)
        c->bools[b->rows - 1] = value;
}

void hc_set_choice(struct hc_batch *b, size_t column, int value) {
    struct hc_column *c = value < 0 ? NULL : settable(b, column);
    if (c)
        c->i8[b->rows - 1] = (int8_t)value;
}

void hc_set_str(struct hc_batch *b, size_t column, struct hc_str value) {
    struct hc_column *c = settable(b, column);
    if (!c)
        return;
    size_t start = (size_t)c->offset[b->rows - 1];
    c->offset[b->rows] = (int32_t)start;
    if (!hc_column_reserve_bytes(c, start + value.len)) {
        b->failed = true;
        return;
    }
    if (value.len)
        memcpy(c->bytes + start, value.ptr, value.len);
    c->offset[b->rows] = (int32_t)(start + value.len);
    b->bytes += value.len;
}

/* One more item behind the last of the column. */
static void add_item(struct hc_batch *b, struct hc_column *c, struct hc_str value) {
    if (b->failed)
        return;
    if (!hc_column_reserve_items(c, c->items + 1)) {
        b->failed = true;
        return;
    }
    size_t start = (size_t)c->item[c->items];
    if (!hc_column_reserve_bytes(c, start + value.len)) {
        b->failed = true;
        return;
    }
    if (value.len)
        memcpy(c->bytes + start, value.ptr, value.len);
    c->item[++c->items] = (int32_t)(start + value.len);
    b->bytes += value.len + sizeof *c->item;
}

/* The newest row's list made empty. */
static struct hc_column *start_list(struct hc_batch *b, size_t column) {
    struct hc_column *c = settable(b, column);
    if (!c)
        return NULL;
    c->offset[b->rows] = c->offset[b->rows - 1];
    c->items = (size_t)c->offset[b->rows];
    if (!hc_column_reserve_items(c, c->items))
        b->failed = true;
    return c;
}

void hc_set_list(struct hc_batch *b, size_t column, const struct hc_str *items,
                 size_t count) {
    struct hc_column *c = start_list(b, column);
    if (!c)
        return;
    for (size_t i = 0; i < count; i++)
        add_item(b, c, items[i]);
    c->offset[b->rows] = (int32_t)c->items;
}

void hc_set_copy(struct hc_batch *b, size_t column, const struct hc_batch *from,
                 size_t from_column, size_t from_row) {
    const struct hc_column *f = &from->column[from_column];
    if (hc_column_null(f, from_row))
        return;
    switch (b->column[column].type) {
    case HC_TYPE_bool:
        hc_set_bool(b, column, f->bools[from_row]);
        break;
    case HC_TYPE_choice:
        hc_set_choice(b, column, f->i8[from_row]);
        break;
    case HC_TYPE_int32:
    case HC_TYPE_date:
        hc_set_i32(b, column, f->i32[from_row]);
        break;
    case HC_TYPE_int64:
    case HC_TYPE_cents:
    case HC_TYPE_e4:
        hc_set_i64(b, column, f->i64[from_row]);
        break;
    case HC_TYPE_utf8:
        hc_set_str(b, column, hc_str_at(from, from_column, from_row));
        break;
    case HC_TYPE_list: {
        size_t count = hc_list_len(from, from_column, from_row);
        struct hc_column *c = start_list(b, column);
        for (size_t i = 0; c && i < count; i++)
            add_item(b, c, hc_list_at(from, from_column, from_row, i));
        if (c)
            c->offset[b->rows] = (int32_t)c->items;
        break;
    }
    }
}
