/* SHA-256 of several messages side by side, a lane of a vector each: without the SHA extensions of
 * a processor some four times as fast as one after the other. Only whole blocks of 64 bytes:
 * whoever calls pads the ends. */
#ifndef HC_BASE_DIGEST_LANES_H
#define HC_BASE_DIGEST_LANES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Are they faster here? Not with SHA extensions, nor with vectors of 16 bytes. */
bool hc_digest_lanes_pay(void);

#define HC_DIGEST_LANES 8
struct hc_digest_lanes {
    uint32_t state[8][HC_DIGEST_LANES];
};
void hc_digest_lane_start(struct hc_digest_lanes *lanes, size_t lane);
/* blocks of each lane's data, HC_DIGEST_LANES of them; lanes that nobody uses may have another's. */
void hc_digest_lanes_add(struct hc_digest_lanes *lanes, const uint8_t *const *data,
                         size_t blocks);

#endif
