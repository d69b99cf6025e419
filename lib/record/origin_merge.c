#include <stdlib.h>

#include "record/origin.h"

static const char *or_empty(const char *text) {
    return text ? text : "";
}

/* By date (none first), name, digest, feed: nothing that depends on who came first. */
static int compare(const struct hc_delivery *a, const struct hc_delivery *b) {
    if (a->has_date != b->has_date)
        return a->has_date ? 1 : -1;
    if (a->has_date && a->date != b->date)
        return a->date < b->date ? -1 : 1;
    int order = hc_name_order(a->name, b->name);
    if (order == 0)
        order = strcmp(or_empty(a->sha256), or_empty(b->sha256));
    return order ? order : strcmp(or_empty(a->feed), or_empty(b->feed));
}

struct numbered { /* a delivery and where it had which number */
    const struct hc_delivery *delivery;
    bool from;
    size_t old;
};
static int compare_numbered(const void *a, const void *b) {
    const struct numbered *x = a, *y = b;
    int order = compare(x->delivery, y->delivery);
    return order ? order : (int)x->from - (int)y->from;
}

static bool same_name_and_feed(const struct hc_delivery *a, const struct hc_delivery *b) {
    return strcmp(a->name, b->name) == 0 &&
           strcmp(or_empty(a->feed), or_empty(b->feed)) == 0;
}

static enum hc_status check_digests(const struct hc_origin *a, const struct hc_origin *b,
                                    struct hc_err *err) {
    for (size_t i = 0; i < a->deliveries; i++)
        for (size_t j = 0; j < b->deliveries; j++) {
            const struct hc_delivery *x = &a->delivery[i], *y = &b->delivery[j];
            if (!same_name_and_feed(x, y) ||
                strcmp(or_empty(x->sha256), or_empty(y->sha256)) == 0)
                continue;
            hc_fail(err, HC_EDATA,
                    "delivery %s of feed %s comes with two contents, "
                    "sha256 %.12s... and %.12s...",
                    x->name, or_empty(x->feed), or_empty(x->sha256), or_empty(y->sha256));
            hc_err_hint(err, "ingest the right one again, and leave the other out");
            return HC_EDATA;
        }
    return HC_OK;
}

static bool same_texts(const char *const *a, size_t as, const char *const *b, size_t bs) {
    for (size_t i = 0; as == bs && i < as; i++)
        if (strcmp(a[i], b[i]) != 0)
            return false;
    return as == bs;
}

static bool same_rules(const struct hc_feed_rules *a, const struct hc_feed_rules *b) {
    if (a->rules != b->rules || !same_texts(a->cover, a->covers, b->cover, b->covers))
        return false;
    for (size_t i = 0; i < a->rules; i++) {
        const struct hc_claim_rule *x = &a->rule[i], *y = &b->rule[i];
        if (strcmp(x->claim_type, y->claim_type) != 0 ||
            strcmp(x->policy, y->policy) != 0 || x->keep_repeats != y->keep_repeats ||
            x->denied != y->denied ||
            !same_texts(x->match, x->matches, y->match, y->matches) ||
            !same_texts(x->partition, x->partitions, y->partition, y->partitions) ||
            !same_texts(x->record_id, x->ids, y->record_id, y->ids))
            return false;
    }
    return true;
}

/* ---- copies into an arena; false when out of memory ---- */

static bool copy_text(struct hc_arena *arena, const char **text) {
    *text = hc_arena_copy(arena, hc_str_of(or_empty(*text)));
    return *text != NULL;
}

static bool copy_texts(struct hc_arena *arena, const char *const **texts, size_t count) {
    const char **copy = hc_arena_zalloc(arena, (count + 1) * sizeof *copy);
    bool done = copy != NULL;
    for (size_t i = 0; i < count && done; i++) {
        copy[i] = (*texts)[i];
        done = copy_text(arena, &copy[i]);
    }
    *texts = copy;
    return done;
}

static bool copy_delivery(struct hc_arena *arena, struct hc_delivery *d) {
    return copy_text(arena, &d->name) && copy_text(arena, &d->feed) &&
           copy_text(arena, &d->payer) && copy_text(arena, &d->program) &&
           copy_text(arena, &d->identity_key) && copy_text(arena, &d->sha256) &&
           copy_texts(arena, &d->entry, d->entries);
}

