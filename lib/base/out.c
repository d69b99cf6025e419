/* One commit for everything that is published. See RENAME below: nothing else renames. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/process.h"
#include "base/tool.h"

enum {
    BUFFER_BYTES = 64 << 10,
    DIRECT_BYTES = 32 << 10 /* a piece so large is written from where it stands */
};

struct hc_out {
    int fd;
    bool durable;
    bool failed;              /* a write failed: commit must not publish */
    char *path;               /* where it shall be; for messages too */
    char *temp;               /* where it is; NULL: written in place (pipe, device) */
    struct hc_digest *digest; /* NULL when nobody asks, or written in place */
    uint64_t bytes;
    size_t used;
    uint8_t *buffer;
};

static enum hc_status cannot_create(struct hc_err *err, int number, const char *path) {
    enum hc_status stopped = number == EINTR ? hc_stopped(err) : HC_OK;
    if (stopped != HC_OK)
        return stopped;
    enum hc_status status = number == EACCES || number == EPERM ? HC_EPERM
                            : number == ENOSPC || number == EDQUOT || number == EIO
                                ? HC_EIO
                                : HC_ECREATE;
    hc_fail_errno(err, status, number, "cannot create");
    hc_err_at_file(err, path);
    return status;
}

static enum hc_status cannot_write(struct hc_out *out, int number, struct hc_err *err) {
    out->failed = true;
    if (number == EPIPE)
        return hc_fail(err, HC_EPIPE, "the reader went away");
    hc_fail_errno(err, HC_EIO, number, "cannot write");
    hc_err_at_file(err, out->path);
    if (number == ENOSPC || number == EDQUOT || number == EFBIG)
        hc_err_hint(err, "make room, or write somewhere else; nothing was published");
    return HC_EIO;
}

/* ".NAME.PID.START.tmp" beside path. */
static char *temp_name(const char *path) {
    const char *base = hc_base_name(path);
    size_t size = strlen(path) + 64;
    char *name = malloc(size);
    if (name)
        snprintf(name, size, "%.*s.%s.%ld.%llu.tmp", (int)(base - path), path, base,
                 (long)getpid(), (unsigned long long)hc_process_start(getpid()));
    return name;
}

static enum hc_status open_temp(struct hc_out *out, mode_t mode, bool digest,
                                struct hc_err *err) {
    out->temp = temp_name(out->path);
    if (!out->temp)
        return hc_fail_memory(err);
    out->fd = hc_open_again(out->temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
                            0600);
    if (out->fd < 0) {
        int number = errno;
        free(out->temp); /* not ours to remove */
        out->temp = NULL;
        enum hc_status status = cannot_create(err, number, out->path);
        if (number == EEXIST)
            hc_err_hint(err, "this process is already writing that file");
        return status;
    }
    if (mode != 0600 && fchmod(out->fd, mode) < 0)
        return cannot_create(err, errno, out->path);
    return digest ? hc_digest_new(&out->digest, err) : HC_OK;
}

static enum hc_status open_path(struct hc_out *out, const char *path,
                                const struct hc_out_options *options, struct hc_err *err) {
    struct stat info;
    bool there = lstat(path, &info) == 0;
    if (there && S_ISLNK(info.st_mode) && stat(path, &info) == 0)
        out->path = realpath(path, NULL); /* write what it points at, keep the link */
    else
        out->path = strdup(path);
    if (!out->path)
        return hc_fail_memory(err);
    if (there && S_ISDIR(info.st_mode)) {
        hc_fail(err, HC_ECREATE, "cannot create: is a folder");
        hc_err_at_file(err, path);
        return HC_ECREATE;
    }
    if (there && !S_ISREG(info.st_mode) && !S_ISLNK(info.st_mode)) { /* device, pipe */
        out->fd = hc_open_again(path, O_WRONLY | O_CLOEXEC | O_NOCTTY, 0);
        return out->fd < 0 ? cannot_create(err, errno, path) : HC_OK;
    }
    return open_temp(out, options->public_ ? 0666 & ~(mode_t)hc_caller_umask() : 0600,
                     options->digest, err);
}

enum hc_status hc_out_open(struct hc_out **out, const char *path,
                           const struct hc_out_options *options, struct hc_err *err) {
    static const struct hc_out_options none;
    *out = NULL;
    options = options ? options : &none;
    struct hc_out *new = calloc(1, sizeof *new);
    if (!new)
        return hc_fail_memory(err);
    new->fd = -1;
    new->durable = options->durable;
    new->buffer = malloc(BUFFER_BYTES);
    enum hc_status status = new->buffer ? HC_OK : hc_fail_memory(err);
    if (status == HC_OK && (!path || strcmp(path, "-") == 0)) {
        new->fd = STDOUT_FILENO;
        new->path = strdup("standard output");
        status = new->path ? HC_OK : hc_fail_memory(err);
    } else if (status == HC_OK) {
        status = open_path(new, path, options, err);
    }
    if (status == HC_OK)
        *out = new;
    else
        hc_out_free(new);
    return status;
}

