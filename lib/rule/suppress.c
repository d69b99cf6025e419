#include "rule/suppress.h"

#include <stdlib.h>

#include "base/map.h"

#define SMALL 10 /* people */
#define MOST_DIMS 16
#define MOST_LEVELS 256

enum state { SHOWN, SUPPRESSED, COMPLEMENTARY };

struct group {
    uint32_t section; /* number of the section's name */
    uint32_t mask;    /* grouping columns that are not summed over */
    size_t row;       /* one of its cells */
    int64_t people; /* the fewest behind a cell, 0: behind none of them; below 0: unknown */
    enum state state;
    bool tells; /* has a cell that is not exempt */
};
struct amount { /* what one additive cell says */
    uint32_t group, measure;
    hc_i128 value;
};
struct relation { /* total is the sum of part[first..first+count-1] */
    uint32_t total;
    size_t first, count;
};
struct level { /* the groups of one section by the same groupings */
    uint32_t section, mask;
};
struct work {
    const struct hc_batch *cells;
    const char *const *exempt;
    struct hc_map *names, *sections, *groups;
    uint32_t *group_of; /* row -> group */
    struct group *group;
    size_t count;
    struct amount *amount; /* by group: amount[first[g] .. first[g + 1] - 1] */
    size_t *first;
    size_t dims;
    size_t dim[MOST_DIMS];
    int section_column, month, quarter; /* places in dim, or -1 */
    struct level level[MOST_LEVELS];
    size_t levels;
    struct relation *relation;
    size_t relations, cap_relations;
    uint32_t *part;
    size_t parts, cap_parts;
};

/* ---- groups ---- */

static struct hc_str value_of(const struct work *w, size_t row, size_t dim) {
    return hc_str_at(w->cells, w->dim[dim], row);
}

static bool is_fixed(const struct work *w, size_t row, size_t dim) {
    return !hc_is_null(w->cells, w->dim[dim], row);
}

static enum hc_status find_dims(struct work *w, struct hc_err *err) {
    const struct hc_schema *schema = w->cells->schema;
    w->section_column = w->month = w->quarter = -1;
    for (size_t i = schema->known; i < schema->fields; i++) {
        if (strcmp(schema->field[i].name, "section") == 0) {
            w->section_column = (int)i;
            continue;
        }
        if (w->dims == MOST_DIMS)
            return hc_fail(err, HC_EDATA,
                           "more than %d groupings cannot be checked for small "
                           "cells",
                           MOST_DIMS);
        if (schema->field[i].type != HC_TYPE_utf8)
            return hc_fail(err, HC_EDATA, "grouping '%s' is not of type utf8",
                           schema->field[i].name);
        if (strcmp(schema->field[i].name, "month") == 0)
            w->month = (int)w->dims;
        if (strcmp(schema->field[i].name, "quarter") == 0)
            w->quarter = (int)w->dims;
        w->dim[w->dims++] = i;
    }
    return HC_OK;
}

static void put_part(struct hc_buf *key, struct hc_str text) {
    hc_buf_put(key, &text.len, sizeof text.len);
    hc_buf_put(key, text.ptr, text.len);
}

static bool is_exempt(const struct work *w, size_t row) {
    struct hc_str name = hc_str_at(w->cells, HC_measure_measure, row);
    for (size_t i = 0; w->exempt && w->exempt[i]; i++)
        if (hc_str_is(name, w->exempt[i]))
            return true;
    return false;
}

