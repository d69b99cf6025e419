/* Every gzip and zip of the samples and the golden cases, whole, cut and damaged: all
 * decoders give the same bytes, the same status and the same message, and so do a thread
 * that reads ahead, and entries that are read as sources of their own. */
#include <ftw.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../tap.h"
#include "base/file.h"
#include "format/source.h"

enum { MOST = 4 << 20, DAMAGED_MOST = 64 << 10, DAMAGES = 6 };

static struct hc_arena arena;
static char *found[4096];
static size_t files;

struct got {
    enum hc_status status;
    struct hc_err err;
    uint64_t bytes, sum;
    char digest[65];
};

enum way { STRAIGHT, AHEAD, PARTS };

/* To its end or the first failure. */
static enum hc_status read_source(struct hc_source *source, struct got *got) {
    const struct hc_entry *entry;
    const uint8_t *bytes;
    size_t len;
    enum hc_status status;
    while ((status = hc_source_next(source, &entry, &got->err)) == HC_OK) {
        while ((status = hc_source_read(source, &bytes, &len, &got->err)) == HC_OK) {
            for (size_t i = 0; i < len; i++)
                got->sum = (got->sum ^ bytes[i]) * 1099511628211u;
            got->bytes += len;
        }
        if (status != HC_END)
            return status;
    }
    return status == HC_END ? hc_source_finish(source, &got->err) : status;
}

static enum hc_status read_parts(struct hc_source *source, struct got *got) {
    enum hc_status status = HC_OK;
    for (size_t i = 0; i < hc_source_entries(source) && status == HC_OK; i++) {
        struct hc_source *part = NULL;
        status = hc_source_part(&part, source, i, &got->err);
        if (status == HC_OK)
            status = read_source(part, got);
        if (status == HC_OK)
            status = hc_source_part_end(source, part, &got->err);
        hc_source_free(part);
    }
    return status == HC_OK ? hc_source_parts_finish(source, &got->err) : status;
}

static void read_delivery(const char *path, const struct hc_inflate_engine *engine,
                          enum way way, struct got *got) {
    struct hc_source *source = NULL;
    struct hc_source_options options = {.inflate = engine};
    *got = (struct got){.sum = 14695981039346656037u};
    enum hc_status status = hc_source_open(&source, path, &options, &got->err);
    if (status == HC_OK && way == AHEAD && !hc_source_read_ahead(source))
        tap_ok(false, "no thread");
    if (status == HC_OK)
        status = way == PARTS && hc_source_parts(source) ? read_parts(source, got)
                                                         : read_source(source, got);
    if (status == HC_OK)
        snprintf(got->digest, sizeof got->digest, "%s", hc_source_digest(source));
    got->status = status;
    hc_source_free(source);
}

static bool same(const struct got *a, const struct got *b) {
    return a->status == b->status && a->bytes == b->bytes && a->sum == b->sum &&
           strcmp(a->err.what, b->err.what) == 0 && strcmp(a->err.file, b->err.file) == 0 &&
           strcmp(a->digest, b->digest) == 0;
}

/* How many decoders and ways differ from the first. */
static size_t differ(const char *path, struct got *first) {
    size_t wrong = 0;
    read_delivery(path, hc_inflate_engines[0], STRAIGHT, first);
    for (size_t i = 0; hc_inflate_engines[i]; i++) {
        for (int n = 0; n < 2; n++) {
            enum way way = n ? PARTS : i == 0 ? AHEAD : STRAIGHT;
            struct got other;
            read_delivery(path, hc_inflate_engines[i], way, &other);
            if (same(first, &other))
                continue;
            wrong++;
            printf("# %s: status %d, %" PRIu64 " bytes, %s: %s\n",
                   hc_inflate_engines[0]->name, first->status, first->bytes,
                   first->err.file, first->err.what);
            printf("# %s, way %d: status %d, %" PRIu64 " bytes, %s: %s\n",
                   hc_inflate_engines[i]->name, way, other.status, other.bytes,
                   other.err.file, other.err.what);
        }
    }
    return wrong;
}

