#include "feed/derive.h"

#include <unistd.h>

struct merging {
    struct hc_arena *arena;
    struct hc_faults *faults;
    const char *base; /* name, for messages */
    bool failed;
};
/* Where in a feed two nodes stand: decides how they merge. */
enum place {
    AT_ROOT,
    AT_RECORDS,
    AT_RECORD,
    AT_RIGHTS, /* map: and identity:, from a column to its right side */
    AT_RIGHT,
    AT_POLICIES,
    AT_POLICY,
    AT_FILES,
    AT_FILE,
    AT_FIELDS,
    AT_OTHER,
};

static enum place below(enum place place, struct hc_str key) {
    switch (place) {
    case AT_ROOT:
        return hc_str_is(key, "records")    ? AT_RECORDS
               : hc_str_is(key, "policies") ? AT_POLICIES
               : hc_str_is(key, "files")    ? AT_FILES
                                            : AT_OTHER;
    case AT_RECORDS:
        return AT_RECORD;
    case AT_RECORD:
        return hc_str_is(key, "map") || hc_str_is(key, "identity") ? AT_RIGHTS : AT_OTHER;
    case AT_RIGHTS:
        return AT_RIGHT;
    case AT_POLICIES:
        return AT_POLICY;
    case AT_FILES:
        return AT_FILE;
    case AT_FILE:
        return hc_str_is(key, "fields") ? AT_FIELDS : AT_OTHER;
    default:
        return AT_OTHER;
    }
}

static struct hc_node *copy_of(struct merging *m, const struct hc_node *node) {
    struct hc_node *copy = hc_arena_zalloc(m->arena, sizeof *copy);
    if (copy)
        *copy = *node;
    m->failed |= !copy;
    return copy;
}

struct items { /* children of a node in the making */
    struct hc_node *of, **end;
};
static struct items items_of(struct hc_node *node) {
    node->child = NULL;
    node->children = 0;
    return (struct items){node, &node->child};
}
static void put(struct merging *m, struct items *items, const struct hc_node *child) {
    struct hc_node *copy = copy_of(m, child);
    if (!copy)
        return;
    copy->next = NULL;
    *items->end = copy;
    items->end = &copy->next;
    items->of->children++;
}

static const struct hc_node *item_named(const struct hc_node *list, struct hc_str name) {
    for (const struct hc_node *n = list->child; n; n = n->next) {
        const struct hc_node *its = hc_node_get(n, "name");
        if (its && hc_str_eq(its->text, name))
            return n;
    }
    return NULL;
}

static const struct hc_node *merge(struct merging *m, enum place place,
                                   const struct hc_node *base, const struct hc_node *own);

/* Key by key: the base's order, then what is new. removing: `KEY: ~` takes KEY away. */
static const struct hc_node *merge_maps(struct merging *m, enum place place,
                                        const struct hc_node *base,
                                        const struct hc_node *own, bool removing) {
    struct hc_node *out = copy_of(m, own);
    if (!out)
        return own;
    struct items items = items_of(out);
    for (const struct hc_node *b = base->child; b; b = b->next) {
        const struct hc_node *o = hc_node_get(own, b->key.ptr);
        if (place == AT_ROOT && (hc_str_is(b->key, "name") || hc_str_is(b->key, "base")))
            continue;
        if (!o)
            put(m, &items, b);
        else if (!removing || !hc_node_is_null(o))
            put(m, &items, merge(m, below(place, b->key), b, o));
    }
    for (const struct hc_node *o = own->child; o; o = o->next) {
        if (hc_node_get(base, o->key.ptr) &&
            !(place == AT_ROOT && (hc_str_is(o->key, "name") || hc_str_is(o->key, "base"))))
            continue;
        if (removing && hc_node_is_null(o))
            hc_fault(m->faults, o, "%s %s no '%s' that could be taken away", m->base,
                     place == AT_RIGHTS ? "maps" : "has", o->key.ptr);
        else
            put(m, &items, o);
    }
    return out;
}

