/* Preloaded into a tool: the Nth call of one sort fails. tests/fault.t tries every N.
 *
 *   HC_FAULT=SORT:N      the Nth call from main on fails, with N:on all after it too; SORT
 *                        is memory, open, read, write, sync, close, rename, mkdir or thread
 *   HC_FAULT=short       no read or write does more than a few bytes; each third of them,
 *                        and of opens and syncs, is interrupted: nothing fails
 *   HC_FAULT_ERROR=N     what errno says (else what fits the sort)
 *   HC_FAULT_PROGRAM=P   only in the program P, none it starts
 *   HC_FAULT_SAID=FILE   gets a line "hit" for a call that failed, "calls N" at the end
 *
 * What goes to standard error never fails, or nobody could see what a tool says. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum sort { MEMORY, OPEN, READ, WRITE, SYNC, CLOSE, RENAME, MKDIR, THREAD, SORTS };
static const struct {
    const char *name;
    int error;
} sorts[SORTS] = {{"memory", ENOMEM}, {"open", EIO},  {"read", EIO},
                  {"write", ENOSPC},  {"sync", EIO},  {"close", EIO},
                  {"rename", EIO},    {"mkdir", EIO}, {"thread", EAGAIN}};

static bool ready, persistent, shorten;
static enum sort chosen = SORTS;
static long chosen_call;
static int chosen_error;
static const char *said;
static atomic_long calls, transfers;

static void say(const char *text) {
    int fd = said ? (int)syscall(SYS_openat, AT_FDCWD, said,
                                 O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)
                  : -1;
    if (fd < 0)
        return;
    syscall(SYS_write, fd, text, strlen(text));
    syscall(SYS_close, fd);
}

static bool fails(enum sort sort) {
    if (!ready || sort != chosen)
        return false;
    long call = atomic_fetch_add(&calls, 1) + 1;
    if (call != chosen_call && !(persistent && call > chosen_call))
        return false;
    if (call == chosen_call)
        say("hit\n");
    errno = chosen_error;
    return true;
}

/* How many of len bytes a call may move; 0: it is interrupted. */
static size_t few(size_t len) {
    if (!ready || !shorten || len == 0)
        return len;
    long n = atomic_fetch_add(&transfers, 1);
    size_t most = n % 3 == 2 ? 0 : 1 + (size_t)n * 7 % 61;
    return len < most ? len : most;
}

static bool interrupted(void) {
    return few(1) == 0;
}

/* ---- memory ---- */

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t align, size_t size);

void *malloc(size_t size) {
    return fails(MEMORY) ? NULL : __libc_malloc(size);
}
void *calloc(size_t count, size_t size) {
    return fails(MEMORY) ? NULL : __libc_calloc(count, size);
}
void *realloc(void *old, size_t size) {
    return fails(MEMORY) ? NULL : __libc_realloc(old, size);
}
void *aligned_alloc(size_t align, size_t size) {
    return fails(MEMORY) ? NULL : __libc_memalign(align, size);
}
int posix_memalign(void **bytes, size_t align, size_t size) {
    if (fails(MEMORY))
        return ENOMEM;
    *bytes = __libc_memalign(align, size);
    return *bytes ? 0 : ENOMEM;
}

/* ---- files ---- */

#define INTERRUPTED (errno = EINTR, -1)

