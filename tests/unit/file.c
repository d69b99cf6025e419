#include "base/file.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../tap.h"
#include "base/process.h"

static struct hc_err err;

static void put(const char *path, const char *text) {
    FILE *f = fopen(path, "w");
    fputs(text, f);
    fclose(f);
}

static bool holds(const char *path, const char *text) {
    struct hc_buf buf = {0};
    bool same = hc_read_file(path, 1 << 20, &buf, NULL) == HC_OK &&
                strcmp(hc_buf_text(&buf), text) == 0;
    hc_buf_free(&buf);
    return same;
}

static size_t names_in(const char *folder) {
    struct hc_arena arena = {0};
    char **names;
    size_t count = 0;
    if (hc_list_folder(folder, &arena, &names, &count, NULL) != HC_OK)
        count = 999;
    hc_arena_free(&arena);
    return count;
}

static enum hc_status write_file(const char *path, const char *text, bool commit,
                                 const struct hc_out_options *options) {
    struct hc_out *out;
    enum hc_status status = hc_out_open(&out, path, options, &err);
    if (status == HC_OK)
        status = hc_out_write(out, text, strlen(text), &err);
    if (status == HC_OK && commit)
        status = hc_out_commit(out, &err);
    hc_out_free(out);
    return status;
}

static void commits(void) {
    struct stat info;
    put("old", "old");
    tap_int(write_file("old", "new", false, NULL), HC_OK, "written, not committed");
    tap_ok(holds("old", "old") && names_in(".") == 1, "the old output stays, nothing else");
    tap_int(write_file("old", "new", true, NULL), HC_OK, "written and committed");
    tap_ok(holds("old", "new") && names_in(".") == 1,
           "the new output is there, nothing else");
    tap_ok(stat("old", &info) == 0 && (info.st_mode & 0777) == 0600, "mode 0600");
    struct hc_out_options published = {.durable = true, .public_ = true};
    tap_int(write_file("old", "newer", true, &published), HC_OK, "durable and public");
    tap_ok(stat("old", &info) == 0 && (info.st_mode & 0777) == 0644, "mode %o by the umask",
           info.st_mode & 0777);
    (void)!symlink("old", "link");
    tap_int(write_file("link", "through", true, NULL), HC_OK, "a link is written through");
    tap_ok(holds("old", "through") && lstat("link", &info) == 0 && S_ISLNK(info.st_mode),
           "and stays a link");
    unlink("link");
    tap_int(write_file("/dev/full", "x", true, NULL), HC_EIO, "a full device");
    tap_int(write_file("missing/x", "x", true, NULL), HC_ECREATE,
            "a folder that is not there");
    tap_int(write_file(".", "x", true, NULL), HC_ECREATE, "a folder instead of a file");
    struct hc_out *one, *two;
    tap_int(hc_out_open(&one, "same", NULL, &err), HC_OK, "a file being written");
    tap_int(hc_out_open(&two, "same", NULL, &err), HC_ECREATE, "cannot be written twice");
    hc_out_free(one);
    tap_int((int64_t)names_in("."), 1, "names in the folder");
}

/* Small pieces wait in a buffer, large ones do not: they come out in their order. */
static void pieces(void) {
    static const size_t size[] = {1,     16383, 16384, 7,     70000, 0,     65536, 3,
                                  65535, 2,     40000, 40000, 5,     16384, 100};
    static char all[500000], block[70000];
    struct hc_out *out = NULL;
    struct hc_buf buf = {0};
    size_t len = 0;
    enum hc_status status = hc_out_open(&out, "pieces", NULL, &err);
    for (size_t i = 0; i < sizeof size / sizeof *size && status == HC_OK; i++) {
        memset(block, 'a' + (int)i, size[i]);
        memcpy(all + len, block, size[i]);
        len += size[i];
        status = hc_out_write(out, block, size[i], &err);
        memset(block, '?', size[i]); /* the caller's again */
    }
    if (status == HC_OK)
        status = hc_out_commit(out, &err);
    hc_out_free(out);
    if (status == HC_OK)
        status = hc_read_file("pieces", sizeof all, &buf, &err);
    tap_ok(status == HC_OK && buf.len == len && memcmp(buf.ptr, all, len) == 0,
           "large pieces and small ones in their order");
    hc_buf_free(&buf);
    unlink("pieces");
}

