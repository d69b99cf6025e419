#include "feed/feed.h"

#include <stdlib.h>

#include "feed/layout.h"
#include "feed/name.h"
#include "feed/where.h"
#include "record/claim_rule.h"

static const char *const findings[] = {
#define FINDING(id, name, doc) name,
    HC_FINDING_LIST
#undef FINDING
};

const char *hc_finding_name(enum hc_finding finding) {
    return findings[finding];
}
static const char *const actions[] = {"refuse", "exception", "accept", NULL};
static const char *const trends[] = {
#define TREND(id) #id,
    HC_TREND_LIST
#undef TREND
        NULL};

const char *hc_action_name(enum hc_action action) {
    return actions[action];
}
const char *hc_trend_name(enum hc_trend trend) {
    return trends[trend];
}
int hc_finding_of(struct hc_str name) {
    for (int i = 0; i < HC_FINDINGS; i++)
        if (hc_str_is(name, findings[i]))
            return i;
    return -1;
}

static const char *const *read_names(struct hc_faults *faults, const struct hc_node *root,
                                     const char *key, size_t *count) {
    const char *const *names = hc_get_texts(faults, root, key, false, count);
    for (size_t i = 0; i < *count; i++) {
        const char *reason;
        if (!hc_name_check(names[i], &reason))
            hc_fault(faults, hc_node_get(root, key), "%s", reason);
    }
    return names;
}

static void read_set(struct hc_feed *feed, struct hc_faults *faults,
                     const struct hc_node *root) {
    const struct hc_node *map = hc_node_get(root, "set");
    if (!map)
        return;
    if (map->type != HC_NODE_MAP) {
        hc_fault(faults, map, "set: a map from column to value");
        return;
    }
    feed->set = hc_arena_zalloc(feed->arena, (map->children + 1) * sizeof *feed->set);
    if (!feed->set) {
        hc_fault_memory(faults);
        return;
    }
    for (const struct hc_node *n = map->child; n; n = n->next) {
        if (n->type != HC_NODE_SCALAR) {
            hc_fault(faults, n, "set: gives one value to a column");
            continue;
        }
        feed->set[feed->sets_count].column = n->key.ptr;
        feed->set[feed->sets_count].value = n->text.ptr;
        feed->set[feed->sets_count++].node = n;
    }
    if (!*hc_feed_set_value(feed, "payer"))
        hc_fault(faults, map, "set: must name the payer");
}

static void read_findings(struct hc_feed *feed, struct hc_faults *faults,
                          const struct hc_node *root) {
    const char *names[HC_FINDINGS + 1] = {0};
    const struct hc_node *map = hc_node_get(root, "findings");
    for (int i = 0; i < HC_FINDINGS; i++)
        names[i] = findings[i];
    if (!map)
        return;
    hc_check_keys(faults, map, names);
    for (int i = 0; i < HC_FINDINGS; i++)
        feed->action[i] =
            (enum hc_action)hc_get_choice(faults, map, names[i], actions, HC_ACTION_refuse);
}

static void read_trend(struct hc_feed *feed, struct hc_faults *faults,
                       const struct hc_node *root) {
    const struct hc_node *map = hc_node_get(root, "trend");
    for (int i = 0; i < HC_TRENDS; i++)
        feed->bound[i] = -1;
    if (!map)
        return;
    hc_check_keys(faults, map, trends);
    for (int i = 0; i < HC_TRENDS; i++)
        feed->bound[i] = hc_percent_get(faults, map, trends[i], 100000000, -1);
}

static int field_named(struct hc_feed *feed, struct hc_faults *faults,
                       const struct hc_node *map, const char *key, bool required) {
    const char *name = hc_get_text(faults, map, key, required, NULL);
    const struct hc_feed_file *file = &feed->file[feed->control.file];
    for (size_t i = 0; name && i < file->fields; i++)
        if (strcmp(file->field[i].name, name) == 0)
            return (int)i;
    if (name)
        hc_feed_no_field(faults, hc_node_get(map, key), file, hc_str_of(name));
    return -1;
}

