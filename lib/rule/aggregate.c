#include "rule/aggregate.h"

#include <stdlib.h>

#include "record/distinct.h"

struct tally { /* of one measure */
    struct hc_measure_use use;
    struct hc_sum *sum;           /* by group */
    struct hc_distinct *distinct; /* measures with a key */
    struct hc_distinct *behind;   /* sums, where people are counted: those with an amount */
    struct hc_sum *people; /* then by group: how many; null_rows: rows naming nobody */
};
struct hc_aggregate {
    const struct hc_schema *schema;
    struct hc_grouping *grouping;
    size_t groupings;
    struct tally *tally; /* measures of them, and one more for people */
    size_t measures;
    bool people;
    struct hc_groups *groups;
    uint32_t *group; /* of the rows at hand */
    size_t cap_rows;
    uint32_t cap_groups;
    uint32_t *order; /* after finish */
    struct hc_buf key;
};

static bool has_behind(const struct hc_aggregate *a, const struct tally *t) {
    return a->people && hc_measure_sums(&t->use);
}

static enum hc_status open_distinct(struct hc_aggregate *a,
                                    const struct hc_aggregate_options *options,
                                    struct hc_err *err) {
    size_t keyed = 0;
    enum hc_status status = HC_OK;
    for (size_t i = 0; i < a->measures + a->people; i++)
        keyed += a->tally[i].use.measure->key || has_behind(a, &a->tally[i]);
    for (size_t i = 0; i < a->measures + a->people && status == HC_OK; i++) {
        struct tally *t = &a->tally[i];
        if (t->use.measure->key || has_behind(a, t))
            status = hc_distinct_new(t->use.measure->key ? &t->distinct : &t->behind,
                                     options->memory_bytes * 3 / 4 / keyed,
                                     options->temp_dir, err);
    }
    return status;
}

enum hc_status hc_aggregate_new(struct hc_aggregate **aggregate,
                                const struct hc_schema *schema, const char *const *by,
                                size_t groupings, const char *const *measure,
                                size_t measures, const struct hc_aggregate_options *options,
                                struct hc_err *err) {
    struct hc_aggregate *a = calloc(1, sizeof *a);
    *aggregate = NULL;
    if (!a)
        return hc_fail_memory(err);
    a->schema = schema;
    a->grouping = calloc(groupings + 1, sizeof *a->grouping);
    a->tally = calloc(measures + 1, sizeof *a->tally);
    enum hc_status status = a->grouping && a->tally ? HC_OK : hc_fail_memory(err);
    for (; status == HC_OK && a->groupings < groupings; a->groupings++) {
        status =
            hc_grouping_find(&a->grouping[a->groupings], by[a->groupings], schema, err);
        for (size_t i = 0; i < a->groupings && status == HC_OK; i++)
            if (strcmp(by[i], by[a->groupings]) == 0)
                status = hc_fail(err, HC_EUSAGE, "grouping '%s' is asked for twice", by[i]);
    }
    for (; status == HC_OK && a->measures < measures; a->measures++) {
        status =
            hc_measure_find(&a->tally[a->measures].use, measure[a->measures], schema, err);
        for (size_t i = 0; i < a->measures && status == HC_OK; i++)
            if (strcmp(measure[i], measure[a->measures]) == 0)
                status =
                    hc_fail(err, HC_EUSAGE, "measure '%s' is asked for twice", measure[i]);
    }
    if (status == HC_OK && options->people) {
        status = hc_measure_find(&a->tally[measures].use, "people", schema, err);
        a->people = status == HC_OK;
    }
    if (status == HC_OK)
        status = hc_groups_new(&a->groups, a->grouping, groupings,
                               options->memory_bytes / 4, err);
    if (status == HC_OK)
        status = open_distinct(a, options, err);
    if (status == HC_OK)
        *aggregate = a;
    else
        hc_aggregate_free(a);
    return status;
}

void hc_aggregate_columns(const struct hc_aggregate *aggregate, bool *want) {
    for (size_t i = 0; i < aggregate->groupings; i++)
        if (aggregate->grouping[i].column >= 0)
            want[aggregate->grouping[i].column] = true;
    for (size_t i = 0; i < aggregate->measures + aggregate->people; i++)
        for (size_t c = 0; c < HC_MEASURE_COLUMNS; c++)
            if (aggregate->tally[i].use.column[c] >= 0)
                want[aggregate->tally[i].use.column[c]] = true;
}

