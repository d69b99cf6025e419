#include "format/fixed.h"

#include "../tap.h"

/* A block of given records, as hc_records_next would hand it out. */
struct rows {
    struct hc_str record[4];
    uint64_t offset[4];
    struct hc_fault fault[4];
    struct hc_block block;
};

static void fill(struct rows *r, const char *const *text, size_t rows) {
    memset(r, 0, sizeof *r);
    r->block = (struct hc_block){rows, 7, r->record, r->offset, r->fault, 0, NULL};
    for (size_t i = 0; i < rows; i++) {
        r->record[i] = hc_str_of(text[i]);
        r->offset[i] = 100 * i;
    }
}

static void cutting(void) {
    static const char *const text[] = {"123abc  9", "12", "", "456def  8+"};
    static const struct hc_slot slots[] = {{3, 5}, {0, 3}, {8, 1}};
    const struct hc_fixed layout = {.record_bytes = 9, .slots = 3, .slot = slots};
    struct hc_cells cells;
    struct hc_err err = {0};
    struct rows r;
    fill(&r, text, 4);
    if (hc_fixed_check(&layout, &err) != HC_OK ||
        hc_cells_init(&cells, 3, HC_BLOCK_ROWS, &err) != HC_OK) {
        tap_ok(false, "%s", err.what);
        return;
    }
    hc_fixed_split(&layout, &r.block, &cells);
    tap_ok(hc_str_is(cells.column[0][0], "abc  "), "a slot, not trimmed");
    tap_ok(hc_str_is(cells.column[1][0], "123"), "the first bytes");
    tap_ok(hc_str_is(cells.column[2][0], "9"), "the last byte");
    tap_int((int64_t)r.block.faults, 3, "records of another length are at fault");
    tap_int((int64_t)cells.column[0][1].len, 0, "and have no cells");
    const char *want[] = {"", "record has 2 bytes, the layout says 9",
                          "record has 0 bytes, the layout says 9",
                          "record has 10 bytes, the layout says 9"};
    for (size_t row = 1; row < 4; row++) {
        err = (struct hc_err){0};
        hc_fixed_explain(&layout, &r.block, row, &err);
        tap_text(err.what, want[row], "the message");
        tap_ok(err.record == 7 + row && err.has_offset && err.offset == 100 * row,
               "record %" PRIu64 " at byte %" PRIu64, err.record, err.offset);
    }
    hc_cells_free(&cells);
}

static void checking(void) {
    static const struct {
        uint32_t record_bytes;
        struct hc_slot slot;
        enum hc_status status;
    } cases[] = {
        {9, {0, 9}, HC_OK},      {9, {8, 1}, HC_OK},
        {9, {9, 1}, HC_ECONFIG}, {9, {0, 10}, HC_ECONFIG},
        {9, {3, 0}, HC_ECONFIG}, {0, {0, 0}, HC_ECONFIG},
        {9, {5, 5}, HC_ECONFIG}, {9, {1, 0xffffffff}, HC_ECONFIG},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hc_fixed layout = {
            .record_bytes = cases[i].record_bytes, .slots = 1, .slot = &cases[i].slot};
        struct hc_err err = {0};
        tap_int(hc_fixed_check(&layout, &err), cases[i].status, "a slot inside the record");
    }
}

int main(void) {
    cutting();
    checking();
    return tap_done();
}
