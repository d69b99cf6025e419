/* Chance that can be repeated: splitmix64 streams, each keyed by what it is for, so that
 * one person's care never depends on another's or on the order of the work. */
#ifndef HC_SYNTH_RNG_H
#define HC_SYNTH_RNG_H

#include <stdbool.h>
#include <stdint.h>

struct synth_rng {
    uint64_t state;
};

static inline uint64_t synth_next(struct synth_rng *rng) {
    uint64_t z = rng->state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

/* A stream for one purpose (seed), of one thing (a) at one time (b). */
static inline struct synth_rng synth_rng_of(uint64_t seed, uint64_t a, uint64_t b) {
    struct synth_rng rng = {seed ^ 0x5EED5EED5EED5EEDu};
    rng.state = synth_next(&rng) ^ (a * 0xD6E8FEB86659FD93u);
    rng.state = synth_next(&rng) ^ (b * 0xA0761D6478BD642Fu);
    synth_next(&rng);
    return rng;
}

/* 0 .. n-1; n > 0. */
static inline uint32_t synth_below(struct synth_rng *rng, uint32_t n) {
    return (uint32_t)(((synth_next(rng) >> 32) * n) >> 32);
}
static inline int synth_range(struct synth_rng *rng, int low, int high) {
    return low + (int)synth_below(rng, (uint32_t)(high - low + 1));
}
static inline bool synth_chance(struct synth_rng *rng, uint32_t per_mille) {
    return synth_below(rng, 1000) < per_mille;
}

#endif