bool hc_aggregate_by_month(const struct hc_aggregate *aggregate) {
    for (size_t i = 0; i < aggregate->groupings; i++)
        if (aggregate->grouping[i].column == HC_GROUP_ROWS_MONTH)
            return true;
    for (size_t i = 0; i < aggregate->measures; i++)
        if (aggregate->tally[i].use.measure->months)
            return true;
    return false;
}

enum hc_status hc_aggregate_check(const struct hc_aggregate *aggregate, const bool *has,
                                  struct hc_err *err) {
    const struct hc_schema *schema = aggregate->schema;
    for (size_t i = 0; i < aggregate->groupings; i++) {
        int column = aggregate->grouping[i].column;
        if (column >= 0 && !has[column])
            return hc_fail(
                err, HC_EDATA, "grouping %s wants column %s, which is not in the %s",
                aggregate->grouping[i].name, schema->field[column].name, schema->name);
    }
    for (size_t i = 0; i < aggregate->measures + aggregate->people; i++) {
        enum hc_status status =
            hc_measure_check(&aggregate->tally[i].use, schema, has, err);
        if (status != HC_OK)
            return status;
    }
    return HC_OK;
}

static bool make_room(struct hc_aggregate *a) {
    uint32_t len = hc_groups_len(a->groups), old = a->cap_groups;
    if (len <= old)
        return true;
    uint32_t cap = len + len / 2 + 16;
    for (size_t i = 0; i < a->measures + a->people; i++) {
        struct hc_sum *sum = realloc(a->tally[i].sum, cap * sizeof *sum);
        if (!sum)
            return false;
        memset(sum + old, 0, (cap - old) * sizeof *sum);
        a->tally[i].sum = sum;
        if (!a->tally[i].behind)
            continue;
        struct hc_sum *people = realloc(a->tally[i].people, cap * sizeof *people);
        if (!people)
            return false;
        memset(people + old, 0, (cap - old) * sizeof *people);
        a->tally[i].people = people;
    }
    a->cap_groups = cap;
    return true;
}

/* Into distinct what key counts of the rows, or of those that have the amount of `of`. */
static enum hc_status add_keys(struct hc_aggregate *a, const struct hc_measure_use *key,
                               const struct hc_measure_use *of,
                               struct hc_distinct *distinct, struct hc_sum *sum,
                               const struct hc_rows *rows, struct hc_err *err) {
    enum hc_status status = HC_OK;
    for (size_t i = 0; i < rows->count && status == HC_OK; i++) {
        if (of && hc_measure_null(of, rows, i))
            continue;
        hc_buf_clear(&a->key);
        int sign = key->measure->key(rows, key->column, i, &a->key);
        if (a->key.failed)
            return hc_fail_memory(err);
        if (sign == HC_NOT_COUNTED)
            continue;
        if (sign == 0)
            sum[a->group[i]].null_rows++;
        else
            status =
                hc_distinct_add(distinct, a->group[i], hc_buf_str(&a->key), 0, sign, err);
    }
    return status;
}

enum hc_status hc_aggregate_add(struct hc_aggregate *aggregate, const struct hc_rows *rows,
                                struct hc_err *err) {
    struct hc_aggregate *a = aggregate;
    if (rows->count > a->cap_rows) {
        uint32_t *group = realloc(a->group, rows->count * sizeof *group);
        if (!group)
            return hc_fail_memory(err);
        a->group = group;
        a->cap_rows = rows->count;
    }
    enum hc_status status = hc_groups_assign(a->groups, rows, a->group, err);
    if (status == HC_OK && !make_room(a))
        status = hc_fail_memory(err);
    for (size_t i = 0; i < a->measures + a->people && status == HC_OK; i++) {
        struct tally *t = &a->tally[i];
        if (t->distinct)
            status = add_keys(a, &t->use, NULL, t->distinct, t->sum, rows, err);
        else
            t->use.measure->add(rows, t->use.column, a->group, t->sum);
        if (status == HC_OK && t->behind)
            status = add_keys(a, &a->tally[a->measures].use, &t->use, t->behind, t->people,
                              rows, err);
    }
    return status;
}

/* ---- the end ---- */

static enum hc_status count_distinct(struct hc_distinct *distinct, struct hc_sum *sum,
                                     uint32_t groups, struct hc_err *err) {
    int64_t *count = calloc((size_t)groups + 1, sizeof *count);
    enum hc_status status =
        count ? hc_distinct_count(distinct, count, err) : hc_fail_memory(err);
    for (uint32_t i = 0; i < groups && status == HC_OK; i++)
        sum[i].sum = count[i];
    free(count);
    return status;
}

