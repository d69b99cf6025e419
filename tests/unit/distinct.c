/* Counting different texts: the same in memory and merged from runs on disk. */
#include "record/distinct.h"

#include <stdio.h>
#include <string.h>

#include "../tap.h"

static int64_t count(uint64_t memory, unsigned texts, unsigned times) {
    struct hc_distinct *d = NULL;
    char text[16];
    int64_t n = 0;
    enum hc_status status = hc_distinct_new(&d, memory, NULL, NULL);
    for (unsigned i = 0; i < texts * times && status == HC_OK; i++) {
        int len = snprintf(text, sizeof text, "M%u", i * 7919u % texts);
        status = hc_distinct_add(d, 0, (struct hc_str){text, (size_t)len}, 0, 1, NULL);
    }
    if (status == HC_OK)
        status = hc_distinct_count(d, &n, NULL);
    hc_distinct_free(d);
    return status == HC_OK ? n : -1;
}

/* As count(), many texts at a time. */
static int64_t count_many(uint64_t memory, unsigned texts, unsigned times) {
    struct hc_distinct *d = NULL;
    char text[37][16];
    struct hc_str many[37];
    size_t waiting = 0;
    int64_t n = 0;
    enum hc_status status = hc_distinct_new(&d, memory, NULL, NULL);
    for (unsigned i = 0; i < texts * times && status == HC_OK; i++) {
        int len = snprintf(text[waiting], sizeof *text, "M%u", i * 7919u % texts);
        many[waiting] = (struct hc_str){text[waiting], (size_t)len};
        if (++waiting < 37 && i + 1 < texts * times)
            continue;
        status = hc_distinct_add_texts(d, 0, many, waiting, NULL);
        waiting = 0;
    }
    if (status == HC_OK)
        status = hc_distinct_count(d, &n, NULL);
    hc_distinct_free(d);
    return status == HC_OK ? n : -1;
}

static int64_t count_months(void) {
    struct hc_distinct *d = NULL;
    int64_t n = 0;
    enum hc_status status = hc_distinct_new(&d, 0, NULL, NULL);
    for (int month = -3; month < 9 && status == HC_OK; month++) {
        status = hc_distinct_add(d, 0, HC_STR("A"), month, 1, NULL);
        if (status == HC_OK)
            status = hc_distinct_add(d, 0, HC_STR("B"), month / 2, 1, NULL);
    }
    if (status == HC_OK)
        status = hc_distinct_count(d, &n, NULL);
    hc_distinct_free(d);
    return n;
}

/* Groups count for themselves; what is taken back (sign -1) counts against. */
static void groups(uint64_t memory, const char *how) {
    static bool seen[3][50000];
    struct hc_distinct *d = NULL;
    int64_t count[3] = {0}, want[3] = {0};
    enum hc_status status = hc_distinct_new(&d, memory, NULL, NULL);
    memset(seen, 0, sizeof seen);
    for (uint32_t i = 0; i < 120000 && status == HC_OK; i++) {
        uint32_t group = i % 3, key = i * 7 % 50000;
        int sign = group == 2 ? -1 : 1;
        struct hc_str text = {(char *)&key, sizeof key};
        want[group] += seen[group][key] ? 0 : sign;
        seen[group][key] = true;
        status = hc_distinct_add(d, group, text, 0, sign, NULL);
    }
    if (status == HC_OK)
        status = hc_distinct_count(d, count, NULL);
    tap_ok(status == HC_OK, "three groups, %s", how);
    for (int g = 0; g < 3; g++)
        tap_int(count[g], want[g], "  each is counted");
    hc_distinct_free(d);
}

int main(void) {
    tap_ok(count(1 << 20, 0, 1) == 0, "none");
    tap_ok(count(1 << 20, 1, 5) == 1, "one, five times");
    tap_ok(count(64 << 20, 20011, 3) == 20011, "20011, three times, in memory");
    tap_ok(count(0, 20011, 3) == 20011, "the same from runs on disk");
    tap_ok(count(200000, 20011, 2) == 20011, "the same from a few runs");
    tap_ok(count_many(64 << 20, 20011, 3) == 20011, "the same, many at a time");
    tap_ok(count_many(200000, 20011, 2) == 20011, "and from a few runs");
    tap_ok(count_many(1 << 20, 0, 1) == 0, "none at a time");
    tap_ok(count_months() == 12 + 6, "texts with a number");
    groups(64 << 20, "in memory");
    groups(100000, "from runs on disk");
    return tap_done();
}
