/* Numbers that payers changed: which number is a person's current one.
 *
 * A crosswalk record says "previous_id is now current_id" for one payer. Records form chains
 * of any length; every number of a chain resolves to its end. Where two records give one
 * number different successors, the newer delivery's stands, then the later end and start of
 * the previous number, then the greater successor: the order of reading never shows.
 */
#ifndef HC_RULE_CROSSWALK_H
#define HC_RULE_CROSSWALK_H

#include "record/batch.h"

struct hc_crosswalk;
struct hc_crosswalk_counts {
    int64_t records;   /* read */
    int64_t self;      /* map a number to itself: no link */
    int64_t blank;     /* one of the numbers is missing: no link */
    int64_t repeated;  /* say what another record says */
    int64_t overruled; /* give a successor that a newer record replaces */
    int64_t links;     /* numbers with a successor */
    int64_t longest;   /* links in the longest chain */
};

enum hc_status hc_crosswalk_new(struct hc_crosswalk **crosswalk,
                                struct hc_err *err) HC_MUST_CHECK;
/* Add the records of a batch of kind crosswalk. */
enum hc_status hc_crosswalk_add(struct hc_crosswalk *crosswalk, const struct hc_batch *batch,
                                struct hc_err *err) HC_MUST_CHECK;
/* Follow all chains; call once, after the last add. HC_EDATA when some run in a circle (told
 * by length and shape of a number, never by the number). */
enum hc_status hc_crosswalk_resolve(struct hc_crosswalk *crosswalk,
                                    struct hc_err *err) HC_MUST_CHECK;
/* The current number of a payer's number, itself when it never changed. The bytes stay as
 * long as the crosswalk (or are id's own). */
struct hc_str hc_crosswalk_current(struct hc_crosswalk *crosswalk, struct hc_str payer,
                                   struct hc_str id);
void hc_crosswalk_counts(const struct hc_crosswalk *crosswalk,
                         struct hc_crosswalk_counts *counts);
void hc_crosswalk_free(struct hc_crosswalk *crosswalk);

#endif
