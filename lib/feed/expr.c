#include "feed/expr.h"

#include <stdlib.h>

#include "feed/books.h"
#include "feed/conversion.h"
#include "feed/where.h"

static struct hc_expr *expr_new(const struct hc_reading *r, enum hc_expr_kind kind) {
    struct hc_expr *e = hc_arena_zalloc(r->feed->arena, sizeof *e);
    if (!e) {
        hc_fault_memory(r->faults);
        return NULL;
    }
    e->kind = kind;
    e->use = e->file = e->slot = e->column = -1;
    return e;
}

/* ---- names ---- */

static int field_of(const struct hc_feed_file *file, struct hc_str name) {
    for (size_t i = 0; i < file->fields; i++)
        if (hc_str_is(name, file->field[i].name))
            return (int)i;
    return -1;
}

/* The set's files: its lines, its header, then what is attached. -1 ends. */
static int file_at(const struct hc_feed_set *set, size_t i) {
    if (i == 0)
        return set->lines;
    if (set->header >= 0 && i-- == 1)
        return set->header;
    return i <= set->attaches ? set->attach[i - 1].file : -1;
}

static void fault_name(const struct hc_reading *r, const struct hc_node *node,
                       struct hc_str name) {
    size_t room = 1;
    for (size_t i = 0; file_at(r->set, i) >= 0; i++)
        room += r->feed->file[file_at(r->set, i)].fields;
    room += (size_t)r->set->kind->known;
    const char **names = calloc(room, sizeof *names);
    if (!names) {
        hc_fault_memory(r->faults);
        return;
    }
    size_t n = 0;
    for (size_t i = 0; file_at(r->set, i) >= 0; i++) {
        const struct hc_feed_file *file = &r->feed->file[file_at(r->set, i)];
        for (size_t f = 0; f < file->fields; f++)
            names[n++] = file->field[f].name;
    }
    for (size_t m = 0; m < r->set->maps; m++)
        names[n++] = r->set->kind->field[r->set->map[m].column].name;
    const char *near = hc_str_nearest(name, names);
    char place[HC_ELSEWHERE_SIZE] = "";
    for (size_t i = 0; !place[0] && file_at(r->set, i) >= 0; i++)
        hc_feed_elsewhere(node, "the fields", r->feed->file[file_at(r->set, i)].node,
                          place);
    hc_fault(r->faults, node,
             "no field and no column mapped above is called '%.*s'%s%s%s%s", (int)name.len,
             name.ptr, near ? ", did you mean '" : "", near ? near : "", near ? "'?" : "",
             place);
    free(names);
}

/* File and field of "FIELD" or "FILE.FIELD"; false with no fault when there is none, with
 * *fault when there are several. */
static bool resolve(const struct hc_reading *r, const struct hc_node *node,
                    struct hc_str name, int *file, int *field, bool *fault) {
    const char *dot = memchr(name.ptr, '.', name.len);
    int found = -1;
    *fault = false;
    for (size_t i = 0; file_at(r->set, i) >= 0; i++) {
        int f = file_at(r->set, i);
        const struct hc_feed_file *of = &r->feed->file[f];
        int at = -1;
        if (dot && hc_str_is((struct hc_str){name.ptr, (size_t)(dot - name.ptr)}, of->name))
            at = field_of(
                of, (struct hc_str){dot + 1, name.len - (size_t)(dot + 1 - name.ptr)});
        else
            at = field_of(of, name);
        if (at < 0)
            continue;
        if (found >= 0 && found != f && !dot) {
            hc_fault(r->faults, node, "'%.*s' is in %s and in %s: say which, as in %s.%.*s",
                     (int)name.len, name.ptr, r->feed->file[found].name, of->name, of->name,
                     (int)name.len, name.ptr);
            *fault = true;
            return false;
        }
        if (found < 0) {
            *file = f;
            *field = at;
            found = f;
        }
        if (f == r->set->lines && !dot)
            return true; /* a line's own field comes first */
    }
    return found >= 0;
}

