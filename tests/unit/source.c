#include "format/source.h"

#include <archive.h>
#include <archive_entry.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "../pack.h"

static char folder[256]; /* of this run's files */
static char path[300];

/* All a delivery holds as one text: "NAME#NUMBER=BYTES;" in the order it gives them. */
struct got {
    enum hc_status status;
    struct hc_err err;
    struct hc_buf text;
    char digest[65];
    uint64_t bytes;
};

static struct hc_source_options options; /* of what is read next */

static void read_delivery(const char *from, struct got *got) {
    struct hc_source *source = NULL;
    const struct hc_entry *entry;
    const uint8_t *bytes;
    size_t len;
    hc_buf_clear(&got->text);
    got->err = (struct hc_err){0};
    enum hc_status status = hc_source_open(&source, from, &options, &got->err);
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
    if (status == HC_OK) {
        strcpy(got->digest, hc_source_digest(source));
        got->bytes = hc_source_bytes(source);
    }
    hc_source_free(source);
}

static const struct pack_entry three[] = {
    {"b.txt", "second by name, second by name", .descriptor = true},
    {"dir/", NULL, .stored = true, .zip64 = true},
    {"c.txt", "stored bytes", .stored = true},
    {"a.txt", "first by name", .zip64 = true},
    {0}};
static const char three_text[] =
    "b.txt#2=second by name, second by name;c.txt#3=stored bytes;a.txt#1=first by name;";

static void good_deliveries(void) {
    struct got got = {0};
    struct hc_buf b = {0};
    char hex[65];
    for (int zip64 = 0; zip64 < 2; zip64++) {
        hc_buf_clear(&b);
        pack_zip(&b, three, zip64);
        pack_write(path, b.ptr, b.len);
        read_delivery(path, &got);
        tap_text(got.err.what, "", "a zip without a fault");
        tap_text(hc_buf_text(&got.text), three_text, "entries numbered by name");
        tap_int((int64_t)got.bytes, (int64_t)b.len, "bytes of the delivery");
        struct hc_err err = {0};
        enum hc_status status = hc_digest_file(path, hex, &err);
        tap_ok(status == HC_OK && strcmp(hex, got.digest) == 0, "digest is the file's");
    }
    hc_buf_clear(&b);
    pack_gzip(&b, "one ", 4);
    pack_gzip(&b, "", 0);
    pack_gzip(&b, "two", 3);
    char gz[300];
    snprintf(gz, sizeof gz, "%s/claims.txt.gz", folder);
    pack_write(gz, b.ptr, b.len);
    read_delivery(gz, &got);
    tap_text(hc_buf_text(&got.text), "claims.txt#1=one two;", "gzip members are one entry");
    tap_int((int64_t)got.bytes, (int64_t)b.len, "bytes of the gzip file");
    unlink(gz);
    pack_write(path, "plain text", 10);
    read_delivery(path, &got);
    tap_text(hc_buf_text(&got.text), "delivery#1=plain text;", "plain text");
    pack_write(path, "", 0);
    read_delivery(path, &got);
    tap_ok(got.status == HC_OK, "an empty file is an entry without bytes");
    tap_text(hc_buf_text(&got.text), "delivery#1=;", "and nothing in it");
    hc_buf_free(&b);
    hc_buf_free(&got.text);
}

/* A file that was digested before is summed only; what is no longer the same has no digest.
 */
static void known_before(void) {
    struct hc_known_file known = {0};
    struct hc_source_options before = {.known = &known};
    struct hc_err err = {0};
    for (int changed = 0; changed < 2; changed++) {
        struct hc_source *source = NULL;
        pack_write(path, "plain text", 10);
        enum hc_status status = hc_digest_quick(path, known.sha256, &known.quick, &err);
        if (changed)
            pack_write(path, "plain tent", 10);
        if (status == HC_OK)
            status = hc_source_open(&source, path, &before, &err);
        if (status == HC_OK)
            status = hc_source_finish(source, &err);
        tap_text(status == HC_OK ? hc_source_digest(source) : "failed",
                 changed ? "" : known.sha256,
                 changed ? "other bytes have no digest"
                         : "the same bytes, the same digest");
        hc_source_free(source);
        known = (struct hc_known_file){0};
    }
}

