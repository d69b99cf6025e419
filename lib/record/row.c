/* One row by some of its columns: as a number, hashed, compared. */
#include "base/map.h"
#include "record/batch.h"

/* Of a row that is not null, in a column that is no text and no list. */
static inline int64_t number_at(const struct hc_column *c, size_t row) {
    switch (c->type) {
    case HC_TYPE_bool:
        return c->bools[row];
    case HC_TYPE_choice:
        return c->i8[row];
    case HC_TYPE_int32:
    case HC_TYPE_date:
        return c->i32[row];
    case HC_TYPE_int64:
    case HC_TYPE_cents:
    case HC_TYPE_e4:
        return c->i64[row];
    case HC_TYPE_utf8:
    case HC_TYPE_list:
        break;
    }
    return 0;
}

int64_t hc_int_at(const struct hc_batch *b, size_t column, size_t row, int64_t fallback) {
    const struct hc_column *c = &b->column[column];
    if (hc_column_null(c, row) || c->type == HC_TYPE_utf8 || c->type == HC_TYPE_list)
        return fallback;
    return number_at(c, row);
}

uint64_t hc_hash_row(const struct hc_batch *b, const int *column, size_t columns,
                     size_t row) {
    uint64_t hash = 0;
    for (size_t i = 0; i < columns; i++) {
        size_t n = (size_t)column[i];
        const struct hc_column *c = &b->column[n];
        if (c->type == HC_TYPE_utf8) {
            struct hc_str text = hc_str_at(b, n, row);
            hash = hc_hash(text.ptr, text.len, hash);
        } else if (c->type == HC_TYPE_list) {
            size_t count = hc_list_len(b, n, row);
            for (size_t item = 0; item < count; item++) {
                struct hc_str text = hc_list_at(b, n, row, item);
                hash = hc_hash(text.ptr, text.len, hash);
            }
            hash = hc_hash("", 0, hash);
        } else if (hc_column_null(c, row)) {
            hash = hc_hash("", 0, hash);
        } else {
            hash = hc_hash_u64((uint64_t)number_at(c, row), hash);
        }
    }
    return hash;
}

static int compare_list(const struct hc_batch *a, size_t row_a, const struct hc_batch *b,
                        size_t row_b, size_t column) {
    size_t count_a = hc_list_len(a, column, row_a), count_b = hc_list_len(b, column, row_b);
    for (size_t i = 0; i < count_a && i < count_b; i++) {
        int order =
            hc_str_cmp(hc_list_at(a, column, row_a, i), hc_list_at(b, column, row_b, i));
        if (order)
            return order;
    }
    return (count_a > count_b) - (count_a < count_b);
}

static int compare_one(const struct hc_batch *a, size_t row_a, const struct hc_batch *b,
                       size_t row_b, size_t column) {
    enum hc_type type = a->column[column].type;
    if (type == HC_TYPE_utf8)
        return hc_str_cmp(hc_str_at(a, column, row_a), hc_str_at(b, column, row_b));
    if (type == HC_TYPE_list)
        return compare_list(a, row_a, b, row_b, column);
    bool null_a = hc_is_null(a, column, row_a), null_b = hc_is_null(b, column, row_b);
    if (null_a || null_b)
        return (int)null_b - (int)null_a;
    int64_t x = number_at(&a->column[column], row_a),
            y = number_at(&b->column[column], row_b);
    return (x > y) - (x < y);
}

int hc_compare_row(const struct hc_batch *a, size_t row_a, const struct hc_batch *b,
                   size_t row_b, const int *column, size_t columns) {
    int order = 0;
    for (size_t i = 0; i < columns && order == 0; i++)
        order = compare_one(a, row_a, b, row_b, (size_t)column[i]);
    return order;
}

bool hc_same_row(const struct hc_batch *a, size_t row_a, const struct hc_batch *b,
                 size_t row_b, const int *column, size_t columns) {
    return hc_compare_row(a, row_a, b, row_b, column, columns) == 0;
}
