#include "format/field_ends.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

size_t hc_field_ends_scalar(struct hc_str record, char delimiter, uint32_t *end,
                            size_t max) {
    size_t fields = 0;
    for (size_t i = 0; i < record.len; i++) {
        if (record.ptr[i] != delimiter)
            continue;
        if (fields == max)
            return max + 1;
        end[fields++] = (uint32_t)i;
    }
    end[fields++] = (uint32_t)record.len;
    return fields;
}

size_t hc_quoted_ends_scalar(struct hc_str record, char delimiter, uint32_t *end,
                             size_t max, bool *pairs) {
    size_t fields = 0;
    bool inside = false, begins = true, closed = false; /* what stands before i */
    *pairs = false;
    for (size_t i = 0; i < record.len; i++) {
        char c = record.ptr[i];
        if (c == '"') {
            if (!inside && !begins && !closed)
                return 0;
            *pairs |= closed;
            closed = inside;
            inside = !inside;
            begins = false;
            continue;
        }
        if (closed && c != delimiter)
            return 0;
        begins = c == delimiter && !inside;
        closed = false;
        if (begins && fields <= max)
            end[fields++] = (uint32_t)i;
    }
    if (inside)
        return 0;
    if (fields <= max)
        end[fields++] = (uint32_t)record.len;
    return fields;
}

#ifdef __SSE2__
#define STEP 64

/* One bit a byte of the 64: is it the wanted one? */
static inline uint64_t matches(const char *bytes, __m128i want) {
    uint64_t mask = 0;
    for (int i = 0; i < 4; i++) {
        __m128i v = _mm_loadu_si128((const __m128i *)(const void *)(bytes + 16 * i));
        unsigned hits = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, want));
        mask |= (uint64_t)hits << (16 * i);
    }
    return mask;
}

/* The next 64 bytes of the record; its last ones with zeros behind. */
static inline const char *step_of(struct hc_str record, size_t at, char tail[STEP]) {
    if (record.len - at >= STEP)
        return record.ptr + at;
    memset(tail, 0, STEP);
    memcpy(tail, record.ptr + at, record.len - at);
    return tail;
}

static inline size_t put_ends(uint64_t hits, size_t at, uint32_t *end, size_t fields) {
    for (; hits; hits &= hits - 1)
        end[fields++] = (uint32_t)(at + (size_t)__builtin_ctzll(hits));
    return fields;
}

size_t hc_field_ends(struct hc_str record, char delimiter, uint32_t *end, size_t max) {
    const __m128i want = _mm_set1_epi8(delimiter);
    size_t fields = 0;
    char tail[STEP];
    for (size_t at = 0; at < record.len; at += STEP) {
        fields = put_ends(matches(step_of(record, at, tail), want), at, end, fields);
        if (fields > max)
            return max + 1;
    }
    end[fields++] = (uint32_t)record.len;
    return fields;
}

/* Bit i of the result: is the number of bits up to and with i odd? */
static inline uint64_t odd_so_far(uint64_t bits) {
    for (int shift = 1; shift < 64; shift *= 2)
        bits ^= bits << shift;
    return bits;
}

size_t hc_quoted_ends(struct hc_str record, char delimiter, uint32_t *end, size_t max,
                      bool *pairs) {
    const __m128i want = _mm_set1_epi8(delimiter), quote = _mm_set1_epi8('"');
    size_t fields = 0;
    uint64_t within = 0, before = 1, closed = 0, bad = 0,
             doubled = 0; /* from step to step */
    char tail[STEP];
    for (size_t at = 0; at < record.len; at += STEP) {
        const char *bytes = step_of(record, at, tail);
        uint64_t quotes = matches(bytes, quote);
        uint64_t inside = odd_so_far(quotes) ^ within; /* from an opening quote on */
        uint64_t ends = matches(bytes, want) & ~inside;
        uint64_t opening = quotes & inside, closing = quotes & ~inside;
        uint64_t after_end = ends << 1 | before, after_closing = closing << 1 | closed;
        uint64_t left = record.len - at;
        uint64_t real = left < STEP ? ((uint64_t)1 << left) - 1 : UINT64_MAX;
        bad |= (opening & ~(after_end | after_closing)) |
               (after_closing & ~(ends | opening) & real);
        doubled |= opening & after_closing;
        before = ends >> 63;
        closed = closing >> 63;
        within = 0 - (inside >> 63);
        if (fields <= max)
            fields = put_ends(ends, at, end, fields);
    }
    *pairs = doubled != 0;
    if (bad || within)
        return 0;
    if (fields > max)
        return max + 1;
    end[fields++] = (uint32_t)record.len;
    return fields;
}
#else
size_t hc_field_ends(struct hc_str record, char delimiter, uint32_t *end, size_t max) {
    return hc_field_ends_scalar(record, delimiter, end, max);
}
size_t hc_quoted_ends(struct hc_str record, char delimiter, uint32_t *end, size_t max,
                      bool *pairs) {
    return hc_quoted_ends_scalar(record, delimiter, end, max, pairs);
}
#endif
