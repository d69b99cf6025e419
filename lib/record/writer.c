#include <stdlib.h>
#include <unistd.h>

#include "record/arrow_schema.h"
#include "record/message.h"
#include "record/told.h"

enum { ALIGN = 64, NODE_BYTES = 16, BUFFER_BYTES = 16, BLOCK_BYTES = 24 };
enum {
    MESSAGE_VERSION,
    MESSAGE_TYPE,
    MESSAGE_HEADER,
    MESSAGE_BODY,
    MESSAGE_META,
    MESSAGE_SLOTS
};
enum { BATCH_LENGTH, BATCH_NODES, BATCH_BUFFERS, BATCH_SLOTS };
enum { DICTIONARY_ID, DICTIONARY_DATA, DICTIONARY_SLOTS };
enum { FOOTER_VERSION, FOOTER_SCHEMA, FOOTER_DICTIONARIES, FOOTER_BATCHES, FOOTER_SLOTS };

static const uint8_t zeros[64 << 10]; /* so many that hc_out_write() does not copy them */

struct part { /* one buffer of a body; ptr NULL: zeros */
    const void *ptr;
    size_t len;
};
struct hc_writer {
    const char *path; /* in arena */
    bool file;
    bool *has; /* by column */
    struct hc_arena arena;
    struct hc_schema schema;
    struct hc_meta meta;
    struct hc_out *out;
    struct hc_totals totals;
    bool totals_made;
    struct hc_buf flat;
    struct hc_buf node;       /* of int64 pairs: rows, nulls */
    struct hc_buf part;       /* of struct part */
    struct hc_arena scratch;  /* what parts point to, when not into the batch */
    struct hc_buf dictionary; /* of struct hc_block */
    struct hc_buf block;
    char digest[65];
};

/* ---- a message ---- */

static size_t padded(size_t len) {
    return (len + ALIGN - 1) / ALIGN * ALIGN;
}

static enum hc_status put_zeros(struct hc_writer *w, size_t len, struct hc_err *err) {
    enum hc_status status = HC_OK;
    while (status == HC_OK && len > 0) {
        size_t some = len < sizeof zeros ? len : sizeof zeros;
        status = hc_out_write(w->out, zeros, some, err);
        len -= some;
    }
    return status;
}

/* Where a message starts, its metadata in w->flat, so that the body behind it stands at a
 * multiple of 64 of the whole output. */
static enum hc_status put_meta(struct hc_writer *w, struct hc_block *block,
                               struct hc_err *err) {
    block->offset = hc_out_bytes(w->out);
    if (w->flat.failed)
        return hc_fail_memory(err);
    size_t len = padded(block->offset + 8 + w->flat.len) - block->offset - 8;
    uint8_t prefix[8] = {0xff,
                         0xff,
                         0xff,
                         0xff,
                         (uint8_t)len,
                         (uint8_t)(len >> 8),
                         (uint8_t)(len >> 16),
                         (uint8_t)(len >> 24)};
    block->meta_bytes = (uint32_t)(8 + len);
    enum hc_status status = hc_out_write(w->out, prefix, sizeof prefix, err);
    if (status == HC_OK)
        status = hc_out_write(w->out, w->flat.ptr, w->flat.len, err);
    if (status == HC_OK)
        status = put_zeros(w, len - w->flat.len, err);
    return status;
}

static uint64_t body_bytes(const struct hc_writer *w) {
    const struct part *part = (const struct part *)(const void *)w->part.ptr;
    uint64_t total = 0;
    for (size_t i = 0; i < w->part.len / sizeof *part; i++)
        total += padded(part[i].len);
    return total;
}

static enum hc_status put_body(struct hc_writer *w, struct hc_err *err) {
    const struct part *part = (const struct part *)(const void *)w->part.ptr;
    enum hc_status status = HC_OK;
    for (size_t i = 0; i < w->part.len / sizeof *part && status == HC_OK; i++) {
        if (part[i].ptr)
            status = hc_out_write(w->out, part[i].ptr, part[i].len, err);
        else
            status = put_zeros(w, part[i].len, err);
        if (status == HC_OK)
            status = put_zeros(w, padded(part[i].len) - part[i].len, err);
    }
    return status;
}

