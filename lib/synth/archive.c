/* Zip and gzip, written with zlib's deflate and no clock. */
#include "synth/archive.h"

#include <zlib.h>

#define MEMBER_LIMIT ((size_t)2 << 30)
enum { RAW = -15, GZIP = 15 + 16, LEVEL = 4 };

static enum hc_status deflate_all(struct hc_str text, int window, struct hc_buf *out,
                                  struct hc_err *err) {
    if (text.len > MEMBER_LIMIT)
        return hc_fail(err, HC_EUSAGE, "a file over 2 GiB is not supported: fewer people");
    z_stream z = {0};
    if (deflateInit2(&z, LEVEL, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return hc_fail_memory(err);
    gz_header header = {.os = 3};
    if (window == GZIP)
        deflateSetHeader(&z, &header);
    size_t bound = deflateBound(&z, (uLong)text.len) + 64;
    enum hc_status status = HC_OK;
    if (!hc_buf_reserve(out, bound)) {
        status = hc_fail_memory(err);
    } else {
        z.next_in = (Bytef *)(uintptr_t)text.ptr;
        z.avail_in = (uInt)text.len;
        z.next_out = out->ptr + out->len;
        z.avail_out = (uInt)bound;
        if (deflate(&z, Z_FINISH) != Z_STREAM_END)
            status = hc_fail(err, HC_EINTERNAL, "deflate did not end");
        out->len += z.total_out;
    }
    deflateEnd(&z);
    return status;
}

static void put16(struct hc_buf *buf, unsigned value) {
    hc_buf_put(buf, (uint8_t[]){(uint8_t)value, (uint8_t)(value >> 8)}, 2);
}
static void put32(struct hc_buf *buf, uint32_t value) {
    put16(buf, value & 0xFFFF);
    put16(buf, value >> 16);
}

/* What a local header and its directory entry share, from "version needed" on. */
static void put_entry(struct hc_buf *buf, uint32_t crc, size_t packed, size_t len,
                      size_t name_len) {
    put16(buf, 20);
    put16(buf, 0);
    put16(buf, Z_DEFLATED);
    put16(buf, 0);            /* 00:00:00 */
    put16(buf, (1 << 5) | 1); /* 1980-01-01 */
    put32(buf, crc);
    put32(buf, (uint32_t)packed);
    put32(buf, (uint32_t)len);
    put16(buf, (unsigned)name_len);
    put16(buf, 0);
}

static enum hc_status publish(const char *path, struct hc_buf *text, struct hc_err *err) {
    return text->failed ? hc_fail_memory(err)
                        : hc_synth_write_file(path, hc_buf_str(text), err);
}

enum hc_status hc_synth_write_zip(const char *path, const struct synth_member *member,
                                  size_t members, struct hc_err *err) {
    struct hc_buf zip = {0}, directory = {0}, packed = {0};
    enum hc_status status = HC_OK;
    for (size_t i = 0; i < members && status == HC_OK; i++) {
        struct hc_str text = member[i].text;
        size_t name_len = strlen(member[i].name), at = zip.len;
        hc_buf_clear(&packed);
        status = deflate_all(text, RAW, &packed, err);
        if (status == HC_OK && at + packed.len > UINT32_MAX - 4096)
            status =
                hc_fail(err, HC_EUSAGE, "a zip over 4 GiB is not supported: fewer people");
        uint32_t crc =
            text.len ? (uint32_t)crc32_z(0, (const Bytef *)text.ptr, text.len) : 0;
        put32(&zip, 0x04034b50);
        put_entry(&zip, crc, packed.len, text.len, name_len);
        hc_buf_put(&zip, member[i].name, name_len);
        hc_buf_put(&zip, packed.ptr, packed.len);
        put32(&directory, 0x02014b50);
        put16(&directory, 20 | 3 << 8); /* made by Unix, version 2.0 */
        put_entry(&directory, crc, packed.len, text.len, name_len);
        put16(&directory, 0);
        put16(&directory, 0);
        put16(&directory, 0);
        put32(&directory, 0100644u << 16);
        put32(&directory, (uint32_t)at);
        hc_buf_put(&directory, member[i].name, name_len);
    }
    size_t at = zip.len;
    hc_buf_put(&zip, directory.ptr, directory.len);
    put32(&zip, 0x06054b50);
    put32(&zip, 0);
    put16(&zip, (unsigned)members);
    put16(&zip, (unsigned)members);
    put32(&zip, (uint32_t)directory.len);
    put32(&zip, (uint32_t)at);
    put16(&zip, 0);
    zip.failed |= directory.failed || packed.failed;
    if (status == HC_OK)
        status = publish(path, &zip, err);
    hc_buf_free(&zip);
    hc_buf_free(&directory);
    hc_buf_free(&packed);
    return status;
}

enum hc_status hc_synth_write_gz(const char *path, struct hc_str text, unsigned members,
                                 struct hc_err *err) {
    struct hc_buf gz = {0};
    enum hc_status status = HC_OK;
    size_t each = text.len / members + 1;
    for (size_t at = 0; status == HC_OK && (at < text.len || at == 0); at += each) {
        size_t len = text.len - at < each ? text.len - at : each;
        status = deflate_all((struct hc_str){text.ptr + at, len}, GZIP, &gz, err);
    }
    if (status == HC_OK)
        status = publish(path, &gz, err);
    hc_buf_free(&gz);
    return status;
}

enum hc_status hc_synth_write_file(const char *path, struct hc_str text,
                                   struct hc_err *err) {
    struct hc_out *out = NULL;
    enum hc_status status =
        hc_out_open(&out, path, &(struct hc_out_options){.public_ = true}, err);
    if (status == HC_OK && text.len)
        status = hc_out_write(out, text.ptr, text.len, err);
    if (status == HC_OK)
        status = hc_out_commit(out, err);
    hc_out_free(out);
    return status;
}
