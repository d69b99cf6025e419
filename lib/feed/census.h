/* What the rows of one kind are about: how many members and claims, which months of service
 * and payment, how many member months. For the receipt; only counts and months leave it. */
#ifndef HC_FEED_CENSUS_H
#define HC_FEED_CENSUS_H

#include "record/batch.h"
#include "record/distinct.h"

struct hc_months { /* first and last; none while first > last */
    hc_month first, last;
};
struct hc_census {
    bool has_members, has_claims, has_service, has_paid;
    uint64_t members, claims;
    struct hc_months service, paid;
    /* coverage: different pairs of member and month. One open span, without start or end or
     * longer than a life, and member months are not known. */
    bool has_member_months;
    uint64_t member_months, open_spans;
    /* claim lines paid for ahead of time of which what would have been paid is below 0, the
     * cost share being more than what was allowed (of one taken back: above). Nothing says
     * what is right then, so they are published as they are, and told. */
    bool has_equivalents;
    uint64_t negative_equivalents;
    struct hc_distinct *member, *claim, *month;
};

/* has: columns of the rows, by number. asked: somebody wants to know; else only
 * negative_equivalents are counted. */
enum hc_status hc_census_init(struct hc_census *census, const struct hc_schema *schema,
                              const bool *has, bool asked, uint64_t memory_bytes,
                              const char *temp_dir, struct hc_err *err) HC_MUST_CHECK;
enum hc_status hc_census_add(struct hc_census *census, const struct hc_batch *batch,
                             struct hc_err *err) HC_MUST_CHECK;
/* After the last row: the counts. */
enum hc_status hc_census_end(struct hc_census *census, struct hc_err *err) HC_MUST_CHECK;
void hc_census_free(struct hc_census *census);

#endif