static enum hc_status find_groups(struct work *w, struct hc_err *err) {
    enum hc_status status = HC_OK;
    struct hc_buf key = {0};
    for (size_t row = 0; row < w->cells->rows && status == HC_OK; row++) {
        uint32_t mask = 0, section = 0, g;
        bool added = false;
        hc_buf_clear(&key);
        if (w->section_column >= 0)
            status =
                hc_map_add(w->sections, hc_str_at(w->cells, (size_t)w->section_column, row),
                           &section, NULL, err);
        hc_buf_put(&key, &section, sizeof section);
        for (size_t d = 0; d < w->dims; d++) {
            mask |= (uint32_t)is_fixed(w, row, d) << d;
            put_part(&key, value_of(w, row, d));
        }
        hc_buf_put(&key, &mask, sizeof mask);
        put_part(&key, hc_str_at(w->cells, HC_measure_level, row));
        if (status == HC_OK)
            status = key.failed ? hc_fail_memory(err)
                                : hc_map_add(w->groups, hc_buf_str(&key), &g, &added, err);
        if (status != HC_OK)
            break;
        w->group_of[row] = g;
        if (added)
            w->group[w->count++] = (struct group){section, mask, row, -1, SHOWN, false};
    }
    hc_buf_free(&key);
    return status;
}

static bool is_small(hc_i128 count) {
    return count >= 1 && count <= SMALL;
}

/* Cells of people, and whether a group is small by what its cells say. */
static enum hc_status find_small(struct work *w, struct hc_err *err) {
    const struct hc_batch *b = w->cells;
    for (size_t row = 0; row < b->rows; row++) {
        struct group *g = &w->group[w->group_of[row]];
        struct hc_str unit = hc_str_at(b, HC_measure_unit, row);
        int64_t people = hc_int_at(b, HC_measure_people, row, -1);
        int64_t top = hc_int_at(b, HC_measure_numerator, row, 0);
        int64_t bottom = hc_int_at(b, HC_measure_denominator, row, 1);
        if (is_exempt(w, row))
            continue;
        g->tells = true;
        int64_t behind =
            people < 0 && hc_str_is(unit, "people") && bottom == 1 ? top : people;
        if (g->people <= 0 ? behind > g->people : behind > 0 && behind < g->people)
            g->people = behind;
        if (is_small(people) || (hc_str_is(unit, "people") && is_small(top)) ||
            (hc_str_is(unit, "percent") && is_small((hc_i128)bottom - top)) ||
            (hc_str_is(unit, "percent") && is_small(top)))
            g->state = SUPPRESSED;
    }
    for (size_t g = 0; g < w->count; g++)
        if (w->group[g].people < 0 && w->group[g].tells) {
            hc_fail(err, HC_EDATA,
                    "how many people stand behind the cells is not known, so "
                    "small ones cannot be hidden");
            hc_err_hint(err, "hc-aggregate --people counts them");
            return HC_EDATA;
        }
    return HC_OK;
}

/* What adds up: counts and sums, ordered by group. */
static enum hc_status find_amounts(struct work *w, struct hc_err *err) {
    const struct hc_batch *b = w->cells;
    w->first = calloc(w->count + 2, sizeof *w->first);
    w->amount = calloc(b->rows + 1, sizeof *w->amount);
    if (!w->first || !w->amount)
        return hc_fail_memory(err);
    enum hc_status status = HC_OK;
    for (size_t row = 0; row < b->rows; row++)
        w->first[w->group_of[row] + 2]++;
    for (size_t g = 0; g < w->count; g++)
        w->first[g + 2] += w->first[g + 1];
    for (size_t row = 0; row < b->rows && status == HC_OK; row++) {
        uint32_t g = w->group_of[row], name;
        struct amount *a = &w->amount[w->first[g + 1]++];
        status =
            hc_map_add(w->names, hc_str_at(b, HC_measure_measure, row), &name, NULL, err);
        bool additive = hc_int_at(b, HC_measure_denominator, row, 0) == 1 &&
                        !hc_is_null(b, HC_measure_numerator, row);
        *a = (struct amount){g, additive ? name : UINT32_MAX,
                             hc_int_at(b, HC_measure_numerator, row, 0)};
    }
    return status;
}

static bool amount_of(const struct work *w, uint32_t group, uint32_t measure,
                      hc_i128 *value) {
    for (size_t i = w->first[group]; i < w->first[group + 1]; i++)
        if (w->amount[i].measure == measure) {
            *value = w->amount[i].value;
            return true;
        }
    return false;
}

/* ---- totals and their parts ---- */

