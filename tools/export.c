/* hc-export: records as text or files for people and other programs. */
#include <stdlib.h>
#include <unistd.h>

#include "base/dryrun.h"
#include "base/tool.h"
#include "format/audience.h"
#include "format/export.h"
#include "format/html_report.h"
#include "format/wide.h"
#include "record/accounts.h"
#include "rule/suppress.h"

struct config {
    struct hc_common common;
    const char *format;
    const char *output;
    const char *audience;
    const char *kind;
    struct hc_opt_list columns;
    bool wide, long_form, trust_input;
};

static const struct hc_opt opts[] = {
    {'f', "format", "FORMAT", HC_OPT_STRING, offsetof(struct config, format),
     "csv, tsv, table, arrow or html (default: table on a terminal, else csv)"},
    {'o', "output", "FILE", HC_OPT_STRING, offsetof(struct config, output),
     "write to FILE (default: standard output)"},
    {'c', "columns", "A,B", HC_OPT_LIST, offsetof(struct config, columns),
     "only these columns, in this order (arrow keeps its own order)"},
    {'a', "audience", "NAME", HC_OPT_STRING, offsetof(struct config, audience),
     "who it is for: state, aco, public, or a file (default: state)"},
    {0, "wide", NULL, HC_OPT_FLAG, offsetof(struct config, wide),
     "measures: a row a group, a column a measure (default for text)"},
    {0, "long", NULL, HC_OPT_FLAG, offsetof(struct config, long_form),
     "measures: a row a cell, with numerator, denominator and the rest"},
    {0, "trust-input", NULL, HC_OPT_FLAG, offsetof(struct config, trust_input),
     "read streams of other programs, without metadata and totals"},
    {0, "kind", "KIND", HC_OPT_STRING, offsetof(struct config, kind),
     "the kind of record that the input must be"},
    HC_OPT_COMMON(struct config),
    {0},
};
static const struct hc_cmd cmd = {
    "hc-export",
    "[FILE...]",
    "Write records as csv, tsv, a table, arrow or a page.",
    opts,
    "Reads record streams of any kind, from files or standard input. In text, money stands "
    "in "
    "units (260.00), quantities (_e4) as decimals, dates as 2020-11-30, booleans as true "
    "and "
    "false, the items of a list with a space between; null is an empty field.\n"
    "Measures stand wide in text: one row a group, one column a measure, so that an ad hoc "
    "question reads like its answer. --long gives the record as it is: one row a cell, "
    "with "
    "exact numerator and denominator. A hidden cell reads *.\n"
    "What may be shown is said by pipelines/audiences/NAME.yaml: the kinds of record and "
    "the "
    "fields about persons that an audience sees. Others are left out; asking for one by "
    "name "
    "is refused. For the public, cells of 1 to 10 people are hidden, and with them every "
    "cell "
    "that would give one away. Files are readable by their owner only, but for the "
    "public's.\n"
    "html draws the page of a report that hc-aggregate --report made: one file, without "
    "script "
    "or links.",
    "hc-dedupe claims.arrow | hc-aggregate --by=claim_type,quarter --measure=lines,paid | "
    "hc-export\n"
    "  what was paid, by type of claim and quarter\n"
    "hc-export --format=csv --columns=claim_type,paid -o paid.csv claims.arrow\n"
    "  two columns of a file as csv\n"};

struct job {
    const struct config *config;
    const char *const *paths;
    size_t path_count;
    const struct hc_export_format *format;
    struct hc_arena arena;
    const char *audience_path;
    struct hc_audience audience;
    struct hc_inputs *inputs;
    struct hc_wide *wide;
    struct hc_batch *cells; /* all of a measure stream, small cells hidden */
    bool cells_given;
    struct hc_str report;   /* metadata of a measure stream */
    struct hc_totals given; /* rows handed to the writer */
    struct hc_accounts *accounts;
    size_t *column;
    size_t columns;
    struct hc_log *log;
    enum hc_status (*next)(void *from, const struct hc_batch **batch, struct hc_err *err);
};

/* ---- what is asked for ---- */

static enum hc_status refuse(struct hc_err *err, const char *option, const char *what) {
    hc_fail(err, HC_EUSAGE, "%s", what);
    hc_err_at_field(err, option);
    return HC_EUSAGE;
}

