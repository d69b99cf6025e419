/* Any bytes as raw deflate: every decoder gives the same bytes, the same verdict and the
 * same place, however the bytes come and whatever room there is. (Whole gzip files and zips
 * are in packed.c.)
 *
 * The first four bytes say how: how the input is cut, how large the room is, and whether
 * the rest is a deflate stream, one behind a long block, the seed of one made at random
 * (deflate.h), or text that is packed here; the latter are then damaged a little.
 *
 * Made to be run many thousand times a second: decoders and room are kept, sums are CRCs.
 */
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define ZLIB_CONST
#include <zlib.h>

#include "format/inflate.h"

#include "cells.h"
#include "deflate.h"

#ifdef __clang__ /* the decoders are what is watched, not this */
#pragma clang attribute push(__attribute__((no_sanitize("coverage"))), apply_to = function)
#endif

enum {
    MOST = 320 << 10, /* bytes expanded */
    ROOM = 256 << 10, /* what one call may fill or take */
    PREFIX = 8200,
    ENGINES_MAX = 4
};

struct seen {
    enum hc_status status; /* HC_OK: cut */
    uint64_t bytes, taken, left;
    uint32_t sum;
};

/* 0: all at once; small ones: a few bytes at a time, then more. */
static size_t some(uint32_t *seed, size_t most) {
    if (*seed == 0)
        return most;
    uint32_t drawn = draw(seed), bits = drawn % 17;
    size_t n = 1 + (drawn >> 5) % (1u << bits);
    return n < most ? n : most;
}

/* ROOM bytes that end where a page starts which nobody may touch: decoders are not
 * instrumented, but a read or write behind such bytes is seen all the same. */
static uint8_t *fenced(void) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    uint8_t *p =
        mmap(NULL, ROOM + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    MUST(p != MAP_FAILED && mprotect(p + ROOM, page, PROT_NONE) == 0);
    return p + ROOM;
}

static struct seen inflate_by(const struct hc_inflate_engine *engine, void *state,
                              const uint8_t *data, size_t size, uint32_t cut,
                              uint32_t room) {
    static uint8_t *in_end, *out_end;
    struct seen seen = {0};
    const uint8_t *end = data + size;
    if (!in_end) {
        in_end = fenced();
        out_end = fenced();
    }
    engine->reset(state);
    while (seen.status == HC_OK && seen.bytes < MOST) {
        size_t most = (size_t)(end - data) < ROOM ? (size_t)(end - data) : ROOM;
        size_t len = some(&cut, most), given = len;
        size_t cap = some(&room, ROOM), got = cap + 1;
        const uint8_t *in = in_end - len;
        memcpy(in_end - len, data, len);
        seen.status = engine->run(state, &in, &len, out_end - cap, cap, &got);
        MUST(got <= cap && len <= given && (given == 0 || in == in_end - len));
        data += given - len;
        seen.bytes += got;
        seen.sum = (uint32_t)crc32_z(seen.sum, out_end - cap, got);
        if (given == 0 && got == 0)
            break; /* cut */
        MUST(seen.status != HC_OK || got > 0 || len < given || given == 0);
    }
    seen.left = seen.status == HC_END ? (uint64_t)(end - data) : 0;
    seen.taken = seen.status != HC_OK ? engine->taken(state) : 0;
    return seen;
}

static void both_inflate(const uint8_t *data, size_t size, uint32_t cut, uint32_t room) {
    static void *state[ENGINES_MAX];
    struct seen first = {0};
    for (size_t i = 0; hc_inflate_engines[i]; i++) {
        const struct hc_inflate_engine *engine = hc_inflate_engines[i];
        MUST(i < ENGINES_MAX && (state[i] || (state[i] = engine->make())));
        MUST(engine->crc(7, data, size) == (uint32_t)crc32_z(7, data, size));
        for (int k = 0; k < 2; k++) {
            struct seen s = k == 0 ? inflate_by(engine, state[i], data, size, 0, 0)
                                   : inflate_by(engine, state[i], data, size, cut, room);
            if (i == 0 && k == 0)
                first = s;
            if (s.bytes >= MOST && first.bytes >= MOST)
                continue;
            MUST(s.status == first.status);
            MUST(s.bytes == first.bytes && s.sum == first.sum);
            MUST(s.taken == first.taken && s.left == first.left);
        }
    }
}

