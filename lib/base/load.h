/* Bytes as a number, the first of them lowest whatever the machine. */
#ifndef HC_BASE_LOAD_H
#define HC_BASE_LOAD_H

#include <stdint.h>
#include <string.h>

static inline uint64_t hc_load64(const void *p) {
    uint64_t word;
    memcpy(&word, p, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

static inline uint64_t hc_load32(const void *p) {
    uint32_t word;
    memcpy(&word, p, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap32(word);
#endif
    return word;
}

#endif
