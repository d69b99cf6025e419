#include "feed/folder.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "record/schema.h"

static enum hc_status remove_file(const char *path, struct hc_err *err) {
    if (unlink(path) == 0 || errno == ENOENT || errno == ENOTDIR)
        return HC_OK;
    return hc_fail_errno(err, HC_EIO, errno, "cannot remove %s", path);
}

size_t hc_folder_standing(const char *path) {
    char *part = strdup(path);
    size_t len = part ? strlen(part) : 0;
    while (len && access(part, F_OK) != 0) {
        while (len && part[len - 1] == '/')
            len--;
        while (len && part[len - 1] != '/')
            len--;
        part[len] = '\0';
    }
    bool copied = part != NULL;
    free(part);
    return copied ? len : SIZE_MAX; /* then nothing is ours */
}

void hc_folder_remove(const char *path, size_t stood) {
    char *part = strdup(path);
    for (size_t len = part ? strlen(part) : 0; len > stood;) {
        part[len] = '\0';
        if (rmdir(part) != 0)
            break;
        while (len && part[len - 1] == '/')
            len--;
        while (len && part[len - 1] != '/')
            len--;
    }
    free(part);
}

static enum hc_status clear_refused(const char *folder, struct hc_arena *arena,
                                    struct hc_err *err) {
    static const char *const file[] = {"receipt.json", "rejects.csv"};
    const char *refused = hc_arena_printf(arena, "%s/refused", folder);
    enum hc_status status = refused ? HC_OK : hc_fail_memory(err);
    if (status == HC_OK && access(refused, F_OK) != 0)
        return HC_OK;
    for (size_t i = 0; status == HC_OK && i < 2; i++) {
        const char *path = hc_arena_printf(arena, "%s/%s", refused, file[i]);
        status = path ? remove_file(path, err) : hc_fail_memory(err);
    }
    if (status == HC_OK)
        status = hc_sweep_temporary(refused, err);
    if (status == HC_OK)
        (void)rmdir(refused); /* stays when something else is in it */
    return status;
}

void hc_folder_trim(const char *folder) {
    struct hc_arena arena = {0};
    for (int k = 0; k < HC_KINDS; k++) {
        const char *shards = hc_arena_printf(&arena, "%s/%s", folder, hc_kinds[k].name);
        if (shards)
            (void)rmdir(shards);
    }
    hc_arena_free(&arena);
}

enum hc_status hc_folder_clear(const char *folder, struct hc_err *err) {
    struct hc_arena arena = {0};
    enum hc_status status = hc_make_folder(folder, err);
    char *path = hc_arena_printf(&arena, "%s/receipt.json", folder);
    if (status == HC_OK)
        status = path ? remove_file(path, err) : hc_fail_memory(err);
    if (status == HC_OK)
        status = hc_sweep_temporary(folder, err);
    if (status == HC_OK)
        status = clear_refused(folder, &arena, err);
    for (int k = 0; k < HC_KINDS && status == HC_OK; k++) {
        char **names = NULL;
        size_t count = 0;
        char *shards = hc_arena_printf(&arena, "%s/%s", folder, hc_kinds[k].name);
        path = hc_arena_printf(&arena, "%s/%s.arrow", folder, hc_kinds[k].name);
        status = path && shards ? remove_file(path, err) : hc_fail_memory(err);
        if (status != HC_OK || access(shards, F_OK) != 0)
            continue;
        status = hc_sweep_temporary(shards, err);
        if (status == HC_OK)
            status = hc_list_folder(shards, &arena, &names, &count, err);
        for (size_t i = 0; i < count && status == HC_OK; i++) {
            if (!hc_str_glob("shard-*.arrow", hc_str_of(names[i]), false))
                continue;
            path = hc_arena_printf(&arena, "%s/%s", shards, names[i]);
            status = path ? remove_file(path, err) : hc_fail_memory(err);
        }
        if (status == HC_OK)
            (void)rmdir(shards); /* stays when something else is in it */
    }
    hc_arena_free(&arena);
    return status;
}