/* What the tests pack is a zip for others too: libarchive reads the same. */
static void libarchive_agrees(void) {
    struct hc_buf b = {0}, text = {0};
    struct archive_entry *entry;
    pack_zip(&b, three, true);
    struct archive *a = archive_read_new();
    archive_read_support_format_zip(a);
    archive_read_open_memory(a, b.ptr, b.len);
    while (archive_read_next_header(a, &entry) == ARCHIVE_OK) {
        char bytes[256];
        const char *name = archive_entry_pathname(entry);
        if (name[strlen(name) - 1] == '/')
            continue;
        la_ssize_t len = archive_read_data(a, bytes, sizeof bytes);
        hc_buf_printf(&text, "%s#%d=%.*s;", name, name[0] - 'a' + 1, (int)len, bytes);
    }
    archive_read_free(a);
    tap_text(hc_buf_text(&text), three_text, "libarchive reads the same");
    hc_buf_free(&text);
    hc_buf_free(&b);
}

/* ---- one fault each ---- */

enum container { ZIP, GZ };
static const struct {
    const char *name;
    enum container container;
    int cut;          /* bytes taken from the end */
    int at, to;       /* when to >= 0: byte at (from the end below 0) becomes this */
    const char *more; /* put behind it */
    const char *what; /* part of the message */
} damages[] = {
    {"gzip cut in its data", GZ, 14, 0, -1, "", "cut off: the gzip data end at byte 37"},
    {"gzip cut in its trailer", GZ, 3, 0, -1, "", "cut off"},
    {"gzip cut in its header", GZ, 45, 0, -1, "", "cut off"},
    {"gzip with a wrong checksum", GZ, 0, -7, 0, "", "gzip checksum at byte 43"},
    {"gzip with a wrong length", GZ, 0, -1, 9, "", "gzip length at byte 47"},
    {"gzip with garbage after it", GZ, 0, 0, -1, "garbage",
     "not gzip follow the end of the "
     "gzip data at byte 51"},
    {"gzip with one byte after it", GZ, 0, 0, -1, "\x1f", "cut off"},
    {"gzip with broken data", GZ, 0, 12, 0xff, "", "damaged"},
    {"zip cut in its data", ZIP, 170, 0, -1, "", "without its end record"},
    {"zip cut in its directory", ZIP, 40, 0, -1, "", "without its end record"},
    {"zip cut in its end record", ZIP, 5, 0, -1, "",
     "cut off inside its end record: 17 of 22"},
    {"zip without its last byte", ZIP, 1, 0, -1, "", "cut off inside its end record"},
    {"zip with garbage after it", ZIP, 0, 0, -1, "garbage",
     "is not the end: 7 bytes follow"},
    {"zip with a wrong checksum", ZIP, 0, 14, 0x11, "", "say different things"},
    {"zip with another entry count", ZIP, 0, -12, 4, "", "several parts"},
};

static void one_fault(void) {
    static const struct pack_entry entries[] = {
        {"a.txt", .text = "first first first first"},
        {"b.txt", "second", .stored = true},
        {0}};
    struct got got = {0};
    struct hc_buf gz = {0}, zip = {0}, b = {0};
    pack_gzip(&gz, "some claims, and some more claims, and others", 45);
    pack_zip(&zip, entries, false);
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        const struct hc_buf *from = damages[i].container == GZ ? &gz : &zip;
        hc_buf_clear(&b);
        hc_buf_put(&b, from->ptr, from->len - (size_t)damages[i].cut);
        int at = damages[i].at < 0 ? (int)b.len + damages[i].at : damages[i].at;
        if (damages[i].to >= 0)
            b.ptr[at] = (uint8_t)damages[i].to;
        hc_buf_puts(&b, damages[i].more);
        pack_write(path, b.ptr, b.len);
        read_delivery(path, &got);
        tap_ok(got.status == HC_EDATA && strstr(got.err.what, damages[i].what) &&
                   strncmp(got.err.file, path, strlen(path)) == 0,
               "%s: status %d, %s: '%s'", damages[i].name, got.status, got.err.file,
               got.err.what);
    }
    hc_buf_free(&gz);
    hc_buf_free(&zip);
    hc_buf_free(&b);
    hc_buf_free(&got.text);
}

/* A zip whose data are changed but whose headers agree: the checksum is all that tells. */
static void changed_data(void) {
    static const struct pack_entry entries[] = {{"b.txt", "second", .stored = true}, {0}};
    struct hc_buf b = {0};
    struct got got = {0};
    pack_zip(&b, entries, false);
    b.ptr[30 + 5] = 'S';
    pack_write(path, b.ptr, b.len);
    read_delivery(path, &got);
    tap_ok(got.status == HC_EDATA &&
               strstr(got.err.what, "checksum of the data from byte 35"),
           "changed data: '%s'", got.err.what);
    tap_ok(strstr(got.err.file, "/delivery/b.txt") != NULL, "names the entry: %s",
           got.err.file);
    hc_buf_free(&b);
    hc_buf_free(&got.text);
}