static bool mapped(const struct hc_reading *r, int column) {
    for (size_t m = 0; m < r->set->maps; m++)
        if (r->set->map[m].column == column)
            return true;
    return false;
}

/* A name of a field and of a column mapped above, which are not the same: whoever means the
 * column would get the field. */
static bool ambiguous(const struct hc_reading *r, const struct hc_node *node,
                      struct hc_str name, int file, int field) {
    int column = hc_schema_find(r->set->kind, name);
    const struct hc_expr *above = NULL;
    for (size_t m = 0; m < r->set->maps && !above; m++)
        if (r->set->map[m].column == column)
            above = r->set->map[m].expr;
    if (column < 0 || !above)
        return false;
    const struct hc_feed_file *of = &r->feed->file[file];
    if (above->kind == HC_EXPR_FIELD && above->file == file &&
        of->slot[above->slot].field == (size_t)field &&
        of->slot[above->slot].conversion.converter != HC_CONVERT_code)
        return false;
    hc_fault(r->faults, node,
             "'%.*s' is a field of %s and a column mapped above: %s.%.*s is the field; "
             "for the column write again what it is mapped to",
             (int)name.len, name.ptr, of->name, of->name, (int)name.len, name.ptr);
    return true;
}

/* ---- kinds of expression ---- */

static struct hc_expr *read_any(struct hc_reading *r, const struct hc_node *node);

static struct hc_expr *read_field(struct hc_reading *r, const struct hc_node *node,
                                  const struct hc_node *map, int file, int field) {
    struct hc_feed_file *of = &r->feed->file[file];
    struct hc_feed_slot like;
    struct hc_expr *e = expr_new(r, HC_EXPR_FIELD);
    if (!e || !hc_slot_of(r, node, map, &of->field[field], (size_t)field, &like))
        return NULL;
    e->file = file;
    e->slot = hc_feed_slot(r->feed, of, &like);
    if (e->slot < 0)
        hc_fault_memory(r->faults);
    e->on_first =
        of->each && !of->field[field].of_each && hc_field_summed(&of->field[field]);
    e->claim_level = e->on_first || (file == r->set->header && file != r->set->lines);
    for (size_t a = 0; a < r->set->attaches; a++) {
        if (r->set->attach[a].file == file) {
            e->claim_level = !r->set->attach[a].to_line;
            e->many = r->set->attach[a].many;
        }
    }
    if (e->many && r->target.type != HC_TYPE_list)
        hc_fault(r->faults, node, "%s is attached many times: only a list can take it",
                 of->name);
    if (r->target.summed)
        e->use = (int)r->set->uses++;
    return e;
}

static struct hc_expr *read_name(struct hc_reading *r, const struct hc_node *node,
                                 const struct hc_node *map, struct hc_str name) {
    int file, field;
    bool fault;
    if (resolve(r, node, name, &file, &field, &fault))
        return ambiguous(r, node, name, file, field)
                   ? NULL
                   : read_field(r, node, map, file, field);
    if (fault)
        return NULL;
    int column = hc_schema_find(r->set->kind, name);
    if (column < 0 || !mapped(r, column)) {
        fault_name(r, node, name);
        return NULL;
    }
    if (r->set->kind->field[column].type != r->target.type) {
        hc_fault(r->faults, node, "column %s is a %s, not a %s",
                 r->set->kind->field[column].name,
                 hc_type_name(r->set->kind->field[column].type),
                 hc_type_name(r->target.type));
        return NULL;
    }
    struct hc_expr *e = expr_new(r, HC_EXPR_COLUMN);
    if (e) {
        e->column = column;
        if (r->target.summed)
            e->use = (int)r->set->uses++;
    }
    return e;
}

