#include "rule/joining.h"

#include <stdlib.h>

#include "base/map.h"

static int by_key(const void *left, const void *right) {
    const struct hc_key *a = left, *b = right;
    if (a->rung != b->rung)
        return a->rung < b->rung ? -1 : 1;
    if (a->high != b->high)
        return a->high < b->high ? -1 : 1;
    if (a->low != b->low)
        return a->low < b->low ? -1 : 1;
    return (a->member > b->member) - (a->member < b->member);
}

/* A member has the same keys in every month: sort, keep one of each. */
static void compact(struct hc_joining *j) {
    size_t kept = 0;
    if (j->keys < 2)
        return;
    qsort(j->key, j->keys, sizeof *j->key, by_key);
    for (size_t i = 0; i < j->keys; i++)
        if (kept == 0 || by_key(&j->key[kept - 1], &j->key[i]) != 0)
            j->key[kept++] = j->key[i];
    j->keys = kept;
}

enum hc_status hc_joining_key(struct hc_joining *j, uint8_t rung, struct hc_str hash,
                              uint32_t member, struct hc_err *err) {
    if (j->keys == j->cap) {
        compact(j);
        if (j->keys > j->cap / 2 || j->cap == 0) {
            size_t cap = j->cap ? 2 * j->cap : 4096;
            struct hc_key *grown = realloc(j->key, cap * sizeof *grown);
            if (!grown)
                return hc_fail_memory(err);
            j->key = grown;
            j->cap = cap;
        }
    }
    j->key[j->keys++] = (struct hc_key){hc_hash(hash.ptr, hash.len, 1),
                                        hc_hash(hash.ptr, hash.len, 2), member, rung};
    return HC_OK;
}

static bool same_key(const struct hc_key *a, const struct hc_key *b) {
    return a->rung == b->rung && a->high == b->high && a->low == b->low;
}

/* A member with several keys of a rung and several birth dates is more than one person: the
 * payer passed its number on. It would make one of those whose keys they are, so by a rung
 * that refuses this it joins nobody. */
static enum hc_status drop_passed_on(struct hc_joining *j, const struct hc_ladder *ladder,
                                     struct hc_member_fact *fact, uint32_t members,
                                     struct hc_identity_counts *counts,
                                     struct hc_err *err) {
    uint8_t *had = calloc(members + 1, sizeof *had); /* 1: a key of the rung; 2: more */
    size_t kept = 0;
    if (!had)
        return hc_fail_memory(err);
    for (size_t i = 0, end; i < j->keys; i = end) {
        uint32_t rung = j->key[i].rung;
        memset(had, 0, members);
        for (end = i; end < j->keys && j->key[end].rung == rung; end++) {
            uint8_t *own = &had[j->key[end].member];
            *own = *own ? 2 : 1;
        }
        for (size_t k = i; k < end; k++) {
            struct hc_member_fact *member = &fact[j->key[k].member];
            if (!ladder->rung[rung].refuse_passed_on || had[j->key[k].member] < 2 ||
                member->born >= member->born_last || member->renamed) {
                j->key[kept++] = j->key[k];
                continue;
            }
            counts->passed_on[rung] += !(member->nobodys >> rung & 1);
            member->nobodys |= 1u << rung;
        }
    }
    j->keys = kept;
    free(had);
    return HC_OK;
}

/* A key of more members than its rung allows is nobody's: it neither joins nor tells apart.
 */
static void drop_crowds(struct hc_joining *j, const struct hc_ladder *ladder,
                        struct hc_member_fact *fact, uint32_t members,
                        struct hc_identity_counts *counts) {
    size_t kept = 0;
    for (uint32_t i = 0; i < members; i++)
        fact[i].keys = 0;
    for (size_t i = 0, end; i < j->keys; i = end) {
        struct hc_key key = j->key[i];
        uint32_t most = ladder->rung[key.rung].at_most;
        for (end = i + 1; end < j->keys && same_key(&key, &j->key[end]); end++)
            ;
        if (most > 0 && end - i > most) {
            counts->crowded[key.rung]++;
            for (size_t k = i; k < end; k++)
                fact[j->key[k].member].nobodys |= 1u << key.rung;
            continue;
        }
        for (size_t k = i; k < end; k++) {
            fact[j->key[k].member].keys |= 1u << key.rung;
            j->key[kept++] = j->key[k];
        }
    }
    j->keys = kept;
}

void hc_joining_free(struct hc_joining *j) {
    free(j->key);
    *j = (struct hc_joining){0};
}

/* ---- sets of members ---- */