static void odd_zips(void) {
    static const struct {
        const char *name;
        struct pack_entry entry[3];
        enum hc_status status;
        const char *what;
    } cases[] = {
        {"doubled member",
         {{"a", .text = "x"}, {"a", .text = "y"}},
         HC_EDATA,
         "two entries named 'a'"},
        {"member listed twice",
         {{"a", "x", .doubled = true}},
         HC_EDATA,
         "two entries named 'a'"},
        {"member missing from the directory",
         {{"a", "x", .unlisted = true}, {"b", .text = "y"}},
         HC_EDATA,
         "missing from the directory"},
        {"last member missing from the directory",
         {{"b", .text = "y"}, {"a", "x", .unlisted = true}},
         HC_EDATA,
         "missing from the directory"},
        {"encrypted", {{"a", "x", .flags = 1}}, HC_EPERM, "and no passphrase was given"},
        {"strongly encrypted", {{"a", "x", .flags = 65}}, HC_EPERM, "strong encryption"},
        {"LZMA", {{"a", "x", .method = 14}}, HC_EDATA, "libarchive says"},
        {"LZMA that needs 1.3 GB",
         {{"a", "\11\4\5\1\135\1\1\1\120data", .stored = true, .method = 14}},
         HC_EDATA,
         "needs 1280 MiB to be unpacked, at most 128 may be"},
        {"unknown method", {{"a", "x", .method = 77}}, HC_EDATA, "libarchive says"},
        {"name with ..", {{"../a", .text = "x"}}, HC_OK, ""},
        {"name with control bytes", {{"a\x01\n", .text = "x"}}, HC_OK, ""},
        {"no name", {{"", .text = "x"}}, HC_EDATA, "no proper name"},
        {"empty member", {{"a", .text = ""}, {"b", "", .stored = true}}, HC_OK, ""},
        {"no member", {{0}}, HC_EDATA, "holds no entries"},
    };
    struct got got = {0};
    struct hc_buf b = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        hc_buf_clear(&b);
        pack_zip(&b, cases[i].entry, false);
        pack_write(path, b.ptr, b.len);
        read_delivery(path, &got);
        tap_ok(got.status == cases[i].status && strstr(got.err.what, cases[i].what),
               "zip, %s: status %d '%s'", cases[i].name, got.status, got.err.what);
    }
    hc_buf_free(&b);
    hc_buf_free(&got.text);
}

static void refused_containers(void) {
    static const struct {
        const char *name, *bytes;
        size_t len;
    } cases[] = {{"7z", "7z\xbc\xaf\x27\x1cxxxxxx", 12},
                 {"xz",
                  "\xfd"
                  "7zXZ\0xxxx",
                  10},
                 {"bzip2", "BZh91AY&SYxx", 12},
                 {"rar", "Rar!\x1a\x07xx", 8}};
    struct got got = {0};
    char tar[512] = "claims.txt";
    memcpy(tar + 257, "ustar", 5);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        pack_write(path, cases[i].bytes, cases[i].len);
        read_delivery(path, &got);
        tap_ok(got.status == HC_EDATA && strstr(got.err.what, cases[i].name) &&
                   strstr(got.err.what, "not supported") && got.err.hint[0],
               "%s is refused by name: '%s'", cases[i].name, got.err.what);
    }
    pack_write(path, tar, sizeof tar);
    read_delivery(path, &got);
    tap_ok(got.status == HC_EDATA && strstr(got.err.what, "tar"), "tar: '%s'",
           got.err.what);
    char named[300];
    snprintf(named, sizeof named, "%s/plain.gz", folder);
    pack_write(named, "plain text", 10);
    read_delivery(named, &got);
    tap_ok(got.status == HC_EDATA && strstr(got.err.what, "named .gz"),
           "plain text named .gz: '%s'", got.err.what);
    pack_write(named, "", 0);
    read_delivery(named, &got);
    tap_ok(got.status == HC_EDATA && strstr(got.err.what, "empty"), "empty .gz: '%s'",
           got.err.what);
    unlink(named);
    read_delivery("/nonexistent/delivery", &got);
    tap_int(got.status, HC_ENOINPUT, "missing");
    hc_buf_free(&got.text);
}

