/* What a tool warned of in its log. */
#ifndef HC_PIPELINE_SAID_H
#define HC_PIPELINE_SAID_H

#include "pipeline/job.h"

/* Add what the job's tool warned of when it ran last, a line each, in the set's arena.
 * Nothing where its log is gone. */
enum hc_status hc_said_warnings(struct hc_job_set *set, const struct hc_job *job,
                                struct hc_words *lines, struct hc_err *err) HC_MUST_CHECK;
/* The same of all steps that ran in this run, "step NAME: ..."; of deliveries their verdicts
 * say it (pipeline/verdict.h). */
enum hc_status hc_said_by_steps(struct hc_job_set *set, struct hc_words *lines,
                                struct hc_err *err) HC_MUST_CHECK;

#endif
