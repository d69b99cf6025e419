/* The ladder of identity: which keys join members, in which order, and what forbids it. Read
 * from pipelines/identity.yaml, whose comment explains the keys of the file. */
#ifndef HC_RULE_LADDER_H
#define HC_RULE_LADDER_H

#include "base/arena.h"

#define HC_RUNGS 32
struct hc_rung {
    const char *name;
    uint32_t differ; /* bits: earlier rungs that tell two people apart */
    bool refuse_overlap;
    bool refuse_births;    /* people of different birth dates are two */
    bool refuse_passed_on; /* a member of several keys and birth dates is several people */
    uint32_t at_most;   /* members a key may have; 0: any number */
};
struct hc_ladder {
    struct hc_arena arena;
    size_t rungs;
    struct hc_rung rung[HC_RUNGS]; /* strongest first */
};
/* HC_ECONFIG with every fault of the file; HC_ENOINPUT. Free also after a failure. */
enum hc_status hc_ladder_read(struct hc_ladder *ladder, const char *path,
                              struct hc_err *err) HC_MUST_CHECK;
void hc_ladder_free(struct hc_ladder *ladder);

#endif
