/* Room in the columns of a batch being built: for the files that fill them. */
#ifndef HC_RECORD_COLUMN_H
#define HC_RECORD_COLUMN_H

#include "record/batch.h"

/* Bytes of a row in the column: a value, or an offset. */
size_t hc_column_width(enum hc_type type);
/* All false when out of memory. */
bool hc_batch_reserve(struct hc_batch *batch, size_t rows); /* bitmaps; unseals */
bool hc_column_reserve(struct hc_column *column, size_t rows);
bool hc_column_reserve_items(struct hc_column *column, size_t items);
bool hc_column_reserve_bytes(struct hc_column *column, size_t bytes);
/* Give rows that were not set their zero or empty value, up to rows. */
bool hc_column_fill(struct hc_column *column, size_t rows);

/* Short strings are the rule: copied by words that may overlap. */
static inline void hc_copy_short(char *to, const char *from, size_t len) {
    if (len > 16) {
        memcpy(to, from, len);
    } else if (len >= 8) {
        uint64_t head, tail;
        memcpy(&head, from, 8);
        memcpy(&tail, from + len - 8, 8);
        memcpy(to, &head, 8);
        memcpy(to + len - 8, &tail, 8);
    } else if (len >= 4) {
        uint32_t head, tail;
        memcpy(&head, from, 4);
        memcpy(&tail, from + len - 4, 4);
        memcpy(to, &head, 4);
        memcpy(to + len - 4, &tail, 4);
    } else if (len) {
        to[0] = from[0];
        to[len / 2] = from[len / 2];
        to[len - 1] = from[len - 1];
    }
}

#endif
