#include "format/audience.h"

#include "format/text.h"

static const char *const keys[] = {"audience", "about", "kinds", "shows", "needs", NULL};
static const char *const needs[] = {"suppression", "opt_outs", NULL};

static bool is_in(const char *const *list, const char *name) {
    for (; list && *list; list++)
        if (strcmp(*list, name) == 0)
            return true;
    return false;
}

static bool is_field(const char *name) {
    for (size_t i = 0; i < HC_KINDS; i++)
        if (hc_schema_find(&hc_kinds[i], hc_str_of(name)) >= 0)
            return true;
    return false;
}

static void check_names(struct hc_faults *faults, const struct hc_node *root) {
    const struct hc_node *kinds = hc_node_get(root, "kinds");
    const struct hc_node *shows = hc_node_get(root, "shows");
    const struct hc_node *need = hc_node_get(root, "needs");
    for (const struct hc_node *n = kinds ? kinds->child : NULL; n; n = n->next)
        if (!hc_kind_of(n->text))
            hc_fault(faults, n, "there is no kind '%s'", n->text.ptr);
    for (const struct hc_node *n = shows ? shows->child : NULL; n; n = n->next)
        if (!is_field(n->text.ptr))
            hc_fault(faults, n, "no kind has a field '%s'", n->text.ptr);
    for (const struct hc_node *n = need ? need->child : NULL; n; n = n->next)
        if (!is_in(needs, n->text.ptr))
            hc_fault(faults, n, "expected suppression or opt_outs, found '%s'",
                     n->text.ptr);
}

enum hc_status hc_audience_read(struct hc_audience *audience, const char *path,
                                struct hc_err *err) {
    *audience = (struct hc_audience){0};
    enum hc_status status = hc_yaml_read(&audience->yaml, path, err);
    if (status != HC_OK)
        return status;
    struct hc_faults faults = {.yaml = audience->yaml};
    const struct hc_node *root = hc_yaml_root(audience->yaml);
    size_t count;
    hc_check_keys(&faults, root, keys);
    audience->name = hc_get_text(&faults, root, "audience", true, "");
    audience->kind = hc_get_texts(&faults, root, "kinds", true, &count);
    audience->show = hc_get_texts(&faults, root, "shows", false, &count);
    const char *const *need = hc_get_texts(&faults, root, "needs", false, &count);
    audience->suppress = is_in(need, "suppression");
    audience->opt_outs = is_in(need, "opt_outs");
    check_names(&faults, root);
    status = hc_faults_end(&faults, err);
    if (status != HC_OK)
        hc_audience_free(audience);
    return status;
}

bool hc_audience_gets(const struct hc_audience *audience, const char *kind) {
    return is_in(audience->kind, kind);
}

bool hc_audience_sees(const struct hc_audience *audience, const struct hc_schema *schema,
                      size_t column) {
    return !hc_column_is_phi(schema, column) ||
           is_in(audience->show, schema->field[column].name);
}

void hc_audience_free(struct hc_audience *audience) {
    hc_yaml_free(audience->yaml);
    *audience = (struct hc_audience){0};
}
