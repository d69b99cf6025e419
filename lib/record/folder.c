#include "record/folder.h"

#include <sys/stat.h>

#include "base/file.h"

enum { MOST_NAMED = 6 };

struct found {
    struct hc_arena arena;
    struct hc_buf text;
    size_t count;
};

static bool is_stream(const char *name) {
    size_t len = strlen(name);
    return len > 6 && name[0] != '.' && strcmp(name + len - 6, ".arrow") == 0;
}

static bool is_shard(const char *name) {
    return is_stream(name) && strncmp(name, "shard-", 6) == 0;
}

static void name_one(struct found *found, const char *folder, const char *name,
                     const char *rest) {
    const char *slash = folder[0] && folder[strlen(folder) - 1] == '/' ? "" : "/";
    if (found->count++ < MOST_NAMED)
        hc_buf_printf(&found->text, "%s%s%s%s%s", found->text.len ? " " : "", folder, slash,
                      name, rest);
}

static bool has_shards(struct found *found, const char *folder, const char *name) {
    char **names;
    size_t count;
    struct stat stat_of;
    const char *path = hc_arena_printf(&found->arena, "%s/%s", folder, name);
    if (!path || stat(path, &stat_of) != 0 || !S_ISDIR(stat_of.st_mode) ||
        hc_list_folder(path, &found->arena, &names, &count, NULL) != HC_OK)
        return false;
    return count && is_shard(names[0]);
}

void hc_folder_hint(const char *path, struct hc_err *err) {
    struct found found = {0};
    char **names;
    size_t count;
    bool shards = false;
    if (hc_list_folder(path, &found.arena, &names, &count, NULL) != HC_OK)
        return;
    for (size_t i = 0; i < count; i++) {
        if (is_shard(names[i]) && !shards)
            name_one(&found, path, "*.arrow", "");
        else if (is_stream(names[i]) && !is_shard(names[i]))
            name_one(&found, path, names[i], "");
        else if (has_shards(&found, path, names[i]))
            name_one(&found, path, names[i], "/*.arrow");
        shards |= is_shard(names[i]);
    }
    if (found.count && !found.text.failed)
        hc_err_hint(err, "it holds these streams: %s%s", hc_buf_text(&found.text),
                    found.count > MOST_NAMED ? " ..." : "");
    hc_buf_free(&found.text);
    hc_arena_free(&found.arena);
}
