/* Forty lines of TAP for unit tests. A failure shows what was found. */
#ifndef HC_TESTS_TAP_H
#define HC_TESTS_TAP_H

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int tap_count, tap_failed;

__attribute__((format(printf, 2, 3))) static inline bool tap_ok(bool pass, const char *format,
                                                                ...) {
    va_list args;
    printf("%sok %d - ", pass ? "" : "not ", ++tap_count);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    printf("\n");
    tap_failed += !pass;
    return pass;
}
static inline bool tap_int(int64_t got, int64_t want, const char *what) {
    return tap_ok(got == want, "%s: %" PRId64 " (want %" PRId64 ")", what, got, want);
}
static inline bool tap_text(const char *got, const char *want, const char *what) {
    return tap_ok(got && strcmp(got, want) == 0, "%s: '%s' (want '%s')", what,
                  got ? got : "(null)", want);
}
static inline int tap_done(void) {
    printf("1..%d\n", tap_count);
    return tap_failed != 0;
}

#endif
