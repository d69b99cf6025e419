/* Why a row cannot be made: a sum that leaves int64 is the data's fault, memory that runs
 * out is not. The rows before it are made. */
#include <dlfcn.h>
#include <stdlib.h>

#include "../tap.h"
#include "feed/map.h"

static bool no_more; /* no block grows */

void *realloc(void *old, size_t size) {
    static void *(*real)(void *, size_t);
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "realloc");
    return no_more ? NULL : real(old, size);
}

static const char feed_text[] =
    "name: f\nsource: s\ndelivery: 'f_*'\nset: {payer: p, payer_type: commercial}\n"
    "records: {claims: {kind: claim_line, from: C, map: {claim_id: CLAIM, line: {is: 1},\n"
    "  charge: {sum: [A, B]}, diagnosis_codes: {list: [CLAIM, D]}}}}\n"
    "files: {C: {match: 'f_*', format: delimited, delimiter: '|', fields: [\n"
    "  {name: CLAIM, type: text}, {name: D, type: text},\n"
    "  {name: A, type: amount}, {name: B, type: amount}]}}\n"
    "policies: {professional: {policy: version, match: [claim_id], partition: [claim_id],\n"
    "  record_id: [claim_id]}}\n";

enum { CLAIM, D, A, B, FIELDS };
#define ROWS 3

static enum hc_status make(const struct hc_feed *feed, int64_t last, bool starve,
                           size_t *made, struct hc_err *err) {
    struct hc_str claim[ROWS] = {HC_STR("C1"), HC_STR("C2"), HC_STR("C3")};
    struct hc_str code[ROWS] = {HC_STR("E11"), HC_STR("I10"), HC_STR("Z00")};
    int64_t a[ROWS] = {100, 200, INT64_MAX}, b[ROWS] = {1, 2, last};
    uint8_t null[ROWS] = {0};
    struct hc_values field[FIELDS] = {[CLAIM] = {.text = claim, .null = null},
                                      [D] = {.text = code, .null = null},
                                      [A] = {.number = a, .null = null},
                                      [B] = {.number = b, .null = null}};
    struct hc_values values[FIELDS]; /* by slot: in the order in which maps name them */
    for (size_t i = 0; i < feed->file[0].slots; i++)
        values[i] = field[feed->file[0].slot[i].field];
    struct hc_rows rows = {.values = values};
    int64_t record[ROWS] = {0, 1, 2}, *const row[] = {record};
    struct hc_claim_rows own[ROWS] = {{.lowest = true}, {.lowest = true}, {.lowest = true}};
    struct hc_context context = {.rows = &rows, .count = ROWS, .row = row, .claim = own};
    struct hc_mapper m = {0};
    *made = 99;
    enum hc_status status = hc_mapper_init(&m, feed, &feed->record[0], NULL, err);
    if (status == HC_OK) {
        no_more = starve;
        status = hc_map_rows(&m, &context, made, err);
        no_more = false;
    }
    hc_mapper_free(&m);
    return status;
}

int main(void) {
    struct hc_feed *feed = NULL;
    struct hc_err err = {0};
    size_t made;
    enum hc_status status = hc_feed_parse(
        &feed, "f.yaml", (struct hc_str){feed_text, sizeof feed_text - 1}, NULL, 0, &err);
    if (!tap_ok(status == HC_OK, "the feed is read: %s", err.what))
        return tap_done();
    tap_int(make(feed, 0, false, &made, &err), HC_OK, "sums that fit");
    tap_int((int64_t)made, ROWS, "all rows are made");
    tap_int(make(feed, 1, false, &made, &err), HC_EDATA, "a sum that does not fit");
    tap_int((int64_t)made, 2, "the rows before it are made");
    tap_text(err.what, "a sum of amounts is too large", "it says so");
    err = (struct hc_err){0};
    tap_int(make(feed, 0, true, &made, &err), HC_ENOMEM, "memory that runs out");
    tap_int((int64_t)made, 0, "no row is made");
    tap_text(err.what, "out of memory", "it says so");
    hc_feed_free(feed);
    return tap_done();
}
