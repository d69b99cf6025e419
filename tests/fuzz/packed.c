/* Whole deliveries made at random, damaged a little or not at all: gzip of one member or
 * many, and zips, of streams that no packer writes (deflate.h) and of packed text, with the
 * right checksums. Whichever decoder reads one, at once or ahead, the bytes, the verdict
 * and the words are the same; and libarchive, where it reads a zip, agrees. Any bytes at
 * all are what source.c reads: it hardly ever meets a checksum that is right.
 *
 * The bytes of the input choose; when there are no more, they are zero. */
#include <sys/mman.h>
#include <unistd.h>

#define ZLIB_CONST
#include <zlib.h>

#include "format/source.h"

#include "cells.h"
#include "deflate.h"

#ifdef __clang__ /* the readers are what is watched, not this */
#pragma clang attribute push(__attribute__((no_sanitize("coverage"))), apply_to = function)
#endif

enum { BODY = 64 << 10, MEMBERS = 4, FILE_MOST = 1 << 20 };

struct chosen {
    const uint8_t *at, *end;
    uint32_t seed;
};
static uint32_t choose(struct chosen *c, uint32_t limit) {
    return (c->at < c->end ? *c->at++ : 0u) % limit;
}
/* One in so many. */
static bool rarely(struct chosen *c, uint32_t many) {
    return choose(c, many) == many - 1;
}

/* ---- bodies ---- */

struct body {
    uint8_t packed[BODY];
    size_t len;    /* of packed */
    uint32_t crc;  /* of what it expands to; 0 where it is no stream */
    uint64_t size; /* expanded */
};

static void expand(struct body *b) {
    static z_stream z;
    uint8_t out[16384];
    if (!z.state)
        MUST(inflateInit2(&z, -MAX_WBITS) == Z_OK);
    MUST(inflateReset(&z) == Z_OK);
    z.next_in = b->packed;
    z.avail_in = (uInt)b->len;
    b->crc = 0;
    b->size = 0;
    int code;
    do {
        z.next_out = out;
        z.avail_out = sizeof out;
        code = inflate(&z, Z_NO_FLUSH);
        size_t got = sizeof out - z.avail_out;
        b->crc = (uint32_t)crc32_z(b->crc, out, got);
        b->size += got;
    } while (code == Z_OK && b->size < 4 << 20);
    if (code == Z_STREAM_END)
        b->len -= z.avail_in;
}

