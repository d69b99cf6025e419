/* What lies beside the deliveries and no step takes in: easily a month that is not counted
 * because its name is spelled otherwise. */
#ifndef HC_PIPELINE_STRAYS_H
#define HC_PIPELINE_STRAYS_H

#include "pipeline/plan.h"

/* Add a line for each folder of deliveries in which something matches no step, in the
 * plan's arena. Only folders that a pattern looks into; what a step names is not stray, nor
 * are names that begin with '.'. */
enum hc_status hc_strays_find(struct hc_plan *plan, struct hc_words *lines,
                              struct hc_err *err) HC_MUST_CHECK;

/* "NAME, NAME, NAME and 4 more", in arena; NULL when out of memory. */
const char *hc_name_some(struct hc_arena *arena, const struct hc_words *names);

#endif
