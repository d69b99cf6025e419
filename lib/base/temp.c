/* Space that vanishes with its process, and folders. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/process.h"

static bool is_private(const char *folder) {
    struct stat info;
    return folder && folder[0] && stat(folder, &info) == 0 && S_ISDIR(info.st_mode) &&
           info.st_uid == geteuid() && (info.st_mode & 077) == 0;
}

enum hc_status hc_temp_open(int *fd, const char *folder, struct hc_err *err) {
    if (!folder)
        folder = is_private(getenv("TMPDIR")) ? getenv("TMPDIR") : ".";
    *fd = hc_open_again(folder, O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600);
    if (*fd < 0) { /* not every file system has it */
        char name[4096];
        if ((size_t)snprintf(name, sizeof name, "%s/.hc.%ld.%llu.XXXXXX.tmp", folder,
                             (long)getpid(),
                             (unsigned long long)hc_process_start(getpid())) >= sizeof name)
            return hc_fail(err, HC_ECREATE, "name of the temporary folder is too long");
        *fd = mkostemps(name, 4, O_CLOEXEC);
        if (*fd >= 0)
            unlink(name);
    }
    if (*fd >= 0)
        return HC_OK;
    enum hc_status status = errno == EACCES || errno == EPERM ? HC_EPERM : HC_ECREATE;
    hc_fail_errno(err, status, errno, "cannot create a temporary file");
    hc_err_at_file(err, folder);
    hc_err_hint(err, "--temp-dir=DIR names another folder");
    return status;
}

enum hc_status hc_temp_write(int fd, uint64_t offset, const void *bytes, size_t len,
                             struct hc_err *err) {
    while (len > 0) {
        ssize_t n = pwrite(fd, bytes, len, (off_t)offset);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            hc_fail_errno(err, HC_EIO, errno, "cannot write a temporary file");
            hc_err_hint(err, "--temp-dir=DIR names a folder with more room");
            return HC_EIO;
        }
        bytes = (const char *)bytes + n;
        offset += (uint64_t)n;
        len -= (size_t)n;
    }
    return HC_OK;
}

enum hc_status hc_temp_read(int fd, uint64_t offset, void *bytes, size_t len,
                            struct hc_err *err) {
    while (len > 0) {
        ssize_t n = pread(fd, bytes, len, (off_t)offset);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return hc_fail_errno(err, HC_EIO, errno, "cannot read a temporary file");
        if (n == 0)
            return hc_fail(err, HC_EIO, "cannot read a temporary file: it ends too early");
        bytes = (char *)bytes + n;
        offset += (uint64_t)n;
        len -= (size_t)n;
    }
    return HC_OK;
}

static bool is_folder(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

enum hc_status hc_make_folder(const char *path, struct hc_err *err) {
    char *copy = strdup(path);
    if (!copy)
        return hc_fail_memory(err);
    int number = 0;
    for (char *end = copy; number == 0 && *end;) {
        end += strspn(end, "/");
        end += strcspn(end, "/");
        char was = *end;
        *end = 0;
        if (mkdir(copy, 0700) < 0) {
            int failed = errno;
            number = is_folder(copy) ? 0 : failed;
        }
        *end = was;
    }
    free(copy);
    if (number == 0 && path[0])
        return HC_OK;
    enum hc_status status = number == EACCES || number == EPERM ? HC_EPERM : HC_ECREATE;
    hc_fail_errno(err, status, number ? number : ENOENT, "cannot create the folder");
    hc_err_at_file(err, path);
    return status;
}

/* ".NAME.PID.START.tmp" or ".hc.PID.START.XXXXXX.tmp" of a process that is no more. */
static bool is_leftover(const char *name) {
    size_t len = strlen(name);
    if (len < 8 || name[0] != '.' || strcmp(name + len - 4, ".tmp") != 0)
        return false;
    for (const char *dot = name; (dot = strchr(dot + 1, '.'));) {
        char *end;
        if (dot[1] < '1' || dot[1] > '9')
            continue;
        long pid = strtol(dot + 1, &end, 10);
        if (*end != '.' || end[1] < '0' || end[1] > '9')
            continue;
        uint64_t start = strtoull(end + 1, &end, 10);
        bool last = strcmp(end, ".tmp") == 0 ||
                    (strncmp(name, ".hc.", 4) == 0 && *end == '.' && strlen(end) == 11);
        if (last)
            return !hc_process_lives(pid, start);
    }
    return false;
}

static enum hc_status cannot_list(struct hc_err *err, int number, const char *path) {
    enum hc_status status = number == ENOENT || number == ENOTDIR ? HC_ENOINPUT
                            : number == EACCES || number == EPERM ? HC_EPERM
                            : number == ENOMEM                    ? HC_ENOMEM
                                                                  : HC_EIO;
    hc_fail_errno(err, status, number, "cannot list the folder");
    hc_err_at_file(err, path);
    return status;
}

enum hc_status hc_sweep_temporary(const char *folder, struct hc_err *err) {
    DIR *dir = opendir(folder);
    if (!dir)
        return cannot_list(err, errno, folder);
    for (struct dirent *entry; (entry = readdir(dir));)
        if (is_leftover(entry->d_name))
            (void)unlinkat(dirfd(dir), entry->d_name, 0);
    closedir(dir);
    return HC_OK;
}

static int by_bytes(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

enum hc_status hc_list_folder(const char *path, struct hc_arena *arena, char ***names,
                              size_t *count, struct hc_err *err) {
    DIR *dir = opendir(path);
    *names = NULL;
    *count = 0;
    if (!dir)
        return cannot_list(err, errno, path);
    char **list = NULL;
    size_t cap = 0;
    enum hc_status status = HC_OK;
    for (struct dirent *entry; errno = 0, status == HC_OK && (entry = readdir(dir));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (*count == cap) {
            char **more = realloc(list, (cap = cap * 2 + 16) * sizeof *list);
            if (!more) {
                status = hc_fail_memory(err);
                break;
            }
            list = more;
        }
        list[*count] = hc_arena_copy(arena, hc_str_of(entry->d_name));
        if (!list[(*count)++])
            status = hc_fail_memory(err);
    }
    if (status == HC_OK && errno)
        status = cannot_list(err, errno, path);
    closedir(dir);
    char **out =
        status == HC_OK ? hc_arena_zalloc(arena, (*count + 1) * sizeof *out) : NULL;
    if (status == HC_OK && !out)
        status = hc_fail_memory(err);
    if (status == HC_OK && *count) {
        qsort(list, *count, sizeof *list, by_bytes);
        memcpy(out, list, *count * sizeof *list);
    }
    free(list);
    *names = out;
    return status;
}

const char *hc_base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}
