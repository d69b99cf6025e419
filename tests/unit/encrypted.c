/* Encrypted zips, made by libarchive's own writer: ZipCrypto and AES. */
#include <archive.h>
#include <archive_entry.h>

#include "../pack.h"
#include "format/passphrase.h"
#include "format/source.h"

static char folder[256];
static char path[300];

static void add(struct archive *a, const char *name, const char *text) {
    struct archive_entry *entry = archive_entry_new();
    size_t len = strlen(text);
    archive_entry_set_pathname(entry, name);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0600);
    archive_entry_set_mtime(entry, 1600000000, 0);
    archive_entry_set_size(entry, (la_int64_t)len);
    archive_write_header(a, entry);
    archive_write_data(a, text, len);
    archive_entry_free(entry);
}

/* HOW is a libarchive option such as "zip:encryption=aes256". */
static void make(struct hc_buf *b, const char *how) {
    size_t used = 0;
    hc_buf_clear(b);
    hc_buf_reserve(b, 1 << 16);
    struct archive *a = archive_write_new();
    if (archive_write_set_format_zip(a) != ARCHIVE_OK ||
        archive_write_set_options(a, how) != ARCHIVE_OK ||
        archive_write_set_passphrase(a, "secret") != ARCHIVE_OK ||
        archive_write_open_memory(a, b->ptr, 1 << 16, &used) != ARCHIVE_OK)
        printf("Bail out! libarchive cannot write %s: %s\n", how, archive_error_string(a));
    add(a, "a.txt", "first first first first first");
    add(a, "b.txt", "second");
    archive_write_close(a);
    archive_write_free(a);
    b->len = used;
}
static const char want[] = "a.txt=first first first first first;b.txt=second;";

static enum hc_status read_with(const char *passphrase, struct hc_buf *text,
                                struct hc_err *err) {
    struct hc_source_options options = {.passphrase = passphrase};
    struct hc_source *source = NULL;
    const struct hc_entry *entry;
    const uint8_t *bytes;
    size_t len;
    hc_buf_clear(text);
    *err = (struct hc_err){0};
    enum hc_status status = hc_source_open(&source, path, &options, err);
    while (status == HC_OK && (status = hc_source_next(source, &entry, err)) == HC_OK) {
        hc_buf_printf(text, "%s=", entry->name);
        while ((status = hc_source_read(source, &bytes, &len, err)) == HC_OK)
            hc_buf_put(text, bytes, len);
        hc_buf_putc(text, ';');
        if (status == HC_END)
            status = HC_OK;
    }
    if (status == HC_END)
        status = hc_source_finish(source, err);
    hc_source_free(source);
    return status;
}

static void every_bit(struct hc_buf *b, const char *how) {
    struct hc_buf text = {0};
    struct hc_err err;
    size_t accepted = 0, other = 0, strange = 0;
    for (size_t at = 4; at < b->len; at++) {
        uint8_t bit = (uint8_t)(1u << at % 8);
        b->ptr[at] ^= bit;
        pack_write(path, b->ptr, b->len);
        enum hc_status status = read_with("secret", &text, &err);
        b->ptr[at] ^= bit;
        accepted += status == HC_OK;
        other += status == HC_OK && strcmp(hc_buf_text(&text), want) != 0;
        strange += status != HC_OK && status != HC_EDATA && status != HC_EPERM;
    }
    tap_ok(other == 0 && strange == 0,
           "%s: of %zu turned bits %zu did not matter, %zu gave other data, %zu another "
           "status",
           how, b->len - 4, accepted, other, strange);
    size_t passed = 0;
    for (size_t cut = 4; cut < b->len; cut++) {
        pack_write(path, b->ptr, cut);
        passed += read_with("secret", &text, &err) != HC_EDATA;
    }
    tap_int((int64_t)passed, 0, "cut at any byte it is refused");
    hc_buf_free(&text);
}

static void each_way(void) {
    static const char *const ways[] = {"zip:encryption=zipcrypt",
                                       "zip:encryption=zipcrypt,zip:compression=store",
                                       "zip:encryption=aes128", "zip:encryption=aes256",
                                       "zip:encryption=aes256,zip:compression=store"};
    struct hc_buf b = {0}, text = {0};
    struct hc_err err;
    char wrong[8];
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        make(&b, ways[i]);
        pack_write(path, b.ptr, b.len);
        tap_int(read_with("secret", &text, &err), HC_OK, ways[i]);
        tap_text(err.what, "", "without a fault");
        tap_text(hc_buf_text(&text), want, "gives what was packed");
        enum hc_status status = read_with(NULL, &text, &err);
        tap_ok(status == HC_EPERM && strstr(err.what, "no passphrase was given") &&
                   strstr(err.hint, "--passphrase-file"),
               "%s without: '%s'", ways[i], err.what);
        size_t refused = 0, tries = strstr(ways[i], "aes") ? 5 : 300;
        for (size_t n = 0; n < tries; n++) { /* ZipCrypto's check passes 1 in 256 */
            snprintf(wrong, sizeof wrong, "w%zu", n);
            refused += read_with(wrong, &text, &err) == HC_EPERM &&
                       strstr(err.what, "the passphrase does not fit");
        }
        tap_int((int64_t)refused, (int64_t)tries, "wrong passphrases are 77");
        every_bit(&b, ways[i]);
    }
    hc_buf_free(&b);
    hc_buf_free(&text);
}

static void passphrases(void) {
    static const struct {
        const char *text;
        size_t len;
        enum hc_status status;
        const char *want;
    } cases[] = {{"secret\nsecond", 13, HC_OK, "secret"},
                 {"secret\r\n", 8, HC_OK, "secret"},
                 {" with space ", 12, HC_OK, " with space "},
                 {"\nsecond", 7, HC_EPERM, ""},
                 {"", 0, HC_EPERM, ""},
                 {"a\0b\n", 4, HC_EPERM, ""}};
    struct hc_passphrase p;
    struct hc_err err = {0};
    char *longest = malloc(HC_PASSPHRASE_MAX + 2);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        pack_write(path, cases[i].text, cases[i].len);
        enum hc_status status = hc_passphrase_read(&p, path, &err);
        tap_ok(status == cases[i].status && strcmp(p.text, cases[i].want) == 0,
               "passphrase file %zu: %d", i, status);
    }
    memset(longest, 'x', HC_PASSPHRASE_MAX + 1);
    pack_write(path, longest, HC_PASSPHRASE_MAX);
    enum hc_status status = hc_passphrase_read(&p, path, &err);
    tap_ok(status == HC_OK && strlen(p.text) == HC_PASSPHRASE_MAX,
           "the longest passphrase");
    pack_write(path, longest, HC_PASSPHRASE_MAX + 1);
    tap_int(hc_passphrase_read(&p, path, &err), HC_EPERM, "one byte longer");
    tap_ok(!strstr(err.what, "xxx"), "and its text is not told");
    tap_int(hc_passphrase_read(&p, "/nonexistent/pass", &err), HC_ENOINPUT, "no file");
    free(longest);
}

int main(void) {
    const char *tmp = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%.200s/encrypted.XXXXXX", tmp ? tmp : "/tmp");
    if (!mkdtemp(folder))
        return 1;
    snprintf(path, sizeof path, "%s/delivery", folder);
    each_way();
    passphrases();
    unlink(path);
    rmdir(folder);
    return tap_done();
}
