/* Deflate by isa-l, block by block, under zlib's eyes. isa-l takes code tables that zlib
 * refuses, tells faults late and elsewhere, and reads beyond an end. So zlib reads the head
 * of each block, isa-l its body, with the block marked as the last so that it stops behind
 * it. A body in which isa-l finds a fault, or which ends too soon or is too long to be
 * kept, is read again by zlib from its start: what zlib says of it counts. Small streams,
 * small and stored blocks are not worth it; zlib reads them (docs/decisions/0090). */
#include "format/inflate.h"

#ifdef HC_ISAL

#include <isa-l.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#define ZLIB_CONST
#include <zlib.h>

enum {
    WINDOW = 32 << 10,
    HELD = 256 << 10, /* packed bytes of a block; nearly all are below 64 KiB */
    STEP = 32 << 10,  /* of them at a time */
    LARGE = 8 << 10,  /* expanded: blocks behind such a one are read by isa-l */
    FIRST = 2 << 10   /* packed bytes at hand from which it reads a stream's first block */
};

enum at { AT_ZLIB, AT_HEAD, AT_BODY, AT_END };

struct isal {
    enum at at;
    z_stream z;
    bool z_window;                /* zlib knows the bytes before its block */
    uint8_t last;                 /* byte that zlib took */
    bool final;                   /* the block is the stream's last */
    uint64_t block_out;           /* bytes of the block given */
    size_t held_len, head, fresh; /* head: bytes of its head; fresh: of this call */
    unsigned shift;               /* bits of held[0] that are of the block before */
    size_t again;                 /* zlib reads held from here; held_len: done */
    uint64_t discard;             /* bytes that zlib gives again */
    size_t window_len;
    size_t tail_len;
    uint64_t taken;
    bool failed;
    /* large, and not cleared: */
    struct inflate_state body;
    uint8_t held[HELD];       /* packed bytes of the block */
    uint8_t window[WINDOW];   /* bytes before the block */
    uint8_t tail[2 * WINDOW]; /* the last bytes of the calls before */
};

struct io { /* of one call */
    const uint8_t *in;
    size_t in_len;
    uint8_t *out;
    size_t room, got;
    bool none; /* the caller has no more input */
    bool idle; /* nothing to do without more input or room */
};

static const char *isal_version(void) {
#ifdef ISAL_MAJOR_VERSION
#define TEXT(x) #x
#define NUMBER(x) TEXT(x)
    return NUMBER(ISAL_MAJOR_VERSION) "." NUMBER(ISAL_MINOR_VERSION) "." NUMBER(
        ISAL_PATCH_VERSION);
#else
    return "";
#endif
}

static void *isal_make(void) {
    struct isal *s = malloc(sizeof *s);
    if (s)
        memset(s, 0, offsetof(struct isal, body));
    if (s && inflateInit2(&s->z, -MAX_WBITS) != Z_OK) {
        free(s);
        s = NULL;
    }
    if (s)
        isal_inflate_init(&s->body);
    return s;
}

static void isal_reset(void *state) {
    struct isal *s = state;
    inflateReset(&s->z);
    s->at = AT_ZLIB;
    s->z_window = true;
    s->block_out = s->discard = s->taken = 0;
    s->held_len = s->again = s->tail_len = 0;
    s->failed = false;
}

/* ---- bytes taken and given ---- */

static void hold(struct isal *s, struct io *io, size_t len) {
    if (len == 0)
        return;
    memcpy(s->held + s->held_len, io->in, len);
    s->held_len += len;
    s->fresh += len;
    io->in += len;
    io->in_len -= len;
    s->taken += len;
}

/* The last len bytes held are not needed yet. */
static void give_back(struct isal *s, struct io *io, size_t len) {
    s->held_len -= len;
    s->fresh -= len;
    io->in -= len;
    io->in_len += len;
    s->taken -= len;
}

static void keep_tail(struct isal *s, const uint8_t *out, size_t len) {
    if (len >= WINDOW) {
        memcpy(s->tail, out + len - WINDOW, WINDOW);
        s->tail_len = WINDOW;
        return;
    }
    if (s->tail_len + len > sizeof s->tail) {
        memmove(s->tail, s->tail + s->tail_len - WINDOW, WINDOW);
        s->tail_len = WINDOW;
    }
    memcpy(s->tail + s->tail_len, out, len);
    s->tail_len += len;
}

/* What a block that starts here may refer to. */
static void set_window(struct isal *s, const struct io *io) {
    size_t late = io->got < WINDOW ? io->got : WINDOW;
    size_t early = s->tail_len < WINDOW - late ? s->tail_len : WINDOW - late;
    memcpy(s->window, s->tail + s->tail_len - early, early);
    memcpy(s->window + early, io->out + io->got - late, late);
    s->window_len = early + late;
}

