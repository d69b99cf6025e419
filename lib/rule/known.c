#include "rule/known.h"

enum hc_status hc_known_later(const struct hc_origin *origin, const struct hc_batch *b,
                              uint32_t row, hc_day as_of, bool *later, struct hc_err *err) {
    int64_t number = hc_int_at(b, HC_claim_line_delivery, row, 0);
    bool loaded = !hc_is_null(b, HC_claim_line_loaded_date, row);
    const struct hc_delivery *d = number >= 1 && (size_t)number <= origin->deliveries
                                      ? &origin->delivery[number - 1]
                                      : NULL;
    *later = loaded && hc_int_at(b, HC_claim_line_loaded_date, row, 0) > as_of;
    if (d && d->has_date)
        *later |= d->date > as_of;
    else if (!loaded) {
        hc_fail(err, HC_EDATA,
                "neither the delivery nor the record says when it was known");
        hc_err_at_lineage(err, origin, number,
                          hc_int_at(b, HC_claim_line_source_entry, row, 0),
                          hc_int_at(b, HC_claim_line_source_record, row, 0));
        hc_err_hint(err,
                    "--as-of needs a date in the delivery's name ({yymmdd} in the feed's "
                    "delivery:) or loaded_date in its records");
        return HC_EDATA;
    }
    return HC_OK;
}
