#include "format/inflate.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#define ZLIB_CONST
#include <zlib.h>

static void *zlib_make(void) {
    z_stream *z = calloc(1, sizeof *z);
    if (z && inflateInit2(z, -MAX_WBITS) != Z_OK) {
        free(z);
        z = NULL;
    }
    return z;
}

static void zlib_reset(void *state) {
    inflateReset(state);
}

static enum hc_status zlib_run(void *state, const uint8_t **in, size_t *in_len,
                               uint8_t *out, size_t out_cap, size_t *got) {
    z_stream *z = state;
    size_t take = *in_len < UINT_MAX ? *in_len : UINT_MAX;
    size_t room = out_cap < UINT_MAX ? out_cap : UINT_MAX;
    z->next_in = *in;
    z->avail_in = (uInt)take;
    z->next_out = out;
    z->avail_out = (uInt)room;
    int code = inflate(z, Z_NO_FLUSH);
    *in += take - z->avail_in;
    *in_len -= take - z->avail_in;
    *got = room - z->avail_out;
    if (code == Z_STREAM_END)
        return HC_END;
    /* Z_BUF_ERROR: nothing to do without more input or room; not an error here */
    return code == Z_OK || code == Z_BUF_ERROR ? HC_OK
           : code == Z_MEM_ERROR               ? HC_ENOMEM
                                               : HC_EDATA;
}

static void zlib_drop(void *state) {
    if (state) {
        inflateEnd(state);
        free(state);
    }
}

static uint32_t zlib_crc(uint32_t crc, const uint8_t *bytes, size_t len) {
    return (uint32_t)crc32_z(crc, bytes, len);
}

static const struct hc_inflate_engine engines[] = {
    {"zlib", zlib_make, zlib_reset, zlib_run, zlib_drop, zlib_crc},
};

const struct hc_inflate_engine *hc_inflate_engine(void) {
    return &engines[0];
}
