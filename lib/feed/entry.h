/* Reading one entry of a delivery by its file's layout. */
#ifndef HC_FEED_ENTRY_H
#define HC_FEED_ENTRY_H

#include "feed/books.h"
#include "feed/rejects.h"

/* What becomes of the records just read: rows of block that are at fault are to be left
 * alone. Values live until the call returns. */
typedef enum hc_status hc_entry_rows(void *to, const struct hc_rows *rows,
                                     const struct hc_block *block, struct hc_err *err);
struct hc_entry_job {
    const struct hc_feed *feed;
    const struct hc_feed_file *file;
    struct hc_source *source; /* its current entry */
    struct hc_str begun;      /* what was read of it to tell what it is */
    struct hc_entry_books *books;
    struct hc_books *delivery; /* for findings */
    struct hc_rejects *rejects;
    const char *delivery_name;
    const char *delivery_place; /* what messages call it: hc_delivery_place() */
    unsigned delivery_number;
    bool of_month; /* the delivery's name says which month it is of: that of date */
    hc_day date;
    hc_entry_rows *rows; /* NULL: only count and sum */
    void *to;
};
/* Read the entry to its end. Records that break the layout go to rejects; HC_EDATA is for
 * what breaks the entry: damage, a header or column names that are not the layout's. */
enum hc_status hc_entry_read(const struct hc_entry_job *job,
                             struct hc_err *err) HC_MUST_CHECK;

#endif
