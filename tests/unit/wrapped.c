/* Zstd deliveries, and entries of a zip or a folder that are gzip or zstd themselves. */
#include <sys/stat.h>
#include <zstd.h>

#include "../pack.h"
#include "format/source.h"

static char folder[256];
static char path[300];

struct got {
    enum hc_status status;
    struct hc_err err;
    struct hc_buf text;
};

static void read_delivery(const char *from, struct got *got) {
    struct hc_source *source = NULL;
    const struct hc_entry *entry;
    const uint8_t *bytes;
    size_t len;
    hc_buf_clear(&got->text);
    got->err = (struct hc_err){0};
    enum hc_status status = hc_source_open(&source, from, NULL, &got->err);
    while (status == HC_OK &&
           (status = hc_source_next(source, &entry, &got->err)) == HC_OK) {
        hc_buf_printf(&got->text, "%s#%u=", entry->name, entry->number);
        while ((status = hc_source_read(source, &bytes, &len, &got->err)) == HC_OK)
            hc_buf_put(&got->text, bytes, len);
        hc_buf_putc(&got->text, ';');
        if (status == HC_END)
            status = HC_OK;
    }
    if (status == HC_END)
        status = hc_source_finish(source, &got->err);
    got->status = status;
    hc_source_free(source);
}

static void pack_zstd(struct hc_buf *b, const char *text, size_t len) {
    ZSTD_CCtx *c = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(c, ZSTD_c_checksumFlag, 1);
    hc_buf_reserve(b, ZSTD_compressBound(len));
    b->len += ZSTD_compress2(c, b->ptr + b->len, ZSTD_compressBound(len), text, len);
    ZSTD_freeCCtx(c);
}

/* One file of a zip to be, with bytes that are no text. */
struct member {
    const char *name;
    struct hc_buf bytes;
};

static void zip_of(struct hc_buf *b, const struct member *m, size_t members) {
    struct hc_buf directory = {0};
    hc_buf_clear(b);
    for (size_t i = 0; i < members; i++) {
        struct pack_entry e = {.name = m[i].name, .text = "", .stored = true};
        uint64_t at = b->len, len = m[i].bytes.len;
        uint32_t crc = (uint32_t)crc32(0, m[i].bytes.ptr, (uInt)len);
        pack_header(b, &e, crc, len, len, false, 0);
        hc_buf_put(b, m[i].bytes.ptr, len);
        pack_header(&directory, &e, crc, len, len, true, at);
    }
    uint64_t start = b->len;
    hc_buf_put(b, directory.ptr, directory.len);
    hc_buf_put(b, "PK\5\6\0\0\0\0", 8);
    pack_le(b, members, 2);
    pack_le(b, members, 2);
    pack_le(b, directory.len, 4);
    pack_le(b, start, 4);
    pack_le(b, 0, 2);
    hc_buf_free(&directory);
}

/* ---- zstd ---- */

static void everywhere(struct hc_buf *whole, size_t between, const char *want,
                       const char *what) {
    struct got got = {0};
    size_t wrong = 0, other = 0, accepted = 0;
    for (size_t cut = 4; cut < whole->len; cut++) {
        pack_write(path, whole->ptr, cut);
        read_delivery(path, &got);
        wrong += got.status != (cut == between ? HC_OK : HC_EDATA);
    }
    tap_int((int64_t)wrong, 0, what);
    for (size_t at = 4; at < whole->len; at++)
        for (int bit = 0; bit < 8; bit++) {
            whole->ptr[at] ^= (uint8_t)(1u << bit);
            pack_write(path, whole->ptr, whole->len);
            read_delivery(path, &got);
            whole->ptr[at] ^= (uint8_t)(1u << bit);
            accepted += got.status == HC_OK;
            other += got.status == HC_OK && strcmp(hc_buf_text(&got.text), want) != 0;
            wrong += got.status != HC_OK && got.status != HC_EDATA &&
                     got.status != HC_EPERM; /* the bit that says encrypted */
        }
    tap_ok(other == 0 && wrong == 0,
           "%s; of %zu turned bits %zu did not matter, %zu gave other data", what,
           (whole->len - 4) * 8, accepted, other);
    hc_buf_free(&got.text);
}

