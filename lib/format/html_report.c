#include "format/html_report.h"

static const char *const kinds[] = {"line", "bar", NULL};

/* Texts of a list as a NULL-terminated array; an empty one when there is none. */
static const char *const *texts(struct hc_faults *faults, const struct hc_node *map,
                                const char *key) {
    static const char *const none[] = {NULL};
    size_t count;
    const struct hc_node *list = hc_node_get(map, key);
    return list && list->child ? hc_get_texts(faults, map, key, false, &count) : none;
}

static const char *text(struct hc_faults *faults, const struct hc_node *map,
                        const char *key, const char *fallback) {
    const struct hc_node *node = hc_node_get(map, key);
    return node && !hc_node_is_null(node) ? hc_get_text(faults, map, key, true, fallback)
                                          : fallback;
}

static void read_section(struct hc_faults *faults, const struct hc_node *node,
                         struct hc_report_section *section) {
    const struct hc_node *chart = hc_node_get(node, "chart");
    section->name = hc_get_text(faults, node, "name", true, "");
    section->title = text(faults, node, "title", section->name);
    section->text = text(faults, node, "text", "");
    section->by = texts(faults, node, "by");
    section->measure = texts(faults, node, "measures");
    section->has_chart = chart && chart->type == HC_NODE_MAP;
    if (!section->has_chart)
        return;
    section->chart.kind = kinds[hc_get_choice(faults, chart, "kind", kinds, 0)];
    section->chart.x = hc_get_text(faults, chart, "x", true, "");
    section->chart.measure = hc_get_text(faults, chart, "measure", true, "");
    section->chart.series = text(faults, chart, "series", NULL);
    section->chart.target = text(faults, chart, "target", NULL);
}

static enum hc_status read_sections(struct hc_report_page *page, struct hc_faults *faults,
                                    const struct hc_node *list, struct hc_err *err) {
    size_t count = list ? list->children : 0;
    page->section =
        hc_arena_zalloc(hc_yaml_arena(page->yaml), (count + 1) * sizeof *page->section);
    if (!page->section)
        return hc_fail_memory(err);
    for (const struct hc_node *n = list ? list->child : NULL; n; n = n->next)
        read_section(faults, n, &page->section[page->sections++]);
    return HC_OK;
}

enum hc_status hc_report_page_read(struct hc_report_page *page, struct hc_str json,
                                   struct hc_err *err) {
    *page = (struct hc_report_page){0};
    enum hc_status status = hc_yaml_parse(&page->yaml, "hc.report", json, true, err);
    if (status == HC_OK) {
        struct hc_faults faults = {.yaml = page->yaml};
        const struct hc_node *root = hc_yaml_root(page->yaml);
        page->title = text(&faults, root, "title", "Report");
        page->as_of = text(&faults, root, "as_of", NULL);
        page->incurred_through = text(&faults, root, "incurred_through", NULL);
        page->paid_through = text(&faults, root, "paid_through", NULL);
        page->known_on = text(&faults, root, "known_on", NULL);
        page->note = texts(&faults, root, "notes");
        page->measures = hc_node_get(root, "measures");
        status = read_sections(page, &faults, hc_node_get(root, "sections"), err);
        enum hc_status checked = hc_faults_end(&faults, err);
        status = status == HC_OK ? checked : status;
    }
    if (status == HC_OK)
        return HC_OK;
    hc_report_page_free(page);
    /* it is what a stream carries, no rule file */
    return status == HC_ECONFIG ? HC_EDATA : status;
}

void hc_report_page_free(struct hc_report_page *page) {
    hc_yaml_free(page->yaml);
    *page = (struct hc_report_page){0};
}
