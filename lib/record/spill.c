#include "record/spill.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"

/* Each present column: this head, then bitmap, values or offsets, items, bytes; each part
 * padded to 8, so that they can be used where they stand. */
struct head {
    uint32_t present;
    uint32_t valid;
    uint32_t items;
    uint32_t bytes;
};

static size_t width_of(enum hc_type type) {
    switch (type) {
    case HC_TYPE_bool:
    case HC_TYPE_choice:
        return 1;
    case HC_TYPE_int64:
    case HC_TYPE_cents:
    case HC_TYPE_e4:
        return 8;
    case HC_TYPE_int32:
    case HC_TYPE_date:
    case HC_TYPE_utf8:
    case HC_TYPE_list:
        break;
    }
    return 4;
}

/* Bytes of the values, or of the offsets. */
static size_t fixed_bytes(enum hc_type type, size_t rows) {
    bool offsets = type == HC_TYPE_utf8 || type == HC_TYPE_list;
    return (rows + offsets) * width_of(type);
}

size_t hc_batch_footprint(const struct hc_batch *batch) {
    size_t bytes = batch->bytes;
    for (size_t i = 0; i < batch->schema->fields; i++)
        if (batch->column[i].present)
            bytes += fixed_bytes(batch->column[i].type, batch->rows) + batch->rows / 8 + 1;
    return bytes;
}

void hc_spill_init(struct hc_spill *spill, const struct hc_schema *schema,
                   const char *folder) {
    *spill = (struct hc_spill){.schema = schema, .folder = folder, .fd = -1};
}

static void put(struct hc_buf *buf, const void *bytes, size_t len) {
    static const char zeros[8];
    hc_buf_put(buf, bytes, len);
    hc_buf_put(buf, zeros, -len & 7);
}

static void put_column(struct hc_buf *buf, const struct hc_column *c, size_t rows) {
    struct head head = {c->present, c->present && c->valid, 0, 0};
    if (c->present && c->type == HC_TYPE_list) {
        head.items = (uint32_t)c->offset[rows];
        head.bytes = (uint32_t)c->item[head.items];
    } else if (c->present && c->type == HC_TYPE_utf8) {
        head.bytes = (uint32_t)c->offset[rows];
    }
    put(buf, &head, sizeof head);
    if (!c->present)
        return;
    if (head.valid)
        put(buf, c->valid, (rows + 7) / 8);
    put(buf, c->bools, fixed_bytes(c->type, rows));
    if (c->type == HC_TYPE_list)
        put(buf, c->item, (head.items + (size_t)1) * sizeof *c->item);
    if (head.bytes)
        put(buf, c->bytes, head.bytes);
}

enum hc_status hc_spill_write(struct hc_spill *spill, struct hc_batch *batch,
                              struct hc_extent *extent, struct hc_err *err) {
    enum hc_status status = hc_batch_seal(batch, err);
    if (status == HC_OK && spill->fd < 0)
        status = hc_temp_open(&spill->fd, spill->folder, err);
    if (status != HC_OK)
        return status;
    hc_buf_clear(&spill->buf);
    for (size_t i = 0; i < spill->schema->fields; i++)
        put_column(&spill->buf, &batch->column[i], batch->rows);
    if (spill->buf.failed)
        return hc_fail_memory(err);
    *extent = (struct hc_extent){spill->end, spill->buf.len, batch->rows};
    status = hc_temp_write(spill->fd, spill->end, spill->buf.ptr, spill->buf.len, err);
    if (status == HC_OK)
        spill->end += spill->buf.len;
    return status;
}

/* The next len bytes of a view, padded; NULL when there are not so many. */
static uint8_t *get(struct hc_buf *buf, size_t *at, size_t len) {
    uint8_t *bytes = buf->ptr + *at;
    size_t padded = len + (-len & 7);
    if (padded > buf->len - *at)
        return NULL;
    *at += padded;
    return bytes;
}

static bool get_column(struct hc_buf *buf, size_t *at, struct hc_column *c, size_t rows) {
    const struct head *head = (const struct head *)(void *)get(buf, at, sizeof *head);
    if (!head)
        return false;
    c->present = head->present;
    if (!c->present)
        return true;
    if (head->valid && !(c->valid = get(buf, at, (rows + 7) / 8)))
        return false;
    if (!(c->bools = get(buf, at, fixed_bytes(c->type, rows))))
        return false;
    if (c->type == HC_TYPE_list) {
        size_t bytes = (head->items + (size_t)1) * sizeof *c->item;
        if (!(c->item = (int32_t *)(void *)get(buf, at, bytes)))
            return false;
    }
    return !head->bytes || (c->bytes = (char *)get(buf, at, head->bytes));
}

enum hc_status hc_spill_read(struct hc_spill *spill, const struct hc_extent *extent,
                             struct hc_view *view, struct hc_err *err) {
    size_t at = 0, fields = spill->schema->fields;
    if (!view->batch.column)
        view->batch.column = calloc(fields ? fields : 1, sizeof *view->batch.column);
    hc_buf_clear(&view->buf);
    if (!view->batch.column || !hc_buf_reserve(&view->buf, extent->bytes))
        return hc_fail_memory(err);
    enum hc_status status =
        hc_temp_read(spill->fd, extent->offset, view->buf.ptr, extent->bytes, err);
    if (status != HC_OK)
        return status;
    view->buf.len = extent->bytes;
    view->batch.schema = spill->schema;
    view->batch.rows = extent->rows;
    for (size_t i = 0; i < fields; i++) {
        struct hc_column *c = &view->batch.column[i];
        *c = (struct hc_column){.type = spill->schema->field[i].type};
        if (!get_column(&view->buf, &at, c, extent->rows))
            return hc_fail(err, HC_EIO, "a temporary file does not hold what was written");
    }
    return HC_OK;
}

void hc_view_free(struct hc_view *view) {
    free(view->batch.column);
    hc_buf_free(&view->buf);
    *view = (struct hc_view){0};
}

void hc_spill_free(struct hc_spill *spill) {
    if (spill->fd >= 0)
        close(spill->fd);
    hc_buf_free(&spill->buf);
    spill->fd = -1;
}
