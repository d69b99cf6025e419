/* What the fuzz targets of record readers share: bytes in pieces, every kind of conversion,
 * and what must hold of any input. */
#ifndef HC_TESTS_FUZZ_CELLS_H
#define HC_TESTS_FUZZ_CELLS_H

#include <stdlib.h>

#include "format/convert.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(condition)                                                                    \
    do {                                                                                   \
        if (!(condition))                                                                  \
            abort();                                                                       \
    } while (0)

struct pieces {
    const uint8_t *bytes;
    size_t len, at, size;
};
static inline enum hc_status pieces_read(void *from, const uint8_t **bytes, size_t *len,
                                         struct hc_err *err) {
    struct pieces *p = from;
    (void)err;
    if (p->at == p->len)
        return HC_END;
    *len = p->size < p->len - p->at ? p->size : p->len - p->at;
    *bytes = p->bytes + p->at;
    p->at += *len;
    return HC_OK;
}

/* The bytes are no text at all. */
static inline bool refused_whole(enum hc_status status, const struct hc_err *err) {
    return status == HC_EDATA &&
           (strstr(err->what, "UTF-16") || strstr(err->what, "packed too often"));
}

enum { FUZZ_COLUMNS = 8 };
struct fuzz_forms {
    struct hc_conversion conversion[FUZZ_COLUMNS];
    struct hc_code_map *map;
};
static inline void fuzz_forms_init(struct fuzz_forms *f) {
    static const struct hc_code code[] = {{HC_STR("0"), HC_STR("a"), 0},
                                          {HC_STR("12"), HC_STR("b"), 1}};
    MUST(hc_code_map_new(&f->map, code, 2, HC_OTHERWISE_REFUSE, code[0], NULL) == HC_OK);
    const struct hc_conversion forms[FUZZ_COLUMNS] = {
        {.converter = HC_CONVERT_decimal, .field = "a", .scale = 2},
        {.converter = HC_CONVERT_decimal,
         .field = "b",
         .scale = 2,
         .implied = 2,
         .round_half_even = true,
         .signs = HC_SIGN_TRAILING | HC_SIGN_PARENS | HC_SIGN_OVERPUNCH},
        {.converter = HC_CONVERT_date, .field = "c", .form = HC_DATE_ISO},
        {.converter = HC_CONVERT_date, .field = "d", .form = HC_DATE_CCYYMMDD},
        {.converter = HC_CONVERT_int, .field = "e", .low = -5, .high = 999},
        {.converter = HC_CONVERT_code, .field = "f", .map = f->map},
        {.converter = HC_CONVERT_text, .field = "g", .required = true},
        {.converter = HC_CONVERT_decimal, .field = "h", .scale = 4},
    };
    memcpy(f->conversion, forms, sizeof forms);
    for (size_t c = 0; c < FUZZ_COLUMNS; c++)
        MUST(hc_conversion_check(&f->conversion[c], NULL) == HC_OK);
}

/* What one input after the other is read with, made once: to make it costs more than to
 * read an input. Cells are of so many columns and no more, so that a reader that takes one
 * too many is seen. */
struct fuzz_room {
    struct fuzz_forms forms;
    struct hc_cells cells[FUZZ_COLUMNS]; /* of 1, 2... columns */
    struct hc_values values;
    struct hc_records *records;
};
static inline struct fuzz_room *fuzz_room(void) {
    static struct fuzz_room room;
    if (room.records)
        return &room;
    fuzz_forms_init(&room.forms);
    for (size_t c = 0; c < FUZZ_COLUMNS; c++)
        MUST(hc_cells_init(&room.cells[c], c + 1, HC_BLOCK_ROWS, NULL) == HC_OK);
    MUST(hc_values_init(&room.values, HC_BLOCK_ROWS, NULL) == HC_OK);
    MUST(hc_records_new(&room.records, NULL) == HC_OK);
    return &room;
}

/* A message shows no value: nothing of a cell that is not its own shape. */
static inline void must_hide(const struct hc_err *err, struct hc_str cell) {
    char shape[HC_SHAPE_SIZE], text[16];
    cell = hc_str_trim(cell);
    if (cell.len < 4 || cell.len >= sizeof text || memchr(cell.ptr, 0, cell.len))
        return;
    memcpy(text, cell.ptr, cell.len);
    text[cell.len] = 0;
    if (strstr("20201130 11302020", text)) /* the example of a date */
        return;
    if (strcmp(hc_str_shape(cell, shape), text) != 0 && cell.len >= 5 &&
        strspn(text, "0123456789") == cell.len)
        MUST(!strstr(err->what, text) && !strstr(err->hint, text));
}

/* Convert all columns of a block; every row at fault can be explained. */
static inline void fuzz_convert(struct fuzz_room *room, struct hc_block *block,
                                struct hc_cells *cells) {
    for (size_t c = 0; c < cells->columns; c++) {
        const struct hc_conversion *conversion = &room->forms.conversion[c % FUZZ_COLUMNS];
        struct hc_source_sum sum = {0};
        hc_convert(conversion, c, block, cells->column[c], &room->values, &sum);
        if (conversion->converter == HC_CONVERT_decimal)
            MUST(sum.values + sum.nulls + sum.unknown == block->rows);
        for (size_t row = 0; row < block->rows; row++) {
            const struct hc_fault *fault = &block->fault[row];
            struct hc_err err = {0};
            if (fault->kind < HC_FAULT_VALUE || fault->column != c)
                continue;
            MUST(hc_convert_explain(conversion, cells->column[c][row], &err) == HC_EDATA);
            MUST(err.what[0] && err.field[0]);
            must_hide(&err, cells->column[c][row]);
        }
    }
    size_t faults = 0;
    for (size_t row = 0; row < block->rows; row++)
        faults += block->fault[row].kind != HC_FAULT_NONE;
    MUST(faults == block->faults);
}

#endif
