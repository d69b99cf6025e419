/* One cell: text to a value. For convert.c, which reads cells by themselves, and
 * convert_column.c, which reads columns and has these inlined into its loops. */
#ifndef HC_FORMAT_CELL_READ_H
#define HC_FORMAT_CELL_READ_H

#include "base/load.h"
#include "format/convert.h"

#define E4 4 /* decimals in which amounts are kept as delivered */

/* What one cell became. */
struct value {
    enum hc_fault_kind fault;
    bool null;
    int64_t number;
    struct hc_str text;
    int64_t exact_e4;
};

/* How many decimals a payer may write. */
static inline int decimals_of(const struct hc_conversion *c) {
    return c->decimals ? c->decimals : c->round_half_even ? E4 : c->scale;
}

/* Made once for each reader: an indirect call a cell costs as much as most cells. */
#define ALWAYS_INLINE static inline __attribute__((always_inline))

static const uint64_t blanks = 0x2020202020202020u;

/* 1 to 8 bytes as hc_load64() has them, blanks behind: pieces may overlap. */
static inline uint64_t up_to_eight(const char *p, size_t len) {
    if (len == 8)
        return hc_load64(p);
    uint64_t word = blanks << 8 * len;
    if (len >= 4)
        return word | hc_load32(p) | hc_load32(p + len - 4) << 8 * (len - 4);
    word |= (uint64_t)(uint8_t)p[0] | (uint64_t)(uint8_t)p[len / 2] << 8 * (len / 2);
    return word | (uint64_t)(uint8_t)p[len - 1] << 8 * (len - 1);
}

/* As hc_str_trim, for cells that are mostly padding: blanks go by words. */
ALWAYS_INLINE struct hc_str trim(struct hc_str t) {
    uint64_t other;
    if (t.len == 0 || ((uint8_t)t.ptr[0] > ' ' && (uint8_t)t.ptr[t.len - 1] > ' '))
        return t;
    while (t.len > 8 && hc_load64(t.ptr + t.len - 8) == blanks)
        t.len -= 8;
    while (t.len > 8 && hc_load64(t.ptr) == blanks)
        t.ptr += 8, t.len -= 8;
    if (t.len <= 8) {
        other = up_to_eight(t.ptr, t.len) ^ blanks;
        if (!other)
            return (struct hc_str){t.ptr, 0};
        t.len = 8 - (size_t)__builtin_clzll(other) / 8;
    } else {
        t.len -= (size_t)__builtin_clzll(hc_load64(t.ptr + t.len - 8) ^ blanks) / 8;
        other = hc_load64(t.ptr) ^ blanks;
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
            text.ptr[text.len - 1] == c->null_text[i].ptr[text.len - 1] &&
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

/* Eight digits as hc_load64() has them, with '0' taken off each; false: some are none. */
static inline bool eight_digits(uint64_t digits, uint64_t *number) {
    const uint64_t high = 0x8080808080808080u;
    if ((digits | (digits + 0x7676767676767676u)) & high)
        return false;
    digits = digits * 10 + (digits >> 8); /* pairs, then fours, then all */
    *number = ((digits & 0x000000ff000000ffu) * 0x000f424000000064u +
               (digits >> 16 & 0x000000ff000000ffu) * 0x0000271000000001u) >>
              32;
    return true;
}

/* "       123.45", as files of fixed width have it: blanks, at most 8 digits, a point and
 * two, or four. *e4 is in ten-thousandths. false: the cell is to be trimmed and read. */
static inline bool padded_amount(struct hc_str cell, int decimals, int64_t *e4) {
    const uint64_t zeros = 0x3030303030303030u;
    if (cell.len < 9 + (size_t)decimals)
        return false;
    const char *point = cell.ptr + cell.len - decimals - 1, *p = cell.ptr;
    for (; point - p >= 16; p += 8)
        if (hc_load64(p) != blanks)
            return false;
    if (point - p > 8 && up_to_eight(p, (size_t)(point - p) - 8) != blanks)
        return false;
    uint64_t digits = hc_load64(point - 8), other = digits ^ blanks, whole, part;
    if (*point != '.' || other >> 56 == 0)
        return false;
    /* behind six zeros, or four */
    part = decimals == 2 ? zeros << 16 >> 16 | (uint64_t)(uint8_t)point[1] << 48 |
                               (uint64_t)(uint8_t)point[2] << 56
                         : zeros >> 32 | hc_load32(point + 1) << 32;
    unsigned skip = (unsigned)__builtin_ctzll(other) & ~7u; /* bits of blanks */
    uint64_t front = skip ? ~(uint64_t)0 >> (64 - skip) : 0;
    if (!eight_digits(((digits & ~front) | (zeros & front)) ^ zeros, &whole) ||
        !eight_digits(part ^ zeros, &part))
        return false;
    *e4 = (int64_t)(whole * 10000 + part * (decimals == 2 ? 100 : 1));
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

static inline int two_digits(uint64_t digits) {
    return (int)((digits & 15) * 10 + (digits >> 8 & 15));
}

/* The two usual forms; false: the general parser decides, and finds the words. */
static inline bool plain_day(struct hc_str text, enum hc_date_form form, hc_day *day) {
    const uint64_t dashed = 0x2d30302d30303030u, high = 0x8080808080808080u;
    uint64_t word, mday;
    if (form == HC_DATE_ISO) {
        if (text.len != 10)
            return false;
        word = hc_load64(text.ptr) ^ dashed;
        mday = ((uint64_t)(uint8_t)text.ptr[8] | (uint64_t)(uint8_t)text.ptr[9] << 8) ^
               0x3030u;
        if (word >> 56 || word >> 32 & 0xff)
            return false;
        if ((word | (word + 0x7676767676767676u) | mday | (mday + 0x7676)) & high)
            return false;
        word = (word & 0xffffffffu) | (word >> 40 & 0xffffu) << 32 | mday << 48;
    } else {
        if (form != HC_DATE_CCYYMMDD || text.len != 8)
            return false;
        word = hc_load64(text.ptr) ^ 0x3030303030303030u;
        if ((word | (word + 0x7676767676767676u)) & high)
            return false;
    }
    return hc_day_make(two_digits(word) * 100 + two_digits(word >> 16),
                       two_digits(word >> 32), two_digits(word >> 48), day);
}

static inline struct value read_date(const struct hc_conversion *c, struct hc_str text,
                                     struct hc_err *err) {
    hc_day day = 0;
    if (!plain_day(text, c->form, &day) && hc_parse_day(text, c->form, &day, err) != HC_OK)
        return fault_value(HC_FAULT_VALUE);
    return (struct value){.number = day, .text = text};
}

static inline struct value unknown_code(const struct hc_conversion *c, struct hc_str text,
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

#endif
