#include "rule/report_cells.h"

#include <inttypes.h>
#include <stdlib.h>

#define DIMS 12 /* entries of hc_report_dims */

struct key { /* hashed as bytes: no padding */
    uint32_t table;
    uint32_t code[HC_REPORT_DIMS];
};
struct tally { /* one base measure of one cell */
    hc_i128 sum;
    int64_t people, last_person; /* those behind the sum; the last one counted */
    uint64_t null_rows;
    bool known;    /* a row had the amount */
    bool nameless; /* and one of them named nobody */
};
struct cell {
    struct key key;
    struct tally *tally; /* report->measures of them */
};
struct hc_report_cells {
    const struct hc_report *report;
    struct hc_map *map; /* key bytes -> number of the cell */
    struct cell **cell;
    size_t cap;
    struct hc_arena arena;
    struct hc_map *value[DIMS]; /* value text -> code - 1 */
    struct hc_schema schema;
    int dim_column[DIMS]; /* column of a dimension, or -1 */
    int section_column;
};

/* ---- making ---- */

static bool uses_dim(const struct hc_report *report, int dim) {
    for (size_t t = 0; t < report->tables; t++)
        for (size_t d = 0; d < report->table[t].dims; d++)
            if (report->table[t].dim[d] == dim)
                return true;
    return false;
}

static enum hc_status make_schema(struct hc_report_cells *cells, struct hc_err *err) {
    const struct hc_schema *base = &hc_kinds[HC_KIND_measure];
    struct hc_field *field =
        hc_arena_zalloc(&cells->arena, (base->fields + 1 + DIMS) * sizeof *field);
    if (!field)
        return hc_fail_memory(err);
    memcpy(field, base->field, base->fields * sizeof *field);
    size_t n = base->fields;
    cells->section_column = (int)n;
    field[n++] =
        (struct hc_field){"section", HC_TYPE_utf8, HC_KEY, NULL, "table of the report"};
    for (int dim = 0; dim < DIMS; dim++) {
        cells->dim_column[dim] = -1;
        if (!uses_dim(cells->report, dim))
            continue;
        cells->dim_column[dim] = (int)n;
        field[n++] = (struct hc_field){hc_report_dims[dim], HC_TYPE_utf8, HC_KEY, NULL,
                                       "group; null where summed over"};
    }
    cells->schema = *base;
    cells->schema.field = field;
    cells->schema.fields = n;
    return HC_OK;
}

enum hc_status hc_report_cells_new(struct hc_report_cells **out,
                                   const struct hc_report *report, struct hc_err *err) {
    struct hc_report_cells *cells = calloc(1, sizeof *cells);
    if (!cells)
        return hc_fail_memory(err);
    cells->report = report;
    enum hc_status status = hc_map_new(&cells->map, err);
    for (int dim = 0; status == HC_OK && dim < DIMS; dim++)
        status = hc_map_new(&cells->value[dim], err);
    if (status == HC_OK)
        status = make_schema(cells, err);
    if (status == HC_OK)
        *out = cells;
    else
        hc_report_cells_free(cells);
    return status;
}

void hc_report_cells_free(struct hc_report_cells *cells) {
    if (!cells)
        return;
    for (int dim = 0; dim < DIMS; dim++)
        hc_map_free(cells->value[dim]);
    hc_map_free(cells->map);
    hc_arena_free(&cells->arena);
    free(cells->cell);
    free(cells);
}

const struct hc_schema *hc_report_cells_schema(const struct hc_report_cells *cells) {
    return &cells->schema;
}

enum hc_status hc_report_cells_code(struct hc_report_cells *cells, int dim,
                                    struct hc_str value, uint32_t *code,
                                    struct hc_err *err) {
    uint32_t id;
    enum hc_status status = hc_map_add(cells->value[dim], value, &id, NULL, err);
    if (status == HC_OK)
        *code = id + 1;
    return status;
}

/* ---- adding ---- */

