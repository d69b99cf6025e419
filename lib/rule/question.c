#include "rule/question.h"

#include <stdlib.h>
#include <string.h>

#include "base/dryrun.h"
#include "base/file.h"
#include "base/tool.h"
#include "record/inputs.h"
#include "rule/aggregate.h"
#include "rule/expr.h"
#include "rule/months.h"
#include "rule/result.h"

struct question { /* compiled against the schema of what is read */
    struct hc_aggregate *aggregate;
    struct hc_expr *where;
    struct hc_months months;
    bool by_period, by_month, coverage;
    int own_date;
};

struct job {
    const struct hc_question *config;
    const char *const *path;
    size_t paths;
    struct hc_buf where; /* the text */
    struct question question;
    bool *want; /* by field of the kind; NULL: all */
    bool want_unknown;
    enum hc_kind kind;
    struct hc_inputs *inputs;
    struct hc_accounts *accounts;
    struct hc_totals used, aside;
    uint32_t *kept, *other, *row; /* rows of the batch: kept, set aside, given on */
    hc_month *month;
    size_t cap_rows;
};

enum {
    GIVEN_ROWS = 65536
}; /* rows given on at a time when coverage is spread over months */

/* ---- the question ---- */

static void free_question(struct question *q) {
    hc_aggregate_free(q->aggregate);
    hc_expr_free(q->where);
    *q = (struct question){0};
}

static enum hc_status compile_where(struct job *job, const struct hc_schema *schema,
                                    struct hc_err *err) {
    if (!job->config->where)
        return HC_OK;
    enum hc_status status = hc_expr_compile(&job->question.where, hc_buf_str(&job->where),
                                            schema, job->config->where[0] == '@', err);
    if (status != HC_OK)
        hc_err_at_field(err, "--where");
    return status;
}

static enum hc_status compile_months(struct job *job, const struct hc_schema *schema,
                                     struct hc_err *err) {
    struct question *q = &job->question;
    q->own_date = hc_own_date(schema);
    q->coverage = q->own_date == HC_GROUP_ROWS_MONTH;
    q->by_month = hc_aggregate_by_month(q->aggregate);
    q->by_period = job->config->months != NULL;
    if (q->by_period && q->own_date < HC_GROUP_ROWS_MONTH)
        return hc_fail(err, HC_EUSAGE, "--months: a %s has no date of its own",
                       schema->name);
    if (q->by_month && !q->by_period)
        return hc_fail(err, HC_EUSAGE, "months of coverage want --months=FIRST..LAST");
    if (!q->by_period)
        return HC_OK;
    enum hc_status status =
        hc_months_parse(&q->months, hc_str_of(job->config->months), err);
    if (status != HC_OK)
        hc_err_at_field(err, "--months");
    return status;
}

static enum hc_status compile(struct job *job, const struct hc_schema *schema,
                              struct hc_err *err) {
    const struct hc_question *c = job->config;
    const struct hc_aggregate_options options = {
        .memory_bytes = c->common->memory_bytes / 2,
        .temp_dir = c->common->temp_dir,
        .people = c->people,
    };
    free_question(&job->question);
    enum hc_status status =
        hc_aggregate_new(&job->question.aggregate, schema, c->by.item, c->by.count,
                         c->measure.item, c->measure.count, &options, err);
    if (status == HC_OK)
        status = compile_where(job, schema, err);
    return status == HC_OK ? compile_months(job, schema, err) : status;
}

static void mark_filters(const struct question *q, bool *want) {
    if (q->where)
        hc_expr_columns(q->where, want);
    if (q->by_period && q->own_date >= 0)
        want[q->own_date] = true;
    if (q->by_period && q->coverage)
        want[HC_coverage_start_date] = want[HC_coverage_end_date] = true;
}

static void mark_columns(const struct question *q, bool *want) {
    hc_aggregate_columns(q->aggregate, want);
    mark_filters(q, want);
}

/* ---- what is read: only the columns that the question names ---- */

/* The schema is known before opening when --kind says it or the first input is a file. */
static enum hc_status peek(struct job *job, const struct hc_reader_options *options,
                           struct hc_reader **reader, const struct hc_schema **schema,
                           struct hc_err *err) {
    *schema = job->kind < HC_KINDS ? &hc_kinds[job->kind] : NULL;
    if (strcmp(job->path[0], "-") == 0)
        return HC_OK;
    enum hc_status status = hc_reader_open(reader, job->path[0], options, err);
    if (status == HC_OK)
        *schema = hc_reader_schema(*reader);
    return status;
}

