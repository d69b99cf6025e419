/* Which process made a temporary file: its number and the moment it started, so that a
 * number used again is not taken for the same process. */
#ifndef HC_BASE_PROCESS_H
#define HC_BASE_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

/* Clock ticks since boot at which process pid started; 0 when there is no such process, or
 * only what is left of it (a zombie). */
uint64_t hc_process_start(long pid);
/* Cores that this process may use; at least 1. */
unsigned hc_process_cores(void);
static inline bool hc_process_lives(long pid, uint64_t start) {
    return start != 0 && hc_process_start(pid) == start;
}

#endif
