#include "format/convert.h"

#include <stdlib.h>

#define E4 4 /* decimals in which amounts are kept as delivered */

/* What one cell became. */
struct value {
    enum hc_fault_kind fault;
    bool null;
    int64_t number;
    struct hc_str text;
    int64_t exact_e4;
};

int hc_converter_of(struct hc_str name) {
    static const char *const names[] = {
#define CONVERTER(id, doc) #id,
        HC_CONVERTER_LIST
#undef CONVERTER
    };
    for (int i = 0; i < HC_CONVERTERS; i++)
        if (hc_str_is(name, names[i]))
            return i;
    return -1;
}

/* How many decimals a payer may write. */
static int decimals_of(const struct hc_conversion *c) {
    return c->decimals ? c->decimals : c->round_half_even ? E4 : c->scale;
}

enum hc_status hc_conversion_check(const struct hc_conversion *c, struct hc_err *err) {
    enum hc_status status = HC_OK;
    if (c->converter == HC_CONVERT_code && !c->map)
        status = hc_fail(err, HC_ECONFIG, "a code column needs a code map");
    else if (c->converter == HC_CONVERT_int && c->low > c->high)
        status = hc_fail(err, HC_ECONFIG, "the range of values is empty");
    else if (c->converter == HC_CONVERT_decimal) {
        if (c->scale < 0 || c->scale > E4 || c->implied < 0 || c->implied > E4 ||
            c->decimals < 0 || c->decimals > E4)
            status = hc_fail(err, HC_ECONFIG, "decimals must be 0 to %d", E4);
        else if (decimals_of(c) > c->scale && !c->round_half_even)
            status = hc_fail(err, HC_ECONFIG, "%d decimals into %d need 'round: half_even'",
                             decimals_of(c), c->scale);
        else if (c->implied > decimals_of(c))
            status = hc_fail(err, HC_ECONFIG,
                             "%d implied decimals are more than the %d that "
                             "are read",
                             c->implied, decimals_of(c));
    }
    if (status != HC_OK)
        hc_err_at_field(err, c->field);
    return status;
}

enum hc_status hc_values_init(struct hc_values *v, size_t rows, struct hc_err *err) {
    /* one piece, so that the columns of a block do not meet in the same cache lines */
    size_t each = sizeof *v->text + sizeof *v->number + sizeof *v->exact_e4 + 1;
    v->text = calloc(rows, each);
    if (!v->text)
        return hc_fail_memory(err);
    v->number = (int64_t *)(void *)(v->text + rows);
    v->exact_e4 = v->number + rows;
    v->null = (uint8_t *)(v->exact_e4 + rows);
    return HC_OK;
}

void hc_values_free(struct hc_values *v) {
    free(v->text);
    *v = (struct hc_values){0};
}

/* ---- one cell ---- */

/* Made once for each reader: an indirect call a cell costs as much as most cells. */
#define ALWAYS_INLINE static inline __attribute__((always_inline))

static const uint64_t blanks = 0x2020202020202020u;