ssize_t read(int fd, void *bytes, size_t len) {
    size_t most = few(len);
    if (fails(READ))
        return -1;
    return len && !most ? INTERRUPTED : syscall(SYS_read, fd, bytes, most);
}
ssize_t pread(int fd, void *bytes, size_t len, off_t offset) {
    size_t most = few(len);
    if (fails(READ))
        return -1;
    return len && !most ? INTERRUPTED : syscall(SYS_pread64, fd, bytes, most, offset);
}
ssize_t write(int fd, const void *bytes, size_t len) {
    size_t most = fd == STDERR_FILENO ? len : few(len);
    if (fd != STDERR_FILENO && fails(WRITE))
        return -1;
    return len && !most ? INTERRUPTED : syscall(SYS_write, fd, bytes, most);
}
ssize_t pwrite(int fd, const void *bytes, size_t len, off_t offset) {
    size_t most = few(len);
    if (fails(WRITE))
        return -1;
    return len && !most ? INTERRUPTED : syscall(SYS_pwrite64, fd, bytes, most, offset);
}
int openat(int folder, const char *path, int flags, ...) {
    va_list args;
    va_start(args, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(args, mode_t) : 0;
    va_end(args);
    return fails(OPEN) ? -1 : (int)syscall(SYS_openat, folder, path, flags, mode);
}
int open(const char *path, int flags, ...) {
    va_list args;
    va_start(args, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(args, mode_t) : 0;
    va_end(args);
    if (interrupted())
        return INTERRUPTED;
    return fails(OPEN) ? -1 : (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}
int close(int fd) {
    bool failed = fd != STDERR_FILENO && fails(CLOSE);
    int result = (int)syscall(SYS_close, fd);
    return failed ? (errno = chosen_error, -1) : result;
}
int fsync(int fd) {
    if (interrupted())
        return INTERRUPTED;
    return fails(SYNC) ? -1 : (int)syscall(SYS_fsync, fd);
}
int fdatasync(int fd) {
    return fails(SYNC) ? -1 : (int)syscall(SYS_fdatasync, fd);
}
int rename(const char *from, const char *to) {
    return fails(RENAME) ? -1 : (int)syscall(SYS_renameat, AT_FDCWD, from, AT_FDCWD, to);
}
int mkdir(const char *path, mode_t mode) {
    return fails(MKDIR) ? -1 : (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
}

/* Those who were built for large files call the same by other names. */
ssize_t pread64(int fd, void *bytes, size_t len, off_t offset) {
    return pread(fd, bytes, len, offset);
}
ssize_t pwrite64(int fd, const void *bytes, size_t len, off_t offset) {
    return pwrite(fd, bytes, len, offset);
}
int open64(const char *path, int flags, ...) {
    va_list args;
    va_start(args, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(args, mode_t) : 0;
    va_end(args);
    return open(path, flags, mode);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*run)(void *),
                   void *with) {
    int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    *(void **)&real = dlsym(RTLD_NEXT, "pthread_create");
    return fails(THREAD) ? EAGAIN : real(thread, attr, run, with);
}

/* ---- from main on ---- */

static int (*tool_main)(int, char **, char **);

static void finish(void) {
    char text[64];
    ready = false;
    snprintf(text, sizeof text, "calls %ld\n", atomic_load(&calls));
    say(text);
}

static int begin(int argc, char **argv, char **environment) {
    const char *fault = getenv("HC_FAULT"), *program = getenv("HC_FAULT_PROGRAM");
    const char *error = getenv("HC_FAULT_ERROR");
    if (fault && (!program || strcmp(program, program_invocation_short_name) == 0)) {
        size_t name = strcspn(fault, ":");
        for (int i = 0; i < SORTS; i++)
            if (strlen(sorts[i].name) == name && strncmp(fault, sorts[i].name, name) == 0)
                chosen = (enum sort)i;
        shorten = strcmp(fault, "short") == 0;
        if (chosen < SORTS) {
            chosen_call = strtol(fault + name + (fault[name] == ':'), NULL, 10);
            chosen_error = error ? atoi(error) : sorts[chosen].error;
        }
        persistent = strlen(fault) > 3 && strcmp(fault + strlen(fault) - 3, ":on") == 0;
        said = getenv("HC_FAULT_SAID");
        atexit(finish);
        ready = true;
    }
    return tool_main(argc, argv, environment);
}

int __libc_start_main(int (*)(int, char **, char **), int, char **, void (*)(void),
                      void (*)(void), void (*)(void), void *);
int __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv,
                      void (*init)(void), void (*fini)(void), void (*linker_fini)(void),
                      void *stack_end) {
    int (*real)(int (*)(int, char **, char **), int, char **, void (*)(void),
                void (*)(void), void (*)(void), void *);
    *(void **)&real = dlsym(RTLD_NEXT, "__libc_start_main");
    tool_main = main;
    return real(begin, argc, argv, init, fini, linker_fini, stack_end);
}