static enum hc_status no_kind(const char *name, struct hc_err *err) {
    const char *near = hc_kind_near(hc_str_of(name));
    hc_fail(err, HC_EUSAGE, "there is no kind of record '%s'", name);
    hc_err_at_field(err, "--kind");
    if (near)
        hc_err_hint(err, "did you mean '%s'?", near);
    return HC_EUSAGE;
}

static enum hc_status read_options(struct job *job, struct hc_err *err) {
    const struct config *c = job->config;
    bool to_terminal = (!c->output || strcmp(c->output, "-") == 0) && isatty(STDOUT_FILENO);
    const char *name = c->format ? c->format : to_terminal ? "table" : "csv";
    enum hc_status status = hc_export_format_of(name, &job->format, err);
    if (status == HC_OK && c->wide && c->long_form)
        status = refuse(err, "--wide", "--wide and --long exclude each other");
    if (status == HC_OK && c->wide && !job->format->text)
        status = refuse(err, "--wide", "only text formats can be wide");
    if (status == HC_OK && job->format->whole && c->columns.count)
        status = refuse(err, "--columns", "this format shows all of its input");
    if (status == HC_OK && c->kind && !hc_kind_of(hc_str_of(c->kind)))
        status = no_kind(c->kind, err);
    if (status == HC_OK && c->trust_input && !c->kind)
        status = refuse(err, "--trust-input", "--trust-input needs --kind=KIND");
    return status;
}

static enum hc_status read_audience(struct job *job, struct hc_err *err) {
    const struct config *c = job->config;
    enum hc_status status = hc_find_data("audiences", c->audience, ".yaml", &job->arena,
                                         &job->audience_path, err);
    if (status == HC_ENOINPUT && !strchr(c->audience, '/')) {
        char hint[sizeof err->hint];
        memcpy(hint, err->hint, sizeof hint);
        hc_fail(err, HC_EUSAGE, "there is no audience '%s'", c->audience);
        hc_err_hint(err, "%s", hint);
        status = HC_EUSAGE;
    }
    if (status == HC_OK)
        status = hc_audience_read(&job->audience, job->audience_path, err);
    if (status == HC_OK && job->audience.opt_outs)
        status = refuse(err, "--audience",
                        "this audience needs opt-outs applied, which is not supported yet");
    return status;
}

static enum hc_status print_plan(const struct job *job, struct hc_err *err) {
    const struct config *c = job->config;
    struct hc_dryrun dry;
    const char **columns = calloc(c->columns.count + 1, sizeof *columns);
    if (!columns)
        return hc_fail_memory(err);
    for (size_t i = 0; i < c->columns.count; i++)
        columns[i] = c->columns.item[i];
    hc_dryrun_start(&dry, cmd.name);
    for (size_t i = 0; i < job->path_count; i++)
        hc_dryrun_reads(&dry, job->paths[i], c->kind,
                        c->columns.count ? (const char *const *)columns : NULL);
    if (job->path_count == 0)
        hc_dryrun_reads(&dry, "-", c->kind, NULL);
    hc_dryrun_writes(&dry, c->output ? c->output : "-", job->format->text ? NULL : c->kind);
    hc_dryrun_config(&dry, job->audience_path);
    free(columns);
    return hc_dryrun_end(&dry, err);
}

/* ---- reading ---- */

static bool is_asked_for(const struct config *c, const char *name) {
    for (size_t i = 0; i < c->columns.count; i++)
        if (strcmp(c->columns.item[i], name) == 0)
            return true;
    return c->columns.count == 0;
}

/* Which columns to read of a file whose kind can be looked up before: those asked for. */
static enum hc_status choose_wanted(const struct job *job,
                                    struct hc_reader_options *options, bool *want,
                                    struct hc_err *err) {
    struct hc_reader *first = NULL;
    if (job->config->columns.count == 0 || job->path_count == 0 ||
        strcmp(job->paths[0], "-") == 0)
        return HC_OK;
    enum hc_status status = hc_reader_open(&first, job->paths[0], options, err);
    if (status != HC_OK)
        return status;
    enum hc_kind kind = hc_reader_schema(first)->kind;
    hc_reader_free(first);
    if (kind >= HC_KINDS || kind == HC_KIND_measure)
        return HC_OK;
    for (size_t i = 0; i < hc_kinds[kind].fields; i++)
        want[i] = is_asked_for(job->config, hc_kinds[kind].field[i].name);
    options->kind = kind;
    options->want = want;
    return HC_OK;
}

