#include "record/origin.h"

#include "base/yaml.h"

/* ---- reading ---- */

static const char *text_of(const struct hc_node *map, const char *key) {
    const struct hc_node *node = hc_node_get(map, key);
    return node && node->type == HC_NODE_SCALAR ? node->text.ptr : "";
}

/* A list of texts, copied; NULL when out of memory. */
static const char *const *copy_texts(struct hc_arena *arena, const struct hc_node *list,
                                     size_t *count) {
    size_t most = list && list->type == HC_NODE_LIST ? list->children : 0;
    const char **text = hc_arena_zalloc(arena, (most + 1) * sizeof *text);
    *count = 0;
    if (!text)
        return NULL;
    for (const struct hc_node *item = most ? list->child : NULL; item; item = item->next) {
        text[*count] = hc_arena_copy(arena, item->text);
        if (!text[(*count)++])
            return NULL;
    }
    return text;
}

static const char *copy(struct hc_arena *arena, const char *text, bool *failed) {
    const char *copied = hc_arena_copy(arena, hc_str_of(text));
    *failed |= copied == NULL;
    return copied;
}

static enum hc_status broken(const char *name, const char *key, struct hc_err *err) {
    hc_fail(err, HC_EDATA, "damaged: its metadata %s makes no sense", key);
    hc_err_at_file(err, name);
    return HC_EDATA;
}

static enum hc_status read_delivery(struct hc_arena *arena, const struct hc_node *node,
                                    struct hc_delivery *delivery, struct hc_err *err) {
    bool failed = false;
    const struct hc_node *date = hc_node_get(node, "date");
    *delivery = (struct hc_delivery){
        .name = copy(arena, text_of(node, "name"), &failed),
        .feed = copy(arena, text_of(node, "feed"), &failed),
        .payer = copy(arena, text_of(node, "payer"), &failed),
        .program = copy(arena, text_of(node, "program"), &failed),
        .identity_key = copy(arena, text_of(node, "identity_key"), &failed),
        .sha256 = copy(arena, text_of(node, "sha256"), &failed),
    };
    if (date && !hc_node_is_null(date)) {
        if (hc_parse_day(date->text, HC_DATE_ISO, &delivery->date, NULL) != HC_OK)
            return HC_EDATA;
        delivery->has_date = true;
    }
    delivery->entry = copy_texts(arena, hc_node_get(node, "entries"), &delivery->entries);
    if (failed || !delivery->entry)
        return hc_fail_memory(err);
    return delivery->name[0] ? HC_OK : HC_EDATA;
}

const char *const hc_denied_names[] = {"keep", "yield", "drop", "ignore", NULL};

/* A stream that says nothing keeps them. */
static bool read_denied(const struct hc_node *node, enum hc_denied *denied) {
    const char *text = text_of(node, "denied");
    int at = 0;
    while (text[0] && hc_denied_names[at] && strcmp(text, hc_denied_names[at]) != 0)
        at++;
    *denied = (enum hc_denied)at;
    return hc_denied_names[at] != NULL;
}

static enum hc_status read_rule(struct hc_arena *arena, const struct hc_node *node,
                                struct hc_claim_rule *rule, struct hc_err *err) {
    bool failed = false;
    rule->claim_type = copy(arena, text_of(node, "claim_type"), &failed);
    rule->policy = copy(arena, text_of(node, "policy"), &failed);
    rule->match = copy_texts(arena, hc_node_get(node, "match"), &rule->matches);
    rule->partition = copy_texts(arena, hc_node_get(node, "partition"), &rule->partitions);
    rule->record_id = copy_texts(arena, hc_node_get(node, "record_id"), &rule->ids);
    rule->keep_repeats = strcmp(text_of(node, "keep_repeats"), "true") == 0;
    if (failed || !rule->match || !rule->partition || !rule->record_id)
        return hc_fail_memory(err);
    return rule->claim_type[0] && rule->policy[0] && read_denied(node, &rule->denied)
               ? HC_OK
               : HC_EDATA;
}

