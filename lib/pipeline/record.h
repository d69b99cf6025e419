/* What is remembered of a job that ended well: by what it was made, and what it made. A job
 * whose record still tells the truth is not run again; the first difference is the reason
 * why it is. */
#ifndef HC_PIPELINE_RECORD_H
#define HC_PIPELINE_RECORD_H

#include "pipeline/mark.h"
#include "pipeline/words.h"

struct hc_record {
    const char *boot;    /* of the machine, when the outputs were last verified */
    const char *program; /* "hc-dedupe" */
    const char *version;
    const char *tool_sha256; /* of the executable */
    struct hc_words arg;     /* files by the names of their marks, in braces */
    struct hc_mark *input;
    size_t inputs;
    struct hc_mark *config; /* rule files */
    size_t configs;
    struct hc_mark
        *output; /* names inside the job's folder; the accounts are one of them */
    size_t outputs;
    int code; /* 0 or 3 */
    int64_t milliseconds;
};

/* HC_END when there is none, or none that can be used (cut off, of another version). In
 * arena. */
enum hc_status hc_record_read(struct hc_record *record, const char *path,
                              struct hc_arena *arena, struct hc_err *err) HC_MUST_CHECK;
enum hc_status hc_record_write(const struct hc_record *record, const char *path,
                               struct hc_err *err) HC_MUST_CHECK;

/* Why a job would have to run again: the first difference in what it is made by, in arena.
 * NULL when there is none. */
const char *hc_record_differs(const struct hc_record *was, const struct hc_record *now,
                              struct hc_arena *arena);

/* The same, of its inputs alone. */
const char *hc_record_inputs_differ(const struct hc_record *was,
                                    const struct hc_record *now, struct hc_arena *arena);

#endif
