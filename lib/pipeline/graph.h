/* The step graph for people and for other programs. */
#ifndef HC_PIPELINE_GRAPH_H
#define HC_PIPELINE_GRAPH_H

#include "pipeline/plan.h"

/* form is "text", "dot" or "mermaid"; HC_EUSAGE for another. */
enum hc_status hc_graph(const struct hc_plan *plan, const char *form, struct hc_buf *text,
                        struct hc_err *err) HC_MUST_CHECK;

#endif
