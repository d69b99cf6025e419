#include "pipeline/kept.h"

#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "base/yaml.h"

enum { RECEIPT_LIMIT = 64 << 20 };

static const struct hc_mark *receipt_of(const struct hc_job *job) {
    for (size_t i = 0; i < job->record.outputs; i++)
        if (strcmp(job->record.output[i].name, "receipt.json") == 0)
            return &job->record.output[i];
    return NULL;
}

const char *hc_kept_digest(const struct hc_job *job) {
    const struct hc_mark *receipt = receipt_of(job);
    return receipt ? receipt->sha256 : NULL;
}

/* ---- what hc-run adds ---- */

static bool any_beyond(const struct hc_job *job) {
    for (size_t i = 0; i < job->totals; i++)
        if (job->total[i].beyond)
            return true;
    return false;
}

static void put_previous(struct hc_json *json, const struct hc_job *job) {
    char text[HC_NUM_SIZE];
    hc_json_object(json, "previous");
    hc_json_text(json, "delivery", job->previous);
    hc_json_text(json, "sha256", job->previous_receipt);
    if (any_beyond(job))
        hc_json_text(json, "action", job->trend);
    hc_json_array(json, "totals");
    for (size_t i = 0; i < job->totals; i++) {
        const struct hc_compared *t = &job->total[i];
        hc_json_object(json, NULL);
        hc_json_inline(json);
        hc_json_text(json, "total", t->name);
        hc_json_text(json, "before", t->before);
        hc_json_text(json, "now", t->now);
        hc_json_text(json, "change_percent",
                     t->has_change ? hc_format_scaled(t->change, 2, text) : NULL);
        hc_json_text(json, "bound",
                     t->bound >= 0 ? hc_format_scaled(t->bound, 2, text) : NULL);
        hc_json_bool(json, "within", !t->beyond);
        hc_json_end(json);
    }
    hc_json_end(json);
    hc_json_end(json);
}

/* The comparison stands where hc-ingest would have put it: before what came out. */
static void put_receipt(struct hc_json *json, const struct hc_node *root,
                        const struct hc_job *job) {
    bool told = false, exception = any_beyond(job) && strcmp(job->trend, "exception") == 0;
    hc_json_object(json, NULL);
    for (const struct hc_node *node = root->child; node; node = node->next) {
        if (hc_str_is(node->key, "out")) {
            put_previous(json, job);
            told = true;
        }
        if (hc_str_is(node->key, "verdict") && exception)
            hc_json_text(json, "verdict", "accepted with exceptions");
        else
            hc_json_node(json, node->key.ptr, node);
    }
    if (!told)
        put_previous(json, job);
    hc_json_end(json);
}

static enum hc_status add_comparison(struct hc_buf *text, const char *path,
                                     const struct hc_job *job, struct hc_err *err) {
    struct hc_yaml *yaml = NULL;
    struct hc_buf whole = {0};
    struct hc_json json;
    enum hc_status status = hc_yaml_parse(&yaml, path, hc_buf_str(text), true, err);
    if (status == HC_OK) {
        hc_json_start(&json, &whole, true);
        put_receipt(&json, hc_yaml_root(yaml), job);
        if (whole.failed)
            status = hc_fail_memory(err);
    }
    hc_yaml_free(yaml);
    hc_buf_free(text);
    *text = whole;
    return status;
}

/* ---- keeping ---- */

static bool stands(const char *path, const struct hc_buf *text) {
    struct hc_buf old = {0};
    bool same = access(path, F_OK) == 0 &&
                hc_read_file(path, RECEIPT_LIMIT, &old, NULL) == HC_OK &&
                hc_str_eq(hc_buf_str(&old), hc_buf_str(text));
    hc_buf_free(&old);
    return same;
}

enum hc_status hc_kept_write(struct hc_job_set *set, struct hc_job *job,
                             struct hc_err *err) {
    const struct hc_mark *receipt = receipt_of(job);
    struct hc_out_options options = {.durable = true};
    struct hc_buf text = {0};
    if (!receipt)
        return HC_OK;
    const char *from = hc_arena_printf(&set->arena, "%s/receipt.json", job->folder);
    job->receipt = hc_arena_printf(&set->arena, "%s/receipts/%s.json", set->plan->work,
                                   receipt->sha256);
    if (!from || !job->receipt)
        return hc_fail_memory(err);
    /* where nothing was compared now, what was told of it stands */
    if (!job->compared && access(job->receipt, F_OK) == 0)
        return HC_OK;
    enum hc_status status = hc_read_file(from, RECEIPT_LIMIT, &text, err);
    if (status == HC_OK && job->previous)
        status = add_comparison(&text, from, job, err);
    if (status == HC_OK && !stands(job->receipt, &text))
        status = hc_write_file(job->receipt, &options, &text, NULL, err);
    hc_buf_free(&text);
    return status;
}
