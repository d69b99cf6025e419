/* Threads of a tool: signals are for the one that main() runs in. */
#ifndef HC_BASE_THREAD_H
#define HC_BASE_THREAD_H

#include <pthread.h>
#include <stdbool.h>

/* Run run(of) in a thread of its own; false: there is none to be had. Signals are blocked in
 * it, they belong to the thread that is asked hc_stopped() in main's place. */
bool hc_thread_start(pthread_t *thread, void *(*run)(void *of), void *of);

#endif
