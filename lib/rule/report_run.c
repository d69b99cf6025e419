#include "rule/report_run.h"

#include <stdlib.h>

#include "base/map.h"
#include "record/partition.h"
#include "rule/expr.h"
#include "rule/report_cells.h"

#define PARTS 64

struct run {
    const struct hc_report *report;
    struct hc_report_cells *cells;
    struct hc_accounts *accounts;
    const char *accounts_path;
    struct hc_report_told *told;
    struct hc_expr **where; /* per measure, or NULL */
    hc_i128 *used[2];       /* by covered or not, per base measure: over all rows used */
    bool *counts, *null_amount; /* per measure, of the row at hand */
    int64_t *amount;
    struct hc_arena arena;
};

/* One partition of one source in order of (person, month). */
struct sorted {
    struct hc_batch *batch;
    uint32_t *row;
    int64_t
        *person; /* of each batch row; below 0 a member's stand-in, INT64_MIN for none */
    hc_month *month;
    uint8_t **holds; /* per measure with a where over this source: a flag per batch row */
};

/* ---- what is wanted ---- */

static enum hc_status compile(struct run *run, struct hc_err *err) {
    const struct hc_report *report = run->report;
    run->where = hc_arena_zalloc(&run->arena, (report->measures + 1) * sizeof *run->where);
    if (!run->where)
        return hc_fail_memory(err);
    for (size_t m = 0; m < report->measures; m++) {
        const struct hc_report_measure *measure = &report->measure[m];
        if (!measure->where)
            continue;
        const struct hc_schema *schema =
            &hc_kinds[measure->of == HC_OF_assignment ? HC_KIND_assignment
                                                      : HC_KIND_claim_line];
        enum hc_status status =
            hc_expr_compile(&run->where[m], hc_str_of(measure->where), schema, true, err);
        if (status != HC_OK) {
            if (err) /* the expression stands in a file, not on the command line */
                err->status = HC_ECONFIG;
            hc_err_at_file(err, report->path);
            hc_err_at_field(err, measure->name);
            return HC_ECONFIG;
        }
    }
    return HC_OK;
}

static void want_columns(const struct run *run, bool *want) {
    static const int always[] = {HC_claim_line_payer,     HC_claim_line_member_id,
                                 HC_claim_line_person_id, HC_claim_line_service_from,
                                 HC_claim_line_paid_date, HC_claim_line_adjustment,
                                 HC_claim_line_standing};
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        want[always[i]] = true;
    for (size_t m = 0; m < run->report->measures; m++) {
        const struct hc_report_measure *measure = &run->report->measure[m];
        if (measure->of != HC_OF_claim_line)
            continue;
        for (size_t i = 0; i < measure->columns; i++)
            want[measure->column[i]] = true;
        if (run->where[m])
            hc_expr_columns(run->where[m], want);
    }
}

static void run_end(struct run *run) {
    for (size_t m = 0; run->where && m < run->report->measures; m++)
        hc_expr_free(run->where[m]);
    hc_report_cells_free(run->cells);
    hc_arena_free(&run->arena);
}

enum hc_status hc_report_wants(const struct hc_report *report, bool *want,
                               struct hc_err *err) {
    struct run run = {.report = report};
    enum hc_status status = compile(&run, err);
    if (status == HC_OK)
        want_columns(&run, want);
    run_end(&run);
    return status;
}

/* ---- reading: what is in the period goes to its partition ---- */

/* NULL when the row is used, else the reason it is not. */
static const char *assignment_outside(const struct hc_report *report,
                                      const struct hc_batch *b, size_t row) {
    if (hc_is_null(b, HC_assignment_month, row))
        return "no_month";
    hc_month month = hc_month_of(hc_date_of(b, HC_assignment_month)[row]);
    return month < report->from || month > hc_month_of(report->as_of) ? "out_of_period"
                                                                      : NULL;
}

static const char *claim_outside(const struct hc_report *report, const struct hc_batch *b,
                                 size_t row) {
    if (hc_is_null(b, HC_claim_line_service_from, row))
        return "no_service_date";
    hc_day day = hc_date_of(b, HC_claim_line_service_from)[row];
    if (hc_month_of(day) < report->from || day > report->incurred_through)
        return "out_of_period";
    if (!hc_is_null(b, HC_claim_line_paid_date, row) &&
        hc_date_of(b, HC_claim_line_paid_date)[row] > report->paid_through)
        return "paid_later";
    return NULL;
}

