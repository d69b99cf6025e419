#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/tool.h"

struct hc_in {
    int fd;
    bool seekable;
    bool resting; /* fd is closed, to be opened at offset again */
    off_t offset;
    struct stat at_open;
    char path[]; /* as given, for messages */
};

int hc_open_again(const char *path, int flags, mode_t mode) {
    int fd;
    do
        fd = open(path, flags, mode);
    while (fd < 0 && errno == EINTR && hc_stopped(NULL) == HC_OK);
    return fd;
}

int hc_sync_again(int fd) {
    int result;
    do
        result = fsync(fd);
    while (result < 0 && errno == EINTR && hc_stopped(NULL) == HC_OK);
    return result;
}

static enum hc_status open_failed(struct hc_err *err, int number, const char *path) {
    enum hc_status stopped = number == EINTR ? hc_stopped(err) : HC_OK;
    if (stopped != HC_OK) /* a named pipe whose writer does not come */
        return stopped;
    enum hc_status status = number == ENOENT || number == ENOTDIR  ? HC_ENOINPUT
                            : number == EACCES || number == EPERM  ? HC_EPERM
                            : number == EMFILE || number == ENFILE ? HC_ENOMEM
                                                                   : HC_EIO;
    hc_fail_errno(err, status, number, "cannot open");
    hc_err_at_file(err, path);
    if (number == EMFILE)
        hc_err_hint(err, "ulimit -n N lets a process open N files");
    return status;
}

