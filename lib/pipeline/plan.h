/* A pipeline file as steps in an order in which they can run. Nothing is run here, and of
 * the data only names of deliveries are looked at. */
#ifndef HC_PIPELINE_PLAN_H
#define HC_PIPELINE_PLAN_H

#include "base/date.h"
#include "pipeline/history.h"
#include "pipeline/params.h"
#include "pipeline/tools.h"
#include "pipeline/words.h"

enum hc_arg_form {
    HC_ARG_TEXT,   /* prefix and text as they are */
    HC_ARG_STREAM, /* prefix and each file of an output of step `from` */
    HC_ARG_FILE,   /* prefix and a path from outside whose content counts */
    HC_ARG_SECRET, /* the same, its digest kept out of the manifest */
};
struct hc_step_arg {
    enum hc_arg_form form;
    const char *prefix; /* "--claims=", "claim_line=", "" */
    const char *text;   /* value or path */
    size_t from;        /* number of the step whose output this is */
    const char *output; /* its name: "claim_line"; NULL: the only kind an ingest yields */
    const struct hc_node *node;
    bool optional; /* "claims.crosswalk?": left out where the step does not make it */
};

struct hc_step {
    const char *name;
    const struct hc_step_tool *tool;
    const struct hc_node *node;
    struct hc_step_arg *arg;
    size_t args;
    size_t *need; /* numbers of the steps whose outputs it reads, each once */
    size_t needs;
    const char **delivery; /* ingest: paths, sorted, each base name once */
    size_t deliveries;
    const char **withdrawn; /* paths that would be deliveries, there or not */
    size_t withdrawns;
    const char *nowhere; /* ingest: a pattern in a folder that is not there; or NULL */
    const char *publish; /* export: path inside the folder to publish to; else NULL */
    const char *publish_option;
    bool public_; /* audience: public */
    bool missing; /* a delivery or a file it wants is not there: no use asking its tool */
    /* what the tool said when asked (pipeline/check.h): */
    const char *version;
    const char **config; /* rule files the result depends on */
    size_t configs;
    const char **kind; /* ingest: kinds the feed yields */
    size_t kinds;
};

struct hc_plan {
    struct hc_arena arena;
    struct hc_yaml *yaml;
    const char *path;
    const char *name;
    const char *work; /* folder of intermediates, states and logs */
    const char *out;  /* folder to publish to */
    struct hc_params params;
    struct hc_history history;
    const struct hc_opt_list *withdraw, *replace; /* patterns of deliveries */
    const char *as_of; /* only what was known on that day; NULL: all */
    hc_day as_of_day;
    struct hc_step *step; /* in the order of the file */
    size_t steps;
    size_t *order;  /* numbers of steps, each after those it needs */
    size_t ordered; /* how many: fewer than steps when some wait for each other */
    size_t missing; /* faults that are only a missing input */
    size_t unnamed; /* that are a delivery whose name the history cannot keep */
    struct hc_words absent;  /* their paths, each told once */
    struct hc_words pattern; /* of deliveries, with wildcards, that found some */
    struct hc_faults faults;
};

struct hc_plan_options {
    const char *path;
    const char *work; /* NULL: .hc/NAME */
    const char *out;  /* NULL: out/NAME */
    const char *as_of; /* a day, or NULL */
    struct hc_opt_list set, withdraw, replace;
};

/* Read the pipeline, the history of its work folder and everything that can be known without a tool. Faults are gathered in
 * plan->faults, to be joined by those of pipeline/check.h: hc_plan_end() tells them. A file
 * that cannot be read or parsed, or a wrong --set, is an error at once. options stay as long
 * as the plan. */
enum hc_status hc_plan_read(struct hc_plan *plan, const struct hc_plan_options *options,
                            struct hc_err *err) HC_MUST_CHECK;
/* HC_OK when no fault was found; HC_ENOINPUT when inputs are missing and nothing else is
 * wrong; HC_EDATA when there is also a delivery with a name that cannot be kept; else
 * HC_ECONFIG. err holds all of them. */
enum hc_status hc_plan_end(struct hc_plan *plan, struct hc_err *err) HC_MUST_CHECK;
void hc_plan_free(struct hc_plan *plan);

/* Is a delivery left out: withdrawn now, or before and not replaced now? */
bool hc_plan_leaves_out(const struct hc_plan *plan, const char *step, const char *delivery);

/* Number of a step by name, or plan->steps. */
size_t hc_plan_find(const struct hc_plan *plan, const char *name);
/* Does step `later` depend on step `earlier`, directly or not? A step depends on itself. */
bool hc_plan_depends(const struct hc_plan *plan, size_t later, size_t earlier);

#endif
