#include "feed/name.h"

#include <ctype.h>

static const struct {
    const char *name;
    size_t digits; /* 0: program */
    enum hc_date_form form;
} parts[] = {
    {"{program}", 0, HC_DATE_ISO},       {"{yymmdd}", 6, HC_DATE_CCYYMMDD},
    {"{ccyymmdd}", 8, HC_DATE_CCYYMMDD}, {"{ccyy-mm-dd}", 10, HC_DATE_ISO},
    {"{ccyymm}", 6, HC_DATE_CCYYMM},
};
#define PARTS (sizeof parts / sizeof *parts)

static size_t part_at(const char *p) {
    for (size_t i = 0; i < PARTS; i++)
        if (strncmp(p, parts[i].name, strlen(parts[i].name)) == 0)
            return i;
    return PARTS;
}

static bool date_of(size_t part, struct hc_str text, hc_day *day) {
    char full[16];
    if (text.len != parts[part].digits)
        return false;
    if (strcmp(parts[part].name, "{yymmdd}") == 0) {
        memcpy(full, "20", 2);
        memcpy(full + 2, text.ptr, 6);
        text = (struct hc_str){full, 8};
    }
    if (hc_parse_day(text, parts[part].form, day, NULL) != HC_OK)
        return false;
    if (parts[part].form == HC_DATE_CCYYMM)
        *day = hc_month_last(hc_month_of(*day));
    return true;
}

static bool in_set(const char **pattern, char byte) {
    const char *p = *pattern + 1;
    bool found = false;
    for (; *p && *p != ']'; p++) {
        if (p[1] == '-' && p[2] && p[2] != ']') {
            found |= byte >= p[0] && byte <= p[2];
            p += 2;
        } else {
            found |= byte == *p;
        }
    }
    *pattern = *p ? p + 1 : p;
    return found;
}

/* budget bounds the tries that many stars could need */
static bool match(const char *p, struct hc_str name, struct hc_named *out, int *budget) {
    while (*p) {
        if (--*budget < 0)
            return false;
        size_t part = *p == '{' ? part_at(p) : PARTS;
        if (part < PARTS && parts[part].digits) {
            size_t n = parts[part].digits;
            if (name.len < n || !date_of(part, (struct hc_str){name.ptr, n}, &out->date))
                return false;
            out->has_date = true;
            p += strlen(parts[part].name);
            name = (struct hc_str){name.ptr + n, name.len - n};
        } else if (part < PARTS) {
            size_t n = 0;
            while (n < name.len && (isalnum((unsigned char)name.ptr[n]) ||
                                    name.ptr[n] == '_' || name.ptr[n] == '-'))
                n++;
            for (; n > 0; n--) {
                struct hc_named tried = *out;
                tried.program = (struct hc_str){name.ptr, n};
                if (match(p + strlen(parts[part].name),
                          (struct hc_str){name.ptr + n, name.len - n}, &tried, budget)) {
                    *out = tried;
                    return true;
                }
            }
            return false;
        } else if (*p == '*') {
            for (size_t n = 0; n <= name.len; n++) {
                struct hc_named tried = *out;
                if (match(p + 1, (struct hc_str){name.ptr + n, name.len - n}, &tried,
                          budget)) {
                    *out = tried;
                    return true;
                }
            }
            return false;
        } else if (name.len == 0) {
            return false;
        } else if (*p == '[') {
            if (!in_set(&p, name.ptr[0]))
                return false;
            name = (struct hc_str){name.ptr + 1, name.len - 1};
        } else {
            if (*p != '?' && *p != name.ptr[0])
                return false;
            p++;
            name = (struct hc_str){name.ptr + 1, name.len - 1};
        }
    }
    return name.len == 0;
}

struct hc_named hc_name_match(const char *pattern, struct hc_str name) {
    struct hc_named out = {0};
    int budget = 100000;
    out.matched = match(pattern, name, &out, &budget);
    if (!out.matched)
        out = (struct hc_named){0};
    return out;
}

bool hc_name_check(const char *pattern, const char **reason) {
    for (const char *p = pattern; *p; p++) {
        if (*p == '{' && part_at(p) == PARTS) {
            *reason = "in { } may stand program, yymmdd, ccyymmdd, ccyy-mm-dd, ccyymm";
            return false;
        }
        if (*p == '[' && !strchr(p, ']')) {
            *reason = "a [ without its ]";
            return false;
        }
    }
    return true;
}
