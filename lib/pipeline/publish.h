/* Publishing: only when every job is done and every edge balances, all files and then the
 * manifest. */
#ifndef HC_PIPELINE_PUBLISH_H
#define HC_PIPELINE_PUBLISH_H

#include "pipeline/manifest.h"

/* Deliveries that the last publication counted and the plan no longer has, as STEP/NAME, in
 * the set's arena. A job that it did not count though a record of it was left gets a note. */
enum hc_status hc_publish_gone(struct hc_job_set *set, struct hc_words *gone,
                               struct hc_err *err) HC_MUST_CHECK;

/* Publish what the export steps made into the plan's out folder. *published is how many
 * files were written: 0 when all of it stands there already, with its manifest.
 * *why is what was found wrong with the files published before, NULL when they were good or
 * there were none; in the set's arena. */
enum hc_status hc_publish(struct hc_exec *exec, const char *started, int64_t milliseconds,
                          size_t *published, const char **why, struct hc_err *err) HC_MUST_CHECK;

#endif
