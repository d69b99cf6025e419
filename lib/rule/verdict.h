/* What dedupe decides about each row of a batch, and the work in which it decides: rows that
 * share a key, gathered without order, then put in an order that only the data gives. */
#ifndef HC_RULE_VERDICT_H
#define HC_RULE_VERDICT_H

#include "record/batch.h"
#include "record/origin.h"

#define HC_NO_ROW UINT32_MAX
#define HC_WAY_COLUMNS 16

struct hc_verdict {         /* {0} with hc_verdict_kept() filled in: stands as it is */
    const char *policy;     /* static; NULL: the row stands */
    const char *reason;     /* static */
    int8_t standing;        /* hc_standing, of a row that stands */
    uint32_t partner;       /* row it was paired with or that stands instead; HC_NO_ROW none */
    uint32_t pair;          /* the pair's row of lowest lineage; HC_NO_ROW: no pair */
    uint32_t mirror;        /* the row whose amounts, turned round, are what is set aside of
                               this one; the rest stands as a residual. HC_NO_ROW: all of it */
};
static inline struct hc_verdict hc_verdict_kept(void) {
    return (struct hc_verdict){NULL, NULL, HC_standing_final, HC_NO_ROW, HC_NO_ROW, HC_NO_ROW};
}

struct hc_policy;
/* One feed's rule for one claim type, its columns found. */
struct hc_way {
    const struct hc_claim_rule *rule;
    const struct hc_policy *policy;
    uint32_t number; /* of this way; different ways never share a group */
    size_t matches, partitions, claims, ids;
    int match[HC_WAY_COLUMNS];
    int partition[HC_WAY_COLUMNS];
    int claim[HC_WAY_COLUMNS]; /* record_id without line: the claim (or its version) */
    int id[HC_WAY_COLUMNS];
    bool one_pass; /* same claim means same partition: re-delivery needs no pass of its own */
};

/* Rows of one batch that share a key. */
struct hc_group {
    const struct hc_batch *batch;
    const struct hc_origin *origin;
    const struct hc_way *way;
    uint32_t *row; /* the policy may reorder them */
    size_t rows;
    struct hc_verdict *verdict; /* by row of the batch */
    struct hc_arena *scratch;   /* reset between groups */
};

/* Rows by lineage (delivery, entry, record), then line, then place in the batch. */
int hc_compare_lineage(const struct hc_batch *batch, uint32_t a, uint32_t b);
/* The day a row took effect: effective_date, else paid_date, else before all days. */
hc_day hc_effective_day(const struct hc_batch *batch, uint32_t row);
static inline bool hc_is_cancellation(const struct hc_batch *batch, uint32_t row) {
    return hc_int_at(batch, HC_claim_line_adjustment, row, HC_adjustment_original) ==
           HC_adjustment_cancellation;
}
/* Do the amounts no projection drops (HC_MONEY) of two rows take each other back? */
bool hc_amounts_opposite(const struct hc_batch *batch, uint32_t a, uint32_t b);
/* And every amount and quantity of the stream (HC_SUM)? */
bool hc_sums_opposite(const struct hc_batch *batch, uint32_t a, uint32_t b);

#endif
