/* Who works where, and which practice takes part in which program when: provider records made
 * for looking up. Nothing depends on their order. */
#ifndef HC_RULE_ROSTER_H
#define HC_RULE_ROSTER_H

#include "record/batch.h"

struct hc_roster;
enum hc_status hc_roster_new(struct hc_roster **roster, struct hc_err *err) HC_MUST_CHECK;
/* Add records of kind provider. */
enum hc_status hc_roster_add(struct hc_roster *roster, const struct hc_batch *batch,
                             struct hc_err *err) HC_MUST_CHECK;
/* The practice of a provider under a tax number on a day: by (tax_id, npi) on that day, at any
 * time, else by tax_id alone; the lowest practice_id of several. A tax number that is not on
 * the roster is a practice by itself. Length 0 when tax_id is blank and npi is unknown. */
struct hc_str hc_roster_practice(struct hc_roster *roster, struct hc_str tax_id,
                                 struct hc_str npi, hc_day day);
/* The practice of a provider: one that takes part in program on that day, else any of that
 * day, else any; the lowest of several. Length 0: not on the roster. */
struct hc_str hc_roster_practice_of_npi(struct hc_roster *roster, struct hc_str npi,
                                        const char *program, hc_day day);
struct hc_str hc_roster_specialty(struct hc_roster *roster, struct hc_str npi);
/* Does the practice take part in program on that day, in which organisation? The lowest
 * aco_id of several. */
bool hc_roster_takes_part(struct hc_roster *roster, struct hc_str practice,
                          const char *program, hc_day day, struct hc_str *aco_id);
struct hc_str hc_roster_hsa(struct hc_roster *roster, struct hc_str practice);
void hc_roster_free(struct hc_roster *roster);

#endif