static enum hc_status tell_window(struct isal *s) {
    if (!s->z_window && s->window_len &&
        inflateSetDictionary(&s->z, s->window, (uInt)s->window_len) != Z_OK)
        return HC_ENOMEM;
    s->z_window = true;
    return HC_OK;
}

/* A block starts with the last bits of byte, isa-l may read it. */
static void start_block(struct isal *s, const struct io *io, unsigned bits, uint8_t byte) {
    set_window(s, io);
    s->held[0] = byte;
    s->held_len = s->again = bits > 0;
    s->shift = bits ? 8 - bits : 0;
    s->fresh = 0;
    s->block_out = 0;
    s->at = AT_HEAD;
}

/* ---- the steps ---- */

/* zlib reads; from what is held, where it reads a block again. */
static enum hc_status by_zlib(struct isal *s, struct io *io) {
    uint8_t dropped[4096];
    z_stream *z = &s->z;
    bool held = s->again < s->held_len;
    size_t in = held ? s->held_len - s->again : io->in_len;
    size_t room = s->discard ? sizeof dropped : io->room - io->got;
    if (s->discard && s->discard < room)
        room = (size_t)s->discard;
    in = in < UINT_MAX ? in : UINT_MAX;
    room = room < UINT_MAX ? room : UINT_MAX;
    z->next_in = held ? s->held + s->again : io->in;
    z->avail_in = (uInt)in;
    z->next_out = s->discard ? dropped : io->out + io->got;
    z->avail_out = (uInt)room;
    int code = inflate(z, Z_BLOCK);
    in -= z->avail_in;
    room -= z->avail_out;
    if (in > 0)
        s->last = z->next_in[-1];
    if (held) {
        s->again += in;
    } else {
        s->taken += in;
        io->in_len -= in;
        io->in += in;
    }
    if (s->discard) {
        s->discard -= room;
    } else {
        io->got += room;
        s->block_out += room;
    }
    io->idle = in == 0 && room == 0 && !(z->data_type & 128);
    if (code == Z_MEM_ERROR)
        return HC_ENOMEM;
    if (code == Z_DATA_ERROR ||
        (s->discard && (code == Z_STREAM_END || (code == Z_OK && z->data_type & 128)))) {
        size_t behind = s->held_len - s->again;
        give_back(s, io, behind < s->fresh ? behind : s->fresh); /* nobody asks for more */
        return HC_EDATA; /* the latter: isa-l gave bytes that are not there */
    }
    if (code == Z_STREAM_END) {
        size_t behind = s->held_len - s->again;
        s->at = AT_END;
        if (behind > s->fresh)
            return HC_EDATA;
        give_back(s, io, behind);
        return HC_END;
    }
    if (code == Z_OK && (z->data_type & 192) == 128) { /* a block's end, not the last's */
        bool large = s->block_out >= LARGE && s->again == s->held_len;
        s->block_out = 0;
        if (large)
            start_block(s, io, (unsigned)z->data_type & 7, s->last);
    }
    return HC_OK;
}

/* zlib reads the body from its start, and all that follows. */
static enum hc_status hand_over(struct isal *s) {
    s->at = AT_ZLIB;
    s->again = s->head;
    s->discard = s->block_out;
    return tell_window(s);
}

static enum hc_status start_body(struct isal *s) {
    struct inflate_state *body = &s->body;
    isal_inflate_reset(body);
    if (s->window_len &&
        isal_inflate_set_dict(body, s->window, (uint32_t)s->window_len) != COMP_OK)
        return hand_over(s);
    s->final = s->held[0] >> s->shift & 1;
    body->read_in = (uint64_t)(s->held[0] >> s->shift) | 1; /* marked as the last */
    body->read_in_length = 8 - (int32_t)s->shift;
    body->next_in = s->held + 1;
    body->avail_in = (uint32_t)s->held_len - 1;
    s->at = AT_BODY;
    return HC_OK;
}

/* zlib reads the head of a block, which is below 400 bytes. */
static enum hc_status read_head(struct isal *s, struct io *io) {
    z_stream *z = &s->z;
    size_t in = io->in_len < STEP ? io->in_len : STEP;
    uint8_t none;
    z->next_in = io->in;
    z->avail_in = (uInt)in;
    z->next_out = &none;
    z->avail_out = 1;
    int code = inflate(z, Z_TREES);
    in -= z->avail_in;
    hold(s, io, in);
    s->head = s->again = s->held_len;
    if (code == Z_MEM_ERROR)
        return HC_ENOMEM;
    if (code == Z_DATA_ERROR)
        return HC_EDATA;
    if (!(z->data_type & 256)) {
        io->idle = true;
        return HC_OK;
    }
    unsigned first = s->held[0] | (s->held_len > 1 ? s->held[1] : 0u) << 8;
    if ((first >> s->shift & 6) != 0)
        return start_body(s);
    s->at = AT_ZLIB; /* stored */
    return tell_window(s);
}

