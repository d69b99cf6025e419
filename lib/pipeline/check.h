/* The whole plan checked before anything runs: every step's tool is asked what it would do.
 */
#ifndef HC_PIPELINE_CHECK_H
#define HC_PIPELINE_CHECK_H

#include "pipeline/job.h"

/* Ask the tools of all steps in order; what they answer (version, rule files, kinds) goes
 * into the plan, what they complain of becomes faults of it, as do edges on which a tool
 * expects another kind than it is given. Steps behind one that did not answer are left out.
 */
enum hc_status hc_check_steps(struct hc_job_set *set, struct hc_err *err) HC_MUST_CHECK;

#endif
