/* What stands of an invented history: each way of correcting claims written down from what
 * the payer means by it, with nothing of the library's. */
#ifndef HC_TESTS_STANDING_H
#define HC_TESTS_STANDING_H

#include "histories.h"
#include "record/origin.h"

/* A void that names none is one of its own number, if there is anything to void. */
static inline bool self_void(const struct unit *u) {
    bool any = u->names == u->claim;
    for (size_t i = 0; i < units; i++)
        any |= unit[i].claim == u->claim && came(&unit[i]) && unit[i].adjustment != 1;
    return u->adjustment == 1 && (u->names < 0 || u->names == u->claim) && any;
}
static inline bool names_other(const struct unit *u) {
    return u->names >= 0 && u->names != u->claim;
}

/* Does a correction take effect? By yield and ignore one that is denied does only when what
 * replaces it does. */
static inline bool acts(const struct unit *u, enum hc_denied rule) {
    bool weak = rule == HC_DENIED_YIELD || rule == HC_DENIED_IGNORE;
    if (!weak || !wholly_denied(u))
        return true;
    for (size_t i = 0; i < units; i++)
        if (came(&unit[i]) && names_other(&unit[i]) && unit[i].names == u->claim &&
            unit[i].adjustment != 1 && acts(&unit[i], rule))
            return true;
    return false;
}

static inline void model_replace(enum hc_denied rule) {
    for (size_t i = 0; i < units; i++) {
        struct unit *u = &unit[i];
        bool weak = rule == HC_DENIED_YIELD || rule == HC_DENIED_IGNORE;
        bool gone = (u->adjustment == 1 && u->names >= 0) || self_void(u) ||
                    (weak && names_other(u) && wholly_denied(u));
        for (size_t k = 0; k < units; k++)
            gone |= k != i && came(&unit[k]) && acts(&unit[k], rule) &&
                    ((names_other(&unit[k]) && unit[k].names == u->claim) ||
                     (self_void(&unit[k]) && unit[k].claim == u->claim));
        for (int k = 0; k < u->lines; k++)
            u->stands[k] = !gone && has_line(u, k);
        u->unmatched = u->adjustment == 1 && !gone;
    }
}

static inline void model_version(enum hc_denied rule) {
    for (int claim = 0; claim < CLAIMS; claim++)
        for (int k = 0; k < MOST; k++) {
            struct unit *best = NULL;
            bool other = false; /* is there one that is not denied? */
            for (size_t i = 0; i < units; i++)
                other |= unit[i].claim == claim && came(&unit[i]) && k < unit[i].lines &&
                         !unit[i].denied[k];
            for (size_t i = 0; i < units; i++) {
                struct unit *u = &unit[i];
                if (u->claim != claim || !came(u) || k >= u->lines)
                    continue;
                if (u->denied[k] &&
                    (rule == HC_DENIED_IGNORE || (rule == HC_DENIED_YIELD && other)))
                    continue;
                if (!best || u->version > best->version)
                    best = u;
            }
            if (best)
                best->stands[k] = best->adjustment != 1;
        }
}

/* Where each delivery is a record of its own, an older one still says what it said. */
static inline bool came_in(const struct unit *u, int month, enum hc_denied rule) {
    bool apart = rule == HC_DENIED_YIELD || rule == HC_DENIED_IGNORE;
    return newest(u) == month || (apart && month >= 0 && u->month[0] == month) ||
           (apart && month >= 0 && u->month[1] == month);
}

static inline void model_restate(enum hc_denied rule) {
    for (int claim = 0; claim < CLAIMS; claim++) {
        int last = -1, last_paid = -1;
        for (size_t i = 0; i < units; i++) {
            const struct unit *u = &unit[i];
            if (u->claim != claim || !came(u))
                continue;
            last = newest(u) > last ? newest(u) : last;
            if (!wholly_denied(u))
                last_paid = newest(u) > last_paid ? newest(u) : last_paid;
        }
        if (rule == HC_DENIED_IGNORE || (rule == HC_DENIED_YIELD && last_paid >= 0))
            last = last_paid;
        for (size_t i = 0; i < units; i++)
            for (int k = 0; k < unit[i].lines; k++)
                if (unit[i].claim == claim && came_in(&unit[i], last, rule))
                    unit[i].stands[k] = unit[i].adjustment != 1;
    }
}

