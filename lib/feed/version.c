#include "feed/version.h"

#include <inttypes.h>

#include "feed/where.h"

/* ---- reading the feed ---- */

static struct hc_slot *places(struct hc_feed *feed, struct hc_faults *faults,
                              const struct hc_feed_file *file) {
    struct hc_slot *place =
        hc_arena_zalloc(feed->arena, (file->fields + 1) * sizeof *place);
    if (!place)
        hc_fault_memory(faults);
    return place;
}

/* One field of another version: where a field that the file has stands there. */
static void read_place(struct hc_faults *faults, const struct hc_node *node,
                       const struct hc_feed_file *file, struct hc_feed_layout *layout,
                       struct hc_slot *place) {
    static const char *const keys[] = {"at", "len", "name", NULL};
    hc_check_keys(faults, node, keys);
    const char *name = hc_get_text(faults, node, "name", true, "");
    uint32_t at = (uint32_t)hc_get_int(faults, node, "at", 1, HC_RECORD_MAX, 1);
    uint32_t len = (uint32_t)hc_get_int(faults, node, "len", 1, HC_RECORD_MAX, 1);
    size_t f = 0;
    while (f < file->fields && strcmp(file->field[f].name, name) != 0)
        f++;
    if (f == file->fields)
        hc_feed_no_field(faults, node, file, hc_str_of(name));
    else if (place[f].length)
        hc_fault(faults, node, "%s stands twice in layout %s", name, layout->version);
    else
        place[f] = (struct hc_slot){at - 1, len};
    if (at + len - 1 > layout->record_bytes)
        hc_fault(faults, node, "%s ends at byte %u, the record at %u", name, at + len - 1,
                 layout->record_bytes);
}

static void read_layout(struct hc_feed *feed, struct hc_faults *faults,
                        const struct hc_node *node, const struct hc_feed_file *file,
                        struct hc_feed_layout *layout) {
    static const char *const keys[] = {"doc", "length", "fields", NULL};
    const struct hc_node *fields = hc_node_get(node, "fields");
    struct hc_slot *place = places(feed, faults, file);
    hc_check_keys(faults, node, keys);
    *layout = (struct hc_feed_layout){.version = node->key.ptr, .place = place};
    layout->record_bytes =
        (uint32_t)hc_get_int(faults, node, "length", 1, HC_RECORD_MAX, HC_RECORD_MAX);
    if (!hc_node_get(node, "length") || !fields || fields->type != HC_NODE_LIST)
        hc_fault(faults, node, "a layout has length: and fields:");
    for (const struct hc_node *n = fields ? fields->child : NULL; n && place; n = n->next)
        read_place(faults, n, file, layout, place);
    for (size_t f = 0; f < file->fields && place; f++)
        if (file->field[f].conversion.required && !place[f].length)
            hc_fault(faults, node, "layout %s lacks %s, which is required", layout->version,
                     file->field[f].name);
}

void hc_versions_read(struct hc_feed *feed, struct hc_faults *faults,
                      const struct hc_node *node, struct hc_feed_file *file) {
    const struct hc_node *list = hc_node_get(node, "layouts");
    const char *version = hc_get_text(faults, node, "version", false, "");
    if (!file->fixed) {
        if (list || *version)
            hc_fault(faults, list ? list : hc_node_get(node, "version"),
                     "version: and layouts: are for format: fixed");
        return;
    }
    if (list && list->type != HC_NODE_MAP) {
        hc_fault(faults, list, "layouts: a map from a version to {length, fields}");
        list = NULL;
    }
    struct hc_slot *place = places(feed, faults, file);
    file->layout = hc_arena_zalloc(feed->arena, (1 + (list ? list->children : 0)) *
                                                    sizeof *file->layout);
    if (!file->layout || !place) {
        hc_fault_memory(faults);
        return;
    }
    for (size_t f = 0; f < file->fields; f++)
        place[f] = (struct hc_slot){file->field[f].at - 1, file->field[f].length};
    file->layout[file->layouts++] = (struct hc_feed_layout){
        .version = version, .record_bytes = file->record_bytes, .place = place};
    for (const struct hc_node *n = list ? list->child : NULL; n; n = n->next) {
        struct hc_feed_layout *layout = &file->layout[file->layouts];
        read_layout(feed, faults, n, file, layout);
        if (hc_version_has(file, layout->record_bytes))
            hc_fault(faults, n, "two layouts have records of %u bytes",
                     layout->record_bytes);
        file->layouts++;
    }
}

/* ---- reading a file ---- */

bool hc_version_has(const struct hc_feed_file *file, uint64_t bytes) {
    for (size_t i = 0; i < file->layouts; i++)
        if (file->layout[i].record_bytes == bytes)
            return true;
    return false;
}

const struct hc_feed_layout *hc_version_of(const struct hc_feed_file *file,
                                           const struct hc_block *block) {
    const struct hc_feed_layout *best = file->layout;
    size_t most = 0;
    for (size_t i = 0; i < file->layouts; i++) {
        size_t count = 0;
        for (size_t row = 0; row < block->rows; row++)
            count += block->record[row].len == file->layout[i].record_bytes;
        if (count > most) {
            most = count;
            best = &file->layout[i];
        }
    }
    return best;
}

bool hc_version_known(struct hc_books *books, const struct hc_feed_file *file,
                      const char *entry, const struct hc_block *block) {
    uint64_t shortest = UINT64_MAX, longest = 0;
    for (size_t row = 0; row < block->rows; row++) {
        uint64_t bytes = block->record[row].len;
        if (hc_version_has(file, bytes))
            return true;
        shortest = bytes < shortest ? bytes : shortest;
        longest = bytes > longest ? bytes : longest;
    }
    struct hc_buf known = {0};
    char range[48] = "";
    for (size_t i = 0; i < file->layouts; i++) {
        const struct hc_feed_layout *l = &file->layout[i];
        hc_buf_printf(&known, "%s%u", i ? ", " : "", l->record_bytes);
        if (*l->version)
            hc_buf_printf(&known, " (%s)", l->version);
    }
    if (longest != shortest)
        snprintf(range, sizeof range, " to %" PRIu64, longest);
    bool told = hc_books_find(books, HC_FINDING_record_length,
                              "%s: %s has records of %" PRIu64
                              "%s bytes, the feed knows layouts of %s",
                              file->name, entry, shortest, range, hc_buf_text(&known));
    hc_buf_free(&known);
    return told;
}
