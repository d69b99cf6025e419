/* Kinds of record and their fields, made from the .def lists. */
#ifndef HC_RECORD_SCHEMA_H
#define HC_RECORD_SCHEMA_H

#include "base/err.h"
#include "base/str.h"

enum hc_type {
    HC_TYPE_bool,   /* Arrow bool; one byte per row in memory */
    HC_TYPE_int32,
    HC_TYPE_int64,
    HC_TYPE_cents,  /* Arrow int64, field metadata unit=cents */
    HC_TYPE_e4,     /* Arrow int64, unit=e4: ten-thousandths */
    HC_TYPE_date,   /* Arrow date32, days since 1970-01-01 */
    HC_TYPE_utf8,
    HC_TYPE_list,   /* Arrow list<utf8> */
    HC_TYPE_choice, /* Arrow dictionary<int8, utf8>, the whole closed list first */
};

enum { /* flags of a field */
    HC_KEY = 1,   /* identity or lineage: never projected away before dedupe */
    HC_PHI = 2,   /* never shown in a message or a log; metadata hc.phi=1 */
    HC_SUM = 4,   /* added up in the stream's totals */
    HC_MONEY = 8, /* like HC_KEY never projected away before dedupe */
};

/* Closed lists. HC_paid_basis_header is the index of "header" in HC_CHOICES_paid_basis. */
#define LIST(name, items) enum hc_##name { items HC_##name##_count };
#define ITEM(list, value) HC_##list##_##value,
#include "record/choices.def"
#undef ITEM
#undef LIST
enum {
#define LIST(name, items) HC_CHOICES_##name,
#include "record/choices.def"
#undef LIST
    HC_CHOICES_COUNT
};
struct hc_choices {
    const char *name;
    int count;
    const char *const *value;
};
extern const struct hc_choices hc_choices[HC_CHOICES_COUNT];
/* Index of a value in a list, or -1. */
int hc_choice_of(const struct hc_choices *choices, struct hc_str value);

struct hc_field {
    const char *name;
    enum hc_type type;
    unsigned flags;
    const struct hc_choices *choices; /* HC_TYPE_choice only */
    const char *doc;
};

/* Column numbers: HC_claim_line_paid; how many: HC_claim_line_fields; and the type of each,
 * typeof_HC_claim_line_paid, so that hc_cents_of(batch, HC_claim_line_paid) compiles and
 * hc_date_of(batch, HC_claim_line_paid) does not. */
#define FIELD(name, type, flags, doc) HC_K(name),
#define CHOICE(name, list, flags, doc) HC_K(name),
#define HC_K(name) HC_claim_line_##name
enum hc_claim_line_field {
#include "record/claim_line.def"
    HC_claim_line_fields
};
#undef HC_K
#define HC_K(name) HC_coverage_##name
enum hc_coverage_field {
#include "record/coverage.def"
    HC_coverage_fields
};
#undef HC_K
#define HC_K(name) HC_provider_##name
enum hc_provider_field {
#include "record/provider.def"
    HC_provider_fields
};
#undef HC_K
#define HC_K(name) HC_crosswalk_##name
enum hc_crosswalk_field {
#include "record/crosswalk.def"
    HC_crosswalk_fields
};
#undef HC_K
#define HC_K(name) HC_preference_##name
enum hc_preference_field {
#include "record/preference.def"
    HC_preference_fields
};
#undef HC_K
#define HC_K(name) HC_payment_##name
enum hc_payment_field {
#include "record/payment.def"
    HC_payment_fields
};
#undef HC_K
#define HC_K(name) HC_member_##name
enum hc_member_field {
#include "record/member.def"
    HC_member_fields
};
#undef HC_K
#define HC_K(name) HC_change_##name
enum hc_change_field {
#include "record/change.def"
    HC_change_fields
};
#undef HC_K
#define HC_K(name) HC_ledger_##name
enum hc_ledger_field {
#include "record/ledger.def"
    HC_ledger_fields
};
#undef HC_K
#define HC_K(name) HC_assignment_##name
enum hc_assignment_field {
#include "record/assignment.def"
    HC_assignment_fields
};
#undef HC_K
#define HC_K(name) HC_ranking_##name
enum hc_ranking_field {
#include "record/ranking.def"
    HC_ranking_fields
};
#undef HC_K
#define HC_K(name) HC_measure_##name
enum hc_measure_field {
#include "record/measure.def"
    HC_measure_fields
};
#undef HC_K
#undef FIELD
#undef CHOICE

#define FIELD(name, type, flags, doc) HC_KT(name) = HC_TYPE_##type,
#define CHOICE(name, list, flags, doc) HC_KT(name) = HC_TYPE_choice,
enum hc_field_types {
#define HC_KT(name) typeof_HC_claim_line_##name
#include "record/claim_line.def"
#undef HC_KT
#define HC_KT(name) typeof_HC_coverage_##name
#include "record/coverage.def"
#undef HC_KT
#define HC_KT(name) typeof_HC_provider_##name
#include "record/provider.def"
#undef HC_KT
#define HC_KT(name) typeof_HC_crosswalk_##name
#include "record/crosswalk.def"
#undef HC_KT
#define HC_KT(name) typeof_HC_preference_##name
#include "record/preference.def"
#undef HC_KT
#define HC_KT(name) typeof_HC_payment_##name
#include "record/payment.def"
#undef HC_KT
#define HC_KT(name) typeof_HC_member_##name
#include "record/member.def"
#undef HC_KT
#define HC_KT(name) typeof_HC_change_##name
#include "record/change.def"
#undef HC_KT
#define HC_KT(name) typeof_HC_ledger_##name
#include "record/ledger.def"
#undef HC_KT
#define HC_KT(name) typeof_HC_assignment_##name
#include "record/assignment.def"
#undef HC_KT
#define HC_KT(name) typeof_HC_ranking_##name
#include "record/ranking.def"
#undef HC_KT
#define HC_KT(name) typeof_HC_measure_##name
#include "record/measure.def"
#undef HC_KT
};
#undef FIELD
#undef CHOICE

enum hc_kind {
#define KIND(name, version, doc) HC_KIND_##name,
#include "record/kinds.def"
#undef KIND
    HC_KINDS,
    HC_KIND_any = HC_KINDS, /* spill files, joins: a schema of a module's own */
};

/* What the columns of a stream are. The first fields are the kind's own, all of them and in
 * the .def's order, so that HC_claim_line_paid is the column number in every batch; fields
 * that hctools does not know (a foreign stage's, a newer version's, a measure's groupings)
 * follow. Whether a stream HAS a column is said by the batch, not by the schema. */
struct hc_schema {
    const char *name; /* "claim_line" */
    enum hc_kind kind;
    int version;
    size_t fields; /* all of them */
    size_t known;  /* the kind's own, first */
    const struct hc_field *field;
};
extern const struct hc_schema hc_kinds[HC_KINDS];

/* NULL when there is no such kind. */
const struct hc_schema *hc_kind_of(struct hc_str name);
/* Name of the kind that a mistyped one is near to, or NULL. For "did you mean". */
const char *hc_kind_near(struct hc_str name);
/* Column number by name, or -1. */
int hc_schema_find(const struct hc_schema *schema, struct hc_str name);
/* A field that reads as a date/amount ...: "date", "cents", for messages and dry runs. */
const char *hc_type_name(enum hc_type type);

#endif