static bool copy_feed(struct hc_arena *arena, struct hc_feed_rules *feed) {
    struct hc_claim_rule *rule = hc_arena_zalloc(arena, (feed->rules + 1) * sizeof *rule);
    if (!rule || !copy_text(arena, &feed->feed))
        return false;
    for (size_t i = 0; i < feed->rules; i++) {
        rule[i] = feed->rule[i];
        if (!copy_text(arena, &rule[i].claim_type) || !copy_text(arena, &rule[i].policy) ||
            !copy_texts(arena, &rule[i].match, rule[i].matches) ||
            !copy_texts(arena, &rule[i].partition, rule[i].partitions) ||
            !copy_texts(arena, &rule[i].record_id, rule[i].ids))
            return false;
    }
    feed->rule = rule;
    return copy_texts(arena, &feed->cover, feed->covers);
}

/* ---- merging ---- */

static int compare_feeds(const void *a, const void *b) {
    return strcmp(((const struct hc_feed_rules *)a)->feed,
                  ((const struct hc_feed_rules *)b)->feed);
}

static enum hc_status merge_feeds(struct hc_origin *into, const struct hc_origin *from,
                                  struct hc_err *err) {
    size_t count = into->feeds;
    struct hc_feed_rules *feed =
        hc_arena_zalloc(&into->arena, (into->feeds + from->feeds + 1) * sizeof *feed);
    if (!feed)
        return hc_fail_memory(err);
    if (count)
        memcpy(feed, into->feed, count * sizeof *feed);
    for (size_t i = 0; i < from->feeds; i++) {
        size_t at = 0;
        while (at < into->feeds && strcmp(feed[at].feed, from->feed[i].feed) != 0)
            at++;
        if (at < into->feeds && !same_rules(&feed[at], &from->feed[i])) {
            hc_fail(err, HC_EDATA, "the rules of feed %s are not the same in all inputs",
                    feed[at].feed);
            hc_err_hint(err, "ingest all of its deliveries with the same feed file");
            return HC_EDATA;
        }
        if (at < into->feeds)
            continue;
        feed[count] = from->feed[i];
        if (!copy_feed(&into->arena, &feed[count++]))
            return hc_fail_memory(err);
    }
    qsort(feed, count, sizeof *feed, compare_feeds);
    into->feed = feed;
    into->feeds = count;
    return HC_OK;
}

static enum hc_status merge_deliveries(struct hc_origin *into, const struct hc_origin *from,
                                       struct numbered *all, int32_t *renumber_into,
                                       int32_t *renumber_from, struct hc_err *err) {
    size_t total = into->deliveries + from->deliveries, count = 0;
    struct hc_delivery *merged =
        hc_arena_zalloc(&into->arena, (total + 1) * sizeof *merged);
    if (!merged)
        return hc_fail_memory(err);
    for (size_t i = 0; i < into->deliveries; i++)
        all[i] = (struct numbered){&into->delivery[i], false, i};
    for (size_t i = 0; i < from->deliveries; i++)
        all[into->deliveries + i] = (struct numbered){&from->delivery[i], true, i};
    qsort(all, total, sizeof *all, compare_numbered);
    for (size_t i = 0; i < total; i++) {
        if (i == 0 || compare(all[i].delivery, all[i - 1].delivery) != 0) {
            merged[count] = *all[i].delivery;
            if (all[i].from && !copy_delivery(&into->arena, &merged[count]))
                return hc_fail_memory(err);
            count++;
        }
        (all[i].from ? renumber_from : renumber_into)[all[i].old] = (int32_t)count;
    }
    into->delivery = merged;
    into->deliveries = count;
    return HC_OK;
}

enum hc_status hc_origin_merge(struct hc_origin *into, const struct hc_origin *from,
                               int32_t **renumber_into, int32_t **renumber_from,
                               struct hc_err *err) {
    size_t total = into->deliveries + from->deliveries;
    enum hc_status status = check_digests(into, from, err);
    if (status == HC_OK)
        status = merge_feeds(into, from, err);
    if (status != HC_OK)
        return status;
    *renumber_into =
        hc_arena_zalloc(&into->arena, (into->deliveries + 1) * sizeof **renumber_into);
    *renumber_from =
        hc_arena_zalloc(&into->arena, (from->deliveries + 1) * sizeof **renumber_from);
    struct numbered *all = calloc(total + 1, sizeof *all);
    if (!all || !*renumber_into || !*renumber_from)
        status = hc_fail_memory(err);
    else
        status = merge_deliveries(into, from, all, *renumber_into, *renumber_from, err);
    free(all);
    return status;
}