/* {codes:, other:, blank:} without a field changes the code map that the base has. */
static const struct hc_node *merge_codes(struct merging *m, const struct hc_node *base,
                                         const struct hc_node *own) {
    struct hc_node *out = copy_of(m, own);
    if (!out)
        return own;
    struct items items = items_of(out);
    if (base->type == HC_NODE_SCALAR) { /* a plain field */
        struct hc_node field = *base;
        field.key = HC_STR("field");
        put(m, &items, &field);
    } else if (!hc_node_get(base, "field")) {
        hc_fault(m->faults, own,
                 "'%s' of %s is no field with codes: give the right side whole",
                 own->key.ptr, m->base);
        return own;
    }
    const struct hc_node *rest = base->type == HC_NODE_MAP ? base : NULL;
    for (const struct hc_node *b = rest ? rest->child : NULL; b; b = b->next) {
        const struct hc_node *o = hc_node_get(own, b->key.ptr);
        bool both = o && o->type == HC_NODE_MAP && b->type == HC_NODE_MAP;
        put(m, &items, both ? merge_maps(m, AT_OTHER, b, o, false) : o ? o : b);
    }
    for (const struct hc_node *o = own->child; o; o = o->next)
        if (!hc_node_get(rest, o->key.ptr))
            put(m, &items, o);
    return out;
}

static bool only_codes(const struct hc_node *node) {
    static const char *const keys[] = {"codes", "other", "blank", "doubted"};
    size_t found = 0;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        found += hc_node_get(node, keys[i]) != NULL;
    return found > 0 && found == node->children;
}

/* fields: {NAME: {what differs}} of the base's list. */
static const struct hc_node *merge_fields(struct merging *m, const struct hc_node *base,
                                          const struct hc_node *own) {
    struct hc_node *out = copy_of(m, base);
    const char *names[1024] = {0};
    size_t count = 0;
    if (!out)
        return base;
    struct items items = items_of(out);
    for (const struct hc_node *b = base->child; b; b = b->next) {
        const struct hc_node *name = hc_node_get(b, "name");
        const struct hc_node *o =
            name && name->type == HC_NODE_SCALAR ? hc_node_get(own, name->text.ptr) : NULL;
        if (name && name->type == HC_NODE_SCALAR && count < 1023)
            names[count++] = name->text.ptr;
        if (o && o->type == HC_NODE_MAP)
            put(m, &items, merge_maps(m, AT_OTHER, b, o, true));
        else
            put(m, &items, b);
    }
    for (const struct hc_node *o = own->child; o; o = o->next) {
        const char *near = hc_str_nearest(o->key, names);
        if (!item_named(base, o->key))
            hc_fault(m->faults, o, "%s has no field '%s'%s%s%s", m->base, o->key.ptr,
                     near ? ", did you mean '" : "", near ? near : "", near ? "'?" : "");
        else if (o->type != HC_NODE_MAP)
            hc_fault(m->faults, o, "what differs of field '%s': a map", o->key.ptr);
    }
    return out;
}

static const struct hc_node *merge(struct merging *m, enum place place,
                                   const struct hc_node *base, const struct hc_node *own) {
    if (place == AT_FIELDS && base->type == HC_NODE_LIST && own->type == HC_NODE_MAP)
        return merge_fields(m, base, own);
    if (place == AT_RIGHT && own->type == HC_NODE_MAP && only_codes(own))
        return merge_codes(m, base, own);
    if (place == AT_RIGHT || place == AT_POLICY || base->type != HC_NODE_MAP ||
        own->type != HC_NODE_MAP)
        return own;
    return merge_maps(m, place, base, own, true);
}

/* more_fields: of each file go behind its fields. */
static const struct hc_node *append_fields(struct merging *m, const struct hc_node *root) {
    const struct hc_node *files = hc_node_get(root, "files");
    for (const struct hc_node *f = files ? files->child : NULL; f; f = f->next) {
        const struct hc_node *more = hc_node_get(f, "more_fields");
        const struct hc_node *fields = hc_node_get(f, "fields");
        if (!more)
            continue;
        if (more->type != HC_NODE_LIST || !fields || fields->type != HC_NODE_LIST) {
            hc_fault(m->faults, more, "more_fields: a list of columns behind the base's");
            continue;
        }
        struct hc_node *list = copy_of(m, fields), *file = (struct hc_node *)f;
        if (!list)
            break;
        struct items items = items_of(list);
        for (const struct hc_node *n = fields->child; n; n = n->next)
            put(m, &items, n);
        for (const struct hc_node *n = more->child; n; n = n->next) {
            struct hc_node *column = copy_of(m, n);
            if (column)
                put(m, &items, column);
        }
        struct hc_node *old = file->child;
        struct items keys = items_of(file);
        for (; old; old = old->next)
            if (!hc_str_is(old->key, "more_fields"))
                put(m, &keys, hc_str_is(old->key, "fields") ? list : old);
    }
    return root;
}

