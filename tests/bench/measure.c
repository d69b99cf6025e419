/* Run a command and add a line to a table: name, seconds of wall and CPU time, peak memory
 * in KiB, separated by tabs. Standard input and output are the command's own, so that each
 * process of a pipe can be measured.
 *
 *   measure TABLE NAME COMMAND [ARGUMENT...]
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double cpu(const struct rusage *usage) {
    return (double)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) +
           (double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) / 1e6;
}

int main(int argc, char **argv) {
    struct rusage usage;
    int status;
    char line[256];
    if (argc < 4) {
        fprintf(stderr, "usage: measure TABLE NAME COMMAND [ARGUMENT...]\n");
        return 64;
    }
    double start = seconds();
    pid_t child = fork();
    if (child == 0) {
        execvp(argv[3], argv + 3);
        perror(argv[3]);
        _exit(127);
    }
    if (child < 0 || wait4(child, &status, 0, &usage) != child)
        return 71;
    int len = snprintf(line, sizeof line, "%s\t%.3f\t%.3f\t%ld\n", argv[2],
                       seconds() - start, cpu(&usage), usage.ru_maxrss);
    int fd = open(argv[1], O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (fd < 0 || write(fd, line, (size_t)len) != len)
        return 74;
    close(fd);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
