/* Deliveries held against the history of the work folder: what was received once stays what
 * is counted until somebody says otherwise. */
#ifndef HC_PIPELINE_INTAKE_H
#define HC_PIPELINE_INTAKE_H

#include "pipeline/exec.h"

/* Before anything runs. HC_EDATA when a delivery has other bytes than were received, or the
 * bytes of another; HC_ENOINPUT when one is only gone; HC_EUSAGE when a pattern of --replace
 * or --withdraw names nothing. err lists the deliveries and says what can be done. Nothing
 * is written. */
enum hc_status hc_intake_check(struct hc_exec *exec, struct hc_err *err) HC_MUST_CHECK;

/* Under the lock, before the first job: write down what is withdrawn. */
enum hc_status hc_intake_withdraw(struct hc_exec *exec, struct hc_err *err) HC_MUST_CHECK;

/* What hc_intake_withdraw() would write down, as STEP/NAME; in the set's arena. */
enum hc_status hc_intake_withdrawing(struct hc_job_set *set, struct hc_words *names,
                                     struct hc_err *err) HC_MUST_CHECK;

/* After the jobs, however they ended: write down what was taken in. HC_EDATA when two new
 * deliveries turned out to be one sent twice; the second then counts as not taken in. */
enum hc_status hc_intake_note(struct hc_exec *exec, struct hc_err *err) HC_MUST_CHECK;

/* Deliveries of the plan's steps that are left out, as STEP/NAME in the order of the
 * history; in the set's arena. */
enum hc_status hc_intake_left_out(struct hc_job_set *set, struct hc_words *names,
                                  struct hc_err *err) HC_MUST_CHECK;

#endif
