#include "base/num.h"

#include "../tap.h"

enum { T = HC_SIGN_TRAILING, P = HC_SIGN_PARENS, O = HC_SIGN_OVERPUNCH };
static const struct {
    const char *text;
    int scale, implied;
    unsigned signs;
    enum hc_status status;
    int64_t value;
} decimals[] = {
    {"12.50", 2, 0, 0, HC_OK, 1250},
    {"12.5", 2, 0, 0, HC_OK, 1250},
    {"12.", 2, 0, 0, HC_OK, 1200},
    {".5", 2, 0, 0, HC_OK, 50},
    {".", 2, 0, 0, HC_EDATA, 0},
    {"-", 2, 0, 0, HC_EDATA, 0},
    {"--1", 2, 0, 0, HC_EDATA, 0},
    {"- 1", 2, 0, 0, HC_EDATA, 0},
    {"+1", 2, 0, 0, HC_EDATA, 0},
    {"1.2.3", 2, 0, 0, HC_EDATA, 0},
    {"1,000", 2, 0, 0, HC_EDATA, 0},
    {"1e3", 2, 0, 0, HC_EDATA, 0},
    {"0x10", 2, 0, 0, HC_EDATA, 0},
    {"12345", 2, 2, 0, HC_OK, 12345},
    {"123.45", 2, 2, 0, HC_OK, 12345},
    {"12345", 4, 2, 0, HC_OK, 1234500},
    {"123400", 2, 4, 0, HC_OK, 1234},
    {"123456", 2, 4, 0, HC_EDATA, 0},
    {"5", 2, 4, 0, HC_EDATA, 0},
    {"0", 2, 4, 0, HC_OK, 0},
    {"1.2300000", 2, 0, 0, HC_OK, 123},
    {"1.2300001", 2, 0, 0, HC_EDATA, 0},
    {"12.50-", 2, 0, 0, HC_EDATA, 0},
    {"12.50-", 2, 0, T, HC_OK, -1250},
    {"-12.50-", 2, 0, T, HC_EDATA, 0},
    {"(12.50)", 2, 0, P, HC_OK, -1250},
    {"(-12.50)", 2, 0, P, HC_EDATA, 0},
    {"()", 2, 0, P, HC_EDATA, 0},
    {"(12.50", 2, 0, P, HC_EDATA, 0},
    {"1234{", 2, 2, O, HC_OK, 12340},
    {"1234A", 2, 2, O, HC_OK, 12341},
    {"1234I", 2, 2, O, HC_OK, 12349},
    {"1234}", 2, 2, O, HC_OK, -12340},
    {"1234J", 2, 2, O, HC_OK, -12341},
    {"1234R", 2, 2, O, HC_OK, -12349},
    {"1234S", 2, 2, O, HC_EDATA, 0},
    {"-5", 2, 2, O, HC_EDATA, 0},
    {"-5}", 2, 2, O, HC_EDATA, 0},
    {"1.50{", 2, 2, O, HC_EDATA, 0},
    {"15Z", 2, 2, O, HC_EDATA, 0},
    {"1.50", 2, 2, O, HC_OK, 150},
    {"}", 2, 2, O, HC_OK, 0},
    {"12345", 2, 2, O, HC_OK, 12345},
    {"9223372036854775807", 0, 0, 0, HC_OK, INT64_MAX},
    {"9223372036854775808", 0, 0, 0, HC_EDATA, 0},
    {"-9223372036854775808", 0, 0, 0, HC_OK, INT64_MIN},
    {"-9223372036854775809", 0, 0, 0, HC_EDATA, 0},
    {"99999999999999999999999999", 0, 0, 0, HC_EDATA, 0},
    {"92233720368547758.07", 2, 0, 0, HC_OK, INT64_MAX},
    {"92233720368547758.08", 2, 0, 0, HC_EDATA, 0},
    {"0000000000000000000000000000001", 0, 0, 0, HC_OK, 1},
};
static const struct {
    const char *text;
    enum hc_status status;
    hc_cents cents;
} cents[] = {
    {"         -0.01", HC_OK, -1},
    {"9999999999999.99", HC_OK, 999999999999999},
    {"-9999999999999.99", HC_OK, -999999999999999},
    {"10000000000000", HC_EDATA, 0},
    {"1.005", HC_EDATA, 0},
    {"", HC_EDATA, 0},
    {"   ", HC_EDATA, 0},
    {"-0", HC_OK, 0},
    {"260", HC_OK, 26000},
};
static const struct {
    const char *text;
    enum hc_status status;
    uint64_t bytes;
} sizes[] = {
    {"4096", HC_OK, 4096},     {"1K", HC_OK, 1024},          {"256M", HC_OK, 268435456},
    {"2g", HC_OK, 2147483648}, {"1T", HC_OK, 1099511627776}, {"", HC_EDATA, 0},
    {"M", HC_EDATA, 0},        {"1 M", HC_EDATA, 0},         {"1MB", HC_EDATA, 0},
    {"-1M", HC_EDATA, 0},      {"1.5M", HC_EDATA, 0},        {"9999999999T", HC_EDATA, 0},
};
static const struct {
    int64_t numerator, denominator;
    int scale;
    bool fine;
    int64_t value;
} ratios[] = {
    {1, 3, 2, true, 33},
    {2, 3, 2, true, 67},
    {1, 2, 0, true, 1},
    {-1, 2, 0, true, -1},
    {1, -2, 0, true, -1},
    {-1, -2, 0, true, 1},
    {5, 2, 0, true, 3},
    {49, 100, 0, true, 0},
    {-49, 100, 0, true, 0},
    {1, 0, 2, false, 0},
    {0, 5, 4, true, 0},
    {INT64_MAX, 1, 0, true, INT64_MAX},
    {INT64_MIN, 1, 0, true, INT64_MIN},
    {INT64_MIN, -1, 0, false, 0},
    {INT64_MAX, 1, 1, false, 0},
    {INT64_MAX, INT64_MAX, 4, true, 10000},
    {INT64_MIN, INT64_MIN, 18, true, 1000000000000000000},
};

