#include "rule/links.h"

#include <stdlib.h>

#include "base/map.h"

struct link { /* claims are known by a hash of their key */
    uint64_t from, to;
    int64_t record;
    int32_t delivery, entry;
};
enum { LEAST = 64 * 1024 }; /* links that any memory must hold */
struct hc_links {
    struct link *link;
    size_t count, cap, most;
};

enum hc_status hc_links_new(struct hc_links **links, uint64_t memory_bytes,
                            struct hc_err *err) {
    *links = calloc(1, sizeof **links);
    if (!*links)
        return hc_fail_memory(err);
    (*links)->most = (size_t)(memory_bytes / sizeof(struct link)) + LEAST;
    return HC_OK;
}

void hc_links_free(struct hc_links *links) {
    if (!links)
        return;
    free(links->link);
    free(links);
}

static int by_claim(const void *left, const void *right) {
    const struct link *a = left, *b = right;
    if (a->from != b->from)
        return a->from < b->from ? -1 : 1;
    return (a->to > b->to) - (a->to < b->to);
}

static bool before(const struct link *a, const struct link *b) {
    if (a->delivery != b->delivery)
        return a->delivery < b->delivery;
    return a->entry != b->entry ? a->entry < b->entry : a->record < b->record;
}

/* Lines of one claim mostly name one claim: of the same link the first record stays. */
static void unite(struct hc_links *l) {
    size_t n = 0;
    qsort(l->link, l->count, sizeof *l->link, by_claim);
    for (size_t i = 0; i < l->count; i++) {
        if (n == 0 || by_claim(&l->link[n - 1], &l->link[i]) != 0)
            l->link[n++] = l->link[i];
        else if (before(&l->link[i], &l->link[n - 1]))
            l->link[n - 1] = l->link[i];
    }
    l->count = n;
}

static enum hc_status grow(struct hc_links *l, struct hc_err *err) {
    size_t cap = l->cap ? l->cap * 2 : 1024;
    if (l->count >= l->most) {
        unite(l);
        if (l->count <= l->most / 4 * 3)
            return HC_OK;
        hc_fail(err, HC_ENOMEM, "more than %zu claims that were corrected twice",
                l->most / 4 * 3);
        hc_err_hint(err, "give more with --memory");
        return HC_ENOMEM;
    }
    struct link *link = realloc(l->link, cap * sizeof *link);
    if (!link)
        return hc_fail_memory(err);
    l->link = link;
    l->cap = cap;
    return HC_OK;
}

enum hc_status hc_links_add(struct hc_links *l, const struct hc_batch *b, uint32_t row,
                            const struct hc_way *way, struct hc_err *err) {
    if (l->count == l->cap || l->count == l->most) {
        enum hc_status status = grow(l, err);
        if (status != HC_OK)
            return status;
    }
    l->link[l->count++] = (struct link){
        .from = hc_hash_u64(way->family, hc_hash_row(b, way->match, way->matches, row)),
        .to = hc_hash_u64(way->family, hc_hash_row(b, way->named_match, way->matches, row)),
        .record = hc_int_at(b, HC_claim_line_source_record, row, 0),
        .delivery = (int32_t)hc_int_at(b, HC_claim_line_delivery, row, 0),
        .entry = (int32_t)hc_int_at(b, HC_claim_line_source_entry, row, 0),
    };
    return HC_OK;
}

/* The first link from claim; links are in order of claims. */
static size_t first_of(const struct hc_links *l, uint64_t claim) {
    size_t low = 0, high = l->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (l->link[middle].from < claim)
            low = middle + 1;
        else
            high = middle;
    }
    return low < l->count && l->link[low].from == claim ? low : l->count;
}

/* Claims that no link names any more are taken off with their links until none is left to
 * take; what remains then lies on a circle or behind one. named, queue: a cell for each
 * link, the first of a claim's links standing for the claim. */
static void peel(const struct hc_links *l, uint32_t *named, size_t *queue) {
    size_t head = 0, tail = 0;
    for (size_t i = 0; i < l->count; i++) {
        size_t to = first_of(l, l->link[i].to);
        if (to < l->count)
            named[to]++;
    }
    for (size_t i = 0; i < l->count; i++)
        if ((i == 0 || l->link[i - 1].from != l->link[i].from) && named[i] == 0)
            queue[tail++] = i;
    while (head < tail) {
        size_t claim = queue[head++];
        for (size_t i = claim; i < l->count && l->link[i].from == l->link[claim].from;
             i++) {
            size_t to = first_of(l, l->link[i].to);
            if (to < l->count && --named[to] == 0)
                queue[tail++] = to;
        }
    }
}

enum hc_status hc_links_check(struct hc_links *l, const struct hc_origin *origin,
                              struct hc_err *err) {
    if (l->count == 0)
        return HC_OK;
    unite(l);
    uint32_t *named = calloc(l->count, sizeof *named);
    size_t *queue = malloc(l->count * sizeof *queue);
    const struct link *first = NULL;
    size_t claims = 0;
    enum hc_status status = HC_OK;
    if (!named || !queue) {
        status = hc_fail_memory(err);
        goto out;
    }
    peel(l, named, queue);
    for (size_t i = 0, claim = 0; i < l->count; i++) {
        if (i == 0 || l->link[i - 1].from != l->link[i].from) {
            claim = i;
            claims += named[i] > 0;
        }
        if (named[claim] > 0 && (!first || before(&l->link[i], first)))
            first = &l->link[i];
    }
    if (first) {
        status =
            hc_fail(err, HC_EDATA, "%zu claims replace each other in a circle", claims);
        hc_err_at_lineage(err, origin, first->delivery, first->entry, first->record);
        hc_err_hint(err,
                    "each names the next in related_claim_id; ask the payer which stands");
    }
out:
    free(named);
    free(queue);
    return status;
}
