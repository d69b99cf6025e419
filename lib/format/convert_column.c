/* Whole columns of a block: the loops around cell_read.h, with short ways for what columns
 * of wide files mostly hold: nothing, what the row above has, padded amounts. */
#include "format/cell_read.h"

struct column { /* to be converted */
    const struct hc_conversion *c;
    size_t number;
    struct hc_block *block;
    const struct hc_str *cell;
    struct hc_values *to;
    uint64_t null_lens; /* bit n: some null text is n bytes long, in 64 */
};

/* Records that could not be cut have no cells; a bad value elsewhere leaves this one. */
static bool has_cells(const struct hc_block *block, size_t row) {
    unsigned kind = block->fault[row].kind;
    return kind == HC_FAULT_NONE || kind >= HC_FAULT_VALUE;
}

static inline bool is_good(const struct column *k, size_t row) {
    return k->block->fault[row].kind == HC_FAULT_NONE;
}

static inline bool means_null(const struct column *k, struct hc_str text) {
    return text.len == 0 || (k->null_lens >> (text.len & 63) & 1 && is_null(k->c, text));
}

/* As read_cell(), but most texts are seen to be no null text by their length. */
ALWAYS_INLINE struct value cell_value(const struct column *k, read_fn *read,
                                      struct hc_str cell) {
    struct hc_str text = trim(cell);
    if (k->c->converter == HC_CONVERT_code ? text.len != 0 && means_null(k, text)
                                           : means_null(k, text))
        return null_value(k->c);
    return read(k->c, text, NULL);
}

/* ---- nothing ---- */

static inline bool is_blank(struct hc_str t) {
    if (t.len <= 8)
        return t.len == 0 || up_to_eight(t.ptr, t.len) == blanks;
    size_t at = 0;
    for (; at + 8 < t.len; at += 8)
        if (hc_load64(t.ptr + at) != blanks)
            return false;
    return hc_load64(t.ptr + t.len - 8) == blanks;
}

/* Is the column without values, and no row at fault for it? */
static bool all_null(const struct column *k) {
    const struct hc_conversion *c = k->c;
    if (c->required || k->block->faults ||
        (c->converter == HC_CONVERT_code && hc_code_map_find(c->map, HC_STR(""))))
        return false;
    for (size_t row = 0; row < k->block->rows; row++)
        if (!is_blank(k->cell[row]))
            return false;
    return true;
}

static void set_nulls(struct hc_values *to, size_t rows) {
    if (to->nulls >= rows)
        return;
    memset(to->number, 0, rows * sizeof *to->number);
    memset(to->exact_e4, 0, rows * sizeof *to->exact_e4);
    memset(to->null, 1, rows);
    for (size_t row = 0; row < rows; row++)
        to->text[row] = HC_STR("");
    to->nulls = rows;
}

/* ---- something ---- */

ALWAYS_INLINE void put(struct column *k, size_t row, struct value v) {
    if (v.fault != HC_FAULT_NONE)
        hc_block_fault(k->block, row, v.fault, k->number);
    k->to->number[row] = v.number;
    k->to->text[row] = v.text;
    k->to->null[row] = v.null;
}

/* The loop, made once for each reader so that the call is inlined. */
ALWAYS_INLINE void convert_each(struct column *k, read_fn *read) {
    for (size_t row = 0; row < k->block->rows; row++) {
        struct value v = {.null = true, .text = HC_STR("")};
        if (is_good(k, row))
            v = cell_value(k, read, k->cell[row]);
        put(k, row, v);
    }
}

static inline bool same_cell(struct hc_str a, struct hc_str b) {
    if (a.len != b.len)
        return false;
    if (a.len < 8)
        return a.len && up_to_eight(a.ptr, a.len) == up_to_eight(b.ptr, b.len);
    size_t at = 0;
    for (; at + 8 < a.len; at += 8)
        if (hc_load64(a.ptr + at) != hc_load64(b.ptr + at))
            return false;
    return hc_load64(a.ptr + a.len - 8) == hc_load64(b.ptr + b.len - 8);
}