/* Note what a used row tells of the whole. */
static void tell(struct hc_report_told *told, enum hc_report_of of,
                 const struct hc_batch *b, size_t row) {
    if (of == HC_OF_claim_line) {
        told->undated += hc_is_null(b, HC_claim_line_paid_date, row);
        return;
    }
    int64_t type = hc_int_at(b, HC_assignment_primary_payer, row, -1);
    hc_month month = hc_month_of(hc_date_of(b, HC_assignment_month)[row]);
    if (type < 0 || (told->covers[type] && month <= told->last[type]))
        return;
    told->covers[type] = true;
    told->last[type] = month;
}

static enum hc_status divide_batch(struct run *run, enum hc_report_of of,
                                   const struct hc_batch *in, struct hc_batch *kept,
                                   struct hc_partitions *parts, struct hc_totals *used,
                                   struct hc_err *err) {
    static const int person_column[] = {HC_assignment_person_id, HC_claim_line_person_id};
    uint32_t row[HC_BATCH_ROWS], part[HC_BATCH_ROWS];
    for (size_t from = 0; from < in->rows; from += HC_BATCH_ROWS) {
        size_t rows = 0,
               end = from + HC_BATCH_ROWS < in->rows ? from + HC_BATCH_ROWS : in->rows;
        for (size_t r = from; r < end; r++) {
            uint32_t one = (uint32_t)r;
            const char *reason = of == HC_OF_assignment
                                     ? assignment_outside(run->report, in, r)
                                     : claim_outside(run->report, in, r);
            if (!reason) {
                tell(run->told, of, in, r);
                row[rows++] = one;
                continue;
            }
            run->told->paid_later += strcmp(reason, "paid_later") == 0;
            run->told->without_day += strcmp(reason, "no_service_date") == 0;
            hc_accounts_aside(run->accounts, reason, in, &one, 1);
        }
        hc_batch_clear(kept);
        enum hc_status status = hc_batch_take(kept, in, row, rows, err);
        for (size_t r = 0; r < rows; r++)
            part[r] = hc_part_of(kept, &person_column[of], 1, r, PARTS);
        if (status == HC_OK)
            status = hc_partitions_add(parts, kept, part, err);
        if (status != HC_OK)
            return status;
        hc_totals_add(used, kept);
    }
    return HC_OK;
}

static enum hc_status divide(struct run *run, enum hc_report_of of,
                             const char *const *paths, size_t count, const bool *want,
                             const int *need, const struct hc_report_inputs *inputs,
                             struct hc_partitions **parts, struct hc_inputs **in,
                             struct hc_err *err) {
    struct hc_reader_options options = {.kind = of == HC_OF_assignment ? HC_KIND_assignment
                                                                       : HC_KIND_claim_line,
                                        .want = want,
                                        .need = need};
    const struct hc_batch *batch;
    struct hc_batch *kept = NULL;
    struct hc_totals used = {0};
    enum hc_status status = hc_inputs_open(in, paths, count, &options, err);
    if (status == HC_OK)
        status = hc_partitions_new(parts, hc_inputs_schema(*in), hc_inputs_has(*in), PARTS,
                                   inputs->memory_bytes / 3, inputs->temp_dir, err);
    if (status == HC_OK)
        status = hc_batch_new(&kept, hc_inputs_schema(*in), hc_inputs_has(*in), err);
    if (status == HC_OK)
        status = hc_totals_init(&used, hc_inputs_schema(*in), err);
    while (status == HC_OK && (status = hc_inputs_next(*in, &batch, err)) == HC_OK)
        status = divide_batch(run, of, batch, kept, *parts, &used, err);
    if (status == HC_END) {
        hc_accounts_in(run->accounts, count == 1 ? paths[0] : NULL, hc_inputs_totals(*in));
        hc_accounts_out(run->accounts, "cells", &used);
        status = hc_accounts_check(run->accounts, options.kind, err);
    }
    hc_totals_free(&used);
    hc_batch_free(kept);
    return status;
}

/* ---- one partition ---- */

static int compare_rows(const void *a, const void *b, void *context) {
    const struct sorted *s = context;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    if (s->person[x] != s->person[y])
        return s->person[x] < s->person[y] ? -1 : 1;
    if (s->month[x] != s->month[y])
        return s->month[x] < s->month[y] ? -1 : 1;
    return x < y ? -1 : x > y;
}

static void sorted_free(struct sorted *s) {
    hc_batch_free(s->batch);
    free(s->row);
    free(s->person);
    free(s->month);
    *s = (struct sorted){0};
}

