/* Is what a job left behind still what it would make? If not, why. */
#ifndef HC_PIPELINE_FRESH_H
#define HC_PIPELINE_FRESH_H

#include "pipeline/job.h"

struct hc_fresh {
    struct hc_job_set *set;
    const char *boot;         /* what the kernel calls this boot */
    const char **tool_sha256; /* by step */
    struct hc_mark **config;  /* by step: its rule files */
    bool *known;              /* by step: some job of it has a record at the start */
    bool force;
    bool look_only; /* write nothing, not even that a file was touched */
};

/* Digests of the tools and rule files of all steps, in the set's arena. */
enum hc_status hc_fresh_prepare(struct hc_fresh *fresh, struct hc_job_set *set, bool force,
                                struct hc_err *err) HC_MUST_CHECK;

/* Decide on job, whose jobs before are done. HC_OK: job->record is what it left, verified,
 * and job->why is NULL; or job->record is what to run it by and job->why says why. */
enum hc_status hc_fresh_decide(struct hc_fresh *fresh, struct hc_job *job,
                               struct hc_err *err) HC_MUST_CHECK;

/* Take what job left as it is, without looking at what it was made by: HC_ENOINPUT when it
 * left nothing, or something that has changed since. */
enum hc_status hc_fresh_take(struct hc_fresh *fresh, struct hc_job *job,
                             struct hc_err *err) HC_MUST_CHECK;

/* After job ran: its outputs found, digested and written down. HC_EINTERNAL when it left
 * not what it should have. */
enum hc_status hc_fresh_outputs(struct hc_fresh *fresh, struct hc_job *job,
                                struct hc_err *err) HC_MUST_CHECK;

/* With --as-of, of a delivery that was taken in: was it made later? By its receipt. */
enum hc_status hc_fresh_date(const struct hc_fresh *fresh, struct hc_job *job,
                             struct hc_err *err) HC_MUST_CHECK;

/* Have the inputs from outside changed since hc_fresh_decide()? HC_ETEMP names the first.
 */
enum hc_status hc_fresh_inputs_stand(const struct hc_job *job,
                                     struct hc_err *err) HC_MUST_CHECK;

#endif
