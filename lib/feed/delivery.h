/* One delivery: its entries, each read once, its control totals checked, its rows made. */
#ifndef HC_FEED_DELIVERY_H
#define HC_FEED_DELIVERY_H

#include "feed/delivered.h"
#include "feed/making.h"

/* Read it all and make its rows. HC_EDATA for damage (also kept in d->damage). What is
 * wrong with it as a whole goes to d->books as findings; then no joined rows are made. Rows
 * and rejects wait in making and rejects for their turn; what of rejects does not fit goes
 * to `all` once it has come. */
enum hc_status hc_deliver(struct hc_delivered *d, const struct hc_feed *feed,
                          const struct hc_deliver_options *options,
                          struct hc_making *making, struct hc_rejects *rejects,
                          struct hc_rejects *all, struct hc_err *err) HC_MUST_CHECK;

#endif
