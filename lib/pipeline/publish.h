/* Publishing: only when every job is done and every edge balances, all files and then the
 * manifest. */
#ifndef HC_PIPELINE_PUBLISH_H
#define HC_PIPELINE_PUBLISH_H

#include "pipeline/manifest.h"

/* Publish what the export steps made into the plan's out folder. *published is how many
 * files were written: 0 when all of it stands there already, with its manifest. */
enum hc_status hc_publish(struct hc_exec *exec, const char *started, int64_t milliseconds,
                          size_t *published, struct hc_err *err) HC_MUST_CHECK;

#endif
