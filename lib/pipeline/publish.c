#include "pipeline/publish.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "base/tool.h"
#include "base/yaml.h"

enum { COPY_BYTES = 1 << 16, PUBLISHED_LIMIT = 64 << 20 };

static size_t gather(struct hc_exec *exec, struct hc_published *list) {
    const struct hc_job_set *set = exec->set;
    size_t count = 0;
    for (size_t i = 0; i < set->jobs; i++) {
        const struct hc_job *job = &set->job[i];
        const struct hc_step *step = &set->plan->step[job->step];
        for (size_t o = 0; step->publish && o < job->record.outputs; o++) {
            const struct hc_mark *output = &job->record.output[o];
            if (strcmp(output->name, hc_base_name(step->publish)) == 0)
                list[count++] = (struct hc_published){job,          step->publish,
                                                      output->path, output->sha256,
                                                      output->size, step->public_};
        }
    }
    return count;
}

/* What the manifest depends on besides the published files: when it changes, there is a new
 * manifest though no job ran (a step was taken out, say). */
static enum hc_status fingerprint(const struct hc_exec *exec, char hex[65],
                                  struct hc_err *err) {
    struct hc_digest *digest = NULL;
    enum hc_status status = hc_digest_new(&digest, err);
    if (status != HC_OK)
        return status;
    for (size_t i = 0; i < exec->set->jobs; i++) {
        const struct hc_job *job = &exec->set->job[i];
        hc_digest_add(digest, job->name, strlen(job->name) + 1);
        for (size_t o = 0; o < job->record.outputs; o++)
            hc_digest_add(digest, job->record.output[o].sha256, 64);
    }
    const struct hc_history *history = &exec->set->plan->history;
    if (exec->set->plan->as_of)
        hc_digest_add(digest, exec->set->plan->as_of, strlen(exec->set->plan->as_of) + 1);
    for (uint32_t k = 0; k < hc_map_len(history->key); k++) {
        const struct hc_event *event = &history->event[history->last[k]];
        struct hc_str key = hc_map_key(history->key, k);
        if (event->action != HC_EVENT_received) { /* the manifest says so */
            hc_digest_add(digest, key.ptr, key.len);
            hc_digest_add(digest, event->at, strlen(event->at) + 1);
            if (event->sha256) /* two events may fall into one second */
                hc_digest_add(digest, event->sha256, 64);
        }
    }
    hc_digest_hex(digest, hex);
    hc_digest_free(digest);
    return HC_OK;
}

static const char *in_folder(struct hc_exec *exec, const char *folder, const char *name) {
    return hc_arena_printf(&exec->set->arena, "%s/%s", folder, name);
}

static bool file_is(const char *path, const char *sha256) {
    char hex[65];
    return access(path, F_OK) == 0 && hc_digest_file(path, hex, NULL) == HC_OK &&
           strcmp(hex, sha256) == 0;
}

/* Why a published file is not what was published. */
static const char *fault_of(struct hc_exec *exec, const char *path, const char *sha256) {
    if (!path || file_is(path, sha256))
        return NULL;
    return hc_arena_printf(&exec->set->arena, "%s: output %s since it was published", path,
                           access(path, F_OK) == 0 ? "altered" : "removed");
}

/* Does all of it stand there, with the manifest that was written for just this? *why only
 * when the files should be good as they are. */
static bool stands(struct hc_exec *exec, const struct hc_published *list, size_t count,
                   const char *plan_hex, const char **why) {
    const char *out = exec->set->plan->out;
    const char *state = in_folder(exec, exec->set->plan->work, "state/(published).json");
    struct hc_yaml *yaml = NULL;
    struct hc_buf text = {0};
    bool good = state && hc_read_file(state, PUBLISHED_LIMIT, &text, NULL) == HC_OK &&
                hc_yaml_parse(&yaml, state, hc_buf_str(&text), true, NULL) == HC_OK;
    const struct hc_node *root = good ? hc_yaml_root(yaml) : NULL;
    const struct hc_node *plan = hc_node_get(root, "plan");
    const struct hc_node *manifest = hc_node_get(root, "manifest");
    const char *path = in_folder(exec, out, "manifest.json");
    good = good && plan && manifest && path && hc_str_is(plan->text, plan_hex);
    if (good)
        *why = fault_of(exec, path, manifest->text.ptr);
    for (size_t i = 0; good && i < count; i++) {
        const char *file = in_folder(exec, out, list[i].name);
        const char *fault = fault_of(exec, file, list[i].sha256);
        *why = fault ? fault : *why;
    }
    good = good && !*why;
    hc_yaml_free(yaml);
    hc_buf_free(&text);
    return good;
}

