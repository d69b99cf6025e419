/* Zip: libarchive judges it and reads what is encrypted or packed in an unusual way. We
 * read it from its first byte to its last, in the order of the file, and hold it against
 * its directory all the way: each local header must say what the directory says, and
 * nothing may stand between two entries. So a member the directory does not name, or names
 * twice, cannot hide, and every byte is hashed once (docs/decisions/0040). */
#include <stdlib.h>

#include "format/zip_judge.h"

enum {
    LOCAL_SIZE = 30,
    METHOD_LZMA = 14,
    LZMA_MOST = 128 << 20, /* bytes of its window; the usual ones have 64 MiB and less */
    FOREIGN_PARTS = 64
};
static const uint8_t local_magic[4] = {'P', 'K', 3, 4};
static const uint8_t descriptor_magic[4] = {'P', 'K', 7, 8};

struct zip {
    struct hc_zip_directory dir;
    const struct hc_inflate_engine *engine;
    void *inflater; /* from the first member on */
    bool libarchive_only;
    struct hc_zip_reader *reader;     /* libarchive; from the first member it has to read */
    bool decrypted;                   /* a member was read with the passphrase: it fits */
    size_t at;                        /* member that is next */
    bool given;                       /* of a part: its entry */
    const struct hc_zip_member *open; /* member being read */
    uint64_t data_at;                 /* where its packed data start */
    uint64_t packed, expanded;        /* taken so far */
    uint32_t crc;
};

static bool matches(const uint8_t *head, size_t len) {
    return len >= 4 && head[0] == 'P' && head[1] == 'K' &&
           ((head[2] == 3 && head[3] == 4) || (head[2] == 5 && head[3] == 6) ||
            (head[2] == 7 && head[3] == 8));
}

static struct hc_str entry_name(const struct hc_zip_member *m) {
    return hc_source_unwrapped_name((struct hc_str){m->name, m->name_len});
}

static enum hc_status open_zip(struct hc_source *source, struct hc_err *err) {
    struct zip *zip = calloc(1, sizeof *zip);
    source->state = zip;
    if (!zip)
        return hc_fail_memory(err);
    zip->libarchive_only = source->options && source->options->libarchive_only;
    zip->engine = source->inflate;
    enum hc_status status = hc_zip_directory_read(source, &zip->dir, err);
    if (status == HC_OK && zip->dir.members == 0)
        return hc_fail(err, HC_EDATA, "the zip holds no entries");
    for (size_t i = 0; i < zip->dir.members && status == HC_OK; i++) {
        const struct hc_zip_member *m = &zip->dir.member[i];
        if (!m->folder)
            status = hc_source_entry_add(source, entry_name(m), err);
    }
    return status;
}

/* The byte at which member number i, or the directory behind the last, has to start. */
static uint64_t start_of(const struct zip *zip, size_t i) {
    return i < zip->dir.members ? zip->dir.member[i].offset : zip->dir.start;
}

static enum hc_status ended(const struct hc_source *source, enum hc_status status,
                            struct hc_err *err) {
    if (status != HC_END)
        return status;
    return hc_fail(err, HC_EDATA, "cut off: the zip ends at byte %llu",
                   (unsigned long long)source->raw_read);
}

static enum hc_status in_place(struct hc_source *source, const struct zip *zip,
                               struct hc_err *err) {
    uint64_t at = hc_raw_offset(source), want = start_of(zip, zip->at);
    const char *what = zip->at < zip->dir.members ? "the next entry" : "the directory";
    if (at < want)
        return hc_fail(
            err, HC_EDATA,
            "the zip holds %llu bytes from byte %llu that its directory does not "
            "name: an entry is missing from the directory",
            (unsigned long long)(want - at), (unsigned long long)at);
    if (at > want)
        return hc_fail(err, HC_EDATA,
                       "damaged: %s should start at byte %llu, inside the entry before it",
                       what, (unsigned long long)want);
    return HC_OK;
}

/* Name, method and, unless they follow the data, checksum and sizes as in the directory. */
static bool local_agrees(const struct hc_zip_member *m, const uint8_t *head,
                         const char *name) {
    if (hc_le16(head + 26) != m->name_len || memcmp(name, m->name, m->name_len) != 0 ||
        hc_le16(head + 8) != m->method)
        return false;
    unsigned flags = hc_le16(head + 6);
    if ((flags & (HC_ZIP_DESCRIPTOR | HC_ZIP_ENCRYPTED)) !=
        (m->flags & (HC_ZIP_DESCRIPTOR | HC_ZIP_ENCRYPTED)))
        return false;
    if (flags & HC_ZIP_DESCRIPTOR)
        return true;
    uint32_t packed = hc_le32(head + 18), expanded = hc_le32(head + 22);
    return hc_le32(head + 14) == m->crc && (packed == m->packed || packed == 0xffffffff) &&
           (expanded == m->expanded || expanded == 0xffffffff);
}

