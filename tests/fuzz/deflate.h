/* Deflate streams made at random for the fuzz targets: what no packer writes, but a decoder
 * must read or refuse as every other does. Codes of every shape, blocks that end anywhere,
 * distances up to the edge of the window and behind it; and now and then a code that is not
 * complete, too full or without an end. Source: RFC 1951. */
#ifndef HC_TESTS_FUZZ_DEFLATE_H
#define HC_TESTS_FUZZ_DEFLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __clang__ /* the decoders are what is watched, not this */
#pragma clang attribute push(__attribute__((no_sanitize("all", "coverage"))),              \
                             apply_to = function)
#endif

static inline uint32_t draw(uint32_t *seed) {
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 8;
}
static inline uint32_t below(uint32_t *seed, uint32_t limit) {
    return (uint32_t)((uint64_t)draw(seed) * limit >> 24);
}

struct bits {
    uint8_t *at, *end;
    uint64_t held;
    unsigned count;
};
static inline void bits_put(struct bits *b, uint32_t value, unsigned count) {
    b->held |= (uint64_t)value << b->count;
    for (b->count += count; b->count >= 8; b->count -= 8, b->held >>= 8)
        if (b->at < b->end)
            *b->at++ = (uint8_t)b->held;
}

enum { LITERALS = 288, DISTANCES = 32, CODE_MOST = 15 };
struct code {
    uint8_t length[LITERALS]; /* 0: not used */
    uint16_t code[LITERALS];  /* its bits turned round, as they are written */
    uint16_t used[LITERALS];
    uint32_t symbols; /* used; 0 where there is none */
};

static inline void code_assign(struct code *c, uint32_t count) {
    uint32_t of[CODE_MOST + 2] = {0}, next[CODE_MOST + 2] = {0};
    c->symbols = 0;
    for (uint32_t i = 0; i < count; i++)
        of[c->length[i]]++;
    of[0] = 0;
    for (unsigned n = 1; n <= CODE_MOST; n++)
        next[n] = (next[n - 1] + of[n - 1]) << 1;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t code = c->length[i] ? next[c->length[i]]++ : 0, turned = 0;
        for (unsigned bit = 0; bit < c->length[i]; bit++)
            turned |= (code >> bit & 1) << (c->length[i] - 1 - bit);
        c->code[i] = (uint16_t)turned;
        if (c->length[i])
            c->used[c->symbols++] = (uint16_t)i;
    }
}

/* A complete code of `want` of the first `count` symbols, `must` one of them. Split leaves
 * until there are enough: bushy or long as drawn. */
static inline void code_make(struct code *c, uint32_t count, uint32_t want, uint32_t must,
                             uint32_t *seed) {
    uint8_t leaf[LITERALS] = {1, 1};
    uint32_t leaves = want > 1 ? 2 : want, deep = below(seed, 3);
    memset(c, 0, sizeof *c);
    while (leaves < want) {
        uint32_t i = deep == 0 ? below(seed, leaves)
                               : leaves - 1 - below(seed, leaves) / (1 + deep * 8);
        for (uint32_t tries = 0; leaf[i] >= CODE_MOST && tries < leaves; tries++)
            i = (i + 1) % leaves;
        if (leaf[i] >= CODE_MOST)
            break;
        leaf[leaves++] = ++leaf[i];
    }
    for (uint32_t i = 0; i < leaves; i++) {
        uint32_t at = i == 0 ? must : below(seed, count);
        while (c->length[at])
            at = (at + 1) % count;
        c->length[at] = leaf[i];
    }
    code_assign(c, count);
}

/* One code in twenty of a wild stream is no code, or one that a careful decoder refuses. */
static inline void code_spoil(struct code *c, uint32_t count, uint32_t *seed) {
    if (below(seed, 20))
        return;
    uint32_t at = below(seed, 4) ? c->used[below(seed, c->symbols + !c->symbols)]
                                 : below(seed, count);
    c->length[at] = (uint8_t)below(seed, CODE_MOST + 1);
    code_assign(c, count);
}

