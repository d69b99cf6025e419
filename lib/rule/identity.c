#include "rule/identity.h"

#include <stdlib.h>

#include "base/map.h"
#include "record/origin.h"
#include "rule/joining.h"
#include "rule/numbering.h"

struct hc_identity {
    const struct hc_ladder *ladder;
    struct hc_people *people; /* members by number */
    struct hc_map *payers;
    struct hc_joining joining;
    struct hc_numbering numbering;
    struct hc_member_fact *fact; /* by member */
    size_t cap;
    uint32_t *order; /* members by payer, member_id; after solve */
    size_t told;     /* of them, by hc_identity_next */
    size_t changes;  /* ... by hc_identity_changes_next */
    struct hc_identity_counts counts;
};

enum hc_status hc_identity_new(struct hc_identity **identity,
                               const struct hc_ladder *ladder, struct hc_err *err) {
    struct hc_identity *d = calloc(1, sizeof *d);
    *identity = NULL;
    if (!d)
        return hc_fail_memory(err);
    d->ladder = ladder;
    enum hc_status status = hc_people_new(&d->people, err);
    if (status == HC_OK)
        status = hc_map_new(&d->payers, err);
    if (status == HC_OK)
        *identity = d;
    else
        hc_identity_free(d);
    return status;
}

void hc_identity_free(struct hc_identity *d) {
    if (!d)
        return;
    hc_people_free(d->people);
    hc_map_free(d->payers);
    hc_joining_free(&d->joining);
    free(d->fact);
    free(d->order);
    free(d);
}

static enum hc_status member_of(struct hc_identity *d, struct hc_str payer,
                                struct hc_str member_id, uint32_t *member,
                                struct hc_err *err) {
    enum hc_status status = hc_people_member(d->people, payer, member_id, member, err);
    if (status != HC_OK)
        return status;
    if (*member >= d->cap) {
        size_t cap = d->cap ? 2 * d->cap : 1024;
        struct hc_member_fact *grown = realloc(d->fact, cap * sizeof *grown);
        if (!grown)
            return hc_fail_memory(err);
        memset(grown + d->cap, 0, (cap - d->cap) * sizeof *grown);
        d->fact = grown;
        d->cap = cap;
    }
    struct hc_member_fact *fact = &d->fact[*member];
    if (!fact->known) {
        *fact = (struct hc_member_fact){.known = true,
                                        .since = INT32_MAX,
                                        .first = INT32_MAX,
                                        .last = INT32_MIN,
                                        .born = INT32_MAX,
                                        .born_last = INT32_MIN,
                                        .rung = HC_RUNG_OWN};
        status = hc_map_add(d->payers, payer, &fact->payer, NULL, err);
    }
    return status;
}

static uint8_t rung_of_name(const struct hc_ladder *ladder, struct hc_str name) {
    for (size_t i = 0; i < ladder->rungs; i++)
        if (hc_str_is(name, ladder->rung[i].name))
            return (uint8_t)i;
    return hc_str_is(name, "crosswalk") ? HC_RUNG_CROSSWALK : HC_RUNG_OWN;
}

enum hc_status hc_identity_previous(struct hc_identity *d, const struct hc_batch *b,
                                    struct hc_crosswalk *crosswalk, struct hc_err *err) {
    for (size_t row = 0; row < b->rows; row++) {
        struct hc_str payer = hc_str_at(b, HC_member_payer, row);
        struct hc_str member_id = hc_str_at(b, HC_member_member_id, row);
        int64_t person = hc_int_at(b, HC_member_person_id, row, 0);
        int64_t became = hc_int_at(b, HC_member_merged_into, row, person);
        hc_day since = (hc_day)hc_int_at(b, HC_member_since, row, INT32_MAX);
        uint32_t member;
        if (person < 1 || became < 1)
            return hc_fail(err, HC_EDATA, "a member of the previous map has no person_id");
        struct hc_str now =
            crosswalk ? hc_crosswalk_current(crosswalk, payer, member_id) : member_id;
        enum hc_status status = member_of(d, payer, now, &member, err);
        if (status != HC_OK)
            return status;
        struct hc_member_fact *fact = &d->fact[member];
        fact->before = rung_of_name(d->ladder, hc_str_at(b, HC_member_rung, row));
        if (!hc_str_eq(now, member_id))
            fact->renamed = true;
        if (since < fact->since)
            fact->since = since;
        status = hc_numbering_claim(&d->numbering, fact, person, became, err);
        if (status != HC_OK)
            return status;
    }
    return HC_OK;
}

