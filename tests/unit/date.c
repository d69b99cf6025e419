#include "base/date.h"

#include "../tap.h"

static const struct {
    const char *text;
    enum hc_date_form form;
    enum hc_status status;
    const char *day;
} cases[] = {
    {"2020-11-30", HC_DATE_ISO, HC_OK, "2020-11-30"},
    {" 2020-11-30 ", HC_DATE_ISO, HC_OK, "2020-11-30"},
    {"1970-01-01", HC_DATE_ISO, HC_OK, "1970-01-01"},
    {"2024-02-29", HC_DATE_ISO, HC_OK, "2024-02-29"},
    {"2023-02-29", HC_DATE_ISO, HC_EDATA, NULL},
    {"2024-02-30", HC_DATE_ISO, HC_EDATA, NULL},
    {"1900-02-29", HC_DATE_ISO, HC_EDATA, NULL},
    {"2000-02-29", HC_DATE_ISO, HC_OK, "2000-02-29"},
    {"2020-13-01", HC_DATE_ISO, HC_EDATA, NULL},
    {"2020-00-01", HC_DATE_ISO, HC_EDATA, NULL},
    {"2020-01-00", HC_DATE_ISO, HC_EDATA, NULL},
    {"0999-01-01", HC_DATE_ISO, HC_EDATA, NULL},
    {"1000-01-01", HC_DATE_ISO, HC_OK, "1000-01-01"},
    {"9999-12-31", HC_DATE_ISO, HC_OK, "9999-12-31"},
    {"00000000", HC_DATE_CCYYMMDD, HC_EDATA, NULL},
    {"20201130", HC_DATE_CCYYMMDD, HC_OK, "2020-11-30"},
    {"2020113", HC_DATE_CCYYMMDD, HC_EDATA, NULL},
    {"202011300", HC_DATE_CCYYMMDD, HC_EDATA, NULL},
    {"2020 130", HC_DATE_CCYYMMDD, HC_EDATA, NULL},
    {"-2020113", HC_DATE_CCYYMMDD, HC_EDATA, NULL},
    {"11302020", HC_DATE_MMDDCCYY, HC_OK, "2020-11-30"},
    {"11/30/2020", HC_DATE_US, HC_OK, "2020-11-30"},
    {"11-30-2020", HC_DATE_US, HC_EDATA, NULL},
    {"1/3/2020", HC_DATE_US, HC_EDATA, NULL},
    {"202011", HC_DATE_CCYYMM, HC_OK, "2020-11-01"},
    {"202013", HC_DATE_CCYYMM, HC_EDATA, NULL},
    {"1/3/2020", HC_DATE_US_SHORT, HC_OK, "2020-01-03"},
    {"01/03/2020", HC_DATE_US_SHORT, HC_OK, "2020-01-03"},
    {"11/30/2020", HC_DATE_US_SHORT, HC_OK, "2020-11-30"},
    {"1/3/20", HC_DATE_US_SHORT, HC_EDATA, NULL},
    {"001/3/2020", HC_DATE_US_SHORT, HC_EDATA, NULL},
    {"/3/2020", HC_DATE_US_SHORT, HC_EDATA, NULL},
    {"13/1/2020", HC_DATE_US_SHORT, HC_EDATA, NULL},
    {"202011302359", HC_DATE_CCYYMMDDHHMM, HC_OK, "2020-11-30"},
    {"202011302460", HC_DATE_CCYYMMDDHHMM, HC_EDATA, NULL},
    {"20201130", HC_DATE_CCYYMMDDHHMM, HC_EDATA, NULL},
    {"20201130235959", HC_DATE_CCYYMMDDHHMMSS, HC_OK, "2020-11-30"},
    {"20201130235960", HC_DATE_CCYYMMDDHHMMSS, HC_EDATA, NULL},
    {"202011302359", HC_DATE_CCYYMMDDHHMMSS, HC_EDATA, NULL},
    {"2020-11-30T23:59:59", HC_DATE_ISO_TIME, HC_OK, "2020-11-30"},
    {"2020-11-30 23:59:59", HC_DATE_ISO_TIME, HC_EDATA, NULL},
    {"2020-11-30T23:59", HC_DATE_ISO_TIME, HC_EDATA, NULL},
    {"", HC_DATE_ISO, HC_EDATA, NULL},
};

int main(void) {
    char text[16];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        hc_day day = 0;
        enum hc_status status =
            hc_parse_day(hc_str_of(cases[i].text), cases[i].form, &day, NULL);
        tap_ok(status == cases[i].status &&
                   (!cases[i].day || strcmp(hc_format_day(day, text), cases[i].day) == 0),
               "'%s' is status %d, %s", cases[i].text, status, hc_format_day(day, text));
    }
    /* Every day of ten thousand years: print then parse is identity, and days are counted
     * without a gap. */
    hc_day first, last, again;
    tap_ok(hc_day_make(1000, 1, 1, &first) && hc_day_make(9999, 12, 31, &last),
           "the range");
    int wrong = 0;
    for (hc_day day = first; day <= last; day++) {
        int year, month, mday;
        hc_day_split(day, &year, &month, &mday);
        wrong += !hc_day_make(year, month, mday, &again) || again != day;
        wrong += hc_month_of(day) != (year - 1970) * 12 + month - 1;
    }
    tap_int(wrong, 0, "days that do not come back");
    tap_text(hc_format_day(hc_month_last(hc_month_of(18262 + 59)), text), "2020-02-29",
             "the last day of February 2020");
    tap_text(hc_format_day(hc_month_first(-1), text), "1969-12-01", "a month before 1970");
    tap_text(hc_format_month(-1, text), "1969-12", "its name");
    tap_text(hc_format_month(610, text), "2020-11", "a month");
    tap_text(hc_format_quarter(610, text), "2020-Q4", "a quarter");
    hc_month month;
    tap_ok(hc_parse_month(HC_STR("2020-11"), &month, NULL) == HC_OK && month == 610,
           "2020-11");
    tap_int(hc_parse_month(HC_STR("2020-13"), &month, NULL), HC_EDATA, "month 13");
    /* A hostile stream may hold any number. */
    static const int32_t odd[] = {INT32_MIN, INT32_MAX, INT32_MIN + 719468};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        tap_ok(hc_format_day(odd[i], text)[0] != 0, "day %d is %s", odd[i], text);
        tap_ok(hc_format_quarter(odd[i], text)[0] != 0, "month %d is %s", odd[i], text);
        tap_ok(hc_month_last(odd[i]) >= hc_month_first(odd[i]), "and has days");
    }
    return tap_done();
}
