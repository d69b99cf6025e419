#include "format/zip_judge.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <locale.h>
#include <stdlib.h>

enum { BLOCK = 64 << 10 };

struct hc_zip_reader {
    struct hc_source *source;
    const struct hc_zip_directory *dir;
    struct archive *archive;
    locale_t utf8; /* names are bytes to us: no locale of the user's may change them */
    uint64_t at;   /* where libarchive reads next */
    uint8_t *block;
    struct hc_err failed; /* reading the delivery failed, which is no verdict on it */
    size_t next;          /* member of the next header */
    const struct hc_zip_member *member;
    const uint8_t *data; /* from libarchive, not yet given */
    size_t left;
    uint64_t given;
};

/* ---- the delivery, as libarchive reads it ---- */

static la_ssize_t give(struct archive *archive, void *client, const void **bytes) {
    struct hc_zip_reader *r = client;
    uint64_t left = r->at < r->source->size ? r->source->size - r->at : 0;
    size_t len = left < BLOCK ? (size_t)left : BLOCK;
    *bytes = r->block;
    if (len == 0)
        return 0;
    if (hc_raw_at(r->source, r->at, r->block, len, &r->failed) != HC_OK) {
        archive_set_error(archive, EIO, "the delivery cannot be read");
        return -1;
    }
    r->at += len;
    return (la_ssize_t)len;
}

static la_int64_t move(struct archive *archive, void *client, la_int64_t offset,
                       int whence) {
    struct hc_zip_reader *r = client;
    la_int64_t size = (la_int64_t)r->source->size;
    la_int64_t from = whence == SEEK_SET   ? 0
                      : whence == SEEK_CUR ? (la_int64_t)r->at
                                           : size;
    (void)archive;
    if (offset < -from || offset > size - from)
        return ARCHIVE_FATAL;
    r->at = (uint64_t)(from + offset);
    return (la_int64_t)r->at;
}

static la_int64_t skip(struct archive *archive, void *client, la_int64_t len) {
    struct hc_zip_reader *r = client;
    uint64_t left = r->at < r->source->size ? r->source->size - r->at : 0;
    (void)archive;
    if (len < 0)
        return 0;
    if ((uint64_t)len < left)
        left = (uint64_t)len;
    r->at += left;
    return (la_int64_t)left;
}

/* ---- what libarchive says ---- */

static const char *reason(const struct hc_zip_reader *r) {
    const char *text = archive_error_string(r->archive);
    return text && *text ? text : "no reason is given";
}

static enum hc_status refused(struct hc_zip_reader *r, int code, struct hc_err *err) {
    const char *text = reason(r);
    if (r->failed.status != HC_OK) {
        if (err)
            *err = r->failed;
        return r->failed.status;
    }
    if (code == ARCHIVE_FATAL && archive_errno(r->archive) == ENOMEM)
        return hc_fail_memory(err);
    if (strstr(text, "assphrase"))
        return hc_fail(err, HC_EPERM, "the passphrase does not fit");
    return hc_fail(err, HC_EDATA, "damaged or not supported: libarchive says: %s", text);
}

static enum hc_status next_header(struct hc_zip_reader *r, struct archive_entry **entry,
                                  int *code) {
    locale_t before = uselocale(r->utf8);
    *code = archive_read_next_header(r->archive, entry);
    uselocale(before);
    return *code == ARCHIVE_OK ? HC_OK : *code == ARCHIVE_EOF ? HC_END : HC_EDATA;
}

static enum hc_status agrees(const struct hc_zip_reader *r, struct archive_entry *entry,
                             const struct hc_zip_member *m, struct hc_err *err) {
    locale_t before = uselocale(r->utf8);
    const char *name = archive_entry_pathname(entry);
    uselocale(before);
    const char *what = NULL;
    mode_t type = archive_entry_filetype(entry);
    if (!name)
        what = "no name that can be read";
    else if (strcmp(name, m->name) != 0)
        what = "another name";
    else if (type != AE_IFREG && !(type == AE_IFDIR && m->folder))
        what = "no file but a link or something else";
    else if (!archive_entry_size_is_set(entry) ||
             (uint64_t)archive_entry_size(entry) != m->expanded)
        what = "another size";
    if (!what)
        return HC_OK;
    return hc_fail(err, HC_EDATA,
                   "damaged: by the directory an entry is at byte %llu, libarchive finds "
                   "%s there",
                   (unsigned long long)m->offset, what);
}

