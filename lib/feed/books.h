/* The accounts of one delivery: what every entry held and what became of it. Records: read
 * = mapped + attached + skipped + rejected + unattached. Amounts, each field that is summed
 * as delivered: source = used + not used + rejected + unattached + skipped + rounding.
 */
#ifndef HC_FEED_BOOKS_H
#define HC_FEED_BOOKS_H

#include "feed/feed.h"
#include "feed/map.h"

/* Why a record that belongs to another was set aside. UNATTACHED(id, name). */
#define HC_UNATTACHED_LIST                                                                 \
    UNATTACHED(no_claim, "no_claim") /* no record of its claim */                          \
    UNATTACHED(no_line, "no_line")   /* the claim is there, the line is not */             \
    UNATTACHED(repeated, "repeated") /* its claim or line has such a record already */
enum hc_unattached {
#define UNATTACHED(id, name) HC_UNATTACHED_##id,
    HC_UNATTACHED_LIST
#undef UNATTACHED
        HC_UNATTACHEDS
};
const char *hc_unattached_name(enum hc_unattached reason);

struct hc_amount_books { /* a field that is summed, in ten-thousandths */
    struct hc_source_sum source;
    hc_i128 rejected_e4;
    uint64_t populated; /* records that fill it; where it has a threshold */
    uint64_t misshapen,
        first_misshapen; /* texts of another shape; the first one's record */
    char found_shape[HC_SHAPE_SIZE];
    /* where a number without a point has implied decimals; see feed/doubts.h */
    uint64_t pointed, first_pointed; /* written with a point, zero or not */
    uint64_t whole, first_whole;     /* without, and not zero; first: record */
};
struct hc_slot_books {   /* a slot; amounts of a decimal one in units of its scale */
    hc_i128 good;        /* of records that were not rejected */
    hc_i128 rounding_e4; /* as delivered - as rounded, of the same */
    hc_i128 unattached;
    hc_i128 skipped; /* no record set of a wanted kind takes it */
    /* codes that its map does not list, where the map doubts them; see feed/doubts.h */
    uint64_t unknown, first_unknown;
    char unknown_shape[HC_SHAPE_SIZE]; /* of the first */
};
struct hc_entry_books {
    unsigned number;
    const char *name;
    int file;                   /* -1: not known to the feed, not read */
    bool doubled;               /* another entry is that file: counted, all skipped */
    bool leftover;              /* of a file manager (.DS_Store): no part of a delivery */
    bool undecided;             /* no name tells what it is, its first resource may */
    bool by_resource;           /* that told it */
    uint64_t records;           /* without header, names and trailer */
    uint64_t split;             /* of records: those that have fields at all */
    uint64_t shortest, longest; /* bytes of a record */
    const char *version;        /* of the layout; NULL none, "" without a name */
    uint64_t content;           /* of a file that comes in parts: a hash of its records */
    uint64_t mapped, attached, skipped, blank;
    uint64_t headless; /* rows of records whose header is not there (no_header: keep) */
    uint64_t rejected[HC_FAULT_KINDS];
    uint64_t unattached[HC_UNATTACHEDS];
    bool has_told; /* a trailer told a number of records */
    int64_t told;
    bool has_period; /* a header or trailer told one */
    hc_day period_first, period_last;
    uint64_t outside, first_outside; /* records dated outside; the first one's number */
    struct hc_amount_books
        *amount; /* by field of the file; source.values etc. 0 if not summed */
    struct hc_slot_books *slot; /* by slot of the file */
};
struct hc_note { /* a finding */
    enum hc_finding finding;
    char *what;
};
struct hc_books {
    struct hc_arena arena;
    size_t entries;
    struct hc_entry_books *entry;    /* by number - 1 */
    struct hc_entry_books **by_file; /* the first entry of each file of the feed, or NULL */
    size_t notes, cap_notes;
    struct hc_note *note;
    struct hc_mapper *mapper; /* one a record set; uses are the books of the maps */
    uint64_t *made;           /* by record set: rows made of a header without lines */
    uint64_t *rows;           /* by record set: rows out */
};

/* has: by kind, the columns that are wanted; NULL all of them. */
enum hc_status hc_books_init(struct hc_books *books, const struct hc_feed *feed,
                             size_t entries, const bool *const has[HC_KINDS],
                             struct hc_err *err) HC_MUST_CHECK;
void hc_books_free(struct hc_books *books, const struct hc_feed *feed);
/* Books for what one entry adds, read in a thread of its own: it writes its entry's books
 * in place, and the rest here. */
enum hc_status hc_books_part(struct hc_books *part, const struct hc_books *whole,
                             const struct hc_feed *feed, const bool *const has[HC_KINDS],
                             struct hc_err *err) HC_MUST_CHECK;
/* Add that to whole; part is empty then. Entries in their order. */
enum hc_status hc_books_add(struct hc_books *whole, struct hc_books *part,
                            const struct hc_feed *feed, struct hc_err *err) HC_MUST_CHECK;
void hc_books_part_free(struct hc_books *part, const struct hc_feed *feed);
/* Does a feed's field go into the sums as delivered? */
bool hc_field_summed(const struct hc_feed_field *field);
/* Hundredths of a percent of the records that fill a field, rounded down. */
int hc_entry_populated(const struct hc_entry_books *entry, size_t field);
/* Note a finding; printf. false when out of memory. */
bool hc_books_find(struct hc_books *books, enum hc_finding finding, const char *format, ...)
    HC_PRINTF(3, 4);
uint64_t hc_entry_rejected(const struct hc_entry_books *entry);
uint64_t hc_entry_unattached(const struct hc_entry_books *entry);
/* HC_EINTERNAL (70) unless every account of every entry balances. */
enum hc_status hc_books_check(const struct hc_books *books, const struct hc_feed *feed,
                              struct hc_err *err) HC_MUST_CHECK;
/* The account of one amount field of a file, all its entries together, as the receipt
 * prints it (ten-thousandths). */
struct hc_amount_account {
    uint64_t records;
    hc_i128 delivered, rejected, unattached, skipped, rounding;
};
struct hc_amount_account hc_amount_account(const struct hc_books *books,
                                           const struct hc_feed *feed, int file, int slot);

#endif
