/* One person across payers: members joined by the rungs of a ladder, numbered so that the
 * same person has the same number next month.
 *
 * A member is (payer, current member_id). Rungs are climbed from the strongest down; on each,
 * all joins are found first and made together, so that the order of reading never shows. A
 * join that would bring together two people whom a stronger rung tells apart is not made, nor
 * is any other join of that rung it hangs together with.
 *
 * Numbers: a person keeps the number of the previous map. Where two previous persons turn out
 * to be one, the lower number stands, and members of the other carry merged_into. Where one
 * turns out to be two, the number stays with the part that has the lowest (payer, member_id)
 * and the others are new, or what they were before they merged. Members that were one person
 * stay one, though the key that told is missing now, unless a key of the ladder's differ tells
 * them apart, or what had joined them turned out to be nobody's number: hc-ingest says so in
 * their identity_keys, or more members than at_most have it. New numbers go from the highest plus 1 in order of (payer,
 * member_id): they depend on neither the order of reading nor the key of the hashes. Members
 * of the previous map who are not covered any more stay with their person.
 *
 *   hc_identity_previous(), hc_identity_add(), hc_identity_covers() for each batch
 *   hc_identity_solve()
 *   hc_identity_people() for looking up, hc_identity_next() for the map
 */
#ifndef HC_RULE_IDENTITY_H
#define HC_RULE_IDENTITY_H

#include "rule/ladder.h"
#include "rule/people.h"

struct hc_identity;
enum hc_status hc_identity_new(struct hc_identity **identity, const struct hc_ladder *ladder,
                               struct hc_err *err) HC_MUST_CHECK;
/* Add members of the previous map, their numbers made current by crosswalk (may be NULL). */
enum hc_status hc_identity_previous(struct hc_identity *identity, const struct hc_batch *batch,
                                    struct hc_crosswalk *crosswalk,
                                    struct hc_err *err) HC_MUST_CHECK;
/* Add the members of coverage with current member_id. in: the same rows before the crosswalk,
 * to know who was renamed; may be the same batch. HC_EDATA for a key that is not rung:hash. */
enum hc_status hc_identity_add(struct hc_identity *identity, const struct hc_batch *batch,
                               const struct hc_batch *in, struct hc_err *err) HC_MUST_CHECK;
/* The spans of coverage that stands (rule/restated.h), with current member_id: who is covered
 * at the same time as somebody else is another person. */
enum hc_status hc_identity_covers(struct hc_identity *identity, const struct hc_batch *batch,
                                  struct hc_err *err) HC_MUST_CHECK;
/* HC_EINTERNAL when the members of all persons are not all members. */
enum hc_status hc_identity_solve(struct hc_identity *identity, struct hc_err *err) HC_MUST_CHECK;

/* Every member with its person (what it became, where merged); the identity's own. */
struct hc_people *hc_identity_people(struct hc_identity *identity);
/* The next batch of kind member, ordered by payer, member_id; the caller's to clear and free,
 * made by the caller. HC_END when there are no more. */
enum hc_status hc_identity_next(struct hc_identity *identity, struct hc_batch *batch,
                                struct hc_err *err) HC_MUST_CHECK;
/* The same of kind change: members whose previous person became another. */
enum hc_status hc_identity_changes_next(struct hc_identity *identity, struct hc_batch *batch,
                                        struct hc_err *err) HC_MUST_CHECK;

struct hc_identity_counts {
    int64_t members, persons;
    int64_t absent;      /* members of the previous map without coverage now */
    int64_t created;     /* persons that are new */
    int64_t merged;      /* previous persons that became another */
    int64_t split;       /* persons made because a previous one turned out to be several */
    int64_t moved;       /* members that went from a previous person to another */
    int64_t births;      /* persons whose members have different birth dates */
    int64_t kept;        /* persons fewer because they were one before */
    int64_t released;    /* members that what had joined them, being nobody's, keeps no more */
    int64_t keyed;       /* coverage records that have any key */
    int64_t unknown_key; /* keys of rungs the ladder has not */
    int64_t joined[HC_RUNGS];    /* by rung: persons fewer by it */
    int64_t aged[HC_RUNGS];      /* ... of which were given different birth dates */
    int64_t twins[HC_RUNGS];     /* keys that joined members of one payer who were covered
                                    together and are called differently */
    int64_t ambiguous[HC_RUNGS]; /* keys that joined nobody: overlap */
    int64_t crowded[HC_RUNGS];   /* keys of more members than at_most */
    int64_t passed_on[HC_RUNGS]; /* members with several keys and several birth dates */
    int64_t conflicts[HC_RUNGS]; /* groups kept apart: differ */
};
void hc_identity_counts(const struct hc_identity *identity, struct hc_identity_counts *counts);
void hc_identity_free(struct hc_identity *identity);

#endif
