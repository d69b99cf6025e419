#include "rule/load.h"

#include <sys/stat.h>

#include "record/inputs.h"

static enum hc_status read_crosswalk(struct hc_crosswalk *crosswalk,
                                     const char *const *paths, size_t count,
                                     struct hc_accounts *accounts, struct hc_err *err) {
    static const int need[] = {HC_crosswalk_payer, HC_crosswalk_previous_id,
                               HC_crosswalk_current_id, -1};
    struct hc_reader_options options = {.kind = HC_KIND_crosswalk, .need = need};
    struct hc_inputs *in = NULL;
    const struct hc_batch *batch;
    enum hc_status status = hc_inputs_open(&in, paths, count, &options, err);
    while (status == HC_OK && (status = hc_inputs_next(in, &batch, err)) == HC_OK)
        status = hc_crosswalk_add(crosswalk, batch, err);
    if (status == HC_END && accounts)
        hc_accounts_in(accounts, count == 1 ? paths[0] : NULL, hc_inputs_totals(in));
    if (status == HC_END)
        status = hc_crosswalk_resolve(crosswalk, err);
    hc_inputs_free(in);
    return status;
}

enum hc_status hc_load_crosswalk(struct hc_crosswalk **crosswalk, const char *const *paths,
                                 size_t count, struct hc_accounts *accounts,
                                 struct hc_err *err) {
    struct hc_crosswalk_counts counts;
    *crosswalk = NULL;
    if (count == 0)
        return HC_OK;
    enum hc_status status = hc_crosswalk_new(crosswalk, err);
    if (status == HC_OK)
        status = read_crosswalk(*crosswalk, paths, count, accounts, err);
    if (status != HC_OK) {
        hc_crosswalk_free(*crosswalk);
        *crosswalk = NULL;
        return status;
    }
    hc_crosswalk_counts(*crosswalk, &counts);
    if (accounts) {
        hc_accounts_note(accounts, "crosswalk_links", counts.links);
        hc_accounts_note(accounts, "crosswalk_longest", counts.longest);
        hc_accounts_note(accounts, "crosswalk_overruled", counts.overruled);
        hc_accounts_note(accounts, "crosswalk_self", counts.self);
    }
    return HC_OK;
}

enum hc_status hc_load_people(struct hc_people **people, const char *path,
                              struct hc_accounts *accounts, struct hc_err *err) {
    static const int need[] = {HC_member_payer, HC_member_member_id, HC_member_person_id,
                               -1};
    struct hc_reader_options options = {.kind = HC_KIND_member, .need = need};
    struct hc_inputs *in = NULL;
    const struct hc_batch *batch;
    *people = NULL;
    if (!path)
        return HC_OK;
    enum hc_status status = hc_people_new(people, err);
    if (status == HC_OK)
        status = hc_inputs_open(&in, &path, 1, &options, err);
    while (status == HC_OK && (status = hc_inputs_next(in, &batch, err)) == HC_OK)
        status = hc_people_add(*people, batch, err);
    if (status == HC_END && accounts)
        hc_accounts_in(accounts, path, hc_inputs_totals(in));
    hc_inputs_free(in);
    if (status == HC_END)
        return HC_OK;
    hc_people_free(*people);
    *people = NULL;
    hc_err_at_file(err, path);
    return status;
}

uint64_t hc_load_bytes(const char *const *paths, size_t count) {
    uint64_t bytes = 0;
    struct stat s;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(paths[i], "-") == 0 || stat(paths[i], &s) != 0 || !S_ISREG(s.st_mode))
            return 0;
        bytes += (uint64_t)s.st_size;
    }
    return bytes;
}

const char *hc_load_temp_dir(struct hc_arena *arena, const char *given,
                             const char *output) {
    if (given || !output || strcmp(output, "-") == 0)
        return given;
    const char *slash = strrchr(output, '/');
    if (!slash)
        return ".";
    return hc_arena_copy(arena, (struct hc_str){output, (size_t)(slash - output) + 1});
}
