#include "pipeline/mark.h"

#include <errno.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"

enum { DEPTH_LIMIT = 16 };

/* A file written twice within one tick of the file system's clock looks unchanged; two
 * seconds are more than any tick. */
static const int64_t lately_ns = 2000000000;

static int64_t ns_of(struct timespec time) {
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

struct look { /* what a file or a whole folder looks like from outside */
    uint64_t size;
    int64_t mtime_ns;
    uint64_t inode;
    bool folder;
};

static enum hc_status fail_look(const char *path, struct hc_err *err) {
    enum hc_status status = errno == ENOENT   ? HC_ENOINPUT
                            : errno == EACCES ? HC_EPERM
                                              : HC_EIO;
    hc_fail_errno(err, status, errno, "cannot look at it");
    hc_err_at_file(err, path);
    return status;
}

static enum hc_status look_at(const char *path, int depth, struct look *look,
                              struct hc_arena *arena, struct hc_err *err) {
    struct stat info;
    char **names = NULL;
    size_t count = 0;
    if (stat(path, &info) != 0)
        return fail_look(path, err);
    look->size += S_ISDIR(info.st_mode) ? 0 : (uint64_t)info.st_size;
    if (ns_of(info.st_mtim) > look->mtime_ns)
        look->mtime_ns = ns_of(info.st_mtim);
    look->folder = S_ISDIR(info.st_mode);
    look->inode = info.st_ino;
    if (!look->folder)
        return HC_OK;
    if (depth == DEPTH_LIMIT)
        return hc_fail(err, HC_EDATA, "folders inside folders, too many");
    enum hc_status status = hc_list_folder(path, arena, &names, &count, err);
    for (size_t i = 0; status == HC_OK && i < count; i++) {
        const char *inner = hc_arena_printf(arena, "%s/%s", path, names[i]);
        status = inner ? look_at(inner, depth + 1, look, arena, err) : hc_fail_memory(err);
    }
    look->folder = true;
    look->inode = info.st_ino;
    return status;
}

static enum hc_status digest_path(const char *path, char hex[65], struct hc_arena *arena,
                                  struct hc_err *err) {
    struct stat info;
    struct hc_digest *digest = NULL;
    char **names = NULL;
    size_t count = 0;
    if (stat(path, &info) != 0)
        return fail_look(path, err);
    if (!S_ISDIR(info.st_mode))
        return hc_digest_file(path, hex, err);
    enum hc_status status = hc_digest_new(&digest, err);
    if (status == HC_OK)
        status = hc_list_folder(path, arena, &names, &count, err);
    for (size_t i = 0; status == HC_OK && i < count; i++) {
        char one[65];
        const char *inner = hc_arena_printf(arena, "%s/%s", path, names[i]);
        status = inner ? digest_path(inner, one, arena, err) : hc_fail_memory(err);
        if (status != HC_OK)
            break;
        hc_digest_add(digest, names[i], strlen(names[i]) + 1);
        hc_digest_add(digest, one, 64);
    }
    if (status == HC_OK)
        hc_digest_hex(digest, hex);
    hc_digest_free(digest);
    return status;
}

/* A key can be short enough to be guessed from its digest: what is kept of it can only be
 * compared by who has the salt. */
static enum hc_status seal(char hex[65], const uint8_t *salt, struct hc_err *err) {
    struct hc_str key = {(const char *)salt, HC_SALT_BYTES};
    char text[66], half[33];
    snprintf(text, sizeof text, "1%s", hex);
    enum hc_status status = hc_keyed_hash(key, hc_str_of(text), half, err);
    memcpy(hex, half, 32);
    text[0] = '2';
    if (status == HC_OK)
        status = hc_keyed_hash(key, hc_str_of(text), half, err);
    memcpy(hex + 32, half, 32);
    return status;
}

enum hc_status hc_salt_take(const char *path, bool keep, uint8_t salt[HC_SALT_BYTES],
                            struct hc_err *err) {
    struct hc_buf text = {0};
    struct hc_out *out = NULL;
    enum hc_status status = HC_OK;
    bool found = false;
    if (access(path, F_OK) == 0) {
        status = hc_read_file(path, 4096, &text, err);
        found = status == HC_OK && text.len == HC_SALT_BYTES;
        if (found)
            memcpy(salt, text.ptr, HC_SALT_BYTES);
    }
    hc_buf_free(&text);
    if (status != HC_OK || found)
        return status;
    if (getrandom(salt, HC_SALT_BYTES, 0) != HC_SALT_BYTES)
        return hc_fail_errno(err, HC_EINTERNAL, errno, "no random bytes");
    if (!keep)
        return HC_OK;
    status = hc_out_open(&out, path, NULL, err);
    if (status == HC_OK)
        status = hc_out_write(out, salt, HC_SALT_BYTES, err);
    if (status == HC_OK)
        status = hc_out_commit(out, err);
    hc_out_free(out);
    return status;
}

enum hc_status hc_mark_look(struct hc_mark *mark, struct hc_arena *arena,
                            struct hc_err *err) {
    struct look look = {0};
    enum hc_status status = look_at(mark->path, 0, &look, arena, err);
    mark->size = look.size;
    mark->inode = look.inode;
    mark->mtime_ns = mark->seen_ns = look.mtime_ns;
    return status;
}

enum hc_status hc_mark_take(struct hc_mark *mark, const struct hc_mark *known,
                            struct hc_arena *arena, struct hc_err *err) {
    char hex[65];
    enum hc_status status = hc_mark_look(mark, arena, err);
    if (status != HC_OK)
        return status;
    if (known && known->mtime_ns && known->size == mark->size &&
        known->mtime_ns == mark->mtime_ns && known->inode == mark->inode) {
        mark->sha256 = hc_arena_copy(arena, hc_str_of(known->sha256));
        return mark->sha256 ? HC_OK : hc_fail_memory(err);
    }
    status = digest_path(mark->path, hex, arena, err);
    if (status == HC_OK && mark->secret)
        status = mark->salt ? seal(hex, mark->salt, err)
                            : hc_fail(err, HC_EINTERNAL, "a secret without a salt");
    if (status != HC_OK)
        return status;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (ns_of(now) - mark->mtime_ns < lately_ns)
        mark->mtime_ns = 0;
    mark->sha256 = hc_arena_copy(arena, hc_str_of(hex));
    return mark->sha256 ? HC_OK : hc_fail_memory(err);
}

bool hc_mark_stands(const struct hc_mark *mark) {
    struct stat info;
    return stat(mark->path, &info) == 0 && mark->mtime_ns &&
           (uint64_t)info.st_size == mark->size && ns_of(info.st_mtim) == mark->mtime_ns &&
           info.st_ino == mark->inode;
}