static uint32_t find(uint32_t *parent, uint32_t i) {
    while (parent[i] != i) {
        parent[i] = parent[parent[i]];
        i = parent[i];
    }
    return i;
}
/* The lower number leads, so that leaders do not depend on the order of joining. */
static bool join(uint32_t *parent, uint32_t a, uint32_t b) {
    a = find(parent, a);
    b = find(parent, b);
    if (a == b)
        return false;
    if (a < b)
        parent[b] = a;
    else
        parent[a] = b;
    return true;
}

struct born {
    hc_day first, last; /* first > last: none */
};
static const struct born unborn = {INT32_MAX, INT32_MIN};

static bool apart(struct born a, struct born b) {
    return a.first <= a.last && b.first <= b.last && (a.last < b.first || b.last < a.first);
}
/* What all of several have in common is empty as soon as two of them are apart. */
static struct born common(struct born a, struct born b) {
    if (a.first > a.last || b.first > b.last)
        return a.first > a.last ? b : a;
    return (struct born){a.first > b.first ? a.first : b.first,
                         a.last < b.last ? a.last : b.last};
}
static struct born both(struct born a, struct born b) {
    return (struct born){a.first < b.first ? a.first : b.first,
                         a.last > b.last ? a.last : b.last};
}

struct climb {
    struct hc_joining *joining;
    const struct hc_ladder *ladder;
    struct hc_member_fact *fact;
    uint32_t members;
    uint32_t *root;     /* persons so far */
    uint32_t *tried;    /* with the joins of this rung */
    uint32_t *bits;     /* by leader in root: rungs the person has keys of */
    struct born *born;  /* by leader in root: birth dates the person was given */
    struct born *joint; /* by leader in tried: what those of its persons have in common */
    uint8_t *state;     /* by leader in tried */
    uint64_t *called; /* by member: what it is called, by the rung below that tells twins */
    uint32_t *seen;   /* by leader in tried: differ bits had by one person already */
    struct hc_identity_counts *counts;
};

static int by_cover(const void *left, const void *right, void *context) {
    const struct hc_member_fact *fact = context;
    const struct hc_key *a = left, *b = right;
    const struct hc_member_fact *x = &fact[a->member], *y = &fact[b->member];
    if (x->payer != y->payer)
        return x->payer < y->payer ? -1 : 1;
    if (x->first != y->first)
        return x->first < y->first ? -1 : 1;
    return (a->member > b->member) - (a->member < b->member);
}

/* Were two members of one payer, not known to be one person, ever covered together? In
 * order of first day it is enough to look at the one who stays longest so far. */
static bool overlap(struct climb *c, struct hc_key *key, size_t count) {
    uint32_t longest = 0;
    qsort_r(key, count, sizeof *key, by_cover, c->fact);
    for (size_t i = 0; i < count; i++) {
        const struct hc_member_fact *now = &c->fact[key[i].member];
        const struct hc_member_fact *other = &c->fact[key[longest].member];
        if (!now->present)
            continue;
        if (i == 0 || other->payer != now->payer || !other->present) {
            longest = (uint32_t)i;
            continue;
        }
        if (now->first <= other->last &&
            find(c->root, key[i].member) != find(c->root, key[longest].member))
            return true;
        if (now->last > other->last)
            longest = (uint32_t)i;
    }
    return false;
}

/* Try each key's join; a key that joins nobody is marked by its members' rung bit cleared.
 */
static void try_keys(struct climb *c, struct hc_key *first, size_t count, size_t rung) {
    for (size_t i = 0, end; i < count; i = end) {
        bool several = false;
        for (end = i + 1; end < count && same_key(&first[i], &first[end]); end++)
            several |= find(c->root, first[i].member) != find(c->root, first[end].member);
        if (several && c->ladder->rung[rung].refuse_overlap &&
            overlap(c, &first[i], end - i)) {
            c->counts->ambiguous[rung]++;
            for (size_t k = i; k < end; k++)
                first[k].rung |= HC_RUNGS; /* not to be told as what joined them */
            continue;
        }
        for (size_t k = i + 1; k < end; k++)
            join(c->tried, first[i].member, first[k].member);
    }
}

/* Persons (leaders in root) that would become one: do two of them differ? */
static int64_t find_conflicts(struct climb *c, uint32_t differ, bool births) {
    int64_t conflicts = 0;
    memset(c->state, 0, c->members);
    memset(c->seen, 0, c->members * sizeof *c->seen);
    for (uint32_t i = 0; i < c->members; i++)
        c->joint[i] = unborn;
    for (uint32_t i = 0; i < c->members; i++) {
        if (find(c->root, i) != i)
            continue;
        uint32_t to = find(c->tried, i);
        if (c->seen[to] & c->bits[i] & differ)
            c->state[to] = 1;
        if (births && apart(c->joint[to], c->born[i]))
            c->state[to] = 1;
        c->seen[to] |= c->bits[i];
        c->joint[to] = common(c->joint[to], c->born[i]);
    }
    for (uint32_t i = 0; i < c->members; i++)
        conflicts += c->state[i];
    return conflicts;
}

