/* The table of tools a pipeline step can use: which keys it takes, how each becomes part of
 * an argument vector, and which outputs it yields. Help, checks and plans walk it; a new
 * tool is one more row here. */
#ifndef HC_PIPELINE_TOOLS_H
#define HC_PIPELINE_TOOLS_H

#include <stdbool.h>
#include <stddef.h>

enum hc_key_form {
    HC_KEY_DELIVERIES, /* paths and patterns; each match is a process of its own */
    HC_KEY_STREAMS,    /* outputs of steps, or paths: one or a list */
    HC_KEY_NAMED,      /* a map of name: outputs, given as NAME=FILE */
    HC_KEY_TEXT,       /* a scalar */
    HC_KEY_LIST,       /* one scalar or a list, the option repeated for each */
    HC_KEY_JOINED,     /* one scalar or a list, joined by commas */
    HC_KEY_PAIRS,      /* a map of scalars, given as KEY=VALUE */
    HC_KEY_FLAG,       /* true or false */
    HC_KEY_FILE,       /* a path whose content counts */
    HC_KEY_SECRET,  /* a path whose content counts, its digest kept out of the manifest */
    HC_KEY_PUBLISH, /* the file the step publishes, inside ${out} */
};

struct hc_step_key {
    const char *name; /* in the YAML; NULL ends the list */
    enum hc_key_form form;
    const char *option; /* put before the value: "--feed=", or "" for an argument */
    bool required;
};

struct hc_step_output {
    const char *name;   /* STEP.NAME in the YAML and the kind of the stream; NULL ends */
    const char *option; /* "--ledger=" */
    const char *file;   /* in the step's folder */
};

struct hc_step_tool {
    const char *name;    /* in the YAML; NULL ends the table */
    const char *program; /* executable */
    bool per_delivery;   /* one process a delivery, outputs by --out-dir */
    const struct hc_step_key *key;
    const char *as_of; /* option that takes hc-run's --as-of; NULL: none */
    const struct hc_step_output *output; /* first is what STEP alone means; may be empty */
};

extern const struct hc_step_tool hc_step_tools[];
/* NULL when there is none of that name. */
const struct hc_step_tool *hc_step_tool_of(const char *name);

/* Keys of a step, or of a pipeline, that a later version will know: refused by name. */
extern const char *const hc_later_keys[];

#endif