static enum hc_status flag_rows(struct hc_expr *where, const struct hc_batch *b,
                                uint8_t *holds, struct hc_err *err) {
    uint32_t *row = malloc((b->rows + 1) * sizeof *row);
    size_t rows = 0;
    if (!row)
        return hc_fail_memory(err);
    enum hc_status status = hc_expr_select(where, b, row, &rows, err);
    memset(holds, 0, b->rows);
    for (size_t i = 0; status == HC_OK && i < rows; i++)
        holds[row[i]] = 1;
    free(row);
    return status;
}

/* Whom a row without a person names: its member, who is nobody in the assignments. */
static int64_t stand_in(const struct hc_batch *b, size_t row) {
    struct hc_str payer = hc_str_at(b, HC_claim_line_payer, row);
    struct hc_str member = hc_str_at(b, HC_claim_line_member_id, row);
    if (member.len == 0)
        return INT64_MIN;
    uint64_t hash = hc_hash(member.ptr, member.len, hc_hash(payer.ptr, payer.len, 0));
    return -1 - (int64_t)(hash >> 1 & INT64_MAX >> 1);
}

static enum hc_status sort_part(struct run *run, enum hc_report_of of,
                                struct hc_partitions *parts, unsigned part,
                                struct hc_arena *arena, struct sorted *s,
                                struct hc_err *err) {
    enum hc_status status = hc_partitions_load(parts, part, &s->batch, err);
    if (status != HC_OK)
        return status;
    const struct hc_batch *b = s->batch;
    size_t measures = run->report->measures;
    s->row = malloc((b->rows + 1) * sizeof *s->row);
    s->person = malloc((b->rows + 1) * sizeof *s->person);
    s->month = malloc((b->rows + 1) * sizeof *s->month);
    s->holds = hc_arena_zalloc(arena, (measures + 1) * sizeof *s->holds);
    if (!s->row || !s->person || !s->month || !s->holds)
        return hc_fail_memory(err);
    size_t person =
        of == HC_OF_assignment ? HC_assignment_person_id : HC_claim_line_person_id;
    const int32_t *day = of == HC_OF_assignment ? hc_date_of(b, HC_assignment_month)
                                                : hc_date_of(b, HC_claim_line_service_from);
    for (size_t r = 0; r < b->rows; r++) {
        s->row[r] = (uint32_t)r;
        s->person[r] = hc_int_at(b, person, r, INT64_MIN);
        if (of == HC_OF_claim_line && s->person[r] == INT64_MIN)
            s->person[r] = stand_in(b, r);
        s->month[r] = hc_month_of(day[r]);
    }
    qsort_r(s->row, b->rows, sizeof *s->row, compare_rows, s);
    for (size_t m = 0; status == HC_OK && m < measures; m++) {
        if (!run->where[m] || run->report->measure[m].of != of)
            continue;
        s->holds[m] = hc_arena_alloc(arena, b->rows + 1);
        if (!s->holds[m])
            return hc_fail_memory(err);
        status = flag_rows(run->where[m], b, s->holds[m], err);
    }
    return status;
}

static enum hc_status month_codes(struct run *run, hc_month month, uint32_t *code,
                                  struct hc_err *err) {
    char text[3][16];
    hc_format_month(month, text[0]);
    hc_format_quarter(month, text[1]);
    snprintf(text[2], sizeof text[2], "%.4s", text[0]);
    enum hc_status status = HC_OK;
    for (int dim = 0; status == HC_OK && dim < 3; dim++)
        status =
            hc_report_cells_code(run->cells, dim, hc_str_of(text[dim]), &code[dim], err);
    return status;
}

/* Codes of an assignment row's dimensions behind month, quarter and year; b NULL: of a
 * claim line that belongs to no assignment row. */
static enum hc_status group_codes(struct run *run, const struct hc_batch *b, size_t row,
                                  uint32_t *code, struct hc_err *err) {
    enum hc_status status = HC_OK;
    for (int dim = 3; status == HC_OK && hc_report_dims[dim]; dim++) {
        struct hc_str value = HC_STR("no_coverage");
        if (b && strcmp(hc_report_dims[dim], "attributed") == 0) {
            value = hc_is_null(b, HC_assignment_aco_id, row) ? HC_STR("no") : HC_STR("yes");
        } else if (b && strcmp(hc_report_dims[dim], "primary_payer") == 0) {
            int64_t payer = hc_int_at(b, HC_assignment_primary_payer, row, -1);
            value = payer < 0 ? HC_STR("none")
                              : hc_str_of(hc_choices[HC_CHOICES_payer_type].value[payer]);
        } else if (b) {
            int column = hc_schema_find(b->schema, hc_str_of(hc_report_dims[dim]));
            value = hc_is_null(b, (size_t)column, row) ? HC_STR("none")
                                                       : hc_str_at(b, (size_t)column, row);
        }
        status = hc_report_cells_code(run->cells, dim, value, &code[dim], err);
    }
    return status;
}

