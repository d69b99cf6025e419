#include "pipeline/tools.h"

#include <string.h>

static const struct hc_step_key ingest_keys[] = {
    {"feed", HC_KEY_TEXT, "--feed=", true},
    {"in", HC_KEY_DELIVERIES, "", true},
    {"set", HC_KEY_PAIRS, "--set=", false},
    {"accept", HC_KEY_JOINED, "--accept=", false},
    {"max_rejects", HC_KEY_TEXT, "--max-rejects=", false},
    {"date", HC_KEY_TEXT, "--date=", false},
    {"columns", HC_KEY_JOINED, "--columns=", false},
    {"identity_key", HC_KEY_SECRET, "--identity-key=", false},
    {"passphrase_file", HC_KEY_SECRET, "--passphrase-file=", false},
    {0},
};
static const struct hc_step_output ingest_outputs[] = {{0}};

static const struct hc_step_key identify_keys[] = {
    {"rules", HC_KEY_TEXT, "--rules=", true},
    {"in", HC_KEY_STREAMS, "", true},
    {"crosswalk", HC_KEY_STREAMS, "--crosswalk=", false},
    {"previous", HC_KEY_STREAMS, "--previous=", false},
    {0},
};
static const struct hc_step_output identify_outputs[] = {
    {"coverage", "--output=", "coverage.arrow"},
    {"member", "--members=", "member.arrow"},
    {"change", "--changes=", "change.arrow"},
    {0},
};

static const struct hc_step_key dedupe_keys[] = {
    {"in", HC_KEY_STREAMS, "", true},
    {"crosswalk", HC_KEY_STREAMS, "--crosswalk=", false},
    {"members", HC_KEY_STREAMS, "--members=", false},
    {"as_of", HC_KEY_TEXT, "--as-of=", false},
    {"paid_through", HC_KEY_TEXT, "--paid-through=", false},
    {0},
};
static const struct hc_step_output dedupe_outputs[] = {
    {"claim_line", "--output=", "claim_line.arrow"},
    {"ledger", "--ledger=", "ledger.arrow"},
    {0},
};

static const struct hc_step_key attribute_keys[] = {
    {"program", HC_KEY_LIST, "--program=", true},
    {"claims", HC_KEY_STREAMS, "--claims=", true},
    {"coverage", HC_KEY_STREAMS, "--coverage=", true},
    {"providers", HC_KEY_STREAMS, "--providers=", true},
    {"payer_order", HC_KEY_TEXT, "--payer-order=", false},
    {"preferences", HC_KEY_STREAMS, "--preferences=", false},
    {"from", HC_KEY_TEXT, "--from=", false},
    {"to", HC_KEY_TEXT, "--to=", false},
    {"as_of", HC_KEY_TEXT, "--as-of=", false},
    {0},
};
static const struct hc_step_output attribute_outputs[] = {
    {"assignment", "--output=", "assignment.arrow"},
    {"ranking", "--ranking=", "ranking.arrow"},
    {0},
};

static const struct hc_step_key aggregate_keys[] = {
    {"in", HC_KEY_NAMED, "", true},
    {"report", HC_KEY_TEXT, "--report=", false},
    {"by", HC_KEY_JOINED, "--by=", false},
    {"measure", HC_KEY_JOINED, "--measure=", false},
    {"where", HC_KEY_TEXT, "--where=", false},
    {"months", HC_KEY_TEXT, "--months=", false},
    {"people", HC_KEY_FLAG, "--people", false},
    {"set", HC_KEY_PAIRS, "--set=", false},
    {"as_of", HC_KEY_TEXT, "--as-of=", false},
    {"paid_through", HC_KEY_TEXT, "--paid-through=", false},
    {0},
};
static const struct hc_step_output aggregate_outputs[] = {
    {"measure", "--output=", "measure.arrow"},
    {0},
};

static const struct hc_step_key export_keys[] = {
    {"in", HC_KEY_STREAMS, "", true},
    {"format", HC_KEY_TEXT, "--format=", true},
    {"audience", HC_KEY_TEXT, "--audience=", false},
    {"columns", HC_KEY_JOINED, "--columns=", false},
    {"wide", HC_KEY_FLAG, "--wide", false},
    {"long", HC_KEY_FLAG, "--long", false},
    {"out", HC_KEY_PUBLISH, "--output=", true},
    {0},
};
static const struct hc_step_output export_outputs[] = {{0}};

const struct hc_step_tool hc_step_tools[] = {
    {"ingest", "hc-ingest", true, ingest_keys, NULL, ingest_outputs},
    {"identify", "hc-identify", false, identify_keys, NULL, identify_outputs},
    {"dedupe", "hc-dedupe", false, dedupe_keys, "--as-of=", dedupe_outputs},
    {"attribute", "hc-attribute", false, attribute_keys, NULL, attribute_outputs},
    {"aggregate", "hc-aggregate", false, aggregate_keys, NULL, aggregate_outputs},
    {"export", "hc-export", false, export_keys, NULL, export_outputs},
    {0},
};

const char *const hc_later_keys[] = {
    "retries",   "retry",  "timeout", "slurm",   "engine", "shards",
    "partition", "memory", "jobs",    "what_if", "env",    "when",
    "resources", "queue",  "command", "stage",   NULL,
};

const struct hc_step_tool *hc_step_tool_of(const char *name) {
    for (const struct hc_step_tool *tool = hc_step_tools; tool->name; tool++)
        if (strcmp(tool->name, name) == 0)
            return tool;
    return NULL;
}
