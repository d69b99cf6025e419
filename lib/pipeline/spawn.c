#include "pipeline/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/tool.h"

enum { CAPTURE_LIMIT = 8 << 20, STOP_SECONDS = 10 };

enum hc_status hc_spawn_folder(struct hc_arena *arena, const char **folder,
                               struct hc_err *err) {
    const char *given = getenv("HC_RUN_TOOLS_DIR");
    char path[4096];
    if (given && *given) {
        *folder = hc_arena_copy(arena, hc_str_of(given));
        return *folder ? HC_OK : hc_fail_memory(err);
    }
    ssize_t len = readlink("/proc/self/exe", path, sizeof path - 1);
    if (len < 0)
        return hc_fail_errno(err, HC_EINTERNAL, errno, "cannot tell where the tools are");
    while (len > 1 && path[len - 1] != '/')
        len--;
    *folder = hc_arena_copy(arena, (struct hc_str){path, (size_t)len - 1});
    return *folder ? HC_OK : hc_fail_memory(err);
}

/* In the child: nothing but system calls that are safe after fork. The death signal goes
 * with the parent's thread; a parent that died before it was asked for shows as another
 * parent. */
static _Noreturn void become(const char *const *argv, const int fd[3], pid_t parent,
                             const sigset_t *mask, int told) {
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
        _exit(70);
    for (int i = 0; i < 3; i++)
        while (dup2(fd[i], i) < 0)
            if (errno != EINTR)
                _exit(71);
    sigprocmask(SIG_SETMASK, mask, NULL);
    signal(SIGPIPE, SIG_DFL);
    signal(SIGXFSZ, SIG_DFL);
    execv(argv[0], (char *const *)argv);
    int number = errno;
    (void)!write(told, &number, sizeof number);
    _exit(71);
}

