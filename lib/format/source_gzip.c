/* Gzip: one entry, of one member or many. Our own loop over members, because gzread() takes
 * a file that was cut for one that ended. Source: RFC 1952. */
#include <stdlib.h>

#include "format/container.h"

enum {
    FLAG_HEADER_CRC = 2,
    FLAG_EXTRA = 4,
    FLAG_NAME = 8,
    FLAG_COMMENT = 16,
    FLAGS_MAX = 31
};

struct gzip {
    const struct hc_inflate_engine *engine;
    void *inflater;
    bool given; /* the one entry */
    bool in_member;
    uint64_t member_start; /* byte of the delivery */
    uint64_t data_start;
    uint64_t member_bytes; /* expanded */
    uint64_t expanded;
    uint32_t crc;
};

static bool matches(const uint8_t *head, size_t len) {
    return len >= 2 && head[0] == 0x1f && head[1] == 0x8b;
}

static bool holds_tar(const char *name) {
    size_t len = strlen(name);
    return (len > 7 && strcmp(name + len - 7, ".tar.gz") == 0) ||
           (len > 4 && strcmp(name + len - 4, ".tgz") == 0);
}

static enum hc_status open_gzip(struct hc_source *source, struct hc_err *err) {
    struct gzip *gz = calloc(1, sizeof *gz);
    source->state = gz;
    if (!gz)
        return hc_fail_memory(err);
    gz->engine = source->inflate;
    if (!(gz->inflater = gz->engine->make()))
        return hc_fail_memory(err);
    if (holds_tar(hc_base_name(source->path)))
        return hc_source_refuse("tar", err);
    return hc_source_entry_add(source, hc_source_single_name(hc_source_name(source)), err);
}

static enum hc_status next(struct hc_source *source, struct hc_err *err) {
    struct gzip *gz = source->state;
    (void)err;
    if (gz->given)
        return HC_END;
    gz->given = true;
    source->entry = source->entry_list[0];
    return HC_OK;
}

static enum hc_status cut(const struct hc_source *source, const struct gzip *gz,
                          struct hc_err *err) {
    return hc_fail(
        err, HC_EDATA,
        "cut off: the gzip data end at byte %llu, inside the member that starts at "
        "byte %llu",
        (unsigned long long)source->raw_read, (unsigned long long)gz->member_start);
}

/* len bytes; the delivery's end here is a cut. */
static enum hc_status take(struct hc_source *source, uint8_t *bytes, size_t len,
                           struct hc_err *err) {
    enum hc_status status = hc_raw_take(source, bytes, len, err);
    return status == HC_END ? cut(source, source->state, err) : status;
}

static enum hc_status skip_text(struct hc_source *source, struct hc_err *err) {
    uint8_t byte;
    enum hc_status status;
    do
        status = take(source, &byte, 1, err);
    while (status == HC_OK && byte != 0);
    return status;
}

static enum hc_status skip_extra(struct hc_source *source, struct hc_err *err) {
    uint8_t size[2], byte;
    enum hc_status status = take(source, size, 2, err);
    for (size_t left = status == HC_OK ? hc_le16(size) : 0; left > 0 && status == HC_OK;
         left--)
        status = take(source, &byte, 1, err);
    return status;
}

/* HC_END when the delivery ended where a member could start. */
static enum hc_status member_head(struct hc_source *source, struct gzip *gz,
                                  struct hc_err *err) {
    uint8_t head[10], crc[2];
    enum hc_status status = hc_raw_more(source, err);
    if (status != HC_OK)
        return status;
    gz->member_start = hc_raw_offset(source);
    status = take(source, head, 1, err);
    if (status == HC_OK && head[0] == 0x1f)
        status = take(source, head + 1, 1, err);
    if (status == HC_OK && (head[0] != 0x1f || head[1] != 0x8b))
        return hc_fail(
            err, HC_EDATA,
            "bytes that are not gzip follow the end of the gzip data at byte %llu",
            (unsigned long long)gz->member_start);
    if (status == HC_OK)
        status = take(source, head + 2, 8, err);
    if (status == HC_OK && (head[2] != 8 || head[3] > FLAGS_MAX))
        return hc_fail(err, HC_EDATA, "bad gzip header at byte %llu (method %u, flags %u)",
                       (unsigned long long)gz->member_start, head[2], head[3]);
    if (status == HC_OK && head[3] & FLAG_EXTRA)
        status = skip_extra(source, err);
    if (status == HC_OK && head[3] & FLAG_NAME)
        status = skip_text(source, err);
    if (status == HC_OK && head[3] & FLAG_COMMENT)
        status = skip_text(source, err);
    if (status == HC_OK && head[3] & FLAG_HEADER_CRC)
        status = take(source, crc, 2, err);
    gz->engine->reset(gz->inflater);
    gz->data_start = hc_raw_offset(source);
    gz->in_member = true;
    gz->member_bytes = 0;
    gz->crc = 0;
    return status;
}