static enum hc_status add_row(struct run *run, enum hc_report_of of, const struct sorted *s,
                              uint32_t r, bool covered, const uint32_t *code,
                              struct hc_err *err) {
    const struct hc_report *report = run->report;
    bool cancelled =
        of == HC_OF_claim_line &&
        hc_int_at(s->batch, HC_claim_line_adjustment, r, 0) == HC_adjustment_cancellation;
    bool residual = of == HC_OF_claim_line && hc_int_at(s->batch, HC_claim_line_standing, r,
                                                        -1) == HC_standing_residual;
    for (size_t m = 0; m < report->measures; m++) {
        const struct hc_report_measure *measure = &report->measure[m];
        run->counts[m] = measure->formula <= HC_FORMULA_sum && measure->of == of &&
                         (!s->holds[m] || s->holds[m][r]);
        if (!run->counts[m])
            continue;
        int64_t amount = residual ? 0 : cancelled ? -1 : 1;
        run->null_amount[m] = false;
        if (measure->formula == HC_FORMULA_sum) {
            amount = 0;
            for (size_t i = 0; i < measure->columns; i++) {
                size_t column = (size_t)measure->column[i];
                int64_t value = hc_int_at(s->batch, column, r, 0);
                run->null_amount[m] |= hc_is_null(s->batch, column, r);
                if (!hc_add(amount, measure->sign[i] * value, &amount))
                    return hc_fail(err, HC_EDATA, "%s: an amount leaves 64 bits",
                                   measure->name);
            }
            if (run->null_amount[m] && report->refuse_nulls)
                return hc_fail(err, HC_EDATA,
                               "%s: a claim line has no such amount, and the "
                               "report says amount_nulls: refuse",
                               measure->name);
        }
        run->amount[m] = amount;
        if (!run->null_amount[m])
            run->used[covered][m] += amount;
    }
    int quarter_month = ((s->month[r] % 3) + 3) % 3;
    struct hc_report_row row = {
        .of = of,
        .has_person = s->person[r] != INT64_MIN,
        .person = s->person[r],
        .code = code,
        .covered = covered,
        .incurred = s->month[r] <= hc_month_of(report->incurred_through),
        .quarter_end = quarter_month == 2 || s->month[r] == hc_month_of(report->as_of),
        .counts = run->counts,
        .amount = run->amount,
        .null_amount = run->null_amount};
    return hc_report_cells_add(run->cells, &row, err);
}

/* Walk both in order of (person, month): each claim line meets the assignment row of its
 * person and month, or none. */
static enum hc_status add_part(struct run *run, const struct sorted *people,
                               const struct sorted *claims, struct hc_err *err) {
    enum hc_status status = HC_OK;
    size_t c = 0, a = 0;
    while (status == HC_OK && (a < people->batch->rows || c < claims->batch->rows)) {
        uint32_t code[16] = {0};
        uint32_t person_row = a < people->batch->rows ? people->row[a] : 0;
        uint32_t claim_row = c < claims->batch->rows ? claims->row[c] : 0;
        bool has_person = a < people->batch->rows;
        bool has_claim = c < claims->batch->rows;
        bool claim_first = has_claim && has_person &&
                           (claims->person[claim_row] < people->person[person_row] ||
                            (claims->person[claim_row] == people->person[person_row] &&
                             claims->month[claim_row] < people->month[person_row]));
        bool alone = has_claim && (!has_person || claim_first);
        hc_month month = alone ? claims->month[claim_row] : people->month[person_row];
        int64_t person = alone ? claims->person[claim_row] : people->person[person_row];
        status = month_codes(run, month, code, err);
        if (status == HC_OK)
            status = group_codes(run, alone ? NULL : people->batch, person_row, code, err);
        if (status == HC_OK && !alone) {
            status = add_row(run, HC_OF_assignment, people, person_row, true, code, err);
            a++;
        }
        for (; status == HC_OK && c < claims->batch->rows; c++) {
            claim_row = claims->row[c];
            if (claims->person[claim_row] != person || claims->month[claim_row] != month)
                break;
            if (alone)
                hc_accounts_note(run->accounts, "claim_lines_no_coverage", 1);
            status = add_row(run, HC_OF_claim_line, claims, claim_row, !alone, code, err);
        }
        if (status == HC_OK && !alone && a < people->batch->rows &&
            people->person[people->row[a]] == person &&
            people->month[people->row[a]] == month)
            status =
                hc_fail(err, HC_EDATA, "assignment: two rows of one person for one month");
    }
    return status;
}