static enum hc_status find_cell(struct hc_report_cells *cells, const struct key *key,
                                struct cell **found, struct hc_err *err) {
    uint32_t id;
    bool added;
    enum hc_status status = hc_map_add(
        cells->map, (struct hc_str){(const char *)key, sizeof *key}, &id, &added, err);
    if (status != HC_OK)
        return status;
    if (added) {
        if (id >= cells->cap) {
            size_t cap = cells->cap ? cells->cap * 2 : 256;
            struct cell **more = realloc(cells->cell, cap * sizeof(struct cell *));
            if (!more)
                return hc_fail_memory(err);
            cells->cell = more;
            cells->cap = cap;
        }
        struct cell *cell = hc_arena_zalloc(&cells->arena, sizeof *cell);
        size_t measures = cells->report->measures;
        struct tally *tally =
            hc_arena_zalloc(&cells->arena, (measures + 1) * sizeof *tally);
        if (!cell || !tally)
            return hc_fail_memory(err);
        for (size_t m = 0; m < measures; m++)
            tally[m].last_person = INT64_MIN;
        cell->key = *key;
        cell->tally = tally;
        cells->cell[id] = cell;
    }
    *found = cells->cell[id];
    return HC_OK;
}

static void tally_row(const struct hc_report *report, struct cell *cell,
                      const struct hc_report_row *row) {
    for (size_t m = 0; m < report->measures; m++) {
        struct tally *tally = &cell->tally[m];
        bool people = report->measure[m].formula == HC_FORMULA_people;
        if (!row->counts[m])
            continue;
        if (!people && row->null_amount[m]) {
            tally->null_rows++;
            continue;
        }
        tally->known = true;
        tally->nameless |= !row->has_person;
        bool another = row->has_person && tally->last_person != row->person;
        if (another) {
            tally->last_person = row->person;
            tally->people++;
        }
        tally->sum += people ? another : row->amount[m];
    }
}

/* Costs are shown up to incurred_through, so the people they are divided by are too. */
static bool takes(const struct hc_report_table *table, const struct hc_report_row *row) {
    if (!table->uses[row->of] || (table->quarter_end && !row->quarter_end))
        return false;
    if (table->uses[HC_OF_claim_line] && !row->incurred)
        return false;
    return table->cover == HC_COVER_group ||
           row->covered == (table->cover == HC_COVER_apart);
}

/* A row stands in its own cell and in one total for every set of dimensions summed over. */
enum hc_status hc_report_cells_add(struct hc_report_cells *cells,
                                   const struct hc_report_row *row, struct hc_err *err) {
    const struct hc_report *report = cells->report;
    for (size_t t = 0; t < report->tables; t++) {
        const struct hc_report_table *table = &report->table[t];
        if (!takes(table, row))
            continue;
        for (unsigned over = 0; over < 1u << table->dims; over++) {
            struct key key = {.table = (uint32_t)t};
            bool wanted = true;
            for (size_t d = 0; d < table->dims && wanted; d++) {
                bool total = over >> d & 1;
                wanted = !total || table->total[d];
                key.code[d] = total ? HC_TOTAL_CODE : row->code[table->dim[d]];
            }
            struct cell *cell = NULL;
            if (!wanted)
                continue;
            enum hc_status status = find_cell(cells, &key, &cell, err);
            if (status != HC_OK)
                return status;
            tally_row(report, cell, row);
        }
    }
    return HC_OK;
}

static bool is_total(const struct hc_report_table *table, const struct key *key) {
    for (size_t d = 0; d < table->dims; d++)
        if (key->code[d] == HC_TOTAL_CODE)
            return true;
    return false;
}

