#include "pipeline/said.h"

#include "base/file.h"
#include "base/yaml.h"

enum { LOG_LIMIT = 64 << 20 };

/* "hc-dedupe: warning: ..." */
static struct hc_str of_text(struct hc_str line, const char *program) {
    static const char mark[] = ": warning: ";
    size_t name = strlen(program), from = name + sizeof mark - 1;
    if (line.len <= from || memcmp(line.ptr, program, name) != 0 ||
        memcmp(line.ptr + name, mark, sizeof mark - 1) != 0)
        return HC_STR("");
    return (struct hc_str){line.ptr + from, line.len - from};
}

/* {"tool": "hc-dedupe", "level": "warning", "message": "..."} */
static enum hc_status add_json(struct hc_job_set *set, struct hc_str line,
                               struct hc_words *lines, struct hc_err *err) {
    struct hc_yaml *yaml = NULL;
    struct hc_err none = {0};
    enum hc_status status = hc_yaml_parse(&yaml, "log", line, true, &none);
    const struct hc_node *root = status == HC_OK ? hc_yaml_root(yaml) : NULL;
    const struct hc_node *level = hc_node_get(root, "level");
    const struct hc_node *message = hc_node_get(root, "message");
    if (level && message && hc_str_is(level->text, "warning"))
        hc_words_add(lines, &set->arena, hc_arena_copy(&set->arena, message->text));
    hc_yaml_free(yaml);
    return status == HC_ENOMEM ? hc_fail_memory(err) : HC_OK;
}

enum hc_status hc_said_warnings(struct hc_job_set *set, const struct hc_job *job,
                                struct hc_words *lines, struct hc_err *err) {
    const char *program = set->plan->step[job->step].tool->program;
    struct hc_buf text = {0};
    enum hc_status status = hc_read_file(job->log, LOG_LIMIT, &text, err);
    if (status == HC_ENOINPUT)
        status = HC_OK;
    for (size_t at = 0, len; status == HC_OK && at < text.len; at += len + 1) {
        const char *line = (const char *)text.ptr + at;
        const char *end = memchr(line, '\n', text.len - at);
        len = end ? (size_t)(end - line) : text.len - at;
        struct hc_str said = of_text((struct hc_str){line, len}, program);
        if (said.len)
            hc_words_add(lines, &set->arena, hc_arena_copy(&set->arena, said));
        else if (len && *line == '{')
            status = add_json(set, (struct hc_str){line, len}, lines, err);
    }
    hc_buf_free(&text);
    return status == HC_OK && lines->failed ? hc_fail_memory(err) : status;
}

enum hc_status hc_said_by_steps(struct hc_job_set *set, struct hc_words *lines,
                                struct hc_err *err) {
    enum hc_status status = HC_OK;
    for (size_t i = 0; i < set->jobs && status == HC_OK; i++) {
        const struct hc_job *job = &set->job[i];
        struct hc_words own = {0};
        if (job->delivery || job->status != HC_JOB_DONE || !job->ran)
            continue;
        status = hc_said_warnings(set, job, &own, err);
        for (size_t n = 0; status == HC_OK && n < own.count; n++)
            hc_words_add(
                lines, &set->arena,
                hc_arena_printf(&set->arena, "step %s: %s", job->name, own.item[n]));
    }
    return status == HC_OK && lines->failed ? hc_fail_memory(err) : status;
}