/* The sums over all groups are those of all rows, or a group lost some. */
static enum hc_status check_sums(const struct hc_aggregate *a, const struct tally *t,
                                 const struct hc_totals *used, struct hc_err *err) {
    hc_i128 all = 0;
    char in[HC_NUM_SIZE], out[HC_NUM_SIZE];
    for (uint32_t i = 0; i < hc_groups_len(a->groups); i++) {
        all += t->sum[i].sum;
        if (!hc_fits_i64(t->sum[i].sum))
            return hc_fail(err, HC_EDATA, "the sum of %s leaves 64 bits",
                           t->use.measure->name);
    }
    int column = t->use.summed;
    if (!used || column < 0 || !(a->schema->field[column].flags & HC_SUM) ||
        all == used->sum[column])
        return HC_OK;
    hc_fail(err, HC_EINTERNAL, "the accounts do not balance: %s used, %s in all cells",
            hc_format_scaled(used->sum[column], t->use.measure->scale, in),
            hc_format_scaled(all, t->use.measure->scale, out));
    hc_err_at_field(err, t->use.measure->name);
    return HC_EINTERNAL;
}

enum hc_status hc_aggregate_finish(struct hc_aggregate *aggregate,
                                   const struct hc_totals *used, struct hc_err *err) {
    struct hc_aggregate *a = aggregate;
    enum hc_status status = HC_OK;
    uint32_t groups = hc_groups_len(a->groups);
    for (size_t i = 0; i < a->measures + a->people && status == HC_OK; i++) {
        struct tally *t = &a->tally[i];
        if (t->distinct)
            status = count_distinct(t->distinct, t->sum, groups, err);
        if (status == HC_OK && t->behind)
            status = count_distinct(t->behind, t->people, groups, err);
        if (status == HC_OK)
            status = check_sums(a, &a->tally[i], used, err);
    }
    if (status == HC_OK)
        a->order = malloc(((size_t)groups + 1) * sizeof *a->order);
    if (status == HC_OK && !a->order)
        return hc_fail_memory(err);
    if (status == HC_OK)
        hc_groups_order(a->groups, a->order);
    return status;
}

uint32_t hc_aggregate_groups(const struct hc_aggregate *aggregate) {
    return hc_groups_len(aggregate->groups);
}

const struct hc_grouping *hc_aggregate_grouping(const struct hc_aggregate *aggregate,
                                                size_t grouping) {
    return &aggregate->grouping[grouping];
}

const struct hc_measure *hc_aggregate_measure(const struct hc_aggregate *aggregate,
                                              size_t measure) {
    return aggregate->tally[measure].use.measure;
}

const char *hc_aggregate_text(const struct hc_aggregate *aggregate, uint32_t group,
                              size_t grouping, struct hc_buf *buf) {
    return hc_groups_text(aggregate->groups, aggregate->order[group], grouping, buf);
}

struct hc_cell hc_aggregate_cell(const struct hc_aggregate *aggregate, uint32_t group,
                                 size_t measure) {
    const struct hc_aggregate *a = aggregate;
    uint32_t at = a->order[group];
    const struct hc_sum *sum = &a->tally[measure].sum[at];
    bool has = a->tally[measure].distinct || sum->known > 0 || sum->null_rows == 0;
    struct hc_cell cell = {has, (int64_t)sum->sum, sum->null_rows, -1};
    if (a->people) {
        const struct hc_sum *people = a->tally[measure].behind
                                          ? &a->tally[measure].people[at]
                                          : &a->tally[a->measures].sum[at];
        /* of rows that name nobody, or have no amount, one person at least */
        cell.people = (int64_t)people->sum;
        if (cell.people == 0 && (people->null_rows > 0 || sum->null_rows > 0))
            cell.people = 1;
    }
    return cell;
}

void hc_aggregate_free(struct hc_aggregate *aggregate) {
    struct hc_aggregate *a = aggregate;
    if (!a)
        return;
    for (size_t i = 0; a->tally && i < a->measures + a->people; i++) {
        hc_distinct_free(a->tally[i].distinct);
        hc_distinct_free(a->tally[i].behind);
        free(a->tally[i].sum);
        free(a->tally[i].people);
    }
    hc_groups_free(a->groups);
    hc_buf_free(&a->key);
    free(a->grouping);
    free(a->tally);
    free(a->group);
    free(a->order);
    free(a);
}