static enum hc_status choose_columns(struct job *job, const struct hc_schema *schema,
                                     struct hc_err *err) {
    enum hc_status status = compile(job, schema, err);
    if (status != HC_OK)
        return status;
    bool *want = calloc(schema->fields + 1, sizeof *want);
    if (!want)
        return hc_fail_memory(err);
    mark_columns(&job->question, want);
    for (size_t i = schema->known; i < schema->fields; i++)
        job->want_unknown |= want[i];
    job->want = want;
    job->kind = schema->kind;
    return HC_OK;
}

static enum hc_status has_columns(const struct job *job, struct hc_err *err) {
    const struct hc_schema *schema = hc_inputs_schema(job->inputs);
    const bool *has = hc_inputs_has(job->inputs);
    enum hc_status status = hc_aggregate_check(job->question.aggregate, has, err);
    if (status != HC_OK)
        return status;
    bool *want = calloc(schema->fields + 1, sizeof *want);
    if (!want)
        return hc_fail_memory(err);
    mark_filters(&job->question, want);
    const char *missing = NULL;
    for (size_t i = 0; i < schema->fields && !missing; i++)
        if (want[i] && !has[i])
            missing = schema->field[i].name;
    free(want);
    if (!missing)
        return HC_OK;
    return hc_fail(err, HC_EDATA, "column %s is not in the %s", missing, schema->name);
}

static enum hc_status open_inputs(struct job *job, struct hc_err *err) {
    struct hc_reader *reader = NULL;
    const struct hc_schema *schema = NULL;
    struct hc_reader_options options = {
        .kind = job->kind, .trust_input = job->config->trust_input, .want_unknown = true};
    enum hc_status status = peek(job, &options, &reader, &schema, err);
    if (status == HC_OK && schema)
        status = choose_columns(job, schema, err);
    if (status == HC_OK && schema) {
        options.kind = job->kind;
        options.want = job->kind < HC_KINDS ? job->want : NULL;
        options.want_unknown = job->want_unknown || job->kind >= HC_KINDS;
    }
    free_question(&job->question); /* its schema goes with the reader */
    hc_reader_free(reader);
    if (status == HC_OK)
        status = hc_inputs_open(&job->inputs, job->path, job->paths, &options, err);
    if (status == HC_OK)
        status = compile(job, hc_inputs_schema(job->inputs), err);
    return status == HC_OK ? has_columns(job, err) : status;
}

/* ---- rows ---- */

static bool make_room(struct job *job, size_t rows) {
    if (rows <= job->cap_rows)
        return true;
    size_t cap = rows > GIVEN_ROWS ? rows : GIVEN_ROWS;
    uint32_t *kept = realloc(job->kept, cap * sizeof *kept);
    job->kept = kept ? kept : job->kept;
    uint32_t *other = realloc(job->other, cap * sizeof *other);
    job->other = other ? other : job->other;
    uint32_t *row = realloc(job->row, cap * sizeof *row);
    job->row = row ? row : job->row;
    hc_month *month = realloc(job->month, cap * sizeof *month);
    job->month = month ? month : job->month;
    if (kept && other && row && month)
        job->cap_rows = cap;
    /* cppcheck-suppress memleak */
    return job->cap_rows == cap; /* what was made stays with the job, which frees it */
}

static void set_aside(struct job *job, const char *reason, const struct hc_batch *batch,
                      const uint32_t *row, size_t rows) {
    hc_accounts_aside(job->accounts, reason, batch, row, rows);
    hc_totals_add_rows(&job->aside, batch, row, rows);
}

/* kept := the rows that --where keeps. */
static enum hc_status choose_where(struct job *job, const struct hc_batch *batch,
                                   size_t *count, struct hc_err *err) {
    if (!job->question.where) {
        *count = batch->rows;
        for (size_t i = 0; i < batch->rows; i++)
            job->kept[i] = (uint32_t)i;
        return HC_OK;
    }
    enum hc_status status =
        hc_expr_select(job->question.where, batch, job->kept, count, err);
    size_t others = 0;
    for (size_t i = 0, k = 0; i < batch->rows && status == HC_OK; i++) {
        if (k < *count && job->kept[k] == i)
            k++;
        else
            job->other[others++] = (uint32_t)i;
    }
    if (status == HC_OK && others)
        set_aside(job, "filtered", batch, job->other, others);
    return status;
}

