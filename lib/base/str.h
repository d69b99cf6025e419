/* A stretch of bytes that somebody else owns. Not NUL-terminated. */
#ifndef HC_BASE_STR_H
#define HC_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct hc_str {
    const char *ptr;
    size_t len;
};

#define HC_STR(literal) ((struct hc_str){(literal), sizeof(literal) - 1})

static inline struct hc_str hc_str_of(const char *text) {
    return (struct hc_str){text, text ? strlen(text) : 0};
}
static inline bool hc_str_eq(struct hc_str a, struct hc_str b) {
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}
static inline bool hc_str_is(struct hc_str a, const char *text) {
    return hc_str_eq(a, hc_str_of(text));
}

/* Byte order, shorter first where one is the start of the other: <0, 0, >0. */
int hc_str_cmp(struct hc_str a, struct hc_str b);

/* Without blanks (space, tab) at either end. */
struct hc_str hc_str_trim(struct hc_str text);

/* The shape of a value, safe to show: digits become 9, letters A, bytes above 127 and
 * control bytes '?', all else stays; at most 24 bytes, then "...". Returns out. */
#define HC_SHAPE_SIZE 32
const char *hc_str_shape(struct hc_str text, char out[HC_SHAPE_SIZE]);

/* Is it valid UTF-8 with no NUL? */
bool hc_str_is_text(struct hc_str text);

/* Shell-style match of a whole name: '*' any run, '?' one byte, [abc] and [a-z] a set;
 * case-insensitive when fold. */
bool hc_str_glob(const char *pattern, struct hc_str name, bool fold);

/* Order of names as people count: part-9 before part-10, 0 only for the same bytes. */
int hc_name_order(const char *a, const char *b);

/* The nearest of candidates (NULL-terminated) to a mistyped word, or NULL when none is near
 * (edit distance over a third of the word). For "did you mean". */
const char *hc_str_nearest(struct hc_str word, const char *const *candidates);

#endif