/* The Message table; returns where its header is to be referred to. */
static size_t start_message(struct hc_writer *w, enum hc_message_type type, uint64_t body,
                            const struct hc_meta *meta) {
    struct hc_flat_slot slot[MESSAGE_SLOTS] = {
        [MESSAGE_VERSION] = HC_FLAT_INT(2, HC_ARROW_V5),
        [MESSAGE_TYPE] = HC_FLAT_INT(1, type),
        [MESSAGE_HEADER] = HC_FLAT_REF,
        [MESSAGE_BODY] = HC_FLAT_INT(8, (int64_t)body),
        [MESSAGE_META] = {.bytes = meta ? 4 : 0},
    };
    hc_buf_clear(&w->flat);
    hc_flat_start(&w->flat);
    hc_flat_build_table(&w->flat, 0, slot, MESSAGE_SLOTS);
    if (meta)
        hc_arrow_meta_build(&w->flat, slot[MESSAGE_META].at, meta);
    return slot[MESSAGE_HEADER].at;
}

/* The RecordBatch table of what stands in w->node and w->part. */
static void build_batch(struct hc_writer *w, size_t from, size_t rows) {
    const struct part *part = (const struct part *)(const void *)w->part.ptr;
    size_t nodes = w->node.len / NODE_BYTES, parts = w->part.len / sizeof *part;
    struct hc_flat_slot slot[BATCH_SLOTS] = {HC_FLAT_INT(8, (int64_t)rows), HC_FLAT_REF,
                                             HC_FLAT_REF};
    uint64_t offset = 0;
    hc_flat_build_table(&w->flat, from, slot, BATCH_SLOTS);
    size_t at = hc_flat_build_vector(&w->flat, slot[BATCH_NODES].at, nodes, NODE_BYTES);
    if (nodes && !w->flat.failed)
        memcpy(w->flat.ptr + at, w->node.ptr, w->node.len);
    at = hc_flat_build_vector(&w->flat, slot[BATCH_BUFFERS].at, parts, BUFFER_BYTES);
    for (size_t i = 0; i < parts; i++) {
        hc_flat_put(&w->flat, at + BUFFER_BYTES * i, (int64_t)offset, 8);
        hc_flat_put(&w->flat, at + BUFFER_BYTES * i + 8, (int64_t)part[i].len, 8);
        offset += padded(part[i].len);
    }
}

static enum hc_status put_message(struct hc_writer *w, struct hc_buf *blocks,
                                  struct hc_err *err) {
    struct hc_block block = {.body_bytes = body_bytes(w)};
    enum hc_status status = put_meta(w, &block, err);
    if (status == HC_OK)
        status = put_body(w, err);
    if (w->file)
        hc_buf_put(blocks, &block, sizeof block);
    return status == HC_OK && blocks->failed ? hc_fail_memory(err) : status;
}

/* ---- columns ---- */

static void add_node(struct hc_writer *w, size_t rows, size_t nulls) {
    int64_t node[2] = {(int64_t)rows, (int64_t)nulls};
    hc_buf_put(&w->node, node, sizeof node);
}

static void add_part(struct hc_writer *w, const void *ptr, size_t len) {
    struct part part = {ptr, len};
    hc_buf_put(&w->part, &part, sizeof part);
}

/* Validity of some rows, copied so that bits behind the last row are always 0; the number
 * of nulls, or SIZE_MAX when out of memory. start is a multiple of 8. */
static size_t add_validity(struct hc_writer *w, const uint8_t *valid, size_t start,
                           size_t rows) {
    size_t len = (rows + 7) / 8, set = 0;
    uint8_t *bits;
    if (!valid) {
        add_part(w, NULL, 0);
        return 0;
    }
    if (!(bits = hc_arena_alloc(&w->scratch, len + 8)))
        return SIZE_MAX;
    memcpy(bits, valid + start / 8, len);
    memset(bits + len, 0, 8);
    if (rows % 8)
        bits[len - 1] &= (uint8_t)((1u << rows % 8) - 1);
    for (size_t i = 0; i < len; i += 8) {
        uint64_t word;
        memcpy(&word, bits + i, 8);
        set += (size_t)__builtin_popcountll(word);
    }
    add_part(w, set == rows ? NULL : bits, set == rows ? 0 : len);
    return rows - set;
}

