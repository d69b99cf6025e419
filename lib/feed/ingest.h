/* Deliveries of one feed to record streams. */
#ifndef HC_FEED_INGEST_H
#define HC_FEED_INGEST_H

#include "base/log.h"
#include "feed/run.h"

/* The whole of it. With out_dir: an old receipt goes first, the new one comes last and says
 * whether the folder counts; a refused delivery (HC_EDATA) leaves receipt and rejects and
 * no stream. Where an accepted receipt stands, all of that happens only once the deliveries
 * are good: a refusal leaves out_dir as it was, and what it has to say in out_dir/refused.
 * HC_REJECTS when records were rejected within the allowed number. */
enum hc_status hc_ingest(const struct hc_feed *feed,
                         const struct hc_ingest_options *options, struct hc_log *log,
                         struct hc_err *err) HC_MUST_CHECK;

#endif
