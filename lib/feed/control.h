/* Control totals: what one file of a delivery says about the others, in both directions. */
#ifndef HC_FEED_CONTROL_H
#define HC_FEED_CONTROL_H

#include "feed/books.h"

struct hc_told { /* one row of the control file */
    const char *type, *count, *length;
    uint64_t record;
};
struct hc_control { /* zero-initialise */
    size_t rows, cap;
    struct hc_told *row;
};
/* Keep the rows just read of the control file (texts into books' arena). */
enum hc_status hc_control_add(struct hc_control *control, const struct hc_feed *feed,
                              struct hc_books *books, const struct hc_rows *rows,
                              const struct hc_block *block,
                              struct hc_err *err) HC_MUST_CHECK;
/* Compare what was told with what was read; differences become findings, both numbers in
 * each. */
enum hc_status hc_control_check(const struct hc_control *control,
                                const struct hc_feed *feed, struct hc_books *books,
                                struct hc_err *err) HC_MUST_CHECK;
void hc_control_free(struct hc_control *control);

#endif