static enum hc_status open_inputs(struct job *job, struct hc_err *err) {
    const struct config *c = job->config;
    const struct hc_schema *kind = c->kind ? hc_kind_of(hc_str_of(c->kind)) : NULL;
    bool want[256] = {0};
    struct hc_reader_options options = {.kind = kind ? kind->kind : HC_KIND_any,
                                        .want_unknown = true,
                                        .trust_input = c->trust_input};
    enum hc_status status = choose_wanted(job, &options, want, err);
    if (status == HC_OK)
        status = hc_inputs_open(&job->inputs, job->paths, job->path_count, &options, err);
    if (status != HC_OK)
        return status;
    const struct hc_schema *schema = hc_inputs_schema(job->inputs);
    if (!hc_audience_gets(&job->audience, schema->name)) {
        hc_fail(err, HC_EUSAGE, "audience '%s' does not get records of kind %s",
                job->audience.name, schema->name);
        hc_err_at_field(err, "--audience");
        hc_err_hint(err, "%s lists what it gets", job->audience_path);
        return HC_EUSAGE;
    }
    for (size_t i = schema->known; schema->kind == HC_KIND_measure && i < schema->fields;
         i++)
        if (!hc_audience_sees(&job->audience, schema, i)) {
            hc_fail(
                err, HC_EUSAGE,
                "the cells are grouped by %s, which audience '%s' does not see: without "
                "it each row would still be about a person",
                schema->field[i].name, job->audience.name);
            hc_err_at_field(err, "--audience");
            hc_err_hint(err, "group by something else");
            return HC_EUSAGE;
        }
    if (job->audience.suppress && schema->kind != HC_KIND_measure)
        return refuse(err, "--audience", "only measures can have their small cells hidden");
    struct hc_str report = hc_inputs_meta(job->inputs, "hc.report");
    const char *copy = hc_arena_copy(&job->arena, report);
    if (!copy)
        return hc_fail_memory(err);
    job->report = (struct hc_str){copy, report.len};
    return hc_totals_init(&job->given, schema, err);
}

/* All was read: do the books balance? Before the writer commits. */
static enum hc_status close_books(struct job *job, struct hc_err *err) {
    const struct config *c = job->config;
    const char *path = job->path_count == 1 ? job->paths[0] : NULL;
    hc_accounts_in(job->accounts, path, hc_inputs_totals(job->inputs));
    hc_accounts_out(job->accounts, c->output, &job->given);
    return hc_accounts_check(job->accounts, job->given.schema->kind, err);
}

static enum hc_status next_rows(void *from, const struct hc_batch **batch,
                                struct hc_err *err) {
    struct job *job = from;
    enum hc_status status = hc_inputs_next(job->inputs, batch, err);
    if (status == HC_OK)
        hc_totals_add(&job->given, *batch);
    if (status == HC_END && (status = close_books(job, err)) == HC_OK)
        status = HC_END;
    return status;
}

/* ---- small cells ---- */

/* Measures that tell nothing of people: what the report's charts call a target. */
static enum hc_status find_exempt(const struct hc_report_page *page, struct hc_arena *arena,
                                  const char ***exempt, struct hc_err *err) {
    size_t count = 0;
    *exempt = hc_arena_zalloc(arena, (page->sections + 1) * sizeof **exempt);
    if (!*exempt)
        return hc_fail_memory(err);
    for (size_t i = 0; i < page->sections; i++)
        if (page->section[i].has_chart && page->section[i].chart.target)
            (*exempt)[count++] = page->section[i].chart.target;
    return HC_OK;
}

static enum hc_status hide_small(struct job *job, const struct hc_batch *all,
                                 struct hc_err *err) {
    struct hc_report_page page = {0};
    struct hc_suppressed counts;
    const char **exempt = NULL;
    enum hc_status status = HC_OK;
    if (job->report.len)
        status = hc_report_page_read(&page, job->report, err);
    if (status == HC_OK)
        status = find_exempt(&page, &job->arena, &exempt, err);
    if (status == HC_OK)
        status = hc_suppress(all, exempt, &job->cells, &counts, err);
    if (status == HC_OK) {
        hc_accounts_note(job->accounts, "cells_shown", (int64_t)counts.shown);
        hc_accounts_note(job->accounts, "cells_suppressed", (int64_t)counts.suppressed);
        hc_accounts_note(job->accounts, "cells_complementary",
                         (int64_t)counts.complementary);
        hc_log(job->log, HC_LOG_COUNTS,
               "%zu cells = %llu shown + %llu suppressed + %llu "
               "complementary",
               all->rows, (unsigned long long)counts.shown,
               (unsigned long long)counts.suppressed,
               (unsigned long long)counts.complementary);
    }
    hc_report_page_free(&page);
    return status;
}

