/* Numbers as payers write them, and exact arithmetic on them. No doubles anywhere. */
#ifndef HC_BASE_NUM_H
#define HC_BASE_NUM_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

typedef int64_t hc_cents;
__extension__ typedef __int128 hc_i128;

enum hc_sign_form { /* bits; a leading '-' is read, but for overpunch */
    HC_SIGN_LEADING = 0,
    HC_SIGN_TRAILING = 1,  /* "12.50-" */
    HC_SIGN_PARENS = 2,    /* "(12.50)" */
    HC_SIGN_OVERPUNCH = 4, /* last byte carries digit and sign: { A-I plus, } J-R minus */
};

/* Parse a decimal number into value * 10^scale, blanks around it allowed; *value is set on
 * HC_OK only. HC_EDATA when empty, malformed, beyond int64, or with more decimals than
 * scale unless the rest are zeros. err's text gives the shape, never the value.
 *   implied   decimals that a number without a point is understood to have: 12345 with
 *             implied 2 and scale 2 is 12345; a point in the text overrides it */
enum hc_status hc_parse_decimal(struct hc_str text, int scale, int implied, unsigned signs,
                                int64_t *value, struct hc_err *err) HC_MUST_CHECK;

/* Amount into cents. HC_EDATA when empty, malformed, beyond 13 whole digits, or beyond two
 * decimals. Source: CCLF Information Packet v38: right-justified, explicit point. */
enum hc_status hc_parse_cents(struct hc_str text, hc_cents *cents,
                              struct hc_err *err) HC_MUST_CHECK;

/* Whole number, blanks around it allowed, no sign but a leading '-'. */
enum hc_status hc_parse_int(struct hc_str text, int64_t low, int64_t high, int64_t *value,
                            struct hc_err *err) HC_MUST_CHECK;

/* "256M", "1G", "4096": bytes. K, M, G, T are powers of 1024. */
enum hc_status hc_parse_size(struct hc_str text, uint64_t *bytes,
                             struct hc_err *err) HC_MUST_CHECK;

/* false on overflow, *sum unchanged. */
static inline bool hc_add(int64_t a, int64_t b, int64_t *sum) {
    int64_t result;
    if (__builtin_add_overflow(a, b, &result))
        return false;
    *sum = result;
    return true;
}
/* Sum that cannot overflow; a loop that compilers make vectors of. */
static inline hc_i128 hc_sum_i64(const int64_t *value, size_t count) {
    uint64_t low = 0;
    int64_t high = 0;
    for (size_t i = 0; i < count; i++) {
        low += (uint32_t)value[i];
        high += value[i] >> 32;
    }
    return (hc_i128)high * 4294967296 + low;
}
static inline bool hc_fits_i64(hc_i128 value) {
    return value >= INT64_MIN && value <= INT64_MAX;
}

/* value / 10^scale as text, "-1234.50"; always scale decimals. Returns out. */
#define HC_NUM_SIZE 48
const char *hc_format_scaled(hc_i128 value, int scale, char out[HC_NUM_SIZE]);
static inline const char *hc_format_cents(hc_cents cents, char out[HC_NUM_SIZE]) {
    return hc_format_scaled(cents, 2, out);
}

/* numerator * 10^scale / denominator rounded half away from zero; false when denominator
 * is 0 or the result leaves int64. */
bool hc_ratio(hc_i128 numerator, hc_i128 denominator, int scale, int64_t *value);

#endif
