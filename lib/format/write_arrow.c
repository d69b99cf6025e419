/* Arrow as the tools read it, with the inputs' metadata. Columns keep the kind's order. */
#include <stdlib.h>

#include "base/tool.h"
#include "format/export.h"

static enum hc_status copy_rows(struct hc_writer *writer, struct hc_export *export,
                                struct hc_err *err) {
    const struct hc_batch *batch = NULL;
    enum hc_status status = HC_OK;
    while (status == HC_OK && (status = hc_stopped(err)) == HC_OK &&
           (status = export->next(export->from, &batch, err)) == HC_OK)
        /* the writer changes only batches that were built */
        status = hc_writer_write(writer, (struct hc_batch *)(uintptr_t)batch, err);
    return status == HC_END ? HC_OK : status;
}

enum hc_status hc_write_arrow(struct hc_export *export, struct hc_err *err) {
    struct hc_writer *writer = NULL;
    struct hc_writer_options options = {.durable = export->out.durable,
                                        .public_ = export->out.public_};
    struct hc_meta_pair report = {HC_STR("hc.report"), export->report};
    struct hc_meta more = {export->report.len ? 1 : 0, &report};
    bool *has = calloc(export->schema->fields + 1, sizeof *has);
    if (!has)
        return hc_fail_memory(err);
    for (size_t i = 0; i < export->columns; i++)
        has[export->column[i]] = true;
    options.has = has;
    enum hc_status status = hc_writer_open_like(&writer, export->path, export->inputs,
                                                &more, export->tool, &options, err);
    if (status == HC_OK)
        status = copy_rows(writer, export, err);
    if (status == HC_OK)
        status = hc_writer_commit(writer, err);
    hc_writer_free(writer);
    free(has);
    return status;
}
