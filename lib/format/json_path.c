#include "format/json_path.h"

#include "base/num.h"

#define FILTERS 4 /* behind one name */

struct filter {
    bool by_index, differs; /* differs: those that do not lead to any of them */
    size_t index;
    struct hc_json_step *path;
    struct hc_str is[FILTERS]; /* any of these */
    size_t iss;
    struct hc_json_step *element; /* instead: any of the values there in the element */
    struct filter *next;
};
struct hc_json_step {
    struct hc_str name;
    struct filter *filter;
    struct hc_json_step *next;
};

/* ---- reading one ---- */

static struct hc_str cut(struct hc_str *text, size_t at, size_t skip) {
    struct hc_str head = {text->ptr, at};
    at = at + skip > text->len ? text->len : at + skip;
    *text = (struct hc_str){text->ptr + at, text->len - at};
    return hc_str_trim(head);
}

static size_t find_byte(struct hc_str text, const char *any) {
    size_t i = 0;
    while (i < text.len && !strchr(any, text.ptr[i]))
        i++;
    return i;
}

static struct hc_json_step *read_steps(struct hc_arena *arena, struct hc_str text,
                                       bool filters, const char **reason);

static struct filter *read_filter(struct hc_arena *arena, struct hc_str text,
                                  const char **reason) {
    struct filter *f = hc_arena_zalloc(arena, sizeof *f);
    size_t equals = find_byte(text, "=");
    int64_t index;
    if (!f)
        return NULL;
    if (equals == text.len) {
        f->by_index = hc_parse_int(text, 0, 1 << 20, &index, NULL) == HC_OK;
        f->index = f->by_index ? (size_t)index : 0;
        *reason = "[...] is a number from 0, NAME=TEXT,TEXT, NAME!=TEXT or NAME=@NAME";
        return f->by_index ? f : NULL;
    }
    struct hc_str name = cut(&text, equals, 1);
    f->differs = name.len && name.ptr[name.len - 1] == '!';
    name.len -= f->differs;
    f->path = read_steps(arena, name, false, reason);
    if (!f->path)
        return NULL;
    text = hc_str_trim(text);
    if (text.len && text.ptr[0] == '@') {
        cut(&text, 0, 1);
        f->element = read_steps(arena, text, false, reason);
        return f->element ? f : NULL;
    }
    do {
        *reason = "[NAME=TEXT,TEXT] takes up to 4 texts";
        if (f->iss == FILTERS)
            return NULL;
        f->is[f->iss++] = cut(&text, find_byte(text, ","), 1);
    } while (text.len);
    return f;
}

static struct hc_json_step *read_steps(struct hc_arena *arena, struct hc_str text,
                                       bool filters, const char **reason) {
    struct hc_json_step *first = NULL, **to = &first;
    *reason = "a path is NAME.NAME, with [...] behind a name";
    do {
        struct hc_json_step *step = hc_arena_zalloc(arena, sizeof *step);
        if (!step)
            return NULL;
        size_t end = find_byte(text, filters ? ".[" : ".");
        step->name = hc_str_trim((struct hc_str){text.ptr, end});
        if (!step->name.len || find_byte(step->name, "[]|= ") < step->name.len)
            return NULL;
        cut(&text, end, 0);
        struct filter **filter = &step->filter;
        for (size_t filled = 0; text.len && text.ptr[0] == '['; filled++) {
            size_t close = find_byte(text, "]");
            if (close == text.len || filled == FILTERS)
                return NULL;
            struct hc_str inner = {text.ptr + 1, close - 1};
            *filter = read_filter(arena, inner, reason);
            if (!*filter)
                return NULL;
            filter = &(*filter)->next;
            cut(&text, close, 1);
        }
        *to = step;
        to = &step->next;
        if (!text.len)
            return first;
        if (text.ptr[0] != '.')
            return NULL;
        cut(&text, 0, 1);
    } while (true);
}

const struct hc_json_path *hc_json_path_read(struct hc_arena *arena, struct hc_str text,
                                             const char **reason) {
    struct hc_json_path *first = NULL, **to = &first;
    *reason = "out of memory";
    do {
        struct hc_json_path *path = hc_arena_zalloc(arena, sizeof *path);
        if (!path)
            return NULL;
        path->step = read_steps(arena, cut(&text, find_byte(text, "|"), 1), true, reason);
        if (!path->step)
            return NULL;
        *to = path;
        to = &path->next;
        for (const struct hc_json_step *step = path->step; step; step = step->next)
            for (const struct filter *f = step->filter; f; f = f->next)
                first->asks_element |= f->element != NULL;
    } while (text.len);
    return first;
}

