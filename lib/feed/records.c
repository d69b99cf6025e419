#include "feed/layout.h"

#include "feed/where.h"

static int file_named(struct hc_feed *feed, struct hc_faults *faults,
                      const struct hc_node *node, struct hc_str name) {
    const char *names[256] = {0};
    for (size_t f = 0; f < feed->files; f++) {
        if (hc_str_is(name, feed->file[f].name))
            return (int)f;
        if (f < 255)
            names[f] = feed->file[f].name;
    }
    const char *near = hc_str_nearest(name, names);
    hc_fault(faults, node, "no file is called '%.*s'%s%s%s", (int)name.len, name.ptr,
             near ? ", did you mean '" : "", near ? near : "", near ? "'?" : "");
    return -1;
}

/* Slot of a field by name, as text or as a whole number; -1 with a fault. */
static int plain_slot(struct hc_feed *feed, struct hc_faults *faults,
                      const struct hc_node *node, int file, const char *name, bool text) {
    struct hc_feed_file *of = &feed->file[file];
    for (size_t f = 0; f < of->fields; f++) {
        if (strcmp(of->field[f].name, name) != 0)
            continue;
        struct hc_feed_slot like = {
            .field = f, .conversion = of->field[f].conversion, .text = text};
        if (!text && of->field[f].form != HC_FORM_int &&
            of->field[f].form != HC_FORM_count) {
            hc_fault(faults, node, "%s.%s must be of type int", of->name, name);
            return -1;
        }
        like.conversion.converter = text ? HC_CONVERT_text : HC_CONVERT_int;
        if (!text && !like.conversion.low && !like.conversion.high) {
            like.conversion.low = INT32_MIN; /* as a column of type int32 asks for it */
            like.conversion.high = INT32_MAX;
        }
        return hc_feed_slot(feed, of, &like);
    }
    hc_feed_no_field(faults, node, of, hc_str_of(name));
    return -1;
}

static void read_attach(struct hc_feed *feed, struct hc_faults *faults,
                        const struct hc_node *node, struct hc_feed_set *set) {
    static const char *const keys[] = {"to", "many", "by", "order", NULL};
    static const char *const to[] = {"claim", "line", NULL};
    const struct hc_node *map = hc_node_get(node, "attach");
    if (!map)
        return;
    set->attach = hc_arena_zalloc(feed->arena, (map->children + 1) * sizeof *set->attach);
    if (map->type != HC_NODE_MAP || !set->attach) {
        hc_fault(faults, map, "attach: a map from a file to how it belongs");
        return;
    }
    for (const struct hc_node *n = map->child; n; n = n->next) {
        struct hc_feed_attach *a = &set->attach[set->attaches];
        *a = (struct hc_feed_attach){.by = -1, .order = -1};
        hc_check_keys(faults, n, keys);
        a->file = file_named(feed, faults, n, n->key);
        if (a->file < 0)
            continue;
        a->to_line = hc_get_choice(faults, n, "to", to, 0) == 1;
        a->many = hc_get_bool(faults, n, "many", false);
        const char *by = hc_get_text(faults, n, "by", a->to_line, NULL);
        const char *order = hc_get_text(faults, n, "order", false, NULL);
        if (by)
            a->by = plain_slot(feed, faults, n, a->file, by, false);
        if (order)
            a->order = plain_slot(feed, faults, n, a->file, order, true);
        if (!a->to_line && set->header < 0)
            hc_fault(faults, n,
                     "%s belongs to a claim, but there is no header:", n->key.ptr);
        if (a->to_line && a->many)
            hc_fault(faults, n, "many records of a line are not supported");
        set->attaches++;
    }
}