static enum hc_status add_keys(struct hc_identity *d, const struct hc_batch *b, size_t row,
                               uint32_t member, struct hc_err *err) {
    size_t keys = hc_list_len(b, HC_coverage_identity_keys, row);
    bool keyed = false;
    for (size_t i = 0; i < keys; i++) {
        struct hc_str key = hc_list_at(b, HC_coverage_identity_keys, row, i);
        const char *colon = key.len ? memchr(key.ptr, ':', key.len) : NULL;
        if (!colon || colon == key.ptr || colon + 1 == key.ptr + key.len)
            return hc_fail(err, HC_EDATA, "identity_keys: expected rung:hash");
        struct hc_str name = {key.ptr, (size_t)(colon - key.ptr)};
        struct hc_str hash = {colon + 1, key.len - name.len - 1};
        bool nobodys = hc_str_is(name, HC_NOBODYS_KEY);
        uint8_t rung = rung_of_name(d->ladder, nobodys ? hash : name);
        if (nobodys && rung < d->ladder->rungs)
            d->fact[member].nobodys |= 1u << rung;
        if (nobodys)
            continue;
        keyed = true;
        if (rung >= d->ladder->rungs) {
            d->counts.unknown_key++;
            continue;
        }
        enum hc_status status = hc_joining_key(&d->joining, rung, hash, member, err);
        if (status != HC_OK)
            return status;
    }
    d->counts.keyed += keyed;
    return HC_OK;
}

enum hc_status hc_identity_add(struct hc_identity *d, const struct hc_batch *b,
                               const struct hc_batch *in, struct hc_err *err) {
    enum hc_status status = HC_OK;
    for (size_t row = 0; row < b->rows && status == HC_OK; row++) {
        struct hc_str member_id = hc_str_at(b, HC_coverage_member_id, row);
        uint32_t member;
        if (member_id.len == 0)
            continue; /* nobody: the row goes through without a person */
        status =
            member_of(d, hc_str_at(b, HC_coverage_payer, row), member_id, &member, err);
        if (status != HC_OK)
            return status;
        struct hc_member_fact *fact = &d->fact[member];
        fact->present = true;
        if (!hc_is_null(b, HC_coverage_birth_date, row)) {
            hc_day born = (hc_day)hc_int_at(b, HC_coverage_birth_date, row, 0);
            fact->born = born < fact->born ? born : fact->born;
            fact->born_last = born > fact->born_last ? born : fact->born_last;
        }
        if (!hc_str_eq(member_id, hc_str_at(in, HC_coverage_member_id, row)))
            fact->renamed = true;
        status = add_keys(d, b, row, member, err);
    }
    return status;
}

enum hc_status hc_identity_covers(struct hc_identity *d, const struct hc_batch *b,
                                  struct hc_err *err) {
    enum hc_status status = HC_OK;
    for (size_t row = 0; row < b->rows && status == HC_OK; row++) {
        struct hc_str member_id = hc_str_at(b, HC_coverage_member_id, row);
        hc_day start = (hc_day)hc_int_at(b, HC_coverage_start_date, row, INT32_MIN);
        hc_day end = (hc_day)hc_int_at(b, HC_coverage_end_date, row, INT32_MAX);
        uint32_t member;
        if (member_id.len == 0)
            continue;
        status =
            member_of(d, hc_str_at(b, HC_coverage_payer, row), member_id, &member, err);
        if (status != HC_OK)
            break;
        struct hc_member_fact *fact = &d->fact[member];
        if (start < fact->first)
            fact->first = start;
        if (end > fact->last)
            fact->last = end;
        if (start != INT32_MIN && start < fact->since)
            fact->since = hc_month_first(hc_month_of(start));
    }
    return status;
}

static int by_name(const void *left, const void *right, void *people) {
    return hc_people_compare(people, *(const uint32_t *)left, *(const uint32_t *)right);
}

