#include "base/str.h"

#include <stdint.h>
#include <stdlib.h>

int hc_str_cmp(struct hc_str a, struct hc_str b) {
    size_t len = a.len < b.len ? a.len : b.len;
    int order = len ? memcmp(a.ptr, b.ptr, len) : 0;
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

struct hc_str hc_str_trim(struct hc_str text) {
    while (text.len && (text.ptr[0] == ' ' || text.ptr[0] == '\t'))
        text.ptr++, text.len--;
    while (text.len && (text.ptr[text.len - 1] == ' ' || text.ptr[text.len - 1] == '\t'))
        text.len--;
    return text;
}

const char *hc_str_shape(struct hc_str text, char out[HC_SHAPE_SIZE]) {
    enum { SHOWN = 24 };
    size_t len = text.len < SHOWN ? text.len : SHOWN;
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c >= '0' && c <= '9')
            out[i] = '9';
        else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
            out[i] = 'A';
        else
            out[i] = c < 0x20 || c >= 0x7f ? '?' : (char)c;
    }
    strcpy(out + len, text.len > SHOWN ? "..." : "");
    return out;
}

/* Unicode 15, table 3-7: shortest forms only, no surrogates, up to U+10FFFF. */
bool hc_str_is_text(struct hc_str text) {
    const unsigned char *p = (const unsigned char *)text.ptr;
    const unsigned char *end = p + text.len;
    while (p < end) {
        uint64_t eight;
        if (end - p >= 8) { /* all ASCII and none zero: the common case */
            memcpy(&eight, p, 8);
            const uint64_t high = 0x8080808080808080u, ones = 0x0101010101010101u;
            if (!(eight & high) && !((eight - ones) & ~eight & high)) {
                p += 8;
                continue;
            }
        }
        unsigned char c = *p++;
        if (c == 0)
            return false;
        if (c < 0x80)
            continue;
        int more = c >= 0xc2 && c <= 0xdf   ? 1
                   : (c & 0xf0) == 0xe0     ? 2
                   : c >= 0xf0 && c <= 0xf4 ? 3
                                            : 0;
        if (more == 0 || end - p < more)
            return false;
        unsigned char low = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
        unsigned char high = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
        if (*p < low || *p > high)
            return false;
        for (int i = 1; i < more; i++)
            if ((p[i] & 0xc0) != 0x80)
                return false;
        p += more;
    }
    return true;
}

static unsigned char folded(unsigned char c, bool fold) {
    return fold && c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
}

/* Match c against the set whose '[' pattern points at; *after is behind its ']'. A set that
 * is never closed stands for the byte '[' itself. */
static bool in_set(const char *pattern, unsigned char c, bool fold, const char **after) {
    const char *p = pattern + 1;
    bool inverted = *p == '!' || *p == '^', hit = false;
    p += inverted;
    for (bool first = true; *p && (first || *p != ']'); first = false) {
        unsigned char low = folded((unsigned char)*p, fold), high = low;
        if (p[1] == '-' && p[2] && p[2] != ']') {
            high = folded((unsigned char)p[2], fold);
            p += 2;
        }
        p++;
        hit |= c >= low && c <= high;
    }
    if (*p != ']') {
        *after = pattern + 1;
        return c == '[';
    }
    *after = p + 1;
    return hit != inverted;
}

static size_t digits_of(const char *text) {
    return strspn(text, "0123456789");
}

int hc_name_order(const char *a, const char *b) {
    const char *x = a, *y = b;
    while (*x && *y) {
        size_t as = digits_of(x), bs = digits_of(y);
        if (as && bs) {
            for (; as > 1 && *x == '0'; as--)
                x++;
            for (; bs > 1 && *y == '0'; bs--)
                y++;
            int order = as != bs ? (as < bs ? -1 : 1) : memcmp(x, y, as);
            if (order)
                return order;
            x += as;
            y += bs;
        } else if (*x != *y) {
            return (unsigned char)*x < (unsigned char)*y ? -1 : 1;
        } else {
            x++;
            y++;
        }
    }
    int order = (*x != '\0') - (*y != '\0');
    return order ? order : strcmp(a, b);
}

/* One star is remembered at a time: linear but for stars, at worst length times pattern. */
bool hc_str_glob(const char *pattern, struct hc_str name, bool fold) {
    const char *star = NULL;
    size_t i = 0, star_at = 0;
    for (;;) {
        const char *after = pattern + 1;
        bool ok;
        if (*pattern == '*') {
            star = ++pattern;
            star_at = i;
            continue;
        }
        if (i == name.len) {
            if (*pattern == 0)
                return true;
            return false;
        }
        unsigned char c = folded((unsigned char)name.ptr[i], fold);
        if (*pattern == 0)
            ok = false;
        else if (*pattern == '?')
            ok = true;
        else if (*pattern == '[')
            ok = in_set(pattern, c, fold, &after);
        else
            ok = folded((unsigned char)*pattern, fold) == c;
        if (ok) {
            pattern = after;
            i++;
        } else if (star) {
            pattern = star;
            i = ++star_at;
        } else {
            return false;
        }
    }
}

enum { WORD_MAX = 64 };

static size_t distance(struct hc_str a, struct hc_str b) {
    size_t row[WORD_MAX + 1];
    for (size_t j = 0; j <= b.len; j++)
        row[j] = j;
    for (size_t i = 0; i < a.len; i++) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < b.len; j++) {
            size_t change = diagonal + (a.ptr[i] != b.ptr[j]);
            size_t best = row[j] < row[j + 1] ? row[j] + 1 : row[j + 1] + 1;
            diagonal = row[j + 1];
            row[j + 1] = change < best ? change : best;
        }
    }
    return row[b.len];
}

const char *hc_str_nearest(struct hc_str word, const char *const *candidates) {
    const char *nearest = NULL;
    if (word.len == 0 || word.len > WORD_MAX)
        return NULL;
    size_t best = word.len / 3 + 1; /* must be below */
    if (best < 2)
        best = 2;
    for (; *candidates; candidates++) {
        struct hc_str candidate = hc_str_of(*candidates);
        if (candidate.len > WORD_MAX)
            continue;
        size_t far = distance(word, candidate);
        if (far < best) {
            best = far;
            nearest = *candidates;
        }
    }
    return nearest;
}
