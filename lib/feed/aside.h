/* Records of the files of one join group, put aside until all of them have been read: in
 * memory while they fit, beyond that by a hash of their claim in unlinked temporary files.
 * Which of the two, and how many parts there are, never shows. */
#ifndef HC_FEED_ASIDE_H
#define HC_FEED_ASIDE_H

#include <stdatomic.h>

#include "feed/map.h"

/* Where a record stands: entry and ordinal in one number that puts them in order. */
#define HC_PLACE_BITS 40
static inline int64_t hc_place(unsigned entry, uint64_t ordinal) {
    return ((int64_t)entry << HC_PLACE_BITS) + (int64_t)ordinal;
}
static inline unsigned hc_place_entry(int64_t place) {
    return (unsigned)(place >> HC_PLACE_BITS);
}
static inline int64_t hc_place_record(int64_t place) {
    return place & (((int64_t)1 << HC_PLACE_BITS) - 1);
}

/* What all groups of a delivery hold in memory together: it is mostly one of them that is
 * large. Must outlive them. */
struct hc_aside_room {
    uint64_t most;
    _Atomic uint64_t held;
};
struct hc_aside;
/* parts: how many, should the records not fit into room; then they take memory_bytes. */
enum hc_status hc_aside_new(struct hc_aside **aside, const struct hc_feed *feed, int group,
                            unsigned parts, struct hc_aside_room *room,
                            uint64_t memory_bytes, const char *temp_dir,
                            struct hc_err *err) HC_MUST_CHECK;
/* Put the records just read from an entry (its number) of a file aside; rows at fault are
 * left out. Each file may have a thread of its own; entries of one file come in order. */
enum hc_status hc_aside_add(struct hc_aside *aside, int file, unsigned entry,
                            const struct hc_rows *rows, const struct hc_block *block,
                            struct hc_err *err) HC_MUST_CHECK;
/* After the last: how many parts are to be loaded, 1 when all fitted. */
enum hc_status hc_aside_end(struct hc_aside *aside, unsigned *parts,
                            struct hc_err *err) HC_MUST_CHECK;
/* Load a part, in place of the one before: every claim is in one of them as a whole. */
enum hc_status hc_aside_load(struct hc_aside *aside, unsigned part,
                             struct hc_err *err) HC_MUST_CHECK;
/* Of the part loaded: a column a slot, then the record's place; in order of the records.
 * NULL for a file that is not of the group. */
const struct hc_batch *hc_aside_batch(const struct hc_aside *aside, int file);
/* Of the part loaded: slots that are known to be null in every record. */
const bool *hc_aside_empty(const struct hc_aside *aside, int file);
void hc_aside_free(struct hc_aside *aside);

#endif