/* Eight bytes, the first of them lowest. */
static inline uint64_t eight(const char *p) {
    uint64_t word;
    memcpy(&word, p, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

static inline uint64_t four(const char *p) {
    uint32_t word;
    memcpy(&word, p, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap32(word);
#endif
    return word;
}

/* 1 to 8 bytes as eight() has them, blanks behind: pieces may overlap. */
static inline uint64_t up_to_eight(const char *p, size_t len) {
    if (len == 8)
        return eight(p);
    uint64_t word = blanks << 8 * len;
    if (len >= 4)
        return word | four(p) | four(p + len - 4) << 8 * (len - 4);
    word |= (uint64_t)(uint8_t)p[0] | (uint64_t)(uint8_t)p[len / 2] << 8 * (len / 2);
    return word | (uint64_t)(uint8_t)p[len - 1] << 8 * (len - 1);
}

/* As hc_str_trim, for cells that are mostly padding: blanks go by words. */
ALWAYS_INLINE struct hc_str trim(struct hc_str t) {
    uint64_t other;
    if (t.len == 0 || ((uint8_t)t.ptr[0] > ' ' && (uint8_t)t.ptr[t.len - 1] > ' '))
        return t;
    while (t.len > 8 && eight(t.ptr + t.len - 8) == blanks)
        t.len -= 8;
    while (t.len > 8 && eight(t.ptr) == blanks)
        t.ptr += 8, t.len -= 8;
    if (t.len <= 8) {
        other = up_to_eight(t.ptr, t.len) ^ blanks;
        if (!other)
            return (struct hc_str){t.ptr, 0};
        t.len = 8 - (size_t)__builtin_clzll(other) / 8;
    } else {
        t.len -= (size_t)__builtin_clzll(eight(t.ptr + t.len - 8) ^ blanks) / 8;
        other = eight(t.ptr) ^ blanks;
    }
    size_t front = (size_t)__builtin_ctzll(other) / 8;
    t.ptr += front, t.len -= front;
    if ((uint8_t)t.ptr[0] <= ' ' || (uint8_t)t.ptr[t.len - 1] <= ' ')
        return hc_str_trim(t); /* tabs */
    return t;
}

static inline bool is_null(const struct hc_conversion *c, struct hc_str text) {
    if (text.len == 0)
        return true;
    for (size_t i = 0; i < c->null_texts; i++)
        if (text.len == c->null_text[i].len && text.ptr[0] == c->null_text[i].ptr[0] &&
            memcmp(text.ptr, c->null_text[i].ptr, text.len) == 0)
            return true;
    return false;
}

static inline struct value null_value(const struct hc_conversion *c) {
    return (struct value){.fault = c->required ? HC_FAULT_REQUIRED : HC_FAULT_NONE,
                          .null = true,
                          .text = HC_STR("")};
}

static inline struct value fault_value(enum hc_fault_kind kind) {
    return (struct value){.fault = kind, .null = true, .text = HC_STR("")};
}

static inline struct value read_text(const struct hc_conversion *c, struct hc_str text,
                                     struct hc_err *err) {
    (void)err;
    if (c->strip_zeros)
        while (text.len > 1 && text.ptr[0] == '0')
            text.ptr++, text.len--;
    return (struct value){.text = text};
}

/* Up to nine digits and nothing else. */
static inline bool plain_int(struct hc_str text, int64_t *number) {
    int64_t value = 0;
    if (text.len > 9)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        unsigned digit = (unsigned)(text.ptr[i] - '0');
        if (digit > 9)
            return false;
        value = value * 10 + digit;
    }
    *number = value;
    return true;
}

static inline struct value read_int(const struct hc_conversion *c, struct hc_str text,
                                    struct hc_err *err) {
    int64_t number = 0;
    bool any = c->low == 0 && c->high == 0;
    if (plain_int(text, &number) && (any || (number >= c->low && number <= c->high)))
        return (struct value){.number = number, .text = text};
    if (hc_parse_int(text, any ? INT32_MIN : c->low, any ? INT32_MAX : c->high, &number,
                     err) != HC_OK)
        return fault_value(HC_FAULT_VALUE);
    return (struct value){.number = number, .text = text};
}

/* "-123.45" or "-12345" with at most 13 digits before the point and 4 behind it: nearly
 * every amount there is. *decimals is -1 without a point. false: hc_parse_decimal decides.
 */
static inline bool plain_decimal(struct hc_str text, int64_t *number, int *decimals) {
    const char *p = text.ptr, *end = p + text.len, *point;
    bool negative = p < end && *p == '-';
    uint64_t value = 0;
    p += negative;
    const char *digits = p;
    while (p < end && (unsigned)(*p - '0') < 10)
        value = value * 10 + (unsigned)(*p++ - '0');
    if (p == digits || p - digits > 13)
        return false;
    *decimals = -1;
    if (p < end) {
        if (*p != '.')
            return false;
        for (point = p++; p < end && (unsigned)(*p - '0') < 10 && p - point <= E4;)
            value = value * 10 + (unsigned)(*p++ - '0');
        if (p != end)
            return false;
        *decimals = (int)(p - point - 1);
    }
    *number = negative ? -(int64_t)value : (int64_t)value;
    return true;
}

/* "       123.45", as files of fixed width have it: blanks, at most 8 digits, a point and
 * two. false: the cell is to be trimmed and read. */
static inline bool padded_cents(struct hc_str cell, int64_t *cents, struct hc_str *text) {
    const uint64_t zeros = 0x3030303030303030u, high = 0x8080808080808080u;
    if (cell.len < 11)
        return false;
    const char *point = cell.ptr + cell.len - 3, *p = cell.ptr;
    for (; point - p >= 16; p += 8)
        if (eight(p) != blanks)
            return false;
    if (point - p > 8 && up_to_eight(p, (size_t)(point - p) - 8) != blanks)
        return false;
    uint64_t digits = eight(point - 8), other = digits ^ blanks;
    unsigned tenths = (unsigned)(point[1] - '0'), ones = (unsigned)(point[2] - '0');
    if (*point != '.' || tenths > 9 || ones > 9 || other >> 56 == 0)
        return false;
    unsigned skip = (unsigned)__builtin_ctzll(other) & ~7u; /* bits of blanks */
    uint64_t front = skip ? ~(uint64_t)0 >> (64 - skip) : 0;
    digits = ((digits & ~front) | (zeros & front)) ^ zeros; /* now 0 to 9 each, or not */
    if ((digits | (digits + 0x7676767676767676u)) & high)
        return false;
    digits = digits * 10 + (digits >> 8); /* pairs, then fours, then all */
    digits = ((digits & 0x000000ff000000ffu) * 0x000f424000000064u +
              (digits >> 16 & 0x000000ff000000ffu) * 0x0000271000000001u) >>
             32;
    *cents = (int64_t)digits * 100 + (int)(tenths * 10 + ones);
    *text = (struct hc_str){point - 8 + skip / 8, 11 - skip / 8};
    return true;
}

/* number / 10^(E4 - decimals), towards zero: each a division by a constant. */
static inline int64_t whole_units(int64_t e4, int decimals) {
    switch (decimals) {
    case 2:
        return e4 / 100;
    case 4:
        return e4;
    case 3:
        return e4 / 10;
    case 1:
        return e4 / 1000;
    default:
        return e4 / 10000;
    }
}

static inline struct value read_decimal(const struct hc_conversion *c, struct hc_str text,
                                        struct hc_err *err) {
    static const int16_t unit_of[E4 + 1] = {10000, 1000, 100, 10, 1};
    static const int64_t cents_max = 999999999999999; /* 13 whole digits */
    struct value v = {.text = text};
    char shape[HC_SHAPE_SIZE];
    int64_t plain;
    int written;
    if (plain_decimal(text, &plain, &written) &&
        (text.ptr[0] != '-' || !(c->signs & HC_SIGN_OVERPUNCH))) {
        written = written < 0 ? c->implied : written;
        v.exact_e4 = plain * unit_of[written];
        if (written <= c->scale) {
            v.number = plain * unit_of[E4 - c->scale + written];
            return v;
        }
    } else if (hc_parse_decimal(text, E4, c->implied, c->signs, &v.exact_e4, err) !=
               HC_OK) {
        return fault_value(HC_FAULT_VALUE);
    }
    int64_t unit = unit_of[c->scale];
    v.number = whole_units(v.exact_e4, c->scale);
    int64_t rest = v.exact_e4 - v.number * unit;
    if (rest) {
        int decimals = decimals_of(c);
        if (v.exact_e4 != whole_units(v.exact_e4, decimals) * unit_of[decimals]) {
            hc_fail(err, HC_EDATA, "expected at most %d decimals, found shape '%s'",
                    decimals, hc_str_shape(text, shape));
            v.fault = HC_FAULT_VALUE; /* readable, so its sum is known */
            return v;
        }
        int64_t twice = rest < 0 ? -2 * rest : 2 * rest; /* to the nearest, half to even */
        if (twice > unit || (twice == unit && v.number % 2 != 0))
            v.number += rest < 0 ? -1 : 1;
    }
    if (c->scale == 2 && (v.number > cents_max || v.number < -cents_max)) {
        hc_fail(err, HC_EDATA, "amount too large, shape '%s'", hc_str_shape(text, shape));
        v.fault = HC_FAULT_VALUE;
    }
    return v;
}

static inline bool two_digits(const char *p, int *value) {
    unsigned tens = (unsigned)(p[0] - '0'), ones = (unsigned)(p[1] - '0');
    *value = (int)(tens * 10 + ones);
    return tens < 10 && ones < 10;
}

/* The two usual forms; false: the general parser decides, and finds the words. */
static inline bool plain_day(struct hc_str text, enum hc_date_form form, hc_day *day) {
    int century, of_century, month, mday;
    const char *p = text.ptr;
    size_t gap = form == HC_DATE_ISO ? 1 : 0;
    if (form == HC_DATE_ISO ? text.len != 10 || p[4] != '-' || p[7] != '-'
                            : form != HC_DATE_CCYYMMDD || text.len != 8)
        return false;
    return two_digits(p, &century) && two_digits(p + 2, &of_century) &&
           two_digits(p + 4 + gap, &month) && two_digits(p + 6 + 2 * gap, &mday) &&
           hc_day_make(century * 100 + of_century, month, mday, day);
}

static inline struct value read_date(const struct hc_conversion *c, struct hc_str text,
                                     struct hc_err *err) {
    hc_day day = 0;
    if (!plain_day(text, c->form, &day) && hc_parse_day(text, c->form, &day, err) != HC_OK)
        return fault_value(HC_FAULT_VALUE);
    return (struct value){.number = day, .text = text};
}

static struct value unknown_code(const struct hc_conversion *c, struct hc_str text,
                                 struct hc_err *err) {
    struct hc_buf codes = {0};
    char shape[HC_SHAPE_SIZE];
    if (err) {
        hc_code_map_list(c->map, &codes);
        hc_fail(err, HC_EDATA, "unknown code of shape '%s', expected one of %s",
                hc_str_shape(text, shape), hc_buf_text(&codes));
        hc_buf_free(&codes);
    }
    return fault_value(HC_FAULT_CODE);
}

static inline struct value read_code(const struct hc_conversion *c, struct hc_str text,
                                     struct hc_err *err) {
    const struct hc_code *code = hc_code_map_find(c->map, text);
    if (!code) {
        switch (hc_code_map_otherwise(c->map)) {
        case HC_OTHERWISE_REFUSE:
            return text.len ? unknown_code(c, text, err) : null_value(c);
        case HC_OTHERWISE_NULL:
            return null_value(c);
        case HC_OTHERWISE_KEEP:
            return text.len ? (struct value){.text = text, .number = -1} : null_value(c);
        case HC_OTHERWISE_VALUE:
            if (text.len == 0)
                return null_value(c);
            code = hc_code_map_fallback(c->map);
        }
    }
    if (code->number < 0 && code->value.len == 0)
        return null_value(c);
    return (struct value){.text = code->value, .number = code->number};
}

typedef struct value read_fn(const struct hc_conversion *c, struct hc_str text,
                             struct hc_err *err);

static inline struct value read_skip(const struct hc_conversion *c, struct hc_str text,
                                     struct hc_err *err) {
    (void)c, (void)err;
    return (struct value){.text = text};
}

/* A blank that the map names is a code like any other; elsewhere it is null. */
ALWAYS_INLINE struct value read_cell(const struct hc_conversion *c, read_fn *read,
                                     struct hc_str cell, struct hc_err *err) {
    struct hc_str text = trim(cell);
    if (c->converter == HC_CONVERT_code ? text.len != 0 && is_null(c, text)
                                        : is_null(c, text))
        return null_value(c);
    return read(c, text, err);
}

static read_fn *const readers[] = {
    [HC_CONVERT_text] = read_text,       [HC_CONVERT_int] = read_int,
    [HC_CONVERT_decimal] = read_decimal, [HC_CONVERT_date] = read_date,
    [HC_CONVERT_code] = read_code,       [HC_CONVERT_skip] = read_skip,
};

enum hc_status hc_convert_one(const struct hc_conversion *c, struct hc_str cell,
                              int64_t *number, struct hc_str *text, bool *null,
                              struct hc_err *err) {
    struct value v = read_cell(c, readers[c->converter], cell, err);
    *number = v.number;
    *text = v.text;
    *null = v.null;
    if (v.fault == HC_FAULT_NONE)
        return HC_OK;
    if (v.fault == HC_FAULT_REQUIRED)
        hc_fail(err, HC_EDATA, "a value is required, found none");
    hc_err_at_field(err, c->field);
    return HC_EDATA;
}

enum hc_status hc_convert_explain(const struct hc_conversion *c, struct hc_str cell,
                                  struct hc_err *err) {
    int64_t number;
    struct hc_str text;
    bool null;
    return hc_convert_one(c, cell, &number, &text, &null, err);
}

/* ---- a column ---- */

/* The loop, made once for each reader so that the call is inlined. */
ALWAYS_INLINE void convert_column(const struct hc_conversion *c, read_fn *read,
                                  size_t column, struct hc_block *block,
                                  const struct hc_str *cell, struct hc_values *values) {
    for (size_t row = 0; row < block->rows; row++) {
        struct value v = {.null = true, .text = HC_STR("")};
        if (block->fault[row].kind == HC_FAULT_NONE)
            v = read_cell(c, read, cell[row], NULL);
        if (v.fault != HC_FAULT_NONE)
            hc_block_fault(block, row, v.fault, column);
        values->number[row] = v.number;
        values->text[row] = v.text;
        values->null[row] = v.null;
    }
}

/* Records that could not be cut have no cells; a bad value elsewhere leaves this one. */
static bool has_cells(const struct hc_block *block, size_t row) {
    unsigned kind = block->fault[row].kind;
    return kind == HC_FAULT_NONE || kind >= HC_FAULT_VALUE;
}

/* May padded_cents read cells? Not where less is kept, or one of its texts means null. */
static bool cents_fit(const struct hc_conversion *c) {
    bool fit = c->scale >= 2;
    for (size_t i = 0; i < c->null_texts; i++)
        fit &=
            c->null_text[i].len < 3 || c->null_text[i].ptr[c->null_text[i].len - 3] != '.';
    return fit;
}

static void convert_decimals(const struct hc_conversion *c, size_t column,
                             struct hc_block *block, const struct hc_str *cell,
                             struct hc_values *values, struct hc_source_sum *sum) {
    const int64_t of_cent = c->scale == 4 ? 100 : c->scale == 3 ? 10 : 1;
    const bool padded = cents_fit(c);
    struct hc_source_sum add = {0};
    for (size_t row = 0; row < block->rows; row++) {
        struct value v = {.null = true, .fault = HC_FAULT_VALUE};
        struct hc_str text;
        int64_t cents;
        if (has_cells(block, row)) {
            if (padded && padded_cents(cell[row], &cents, &text))
                v = (struct value){
                    .number = cents * of_cent, .exact_e4 = cents * 100, .text = text};
            else
                v = read_cell(c, read_decimal, cell[row], NULL);
        }
        if (v.fault != HC_FAULT_NONE)
            hc_block_fault(block, row, v.fault, column);
        /* null with a fault other than REQUIRED is a text that no one can read */
        bool unknown = v.null && v.fault == HC_FAULT_VALUE;
        add.unknown += unknown;
        add.nulls += v.null && !unknown;
        add.values += !v.null;
        add.exact_e4 += v.null ? 0 : v.exact_e4;
        values->number[row] = v.number;
        values->exact_e4[row] = v.exact_e4;
        values->null[row] = v.null;
        values->text[row] = v.text;
    }
    if (!sum)
        return;
    sum->exact_e4 += add.exact_e4;
    sum->values += add.values;
    sum->nulls += add.nulls;
    sum->unknown += add.unknown;
}

static inline bool same_cell(struct hc_str a, struct hc_str b) {
    if (a.len != b.len)
        return false;
    if (a.len < 8)
        return a.len && up_to_eight(a.ptr, a.len) == up_to_eight(b.ptr, b.len);
    size_t at = 0;
    for (; at + 8 < a.len; at += 8)
        if (eight(a.ptr + at) != eight(b.ptr + at))
            return false;
    return eight(a.ptr + a.len - 8) == eight(b.ptr + b.len - 8);
}

/* As convert_column, but neighbours often have the same day or code: it is read once. */
ALWAYS_INLINE void convert_repeats(const struct hc_conversion *c, read_fn *read,
                                   size_t column, struct hc_block *block,
                                   const struct hc_str *cell, struct hc_values *values) {
    struct hc_str last = HC_STR("");
    struct value known = {.null = true, .text = HC_STR("")};
    for (size_t row = 0; row < block->rows; row++) {
        struct value v = {.null = true, .text = HC_STR("")};
        if (block->fault[row].kind == HC_FAULT_NONE) {
            if (!same_cell(cell[row], last)) {
                known = read_cell(c, read, cell[row], NULL);
                last = cell[row];
            }
            v = known;
        }
        if (v.fault != HC_FAULT_NONE)
            hc_block_fault(block, row, v.fault, column);
        values->number[row] = v.number;
        values->text[row] = v.text;
        values->null[row] = v.null;
    }
}

void hc_convert(const struct hc_conversion *c, size_t column, struct hc_block *block,
                const struct hc_str *cell, struct hc_values *values,
                struct hc_source_sum *sum) {
    switch (c->converter) {
    case HC_CONVERT_text:
        convert_column(c, read_text, column, block, cell, values);
        return;
    case HC_CONVERT_int:
        convert_column(c, read_int, column, block, cell, values);
        return;
    case HC_CONVERT_decimal:
        convert_decimals(c, column, block, cell, values, sum);
        return;
    case HC_CONVERT_date:
        convert_repeats(c, read_date, column, block, cell, values);
        return;
    case HC_CONVERT_code:
        convert_repeats(c, read_code, column, block, cell, values);
        return;
    case HC_CONVERT_skip:
    case HC_CONVERTERS:
        convert_column(c, read_skip, column, block, cell, values);
    }
}

void hc_values_set(const struct hc_values *values, size_t row, struct hc_batch *batch,
                   size_t column) {
    if (values->null[row])
        return;
    switch (batch->schema->field[column].type) {
    case HC_TYPE_int64:
    case HC_TYPE_cents:
    case HC_TYPE_e4:
        hc_set_i64(batch, column, values->number[row]);
        return;
    case HC_TYPE_int32:
    case HC_TYPE_date:
        hc_set_i32(batch, column, (int32_t)values->number[row]);
        return;
    case HC_TYPE_bool:
        hc_set_bool(batch, column, values->number[row] != 0);
        return;
    case HC_TYPE_choice:
        hc_set_choice(batch, column, (int)values->number[row]);
        return;
    case HC_TYPE_utf8:
        if (values->text[row].len > 0)
            hc_set_str(batch, column, values->text[row]);
        return;
    case HC_TYPE_list:
        hc_set_list(batch, column, &values->text[row], 1);
        return;
    }
}
