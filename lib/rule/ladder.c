#include "rule/ladder.h"

#include "base/yaml.h"
#include "record/origin.h"

static uint32_t read_differ(struct hc_faults *faults, const struct hc_node *node,
                            const struct hc_ladder *ladder) {
    uint32_t bits = 0;
    size_t count = 0;
    const char *const *name = hc_get_texts(faults, node, "differ", false, &count);
    for (size_t i = 0; i < count; i++) {
        size_t at = 0;
        while (at < ladder->rungs && strcmp(ladder->rung[at].name, name[i]) != 0)
            at++;
        if (at < ladder->rungs)
            bits |= 1u << at;
        else
            hc_fault(faults, hc_node_get(node, "differ"), "'%s' is no rung above this one",
                     name[i]);
    }
    return bits;
}

static void read_rung(struct hc_faults *faults, const struct hc_node *node,
                      struct hc_ladder *ladder) {
    static const char *const keys[] = {"name",      "differ",  "overlap", "birth_date",
                                       "passed_on", "at_most", NULL};
    static const char *const overlaps[] = {"allow", "refuse", NULL};
    if (ladder->rungs == HC_RUNGS) {
        hc_fault(faults, node, "more than %d rungs", HC_RUNGS);
        return;
    }
    hc_check_keys(faults, node, keys);
    const char *name = hc_get_text(faults, node, "name", true, "");
    struct hc_rung rung = {
        .name = hc_arena_copy(&ladder->arena, hc_str_of(name)),
        .differ = read_differ(faults, node, ladder),
        .refuse_overlap = hc_get_choice(faults, node, "overlap", overlaps, 0),
        .refuse_births = hc_get_choice(faults, node, "birth_date", overlaps, 0),
        .refuse_passed_on = hc_get_choice(faults, node, "passed_on", overlaps, 0),
        .at_most = (uint32_t)hc_get_int(faults, node, "at_most", 2, UINT32_MAX, 20)};
    for (size_t i = 0; i < ladder->rungs; i++)
        if (strcmp(ladder->rung[i].name, name) == 0)
            hc_fault(faults, node, "rung '%s' comes twice", name);
    if (strchr(name, ':') || strcmp(name, HC_NOBODYS_KEY) == 0)
        hc_fault(faults, node, "a rung's name has no ':' and is not '%s'", HC_NOBODYS_KEY);
    if (rung.name)
        ladder->rung[ladder->rungs++] = rung;
}

enum hc_status hc_ladder_read(struct hc_ladder *ladder, const char *path,
                              struct hc_err *err) {
    static const char *const keys[] = {"name", "rungs", NULL};
    struct hc_yaml *yaml = NULL;
    *ladder = (struct hc_ladder){0};
    enum hc_status status = hc_yaml_read(&yaml, path, err);
    if (status != HC_OK)
        return status;
    struct hc_faults faults = {.yaml = yaml};
    const struct hc_node *root = hc_yaml_root(yaml);
    const struct hc_node *rungs = hc_node_get(root, "rungs");
    hc_check_keys(&faults, root, keys);
    hc_get_text(&faults, root, "name", true, "");
    if (!rungs || rungs->type != HC_NODE_LIST || rungs->children == 0)
        hc_fault(&faults, rungs ? rungs : root, "rungs: expected a list of rungs");
    else
        for (const struct hc_node *n = rungs->child; n; n = n->next)
            read_rung(&faults, n, ladder);
    status = hc_faults_end(&faults, err);
    hc_yaml_free(yaml);
    return status;
}

void hc_ladder_free(struct hc_ladder *ladder) {
    hc_arena_free(&ladder->arena);
}
