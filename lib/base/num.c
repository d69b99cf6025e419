#include "base/num.h"

/* Where the digits are, and what surrounds them. */
struct number {
    struct hc_str digits; /* digits and at most one point */
    int last;             /* digit of an overpunched last byte, or -1 */
    bool negative;
};

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static enum hc_status malformed(struct hc_err *err, const char *expected,
                                struct hc_str text) {
    char shape[HC_SHAPE_SIZE];
    if (text.len == 0)
        return hc_fail(err, HC_EDATA, "expected %s, found nothing", expected);
    return hc_fail(err, HC_EDATA, "expected %s, found shape '%s'", expected,
                   hc_str_shape(text, shape));
}

static bool overpunched(char c, int *digit, bool *negative) {
    *negative = c == '}' || (c >= 'J' && c <= 'R');
    if (c == '{' || c == '}')
        *digit = 0;
    else if (c >= 'A' && c <= 'I')
        *digit = c - 'A' + 1;
    else if (c >= 'J' && c <= 'R')
        *digit = c - 'J' + 1;
    else
        return false;
    return true;
}

/* Take the sign off; at most one is allowed. */
static bool split_sign(struct hc_str text, unsigned signs, struct number *n) {
    *n = (struct number){text, -1, false};
    struct hc_str *d = &n->digits;
    if (d->len && d->ptr[0] == '-' && !(signs & HC_SIGN_OVERPUNCH)) {
        n->negative = true;
        d->ptr++, d->len--;
        return true;
    }
    if ((signs & HC_SIGN_PARENS) && d->len >= 2 && d->ptr[0] == '(' &&
        d->ptr[d->len - 1] == ')') {
        n->negative = true;
        d->ptr++, d->len -= 2;
        return true;
    }
    if ((signs & HC_SIGN_TRAILING) && d->len && d->ptr[d->len - 1] == '-') {
        n->negative = true;
        d->len--;
        return true;
    }
    if (!(signs & HC_SIGN_OVERPUNCH) || !d->len ||
        !overpunched(d->ptr[d->len - 1], &n->last, &n->negative))
        return true;
    d->len--;
    return !memchr(d->ptr, '.', d->len); /* the form has no place for a point */
}

/* One more digit at the end of value; false when it leaves 64 bits. */
static bool push(uint64_t *value, int digit) {
    return !__builtin_mul_overflow(*value, (uint64_t)10, value) &&
           !__builtin_add_overflow(*value, (uint64_t)digit, value);
}

enum parsed { PARSED, BAD_SHAPE, TOO_LARGE, TOO_FINE };

static enum parsed parse_number(const struct number *n, int scale, int implied,
                                uint64_t *magnitude) {
    uint64_t value = 0;
    int digits = 0, decimals = 0;
    bool point = false;
    size_t all = n->digits.len + (n->last >= 0);
    /* Pass 1: shape and count of decimals. */
    for (size_t i = 0; i < all; i++) {
        if (i < n->digits.len && n->digits.ptr[i] == '.') {
            if (point)
                return BAD_SHAPE;
            point = true;
        } else if (i < n->digits.len && !is_digit(n->digits.ptr[i])) {
            return BAD_SHAPE;
        } else {
            digits++;
            decimals += point;
        }
    }
    if (digits == 0)
        return BAD_SHAPE;
    if (!point)
        decimals = implied;
    int drop = decimals > scale ? decimals - scale : 0;
    /* Pass 2: the value; decimals beyond scale must be zeros. */
    int at = 0;
    for (size_t i = 0; i < all; i++) {
        if (i < n->digits.len && n->digits.ptr[i] == '.')
            continue;
        int digit = i < n->digits.len ? n->digits.ptr[i] - '0' : n->last;
        if (++at > digits - drop) {
            if (digit != 0)
                return TOO_FINE;
        } else if (!push(&value, digit)) {
            return TOO_LARGE;
        }
    }
    for (int i = decimals; i < scale; i++)
        if (!push(&value, 0))
            return TOO_LARGE;
    *magnitude = value;
    return PARSED;
}

enum hc_status hc_parse_decimal(struct hc_str text, int scale, int implied, unsigned signs,
                                int64_t *value, struct hc_err *err) {
    const char *expected = signs & HC_SIGN_OVERPUNCH
                               ? "a number such as 125{ (its last byte is digit and sign)"
                               : "a number such as 12.50";
    struct hc_str trimmed = hc_str_trim(text);
    struct number n;
    uint64_t magnitude = 0;
    char shape[HC_SHAPE_SIZE];
    if (!split_sign(trimmed, signs, &n))
        return malformed(err, expected, trimmed);
    switch (parse_number(&n, scale, implied, &magnitude)) {
    case PARSED:
        break;
    case TOO_FINE:
        return hc_fail(err, HC_EDATA, "expected at most %d decimals, found shape '%s'",
                       scale, hc_str_shape(trimmed, shape));
    case TOO_LARGE:
        return hc_fail(err, HC_EDATA, "number too large, shape '%s'",
                       hc_str_shape(trimmed, shape));
    case BAD_SHAPE:
        return malformed(err, expected, trimmed);
    }
    if (magnitude > (uint64_t)INT64_MAX + n.negative)
        return hc_fail(err, HC_EDATA, "number too large, shape '%s'",
                       hc_str_shape(trimmed, shape));
    *value = n.negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
    return HC_OK;
}