/* The rung below this one that twins do not share; rungs: none. */
static size_t telling_rung(const struct hc_ladder *ladder, size_t rung) {
    do
        rung++;
    while (rung < ladder->rungs && !ladder->rung[rung].refuse_overlap);
    return rung;
}

/* What each member is called by that rung: its first key; 0 none. */
static void call_members(struct climb *c, size_t rung) {
    size_t telling = telling_rung(c->ladder, rung);
    memset(c->called, 0, c->members * sizeof *c->called);
    for (size_t i = c->joining->keys; i > 0; i--)
        if (c->joining->key[i - 1].rung == telling)
            c->called[c->joining->key[i - 1].member] = c->joining->key[i - 1].low;
}

/* Are two of them members of one payer, covered together and called differently, who were
 * not one person before? */
static bool has_twins(struct climb *c, const struct hc_key *key, size_t count) {
    enum { MOST = 64 }; /* more are told by at_most */
    count = count < MOST ? count : MOST;
    for (size_t i = 0; i < count; i++)
        for (size_t k = i + 1; k < count; k++) {
            uint32_t m = key[i].member, n = key[k].member;
            const struct hc_member_fact *a = &c->fact[m], *b = &c->fact[n];
            if (a->present && b->present && a->payer == b->payer && c->called[m] &&
                c->called[n] && c->called[m] != c->called[n] && a->first <= b->last &&
                b->first <= a->last && find(c->root, m) != find(c->root, n))
                return true;
        }
    return false;
}

static void make_joins(struct climb *c, struct hc_key *first, size_t count, size_t rung) {
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && same_key(&first[i], &first[end]); end++)
            ;
        if (end == i + 1 || first[i].rung >= HC_RUNGS ||
            c->state[find(c->tried, first[i].member)])
            continue;
        if (!c->ladder->rung[rung].refuse_overlap)
            c->counts->twins[rung] += has_twins(c, &first[i], end - i);
        for (size_t k = i; k < end; k++) {
            uint32_t a = find(c->root, first[i].member), b = find(c->root, first[k].member);
            uint32_t bits = c->bits[a] | c->bits[b];
            if (c->fact[first[k].member].rung > rung)
                c->fact[first[k].member].rung = (uint8_t)rung;
            struct born born = both(c->born[a], c->born[b]);
            bool aged = apart(c->born[a], c->born[b]);
            if (join(c->root, a, b)) {
                c->counts->aged[rung] += aged;
                c->born[find(c->root, a)] = born;
                c->counts->joined[rung]++;
                c->bits[find(c->root, a)] = bits;
            }
        }
    }
}

/* ---- last month ---- */

/* Were two of them joined by a key that those covered together do not share? */
static bool joined_by_refusing(const struct climb *c, const struct hc_key *key,
                               size_t count) {
    for (size_t i = 0; i < count; i++) {
        uint8_t rung = c->fact[key[i].member].before;
        if (rung < c->ladder->rungs && c->ladder->rung[rung].refuse_overlap)
            return true;
    }
    return false;
}

/* A number that is nobody's joined it to others: then that was no reason to be one person.
 * Not when it has another number of that rung, which may have been the one. */
static bool joined_by_nobodys(const struct hc_member_fact *fact) {
    return fact->before < HC_RUNGS && (fact->nobodys & ~fact->keys) >> fact->before & 1;
}

/* Who was one person stays one, though the key that told is missing now: else a number
 * would come and go with a blank field. But two who differ by a key that tells people apart
 * anywhere in the ladder have turned out to be two. Not if the crosswalk says otherwise: a
 * member whose number was made current stands for all its numbers. */