int main(void) {
    for (size_t i = 0; i < sizeof decimals / sizeof *decimals; i++) {
        int64_t got = 0;
        enum hc_status status =
            hc_parse_decimal(hc_str_of(decimals[i].text), decimals[i].scale,
                             decimals[i].implied, decimals[i].signs, &got, NULL);
        tap_ok(status == decimals[i].status && got == decimals[i].value,
               "'%s' scale %d implied %d is status %d, %" PRId64, decimals[i].text,
               decimals[i].scale, decimals[i].implied, status, got);
    }
    for (size_t i = 0; i < sizeof cents / sizeof *cents; i++) {
        hc_cents got = 0;
        enum hc_status status = hc_parse_cents(hc_str_of(cents[i].text), &got, NULL);
        tap_ok(status == cents[i].status && got == cents[i].cents,
               "'%s' is status %d, %" PRId64 " cents", cents[i].text, status, got);
    }
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        uint64_t got = 0;
        enum hc_status status = hc_parse_size(hc_str_of(sizes[i].text), &got, NULL);
        tap_ok(status == sizes[i].status && got == sizes[i].bytes,
               "'%s' is status %d, %" PRIu64 " bytes", sizes[i].text, status, got);
    }
    for (size_t i = 0; i < sizeof ratios / sizeof *ratios; i++) {
        int64_t got = 0;
        bool fine =
            hc_ratio(ratios[i].numerator, ratios[i].denominator, ratios[i].scale, &got);
        tap_ok(fine == ratios[i].fine && got == ratios[i].value,
               "%" PRId64 "/%" PRId64 " at %d is %d, %" PRId64, ratios[i].numerator,
               ratios[i].denominator, ratios[i].scale, fine, got);
    }
    struct hc_err err = {0};
    int64_t value;
    tap_int(hc_parse_int(HC_STR(" 7 "), 0, 9, &value, NULL), HC_OK, "blanks around");
    tap_int(hc_parse_int(HC_STR("10"), 0, 9, &value, &err), HC_EDATA, "beyond the range");
    tap_int(hc_parse_int(HC_STR("7.0"), 0, 9, &value, &err), HC_EDATA, "no point");
    tap_int(hc_parse_cents(HC_STR("SECRET9"), &value, &err), HC_EDATA, "letters");
    tap_ok(!strstr(err.what, "SECRET") && strstr(err.what, "AAAAAA9"), "shape only: %s",
           err.what);
    char out[HC_NUM_SIZE];
    tap_text(hc_format_cents(-5, out), "-0.05", "cents");
    tap_text(hc_format_cents(123450, out), "1234.50", "cents");
    tap_text(hc_format_scaled(0, 0, out), "0", "zero");
    tap_text(hc_format_scaled((hc_i128)INT64_MIN * INT64_MAX * 2, 4, out),
             "-17014118346046923171324055964217455.4112", "128 bits");
    int64_t sum = 1;
    tap_ok(!hc_add(INT64_MAX, 1, &sum) && sum == 1, "an overflow leaves the sum alone");
    return tap_done();
}
