/* Workers over deliveries. */
#ifndef HC_FEED_WORKERS_H
#define HC_FEED_WORKERS_H

#include "feed/run.h"

/* Read all deliveries of run, each in one worker, as if they were read one after the other:
 * rows, rejects, books and the failure told do not depend on how many workers there are.
 * options->jobs and ->memory_bytes are those of all of them together. The first failure in
 * order of deliveries ends it, and those behind it are as if they had not been opened; with
 * options of --check only one that is no verdict on the delivery does. */
enum hc_status hc_workers_read(struct hc_ingest *run,
                               const struct hc_deliver_options *options,
                               struct hc_err *err) HC_MUST_CHECK;

#endif
