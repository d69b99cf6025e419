/* A quick sum of bytes, however they are cut into pieces: tells whether a file read twice
 * had the same bytes both times. It proves nothing against who means to deceive. */
#ifndef HC_BASE_QUICK_H
#define HC_BASE_QUICK_H

#include <stddef.h>
#include <stdint.h>

struct hc_quick { /* all zero: no bytes yet */
    uint64_t lane[4];
    uint64_t len;
    uint8_t rest[32]; /* the last len % 32 bytes */
};
void hc_quick_add(struct hc_quick *quick, const void *bytes, size_t len);
uint64_t hc_quick_sum(const struct hc_quick *quick); /* may be called in between */

#endif
