#include "rule/group.h"

#include <stdlib.h>

#include "base/map.h"

/* ---- names ---- */

static const struct {
    const char *name;
    enum hc_group_part part;
} parts[] = {
    {"month", HC_GROUP_MONTH}, {"quarter", HC_GROUP_QUARTER}, {"year", HC_GROUP_YEAR}};
enum { PARTS = sizeof parts / sizeof *parts };

int hc_own_date(const struct hc_schema *schema) {
    if (strcmp(schema->name, "coverage") == 0)
        return HC_GROUP_ROWS_MONTH;
    static const char *const names[] = {"service_from", "month"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        int column = hc_schema_find(schema, hc_str_of(names[i]));
        if (column >= 0 && schema->field[column].type == HC_TYPE_date)
            return column;
    }
    return -2;
}

static bool is_groupable(const struct hc_field *f) {
    return f->type != HC_TYPE_list && f->type != HC_TYPE_cents && f->type != HC_TYPE_e4;
}

/* "paid_date_quarter": the column before the last underscore, if that is a date. */
static bool find_part(struct hc_grouping *g, const struct hc_schema *schema) {
    struct hc_str name = hc_str_of(g->name);
    for (int i = 0; i < PARTS; i++) {
        struct hc_str part = hc_str_of(parts[i].name);
        g->part = parts[i].part;
        if (hc_str_eq(name, part)) {
            g->column = hc_own_date(schema);
            return g->column >= HC_GROUP_ROWS_MONTH;
        }
        if (name.len <= part.len + 1 || name.ptr[name.len - part.len - 1] != '_' ||
            memcmp(name.ptr + name.len - part.len, part.ptr, part.len) != 0)
            continue;
        struct hc_str date = {name.ptr, name.len - part.len - 1};
        g->column = hc_schema_find(schema, date);
        return g->column >= 0 && schema->field[g->column].type == HC_TYPE_date;
    }
    return false;
}

static enum hc_status unknown(const char *name, const struct hc_schema *schema,
                              struct hc_err *err) {
    const char *names[512];
    size_t count = 0;
    for (int i = 0; i < PARTS; i++)
        names[count++] = parts[i].name;
    for (size_t i = 0; i < schema->fields && count < 511; i++)
        if (is_groupable(&schema->field[i]))
            names[count++] = schema->field[i].name;
    names[count] = NULL;
    const char *nearest = hc_str_nearest(hc_str_of(name), names);
    int column = hc_schema_find(schema, hc_str_of(name));
    if (column >= 0)
        hc_fail(err, HC_EUSAGE, "cannot group by '%s': it is a %s", name,
                hc_type_name(schema->field[column].type));
    else
        hc_fail(err, HC_EUSAGE, "unknown grouping '%s' of %s", name, schema->name);
    if (nearest && column < 0)
        hc_err_hint(err, "did you mean %s?", nearest);
    return HC_EUSAGE;
}

enum hc_status hc_grouping_find(struct hc_grouping *grouping, const char *name,
                                const struct hc_schema *schema, struct hc_err *err) {
    *grouping = (struct hc_grouping){.name = name, .part = HC_GROUP_VALUE};
    int own = hc_own_date(schema);
    grouping->column = hc_schema_find(schema, hc_str_of(name));
    /* `month` of a kind that has such a column is that month, written as one. */
    if (grouping->column >= 0 && grouping->column != own)
        return is_groupable(&schema->field[grouping->column]) ? HC_OK
                                                              : unknown(name, schema, err);
    if (find_part(grouping, schema))
        return HC_OK;
    grouping->column = hc_schema_find(schema, hc_str_of(name));
    grouping->part = HC_GROUP_VALUE;
    return grouping->column >= 0 ? HC_OK : unknown(name, schema, err);
}

/* ---- keys: bytes whose order is the order of the values ---- */

struct hc_groups {
    struct hc_grouping *grouping;
    size_t groupings;
    uint64_t memory_bytes;
    struct hc_map *map;
    struct hc_buf key, last; /* last: of the row before, whose group is last_group */
    uint32_t last_group;
};
enum { NONE = 0, NUMBER, DAY, MONTH, QUARTER, TEXT }; /* first byte of each part */

static void put_number(struct hc_buf *key, int tag, int64_t value) {
    uint64_t bits = (uint64_t)value ^ (uint64_t)1 << 63;
    char bytes[9] = {(char)tag};
    for (int i = 0; i < 8; i++)
        bytes[1 + i] = (char)(bits >> (56 - 8 * i));
    hc_buf_put(key, bytes, sizeof bytes);
}

static int64_t get_number(const char *bytes) {
    uint64_t bits = 0;
    for (int i = 0; i < 8; i++)
        bits = bits << 8 | (unsigned char)bytes[i];
    return (int64_t)(bits ^ (uint64_t)1 << 63);
}

static void put_text(struct hc_buf *key, struct hc_str text) {
    hc_buf_putc(key, TEXT);
    hc_buf_put(key, text.ptr, text.len);
    hc_buf_putc(key, 0); /* no text holds it */
}

static void put_month(struct hc_buf *key, enum hc_group_part part, hc_month month) {
    int64_t all = (int64_t)month + 1970 * 12;
    if (part == HC_GROUP_YEAR)
        put_number(key, NUMBER, all >= 0 ? all / 12 : -((11 - all) / 12));
    else if (part == HC_GROUP_QUARTER)
        put_number(key, QUARTER, all >= 0 ? all / 3 : -((2 - all) / 3));
    else
        put_number(key, MONTH, month);
}

