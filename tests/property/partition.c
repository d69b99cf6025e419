/* However many partitions and however little memory: each row comes back once, in the
 * partition it was given to, in the order it was added. Sorted rows are the same for every
 * order of the input but for ties, which stay as they came. */
#include "../rows.h"

#include "record/partition.h"

#define ROWS 20000

static struct hc_batch *sample; /* ROWS rows, id = row */

static void make_sample(void) {
    struct hc_err err = {0};
    uint64_t seed = 42;
    must(hc_batch_new(&sample, &row_schema, NULL, &err), &err);
    for (int i = 0; i < ROWS; i++)
        row_add(sample, i, &seed);
    must(hc_batch_seal(sample, &err), &err);
}

/* Rows order[at..at+count-1] of the sample. */
static struct hc_batch *slice(const uint32_t *order, size_t at, size_t count) {
    struct hc_err err = {0};
    struct hc_batch *b = NULL;
    must(hc_batch_new(&b, &row_schema, NULL, &err), &err);
    must(hc_batch_take(b, sample, order + at, count, &err), &err);
    return b;
}

static void partitions(unsigned parts, uint64_t memory_bytes, size_t most, uint64_t seed) {
    struct hc_err err = {0};
    struct hc_partitions *p = NULL;
    uint32_t order[ROWS], part[ROWS];
    int columns[] = {ROW_text, ROW_small};
    size_t rows = 0;
    bool right = true;
    for (uint32_t i = 0; i < ROWS; i++)
        order[i] = i;
    must(hc_partitions_new(&p, &row_schema, NULL, parts, memory_bytes, ".", &err), &err);
    for (size_t at = 0, count; at < ROWS; at += count) {
        count = 1 + row_random(&seed) % most;
        count = count < ROWS - at ? count : ROWS - at;
        struct hc_batch *b = slice(order, at, count);
        for (size_t i = 0; i < count; i++)
            part[i] = hc_part_of(b, columns, 2, i, parts);
        must(hc_partitions_add(p, b, part, &err), &err);
        hc_batch_free(b);
    }
    for (unsigned n = 0; n < parts; n++) {
        struct hc_batch *b = NULL;
        uint64_t told = hc_partitions_rows(p, n);
        int64_t last = -1;
        must(hc_partitions_load(p, n, &b, &err), &err);
        right = right && told == b->rows && hc_partitions_rows(p, n) == 0;
        for (size_t row = 0; row < b->rows; row++) {
            int64_t id = hc_int_at(b, ROW_id, row, -1);
            right = right && id > last && row_same(b, row, sample, (size_t)id) &&
                    hc_part_of(b, columns, 2, row, parts) == n;
            last = id;
        }
        rows += b->rows;
        hc_batch_free(b);
    }
    tap_ok(right && rows == ROWS, "%u partitions, %llu bytes, batches of up to %zu", parts,
           (unsigned long long)memory_bytes, most);
    hc_partitions_free(p);
}