/* Amounts differ, so what takes back says what it takes back. */
static inline void model_twins(void) {
    for (size_t i = 0; i < units; i++) {
        struct unit *u = &unit[i];
        u->stands[0] = true;
        for (size_t k = 0; k < units; k++)
            if (unit[k].claim == u->claim && came(&unit[k]) &&
                unit[k].paid[0] == -u->paid[0])
                u->stands[0] = false;
    }
}

/* A reversal takes back what it says, whenever it comes. Of the rest the newest delivery's
 * stands; but what came before something else of its kind, that was then taken back, had
 * been replaced by that. */
static inline void model_kept(void) {
    for (size_t i = 0; i < units; i++) {
        struct unit *u = &unit[i];
        bool replaced = false, taken = false;
        for (size_t k = 0; k < units; k++) {
            const struct unit *o = &unit[k];
            bool o_taken = false;
            if (o->claim != u->claim || o->adjustment != u->adjustment || !came(o))
                continue;
            for (size_t r = 0; r < units; r++)
                o_taken |= came(&unit[r]) && unit[r].claim == u->claim &&
                           unit[r].paid[0] == -o->paid[0];
            if (o == u)
                taken = o_taken;
            else if (o_taken)
                replaced |= first_month(o) > first_month(u);
            else
                replaced |= newest(o) > newest(u);
        }
        u->stands[0] = !taken && !replaced;
        u->unmatched = u->adjustment == 1;
    }
}

static inline void model_replay(void) {
    for (int claim = 0; claim < CLAIMS; claim++) {
        struct unit *stack[UNITS];
        size_t height = 0;
        for (size_t i = 0; i < units; i++) { /* units are in order of day */
            struct unit *u = &unit[i];
            if (u->claim != claim || !came(u))
                continue;
            bool below = height > 0;
            if (below) /* replaced or deleted: of one fill one claim stands */
                stack[--height]->stands[0] = false;
            u->stands[0] = u->adjustment != 1 || !below;
            u->unmatched = u->adjustment == 1 && !below;
            if (u->adjustment != 1)
                stack[height++] = u;
        }
    }
}

static inline void model(enum feed feed, enum hc_denied rule) {
    for (size_t i = 0; i < units; i++) {
        memset(unit[i].stands, 0, sizeof unit[i].stands);
        unit[i].unmatched = false;
    }
    if (feed == VERSION)
        model_version(rule);
    else if (feed == REPLACE)
        model_replace(rule);
    else if (feed == RESTATE)
        model_restate(rule);
    else if (feed == REPLAY)
        model_replay();
    else if (feed == KEPT)
        model_kept();
    else
        model_twins();
    for (size_t i = 0; i < units; i++)
        for (int k = 0; k < unit[i].lines; k++)
            if (unit[i].denied[k] && (rule == HC_DENIED_DROP || rule == HC_DENIED_IGNORE))
                unit[i].stands[k] = false;
}

/* Claims that acting corrections name and that never came; that several stand in place of.
 */
static inline void model_counts(enum hc_denied rule, size_t *never, size_t *several) {
    *never = *several = 0;
    for (int claim = 0; claim < 1000 + CLAIMS; claim++) {
        size_t by = 0, heirs = 0;
        bool here = false;
        for (size_t i = 0; i < units; i++) {
            here |= came(&unit[i]) && unit[i].claim == claim;
            if (!came(&unit[i]) || !names_other(&unit[i]) || unit[i].names != claim ||
                !acts(&unit[i], rule))
                continue;
            by++;
            heirs += unit[i].adjustment != 1;
        }
        *never += by && !here;
        *several += heirs > 1;
    }
}

#endif
