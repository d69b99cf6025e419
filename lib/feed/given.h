/* The deliveries that a run is given: their names read, put in order, the same given twice
 * read once. */
#ifndef HC_FEED_GIVEN_H
#define HC_FEED_GIVEN_H

#include "base/log.h"
#include "feed/run.h"

/* Fill run->delivery from its options, in order of date and name, numbers and all.
 * HC_EUSAGE where standard input has no name, HC_EDATA for two of one name with other
 * bytes. What is likely the same under two names is warned of. passphrase may be NULL. */
enum hc_status hc_given_list(struct hc_ingest *run, const char *passphrase,
                             struct hc_log *log, struct hc_err *err) HC_MUST_CHECK;

#endif