static void read_control(struct hc_feed *feed, struct hc_faults *faults,
                         const struct hc_node *root) {
    static const char *const keys[] = {"file", "type", "count", "length", NULL};
    const struct hc_node *map = hc_node_get(root, "control");
    feed->control = (struct hc_feed_control){-1, -1, -1, -1};
    if (!map)
        return;
    hc_check_keys(faults, map, keys);
    const char *name = hc_get_text(faults, map, "file", true, NULL);
    for (size_t i = 0; name && i < feed->files; i++)
        if (strcmp(feed->file[i].name, name) == 0)
            feed->control.file = (int)i;
    if (feed->control.file < 0) {
        hc_fault(faults, map, "control: names a file of this feed");
        return;
    }
    for (size_t i = 0; i < feed->files; i++)
        if (feed->file[i].several)
            hc_fault(faults, map, "control: tells of whole files, but %s has `several`",
                     feed->file[i].name);
    feed->control.type = field_named(feed, faults, map, "type", true);
    feed->control.count = field_named(feed, faults, map, "count", true);
    feed->control.length = field_named(feed, faults, map, "length", false);
    const int fields[] = {feed->control.type, feed->control.count, feed->control.length};
    struct hc_feed_file *file = &feed->file[feed->control.file];
    for (size_t i = 0; i < 3; i++) {
        if (fields[i] < 0)
            continue;
        struct hc_feed_slot like = {.field = (size_t)fields[i],
                                    .text = true,
                                    .conversion = file->field[fields[i]].conversion};
        like.conversion.converter = HC_CONVERT_text;
        if (hc_feed_slot(feed, file, &like) < 0)
            hc_fault_memory(faults);
    }
}

static const char *const *columns_named(struct hc_faults *faults, const struct hc_node *map,
                                        const char *key, enum hc_kind kind, size_t *count) {
    const char *const *names = hc_get_texts(faults, map, key, true, count);
    for (size_t i = 0; i < *count; i++) {
        if (hc_schema_find(&hc_kinds[kind], hc_str_of(names[i])) < 0)
            hc_fault(faults, hc_node_get(map, key), "%s has no column '%s'",
                     hc_kinds[kind].name, names[i]);
    }
    return names;
}

/* A policy that goes by a column needs a record set that fills it. */
static bool maps_column(const struct hc_feed *feed, enum hc_kind kind, int column) {
    for (size_t i = 0; i < feed->records; i++) {
        const struct hc_feed_set *set = &feed->record[i];
        for (size_t m = 0; set->kind == &hc_kinds[kind] && m < set->maps; m++)
            if (set->map[m].column == column)
                return true;
    }
    return false;
}

/* How coverage of an earlier delivery gives way to a later one. */
static void read_cover_rule(struct hc_feed *feed, struct hc_faults *faults,
                            const struct hc_node *node) {
    static const char *const keys[] = {"policy", "match", NULL};
    static const char *const policies[] = {"restate", NULL};
    struct hc_feed_rules *rules = &feed->rules;
    size_t before = faults->count;
    struct hc_err why = {0};
    hc_check_keys(faults, node, keys);
    if (!hc_node_get(node, "policy"))
        hc_fault(faults, node, "policy: is missing");
    (void)hc_get_choice(faults, node, "policy", policies, 0);
    rules->cover = columns_named(faults, node, "match", HC_KIND_coverage, &rules->covers);
    if (!hc_feed_yields(feed, HC_KIND_coverage))
        hc_fault(faults, node, "no record of this feed is coverage");
    if (faults->count > before)
        return;
    if (hc_cover_rule_check(rules->cover, rules->covers, &why) != HC_OK) {
        hc_fault(faults, hc_node_get(node, "match"), "%s%s%s", why.what,
                 why.hint[0] ? ": " : "", why.hint);
        return;
    }
    for (size_t i = 0; i < rules->covers; i++) {
        int column =
            hc_schema_find(&hc_kinds[HC_KIND_coverage], hc_str_of(rules->cover[i]));
        if (!*hc_feed_set_value(feed, rules->cover[i]) &&
            !maps_column(feed, HC_KIND_coverage, column))
            hc_fault(faults, hc_node_get(node, "match"),
                     "match names '%s', which no record of coverage maps", rules->cover[i]);
    }
}

