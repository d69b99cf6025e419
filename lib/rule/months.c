#include "rule/months.h"

enum hc_status hc_months_parse(struct hc_months *months, struct hc_str text,
                               struct hc_err *err) {
    struct hc_str first = text, last = text;
    const char *dots = memmem(text.ptr, text.len, "..", 2);
    if (dots) {
        first.len = (size_t)(dots - text.ptr);
        last.ptr = dots + 2;
        last.len = text.len - first.len - 2;
    }
    if (hc_parse_month(first, &months->first, NULL) == HC_OK &&
        hc_parse_month(last, &months->last, NULL) == HC_OK && months->first <= months->last)
        return HC_OK;
    return hc_fail(err, HC_EUSAGE, "expected months such as 2020-01..2020-12, found '%.*s'",
                   text.len > 40 ? 40 : (int)text.len, text.ptr);
}

bool hc_months_covered(const struct hc_months *months, const struct hc_batch *batch,
                       size_t row, hc_month *first, hc_month *last) {
    if (hc_is_null(batch, HC_coverage_start_date, row))
        return false;
    *first = hc_month_of(hc_date_of(batch, HC_coverage_start_date)[row]);
    *last = months->last;
    if (!hc_is_null(batch, HC_coverage_end_date, row)) {
        hc_day end = hc_date_of(batch, HC_coverage_end_date)[row];
        if (end < hc_date_of(batch, HC_coverage_start_date)[row])
            return false;
        *last = hc_month_of(end);
    }
    if (*first < months->first)
        *first = months->first;
    if (*last > months->last)
        *last = months->last;
    return *first <= *last;
}