static bool same_file(const struct stat *a, const struct stat *b) {
    return a->st_ino == b->st_ino && a->st_dev == b->st_dev && a->st_size == b->st_size &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
           a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static enum hc_status changed(const struct hc_in *in, struct hc_err *err) {
    hc_fail(err, HC_ETEMP, "changed while it was read");
    hc_err_at_file(err, in->path);
    hc_err_hint(err, "run again when the file is complete");
    return HC_ETEMP;
}

enum hc_status hc_in_rest(struct hc_in *in, struct hc_err *err) {
    if (!in->seekable || in->fd <= STDERR_FILENO)
        return HC_OK;
    in->offset = lseek(in->fd, 0, SEEK_CUR);
    if (in->offset < 0) {
        hc_fail_errno(err, HC_EIO, errno, "cannot tell the place in it");
        hc_err_at_file(err, in->path);
        return HC_EIO;
    }
    close(in->fd);
    in->fd = -1;
    in->resting = true;
    return HC_OK;
}

static enum hc_status wake(struct hc_in *in, struct hc_err *err) {
    struct stat now;
    if (!in->resting)
        return HC_OK;
    int fd = hc_open_again(in->path, O_RDONLY | O_CLOEXEC | O_NOCTTY, 0);
    if (fd < 0)
        return errno == ENOENT ? changed(in, err) : open_failed(err, errno, in->path);
    if (fstat(fd, &now) < 0 || !same_file(&now, &in->at_open) ||
        lseek(fd, in->offset, SEEK_SET) != in->offset) {
        close(fd);
        return changed(in, err);
    }
    in->fd = fd;
    in->resting = false;
    return HC_OK;
}

enum hc_status hc_in_open(struct hc_in **in, const char *path, struct hc_err *err) {
    bool standard = strcmp(path, "-") == 0;
    const char *name = standard ? "standard input" : path;
    *in = NULL;
    struct hc_in *new = calloc(1, sizeof *new + strlen(name) + 1);
    if (!new)
        return hc_fail_memory(err);
    strcpy(new->path, name);
    new->fd =
        standard ? STDIN_FILENO : hc_open_again(path, O_RDONLY | O_CLOEXEC | O_NOCTTY, 0);
    if (new->fd < 0 || fstat(new->fd, &new->at_open) < 0) {
        enum hc_status status = open_failed(err, errno, name);
        hc_in_free(new);
        return status;
    }
    if (S_ISDIR(new->at_open.st_mode)) {
        hc_in_free(new);
        hc_fail(err, HC_EUSAGE, "is a folder, expected a file");
        hc_err_at_file(err, name);
        return HC_EUSAGE;
    }
    /* A shell may have read part of standard input: then offsets are not what they seem. */
    new->seekable =
        S_ISREG(new->at_open.st_mode) && (!standard || lseek(new->fd, 0, SEEK_CUR) == 0);
    *in = new;
    return HC_OK;
}

static enum hc_status read_failed(const struct hc_in *in, int number, struct hc_err *err) {
    hc_fail_errno(err, HC_EIO, number, "cannot read");
    hc_err_at_file(err, in->path);
    return HC_EIO;
}

enum hc_status hc_in_read(struct hc_in *in, void *bytes, size_t len, size_t *got,
                          struct hc_err *err) {
    enum hc_status awake = wake(in, err);
    if (awake != HC_OK)
        return awake;
    for (;;) {
        ssize_t n = read(in->fd, bytes, len);
        if (n >= 0) {
            *got = (size_t)n;
            return HC_OK;
        }
        if (errno != EINTR)
            return read_failed(in, errno, err);
        enum hc_status status =
            hc_stopped(err); /* else a pipe that says nothing holds us */
        if (status != HC_OK)
            return status;
    }
}

static enum hc_status truncated(const struct hc_in *in, struct hc_err *err) {
    hc_fail(err, HC_EDATA, "truncated: ends in the middle");
    hc_err_at_file(err, in->path);
    return HC_EDATA;
}

enum hc_status hc_in_read_all(struct hc_in *in, void *bytes, size_t len,
                              struct hc_err *err) {
    size_t have = 0;
    while (have < len) {
        size_t got;
        enum hc_status status = hc_in_read(in, (char *)bytes + have, len - have, &got, err);
        if (status != HC_OK)
            return status;
        if (got == 0)
            return have == 0 ? HC_END : truncated(in, err);
        have += got;
    }
    return HC_OK;
}

enum hc_status hc_in_read_at(struct hc_in *in, uint64_t offset, void *bytes, size_t len,
                             struct hc_err *err) {
    enum hc_status awake = wake(in, err);
    if (awake != HC_OK)
        return awake;
    while (len > 0) {
        ssize_t n = pread(in->fd, bytes, len, (off_t)offset);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return read_failed(in, errno, err);
        if (n == 0)
            return truncated(in, err);
        bytes = (char *)bytes + n;
        offset += (uint64_t)n;
        len -= (size_t)n;
    }
    return HC_OK;
}

bool hc_in_seekable(const struct hc_in *in) {
    return in->seekable;
}

uint64_t hc_in_size(const struct hc_in *in) {
    return in->seekable ? (uint64_t)in->at_open.st_size : 0;
}

enum hc_status hc_in_unchanged(const struct hc_in *in, struct hc_err *err) {
    struct stat now, named;
    if (!S_ISREG(in->at_open.st_mode))
        return HC_OK;
    if (!in->resting && fstat(in->fd, &now) < 0)
        return read_failed(in, errno, err);
    const struct stat *was = &in->at_open;
    bool same = in->resting || same_file(&now, was);
    /* Replaced by rename: what we hold is whole, but it is no longer what the name says. */
    if (same && in->fd != STDIN_FILENO)
        same = stat(in->path, &named) == 0 && named.st_ino == was->st_ino &&
               named.st_dev == was->st_dev && (!in->resting || same_file(&named, was));
    return same ? HC_OK : changed(in, err);
}

void hc_in_free(struct hc_in *in) {
    if (!in)
        return;
    if (in->fd > STDERR_FILENO)
        close(in->fd);
    free(in);
}

enum hc_status hc_read_file(const char *path, size_t limit, struct hc_buf *buf,
                            struct hc_err *err) {
    struct hc_in *in;
    hc_buf_clear(buf);
    enum hc_status status = hc_in_open(&in, path, err);
    if (status != HC_OK)
        return status;
    for (size_t got = 1; status == HC_OK && got > 0;) {
        if (!hc_buf_reserve(buf, 16384)) {
            status = hc_fail_memory(err);
            break;
        }
        status = hc_in_read(in, buf->ptr + buf->len, 16384, &got, err);
        if (status == HC_OK)
            buf->len += got;
        if (status == HC_OK && buf->len > limit) {
            status = hc_fail(err, HC_EDATA, "larger than %zu bytes", limit);
            hc_err_at_file(err, path);
        }
    }
    hc_in_free(in);
    return status;
}
