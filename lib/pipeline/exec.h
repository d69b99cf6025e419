/* Carrying out a plan: jobs side by side, skipped where nothing changed, remembered when
 * they ended well and their accounts agree. */
#ifndef HC_PIPELINE_EXEC_H
#define HC_PIPELINE_EXEC_H

#include "pipeline/edges.h"
#include "pipeline/fresh.h"

struct hc_exec_options {
    size_t side_by_side; /* processes */
    bool force;
    const char *only; /* NULL: all steps */
    const char *from;
};

struct hc_exec;
/* Called when job was decided on, started, or ended; for progress. */
typedef void hc_exec_tell(void *self, const struct hc_exec *exec, const struct hc_job *job);

struct hc_exec {
    struct hc_job_set *set;
    const struct hc_exec_options *options;
    struct hc_fresh fresh;
    struct hc_edges edges;
    bool *chosen; /* by step: may run */
    bool *taken;  /* by step: what it left is taken as it is */
    size_t running;
    size_t ran, kept;            /* jobs */
    bool rejects;                /* some tool ended with 3 */
    const struct hc_job *failed; /* the first in plan order */
    hc_exec_tell *tell;
    void *self;
};

/* Prepare, after hc_check_steps() found no fault. HC_EUSAGE for an unknown step. */
enum hc_status hc_exec_new(struct hc_exec *exec, struct hc_job_set *set,
                           const struct hc_exec_options *options,
                           struct hc_err *err) HC_MUST_CHECK;
/* Run. HC_OK when every chosen job is done and balanced; else the status of the first job,
 * in plan order, that failed, err naming it; HC_ESIGINT, HC_ESIGTERM with all children
 * gone. */
enum hc_status hc_exec_run(struct hc_exec *exec, struct hc_err *err) HC_MUST_CHECK;
/* Only decide: job->why is set where a job would run. */
enum hc_status hc_exec_decide(struct hc_exec *exec, struct hc_err *err) HC_MUST_CHECK;

#endif