static int find(const char *path, const struct stat *st, int type, struct FTW *ftw) {
    uint8_t head[4] = {0};
    (void)ftw;
    FILE *file = type == FTW_F && st->st_size <= MOST ? fopen(path, "rb") : NULL;
    if (!file)
        return 0;
    size_t len = fread(head, 1, sizeof head, file);
    fclose(file);
    bool packed = len == 4 && ((head[0] == 0x1f && head[1] == 0x8b) ||
                               (head[0] == 'P' && head[1] == 'K'));
    if (packed && files < sizeof found / sizeof *found)
        found[files++] = hc_arena_copy(&arena, hc_str_of(path));
    return 0;
}

static int by_path(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Cut at, and with bits turned at, places drawn from its bytes. */
static size_t damaged(const char *path, size_t *refused) {
    struct hc_buf file = {0};
    struct hc_err err = {0};
    size_t wrong = 0;
    if (hc_read_file(path, DAMAGED_MOST, &file, &err) != HC_OK || file.len < 20)
        return 0;
    uint32_t seed = (uint32_t)file.len;
    for (int i = 0; i < DAMAGES; i++) {
        char copy[64];
        struct got got;
        seed = seed * 1664525 + 1013904223;
        size_t at = (size_t)(seed >> 8) % file.len, len = i % 4 ? file.len : at + 1;
        int fd = memfd_create("damaged", MFD_CLOEXEC);
        if (i % 4)
            file.ptr[at] ^= (char)(1 << (seed >> 5 & 7));
        if (fd < 0 || write(fd, file.ptr, len) != (ssize_t)len)
            wrong++;
        if (i % 4)
            file.ptr[at] ^= (char)(1 << (seed >> 5 & 7));
        snprintf(copy, sizeof copy, "/proc/self/fd/%d", fd);
        wrong += differ(copy, &got);
        *refused += got.status != HC_OK;
        close(fd);
    }
    hc_buf_free(&file);
    return wrong;
}

/* Entries left out and half read, the source freed in the middle: no thread stays behind.
 */
static size_t left_early(const char *path) {
    size_t wrong = 0;
    for (int stop = 0; stop < 4; stop++) {
        struct hc_source *source = NULL;
        const struct hc_entry *entry;
        const uint8_t *bytes;
        size_t len;
        int entries = 0;
        struct hc_err err = {0};
        enum hc_status status = hc_source_open(&source, path, NULL, &err);
        if (status != HC_OK)
            continue;
        size_t all = hc_source_entries(source);
        wrong += !hc_source_read_ahead(source);
        while ((status = hc_source_next(source, &entry, &err)) == HC_OK &&
               (stop != 1 || entries < 1)) {
            entries++;
            wrong += strcmp(hc_source_entry_name(source, entry->number), entry->name) != 0;
            if (stop == 2 && hc_source_read(source, &bytes, &len, &err) == HC_OK)
                wrong += len == 0;
            if (stop == 0)
                break;
        }
        if (status == HC_END)
            wrong += entries != (int)all || hc_source_finish(source, &err) != HC_OK;
        hc_source_free(source);
    }
    return wrong;
}

int main(void) {
    static const char *const folders[] = {"samples", "tests/golden", "tests/data"};
    const char *root = getenv("HC_ROOT") ? getenv("HC_ROOT") : ".";
    size_t wrong = 0, refused = 0, good = 0, early = 0;
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        nftw(hc_arena_printf(&arena, "%s/%s", root, folders[i]), find, 16, FTW_PHYS);
    qsort(found, files, sizeof *found, by_path);
    for (size_t i = 0; i < files; i++) {
        struct got got;
        if (differ(found[i], &got))
            tap_ok(false, "%s", found[i]);
        good += got.status == HC_OK;
        early += got.status == HC_OK ? left_early(found[i]) : 0;
        wrong += damaged(found[i], &refused);
    }
    tap_ok(files >= 100 && good > 0 && good < files,
           "%zu gzip and zip files, %zu of them good: every decoder says the same", files,
           good);
    tap_ok(wrong == 0 && refused > files,
           "cut or with bits turned, %zu refused: every decoder says the same, %zu differ",
           refused, wrong);
    tap_ok(early == 0, "entries left out, sources freed early: %zu wrong", early);
    tap_ok(hc_inflate_engine("zlib") && !hc_inflate_engine("none") &&
               hc_inflate_engine(NULL) == hc_inflate_engines[0],
           "a decoder is found by name");
    hc_arena_free(&arena);
    return tap_done();
}
