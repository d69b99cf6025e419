/* The lock of a work folder: one run at a time; it dies with its process and the processes
 * that one started. */
#ifndef HC_PIPELINE_LOCK_H
#define HC_PIPELINE_LOCK_H

#include "base/err.h"

struct hc_lock {
    int fd; /* -1: not held */
};
/* Make folder where it is missing (0700) and lock it. HC_ETEMP when another run holds it,
 * naming its process and start; HC_EPERM when others may write to the folder. */
enum hc_status hc_lock_take(struct hc_lock *lock, const char *folder,
                            struct hc_err *err) HC_MUST_CHECK;
void hc_lock_free(struct hc_lock *lock);

/* "2021-03-31T12:00:00Z", now; for messages and the manifest only. Returns out. */
const char *hc_clock_text(char out[32]);

#endif
