#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"

enum { ROOTS = 16, NAMES = 64 };

struct search {
    struct hc_arena *arena;
    const char *folder, *name, *ext;
    struct hc_buf looked;    /* for the message */
    const char *root[ROOTS]; /* folders looked into, likewise */
    size_t roots;
    const char *found;
    bool failed;
};

static void try(struct search *s, struct hc_str root, const char *below) {
    if (s->found || s->failed)
        return;
    const char *into = hc_arena_printf(s->arena, "%.*s%s%s%s", (int)root.len, root.ptr,
                                       below, s->folder[0] ? "/" : "", s->folder);
    const char *path =
        into ? hc_arena_printf(s->arena, "%s/%s.%s", into, s->name, s->ext) : NULL;
    s->failed = path == NULL;
    if (s->failed)
        return;
    if (access(path, F_OK) == 0)
        s->found = path;
    if (s->roots < ROOTS)
        s->root[s->roots++] = into;
    hc_buf_printf(&s->looked, "%s%s", s->looked.len ? ", " : "", path);
}

static void try_path(struct search *s, const char *parts) {
    while (parts && *parts) {
        size_t len = strcspn(parts, ":");
        if (len)
            try(s, (struct hc_str){parts, len}, "/pipelines");
        parts += len + (parts[len] == ':');
    }
}

/* The folder so many steps up. */
static struct hc_str above(const char *path, int steps) {
    struct hc_str folder = hc_str_of(path);
    for (; steps > 0; steps--)
        while (folder.len && folder.ptr[--folder.len] != '/')
            ;
    return folder;
}

static void try_beside_executable(struct search *s) {
    char exe[4096];
    ssize_t len = readlink("/proc/self/exe", exe, sizeof exe - 1);
    if (len <= 0)
        return;
    exe[len] = 0;
    /* bin/TOOL of where it is installed, build/MODE/bin/TOOL of where it is built */
    try(s, above(exe, 2), "/share/hctools");
    try(s, above(exe, 4), "/pipelines");
}

/* What there is: names without extension, of all folders, each once. */
static size_t list_names(struct search *s, const char *name[NAMES + 1]) {
    size_t names = 0;
    for (size_t r = 0; r < s->roots; r++) {
        char **entry = NULL;
        size_t entries = 0;
        if (hc_list_folder(s->root[r], s->arena, &entry, &entries, NULL) != HC_OK)
            continue;
        for (size_t e = 0; e < entries && names < NAMES; e++) {
            char *dot = strrchr(entry[e], '.');
            if (!dot || dot == entry[e] || strcmp(dot + 1, s->ext) != 0)
                continue;
            *dot = 0;
            size_t i = 0;
            while (i < names && strcmp(name[i], entry[e]) != 0)
                i++;
            if (i == names)
                name[names++] = entry[e];
        }
    }
    name[names] = NULL;
    return names;
}

static enum hc_status not_found(struct search *s, struct hc_err *err) {
    const char *name[NAMES + 1];
    struct hc_buf hint = {0};
    size_t names = list_names(s, name);
    const char *near = hc_str_nearest(hc_str_of(s->name), name);
    const char *here = hc_arena_printf(s->arena, "./%s.%s", s->name, s->ext);
    hc_fail(err, HC_ENOINPUT, "cannot find %s.%s", s->name, s->ext);
    if (here && s->name[0] && access(here, F_OK) == 0)
        hc_buf_printf(&hint, "did you mean %s? ", here);
    else if (near)
        hc_buf_printf(&hint, "did you mean '%s'? ", near);
    for (size_t i = 0; i < names; i++)
        hc_buf_printf(&hint, "%s%s", i ? ", " : "there are ", name[i]);
    hc_buf_printf(&hint, "%slooked for %s", names ? "; " : "", hc_buf_text(&s->looked));
    hc_err_hint(err, "%s", hc_buf_text(&hint));
    hc_buf_free(&hint);
    return HC_ENOINPUT;
}

enum hc_status hc_find_data(const char *folder, const char *name, const char *ext,
                            struct hc_arena *arena, const char **path, struct hc_err *err) {
    struct search s = {.arena = arena, .folder = folder, .name = name};
    s.ext = ext[0] == '.' ? ext + 1 : ext;
    size_t name_len = strlen(name), ext_len = strlen(s.ext);
    bool has_ext = name_len > ext_len + 1 && name[name_len - ext_len - 1] == '.' &&
                   strcmp(name + name_len - ext_len, s.ext) == 0;
    if (strchr(name, '/') || has_ext) {
        *path = hc_arena_copy(arena, hc_str_of(name));
        return *path ? HC_OK : hc_fail_memory(err);
    }
    try(&s, HC_STR("pipelines"), "");
    try_path(&s, getenv("HCTOOLS_PATH"));
    try_beside_executable(&s);
    enum hc_status status = HC_OK;
    if (s.failed) {
        status = hc_fail_memory(err);
    } else if (!s.found) {
        status = not_found(&s, err);
    }
    *path = s.found;
    hc_buf_free(&s.looked);
    return status;
}
