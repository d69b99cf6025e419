/* A batch of any kind filled with made-up rows: every column, nulls, dates, lists, choices. */
#ifndef HC_TESTS_FILL_H
#define HC_TESTS_FILL_H

#include "record/batch.h"

static inline uint64_t fill_random(uint64_t *seed) {
    uint64_t x = *seed += 0x9e3779b97f4a7c15u;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

/* nulls: one value in how many is null; 0 for none. */
static inline void fill_value(struct hc_batch *b, size_t column, unsigned nulls,
                              uint64_t *seed) {
    static const char *const words[] = {"", "0042", "x", "Grüße", "a text beyond twelve bytes"};
    const struct hc_field *field = &b->schema->field[column];
    uint64_t r = fill_random(seed);
    struct hc_str items[3];
    if (nulls && r % nulls == 0)
        return;
    r = fill_random(seed);
    switch (field->type) {
    case HC_TYPE_bool:
        hc_set_bool(b, column, r & 1);
        break;
    case HC_TYPE_int32:
        hc_set_i32(b, column, (int32_t)(r % 2001) - 1000);
        break;
    case HC_TYPE_date:
        hc_set_i32(b, column, 18000 + (int32_t)(r % 1000));
        break;
    case HC_TYPE_int64:
    case HC_TYPE_cents:
    case HC_TYPE_e4:
        hc_set_i64(b, column, (int64_t)(r % 20000000001) - 10000000000);
        break;
    case HC_TYPE_utf8:
        hc_set_str(b, column, hc_str_of(words[r % 5]));
        break;
    case HC_TYPE_list:
        for (size_t i = 0; i < 3; i++)
            items[i] = hc_str_of(words[(r >> (8 * i)) % 5]);
        hc_set_list(b, column, items, (r >> 32) % 4);
        break;
    case HC_TYPE_choice:
        hc_set_choice(b, column, (int)(r % (uint64_t)field->choices->count));
        break;
    }
}

static inline void fill_rows(struct hc_batch *b, size_t rows, unsigned nulls, uint64_t *seed) {
    for (size_t row = 0; row < rows; row++) {
        hc_batch_row(b);
        for (size_t i = 0; i < b->schema->fields; i++)
            if (b->column[i].present)
                fill_value(b, i, nulls, seed);
    }
}

#endif