/* kept := those of them that fall into the months asked for. */
static void choose_period(struct job *job, const struct hc_batch *batch, size_t *count) {
    const struct question *q = &job->question;
    size_t kept = 0, others = 0;
    if (!q->by_period)
        return;
    for (size_t i = 0; i < *count; i++) {
        uint32_t row = job->kept[i];
        hc_month first, last;
        bool inside;
        if (q->coverage) {
            inside = hc_months_covered(&q->months, batch, row, &first, &last);
        } else {
            const struct hc_column *c = &batch->column[q->own_date];
            inside = !hc_column_null(c, row);
            first = inside ? hc_month_of(c->i32[row]) : 0;
            inside = inside && first >= q->months.first && first <= q->months.last;
        }
        if (inside)
            job->kept[kept++] = row;
        else
            job->other[others++] = row;
    }
    *count = kept;
    if (others)
        set_aside(job, "out_of_period", batch, job->other, others);
}

/* Each row once for every month it covers. */
static enum hc_status add_months(struct job *job, const struct hc_batch *batch,
                                 size_t count, struct hc_err *err) {
    struct hc_rows rows = {batch, 0, job->row, job->month};
    enum hc_status status = HC_OK;
    for (size_t i = 0; i < count && status == HC_OK; i++) {
        hc_month first, last;
        if (!hc_months_covered(&job->question.months, batch, job->kept[i], &first, &last))
            continue;
        for (hc_month m = first; m <= last && status == HC_OK; m++) {
            job->row[rows.count] = job->kept[i];
            job->month[rows.count++] = m;
            if (rows.count < job->cap_rows)
                continue;
            status = hc_aggregate_add(job->question.aggregate, &rows, err);
            rows.count = 0;
        }
    }
    if (status == HC_OK)
        status = hc_aggregate_add(job->question.aggregate, &rows, err);
    return status;
}

static enum hc_status add_batch(struct job *job, const struct hc_batch *batch,
                                struct hc_err *err) {
    size_t count;
    if (!make_room(job, batch->rows))
        return hc_fail_memory(err);
    enum hc_status status = choose_where(job, batch, &count, err);
    if (status != HC_OK)
        return status;
    choose_period(job, batch, &count);
    hc_totals_add_rows(&job->used, batch, job->kept, count);
    if (job->question.by_month)
        return add_months(job, batch, count, err);
    const struct hc_rows rows = {batch, count, job->kept, NULL};
    return hc_aggregate_add(job->question.aggregate, &rows, err);
}

static enum hc_status add_all(struct job *job, struct hc_err *err) {
    const struct hc_batch *batch;
    enum hc_status status = HC_OK;
    while (status == HC_OK &&
           (status = hc_inputs_next(job->inputs, &batch, err)) == HC_OK) {
        status = add_batch(job, batch, err);
        if (status == HC_OK)
            status = hc_stopped(err);
    }
    if (status != HC_END)
        return status;
    /* Rows spread over months are added more than once: their sums are no account. */
    status = hc_aggregate_finish(job->question.aggregate,
                                 job->question.by_month ? NULL : &job->used, err);
    if (status == HC_OK)
        status = hc_totals_balance(hc_inputs_totals(job->inputs), &job->used, &job->aside,
                                   "used, filtered and out of the months", err);
    return status;
}

/* ---- the result ---- */