/* Bytes of 0 or 1 to bits: the multiplication gathers eight low bits in the top byte. */
static bool add_bits(struct hc_writer *w, const uint8_t *bools, size_t rows) {
    size_t len = (rows + 7) / 8;
    uint8_t *bits = hc_arena_alloc(&w->scratch, len + 1);
    if (!bits)
        return false;
    for (size_t row = 0; row < rows; row += 8) {
        uint64_t word = 0;
        memcpy(&word, bools + row, rows - row < 8 ? rows - row : 8);
        bits[row / 8] = (uint8_t)(word * UINT64_C(0x0102040810204080) >> 56);
    }
    add_part(w, bits, len);
    return true;
}

/* Offsets from start on, counted from 0. */
static bool add_offsets(struct hc_writer *w, const int32_t *offset, size_t start,
                        size_t count) {
    int32_t base = offset[start];
    if (base == 0) {
        add_part(w, offset + start, (count + 1) * sizeof *offset);
        return true;
    }
    int32_t *moved = hc_arena_alloc(&w->scratch, (count + 1) * sizeof *moved);
    if (!moved)
        return false;
    for (size_t i = 0; i <= count; i++)
        moved[i] = offset[start + i] - base;
    add_part(w, moved, (count + 1) * sizeof *moved);
    return true;
}

static bool add_texts(struct hc_writer *w, const int32_t *offset, const char *bytes,
                      size_t start, size_t count) {
    if (!add_offsets(w, offset, start, count))
        return false;
    add_part(w, bytes + offset[start], (size_t)(offset[start + count] - offset[start]));
    return true;
}

/* A column of the stream that a batch does not have: null in every row. */
static bool add_nulls(struct hc_writer *w, enum hc_type type, size_t rows) {
    static const uint8_t width[] = {
        [HC_TYPE_int32] = 4, [HC_TYPE_date] = 4,  [HC_TYPE_choice] = 1,
        [HC_TYPE_int64] = 8, [HC_TYPE_cents] = 8, [HC_TYPE_e4] = 8,
    };
    add_node(w, rows, rows);
    add_part(w, NULL, (rows + 7) / 8);
    if (type == HC_TYPE_bool) {
        add_part(w, NULL, (rows + 7) / 8);
    } else if (type == HC_TYPE_utf8 || type == HC_TYPE_list) {
        add_part(w, NULL, (rows + 1) * 4);
        if (type == HC_TYPE_list) {
            add_node(w, 0, 0);
            add_part(w, NULL, 0);
            add_part(w, NULL, 4);
        }
        add_part(w, NULL, 0);
    } else {
        add_part(w, NULL, rows * width[type]);
    }
    return true;
}

static bool add_column(struct hc_writer *w, const struct hc_column *c, enum hc_type type,
                       size_t start, size_t rows) {
    if (!c->present)
        return add_nulls(w, type, rows);
    size_t nulls = add_validity(w, c->valid, start, rows);
    if (nulls == SIZE_MAX)
        return false;
    add_node(w, rows, nulls);
    switch (type) {
    case HC_TYPE_bool:
        return add_bits(w, c->bools + start, rows);
    case HC_TYPE_choice:
        add_part(w, c->i8 + start, rows);
        return true;
    case HC_TYPE_int32:
    case HC_TYPE_date:
        add_part(w, c->i32 + start, rows * 4);
        return true;
    case HC_TYPE_int64:
    case HC_TYPE_cents:
    case HC_TYPE_e4:
        add_part(w, c->i64 + start, rows * 8);
        return true;
    case HC_TYPE_utf8:
        return add_texts(w, c->offset, c->bytes, start, rows);
    case HC_TYPE_list:
        break;
    }
    size_t first = (size_t)c->offset[start];
    size_t items = (size_t)c->offset[start + rows] - first;
    static const int32_t none[1];
    if (!add_offsets(w, c->offset, start, rows))
        return false;
    add_node(w, items, 0);
    add_part(w, NULL, 0);
    if (items)
        return add_texts(w, c->item, c->bytes, first, items);
    add_part(w, none, sizeof none);
    add_part(w, NULL, 0);
    return true;
}

/* ---- batches ---- */

static size_t text_bytes(const struct hc_batch *b, const bool *has, size_t start,
                         size_t rows) {
    size_t total = 0;
    for (size_t i = 0; i < b->schema->fields; i++) {
        const struct hc_column *c = &b->column[i];
        if (!has[i] || !c->present || (c->type != HC_TYPE_utf8 && c->type != HC_TYPE_list))
            continue;
        size_t first = (size_t)c->offset[start], last = (size_t)c->offset[start + rows];
        if (c->type == HC_TYPE_utf8)
            total += last - first;
        else if (last > first)
            total += (size_t)(c->item[last] - c->item[first]);
    }
    return total;
}

