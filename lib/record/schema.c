#include "record/schema.h"

#define LIST(name, items) static const char *const name##_values[] = {items NULL};
#define ITEM(list, value) #value,
#include "record/choices.def"
#undef ITEM
#undef LIST

const struct hc_choices hc_choices[HC_CHOICES_COUNT] = {
#define LIST(name, items) {#name, HC_##name##_count, name##_values},
#include "record/choices.def"
#undef LIST
};

#define FIELD(name, type, flags, doc) {#name, HC_TYPE_##type, flags, NULL, doc},
#define CHOICE(name, list, flags, doc)                                                     \
    {#name, HC_TYPE_choice, flags, &hc_choices[HC_CHOICES_##list], doc},
static const struct hc_field claim_line_field[] = {
#include "record/claim_line.def"
};
static const struct hc_field coverage_field[] = {
#include "record/coverage.def"
};
static const struct hc_field provider_field[] = {
#include "record/provider.def"
};
static const struct hc_field crosswalk_field[] = {
#include "record/crosswalk.def"
};
static const struct hc_field preference_field[] = {
#include "record/preference.def"
};
static const struct hc_field payment_field[] = {
#include "record/payment.def"
};
static const struct hc_field member_field[] = {
#include "record/member.def"
};
static const struct hc_field change_field[] = {
#include "record/change.def"
};
static const struct hc_field ledger_field[] = {
#include "record/ledger.def"
};
static const struct hc_field assignment_field[] = {
#include "record/assignment.def"
};
static const struct hc_field ranking_field[] = {
#include "record/ranking.def"
};
static const struct hc_field measure_field[] = {
#include "record/measure.def"
};
#undef FIELD
#undef CHOICE

const struct hc_schema hc_kinds[HC_KINDS] = {
#define KIND(name, version, doc)                                                           \
    {#name, HC_KIND_##name, version, HC_##name##_fields, HC_##name##_fields, name##_field},
#include "record/kinds.def"
#undef KIND
};

int hc_choice_of(const struct hc_choices *choices, struct hc_str value) {
    for (int i = 0; i < choices->count; i++)
        if (hc_str_is(value, choices->value[i]))
            return i;
    return -1;
}

const char *hc_kind_near(struct hc_str name) {
    const char *names[HC_KINDS + 1] = {0};
    for (int i = 0; i < HC_KINDS; i++)
        names[i] = hc_kinds[i].name;
    return hc_str_nearest(name, names);
}

const struct hc_schema *hc_kind_of(struct hc_str name) {
    for (size_t i = 0; i < HC_KINDS; i++)
        if (hc_str_is(name, hc_kinds[i].name))
            return &hc_kinds[i];
    return NULL;
}

int hc_schema_find(const struct hc_schema *schema, struct hc_str name) {
    for (size_t i = 0; i < schema->fields; i++)
        if (hc_str_is(name, schema->field[i].name))
            return (int)i;
    return -1;
}

const char *hc_type_name(enum hc_type type) {
    static const char *const names[] = {
        [HC_TYPE_bool] = "bool",   [HC_TYPE_int32] = "int32", [HC_TYPE_int64] = "int64",
        [HC_TYPE_cents] = "cents", [HC_TYPE_e4] = "e4",       [HC_TYPE_date] = "date",
        [HC_TYPE_utf8] = "utf8",   [HC_TYPE_list] = "list",   [HC_TYPE_choice] = "choice",
    };
    return names[type];
}
