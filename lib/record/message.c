#include "record/message.h"

#include <stdlib.h>

#include "record/folder.h"

enum {
    META_MAX = 64 << 20,  /* of one message; 4,096 columns take 1 MiB */
    FIRST_READ = 1 << 20, /* of a part of unproven length */
    GAP_READ = 16 << 10,  /* unwanted bytes that are cheaper read than skipped */
    TAIL = 4 + 6,         /* of a file: length of the footer, magic */
};
enum { MESSAGE_VERSION, MESSAGE_TYPE, MESSAGE_HEADER, MESSAGE_BODY, MESSAGE_META };
enum { FOOTER_VERSION, FOOTER_SCHEMA, FOOTER_DICTIONARIES, FOOTER_BATCHES };

static enum hc_status truncated(struct hc_err *err, const char *what) {
    return hc_fail(err, HC_EDATA, "truncated: %s", what);
}

static int64_t little(const uint8_t *ptr, size_t bytes) {
    int64_t value = 0;
    for (size_t i = 0; i < bytes; i++)
        value |= (int64_t)ptr[i] << (8 * i);
    return value;
}

/* ---- bytes ---- */

/* Exactly len bytes, of which none may be missing. */
static enum hc_status read_all(struct hc_messages *m, void *bytes, size_t len,
                               struct hc_err *err) {
    if (len == 0)
        return HC_OK;
    enum hc_status status = hc_in_read_all(m->in, bytes, len, err);
    if (status == HC_END || status == HC_EDATA)
        return truncated(err, "the stream ends before its totals");
    return status;
}

static enum hc_status skip(struct hc_messages *m, uint64_t len, struct hc_err *err) {
    uint8_t scratch[16384];
    enum hc_status status = HC_OK;
    while (status == HC_OK && len > 0) {
        size_t part = len < sizeof scratch ? (size_t)len : sizeof scratch;
        status = read_all(m, scratch, part, err);
        len -= part;
    }
    return status;
}

static enum hc_status body_reserve(struct hc_body *body, size_t need, struct hc_err *err) {
    size_t cap = body->cap ? body->cap : 64 << 10;
    if (need <= body->cap)
        return HC_OK;
    while (cap < need)
        cap *= 2;
    uint8_t *bigger = aligned_alloc(64, cap);
    if (!bigger)
        return hc_fail_memory(err);
    if (body->len)
        memcpy(bigger, body->ptr, body->len);
    free(body->ptr);
    body->ptr = bigger;
    body->cap = cap;
    return HC_OK;
}

/* Append len bytes of the input; a pipe must first deliver what it claims. */
static enum hc_status body_append(struct hc_messages *m, struct hc_body *body, uint64_t at,
                                  uint64_t len, struct hc_err *err) {
    enum hc_status status = HC_OK;
    while (status == HC_OK && len > 0) {
        uint64_t part = len;
        uint64_t trust = m->by_footer             ? len
                         : body->len > FIRST_READ ? body->len
                                                  : FIRST_READ;
        if (part > trust)
            part = trust;
        status = body_reserve(body, body->len + part, err);
        if (status == HC_OK && m->by_footer)
            status = hc_in_read_at(m->in, at, body->ptr + body->len, part, err);
        else if (status == HC_OK)
            status = read_all(m, body->ptr + body->len, part, err);
        if (status == HC_OK)
            body->len += part;
        at += part;
        len -= part;
    }
    return status;
}

void hc_body_free(struct hc_body *body) {
    free(body->ptr);
    *body = (struct hc_body){0};
}

