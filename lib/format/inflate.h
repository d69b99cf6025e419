/* Raw deflate and CRC-32 behind a table of decoders. Whichever reads a stream, the bytes, the
 * verdict and the place of a fault are the same (docs/decisions/0090). */
#ifndef HC_FORMAT_INFLATE_H
#define HC_FORMAT_INFLATE_H

#include "base/err.h"

struct hc_inflate_engine {
    const char *name;
    const char *(*version)(void);
    /* NULL when out of memory. */
    void *(*make)(void);
    /* Begin a new stream. */
    void (*reset)(void *state);
    /* Take from *in (advanced) and fill out (*got set). HC_OK: give more input or more
     * room; HC_END: the stream ended, *in stands behind it; HC_EDATA: what follows is no
     * deflate stream, and all bytes before the fault were given. No text: the caller knows
     * where. Without input: what can still be given of the input so far; *got 0 and HC_OK
     * then say that the stream is cut. */
    enum hc_status (*run)(void *state, const uint8_t **in, size_t *in_len, uint8_t *out,
                          size_t out_cap, size_t *got);
    /* Bytes of the stream taken so far; after HC_EDATA up to the fault. */
    uint64_t (*taken)(const void *state);
    void (*drop)(void *state);
    uint32_t (*crc)(uint32_t crc, const uint8_t *bytes, size_t len);
};
/* Those compiled in, the fastest first; NULL ends. */
extern const struct hc_inflate_engine *const hc_inflate_engines[];
/* By name, or NULL; name NULL: the fastest. */
const struct hc_inflate_engine *hc_inflate_engine(const char *name);

#ifdef HC_ISAL
extern const struct hc_inflate_engine hc_inflate_isal;
#endif

#endif
