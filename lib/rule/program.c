#include "rule/program.h"

#include "base/file.h"
#include "base/yaml.h"
#include "rule/method.h"

static const char *const payer_types[] = {"medicare", "medicaid", "commercial", "other",
                                          NULL};

static const char *keep(struct hc_arena *arena, const char *text) {
    return text ? hc_arena_copy(arena, hc_str_of(text)) : NULL;
}

static hc_month read_month(struct hc_faults *faults, const struct hc_node *map,
                           const char *key, hc_month fallback) {
    const char *text = hc_get_text(faults, map, key, false, NULL);
    hc_month month = fallback;
    if (text && hc_parse_month(hc_str_of(text), &month, NULL) != HC_OK)
        hc_fault(faults, hc_node_get(map, key), "%s: expected a month such as 2018-01",
                 key);
    return month;
}

/* A code list named under key: its path, and the list where it can be read. */
static enum hc_status read_codes(struct hc_program *p, struct hc_faults *faults,
                                 const struct hc_node *map, const char *key,
                                 struct hc_codes **codes, const char **path,
                                 struct hc_err *err) {
    const char *name = hc_get_text(faults, map, key, true, NULL);
    if (!name)
        return HC_OK;
    enum hc_status status = hc_find_data("codes", name, ".csv", &p->arena, path, err);
    return status == HC_OK ? hc_codes_read(codes, *path, err) : status;
}

static void read_window(struct hc_faults *faults, const struct hc_node *windows,
                        const char *name, struct hc_window *w) {
    static const char *const keys[] = {"begins", "months", "weight", NULL};
    const struct hc_node *node = hc_node_get(windows, name);
    if (!node) {
        hc_fault(faults, windows, "windows: expected '%s'", name);
        return;
    }
    hc_check_keys(faults, node, keys);
    w->begins = (int32_t)hc_get_int(faults, node, "begins", 0, 240, 0);
    w->months = (int32_t)hc_get_int(faults, node, "months", 1, 240, 12);
    w->weight = hc_get_int(faults, node, "weight", 0, 1000, 1);
    if (w->months > w->begins)
        hc_fault(faults, node, "%s ends after January of the year it settles", name);
}

static void read_ties(struct hc_program *p, struct hc_faults *faults,
                      const struct hc_node *map) {
    const char *names[16] = {0};
    size_t count = 0;
    for (size_t i = 0; hc_tie_rules[i].name; i++)
        names[i] = hc_tie_rules[i].name;
    const char *const *tie = hc_get_texts(faults, map, "ties", false, &count);
    for (size_t i = 0; i < count && p->ties < 8; i++) {
        size_t at = 0;
        while (names[at] && strcmp(names[at], tie[i]) != 0)
            at++;
        if (names[at]) {
            p->tie[p->ties++] = &hc_tie_rules[at];
            continue;
        }
        const char *near = hc_str_nearest(hc_str_of(tie[i]), names);
        hc_fault(faults, hc_node_get(map, "ties"), "no such tie rule '%s'%s%s%s", tie[i],
                 near ? ", did you mean '" : "", near ? near : "", near ? "'?" : "");
    }
}

static enum hc_status read_plurality(struct hc_program *p, struct hc_faults *faults,
                                     const struct hc_node *map, struct hc_err *err) {
    static const char *const keys[] = {"claim_types", "codes", "specialties",
                                       "windows",     "ties",  NULL};
    static const char *const names[] = {"older", "recent", NULL};
    size_t count = 0;
    hc_check_keys(faults, map, keys);
    const char *const *types = hc_get_texts(faults, map, "claim_types", true, &count);
    for (size_t i = 0; i < count; i++) {
        int at = hc_choice_of(&hc_choices[HC_CHOICES_claim_type], hc_str_of(types[i]));
        if (at < 0)
            hc_fault(faults, hc_node_get(map, "claim_types"), "no such claim type '%s'",
                     types[i]);
        else
            p->claim_types |= 1u << at;
    }
    const struct hc_node *windows = hc_node_get(map, "windows");
    if (!windows)
        hc_fault(faults, map, "windows: expected older and recent");
    else {
        hc_check_keys(faults, windows, names);
        read_window(faults, windows, "older", &p->window[HC_WINDOW_OLDER]);
        read_window(faults, windows, "recent", &p->window[HC_WINDOW_RECENT]);
    }
    read_ties(p, faults, map);
    enum hc_status status =
        read_codes(p, faults, map, "codes", &p->codes, &p->codes_path, err);
    if (status == HC_OK)
        status = read_codes(p, faults, map, "specialties", &p->specialties,
                            &p->specialties_path, err);
    return status;
}

static void read_eligible(struct hc_program *p, struct hc_faults *faults,
                          const struct hc_node *root) {
    const char *names[16] = {0};
    size_t count = 0;
    for (size_t i = 0; hc_eligible_rules[i].name; i++)
        names[i] = hc_eligible_rules[i].name;
    const char *const *rule = hc_get_texts(faults, root, "eligible", true, &count);
    for (size_t i = 0; i < count && p->eligibles < 8; i++) {
        size_t at = 0;
        while (names[at] && strcmp(names[at], rule[i]) != 0)
            at++;
        if (names[at]) {
            p->eligible[p->eligibles++] = &hc_eligible_rules[at];
            continue;
        }
        const char *near = hc_str_nearest(hc_str_of(rule[i]), names);
        hc_fault(faults, hc_node_get(root, "eligible"), "no such rule '%s'%s%s%s", rule[i],
                 near ? ", did you mean '" : "", near ? near : "", near ? "'?" : "");
    }
}