static enum hc_status read_feed(struct hc_arena *arena, const struct hc_node *node,
                                struct hc_feed_rules *feed, struct hc_err *err) {
    bool failed = false;
    const struct hc_node *rules = hc_node_get(node, "rules");
    feed->feed = copy(arena, text_of(node, "feed"), &failed);
    if (failed)
        return hc_fail_memory(err);
    if (!feed->feed[0] || !rules || rules->type != HC_NODE_LIST)
        return HC_EDATA;
    struct hc_claim_rule *rule =
        hc_arena_zalloc(arena, (rules->children + 1) * sizeof *rule);
    if (!rule)
        return hc_fail_memory(err);
    feed->rule = rule;
    feed->cover = copy_texts(arena, hc_node_get(node, "coverage"), &feed->covers);
    if (!feed->cover)
        return hc_fail_memory(err);
    enum hc_status status = HC_OK;
    for (const struct hc_node *item = rules->child; item && status == HC_OK;
         item = item->next)
        status = read_rule(arena, item, &rule[feed->rules++], err);
    return status;
}

/* The list that a metadata key holds; NULL when there is none. */
static enum hc_status parse_list(struct hc_yaml **yaml, const struct hc_meta *meta,
                                 const char *key, const char *name,
                                 const struct hc_node **list, struct hc_err *err) {
    struct hc_str text = hc_meta_get(meta, key);
    *list = NULL;
    *yaml = NULL;
    if (text.len == 0)
        return HC_OK;
    enum hc_status status = hc_yaml_parse(yaml, name, text, true, NULL);
    if (status == HC_ENOMEM)
        return hc_fail_memory(err);
    if (status != HC_OK)
        return broken(name, key, err);
    *list = hc_yaml_root(*yaml);
    return *list && (*list)->type == HC_NODE_LIST ? HC_OK : broken(name, key, err);
}

static enum hc_status read_deliveries(struct hc_origin *origin, const struct hc_node *list,
                                      const char *name, struct hc_err *err) {
    enum hc_status status = HC_OK;
    size_t most = list ? list->children : 0;
    origin->delivery =
        hc_arena_zalloc(&origin->arena, (most + 1) * sizeof *origin->delivery);
    if (!origin->delivery)
        return hc_fail_memory(err);
    for (const struct hc_node *item = list ? list->child : NULL; item && status == HC_OK;
         item = item->next)
        status = read_delivery(&origin->arena, item,
                               &origin->delivery[origin->deliveries++], err);
    return status == HC_EDATA ? broken(name, "hc.deliveries", err) : status;
}

static enum hc_status read_feeds(struct hc_origin *origin, const struct hc_node *list,
                                 const char *name, struct hc_err *err) {
    enum hc_status status = HC_OK;
    size_t most = list ? list->children : 0;
    origin->feed = hc_arena_zalloc(&origin->arena, (most + 1) * sizeof *origin->feed);
    if (!origin->feed)
        return hc_fail_memory(err);
    for (const struct hc_node *item = list ? list->child : NULL; item && status == HC_OK;
         item = item->next)
        status = read_feed(&origin->arena, item, &origin->feed[origin->feeds++], err);
    return status == HC_EDATA ? broken(name, "hc.feeds", err) : status;
}

enum hc_status hc_origin_read(struct hc_origin *origin, const struct hc_meta *meta,
                              const char *name, struct hc_err *err) {
    struct hc_yaml *deliveries = NULL, *feeds = NULL;
    const struct hc_node *list;
    *origin = (struct hc_origin){0};
    enum hc_status status =
        parse_list(&deliveries, meta, "hc.deliveries", name, &list, err);
    if (status == HC_OK)
        status = read_deliveries(origin, list, name, err);
    if (status == HC_OK)
        status = parse_list(&feeds, meta, "hc.feeds", name, &list, err);
    if (status == HC_OK)
        status = read_feeds(origin, list, name, err);
    hc_yaml_free(deliveries);
    hc_yaml_free(feeds);
    if (status != HC_OK)
        hc_origin_free(origin);
    return status;
}