static void join(struct hc_feed *feed, struct hc_faults *faults, const struct hc_node *node,
                 const char *key, int file, int group) {
    struct hc_feed_file *of = &feed->file[file];
    int slot = plain_slot(feed, faults, node, file, key, true);
    if (of->key >= 0 && slot >= 0 && of->key != slot)
        hc_fault(faults, node, "%s joins by two different keys", of->name);
    of->key = slot;
    int old = of->group;
    of->group = group;
    for (size_t f = 0; old >= 0 && f < feed->files; f++)
        if (feed->file[f].group == old)
            feed->file[f].group = group;
}

static void read_joins(struct hc_feed *feed, struct hc_faults *faults,
                       const struct hc_node *node, struct hc_feed_set *set) {
    static const char *const no_header[] = {"aside", "keep", NULL};
    bool joins = hc_set_joins(set), counts = set->kind->kind == HC_KIND_claim_line;
    for (size_t a = 0; a < set->attaches; a++)
        counts |= set->attach[a].to_line;
    const char *key = hc_get_text(faults, node, "key", joins, NULL);
    const char *line = hc_get_text(faults, node, "line", joins && counts, NULL);
    set->keeps = hc_get_choice(faults, node, "no_header", no_header, 0) == 1;
    if (set->keeps && set->header < 0)
        hc_fault(faults, hc_node_get(node, "no_header"), "there is no header: here");
    if (line)
        set->line_number = plain_slot(feed, faults, node, set->lines, line, false);
    if (!joins || !key)
        return;
    int group = feed->groups++;
    join(feed, faults, node, key, set->lines, group);
    if (set->header >= 0)
        join(feed, faults, node, key, set->header, group);
    for (size_t a = 0; a < set->attaches; a++)
        join(feed, faults, node, key, set->attach[a].file, group);
}

static void add_map(struct hc_feed_set *set, int column, struct hc_expr *expr) {
    if (expr)
        set->map[set->maps++] = (struct hc_feed_map){column, expr};
}

static int column_of(struct hc_faults *faults, const struct hc_node *node,
                     const struct hc_schema *kind) {
    static const char *const lineage[] = {"delivery",
                                          "source_entry",
                                          "source_record",
                                          "identity_keys",
                                          "person_id",
                                          "standing",
                                          NULL};
    const char *names[256] = {0};
    int column = hc_schema_find(kind, node->key);
    for (size_t i = 0; lineage[i]; i++) {
        if (hc_str_is(node->key, lineage[i])) {
            hc_fault(faults, node, "%s is not for a feed to fill", lineage[i]);
            return -1;
        }
    }
    if (column >= 0)
        return column;
    for (size_t i = 0; i < kind->known && i < 255; i++)
        names[i] = kind->field[i].name;
    const char *near = hc_str_nearest(node->key, names);
    hc_fault(faults, node, "%s has no column '%s'%s%s%s", kind->name, node->key.ptr,
             near ? ", did you mean '" : "", near ? near : "", near ? "'?" : "");
    return -1;
}

/* Constants: the set's own, then the feed's where neither set nor map say anything. */
static void read_constants(struct hc_feed *feed, struct hc_faults *faults,
                           const struct hc_node *node, struct hc_feed_set *set) {
    const struct hc_node *own = hc_node_get(node, "set"), *map = hc_node_get(node, "map");
    for (const struct hc_node *n = own ? own->child : NULL; n; n = n->next) {
        int column = column_of(faults, n, set->kind);
        if (n->type != HC_NODE_SCALAR)
            hc_fault(faults, n, "set: gives one value to a column");
        else if (column >= 0 && hc_node_get(map, n->key.ptr))
            hc_fault(faults, n, "'%s' is in map: too: take one of them away", n->key.ptr);
        else if (column >= 0)
            add_map(set, column,
                    hc_expr_const(feed, set->kind, column, n->text, faults, n));
    }
    for (size_t i = 0; i < feed->sets_count; i++) {
        const char *name = feed->set[i].column;
        int column = hc_schema_find(set->kind, hc_str_of(name));
        if (column < 0 || hc_node_get(own, name) || hc_node_get(map, name))
            continue;
        add_map(set, column,
                hc_expr_const(feed, set->kind, column, hc_str_of(feed->set[i].value),
                              faults, feed->set[i].node));
    }
}

