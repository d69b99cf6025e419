/* A delivery that is read: what it is called, what was found in it, how it is to be read.
 */
#ifndef HC_FEED_DELIVERED_H
#define HC_FEED_DELIVERED_H

#include "feed/books.h"
#include "feed/name.h"
#include "feed/rejects.h"
#include "format/source.h"

#define HC_WORKER_BYTES (32u << 20) /* of --memory, for each worker there is */

struct hc_delivered {
    const char *path;      /* borrowed; "-" standard input */
    const char *name;      /* base name */
    const char *program;   /* in upper case; "" none */
    bool matched;          /* the name is the feed's */
    struct hc_named named; /* what it tells, or an entry's where it tells nothing */
    unsigned number;       /* from 1 in order of date and name */
    bool regular;          /* a file: its digest is known before it is read */
    size_t entries;
    const char *
        *entry;  /* their names, in order of number; NULL: not known before reading */
    bool opened; /* books are there */
    const char *container;
    char sha256[65];
    struct hc_known_file known; /* of a regular file: what it was when the run began */
    uint64_t bytes;
    struct hc_books books;
    struct hc_err damage; /* what broke it off; status HC_OK: nothing */
};
struct hc_deliver_options {
    bool accept[HC_FINDINGS];
    uint64_t memory_bytes;
    const char *temp_dir;
    struct hc_str identity_key; /* len 0: none */
    const char *passphrase;     /* of encrypted entries, or NULL */
    unsigned jobs; /* workers on one delivery: over its entries, or one that unpacks */
    uint64_t rejects_bytes; /* so many wait for their turn; see workers.c */
    const struct hc_inflate_engine *inflate; /* NULL: the fastest */
};

/* What messages call it: its path as given, or the name of standard input. */
const char *hc_delivery_place(const struct hc_delivered *d);
/* Say in which entry reading failed; returns status. */
enum hc_status hc_entry_failed(const struct hc_delivered *d, const char *entry,
                               enum hc_status status, struct hc_err *err);
/* Is there a finding that the feed refuses and options do not accept? */
bool hc_delivery_refused(const struct hc_delivered *d, const struct hc_feed *feed,
                         const bool *accept);
void hc_delivered_free(struct hc_delivered *d, const struct hc_feed *feed);

#endif
