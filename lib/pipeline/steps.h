/* One step of a pipeline file: its keys, read by the table of tools, as arguments. */
#ifndef HC_PIPELINE_STEPS_H
#define HC_PIPELINE_STEPS_H

#include "pipeline/plan.h"

/* Fill step from its node. Faults go to plan->faults; only lack of memory is an error. All
 * steps must have their names already: references are resolved here. */
enum hc_status hc_step_read(struct hc_plan *plan, struct hc_step *step,
                            struct hc_err *err) HC_MUST_CHECK;
/* Two steps that publish one file are a fault. */
void hc_steps_check_publish(struct hc_plan *plan);
/* Keys of map must be in allowed; keys of later versions are named as such. */
void hc_step_check_keys(struct hc_faults *faults, const struct hc_node *map,
                        const char *const *allowed);

#endif
