#include "base/arena.h"

#include <stdarg.h>
#include <stdlib.h>

struct hc_arena_block {
    struct hc_arena_block *before;
    size_t size, used; /* of the bytes behind this header */
};
enum {
    HEADER = (sizeof(struct hc_arena_block) + 15) & ~(size_t)15,
    FIRST_BLOCK = 4096 - HEADER,
    LARGEST_STEP = 1 << 20,
};

static struct hc_arena_block *add_block(struct hc_arena *arena, size_t size) {
    size_t want = arena->last ? arena->last->size * 2 : FIRST_BLOCK;
    if (want > LARGEST_STEP)
        want = LARGEST_STEP;
    if (want < size)
        want = size;
    if (want > SIZE_MAX - HEADER)
        return NULL;
    struct hc_arena_block *block = malloc(HEADER + want);
    if (!block)
        return NULL;
    *block = (struct hc_arena_block){arena->last, want, 0};
    arena->last = block;
    /* cppcheck-suppress memleak */
    return block;
}

void *hc_arena_alloc(struct hc_arena *arena, size_t size) {
    if (size > SIZE_MAX - 15)
        return NULL;
    size = (size + 15) & ~(size_t)15;
    struct hc_arena_block *block = arena->last;
    if (!block || block->size - block->used < size)
        block = add_block(arena, size);
    if (!block)
        return NULL;
    void *bytes = (char *)block + HEADER + block->used;
    block->used += size;
    arena->used_bytes += size;
    return bytes;
}

void *hc_arena_zalloc(struct hc_arena *arena, size_t size) {
    void *bytes = hc_arena_alloc(arena, size);
    if (bytes)
        memset(bytes, 0, size);
    return bytes;
}

char *hc_arena_copy(struct hc_arena *arena, struct hc_str text) {
    char *copy = text.len < SIZE_MAX ? hc_arena_alloc(arena, text.len + 1) : NULL;
    if (!copy)
        return NULL;
    if (text.len)
        memcpy(copy, text.ptr, text.len);
    copy[text.len] = 0;
    return copy;
}

char *hc_arena_printf(struct hc_arena *arena, const char *format, ...) {
    va_list args;
    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = len < 0 ? NULL : hc_arena_alloc(arena, (size_t)len + 1);
    if (!text)
        return NULL;
    va_start(args, format);
    vsnprintf(text, (size_t)len + 1, format, args);
    va_end(args);
    return text;
}

void hc_arena_reset(struct hc_arena *arena) {
    struct hc_arena_block *largest = NULL;
    for (struct hc_arena_block *block = arena->last, *before; block; block = before) {
        before = block->before;
        if (largest && largest->size >= block->size) {
            free(block);
        } else {
            free(largest);
            largest = block;
        }
    }
    if (largest)
        largest->before = NULL, largest->used = 0;
    arena->last = largest;
    arena->used_bytes = 0;
}

void hc_arena_free(struct hc_arena *arena) {
    for (struct hc_arena_block *block = arena->last, *before; block; block = before) {
        before = block->before;
        free(block);
    }
    *arena = (struct hc_arena){0};
}

void hc_arena_adopt(struct hc_arena *arena, struct hc_arena *from) {
    struct hc_arena_block *oldest = from->last;
    if (!arena->last) {
        arena->last = from->last;
    } else if (oldest) {
        while (oldest->before)
            oldest = oldest->before;
        oldest->before = arena->last->before;
        arena->last->before = from->last;
    }
    arena->used_bytes += from->used_bytes;
    *from = (struct hc_arena){0};
}

bool hc_buf_reserve(struct hc_buf *buf, size_t more) {
    if (buf->failed)
        return false;
    if (more <= buf->cap - buf->len)
        return true;
    size_t cap = buf->cap + buf->cap / 2;
    if (more > SIZE_MAX / 2 - buf->len) {
        buf->failed = true;
        return false;
    }
    if (cap < buf->len + more)
        cap = buf->len + more;
    if (cap < 64)
        cap = 64;
    uint8_t *ptr = realloc(buf->ptr, cap);
    if (!ptr) {
        buf->failed = true;
        return false;
    }
    buf->ptr = ptr;
    buf->cap = cap;
    return true;
}

void hc_buf_put(struct hc_buf *buf, const void *bytes, size_t len) {
    if (len == 0 || !hc_buf_reserve(buf, len))
        return;
    memcpy(buf->ptr + buf->len, bytes, len);
    buf->len += len;
}

void hc_buf_puts(struct hc_buf *buf, const char *text) {
    hc_buf_put(buf, text, strlen(text));
}

void hc_buf_putc(struct hc_buf *buf, char byte) {
    hc_buf_put(buf, &byte, 1);
}

void hc_buf_printf(struct hc_buf *buf, const char *format, ...) {
    va_list args;
    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0)
        buf->failed = true;
    if (len < 0 || !hc_buf_reserve(buf, (size_t)len + 1))
        return;
    va_start(args, format);
    vsnprintf((char *)buf->ptr + buf->len, (size_t)len + 1, format, args);
    va_end(args);
    buf->len += (size_t)len;
}

const char *hc_buf_text(struct hc_buf *buf) {
    if (!hc_buf_reserve(buf, 1))
        return "";
    buf->ptr[buf->len] = 0;
    return (const char *)buf->ptr;
}

void hc_buf_free(struct hc_buf *buf) {
    free(buf->ptr);
    *buf = (struct hc_buf){0};
}
