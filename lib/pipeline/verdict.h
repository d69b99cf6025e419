/* What the receipt of one delivery says that a run goes by. */
#ifndef HC_PIPELINE_VERDICT_H
#define HC_PIPELINE_VERDICT_H

#include "base/date.h"
#include "pipeline/job.h"

enum { HC_MEASURES = 8 };

/* A total of a delivery, and by how much it may differ from the delivery before. */
struct hc_measure {
    const char *name, *text;
    int64_t value; /* in hundredths */
    int64_t bound; /* in hundredths of a percent; -1 none */
};
struct hc_verdict {
    bool accepted, dated;
    hc_day day;              /* the delivery was made, where dated */
    const char *text;        /* "accepted with exceptions"; NULL: it does not say */
    struct hc_words against; /* what it was accepted with, a line each */
    const char *like;        /* what is compared: kinds of its files, and its cycle */
    const char *trend;       /* action when a total is beyond its bound; NULL: no bounds */
    struct hc_measure measure[HC_MEASURES];
    size_t measures;
};

/* In the set's arena. HC_EINTERNAL when the tool left none that can be read. */
enum hc_status hc_verdict_read(struct hc_verdict *verdict, struct hc_job_set *set,
                               const struct hc_job *job, struct hc_err *err) HC_MUST_CHECK;

/* What the deliveries that were read in this run were accepted with, as lines for people,
 * and where to read on. */
enum hc_status hc_verdict_warnings(struct hc_job_set *set, struct hc_words *lines,
                                   struct hc_err *err) HC_MUST_CHECK;

#endif
