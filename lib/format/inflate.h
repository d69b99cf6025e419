/* Raw deflate and CRC-32 behind a table of engines, so that a faster one is one more row.
 */
#ifndef HC_FORMAT_INFLATE_H
#define HC_FORMAT_INFLATE_H

#include "base/err.h"

struct hc_inflate_engine {
    const char *name;
    /* NULL when out of memory. */
    void *(*make)(void);
    /* Begin a new stream. */
    void (*reset)(void *state);
    /* Take from *in (advanced) and fill out (*got set). HC_OK: give more input or more
     * room; HC_END: the stream ended, *in stands behind it; HC_EDATA: these bytes are no
     * deflate stream. No text: the caller knows where. */
    enum hc_status (*run)(void *state, const uint8_t **in, size_t *in_len, uint8_t *out,
                          size_t out_cap, size_t *got);
    void (*drop)(void *state);
    uint32_t (*crc)(uint32_t crc, const uint8_t *bytes, size_t len);
};
/* The first row that is compiled in. */
const struct hc_inflate_engine *hc_inflate_engine(void);

#endif