static enum hc_status read_method(struct hc_program *p, struct hc_faults *faults,
                                  const struct hc_node *root, struct hc_err *err) {
    static const char *const roster_keys[] = {"settled_in", NULL};
    static const char *const settled[] = {"month", "january", NULL};
    const char *name = hc_get_text(faults, root, "method", true, "");
    size_t at = 0;
    while (hc_methods[at].name && strcmp(hc_methods[at].name, name) != 0)
        at++;
    if (!hc_methods[at].name) {
        hc_fault(faults, hc_node_get(root, "method"), "no such method '%s'", name);
        return HC_OK;
    }
    p->method = &hc_methods[at];
    const struct hc_node *own = hc_node_get(root, name);
    if (!own) {
        hc_fault(faults, root, "expected '%s' with what the method needs", name);
        return HC_OK;
    }
    if (p->method->claims)
        return read_plurality(p, faults, own, err);
    hc_check_keys(faults, own, roster_keys);
    p->settled_in_january = hc_get_choice(faults, own, "settled_in", settled, 0) == 1;
    return HC_OK;
}

static enum hc_status read_root(struct hc_program *p, struct hc_faults *faults,
                                const struct hc_node *root, struct hc_err *err) {
    static const char *const keys[] = {"program", "title",     "payer_type",   "payers",
                                       "starts",  "ends",      "resident_of",  "eligible",
                                       "method",  "plurality", "payer_roster", NULL};
    size_t count = 0;
    hc_check_keys(faults, root, keys);
    p->name = keep(&p->arena, hc_get_text(faults, root, "program", true, ""));
    p->payer_type = hc_get_choice(faults, root, "payer_type", payer_types, -1);
    if (!hc_node_get(root, "payer_type"))
        hc_fault(faults, root, "payer_type: expected one");
    const char *const *payer = hc_get_texts(faults, root, "payers", false, &count);
    const char **kept = hc_arena_zalloc(&p->arena, (count + 1) * sizeof *kept);
    if (!kept)
        return hc_fail_memory(err);
    for (size_t i = 0; i < count; i++)
        kept[i] = keep(&p->arena, payer[i]);
    p->payer = kept;
    p->payers = count;
    p->starts = read_month(faults, root, "starts", INT32_MIN);
    p->ends = read_month(faults, root, "ends", INT32_MAX);
    p->resident_of = keep(&p->arena, hc_get_text(faults, root, "resident_of", false, NULL));
    read_eligible(p, faults, root);
    return read_method(p, faults, root, err);
}

enum hc_status hc_program_read(struct hc_program *p, const char *name, struct hc_err *err) {
    struct hc_yaml *yaml = NULL;
    *p = (struct hc_program){0};
    enum hc_status status =
        hc_find_data("programs", name, ".yaml", &p->arena, &p->path, err);
    if (status == HC_OK)
        status = hc_yaml_read(&yaml, p->path, err);
    if (status != HC_OK)
        return status;
    struct hc_faults faults = {.yaml = yaml};
    struct hc_err inner = {0};
    status = read_root(p, &faults, hc_yaml_root(yaml), &inner);
    enum hc_status faulty = hc_faults_end(&faults, err);
    if (faulty == HC_OK && status != HC_OK && err)
        *err = inner;
    hc_yaml_free(yaml);
    return faulty != HC_OK ? faulty : status;
}

void hc_program_free(struct hc_program *p) {
    hc_codes_free(p->codes);
    hc_codes_free(p->specialties);
    hc_arena_free(&p->arena);
}

enum hc_status hc_payer_order_read(struct hc_payer_order *o, const char *name,
                                   struct hc_err *err) {
    static const char *const keys[] = {"name", "order", NULL};
    static const char *const place_keys[] = {"payer_type", "medicare_advantage", NULL};
    struct hc_yaml *yaml = NULL;
    *o = (struct hc_payer_order){0};
    enum hc_status status = hc_find_data("", name, ".yaml", &o->arena, &o->path, err);
    if (status == HC_OK)
        status = hc_yaml_read(&yaml, o->path, err);
    if (status != HC_OK)
        return status;
    struct hc_faults faults = {.yaml = yaml};
    const struct hc_node *root = hc_yaml_root(yaml);
    const struct hc_node *order = hc_node_get(root, "order");
    hc_check_keys(&faults, root, keys);
    if (!order || order->type != HC_NODE_LIST || order->children == 0 ||
        order->children > 16)
        hc_fault(&faults, order ? order : root, "order: expected a list of 1 to 16 places");
    else
        for (const struct hc_node *n = order->child; n; n = n->next) {
            hc_check_keys(&faults, n, place_keys);
            o->place[o->places].payer_type =
                hc_get_choice(&faults, n, "payer_type", payer_types, -1);
            o->place[o->places++].advantage =
                hc_node_get(n, "medicare_advantage")
                    ? hc_get_bool(&faults, n, "medicare_advantage", false)
                    : -1;
        }
    status = hc_faults_end(&faults, err);
    hc_yaml_free(yaml);
    return status;
}

size_t hc_payer_place(const struct hc_payer_order *o, int payer_type, bool advantage) {
    size_t i = 0;
    while (i < o->places &&
           (o->place[i].payer_type != payer_type ||
            (o->place[i].advantage >= 0 && o->place[i].advantage != advantage)))
        i++;
    return i;
}

void hc_payer_order_free(struct hc_payer_order *o) {
    hc_arena_free(&o->arena);
}
