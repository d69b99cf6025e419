/* How a field's text becomes a value of a column: part of reading a feed's maps. */
#ifndef HC_FEED_CONVERSION_H
#define HC_FEED_CONVERSION_H

#include "feed/feed.h"

struct hc_target { /* what an expression has to give */
    enum hc_type type;
    const struct hc_choices *choices;
    bool summed; /* an amount of the record: kept account of */
    int64_t low, high; /* of whole numbers; both 0: the type's */
};
struct hc_reading { /* of one expression */
    struct hc_feed *feed;
    struct hc_feed_set *set;
    struct hc_faults *faults;
    struct hc_target target;
    int column; /* being mapped, -1 */
};

/* text of the feed as a value of the target's type; false with a fault when it is none. */
bool hc_value_of(const struct hc_reading *r, const struct hc_node *node, struct hc_str text,
                 int64_t *number);
/* How field number `at` is converted for the target; map is {field:, codes:, other:} or
 * NULL. false with a fault when it cannot be. */
bool hc_slot_of(const struct hc_reading *r, const struct hc_node *node,
                const struct hc_node *map, const struct hc_feed_field *field, size_t at,
                struct hc_feed_slot *slot);

#endif
