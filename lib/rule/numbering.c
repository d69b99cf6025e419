#include "rule/numbering.h"

#include <stdlib.h>

/* Where a crosswalk makes two previous members one, the lower person is the member's, and
 * the other has become it. Nobody else of the other person is known to be the same: its
 * members stay together under their own number, unless a rung joins them. */
enum hc_status hc_numbering_claim(struct hc_numbering *n, struct hc_member_fact *fact,
                                  int64_t number, int64_t became, struct hc_err *err) {
    if (number > n->highest)
        n->highest = number;
    if (became > n->highest)
        n->highest = became;
    if (fact->claimed && !fact->renamed && fact->became != became)
        return hc_fail(err, HC_EDATA, "a member comes twice in the previous map");
    if (!fact->claimed || became < fact->became) {
        fact->previous = number;
        fact->became = became;
    }
    fact->claimed = true;
    return HC_OK;
}

struct owner { /* of a previous person's number */
    int64_t number;
    uint32_t member; /* a member of the person that keeps it */
};

static int by_number(const void *left, const void *right) {
    const struct owner *a = left, *b = right;
    if (a->number != b->number)
        return a->number < b->number ? -1 : 1;
    return (a->member > b->member) - (a->member < b->member);
}
static const struct owner *owner_of(const struct owner *owner, size_t owners,
                                    int64_t number) {
    struct owner key = {.number = number};
    size_t low = 0, high = owners;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (owner[middle].number < key.number)
            low = middle + 1;
        else
            high = middle;
    }
    return low < owners && owner[low].number == number ? &owner[low] : NULL;
}

/* The number goes to the person of its lowest member that is covered now; one of which
 * nobody is covered any more keeps it. */
static size_t list_owners(struct owner *owner, const struct hc_member_fact *fact,
                          const uint32_t *place, uint32_t members, bool merged) {
    size_t n = 0, kept = 0;
    for (uint32_t i = 0; i < members; i++) /* absent members behind all present ones */
        if (fact[i].claimed && (!merged || fact[i].previous != fact[i].became))
            owner[n++] = (struct owner){merged ? fact[i].previous : fact[i].became,
                                        place[i] + (fact[i].present ? 0 : members)};
    qsort(owner, n, sizeof *owner, by_number);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || owner[kept - 1].number != owner[i].number)
            owner[kept++] = owner[i];
    for (size_t i = 0; i < kept; i++)
        owner[i].member %= members;
    return kept;
}

/* Absent members have no keys now, so nothing joins them: they stay where their number is.
 */
static void seat_absent(struct hc_member_fact *fact, const uint32_t *order,
                        uint32_t members, uint32_t *root, const struct owner *owner,
                        size_t owners, struct hc_identity_counts *counts) {
    for (uint32_t i = 0; i < members; i++) {
        if (fact[i].present)
            continue;
        counts->absent++;
        const struct owner *o = owner_of(owner, owners, fact[i].became);
        root[i] = root[order[o->member]];
        if (fact[i].rung == HC_RUNG_OWN && fact[i].before != HC_RUNG_OWN)
            fact[i].rung = fact[i].before;
    }
}

/* One that had merged and parts again has the number it had before. */
static enum hc_status give_back(const struct hc_member_fact *fact, const uint32_t *order,
                                const uint32_t *place, uint32_t members,
                                const uint32_t *root, const struct owner *owner,
                                size_t owners, int64_t *number, struct hc_err *err) {
    struct owner *had = malloc((members + 1) * sizeof *had);
    if (!had)
        return hc_fail_memory(err);
    size_t count = list_owners(had, fact, place, members, true);
    for (size_t i = 0; i < count; i++) {
        int64_t *mine = &number[root[order[had[i].member]]];
        if (*mine == 0 && !owner_of(owner, owners, had[i].number))
            *mine = had[i].number;
    }
    free(had);
    return HC_OK;
}

/* What became of a member's previous person, and how many of each. */
static enum hc_change change_of(const struct hc_member_fact *f, uint32_t root,
                                uint32_t owner_root, const struct owner *number_owner) {
    if (!f->claimed || f->person == f->became)
        return HC_CHANGE_NONE;
    if (root == owner_root)
        return HC_CHANGE_MERGED;
    return number_owner ? HC_CHANGE_MOVED : HC_CHANGE_SPLIT;
}

enum hc_status hc_numbering_solve(struct hc_numbering *n, struct hc_member_fact *fact,
                                  const uint32_t *order, uint32_t members, uint32_t *root,
                                  struct hc_identity_counts *counts, struct hc_err *err) {
    struct owner *owner = malloc((members + 1) * sizeof *owner);
    uint32_t *place = calloc(members + 1, sizeof *place);
    int64_t *number = calloc(members + 1, sizeof *number); /* by root */
    enum hc_status status = HC_OK;
    if (!owner || !place || !number) {
        status = hc_fail_memory(err);
        goto out;
    }
    for (uint32_t i = 0; i < members; i++)
        place[order[i]] = i;
    size_t owners = list_owners(owner, fact, place, members, false);
    for (size_t i = 0; i < owners; i++) /* the absent owner must be a root of its own */
        if (!fact[order[owner[i].member]].present)
            root[order[owner[i].member]] = order[owner[i].member];
    seat_absent(fact, order, members, root, owner, owners, counts);
    for (size_t i = 0; i < owners; i++) { /* in order of number: the lowest stands */
        uint32_t person = root[order[owner[i].member]];
        if (number[person] == 0)
            number[person] = owner[i].number;
        else
            counts->merged++;
    }
    status = give_back(fact, order, place, members, root, owner, owners, number, err);
    if (status != HC_OK)
        goto out;
    for (uint32_t i = 0; i < members; i++) {
        struct hc_member_fact *f = &fact[order[i]];
        int64_t *mine = &number[root[order[i]]];
        if (*mine == 0) {
            *mine = ++n->highest;
            counts->created++;
        }
        f->person = f->number = *mine;
        const struct owner *o = f->claimed ? owner_of(owner, owners, f->became) : NULL;
        if (o && root[order[o->member]] == root[order[i]])
            f->number = f->previous; /* its old number stands, or shows what it became */
        counts->persons += root[order[i]] == order[i];
    }
    for (uint32_t i = 0; i < members; i++) {
        struct hc_member_fact *f = &fact[order[i]];
        const struct owner *o = f->claimed ? owner_of(owner, owners, f->became) : NULL;
        f->change = change_of(f, root[order[i]], o ? root[order[o->member]] : UINT32_MAX,
                              owner_of(owner, owners, f->person));
        counts->moved += f->change == HC_CHANGE_MOVED;
        if (f->change == HC_CHANGE_SPLIT && number[root[order[i]]] > 0) {
            counts->split++; /* once a person */
            number[root[order[i]]] = 0;
        }
    }
    counts->members = members;
out:
    free(owner);
    free(place);
    free(number);
    return status;
}
