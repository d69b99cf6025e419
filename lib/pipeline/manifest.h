/* The manifest of a run: what was read, by what, with which arguments, what came in, went
 * out and was set aside, and what was published. It is the last file written: a folder of
 * published files without it counts as nothing. */
#ifndef HC_PIPELINE_MANIFEST_H
#define HC_PIPELINE_MANIFEST_H

#include "base/arena.h"
#include "pipeline/exec.h"

struct hc_published {
    const struct hc_job *job;
    const char *name; /* inside the folder */
    const char *from; /* in the work folder */
    const char *sha256;
    uint64_t size;
    bool public_;
};

struct hc_manifest {
    struct hc_exec *exec;
    const struct hc_published *published;
    size_t count;
    const char *started;  /* wall clock, for people */
    int64_t milliseconds; /* since then, by the monotonic clock */
};

/* As JSON into text. */
enum hc_status hc_manifest_write(const struct hc_manifest *manifest, struct hc_buf *text,
                                 struct hc_err *err) HC_MUST_CHECK;

#endif