static enum hc_status keep_previous(struct climb *c, struct hc_err *err) {
    struct hc_key *key = malloc((c->members + 1) * sizeof *key);
    size_t keys = 0;
    uint32_t differ = 0;
    if (!key)
        return hc_fail_memory(err);
    for (size_t i = 0; i < c->ladder->rungs; i++)
        differ |= c->ladder->rung[i].differ;
    for (uint32_t i = 0; i < c->members; i++)
        if (c->fact[i].present && c->fact[i].claimed && joined_by_nobodys(&c->fact[i]))
            c->counts->released++;
        else if (c->fact[i].present && c->fact[i].claimed)
            key[keys++] = (struct hc_key){(uint64_t)c->fact[i].became, 0, i, 0};
    qsort(key, keys, sizeof *key, by_key);
    memcpy(c->tried, c->root, c->members * sizeof *c->tried);
    for (size_t i = 0, end; i < keys; i = end) {
        for (end = i + 1; end < keys && same_key(&key[i], &key[end]); end++)
            ;
        if (joined_by_refusing(c, &key[i], end - i) && overlap(c, &key[i], end - i)) {
            for (size_t k = i; k < end; k++)
                key[k].rung = HC_RUNGS;
            continue;
        }
        for (size_t k = i + 1; k < end; k++)
            join(c->tried, key[i].member, key[k].member);
    }
    find_conflicts(c, differ, false);
    for (size_t i = 0, end; i < keys; i = end) {
        for (end = i + 1; end < keys && same_key(&key[i], &key[end]); end++)
            ;
        if (end == i + 1 || key[i].rung == HC_RUNGS ||
            c->state[find(c->tried, key[i].member)])
            continue;
        for (size_t k = i; k < end; k++) {
            struct hc_member_fact *fact = &c->fact[key[k].member];
            c->counts->kept += join(c->root, key[i].member, key[k].member);
            if (fact->rung == HC_RUNG_OWN)
                fact->rung = fact->before;
        }
    }
    free(key);
    return HC_OK;
}

static enum hc_status climb_init(struct climb *c, struct hc_err *err) {
    size_t n = c->members + 1;
    c->root = malloc(n * sizeof *c->root);
    c->tried = malloc(n * sizeof *c->tried);
    c->bits = malloc(n * sizeof *c->bits);
    c->seen = malloc(n * sizeof *c->seen);
    c->state = malloc(n);
    c->born = malloc(n * sizeof *c->born);
    c->joint = malloc(n * sizeof *c->joint);
    c->called = malloc(n * sizeof *c->called);
    if (!c->called || !c->born || !c->joint || !c->root || !c->tried || !c->bits ||
        !c->seen || !c->state)
        return hc_fail_memory(err);
    for (uint32_t i = 0; i < c->members; i++) {
        c->root[i] = i;
        c->bits[i] = c->fact[i].keys;
        c->born[i] = (struct born){c->fact[i].born, c->fact[i].born_last};
        if (c->fact[i].renamed)
            c->fact[i].rung = HC_RUNG_CROSSWALK;
    }
    return HC_OK;
}

enum hc_status hc_joining_solve(struct hc_joining *j, const struct hc_ladder *ladder,
                                struct hc_member_fact *fact, uint32_t members,
                                uint32_t **root, struct hc_identity_counts *counts,
                                struct hc_err *err) {
    struct climb c = {
        .joining = j, .ladder = ladder, .fact = fact, .members = members, .counts = counts};
    size_t at = 0;
    compact(j);
    enum hc_status status = drop_passed_on(j, ladder, fact, members, counts, err);
    drop_crowds(j, ladder, fact, members, counts);
    if (status == HC_OK)
        status = climb_init(&c, err);
    for (size_t rung = 0; status == HC_OK && rung < ladder->rungs; rung++) {
        size_t first = at;
        while (at < j->keys && j->key[at].rung == rung)
            at++;
        memcpy(c.tried, c.root, members * sizeof *c.tried);
        try_keys(&c, j->key + first, at - first, rung);
        counts->conflicts[rung] =
            find_conflicts(&c, ladder->rung[rung].differ, ladder->rung[rung].refuse_births);
        if (!ladder->rung[rung].refuse_overlap)
            call_members(&c, rung);
        make_joins(&c, j->key + first, at - first, rung);
    }
    if (status == HC_OK)
        status = keep_previous(&c, err);
    for (uint32_t i = 0; status == HC_OK && i < members; i++) {
        c.root[i] = find(c.root, i);
        c.joint[i] = unborn;
    }
    for (uint32_t i = 0; status == HC_OK && i < members; i++)
        c.joint[c.root[i]] =
            both(c.joint[c.root[i]], (struct born){fact[i].born, fact[i].born_last});
    for (uint32_t i = 0; status == HC_OK && i < members; i++)
        counts->births += c.joint[i].first < c.joint[i].last;
    free(c.tried);
    free(c.bits);
    free(c.seen);
    free(c.state);
    free(c.called);
    free(c.born);
    free(c.joint);
    if (status == HC_OK)
        *root = c.root;
    else
        free(c.root);
    return status;
}
