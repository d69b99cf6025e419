/* The sum that tells two readings of a file apart. */
#include "base/quick.h"

#include <string.h>

#include "../tap.h"

static uint64_t sum_of(const uint8_t *bytes, size_t len, size_t cut, size_t step) {
    struct hc_quick quick = {0};
    hc_quick_add(&quick, bytes, cut);
    for (size_t at = cut; at < len; at += step)
        hc_quick_add(&quick, bytes + at, len - at < step ? len - at : step);
    return hc_quick_sum(&quick);
}

int main(void) {
    enum { LEN = 300 };
    uint8_t bytes[LEN];
    size_t wrong = 0, same = 0;
    for (size_t i = 0; i < LEN; i++)
        bytes[i] = (uint8_t)(i * 37 + 11);
    for (size_t len = 0; len <= LEN; len++)
        for (size_t cut = 0; cut <= len; cut += 7)
            wrong += sum_of(bytes, len, cut, 1 + cut % 41) != sum_of(bytes, len, len, 1);
    tap_ok(wrong == 0, "however the bytes are cut, the sum is one (%zu are not)", wrong);
    uint64_t whole = sum_of(bytes, LEN, LEN, 1);
    for (size_t bit = 0; bit < 8 * LEN; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        same += sum_of(bytes, LEN, LEN, 1) == whole;
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    tap_ok(same == 0, "every bit that changes shows (%zu do not)", same);
    memset(bytes, 0, sizeof bytes);
    same = 0;
    for (size_t len = 0; len < LEN; len++)
        same += sum_of(bytes, len, len, 1) == sum_of(bytes, len + 1, len + 1, 1);
    for (size_t at = 0; at + 8 < LEN; at++) { /* two words that trade places */
        memset(bytes, 0, sizeof bytes);
        bytes[at] = 1;
        uint64_t one = sum_of(bytes, LEN, LEN, 1);
        bytes[at] = 0;
        bytes[at + 8] = 1;
        same += sum_of(bytes, LEN, LEN, 1) == one;
    }
    tap_ok(same == 0, "zeros count and places count (%zu do not)", same);
    return tap_done();
}
