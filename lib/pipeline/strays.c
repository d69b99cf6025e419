#include "pipeline/strays.h"

#include <fnmatch.h>
#include <sys/stat.h>

#include "base/file.h"

enum { NAMES_TOLD = 10 };

const char *hc_name_some(struct hc_arena *arena, const struct hc_words *names) {
    struct hc_buf text = {0};
    size_t told = names->count > NAMES_TOLD + 1 ? NAMES_TOLD : names->count;
    for (size_t i = 0; i < told; i++)
        hc_buf_printf(&text, "%s%s", i ? ", " : "", names->item[i]);
    if (told < names->count)
        hc_buf_printf(&text, " and %zu more", names->count - told);
    const char *copy =
        text.failed ? NULL : hc_arena_copy(arena, hc_str_of(hc_buf_text(&text)));
    hc_buf_free(&text);
    return copy;
}

/* "." for a name without a folder. */
static const char *folder_of(struct hc_arena *arena, const char *path) {
    size_t len = (size_t)(hc_base_name(path) - path);
    while (len > 1 && path[len - 1] == '/')
        len--;
    return len ? hc_arena_copy(arena, (struct hc_str){path, len}) : ".";
}

static bool same_place(const char *path, const struct stat *what) {
    struct stat info;
    return stat(path, &info) == 0 && info.st_ino == what->st_ino &&
           info.st_dev == what->st_dev;
}

/* Is it named by a step, or the folder of something that is? */
static bool used(struct hc_plan *plan, const struct stat *what) {
    bool folder = S_ISDIR(what->st_mode);
    for (size_t i = 0; i < plan->steps; i++) {
        const struct hc_step *step = &plan->step[i];
        for (size_t j = 0; j < step->withdrawns; j++)
            if (same_place(step->withdrawn[j], what))
                return true;
        for (size_t j = 0; j < step->deliveries + step->args; j++) {
            const struct hc_step_arg *arg =
                j < step->deliveries ? NULL : &step->arg[j - step->deliveries];
            if (arg && arg->form != HC_ARG_FILE && arg->form != HC_ARG_SECRET)
                continue;
            const char *path = arg ? arg->text : step->delivery[j];
            const char *in = folder ? folder_of(&plan->arena, path) : NULL;
            if (same_place(path, what) || (in && same_place(in, what)))
                return true;
        }
    }
    return false;
}

static enum hc_status look_into(struct hc_plan *plan, const char *folder,
                                struct hc_words *lines, struct hc_err *err) {
    struct hc_words found = {0};
    char **names = NULL;
    size_t count = 0;
    enum hc_status status = hc_list_folder(folder, &plan->arena, &names, &count, err);
    for (size_t i = 0; status == HC_OK && i < count; i++) {
        const char *path = hc_arena_printf(&plan->arena, "%s/%s", folder, names[i]);
        struct stat info;
        if (!path)
            return hc_fail_memory(err);
        if (names[i][0] != '.' && stat(path, &info) == 0 && !used(plan, &info))
            hc_words_add(&found, &plan->arena, names[i]);
    }
    if (status != HC_OK || found.count == 0)
        return status;
    const char *some = hc_name_some(&plan->arena, &found);
    hc_words_add(lines, &plan->arena,
                 some
                     ? hc_arena_printf(&plan->arena, "%zu file%s in %s match%s no step: %s",
                                       found.count, found.count == 1 ? "" : "s", folder,
                                       found.count == 1 ? "es" : "", some)
                     : NULL);
    return found.failed || lines->failed ? hc_fail_memory(err) : HC_OK;
}

/* Is the delivery found by a pattern of its step, so that others may lie beside it? */
static bool from_pattern(const struct hc_plan *plan, const char *path) {
    for (size_t i = 0; i < plan->pattern.count; i++)
        if (fnmatch(plan->pattern.item[i], path, FNM_PATHNAME | FNM_PERIOD) == 0)
            return true;
    return false;
}

enum hc_status hc_strays_find(struct hc_plan *plan, struct hc_words *lines,
                              struct hc_err *err) {
    struct hc_words folders = {0};
    enum hc_status status = HC_OK;
    for (size_t i = 0; i < plan->steps; i++)
        for (size_t d = 0; d < plan->step[i].deliveries; d++) {
            const char *path = plan->step[i].delivery[d];
            const char *folder = folder_of(&plan->arena, path);
            bool known = !folder || !from_pattern(plan, path);
            for (size_t f = 0; !known && f < folders.count; f++)
                known = strcmp(folders.item[f], folder) == 0;
            if (!known)
                hc_words_add(&folders, &plan->arena, folder);
        }
    if (folders.failed)
        return hc_fail_memory(err);
    for (size_t f = 0; status == HC_OK && f < folders.count; f++)
        status = look_into(plan, folders.item[f], lines, err);
    return status;
}