static void put_value(struct hc_buf *key, const struct hc_grouping *g,
                      const struct hc_rows *rows, size_t at) {
    size_t row = rows->row[at];
    if (g->column == HC_GROUP_ROWS_MONTH) {
        put_month(key, g->part, rows->month[at]);
        return;
    }
    const struct hc_column *c = &rows->batch->column[g->column];
    if (hc_column_null(c, row)) {
        hc_buf_putc(key, NONE);
        return;
    }
    if (g->part != HC_GROUP_VALUE) {
        put_month(key, g->part, hc_month_of(c->i32[row]));
        return;
    }
    const struct hc_choices *choices = rows->batch->schema->field[g->column].choices;
    int64_t value;
    switch (c->type) {
    case HC_TYPE_utf8:
        put_text(key, hc_str_at(rows->batch, (size_t)g->column, row));
        return;
    case HC_TYPE_choice:
        value = c->i8[row];
        if (choices && value >= 0 && value < choices->count)
            put_text(key, hc_str_of(choices->value[value]));
        else
            hc_buf_putc(key, NONE);
        return;
    case HC_TYPE_bool:
        put_text(key, c->bools[row] ? HC_STR("true") : HC_STR("false"));
        return;
    default:
        value = hc_int_at(rows->batch, (size_t)g->column, row, 0);
        put_number(key, c->type == HC_TYPE_date ? DAY : NUMBER, value);
    }
}

/* Length of the part that starts at bytes. */
static size_t part_len(const char *bytes) {
    if (bytes[0] == NONE)
        return 1;
    return bytes[0] == TEXT ? 2 + strlen(bytes + 1) : 9;
}

/* ---- groups ---- */

enum hc_status hc_groups_new(struct hc_groups **groups, const struct hc_grouping *grouping,
                             size_t groupings, uint64_t memory_bytes, struct hc_err *err) {
    struct hc_groups *g = calloc(1, sizeof *g);
    *groups = g;
    if (g)
        g->grouping = malloc((groupings + 1) * sizeof *g->grouping);
    if (!g || !g->grouping) {
        hc_groups_free(g);
        *groups = NULL;
        return hc_fail_memory(err);
    }
    if (groupings)
        memcpy(g->grouping, grouping, groupings * sizeof *grouping);
    g->groupings = groupings;
    g->memory_bytes = memory_bytes;
    g->last_group = UINT32_MAX;
    uint32_t all;
    enum hc_status status = hc_map_new(&g->map, err);
    if (status == HC_OK && groupings == 0) /* the sum of nothing is 0, not nothing */
        status = hc_map_add(g->map, HC_STR(""), &all, NULL, err);
    if (status != HC_OK) {
        hc_groups_free(g);
        *groups = NULL;
    }
    return status;
}

static enum hc_status too_many(const struct hc_groups *groups, struct hc_err *err) {
    hc_fail(err, HC_ENOMEM, "more than %u groups do not fit into the memory allowed",
            hc_map_len(groups->map));
    hc_err_hint(err, "group by something with fewer values, or raise --memory");
    return HC_ENOMEM;
}

enum hc_status hc_groups_assign(struct hc_groups *groups, const struct hc_rows *rows,
                                uint32_t *group, struct hc_err *err) {
    for (size_t at = 0; at < rows->count; at++) {
        hc_buf_clear(&groups->key);
        for (size_t i = 0; i < groups->groupings; i++)
            put_value(&groups->key, &groups->grouping[i], rows, at);
        if (groups->key.failed)
            return hc_fail_memory(err);
        struct hc_str key = hc_buf_str(&groups->key);
        if (groups->last_group == UINT32_MAX ||
            !hc_str_eq(key, hc_buf_str(&groups->last))) {
            enum hc_status status =
                hc_map_add(groups->map, key, &groups->last_group, NULL, err);
            if (status != HC_OK)
                return status;
            struct hc_buf last = groups->last;
            groups->last = groups->key;
            groups->key = last;
        }
        group[at] = groups->last_group;
    }
    if (hc_map_bytes(groups->map) > groups->memory_bytes)
        return too_many(groups, err);
    return HC_OK;
}

uint32_t hc_groups_len(const struct hc_groups *groups) {
    return hc_map_len(groups->map);
}

const char *hc_groups_text(const struct hc_groups *groups, uint32_t group, size_t grouping,
                           struct hc_buf *buf) {
    const char *part = hc_map_key(groups->map, group).ptr;
    char text[16];
    while (grouping-- > 0)
        part += part_len(part);
    hc_buf_clear(buf);
    int64_t value = part[0] == NONE || part[0] == TEXT ? 0 : get_number(part + 1);
    switch (part[0]) {
    case NUMBER:
        hc_buf_printf(buf, "%lld", (long long)value);
        break;
    case DAY:
        hc_buf_puts(buf, hc_format_day((hc_day)value, text));
        break;
    case MONTH:
        hc_buf_puts(buf, hc_format_month((hc_month)value, text));
        break;
    case QUARTER:
        hc_buf_puts(buf, hc_format_quarter((hc_month)(value * 3 - 1970 * 12), text));
        break;
    case TEXT:
        hc_buf_puts(buf, part + 1);
        break;
    default:
        break;
    }
    return hc_buf_text(buf);
}

static int by_key(const void *a, const void *b, void *map) {
    return hc_str_cmp(hc_map_key(map, *(const uint32_t *)a),
                      hc_map_key(map, *(const uint32_t *)b));
}

void hc_groups_order(const struct hc_groups *groups, uint32_t *order) {
    uint32_t len = hc_map_len(groups->map);
    for (uint32_t i = 0; i < len; i++)
        order[i] = i;
    if (len)
        qsort_r(order, len, sizeof *order, by_key, groups->map);
}

void hc_groups_free(struct hc_groups *groups) {
    if (!groups)
        return;
    hc_map_free(groups->map);
    hc_buf_free(&groups->key);
    hc_buf_free(&groups->last);
    free(groups->grouping);
    free(groups);
}