enum hc_status hc_messages_body(struct hc_messages *m, const struct hc_message *message,
                                struct hc_span *span, size_t spans, struct hc_body *body,
                                struct hc_err *err) {
    uint64_t at = 0; /* in the body */
    enum hc_status status = HC_OK;

    body->len = 0;
    for (size_t i = 0; i < spans; i++)
        if (span[i].offset > message->body_bytes ||
            span[i].len > message->body_bytes - span[i].offset)
            return hc_fail(err, HC_EDATA, "damaged: a buffer ends outside of its message");
    for (size_t i = 0, next; i < spans && status == HC_OK; i = next) {
        uint64_t start = span[i].offset, end = start;
        if (span[i].len == 0) {
            span[i].place = 0;
            next = i + 1;
            continue;
        }
        if (start < at)
            return hc_fail(err, HC_EDATA, "damaged: buffers overlap or are out of order");
        /* one run of neighbours, read at once */
        for (next = i; next < spans; next++) {
            if (span[next].len == 0)
                continue;
            if (span[next].offset < end ||
                span[next].offset - end > (end > start ? GAP_READ : 0))
                break;
            end = span[next].offset + span[next].len;
        }
        status = body_reserve(body, (body->len + 63) / 64 * 64 + 64, err);
        if (status != HC_OK)
            break;
        size_t place = (body->len + 63) / 64 * 64 + start % 64;
        memset(body->ptr + body->len, 0, place - body->len);
        body->len = place;
        for (size_t j = i; j < next; j++)
            span[j].place = span[j].len ? place + (span[j].offset - start) : 0;
        if (!m->by_footer)
            status = skip(m, start - at, err);
        if (status == HC_OK)
            status = body_append(m, body, message->body_at + start, end - start, err);
        at = end;
    }
    m->body_left -= m->by_footer ? 0 : at;
    return status;
}

/* ---- messages ---- */

static enum hc_status decode(struct hc_messages *m, struct hc_message *message,
                             struct hc_err *err) {
    m->flat = (struct hc_flat){m->meta.ptr, m->meta.len, false};
    struct hc_flat_table root = hc_flat_root(&m->flat);
    int64_t version = hc_flat_int(root, MESSAGE_VERSION, 2, 0);
    int64_t type = hc_flat_int(root, MESSAGE_TYPE, 1, 0);
    int64_t body_bytes = hc_flat_int(root, MESSAGE_BODY, 8, 0);
    message->header = hc_flat_table(root, MESSAGE_HEADER);
    message->meta = hc_flat_vector(root, MESSAGE_META, 4);
    if (m->flat.bad || root.at == 0 || message->header.at == 0 || body_bytes < 0)
        return hc_fail(err, HC_EDATA, "damaged: a message points outside of itself");
    if (version != HC_ARROW_V4 && version != HC_ARROW_V5)
        return hc_fail(err, HC_EDATA, "metadata version %d of Arrow is not supported",
                       (int)version + 1);
    if (type < HC_MESSAGE_schema || type > HC_MESSAGE_batch)
        return hc_fail(err, HC_EDATA, "holds a tensor, which is no table");
    message->type = (enum hc_message_type)type;
    message->body_bytes = (uint64_t)body_bytes;
    return HC_OK;
}

/* Metadata of told length into m->meta. */
static enum hc_status read_meta(struct hc_messages *m, uint32_t len, struct hc_err *err) {
    enum hc_status status = HC_OK;
    if (len > META_MAX)
        return hc_fail(err, HC_EDATA, "damaged: metadata of %u bytes", len);
    hc_buf_clear(&m->meta);
    while (status == HC_OK && m->meta.len < len) {
        size_t part = len - m->meta.len < FIRST_READ ? len - m->meta.len : FIRST_READ;
        if (!hc_buf_reserve(&m->meta, part))
            return hc_fail_memory(err);
        status = read_all(m, m->meta.ptr + m->meta.len, part, err);
        m->meta.len += part;
    }
    return status;
}

/* What stands behind the end mark: nothing in a stream, the footer in a file on a pipe. */
static enum hc_status read_behind(struct hc_messages *m, struct hc_err *err) {
    uint8_t part[4096], tail[TAIL] = {0};
    uint64_t total = 0;
    size_t got = 0;
    enum hc_status status;
    while ((status = hc_in_read(m->in, part, sizeof part, &got, err)) == HC_OK && got > 0) {
        if (!m->footer_behind)
            return hc_fail(err, HC_EDATA, "more bytes behind the end of the stream");
        size_t keep = got < TAIL ? got : TAIL;
        memmove(tail, tail + keep, TAIL - keep);
        memcpy(tail + TAIL - keep, part + got - keep, keep);
        total += got;
    }
    if (status == HC_OK && m->footer_behind &&
        (memcmp(tail + 4, HC_ARROW_MAGIC, 6) != 0 ||
         (uint64_t)little(tail, 4) + TAIL != total))
        return truncated(err, "the file ends before its footer does");
    return status;
}