/* Make path, which is made 0700 as any folder is, and open each folder newly made to whom
 * the caller's umask lets in: a published file that nobody can reach is not published. */
static enum hc_status make_open_folder(struct hc_exec *exec, const char *path,
                                       struct hc_err *err) {
    char *copy = hc_arena_copy(&exec->set->arena, hc_str_of(path));
    size_t had = 0, len = strlen(path);
    if (!copy)
        return hc_fail_memory(err);
    for (size_t i = 1; i <= len; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        copy[i] = '\0';
        had = access(copy, F_OK) == 0 ? i : had;
        copy[i] = path[i];
    }
    enum hc_status status = hc_make_folder(path, err);
    for (size_t i = had + 1; status == HC_OK && i <= len; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        copy[i] = '\0';
        if (chmod(copy, 0777 & ~(mode_t)hc_caller_umask()) != 0)
            status = hc_fail_errno(err, HC_ECREATE, errno, "cannot change the mode");
        if (status != HC_OK)
            hc_err_at_file(err, copy);
        copy[i] = path[i];
    }
    return status;
}

static bool all_public(const struct hc_published *list, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (!list[i].public_)
            return false;
    return count > 0;
}

/* A copy, written whole but not yet renamed into place. */
static enum hc_status prepare(struct hc_exec *exec, const struct hc_published *file,
                              struct hc_out **out, struct hc_err *err) {
    struct hc_out_options options = {
        .durable = true, .public_ = file->public_, .digest = true};
    uint8_t bytes[COPY_BYTES];
    struct hc_in *in = NULL;
    size_t got = 1;
    char hex[65];
    char *path =
        hc_arena_printf(&exec->set->arena, "%s/%s", exec->set->plan->out, file->name);
    char *folder = path ? hc_arena_copy(&exec->set->arena, hc_str_of(path)) : NULL;
    if (!folder)
        return hc_fail_memory(err);
    *strrchr(folder, '/') = '\0';
    enum hc_status status = hc_make_folder(folder, err);
    if (status == HC_OK)
        status = hc_in_open(&in, file->from, err);
    if (status == HC_OK)
        status = hc_out_open(out, path, &options, err);
    while (status == HC_OK && got) {
        status = hc_in_read(in, bytes, sizeof bytes, &got, err);
        if (status == HC_OK && got)
            status = hc_out_write(*out, bytes, got, err);
    }
    hc_in_free(in);
    if (status == HC_OK)
        status = hc_out_digest(*out, hex, err);
    if (status != HC_OK)
        return status;
    if (strcmp(hex, file->sha256) == 0)
        return HC_OK;
    hc_fail(err, HC_EDATA, "altered since step %s wrote it; nothing is published",
            file->job->name);
    hc_err_at_file(err, file->from);
    return HC_EDATA;
}

static enum hc_status write_manifest(const struct hc_manifest *manifest,
                                     const char *plan_hex, struct hc_err *err) {
    struct hc_exec *exec = manifest->exec;
    const char *path = in_folder(exec, exec->set->plan->out, "manifest.json");
    const char *state = in_folder(exec, exec->set->plan->work, "state/(published).json");
    struct hc_buf text = {0};
    struct hc_json json;
    struct hc_out_options durable = {.durable = true, .digest = true};
    char hex[65];
    if (!path || !state)
        return hc_fail_memory(err);
    enum hc_status status = hc_manifest_write(manifest, &text, err);
    if (status == HC_OK)
        status = hc_write_file(path, &durable, &text, hex, err);
    hc_buf_clear(&text);
    hc_json_start(&json, &text, true);
    hc_json_object(&json, NULL);
    hc_json_text(&json, "plan", plan_hex);
    hc_json_text(&json, "manifest", status == HC_OK ? hex : NULL);
    hc_json_array(&json, "deliveries");
    for (size_t i = 0; i < exec->set->jobs; i++)
        if (exec->set->job[i].delivery)
            hc_json_text(&json, NULL, exec->set->job[i].name);
    hc_json_end(&json);
    hc_json_end(&json);
    if (status == HC_OK)
        status = hc_write_file(state, NULL, &text, NULL, err);
    hc_buf_free(&text);
    return status;
}

