/* Zip and gzip images made byte by byte, so that tests can make them wrong in one place. */
#ifndef HC_TESTS_PACK_H
#define HC_TESTS_PACK_H

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#include "base/arena.h"
#include "tap.h"

static inline void pack_le(struct hc_buf *b, uint64_t value, int bytes) {
    for (int i = 0; i < bytes; i++)
        hc_buf_putc(b, (char)(value >> (8 * i)));
}

static inline size_t pack_deflate(struct hc_buf *b, const void *bytes, size_t len) {
    z_stream z = {0};
    size_t before = b->len;
    deflateInit2(&z, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    size_t bound = deflateBound(&z, len) + 16;
    hc_buf_reserve(b, bound);
    z.next_in = (Bytef *)(uintptr_t)bytes;
    z.avail_in = (uInt)len;
    z.next_out = b->ptr + b->len;
    z.avail_out = (uInt)bound;
    deflate(&z, Z_FINISH);
    b->len += z.total_out;
    deflateEnd(&z);
    return b->len - before;
}

static inline void pack_gzip(struct hc_buf *b, const char *text, size_t len) {
    hc_buf_put(b, "\x1f\x8b\x08\0\0\0\0\0\0\x03", 10);
    pack_deflate(b, text, len);
    pack_le(b, crc32(0, (const Bytef *)text, (uInt)len), 4);
    pack_le(b, len, 4);
}

struct pack_entry {
    const char *name, *text; /* text NULL: a folder */
    bool stored, descriptor, zip64;
    unsigned flags; /* besides */
    bool unlisted;  /* not in the directory */
    bool doubled;   /* there twice */
    unsigned method;
};

static inline void pack_header(struct hc_buf *b, const struct pack_entry *e, uint32_t crc,
                               uint64_t packed, uint64_t len, bool central, uint64_t at) {
    bool wide = e->zip64, later = e->descriptor && !central;
    uint32_t all = 0xffffffff;
    hc_buf_put(b, central ? "PK\1\2\x2d\x03\x2d\0" : "PK\3\4\x2d\0", central ? 8 : 6);
    pack_le(b, e->flags | (e->descriptor ? 8u : 0u), 2);
    pack_le(b, e->method ? e->method : e->stored || !e->text ? 0 : 8, 2);
    pack_le(b, 0x5a000000u, 4); /* time and date */
    pack_le(b, later ? 0 : crc, 4);
    pack_le(b, later ? 0 : wide ? all : packed, 4);
    pack_le(b, later ? 0 : wide ? all : len, 4);
    pack_le(b, strlen(e->name), 2);
    pack_le(b, wide ? (central ? 28 : 20) : 0, 2);
    if (central) {
        hc_buf_put(b, "\0\0\0\0\0\0\0\0\0\0", 10);
        pack_le(b, wide ? all : at, 4);
    }
    hc_buf_puts(b, e->name);
    if (wide) {
        pack_le(b, 1, 2);
        pack_le(b, central ? 24 : 16, 2);
        pack_le(b, later ? 0 : len, 8);
        pack_le(b, later ? 0 : packed, 8);
        if (central)
            pack_le(b, at, 8);
    }
}

/* entries end with a NULL name. zip64: with the larger end records. */
static inline void pack_zip(struct hc_buf *b, const struct pack_entry *entries,
                            bool zip64) {
    struct hc_buf directory = {0}, data = {0};
    uint64_t count = 0;
    for (const struct pack_entry *e = entries; e->name; e++) {
        const char *text = e->text ? e->text : "";
        size_t len = strlen(text);
        uint32_t crc = (uint32_t)crc32(0, (const Bytef *)text, (uInt)len);
        uint64_t at = b->len;
        hc_buf_clear(&data);
        if (e->stored || !e->text)
            hc_buf_put(&data, text, len);
        else
            pack_deflate(&data, text, len);
        pack_header(b, e, crc, data.len, len, false, 0);
        hc_buf_put(b, data.ptr, data.len);
        if (e->descriptor) {
            hc_buf_put(b, "PK\7\x08", 4);
            pack_le(b, crc, 4);
            pack_le(b, data.len, e->zip64 ? 8 : 4);
            pack_le(b, len, e->zip64 ? 8 : 4);
        }
        for (int i = 0; i < (e->unlisted ? 0 : e->doubled ? 2 : 1); i++, count++)
            pack_header(&directory, e, crc, data.len, len, true, at);
    }
    uint64_t start = b->len;
    hc_buf_put(b, directory.ptr, directory.len);
    if (zip64) {
        uint64_t end64 = b->len;
        hc_buf_put(b, "PK\6\6", 4);
        pack_le(b, 44, 8);
        hc_buf_put(b, "\x2d\0\x2d\0\0\0\0\0\0\0\0\0", 12);
        pack_le(b, count, 8);
        pack_le(b, count, 8);
        pack_le(b, directory.len, 8);
        pack_le(b, start, 8);
        hc_buf_put(b, "PK\6\7\0\0\0\0", 8);
        pack_le(b, end64, 8);
        pack_le(b, 1, 4);
    }
    hc_buf_put(b, "PK\5\6\0\0\0\0", 8);
    pack_le(b, zip64 ? 0xffff : count, 2);
    pack_le(b, zip64 ? 0xffff : count, 2);
    pack_le(b, zip64 ? 0xffffffff : directory.len, 4);
    pack_le(b, zip64 ? 0xffffffff : start, 4);
    pack_le(b, 0, 2);
    hc_buf_free(&directory);
    hc_buf_free(&data);
}

/* Write a file of these bytes, replacing it. */
static inline void pack_write(const char *path, const void *bytes, size_t len) {
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || write(fd, bytes, len) != (ssize_t)len || close(fd) != 0) {
        printf("Bail out! cannot write %s\n", path);
        exit(1);
    }
}

#endif
