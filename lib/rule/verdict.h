/* What dedupe decides about each row of a batch, and the work in which it decides: rows
 * that share a key, gathered without order, then put in an order that only the data gives.
 */
#ifndef HC_RULE_VERDICT_H
#define HC_RULE_VERDICT_H

#include "record/batch.h"
#include "record/claim_rule.h"

#define HC_NO_ROW UINT32_MAX

struct hc_verdict {     /* {0} with hc_verdict_kept() filled in: stands as it is */
    const char *policy; /* static; NULL: the row stands */
    const char *reason; /* static */
    int8_t standing;    /* hc_standing, of a row that stands */
    uint32_t partner;   /* row it was paired with or that stands instead; HC_NO_ROW none */
    uint32_t pair;      /* the pair's row of lowest lineage; HC_NO_ROW: no pair */
    uint32_t mirror;    /* the row whose amounts, turned round, are what is set aside of
                           this one; the rest stands as a residual. HC_NO_ROW: all of it */
};
static inline struct hc_verdict hc_verdict_kept(void) {
    return (struct hc_verdict){NULL,      NULL,      HC_standing_final,
                               HC_NO_ROW, HC_NO_ROW, HC_NO_ROW};
}

struct hc_policy;
/* One feed's rule for one claim type, its columns found. */
struct hc_way {
    const struct hc_claim_rule *rule;
    const struct hc_policy *policy;
    uint32_t feed;
    uint32_t number;  /* of this way */
    uint32_t records; /* ways of different records never share a record */
    uint32_t family;  /* different families never share a match key; a feed's claim types of
                         the same keys are one, because a correction may change the type */
    size_t matches, partitions, claims, ids;
    int match[HC_RULE_COLUMNS];
    int partition[HC_RULE_COLUMNS];
    int named_match[HC_RULE_COLUMNS];     /* the same of the claim that a record names: */
    int named_partition[HC_RULE_COLUMNS]; /* related_claim_id in place of claim_id */
    bool replaces; /* records that name another claim send a tombstone to its partition */
    bool by_line;  /* match holds the line: each is corrected, and sent again, by itself */
    bool redelivers; /* reversal: records that share an id share a match key, and the policy
                        says itself which of them stands */
    bool numbered;   /* partitions are by the claim's number, which is one in all types */
    bool leaves_out; /* denied lines correct nothing (rule/denied.h) */
    int claim[HC_RULE_COLUMNS]; /* record_id without line: the claim (or its version) */
    int id[HC_RULE_COLUMNS];
    bool one_pass; /* same claim means same partition: re-delivery needs no pass of its own
                    */
};

struct hc_links;
struct hc_passing;
/* What is told beside the verdicts (rule/unsure.h counts what no policy does). */
struct hc_group_counts {
    uint64_t changed;   /* lines whose newer record says something else */
    uint64_t gone;      /* lines that the newer delivery of their claim has not */
    uint64_t undated;   /* lines set aside for a delivery that no day tells is newer, ... */
    int64_t older, newer; /* ... first of these two */
    uint64_t two_types; /* claims whose number stands under more than one type */
    uint64_t no_sign;   /* cancellations that cancel nothing, of positive amounts */
    uint64_t by_name;   /* version: lines without one that stand and name another claim */
    uint64_t mixed;     /* version: lines of which some records have one and others none */
    uint64_t again;     /* reversal: lines taken back that came again beside the reversal */
    uint64_t after_void; /* replace: claims that came as something else with a void of their
                            number, or again after it */
    uint64_t same_units; /* records taken back by one whose quantity has their sign */
    uint64_t never_came; /* replace: claims that are named, and are not there */
    uint64_t several;    /* replace: claims in whose place several others stand */
};
/* Rows of one batch that share a key. */
struct hc_group {
    const struct hc_batch *batch;
    uint32_t records; /* rows of the batch from here on are tombstones: copies of records
                         that name the claim of this group */
    struct hc_links *links; /* where replace tells which replaced claim names which */
    const struct hc_passing *passing; /* which denied corrections act (rule/passing.h) */
    struct hc_group_counts *counts;
    const struct hc_origin *origin;
    const struct hc_way *way;
    bool came;     /* it has records, though all may be left out as denied */
    uint32_t *row; /* the policy may reorder them */
    size_t rows;
    struct hc_verdict *verdict; /* by row of the batch */
    struct hc_arena *scratch;   /* reset between groups */
};

/* The day of a row's delivery: those of one day count as one, so that a month may come in
 * pieces. Those without a date come first, each for itself. */
int64_t hc_delivery_day(const struct hc_group *group, uint32_t row);
/* Rows by lineage (delivery, entry, record), then line, then place in the batch. */
int hc_compare_lineage(const struct hc_batch *batch, uint32_t a, uint32_t b);
/* The day a row took effect: effective_date, else paid_date, else before all days. */
hc_day hc_effective_day(const struct hc_batch *batch, uint32_t row);
static inline bool hc_is_cancellation(const struct hc_batch *batch, uint32_t row) {
    return hc_int_at(batch, HC_claim_line_adjustment, row, HC_adjustment_original) ==
           HC_adjustment_cancellation;
}
static inline bool hc_is_denied(const struct hc_batch *batch, uint32_t row) {
    return hc_int_at(batch, HC_claim_line_status, row, -1) == HC_claim_status_denied;
}
/* Which claim does a row name in related_claim_id? One that names itself names no other. */
enum hc_naming { HC_NAMES_NONE, HC_NAMES_ITSELF, HC_NAMES_ANOTHER };
static inline enum hc_naming hc_names(const struct hc_batch *batch, uint32_t row) {
    struct hc_str other = hc_str_at(batch, HC_claim_line_related_claim_id, row);
    if (other.len == 0)
        return HC_NAMES_NONE;
    return hc_str_eq(other, hc_str_at(batch, HC_claim_line_claim_id, row))
               ? HC_NAMES_ITSELF
               : HC_NAMES_ANOTHER;
}
/* Of replace: a void under the claim's own number, whether it says so or names none. */
static inline bool hc_voids_itself(const struct hc_batch *batch, uint32_t row) {
    return hc_is_cancellation(batch, row) && hc_names(batch, row) != HC_NAMES_ANOTHER;
}
/* Point err at a record by its lineage: DELIVERY/ENTRY and the number of the record. */
void hc_err_at_lineage(struct hc_err *err, const struct hc_origin *origin, int64_t delivery,
                       int64_t entry, int64_t record);
/* Do the amounts no projection drops (HC_MONEY) of two rows take each other back? */
bool hc_amounts_opposite(const struct hc_batch *batch, uint32_t a, uint32_t b);
/* Are they the same? */
bool hc_amounts_same(const struct hc_batch *batch, uint32_t a, uint32_t b);
/* And every amount and quantity of the stream (HC_SUM)? */
bool hc_sums_opposite(const struct hc_batch *batch, uint32_t a, uint32_t b);

#endif