/* Does some measure of the total add up from the parts? */
static bool adds_up(const struct work *w, uint32_t total, const uint32_t *part,
                    size_t count) {
    for (size_t i = w->first[total]; i < w->first[total + 1]; i++) {
        hc_i128 sum = 0, one;
        bool all = w->amount[i].measure != UINT32_MAX && w->amount[i].value != 0;
        for (size_t p = 0; p < count && all; p++) {
            all = amount_of(w, part[p], w->amount[i].measure, &one);
            sum += all ? one : 0;
        }
        if (all && sum == w->amount[i].value)
            return true;
    }
    return false;
}

static enum hc_status add_relation(struct work *w, uint32_t total, const uint32_t *part,
                                   size_t count, struct hc_err *err) {
    if (count == 0 || !adds_up(w, total, part, count))
        return HC_OK;
    if (w->relations == w->cap_relations) {
        size_t cap = w->cap_relations ? 2 * w->cap_relations : 64;
        struct relation *more = realloc(w->relation, cap * sizeof *more);
        if (!more)
            return hc_fail_memory(err);
        w->relation = more;
        w->cap_relations = cap;
    }
    if (w->parts + count > w->cap_parts) {
        size_t cap = 2 * w->cap_parts + count;
        uint32_t *more = realloc(w->part, cap * sizeof *more);
        if (!more)
            return hc_fail_memory(err);
        w->part = more;
        w->cap_parts = cap;
    }
    w->relation[w->relations++] = (struct relation){total, w->parts, count};
    memcpy(w->part + w->parts, part, count * sizeof *part);
    w->parts += count;
    return HC_OK;
}

/* "2020-11" to "2020-Q4". */
static struct hc_str quarter_of(struct hc_str month, char text[16]) {
    hc_month number;
    if (hc_parse_month(month, &number, NULL) != HC_OK)
        return month;
    return hc_str_of(hc_format_quarter(number, text));
}

/* A group's values of the groupings in mask; its month stands for its quarter. */
static void put_projection(const struct work *w, struct hc_buf *key, uint32_t group,
                           uint32_t mask) {
    size_t row = w->group[group].row;
    char text[16];
    hc_buf_clear(key);
    for (size_t d = 0; d < w->dims; d++) {
        if (!(mask >> d & 1))
            continue;
        if ((int)d == w->quarter && !is_fixed(w, row, d) && w->month >= 0)
            put_part(key, quarter_of(value_of(w, row, (size_t)w->month), text));
        else
            put_part(key, value_of(w, row, d));
    }
}

static bool is_quarter_end(const struct work *w, uint32_t group) {
    struct hc_str month = value_of(w, w->group[group].row, (size_t)w->month);
    hc_month number;
    return hc_parse_month(month, &number, NULL) == HC_OK && (number % 3 + 3) % 3 == 2;
}

/* What a group's groupings tell: with a month also its quarter. */
static uint32_t told_by(const struct work *w, uint32_t mask) {
    if (w->month >= 0 && w->quarter >= 0 && mask >> w->month & 1)
        mask |= 1u << w->quarter;
    return mask;
}