static inline void code_put(struct bits *b, const struct code *c, uint32_t symbol) {
    bits_put(b, c->code[symbol], c->length[symbol]);
}

/* How a stream is made. */
struct making {
    struct bits bits;
    uint32_t seed;
    uint64_t behind; /* bytes that a distance may reach back to */
    bool wild;       /* distances too far, symbols that mean nothing */
};

/* Lengths of both codes, with or without runs, by a code of code lengths. */
static inline void head_put(struct making *m, const struct code *lit,
                            const struct code *dist) {
    static const uint8_t order[19] = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                      11, 4,  12, 3, 13, 2, 14, 1, 15};
    struct bits *b = &m->bits;
    uint32_t *seed = &m->seed;
    struct code lengths;
    uint8_t all[LITERALS + DISTANCES];
    uint32_t lits = LITERALS, dists = DISTANCES;
    while (lits > 257 && !lit->length[lits - 1])
        lits--;
    while (dists > 1 && !dist->length[dists - 1])
        dists--;
    lits = lits > 286 && !m->wild ? 286 : lits;
    dists = dists > 30 && !m->wild ? 30 : dists;
    memcpy(all, lit->length, lits);
    memcpy(all + lits, dist->length, dists);
    for (uint32_t i = 0; i < 19; i++) /* at most 7: they have three bits each */
        lengths.length[i] = i < 13 ? 4 : 5;
    for (uint32_t i = 18; i > 0; i--) {
        uint32_t k = below(seed, i + 1);
        uint8_t kept = lengths.length[i];
        lengths.length[i] = lengths.length[k];
        lengths.length[k] = kept;
    }
    code_assign(&lengths, 19);
    if (m->wild)
        code_spoil(&lengths, 19, seed);
    for (uint32_t i = 0; i < 19; i++)
        lengths.length[i] &= 7;
    bits_put(b, lits - 257, 5);
    bits_put(b, dists - 1, 5);
    bits_put(b, 19 - 4, 4);
    for (uint32_t i = 0; i < 19; i++)
        bits_put(b, lengths.length[order[i]], 3);
    bool runs = below(seed, 4) > 0;
    for (uint32_t i = 0; i < lits + dists;) {
        uint32_t run = 1;
        while (i + run < lits + dists && all[i + run] == all[i])
            run++;
        if (runs && all[i] == 0 && run >= 3) {
            run = run < 138 ? run : 138;
            code_put(b, &lengths, run < 11 ? 17 : 18);
            bits_put(b, run < 11 ? run - 3 : run - 11, run < 11 ? 3 : 7);
        } else if (runs && i > 0 && all[i] == all[i - 1] && run >= 3) {
            run = run < 6 ? run : 6;
            code_put(b, &lengths, 16);
            bits_put(b, run - 3, 2);
        } else {
            run = 1;
            code_put(b, &lengths, all[i]);
        }
        i += run;
    }
}