/* ---- finding bases ---- */

static enum hc_status fail_at(const struct hc_node *node, struct hc_err *err,
                              const char *what, const char *name) {
    hc_fail(err, HC_ECONFIG, "base: %s%s", what, name);
    hc_err_at_file(err, node->file);
    hc_err_at_line(err, node->line, node->column);
    return HC_ECONFIG;
}

/* A plain name: letters, digits and hyphens, so that a feed cannot point anywhere else. */
static bool is_plain(struct hc_str name) {
    for (size_t i = 0; i < name.len; i++)
        if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789-", name.ptr[i]))
            return false;
    return name.len > 0 && name.len < 128;
}

static enum hc_status find(struct hc_arena *arena, const char *beside, const char *name,
                           const char **path, struct hc_err *err) {
    size_t folder = (size_t)(hc_base_name(beside) - beside);
    const char *near = hc_arena_printf(arena, "%.*s%s.yaml", (int)folder, beside, name);
    if (!near)
        return hc_fail_memory(err);
    if (access(near, F_OK) == 0) {
        *path = near;
        return HC_OK;
    }
    return hc_find_data("feeds", name, ".yaml", arena, path, err);
}

static enum hc_status open_base(struct hc_yaml *of, struct hc_yaml *first,
                                const struct hc_node *node, struct hc_bases *bases,
                                struct hc_digest *digest, struct hc_err *err) {
    struct hc_buf text = {0};
    struct hc_err why = {0};
    const char *path = NULL;
    if (node->type != HC_NODE_SCALAR || !is_plain(node->text))
        return fail_at(node, err, "the plain name of a feed", "");
    if (bases->count == HC_BASES_MAX)
        return fail_at(node, err, "feeds are built on each other too deeply, or in a ring",
                       "");
    enum hc_status status =
        find(hc_yaml_arena(first), hc_yaml_name(of), node->text.ptr, &path, &why);
    if (status == HC_ENOINPUT) {
        fail_at(node, err, "there is no feed ", node->text.ptr);
        hc_err_hint(err, "%.*s", (int)strcspn(why.hint, ";"),
                    why.hint); /* which there are */
        return HC_ECONFIG;
    }
    if (status != HC_OK)
        return hc_fail_memory(err);
    if (status == HC_OK)
        status = hc_read_file(path, 1 << 20, &text, err);
    if (status == HC_OK) {
        hc_digest_add(digest, text.ptr, text.len);
        status =
            hc_yaml_parse(&bases->yaml[bases->count], path, hc_buf_str(&text), false, err);
    } else if (status != HC_ENOMEM) {
        hc_err_at_file(err, path);
    }
    if (status == HC_OK)
        bases->path[bases->count++] = path;
    hc_buf_free(&text);
    return status;
}

enum hc_status hc_derive(struct hc_yaml *yaml, struct hc_bases *bases,
                         struct hc_digest *digest, struct hc_faults *faults,
                         const struct hc_node **root, struct hc_err *err) {
    enum hc_status status = HC_OK;
    const struct hc_node *node = hc_node_get(hc_yaml_root(yaml), "base");
    struct hc_yaml *last = yaml;
    *root = hc_yaml_root(yaml);
    while (node && status == HC_OK) {
        status = open_base(last, yaml, node, bases, digest, err);
        if (status == HC_OK) {
            last = bases->yaml[bases->count - 1];
            node = hc_node_get(hc_yaml_root(last), "base");
        }
    }
    /* from the farthest base to the feed itself */
    const struct hc_node *made = status == HC_OK ? hc_yaml_root(last) : NULL;
    for (size_t i = bases->count; status == HC_OK && i > 0; i--) {
        const struct hc_node *own = hc_yaml_root(i > 1 ? bases->yaml[i - 2] : yaml);
        struct merging m = {hc_yaml_arena(yaml), faults, NULL, false};
        const struct hc_node *name = hc_node_get(own, "base");
        m.base = name ? name->text.ptr : "";
        if (made->type == HC_NODE_MAP && own->type == HC_NODE_MAP)
            made = append_fields(&m, merge_maps(&m, AT_ROOT, made, own, true));
        status = m.failed ? hc_fail_memory(err) : HC_OK;
        *root = made;
    }
    return status;
}

void hc_bases_free(struct hc_bases *bases) {
    for (size_t i = 0; i < bases->count; i++)
        hc_yaml_free(bases->yaml[i]);
    *bases = (struct hc_bases){0};
}
