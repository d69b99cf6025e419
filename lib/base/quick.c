#include "base/quick.h"

#include <string.h>

/* Each lane takes every fourth word: multiplied by an odd number and turned, so that a bit
 * that changes anywhere changes what all later words become. */
static inline uint64_t mix(uint64_t lane, uint64_t word) {
    lane = (lane ^ word) * 0x9e3779b97f4a7c15u;
    return lane << 29 | lane >> 35;
}

static void take(struct hc_quick *q, const uint8_t *bytes) {
    for (size_t i = 0; i < 4; i++) {
        uint64_t word;
        memcpy(&word, bytes + 8 * i, 8);
        q->lane[i] = mix(q->lane[i], word + i + 1);
    }
}

void hc_quick_add(struct hc_quick *q, const void *from, size_t len) {
    const uint8_t *bytes = from;
    size_t held = q->len % 32;
    if (len == 0)
        return;
    q->len += len;
    if (held) {
        size_t fill = len < 32 - held ? len : 32 - held;
        memcpy(q->rest + held, bytes, fill);
        bytes += fill;
        len -= fill;
        if (held + fill < 32)
            return;
        take(q, q->rest);
    }
    for (; len >= 32; bytes += 32, len -= 32)
        take(q, bytes);
    memcpy(q->rest, bytes, len);
}

uint64_t hc_quick_sum(const struct hc_quick *quick) {
    struct hc_quick q = *quick;
    uint64_t sum = q.len;
    memset(q.rest + q.len % 32, 0, 32 - q.len % 32);
    take(&q, q.rest);
    for (size_t i = 0; i < 4; i++)
        sum = mix(sum, q.lane[i]);
    return sum ^ sum >> 32;
}