/* The next message of a stream, of any type. */
static enum hc_status next_in_stream(struct hc_messages *m, struct hc_message *message,
                                     struct hc_err *err) {
    uint8_t prefix[8];
    enum hc_status status = skip(m, m->body_left, err);
    m->body_left = 0;
    if (status == HC_OK && m->has_first)
        memcpy(prefix, m->first, sizeof prefix);
    else if (status == HC_OK)
        status = read_all(m, prefix, sizeof prefix, err);
    m->has_first = false;
    if (status != HC_OK)
        return status;
    if (little(prefix, 4) != 0xFFFFFFFF)
        return hc_fail(err, HC_EDATA, "damaged: no Arrow message where one should start");
    uint32_t len = (uint32_t)little(prefix + 4, 4);
    if (len == 0) {
        m->ended = true;
        status = read_behind(m, err);
        return status == HC_OK ? HC_END : status;
    }
    status = read_meta(m, len, err);
    if (status == HC_OK)
        status = decode(m, message, err);
    if (status == HC_OK)
        m->body_left = message->body_bytes;
    return status;
}

static enum hc_status next_in_file(struct hc_messages *m, struct hc_message *message,
                                   struct hc_err *err) {
    if (m->next == m->blocks) {
        m->ended = true;
        return HC_END;
    }
    const struct hc_block *block = &m->block[m->next++];
    hc_buf_clear(&m->meta);
    if (!hc_buf_reserve(&m->meta, block->meta_bytes))
        return hc_fail_memory(err);
    enum hc_status status =
        hc_in_read_at(m->in, block->offset, m->meta.ptr, block->meta_bytes, err);
    if (status != HC_OK)
        return status;
    int64_t len = little(m->meta.ptr + 4, 4);
    if (little(m->meta.ptr, 4) != 0xFFFFFFFF || len + 8 > block->meta_bytes)
        return hc_fail(err, HC_EDATA, "damaged: the footer points to no Arrow message");
    /* the flatbuffer starts at a multiple of 8 behind the prefix */
    m->meta.len = (size_t)len;
    memmove(m->meta.ptr, m->meta.ptr + 8, m->meta.len);
    status = decode(m, message, err);
    if (status == HC_OK && message->body_bytes != block->body_bytes)
        return hc_fail(err, HC_EDATA, "damaged: the footer and a message disagree");
    message->body_at = block->offset + block->meta_bytes;
    return status;
}

enum hc_status hc_messages_next(struct hc_messages *m, struct hc_message *message,
                                struct hc_err *err) {
    *message = (struct hc_message){0};
    if (m->ended)
        return HC_END;
    enum hc_status status =
        m->by_footer ? next_in_file(m, message, err) : next_in_stream(m, message, err);
    if (status == HC_OK && message->type == HC_MESSAGE_schema)
        return hc_fail(err, HC_EDATA, "damaged: a second schema");
    return status;
}

/* ---- opening ---- */

static enum hc_status read_blocks(struct hc_messages *m, struct hc_flat_vector blocks,
                                  uint64_t end, struct hc_err *err) {
    for (size_t i = 0; i < blocks.count; i++) {
        struct hc_block block = {(uint64_t)hc_flat_int_at(blocks, i, 0, 8),
                                 (uint64_t)hc_flat_int_at(blocks, i, 16, 8),
                                 (uint32_t)hc_flat_int_at(blocks, i, 8, 4)};
        if (block.offset > end || block.meta_bytes < 8 || block.meta_bytes > META_MAX ||
            block.meta_bytes > end - block.offset ||
            block.body_bytes > end - block.offset - block.meta_bytes)
            return hc_fail(err, HC_EDATA, "damaged: the footer points outside of the file");
        m->block[m->blocks++] = block;
    }
    return HC_OK;
}

