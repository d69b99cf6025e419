#include "base/thread.h"

#include <signal.h>

bool hc_thread_start(pthread_t *thread, void *(*run)(void *of), void *of) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    bool started = pthread_create(thread, NULL, run, of) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}
