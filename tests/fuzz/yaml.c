/* Any bytes: a tree or HC_ECONFIG, and every text of the tree is text. */
#include <stdlib.h>

#include "base/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void walk(struct hc_faults *faults, const struct hc_node *node) {
    static const char *const keys[] = {"name", "steps", NULL};
    size_t children = 0, count;
    if (!hc_str_is_text(node->text) || !hc_str_is_text(node->key) || node->line == 0)
        abort();
    if (node->type == HC_NODE_MAP) {
        hc_check_keys(faults, node, keys);
        hc_get_text(faults, node, "name", true, "");
        hc_get_int(faults, node, "name", 0, 9, 0);
        hc_get_bool(faults, node, "name", false);
        hc_get_choice(faults, node, "name", keys, 0);
        hc_get_texts(faults, node, "steps", true, &count);
    }
    for (const struct hc_node *child = node->child; child; child = child->next, children++)
        walk(faults, child);
    if (children != node->children)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct hc_yaml *yaml;
    struct hc_err err = {0};
    struct hc_str text = {(const char *)data, size};
    enum hc_status status = hc_yaml_parse(&yaml, "fuzz.yaml", text, false, &err);
    if (status != HC_OK) {
        if (status != HC_ECONFIG || yaml || err.what[0] == 0)
            abort();
        return 0;
    }
    struct hc_faults faults = {.yaml = yaml};
    walk(&faults, hc_yaml_root(yaml));
    bool faulty = faults.count > 0;
    status = hc_faults_end(&faults, &err);
    if ((status == HC_ECONFIG) != faulty)
        abort();
    hc_yaml_free(yaml);
    return 0;
}