static void read_negate(struct hc_faults *faults, const struct hc_node *node,
                        struct hc_feed_set *set) {
    const struct hc_node *negate = hc_node_get(node, "negate");
    const struct hc_node *quantities = hc_node_get(node, "negate_quantities");
    set->negate_column = set->negate_choice = -1;
    if (negate && quantities)
        hc_fault(faults, quantities, "negate changes the sign of quantities, too");
    set->negate_quantities = !negate && quantities;
    negate = negate ? negate : quantities;
    if (!negate)
        return;
    if (negate->type != HC_NODE_MAP || negate->children != 1) {
        hc_fault(faults, negate, "negate: {COLUMN: VALUE}");
        return;
    }
    int column = column_of(faults, negate->child, set->kind);
    if (column < 0)
        return;
    const struct hc_field *field = &set->kind->field[column];
    if (field->type == HC_TYPE_choice)
        set->negate_choice = hc_choice_of(field->choices, negate->child->text);
    if (set->negate_choice < 0)
        hc_fault(faults, negate, "negate: a value of a column with a closed list");
    set->negate_column = column;
}

static void read_identity(struct hc_feed *feed, struct hc_faults *faults,
                          const struct hc_node *node, struct hc_feed_set *set) {
    static const char *const keys[] = {"mbi",        "ssn",      "last_name",
                                       "first_name", "contract", NULL};
    const struct hc_node *map = hc_node_get(node, "identity");
    if (!map)
        return;
    if (set->kind->kind != HC_KIND_coverage) {
        hc_fault(faults, map, "identity: is for coverage");
        return;
    }
    hc_check_keys(faults, map, keys);
    set->has_identity = true;
    for (int i = 0; i < HC_IDENTITY_PARTS; i++) {
        const struct hc_node *part = hc_node_get(map, keys[i]);
        if (part)
            set->identity[i] = hc_expr_read_text(feed, set, faults, part);
    }
}

static void read_set(struct hc_feed *feed, struct hc_faults *faults,
                     const struct hc_node *node) {
    static const char *const keys[] = {
        "kind", "from",   "header",   "no_header",         "key", "line", "attach", "set",
        "map",  "negate", "identity", "negate_quantities", "if",  "doc",  NULL};
    struct hc_feed_set *set = &feed->record[feed->records];
    *set = (struct hc_feed_set){.name = node->key.ptr,
                                .header = -1,
                                .lines = -1,
                                .line_number = -1,
                                .negate_column = -1,
                                .negate_choice = -1};
    hc_check_keys(faults, node, keys);
    const char *kind = hc_get_text(faults, node, "kind", true, "");
    const char *from = hc_get_text(faults, node, "from", true, NULL);
    const char *header = hc_get_text(faults, node, "header", false, NULL);
    const struct hc_node *map = hc_node_get(node, "map");
    set->kind = hc_kind_of(hc_str_of(kind));
    if (!set->kind || hc_schema_find(set->kind, HC_STR("source_entry")) < 0) {
        hc_fault(faults, hc_node_get(node, "kind"),
                 "kind: claim_line, coverage, provider, crosswalk, preference or payment");
        return;
    }
    if (from)
        set->lines = file_named(feed, faults, hc_node_get(node, "from"), hc_str_of(from));
    if (header)
        set->header =
            file_named(feed, faults, hc_node_get(node, "header"), hc_str_of(header));
    if (set->lines < 0 || (header && set->header < 0) || !map || map->type != HC_NODE_MAP) {
        if (!map || map->type != HC_NODE_MAP)
            hc_fault(faults, node, "map: a map from column to field");
        return;
    }
    read_attach(feed, faults, node, set);
    read_joins(feed, faults, node, set);
    read_negate(faults, node, set);
    set->map = hc_arena_zalloc(feed->arena, (set->kind->fields + 8) * sizeof *set->map);
    if (!set->map) {
        hc_fault_memory(faults);
        return;
    }
    read_constants(feed, faults, node, set);
    for (const struct hc_node *n = map->child; n; n = n->next) {
        int column = column_of(faults, n, set->kind);
        if (column < 0)
            continue;
        struct hc_expr *e = hc_expr_read(feed, set, faults, n, column);
        if (set->negate_quantities && set->kind->field[column].type == HC_TYPE_e4 && e &&
            (e->kind != HC_EXPR_FIELD || e->given))
            hc_fault(faults, n, "negate_quantities wants a field by itself here");
        add_map(set, column, e);
    }
    read_identity(feed, faults, node, set);
    if (hc_node_get(node, "if"))
        set->given = hc_expr_read_text(feed, set, faults, hc_node_get(node, "if"));
    feed->file[set->lines].used = true;
    if (set->header >= 0)
        feed->file[set->header].used = true;
    for (size_t a = 0; a < set->attaches; a++)
        feed->file[set->attach[a].file].used = true;
    feed->records++;
}

