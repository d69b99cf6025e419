#include "format/fixed.h"

enum hc_status hc_fixed_check(const struct hc_fixed *layout, struct hc_err *err) {
    if (layout->record_bytes == 0 || layout->record_bytes > HC_RECORD_MAX)
        return hc_fail(err, HC_ECONFIG, "a record of %u bytes is outside 1 to %u",
                       layout->record_bytes, HC_RECORD_MAX);
    if (layout->slots > HC_FIELDS_MAX)
        return hc_fail(err, HC_ECONFIG, "more than %d columns", HC_FIELDS_MAX);
    for (size_t i = 0; i < layout->slots; i++) {
        struct hc_slot s = layout->slot[i];
        if (s.length == 0 || s.start >= layout->record_bytes ||
            s.length > layout->record_bytes - s.start)
            return hc_fail(err, HC_ECONFIG,
                           "positions %llu to %llu lie outside the record's %u bytes",
                           (unsigned long long)s.start + 1,
                           (unsigned long long)s.start + s.length, layout->record_bytes);
    }
    return HC_OK;
}

void hc_fixed_split(const struct hc_fixed *layout, struct hc_block *block,
                    struct hc_cells *cells) {
    for (size_t row = 0; row < block->rows; row++)
        if (block->record[row].len > layout->record_bytes
                ? !layout->long_ok
                : block->record[row].len < layout->record_bytes && !layout->short_ok)
            hc_block_fault(block, row, HC_FAULT_LENGTH, 0);
    bool whole = block->faults == 0; /* nearly always: all as long as the layout says */
    for (size_t row = 0; row < block->rows && whole; row++)
        whole = block->record[row].len >= layout->record_bytes;
    for (size_t c = 0; c < layout->slots; c++) {
        struct hc_slot slot = layout->slot[c];
        struct hc_str *cell = cells->column[c];
        for (size_t row = 0; row < block->rows && whole; row++)
            cell[row] = (struct hc_str){block->record[row].ptr + slot.start, slot.length};
        for (size_t row = 0; row < block->rows && !whole; row++) {
            struct hc_str record = block->record[row];
            if (block->fault[row].kind != HC_FAULT_NONE || record.len <= slot.start) {
                cell[row] = HC_STR("");
                continue;
            }
            size_t left = record.len - slot.start;
            cell[row] = (struct hc_str){record.ptr + slot.start,
                                        slot.length < left ? slot.length : left};
        }
    }
}

enum hc_status hc_fixed_explain(const struct hc_fixed *layout, const struct hc_block *block,
                                size_t row, struct hc_err *err) {
    if (block->fault[row].kind != HC_FAULT_LENGTH)
        return hc_block_explain(block, row, err);
    hc_fail(err, HC_EDATA, "record has %zu bytes, the layout says %u",
            block->record[row].len, layout->record_bytes);
    hc_block_at(block, row, err);
    return HC_EDATA;
}