/* The header of member r->next, held against the directory. HC_END after the last. */
static enum hc_status step(struct hc_zip_reader *r, struct hc_err *err) {
    struct archive_entry *entry;
    int code;
    enum hc_status status = next_header(r, &entry, &code);
    if (status == HC_EDATA)
        return refused(r, code, err);
    if ((status == HC_END) != (r->next == r->dir->members))
        return hc_fail(err, HC_EDATA,
                       "damaged: libarchive finds %s entries than the %zu that the "
                       "directory names",
                       status == HC_END ? "fewer" : "more", r->dir->members);
    if (status == HC_OK)
        status = agrees(r, entry, &r->dir->member[r->next++], err);
    return status;
}

/* ---- reading ---- */

enum hc_status hc_zip_reader_new(struct hc_zip_reader **reader, struct hc_source *source,
                                 const struct hc_zip_directory *dir, struct hc_err *err) {
    struct hc_zip_reader *r = *reader = calloc(1, sizeof *r);
    if (!r)
        return hc_fail_memory(err);
    r->source = source;
    r->dir = dir;
    r->utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    r->block = malloc(BLOCK);
    r->archive = archive_read_new();
    if (!r->block || !r->archive)
        return hc_fail_memory(err);
    if (archive_read_support_format_zip_seekable(r->archive) != ARCHIVE_OK ||
        (source->passphrase &&
         archive_read_add_passphrase(r->archive, source->passphrase) != ARCHIVE_OK))
        return hc_fail_memory(err);
    archive_read_set_callback_data(r->archive, r);
    archive_read_set_read_callback(r->archive, give);
    archive_read_set_seek_callback(r->archive, move);
    archive_read_set_skip_callback(r->archive, skip);
    int code = archive_read_open1(r->archive);
    return code == ARCHIVE_OK ? HC_OK : refused(r, code, err);
}

enum hc_status hc_zip_reader_begin(struct hc_zip_reader *r, size_t i, struct hc_err *err) {
    enum hc_status status = HC_OK;
    while (r->next <= i && status == HC_OK)
        status = step(r, err);
    r->member = &r->dir->member[i];
    r->left = 0;
    r->given = 0;
    return status;
}

enum hc_status hc_zip_reader_read(struct hc_zip_reader *r, const uint8_t **bytes,
                                  size_t *len, struct hc_err *err) {
    while (r->left == 0) {
        const void *data = NULL;
        la_int64_t offset = 0;
        int code = archive_read_data_block(r->archive, &data, &r->left, &offset);
        if (code == ARCHIVE_EOF)
            return HC_END;
        if (code != ARCHIVE_OK)
            return refused(r, code, err);
        r->data = data;
        if (r->left > 0 && (uint64_t)offset != r->given)
            return hc_fail(err, HC_EDATA, "damaged: libarchive finds holes in the data");
    }
    *bytes = r->data;
    *len = r->left < HC_SOURCE_CHUNK ? r->left : HC_SOURCE_CHUNK;
    r->data += *len;
    r->left -= *len;
    r->given += *len;
    return HC_OK;
}

void hc_zip_reader_free(struct hc_zip_reader *r) {
    if (!r)
        return;
    if (r->archive)
        archive_read_free(r->archive);
    if (r->utf8)
        freelocale(r->utf8);
    free(r->block);
    free(r);
}

enum hc_status hc_zip_judge(struct hc_source *source, const struct hc_zip_directory *dir,
                            struct hc_err *err) {
    struct hc_zip_reader *r;
    enum hc_status status = hc_zip_reader_new(&r, source, dir, err);
    while (status == HC_OK)
        status = step(r, err);
    hc_zip_reader_free(r);
    return status == HC_END ? HC_OK : status;
}
