#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"

struct search {
    struct hc_arena *arena;
    const char *folder, *name, *ext;
    struct hc_buf looked; /* for the message */
    const char *found;
    bool failed;
};

static void try(struct search *s, struct hc_str root, const char *below) {
    if (s->found || s->failed)
        return;
    const char *path =
        hc_arena_printf(s->arena, "%.*s%s%s%s/%s.%s", (int)root.len, root.ptr, below,
                        s->folder[0] ? "/" : "", s->folder, s->name, s->ext);
    s->failed = path == NULL;
    if (s->failed)
        return;
    if (access(path, F_OK) == 0)
        s->found = path;
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

static void try_beside_executable(struct search *s) {
    char exe[4096];
    ssize_t len = readlink("/proc/self/exe", exe, sizeof exe - 1);
    if (len <= 0)
        return;
    exe[len] = 0;
    struct hc_str folder = {exe, (size_t)(hc_base_name(exe) - exe)};
    try(s, folder, "../share/hctools");
    try(s, folder, "../../../pipelines");
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
        status = hc_fail(err, HC_ENOINPUT, "cannot find %s.%s", name, s.ext);
        hc_err_hint(err, "looked for %s", hc_buf_text(&s.looked));
    }
    *path = s.found;
    hc_buf_free(&s.looked);
    return status;
}
