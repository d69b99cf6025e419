/* The same deliveries again: against the accepted receipt that stands. */
#ifndef HC_FEED_AGAIN_H
#define HC_FEED_AGAIN_H

#include "base/log.h"
#include "feed/run.h"

/* Hold the deliveries against the accepted receipt that stands in out_dir, if one does
 * (then run->stands): HC_EDATA for one of the same name with other bytes, or where one that
 * stands there, or its feed, is not among these; unless options->replace. Of what has no
 * digest before it is read (a folder, standard input) only the name is compared. */
enum hc_status hc_again_check(struct hc_ingest *run, const struct hc_log *log,
                              struct hc_err *err) HC_MUST_CHECK;

#endif
