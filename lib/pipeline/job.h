/* A plan as jobs: one process each, an ingest step one for every delivery. */
#ifndef HC_PIPELINE_JOB_H
#define HC_PIPELINE_JOB_H

#include <sys/types.h>
#include <time.h>

#include "pipeline/plan.h"
#include "pipeline/record.h"

enum hc_job_state {
    HC_JOB_WAITING,
    HC_JOB_RUNNING,
    HC_JOB_DONE, /* record holds what it made */
    HC_JOB_FAILED,
};

/* A total of a delivery and of the one before it. */
struct hc_compared {
    const char *name, *before, *now; /* before or now NULL: not known */
    bool has_change, beyond;         /* a change in percent can be told; beyond the bound */
    int64_t change, bound;           /* in hundredths of a percent; bound -1: none */
};

struct hc_job {
    size_t step;
    const char *name;     /* "medicare/P.F0001...", "final" */
    const char *delivery; /* path, or NULL */
    const char *folder;   /* of its outputs */
    const char *log;      /* what the tool said */
    const char *state;    /* its record */
    const char *accounts; /* its books */
    enum hc_job_state status;
    bool ran;         /* in this run */
    bool had_record;  /* it ran before */
    const char *why;  /* it ran */
    const char *note; /* worth saying though it did not run */
    int code;         /* exit code, when it failed */
    pid_t pid;
    struct timespec start;
    bool late, undated;   /* with --as-of: its delivery was made later; nobody can tell */
    struct hc_mark seen;  /* of the delivery, before anything ran; sha256 NULL: not read */
    bool known, as_known; /* seen before this run; with the bytes that are there now */
    const char *was;      /* NULL, or when it was received with other bytes, not let in */
    const char *copy_of;  /* a delivery as new as this one that has the same bytes, or NULL */
    bool compared;          /* looked at (pipeline/compare.h), be there another or not */
    const char *previous;   /* delivery it was compared with, or NULL */
    const char *previous_receipt; /* its digest, "" not known */
    const char *trend;            /* what the feed does with a change beyond its bound */
    struct hc_compared *total;
    size_t totals;
    struct hc_words beyond; /* totals that differ from that one's beyond their bound */
    bool recompared;        /* in this run it or that one was read */
    const char *receipt;    /* as it is kept (pipeline/kept.h), or NULL */
    struct hc_record record;
};

struct hc_job_set {
    struct hc_plan *plan;
    struct hc_arena arena;
    const char *tools;      /* folder of the executables */
    uint64_t memory_bytes;  /* share of each process */
    const char *log_format; /* handed on; NULL: not */
    const char *temp_dir;   /* likewise */
    uint8_t salt[HC_SALT_BYTES]; /* for what is remembered of secrets */
    struct hc_job *job;     /* in plan order, deliveries by name */
    size_t jobs;
    size_t *first; /* by number of step: its first job, and how many */
    size_t *count;
};

/* Make the jobs of a plan. Nothing is looked at on disk. */
enum hc_status hc_jobs_new(struct hc_job_set *set, struct hc_plan *plan, const char *tools,
                           struct hc_err *err) HC_MUST_CHECK;
void hc_jobs_free(struct hc_job_set *set);

/* The path of a step's program. */
const char *hc_job_program(struct hc_job_set *set, const struct hc_step *step);

/* The argument vector that asks the step's tool what it would do, over all its deliveries.
 * Where an ingest step yields more kinds than one and the plan does not say which, or a
 * step has no such output, a fault is noted and HC_END returned; HC_END too when a step it
 * needs did not answer. */
enum hc_status hc_job_ask(struct hc_job_set *set, size_t step, struct hc_words *argv,
                          struct hc_err *err) HC_MUST_CHECK;

/* What job would be made by, its jobs before being done: job->record.arg and .input, with
 * digests (those of `known`, the last record, where a file did not change). Paths from
 * outside that are gone: HC_ENOINPUT.
 *   as_left   do not look at files from outside, take what is known of them */
enum hc_status hc_job_inputs(struct hc_job_set *set, struct hc_job *job,
                             const struct hc_record *known, bool as_left,
                             struct hc_err *err) HC_MUST_CHECK;
/* The argument vector to run it with, after hc_job_inputs(). */
enum hc_status hc_job_argv(struct hc_job_set *set, const struct hc_job *job,
                           struct hc_words *argv, struct hc_err *err) HC_MUST_CHECK;

/* The kind an argument stands for, NULL when that cannot be told. */
const char *hc_job_kind_of(const struct hc_plan *plan, const struct hc_step_arg *arg);

#endif