/* All totals at level `over` whose parts are groups of level `under`. */
static enum hc_status relate(struct work *w, struct level over, struct level under,
                             bool quarter_ends, struct hc_err *err) {
    struct hc_map *keys = NULL;
    struct hc_buf key = {0};
    uint32_t *total = malloc((w->count + 1) * sizeof *total);
    uint32_t *of = malloc((w->count + 1) * sizeof *of),
             *part = malloc((w->count + 1) * sizeof *part);
    enum hc_status status =
        total && of && part ? hc_map_new(&keys, err) : hc_fail_memory(err);
    for (uint32_t g = 0; g < w->count && status == HC_OK; g++) {
        bool added;
        uint32_t id;
        if (w->group[g].section != over.section || w->group[g].mask != over.mask)
            continue;
        put_projection(w, &key, g, over.mask);
        status = hc_map_add(keys, hc_buf_str(&key), &id, &added, err);
        if (status == HC_OK)
            total[id] = g;
    }
    for (uint32_t g = 0; g < w->count && status == HC_OK; g++) {
        of[g] = UINT32_MAX;
        if (w->group[g].section != under.section || w->group[g].mask != under.mask ||
            (quarter_ends && !is_quarter_end(w, g)))
            continue;
        put_projection(w, &key, g, over.mask);
        if (!hc_map_find(keys, hc_buf_str(&key), &of[g]))
            of[g] = UINT32_MAX;
    }
    /* parts of one total together: a counting sort by total */
    uint32_t totals = status == HC_OK ? hc_map_len(keys) : 0;
    size_t *end = calloc(totals + 2, sizeof *end);
    if (status == HC_OK && (!end || key.failed))
        status = hc_fail_memory(err);
    for (uint32_t g = 0; g < w->count && status == HC_OK; g++)
        if (of[g] != UINT32_MAX)
            end[of[g] + 2]++;
    for (uint32_t t = 0; t < totals && status == HC_OK; t++)
        end[t + 2] += end[t + 1];
    for (uint32_t g = 0; g < w->count && status == HC_OK; g++)
        if (of[g] != UINT32_MAX)
            part[end[of[g] + 1]++] = g;
    for (uint32_t t = 0; t < totals && status == HC_OK; t++)
        status = add_relation(w, total[t], part + end[t], end[t + 1] - end[t], err);
    free(end);
    free(total);
    free(of);
    free(part);
    hc_buf_free(&key);
    hc_map_free(keys);
    return status;
}

static enum hc_status find_levels(struct work *w, struct hc_err *err) {
    for (size_t g = 0; g < w->count; g++) {
        bool known = false;
        for (size_t i = 0; i < w->levels && !known; i++)
            known = w->level[i].section == w->group[g].section &&
                    w->level[i].mask == w->group[g].mask;
        if (known)
            continue;
        if (w->levels == MOST_LEVELS)
            return hc_fail(err, HC_EDATA,
                           "more than %d tables cannot be checked for small "
                           "cells",
                           MOST_LEVELS);
        w->level[w->levels++] = (struct level){w->group[g].section, w->group[g].mask};
    }
    return HC_OK;
}

static enum hc_status find_relations(struct work *w, struct hc_err *err) {
    enum hc_status status = find_levels(w, err);
    for (size_t i = 0; i < w->levels && status == HC_OK; i++)
        for (size_t j = 0; j < w->levels && status == HC_OK; j++) {
            struct level over = w->level[i], under = w->level[j];
            bool same = over.section == under.section && over.mask == under.mask;
            if (same || (over.mask & ~told_by(w, under.mask)))
                continue; /* the parts do not tell which total they belong to */
            status = relate(w, over, under, false, err);
            if (status == HC_OK && w->month >= 0 && w->quarter >= 0 &&
                under.mask >> w->month & 1 && !(over.mask >> w->month & 1) &&
                over.mask >> w->quarter & 1)
                status = relate(w, over, under, true, err);
        }
    return status;
}

/* ---- hiding ---- */

/* A shown total that its shown parts make up alone says of each hidden part that it is
 * zero, though none can be calculated by itself: the part to hide with them, or NULL. Where
 * the total is zero too it says so itself, of nobody in particular. */
static struct group *zero_teller(struct work *w, const struct relation *r) {
    for (size_t i = w->first[r->total]; i < w->first[r->total + 1]; i++) {
        const struct amount *all = &w->amount[i];
        struct group *least = NULL;
        hc_i128 hidden = 0, shown = 0, one = 0;
        size_t unseen = 0;
        bool known = all->measure != UINT32_MAX && all->value != 0;
        for (size_t p = 0; p < r->count && known; p++) {
            struct group *g = &w->group[w->part[r->first + p]];
            known = amount_of(w, w->part[r->first + p], all->measure, &one);
            unseen += g->state != SHOWN;
            *(g->state != SHOWN ? &hidden : &shown) += one;
            if (g->state == SHOWN && one != 0 && (!least || g->people < least->people))
                least = g;
        }
        if (known && unseen && hidden == 0 && shown == all->value && least)
            return least;
    }
    return NULL;
}

