#include "rule/way.h"

#include <stdlib.h>

#include "rule/policy.h"

struct hc_ways {
    const struct hc_origin *origin;
    const bool *has;
    struct hc_way **way; /* by feed, claim type; NULL until met */
    uint32_t count;
    uint32_t *feed_of; /* by delivery - 1: index into origin->feed; UINT32_MAX none */
};

bool hc_ways_replace(const struct hc_origin *origin) {
    for (size_t i = 0; i < origin->feeds; i++)
        for (size_t r = 0; r < origin->feed[i].rules; r++)
            if (strcmp(origin->feed[i].rule[r].policy, "replace") == 0)
                return true;
    return false;
}

enum hc_status hc_ways_new(struct hc_ways **ways, const struct hc_origin *origin,
                           const bool *has, struct hc_err *err) {
    struct hc_ways *w = calloc(1, sizeof *w);
    *ways = NULL;
    if (!w)
        return hc_fail_memory(err);
    w->origin = origin;
    w->has = has;
    w->feed_of = malloc((origin->deliveries + 1) * sizeof *w->feed_of);
    w->way = calloc(origin->feeds * HC_claim_type_count + 1, sizeof(struct hc_way *));
    if (!w->feed_of || !w->way) {
        hc_ways_free(w);
        return hc_fail_memory(err);
    }
    for (size_t d = 0; d < origin->deliveries; d++) {
        w->feed_of[d] = UINT32_MAX;
        for (size_t i = 0; i < origin->feeds; i++)
            if (strcmp(origin->feed[i].feed, origin->delivery[d].feed) == 0)
                w->feed_of[d] = (uint32_t)i;
    }
    *ways = w;
    return HC_OK;
}

void hc_ways_free(struct hc_ways *w) {
    if (!w)
        return;
    for (size_t i = 0; w->way && i < w->origin->feeds * HC_claim_type_count; i++)
        free(w->way[i]);
    free(w->way);
    free(w->feed_of);
    free(w);
}

static bool same_columns(const int *a, size_t count_a, const int *b, size_t count_b) {
    return count_a == count_b && memcmp(a, b, count_a * sizeof *a) == 0;
}

static bool holds(const int *column, size_t columns, int wanted) {
    for (size_t i = 0; i < columns; i++)
        if (column[i] == wanted)
            return true;
    return false;
}

/* May a correction turn a claim of the one into a claim of the other? A claim's number says
 * so where both are kept by the same keys, unless it is unique only within its type. Drugs
 * come in files of their own, with numbers of their own. */
static bool are_kin(const struct hc_way *a, const struct hc_way *b) {
    bool drugs = strcmp(a->rule->claim_type, "pharmacy") == 0 ||
                 strcmp(b->rule->claim_type, "pharmacy") == 0;
    if (drugs || a->policy != b->policy ||
        holds(a->match, a->matches, HC_claim_line_claim_type) ||
        !same_columns(a->match, a->matches, b->match, b->matches) ||
        !same_columns(a->partition, a->partitions, b->partition, b->partitions))
        return false;
    return a->replaces || (same_columns(a->id, a->ids, b->id, b->ids) &&
                           !holds(a->id, a->ids, HC_claim_line_claim_type));
}

static enum hc_status check_kin(const char *feed, const struct hc_way *a,
                                const struct hc_way *b, struct hc_err *err) {
    const char *key = a->rule->denied != b->rule->denied ? "denied" : "repeats";
    if (a->rule->denied == b->rule->denied &&
        a->rule->keep_repeats == b->rule->keep_repeats)
        return HC_OK;
    hc_fail(err, HC_ECONFIG,
            "feed %s: a correction may turn %s claims into %s claims, so %s: must be the "
            "same for both",
            feed, a->rule->claim_type, b->rule->claim_type, key);
    hc_err_hint(err, "where no claim changes its type, name claim_type in match and "
                     "record_id of both");
    return HC_ECONFIG;
}

/* The claim types of a feed that may become each other share their match keys, and their
 * record ids where these are made of the same columns. */
static enum hc_status find_family(const struct hc_ways *w, uint32_t feed,
                                  struct hc_way *way, struct hc_err *err) {
    way->family = way->records = way->number;
    for (size_t i = 0; i < HC_claim_type_count; i++) {
        const struct hc_way *other = w->way[feed * HC_claim_type_count + i];
        if (!other || other == way || !are_kin(other, way))
            continue;
        way->family = other->family;
        if (same_columns(other->id, other->ids, way->id, way->ids))
            way->records = other->records;
        enum hc_status status = check_kin(w->origin->feed[feed].feed, other, way, err);
        if (status != HC_OK)
            return status;
    }
    return HC_OK;
}

static enum hc_status new_way(struct hc_ways *w, uint32_t feed, int claim_type,
                              struct hc_err *err) {
    const char *type = hc_choices[HC_CHOICES_claim_type].value[claim_type];
    const char *name = w->origin->feed[feed].feed;
    const struct hc_claim_rule *rule = hc_origin_rule(w->origin, name, type);
    struct hc_way *way;
    if (!rule)
        return hc_fail(err, HC_ECONFIG, "feed %s has no dedupe rule for %s claims", name,
                       type);
    way = calloc(1, sizeof *way);
    if (!way)
        return hc_fail_memory(err);
    way->number = w->count++;
    way->feed = feed;
    w->way[feed * HC_claim_type_count + (uint32_t)claim_type] = way;
    enum hc_status status = hc_way_init(way, name, rule, w->has, err);
    if (status == HC_OK)
        status = find_family(w, feed, way, err);
    return status;
}

enum hc_status hc_way_of(struct hc_ways *w, const struct hc_batch *b, size_t row,
                         const struct hc_way **way, struct hc_err *err) {
    int64_t delivery = hc_int_at(b, HC_claim_line_delivery, row, 0);
    int64_t type = hc_int_at(b, HC_claim_line_claim_type, row, -1);
    if (delivery < 1 || (size_t)delivery > w->origin->deliveries) {
        hc_fail(err, HC_EDATA, "a claim line of no known delivery, so by no feed's rules");
        hc_err_hint(err,
                    "the stream lost its metadata hc.deliveries; run hc-dedupe on what "
                    "hc-ingest wrote");
        return HC_EDATA;
    }
    uint32_t feed = w->feed_of[delivery - 1];
    if (feed == UINT32_MAX)
        return hc_fail(err, HC_EDATA, "delivery %s: feed %s brought no dedupe rules",
                       w->origin->delivery[delivery - 1].name,
                       w->origin->delivery[delivery - 1].feed);
    if (type < 0)
        return hc_fail(err, HC_EDATA, "delivery %s: a claim line without claim_type",
                       w->origin->delivery[delivery - 1].name);
    size_t at = feed * HC_claim_type_count + (size_t)type;
    *way = w->way[at];
    if (*way)
        return HC_OK;
    enum hc_status status = new_way(w, feed, (int)type, err);
    *way = w->way[at];
    return status;
}
