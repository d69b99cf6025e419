/* Any bytes as raw deflate and as gzip: every decoder gives the same bytes, the same
 * verdict and the same place, however the bytes come and whatever room there is.
 *
 * The first four bytes say how: how the input is cut, how large the room is, and whether
 * the rest is a deflate stream, one behind a long block, or text that is packed here and
 * then damaged a little, so that long blocks of every kind are seen. */
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define ZLIB_CONST
#include <zlib.h>

#include "format/source.h"

#include "cells.h"

enum { MOST = 4 << 20, PREFIX = 20000 }; /* bytes expanded; a long stored block */

struct seen {
    enum hc_status status; /* HC_OK: cut */
    uint64_t bytes, sum, taken, left;
};

static uint64_t sum_of(uint64_t sum, const uint8_t *bytes, size_t len) {
    for (size_t i = 0; i < len; i++)
        sum = (sum ^ bytes[i]) * 1099511628211u;
    return sum;
}

static uint32_t draw(uint32_t *seed) {
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 8;
}

/* 0: all at once; small ones: a few bytes at a time, then more. */
static size_t some(uint32_t *seed, size_t most) {
    if (*seed == 0)
        return most;
    uint32_t drawn = draw(seed), bits = drawn % 17;
    size_t n = 1 + (drawn >> 5) % (1u << bits);
    return n < most ? n : most;
}

static struct seen inflate_by(const struct hc_inflate_engine *engine, void *state,
                              const uint8_t *data, size_t size, uint32_t cut,
                              uint32_t room) {
    static uint8_t out[256 << 10];
    struct seen seen = {.sum = 14695981039346656037u};
    const uint8_t *end = data + size;
    engine->reset(state);
    while (seen.status == HC_OK && seen.bytes < MOST) {
        size_t len = some(&cut, (size_t)(end - data)), given = len;
        size_t cap = some(&room, sizeof out), got = cap + 1;
        uint8_t *exact = malloc(len + 1); /* a read behind it is seen */
        MUST(exact);
        memcpy(exact, data, len);
        const uint8_t *in = exact;
        seen.status = engine->run(state, &in, &len, out, cap, &got);
        MUST(got <= cap && len <= given && (given == 0 || in == exact + (given - len)));
        free(exact);
        data += given - len;
        seen.bytes += got;
        seen.sum = sum_of(seen.sum, out, got);
        if (given == 0 && got == 0)
            break; /* cut */
        MUST(seen.status != HC_OK || got > 0 || len < given || given == 0);
    }
    seen.left = seen.status == HC_END ? (uint64_t)(end - data) : 0;
    seen.taken = seen.status != HC_OK ? engine->taken(state) : 0;
    return seen;
}

static struct seen both_inflate(const uint8_t *data, size_t size, uint32_t cut,
                                uint32_t room) {
    struct seen first = {0};
    for (size_t i = 0; hc_inflate_engines[i]; i++) {
        const struct hc_inflate_engine *engine = hc_inflate_engines[i];
        void *state = engine->make();
        MUST(state);
        struct seen whole = inflate_by(engine, state, data, size, 0, 0);
        struct seen parts = inflate_by(engine, state, data, size, cut, room);
        if (i == 0)
            first = whole;
        for (int k = 0; k < 2; k++) {
            const struct seen *s = k ? &parts : &whole;
            if (s->bytes >= MOST && first.bytes >= MOST)
                continue;
            MUST(s->status == first.status);
            MUST(s->bytes == first.bytes && s->sum == first.sum);
            MUST(s->taken == first.taken && s->left == first.left);
        }
        engine->drop(state);
    }
    return first;
}

/* ---- as a gzip file ---- */

static enum hc_status read_gzip(const struct hc_inflate_engine *engine, const char *path,
                                uint64_t *sum, struct hc_err *err) {
    struct hc_source *source = NULL;
    struct hc_source_options options = {.inflate = engine};
    const struct hc_entry *entry;
    const uint8_t *bytes;
    size_t len;
    *sum = 14695981039346656037u;
    enum hc_status status = hc_source_open(&source, path, &options, err);
    if (status == HC_OK)
        status = hc_source_next(source, &entry, err);
    while (status == HC_OK && (status = hc_source_read(source, &bytes, &len, err)) == HC_OK)
        *sum = sum_of(*sum, bytes, len);
    if (status == HC_END)
        status = hc_source_finish(source, err);
    hc_source_free(source);
    return status;
}

static void put(int fd, const void *bytes, size_t len) {
    MUST(write(fd, bytes, len) == (ssize_t)len);
}