/* Each item of a list (or the one scalar) as a part; '-' before a name where signed. */
static void read_parts(struct hc_reading *r, struct hc_expr *e, const struct hc_node *node,
                       bool with_sign) {
    struct hc_expr **end = &e->child;
    const struct hc_node *item = node->type == HC_NODE_LIST ? node->child : node;
    if (node->type == HC_NODE_LIST && !item)
        hc_fault(r->faults, node, "the list is empty");
    for (; item; item = node->type == HC_NODE_LIST ? item->next : NULL) {
        struct hc_expr *part;
        if (with_sign && item->type == HC_NODE_SCALAR && item->text.len > 1 &&
            item->text.ptr[0] == '-') {
            part = read_name(r, item, NULL,
                             (struct hc_str){item->text.ptr + 1, item->text.len - 1});
            if (part)
                part->negative = true;
        } else {
            part = read_any(r, item);
        }
        if (part) {
            *end = part;
            end = &part->next;
        }
    }
}

static int column_named(struct hc_reading *r, const struct hc_node *map, const char *key,
                        enum hc_type type) {
    const char *name = hc_get_text(r->faults, map, key, true, NULL);
    if (!name)
        return -1;
    int column = hc_schema_find(r->set->kind, hc_str_of(name));
    if (column < 0 || r->set->kind->field[column].type != type) {
        hc_fault(r->faults, hc_node_get(map, key), "'%s' is no column of type %s", name,
                 hc_type_name(type));
        return -1;
    }
    return column;
}

static struct hc_expr *read_by(struct hc_reading *r, const struct hc_node *node) {
    struct hc_expr *e = expr_new(r, HC_EXPR_BY);
    const struct hc_node *by = hc_node_get(node, "by"), *cases = hc_node_get(node, "cases");
    const struct hc_node *other = hc_node_get(node, "other");
    if (!e || by->type != HC_NODE_SCALAR || !cases || cases->type != HC_NODE_MAP) {
        hc_fault(r->faults, node, "by: needs a name, and cases: a map");
        return NULL;
    }
    struct hc_target kept = r->target;
    int column = hc_schema_find(r->set->kind, by->text), file, field;
    bool fault = false;
    r->target = (struct hc_target){.type = HC_TYPE_utf8};
    if (!resolve(r, by, by->text, &file, &field, &fault) && !fault && column >= 0 &&
        mapped(r, column) &&
        (r->set->kind->field[column].type == HC_TYPE_choice ||
         r->set->kind->field[column].type == HC_TYPE_utf8)) {
        struct hc_expr *key = expr_new(r, HC_EXPR_COLUMN);
        if (key)
            key->column = column;
        e->child = key;
    } else if (!fault) {
        e->child = read_name(r, by, NULL, by->text);
    }
    r->target = kept;
    if (!e->child)
        return NULL;
    struct hc_expr **end = &e->child->next;
    for (const struct hc_node *c = cases->child; c; c = c->next) {
        if (e->child->kind == HC_EXPR_COLUMN &&
            r->set->kind->field[column].type == HC_TYPE_choice &&
            hc_choice_of(r->set->kind->field[column].choices, c->key) < 0)
            hc_fault(r->faults, c, "'%.*s' is no %s", (int)c->key.len, c->key.ptr,
                     r->set->kind->field[column].choices->name);
        struct hc_expr *part =
            hc_node_is_null(c) ? expr_new(r, HC_EXPR_CONST) : read_any(r, c);
        if (!part)
            continue;
        if (hc_node_is_null(c))
            part->null = true;
        /* the case's key stands in a holder, so that a constant keeps its own text */
        struct hc_expr *holder = expr_new(r, HC_EXPR_FIRST);
        if (!holder)
            continue;
        holder->text = c->key;
        holder->child = part;
        *end = holder;
        end = &holder->next;
    }
    if (other && !hc_node_is_null(other)) {
        struct hc_expr *part = read_any(r, other), *holder = expr_new(r, HC_EXPR_FIRST);
        if (part && holder) {
            holder->null = true; /* marks `other` */
            holder->child = part;
            *end = holder;
        }
    }
    return e;
}