/* ---- following it ---- */

static bool leads_to(const struct hc_json_value *value, const struct hc_json_step *step,
                     struct hc_str is, struct hc_json_look *look) {
    if (value->type == HC_JSON_LIST) {
        for (const struct hc_json_value *c = value->child; c; c = c->next)
            if (leads_to(c, step, is, look))
                return true;
        return false;
    }
    if (!step)
        return value->type == HC_JSON_SCALAR && hc_str_eq(value->text, is);
    const struct hc_json_value *next =
        value->type == HC_JSON_MAP ? hc_json_member(value, step->name, look) : NULL;
    return next && leads_to(next, step->next, is, look);
}

static const struct hc_json_value *find(const struct hc_json_value *value,
                                        const struct hc_json_step *step,
                                        struct hc_json_look *look);

/* Does value lead to what the element names by step? any: the element names something. */
static bool element_names(const struct hc_json_value *value, const struct filter *f,
                          const struct hc_json_value *at, const struct hc_json_step *step,
                          bool *any, struct hc_json_look *look) {
    if (at->type == HC_JSON_LIST) {
        bool named = false;
        for (const struct hc_json_value *c = at->child; c && !named; c = c->next)
            named = element_names(value, f, c, step, any, look);
        return named;
    }
    if (!step) {
        *any |= at->type == HC_JSON_SCALAR;
        return at->type == HC_JSON_SCALAR && leads_to(value, f->path, at->text, look);
    }
    const struct hc_json_value *next =
        at->type == HC_JSON_MAP ? hc_json_member(at, step->name, look) : NULL;
    return next && element_names(value, f, next, step->next, any, look);
}

static bool passes(const struct hc_json_value *value, const struct filter *f,
                   struct hc_json_look *look) {
    bool found = false, any = false;
    if (f->element) {
        found =
            look->element && element_names(value, f, look->element, f->element, &any, look);
        return any ? found != f->differs : true;
    }
    for (size_t i = 0; i < f->iss && !found; i++)
        found = leads_to(value, f->path, f->is[i], look);
    return found != f->differs;
}

/* Of the elements that pass every filter, each in its turn, the first in which the rest is
 * found. */
static const struct hc_json_value *choose(const struct hc_json_value *value,
                                          const struct filter *filter,
                                          const struct hc_json_step *rest,
                                          struct hc_json_look *look) {
    const struct hc_json_value *found = NULL;
    bool list = value->type == HC_JSON_LIST;
    size_t passed[FILTERS] = {0};
    for (const struct hc_json_value *c = list ? value->child : value; c && !found;
         c = list ? c->next : NULL) {
        const struct filter *f = filter;
        if (c->type == HC_JSON_LIST) {
            found = choose(c, filter, rest, look);
            continue;
        }
        for (size_t k = 0; f; f = f->next, k++)
            if (f->by_index ? passed[k]++ != f->index : !passes(c, f, look))
                break;
        if (!f)
            found = find(c, rest, look);
    }
    return found;
}

static const struct hc_json_value *find(const struct hc_json_value *value,
                                        const struct hc_json_step *step,
                                        struct hc_json_look *look) {
    if (!step)
        return value->type == HC_JSON_SCALAR ? value : NULL;
    if (value->type != HC_JSON_MAP)
        return NULL;
    const struct hc_json_value *next = hc_json_member(value, step->name, look);
    return next ? choose(next, step->filter, step->next, look) : NULL;
}

const struct hc_json_value *hc_json_find(const struct hc_json_value *from,
                                         const struct hc_json_path *path,
                                         struct hc_json_look *look) {
    const struct hc_json_value *found = NULL;
    for (const struct hc_json_path *p = path; from && p && !found; p = p->next)
        found = find(from, p->step, look);
    return found;
}

void hc_json_path_names(const struct hc_json_path *path, struct hc_buf *out) {
    for (const struct hc_json_step *step = path->step; step; step = step->next)
        hc_buf_printf(out, "%s%.*s", out->len ? "." : "", (int)step->name.len,
                      step->name.ptr);
}