static enum hc_status end_block(struct isal *s, struct io *io) {
    const struct inflate_state *body = &s->body;
    unsigned bits = (unsigned)body->read_in_length % 8;
    size_t behind = body->avail_in + (size_t)body->read_in_length / 8;
    if (behind > s->fresh)
        return HC_EDATA; /* cannot be: what was held before was not enough for its end */
    give_back(s, io, behind);
    s->again = s->held_len;
    if (s->final) {
        s->at = AT_END;
        return HC_END;
    }
    unsigned left = (unsigned)body->read_in & ((1u << bits) - 1);
    bool large = s->block_out >= LARGE;
    inflateReset(&s->z);
    s->z_window = false;
    if (bits)
        inflatePrime(&s->z, (int)bits, (int)left);
    start_block(s, io, bits, (uint8_t)(left << (8 - bits)));
    if (large)
        return HC_OK;
    s->at = AT_ZLIB;
    s->held_len = s->again = 0;
    return tell_window(s);
}

static enum hc_status read_body(struct isal *s, struct io *io) {
    struct inflate_state *body = &s->body;
    size_t take = io->in_len < STEP ? io->in_len : STEP, room = io->room - io->got;
    if (room == 0) {
        io->idle = true;
        return HC_OK;
    }
    if (take > HELD - s->held_len)
        return hand_over(s);
    hold(s, io, take);
    room = room < UINT_MAX ? room : UINT_MAX;
    body->avail_in += (uint32_t)take;
    body->next_out = io->out + io->got;
    body->avail_out = (uint32_t)room;
    int code = isal_inflate(body);
    if (code != ISAL_DECOMP_OK)
        return hand_over(s);
    room -= body->avail_out;
    io->got += room;
    s->block_out += room;
    if (body->block_state == ISAL_BLOCK_FINISH)
        return end_block(s, io);
    if (body->avail_out == 0) { /* unused input stays with the caller: it may be behind the
                                 * stream's end */
        size_t whole = (size_t)body->read_in_length / 8;
        give_back(s, io, body->avail_in);
        body->avail_in = 0;
        whole = whole < s->fresh ? whole : s->fresh;
        give_back(s, io, whole);
        body->next_in = s->held + s->held_len;
        body->read_in_length -= 8 * (int32_t)whole;
        if (body->read_in_length < 64)
            body->read_in &= ((uint64_t)1 << body->read_in_length) - 1;
        io->idle = true;
    } else if (io->none && room == 0) {
        return hand_over(s); /* a symbol may be whole that isa-l looks up together with the
                              * one behind it */
    } else {
        io->idle = io->in_len == 0 && !io->none;
    }
    return HC_OK;
}

static enum hc_status isal_run(void *state, const uint8_t **in, size_t *in_len,
                               uint8_t *out, size_t out_cap, size_t *got) {
    struct isal *s = state;
    struct io io = {.in = *in_len ? *in : s->held,
                    .in_len = *in_len,
                    .out = out,
                    .room = out_cap,
                    .none = *in_len == 0};
    enum hc_status status = s->failed ? HC_EDATA : HC_OK;
    s->fresh = 0;
    if (s->at == AT_ZLIB && s->taken == 0 && io.in_len >= FIRST && status == HC_OK)
        start_block(s, &io, 0, 0);
    while (status == HC_OK && !io.idle)
        status = s->at == AT_ZLIB   ? by_zlib(s, &io)
                 : s->at == AT_HEAD ? read_head(s, &io)
                 : s->at == AT_BODY ? read_body(s, &io)
                                    : HC_END;
    keep_tail(s, out, io.got);
    if (!io.none)
        *in = io.in;
    *in_len = io.in_len;
    *got = io.got;
    s->failed = status == HC_EDATA;
    return s->failed && io.got > 0 ? HC_OK
                                   : status; /* told when the bytes before it are given */
}

static uint64_t isal_taken(const void *state) {
    const struct isal *s = state;
    return s->taken - (s->held_len - s->again);
}

static void isal_drop(void *state) {
    struct isal *s = state;
    if (s)
        inflateEnd(&s->z);
    free(s);
}

static uint32_t isal_crc(uint32_t crc, const uint8_t *bytes, size_t len) {
    return crc32_gzip_refl(crc, bytes, len);
}

const struct hc_inflate_engine hc_inflate_isal = {"isa-l",    isal_version, isal_make,
                                                  isal_reset, isal_run,     isal_taken,
                                                  isal_drop,  isal_crc};

#endif