static enum hc_status skip(struct hc_source *source, uint64_t len, struct hc_err *err) {
    enum hc_status status = HC_OK;
    while (len > 0 && (status = hc_raw_more(source, err)) == HC_OK) {
        size_t have = source->raw_end - source->raw_at;
        size_t take = have < len ? have : (size_t)len;
        source->raw_at += take;
        len -= take;
    }
    return status;
}

static enum hc_status no_local(uint64_t at, struct hc_err *err) {
    return hc_fail(err, HC_EDATA,
                   "damaged: no entry at byte %llu, where the directory says that one "
                   "starts",
                   (unsigned long long)at);
}

static enum hc_status differs(uint64_t at, struct hc_err *err) {
    return hc_fail(err, HC_EDATA,
                   "damaged: the zip's directory and the entry at byte %llu say different "
                   "things",
                   (unsigned long long)at);
}

/* An entry says how much memory its unpacking needs, and libarchive takes it: up to 4 GiB
 * for a few bytes. Version and length come first (4 bytes), then LZMA's own: one, and the
 * size. */
static enum hc_status check_lzma(struct hc_source *source, const struct hc_zip_member *m,
                                 uint64_t at, struct hc_err *err) {
    uint8_t head[9];
    if (m->method != METHOD_LZMA || m->flags & HC_ZIP_ENCRYPTED || m->packed < sizeof head)
        return HC_OK;
    enum hc_status status = hc_raw_at(source, at, head, sizeof head, err);
    if (status != HC_OK || hc_le32(head + 5) <= LZMA_MOST)
        return status;
    hc_fail(err, HC_EDATA, "entry '%.*s' needs %u MiB to be unpacked, at most %u may be",
            (int)(m->name_len < 255 ? m->name_len : 255), m->name, hc_le32(head + 5) >> 20,
            LZMA_MOST >> 20);
    hc_err_hint(err, "is it whole? if so, pack it again with the usual method (deflate)");
    return HC_EDATA;
}

/* Before anything is read: all local headers, then libarchive's verdict. */
static enum hc_status judge_zip(struct hc_source *source, struct hc_err *err) {
    const struct zip *zip = source->state;
    uint8_t head[LOCAL_SIZE];
    char name[65536];
    enum hc_status status = HC_OK;
    for (size_t i = 0; i < zip->dir.members && status == HC_OK; i++) {
        const struct hc_zip_member *m = &zip->dir.member[i];
        uint64_t room = m->offset < zip->dir.start ? zip->dir.start - m->offset : 0;
        if (room < LOCAL_SIZE + m->name_len)
            return no_local(m->offset, err);
        status = hc_raw_at(source, m->offset, head, sizeof head, err);
        if (status == HC_OK && memcmp(head, local_magic, 4) != 0)
            return no_local(m->offset, err);
        if (status == HC_OK)
            status = hc_raw_at(source, m->offset + LOCAL_SIZE, name, m->name_len, err);
        if (status == HC_OK && !local_agrees(m, head, name))
            return differs(m->offset, err);
        if (status == HC_OK)
            status = check_lzma(
                source, m, m->offset + LOCAL_SIZE + m->name_len + hc_le16(head + 28), err);
    }
    return status == HC_OK ? hc_zip_judge(source, &zip->dir, err) : status;
}

static enum hc_status local_header(struct hc_source *source, const struct hc_zip_member *m,
                                   struct hc_err *err) {
    uint8_t head[LOCAL_SIZE];
    char name[65536];
    uint64_t at = hc_raw_offset(source);
    enum hc_status status = hc_raw_take(source, head, sizeof head, err);
    if (status == HC_OK && memcmp(head, local_magic, 4) != 0)
        return no_local(at, err);
    if (status == HC_OK)
        status = hc_raw_take(source, name, hc_le16(head + 26), err);
    if (status == HC_OK && !local_agrees(m, head, name))
        return differs(at, err);
    if (status == HC_OK)
        status = skip(source, hc_le16(head + 28), err);
    return ended(source, status, err);
}