static void put_cell(struct hc_batch *out, const struct job *job, uint32_t group,
                     size_t measure, const char *const *value) {
    const struct hc_aggregate *a = job->question.aggregate;
    const struct hc_opt_list *by = &job->config->by;
    const struct hc_measure *m = hc_aggregate_measure(a, measure);
    struct hc_cell cell = hc_aggregate_cell(a, group, measure);
    char id[17];
    hc_batch_row(out);
    hc_set_str(out, HC_measure_measure, hc_str_of(m->name));
    hc_set_str(out, HC_measure_level, HC_STR("cell"));
    if (cell.has_value) {
        hc_set_i64(out, HC_measure_numerator, cell.value);
        hc_set_i64(out, HC_measure_denominator, 1);
        hc_set_i64(out, HC_measure_value, cell.value);
    }
    hc_set_i32(out, HC_measure_scale, m->scale);
    hc_set_str(out, HC_measure_unit, hc_str_of(m->unit));
    if (cell.people >= 0)
        hc_set_i64(out, HC_measure_people, cell.people);
    hc_set_i64(out, HC_measure_null_rows, cell.null_rows);
    if (job->config->has_known_on)
        hc_set_i32(out, HC_measure_known_on, job->config->known_on);
    hc_set_str(out, HC_measure_cell,
               hc_str_of(hc_result_cell(m->name, by->item, value, by->count, id)));
    hc_set_choice(out, HC_measure_status, HC_cell_status_shown);
    for (size_t i = 0; i < by->count; i++)
        hc_set_str(out, HC_measure_fields + i, hc_str_of(value[i]));
}

static enum hc_status write_cells(const struct job *job, struct hc_writer *writer,
                                  struct hc_batch *out, struct hc_err *err) {
    const struct hc_aggregate *a = job->question.aggregate;
    const struct hc_opt_list *by = &job->config->by;
    struct hc_buf *text = calloc(by->count + 1, sizeof *text);
    const char **value = calloc(by->count + 1, sizeof *value);
    enum hc_status status = text && value ? HC_OK : hc_fail_memory(err);
    for (uint32_t group = 0; group < hc_aggregate_groups(a) && status == HC_OK; group++) {
        for (size_t i = 0; i < by->count; i++)
            value[i] = hc_aggregate_text(a, group, i, &text[i]);
        for (size_t m = 0; m < job->config->measure.count && status == HC_OK; m++) {
            put_cell(out, job, group, m, value);
            if (!hc_batch_full(out))
                continue;
            status = hc_writer_write(writer, out, err);
            hc_batch_clear(out);
        }
    }
    if (status == HC_OK)
        status = hc_writer_write(writer, out, err);
    for (size_t i = 0; text && i < by->count; i++)
        hc_buf_free(&text[i]);
    free(text);
    free(value);
    return status;
}

static enum hc_status close_books(struct job *job, const struct hc_totals *written,
                                  struct hc_err *err) {
    const char *path = job->paths == 1 ? job->path[0] : NULL;
    hc_accounts_in(job->accounts, path, hc_inputs_totals(job->inputs));
    hc_accounts_out(job->accounts, NULL, &job->used);
    enum hc_status status = HC_OK;
    if (job->used.schema->kind < HC_KINDS)
        status = hc_accounts_check(job->accounts, job->used.schema->kind, err);
    hc_accounts_out(job->accounts, job->config->output, written);
    return status;
}

static enum hc_status write_result(struct job *job, struct hc_err *err) {
    const struct hc_schema *read = hc_inputs_schema(job->inputs), *schema;
    const struct hc_question *c = job->config;
    struct hc_arena arena = {0};
    struct hc_writer *writer = NULL;
    struct hc_batch *out = NULL;
    bool *phi = calloc(c->by.count + 1, sizeof *phi);
    enum hc_status status = phi ? HC_OK : hc_fail_memory(err);
    for (size_t i = 0; i < c->by.count && status == HC_OK; i++) {
        const struct hc_grouping *g = hc_aggregate_grouping(job->question.aggregate, i);
        phi[i] = g->column >= 0 && g->part == HC_GROUP_VALUE &&
                 (read->field[g->column].flags & HC_PHI);
    }
    if (status == HC_OK)
        status = hc_result_schema(&arena, c->by.item, phi, c->by.count, &schema, err);
    if (status == HC_OK)
        status = hc_batch_new(&out, schema, NULL, err);
    if (status == HC_OK)
        status = hc_writer_open(&writer, c->output, schema, &(struct hc_meta){0},
                                job->config->tool, &(struct hc_writer_options){0}, err);
    if (status == HC_OK)
        status = write_cells(job, writer, out, err);
    if (status == HC_OK)
        status = close_books(job, hc_writer_totals(writer), err);
    if (status == HC_OK)
        status = hc_accounts_prepare(job->accounts, c->common->accounts, err);
    if (status == HC_OK)
        status = hc_writer_commit(writer, err);
    if (status == HC_OK)
        status = hc_accounts_write(job->accounts, c->common->accounts, err);
    hc_writer_free(writer);
    hc_batch_free(out);
    hc_arena_free(&arena);
    free(phi);
    return status;
}

