#include "format/inflate.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#define ZLIB_CONST
#include <zlib.h>

struct zlib {
    z_stream z;
    uint64_t taken;
};

static const char *zlib_is(void) {
    return zlibVersion();
}

static void *zlib_make(void) {
    struct zlib *s = calloc(1, sizeof *s);
    if (s && inflateInit2(&s->z, -MAX_WBITS) != Z_OK) {
        free(s);
        s = NULL;
    }
    return s;
}

static void zlib_reset(void *state) {
    struct zlib *s = state;
    inflateReset(&s->z);
    s->taken = 0;
}

static enum hc_status zlib_run(void *state, const uint8_t **in, size_t *in_len,
                               uint8_t *out, size_t out_cap, size_t *got) {
    struct zlib *s = state;
    z_stream *z = &s->z;
    size_t take = *in_len < UINT_MAX ? *in_len : UINT_MAX;
    size_t room = out_cap < UINT_MAX ? out_cap : UINT_MAX;
    z->next_in = *in;
    z->avail_in = (uInt)take;
    z->next_out = out;
    z->avail_out = (uInt)room;
    int code = inflate(z, Z_NO_FLUSH);
    take -= z->avail_in;
    s->taken += take;
    if (take > 0) /* without input there may be no *in */
        *in += take;
    *in_len -= take;
    *got = room - z->avail_out;
    if (code == Z_STREAM_END)
        return HC_END;
    /* Z_BUF_ERROR: nothing to do without more input or room; not an error here. An error
     * stays and is told again, when the bytes before it were given. */
    if (code == Z_OK || code == Z_BUF_ERROR || (code == Z_DATA_ERROR && *got > 0))
        return HC_OK;
    return code == Z_MEM_ERROR ? HC_ENOMEM : HC_EDATA;
}

static uint64_t zlib_taken(const void *state) {
    return ((const struct zlib *)state)->taken;
}

static void zlib_drop(void *state) {
    struct zlib *s = state;
    if (s)
        inflateEnd(&s->z);
    free(s);
}

static uint32_t zlib_crc(uint32_t crc, const uint8_t *bytes, size_t len) {
    return (uint32_t)crc32_z(crc, bytes, len);
}

static const struct hc_inflate_engine by_zlib = {
    "zlib", zlib_is, zlib_make, zlib_reset, zlib_run, zlib_taken, zlib_drop, zlib_crc};

const struct hc_inflate_engine *const hc_inflate_engines[] = {
#ifdef HC_ISAL
    &hc_inflate_isal,
#endif
    &by_zlib,
    NULL,
};

const struct hc_inflate_engine *hc_inflate_engine(const char *name) {
    size_t i = 0;
    while (name && hc_inflate_engines[i] && strcmp(hc_inflate_engines[i]->name, name) != 0)
        i++;
    return hc_inflate_engines[i];
}
