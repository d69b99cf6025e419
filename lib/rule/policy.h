/* The ways payers correct their claims. A policy is one function and one row in
 * record/policies.def.
 *
 * A policy sees the rows of one match key, all at once, in no particular order, and says of
 * each whether it stands. It never sees another key's rows, so it works at any partition.
 * Of replace it also sees tombstones: what names the claim from wherever it is. */
#ifndef HC_RULE_POLICY_H
#define HC_RULE_POLICY_H

#include "rule/verdict.h"

struct hc_policy {
    const char *name;
    enum hc_status (*apply)(struct hc_group *group, struct hc_err *err);
    bool balanced; /* this and what follows: record/policies.def */
    int unit;
    const char *doc;
};
extern const struct hc_policy hc_policies[];            /* ends with a NULL name */
const struct hc_policy *hc_policy_of(const char *name); /* NULL: no such policy */

/* Find way's policy and columns. has: schema->fields flags of the stream. HC_ECONFIG for an
 * unknown or unsupported policy or column, HC_EDATA for a column the stream lacks. */
enum hc_status hc_way_init(struct hc_way *way, const char *feed,
                           const struct hc_claim_rule *rule, const bool *has,
                           struct hc_err *err) HC_MUST_CHECK;

/* ---- what policies share: the claims of a group ---- */

struct hc_claim {
    uint32_t first, lines; /* into group->row, which is ordered by claim */
    hc_day effective;      /* its lines' latest */
    int adjustment;        /* hc_adjustment */
    struct hc_str id;
    uint32_t top;     /* row of lowest lineage */
    uint64_t amounts; /* hash of its lines and absolute amounts; pair's only */
    bool taken;
};
/* Order group->row by claim, adjustment, line, lineage and list the claims (scratch). */
enum hc_status hc_claims_of(struct hc_group *group, struct hc_claim **claims, size_t *count,
                            struct hc_err *err) HC_MUST_CHECK;

bool hc_has_value(const struct hc_batch *batch, size_t column, uint32_t row);
/* Has every column of the group's match key a value? What has none is not the same. */
bool hc_key_is_whole(const struct hc_group *group);

/* One policy a file: policy_NAME.c */
#define POLICY(name, balanced, unit, doc)                                                  \
    enum hc_status hc_policy_##name(struct hc_group *group, struct hc_err *err);
#include "record/policies.def"
#undef POLICY

#endif