static void sorter(const int *column, size_t columns, uint64_t memory_bytes, size_t most,
                   uint64_t seed) {
    struct hc_err err = {0};
    struct hc_sorter *s = NULL;
    struct hc_batch *b = NULL, *before = NULL;
    uint32_t order[ROWS], place[ROWS];
    size_t rows = 0;
    bool right = true, any = false;
    enum hc_status status;
    for (uint32_t i = 0; i < ROWS; i++)
        order[i] = i;
    for (uint32_t i = ROWS - 1; i > 0; i--) {
        uint32_t j = (uint32_t)(row_random(&seed) % (i + 1)), other = order[i];
        order[i] = order[j];
        order[j] = other;
    }
    for (uint32_t i = 0; i < ROWS; i++)
        place[order[i]] = i;
    must(hc_sorter_new(&s, &row_schema, NULL, column, columns, memory_bytes, ".", &err),
         &err);
    for (size_t at = 0, count; at < ROWS; at += count) {
        count = 1 + row_random(&seed) % most;
        count = count < ROWS - at ? count : ROWS - at;
        b = slice(order, at, count);
        must(hc_sorter_add(s, b, &err), &err);
        hc_batch_free(b);
    }
    must(hc_batch_new(&before, &row_schema, NULL, &err), &err);
    while ((status = hc_sorter_next(s, &b, &err)) == HC_OK) {
        for (size_t row = 0; row < b->rows; row++) {
            int64_t id = hc_int_at(b, ROW_id, row, -1);
            const struct hc_batch *last = row ? b : before;
            size_t last_row = row ? row - 1 : 0;
            right = right && row_same(b, row, sample, (size_t)id);
            if (row || any) {
                int cmp = hc_compare_row(last, last_row, b, row, column, columns);
                int64_t last_id = hc_int_at(last, ROW_id, last_row, -1);
                right = right && (cmp < 0 || (cmp == 0 && place[last_id] < place[id]));
            }
        }
        uint32_t end = (uint32_t)(b->rows - 1);
        right = right && b->rows <= HC_BATCH_ROWS;
        rows += b->rows;
        hc_batch_clear(before);
        must(hc_batch_take(before, b, &end, 1, &err), &err);
        any = true;
    }
    tap_ok(status == HC_END && right && rows == ROWS,
           "sorted by %zu columns in %llu bytes, batches of up to %zu: %zu rows", columns,
           (unsigned long long)memory_bytes, most, rows);
    hc_batch_free(before);
    hc_sorter_free(s);
}

static void too_large(void) {
    struct hc_err err = {0};
    struct hc_partitions *p = NULL;
    struct hc_batch *b = NULL;
    static char text[1 << 16];
    uint32_t zero[64] = {0};
    memset(text, 'x', sizeof text);
    must(hc_batch_new(&b, &row_schema, NULL, &err), &err);
    for (int i = 0; i < 64; i++) {
        hc_batch_row(b);
        hc_set_str(b, ROW_text, (struct hc_str){text, sizeof text});
    }
    must(hc_partitions_new(&p, &row_schema, NULL, 2, 1 << 20, ".", &err), &err);
    for (int i = 0; i < 5; i++)
        must(hc_partitions_add(p, b, zero, &err), &err);
    hc_batch_free(b);
    tap_int(hc_partitions_load(p, 0, &b, &err), HC_ENOMEM, "a partition beyond the memory");
    tap_ok(b == NULL && err.hint[0], "%s; hint: %s", err.what, err.hint);
    hc_partitions_free(p);
}

static void nothing(void) {
    struct hc_err err = {0};
    struct hc_sorter *s = NULL;
    struct hc_partitions *p = NULL;
    struct hc_batch *b = NULL;
    int column = ROW_id;
    must(hc_sorter_new(&s, &row_schema, NULL, &column, 1, 1 << 20, ".", &err), &err);
    tap_int(hc_sorter_next(s, &b, &err), HC_END, "nothing sorted is the end");
    hc_sorter_free(s);
    must(hc_partitions_new(&p, &row_schema, NULL, 3, 1 << 20, ".", &err), &err);
    must(hc_partitions_load(p, 2, &b, &err), &err);
    tap_int((int64_t)b->rows, 0, "an empty partition has no rows");
    hc_batch_free(b);
    hc_partitions_free(p);
}

int main(void) {
    static const int by_text[] = {ROW_text, ROW_money}, by_list[] = {ROW_list, ROW_choice},
                     by_day[] = {ROW_flag, ROW_day, ROW_wide}, by_id[] = {ROW_id};
    static const uint64_t memory[] = {0, 20000, 1 << 20, 1 << 28};
    make_sample();
    for (size_t i = 0; i < sizeof memory / sizeof *memory; i++) {
        partitions(1, memory[i], 9000, i);
        partitions(7, memory[i], 300, i);
        partitions(64, memory[i], 9000, i);
        partitions(1024, memory[i] + 100000, 6000, i);
        sorter(by_text, 2, memory[i], 5000, i);
        sorter(by_list, 2, memory[i], 700, i);
        sorter(by_day, 3, memory[i], 5000, i);
        sorter(by_id, 1, memory[i], 5000, i);
        sorter(NULL, 0, memory[i], 3000, i);
    }
    too_large();
    nothing();
    hc_batch_free(sample);
    return tap_done();
}
