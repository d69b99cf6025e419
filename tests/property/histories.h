/* Invented histories of claims, as payers send them: which versions, reversals, voids and
 * replacements there are, in which deliveries they come, whole or in parts, once or twice. */
#ifndef HC_TESTS_HISTORIES_H
#define HC_TESTS_HISTORIES_H

#include "record/schema.h"

enum feed { VERSION, REVERSAL, REPLACE, RESTATE, PAIR, REPLAY, KEPT, FEEDS };
enum { MONTHS = 36, UNITS = 260, CLAIMS = 90, MOST = 3 };

static struct unit { /* lines that come together: a claim, or one version of it */
    int claim, version, adjustment, names, lines, day, member, type;
    unsigned again; /* of its second delivery, the lines that come in it */
    bool denied[MOST];
    int64_t paid[MOST];
    int month[2]; /* of its deliveries; -1: none */
    bool stands[MOST];
    bool unmatched;
} unit[UNITS];
static size_t units;
static bool by_line; /* the payer corrects lines, so it may send one alone again */

static uint64_t seed;
static inline uint32_t draw(uint32_t below) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % below;
}

static inline bool came(const struct unit *u) {
    return u->month[0] >= 0;
}
static inline int newest(const struct unit *u) {
    return u->month[0] > u->month[1] ? u->month[0] : u->month[1];
}

static inline struct unit *add_unit(int claim, int months, bool one_line) {
    struct unit *u = &unit[units];
    *u = (struct unit){.claim = claim, .names = -1, .day = (int)units, .month = {-1, -1}};
    u->lines = one_line ? 1 : 1 + (int)draw(MOST);
    u->member = (int)draw(4);
    u->type = draw(5) ? HC_claim_type_institutional : HC_claim_type_professional;
    u->again = draw(2) ? 1U << draw((uint32_t)u->lines) : ~0U;
    bool all = draw(4) == 0;
    for (int k = 0; k < MOST; k++) {
        u->denied[k] = all || draw(6) == 0;
        u->paid[k] = 100 + (int64_t)units * 10 + k;
    }
    if (draw(12))
        u->month[0] = (int)draw((uint32_t)months);
    if (came(u) && months > 1 && draw(4) == 0) {
        u->month[1] = (int)draw((uint32_t)months);
        if (u->month[1] == u->month[0])
            u->month[1] = -1;
    }
    units++;
    return u;
}

static inline int first_month(const struct unit *u) {
    return u->month[1] >= 0 && u->month[1] < u->month[0] ? u->month[1] : u->month[0];
}

/* What keeps its first day keeps its record id: one delivery has one original of it, and
 * one reversal. */
static inline void keep_apart(struct unit *u) {
    for (int c = 0; c < 2; c++)
        for (size_t i = 0; i + 1 < units; i++)
            for (int d = 0; d < 2 && unit[i].claim == u->claim; d++)
                if (unit[i].adjustment == u->adjustment && unit[i].month[d] == u->month[c])
                    u->month[c] = -1;
    if (u->month[0] < 0) {
        u->month[0] = u->month[1];
        u->month[1] = -1;
    }
}

/* Is line k among what the payer says last? */
static inline bool has_line(const struct unit *u, int k) {
    bool second = !by_line && u->month[1] > u->month[0];
    return k < u->lines && (!second || u->again & 1U << k);
}

static inline bool wholly_denied(const struct unit *u) {
    for (int k = 0; k < u->lines; k++)
        if (has_line(u, k) && !u->denied[k])
            return false;
    return true;
}

static inline void invent(enum feed feed, int months) {
    units = 0;
    by_line = feed == VERSION || feed == REVERSAL || feed == KEPT;
    for (int claim = 0; claim < CLAIMS && units + 6 < UNITS; claim++) {
        int steps = feed == REPLACE ? 1 : 1 + (int)draw(4);
        for (int s = 0; s < steps; s++) {
            bool one_line =
                feed == PAIR || feed == REPLAY || feed == REVERSAL || feed == KEPT;
            struct unit *u = add_unit(claim, months, one_line);
            u->version = s;
            if (feed == RESTATE)
                u->again = ~0U; /* a claim restated with fewer lines is another unit */
            if (feed == VERSION || feed == RESTATE) {
                u->adjustment = s && draw(5) == 0 ? 1 : s ? 2 : 0;
            } else if (feed == KEPT) {
                /* takes back any other, even of what never came; or changes it silently */
                const struct unit *other = u - 1 - draw((uint32_t)(s ? s : 1));
                u->day = claim;
                bool back = s && draw(2) && !other->adjustment;
                for (const struct unit *o = u - s; o < u; o++)
                    back &= o->paid[0] != -other->paid[0];
                if (back) {
                    u->adjustment = 1;
                    u->paid[0] = -other->paid[0];
                    u->denied[0] = other->denied[0];
                }
                keep_apart(u);
            } else if (feed == REPLAY) {
                u->adjustment = s ? (int)draw(3) : 0;
            } else if (feed == REVERSAL || feed == PAIR) {
                /* takes back the last one, which came: amounts and denial are its */
                const struct unit *last = u - 1;
                bool back = s && draw(2) && !last->adjustment && came(last);
                if (back && came(u)) {
                    u->adjustment = 1;
                    u->paid[0] = -last->paid[0];
                    u->denied[0] = last->denied[0];
                }
            } else if (claim > 0 && draw(2)) {
                u->names = draw(20) ? (int)draw((uint32_t)claim) : claim;
                u->adjustment = draw(5) == 0 && u->names != claim ? 1 : 2;
                if (draw(8) == 0) /* what is named was never sent */
                    u->names = 1000 + claim;
            } else if (draw(15) == 0) { /* a void under the claim's own number */
                struct unit *back = add_unit(claim, months, false);
                *back = (struct unit){.claim = claim,
                                      .adjustment = 1,
                                      .names = wholly_denied(u) || draw(2) ? claim : -1,
                                      .lines = u->lines,
                                      .day = u->day,
                                      .member = u->member,
                                      .month = {(int)draw((uint32_t)months), -1}};
            }
        }
    }
}

#endif