/* What gives a cell away may stand anywhere, so all of them are read first. */
static enum hc_status read_cells(struct job *job, struct hc_err *err) {
    const struct hc_batch *batch = NULL;
    struct hc_batch *all = NULL;
    enum hc_status status = hc_batch_new(&all, hc_inputs_schema(job->inputs), NULL, err);
    while (status == HC_OK && (status = hc_stopped(err)) == HC_OK &&
           (status = next_rows(job, &batch, err)) == HC_OK)
        status = hc_batch_take(all, batch, NULL, batch->rows, err);
    if (status == HC_END)
        status = hc_batch_seal(all, err);
    if (status == HC_OK)
        status = hide_small(job, all, err);
    hc_batch_free(all);
    return status;
}

static enum hc_status next_cells(void *from, const struct hc_batch **batch,
                                 struct hc_err *err) {
    struct job *job = from;
    (void)err;
    if (job->cells_given || job->cells->rows == 0)
        return HC_END;
    job->cells_given = true;
    *batch = job->cells;
    return HC_OK;
}

static enum hc_status next_wide(void *from, const struct hc_batch **batch,
                                struct hc_err *err) {
    struct job *job = from;
    return hc_wide_next(job->wide, batch, err);
}

/* Of what is written: at its end the books are prepared, before the output is committed. */
static enum hc_status next_written(void *from, const struct hc_batch **batch,
                                   struct hc_err *err) {
    struct job *job = from;
    enum hc_status status = job->next(job, batch, err);
    if (status != HC_END)
        return status;
    status = hc_accounts_prepare(job->accounts, job->config->common.accounts, err);
    return status == HC_OK ? HC_END : status;
}

typedef enum hc_status next_batch(void *from, const struct hc_batch **batch,
                                  struct hc_err *err);

static enum hc_status read_wide(struct job *job, next_batch *next, struct hc_err *err) {
    const struct hc_batch *batch = NULL;
    enum hc_status status = hc_wide_new(&job->wide, hc_inputs_schema(job->inputs), err);
    while (status == HC_OK && (status = hc_stopped(err)) == HC_OK &&
           (status = next(job, &batch, err)) == HC_OK)
        status = hc_wide_add(job->wide, batch, err);
    if (status == HC_END)
        status = hc_wide_end(job->wide, err);
    if (status == HC_OK && hc_wide_cells_with_nulls(job->wide))
        hc_log(job->log, HC_LOG_NOTE,
               "%llu cells left out rows without an amount; --long shows "
               "null_rows",
               (unsigned long long)hc_wide_cells_with_nulls(job->wide));
    return status;
}

/* ---- columns ---- */

static enum hc_status no_column(const struct hc_schema *schema, const char *name,
                                struct hc_err *err) {
    const char **names = calloc(schema->fields + 1, sizeof *names);
    const char *near = NULL;
    for (size_t i = 0; names && i < schema->fields; i++)
        names[i] = schema->field[i].name;
    if (names)
        near = hc_str_nearest(hc_str_of(name), names);
    hc_fail(err, HC_EUSAGE, "%s has no column '%s'", schema->name, name);
    hc_err_at_field(err, "--columns");
    if (near)
        hc_err_hint(err, "did you mean %s?", near);
    free(names);
    return HC_EUSAGE;
}

static enum hc_status add_named(struct job *job, const struct hc_schema *schema,
                                const bool *has, const char *name, struct hc_err *err) {
    int column = hc_schema_find(schema, hc_str_of(name));
    if (column < 0)
        return no_column(schema, name, err);
    if (has && !has[column]) {
        hc_fail(err, HC_EDATA, "the input has no column '%s'", name);
        hc_err_at_field(err, "--columns");
        return HC_EDATA;
    }
    if (!hc_audience_sees(&job->audience, schema, (size_t)column)) {
        hc_fail(err, HC_EUSAGE, "audience '%s' does not see column '%s'",
                job->audience.name, name);
        hc_err_at_field(err, "--columns");
        hc_err_hint(err, "%s lists what it sees", job->audience_path);
        return HC_EUSAGE;
    }
    job->column[job->columns++] = (size_t)column;
    return HC_OK;
}