/* As convert_each, but neighbours often have the same day or code: it is read once. */
ALWAYS_INLINE void convert_repeats(struct column *k, read_fn *read) {
    struct hc_str last = HC_STR("");
    struct value known = {.null = true, .text = HC_STR("")};
    for (size_t row = 0; row < k->block->rows; row++) {
        struct value v = {.null = true, .text = HC_STR("")};
        if (is_good(k, row)) {
            if (!same_cell(k->cell[row], last)) {
                known = cell_value(k, read, k->cell[row]);
                last = k->cell[row];
            }
            v = known;
        }
        put(k, row, v);
    }
}

static void convert_texts(struct column *k) {
    const bool strip = k->c->strip_zeros, required = k->c->required;
    struct hc_values *to = k->to;
    for (size_t row = 0; row < k->block->rows; row++) {
        struct hc_str text = HC_STR("");
        bool null = true;
        if (is_good(k, row)) {
            text = trim(k->cell[row]);
            null = means_null(k, text);
            if (null)
                text = HC_STR("");
            else if (strip)
                text = read_text(k->c, text, NULL).text;
            if (null && required)
                hc_block_fault(k->block, row, HC_FAULT_REQUIRED, k->number);
        }
        to->text[row] = text;
        to->null[row] = null;
    }
}

/* May padded_amount read cells? Not where a text that it reads means null. */
static bool amounts_fit(const struct hc_conversion *c, int decimals) {
    bool fit = c->scale >= decimals;
    for (size_t i = 0; i < c->null_texts; i++) {
        struct hc_str text = c->null_text[i];
        fit &= text.len <= (size_t)decimals || text.ptr[text.len - decimals - 1] != '.';
    }
    return fit;
}

static void convert_decimals(struct column *k, struct hc_source_sum *sum) {
    static const int16_t e4_in_unit[E4 + 1] = {10000, 1000, 100, 10, 1};
    const int64_t unit = e4_in_unit[k->c->scale];
    const bool two = amounts_fit(k->c, 2), four = amounts_fit(k->c, 4);
    struct hc_block *block = k->block;
    struct hc_values *to = k->to;
    struct hc_source_sum add = {0};
    for (size_t row = 0; row < block->rows; row++) {
        struct value v = {.null = true, .fault = HC_FAULT_VALUE};
        if (has_cells(block, row)) {
            if ((two && padded_amount(k->cell[row], 2, &v.exact_e4)) ||
                (four && padded_amount(k->cell[row], 4, &v.exact_e4)))
                v = (struct value){.exact_e4 = v.exact_e4,
                                   .number =
                                       unit == 100 ? v.exact_e4 / 100 : v.exact_e4 / unit};
            else
                v = cell_value(k, read_decimal, k->cell[row]);
        }
        if (v.fault != HC_FAULT_NONE)
            hc_block_fault(block, row, v.fault, k->number);
        /* null with a fault other than REQUIRED is a text that no one can read */
        bool unknown = v.null && v.fault == HC_FAULT_VALUE;
        add.unknown += unknown;
        add.nulls += v.null && !unknown;
        add.values += !v.null;
        add.exact_e4 += v.null ? 0 : v.exact_e4;
        to->number[row] = v.number;
        to->exact_e4[row] = v.exact_e4;
        to->null[row] = v.null;
    }
    if (!sum)
        return;
    sum->exact_e4 += add.exact_e4;
    sum->values += add.values;
    sum->nulls += add.nulls;
    sum->unknown += add.unknown;
}

void hc_convert(const struct hc_conversion *c, size_t column, struct hc_block *block,
                const struct hc_str *cell, struct hc_values *values,
                struct hc_source_sum *sum) {
    struct column k = {c, column, block, cell, values, 0};
    if (all_null(&k)) {
        set_nulls(values, block->rows);
        if (sum)
            sum->nulls += block->rows;
        return;
    }
    values->nulls = 0;
    for (size_t i = 0; i < c->null_texts; i++)
        k.null_lens |= (uint64_t)1 << (c->null_text[i].len & 63);
    switch (c->converter) {
    case HC_CONVERT_int:
        convert_each(&k, read_int);
        return;
    case HC_CONVERT_decimal:
        convert_decimals(&k, sum);
        return;
    case HC_CONVERT_date:
        convert_repeats(&k, read_date);
        return;
    case HC_CONVERT_code:
        convert_repeats(&k, read_code);
        return;
    case HC_CONVERT_text:
    case HC_CONVERT_skip:
    case HC_CONVERTERS:
        convert_texts(&k);
    }
}
