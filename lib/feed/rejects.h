/* Records that could not be read, kept for rejects.csv: raw, so PHI. */
#ifndef HC_FEED_REJECTS_H
#define HC_FEED_REJECTS_H

#include "base/file.h"
#include "format/records.h"

#define HC_REJECTS_LISTED 100000     /* more are counted, not listed */
#define HC_REJECTS_BYTES (64u << 20) /* of raw records kept */

struct hc_reject {
    const char *delivery, *entry; /* borrowed */
    unsigned delivery_number, entry_number;
    uint64_t record, offset;
    const char *field, *reason; /* reason borrowed */
    const char *message;
    struct hc_str raw;
};
#define HC_TALLY_RECORDS 5
struct hc_tally { /* records of one entry rejected for one reason in one column */
    const char *delivery, *entry, *field, *reason;
    const char *message; /* of the first found */
    unsigned delivery_number, entry_number;
    uint64_t count;
    uint64_t record[HC_TALLY_RECORDS]; /* the first of them */
};
struct hc_rejects { /* zero-initialise */
    struct hc_arena arena;
    struct hc_reject *reject;
    size_t count, cap;
    uint64_t total, raw_bytes;
    struct hc_err first; /* in order of delivery, entry, record */
    unsigned first_delivery, first_entry;
    size_t tallies, cap_tallies;
    struct hc_tally *tally; /* of all records rejected, listed or not */
};

/* Keep one; err describes it, place and all. */
enum hc_status hc_rejects_add(struct hc_rejects *rejects, const struct hc_reject *reject,
                              const struct hc_err *why, struct hc_err *err) HC_MUST_CHECK;
/* Add those of `from`, which come behind: as if each had been kept in `rejects`. `from` is
 * left empty. */
enum hc_status hc_rejects_merge(struct hc_rejects *rejects, struct hc_rejects *from,
                                struct hc_err *err) HC_MUST_CHECK;
/* Put the tallies in order of delivery, entry, field and reason. */
void hc_rejects_order(struct hc_rejects *rejects);
/* CSV in order of delivery, entry, record; control bytes, '%' and line ends of raw records
 * as %XX. 0600, committed. */
enum hc_status hc_rejects_write(struct hc_rejects *rejects, const char *path,
                                struct hc_err *err) HC_MUST_CHECK;
void hc_rejects_free(struct hc_rejects *rejects);

#endif
