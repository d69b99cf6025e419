/* The records behind a block of rows, while it fills. */
#ifndef HC_FEED_BEHIND_H
#define HC_FEED_BEHIND_H

#include "feed/map.h"

struct hc_behind {
    struct hc_context context; /* of what follows; rows is the caller's */
    int64_t **row;             /* by file; -1 until set */
    const uint32_t ***many;    /* by file */
    size_t **manies;
    struct hc_claim_rows *claim;
    int64_t *entry, *record; /* of the source, by row */
    int alone;               /* basis of rows without a claim */
    struct hc_arena arena;
};
enum hc_status hc_behind_init(struct hc_behind *behind, size_t files,
                              struct hc_err *err) HC_MUST_CHECK;
/* Every row is a claim of its own. */
void hc_behind_alone(struct hc_behind *behind);
void hc_behind_free(struct hc_behind *behind);

#endif
