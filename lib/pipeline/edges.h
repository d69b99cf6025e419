/* The accounts of each edge: what a job read is what the jobs before it made. */
#ifndef HC_PIPELINE_EDGES_H
#define HC_PIPELINE_EDGES_H

#include "pipeline/books.h"
#include "pipeline/job.h"

struct hc_edges {
    struct hc_job_set *set;
    struct hc_books **books; /* by job, read when first wanted */
};
enum hc_status hc_edges_new(struct hc_edges *edges, struct hc_job_set *set,
                            struct hc_err *err) HC_MUST_CHECK;
/* HC_EINTERNAL when what job made or read is not accounted for; HC_EDATA when a stream was
 * altered between the step that made it and the one that read it. */
enum hc_status hc_edges_check(struct hc_edges *edges, const struct hc_job *job,
                              struct hc_err *err) HC_MUST_CHECK;
/* Rows that a job that ended well made, of all kinds. */
enum hc_status hc_edges_rows(struct hc_edges *edges, const struct hc_job *job, int64_t *rows,
                             struct hc_err *err) HC_MUST_CHECK;
/* The total of what was handed to job in streams of kind, made by its inputs; rows -1 when
 * it was given none. */
enum hc_status hc_edges_made(struct hc_edges *edges, const struct hc_job *job,
                             const char *kind, struct hc_book_entry *total,
                             struct hc_err *err) HC_MUST_CHECK;

#endif
