/* What a tool would do, as JSON on standard output (--dry-run=json): the runner plans by it.
 *
 * {"tool": "hc-dedupe", "version": "0.1.0",
 *  "reads":  [{"path": "a.arrow", "kind": "claim_line", "columns": ["payer", "paid"]}],
 *  "writes": [{"path": "-", "kind": "claim_line"}],
 *  "config": ["pipelines/feeds/medicare-cclf.yaml"]}
 *
 * columns is null for all of them, kind null where it is no record stream. config are the
 * rule files the result depends on. Rule files are checked (78), data is not read, inputs
 * need not exist.
 */
#ifndef HC_BASE_DRYRUN_H
#define HC_BASE_DRYRUN_H

#include "base/json.h"

struct hc_dryrun {
    struct hc_json json;
    struct hc_buf text;
    int sections; /* lists opened so far */
};
void hc_dryrun_start(struct hc_dryrun *dry, const char *tool);
/* Call all reads, then all writes, then all configs. columns NULL-terminated, or NULL. */
void hc_dryrun_reads(struct hc_dryrun *dry, const char *path, const char *kind,
                     const char *const *columns);
void hc_dryrun_writes(struct hc_dryrun *dry, const char *path, const char *kind);
void hc_dryrun_config(struct hc_dryrun *dry, const char *path);
/* Print to standard output and free. */
enum hc_status hc_dryrun_end(struct hc_dryrun *dry, struct hc_err *err) HC_MUST_CHECK;

#endif
