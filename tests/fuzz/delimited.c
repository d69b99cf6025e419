/* Any bytes as delimited records: the first line binds the columns, the first bytes choose
 * delimiter, quotes and field count. */
#include "format/delimited.h"

#include "cells.h"

static void bind(char delimiter, bool quotes, struct hc_str header) {
    static const char *const names[] = {"a", "b"}, *const known[] = {"a", "b", NULL};
    uint32_t position[2] = {0, 0};
    size_t fields = 0;
    struct hc_err err = {0};
    enum hc_status status = hc_delimited_bind(delimiter, quotes, header, names, 2, known,
                                              header.len % 2, position, &fields, &err);
    if (status == HC_OK)
        MUST(position[0] < fields && position[1] < fields && position[0] != position[1]);
    else
        MUST(status == HC_EDATA && err.what[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char delimiters[] = "|*,\t";
    static const uint32_t position[FUZZ_COLUMNS] = {0, 1, 2, 3, 4, 5, 6, 7};
    struct fuzz_room *room = fuzz_room();
    struct hc_block *block;
    struct hc_err err = {0};
    if (size < 3)
        return 0;
    struct hc_delimited layout = {.delimiter = delimiters[data[0] % 4],
                                  .quotes = data[0] & 4,
                                  .short_ok = data[0] & 8,
                                  .fields = 1 + data[1] % 16,
                                  .position = position};
    layout.wanted = layout.fields < FUZZ_COLUMNS ? layout.fields : FUZZ_COLUMNS;
    MUST(hc_delimited_check(&layout, NULL) == HC_OK);
    struct hc_cells *cells = &room->cells[layout.wanted - 1];
    struct pieces pieces = {data + 3, size - 3, 0, 1u + data[2]};
    hc_records_start_bytes(room->records, pieces_read, &pieces);
    enum hc_status status;
    while ((status = hc_records_next(room->records, &block, &err)) == HC_OK) {
        if (block->first == 1)
            bind(layout.delimiter, layout.quotes, block->record[0]);
        MUST(hc_delimited_split(&layout, block, cells, NULL) == HC_OK);
        fuzz_convert(room, block, cells);
        for (size_t row = 0; row < block->rows; row++)
            if (block->fault[row].kind && block->fault[row].kind < HC_FAULT_VALUE)
                MUST(hc_delimited_explain(&layout, block, row, &err) == HC_EDATA &&
                     err.what[0]);
    }
    MUST(status == HC_END || status == HC_EDATA);
    return 0;
}
