/* Starting tools as processes: argument vectors, no shell. */
#ifndef HC_PIPELINE_SPAWN_H
#define HC_PIPELINE_SPAWN_H

#include <signal.h>
#include <sys/types.h>

#include "base/arena.h"

/* Where the tools are: the folder of the running executable, or $HC_RUN_TOOLS_DIR (for the
 * tests). In arena. */
enum hc_status hc_spawn_folder(struct hc_arena *arena, const char **folder,
                               struct hc_err *err) HC_MUST_CHECK;

/* Start argv[0], a path, with standard input empty and both outputs appended to the file
 * log, which is emptied first. The child is killed when this process dies. HC_EPERM,
 * HC_ENOINPUT when it cannot be executed. */
enum hc_status hc_spawn_start(const char *const *argv, const char *log, pid_t *pid,
                              struct hc_err *err) HC_MUST_CHECK;

/* Run argv to its end, gathering both outputs (at most 8 MiB each). *code is its exit code,
 * 128 + signal when it was killed. HC_ESIGINT, HC_ESIGTERM when this process is stopped. */
enum hc_status hc_spawn_capture(const char *const *argv, struct hc_buf *out,
                                struct hc_buf *messages, int *code,
                                struct hc_err *err) HC_MUST_CHECK;

/* While children run, SIGCHLD, SIGINT and SIGTERM are waited for, not handled. */
struct hc_spawn_watch {
    sigset_t before;
};
void hc_spawn_watch(struct hc_spawn_watch *watch);
void hc_spawn_unwatch(const struct hc_spawn_watch *watch);
/* Wait until some child ends: HC_OK with *pid and *code; HC_END when no child is left;
 * HC_ESIGINT or HC_ESIGTERM when this process is to stop. */
enum hc_status hc_spawn_wait(pid_t *pid, int *code, struct hc_err *err) HC_MUST_CHECK;
/* Ask the children to stop, and kill those that have not after ten seconds; wait for all.
 */
void hc_spawn_stop(const pid_t *pid, size_t count);

#endif