/* With the right checksum and length, and what is left of data behind them. */
static void both_read(const uint8_t *data, size_t size, struct seen seen) {
    static const uint8_t head[10] = {0x1f, 0x8b, 8};
    static uint8_t out[MOST];
    char path[64];
    int fd = memfd_create("delivery", MFD_CLOEXEC);
    MUST(fd >= 0);
    put(fd, head, sizeof head);
    put(fd, data, size - (size_t)seen.left);
    if (seen.status == HC_END) {
        const struct hc_inflate_engine *zlib = hc_inflate_engine("zlib");
        void *state = zlib->make();
        const uint8_t *in = data;
        size_t len = size, got;
        MUST(state && zlib->run(state, &in, &len, out, sizeof out, &got) == HC_END);
        uint32_t tail[2] = {zlib->crc(0, out, got), (uint32_t)got};
        put(fd, tail, sizeof tail);
        zlib->drop(state);
    }
    put(fd, data + size - seen.left, (size_t)seen.left);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    struct hc_err first = {0};
    uint64_t first_sum = 0;
    enum hc_status first_status = HC_OK;
    for (size_t i = 0; hc_inflate_engines[i]; i++) {
        struct hc_err err = {0};
        uint64_t sum;
        enum hc_status status = read_gzip(hc_inflate_engines[i], path, &sum, &err);
        if (i == 0) {
            first = err;
            first_sum = sum;
            first_status = status;
        }
        MUST(status == first_status && sum == first_sum);
        MUST(strcmp(err.what, first.what) == 0 && strcmp(err.file, first.file) == 0);
    }
    close(fd);
}

/* ---- streams with long blocks ---- */

static size_t prefixed(const uint8_t *data, size_t size, uint8_t **made) {
    uint8_t *p = *made = malloc(5 + PREFIX + size);
    MUST(p);
    memcpy(p, (uint8_t[]){0, PREFIX & 255, PREFIX >> 8, ~PREFIX & 255, ~PREFIX >> 8 & 255},
           5);
    for (size_t i = 0; i < PREFIX; i++)
        p[5 + i] = (uint8_t)(i * i >> 7);
    memcpy(p + 5 + PREFIX, data, size);
    return 5 + PREFIX + size;
}

/* data over and over, a little changed each time, packed as `how` says; then `flips` bits
 * of it are turned. */
static size_t packed(const uint8_t *data, size_t size, uint32_t how, uint32_t flips,
                     uint8_t **made) {
    size_t most = 300 << 10, len = 0;
    uint32_t seed = how | 1;
    uint8_t *text = malloc(most);
    z_stream z = {0};
    static const int strategies[] = {Z_DEFAULT_STRATEGY, Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE};
    MUST(text && size > 0);
    most = (draw(&seed) % 4 + 1) * (most / 4);
    while (len < most) {
        size_t n = size < most - len ? size : most - len;
        memcpy(text + len, data, n);
        text[len + draw(&seed) % n] ^= (uint8_t)(draw(&seed) % 64);
        len += n;
    }
    MUST(deflateInit2(&z, (int)(how % 9) + 1, Z_DEFLATED, -15, 1 + (int)(how >> 4) % 9,
                      strategies[how >> 8 & 3]) == Z_OK);
    size_t room = deflateBound(&z, len) + 65536, done = 0;
    uint8_t *p = *made = malloc(room);
    MUST(p);
    z.next_out = p;
    z.avail_out = (uInt)room;
    while (done < len) {
        size_t n = how & 1024 ? 1 + draw(&seed) % 60000 : len;
        n = n < len - done ? n : len - done;
        z.next_in = text + done;
        z.avail_in = (uInt)n;
        done += n;
        deflate(&z, done == len ? Z_FINISH : how & 2048 ? Z_BLOCK : Z_SYNC_FLUSH);
    }
    size_t total = room - z.avail_out;
    deflateEnd(&z);
    free(text);
    for (uint32_t i = 0; i < flips; i++) {
        uint32_t at = draw(&seed) ^ draw(&seed) << 12;
        p[at % total] ^= (uint8_t)(1u << (draw(&seed) & 7));
    }
    return total;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 5)
        return 0;
    uint32_t cut = data[0], room = data[1], how = data[2] | (uint32_t)data[3] << 8;
    const uint8_t *rest = data + 4;
    uint8_t *made = NULL;
    size_t len = size - 4;
    switch (how >> 14) {
    case 0:
        break;
    case 1:
        len = prefixed(rest, len, &made);
        break;
    default:
        len = packed(rest, len, how, how >> 12 & 3, &made);
    }
    const uint8_t *stream = made ? made : rest;
    struct seen seen = both_inflate(stream, len, cut, room);
    if (seen.bytes < MOST && cut % 4 == 0)
        both_read(stream, len, seen);
    free(made);
    return 0;
}
