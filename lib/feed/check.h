/* The page of hc-ingest --check: what a payer has to put right before it sends a delivery.
 * Files, records, columns, reasons and counts; no value of any record. */
#ifndef HC_FEED_CHECK_H
#define HC_FEED_CHECK_H

#include "feed/run.h"

/* What a payer has to do before it sends this: standard output, as text or JSON. why: what
 * would refuse it, status HC_OK nothing. */
enum hc_status hc_check_write(struct hc_ingest *run, const struct hc_err *why,
                              struct hc_err *err) HC_MUST_CHECK;

#endif
