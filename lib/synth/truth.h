/* What is true of the invented state, written as it is made up. */
#ifndef HC_SYNTH_TRUTH_H
#define HC_SYNTH_TRUTH_H

#include "base/file.h"
#include "synth/model.h"

/* TRAP(name, what it is); counted in truth/traps.csv when all of it was delivered. */
#define SYNTH_TRAPS                                                                        \
    TRAP(adjusted, "original, cancellation and replacement of one day")                    \
    TRAP(adjusted_same_amounts,                                                            \
         "original, cancellation, adjustment that differs in codes")                       \
    TRAP(cancelled, "original and cancellation, nothing else")                             \
    TRAP(cancelled_before_replaced, "cancellation weeks before the replacement")           \
    TRAP(cancelled_weeks_after, "cancellation weeks after the replacement")                \
    TRAP(two_originals, "two originals of one key, both stand")                            \
    TRAP(three_originals_two_cancels, "one of three stands")                               \
    TRAP(cancel_without_original, "a cancellation of something never delivered")           \
    TRAP(cancel_other_dates, "a cancellation whose last day differs: pairs with nothing")  \
    TRAP(resent_unchanged, "the record again in a later delivery, other load date")        \
    TRAP(resent_changed, "the record again with other amounts")                            \
    TRAP(wrong_member, "replacement that corrects the member")                             \
    TRAP(negative_original, "an original with a negative payment")                         \
    TRAP(header_not_sum, "header payment that is not the sum of its lines")                \
    TRAP(header_without_lines, "a header with no line")                                    \
    TRAP(denied_claim, "a whole claim denied")                                             \
    TRAP(denied_line, "one line denied")                                                   \
    TRAP(prospective_medicare, "AIPBP: paid 0, inclusion amount in CCLFA or CCLFB")        \
    TRAP(several_benefits, "AIPBP: two CCLFA or CCLFB records that tell one amount")       \
    TRAP(prospective_medicaid, "prepaid amount, paid 0")                                   \
    TRAP(prospective_commercial, "payment arrangement 01, paid 0")                         \
    TRAP(part_d_adjusted, "a fill replaced in a later month")                              \
    TRAP(part_d_deleted, "a fill deleted in a later month")                                \
    TRAP(part_d_adjusted_then_deleted, "both, one after the other")                        \
    TRAP(version_replaced, "a higher version of the whole claim")                          \
    TRAP(version_one_line, "a higher version of one line only")                            \
    TRAP(version_twice, "three versions")                                                  \
    TRAP(version_void, "the highest version is a void")                                    \
    TRAP(reversed, "Medicaid: negative twin, nothing instead")                             \
    TRAP(reversed_and_replaced, "Medicaid: negative twin and a new claim")                 \
    TRAP(id_change_one_hop, "a person whose MBI changed once")                             \
    TRAP(id_change_two_hops, "a person whose MBI changed twice")                           \
    TRAP(id_maps_to_itself, "a CCLF9 row that is no change")                               \
    TRAP(dual_by_mbi, "a dual whom Medicaid knows by MBI")                                 \
    TRAP(dual_by_old_mbi, "a dual whose MBI at Medicaid is the old one")                   \
    TRAP(dual_by_ssn, "a dual known by SSN and birth date only")                           \
    TRAP(dual_by_name, "a dual known by name, birth date, sex and ZIP only")               \
    TRAP(overlapping_spans, "a month in which two payers or products cover a person")      \
    TRAP(aco_on_secondary, "a month with an ACO on a secondary Medicaid member")           \
    TRAP(practice_joins, "a practice that joins the ACO")                                  \
    TRAP(practice_leaves, "a practice that leaves the ACO")                                \
    TRAP(two_practices, "a provider who works in two practices")                           \
    TRAP(tie, "two visits of equal weight")                                                \
    TRAP(moved_away, "a person who moves away")                                            \
    TRAP(not_resident, "a month of a member who lives in another state")

enum synth_trap {
#define TRAP(name, doc) SYNTH_TRAP_##name,
    SYNTH_TRAPS
#undef TRAP
        SYNTH_TRAP_COUNT
};

struct synth_amounts {
    hc_cents paid, allowed, ffs;
    bool unknown; /* Part D */
};
struct synth_total {
    int64_t lines;
    hc_cents paid, allowed, ffs;
};
struct synth_truth {
    struct hc_out *lines, *set_aside, *person_months, *deliveries;
    struct hc_buf lines_text, set_aside_text, months_text, deliveries_text;
    struct synth_total total[SYNTH_PAYERS][SYNTH_KINDS];
    int64_t trap[SYNTH_TRAP_COUNT];
    struct hc_buf scale;
};

enum hc_status hc_synth_truth_open(struct synth_truth *truth, const char *dir,
                                   struct hc_err *err) HC_MUST_CHECK;
void hc_synth_stands(struct synth_truth *truth, enum synth_payer payer,
                     enum synth_kind kind, const char *claim, int line, uint32_t person,
                     struct synth_amounts amounts);
void hc_synth_set_aside(struct synth_truth *truth, enum synth_payer payer,
                        enum synth_kind kind, const char *claim, int line,
                        hc_month delivered, const char *reason,
                        struct synth_amounts amounts);
/* Everybody's cover and attribution in a month, and the scale of it. */
void hc_synth_truth_month(struct synth_truth *truth, const struct synth_world *world,
                          hc_month month);
void hc_synth_truth_delivery(struct synth_truth *truth, const char *file, const char *entry,
                             int64_t records);
/* Write what has gathered. */
enum hc_status hc_synth_truth_flush(struct synth_truth *truth,
                                    struct hc_err *err) HC_MUST_CHECK;
/* The last files; then all are published. */
enum hc_status hc_synth_truth_commit(struct synth_truth *truth,
                                     const struct synth_world *world, const char *dir,
                                     struct hc_err *err) HC_MUST_CHECK;
int64_t hc_synth_truth_lines(const struct synth_truth *truth);
void hc_synth_truth_free(struct synth_truth *truth);

#endif
