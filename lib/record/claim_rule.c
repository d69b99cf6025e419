#include "record/claim_rule.h"

static const struct {
    const char *name;
    int unit;
} policies[] = {
#define POLICY(name, balanced, unit, doc) {#name, unit},
#include "record/policies.def"
#undef POLICY
    {NULL, -1},
};
const char *const hc_policy_names[] = {
#define POLICY(name, balanced, unit, doc) #name,
#include "record/policies.def"
#undef POLICY
    NULL,
};

static const char *column_name(enum hc_kind kind, int column) {
    return hc_kinds[kind].field[column].name;
}

static bool names(const char *const *key, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(key[i], name) == 0)
            return true;
    return false;
}

static enum hc_status fault(struct hc_err *err, const char *key) {
    hc_err_at_field(err, key);
    return HC_ECONFIG;
}

static enum hc_status check_policy(const char *name, int *unit, struct hc_err *err) {
    for (size_t i = 0; policies[i].name; i++)
        if (strcmp(policies[i].name, name) == 0) {
            *unit = policies[i].unit;
            return HC_OK;
        }
    hc_fail(err, HC_ECONFIG, "no such policy '%s'", name);
    const char *near = hc_str_nearest(hc_str_of(name), hc_policy_names);
    if (near)
        hc_err_hint(err, "did you mean '%s'?", near);
    return fault(err, "policy");
}

static enum hc_status check_columns(enum hc_kind kind, const char *key,
                                    const char *const *name, size_t count,
                                    struct hc_err *err) {
    if (count == 0 || count > HC_RULE_COLUMNS) {
        hc_fail(err, HC_ECONFIG, "%s wants 1 to %d columns, found %zu", key,
                HC_RULE_COLUMNS, count);
        return fault(err, key);
    }
    for (size_t i = 0; i < count; i++)
        if (hc_schema_find(&hc_kinds[kind], hc_str_of(name[i])) < 0) {
            hc_fail(err, HC_ECONFIG, "%s names '%s', which %s has not", key, name[i],
                    hc_kinds[kind].name);
            return fault(err, key);
        }
    return HC_OK;
}

static enum hc_status check_partition(const struct hc_claim_rule *rule,
                                      struct hc_err *err) {
    for (size_t i = 0; i < rule->partitions; i++)
        if (!names(rule->match, rule->matches, rule->partition[i])) {
            hc_fail(err, HC_ECONFIG, "partition names '%s', which match has not",
                    rule->partition[i]);
            return fault(err, "partition");
        }
    return HC_OK;
}

/* A record names a claim and nothing else of it, so nothing else may be needed to find it.
 */
static enum hc_status check_replace(const struct hc_claim_rule *rule, struct hc_err *err) {
    static const int never[] = {HC_claim_line_line,       HC_claim_line_version,
                                HC_claim_line_adjustment, HC_claim_line_related_claim_id,
                                HC_claim_line_member_id,  HC_claim_line_person_id,
                                HC_claim_line_paid,       HC_claim_line_delivery};
    if (strcmp(rule->policy, "replace") != 0)
        return HC_OK;
    if (!names(rule->match, rule->matches, "claim_id")) {
        hc_fail(err, HC_ECONFIG, "replace finds claims: match must name 'claim_id'");
        return fault(err, "match");
    }
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        if (names(rule->match, rule->matches, column_name(HC_KIND_claim_line, never[i]))) {
            hc_fail(err, HC_ECONFIG, "replace finds claims: match cannot name '%s'",
                    column_name(HC_KIND_claim_line, never[i]));
            hc_err_hint(err, "match: [payer, claim_id]");
            return fault(err, "match");
        }
    return HC_OK;
}

/* A cancellation whose denied original was left out would take back another claim. And what
 * a denied line may not correct, re-delivery may not take from under it: it comes first,
 * and to it two versions or restatements of one record id are one record sent twice. */
static enum hc_status check_denied(const struct hc_claim_rule *rule, int unit,
                                   struct hc_err *err) {
    const char *name = hc_denied_names[rule->denied];
    if (rule->denied != HC_DENIED_YIELD && rule->denied != HC_DENIED_IGNORE)
        return HC_OK;
    if (unit < 0) {
        hc_fail(err, HC_ECONFIG, "denied: %s does not go with %s", name, rule->policy);
        hc_err_hint(err, "a cancellation of a denied claim would take back another: keep "
                         "or drop");
        return fault(err, "denied");
    }
    if (names(rule->record_id, rule->ids, column_name(HC_KIND_claim_line, unit)))
        return HC_OK;
    hc_fail(err, HC_ECONFIG, "denied: %s with %s wants '%s' in record_id", name,
            rule->policy, column_name(HC_KIND_claim_line, unit));
    hc_err_hint(err, "else a denied line takes the paid one of the same record_id away "
                     "before denied is looked at");
    return fault(err, "record_id");
}

enum hc_status hc_claim_rule_check(const struct hc_claim_rule *rule, struct hc_err *err) {
    int unit = -1;
    enum hc_status status = check_policy(rule->policy, &unit, err);
    if (status == HC_OK)
        status =
            check_columns(HC_KIND_claim_line, "match", rule->match, rule->matches, err);
    if (status == HC_OK)
        status = check_columns(HC_KIND_claim_line, "partition", rule->partition,
                               rule->partitions, err);
    if (status == HC_OK)
        status =
            check_columns(HC_KIND_claim_line, "record_id", rule->record_id, rule->ids, err);
    if (status == HC_OK)
        status = check_partition(rule, err);
    if (status == HC_OK)
        status = check_replace(rule, err);
    return status == HC_OK ? check_denied(rule, unit, err) : status;
}

/* What a delivery says of a span, and where it says it, are not what tells spans apart. */
enum hc_status hc_cover_rule_check(const char *const *match, size_t matches,
                                   struct hc_err *err) {
    static const int never[] = {HC_coverage_end_date,      HC_coverage_person_id,
                                HC_coverage_identity_keys, HC_coverage_delivery,
                                HC_coverage_source_entry,  HC_coverage_source_record};
    enum hc_status status = check_columns(HC_KIND_coverage, "match", match, matches, err);
    if (status != HC_OK)
        return status;
    if (!names(match, matches, "payer")) {
        hc_fail(err, HC_ECONFIG, "match of coverage must name 'payer'");
        return fault(err, "match");
    }
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        if (names(match, matches, column_name(HC_KIND_coverage, never[i]))) {
            hc_fail(err, HC_ECONFIG, "match of coverage cannot name '%s'",
                    column_name(HC_KIND_coverage, never[i]));
            hc_err_hint(err,
                        "[payer, member_id, product, start_date] is a span whose end may "
                        "change, [payer] the whole list");
            return fault(err, "match");
        }
    return HC_OK;
}