/* ---- the tool ---- */

static enum hc_status dry_run(struct job *job, struct hc_err *err) {
    struct hc_dryrun dry;
    const struct hc_schema *schema = NULL;
    const char **names = NULL;
    if (job->kind < HC_KINDS) {
        schema = &hc_kinds[job->kind];
        enum hc_status status = choose_columns(job, schema, err);
        names = status == HC_OK ? calloc(schema->fields + 1, sizeof *names) : NULL;
        if (status == HC_OK && !names)
            status = hc_fail_memory(err);
        if (status != HC_OK)
            return status;
        for (size_t i = 0, n = 0; i < schema->fields; i++)
            if (job->want[i])
                names[n++] = schema->field[i].name;
    }
    hc_dryrun_start(&dry, job->config->tool);
    for (size_t i = 0; i < job->paths; i++)
        hc_dryrun_reads(&dry, job->path[i], schema ? schema->name : NULL, names);
    hc_dryrun_writes(&dry, job->config->output, "measure");
    if (job->config->where && job->config->where[0] == '@')
        hc_dryrun_config(&dry, job->config->where + 1);
    free(names);
    return hc_dryrun_end(&dry, err);
}

static enum hc_status check_options(struct job *job, struct hc_err *err) {
    const struct hc_question *c = job->config;
    job->kind = HC_KIND_any;
    if (c->measure.count == 0) {
        hc_fail(err, HC_EUSAGE, "nothing to measure: --measure is missing");
        hc_err_hint(err, "--measure=lines,paid counts lines and adds up what was paid");
        return HC_EUSAGE;
    }
    if (c->trust_input && !c->kind)
        return hc_fail(err, HC_EUSAGE, "--trust-input wants --kind=KIND");
    if (c->kind) {
        const struct hc_schema *kind = hc_kind_of(hc_str_of(c->kind));
        if (!kind) {
            const char *near = hc_kind_near(hc_str_of(c->kind));
            hc_fail(err, HC_EUSAGE, "--kind: there is no kind '%s'", c->kind);
            if (near)
                hc_err_hint(err, "did you mean '%s'?", near);
            return HC_EUSAGE;
        }
        job->kind = kind->kind;
    }
    if (!c->where)
        return HC_OK;
    if (c->where[0] != '@') {
        hc_buf_puts(&job->where, c->where);
        return job->where.failed ? hc_fail_memory(err) : HC_OK;
    }
    return hc_read_file(c->where + 1, 1 << 20, &job->where, err);
}

static enum hc_status aggregate_inputs(struct job *job, struct hc_err *err) {
    enum hc_status status = open_inputs(job, err);
    if (status == HC_OK)
        status = hc_totals_init(&job->used, hc_inputs_schema(job->inputs), err);
    if (status == HC_OK)
        status = hc_totals_init(&job->aside, hc_inputs_schema(job->inputs), err);
    if (status == HC_OK)
        status = add_all(job, err);
    if (status == HC_OK)
        status = write_result(job, err);
    return status;
}

enum hc_status hc_question_ask(const struct hc_question *question,
                               struct hc_accounts *accounts, struct hc_err *err) {
    static const char *const standard[] = {"-"};
    struct job job = {.config = question, .accounts = accounts};
    job.path = question->paths > 0 ? question->path : standard;
    job.paths = question->paths > 0 ? question->paths : 1;
    enum hc_status status = check_options(&job, err);
    if (status == HC_OK && question->common->dry_run)
        status = dry_run(&job, err);
    else if (status == HC_OK)
        status = aggregate_inputs(&job, err);
    free_question(&job.question);
    hc_totals_free(&job.used);
    hc_totals_free(&job.aside);
    hc_inputs_free(job.inputs);
    hc_buf_free(&job.where);
    free(job.want);
    free(job.kept);
    free(job.other);
    free(job.row);
    free(job.month);
    return status;
}