static enum hc_status choose_columns(struct job *job, const struct hc_schema *schema,
                                     const bool *has, struct hc_err *err) {
    const struct config *c = job->config;
    enum hc_status status = HC_OK;
    job->column = calloc(schema->fields + c->columns.count + 1, sizeof *job->column);
    if (!job->column)
        return hc_fail_memory(err);
    for (size_t i = 0; i < c->columns.count && status == HC_OK; i++)
        status = add_named(job, schema, has, c->columns.item[i], err);
    for (size_t i = 0; i < schema->fields && c->columns.count == 0; i++) {
        if (has && !has[i])
            continue;
        if (hc_audience_sees(&job->audience, schema, i)) {
            job->column[job->columns++] = i;
            continue;
        }
        hc_accounts_note(job->accounts, "columns_withheld", 1);
        hc_log(job->log, HC_LOG_NOTE, "audience '%s' does not see column '%s'",
               job->audience.name, schema->field[i].name);
    }
    return status;
}

/* ---- all of it ---- */

static enum hc_status write_records(struct job *job, struct hc_err *err) {
    const struct config *c = job->config;
    const struct hc_schema *schema = hc_inputs_schema(job->inputs);
    struct hc_export export = {.path = c->output,
                               .inputs = job->inputs,
                               .tool = cmd.name,
                               .from = job,
                               .report = job->report,
                               .out.public_ = strcmp(job->audience.name, "public") == 0,
                               .next = next_rows};
    bool wide = schema->kind == HC_KIND_measure && job->format->text && !c->long_form;
    enum hc_status status = HC_OK;
    if (c->wide && schema->kind != HC_KIND_measure)
        return refuse(err, "--wide", "only measures can be wide");
    if (job->audience.suppress) {
        status = read_cells(job, err);
        export.next = next_cells;
    }
    if (wide && status == HC_OK) {
        status = read_wide(job, export.next, err);
        export.next = next_wide;
    }
    if (status != HC_OK)
        return status;
    if (wide)
        schema = hc_wide_schema(job->wide);
    status = choose_columns(job, schema, wide ? NULL : hc_inputs_has(job->inputs), err);
    export.schema = schema;
    export.column = job->column;
    export.columns = job->columns;
    job->next = export.next;
    export.next = next_written;
    if (status == HC_OK)
        status = job->format->write(&export, err);
    return status;
}

static enum hc_status tell(struct job *job, struct hc_err *err) {
    struct hc_buf line = {0};
    hc_accounts_line(job->accounts, &line);
    hc_log(job->log, HC_LOG_COUNTS, "%s", hc_buf_text(&line));
    hc_buf_free(&line);
    return hc_accounts_write(job->accounts, job->config->common.accounts, err);
}

static enum hc_status export_files(void *config, int argc, char **argv, struct hc_log *log,
                                   struct hc_err *err) {
    struct job job = {.config = config,
                      .paths = (const char *const *)argv,
                      .path_count = (size_t)argc,
                      .log = log};
    enum hc_status status = read_options(&job, err);
    if (status == HC_OK)
        status = read_audience(&job, err);
    if (status == HC_OK && job.config->common.dry_run) {
        status = print_plan(&job, err);
    } else if (status == HC_OK) {
        status = hc_accounts_new(&job.accounts, cmd.name, err);
        if (status == HC_OK)
            status = open_inputs(&job, err);
        if (status == HC_OK)
            status = write_records(&job, err);
        if (status == HC_OK)
            status = tell(&job, err);
    }
    free(job.column);
    hc_wide_free(job.wide);
    hc_batch_free(job.cells);
    hc_totals_free(&job.given);
    hc_inputs_free(job.inputs);
    hc_accounts_free(job.accounts);
    hc_audience_free(&job.audience);
    hc_arena_free(&job.arena);
    return status;
}

int main(int argc, char **argv) {
    struct config config = {.audience = "state"};
    return hc_tool_main(&cmd, argc, argv, &config, offsetof(struct config, common),
                        export_files);
}
