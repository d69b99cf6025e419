#include "feed/name.h"

#include <ctype.h>
#include <stdio.h>
#include <strings.h>

static const struct {
    const char *name;
    enum { PROGRAM, DATE, YEAR, CYCLE } what;
    size_t bytes; /* 0: any number */
    enum hc_date_form form;
} parts[] = {
    {"{program}", PROGRAM, 0, HC_DATE_ISO},    {"{yymmdd}", DATE, 6, HC_DATE_CCYYMMDD},
    {"{ccyymmdd}", DATE, 8, HC_DATE_CCYYMMDD}, {"{ccyy-mm-dd}", DATE, 10, HC_DATE_ISO},
    {"{ccyymm}", DATE, 6, HC_DATE_CCYYMM},     {"{yy}", YEAR, 2, HC_DATE_ISO},
    {"{cycle}", CYCLE, 1, HC_DATE_ISO},
};
#define PARTS (sizeof parts / sizeof *parts)
enum { DAY_1990 = 7305, DAY_2100 = 47482 };

static size_t part_at(const char *p) {
    for (size_t i = 0; i < PARTS; i++)
        if (strncmp(p, parts[i].name, strlen(parts[i].name)) == 0)
            return i;
    return PARTS;
}

static bool date_of(size_t part, struct hc_str text, hc_day *day) {
    char full[16];
    if (strcmp(parts[part].name, "{yymmdd}") == 0) {
        memcpy(full, "20", 2);
        memcpy(full + 2, text.ptr, 6);
        text = (struct hc_str){full, 8};
    }
    if (hc_parse_day(text, parts[part].form, day, NULL) != HC_OK || *day < DAY_1990 ||
        *day >= DAY_2100)
        return false; /* a number of another kind */
    if (parts[part].form == HC_DATE_CCYYMM)
        *day = hc_month_last(hc_month_of(*day));
    return true;
}

static int folded(char c) {
    return c >= 'A' && c <= 'Z' ? c + 32 : (unsigned char)c;
}

/* A part of fixed length. */
static bool read_part(size_t part, struct hc_str text, struct hc_named *out) {
    switch (parts[part].what) {
    case DATE:
        out->has_date = date_of(part, text, &out->date);
        out->of_month = parts[part].form == HC_DATE_CCYYMM;
        return out->has_date;
    case YEAR:
        if (!isdigit((unsigned char)text.ptr[0]) || !isdigit((unsigned char)text.ptr[1]))
            return false;
        out->year = 2000 + 10 * (text.ptr[0] - '0') + text.ptr[1] - '0';
        return true;
    case CYCLE:
        out->cycle = folded(text.ptr[0]) == 'y' ? 'Y' : 'R';
        return folded(text.ptr[0]) == 'y' || folded(text.ptr[0]) == 'r';
    default:
        return false;
    }
}

static bool in_set(const char **pattern, char byte) {
    const char *p = *pattern + 1;
    bool found = false;
    for (; *p && *p != ']'; p++) {
        int low = folded(*p), high = low;
        if (p[1] == '-' && p[2] && p[2] != ']') {
            high = folded(p[2]);
            p += 2;
        }
        found |= folded(byte) >= low && folded(byte) <= high;
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
        if (part < PARTS && parts[part].bytes) {
            size_t n = parts[part].bytes;
            bool splits = parts[part].what == DATE && p[strlen(parts[part].name)] == '*' &&
                          name.len > n && isdigit((unsigned char)name.ptr[n]);
            if (name.len < n || splits ||
                !read_part(part, (struct hc_str){name.ptr, n}, out))
                return false;
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
                size_t next = part_at(p + 1);
                if (n > 0 && next < PARTS && parts[next].what == DATE &&
                    isdigit((unsigned char)name.ptr[n - 1]))
                    continue; /* a date is no part of a longer number */
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
            if (*p != '?' && folded(*p) != folded(name.ptr[0]))
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

static const char *cycle_name(char cycle) {
    return cycle == 'R' ? "a run-out" : "a month's delivery";
}

static void tell(struct hc_buf *how, const char *what, const char *here,
                 const char *there) {
    if (how)
        hc_buf_printf(how, "%s%s%s instead of %s", how->len ? ", " : "", what, here, there);
}

bool hc_name_differs(const struct hc_named *name, const struct hc_named *from,
                     struct hc_buf *how) {
    char here[32], there[32];
    bool differs = false;
    if (name->program.len && from->program.len &&
        (name->program.len != from->program.len ||
         strncasecmp(name->program.ptr, from->program.ptr, from->program.len) != 0)) {
        snprintf(here, sizeof here, "%.*s", (int)name->program.len, name->program.ptr);
        snprintf(there, sizeof there, "%.*s", (int)from->program.len, from->program.ptr);
        tell(how, "program ", here, there);
        differs = true;
    }
    if (name->year && from->year && name->year != from->year) {
        snprintf(here, sizeof here, "%d", name->year);
        snprintf(there, sizeof there, "%d", from->year);
        tell(how, "year ", here, there);
        differs = true;
    }
    if (name->cycle && from->cycle && name->cycle != from->cycle) {
        tell(how, "", cycle_name(name->cycle), cycle_name(from->cycle));
        differs = true;
    }
    if (name->has_date && from->has_date && name->date != from->date) {
        tell(how, "day ", hc_format_day(name->date, here),
             hc_format_day(from->date, there));
        differs = true;
    }
    return differs;
}

bool hc_name_check(const char *pattern, const char **reason) {
    for (const char *p = pattern; *p; p++) {
        if (*p == '{' && part_at(p) == PARTS) {
            *reason = "in { } may stand program, yymmdd, ccyymmdd, ccyy-mm-dd, ccyymm, yy, "
                      "cycle";
            return false;
        }
        if (*p == '[' && !strchr(p, ']')) {
            *reason = "a [ without its ]";
            return false;
        }
    }
    return true;
}