static void limits(void) { /* of the size of a file: as a full disk */
    pid_t child = fork();
    if (child == 0) {
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &(struct rlimit){300000, 300000});
        struct hc_out *out;
        char block[10000] = {0};
        enum hc_status status = hc_out_open(&out, "old", NULL, &err);
        for (int i = 0; i < 100 && status == HC_OK; i++)
            status = hc_out_write(out, block, sizeof block, &err);
        bool sticky = hc_out_commit(out, NULL) == HC_EIO;
        hc_out_free(out);
        _exit(sticky ? hc_exit_code(status) : 1);
    }
    int how;
    waitpid(child, &how, 0);
    tap_int(WEXITSTATUS(how), 74, "a file-size limit");
    tap_ok(holds("old", "through") && names_in(".") == 1,
           "the old output stays, nothing else");
}

static void reader_gone(void) {
    int ends[2];
    bool piped = pipe(ends) == 0;
    close(ends[0]);
    pid_t child = piped ? fork() : -1;
    if (child == 0) {
        signal(SIGPIPE, SIG_IGN);
        dup2(ends[1], 1);
        close(ends[1]);
        enum hc_status status = write_file("-", "data", true, NULL);
        char text[64] = "";
        FILE *out = fmemopen(text, sizeof text, "w");
        hc_err_print(out, "t", &err);
        fclose(out);
        _exit(text[0] ? 1 : hc_exit_code(status));
    }
    close(ends[1]);
    int how;
    waitpid(child, &how, 0);
    tap_int(WEXITSTATUS(how), 141, "the reader went away, without a word");
}

static void reading(void) {
    struct hc_in *in;
    char bytes[8] = "";
    size_t got;
    struct hc_buf buf = {0};
    tap_int(hc_in_open(&in, "missing", &err), HC_ENOINPUT, "a file that is not there");
    tap_text(err.file, "missing", "is named");
    tap_int(hc_in_open(&in, ".", &err), HC_EUSAGE, "a folder");
    put("in", "0123456789");
    tap_int(hc_in_open(&in, "in", &err), HC_OK, "a file");
    tap_ok(hc_in_seekable(in) && hc_in_size(in) == 10, "its size");
    tap_ok(hc_in_read_at(in, 8, bytes, 2, &err) == HC_OK && memcmp(bytes, "89", 2) == 0,
           "at 8");
    tap_int(hc_in_read_at(in, 8, bytes, 3, &err), HC_EDATA, "over its end");
    tap_int(hc_in_read_all(in, bytes, 8, &err), HC_OK, "8 bytes");
    tap_int(hc_in_read_all(in, bytes, 8, &err), HC_EDATA, "2 where 8 are wanted");
    tap_int(hc_in_read_all(in, bytes, 8, &err), HC_END, "the end");
    tap_int(hc_in_read(in, bytes, 8, &got, &err), HC_OK, "read at the end");
    tap_int((int64_t)got, 0, "nothing");
    tap_int(hc_in_unchanged(in, &err), HC_OK, "unchanged");
    put("in", "0123456789+");
    tap_int(hc_in_unchanged(in, &err), HC_ETEMP, "grown");
    hc_in_free(in);
    tap_int(hc_in_open(&in, "in", &err), HC_OK, "a file");
    put("other", "0123456789+");
    rename("other", "in");
    tap_int(hc_in_unchanged(in, &err), HC_ETEMP, "replaced");
    hc_in_free(in);
    tap_int(hc_in_open(&in, "in", &err), HC_OK, "a file");
    tap_int(hc_in_read_all(in, bytes, 3, &err), HC_OK, "3 bytes");
    tap_int(hc_in_rest(in, &err), HC_OK, "it rests");
    tap_int(hc_in_unchanged(in, &err), HC_OK, "unchanged meanwhile");
    tap_ok(hc_in_read_all(in, bytes, 2, &err) == HC_OK && memcmp(bytes, "34", 2) == 0,
           "and is read on from where it was");
    tap_int(hc_in_rest(in, &err), HC_OK, "it rests again");
    tap_ok(hc_in_read_at(in, 8, bytes, 2, &err) == HC_OK && memcmp(bytes, "89", 2) == 0,
           "and is read at 8");
    tap_int(hc_in_rest(in, &err), HC_OK, "it rests once more");
    put("in", "0123456789--");
    tap_int(hc_in_unchanged(in, &err), HC_ETEMP, "and is no longer the same");
    tap_int(hc_in_read_all(in, bytes, 2, &err), HC_ETEMP, "nor read on");
    hc_in_free(in);
    put("in", "0123456789+");
    tap_int(hc_read_file("in", 11, &buf, &err), HC_OK, "of the size allowed");
    tap_int(hc_read_file("in", 10, &buf, &err), HC_EDATA, "beyond it");
    hc_buf_free(&buf);
    unlink("in");
}

