/* Parameters of a pipeline: from params, --set and ${ENV:NAME}, never from data. */
#ifndef HC_PIPELINE_PARAMS_H
#define HC_PIPELINE_PARAMS_H

#include "base/opt.h"
#include "base/yaml.h"

struct hc_param {
    const char *name;
    const char
        *text; /* as written, for the manifest: a value of the environment stays out */
    const char *value; /* put in for ${name}; NULL: must be given with --set */
};
struct hc_params {
    struct hc_arena *arena;
    struct hc_param *param;
    size_t count;
};

/* Read the `params` map (may be NULL), then the settings "K=V", then ${out}. Faults go to
 * faults; a setting of a parameter the pipeline does not have is HC_EUSAGE. A parameter may
 * use those written before it. */
enum hc_status hc_params_read(struct hc_params *params, struct hc_arena *arena,
                              const struct hc_node *map, const struct hc_opt_list *settings,
                              const char *out, struct hc_faults *faults,
                              struct hc_err *err) HC_MUST_CHECK;

/* The node's text with ${NAME} and ${ENV:NAME} put in, $$ for a dollar sign; NULL after a
 * fault. In the params' arena. */
const char *hc_params_expand(const struct hc_params *params, const struct hc_node *node,
                             struct hc_faults *faults);

#endif