static enum hc_status write_rows(struct hc_writer *w, const struct hc_batch *batch,
                                 size_t start, size_t rows, struct hc_err *err) {
    bool done = true;
    hc_buf_clear(&w->node);
    hc_buf_clear(&w->part);
    hc_arena_reset(&w->scratch);
    for (size_t i = 0; i < w->schema.fields && done; i++)
        if (w->has[i])
            done = add_column(w, &batch->column[i], w->schema.field[i].type, start, rows);
    if (!done || w->node.failed || w->part.failed)
        return hc_fail_memory(err);
    build_batch(w, start_message(w, HC_MESSAGE_batch, body_bytes(w), NULL), rows);
    return put_message(w, &w->block, err);
}

enum hc_status hc_writer_write(struct hc_writer *w, struct hc_batch *batch,
                               struct hc_err *err) {
    enum hc_status status = hc_batch_seal(batch, err);
    if (status == HC_OK && batch->schema->fields != w->schema.fields)
        return hc_fail(err, HC_EINTERNAL, "a batch of %zu columns for a stream of %zu",
                       batch->schema->fields, w->schema.fields);
    for (size_t i = 0; i < w->schema.fields; i++)
        if (batch->column[i].type != w->schema.field[i].type)
            return hc_fail(err, HC_EINTERNAL, "a batch whose columns are not the stream's");
    for (size_t start = 0, rows; start < batch->rows && status == HC_OK; start += rows) {
        rows = batch->rows - start;
        if (rows > HC_BATCH_ROWS)
            rows = HC_BATCH_ROWS;
        /* slices start at multiples of 8, so that bitmaps are cut between bytes */
        while (rows > 8 && text_bytes(batch, w->has, start, rows) > 2 * HC_BATCH_BYTES)
            rows = (rows / 2 + 7) / 8 * 8;
        status = write_rows(w, batch, start, rows, err);
    }
    if (status == HC_OK)
        hc_totals_add(&w->totals, batch);
    if (status != HC_OK)
        hc_err_at_file(err, w->path);
    return status;
}

const struct hc_totals *hc_writer_totals(const struct hc_writer *writer) {
    return &writer->totals;
}

/* ---- the start ---- */

static enum hc_status keep_meta(struct hc_writer *w, const struct hc_meta *meta,
                                const char *tool, struct hc_err *err) {
    const char *version = hc_arena_printf(&w->arena, "%d", w->schema.version);
    const char *own[][2] = {
        {"hc.kind", w->schema.name}, {"hc.version", version}, {"hc.tool", tool}};
    size_t count = 3 + (meta ? meta->count : 0);
    w->meta.pair = hc_arena_zalloc(&w->arena, count * sizeof *w->meta.pair);
    if (!w->meta.pair || !version)
        return hc_fail_memory(err);
    for (; w->meta.count < 3; w->meta.count++)
        w->meta.pair[w->meta.count] = (struct hc_meta_pair){
            hc_str_of(own[w->meta.count][0]), hc_str_of(own[w->meta.count][1])};
    for (size_t i = 0; meta && i < meta->count; i++) {
        const struct hc_meta_pair *pair = &meta->pair[i];
        if (hc_str_is(pair->key, "hc.kind") || hc_str_is(pair->key, "hc.version") ||
            hc_str_is(pair->key, "hc.tool"))
            continue;
        const char *key = hc_arena_copy(&w->arena, pair->key);
        const char *value = hc_arena_copy(&w->arena, pair->value);
        if (!key || !value)
            return hc_fail_memory(err);
        w->meta.pair[w->meta.count++] =
            (struct hc_meta_pair){{key, pair->key.len}, {value, pair->value.len}};
    }
    return HC_OK;
}