static struct hc_expr *read_basis(struct hc_reading *r, const struct hc_node *node) {
    struct hc_expr *e = expr_new(r, HC_EXPR_BASIS);
    const struct hc_node *line = hc_node_get(node, "line"),
                         *header = hc_node_get(node, "header");
    bool each = r->feed->file[r->set->lines].each != NULL;
    if (!e || !line || !header || (r->set->header < 0 && !each) ||
        r->target.type != HC_TYPE_cents) {
        hc_fault(r->faults, node,
                 "line: and header: are for amounts of claims with a header");
        return NULL;
    }
    e->child = read_any(r, line);
    if (e->child)
        e->child->next = read_any(r, header);
    if (!e->child || !e->child->next)
        return NULL;
    const struct hc_expr *of_line = e->child, *of_header = e->child->next;
    if (of_line->kind != HC_EXPR_FIELD || of_line->file != r->set->lines ||
        of_line->on_first || of_header->kind != HC_EXPR_FIELD ||
        (each ? !of_header->on_first : of_header->file != r->set->header))
        hc_fault(r->faults, node,
                 "line: is a field of the lines, header: one of the header");
    e->column = column_named(r, node, "basis", HC_TYPE_choice);
    return e;
}

static struct hc_expr *read_month(struct hc_reading *r, const struct hc_node *node) {
    struct hc_expr *e = expr_new(r, HC_EXPR_MONTH);
    const struct hc_node *year = hc_node_get(node, "year"),
                         *month = hc_node_get(node, "month");
    struct hc_target kept = r->target;
    if (!e || !year || !month || r->target.type != HC_TYPE_date) {
        hc_fault(r->faults, node, "year: and month: make a date");
        return NULL;
    }
    /* a month that is none rejects its record: it must not become "always covered" */
    r->target = (struct hc_target){.type = HC_TYPE_int32, .low = 1000, .high = 9999};
    e->child = read_any(r, year);
    r->target = (struct hc_target){.type = HC_TYPE_int32, .low = 1, .high = 12};
    if (e->child)
        e->child->next = read_any(r, month);
    r->target = kept;
    return e->child && e->child->next ? e : NULL;
}

/* The field that another hangs on; amount: only one that is a number. */
static struct hc_expr *read_given(struct hc_reading *r, const struct hc_node *node,
                                  const char *wanted, bool amount) {
    struct hc_target kept = r->target;
    int file, field;
    bool fault;
    struct hc_expr *e = NULL;
    r->target = (struct hc_target){.type = HC_TYPE_utf8};
    if (node->type == HC_NODE_SCALAR &&
        resolve(r, node, node->text, &file, &field, &fault)) {
        enum hc_field_form form = r->feed->file[file].field[field].form;
        bool number = form == HC_FORM_amount || form == HC_FORM_quantity;
        if (number)
            r->target = (struct hc_target){.type = HC_TYPE_e4};
        if (number || !amount)
            e = read_name(r, node, NULL, node->text);
    }
    if (!e)
        hc_fault(r->faults, node, "%s", wanted);
    r->target = kept;
    return e;
}

/* {is: TEXT, nonzero: FIELD} */
static struct hc_expr *read_const(struct hc_reading *r, const struct hc_node *node) {
    const struct hc_node *value = hc_node_get(node, "is"),
                         *given = hc_node_get(node, "nonzero");
    struct hc_expr *e = expr_new(r, HC_EXPR_CONST);
    if (!e || value->type != HC_NODE_SCALAR ||
        !hc_value_of(r, value, value->text, &e->number))
        return NULL;
    e->text = value->text;
    if (r->target.summed)
        e->use = (int)r->set->uses++;
    if (given) {
        e->given = read_given(r, given, "nonzero: an amount or a quantity", true);
        e->nonzero = true;
        if (!e->given)
            return NULL;
    }
    return e;
}