static inline void code_fixed(struct code *lit, struct code *dist) {
    for (uint32_t i = 0; i < LITERALS; i++)
        lit->length[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
    memset(dist->length, 5, DISTANCES);
    code_assign(lit, LITERALS);
    code_assign(dist, DISTANCES);
}

static inline unsigned length_extra(uint32_t symbol) {
    return symbol < 265 || symbol > 284 ? 0 : (symbol - 261) / 4;
}
static inline uint32_t length_base(uint32_t symbol) {
    uint32_t extra = length_extra(symbol), step = (symbol - 257) % 4;
    return symbol == 285 ? 258 : symbol < 265 ? symbol - 254 : 3 + ((4 + step) << extra);
}

/* A distance of the code that reaches back no farther than there are bytes; unless wild.
 * false: none was found. */
static inline bool distance_draw(struct making *m, const struct code *dist,
                                 uint32_t *symbol, uint32_t *rest) {
    for (int tries = 0; dist->symbols && tries < 8; tries++) {
        *symbol = dist->used[below(&m->seed, dist->symbols)];
        unsigned extra = *symbol > 3 ? *symbol / 2 - 1 : 0;
        uint64_t base = *symbol < 4 ? *symbol + 1 : ((2 + *symbol % 2ull) << extra) + 1;
        *rest = draw(&m->seed) & ((1u << extra) - 1);
        bool any = m->wild && below(&m->seed, 50) == 0;
        if (!any && *symbol < 30 && base <= m->behind && base + *rest > m->behind)
            *rest = (uint32_t)(m->behind - base); /* the first byte of all */
        if (any || (*symbol < 30 && base + *rest <= m->behind))
            return true;
    }
    return false;
}

static inline void body_make(struct making *m, const struct code *lit,
                             const struct code *dist) {
    uint32_t count = below(&m->seed, 4) ? below(&m->seed, 300) : below(&m->seed, 5000);
    uint32_t literal = below(&m->seed, 2) ? 0 : 240; /* of 256 matches so many are not */
    for (uint32_t i = 0; i < count && lit->symbols; i++) {
        uint32_t symbol = lit->used[below(&m->seed, lit->symbols)], far, rest;
        if (symbol < 256) {
            code_put(&m->bits, lit, symbol);
            m->behind++;
        } else if (symbol > 285) {
            if (m->wild && below(&m->seed, 50) == 0)
                code_put(&m->bits, lit, symbol);
        } else if (symbol > 256 && below(&m->seed, 256) >= literal &&
                   distance_draw(m, dist, &far, &rest)) {
            uint32_t more = draw(&m->seed) & ((1u << length_extra(symbol)) - 1);
            code_put(&m->bits, lit, symbol);
            bits_put(&m->bits, more, length_extra(symbol));
            code_put(&m->bits, dist, far);
            bits_put(&m->bits, rest, far > 3 ? far / 2 - 1 : 0);
            m->behind += length_base(symbol) + more;
        }
        m->behind = m->behind < 32768 ? m->behind : 32768;
    }
    if (!m->wild || below(&m->seed, 8))
        code_put(&m->bits, lit, 256);
}

static inline void block_make(struct making *m, bool last) {
    struct bits *b = &m->bits;
    uint32_t *seed = &m->seed, kind = below(seed, 16);
    struct code lit, dist;
    bits_put(b, last, 1);
    if (kind == 0) {
        uint32_t len = below(seed, 300);
        bits_put(b, 0, 2);
        bits_put(b, 0, (8 - b->count) % 8);
        bits_put(b, len, 16);
        bits_put(b, ~len & 0xffff, 16);
        m->behind += len;
        while (len-- > 0)
            bits_put(b, draw(seed) & 255, 8);
        return;
    }
    bits_put(b, kind < 5 ? 1 : 2, 2);
    if (kind < 5) {
        code_fixed(&lit, &dist);
    } else {
        uint32_t distances = below(seed, 16) ? 30 : 32;
        uint32_t symbols = below(seed, 4) ? 2 + below(seed, 40) : 2 + below(seed, 250);
        code_make(&lit, below(seed, 16) ? 286 : 288, symbols, 256, seed);
        code_make(&dist, distances, below(seed, distances + 1), 0, seed);
        if (m->wild) {
            code_spoil(&lit, LITERALS, seed);
            code_spoil(&dist, DISTANCES, seed);
        }
        head_put(m, &lit, &dist);
    }
    body_make(m, &lit, &dist);
}

/* Fill made with blocks, up to room bytes, behind `behind` bytes of others; how many bytes
 * there are. One stream in four is wild. */
static inline size_t deflate_make(uint8_t *made, size_t room, size_t behind,
                                  uint32_t seed) {
    struct making m = {{made, made + room, 0, 0}, seed, behind, false};
    m.wild = below(&m.seed, 4) == 0;
    uint32_t blocks = 1 + below(&m.seed, 4) * below(&m.seed, 4);
    while (blocks-- > 0)
        block_make(&m, blocks == 0);
    bits_put(&m.bits, 0, (8 - m.bits.count) % 8);
    return (size_t)(m.bits.at - made);
}

#ifdef __clang__
#pragma clang attribute pop
#endif

#endif
