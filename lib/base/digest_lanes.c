#include "base/digest_lanes.h"

#include <string.h>
#if defined __x86_64__ && __has_include(<cpuid.h>)
#include <cpuid.h>
#define X86
#endif

/* SHA-256 (FIPS 180-4) of eight messages at once, one in each lane of a vector. The
 * compiler makes the vectors of what the processor has; bodies are inlined into a function
 * for each, and macros stand for functions because vectors wider than the processor's are
 * no arguments. */
typedef uint32_t vec __attribute__((vector_size(4 * HC_DIGEST_LANES)));
typedef uint8_t bytes_of_vec __attribute__((vector_size(4 * HC_DIGEST_LANES)));

static const uint32_t first[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                  0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
static const uint32_t constant[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
    0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
    0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
    0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
    0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
    0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
    0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
    0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
    0xc67178f2};

void hc_digest_lane_start(struct hc_digest_lanes *lanes, size_t lane) {
    for (size_t i = 0; i < 8; i++)
        lanes->state[i][lane] = first[i];
}

#define TURN(x, n) ((x) >> (n) | (x) << (32 - (n)))
#define PAIR(a, b, ...) __builtin_shuffle(a, b, (vec){__VA_ARGS__})
#define ROUND(a, b, c, d, e, f, g, h, t)                                                   \
    do {                                                                                   \
        vec one = h + (TURN(e, 6) ^ TURN(e, 11) ^ TURN(e, 25)) + (g ^ (e & (f ^ g))) +     \
                  constant[t] + w[(t)&15];                                                 \
        d += one;                                                                          \
        h = one + (TURN(a, 2) ^ TURN(a, 13) ^ TURN(a, 22)) + ((a & b) | (c & (a | b)));    \
    } while (0)
#define NEXT(t)                                                                            \
    w[(t)&15] += (TURN(w[((t) + 1) & 15], 7) ^ TURN(w[((t) + 1) & 15], 18) ^               \
                  w[((t) + 1) & 15] >> 3) +                                                \
                 w[((t) + 9) & 15] +                                                       \
                 (TURN(w[((t) + 14) & 15], 17) ^ TURN(w[((t) + 14) & 15], 19) ^            \
                  w[((t) + 14) & 15] >> 10)

/* Eight words of each lane's block to eight vectors of a word of every lane. */
#define TURN_OVER(w, row)                                                                  \
    do {                                                                                   \
        vec p[8], q[8];                                                                    \
        for (int i = 0; i < 8; i += 2) {                                                   \
            p[i] = PAIR(row[i], row[i + 1], 0, 8, 1, 9, 4, 12, 5, 13);                     \
            p[i + 1] = PAIR(row[i], row[i + 1], 2, 10, 3, 11, 6, 14, 7, 15);               \
        }                                                                                  \
        for (int i = 0; i < 8; i += 4) {                                                   \
            q[i] = PAIR(p[i], p[i + 2], 0, 1, 8, 9, 4, 5, 12, 13);                         \
            q[i + 1] = PAIR(p[i], p[i + 2], 2, 3, 10, 11, 6, 7, 14, 15);                   \
            q[i + 2] = PAIR(p[i + 1], p[i + 3], 0, 1, 8, 9, 4, 5, 12, 13);                 \
            q[i + 3] = PAIR(p[i + 1], p[i + 3], 2, 3, 10, 11, 6, 7, 14, 15);               \
        }                                                                                  \
        for (int i = 0; i < 4; i++) {                                                      \
            (w)[i] = PAIR(q[i], q[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);                       \
            (w)[i + 4] = PAIR(q[i], q[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);                 \
        }                                                                                  \
    } while (0)

#define BLOCKS_BODY                                                                        \
    vec s[8];                                                                              \
    memcpy(s, lanes->state, sizeof s);                                                     \
    for (size_t at = 0; at < 64 * blocks; at += 64) {                                      \
        vec w[16], a = s[0], b = s[1], c = s[2], d = s[3], e = s[4], f = s[5], g = s[6],   \
                   h = s[7];                                                               \
        for (int half = 0; half < 2; half++) {                                             \
            vec row[8];                                                                    \
            for (int i = 0; i < 8; i++) {                                                  \
                bytes_of_vec in;                                                           \
                memcpy(&in, data[i] + at + 32 * half, sizeof in);                          \
                in = __builtin_shuffle(in, swapped);                                       \
                memcpy(&row[i], &in, sizeof in);                                           \
            }                                                                              \
            TURN_OVER(w + 8 * half, row);                                                  \
        }                                                                                  \
        for (int t = 0; t < 64; t += 16) {                                                 \
            if (t)                                                                         \
                for (int i = 0; i < 16; i++)                                               \
                    NEXT(i);                                                               \
            for (int i = 0; i < 16; i += 8) {                                              \
                ROUND(a, b, c, d, e, f, g, h, t + i);                                      \
                ROUND(h, a, b, c, d, e, f, g, t + i + 1);                                  \
                ROUND(g, h, a, b, c, d, e, f, t + i + 2);                                  \
                ROUND(f, g, h, a, b, c, d, e, t + i + 3);                                  \
                ROUND(e, f, g, h, a, b, c, d, t + i + 4);                                  \
                ROUND(d, e, f, g, h, a, b, c, t + i + 5);                                  \
                ROUND(c, d, e, f, g, h, a, b, t + i + 6);                                  \
                ROUND(b, c, d, e, f, g, h, a, t + i + 7);                                  \
            }                                                                              \
        }                                                                                  \
        s[0] += a, s[1] += b, s[2] += c, s[3] += d;                                        \
        s[4] += e, s[5] += f, s[6] += g, s[7] += h;                                        \
    }                                                                                      \
    memcpy(lanes->state, s, sizeof s)

static const bytes_of_vec swapped = {3,  2,  1,  0,  7,  6,  5,  4,  11, 10, 9,
                                     8,  15, 14, 13, 12, 19, 18, 17, 16, 23, 22,
                                     21, 20, 27, 26, 25, 24, 31, 30, 29, 28};

static void blocks_of_any(struct hc_digest_lanes *lanes, const uint8_t *const *data,
                          size_t blocks) {
    BLOCKS_BODY;
}
#ifdef X86
__attribute__((target("avx2"))) static void
blocks_of_avx2(struct hc_digest_lanes *lanes, const uint8_t *const *data, size_t blocks) {
    BLOCKS_BODY;
}
__attribute__((target("avx2,avx512f,avx512vl"))) static void
blocks_of_avx512(struct hc_digest_lanes *lanes, const uint8_t *const *data, size_t blocks) {
    BLOCKS_BODY;
}
#endif

bool hc_digest_lanes_pay(void) {
#ifdef X86
    unsigned a, b, c, d;
    bool extensions = __get_cpuid_count(7, 0, &a, &b, &c, &d) && b >> 29 & 1;
    return !extensions && __builtin_cpu_supports("avx2");
#else
    return false;
#endif
}

void hc_digest_lanes_add(struct hc_digest_lanes *lanes, const uint8_t *const *data,
                         size_t blocks) {
#ifdef X86
    if (__builtin_cpu_supports("avx512vl")) {
        blocks_of_avx512(lanes, data, blocks);
        return;
    }
    if (__builtin_cpu_supports("avx2")) {
        blocks_of_avx2(lanes, data, blocks);
        return;
    }
#endif
    blocks_of_any(lanes, data, blocks);
}