/* {field: NAME, codes:, other:, blank:, if: or nonzero:} */
static struct hc_expr *read_field_map(struct hc_reading *r, const struct hc_node *node) {
    const struct hc_node *name = hc_node_get(node, "field"),
                         *given = hc_node_get(node, "if"),
                         *nonzero = hc_node_get(node, "nonzero");
    const struct hc_node *blank = hc_node_get(node, "blank");
    if (name->type != HC_NODE_SCALAR) {
        hc_fault(r->faults, name, "field: a name");
        return NULL;
    }
    struct hc_expr *e = read_name(r, name, node, name->text);
    if (e && given)
        e->given = read_given(r, given, "if: a field", false);
    if (e && nonzero) {
        if (given)
            hc_fault(r->faults, nonzero, "if: or nonzero:, not both");
        e->given = read_given(r, nonzero, "nonzero: an amount or a quantity", true);
        e->nonzero = true;
    }
    if (e && blank) {
        struct hc_expr *first = expr_new(r, HC_EXPR_FIRST),
                       *last = expr_new(r, HC_EXPR_CONST);
        if (!first || !last || blank->type != HC_NODE_SCALAR ||
            !hc_value_of(r, blank, blank->text, &last->number))
            return NULL;
        last->text = blank->text;
        first->child = e;
        e->next = last;
        return first;
    }
    return e;
}

static struct hc_expr *read_parts_of(struct hc_reading *r, const struct hc_node *node,
                                     enum hc_expr_kind kind, const char *key) {
    struct hc_expr *e = expr_new(r, kind);
    if (e)
        read_parts(r, e, hc_node_get(node, key), kind == HC_EXPR_SUM);
    return e && e->child ? e : NULL;
}

/* {concat: [A, B], partial: true} */
static struct hc_expr *read_concat(struct hc_reading *r, const struct hc_node *node) {
    struct hc_expr *e = read_parts_of(r, node, HC_EXPR_CONCAT, "concat");
    if (e)
        e->partial = hc_get_bool(r->faults, node, "partial", false);
    return e;
}

/* {once: [A, B]} */
static struct hc_expr *read_once(struct hc_reading *r, const struct hc_node *node) {
    struct hc_expr *e = read_parts_of(r, node, HC_EXPR_ONCE, "once");
    bool each = r->feed->file[r->set->lines].each != NULL;
    if ((r->set->header < 0 && !each) || !r->target.summed)
        hc_fault(r->faults, node, "once: is for amounts of claims with a header");
    for (const struct hc_expr *c = e ? e->child : NULL; c; c = c->next)
        if (c->kind != HC_EXPR_FIELD || c->given ||
            (!c->claim_level && c->file != r->set->lines))
            hc_fault(r->faults, node, "once: fields of the lines or of the claim");
    return e;
}

/* {first: [A, B]}: what a line does not say must not be taken from its claim, where other
 * lines have said theirs. */
static struct hc_expr *read_first(struct hc_reading *r, const struct hc_node *node) {
    struct hc_expr *e = read_parts_of(r, node, HC_EXPR_FIRST, "first");
    bool line = false;
    for (const struct hc_expr *c = e ? e->child : NULL; c && r->target.summed;
         c = c->next) {
        if (c->kind == HC_EXPR_FIELD && c->claim_level && line)
            hc_fault(r->faults, node,
                     "first: an amount of the claim behind one of its lines counts twice: "
                     "write once:");
        line |= c->kind == HC_EXPR_FIELD && !c->claim_level;
    }
    return e;
}

