/* When a record became known: by its delivery, by loaded_date where that is later or alone.
 */

#include "rule/known.h"

#include "../tap.h"

enum { NONE = -1 };
static const struct {
    const char *name;
    int delivered, loaded, as_of; /* days; NONE: not said */
    enum hc_status status;
    bool later;
} cases[] = {
    {"delivered before", 100, NONE, 101, HC_OK, false},
    {"delivered on the day", 100, NONE, 100, HC_OK, false},
    {"delivered after", 100, NONE, 99, HC_OK, true},
    {"loaded before it was delivered after", 100, 90, 95, HC_OK, true},
    {"delivered before it was loaded after", 100, 110, 105, HC_OK, true},
    {"both before", 100, 110, 110, HC_OK, false},
    {"loaded before, delivery without a day", NONE, 90, 95, HC_OK, false},
    {"loaded after, delivery without a day", NONE, 96, 95, HC_OK, true},
    {"neither has a day", NONE, NONE, 95, HC_EDATA, false},
};

int main(void) {
    static const char *const entry[] = {"claims.csv"};
    struct hc_delivery delivery = {.name = "d.zip", .entries = 1, .entry = entry};
    struct hc_origin origin = {.deliveries = 1, .delivery = &delivery};
    struct hc_batch *b = NULL;
    struct hc_err err = {0};
    if (hc_batch_new(&b, &hc_kinds[HC_KIND_claim_line], NULL, &err) != HC_OK)
        return 1;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool later = false;
        delivery.has_date = cases[i].delivered != NONE;
        delivery.date = cases[i].delivered;
        hc_batch_clear(b);
        hc_batch_row(b);
        hc_set_i32(b, HC_claim_line_delivery, 1);
        hc_set_i32(b, HC_claim_line_source_entry, 1);
        hc_set_i64(b, HC_claim_line_source_record, 7);
        if (cases[i].loaded != NONE)
            hc_set_i32(b, HC_claim_line_loaded_date, cases[i].loaded);
        tap_ok(hc_batch_seal(b, &err) == HC_OK &&
                   hc_known_later(&origin, b, 0, cases[i].as_of, &later, &err) ==
                       cases[i].status &&
                   later == cases[i].later,
               "%s: %s", cases[i].name, err.what);
    }
    tap_text(err.file, "d.zip/claims.csv", "the record is named");
    tap_int((int64_t)err.record, 7, "by its number");
    hc_batch_free(b);
    return tap_done();
}