enum hc_status hc_report_cells_balance(const struct hc_report_cells *cells,
                                       const hc_i128 *used[2], struct hc_err *err) {
    const struct hc_report *report = cells->report;
    for (size_t t = 0; t < report->tables; t++) {
        if (report->table[t].quarter_end)
            continue;
        for (size_t m = 0; m < report->measures; m++) {
            const struct hc_report_measure *measure = &report->measure[m];
            if (measure->of != HC_OF_claim_line || !report->table[t].uses[measure->of] ||
                (measure->formula != HC_FORMULA_sum && measure->formula != HC_FORMULA_rows))
                continue;
            enum hc_report_cover cover = report->table[t].cover;
            hc_i128 sum = 0, all = (cover == HC_COVER_apart ? 0 : used[0][m]) +
                                   (cover == HC_COVER_only ? 0 : used[1][m]);
            for (uint32_t c = 0; c < hc_map_len(cells->map); c++)
                if (cells->cell[c]->key.table == t &&
                    !is_total(&report->table[t], &cells->cell[c]->key))
                    sum += cells->cell[c]->tally[m].sum;
            if (sum != all) {
                char a[HC_NUM_SIZE], b[HC_NUM_SIZE];
                return hc_fail(err, HC_EINTERNAL,
                               "section %s: the cells of %s sum to %s, the rows used to %s",
                               report->table[t].name, measure->name,
                               hc_format_scaled(sum, 0, a), hc_format_scaled(all, 0, b));
            }
        }
    }
    return HC_OK;
}

/* ---- writing ---- */

static struct hc_str value_of(const struct hc_report_cells *cells, int dim, uint32_t code) {
    return hc_map_key(cells->value[dim], code - 1);
}

struct order { /* what the sort compares by */
    const struct hc_report_cells *cells;
};

static int compare_cells(const void *a, const void *b, void *context) {
    const struct hc_report_cells *cells = ((struct order *)context)->cells;
    const struct key *x = &(*(struct cell *const *)a)->key,
                     *y = &(*(struct cell *const *)b)->key;
    if (x->table != y->table)
        return x->table < y->table ? -1 : 1;
    const struct hc_report_table *table = &cells->report->table[x->table];
    for (size_t d = 0; d < table->dims; d++) {
        if (x->code[d] == y->code[d])
            continue;
        if (x->code[d] == HC_TOTAL_CODE || y->code[d] == HC_TOTAL_CODE)
            return x->code[d] == HC_TOTAL_CODE ? 1 : -1;
        return hc_str_cmp(value_of(cells, table->dim[d], x->code[d]),
                          value_of(cells, table->dim[d], y->code[d]));
    }
    return 0;
}

/* The target of a cell in tenths of a percent, -1 when it has none: targets are set for all
 * payers together and for Medicare, by the year. */
static int64_t target_of(const struct hc_report_cells *cells, const struct cell *cell) {
    const struct hc_report *report = cells->report;
    const struct hc_report_table *table = &report->table[cell->key.table];
    int year = 0;
    bool medicare = false;
    for (size_t d = 0; d < table->dims; d++) {
        const char *dim = hc_report_dims[table->dim[d]];
        uint32_t code = cell->key.code[d];
        bool time = strcmp(dim, "month") == 0 || strcmp(dim, "quarter") == 0 ||
                    strcmp(dim, "year") == 0;
        if (code == HC_TOTAL_CODE)
            continue;
        struct hc_str value = value_of(cells, table->dim[d], code);
        int64_t number;
        if (time && value.len >= 4 &&
            hc_parse_int((struct hc_str){value.ptr, 4}, 0, 9999, &number, NULL) == HC_OK)
            year = (int)number;
        else if (strcmp(dim, "primary_payer") == 0 && hc_str_is(value, "medicare"))
            medicare = true;
        else
            return -1;
    }
    for (size_t i = 0; i < report->targets; i++)
        if (report->target[i].year == year)
            return medicare ? report->target[i].percent_medicare
                            : report->target[i].percent_all;
    return -1;
}

/* The people behind a base measure: of those whom no record names, or who have rows without
 * the amount, one at least. */