static void leftovers(void) {
    char name[128];
    uint64_t start = hc_process_start(getpid());
    tap_ok(hc_process_lives(getpid(), start) && !hc_process_lives(getpid(), start + 1),
           "a process is its number and its start");
    struct rlimit files, none;
    getrlimit(RLIMIT_NOFILE, &files);
    none = (struct rlimit){0, files.rlim_max};
    setrlimit(RLIMIT_NOFILE, &none);
    tap_ok(hc_process_lives(getpid(), start),
           "it lives as well where nothing can be opened");
    setrlimit(RLIMIT_NOFILE, &files);
    tap_ok(hc_process_lives(getpid(), HC_START_UNKNOWN) &&
               !hc_process_lives(999999999, HC_START_UNKNOWN),
           "a start that could not be told goes by the number");
    snprintf(name, sizeof name, ".a.%d.%llu.tmp", getpid(), (unsigned long long)start);
    put(name, "living");
    snprintf(name, sizeof name, ".b.c.%d.%llu.tmp", getpid(),
             (unsigned long long)start + 1);
    put(name, "number used again");
    /* killed, and nobody has asked yet how it ended */
    int hold[2];
    siginfo_t info;
    bool piped = pipe(hold) == 0;
    pid_t child = piped ? fork() : -1;
    if (child == 0)
        _exit(read(hold[0], name, 1) == 1);
    uint64_t child_start = hc_process_start(child);
    tap_ok(child > 0 && child_start > 0, "a child lives");
    snprintf(name, sizeof name, ".z.%d.%llu.tmp", child, (unsigned long long)child_start);
    put(name, "zombie");
    kill(child, SIGKILL);
    waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT);
    tap_ok(!hc_process_lives(child, child_start), "a zombie does not");
    put(".d.csv.999999999.5.tmp", "dead");
    put(".hc.999999999.5.AbCdEf.tmp", "dead");
    put(".note.2020.tmp", "not ours");
    put("x.999999999.5.tmp", "not ours");
    tap_int(hc_sweep_temporary(".", &err), HC_OK, "sweep");
    tap_int((int64_t)names_in("."), 4, "the living one, those not ours, and old stay");
    waitpid(child, NULL, 0);
    close(hold[0]);
    close(hold[1]);
    tap_int(hc_sweep_temporary("missing", &err), HC_ENOINPUT, "a folder that is not there");
    int fd;
    char back[5] = "";
    tap_int(hc_temp_open(&fd, ".", &err), HC_OK, "temporary space");
    tap_ok(hc_temp_write(fd, 1000, "five", 5, &err) == HC_OK &&
               hc_temp_read(fd, 1000, back, 5, &err) == HC_OK && strcmp(back, "five") == 0,
           "is written and read");
    tap_int(hc_temp_read(fd, 1001, back, 5, &err), HC_EIO, "but not over its end");
    tap_int((int64_t)names_in("."), 4, "and has no name");
    close(fd);
    tap_int(hc_temp_open(&fd, "missing", &err), HC_ECREATE,
            "in a folder that is not there");
}