/* ---- every place ---- */

/* Read by our own inflate and by libarchive: the same bytes, the same verdict, the same
 * digest. Returns 1 where they differ. */
static size_t both_ways(struct got *ours) {
    static struct got theirs;
    read_delivery(path, ours);
    options.libarchive_only = true;
    read_delivery(path, &theirs);
    options.libarchive_only = false;
    if (ours->status == theirs.status &&
        (ours->status != HC_OK ||
         (strcmp(hc_buf_text(&ours->text), hc_buf_text(&theirs.text)) == 0 &&
          strcmp(ours->digest, theirs.digest) == 0)))
        return 0;
    printf("# ours %d '%s', libarchive's %d '%s'\n", ours->status, ours->err.what,
           theirs.status, theirs.err.what);
    return 1;
}

/* Cut anywhere, or with any bit turned, it fails or gives the same: never other data. */
static void everywhere(const struct hc_buf *whole, const char *want, const char *what) {
    struct got got = {0};
    struct hc_buf b = {0};
    size_t accepted = 0, wrong = 0, differ = 0;
    for (size_t cut = 0; cut < whole->len; cut++) {
        pack_write(path, whole->ptr, cut);
        differ += both_ways(&got);
        if (cut >= 4) /* shorter ones are plain text */
            wrong += got.status != HC_EDATA;
    }
    tap_int((int64_t)wrong, 0, what);
    wrong = 0;
    hc_buf_put(&b, whole->ptr, whole->len);
    for (size_t at = 4; at < whole->len; at++)
        for (int bit = 0; bit < 8; bit++) {
            b.ptr[at] ^= (uint8_t)(1u << bit);
            pack_write(path, b.ptr, b.len);
            differ += both_ways(&got);
            b.ptr[at] ^= (uint8_t)(1u << bit);
            accepted += got.status == HC_OK;
            wrong += got.status == HC_OK && strcmp(hc_buf_text(&got.text), want) != 0;
        }
    tap_ok(wrong == 0, "%s: of %zu turned bits %zu did not matter, %zu gave other data",
           what, (whole->len - 4) * 8, accepted, wrong);
    tap_int((int64_t)differ, 0, "libarchive alone gives the same bytes and verdicts");
    hc_buf_free(&b);
    hc_buf_free(&got.text);
}

static void every_place(void) {
    struct hc_buf b = {0};
    pack_zip(&b, three, false);
    everywhere(&b, three_text, "zip cut at any byte is refused");
    hc_buf_clear(&b);
    pack_zip(&b, three, true);
    everywhere(&b, three_text, "zip64 cut at any byte is refused");
    hc_buf_clear(&b);
    pack_gzip(&b, "first member, first member", 26);
    everywhere(&b, "delivery#1=first member, first member;",
               "gzip cut at any byte is refused");
    hc_buf_free(&b);
}

/* ---- bombs, folders, standard input, change ---- */

static void bomb(void) {
    size_t len = 80u << 20;
    char *zeros = calloc(1, len);
    struct hc_buf b = {0};
    struct got got = {0};
    pack_gzip(&b, zeros, len);
    pack_write(path, b.ptr, b.len);
    read_delivery(path, &got);
    tap_ok(got.status == HC_EDATA && strstr(got.err.what, "bomb"), "a bomb: '%s'",
           got.err.what);
    free(zeros);
    hc_buf_free(&b);
    hc_buf_free(&got.text);
}

static void a_folder(void) {
    char dir[300], file[400];
    struct hc_buf b = {0};
    struct got got = {0};
    snprintf(dir, sizeof dir, "%s/in", folder);
    mkdir(dir, 0700);
    pack_gzip(&b, "packed", 6);
    const struct {
        const char *name, *bytes;
        size_t len;
    } files[] = {
        {"2.txt.gz", (char *)b.ptr, b.len}, {"1.txt", "plain", 5}, {".hid", "no", 2}};
    for (size_t i = 0; i < 3; i++) {
        snprintf(file, sizeof file, "%s/%s", dir, files[i].name);
        pack_write(file, files[i].bytes, files[i].len);
    }
    read_delivery(dir, &got);
    tap_text(hc_buf_text(&got.text), "1.txt#1=plain;2.txt#2=packed;", "a folder");
    tap_text(got.err.what, "", "without a fault");
    tap_int((int64_t)got.bytes, (int64_t)b.len + 5, "bytes of the folder");
    snprintf(file, sizeof file, "%s/2.txt", dir);
    pack_write(file, "twice", 5);
    read_delivery(dir, &got);
    tap_ok(got.status == HC_EDATA && strstr(got.err.what, "two entries"), "twice: '%s'",
           got.err.what);
    unlink(file);
    hc_buf_clear(&b);
    pack_zip(&b, three, false);
    pack_write(file, b.ptr, b.len);
    snprintf(file, sizeof file, "%s/2.txt.gz", dir);
    unlink(file);
    read_delivery(dir, &got);
    tap_ok(got.status == HC_EDATA && strstr(got.err.what, "zip inside a folder"),
           "a zip in a folder: '%s'", got.err.what);
    tap_int(mkfifo(file, 0600), 0, "a pipe in a folder");
    read_delivery(dir, &got);
    tap_ok(got.status == HC_EDATA && strstr(got.err.what, "this is none"),
           "nobody waits for it: '%s'", got.err.what);
    unlink(file);
    hc_buf_free(&b);
    hc_buf_free(&got.text);
}