/* What our own inflate does not read. */
static bool by_libarchive(const struct zip *zip, const struct hc_zip_member *m) {
    return zip->libarchive_only || m->flags & HC_ZIP_ENCRYPTED ||
           (m->method != HC_ZIP_STORED && m->method != HC_ZIP_DEFLATED);
}

static enum hc_status begin(struct hc_source *source, struct zip *zip, struct hc_err *err) {
    enum hc_status status = in_place(source, zip, err);
    if (status != HC_OK)
        return status;
    zip->open = &zip->dir.member[zip->at];
    status = local_header(source, zip->open, err);
    zip->data_at = hc_raw_offset(source);
    zip->packed = zip->expanded = 0;
    zip->crc = 0;
    if (!zip->inflater && !(zip->inflater = zip->engine->make()))
        return hc_fail_memory(err);
    zip->engine->reset(zip->inflater);
    if (status != HC_OK || zip->open->folder || !by_libarchive(zip, zip->open))
        return status;
    if (!zip->reader)
        status = hc_zip_reader_new(&zip->reader, source, &zip->dir, err);
    return status == HC_OK ? hc_zip_reader_begin(zip->reader, zip->at, err) : status;
}

/* Checksum and sizes behind the data: signature optional, sizes 4 or 8 bytes wide; told
 * apart by how much room there is before what comes next. */
static enum hc_status descriptor(struct hc_source *source, const struct zip *zip,
                                 struct hc_err *err) {
    const struct hc_zip_member *m = zip->open;
    uint8_t bytes[24];
    uint64_t at = hc_raw_offset(source), room = start_of(zip, zip->at + 1) - at;
    if (!(m->flags & HC_ZIP_DESCRIPTOR))
        return HC_OK;
    if (room != 12 && room != 16 && room != 20 && room != 24)
        return hc_fail(
            err, HC_EDATA,
            "damaged: %llu bytes stand behind the data of the entry at byte %llu, "
            "and they are no data descriptor",
            (unsigned long long)room, (unsigned long long)at);
    enum hc_status status =
        ended(source, hc_raw_take(source, bytes, (size_t)room, err), err);
    if (status != HC_OK)
        return status;
    bool wide = room >= 20;
    const uint8_t *p = bytes;
    if (room == 16 || room == 24) {
        if (memcmp(p, descriptor_magic, 4) != 0)
            p = NULL;
        else
            p += 4;
    }
    if (p && hc_le32(p) == m->crc &&
        (wide ? hc_le64(p + 4) : hc_le32(p + 4)) == m->packed &&
        (wide ? hc_le64(p + 12) : hc_le32(p + 8)) == m->expanded)
        return HC_OK;
    return hc_fail(
        err, HC_EDATA,
        "damaged: the data descriptor at byte %llu does not agree with the directory",
        (unsigned long long)at);
}

/* All data were taken: are they what the directory says? */
static enum hc_status end_member(struct hc_source *source, struct zip *zip,
                                 struct hc_err *err) {
    const struct hc_zip_member *m = zip->open;
    uint64_t at = hc_raw_offset(source);
    if (zip->packed != m->packed || zip->expanded != m->expanded)
        return hc_fail(
            err, HC_EDATA,
            "damaged: the data end at byte %llu with %llu of %llu bytes unpacked to "
            "%llu of %llu",
            (unsigned long long)at, (unsigned long long)zip->packed,
            (unsigned long long)m->packed, (unsigned long long)zip->expanded,
            (unsigned long long)m->expanded);
    if (zip->crc != m->crc && !m->crc_absent)
        return hc_fail(
            err, HC_EDATA,
            "damaged: the zip's checksum of the data from byte %llu to %llu does "
            "not agree with them",
            (unsigned long long)zip->data_at, (unsigned long long)at);
    enum hc_status status = descriptor(source, zip, err);
    zip->open = NULL;
    zip->at++;
    return status != HC_OK ? status : HC_END;
}

static enum hc_status next(struct hc_source *source, struct hc_err *err) {
    struct zip *zip = source->state;
    while (zip->at < zip->dir.members && !(source->one && zip->given)) {
        const struct hc_zip_member *m = &zip->dir.member[zip->at];
        if (!m->folder) {
            zip->given = true;
            unsigned number = hc_source_entry_number(source, entry_name(m));
            source->entry = source->entry_list[number - 1];
            source->wrapped_name = m->name;
            return begin(source, zip, err);
        }
        enum hc_status status = begin(source, zip, err);
        if (status == HC_OK)
            status = ended(source, skip(source, m->packed, err), err);
        zip->packed = m->packed; /* an empty deflate stream has 2 bytes, perhaps */
        if (status == HC_OK)
            status = end_member(source, zip, err);
        if (status != HC_END)
            return status;
    }
    return HC_END;
}

