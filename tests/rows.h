/* Rows of every type, made up from a seed, for unit and property tests. */
#ifndef HC_TESTS_ROWS_H
#define HC_TESTS_ROWS_H

#include <stdlib.h>

#include "record/batch.h"
#include "tap.h"

enum { ROW_id, ROW_flag, ROW_small, ROW_wide, ROW_money, ROW_e4, ROW_day, ROW_text, ROW_list,
       ROW_choice, ROW_fields };
static const struct hc_field row_field[ROW_fields] = {
    {"id", HC_TYPE_int64, 0, NULL, "number of the row"},
    {"flag", HC_TYPE_bool, 0, NULL, ""},
    {"small", HC_TYPE_int32, 0, NULL, ""},
    {"wide", HC_TYPE_int64, HC_SUM, NULL, ""},
    {"money", HC_TYPE_cents, HC_SUM, NULL, ""},
    {"e4", HC_TYPE_e4, HC_SUM, NULL, ""},
    {"day", HC_TYPE_date, 0, NULL, ""},
    {"text", HC_TYPE_utf8, 0, NULL, ""},
    {"list", HC_TYPE_list, 0, NULL, ""},
    {"choice", HC_TYPE_choice, 0, &hc_choices[HC_CHOICES_claim_type], ""},
};
static const struct hc_schema row_schema = {"rows",     HC_KIND_any, 1,
                                            ROW_fields, ROW_fields,  row_field};
static const int row_all[ROW_fields] = {ROW_id,  ROW_flag, ROW_small, ROW_wide, ROW_money,
                                        ROW_e4,  ROW_day,  ROW_text,  ROW_list, ROW_choice};

static inline uint64_t row_random(uint64_t *seed) {
    uint64_t x = *seed += 0x9e3779b97f4a7c15u;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

/* Stop the test when what must work does not. */
static inline void must(enum hc_status status, const struct hc_err *err) {
    if (status != HC_OK) {
        printf("Bail out! status %d: %s\n", (int)status, err->what);
        exit(1);
    }
}

/* A row with number id: few distinct values, every kind of null. */
static inline void row_add(struct hc_batch *b, int64_t id, uint64_t *seed) {
    static const char *const words[] = {"", "a", "ab", "abcdefgh", "abcdefghi", "z",
                                        "a much longer text than any short copy takes"};
    struct hc_str items[4];
    uint64_t r = row_random(seed);
    hc_batch_row(b);
    hc_set_i64(b, ROW_id, id);
    if (r % 7)
        hc_set_bool(b, ROW_flag, r >> 8 & 1);
    if (r % 5)
        hc_set_i32(b, ROW_small, (int32_t)(r >> 16 & 15) - 8);
    if (r % 11)
        hc_set_i64(b, ROW_wide, (int64_t)row_random(seed));
    if (r % 3)
        hc_set_i64(b, ROW_money, (int64_t)(r >> 24 & 0xffff) - 30000);
    if (r % 13 == 0)
        hc_set_i64(b, ROW_e4, (int64_t)(r >> 20 & 0xfff));
    if (r % 17)
        hc_set_i32(b, ROW_day, (int32_t)(r >> 20 & 0xff));
    if (r % 6)
        hc_set_str(b, ROW_text, hc_str_of(words[row_random(seed) % 7]));
    if (r % 4) {
        size_t count = r >> 40 & 3;
        for (size_t i = 0; i < count; i++)
            items[i] = hc_str_of(words[row_random(seed) % 7]);
        hc_set_list(b, ROW_list, items, count);
    }
    if (r % 9)
        hc_set_choice(b, ROW_choice, (int)(r >> 50 & 3));
}

/* Are two values the same, null told from empty? */
static inline bool row_same(const struct hc_batch *a, size_t x, const struct hc_batch *b,
                            size_t y) {
    for (size_t i = 0; i < a->schema->fields; i++)
        if (hc_is_null(a, i, x) != hc_is_null(b, i, y))
            return false;
    return hc_same_row(a, x, b, y, row_all, a->schema->fields);
}

#endif
