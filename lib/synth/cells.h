/* A delimited row whose cells are set by number in any order. */
#ifndef HC_SYNTH_CELLS_H
#define HC_SYNTH_CELLS_H

#include <string.h>

#include "synth/text.h"

#define SYNTH_CELLS 166
struct synth_cells {
    char cell[SYNTH_CELLS][40]; /* from 1 */
};

static inline void synth_cells_clear(struct synth_cells *row) {
    for (int i = 0; i < SYNTH_CELLS; i++)
        row->cell[i][0] = '\0';
}
static inline void synth_set(struct synth_cells *row, int column, const char *text) {
    size_t len = strnlen(text, sizeof row->cell[0] - 1);
    memcpy(row->cell[column], text, len);
    row->cell[column][len] = '\0';
}
static inline void synth_set_number(struct synth_cells *row, int column, int64_t value) {
    hc_synth_number(value, row->cell[column]);
}
/* The first count cells between pipes, and end. */
static inline void synth_cells_write(const struct synth_cells *row, int count,
                                     const char *end, struct hc_buf *buf) {
    if (!hc_buf_reserve(buf, sizeof row->cell + 4))
        return;
    char *at = (char *)buf->ptr + buf->len;
    for (int i = 1; i <= count; i++) { /* most cells are empty */
        for (const char *from = row->cell[i]; *from; from++)
            *at++ = *from;
        *at++ = '|';
    }
    at--;
    while (*end)
        *at++ = *end++;
    buf->len = (size_t)(at - (char *)buf->ptr);
}

#endif