static enum hc_status inflate_some(struct hc_source *source, struct zip *zip, size_t *got,
                                   struct hc_err *err) {
    const struct hc_zip_member *m = zip->open;
    enum hc_status status = HC_OK;
    *got = 0;
    if (m->packed == 0) /* some pack nothing to nothing, and libarchive reads it so */
        return HC_END;
    while (status == HC_OK && *got < HC_SOURCE_CHUNK) {
        size_t len = 0, more = 0;
        const uint8_t *in = NULL;
        if (zip->packed < m->packed) {
            status = ended(source, hc_raw_more(source, err), err);
            if (status != HC_OK)
                return status;
            in = source->raw + source->raw_at;
            len = source->raw_end - source->raw_at;
            if (len > m->packed - zip->packed)
                len = (size_t)(m->packed - zip->packed);
        }
        size_t given = len;
        status = zip->engine->run(zip->inflater, &in, &len, source->out + *got,
                                  HC_SOURCE_CHUNK - *got, &more);
        source->raw_at += given - len;
        zip->packed += given - len;
        *got += more;
        if (status == HC_OK && more == 0 && given == len)
            status = HC_EDATA; /* no input left, and no end */
    }
    if (status == HC_ENOMEM)
        return hc_fail_memory(err);
    if (status == HC_EDATA)
        return hc_fail(
            err, HC_EDATA, "damaged: no valid zip data near byte %llu",
            (unsigned long long)(zip->data_at + zip->engine->taken(zip->inflater)));
    return status;
}

static enum hc_status stored_some(struct hc_source *source, struct zip *zip,
                                  const uint8_t **bytes, size_t *got, struct hc_err *err) {
    uint64_t left = zip->open->packed - zip->packed;
    *got = 0;
    if (left == 0)
        return HC_END;
    enum hc_status status = ended(source, hc_raw_more(source, err), err);
    if (status != HC_OK)
        return status;
    size_t len = source->raw_end - source->raw_at;
    *got = len < left ? len : (size_t)left;
    *bytes = source->raw + source->raw_at;
    source->raw_at += *got;
    zip->packed += *got;
    return HC_OK;
}

/* Bytes as libarchive gives them. At its end the packed ones are passed over, so that they
 * are hashed as all others. */
static enum hc_status foreign_some(struct hc_source *source, struct zip *zip,
                                   const uint8_t **bytes, size_t *got, struct hc_err *err) {
    const struct hc_zip_member *m = zip->open;
    *got = 0;
    enum hc_status status = hc_zip_reader_read(zip->reader, bytes, got, err);
    if (status != HC_END)
        return status;
    status = ended(source, skip(source, m->packed, err), err);
    zip->packed = m->packed;
    return status == HC_OK ? HC_END : status;
}

/* A wrong passphrase passes ZipCrypto's own check once in 256 times, and shows then as
 * damage. */
static enum hc_status doubt(const struct zip *zip, const struct hc_zip_member *m,
                            enum hc_status status, struct hc_err *err) {
    if (status == HC_EDATA && by_libarchive(zip, m) && m->method != HC_ZIP_STORED &&
        m->method != HC_ZIP_DEFLATED && !(m->flags & HC_ZIP_ENCRYPTED))
        hc_err_hint(err,
                    "is it whole? if so, pack it again with the usual method (deflate)");
    if (!(m->flags & HC_ZIP_ENCRYPTED) || zip->decrypted ||
        (status != HC_EDATA && status != HC_EPERM))
        return status;
    hc_fail(err, HC_EPERM, "entry '%.*s' cannot be decrypted: the passphrase does not fit",
            (int)(m->name_len < 255 ? m->name_len : 255), m->name);
    hc_err_hint(err, "does the first line of the passphrase file hold this delivery's?");
    return HC_EPERM;
}

