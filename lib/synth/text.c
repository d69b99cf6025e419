/* Numbers and dates as text. */
#include "synth/text.h"

#include <string.h>

const char *hc_synth_number(int64_t value, char out[24]) {
    char digits[24];
    size_t n = 0, at = 0;
    uint64_t v = value < 0 ? (uint64_t)0 - (uint64_t)value : (uint64_t)value;
    do
        digits[n++] = (char)('0' + v % 10);
    while ((v /= 10) != 0);
    if (value < 0)
        out[at++] = '-';
    while (n > 0)
        out[at++] = digits[--n];
    out[at] = '\0';
    return out;
}

const char *hc_synth_cents(hc_cents cents, char out[24]) {
    int64_t units = cents / 100, rest = cents % 100;
    char *at = out;
    if (cents < 0) {
        *at++ = '-';
        units = -units;
        rest = -rest;
    }
    hc_synth_number(units, at);
    at += strlen(at);
    at[0] = '.';
    at[1] = (char)('0' + rest / 10);
    at[2] = (char)('0' + rest % 10);
    at[3] = '\0';
    return out;
}

static char *digits_of(int value, int width, char *at) {
    for (int i = width - 1; i >= 0; i--, value /= 10)
        at[i] = (char)('0' + value % 10);
    return at + width;
}

const char *hc_synth_iso(hc_day day, char out[16]) {
    int year, month, mday;
    hc_day_split(day, &year, &month, &mday);
    char *at = digits_of(year, 4, out);
    *at++ = '-';
    at = digits_of(month, 2, at);
    *at++ = '-';
    *digits_of(mday, 2, at) = '\0';
    return out;
}

const char *hc_synth_ccyymmdd(hc_day day, char out[16]) {
    int year, month, mday;
    hc_day_split(day, &year, &month, &mday);
    *digits_of(mday, 2, digits_of(month, 2, digits_of(year, 4, out))) = '\0';
    return out;
}

const char *hc_synth_ccyymm(hc_month month, char out[16]) {
    hc_synth_ccyymmdd(hc_month_first(month), out);
    out[6] = '\0';
    return out;
}
