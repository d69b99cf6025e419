/* Any bytes as lines of JSON; the first byte chooses whether items make rows and whether
 * the resource is checked. Paths are a fixed few, and the first line as one. */
#include "format/ndjson.h"

#include "cells.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const texts[FUZZ_COLUMNS] = {
        "id",        "item[0].a | a", "b[c!=x,y][1]",  "b[c=x].d",
        "b[c=@a].c", "a.b",           "b[c.d=y][0].e", "b[c!=@a.b][1].c",
    };
    struct hc_json_field field[FUZZ_COLUMNS];
    struct hc_arena arena = {0};
    struct hc_json_rows rows;
    struct fuzz_room *room = fuzz_room();
    struct hc_cells *cells = &room->cells[FUZZ_COLUMNS - 1];
    struct hc_block *block;
    struct hc_err err = {0};
    const char *reason = NULL;
    if (size < 2)
        return 0;
    for (size_t i = 0; i < FUZZ_COLUMNS; i++) {
        field[i] = (struct hc_json_field){
            .path = hc_json_path_read(&arena, hc_str_of(texts[i]), &reason),
            .of_each = i % 2,
            .once = i % 4 == 0,
            .day = i % 3 == 0};
        MUST(field[i].path);
    }
    MUST(hc_json_path_read(&arena, (struct hc_str){(const char *)data, size}, &reason) ||
         reason);
    struct hc_ndjson layout = {data[0] & 1 ? "R" : NULL, data[0] & 2 ? "item" : NULL,
                               FUZZ_COLUMNS, field};
    MUST(hc_json_rows_init(&rows, NULL) == HC_OK);
    struct pieces pieces = {data + 1, size - 1, 0, 1u + data[0]};
    hc_records_start_bytes(room->records, pieces_read, &pieces);
    enum hc_status status;
    while ((status = hc_records_next(room->records, &block, &err)) == HC_OK) {
        size_t seen = 0;
        rows.next = 0;
        while (hc_ndjson_split(&layout, block, &rows, cells, NULL) == HC_OK) {
            for (size_t row = 0; row < rows.block.rows; row++) {
                seen += hc_block_ends(&rows.block, row);
                if (rows.block.fault[row].kind)
                    MUST(hc_ndjson_explain(&layout, &rows.block, row, &err) == HC_EDATA &&
                         err.what[0]);
            }
            fuzz_convert(room, &rows.block, cells);
        }
        MUST(seen == block->rows);
    }
    MUST(status == HC_END || status == HC_EDATA);
    hc_json_rows_free(&rows);
    hc_arena_free(&arena);
    return 0;
}