static enum hc_status read_member(struct hc_source *source, struct zip *zip,
                                  const uint8_t **bytes, size_t *len, struct hc_err *err) {
    const struct hc_zip_member *m = zip->open;
    enum hc_status status;
    if (by_libarchive(zip, m))
        status = foreign_some(source, zip, bytes, len, err);
    else if (m->method == HC_ZIP_STORED)
        status = stored_some(source, zip, bytes, len, err);
    else
        status = inflate_some(source, zip, len, err);
    if (status != HC_OK && status != HC_END)
        return status;
    zip->crc = zip->engine->crc(zip->crc, *bytes, *len);
    zip->expanded += *len;
    enum hc_status ratio = hc_source_ratio(zip->expanded, m->packed, err);
    if (ratio != HC_OK)
        return ratio;
    if (status == HC_OK && zip->expanded > m->expanded)
        return hc_fail(
            err, HC_EDATA,
            "damaged: the data from byte %llu unpack to more than the %llu bytes "
            "that the directory says",
            (unsigned long long)zip->data_at, (unsigned long long)m->expanded);
    if (status == HC_END) {
        status = end_member(source, zip, err);
        zip->decrypted |= status == HC_END && m->flags & HC_ZIP_ENCRYPTED;
        if (status == HC_END && *len > 0)
            status = HC_OK; /* these bytes first; the next call ends */
    }
    return status;
}

static enum hc_status read_zip(struct hc_source *source, const uint8_t **bytes, size_t *len,
                               struct hc_err *err) {
    struct zip *zip = source->state;
    const struct hc_zip_member *m = zip->open;
    if (!m)
        return HC_END;
    *bytes = source->out;
    return doubt(zip, m, read_member(source, zip, bytes, len, err), err);
}

/* The directory and its end were read at the start; now they are read in their place, for
 * the digest and to see that the file ends where it did. */
static enum hc_status finish(struct hc_source *source, struct hc_err *err) {
    enum hc_status status = in_place(source, source->state, err);
    if (status == HC_OK)
        status =
            ended(source, skip(source, source->size - hc_raw_offset(source), err), err);
    if (status == HC_OK && (status = hc_raw_more(source, err)) == HC_OK)
        status = hc_fail(err, HC_ETEMP, "the file grew while it was read");
    return status == HC_END ? HC_OK : status;
}

/* Each reader of encrypted members passes over those before its own. */
static bool parts(const struct hc_source *source) {
    const struct zip *zip = source->state;
    size_t foreign = 0;
    for (size_t i = 0; i < zip->dir.members; i++)
        foreign += by_libarchive(zip, &zip->dir.member[i]);
    return foreign <= FOREIGN_PARTS;
}

/* The byte behind member i, which is in its place. */
static enum hc_status end_of(struct hc_source *source, const struct zip *zip, size_t i,
                             uint64_t *end, struct hc_err *err) {
    const struct hc_zip_member *m = &zip->dir.member[i];
    uint8_t head[LOCAL_SIZE];
    *end = start_of(zip, i + 1);
    if (m->flags & HC_ZIP_DESCRIPTOR) /* whatever is behind the data is its */
        return HC_OK;
    enum hc_status status = hc_raw_at(source, m->offset, head, sizeof head, err);
    *end = m->offset + LOCAL_SIZE + hc_le16(head + 26) + hc_le16(head + 28) + m->packed;
    return status;
}

/* It begins behind the entry before it, so that together the parts read every byte. */
static enum hc_status part_zip(struct hc_source *part, size_t i, struct hc_err *err) {
    const struct zip *whole = part->whole->state;
    struct zip *zip = part->state = calloc(1, sizeof *zip);
    if (!zip)
        return hc_fail_memory(err);
    zip->dir = whole->dir;
    zip->libarchive_only = whole->libarchive_only;
    zip->engine = whole->engine;
    for (size_t m = 0; i > 0; m++) {
        if (zip->dir.member[m].folder)
            continue;
        zip->decrypted |= zip->dir.member[m].flags & HC_ZIP_ENCRYPTED;
        zip->at = m + 1;
        i--;
    }
    return zip->at ? end_of(part, zip, zip->at - 1, &part->raw_read, err) : HC_OK;
}

static void drop(struct hc_source *source) {
    struct zip *zip = source->state;
    if (!zip)
        return;
    hc_zip_reader_free(zip->reader);
    if (!source->whole)
        hc_zip_directory_free(&zip->dir);
    if (zip->engine)
        zip->engine->drop(zip->inflater);
    free(zip);
}

const struct hc_container hc_container_zip = {.name = "zip",
                                              .matches = matches,
                                              .open = open_zip,
                                              .judge = judge_zip,
                                              .next = next,
                                              .read = read_zip,
                                              .finish = finish,
                                              .drop = drop,
                                              .parts = parts,
                                              .part = part_zip,
                                              .wraps = true,
                                              .seeks = true};
