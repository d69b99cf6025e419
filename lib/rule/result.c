#include "rule/result.h"

#include "base/map.h"

enum hc_status hc_result_schema(struct hc_arena *arena, const char *const *grouping,
                                const bool *phi, size_t groupings,
                                const struct hc_schema **schema, struct hc_err *err) {
    const struct hc_schema *measure = &hc_kinds[HC_KIND_measure];
    size_t known = measure->fields;
    struct hc_field *field = hc_arena_alloc(arena, (known + groupings) * sizeof *field);
    struct hc_schema *made = hc_arena_alloc(arena, sizeof *made);
    if (!field || !made)
        return hc_fail_memory(err);
    memcpy(field, measure->field, known * sizeof *field);
    for (size_t i = 0; i < groupings; i++) {
        const char *name = grouping[i];
        if (hc_schema_find(measure, hc_str_of(name)) >= 0)
            name = hc_arena_printf(arena, "by_%s", name);
        if (!name)
            return hc_fail_memory(err);
        field[known + i] = (struct hc_field){.name = name,
                                             .type = HC_TYPE_utf8,
                                             .flags = HC_KEY | (phi && phi[i] ? HC_PHI : 0),
                                             .doc = "grouping"};
    }
    *made = *measure;
    made->field = field;
    made->fields = known + groupings;
    *schema = made;
    return HC_OK;
}

const char *hc_result_cell(const char *measure, const char *const *grouping,
                           const char *const *value, size_t groupings, char out[17]) {
    uint64_t hash = hc_hash(measure, strlen(measure), 0);
    for (size_t i = 0; i < groupings; i++) {
        hash = hc_hash(grouping[i], strlen(grouping[i]), hash);
        hash = hc_hash(value[i], strlen(value[i]), hash);
    }
    snprintf(out, 17, "%016llx", (unsigned long long)hash);
    return out;
}
