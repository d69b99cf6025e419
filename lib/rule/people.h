/* Who a payer's member is: the member map in memory, and the view of a batch in which every
 * row has its current member number and, where the map knows it, its person. */
#ifndef HC_RULE_PEOPLE_H
#define HC_RULE_PEOPLE_H

#include "record/batch.h"
#include "rule/crosswalk.h"

struct hc_people; /* (payer, member_id) -> person */
enum hc_status hc_people_new(struct hc_people **people, struct hc_err *err) HC_MUST_CHECK;
/* Add the records of a batch of kind member. merged_into, where set, is the person. HC_EDATA
 * when one member has two persons. */
enum hc_status hc_people_add(struct hc_people *people, const struct hc_batch *batch,
                             struct hc_err *err) HC_MUST_CHECK;
/* Find or add a member; *member is its number, in order of first appearance. A new member's
 * person is 0 until set. */
enum hc_status hc_people_member(struct hc_people *people, struct hc_str payer,
                                struct hc_str member_id, uint32_t *member,
                                struct hc_err *err) HC_MUST_CHECK;
void hc_people_set(struct hc_people *people, uint32_t member, int64_t person);
/* Who a member's number is; the bytes stay as long as the map. */
void hc_people_name(const struct hc_people *people, uint32_t member, struct hc_str *payer,
                    struct hc_str *member_id);
/* Order of two members by payer, member_id. */
int hc_people_compare(const struct hc_people *people, uint32_t a, uint32_t b);
uint32_t hc_people_len(const struct hc_people *people);
void hc_people_free(struct hc_people *people);

struct hc_current; /* rewrites batches of one schema; any kind with these three columns */
/* crosswalk and people may be NULL: then member_id, person_id stay as they are. */
enum hc_status hc_current_new(struct hc_current **current, const struct hc_schema *schema,
                              struct hc_crosswalk *crosswalk, struct hc_people *people,
                              struct hc_err *err) HC_MUST_CHECK;
/* *view is in with the new columns; valid until the next call and as long as in is.
 * renamed counts rows whose number changed, unknown rows whose member the map lacks. */
enum hc_status hc_current_view(struct hc_current *current, const struct hc_batch *in,
                               const struct hc_batch **view, struct hc_err *err) HC_MUST_CHECK;
int64_t hc_current_renamed(const struct hc_current *current);
int64_t hc_current_unknown(const struct hc_current *current);
void hc_current_free(struct hc_current *current);

#endif