static void pack(struct body *b, const uint8_t *text, size_t len, int level) {
    static z_stream z;
    if (!z.state)
        MUST(deflateInit2(&z, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    MUST(deflateReset(&z) == Z_OK);
    z.avail_in = 0;
    z.next_out = b->packed;
    z.avail_out = BODY;
    MUST(deflateParams(&z, level, Z_DEFAULT_STRATEGY) == Z_OK);
    z.next_in = text;
    z.avail_in = (uInt)len;
    MUST(deflate(&z, Z_FINISH) == Z_STREAM_END);
    b->len = BODY - z.avail_out;
}

/* Lines of text, as deliveries are. */
static size_t text_make(uint8_t *text, size_t most, uint32_t *seed) {
    size_t len = below(seed, 3) ? below(seed, 3000) : below(seed, (uint32_t)most);
    for (size_t i = 0; i < len; i++)
        text[i] = i % 61 == 60 ? '\n' : (uint8_t)("0123456789| AZ.-"[below(seed, 16)]);
    return len;
}

static void body_choose(struct body *b, struct chosen *c) {
    static uint8_t text[40 << 10];
    b->len = 0;
    switch (choose(c, 4)) {
    case 0: { /* what is left of the input, as it is */
        size_t len = (size_t)(c->end - c->at) < 512 ? (size_t)(c->end - c->at) : 512;
        memcpy(b->packed, c->at, len);
        b->len = len;
        break;
    }
    case 1:
        b->len = deflate_make(b->packed, BODY, 0, c->seed ^ choose(c, 256));
        break;
    case 2: { /* behind a block that is stored, so that isa-l reads it */
        uint32_t len = 8200;
        b->packed[0] = 0;
        memcpy(b->packed + 1, (uint8_t[]){len & 255, len >> 8, ~len & 255, ~len >> 8 & 255},
               4);
        memset(b->packed + 5, 'x', len);
        b->len = 5 + len;
        b->len +=
            deflate_make(b->packed + b->len, BODY - b->len, len, c->seed ^ choose(c, 256));
        break;
    }
    default: {
        int level = (int)choose(c, 10);
        pack(b, text, text_make(text, sizeof text, &c->seed), level);
    }
    }
    expand(b);
}

/* ---- files ---- */

struct file {
    uint8_t bytes[FILE_MOST];
    size_t len;
};
static void put(struct file *f, const void *bytes, size_t len) {
    MUST(f->len + len <= FILE_MOST);
    memcpy(f->bytes + f->len, bytes, len);
    f->len += len;
}
static void put_number(struct file *f, uint64_t value, size_t bytes) {
    for (size_t i = 0; i < bytes; i++)
        put(f, &(uint8_t){i < 8 ? (uint8_t)(value >> 8 * i) : 0}, 1);
}

static struct body body;

static void gzip_make(struct file *f, struct chosen *c) {
    for (uint32_t members = 1 + choose(c, MEMBERS); members > 0; members--) {
        uint32_t flags = rarely(c, 4) ? choose(c, 64) : 0;
        body_choose(&body, c);
        put(f, (uint8_t[]){0x1f, 0x8b, 8, (uint8_t)flags, 0, 0, 0, 0, 0, 3}, 10);
        if (flags & 4)
            put(f, "\3\0abc", 5);
        if (flags & 8)
            put(f, "name", 5);
        if (flags & 16)
            put(f, "comment", 8);
        if (flags & 2)
            put(f, "hc", 2);
        put(f, body.packed, body.len);
        put_number(f, rarely(c, 32) ? body.crc ^ 1 : body.crc, 4);
        put_number(f, rarely(c, 32) ? body.size + 1 : body.size, 4);
    }
}

struct member {
    uint32_t at, crc, packed, expanded, method, flags;
    char name[8];
};

static void local_put(struct file *f, struct chosen *c, struct member *m) {
    static struct file inner;
    const uint8_t *data = body.packed;
    m->at = (uint32_t)f->len;
    m->flags = rarely(c, 3) ? 8 : 0;
    m->method = 8;
    if (rarely(c, 6)) { /* stored, and gzip itself */
        inner.len = 0;
        gzip_make(&inner, c);
        data = inner.bytes;
        m->method = 0;
        m->packed = m->expanded = (uint32_t)inner.len;
        m->crc = (uint32_t)crc32_z(0, inner.bytes, inner.len);
    } else {
        body_choose(&body, c);
        m->packed = (uint32_t)body.len;
        m->expanded = (uint32_t)body.size;
        m->crc = body.crc;
    }
    if (rarely(c, 32))
        m->crc ^= 1;
    if (rarely(c, 32))
        m->expanded += choose(c, 3) - 1u;
    bool later = m->flags & 8;
    put(f, "PK\3\4\24\0", 6);
    put_number(f, m->flags, 2);
    put_number(f, m->method, 2);
    put_number(f, 0, 4);
    put_number(f, later ? 0 : m->crc, 4);
    put_number(f, later ? 0 : m->packed, 4);
    put_number(f, later ? 0 : m->expanded, 4);
    put_number(f, strlen(m->name), 2);
    put_number(f, 0, 2);
    put(f, m->name, strlen(m->name));
    put(f, data, m->packed);
    if (!later)
        return;
    if (!rarely(c, 3))
        put(f, "PK\7\10", 4);
    put_number(f, m->crc, 4);
    put_number(f, m->packed, 4);
    put_number(f, m->expanded, 4);
}

static void zip_make(struct file *f, struct chosen *c) {
    struct member member[MEMBERS];
    uint32_t members = 1 + choose(c, 3);
    for (uint32_t i = 0; i < members; i++) {
        snprintf(member[i].name, sizeof member[i].name, "f%u", 9 - i);
        local_put(f, c, &member[i]);
    }
    size_t start = f->len;
    for (uint32_t i = 0; i < members; i++) {
        const struct member *m = &member[i];
        put(f, "PK\1\2\24\0\24\0", 8);
        put_number(f, m->flags, 2);
        put_number(f, m->method, 2);
        put_number(f, 0, 4);
        put_number(f, m->crc, 4);
        put_number(f, m->packed, 4);
        put_number(f, m->expanded, 4);
        put_number(f, strlen(m->name), 2);
        put_number(f, 0, 12);
        put_number(f, m->at, 4);
        put(f, m->name, strlen(m->name));
    }
    size_t size = f->len - start;
    put(f, "PK\5\6\0\0\0\0", 8);
    put_number(f, members, 2);
    put_number(f, members, 2);
    put_number(f, size, 4);
    put_number(f, start, 4);
    put_number(f, 0, 2);
}

static void damage(struct file *f, struct chosen *c) {
    uint32_t place = below(&c->seed, (uint32_t)f->len);
    switch (choose(c, 8)) {
    case 0:
        f->bytes[place] ^= (uint8_t)(1u << choose(c, 8));
        break;
    case 1:
        f->len = place;
        break;
    case 2:
        put(f, f->bytes, choose(c, 24));
        break;
    case 3:
        put(f, (uint8_t[64]){0}, choose(c, 64));
        break;
    default: /* whole */
        break;
    }
}

/* ---- reading ---- */

struct seen {
    enum hc_status status;
    uint64_t bytes;
    uint32_t sum; /* of all entries */
    struct hc_err err;
};

static struct seen read_file(const char *path, const struct hc_inflate_engine *engine,
                             bool libarchive_only, bool ahead) {
    struct hc_source_options options = {.inflate = engine,
                                        .libarchive_only = libarchive_only};
    struct hc_source *source = NULL;
    const struct hc_entry *entry;
    const uint8_t *bytes;
    size_t len;
    struct seen seen = {0};
    enum hc_status status = hc_source_open(&source, path, &options, &seen.err);
    if (status == HC_OK && ahead)
        MUST(hc_source_read_ahead(source));
    while (status == HC_OK &&
           (status = hc_source_next(source, &entry, &seen.err)) == HC_OK) {
        while ((status = hc_source_read(source, &bytes, &len, &seen.err)) == HC_OK) {
            MUST(len > 0 && len <= HC_SOURCE_CHUNK);
            seen.sum = (uint32_t)crc32_z(seen.sum, bytes, len);
            seen.bytes += len;
        }
        seen.sum = (uint32_t)crc32_z(seen.sum, (const uint8_t *)entry->name,
                                     strlen(entry->name) + 1);
        if (status == HC_END)
            status = HC_OK;
    }
    if (status == HC_END)
        status = hc_source_finish(source, &seen.err);
    MUST(status == HC_OK || status == HC_EDATA || status == HC_EPERM);
    MUST(status == HC_OK || (seen.err.what[0] && seen.err.file[0]));
    seen.status = status;
    hc_source_free(source);
    return seen;
}

static void must_agree(const struct seen *a, const struct seen *b) {
    MUST(a->status == b->status && a->bytes == b->bytes && a->sum == b->sum);
    MUST(strcmp(a->err.what, b->err.what) == 0 && strcmp(a->err.file, b->err.file) == 0);
    MUST(strcmp(a->err.hint, b->err.hint) == 0 && a->err.offset == b->err.offset);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct file file;
    static char path[64];
    static int fd = -1;
    struct chosen c = {data, data + size, (uint32_t)crc32_z(0, data, size)};
    if (size < 4 || size > 4096)
        return 0;
    if (fd < 0) {
        MUST((fd = memfd_create("delivery", MFD_CLOEXEC)) >= 0);
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    }
    bool zip = choose(&c, 2), ahead = rarely(&c, 16);
    file.len = 0;
    if (zip)
        zip_make(&file, &c);
    else
        gzip_make(&file, &c);
    damage(&file, &c);
    MUST(ftruncate(fd, 0) == 0);
    MUST(pwrite(fd, file.bytes, file.len, 0) == (ssize_t)file.len);
    struct seen first = read_file(path, hc_inflate_engines[0], false, false);
    for (size_t i = 1; hc_inflate_engines[i]; i++) {
        struct seen other = read_file(path, hc_inflate_engines[i], false, false);
        must_agree(&first, &other);
    }
    if (ahead) {
        struct seen other = read_file(path, NULL, false, true);
        must_agree(&first, &other);
    }
    if (zip) {
        struct seen theirs = read_file(path, NULL, true, false);
        MUST(theirs.status == first.status);
        MUST(first.status != HC_OK ||
             (theirs.bytes == first.bytes && theirs.sum == first.sum));
    }
    return 0;
}

#ifdef __clang__
#pragma clang attribute pop
#endif
