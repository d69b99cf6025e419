/* The generator's own parts: numbers as text, check digits, ids, the tie of an alignment.
 */
#include "../tap.h"
#include "synth/model.h"
#include "synth/text.h"

static void numbers(void) {
    static const struct {
        int64_t value;
        const char *cents, *number;
    } cases[] = {
        {0, "0.00", "0"},
        {-1, "-0.01", "-1"},
        {99, "0.99", "99"},
        {-12345, "-123.45", "-12345"},
        {100000, "1000.00", "100000"},
        {INT64_MAX, "92233720368547758.07", "9223372036854775807"},
        {INT64_MIN, "-92233720368547758.08", "-9223372036854775808"},
    };
    char text[24];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        tap_text(hc_synth_cents(cases[i].value, text), cases[i].cents, "cents");
        tap_text(hc_synth_number(cases[i].value, text), cases[i].number, "number");
    }
    hc_day day = 0;
    tap_ok(hc_day_make(2020, 2, 29, &day), "a leap day");
    tap_text(hc_synth_iso(day, text), "2020-02-29", "iso");
    tap_text(hc_synth_ccyymmdd(day, text), "20200229", "ccyymmdd");
    tap_text(hc_synth_ccyymm(hc_month_of(day), text), "202002", "ccyymm");
}

static bool luhn(const char *npi) { /* the other way round: over 80840 and the number */
    char all[16];
    int sum = 0;
    snprintf(all, sizeof all, "80840%s", npi);
    for (int i = 14, alternate = 0; i >= 0; i--, alternate = !alternate) {
        int digit = all[i] - '0';
        digit *= 1 + alternate;
        sum += digit / 10 + digit % 10;
    }
    return sum % 10 == 0;
}

static void check_digits(void) {
    char npi[11];
    bool good = true;
    tap_ok(luhn("1234567893"), "CMS's example of an NPI is one");
    for (uint32_t i = 0; i < 20000; i++) {
        hc_synth_npi(i * 411, npi);
        good &= strlen(npi) == 10 && luhn(npi);
    }
    tap_ok(good, "20,000 NPIs have a true check digit");
}

static void ids(void) {
    char a[16], b[16];
    bool differ = true, marked = true;
    for (uint32_t i = 0; i < 3000; i++) {
        hc_synth_mbi_hop(i, 0, a);
        marked &=
            a[1] == 'S' && a[4] == 'L' && a[7] == 'Z' && a[8] == 'B' && strlen(a) == 11;
        for (uint32_t k = 0; k < 3; k++)
            differ &= strcmp(hc_synth_mbi_hop(i, 1 + k % 2, b), a) != 0;
    }
    tap_ok(marked, "every MBI is marked");
    tap_ok(differ, "a changed MBI is another");
}

static hc_day on(int year, int month, int mday) {
    hc_day day = 0;
    return hc_day_make(year, month, mday, &day) ? day : 0;
}

/* 300 in the older window against 150 in the recent one (DOMAIN: 6): a tie, later wins. */
static void alignment(void) {
    struct synth_sum sums[SYNTH_SUMS] = {{0}};
    struct synth_person p = {.sum = sums};
    uint32_t first = 0;
    struct synth_world world = {.person = &p, .people = 1, .cclf = &first, .cclfs = 1};
    hc_synth_align(&world, 2020);
    tap_int(p.winner, SYNTH_NONE, "no visit, no practice");
    hc_synth_add_visit(&p, 3, on(2018, 6, 30), 30000); /* last day of the older window */
    hc_synth_add_visit(&p, 7, on(2018, 7, 1), 15000);  /* first day of the recent one */
    hc_synth_align(&world, 2020);
    tap_int(p.winner, 7, "equal weights: the most recent service");
    hc_synth_add_visit(&p, 3, on(2017, 7, 1), 1);
    hc_synth_align(&world, 2020);
    tap_int(p.winner, 3, "a cent more in the older window");
    hc_synth_add_visit(&p, 7, on(2019, 7, 1), 500000);
    hc_synth_align(&world, 2020);
    tap_int(p.winner, 3, "a visit after the windows does not count");
    hc_synth_align(&world, 2021);
    tap_int(p.winner, 7, "but does the year after");
    hc_synth_align(&world, 2024);
    tap_int(p.winner, SYNTH_NONE, "nor do visits of long ago");
}

int main(void) {
    numbers();
    check_digits();
    ids();
    alignment();
    return tap_done();
}
