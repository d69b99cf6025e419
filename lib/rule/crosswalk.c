#include "rule/crosswalk.h"

#include <stdlib.h>

#include "base/map.h"

#define NO_ID UINT32_MAX

struct link {      /* of the number with the same index in the map */
    uint32_t next; /* NO_ID: none */
    uint32_t last; /* end of the chain, after resolve */
    int64_t delivery;
    hc_day start, end;
};
struct hc_crosswalk {
    struct hc_map *map; /* payer, NUL, number */
    struct link *link;
    size_t cap;
    struct hc_buf key;
    struct hc_crosswalk_counts counts;
};

enum hc_status hc_crosswalk_new(struct hc_crosswalk **crosswalk, struct hc_err *err) {
    struct hc_crosswalk *c = calloc(1, sizeof *c);
    *crosswalk = NULL;
    if (!c)
        return hc_fail_memory(err);
    enum hc_status status = hc_map_new(&c->map, err);
    if (status != HC_OK) {
        free(c);
        return status;
    }
    *crosswalk = c;
    return HC_OK;
}

void hc_crosswalk_free(struct hc_crosswalk *c) {
    if (!c)
        return;
    hc_map_free(c->map);
    hc_buf_free(&c->key);
    free(c->link);
    free(c);
}

static bool make_key(struct hc_crosswalk *c, struct hc_str payer, struct hc_str id) {
    hc_buf_clear(&c->key);
    hc_buf_put(&c->key, payer.ptr, payer.len);
    hc_buf_putc(&c->key, '\0');
    hc_buf_put(&c->key, id.ptr, id.len);
    return !c->key.failed;
}

static struct hc_str number_of(const struct hc_crosswalk *c, uint32_t id) {
    struct hc_str key = hc_map_key(c->map, id);
    const char *end = memchr(key.ptr, '\0', key.len);
    size_t payer = (size_t)(end - key.ptr) + 1;
    return (struct hc_str){key.ptr + payer, key.len - payer};
}

static enum hc_status number_add(struct hc_crosswalk *c, struct hc_str payer,
                                 struct hc_str id, uint32_t *number, struct hc_err *err) {
    bool added;
    if (!make_key(c, payer, id))
        return hc_fail_memory(err);
    enum hc_status status = hc_map_add(c->map, hc_buf_str(&c->key), number, &added, err);
    if (status != HC_OK || !added)
        return status;
    if (*number >= c->cap) {
        size_t cap = c->cap ? 2 * c->cap : 256;
        struct link *grown = realloc(c->link, cap * sizeof *grown);
        if (!grown)
            return hc_fail_memory(err);
        c->link = grown;
        c->cap = cap;
    }
    c->link[*number] = (struct link){.next = NO_ID, .last = NO_ID};
    return HC_OK;
}

/* Does b stand over a, both being records of one previous number? */
static bool stands_over(const struct hc_crosswalk *c, const struct link *b,
                        const struct link *a) {
    if (b->delivery != a->delivery)
        return b->delivery > a->delivery;
    if (b->end != a->end)
        return b->end > a->end;
    if (b->start != a->start)
        return b->start > a->start;
    return hc_str_cmp(number_of(c, b->next), number_of(c, a->next)) > 0;
}