/* Amounts of a file that both joins and stands by itself would be booked twice. */
static void check_both(struct hc_faults *faults, const struct hc_node *node,
                       const struct hc_feed_file *file) {
    bool amounts = false;
    for (size_t s = 0; s < file->slots; s++)
        amounts |= file->slot[s].conversion.converter == HC_CONVERT_decimal;
    if (file->alone && amounts)
        hc_fault(faults, node,
                 "%s joins and makes records by itself: no amounts can be taken from it",
                 file->name);
}

/* A record that joins as a line makes rows of one set; `if` and several sets are for files
 * that stand by themselves, or that others join as their header. */
static void check_alone(struct hc_feed *feed, struct hc_faults *faults,
                        const struct hc_node *records) {
    const struct hc_node *node = records->child;
    for (size_t f = 0; f < feed->files; f++)
        if (feed->file[f].each && feed->file[f].group >= 0)
            hc_fault(faults, records, "%s: a file with each: cannot join",
                     feed->file[f].name);
    for (size_t i = 0; i < feed->records; i++, node = node->next) {
        const struct hc_feed_set *set = &feed->record[i];
        struct hc_feed_file *file = &feed->file[set->lines];
        while (node && !hc_str_is(node->key, set->name))
            node = node->next; /* one that was at fault */
        if (file->group < 0)
            continue;
        file->alone |= !hc_set_joins(set);
        if (set->given && hc_set_joins(set))
            hc_fault(faults, node, "if: is not supported where files join");
        for (size_t j = 0; j < i; j++)
            if (feed->record[j].lines == set->lines &&
                (hc_set_joins(set) || hc_set_joins(&feed->record[j])))
                hc_fault(faults, node, "%s already makes records of %s", file->name,
                         feed->record[j].name);
            else if (set->kind != feed->record[j].kind && hc_set_joins(set) &&
                     hc_set_joins(&feed->record[j]) &&
                     feed->file[feed->record[j].lines].group == file->group)
                hc_fault(faults, node, "%s and %s share a file: they must be of one kind",
                         set->name, feed->record[j].name);
    }
    for (size_t f = 0; f < feed->files; f++)
        check_both(faults, records, &feed->file[f]);
}

void hc_records_read(struct hc_feed *feed, struct hc_faults *faults,
                     const struct hc_node *root) {
    const struct hc_node *records = hc_node_get(root, "records");
    if (!records || records->type != HC_NODE_MAP || !records->child) {
        hc_fault(faults, records ? records : root,
                 "records: a map from a name to what becomes of a file");
        return;
    }
    feed->record = hc_arena_zalloc(feed->arena, records->children * sizeof *feed->record);
    if (!feed->record) {
        hc_fault_memory(faults);
        return;
    }
    for (const struct hc_node *n = records->child; n; n = n->next)
        read_set(feed, faults, n);
    check_alone(feed, faults, records);
}