static void zstd_files(void) {
    struct hc_buf b = {0};
    struct got got = {0};
    pack_zstd(&b, "one one one one one one ", 24);
    size_t first = b.len;
    pack_zstd(&b, "", 0);
    hc_buf_put(&b, "\x50\x2a\x4d\x18\3\0\0\0abc", 11); /* to be skipped */
    size_t second = b.len;
    pack_zstd(&b, "two", 3);
    char named[300];
    snprintf(named, sizeof named, "%s/claims.txt.zst", folder);
    pack_write(named, b.ptr, b.len);
    read_delivery(named, &got);
    tap_text(got.err.what, "", "zstd without a fault");
    tap_text(hc_buf_text(&got.text), "claims.txt#1=one one one one one one two;",
             "zstd frames are one entry");
    unlink(named);
    struct hc_buf part = {0};
    hc_buf_put(&part, b.ptr, first);
    everywhere(&part, 0, "delivery#1=one one one one one one ;",
               "zstd cut at any byte is refused");
    hc_buf_clear(&part);
    hc_buf_put(&part, b.ptr + second, b.len - second);
    hc_buf_puts(&part, "garbage");
    pack_write(path, part.ptr, part.len);
    read_delivery(path, &got);
    tap_ok(got.status == HC_EDATA && strstr(got.err.what, "not zstd follow"),
           "garbage after the end: '%s'", got.err.what);
    pack_write(path, b.ptr, first - 4);
    read_delivery(path, &got);
    tap_ok(got.status == HC_EDATA && strstr(got.err.what, "cut off: the zstd data"),
           "a cut: '%s'", got.err.what);
    b.ptr[first - 1] ^= 1;
    pack_write(path, b.ptr, first);
    read_delivery(path, &got);
    tap_ok(got.status == HC_EDATA && strstr(got.err.what, "checksum of the zstd frame"),
           "a wrong checksum: '%s'", got.err.what);
    pack_write(path, "\x28\xb5\x2f\xfd\0\xb0\0\0\0", 9); /* a window of 4 TiB */
    read_delivery(path, &got);
    tap_ok(got.status == HC_EDATA && strstr(got.err.what, "window above 128 MiB"),
           "a large window: '%s'", got.err.what);
    char *large = malloc(3 << 20); /* more than goes out in one piece */
    for (size_t i = 0; i < 3 << 20; i++)
        large[i] = (char)('a' + i * 2654435761u % 7919 % 26);
    hc_buf_clear(&b);
    pack_zstd(&b, large, 3 << 20);
    pack_write(path, b.ptr, b.len);
    read_delivery(path, &got);
    tap_ok(got.status == HC_OK && got.text.len == (3 << 20) + 12 &&
               memcmp(got.text.ptr + 11, large, 3 << 20) == 0,
           "3 MiB, %zu bytes packed: '%s'", b.len, got.err.what);
    memset(large, 0, 3 << 20);
    hc_buf_clear(&b);
    for (int i = 0; i < 30; i++)
        pack_zstd(&b, large, 3 << 20);
    pack_write(path, b.ptr, b.len);
    read_delivery(path, &got);
    tap_ok(got.status == HC_EDATA && strstr(got.err.what, "bomb"), "a bomb: '%s'",
           got.err.what);
    free(large);
    hc_buf_free(&part);
    hc_buf_free(&b);
    hc_buf_free(&got.text);
}

/* ---- zips of packed files ---- */

