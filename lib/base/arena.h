/* Memory that is freed all at once, and a byte buffer that grows. */
#ifndef HC_BASE_ARENA_H
#define HC_BASE_ARENA_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

struct hc_arena_block;
struct hc_arena { /* zero-initialise; hc_arena_free() when done */
    struct hc_arena_block *last;
    size_t used_bytes; /* handed out since the last reset */
};

/* size bytes aligned to 16, not cleared; NULL when out of memory. */
void *hc_arena_alloc(struct hc_arena *arena, size_t size);
/* The same, cleared. */
void *hc_arena_zalloc(struct hc_arena *arena, size_t size);
/* A NUL-terminated copy; NULL when out of memory. */
char *hc_arena_copy(struct hc_arena *arena, struct hc_str text);
char *hc_arena_printf(struct hc_arena *arena, const char *format, ...) HC_PRINTF(2, 3);
/* Forget everything handed out, keep the largest block for reuse. */
void hc_arena_reset(struct hc_arena *arena);
void hc_arena_free(struct hc_arena *arena);
/* What `from` handed out lives as long as what arena does; `from` is left empty. */
void hc_arena_adopt(struct hc_arena *arena, struct hc_arena *from);

struct hc_buf { /* zero-initialise; hc_buf_free() when done */
    uint8_t *ptr;
    size_t len;
    size_t cap;
    bool failed; /* sticky: an append ran out of memory; check once at the end */
};

/* Make room for more bytes beyond len; false (and failed) when out of memory. */
bool hc_buf_reserve(struct hc_buf *buf, size_t more);
void hc_buf_put(struct hc_buf *buf, const void *bytes, size_t len);
void hc_buf_puts(struct hc_buf *buf, const char *text);
void hc_buf_putc(struct hc_buf *buf, char byte);
void hc_buf_printf(struct hc_buf *buf, const char *format, ...) HC_PRINTF(2, 3);
/* The contents with a NUL behind them (not counted); "" when empty or failed. */
const char *hc_buf_text(struct hc_buf *buf);
static inline struct hc_str hc_buf_str(const struct hc_buf *buf) {
    return (struct hc_str){(const char *)buf->ptr, buf->len};
}
static inline void hc_buf_clear(struct hc_buf *buf) {
    buf->len = 0;
}
void hc_buf_free(struct hc_buf *buf);

#endif