/* The whole closed list of a choice, under its column number. */
static enum hc_status write_dictionary(struct hc_writer *w, size_t column,
                                       struct hc_err *err) {
    const struct hc_choices *choices = w->schema.field[column].choices;
    struct hc_buf offset = {0}, bytes = {0};
    struct hc_flat_slot slot[DICTIONARY_SLOTS] = {HC_FLAT_INT(8, (int64_t)column),
                                                  HC_FLAT_REF};
    hc_buf_put(&offset, &(int32_t){0}, 4);
    for (int i = 0; i < choices->count; i++) {
        hc_buf_puts(&bytes, choices->value[i]);
        hc_buf_put(&offset, &(int32_t){(int32_t)bytes.len}, 4);
    }
    hc_buf_clear(&w->node);
    hc_buf_clear(&w->part);
    add_node(w, (size_t)choices->count, 0);
    add_part(w, NULL, 0);
    add_part(w, offset.ptr, offset.len);
    add_part(w, bytes.ptr, bytes.len);
    enum hc_status status = HC_OK;
    if (offset.failed || bytes.failed || w->node.failed || w->part.failed)
        status = hc_fail_memory(err);
    if (status == HC_OK) {
        size_t at = start_message(w, HC_MESSAGE_dictionary, body_bytes(w), NULL);
        hc_flat_build_table(&w->flat, at, slot, DICTIONARY_SLOTS);
        build_batch(w, slot[DICTIONARY_DATA].at, (size_t)choices->count);
        status = put_message(w, &w->dictionary, err);
    }
    hc_buf_free(&offset);
    hc_buf_free(&bytes);
    return status;
}

static enum hc_status write_start(struct hc_writer *w, struct hc_err *err) {
    struct hc_block unused;
    enum hc_status status = HC_OK;
    if (w->file)
        status = hc_out_write(w->out, HC_ARROW_MAGIC "\0", 8, err);
    if (status == HC_OK) {
        size_t at = start_message(w, HC_MESSAGE_schema, 0, NULL);
        hc_arrow_schema_build(&w->flat, at, &w->schema, w->has, &w->meta);
        status = put_meta(w, &unused, err);
    }
    for (size_t i = 0; i < w->schema.fields && status == HC_OK; i++)
        if (w->has[i] && w->schema.field[i].type == HC_TYPE_choice)
            status = write_dictionary(w, i, err);
    return status;
}

static enum hc_status open_writer(struct hc_writer *w, const struct hc_schema *schema,
                                  const struct hc_meta *meta, const char *tool,
                                  const struct hc_writer_options *options,
                                  struct hc_err *err) {
    struct hc_out_options out = {options->durable, options->public_, options->digest};
    struct hc_field *field =
        hc_arena_zalloc(&w->arena, (schema->fields + 1) * sizeof *field);
    w->has = hc_arena_zalloc(&w->arena, schema->fields + 1);
    if (!field || !w->has)
        return hc_fail_memory(err);
    memcpy(field, schema->field, schema->fields * sizeof *field);
    w->schema = *schema;
    w->schema.field = field;
    for (size_t i = 0; i < schema->fields; i++)
        w->has[i] = !options->has || options->has[i];
    enum hc_status status = hc_totals_init(&w->totals, &w->schema, err);
    w->totals_made = status == HC_OK;
    for (size_t i = 0; i < schema->fields && w->totals_made; i++)
        w->totals.has[i] = w->has[i] && (schema->field[i].flags & HC_SUM);
    if (status == HC_OK)
        status = keep_meta(w, meta, tool, err);
    if (status == HC_OK && !w->file && isatty(STDOUT_FILENO)) {
        hc_fail(err, HC_EUSAGE, "a record stream is not shown on a terminal");
        hc_err_hint(err, "| hc-export, or -o FILE");
        return HC_EUSAGE;
    }
    if (status == HC_OK)
        status = hc_out_open(&w->out, w->path, &out, err);
    return status == HC_OK ? write_start(w, err) : status;
}

enum hc_status hc_writer_open(struct hc_writer **writer, const char *path,
                              const struct hc_schema *schema, const struct hc_meta *meta,
                              const char *tool, const struct hc_writer_options *options,
                              struct hc_err *err) {
    static const struct hc_writer_options none;
    struct hc_writer *w = calloc(1, sizeof *w);
    *writer = NULL;
    if (!w)
        return hc_fail_memory(err);
    w->file = path && strcmp(path, "-") != 0;
    w->path = hc_arena_copy(&w->arena, hc_str_of(w->file ? path : "-"));
    enum hc_status status =
        w->path ? open_writer(w, schema, meta, tool, options ? options : &none, err)
                : hc_fail_memory(err);
    if (status != HC_OK) {
        hc_err_at_file(err, w->file ? path : "-");
        hc_writer_free(w);
        return status;
    }
    *writer = w;
    return HC_OK;
}

/* ---- the end ---- */

