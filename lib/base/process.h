/* Which process made a temporary file: its number and the moment it started, so that a
 * number used again is not taken for the same process. */
#ifndef HC_BASE_PROCESS_H
#define HC_BASE_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

#define HC_START_UNKNOWN UINT64_MAX
/* Clock ticks since boot at which process pid started; 0 when there is no such process, or
 * only what is left of it (a zombie); HC_START_UNKNOWN when that cannot be told now (no
 * descriptor is free). */
uint64_t hc_process_start(long pid);
/* Is it there, as far as can be told? */
bool hc_process_lives(long pid, uint64_t start);
/* Cores that this process may use; at least 1. */
unsigned hc_process_cores(void);

#endif