enum hc_status hc_identity_solve(struct hc_identity *d, struct hc_err *err) {
    uint32_t members = hc_people_len(d->people);
    uint32_t *person = NULL; /* by member: the member that stands for its person */
    int64_t counted = 0;
    enum hc_status status = HC_OK;
    d->order = malloc((members + 1) * sizeof *d->order);
    if (!d->order)
        return hc_fail_memory(err);
    for (uint32_t i = 0; i < members; i++)
        d->order[i] = i;
    qsort_r(d->order, members, sizeof *d->order, by_name, d->people);
    status = hc_joining_solve(&d->joining, d->ladder, d->fact, members, &person, &d->counts,
                              err);
    if (status == HC_OK)
        status = hc_numbering_solve(&d->numbering, d->fact, d->order, members, person,
                                    &d->counts, err);
    for (uint32_t i = 0; status == HC_OK && i < members; i++) {
        hc_people_set(d->people, i, d->fact[i].person);
        counted += d->fact[i].person > 0;
    }
    if (status == HC_OK && counted != (int64_t)members)
        status = hc_fail(err, HC_EINTERNAL, "%lld members have a person, of %u",
                         (long long)counted, members);
    free(person);
    return status;
}

struct hc_people *hc_identity_people(struct hc_identity *d) {
    return d->people;
}

static struct hc_str rung_name(const struct hc_identity *d,
                               const struct hc_member_fact *fact) {
    if (fact->rung == HC_RUNG_OWN)
        return HC_STR("own");
    return fact->rung == HC_RUNG_CROSSWALK ? HC_STR("crosswalk")
                                           : hc_str_of(d->ladder->rung[fact->rung].name);
}

enum hc_status hc_identity_next(struct hc_identity *d, struct hc_batch *b,
                                struct hc_err *err) {
    uint32_t members = hc_people_len(d->people);
    if (d->told == members)
        return HC_END;
    hc_batch_clear(b);
    for (; d->told < members && !hc_batch_full(b); d->told++) {
        const struct hc_member_fact *fact = &d->fact[d->order[d->told]];
        struct hc_str payer, member_id;
        hc_people_name(d->people, d->order[d->told], &payer, &member_id);
        hc_batch_row(b);
        hc_set_str(b, HC_member_payer, payer);
        hc_set_str(b, HC_member_member_id, member_id);
        hc_set_i64(b, HC_member_person_id, fact->number);
        if (fact->number != fact->person)
            hc_set_i64(b, HC_member_merged_into, fact->person);
        hc_set_str(b, HC_member_rung, rung_name(d, fact));
        if (fact->since != INT32_MAX)
            hc_set_i32(b, HC_member_since, fact->since);
    }
    return hc_batch_seal(b, err);
}

enum hc_status hc_identity_changes_next(struct hc_identity *d, struct hc_batch *b,
                                        struct hc_err *err) {
    static const char *const names[] = {[HC_CHANGE_MERGED] = "merged",
                                        [HC_CHANGE_SPLIT] = "split",
                                        [HC_CHANGE_MOVED] = "moved"};
    uint32_t members = hc_people_len(d->people);
    hc_batch_clear(b);
    for (; d->changes < members && !hc_batch_full(b); d->changes++) {
        const struct hc_member_fact *fact = &d->fact[d->order[d->changes]];
        struct hc_str payer, member_id;
        if (fact->change == HC_CHANGE_NONE)
            continue;
        hc_people_name(d->people, d->order[d->changes], &payer, &member_id);
        hc_batch_row(b);
        hc_set_str(b, HC_change_change, hc_str_of(names[fact->change]));
        hc_set_str(b, HC_change_payer, payer);
        hc_set_str(b, HC_change_member_id, member_id);
        hc_set_i64(b, HC_change_previous_person_id, fact->became);
        hc_set_i64(b, HC_change_person_id, fact->person);
        hc_set_str(b, HC_change_rung, rung_name(d, fact));
    }
    return b->rows == 0 ? HC_END : hc_batch_seal(b, err);
}

void hc_identity_counts(const struct hc_identity *d, struct hc_identity_counts *counts) {
    *counts = d->counts;
}