/* ---- streams ---- */

static uint8_t made[640 << 10];

/* A stored block, long enough for isa-l to be let read what follows. */
static size_t prefix(void) {
    uint32_t len = PREFIX;
    memcpy(made, (uint8_t[]){0, len & 255, len >> 8, ~len & 255, ~len >> 8 & 255}, 5);
    for (size_t i = 0; i < len; i++)
        made[5 + i] = (uint8_t)(i * i >> 7);
    return 5 + len;
}

/* data over and over, a little changed each time, packed as `how` says. Mostly a few
 * blocks, now and then so many that they slide out of the window and are longer than isa-l
 * is let read. */
static size_t packed(const uint8_t *data, size_t size, uint32_t how, uint32_t *seed) {
    static uint8_t text[300 << 10];
    static const int strategies[] = {Z_DEFAULT_STRATEGY, Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE};
    static z_stream kept[4][9];
    size_t most = below(seed, 100) ? 3000 + below(seed, 16000) : sizeof text, len = 0;
    int memory = (int)(how >> 4) % 9, strategy = strategies[how >> 8 & 3];
    z_stream *z = &kept[how >> 8 & 3][memory];
    while (len < most) { /* twice as long each time: quick to make */
        size_t had = len ? len : size, n = had < most - len ? had : most - len;
        memcpy(text + len, len ? text : data, n);
        for (size_t at = below(seed, 64); at < n; at += 1 + below(seed, 512))
            text[len + at] ^= (uint8_t)below(seed, 64);
        len += n;
    }
    if (!z->state)
        MUST(deflateInit2(z, 1, Z_DEFLATED, -15, 1 + memory, strategy) == Z_OK);
    MUST(deflateReset(z) == Z_OK);
    z->next_out = made;
    z->avail_out = sizeof made;
    z->avail_in = 0;
    MUST(deflateParams(z, (int)(how % 9) + 1, strategy) == Z_OK);
    for (size_t done = 0; done < len;) {
        size_t n = how & 1024 ? 1 + below(seed, (uint32_t)len / 4 + 1) : len;
        n = n < len - done ? n : len - done;
        z->next_in = text + done;
        z->avail_in = (uInt)n;
        done += n;
        deflate(z, done == len ? Z_FINISH : how & 2048 ? Z_BLOCK : Z_SYNC_FLUSH);
    }
    MUST(z->avail_out > 0);
    return sizeof made - z->avail_out;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 5 || size > 65536)
        return 0;
    uint32_t cut = data[0], room = data[1], how = data[2] | (uint32_t)data[3] << 8;
    uint32_t kind = how >> 13, flips = 0;
    const uint8_t *rest = data + 4;
    size_t len = size - 4;
    uint32_t seed = (uint32_t)crc32_z(how, rest, len);
    if (kind == 0) { /* as it is */
        both_inflate(rest, len, cut, room);
        return 0;
    }
    if (kind == 1) {
        size_t before = prefix();
        memcpy(made + before, rest, len);
        len += before;
    } else if (kind < 7 || !(how & 4096)) {
        size_t before = how & 4096 ? prefix() : 0;
        len = before + deflate_make(made + before, sizeof made - before, before, seed);
        flips = below(&seed, 3) ? 0 : 1 + below(&seed, 3);
    } else {
        len = packed(rest, len, how, &seed);
        flips = below(&seed, 4);
    }
    for (uint32_t i = 0; i < flips && len > 0; i++)
        made[below(&seed, (uint32_t)len)] ^= (uint8_t)(1u << below(&seed, 8));
    both_inflate(made, len, cut, room);
    return 0;
}

#ifdef __clang__
#pragma clang attribute pop
#endif
