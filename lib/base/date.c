#include "base/date.h"

static bool leap(int year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int month_days(int year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && leap(year) ? 29 : days[month - 1];
}

bool hc_day_make(int year, int month, int day, hc_day *out) {
    if (year < 1000 || year > 9999 || month < 1 || month > 12 || day < 1 ||
        day > month_days(year, month))
        return false;
    /* Years start in March, so that a leap day is the last day of its year. Source: H.
     * Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil. */
    int y = month <= 2 ? year - 1 : year;
    int era = y / 400, of_era = y - era * 400;
    int of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    *out = era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
    return true;
}

/* Any int32 has a day: a hostile stream may hold them, so count in 64 bits. */
void hc_day_split(hc_day day, int *year, int *month, int *mday) {
    int64_t days = (int64_t)day + 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t of_era = days - era * 146097;
    int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
    int64_t shifted = (5 * of_year + 2) / 153;
    *mday = (int)(of_year - (153 * shifted + 2) / 5 + 1);
    *month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
    *year = (int)(y + era * 400 + (*month <= 2));
}

/* Each form as letters: C, M, D, h, n (minutes), s take a digit, m, d one or two; all else
 * stands for itself. */
static const struct {
    const char *pattern, *example;
} forms[] = {
    [HC_DATE_ISO] = {"CCCC-MM-DD", "2020-11-30"},
    [HC_DATE_CCYYMMDD] = {"CCCCMMDD", "20201130"},
    [HC_DATE_MMDDCCYY] = {"MMDDCCCC", "11302020"},
    [HC_DATE_US] = {"MM/DD/CCCC", "11/30/2020"},
    [HC_DATE_CCYYMM] = {"CCCCMM", "202011"},
    [HC_DATE_US_SHORT] = {"m/d/CCCC", "1/3/2020"},
    [HC_DATE_CCYYMMDDHHMM] = {"CCCCMMDDhhnn", "202011302359"},
    [HC_DATE_CCYYMMDDHHMMSS] = {"CCCCMMDDhhnnss", "20201130235959"},
    [HC_DATE_ISO_TIME] = {"CCCC-MM-DDThh:nn:ss", "2020-11-30T23:59:59"},
};

struct scanned {
    int year, month, day, hour, minute, second;
};

static int *part_of(struct scanned *to, char letter) {
    switch (letter) {
    case 'C':
        return &to->year;
    case 'M':
    case 'm':
        return &to->month;
    case 'D':
    case 'd':
        return &to->day;
    case 'h':
        return &to->hour;
    case 'n':
        return &to->minute;
    case 's':
        return &to->second;
    default:
        return NULL;
    }
}

static bool is_digit(struct hc_str text, size_t at) {
    return at < text.len && text.ptr[at] >= '0' && text.ptr[at] <= '9';
}

static bool scan(struct hc_str text, const char *pattern, struct scanned *to) {
    size_t at = 0;
    *to = (struct scanned){0};
    for (const char *p = pattern; *p; p++) {
        int *into = part_of(to, *p);
        if (into ? !is_digit(text, at) : at >= text.len || text.ptr[at] != *p)
            return false;
        if (into)
            *into = *into * 10 + (text.ptr[at] - '0');
        at++;
        if ((*p == 'm' || *p == 'd') && is_digit(text, at))
            *into = *into * 10 + (text.ptr[at++] - '0');
    }
    return at == text.len && to->hour < 24 && to->minute < 60 && to->second < 60;
}

static enum hc_status no_date(struct hc_err *err, const char *example, struct hc_str text) {
    char shape[HC_SHAPE_SIZE];
    if (text.len == 0)
        return hc_fail(err, HC_EDATA, "expected a date such as %s, found nothing", example);
    return hc_fail(err, HC_EDATA, "expected a date such as %s, found shape '%s'", example,
                   hc_str_shape(text, shape));
}

enum hc_status hc_parse_day(struct hc_str text, enum hc_date_form form, hc_day *day,
                            struct hc_err *err) {
    struct hc_str trimmed = hc_str_trim(text);
    struct scanned is;
    if (!scan(trimmed, forms[form].pattern, &is))
        return no_date(err, forms[form].example, trimmed);
    if (form == HC_DATE_CCYYMM)
        is.day = 1;
    if (!hc_day_make(is.year, is.month, is.day, day))
        return hc_fail(err, HC_EDATA, "no such day, shape as %s", forms[form].example);
    return HC_OK;
}

const char *hc_format_day(hc_day day, char out[16]) {
    int year, month, mday;
    hc_day_split(day, &year, &month, &mday);
    snprintf(out, 16, "%04d-%02d-%02d", year, month, mday);
    return out;
}

hc_month hc_month_of(hc_day day) {
    int year, month, mday;
    hc_day_split(day, &year, &month, &mday);
    return (year - 1970) * 12 + month - 1;
}

static void split_month(hc_month month, int *year, int *of_year) {
    int64_t all = (int64_t)month + 1970 * 12;
    int64_t y = all >= 0 ? all / 12 : -((11 - all) / 12);
    *year = (int)y;
    *of_year = (int)(all - y * 12) + 1;
}

hc_day hc_month_first(hc_month month) {
    int year, of_year;
    hc_day day = 0;
    split_month(month, &year, &of_year);
    if (!hc_day_make(year, of_year, 1, &day)) /* beyond 1000..9999: nearest we have */
        (void)(year < 1000 ? hc_day_make(1000, 1, 1, &day)
                           : hc_day_make(9999, 12, 1, &day));
    return day;
}

hc_day hc_month_last(hc_month month) {
    int year, mon, mday;
    hc_day first = hc_month_first(month);
    hc_day_split(first, &year, &mon, &mday);
    return first + month_days(year, mon) - 1;
}

bool hc_month_make(int year, int month, hc_month *out) {
    if (year < 1000 || year > 9999 || month < 1 || month > 12)
        return false;
    *out = (year - 1970) * 12 + month - 1;
    return true;
}

const char *hc_format_month(hc_month month, char out[16]) {
    int year, of_year;
    split_month(month, &year, &of_year);
    snprintf(out, 16, "%04d-%02u", year, (unsigned)of_year % 13u);
    return out;
}

const char *hc_format_quarter(hc_month month, char out[16]) {
    int year, of_year;
    split_month(month, &year, &of_year);
    snprintf(out, 16, "%04d-Q%u", year, ((unsigned)of_year - 1) / 3 % 4 + 1);
    return out;
}

enum hc_status hc_parse_month(struct hc_str text, hc_month *month, struct hc_err *err) {
    struct hc_str trimmed = hc_str_trim(text);
    char shape[HC_SHAPE_SIZE];
    struct scanned is;
    if (!scan(trimmed, "CCCC-MM", &is) || !hc_month_make(is.year, is.month, month))
        return hc_fail(err, HC_EDATA, "expected a month such as 2020-11, found shape '%s'",
                       hc_str_shape(trimmed, shape));
    return HC_OK;
}