static void digests(void) {
    char hex[65];
    struct hc_digest *digest;
    put("abc", "abc");
    static const char sha_abc[] =
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    tap_int(hc_digest_file("abc", hex, &err), HC_OK, "digest of a file");
    tap_text(hex, sha_abc, "FIPS 180-2, B.1");
    if (hc_digest_new(&digest, &err) == HC_OK) {
        hc_digest_add(digest, "ab", 2);
        hc_digest_hex(digest, hex);
        hc_digest_add(digest, "c", 1);
        hc_digest_hex(digest, hex);
        tap_text(hex, sha_abc, "asked in between");
    }
    hc_digest_free(digest);
    struct hc_out *out;
    struct hc_out_options digested = {.digest = true};
    if (hc_out_open(&out, "abc", &digested, &err) == HC_OK &&
        hc_out_write(out, "abc", 3, &err) == HC_OK)
        tap_ok(hc_out_digest(out, hex, &err) == HC_OK, "the digest of an output");
    hc_out_free(out);
    tap_text(hex, sha_abc, "of what was written");
    tap_ok(hc_keyed_hash(HC_STR("Jefe"), HC_STR("what do ya want for nothing?"), hex,
                         &err) == HC_OK,
           "keyed hash");
    tap_text(hex, "5bdcc146bf60754e6a042426089575c7", "RFC 4231, case 2");
}

static void not_allowed(void) {
    int how = 0;
    mkdir("locked", 0555);
    chmod(".", 0711);
    pid_t child = fork();
    if (child == 0) {
        if (geteuid() == 0 && setuid(65534) != 0)
            _exit(77);
        enum hc_status status = hc_make_folder("locked/x", &err);
        _exit(strstr(err.what, "Permission denied") ? hc_exit_code(status) : 1);
    }
    waitpid(child, &how, 0);
    tap_int(WEXITSTATUS(how), 77, "a folder that may not be made says so");
    rmdir("locked");
}

static void data(void) {
    struct hc_arena arena = {0};
    const char *path;
    tap_int(hc_make_folder("pipelines/feeds", &err), HC_OK, "make folders");
    tap_int(hc_make_folder("pipelines/feeds/", &err), HC_OK, "that are there already");
    tap_int(hc_make_folder("abc/d", &err), HC_ECREATE, "below a file");
    tap_int(hc_make_folder("root/pipelines/feeds", &err), HC_OK, "elsewhere");
    put("root/pipelines/feeds/far.yaml", "x");
    put("pipelines/feeds/near.yaml", "x");
    setenv("HCTOOLS_PATH", "/nowhere:root", 1);
    tap_int(hc_find_data("feeds", "near", "yaml", &arena, &path, &err), HC_OK, "near");
    tap_text(path, "pipelines/feeds/near.yaml", "in the current folder");
    tap_int(hc_find_data("feeds", "far", ".yaml", &arena, &path, &err), HC_OK, "far");
    tap_text(path, "root/pipelines/feeds/far.yaml", "in HCTOOLS_PATH");
    tap_int(hc_find_data("feeds", "a/b", "yaml", &arena, &path, &err), HC_OK, "a path");
    tap_text(path, "a/b", "as it is");
    tap_int(hc_find_data("feeds", "b.yaml", "yaml", &arena, &path, &err), HC_OK, "a file");
    tap_text(path, "b.yaml", "as it is");
    tap_int(hc_find_data("feeds", "none", "yaml", &arena, &path, &err), HC_ENOINPUT,
            "none");
    tap_ok(strstr(err.hint, "/nowhere/pipelines/feeds/none.yaml"), "%s", err.hint);
    tap_ok(strstr(err.hint, "there are near, far;"), "what there is is listed");
    tap_int(hc_find_data("feeds", "neer", "yaml", &arena, &path, &err), HC_ENOINPUT,
            "mistyped");
    tap_ok(strstr(err.hint, "did you mean 'near'? "), "%s", err.hint);
    put("mine.yaml", "x");
    tap_int(hc_find_data("feeds", "mine", "yaml", &arena, &path, &err), HC_ENOINPUT,
            "a file of the current folder wants its extension");
    tap_ok(strstr(err.hint, "did you mean ./mine.yaml? "), "%s", err.hint);
    hc_arena_free(&arena);
}

int main(void) {
    char folder[] = "/tmp/hc-file-XXXXXX", command[64];
    umask(022);
    if (!mkdtemp(folder) || chdir(folder) != 0)
        return 1;
    commits();
    pieces();
    limits();
    reader_gone();
    reading();
    leftovers();
    digests();
    not_allowed();
    data();
    snprintf(command, sizeof command, "rm -rf %s", folder);
    tap_int(system(command), 0, "cleaned up");
    return tap_done();
}