static struct hc_job *job_of(struct hc_job_set *set, struct hc_str name) {
    for (size_t i = 0; i < set->jobs; i++)
        if (set->job[i].delivery && hc_str_is(name, set->job[i].name))
            return &set->job[i];
    return NULL;
}

enum hc_status hc_publish_gone(struct hc_job_set *set, struct hc_words *gone,
                               struct hc_err *err) {
    const char *state =
        hc_arena_printf(&set->arena, "%s/state/(published).json", set->plan->work);
    bool *counted = hc_arena_zalloc(&set->arena, set->jobs + 1);
    struct hc_yaml *yaml = NULL;
    struct hc_buf text = {0};
    if (!state || !counted)
        return hc_fail_memory(err);
    /* a state that cannot be read is as good as none: everything is published again */
    bool good = access(state, F_OK) == 0 &&
                hc_read_file(state, PUBLISHED_LIMIT, &text, NULL) == HC_OK &&
                hc_yaml_parse(&yaml, state, hc_buf_str(&text), true, NULL) == HC_OK;
    const struct hc_node *list =
        good ? hc_node_get(hc_yaml_root(yaml), "deliveries") : NULL;
    for (const struct hc_node *node = list ? list->child : NULL; node; node = node->next) {
        struct hc_job *job = job_of(set, node->text);
        if (job)
            counted[job - set->job] = true;
        else
            hc_words_add(gone, &set->arena, hc_arena_copy(&set->arena, node->text));
    }
    for (size_t i = 0; list && i < set->jobs; i++)
        if (set->job[i].delivery && !counted[i])
            set->job[i].note =
                "not in the last publication; what an earlier run made of it "
                "is still good";
    hc_yaml_free(yaml);
    hc_buf_free(&text);
    return gone->failed ? hc_fail_memory(err) : HC_OK;
}

enum hc_status hc_publish(struct hc_exec *exec, const char *started, int64_t milliseconds,
                          size_t *published, const char **why, struct hc_err *err) {
    struct hc_job_set *set = exec->set;
    size_t room = set->jobs + 1, count;
    struct hc_published *list = hc_arena_zalloc(&set->arena, room * sizeof *list);
    struct hc_out **out = hc_arena_zalloc(&set->arena, room * sizeof(struct hc_out *));
    const char *old = in_folder(exec, set->plan->out, "manifest.json");
    char plan_hex[65];
    *published = 0;
    *why = NULL;
    if (!list || !out || !old)
        return hc_fail_memory(err);
    count = gather(exec, list);
    enum hc_status status = fingerprint(exec, plan_hex, err);
    if (status != HC_OK || stands(exec, list, count, plan_hex, why))
        return status;
    status = all_public(list, count) ? make_open_folder(exec, set->plan->out, err)
                                     : hc_make_folder(set->plan->out, err);
    for (size_t i = 0; status == HC_OK && i < count; i++)
        status = prepare(exec, &list[i], &out[i], err);
    /* From the first new file on, the old manifest would speak of files that are gone. */
    if (status == HC_OK && unlink(old) != 0 && errno != ENOENT)
        status = hc_fail_errno(err, HC_EIO, errno, "cannot remove %s", old);
    for (size_t i = 0; status == HC_OK && i < count; i++)
        status = hc_out_commit(out[i], err);
    for (size_t i = 0; i < count; i++)
        hc_out_free(out[i]);
    if (status == HC_OK) {
        struct hc_manifest manifest = {exec, list, count, started, milliseconds};
        status = write_manifest(&manifest, plan_hex, err);
    }
    if (status == HC_OK)
        *published = count;
    return status;
}