enum hc_status hc_parse_cents(struct hc_str text, hc_cents *cents, struct hc_err *err) {
    const int64_t limit = 1000000000000000; /* 13 whole digits and 2 decimals */
    struct hc_str trimmed = hc_str_trim(text);
    int64_t value;
    enum hc_status status = hc_parse_decimal(trimmed, 2, 0, HC_SIGN_LEADING, &value, err);
    if (status != HC_OK)
        return status;
    if (value <= -limit || value >= limit) {
        char shape[HC_SHAPE_SIZE];
        return hc_fail(err, HC_EDATA, "expected an amount of at most 13 digits, found '%s'",
                       hc_str_shape(trimmed, shape));
    }
    *cents = value;
    return HC_OK;
}

enum hc_status hc_parse_int(struct hc_str text, int64_t low, int64_t high, int64_t *value,
                            struct hc_err *err) {
    struct hc_str trimmed = hc_str_trim(text);
    int64_t number;
    char shape[HC_SHAPE_SIZE];
    if (trimmed.len && memchr(trimmed.ptr, '.', trimmed.len))
        return malformed(err, "a whole number", trimmed);
    enum hc_status status = hc_parse_decimal(trimmed, 0, 0, HC_SIGN_LEADING, &number, NULL);
    if (status != HC_OK)
        return malformed(err, "a whole number", trimmed);
    if (number < low || number > high)
        return hc_fail(err, HC_EDATA,
                       "expected a whole number from %lld to %lld, found shape '%s'",
                       (long long)low, (long long)high, hc_str_shape(trimmed, shape));
    *value = number;
    return HC_OK;
}

enum hc_status hc_parse_size(struct hc_str text, uint64_t *bytes, struct hc_err *err) {
    static const char units[] = "KMGT";
    struct hc_str number = hc_str_trim(text);
    int shift = 0;
    if (number.len) {
        char last = number.ptr[number.len - 1];
        const char *unit = last ? strchr(units, last >= 'a' ? last - 32 : last) : NULL;
        if (unit) {
            shift = 10 * (int)(unit - units + 1);
            number.len--;
        }
    }
    int64_t value;
    if (number.len == 0 || number.ptr[0] == ' ' || number.ptr[number.len - 1] == ' ' ||
        hc_parse_int(number, 0, INT64_MAX >> shift, &value, NULL) != HC_OK)
        return malformed(err, "a size such as 256M", hc_str_trim(text));
    *bytes = (uint64_t)value << shift;
    return HC_OK;
}

const char *hc_format_scaled(hc_i128 value, int scale, char out[HC_NUM_SIZE]) {
    __extension__ typedef unsigned __int128 u128;
    char digits[HC_NUM_SIZE];
    size_t at = sizeof digits;
    u128 left = value < 0 ? -(u128)value : (u128)value;
    int written = 0;
    if (scale < 0 || scale > HC_NUM_SIZE - 6)
        scale = 0;
    digits[--at] = 0;
    do {
        if (scale > 0 && written == scale)
            digits[--at] = '.';
        digits[--at] = (char)('0' + (int)(left % 10));
        left /= 10;
        written++;
    } while (left || written <= scale);
    if (value < 0)
        digits[--at] = '-';
    memcpy(out, digits + at, sizeof digits - at);
    return out;
}

bool hc_ratio(hc_i128 numerator, hc_i128 denominator, int scale, int64_t *value) {
    if (denominator == 0)
        return false;
    for (int i = 0; i < scale; i++)
        if (__builtin_mul_overflow(numerator, (hc_i128)10, &numerator))
            return false;
    if (denominator == -1 && !hc_fits_i64(numerator / 2)) /* also keeps min / -1 away */
        return false;
    hc_i128 quotient = numerator / denominator, rest = numerator % denominator;
    bool negative = (numerator < 0) != (denominator < 0);
    /* |rest| * 2 >= |denominator|, without doubling */
    hc_i128 a = rest < 0 ? rest : -rest, d = denominator < 0 ? denominator : -denominator;
    if (a <= d - a) /* both at most 0, so this is |rest| >= |denominator| - |rest| */
        quotient += rest == 0 ? 0 : negative ? -1 : 1;
    if (!hc_fits_i64(quotient))
        return false;
    *value = (int64_t)quotient;
    return true;
}
