/* Can the claims, or the coverage, of a feed be corrected by the rule that it gives? Asked
 * when a feed is read, so that its writer is told in which line, and again by what carries
 * the rule out. */
#ifndef HC_RECORD_CLAIM_RULE_H
#define HC_RECORD_CLAIM_RULE_H

#include "record/origin.h"

#define HC_RULE_COLUMNS 16                  /* at most, of a key */
extern const char *const hc_policy_names[]; /* as a feed writes them; ends with NULL */

/* HC_ECONFIG when the rule contradicts itself: err's field is the key that does, its hint
 * what to write instead. */
enum hc_status hc_claim_rule_check(const struct hc_claim_rule *rule,
                                   struct hc_err *err) HC_MUST_CHECK;
/* The same of the columns of coverage by which a newer delivery tells it anew. */
enum hc_status hc_cover_rule_check(const char *const *match, size_t matches,
                                   struct hc_err *err) HC_MUST_CHECK;

#endif