/* What hc-dedupe would refuse is told here, in its line. */
static void check_rule(struct hc_faults *faults, const struct hc_node *node,
                       const struct hc_claim_rule *rule) {
    struct hc_err why = {0};
    if (hc_claim_rule_check(rule, &why) == HC_OK)
        return;
    const struct hc_node *at = hc_node_get(node, why.field);
    hc_fault(faults, at ? at : node, "%s%s%s", why.what, why.hint[0] ? ": " : "", why.hint);
}

static void read_policies(struct hc_feed *feed, struct hc_faults *faults,
                          const struct hc_node *root) {
    static const char *const keys[] = {"policy",  "match",  "partition", "record_id",
                                       "repeats", "denied", NULL};
    static const char *const repeats[] = {"refuse", "keep", NULL};
    const struct hc_choices *types = &hc_choices[HC_CHOICES_claim_type];
    const struct hc_node *map = hc_node_get(root, "policies");
    feed->rules.feed = feed->name;
    if (!map) {
        if (hc_feed_yields(feed, HC_KIND_claim_line))
            hc_fault(faults, root, "a feed of claims needs policies:");
        return;
    }
    struct hc_claim_rule *rule =
        hc_arena_zalloc(feed->arena, (map->children + 1) * sizeof *rule);
    if (!rule) {
        hc_fault_memory(faults);
        return;
    }
    feed->rules.rule = rule;
    for (const struct hc_node *n = map->child; n; n = n->next) {
        size_t before = faults->count;
        if (hc_str_is(n->key, "coverage")) {
            read_cover_rule(feed, faults, n);
            continue;
        }
        if (hc_choice_of(types, n->key) < 0)
            hc_fault(faults, n, "'%s' is no claim type, nor coverage", n->key.ptr);
        hc_check_keys(faults, n, keys);
        rule->claim_type = n->key.ptr;
        rule->policy =
            hc_policy_names[hc_get_choice(faults, n, "policy", hc_policy_names, 0)];
        if (!hc_node_get(n, "policy"))
            hc_fault(faults, n, "policy: is missing");
        rule->match = columns_named(faults, n, "match", HC_KIND_claim_line, &rule->matches);
        rule->partition =
            columns_named(faults, n, "partition", HC_KIND_claim_line, &rule->partitions);
        rule->record_id =
            columns_named(faults, n, "record_id", HC_KIND_claim_line, &rule->ids);
        if (strcmp(rule->policy, "replace") == 0 &&
            !maps_column(feed, HC_KIND_claim_line, HC_claim_line_related_claim_id))
            hc_fault(faults, n, "replace needs related_claim_id, which no record maps");
        rule->keep_repeats = hc_get_choice(faults, n, "repeats", repeats, 0) == 1;
        rule->denied =
            (enum hc_denied)hc_get_choice(faults, n, "denied", hc_denied_names, 0);
        if (rule->denied != HC_DENIED_KEEP &&
            !maps_column(feed, HC_KIND_claim_line, HC_claim_line_status))
            hc_fault(faults, n, "denied: goes by status, which no record maps");
        if (faults->count == before)
            check_rule(faults, n, rule);
        rule++;
        feed->rules.rules++;
    }
}

