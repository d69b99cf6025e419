#include "format/zip_directory.h"

#include <stdlib.h>

/* Source: PKWARE APPNOTE.TXT 6.3.10, sections 4.3.6 to 4.3.16, 4.5.3. */
enum { END_SIZE = 22, END64_SIZE = 56, LOCATOR_SIZE = 20, MEMBER_SIZE = 46 };
enum {
    COMMENT_MAX = 65535,
    DIRECTORY_MAX = 64 << 20,
    ZIP64_EXTRA = 1,
    AES_EXTRA = 0x9901,
    AES_METHOD = 99
};
static const uint8_t end_magic[4] = {'P', 'K', 5, 6};
static const uint8_t end64_magic[4] = {'P', 'K', 6, 6};
static const uint8_t locator_magic[4] = {'P', 'K', 6, 7};
static const uint8_t member_magic[4] = {'P', 'K', 1, 2};

struct end_record { /* what the archive says about its directory */
    uint64_t at;    /* where the directory has to end */
    uint64_t members, size, start;
};

static enum hc_status no_end(const struct hc_source *source, struct hc_err *err) {
    hc_fail(err, HC_EDATA,
            "cut off or damaged: the zip ends at byte %llu without its end record",
            (unsigned long long)source->size);
    hc_err_hint(err, "%s", hc_source_fetch);
    return HC_EDATA;
}

/* Look backwards for the last end record whose comment reaches the last byte. */
static enum hc_status find_end(struct hc_source *source, uint8_t end[END_SIZE],
                               uint64_t *end_at, struct hc_err *err) {
    size_t len = END_SIZE + COMMENT_MAX;
    if (source->size < len)
        len = (size_t)source->size;
    uint8_t *tail = malloc(len ? len : 1);
    if (!tail)
        return hc_fail_memory(err);
    uint64_t at = source->size - len;
    enum hc_status status = len ? hc_raw_at(source, at, tail, len, err) : HC_OK;
    bool seen = false; /* the last signature, whatever follows it */
    size_t seen_at = 0;
    for (size_t i = len; status == HC_OK && i-- > 0;) {
        if (len - i < 4 || memcmp(tail + i, end_magic, 4) != 0)
            continue;
        if (len - i >= END_SIZE && hc_le16(tail + i + 20) == len - i - END_SIZE) {
            memcpy(end, tail + i, END_SIZE);
            *end_at = at + i;
            free(tail);
            return HC_OK;
        }
        if (!seen)
            seen_at = i;
        seen = true;
    }
    if (status == HC_OK && !seen)
        status = no_end(source, err);
    else if (status == HC_OK && len - seen_at < END_SIZE)
        status =
            hc_fail(err, HC_EDATA,
                    "cut off inside its end record: %llu of %d bytes are there, from byte "
                    "%llu",
                    (unsigned long long)(len - seen_at), END_SIZE,
                    (unsigned long long)(at + seen_at));
    else if (status == HC_OK)
        status = hc_fail(
            err, HC_EDATA,
            "the zip's end record at byte %llu is not the end: %llu bytes follow "
            "it where %u should",
            (unsigned long long)(at + seen_at),
            (unsigned long long)(len - seen_at - END_SIZE), hc_le16(tail + seen_at + 20));
    free(tail);
    return status;
}

static enum hc_status read_end64(struct hc_source *source, uint64_t locator_at,
                                 const uint8_t *locator, struct end_record *end,
                                 struct hc_err *err) {
    uint8_t record[END64_SIZE];
    uint64_t at = hc_le64(locator + 8);
    if (locator_at < END64_SIZE || at > locator_at - END64_SIZE)
        return hc_fail(err, HC_EDATA,
                       "damaged: the zip64 end record is not where byte %llu "
                       "says",
                       (unsigned long long)locator_at);
    enum hc_status status = hc_raw_at(source, at, record, sizeof record, err);
    if (status != HC_OK)
        return status;
    if (memcmp(record, end64_magic, 4) != 0 || hc_le64(record + 4) != locator_at - at - 12)
        return hc_fail(err, HC_EDATA, "damaged: no zip64 end record at byte %llu",
                       (unsigned long long)at);
    if (hc_le32(record + 16) != 0 || hc_le32(record + 20) != 0 ||
        hc_le64(record + 24) != hc_le64(record + 32))
        return hc_fail(err, HC_EDATA, "a zip in several parts is not supported");
    *end = (struct end_record){at, hc_le64(record + 32), hc_le64(record + 40),
                               hc_le64(record + 48)};
    return HC_OK;
}

