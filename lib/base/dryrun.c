#include "base/dryrun.h"

#include "base/file.h"
#include "base/tool.h"

void hc_dryrun_start(struct hc_dryrun *dry, const char *tool) {
    *dry = (struct hc_dryrun){0};
    hc_json_start(&dry->json, &dry->text, true);
    hc_json_object(&dry->json, NULL);
    hc_json_text(&dry->json, "tool", tool);
    hc_json_text(&dry->json, "version", HC_VERSION);
}

/* All three lists are always there; ask for them in this order. */
static void move_to(struct hc_dryrun *dry, int section) {
    static const char *const names[] = {"reads", "writes", "config"};
    while (dry->sections <= section) {
        if (dry->sections > 0)
            hc_json_end(&dry->json);
        hc_json_array(&dry->json, names[dry->sections++]);
    }
}

void hc_dryrun_reads(struct hc_dryrun *dry, const char *path, const char *kind,
                     const char *const *columns) {
    move_to(dry, 0);
    hc_json_object(&dry->json, NULL);
    hc_json_inline(&dry->json);
    hc_json_text(&dry->json, "path", path);
    hc_json_text(&dry->json, "kind", kind);
    if (columns) {
        hc_json_array(&dry->json, "columns");
        for (; *columns; columns++)
            hc_json_text(&dry->json, NULL, *columns);
        hc_json_end(&dry->json);
    } else {
        hc_json_null(&dry->json, "columns");
    }
    hc_json_end(&dry->json);
}

void hc_dryrun_writes(struct hc_dryrun *dry, const char *path, const char *kind) {
    move_to(dry, 1);
    hc_json_object(&dry->json, NULL);
    hc_json_inline(&dry->json);
    hc_json_text(&dry->json, "path", path);
    hc_json_text(&dry->json, "kind", kind);
    hc_json_end(&dry->json);
}

void hc_dryrun_config(struct hc_dryrun *dry, const char *path) {
    move_to(dry, 2);
    hc_json_text(&dry->json, NULL, path);
}

enum hc_status hc_dryrun_end(struct hc_dryrun *dry, struct hc_err *err) {
    struct hc_out *out = NULL;
    move_to(dry, 2);
    hc_json_end(&dry->json);
    hc_json_end(&dry->json);
    enum hc_status status = dry->text.failed ? hc_fail_memory(err) : HC_OK;
    if (status == HC_OK)
        status = hc_out_open(&out, "-", NULL, err);
    if (status == HC_OK)
        status = hc_out_write(out, dry->text.ptr, dry->text.len, err);
    if (status == HC_OK)
        status = hc_out_commit(out, err);
    hc_out_free(out);
    hc_buf_free(&dry->text);
    return status;
}