static struct hc_expr *read_any(struct hc_reading *r, const struct hc_node *node) {
    static const struct {
        const char *key, *allowed[8];
    } forms_of[] = {
        {"field", {"field", "codes", "other", "blank", "doubted", "if", "nonzero"}},
        {"is", {"is", "nonzero"}},
        {"first", {"first"}},
        {"sum", {"sum"}},
        {"list", {"list", "without"}},
        {"concat", {"concat", "partial"}},
        {"digits", {"digits"}},
        {"left", {"left", "of"}},
        {"by", {"by", "cases", "other"}},
        {"line", {"line", "header", "basis"}},
        {"year", {"year", "month"}},
        {"month_end", {"month_end"}},
        {"once", {"once"}},
    };
    if (node->type == HC_NODE_SCALAR)
        return read_name(r, node, NULL, node->text);
    size_t form = 0;
    while (form < sizeof forms_of / sizeof *forms_of &&
           !hc_node_get(node, forms_of[form].key))
        form++;
    if (node->type != HC_NODE_MAP || form == sizeof forms_of / sizeof *forms_of) {
        hc_fault(
            r->faults, node,
            "expected a field's name or a map with one of field, is, first, sum, list, "
            "concat, digits, left, by, line, year, month_end, once");
        return NULL;
    }
    hc_check_keys(r->faults, node, forms_of[form].allowed);
    struct hc_expr *e = NULL;
    switch (form) {
    case 0:
        return read_field_map(r, node);
    case 1:
        return read_const(r, node);
    case 2:
        return read_first(r, node);
    case 3:
        if (r->target.type != HC_TYPE_cents && r->target.type != HC_TYPE_e4) {
            hc_fault(r->faults, node, "sum: is for amounts and quantities");
            return NULL;
        }
        return read_parts_of(r, node, HC_EXPR_SUM, "sum");
    case 4:
        if (r->target.type != HC_TYPE_list) {
            hc_fault(r->faults, node, "list: is for columns that are lists");
            return NULL;
        }
        e = read_parts_of(r, node, HC_EXPR_LIST, "list");
        if (e && hc_node_get(node, "without"))
            e->column = column_named(r, node, "without", HC_TYPE_utf8);
        return e;
    case 5:
    case 6:
    case 7:
        if (r->target.type != HC_TYPE_utf8) {
            hc_fault(r->faults, node, "%s: is for columns of text", forms_of[form].key);
            return NULL;
        }
        if (form == 5)
            return read_concat(r, node);
        if (form == 6)
            return read_parts_of(r, node, HC_EXPR_DIGITS, "digits");
        if (!hc_node_get(node, "of")) {
            hc_fault(r->faults, node, "left: needs of:");
            return NULL;
        }
        e = read_parts_of(r, node, HC_EXPR_LEFT, "of");
        if (e)
            e->number = hc_get_int(r->faults, node, "left", 1, 1000, 1);
        return e;
    case 8:
        return read_by(r, node);
    case 9:
        return read_basis(r, node);
    case 10:
        return read_month(r, node);
    case 12:
        return read_once(r, node);
    default:
        if (r->target.type != HC_TYPE_date) {
            hc_fault(r->faults, node, "month_end: makes a date");
            return NULL;
        }
        return read_parts_of(r, node, HC_EXPR_MONTH_END, "month_end");
    }
}

struct hc_expr *hc_expr_read(struct hc_feed *feed, struct hc_feed_set *set,
                             struct hc_faults *faults, const struct hc_node *node,
                             int column) {
    const struct hc_field *field = &set->kind->field[column];
    struct hc_reading r = {
        feed,
        set,
        faults,
        {field->type, field->choices, (field->flags & HC_SUM) != 0, 0, 0},
        column};
    struct hc_expr *e = read_any(&r, node);
    if (e && field->type == HC_TYPE_list && e->kind != HC_EXPR_LIST) {
        hc_fault(faults, node, "%s is a list: write {list: [...]}", field->name);
        return NULL;
    }
    return e;
}

struct hc_expr *hc_expr_read_text(struct hc_feed *feed, struct hc_feed_set *set,
                                  struct hc_faults *faults, const struct hc_node *node) {
    struct hc_reading r = {feed, set, faults, {.type = HC_TYPE_utf8}, -1};
    return read_any(&r, node);
}

struct hc_expr *hc_expr_const(struct hc_feed *feed, const struct hc_schema *kind,
                              int column, struct hc_str text, struct hc_faults *faults,
                              const struct hc_node *node) {
    const struct hc_field *field = &kind->field[column];
    struct hc_reading r = {
        feed, NULL, faults, {field->type, field->choices, false, 0, 0}, column};
    struct hc_expr *e = expr_new(&r, HC_EXPR_CONST);
    if (!e || !hc_value_of(&r, node, text, &e->number))
        return NULL;
    e->text = text;
    return e;
}
