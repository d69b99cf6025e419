/* Any bytes as fixed-width records: two bytes choose the layout, one the size of the
 * pieces. In pieces or whole, the records and their faults are the same. */
#include "format/fixed.h"

#include "cells.h"

struct tally {
    uint64_t rows, faults, hash;
};

static struct tally run(const struct hc_fixed *layout, struct pieces p,
                        struct fuzz_room *room) {
    struct hc_records *records = room->records;
    struct hc_cells *cells = &room->cells[layout->slots - 1];
    struct tally tally = {0};
    struct hc_block *block;
    struct hc_err err = {0};
    hc_records_start_bytes(records, pieces_read, &p);
    enum hc_status status;
    while ((status = hc_records_next(records, &block, &err)) == HC_OK) {
        MUST(block->rows > 0 && block->first == tally.rows + 1);
        hc_fixed_split(layout, block, cells);
        fuzz_convert(room, block, cells);
        for (size_t row = 0; row < block->rows; row++) {
            if (block->fault[row].kind && block->fault[row].kind < HC_FAULT_VALUE)
                MUST(hc_fixed_explain(layout, block, row, &err) == HC_EDATA && err.what[0]);
            tally.hash = tally.hash * 31 + block->fault[row].kind + block->offset[row] * 7;
        }
        tally.rows += block->rows;
        tally.faults += block->faults;
    }
    MUST(status == HC_END || refused_whole(status, &err));
    return tally;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct hc_slot slot[FUZZ_COLUMNS];
    if (size < 3)
        return 0;
    struct hc_fixed layout = {.record_bytes = 1u + data[0] % 64,
                              .slots = 1 + data[1] % FUZZ_COLUMNS,
                              .slot = slot,
                              .short_ok = (data[0] & 64) != 0,
                              .long_ok = (data[0] & 128) != 0};
    for (uint32_t i = 0; i < layout.slots; i++) {
        slot[i].start = i * layout.record_bytes / (uint32_t)layout.slots;
        slot[i].length = 1 + (data[1] + i) % (layout.record_bytes - slot[i].start);
    }
    MUST(hc_fixed_check(&layout, NULL) == HC_OK);
    struct pieces whole = {data + 3, size - 3, 0, size}, cut = whole;
    cut.size = 1 + data[2];
    struct tally a = run(&layout, whole, fuzz_room());
    struct tally b = run(&layout, cut, fuzz_room());
    MUST(a.rows == b.rows && a.faults == b.faults && a.hash == b.hash);
    return 0;
}
