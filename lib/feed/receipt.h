/* receipt.json: what was delivered and what became of it. No time of day stands in it, so
 * the same delivery gives the same bytes. */
#ifndef HC_FEED_RECEIPT_H
#define HC_FEED_RECEIPT_H

#include "feed/run.h"

/* Is there anything that the verdict calls an exception? */
bool hc_receipt_exceptions(const struct hc_ingest *run);
/* The receipt's JSON into buf. */
void hc_receipt_print(const struct hc_ingest *run, const struct hc_err *why,
                      struct hc_buf *buf);
/* Write OUT_DIR/receipt.json. why describes what refused the deliveries; NULL when they are
 * accepted. */
enum hc_status hc_receipt_write(const struct hc_ingest *run, const struct hc_err *why,
                                const char *path, struct hc_err *err) HC_MUST_CHECK;

#endif
