#include "feed/where.h"

#include <stdio.h>

const char *hc_feed_elsewhere(const struct hc_node *node, const char *what,
                              const struct hc_node *other, char out[HC_ELSEWHERE_SIZE]) {
    out[0] = '\0';
    if (node && other && strcmp(node->file, other->file) != 0)
        snprintf(out, HC_ELSEWHERE_SIZE, " (%s: %s:%u:%u)", what, other->file, other->line,
                 other->column);
    return out;
}

void hc_feed_no_field(struct hc_faults *faults, const struct hc_node *node,
                      const struct hc_feed_file *file, struct hc_str name) {
    char place[HC_ELSEWHERE_SIZE];
    hc_fault(faults, node, "%s has no field '%.*s'%s", file->name, (int)name.len, name.ptr,
             hc_feed_elsewhere(node, "its fields", file->node, place));
}