static enum hc_status override_set(struct hc_feed *feed, const char *const *set,
                                   size_t sets, struct hc_err *err) {
    for (size_t i = 0; i < sets; i++) {
        const char *equals = strchr(set[i], '=');
        const char *names[64] = {0};
        size_t at = 0;
        if (!equals)
            return hc_fail(err, HC_EUSAGE, "--set: expected COLUMN=VALUE");
        struct hc_str column = {set[i], (size_t)(equals - set[i])};
        while (at < feed->sets_count && !hc_str_is(column, feed->set[at].column))
            at++;
        if (at < feed->sets_count) {
            feed->set[at].value = equals + 1;
            continue;
        }
        for (size_t s = 0; s < feed->sets_count && s < 63; s++)
            names[s] = feed->set[s].column;
        const char *near = hc_str_nearest(column, names);
        hc_fail(err, HC_EUSAGE, "--set: feed %s sets no column '%.*s'", feed->name,
                (int)column.len, column.ptr);
        if (near)
            hc_err_hint(err, "did you mean '%s'?", near);
        return HC_EUSAGE;
    }
    return HC_OK;
}

static enum hc_status build(struct hc_feed *feed, struct hc_digest *digest,
                            const char *const *set, size_t sets, struct hc_err *err) {
    static const char *const keys[] = {"name",     "doc",           "source",  "delivery",
                                       "dated",    "undated_lines", "set",     "defaults",
                                       "findings", "files",         "records", "control",
                                       "policies", "trend",         "base",    NULL};
    struct hc_faults faults = {.yaml = feed->yaml};
    const struct hc_node *root;
    feed->arena = hc_yaml_arena(feed->yaml);
    feed->control.file = -1;
    enum hc_status status =
        hc_derive(feed->yaml, &feed->bases, digest, &faults, &root, err);
    if (status != HC_OK) {
        hc_buf_free(&faults.text);
        return status;
    }
    if (!root || root->type != HC_NODE_MAP) {
        hc_fault(&faults, root, "a feed is a map with name, files, records ...");
        return hc_faults_end(&faults, err);
    }
    hc_check_keys(&faults, root, keys);
    feed->name = hc_get_text(&faults, root, "name", true, "");
    feed->doc = hc_get_text(&faults, root, "doc", false, "");
    feed->source = hc_get_text(&faults, root, "source", true, "");
    feed->delivery = read_names(&faults, root, "delivery", &feed->names);
    feed->dated = read_names(&faults, root, "dated", &feed->dateds);
    feed->undated_lines = hc_percent_get(&faults, root, "undated_lines", 10000, -1);
    read_set(feed, &faults, root);
    status = override_set(feed, set, sets, err);
    if (status != HC_OK) {
        hc_buf_free(&faults.text);
        return status;
    }
    read_findings(feed, &faults, root);
    read_trend(feed, &faults, root);
    hc_layouts_read(feed, &faults, root);
    hc_records_read(feed, &faults, root);
    read_control(feed, &faults, root);
    read_policies(feed, &faults, root);
    bool in_base = false;
    for (size_t b = 0; b < feed->bases.count && faults.count; b++)
        in_base |= strstr(hc_buf_text(&faults.text), feed->bases.path[b]) != NULL;
    status = hc_faults_end(&faults, err);
    if (in_base)
        hc_err_hint(err,
                    "%s takes away or replaces what its base asks for: `COLUMN: ~` in it, "
                    "under records: {NAME: {map: ...}}, leaves a column out",
                    hc_yaml_name(feed->yaml));
    return status;
}

static enum hc_status feed_of(struct hc_feed **out, struct hc_yaml *yaml,
                              struct hc_str text, const char *const *set, size_t sets,
                              struct hc_err *err) {
    struct hc_feed *feed = calloc(1, sizeof *feed);
    struct hc_digest *digest = NULL;
    if (!feed) {
        hc_yaml_free(yaml);
        return hc_fail_memory(err);
    }
    feed->yaml = yaml;
    enum hc_status status = hc_digest_new(&digest, err);
    if (status == HC_OK) {
        hc_digest_add(digest, text.ptr, text.len);
        status = build(feed, digest, set, sets, err);
        hc_digest_hex(digest, feed->sha256);
    }
    hc_digest_free(digest);
    if (status == HC_OK)
        *out = feed;
    else
        hc_feed_free(feed);
    return status;
}

