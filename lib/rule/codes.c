#include "rule/codes.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/map.h"

#define LIST_LIMIT ((size_t)8 << 20)
#define RANGE_LIMIT 100000

struct span {
    uint32_t next; /* another span of the same code; NO_SPAN ends */
    hc_day start, end;
};
#define NO_SPAN UINT32_MAX
struct hc_codes {
    struct hc_map *map;
    uint32_t *first; /* by code: its spans */
    size_t cap_first;
    struct span *span;
    size_t spans, cap;
};
struct reading {
    struct hc_codes *codes;
    const char *name;
    unsigned line;
    struct hc_buf faults;
};

void hc_codes_free(struct hc_codes *c) {
    if (!c)
        return;
    hc_map_free(c->map);
    free(c->first);
    free(c->span);
    free(c);
}

static void fault(struct reading *r, const char *what) {
    hc_buf_printf(&r->faults, "%s%s:%u: %s", r->faults.len ? "\n" : "", r->name, r->line,
                  what);
}

static enum hc_status add_code(struct hc_codes *c, struct hc_str code, hc_day start,
                               hc_day end, struct hc_err *err) {
    uint32_t id;
    bool added;
    enum hc_status status = hc_map_add(c->map, code, &id, &added, err);
    if (status != HC_OK)
        return status;
    if (id >= c->cap_first) {
        size_t cap = c->cap_first ? 2 * c->cap_first : 256;
        uint32_t *grown = realloc(c->first, cap * sizeof *grown);
        if (!grown)
            return hc_fail_memory(err);
        c->first = grown;
        c->cap_first = cap;
    }
    if (c->spans == c->cap) {
        size_t cap = c->cap ? 2 * c->cap : 256;
        struct span *grown = realloc(c->span, cap * sizeof *grown);
        if (!grown)
            return hc_fail_memory(err);
        c->span = grown;
        c->cap = cap;
    }
    c->span[c->spans] = (struct span){added ? NO_SPAN : c->first[id], start, end};
    c->first[id] = (uint32_t)c->spans++;
    return HC_OK;
}

/* The number in the last digits, and how many they are. */
static uint64_t tail(struct hc_str code, size_t *digits) {
    uint64_t value = 0, place = 1;
    *digits = 0;
    for (size_t i = code.len;
         i-- > 0 && code.ptr[i] >= '0' && code.ptr[i] <= '9' && *digits < 9;) {
        value += place * (uint64_t)(code.ptr[i] - '0');
        place *= 10;
        ++*digits;
    }
    return value;
}

static enum hc_status add_range(struct reading *r, struct hc_str low, struct hc_str high,
                                hc_day start, hc_day end, struct hc_err *err) {
    size_t digits, high_digits;
    char code[64];
    uint64_t from = tail(low, &digits), to = tail(high, &high_digits);
    size_t head = low.len - digits;
    if (low.len != high.len || low.len >= sizeof code || digits != high_digits ||
        digits == 0 || memcmp(low.ptr, high.ptr, head) != 0 || from > to ||
        to - from > RANGE_LIMIT) {
        fault(r, "expected a range such as 99202-99205");
        return HC_OK;
    }
    memcpy(code, low.ptr, head);
    for (uint64_t i = from; i <= to; i++) {
        snprintf(code + head, sizeof code - head, "%0*llu", (int)digits,
                 (unsigned long long)i);
        enum hc_status status = add_code(r->codes, hc_str_of(code), start, end, err);
        if (status != HC_OK)
            return status;
    }
    return HC_OK;
}

static struct hc_str cut(struct hc_str *rest, char at) {
    const char *found = rest->len ? memchr(rest->ptr, at, rest->len) : NULL;
    size_t len = found ? (size_t)(found - rest->ptr) : rest->len;
    struct hc_str part = {rest->ptr, len};
    rest->ptr += found ? len + 1 : len;
    rest->len -= found ? len + 1 : len;
    return part;
}

static hc_day day_of(struct reading *r, struct hc_str text, hc_day blank) {
    hc_day day = blank;
    if (hc_str_trim(text).len > 0 && hc_parse_day(text, HC_DATE_ISO, &day, NULL) != HC_OK)
        fault(r, "expected a day such as 2020-12-31");
    return day;
}

static enum hc_status add_line(struct reading *r, struct hc_str line, struct hc_err *err) {
    struct hc_str code = hc_str_trim(cut(&line, ','));
    struct hc_str start_text = cut(&line, ','), end_text = cut(&line, ',');
    hc_day start = day_of(r, start_text, INT32_MIN), end = day_of(r, end_text, INT32_MAX);
    struct hc_str high = code;
    struct hc_str low = cut(&high, '-');
    if (code.len == 0)
        fault(r, "a line without a code");
    else if (start > end)
        fault(r, "start is after end");
    else if (high.len > 0)
        return add_range(r, low, high, start, end, err);
    else
        return add_code(r->codes, code, start, end, err);
    return HC_OK;
}

enum hc_status hc_codes_parse(struct hc_codes **codes, const char *name, struct hc_str text,
                              struct hc_err *err) {
    struct reading r = {.name = name};
    bool head = false;
    *codes = NULL;
    r.codes = calloc(1, sizeof *r.codes);
    if (!r.codes)
        return hc_fail_memory(err);
    enum hc_status status = hc_map_new(&r.codes->map, err);
    while (status == HC_OK && text.len > 0) {
        struct hc_str line = hc_str_trim(cut(&text, '\n'));
        r.line++;
        if (line.len > 0 && line.ptr[line.len - 1] == '\r')
            line = hc_str_trim((struct hc_str){line.ptr, line.len - 1});
        if (line.len == 0 || line.ptr[0] == '#')
            continue;
        if (head)
            status = add_line(&r, line, err);
        else if (!hc_str_is(line, "code,start,end,source"))
            fault(&r, "expected the header code,start,end,source");
        head = true;
    }
    if (status == HC_OK && r.faults.len > 0)
        status = hc_fail(err, HC_ECONFIG, "%s", hc_buf_text(&r.faults));
    hc_buf_free(&r.faults);
    if (status == HC_OK)
        *codes = r.codes;
    else
        hc_codes_free(r.codes);
    return status;
}

enum hc_status hc_codes_read(struct hc_codes **codes, const char *path,
                             struct hc_err *err) {
    struct hc_buf text = {0};
    *codes = NULL;
    enum hc_status status = hc_read_file(path, LIST_LIMIT, &text, err);
    if (status == HC_OK)
        status = hc_codes_parse(codes, path, hc_buf_str(&text), err);
    hc_buf_free(&text);
    return status;
}

bool hc_codes_has(const struct hc_codes *c, struct hc_str code, hc_day day) {
    uint32_t id;
    if (!hc_map_find(c->map, code, &id))
        return false;
    for (uint32_t i = c->first[id]; i != NO_SPAN; i = c->span[i].next)
        if (day >= c->span[i].start && day <= c->span[i].end)
            return true;
    return false;
}
