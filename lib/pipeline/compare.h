/* Every delivery is compared with the one before it: of the same step, with the same kinds
 * of files, the nearest earlier by date, then name. By their receipts, so that a delivery
 * need not be read again because another one changed (docs/decisions/0085). */
#ifndef HC_PIPELINE_COMPARE_H
#define HC_PIPELINE_COMPARE_H

#include "pipeline/exec.h"

/* After the jobs: fills what a job was compared with, and what came of it, where a step is
 * done as a whole. HC_EDATA names the totals that the feed refuses. */
enum hc_status hc_compare(struct hc_job_set *set, struct hc_err *err) HC_MUST_CHECK;

#endif
