/* A run's totals, and how far they are from those of the previous delivery's receipt. */
#ifndef HC_FEED_TREND_H
#define HC_FEED_TREND_H

#include "base/log.h"
#include "feed/run.h"

/* A total as the receipt writes it. */
const char *hc_total_text(enum hc_trend trend, hc_i128 value, char out[HC_NUM_SIZE]);
/* Change in hundredths of a percent; false where there is none: nothing before. */
bool hc_total_change(const struct hc_comparison *c, enum hc_trend trend, hc_i128 *change);
/* Read options->previous: HC_EDATA unless it is an accepted receipt of the same feed. */
enum hc_status hc_trend_read(struct hc_ingest *run, struct hc_err *err) HC_MUST_CHECK;
/* Compare the totals with it; what is beyond a bound is a finding of the newest delivery,
 * and HC_EDATA where the feed refuses it. */
enum hc_status hc_trend_check(struct hc_ingest *run, struct hc_log *log,
                              struct hc_err *err) HC_MUST_CHECK;

#endif