enum hc_status hc_feed_parse(struct hc_feed **feed, const char *name, struct hc_str text,
                             const char *const *set, size_t sets, struct hc_err *err) {
    struct hc_yaml *yaml = NULL;
    enum hc_status status = hc_yaml_parse(&yaml, name, text, false, err);
    return status == HC_OK ? feed_of(feed, yaml, text, set, sets, err) : status;
}

enum hc_status hc_feed_read(struct hc_feed **feed, const char *path, const char *const *set,
                            size_t sets, struct hc_err *err) {
    struct hc_buf text = {0};
    enum hc_status status = hc_read_file(path, 1 << 20, &text, err);
    if (status == HC_EDATA)
        status = hc_fail(err, HC_ECONFIG, "a feed file has at most 1 MiB");
    if (status == HC_OK)
        status = hc_feed_parse(feed, path, hc_buf_str(&text), set, sets, err);
    if (status != HC_OK && status != HC_ECONFIG && status != HC_EUSAGE)
        hc_err_at_file(err, path);
    hc_buf_free(&text);
    return status;
}

void hc_feed_free(struct hc_feed *feed) {
    if (!feed)
        return;
    for (size_t f = 0; f < feed->files; f++) {
        for (size_t s = 0; s < feed->file[f].slots; s++)
            hc_code_map_free(feed->file[f].slot[s].map);
        free(feed->file[f].slot);
    }
    hc_bases_free(&feed->bases);
    hc_yaml_free(feed->yaml);
    free(feed);
}

const char *hc_feed_set_value(const struct hc_feed *feed, const char *column) {
    for (size_t i = 0; i < feed->sets_count; i++)
        if (strcmp(feed->set[i].column, column) == 0)
            return feed->set[i].value;
    return "";
}

int hc_feed_file_of(const struct hc_feed *feed, struct hc_str entry,
                    struct hc_named *named) {
    for (size_t f = 0; f < feed->files; f++)
        for (size_t p = 0; p < feed->file[f].patterns; p++) {
            struct hc_named found = hc_name_match(feed->file[f].match[p], entry);
            if (!found.matched)
                continue;
            if (named)
                *named = found;
            return (int)f;
        }
    return -1;
}

bool hc_feed_yields(const struct hc_feed *feed, enum hc_kind kind) {
    for (size_t i = 0; i < feed->records; i++)
        if (feed->record[i].kind->kind == kind)
            return true;
    return false;
}

/* Is b the conversion that a is? The same field with the same codes and the same result. */
static bool alike(const struct hc_feed_slot *a, const struct hc_feed_slot *b) {
    return a->field == b->field && a->codes == b->codes && a->text == b->text &&
           a->conversion.converter == b->conversion.converter &&
           a->conversion.scale == b->conversion.scale &&
           a->conversion.low == b->conversion.low &&
           a->conversion.high == b->conversion.high;
}

int hc_feed_slot(struct hc_feed *feed, struct hc_feed_file *file,
                 const struct hc_feed_slot *like) {
    (void)feed;
    for (size_t s = 0; s < file->slots; s++)
        if (alike(&file->slot[s], like))
            return (int)s;
    if (file->slots == file->cap_slots) {
        size_t cap = file->cap_slots ? 2 * file->cap_slots : 16;
        struct hc_feed_slot *grown = realloc(file->slot, cap * sizeof *grown);
        if (!grown) {
            hc_code_map_free(like->map);
            return -1;
        }
        file->slot = grown;
        file->cap_slots = cap;
    }
    file->slot[file->slots] = *like;
    return (int)file->slots++;
}