static void packed_members(void) {
    struct member m[4] = {{.name = "d/a.txt.gz"},
                          {.name = "b.txt.zst"},
                          {.name = "c.txt"},
                          {.name = "packed"}};
    struct hc_buf b = {0};
    struct got got = {0};
    pack_gzip(&m[0].bytes, "first ", 6);
    pack_gzip(&m[0].bytes, "member", 6);
    pack_zstd(&m[1].bytes, "second", 6);
    hc_buf_puts(&m[2].bytes, "plain");
    pack_gzip(&m[3].bytes, "by content", 10);
    zip_of(&b, m, 4);
    pack_write(path, b.ptr, b.len);
    read_delivery(path, &got);
    tap_text(got.err.what, "", "a zip of gzip, zstd and plain");
    tap_text(hc_buf_text(&got.text),
             "d/a.txt#3=first member;b.txt#1=second;c.txt#2=plain;packed#4=by content;",
             "is unpacked by content, its names without .gz and .zst");
    everywhere(&b, 0, hc_buf_text(&got.text), "cut at any byte it is refused");
    for (size_t i = 0; i < 4; i++)
        hc_buf_free(&m[i].bytes);
    hc_buf_free(&b);
    hc_buf_free(&got.text);
}

/* The zip is whole; what is in it is not. */
static void damaged_members(void) {
    struct hc_buf gz = {0}, zst = {0}, zip = {0}, b = {0};
    struct got got = {0};
    const struct pack_entry inside[] = {{"a", .text = "x"}, {0}};
    pack_gzip(&gz, "some claims, and some more claims", 33);
    pack_zstd(&zst, "some claims, and some more claims", 33);
    pack_zip(&zip, inside, false);
    const struct {
        const char *doc, *name;
        const struct hc_buf *bytes;
        size_t cut, at;
        const char *more, *what;
    } cases[] = {
        {"gzip cut", "a.gz", &gz, 9, 0, "", "cut off: the gzip data"},
        {"gzip with a wrong checksum", "a.gz", &gz, 0, gz.len - 5, "", "gzip checksum"},
        {"gzip with garbage after it", "a.gz", &gz, 0, 0, "xx", "not gzip follow"},
        {"zstd cut", "a.zst", &zst, 1, 0, "", "cut off: the zstd data"},
        {"zstd with a wrong checksum", "a", &zst, 0, zst.len - 1, "",
         "checksum of the zstd"},
        {"zstd with garbage after it", "a", &zst, 0, 0, "xxxx", "not zstd follow"},
        {"plain text named .gz", "a.gz", &gz, gz.len, 0, "text", "named .gz"},
        {"plain text named .zst", "a.zst", &gz, gz.len, 0, "text", "named .zst"},
        {"nothing named .gz", "a.gz", &gz, gz.len, 0, "", "empty"},
        {"a zip", "a.zip", &zip, 0, 0, "", "a zip inside a zip is not supported"},
        {"a 7z", "a", &gz, gz.len, 0, "7z\xbc\xaf\x27\x1c", "7z archives are not"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct member m = {.name = cases[i].name};
        hc_buf_put(&m.bytes, cases[i].bytes->ptr, cases[i].bytes->len - cases[i].cut);
        if (cases[i].at)
            m.bytes.ptr[cases[i].at] ^= 1;
        hc_buf_puts(&m.bytes, cases[i].more);
        zip_of(&b, &m, 1);
        pack_write(path, b.ptr, b.len);
        read_delivery(path, &got);
        tap_ok(got.status == HC_EDATA && strstr(got.err.what, cases[i].what) &&
                   strstr(got.err.file, "/delivery/a"),
               "a zip of %s: %d, %s: '%s'", cases[i].doc, got.status, got.err.file,
               got.err.what);
        hc_buf_free(&m.bytes);
    }
    struct member two[2] = {{.name = "a.txt"}, {.name = "a.txt.gz"}};
    hc_buf_puts(&two[0].bytes, "x");
    hc_buf_put(&two[1].bytes, gz.ptr, gz.len);
    zip_of(&b, two, 2);
    pack_write(path, b.ptr, b.len);
    read_delivery(path, &got);
    tap_ok(got.status == HC_EDATA && strstr(got.err.what, "two entries named 'a.txt'"),
           "packed and unpacked both: '%s'", got.err.what);
    hc_buf_free(&two[0].bytes);
    hc_buf_free(&two[1].bytes);
    hc_buf_free(&gz);
    hc_buf_free(&zst);
    hc_buf_free(&zip);
    hc_buf_free(&b);
    hc_buf_free(&got.text);
}

static void bomb_in_a_bomb(void) {
    struct member m = {.name = "a.gz"};
    struct hc_buf b = {0};
    struct got got = {0};
    size_t len = 80u << 20;
    char *zeros = calloc(1, len);
    pack_gzip(&m.bytes, zeros, len);
    zip_of(&b, &m, 1);
    pack_write(path, b.ptr, b.len);
    read_delivery(path, &got);
    tap_ok(got.status == HC_EDATA && strstr(got.err.what, "bomb"), "a bomb in a zip: '%s'",
           got.err.what);
    free(zeros);
    hc_buf_free(&m.bytes);
    hc_buf_free(&b);
    hc_buf_free(&got.text);
}

static void in_a_folder(void) {
    struct hc_buf b = {0};
    struct got got = {0};
    char dir[300], file[400];
    snprintf(dir, sizeof dir, "%s/in", folder);
    mkdir(dir, 0700);
    pack_zstd(&b, "packed", 6);
    snprintf(file, sizeof file, "%s/1.txt.zst", dir);
    pack_write(file, b.ptr, b.len);
    snprintf(file, sizeof file, "%s/2.txt", dir);
    pack_write(file, "plain", 5);
    read_delivery(dir, &got);
    tap_text(hc_buf_text(&got.text), "1.txt#1=packed;2.txt#2=plain;", "zstd in a folder");
    unlink(file);
    snprintf(file, sizeof file, "%s/1.txt.zst", dir);
    unlink(file);
    rmdir(dir);
    hc_buf_free(&b);
    hc_buf_free(&got.text);
}

/* Stored entries that begin shortly before the end of a chunk, read here and ahead: never
 * more than a chunk at once, and the same bytes. */
static void across_chunks(void) {
    enum { LEN = 2 * HC_SOURCE_CHUNK };
    static const size_t before[] = {1, 31, 100, 511, 512, 513};
    char *text = malloc(LEN);
    struct hc_buf b = {0};
    size_t large = 0, wrong = 0;
    for (size_t i = 0; text && i < LEN; i++)
        text[i] = (char)('a' + i % 23);
    for (size_t i = 0; text && i < 2 * sizeof before / sizeof *before; i++) {
        struct member m[] = {{"first.txt", {0}}, {"second.txt", {0}}};
        hc_buf_put(&m[0].bytes, text, HC_SOURCE_CHUNK - before[i / 2] - 30 - 9 - 30 - 10);
        hc_buf_put(&m[1].bytes, text, LEN);
        zip_of(&b, m, 2);
        pack_write(path, b.ptr, b.len);
        struct hc_source *source = NULL;
        const struct hc_entry *entry;
        const uint8_t *bytes;
        size_t len, at = 0;
        struct hc_err err = {0};
        enum hc_status status = hc_source_open(&source, path, NULL, &err);
        if (status == HC_OK && i % 2)
            wrong += !hc_source_read_ahead(source);
        while (status == HC_OK &&
               (status = hc_source_next(source, &entry, &err)) == HC_OK) {
            for (at = 0; (status = hc_source_read(source, &bytes, &len, &err)) == HC_OK;
                 at += len) {
                large += len > HC_SOURCE_CHUNK;
                wrong += len > LEN - at || memcmp(bytes, text + at, len) != 0;
            }
            if (status == HC_END)
                status = HC_OK;
        }
        if (status == HC_END)
            status = hc_source_finish(source, &err);
        wrong += status != HC_OK || at != LEN;
        hc_source_free(source);
        hc_buf_free(&m[0].bytes);
        hc_buf_free(&m[1].bytes);
    }
    tap_int((int64_t)large, 0, "a read gives a chunk at most");
    tap_int((int64_t)wrong, 0, "stored entries across the ends of chunks");
    hc_buf_free(&b);
    free(text);
}

int main(void) {
    const char *tmp = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%.200s/wrapped.XXXXXX", tmp ? tmp : "/tmp");
    if (!mkdtemp(folder))
        return 1;
    snprintf(path, sizeof path, "%s/delivery", folder);
    zstd_files();
    packed_members();
    damaged_members();
    bomb_in_a_bomb();
    in_a_folder();
    across_chunks();
    unlink(path);
    rmdir(folder);
    return tap_done();
}