static enum hc_status read_end(struct hc_source *source, struct end_record *end,
                               struct hc_err *err) {
    uint8_t record[END_SIZE] = {0}, locator[LOCATOR_SIZE];
    uint64_t at = 0;
    enum hc_status status = find_end(source, record, &at, err);
    if (status != HC_OK)
        return status;
    *end = (struct end_record){at, hc_le16(record + 10), hc_le32(record + 12),
                               hc_le32(record + 16)};
    bool wide =
        end->members == 0xffff || end->size == 0xffffffff || end->start == 0xffffffff;
    if (at >= LOCATOR_SIZE) {
        status = hc_raw_at(source, at - LOCATOR_SIZE, locator, sizeof locator, err);
        if (status != HC_OK)
            return status;
        if (memcmp(locator, locator_magic, 4) == 0)
            return read_end64(source, at - LOCATOR_SIZE, locator, end, err);
    }
    if (wide)
        return hc_fail(
            err, HC_EDATA,
            "damaged: the end record at byte %llu wants a zip64 record, but there "
            "is none",
            (unsigned long long)at);
    if (hc_le16(record + 4) != 0 || hc_le16(record + 6) != 0 ||
        hc_le16(record + 8) != hc_le16(record + 10))
        return hc_fail(err, HC_EDATA, "a zip in several parts is not supported");
    return HC_OK;
}

/* Values of 32 bits that are all ones stand in the zip64 extra field, in this order. */
static bool widen(struct hc_zip_member *m, const uint8_t *extra, size_t len) {
    bool need =
        m->expanded == 0xffffffff || m->packed == 0xffffffff || m->offset == 0xffffffff;
    while (len >= 4) {
        size_t size = hc_le16(extra + 2);
        unsigned id = hc_le16(extra);
        if (size > len - 4)
            break; /* padding that is no field: some writers align with it */
        const uint8_t *at = extra + 4, *end = at + size;
        if (id == AES_EXTRA)
            m->crc_absent = size >= 7 && hc_le16(at) == 2 && m->method == AES_METHOD;
        if (id == ZIP64_EXTRA) {
            uint64_t *const wide[] = {&m->expanded, &m->packed, &m->offset};
            for (size_t i = 0; i < 3; i++) {
                if (*wide[i] != 0xffffffff)
                    continue;
                if (end - at < 8)
                    return false;
                *wide[i] = hc_le64(at);
                at += 8;
            }
            m->zip64 = true;
            need = false;
        }
        extra += 4 + size;
        len -= 4 + size;
    }
    return !need;
}

static enum hc_status check_member(const struct hc_source *source,
                                   const struct hc_zip_member *m, uint64_t at,
                                   struct hc_err *err) {
    int shown = (int)(m->name_len < 255 ? m->name_len : 255);
    if (m->name_len == 0 || memchr(m->name, 0, m->name_len))
        return hc_fail(err, HC_EDATA,
                       "damaged: the directory entry at byte %llu has no "
                       "proper name",
                       (unsigned long long)at);
    if (m->flags & (HC_ZIP_STRONG | HC_ZIP_MASKED)) {
        hc_fail(err, HC_EPERM,
                "not supported: entry '%.*s' is encrypted with certificates or PKWARE's "
                "strong encryption",
                shown, m->name);
        hc_err_hint(err, "ask for AES, or decrypt it into a folder only you can read");
        return HC_EPERM;
    }
    if (m->flags & HC_ZIP_ENCRYPTED && !source->passphrase) {
        hc_fail(err, HC_EPERM, "encrypted (entry '%.*s'), and no passphrase was given",
                shown, m->name);
        hc_err_hint(err, "--passphrase-file=FILE names a file with it in its first line");
        return HC_EPERM;
    }
    if (m->method == HC_ZIP_STORED && !(m->flags & HC_ZIP_ENCRYPTED) &&
        m->packed != m->expanded)
        return hc_fail(err, HC_EDATA,
                       "damaged: the directory entry at byte %llu has two "
                       "sizes",
                       (unsigned long long)at);
    return HC_OK;
}

