#include "base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

enum {
    EXITING = 4
}; /* PF_EXITING of linux/sched.h: it will not come back to its program */

/* From ") " on: a process that was killed stays a zombie until somebody asks how it ended,
 * and on a busy machine that takes its time. It makes no more files. */
static bool is_dead(const char *fields) {
    char state;
    unsigned flags;
    return sscanf(fields, ") %c %*d %*d %*d %*d %*d %u", &state, &flags) == 2 &&
           (state == 'Z' || state == 'X' || flags & EXITING);
}

/* Field 22 of /proc/PID/stat, proc(5). The name in field 2 may hold blanks and parentheses,
 * so counting starts behind the last ')'. */
uint64_t hc_process_start(long pid) {
    char path[64], text[1024];
    snprintf(path, sizeof path, "/proc/%ld/stat", pid);
    int fd = hc_open_again(path, O_RDONLY | O_CLOEXEC, 0);
    if (fd < 0)
        return errno == ENOENT || errno == ESRCH ? 0 : HC_START_UNKNOWN;
    ssize_t len;
    do
        len = read(fd, text, sizeof text - 1);
    while (len < 0 && errno == EINTR);
    close(fd);
    if (len <= 0)
        return 0;
    text[len] = 0;
    char *field = strrchr(text, ')');
    if (field && is_dead(field))
        return 0;
    for (int number = 2; field && number < 22; number++)
        field = strchr(field + 1, ' ');
    return field ? strtoull(field, NULL, 10) : 0;
}

bool hc_process_lives(long pid, uint64_t start) {
    uint64_t now = start ? hc_process_start(pid) : 0;
    return now && (now == start || now == HC_START_UNKNOWN || start == HC_START_UNKNOWN);
}

unsigned hc_process_cores(void) {
    cpu_set_t set;
    int cores = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    return cores > 0 ? (unsigned)cores : 1;
}
