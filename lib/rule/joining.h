/* Which members are one person, by the keys they share: the climbing of the ladder. */
#ifndef HC_RULE_JOINING_H
#define HC_RULE_JOINING_H

#include "base/date.h"
#include "rule/identity.h"

enum { HC_RUNG_CROSSWALK = 254, HC_RUNG_OWN = 255 };
enum hc_change { /* what became of a member's previous person */
    HC_CHANGE_NONE,
    HC_CHANGE_MERGED, /* it is another now, with all its members */
    HC_CHANGE_SPLIT,  /* this member and others are one of their own now */
    HC_CHANGE_MOVED   /* this member is another that was there before */
};
struct hc_member_fact { /* what is known of a member */
    bool known;
    enum hc_change change;
    bool present;  /* has coverage now */
    bool renamed;  /* the crosswalk changed its number */
    bool claimed;  /* the previous map has it */
    uint8_t rung;  /* what joined it */
    uint8_t before; /* ... in the previous map */
    uint32_t payer;
    uint32_t keys;      /* bits: rungs it has keys of */
    uint32_t nobodys;   /* bits: rungs of which its number is nobody's: a placeholder, or one
                           of more members than at_most */
    hc_day first, last; /* of all its coverage */
    hc_day born, born_last; /* birth dates it was given; born > born_last: none */
    hc_day since;       /* INT32_MAX: not known */
    int64_t number;     /* person_id of its row in the map */
    int64_t person;     /* who that is now */
    int64_t previous, became; /* the same in the previous map */
};

struct hc_key { /* one key of one member; the hash is cut to 128 bits */
    uint64_t high, low;
    uint32_t member;
    uint32_t rung;
};
struct hc_joining { /* zero-initialise */
    struct hc_key *key;
    size_t keys, cap;
};
enum hc_status hc_joining_key(struct hc_joining *joining, uint8_t rung, struct hc_str hash,
                              uint32_t member, struct hc_err *err) HC_MUST_CHECK;
/* *root (the caller's to free): by member, the member that stands for its person. Fills
 * fact.rung and the counts by rung. */
enum hc_status hc_joining_solve(struct hc_joining *joining, const struct hc_ladder *ladder,
                                struct hc_member_fact *fact, uint32_t members, uint32_t **root,
                                struct hc_identity_counts *counts,
                                struct hc_err *err) HC_MUST_CHECK;
void hc_joining_free(struct hc_joining *joining);

#endif