static int64_t people_behind(const struct tally *tally) {
    bool somebody = tally->nameless || tally->null_rows > 0;
    return tally->people == 0 && somebody ? 1 : tally->people;
}

/* Of a derived measure the fewer of its two, nobody apart: what one of a few cost is not
 * hidden among many who had coverage. */
static int64_t people_of(const struct hc_report_cells *cells, const struct cell *cell,
                         const struct hc_report_measure *m) {
    const struct hc_report *report = cells->report;
    const struct hc_report_table *table = &report->table[cell->key.table];
    int64_t most = 0;
    if (m->formula <= HC_FORMULA_sum)
        return people_behind(&cell->tally[m - report->measure]);
    if (m->formula != HC_FORMULA_target) {
        int64_t top = people_behind(&cell->tally[m->over[0]]);
        int64_t bottom = people_behind(&cell->tally[m->over[1]]);
        return top > 0 && (top < bottom || bottom == 0) ? top : bottom;
    }
    for (size_t i = 0; i < table->measures; i++) {
        const struct hc_report_measure *other = &report->measure[table->measure[i]];
        int64_t people =
            other->formula == HC_FORMULA_target ? 0 : people_of(cells, cell, other);
        most = people > most ? people : most;
    }
    return most;
}

struct figure {
    hc_i128 numerator, denominator;
    int64_t value;
    bool has_value, shown;
};

static struct figure figure_of(const struct hc_report_cells *cells, const struct cell *cell,
                               const struct hc_report_measure *m) {
    const struct hc_report *report = cells->report;
    struct figure f = {.denominator = 1, .shown = true, .has_value = true};
    const struct hc_report_measure *top = &report->measure[m->over[0]];
    const struct hc_report_measure *bottom = &report->measure[m->over[1]];
    hc_i128 n = cell->tally[m->over[0]].sum, d = cell->tally[m->over[1]].sum;
    const struct tally *tally = &cell->tally[m - report->measure];
    int64_t target = m->formula >= HC_FORMULA_target ? target_of(cells, cell) : 0;
    int cents = 0;
    f.shown = target >= 0;
    switch (m->formula) {
    case HC_FORMULA_rows:
    case HC_FORMULA_people:
    case HC_FORMULA_sum:
        f.numerator = tally->sum;
        f.has_value = tally->known || tally->null_rows == 0;
        f.value = (int64_t)f.numerator;
        break;
    case HC_FORMULA_ratio:
        f.numerator = n;
        f.denominator = d;
        /* a sum counts cents: over a count it is divided into units at this scale */
        cents = (top->formula == HC_FORMULA_sum) - (bottom->formula == HC_FORMULA_sum);
        f.has_value = hc_ratio(n * m->times, d * (cents > 0 ? 100 : 1), m->scale, &f.value);
        break;
    case HC_FORMULA_target:
        f.numerator = target;
        f.denominator = 10;
        f.has_value = hc_ratio(target, 10, m->scale, &f.value);
        break;
    case HC_FORMULA_gap_points:
        f.numerator = target * d - 1000 * n;
        f.denominator = 10 * d;
        f.has_value = hc_ratio(f.numerator, f.denominator, m->scale, &f.value);
        break;
    case HC_FORMULA_gap_people:
        f.numerator = (target * d + 999) / 1000 - n;
        if (f.numerator < 0)
            f.numerator = 0;
        f.value = (int64_t)f.numerator;
        break;
    }
    return f;
}

static void put_text(struct hc_batch *batch, size_t column, const char *text) {
    hc_set_str(batch, column, hc_str_of(text));
}