void hc_origin_free(struct hc_origin *origin) {
    hc_arena_free(&origin->arena);
    *origin = (struct hc_origin){0};
}

const struct hc_claim_rule *hc_origin_rule(const struct hc_origin *origin, const char *feed,
                                           const char *claim_type) {
    for (size_t i = 0; i < origin->feeds; i++)
        for (size_t j = 0;
             strcmp(origin->feed[i].feed, feed) == 0 && j < origin->feed[i].rules; j++)
            if (strcmp(origin->feed[i].rule[j].claim_type, claim_type) == 0)
                return &origin->feed[i].rule[j];
    return NULL;
}

/* ---- writing ---- */

static void print_texts(struct hc_json *json, const char *key, const char *const *text,
                        size_t count) {
    hc_json_array(json, key);
    for (size_t i = 0; i < count; i++)
        hc_json_text(json, NULL, text[i]);
    hc_json_end(json);
}

static void print_delivery(struct hc_json *json, const struct hc_delivery *delivery) {
    char date[16];
    hc_json_object(json, NULL);
    hc_json_text(json, "name", delivery->name);
    hc_json_text(json, "feed", delivery->feed ? delivery->feed : "");
    hc_json_text(json, "payer", delivery->payer ? delivery->payer : "");
    hc_json_text(json, "program", delivery->program ? delivery->program : "");
    hc_json_text(json, "date",
                 delivery->has_date ? hc_format_day(delivery->date, date) : NULL);
    hc_json_text(json, "sha256", delivery->sha256 ? delivery->sha256 : "");
    if (delivery->identity_key && delivery->identity_key[0])
        hc_json_text(json, "identity_key", delivery->identity_key);
    print_texts(json, "entries", delivery->entry, delivery->entries);
    hc_json_end(json);
}

static void print_feed(struct hc_json *json, const struct hc_feed_rules *feed) {
    hc_json_object(json, NULL);
    hc_json_text(json, "feed", feed->feed);
    hc_json_array(json, "rules");
    for (size_t i = 0; i < feed->rules; i++) {
        const struct hc_claim_rule *rule = &feed->rule[i];
        hc_json_object(json, NULL);
        hc_json_text(json, "claim_type", rule->claim_type);
        hc_json_text(json, "policy", rule->policy);
        print_texts(json, "match", rule->match, rule->matches);
        print_texts(json, "partition", rule->partition, rule->partitions);
        print_texts(json, "record_id", rule->record_id, rule->ids);
        hc_json_bool(json, "keep_repeats", rule->keep_repeats);
        if (rule->denied != HC_DENIED_KEEP)
            hc_json_text(json, "denied", hc_denied_names[rule->denied]);
        hc_json_end(json);
    }
    hc_json_end(json);
    if (feed->covers)
        print_texts(json, "coverage", feed->cover, feed->covers);
    hc_json_end(json);
}

enum hc_status hc_origin_write(struct hc_origin *origin, const char **deliveries_json,
                               const char **feeds_json, struct hc_err *err) {
    struct hc_buf deliveries = {0}, feeds = {0};
    struct hc_json json;
    hc_json_start(&json, &deliveries, false);
    hc_json_array(&json, NULL);
    for (size_t i = 0; i < origin->deliveries; i++)
        print_delivery(&json, &origin->delivery[i]);
    hc_json_end(&json);
    hc_json_start(&json, &feeds, false);
    hc_json_array(&json, NULL);
    for (size_t i = 0; i < origin->feeds; i++)
        print_feed(&json, &origin->feed[i]);
    hc_json_end(&json);
    bool failed = deliveries.failed || feeds.failed;
    *deliveries_json =
        failed ? NULL : hc_arena_copy(&origin->arena, hc_buf_str(&deliveries));
    *feeds_json = failed ? NULL : hc_arena_copy(&origin->arena, hc_buf_str(&feeds));
    hc_buf_free(&deliveries);
    hc_buf_free(&feeds);
    return *deliveries_json && *feeds_json ? HC_OK : hc_fail_memory(err);
}
