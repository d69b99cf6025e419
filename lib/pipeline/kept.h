/* Receipts as a run keeps them: WORK/receipts/DIGEST.json, by the digest of the tool's own
 * bytes. Where hc-run compared the delivery with the one before it (pipeline/compare.h), the
 * receipt that is kept tells it as `hc-ingest --previous` would have, and is written anew
 * when the comparison changes; else it is the tool's. */
#ifndef HC_PIPELINE_KEPT_H
#define HC_PIPELINE_KEPT_H

#include "pipeline/job.h"

/* The digest of the receipt that a job left; NULL when it left none. */
const char *hc_kept_digest(const struct hc_job *job);

/* Keep the receipt of a job that is done; job->receipt is where. It outlives the delivery's
 * replacement. Nothing is written where it stands as it should. */
enum hc_status hc_kept_write(struct hc_job_set *set, struct hc_job *job,
                             struct hc_err *err) HC_MUST_CHECK;

#endif