static enum hc_status write_figure(struct hc_report_cells *cells, const struct cell *cell,
                                   const struct hc_report_measure *m, struct hc_batch *out,
                                   struct hc_buf *id, struct hc_err *err) {
    const struct hc_report *report = cells->report;
    const struct hc_report_table *table = &report->table[cell->key.table];
    struct figure f = figure_of(cells, cell, m);
    struct hc_buf level = {0};
    if (!f.shown)
        return HC_OK;
    if (!hc_fits_i64(f.numerator) || !hc_fits_i64(f.denominator))
        return hc_fail(err, HC_EDATA, "section %s: %s leaves 64 bits", table->name,
                       m->name);
    hc_batch_row(out);
    put_text(out, HC_measure_measure, m->name);
    put_text(out, (size_t)cells->section_column, table->name);
    hc_buf_clear(id);
    hc_buf_printf(id, "%s/%s", report->name, table->name);
    for (size_t d = 0; d < table->dims; d++) {
        const char *dim = hc_report_dims[table->dim[d]];
        if (cell->key.code[d] == HC_TOTAL_CODE) {
            hc_buf_printf(&level, "%s%s", level.len ? ", " : "all ", dim);
            continue;
        }
        struct hc_str value = value_of(cells, table->dim[d], cell->key.code[d]);
        hc_set_str(out, (size_t)cells->dim_column[table->dim[d]], value);
        hc_buf_printf(id, "/%s=%.*s", dim, (int)value.len, value.ptr);
    }
    hc_buf_printf(id, "/%s", m->name);
    hc_set_str(out, HC_measure_level, level.len ? hc_buf_str(&level) : HC_STR("cell"));
    hc_set_i64(out, HC_measure_numerator, (int64_t)f.numerator);
    hc_set_i64(out, HC_measure_denominator, (int64_t)f.denominator);
    if (f.has_value)
        hc_set_i64(out, HC_measure_value, f.value);
    hc_set_i32(out, HC_measure_scale, m->scale);
    put_text(out, HC_measure_unit, m->unit);
    hc_set_i64(out, HC_measure_people, people_of(cells, cell, m));
    uint64_t nulls =
        m->formula == HC_FORMULA_ratio
            ? cell->tally[m->over[0]].null_rows + cell->tally[m->over[1]].null_rows
            : cell->tally[m - report->measure].null_rows;
    hc_set_i64(out, HC_measure_null_rows, (int64_t)nulls);
    hc_set_i32(out, HC_measure_as_of, report->as_of);
    hc_set_i32(out, HC_measure_paid_through, report->paid_through);
    if (report->has_known_on)
        hc_set_i32(out, HC_measure_known_on, report->known_on);
    hc_set_str(out, HC_measure_cell, hc_buf_str(id));
    hc_set_choice(out, HC_measure_status, HC_cell_status_shown);
    enum hc_status status = level.failed || id->failed ? hc_fail_memory(err) : HC_OK;
    hc_buf_free(&level);
    return status;
}

enum hc_status hc_report_cells_write(struct hc_report_cells *cells,
                                     struct hc_writer *writer, struct hc_err *err) {
    size_t count = hc_map_len(cells->map);
    struct cell **sorted = malloc((count + 1) * sizeof(struct cell *));
    struct hc_batch *out = NULL;
    struct hc_buf id = {0};
    if (!sorted)
        return hc_fail_memory(err);
    if (count)
        memcpy(sorted, cells->cell, count * sizeof(struct cell *));
    qsort_r(sorted, count, sizeof(struct cell *), compare_cells,
            &(struct order){.cells = cells});
    enum hc_status status = hc_batch_new(&out, &cells->schema, NULL, err);
    for (size_t c = 0; status == HC_OK && c < count; c++) {
        const struct hc_report_table *table = &cells->report->table[sorted[c]->key.table];
        for (size_t m = 0; status == HC_OK && m < table->measures; m++)
            status =
                write_figure(cells, sorted[c], &cells->report->measure[table->measure[m]],
                             out, &id, err);
        if (status == HC_OK && hc_batch_full(out)) {
            status = hc_writer_write(writer, out, err);
            hc_batch_clear(out);
        }
    }
    if (status == HC_OK)
        status = hc_writer_write(writer, out, err);
    hc_batch_free(out);
    hc_buf_free(&id);
    free(sorted);
    return status;
}
