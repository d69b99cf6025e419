/* Counting different texts: the same in memory and merged from runs on disk. */
#include "record/tally.h"

#include <stdio.h>

#include "../tap.h"

static uint64_t count(uint64_t memory, unsigned texts, unsigned times) {
    struct hc_tally *d = NULL;
    char text[16];
    uint64_t n = 0;
    enum hc_status status = hc_tally_new(&d, memory, NULL, NULL);
    for (unsigned i = 0; i < texts * times && status == HC_OK; i++) {
        int len = snprintf(text, sizeof text, "M%u", i * 7919u % texts);
        status = hc_tally_add(d, (struct hc_str){text, (size_t)len}, 0, NULL);
    }
    if (status == HC_OK)
        status = hc_tally_count(d, &n, NULL);
    hc_tally_free(d);
    return status == HC_OK ? n : UINT64_MAX;
}

static uint64_t count_months(void) {
    struct hc_tally *d = NULL;
    uint64_t n = 0;
    enum hc_status status = hc_tally_new(&d, 0, NULL, NULL);
    for (int month = -3; month < 9 && status == HC_OK; month++) {
        status = hc_tally_add(d, HC_STR("A"), month, NULL);
        if (status == HC_OK)
            status = hc_tally_add(d, HC_STR("B"), month / 2, NULL);
    }
    if (status == HC_OK)
        status = hc_tally_count(d, &n, NULL);
    hc_tally_free(d);
    return n;
}

int main(void) {
    tap_ok(count(1 << 20, 0, 1) == 0, "none");
    tap_ok(count(1 << 20, 1, 5) == 1, "one, five times");
    tap_ok(count(64 << 20, 20011, 3) == 20011, "20011, three times, in memory");
    tap_ok(count(0, 20011, 3) == 20011, "the same from runs on disk");
    tap_ok(count(200000, 20011, 2) == 20011, "the same from a few runs");
    tap_ok(count_months() == 12 + 6, "texts with a number");
    return tap_done();
}