static enum hc_status member_tail(struct hc_source *source, struct gzip *gz,
                                  struct hc_err *err) {
    uint8_t tail[8];
    uint64_t at = hc_raw_offset(source);
    enum hc_status status = take(source, tail, sizeof tail, err);
    if (status != HC_OK)
        return status;
    if (hc_le32(tail) != gz->crc)
        return hc_fail(
            err, HC_EDATA,
            "damaged: the gzip checksum at byte %llu does not agree with the data",
            (unsigned long long)at);
    if (hc_le32(tail + 4) != (uint32_t)gz->member_bytes)
        return hc_fail(err, HC_EDATA,
                       "damaged: the gzip length at byte %llu does not agree with the data",
                       (unsigned long long)at + 4);
    gz->in_member = false;
    return HC_OK;
}

/* Some expanded bytes of the current member; *got 0 and HC_END when it ended. */
static enum hc_status member_data(struct hc_source *source, struct gzip *gz, size_t *got,
                                  struct hc_err *err) {
    enum hc_status status = HC_OK;
    *got = 0;
    while (status == HC_OK && *got < HC_SOURCE_CHUNK) {
        size_t more = 0;
        enum hc_status input = hc_raw_more(source, err);
        if (input != HC_OK && input != HC_END)
            return input;
        const uint8_t *in = source->raw + source->raw_at;
        size_t len = source->raw_end - source->raw_at;
        status = gz->engine->run(gz->inflater, &in, &len, source->out + *got,
                                 HC_SOURCE_CHUNK - *got, &more);
        source->raw_at = source->raw_end - len;
        *got += more;
        if (input == HC_END && status == HC_OK && more == 0)
            return cut(source, gz, err);
    }
    if (status == HC_ENOMEM)
        return hc_fail_memory(err);
    if (status == HC_EDATA)
        return hc_fail(
            err, HC_EDATA, "damaged: no valid gzip data near byte %llu",
            (unsigned long long)(gz->data_start + gz->engine->taken(gz->inflater)));
    gz->crc = gz->engine->crc(gz->crc, source->out, *got);
    gz->member_bytes += *got;
    gz->expanded += *got;
    enum hc_status ratio = hc_source_ratio(gz->expanded, hc_raw_offset(source), err);
    return ratio != HC_OK ? ratio : status;
}

static enum hc_status read_gzip(struct hc_source *source, const uint8_t **bytes,
                                size_t *len, struct hc_err *err) {
    struct gzip *gz = source->state;
    enum hc_status status;
    bool first = gz->expanded == 0;
    size_t got = 0;
    do {
        status = gz->in_member ? HC_OK : member_head(source, gz, err);
        if (status == HC_OK)
            status = member_data(source, gz, &got, err);
        else if (status == HC_END)
            return HC_END;
        if (status == HC_END)
            status = member_tail(source, gz, err);
    } while (status == HC_OK && got == 0); /* members may be empty */
    if (status == HC_OK && first && hc_is_tar(source->out, got))
        return hc_source_refuse("tar", err);
    *bytes = source->out;
    *len = got;
    return status;
}

static void drop(struct hc_source *source) {
    struct gzip *gz = source->state;
    if (gz && gz->engine)
        gz->engine->drop(gz->inflater);
    free(gz);
}

const struct hc_container hc_container_gzip = {.name = "gzip",
                                               .matches = matches,
                                               .open = open_gzip,
                                               .next = next,
                                               .read = read_gzip,
                                               .drop = drop,
                                               .single = true};
