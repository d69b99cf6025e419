#include "rule/restated.h"

#include <stdlib.h>

#include "base/map.h"

struct rule { /* of one feed */
    int column[HC_RULE_COLUMNS];
    size_t columns;
};
struct hc_restated {
    const struct hc_origin *origin;
    struct rule *rule; /* by feed of the origin; columns 0: none */
    uint32_t *feed_of; /* by delivery - 1: index into rule */
    const char *undated;
    struct hc_map *keys;
    int64_t *newest; /* by key: the day of its newest delivery */
    size_t cap;
    struct hc_buf key;
};

static enum hc_status read_rule(struct rule *rule, const struct hc_feed_rules *from,
                                const bool *has, struct hc_err *err) {
    struct hc_err inner = {0};
    if (hc_cover_rule_check(from->cover, from->covers, &inner) != HC_OK)
        return hc_fail(err, HC_ECONFIG, "feed %s, coverage: %s", from->feed, inner.what);
    for (size_t i = 0; i < from->covers; i++) {
        int at = hc_schema_find(&hc_kinds[HC_KIND_coverage], hc_str_of(from->cover[i]));
        if (!has[at])
            return hc_fail(err, HC_EDATA,
                           "feed %s, coverage: match needs column '%s', which the stream "
                           "lacks",
                           from->feed, from->cover[i]);
        rule->column[rule->columns++] = at;
    }
    return HC_OK;
}

static void find_undated(struct hc_restated *r) {
    const struct hc_origin *o = r->origin;
    for (size_t f = 0; f < o->feeds && !r->undated; f++) {
        size_t count = 0, undated = 0;
        for (size_t d = 0; d < o->deliveries; d++)
            if (r->feed_of[d] == f) {
                count++;
                undated += !o->delivery[d].has_date;
            }
        if (r->rule[f].columns && count > 1 && undated)
            r->undated = o->feed[f].feed;
    }
}

enum hc_status hc_restated_new(struct hc_restated **out, const struct hc_origin *origin,
                               const bool *has, struct hc_err *err) {
    bool any = false;
    *out = NULL;
    for (size_t f = 0; f < origin->feeds; f++)
        any |= origin->feed[f].covers > 0;
    if (!any)
        return HC_OK;
    struct hc_restated *r = calloc(1, sizeof *r);
    if (!r)
        return hc_fail_memory(err);
    r->origin = origin;
    r->rule = calloc(origin->feeds, sizeof *r->rule);
    r->feed_of = calloc(origin->deliveries + 1, sizeof *r->feed_of);
    enum hc_status status = r->rule && r->feed_of ? HC_OK : hc_fail_memory(err);
    for (size_t f = 0; f < origin->feeds && status == HC_OK; f++)
        if (origin->feed[f].covers)
            status = read_rule(&r->rule[f], &origin->feed[f], has, err);
    for (size_t d = 0; d < origin->deliveries && status == HC_OK; d++) {
        r->feed_of[d] = UINT32_MAX;
        for (size_t f = 0; f < origin->feeds; f++)
            if (strcmp(origin->feed[f].feed, origin->delivery[d].feed) == 0)
                r->feed_of[d] = (uint32_t)f;
    }
    if (status == HC_OK)
        status = hc_map_new(&r->keys, err);
    if (status != HC_OK) {
        hc_restated_free(r);
        return status;
    }
    find_undated(r);
    *out = r;
    return HC_OK;
}

void hc_restated_free(struct hc_restated *r) {
    if (!r)
        return;
    hc_map_free(r->keys);
    hc_buf_free(&r->key);
    free(r->newest);
    free(r->rule);
    free(r->feed_of);
    free(r);
}

const char *hc_restated_undated(const struct hc_restated *r) {
    return r->undated;
}

/* The rule of a row's feed; NULL: it has none, and the row stands. *day: its delivery's. */
static const struct rule *rule_of(const struct hc_restated *r, const struct hc_batch *b,
                                  size_t row, int64_t *day) {
    int64_t number = hc_int_at(b, HC_coverage_delivery, row, 0);
    if (number < 1 || (size_t)number > r->origin->deliveries)
        return NULL;
    const struct hc_delivery *d = &r->origin->delivery[number - 1];
    uint32_t feed = r->feed_of[number - 1];
    *day = d->has_date ? d->date : INT64_MIN + number;
    return feed != UINT32_MAX && r->rule[feed].columns ? &r->rule[feed] : NULL;
}

/* Null and "" are alike, as everywhere in keys. */
static void put_value(struct hc_buf *key, const struct hc_batch *b, size_t column,
                      size_t row) {
    const struct hc_field *field = &b->schema->field[column];
    if (field->type == HC_TYPE_utf8) {
        struct hc_str text = hc_str_at(b, column, row);
        hc_buf_put(key, (const char *)&text.len, sizeof text.len);
        hc_buf_put(key, text.ptr, text.len);
        return;
    }
    bool is_null = hc_is_null(b, column, row);
    int64_t value = is_null ? 0 : hc_int_at(b, column, row, 0);
    hc_buf_putc(key, is_null ? 'n' : 'v');
    hc_buf_put(key, (const char *)&value, sizeof value);
}

static struct hc_str key_of(struct hc_restated *r, const struct rule *rule,
                            const struct hc_batch *b, size_t row) {
    size_t feed = (size_t)(rule - r->rule);
    hc_buf_clear(&r->key);
    hc_buf_put(&r->key, (const char *)&feed, sizeof feed);
    for (size_t i = 0; i < rule->columns; i++)
        put_value(&r->key, b, (size_t)rule->column[i], row);
    return hc_buf_str(&r->key);
}

static bool need_room(struct hc_restated *r, uint32_t id) {
    if (id < r->cap)
        return true;
    size_t cap = r->cap ? 2 * r->cap : 1024;
    int64_t *grown = realloc(r->newest, cap * sizeof *grown);
    if (!grown)
        return false;
    r->newest = grown;
    r->cap = cap;
    return true;
}

enum hc_status hc_restated_see(struct hc_restated *r, const struct hc_batch *b,
                               struct hc_err *err) {
    for (size_t row = 0; row < b->rows; row++) {
        int64_t day;
        uint32_t id;
        bool added;
        const struct rule *rule = rule_of(r, b, row, &day);
        if (!rule)
            continue;
        struct hc_str key = key_of(r, rule, b, row);
        if (r->key.failed)
            return hc_fail_memory(err);
        enum hc_status status = hc_map_add(r->keys, key, &id, &added, err);
        if (status != HC_OK)
            return status;
        if (!need_room(r, id))
            return hc_fail_memory(err);
        if (added || day > r->newest[id])
            r->newest[id] = day;
    }
    return HC_OK;
}

size_t hc_restated_keep(struct hc_restated *r, const struct hc_batch *b, uint32_t *row) {
    size_t stand = 0, gone = b->rows;
    for (size_t i = 0; i < b->rows; i++) {
        int64_t day = 0;
        uint32_t id;
        const struct rule *rule = rule_of(r, b, i, &day);
        bool stands = !rule || !hc_map_find(r->keys, key_of(r, rule, b, i), &id) ||
                      r->newest[id] <= day;
        row[stands ? stand++ : --gone] = (uint32_t)i;
    }
    return stand;
}