static enum hc_status open_file(struct hc_messages *m, struct hc_flat_table *schema,
                                struct hc_err *err) {
    uint8_t tail[TAIL];
    uint64_t size = hc_in_size(m->in);
    if (size < 8 + TAIL)
        return truncated(err, "the file ends before its footer does");
    enum hc_status status = hc_in_read_at(m->in, size - TAIL, tail, TAIL, err);
    if (status != HC_OK)
        return status;
    uint64_t len = (uint64_t)little(tail, 4);
    if (memcmp(tail + 4, HC_ARROW_MAGIC, 6) != 0 || len > META_MAX || len > size - 8 - TAIL)
        return truncated(err, "the file ends before its footer does");
    if (!hc_buf_reserve(&m->meta, len + 1))
        return hc_fail_memory(err);
    status = hc_in_read_at(m->in, size - TAIL - len, m->meta.ptr, len, err);
    if (status != HC_OK)
        return status;
    m->meta.len = len;
    m->flat = (struct hc_flat){m->meta.ptr, len, false};
    struct hc_flat_table root = hc_flat_root(&m->flat);
    *schema = hc_flat_table(root, FOOTER_SCHEMA);
    struct hc_flat_vector dictionaries = hc_flat_vector(root, FOOTER_DICTIONARIES, 24);
    struct hc_flat_vector batches = hc_flat_vector(root, FOOTER_BATCHES, 24);
    if (m->flat.bad || schema->at == 0)
        return hc_fail(err, HC_EDATA, "damaged: the footer points outside of itself");
    m->block = calloc(dictionaries.count + batches.count + 1, sizeof *m->block);
    if (!m->block)
        return hc_fail_memory(err);
    status = read_blocks(m, dictionaries, size - TAIL - len, err);
    if (status == HC_OK)
        status = read_blocks(m, batches, size - TAIL - len, err);
    m->by_footer = true;
    return status;
}

enum hc_status hc_messages_open(struct hc_messages *m, const char *path,
                                struct hc_flat_table *schema, struct hc_err *err) {
    struct hc_message message = {0};
    enum hc_status status = hc_in_open(&m->in, path, err);
    if (status == HC_EUSAGE) {
        hc_folder_hint(path, err);
        hc_err_hint(err, "there is no .arrow file in it");
    }
    if (status != HC_OK)
        return status;
    status = hc_in_read_all(m->in, m->first, sizeof m->first, err);
    if (status == HC_END && strcmp(path, "-") == 0)
        return hc_fail(err, HC_EDATA,
                       "nothing came from standard input: did the program before it fail?");
    if (status == HC_END)
        return truncated(err, "the input is empty where a record stream was expected");
    if (status == HC_EDATA)
        return truncated(err, "the stream ends before its schema does");
    if (status != HC_OK)
        return status;
    if (memcmp(m->first, HC_ARROW_MAGIC "\0", 8) == 0) {
        if (hc_in_seekable(m->in))
            return open_file(m, schema, err);
        m->footer_behind = true;
    } else if (little(m->first, 4) == 0xFFFFFFFF) {
        m->has_first = true;
    } else {
        hc_fail(err, HC_EDATA,
                "no record stream: neither an Arrow stream nor an Arrow file");
        hc_err_hint(err, "deliveries are read by hc-ingest, which writes record streams");
        return HC_EDATA;
    }
    status = next_in_stream(m, &message, err);
    if (status == HC_END)
        return hc_fail(err, HC_EDATA, "damaged: a stream without a schema");
    if (status == HC_OK && message.type != HC_MESSAGE_schema)
        return hc_fail(err, HC_EDATA, "damaged: the stream does not start with its schema");
    *schema = message.header;
    return status;
}

enum hc_status hc_messages_rest(struct hc_messages *m, struct hc_err *err) {
    hc_buf_free(&m->meta);
    m->flat = (struct hc_flat){0};
    return hc_in_rest(m->in, err);
}

void hc_messages_free(struct hc_messages *m) {
    hc_in_free(m->in);
    hc_buf_free(&m->meta);
    free(m->block);
    *m = (struct hc_messages){0};
}