/* An empty batch of all columns, its message's metadata the totals. */
static enum hc_status write_totals(struct hc_writer *w, struct hc_err *err) {
    static const struct hc_column absent;
    struct hc_buf text = {0};
    enum hc_status status = hc_totals_print(&w->totals, w->has, &text, err);
    if (status == HC_OK) {
        struct hc_meta_pair pair = {HC_STR(HC_TOTALS_KEY), hc_buf_str(&text)};
        struct hc_meta meta = {1, &pair};
        hc_buf_clear(&w->node);
        hc_buf_clear(&w->part);
        for (size_t i = 0; i < w->schema.fields; i++)
            if (w->has[i])
                add_column(w, &absent, w->schema.field[i].type, 0, 0);
        build_batch(w, start_message(w, HC_MESSAGE_batch, body_bytes(w), &meta), 0);
        status = put_message(w, &w->block, err);
    }
    hc_buf_free(&text);
    return status;
}

static void build_blocks(struct hc_buf *flat, size_t from, const struct hc_buf *blocks) {
    const struct hc_block *block = (const struct hc_block *)(const void *)blocks->ptr;
    size_t count = blocks->len / sizeof *block;
    size_t at = hc_flat_build_vector(flat, from, count, BLOCK_BYTES);
    for (size_t i = 0; i < count; i++) {
        hc_flat_put(flat, at + BLOCK_BYTES * i, (int64_t)block[i].offset, 8);
        hc_flat_put(flat, at + BLOCK_BYTES * i + 8, block[i].meta_bytes, 4);
        hc_flat_put(flat, at + BLOCK_BYTES * i + 16, (int64_t)block[i].body_bytes, 8);
    }
}

static enum hc_status write_footer(struct hc_writer *w, struct hc_err *err) {
    struct hc_flat_slot slot[FOOTER_SLOTS] = {HC_FLAT_INT(2, HC_ARROW_V5), HC_FLAT_REF,
                                              HC_FLAT_REF, HC_FLAT_REF};
    hc_buf_clear(&w->flat);
    hc_flat_start(&w->flat);
    hc_flat_build_table(&w->flat, 0, slot, FOOTER_SLOTS);
    hc_arrow_schema_build(&w->flat, slot[FOOTER_SCHEMA].at, &w->schema, w->has, &w->meta);
    build_blocks(&w->flat, slot[FOOTER_DICTIONARIES].at, &w->dictionary);
    build_blocks(&w->flat, slot[FOOTER_BATCHES].at, &w->block);
    hc_flat_pad(&w->flat, 8);
    if (w->flat.failed)
        return hc_fail_memory(err);
    uint32_t len = (uint32_t)w->flat.len;
    uint8_t tail[10] = {(uint8_t)len,
                        (uint8_t)(len >> 8),
                        (uint8_t)(len >> 16),
                        (uint8_t)(len >> 24),
                        'A',
                        'R',
                        'R',
                        'O',
                        'W',
                        '1'};
    enum hc_status status = hc_out_write(w->out, w->flat.ptr, w->flat.len, err);
    return status == HC_OK ? hc_out_write(w->out, tail, sizeof tail, err) : status;
}

enum hc_status hc_writer_commit(struct hc_writer *w, struct hc_err *err) {
    static const uint8_t end_mark[8] = {0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0};
    enum hc_status status = write_totals(w, err);
    if (status == HC_OK)
        status = hc_out_write(w->out, end_mark, sizeof end_mark, err);
    if (status == HC_OK && w->file)
        status = write_footer(w, err);
    if (status == HC_OK)
        status = hc_out_commit(w->out, err);
    if (status == HC_OK && w->file)
        status = hc_out_digest(w->out, w->digest, err);
    if (status != HC_OK)
        hc_err_at_file(err, w->path);
    return status;
}

const char *hc_writer_digest(const struct hc_writer *writer) {
    return writer->digest;
}

void hc_writer_free(struct hc_writer *writer) {
    if (!writer)
        return;
    hc_out_free(writer->out);
    if (writer->totals_made)
        hc_totals_free(&writer->totals);
    hc_buf_free(&writer->flat);
    hc_buf_free(&writer->node);
    hc_buf_free(&writer->part);
    hc_buf_free(&writer->dictionary);
    hc_buf_free(&writer->block);
    hc_arena_free(&writer->scratch);
    hc_arena_free(&writer->arena);
    free(writer);
}