static enum hc_status add_parts(struct run *run, struct hc_partitions *people,
                                struct hc_partitions *claims, struct hc_err *err) {
    enum hc_status status = HC_OK;
    for (unsigned part = 0; status == HC_OK && part < PARTS; part++) {
        struct sorted a = {0}, c = {0};
        struct hc_arena arena = {0};
        status = sort_part(run, HC_OF_assignment, people, part, &arena, &a, err);
        if (status == HC_OK)
            status = sort_part(run, HC_OF_claim_line, claims, part, &arena, &c, err);
        if (status == HC_OK)
            status = add_part(run, &a, &c, err);
        sorted_free(&a);
        sorted_free(&c);
        hc_arena_free(&arena);
    }
    return status;
}

/* ---- the whole ---- */

static enum hc_status write_cells(struct run *run, const char *output, struct hc_err *err) {
    struct hc_writer *writer = NULL;
    struct hc_buf page = {0};
    hc_report_describe(run->report, &page);
    if (page.failed) {
        hc_buf_free(&page);
        return hc_fail_memory(err);
    }
    struct hc_meta meta = {.count = 1,
                           .pair = hc_arena_zalloc(&run->arena, sizeof *meta.pair)};
    if (!meta.pair) {
        hc_buf_free(&page);
        return hc_fail_memory(err);
    }
    meta.pair[0].key = HC_STR("hc.report");
    meta.pair[0].value = hc_buf_str(&page);
    enum hc_status status =
        hc_writer_open(&writer, output, hc_report_cells_schema(run->cells), &meta,
                       "hc-aggregate", NULL, err);
    if (status == HC_OK)
        status = hc_report_cells_write(run->cells, writer, err);
    if (status == HC_OK) {
        hc_accounts_out(run->accounts, output, hc_writer_totals(writer));
        status = hc_accounts_prepare(run->accounts, run->accounts_path, err);
    }
    if (status == HC_OK)
        status = hc_writer_commit(writer, err);
    hc_writer_free(writer);
    hc_buf_free(&page);
    return status;
}

enum hc_status hc_report_run(const struct hc_report *report,
                             const struct hc_report_inputs *inputs, const char *output,
                             struct hc_accounts *accounts, struct hc_report_told *told,
                             struct hc_err *err) {
    static const int need_people[] = {HC_assignment_person_id, HC_assignment_month,
                                      HC_assignment_primary_payer, HC_assignment_aco_id,
                                      -1};
    static const int need_claims[] = {HC_claim_line_person_id, HC_claim_line_service_from,
                                      -1};
    bool want[HC_claim_line_fields] = {false};
    struct run run = {.report = report,
                      .accounts = accounts,
                      .accounts_path = inputs->accounts,
                      .told = told};
    *told = (struct hc_report_told){.as_of = report->as_of,
                                    .incurred_through = report->incurred_through,
                                    .paid_through = report->paid_through};
    struct hc_partitions *people = NULL, *claims = NULL;
    struct hc_inputs *people_in = NULL, *claims_in = NULL;
    size_t n = report->measures + 1;
    for (int i = 0; i < 2; i++)
        run.used[i] = hc_arena_zalloc(&run.arena, n * sizeof *run.used[i]);
    run.counts = hc_arena_zalloc(&run.arena, n * sizeof *run.counts);
    run.null_amount = hc_arena_zalloc(&run.arena, n * sizeof *run.null_amount);
    run.amount = hc_arena_zalloc(&run.arena, n * sizeof *run.amount);
    enum hc_status status =
        run.used[0] && run.used[1] && run.counts && run.null_amount && run.amount
            ? compile(&run, err)
            : hc_fail_memory(err);
    if (status == HC_OK)
        status = hc_report_cells_new(&run.cells, report, err);
    if (status == HC_OK)
        status = divide(&run, HC_OF_assignment, inputs->assignment, inputs->assignments,
                        NULL, need_people, inputs, &people, &people_in, err);
    if (status == HC_OK) {
        want_columns(&run, want);
        status = divide(&run, HC_OF_claim_line, inputs->claim_line, inputs->claim_lines,
                        want, need_claims, inputs, &claims, &claims_in, err);
    }
    if (status == HC_OK)
        status = add_parts(&run, people, claims, err);
    if (status == HC_OK)
        status = hc_report_cells_balance(run.cells, (const hc_i128 **)run.used, err);
    if (status == HC_OK)
        status = write_cells(&run, output, err);
    hc_partitions_free(people);
    hc_partitions_free(claims);
    hc_inputs_free(people_in);
    hc_inputs_free(claims_in);
    run_end(&run);
    return status;
}
