/* Zstd: one entry, of one frame or many. A frame's own checksum, where it has one, is
 * checked by libzstd; an end inside a frame is a cut. Source: RFC 8878. */
#include <stdlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "format/container.h"

struct zstd {
    ZSTD_DCtx *context;
    bool given; /* the one entry */
    bool in_frame;
    uint64_t frames;      /* that ended */
    uint64_t frame_start; /* byte of the delivery */
    uint64_t expanded;
};

/* A frame, or one to be skipped (which some packers put first). */
static bool matches(const uint8_t *head, size_t len) {
    return len >= 4 &&
           (hc_le32(head) == ZSTD_MAGICNUMBER ||
            (hc_le32(head) & ZSTD_MAGIC_SKIPPABLE_MASK) == ZSTD_MAGIC_SKIPPABLE_START);
}

static enum hc_status open_zstd(struct hc_source *source, struct hc_err *err) {
    struct zstd *z = source->state = calloc(1, sizeof *z);
    if (!z || !(z->context = ZSTD_createDCtx()))
        return hc_fail_memory(err);
    return hc_source_entry_add(source, hc_source_single_name(hc_source_name(source)), err);
}

static enum hc_status next(struct hc_source *source, struct hc_err *err) {
    struct zstd *z = source->state;
    (void)err;
    if (z->given)
        return HC_END;
    z->given = true;
    source->entry = source->entry_list[0];
    return HC_OK;
}

static enum hc_status damaged(const struct hc_source *source, const struct zstd *z,
                              size_t code, struct hc_err *err) {
    switch (ZSTD_getErrorCode(code)) {
    case ZSTD_error_memory_allocation:
        return hc_fail_memory(err);
    case ZSTD_error_prefix_unknown:
        if (z->frames == 0)
            break;
        return hc_fail(err, HC_EDATA,
                       "bytes that are not zstd follow the end of the zstd data at byte "
                       "%llu",
                       (unsigned long long)z->frame_start);
    case ZSTD_error_checksum_wrong:
        return hc_fail(err, HC_EDATA,
                       "damaged: the checksum of the zstd frame that starts at byte %llu "
                       "does not agree with the data",
                       (unsigned long long)z->frame_start);
    case ZSTD_error_frameParameter_windowTooLarge:
        hc_fail(err, HC_EDATA,
                "the zstd frame that starts at byte %llu needs a window above 128 MiB, "
                "which is not supported",
                (unsigned long long)z->frame_start);
        hc_err_hint(err, "pack it again without --long or --ultra");
        return HC_EDATA;
    default:
        break;
    }
    return hc_fail(err, HC_EDATA, "damaged: no valid zstd data near byte %llu (%s)",
                   (unsigned long long)hc_raw_offset(source), ZSTD_getErrorName(code));
}

/* HC_END when the delivery ended where a frame could start. */
static enum hc_status some(struct hc_source *source, struct zstd *z, size_t *got,
                           struct hc_err *err) {
    ZSTD_outBuffer out = {source->out, HC_SOURCE_CHUNK, *got};
    enum hc_status status = hc_raw_more(source, err);
    if (status != HC_OK && (status != HC_END || !z->in_frame))
        return status;
    if (!z->in_frame)
        z->frame_start = hc_raw_offset(source);
    ZSTD_inBuffer in = {source->raw + source->raw_at, source->raw_end - source->raw_at, 0};
    size_t code = ZSTD_decompressStream(z->context, &out, &in);
    if (ZSTD_isError(code))
        return damaged(source, z, code, err);
    if (status == HC_END && out.pos == *got && code != 0)
        return hc_fail(err, HC_EDATA,
                       "cut off: the zstd data end at byte %llu, inside the frame that "
                       "starts at byte %llu",
                       (unsigned long long)source->raw_read,
                       (unsigned long long)z->frame_start);
    source->raw_at += in.pos;
    z->in_frame = code != 0;
    z->frames += code == 0;
    z->expanded += out.pos - *got;
    *got = out.pos;
    return hc_source_ratio(z->expanded, hc_raw_offset(source), err);
}

static enum hc_status read_zstd(struct hc_source *source, const uint8_t **bytes,
                                size_t *len, struct hc_err *err) {
    struct zstd *z = source->state;
    enum hc_status status = HC_OK;
    *len = 0;
    while (status == HC_OK && *len < HC_SOURCE_CHUNK)
        status = some(source, z, len, err);
    if (status != HC_EDATA && *len > 0 && z->expanded == *len &&
        hc_is_tar(source->out, *len))
        return hc_source_refuse("tar", err);
    *bytes = source->out;
    return status == HC_END && *len > 0 ? HC_OK : status;
}

static void drop(struct hc_source *source) {
    struct zstd *z = source->state;
    if (z)
        ZSTD_freeDCtx(z->context);
    free(z);
}

const struct hc_container hc_container_zstd = {.name = "zstd",
                                               .matches = matches,
                                               .open = open_zstd,
                                               .next = next,
                                               .read = read_zstd,
                                               .drop = drop,
                                               .single = true};