static void from_pipe(const struct hc_buf *b, struct got *got) {
    int ends[2], old = dup(0);
    if (pipe(ends) != 0 || write(ends[1], b->ptr, b->len) != (ssize_t)b->len)
        printf("Bail out! pipe\n");
    close(ends[1]);
    dup2(ends[0], 0);
    close(ends[0]);
    read_delivery("-", got);
    dup2(old, 0);
    close(old);
}

/* A writer that gives one byte, and the rest when that was taken. */
static void from_slow_pipe(const struct hc_buf *b, struct got *got) {
    int ends[2], old = dup(0), waiting = 1;
    if (pipe(ends) != 0)
        printf("Bail out! pipe\n");
    fflush(stdout);
    pid_t writer = fork();
    if (writer == 0) {
        bool gone = write(ends[1], b->ptr, 1) != 1;
        while (!gone && waiting > 0)
            gone = ioctl(ends[0], FIONREAD, &waiting) != 0;
        gone |= write(ends[1], (const char *)b->ptr + 1, b->len - 1) < 0;
        _exit(gone);
    }
    close(ends[1]);
    dup2(ends[0], 0);
    close(ends[0]);
    read_delivery("-", got);
    dup2(old, 0);
    close(old);
    waitpid(writer, NULL, 0);
}

static void standard_input(void) {
    struct hc_buf b = {0};
    struct got got = {0}, file = {0};
    pack_zip(&b, three, false);
    pack_write(path, b.ptr, b.len);
    read_delivery(path, &file);
    from_pipe(&b, &got);
    tap_text(hc_buf_text(&got.text), three_text, "a zip on standard input");
    tap_text(got.digest, file.digest, "has the digest of the file");
    hc_buf_clear(&b);
    pack_gzip(&b, "packed", 6);
    from_pipe(&b, &got);
    tap_text(hc_buf_text(&got.text), "-#1=packed;", "gzip on standard input");
    from_slow_pipe(&b, &got);
    tap_text(hc_buf_text(&got.text), "-#1=packed;", "gzip whose first byte comes alone");
    hc_buf_clear(&b);
    hc_buf_puts(&b, "plain");
    from_pipe(&b, &got);
    tap_text(hc_buf_text(&got.text), "-#1=plain;", "plain text on standard input");
    hc_buf_free(&b);
    hc_buf_free(&got.text);
    hc_buf_free(&file.text);
}

static void changing(void) {
    struct hc_err err = {0};
    struct hc_source *source = NULL;
    struct hc_buf b = {0};
    pack_gzip(&b, "packed", 6);
    pack_write(path, b.ptr, b.len);
    enum hc_status status = hc_source_open(&source, path, NULL, &err);
    pack_write(path, b.ptr, b.len - 4);
    if (status == HC_OK)
        status = hc_source_finish(source, &err);
    tap_ok(status == HC_ETEMP, "a file that changes is 75, not damage: '%s'", err.what);
    hc_source_free(source);
    hc_buf_free(&b);
}

int main(void) {
    const char *tmp = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%.200s/source.XXXXXX", tmp ? tmp : "/tmp");
    if (!mkdtemp(folder))
        return 1;
    snprintf(path, sizeof path, "%s/delivery", folder);
    good_deliveries();
    known_before();
    libarchive_agrees();
    one_fault();
    changed_data();
    odd_zips();
    refused_containers();
    every_place();
    bomb();
    a_folder();
    standard_input();
    changing();
    char command[300];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return tap_done() | system(command);
}
