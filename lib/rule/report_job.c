#include "rule/report_job.h"

#include <string.h>

#include "base/dryrun.h"

struct plan { /* everything the job names, sorted out */
    struct hc_arena arena;
    struct hc_report *report;
    const char **set;
    size_t sets;
    const char **path[2]; /* by enum hc_report_of */
    size_t paths[2];
};

static const char *const names[] = {"assignment", "claim_line", NULL};

static enum hc_status gather_set(struct plan *plan, const struct hc_report_job *job,
                                 struct hc_err *err) {
    plan->set = hc_arena_zalloc(&plan->arena, (job->set.count + 2) * sizeof *plan->set);
    if (!plan->set)
        return hc_fail_memory(err);
    for (size_t i = 0; i < job->set.count; i++)
        plan->set[plan->sets++] = job->set.item[i];
    if (job->as_of)
        plan->set[plan->sets++] = hc_arena_printf(&plan->arena, "as_of=%s", job->as_of);
    if (job->paid_through)
        plan->set[plan->sets++] =
            hc_arena_printf(&plan->arena, "paid_through=%s", job->paid_through);
    for (size_t i = 0; i < plan->sets; i++)
        if (!plan->set[i])
            return hc_fail_memory(err);
    return HC_OK;
}

/* A path without a name is known by the kind its stream says. */
static enum hc_status kind_of(const char *path, const char **name, struct hc_err *err) {
    struct hc_reader *reader = NULL;
    const struct hc_reader_options any = {.kind = HC_KIND_any};
    if (strcmp(path, "-") == 0)
        return hc_fail(err, HC_EUSAGE,
                       "a report reads files: NAME=PATH, not standard input");
    enum hc_status status = hc_reader_open(&reader, path, &any, err);
    if (status == HC_OK) {
        enum hc_kind kind = hc_reader_schema(reader)->kind;
        *name = kind < HC_KINDS ? hc_kinds[kind].name : "?";
    }
    hc_reader_free(reader);
    return status;
}

static enum hc_status gather_input(struct plan *plan, const char *input,
                                   struct hc_err *err) {
    const char *equals = strchr(input, '='), *slash = strchr(input, '/'), *name = NULL;
    const char *path = input;
    if (equals && (!slash || equals < slash)) {
        name =
            hc_arena_copy(&plan->arena, (struct hc_str){input, (size_t)(equals - input)});
        path = equals + 1;
        if (!name)
            return hc_fail_memory(err);
    } else {
        enum hc_status status = kind_of(path, &name, err);
        if (status != HC_OK)
            return status;
    }
    if (strcmp(name, "coverage") == 0)
        return HC_OK; /* part of DESIGN's named inputs; assignment has a row per covered
                         month */
    for (int of = 0; names[of]; of++)
        if (strcmp(name, names[of]) == 0) {
            plan->path[of][plan->paths[of]++] = path;
            return HC_OK;
        }
    hc_fail(err, HC_EUSAGE, "a report has no input '%s'", name);
    hc_err_hint(err, "inputs are assignment=FILE and claim_line=FILE");
    return HC_EUSAGE;
}

static enum hc_status gather(struct plan *plan, const struct hc_report_job *job,
                             struct hc_err *err) {
    const char *file;
    enum hc_status status = gather_set(plan, job, err);
    if (status == HC_OK)
        status = hc_find_data("reports", job->report, "yaml", &plan->arena, &file, err);
    if (status == HC_OK)
        status = hc_report_read(&plan->report, file, plan->set, plan->sets, err);
    for (int of = 0; status == HC_OK && names[of]; of++) {
        plan->path[of] = hc_arena_zalloc(&plan->arena, (job->inputs + 1) * sizeof(char *));
        if (!plan->path[of])
            status = hc_fail_memory(err);
    }
    for (size_t i = 0; status == HC_OK && i < job->inputs; i++)
        status = gather_input(plan, job->input[i], err);
    for (int of = 0; status == HC_OK && names[of]; of++)
        if (plan->paths[of] == 0) {
            status = hc_fail(err, HC_EUSAGE, "the report needs %s", names[of]);
            hc_err_hint(err, "give %s=FILE", names[of]);
        }
    return status;
}

static enum hc_status dry_run(const struct plan *plan, const struct hc_report_job *job,
                              struct hc_err *err) {
    struct hc_dryrun dry;
    const struct hc_schema *schema = &hc_kinds[HC_KIND_claim_line];
    bool want[HC_claim_line_fields] = {false};
    const char *column[HC_claim_line_fields + 1];
    size_t columns = 0;
    enum hc_status status = hc_report_wants(plan->report, want, err);
    if (status != HC_OK)
        return status;
    for (size_t i = 0; i < HC_claim_line_fields; i++)
        if (want[i])
            column[columns++] = schema->field[i].name;
    column[columns] = NULL;
    hc_dryrun_start(&dry, job->tool);
    for (int of = 0; names[of]; of++)
        for (size_t i = 0; i < plan->paths[of]; i++)
            hc_dryrun_reads(&dry, plan->path[of][i], names[of],
                            of == HC_OF_claim_line ? column : NULL);
    hc_dryrun_writes(&dry, job->output, "measure");
    hc_dryrun_config(&dry, plan->report->path);
    return hc_dryrun_end(&dry, err);
}

enum hc_status hc_report_job(const struct hc_report_job *job, struct hc_accounts *accounts,
                             struct hc_report_told *told, struct hc_err *err) {
    struct plan plan = {0};
    enum hc_status status = gather(&plan, job, err);
    if (status == HC_OK && job->common->dry_run) {
        status = dry_run(&plan, job, err);
    } else if (status == HC_OK) {
        const struct hc_report_inputs inputs = {.assignment = plan.path[HC_OF_assignment],
                                                .assignments = plan.paths[HC_OF_assignment],
                                                .claim_line = plan.path[HC_OF_claim_line],
                                                .claim_lines = plan.paths[HC_OF_claim_line],
                                                .memory_bytes = job->common->memory_bytes,
                                                .temp_dir = job->common->temp_dir,
                                                .accounts = job->common->accounts};
        status = hc_report_run(plan.report, &inputs, job->output, accounts, told, err);
        if (status == HC_OK)
            status = hc_accounts_write(accounts, job->common->accounts, err);
    }
    hc_report_free(plan.report);
    hc_arena_free(&plan.arena);
    return status;
}
