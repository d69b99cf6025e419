/* Days and months of the proleptic Gregorian calendar. No clock, no time zone. */
#ifndef HC_BASE_DATE_H
#define HC_BASE_DATE_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

typedef int32_t hc_day;   /* days since 1970-01-01, as Arrow date32 */
typedef int32_t hc_month; /* months since 1970-01 */

enum hc_date_form { /* what a feed says its dates look like */
    HC_DATE_ISO,     /* 2020-11-30 */
    HC_DATE_CCYYMMDD, /* 20201130 */
    HC_DATE_MMDDCCYY, /* 11302020 */
    HC_DATE_US,      /* 11/30/2020 */
    HC_DATE_CCYYMM,  /* 202011: the month's first day */
    HC_DATE_US_SHORT, /* 1/3/2020 */
    /* with a time of day, which must be one and is left off */
    HC_DATE_CCYYMMDDHHMM,   /* 202011302359 */
    HC_DATE_CCYYMMDDHHMMSS, /* 20201130235959 */
    HC_DATE_ISO_TIME,       /* 2020-11-30T23:59:59 */
};

bool hc_day_make(int year, int month, int day, hc_day *out); /* false: no such day */
void hc_day_split(hc_day day, int *year, int *month, int *mday);
/* Parse one form exactly, blanks around it allowed; years 1000..9999. HC_EDATA for anything
 * else, impossible days included; the text names the shape, not the value. */
enum hc_status hc_parse_day(struct hc_str text, enum hc_date_form form, hc_day *day,
                            struct hc_err *err) HC_MUST_CHECK;
/* "2020-11-30"; returns out. */
const char *hc_format_day(hc_day day, char out[16]);

hc_month hc_month_of(hc_day day);
hc_day hc_month_first(hc_month month);
hc_day hc_month_last(hc_month month);
bool hc_month_make(int year, int month, hc_month *out);
const char *hc_format_month(hc_month month, char out[16]);   /* "2020-11" */
const char *hc_format_quarter(hc_month month, char out[16]); /* "2020-Q4" */
enum hc_status hc_parse_month(struct hc_str text, hc_month *month,
                              struct hc_err *err) HC_MUST_CHECK; /* "2020-11" */

#endif