/* One record of the directory at bytes; *used is its size. */
static enum hc_status read_member(struct hc_source *source, const uint8_t *bytes,
                                  size_t len, uint64_t at, struct hc_zip_member *m,
                                  size_t *used, struct hc_err *err) {
    if (len < MEMBER_SIZE || memcmp(bytes, member_magic, 4) != 0)
        return hc_fail(err, HC_EDATA, "damaged: no directory entry at byte %llu",
                       (unsigned long long)at);
    size_t name = hc_le16(bytes + 28), extra = hc_le16(bytes + 30),
           comment = hc_le16(bytes + 32);
    if (name + extra + comment > len - MEMBER_SIZE)
        return hc_fail(err, HC_EDATA,
                       "damaged: the directory entry at byte %llu is cut off",
                       (unsigned long long)at);
    *m = (struct hc_zip_member){.name_len = name,
                                .flags = hc_le16(bytes + 8),
                                .method = hc_le16(bytes + 10),
                                .crc = hc_le32(bytes + 16),
                                .packed = hc_le32(bytes + 20),
                                .expanded = hc_le32(bytes + 24),
                                .offset = hc_le32(bytes + 42)};
    m->name = hc_arena_copy(&source->arena,
                            (struct hc_str){(const char *)bytes + MEMBER_SIZE, name});
    if (!m->name)
        return hc_fail_memory(err);
    if (!widen(m, bytes + MEMBER_SIZE + name, extra))
        return hc_fail(err, HC_EDATA,
                       "damaged: the zip64 sizes of the directory entry at "
                       "byte %llu are missing",
                       (unsigned long long)at);
    m->folder = name > 0 && m->name[name - 1] == '/' && m->expanded == 0;
    *used = MEMBER_SIZE + name + extra + comment;
    return check_member(source, m, at, err);
}

static int by_offset(const void *a, const void *b) {
    const struct hc_zip_member *x = a, *y = b;
    return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static enum hc_status read_members(struct hc_source *source, const uint8_t *bytes,
                                   struct hc_zip_directory *dir, uint64_t members,
                                   struct hc_err *err) {
    size_t at = 0;
    enum hc_status status = HC_OK;
    for (size_t i = 0; i < members && status == HC_OK; i++) {
        size_t used = 0;
        if (at == dir->size)
            return hc_fail(
                err, HC_EDATA,
                "damaged: the zip's end record counts %llu entries, its directory "
                "holds %zu",
                (unsigned long long)members, i);
        status = read_member(source, bytes + at, (size_t)dir->size - at, dir->start + at,
                             &dir->member[i], &used, err);
        dir->members += status == HC_OK;
        at += used;
    }
    if (status == HC_OK && at != dir->size)
        status =
            hc_fail(err, HC_EDATA,
                    "damaged: the zip's end record counts %llu entries, but its "
                    "directory goes on at byte %llu",
                    (unsigned long long)members, (unsigned long long)(dir->start + at));
    return status;
}

enum hc_status hc_zip_directory_read(struct hc_source *source, struct hc_zip_directory *dir,
                                     struct hc_err *err) {
    struct end_record end = {0};
    *dir = (struct hc_zip_directory){0};
    enum hc_status status = read_end(source, &end, err);
    if (status != HC_OK)
        return status;
    if (end.start > end.at || end.size != end.at - end.start)
        return hc_fail(
            err, HC_EDATA,
            "damaged: the zip's directory is said to be %llu bytes from byte %llu, "
            "but its end record stands at byte %llu",
            (unsigned long long)end.size, (unsigned long long)end.start,
            (unsigned long long)end.at);
    if (end.members > HC_SOURCE_ENTRIES_MAX || end.size > DIRECTORY_MAX)
        return hc_fail(err, HC_EDATA, "holds more than %d entries", HC_SOURCE_ENTRIES_MAX);
    dir->start = end.start;
    dir->size = end.size;
    dir->member = calloc((size_t)end.members + 1, sizeof *dir->member);
    uint8_t *bytes = malloc((size_t)end.size + 1);
    if (!dir->member || !bytes)
        status = hc_fail_memory(err);
    if (status == HC_OK && end.size > 0)
        status = hc_raw_at(source, end.start, bytes, (size_t)end.size, err);
    if (status == HC_OK)
        status = read_members(source, bytes, dir, end.members, err);
    if (status == HC_OK && dir->members > 1)
        qsort(dir->member, dir->members, sizeof *dir->member, by_offset);
    free(bytes);
    return status;
}

void hc_zip_directory_free(struct hc_zip_directory *dir) {
    free(dir->member);
    *dir = (struct hc_zip_directory){0};
}
