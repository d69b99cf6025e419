/* Which number a person has: kept from the previous map, or new. */
#ifndef HC_RULE_NUMBERING_H
#define HC_RULE_NUMBERING_H

#include "rule/joining.h"

struct hc_numbering { /* zero-initialise */
    int64_t highest;
};
/* The previous map says: this member was number, which had become became. HC_EDATA when it
 * says two things of one member that no crosswalk brought together. */
enum hc_status hc_numbering_claim(struct hc_numbering *numbering, struct hc_member_fact *fact,
                                  int64_t number, int64_t became, struct hc_err *err)
    HC_MUST_CHECK;
/* Fill fact.number and fact.person. order: members by payer, member_id; root: by member, the
 * one that stands for its person. */
enum hc_status hc_numbering_solve(struct hc_numbering *numbering, struct hc_member_fact *fact,
                                  const uint32_t *order, uint32_t members, uint32_t *root,
                                  struct hc_identity_counts *counts, struct hc_err *err)
    HC_MUST_CHECK;

#endif
