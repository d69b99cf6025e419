/* Messages on standard error: text for people, JSON lines for machines. */
#ifndef HC_BASE_LOG_H
#define HC_BASE_LOG_H

#include "base/err.h"

enum hc_level { HC_LOG_WARN, HC_LOG_NOTE, HC_LOG_COUNTS };

struct hc_log {
    FILE *out;
    const char *tool;
    bool json;
    bool quiet;   /* errors only */
    bool verbose; /* notes and counts too */
};

/* WARN: always but with -q ("warning: ..."). NOTE: with -v. COUNTS: with -v, or when
 * log->verbose was set by the caller because a record was rejected. log may be NULL. */
void hc_log(const struct hc_log *log, enum hc_level level, const char *format, ...)
    HC_PRINTF(3, 4);
/* The error, in the log's format. */
void hc_log_err(const struct hc_log *log, const struct hc_err *err);

#endif
