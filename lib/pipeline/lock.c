#include "pipeline/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/process.h"

const char *hc_clock_text(char out[32]) {
    struct timespec now;
    struct tm tm;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &tm);
    strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &tm);
    return out;
}

/* What the holder wrote, "" where nothing can be read. */
static void read_note(int fd, char *text, size_t room) {
    ssize_t got;
    do
        got = pread(fd, text, room - 1, 0);
    while (got < 0 && errno == EINTR);
    text[got > 0 ? got : 0] = '\0';
}

static enum hc_status refuse(int fd, const char *folder, struct hc_err *err) {
    char text[128];
    read_note(fd, text, sizeof text);
    text[strcspn(text, "\n")] = '\0';
    hc_fail(err, HC_ETEMP, "locked by %s", *text ? text : "another run");
    hc_err_at_file(err, folder);
    return HC_ETEMP;
}

/* The children of a run hold its lock too, so that none of them can write into the folder
 * once another run has it. They are killed with their parent; where only they are left, it
 * is a matter of milliseconds. */
static bool holder_is_dead(int fd) {
    char text[128];
    read_note(fd, text, sizeof text);
    long pid = strncmp(text, "pid ", 4) == 0 ? strtol(text + 4, NULL, 10) : 0;
    return pid > 0 && hc_process_start(pid) == 0;
}

enum hc_status hc_lock_take(struct hc_lock *lock, const char *folder, struct hc_err *err) {
    struct stat info;
    char path[4096], clock[32], text[96];
    lock->fd = -1;
    enum hc_status status = hc_make_folder(folder, err);
    if (status != HC_OK)
        return status;
    if (stat(folder, &info) != 0 || (info.st_mode & S_IWOTH)) {
        hc_fail(err, HC_EPERM, "everybody may write to this work folder");
        hc_err_at_file(err, folder);
        hc_err_hint(err, "chmod o-w takes that away");
        return HC_EPERM;
    }
    snprintf(path, sizeof path, "%s/lock", folder);
    int fd = hc_open_again(path, O_RDWR | O_CREAT,
                           0600); /* inherited by the tools, on purpose */
    if (fd < 0) {
        status = hc_fail_errno(err, errno == EACCES ? HC_EPERM : HC_ECREATE, errno,
                               "cannot open");
        hc_err_at_file(err, path);
        return status;
    }
    bool held = flock(fd, LOCK_EX | LOCK_NB) == 0;
    for (int i = 0; !held && i < 500 && holder_is_dead(fd); i++) {
        nanosleep(&(struct timespec){0, 10 * 1000 * 1000}, NULL);
        held = flock(fd, LOCK_EX | LOCK_NB) == 0;
    }
    if (!held) {
        status = refuse(fd, folder, err);
        close(fd);
        return status;
    }
    int len = snprintf(text, sizeof text, "pid %ld since %s\n", (long)getpid(),
                       hc_clock_text(clock));
    bool told = ftruncate(fd, 0) == 0;
    for (ssize_t at = 0, n; told && at<len; at += n> 0 ? n : 0) {
        n = pwrite(fd, text + at, (size_t)(len - at), at);
        told = n >= 0 || errno == EINTR;
    }
    if (!told) {
        status = hc_fail_errno(err, HC_EIO, errno, "cannot write");
        hc_err_at_file(err, path);
        close(fd);
        return status;
    }
    lock->fd = fd;
    return HC_OK;
}

void hc_lock_free(struct hc_lock *lock) {
    if (lock->fd >= 0)
        close(lock->fd);
    lock->fd = -1;
}