static enum hc_status write_through(struct hc_out *out, const uint8_t *bytes, size_t len,
                                    struct hc_err *err) {
    if (out->digest)
        hc_digest_add(out->digest, bytes, len);
    while (len > 0) {
        ssize_t n = write(out->fd, bytes, len);
        if (n < 0 && errno == EINTR) {
            enum hc_status status = hc_stopped(err);
            if (status != HC_OK)
                return status;
            continue;
        }
        if (n < 0)
            return cannot_write(out, errno, err);
        bytes += n;
        len -= (size_t)n;
    }
    return HC_OK;
}

static enum hc_status flush(struct hc_out *out, struct hc_err *err) {
    size_t used = out->used;
    out->used = 0;
    return used ? write_through(out, out->buffer, used, err) : HC_OK;
}

enum hc_status hc_out_write(struct hc_out *out, const void *bytes, size_t len,
                            struct hc_err *err) {
    enum hc_status status = HC_OK;
    out->bytes += len;
    if (len > BUFFER_BYTES - out->used || len >= DIRECT_BYTES)
        status = flush(out, err);
    if (status == HC_OK && len >= DIRECT_BYTES)
        return write_through(out, bytes, len, err);
    if (status == HC_OK && len > 0) {
        memcpy(out->buffer + out->used, bytes, len);
        out->used += len;
    }
    return status;
}

uint64_t hc_out_bytes(const struct hc_out *out) {
    return out->bytes;
}

static enum hc_status sync_folder(const char *path, struct hc_err *err) {
    const char *base = hc_base_name(path);
    char *folder = base == path ? strdup(".") : strndup(path, (size_t)(base - path));
    if (!folder)
        return hc_fail_memory(err);
    int fd = hc_open_again(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
    /* EINVAL: a file system that cannot sync a folder has no more to offer. */
    bool ok = fd >= 0 && (hc_sync_again(fd) == 0 || errno == EINVAL);
    int number = errno;
    if (fd >= 0)
        close(fd);
    free(folder);
    if (ok)
        return HC_OK;
    hc_fail_errno(err, HC_EIO, number, "cannot sync the folder");
    hc_err_at_file(err, path);
    return HC_EIO;
}

enum hc_status hc_out_commit(struct hc_out *out, struct hc_err *err) {
    if (out->failed)
        return hc_fail(err, HC_EIO, "not complete: an earlier write failed");
    enum hc_status status = flush(out, err);
    if (status != HC_OK || out->fd == STDOUT_FILENO)
        return status;
    if (out->durable && hc_sync_again(out->fd) < 0 && errno != EINVAL && errno != EROFS)
        return cannot_write(out, errno, err);
    int fd = out->fd;
    out->fd = -1;
    if (close(fd) < 0 && errno != EINTR) /* Linux closes it all the same: close(2) */
        return cannot_write(out, errno, err);
    if (!out->temp)
        return HC_OK;
    if (rename(out->temp, out->path) < 0) /* RENAME */
        return cannot_create(err, errno, out->path);
    free(out->temp);
    out->temp = NULL;
    return out->durable ? sync_folder(out->path, err) : HC_OK;
}

void hc_out_free(struct hc_out *out) {
    if (!out)
        return;
    if (out->fd > STDERR_FILENO)
        close(out->fd);
    if (out->temp)
        unlink(out->temp);
    hc_digest_free(out->digest);
    free(out->temp);
    free(out->path);
    free(out->buffer);
    free(out);
}

enum hc_status hc_out_digest(struct hc_out *out, char hex[65], struct hc_err *err) {
    hex[0] = 0;
    if (!out->digest)
        return HC_OK;
    enum hc_status status = out->used && out->fd >= 0 ? flush(out, err) : HC_OK;
    if (status == HC_OK)
        hc_digest_hex(out->digest, hex);
    return status;
}

enum hc_status hc_write_file(const char *path, const struct hc_out_options *options,
                             const struct hc_buf *text, char hex[65], struct hc_err *err) {
    struct hc_out *out = NULL;
    enum hc_status status =
        text->failed ? hc_fail_memory(err) : hc_out_open(&out, path, options, err);
    if (status == HC_OK)
        status = hc_out_write(out, text->ptr, text->len, err);
    if (status == HC_OK && hex)
        status = hc_out_digest(out, hex, err);
    if (status == HC_OK)
        status = hc_out_commit(out, err);
    hc_out_free(out);
    return status;
}