static enum hc_status add_record(struct hc_crosswalk *c, const struct hc_batch *b,
                                 size_t row, struct hc_err *err) {
    struct hc_str payer = hc_str_at(b, HC_crosswalk_payer, row);
    struct hc_str previous = hc_str_at(b, HC_crosswalk_previous_id, row);
    struct hc_str current = hc_str_at(b, HC_crosswalk_current_id, row);
    uint32_t from = 0;
    struct link said = {
        .delivery = hc_int_at(b, HC_crosswalk_delivery, row, 0),
        .start = (hc_day)hc_int_at(b, HC_crosswalk_start_date, row, INT32_MIN),
        .end = (hc_day)hc_int_at(b, HC_crosswalk_end_date, row, INT32_MAX),
    };
    c->counts.records++;
    if (previous.len == 0 || current.len == 0) {
        c->counts.blank++;
        return HC_OK;
    }
    if (hc_str_eq(previous, current)) {
        c->counts.self++;
        return HC_OK;
    }
    enum hc_status status = number_add(c, payer, previous, &from, err);
    if (status == HC_OK)
        status = number_add(c, payer, current, &said.next, err);
    if (status != HC_OK)
        return status;
    struct link *known = &c->link[from];
    if (known->next == NO_ID)
        c->counts.links++;
    else if (known->next == said.next)
        c->counts.repeated++;
    else
        c->counts.overruled++;
    if (known->next == NO_ID || stands_over(c, &said, known)) {
        said.last = NO_ID;
        *known = said;
    }
    return HC_OK;
}

enum hc_status hc_crosswalk_add(struct hc_crosswalk *c, const struct hc_batch *batch,
                                struct hc_err *err) {
    enum hc_status status = HC_OK;
    for (size_t row = 0; row < batch->rows && status == HC_OK; row++)
        status = add_record(c, batch, row, err);
    return status;
}

static enum hc_status circle(struct hc_crosswalk *c, uint32_t id, struct hc_err *err) {
    char shape[HC_SHAPE_SIZE];
    uint32_t length = 1;
    for (uint32_t i = c->link[id].next; i != id; i = c->link[i].next)
        length++;
    hc_fail(err, HC_EDATA,
            "crosswalk runs in a circle of %u numbers, one of them of shape '%s'", length,
            hc_str_shape(number_of(c, id), shape));
    hc_err_hint(err, "two records replace each other's numbers; take one of them out");
    return HC_EDATA;
}

/* Each walk ends at a number without successor or at one resolved before, so all walks
 * together are linear. A walk longer than there are numbers is a circle. */
enum hc_status hc_crosswalk_resolve(struct hc_crosswalk *c, struct hc_err *err) {
    uint32_t numbers = hc_map_len(c->map);
    for (uint32_t id = 0; id < numbers; id++) {
        uint32_t end = id, steps = 0;
        while (c->link[end].last == NO_ID && c->link[end].next != NO_ID) {
            end = c->link[end].next;
            if (++steps > numbers)
                return circle(c, end, err);
        }
        if (c->link[end].last != NO_ID)
            end = c->link[end].last;
        for (uint32_t i = id; i != end && c->link[i].last == NO_ID; i = c->link[i].next)
            c->link[i].last = end;
        c->link[end].last = end;
    }
    /* the longest chain starts at a number that nobody's number became; counting from all
     * of them would be quadratic for one long chain, so depths are filled from the ends */
    uint32_t *depth = calloc(numbers ? numbers : 1, sizeof *depth);
    uint32_t *stack = malloc((numbers ? numbers : 1) * sizeof *stack);
    if (!depth || !stack) {
        free(depth);
        free(stack);
        return hc_fail_memory(err);
    }
    for (uint32_t id = 0; id < numbers; id++) {
        uint32_t held = 0, at = id;
        while (c->link[at].next != NO_ID && depth[at] == 0) {
            stack[held++] = at;
            at = c->link[at].next;
        }
        for (uint32_t below = depth[at]; held > 0; held--)
            depth[stack[held - 1]] = ++below;
        if (depth[id] > c->counts.longest)
            c->counts.longest = depth[id];
    }
    free(depth);
    free(stack);
    return HC_OK;
}

struct hc_str hc_crosswalk_current(struct hc_crosswalk *c, struct hc_str payer,
                                   struct hc_str id) {
    uint32_t number;
    if (c->counts.links == 0 || id.len == 0 || !make_key(c, payer, id) ||
        !hc_map_find(c->map, hc_buf_str(&c->key), &number))
        return id;
    return number_of(c, c->link[number].last);
}

void hc_crosswalk_counts(const struct hc_crosswalk *c, struct hc_crosswalk_counts *counts) {
    *counts = c->counts;
}