/* Could a hidden member of the relation be calculated? Then hide one more. */
static bool close_relation(struct work *w, const struct relation *r) {
    const uint32_t *part = w->part + r->first;
    struct group *total = &w->group[r->total], *least = NULL;
    size_t hidden = total->state != SHOWN;
    int64_t people = 0;
    for (size_t i = 0; i < r->count; i++) {
        struct group *g = &w->group[part[i]];
        if (g->state != SHOWN) {
            hidden++;
            people += g->people;
        } else if (g->people > 0 && (!least || g->people < least->people)) {
            least = g;
        }
    }
    if (hidden == 0)
        return false;
    bool told = hidden == 1 || (total->state == SHOWN && people <= SMALL);
    if (!told && total->state == SHOWN && (least = zero_teller(w, r)))
        told = true;
    if (!told)
        return false;
    if (least)
        least->state = COMPLEMENTARY;
    else if (total->state == SHOWN && total->people > 0)
        total->state = COMPLEMENTARY;
    else
        return false;
    return true;
}

static void hide(struct work *w) {
    bool more = true;
    while (more) {
        more = false;
        for (size_t i = 0; i < w->relations; i++)
            more = close_relation(w, &w->relation[i]) || more;
    }
}

static enum hc_status write_cells(const struct work *w, struct hc_batch **out,
                                  struct hc_suppressed *counts, struct hc_err *err) {
    static const int kept_from[] = {HC_measure_numerator, HC_measure_denominator,
                                    HC_measure_value,     HC_measure_people,
                                    HC_measure_null_rows, HC_measure_status};
    const struct hc_batch *b = w->cells;
    enum hc_status status = hc_batch_new(out, b->schema, NULL, err);
    for (size_t row = 0; row < b->rows && status == HC_OK; row++) {
        enum state state = is_exempt(w, row) ? SHOWN : w->group[w->group_of[row]].state;
        hc_batch_row(*out);
        for (size_t i = 0; i < b->schema->fields; i++) {
            bool hidden = false;
            for (size_t k = 0; k < sizeof kept_from / sizeof *kept_from; k++)
                hidden = hidden || (int)i == kept_from[k];
            if (!hidden || state == SHOWN)
                hc_set_copy(*out, i, b, i, row);
        }
        hc_set_choice(*out, HC_measure_status,
                      state == SHOWN        ? HC_cell_status_shown
                      : state == SUPPRESSED ? HC_cell_status_suppressed
                                            : HC_cell_status_complementary);
        counts->shown += state == SHOWN;
        counts->suppressed += state == SUPPRESSED;
        counts->complementary += state == COMPLEMENTARY;
    }
    if (status == HC_OK)
        status = hc_batch_seal(*out, err);
    return status;
}

enum hc_status hc_suppress(const struct hc_batch *cells, const char *const *exempt,
                           struct hc_batch **out, struct hc_suppressed *counts,
                           struct hc_err *err) {
    struct work w = {.cells = cells, .exempt = exempt};
    *out = NULL;
    *counts = (struct hc_suppressed){0};
    w.group_of = calloc(cells->rows + 1, sizeof *w.group_of);
    w.group = calloc(cells->rows + 1, sizeof *w.group);
    enum hc_status status =
        w.group_of && w.group ? find_dims(&w, err) : hc_fail_memory(err);
    if (status == HC_OK)
        status = hc_map_new(&w.names, err);
    if (status == HC_OK)
        status = hc_map_new(&w.sections, err);
    if (status == HC_OK)
        status = hc_map_new(&w.groups, err);
    if (status == HC_OK)
        status = find_groups(&w, err);
    if (status == HC_OK)
        status = find_small(&w, err);
    if (status == HC_OK)
        status = find_amounts(&w, err);
    if (status == HC_OK)
        status = find_relations(&w, err);
    if (status == HC_OK) {
        hide(&w);
        status = write_cells(&w, out, counts, err);
    }
    hc_map_free(w.names);
    hc_map_free(w.sections);
    hc_map_free(w.groups);
    free(w.group_of);
    free(w.group);
    free(w.amount);
    free(w.first);
    free(w.relation);
    free(w.part);
    return status;
}
