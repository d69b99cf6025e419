/* What every executable does first and last: signals, core dumps, umask, --help, the last
 * message and the exit code. */
#ifndef HC_BASE_TOOL_H
#define HC_BASE_TOOL_H

#include <signal.h>

#include "base/log.h"
#include "base/opt.h"

#ifndef HC_VERSION
#define HC_VERSION "0.1.0"
#endif

/* The one mutable global: set by SIGINT (2) and SIGTERM (15). Loops look at it once a batch
 * through hc_stopped(). */
extern volatile sig_atomic_t hc_stop_signal;
enum hc_status hc_stopped(struct hc_err *err) HC_MUST_CHECK; /* HC_OK, HC_ESIGINT, HC_ESIGTERM */

/* A tool's work: config is filled, argv[0..argc-1] are the arguments that are no options. */
typedef enum hc_status hc_tool_run(void *config, int argc, char **argv, struct hc_log *log,
                                   struct hc_err *err);

/* The whole main(): umask 077, no core dumps, SIGPIPE and SIGXFSZ ignored, SIGINT/SIGTERM
 * noted; parse; answer --help and --version; run; print the error; return the exit code.
 *   config         the tool's struct with defaults filled in
 *   common_offset  offsetof(struct config, common); memory and log format get defaults */
int hc_tool_main(const struct hc_cmd *cmd, int argc, char **argv, void *config,
                 size_t common_offset, hc_tool_run *run);

/* The umask the caller had (hc_tool_main sets 077). */
unsigned hc_caller_umask(void);

#endif
