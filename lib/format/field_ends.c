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
    end[fields++] = (uint32_t)record.len; /* room for max + 1 */
    return fields;
}

#ifdef __SSE2__
size_t hc_field_ends(struct hc_str record, char delimiter, uint32_t *end, size_t max) {
    const __m128i want = _mm_set1_epi8(delimiter);
    size_t fields = 0, at = 0;
    for (; record.len - at >= 16; at += 16) {
        __m128i v = _mm_loadu_si128((const __m128i *)(const void *)(record.ptr + at));
        unsigned hits = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, want));
        for (; hits; hits &= hits - 1) {
            if (fields == max)
                return max + 1;
            end[fields++] = (uint32_t)(at + (size_t)__builtin_ctz(hits));
        }
    }
    for (; at < record.len; at++) {
        if (record.ptr[at] != delimiter)
            continue;
        if (fields == max)
            return max + 1;
        end[fields++] = (uint32_t)at;
    }
    end[fields++] = (uint32_t)record.len;
    return fields;
}
#else
size_t hc_field_ends(struct hc_str record, char delimiter, uint32_t *end, size_t max) {
    return hc_field_ends_scalar(record, delimiter, end, max);
}
#endif