static enum hc_status spawn(const char *const *argv, const int fd[3], pid_t *pid,
                            struct hc_err *err) {
    int told[2], number = 0;
    sigset_t none;
    pid_t parent = getpid();
    if (pipe2(told, O_CLOEXEC) != 0)
        return hc_fail_errno(err, HC_ENOMEM, errno, "cannot make a pipe");
    sigemptyset(&none);
    *pid = fork();
    if (*pid == 0)
        become(argv, fd, parent, &none, told[1]);
    int fork_error = errno;
    close(told[1]);
    ssize_t got = 0;
    if (*pid > 0)
        while ((got = read(told[0], &number, sizeof number)) < 0 && errno == EINTR)
            continue;
    close(told[0]);
    if (*pid < 0)
        return hc_fail_errno(err, HC_ENOMEM, fork_error, "cannot start another process");
    if (got <= 0)
        return HC_OK;
    while (waitpid(*pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    enum hc_status status = number == ENOENT  ? HC_ENOINPUT
                            : number == E2BIG ? HC_ENOMEM
                                              : HC_EPERM;
    hc_fail_errno(err, status, number, "cannot execute it");
    hc_err_at_file(err, argv[0]);
    if (number == E2BIG)
        hc_err_hint(err, "a step reads more files than one command can name: a shorter "
                         "--work-dir, or fewer deliveries a pipeline");
    return status;
}

/* What a tool reads as its standard input. */
static int open_nothing(struct hc_err *err, enum hc_status *status) {
    int fd = hc_open_again("/dev/null", O_RDONLY | O_CLOEXEC, 0);
    if (fd < 0) {
        *status =
            hc_fail_errno(err, errno == EMFILE || errno == ENFILE ? HC_ENOMEM : HC_EIO,
                          errno, "cannot open");
        hc_err_at_file(err, "/dev/null");
    }
    return fd;
}

enum hc_status hc_spawn_start(const char *const *argv, const char *log, pid_t *pid,
                              struct hc_err *err) {
    enum hc_status status = HC_OK;
    int nothing = open_nothing(err, &status);
    int out = hc_open_again(log, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
    if (status == HC_OK && out < 0) {
        status = hc_fail_errno(err, HC_ECREATE, errno, "cannot open");
        hc_err_at_file(err, log);
    }
    if (status == HC_OK)
        status = spawn(argv, (const int[3]){nothing, out, out}, pid, err);
    if (nothing >= 0)
        close(nothing);
    if (out >= 0)
        close(out);
    return status;
}

static int code_of(int status) {
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* One read from a pipe that poll() called ready; closes it at its end. */
static enum hc_status drain(struct pollfd *pipe, struct hc_buf *into, struct hc_err *err) {
    char bytes[16384];
    ssize_t got = read(pipe->fd, bytes, sizeof bytes);
    if (got < 0 && errno != EINTR)
        return hc_fail_errno(err, HC_EIO, errno, "cannot read what a tool says");
    if (got > 0 && into->len + (size_t)got <= CAPTURE_LIMIT)
        hc_buf_put(into, bytes, (size_t)got);
    if (got == 0) {
        close(pipe->fd);
        pipe->fd = -1;
    }
    return into->failed ? hc_fail_memory(err) : HC_OK;
}

enum hc_status hc_spawn_capture(const char *const *argv, struct hc_buf *out,
                                struct hc_buf *messages, int *code, struct hc_err *err) {
    int to_out[2] = {-1, -1}, to_messages[2] = {-1, -1}, status_bits = 0;
    pid_t pid = 0;
    enum hc_status status = HC_OK;
    int nothing = open_nothing(err, &status);
    if (status == HC_OK &&
        (pipe2(to_out, O_CLOEXEC) != 0 || pipe2(to_messages, O_CLOEXEC) != 0))
        status = hc_fail_errno(err, HC_ENOMEM, errno, "cannot make a pipe");
    if (status == HC_OK)
        status = spawn(argv, (const int[3]){nothing, to_out[1], to_messages[1]}, &pid, err);
    bool started = status == HC_OK;
    for (int i = 0; i < 3; i++) {
        int fd = (const int[3]){nothing, to_out[1], to_messages[1]}[i];
        if (fd >= 0)
            close(fd);
    }
    struct pollfd pipes[2] = {{to_out[0], POLLIN, 0}, {to_messages[0], POLLIN, 0}};
    while (status == HC_OK && (pipes[0].fd >= 0 || pipes[1].fd >= 0)) {
        int ready = poll(pipes, 2, 1000);
        for (int i = 0; status == HC_OK && i < 2; i++)
            if (ready > 0 && pipes[i].fd >= 0 && pipes[i].revents)
                status = drain(&pipes[i], i ? messages : out, err);
        if (status == HC_OK)
            status = hc_stopped(err);
    }
    for (int i = 0; i < 2; i++)
        if (pipes[i].fd >= 0)
            close(pipes[i].fd);
    if (started && status != HC_OK)
        kill(pid, SIGKILL);
    while (started && waitpid(pid, &status_bits, 0) < 0 && errno == EINTR)
        continue;
    *code = code_of(status_bits);
    return status;
}

void hc_spawn_watch(struct hc_spawn_watch *watch) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, &watch->before);
}

void hc_spawn_unwatch(const struct hc_spawn_watch *watch) {
    sigprocmask(SIG_SETMASK, &watch->before, NULL);
}

enum hc_status hc_spawn_wait(pid_t *pid, int *code, struct hc_err *err) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    for (;;) {
        int bits = 0;
        enum hc_status status = hc_stopped(err);
        if (status != HC_OK)
            return status;
        *pid = waitpid(-1, &bits, WNOHANG);
        *code = code_of(bits);
        if (*pid > 0)
            return HC_OK;
        if (*pid < 0 && errno == ECHILD)
            return HC_END;
        int got = sigtimedwait(&set, NULL, &(struct timespec){1, 0});
        if (got == SIGINT || got == SIGTERM)
            hc_stop_signal = got;
    }
}

void hc_spawn_stop(const pid_t *pid, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (pid[i] > 0)
            kill(pid[i], SIGTERM);
    for (int tenth = 0; tenth < STOP_SECONDS * 10; tenth++) {
        while (waitpid(-1, NULL, WNOHANG) > 0)
            continue;
        if (waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD)
            return;
        nanosleep(&(struct timespec){0, 100 * 1000 * 1000}, NULL);
    }
    for (size_t i = 0; i < count; i++)
        if (pid[i] > 0)
            kill(pid[i], SIGKILL);
    while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
        continue;
}
