/* An attribution program (pipelines/programs/NAME.yaml) and the order in which payers pay
 * (pipelines/primary-payer.yaml), as read from their files. */
#ifndef HC_RULE_PROGRAM_H
#define HC_RULE_PROGRAM_H

#include "base/arena.h"
#include "rule/codes.h"

struct hc_eligible_rule;
struct hc_method;
struct hc_tie_rule;

struct hc_window { /* months before January of the year it settles */
    int32_t begins, months;
    int64_t weight;
};
enum { HC_WINDOW_OLDER, HC_WINDOW_RECENT, HC_WINDOWS };

struct hc_program {
    struct hc_arena arena;
    const char *path;
    const char *name;
    int payer_type; /* hc_payer_type */
    size_t payers;  /* 0: any of that type */
    const char *const *payer;
    hc_month starts, ends;
    const char *resident_of; /* state; NULL: anywhere */
    size_t eligibles;
    const struct hc_eligible_rule *eligible[8];
    const struct hc_method *method;
    /* plurality */
    uint32_t claim_types; /* bits */
    struct hc_codes *codes, *specialties;
    const char *codes_path, *specialties_path;
    struct hc_window window[HC_WINDOWS];
    size_t ties;
    const struct hc_tie_rule *tie[8];
    /* payer_roster */
    bool settled_in_january;
};
/* name: a file, or looked up in pipelines/programs. HC_ECONFIG with every fault. */
enum hc_status hc_program_read(struct hc_program *program, const char *name,
                               struct hc_err *err) HC_MUST_CHECK;
void hc_program_free(struct hc_program *program);

struct hc_payer_order {
    struct hc_arena arena;
    const char *path;
    size_t places;
    struct {
        int payer_type;
        int advantage; /* medicare_advantage: 0, 1, or -1 either */
    } place[16];
};
enum hc_status hc_payer_order_read(struct hc_payer_order *order, const char *name,
                                   struct hc_err *err) HC_MUST_CHECK;
/* 0 pays first; order->places when it never does. */
size_t hc_payer_place(const struct hc_payer_order *order, int payer_type, bool advantage);
void hc_payer_order_free(struct hc_payer_order *order);

#endif
