#include "feed/conversion.h"

#include "base/date.h"
#include "base/num.h"
#include "feed/where.h"

static bool bool_of(struct hc_str text, int64_t *value) {
    static const char *const yes[] = {"yes", "true", "Y", "1"}, *const no[] = {"no",
                                                                               "false", "N",
                                                                               "0"};
    for (size_t i = 0; i < 4; i++) {
        if (hc_str_is(text, yes[i]) || hc_str_is(text, no[i])) {
            *value = hc_str_is(text, yes[i]);
            return true;
        }
    }
    return false;
}

bool hc_value_of(const struct hc_reading *r, const struct hc_node *node, struct hc_str text,
                 int64_t *number) {
    struct hc_err err = {0};
    hc_day day;
    *number = 0;
    switch (r->target.type) {
    case HC_TYPE_utf8:
    case HC_TYPE_list:
        return true;
    case HC_TYPE_choice:
        *number = hc_choice_of(r->target.choices, text);
        if (*number >= 0)
            return true;
        const char *near = hc_str_nearest(text, r->target.choices->value);
        hc_fault(r->faults, node, "'%.*s' is no %s%s%s%s", (int)text.len, text.ptr,
                 r->target.choices->name, near ? ", did you mean '" : "", near ? near : "",
                 near ? "'?" : "");
        return false;
    case HC_TYPE_bool:
        if (bool_of(text, number))
            return true;
        hc_fault(r->faults, node, "expected yes or no, found '%.*s'", (int)text.len,
                 text.ptr);
        return false;
    case HC_TYPE_date:
        if (hc_parse_day(text, HC_DATE_ISO, &day, &err) == HC_OK) {
            *number = day;
            return true;
        }
        hc_fault(r->faults, node, "expected a date such as 2020-11-30");
        return false;
    default:
        if (hc_parse_decimal(text,
                             r->target.type == HC_TYPE_cents ? 2
                             : r->target.type == HC_TYPE_e4  ? 4
                                                             : 0,
                             0, 0, number, &err) == HC_OK)
            return true;
        hc_fault(r->faults, node, "expected a number, found '%.*s'", (int)text.len,
                 text.ptr);
        return false;
    }
}

static bool code_of(const struct hc_reading *r, const struct hc_node *node,
                    struct hc_code *code) {
    *code = (struct hc_code){.text = node->key, .value = node->text, .number = -1};
    if (node->type != HC_NODE_SCALAR) {
        hc_fault(r->faults, node, "a code stands for one value");
        return false;
    }
    if (hc_node_is_null(node)) {
        code->value = (struct hc_str){"", 0};
        return true;
    }
    return hc_value_of(r, node, node->text, &code->number);
}

/* The code map of {codes:, other:}, into slot. */
static void read_codes(const struct hc_reading *r, const struct hc_node *map,
                       struct hc_feed_slot *slot) {
    const struct hc_node *codes = hc_node_get(map, "codes");
    const struct hc_node *other = hc_node_get(map, "other");
    const struct hc_node *doubted = hc_node_get(map, "doubted");
    struct hc_code fallback = {{"", 0}, {"", 0}, -1};
    enum hc_otherwise otherwise = HC_OTHERWISE_REFUSE;
    if (codes && codes->type != HC_NODE_MAP) {
        hc_fault(r->faults, codes, "codes: a map from code to value");
        return;
    }
    if (other) {
        otherwise = HC_OTHERWISE_VALUE;
        if (other->type == HC_NODE_SCALAR && hc_node_is_null(other))
            otherwise = HC_OTHERWISE_NULL;
        else if (other->type == HC_NODE_SCALAR && hc_str_is(other->text, "refuse"))
            otherwise = HC_OTHERWISE_REFUSE;
        else if (other->type == HC_NODE_SCALAR && hc_str_is(other->text, "keep") &&
                 slot->text)
            otherwise = HC_OTHERWISE_KEEP;
        else if (!code_of(r, other, &fallback))
            return;
    }
    slot->doubted = hc_get_bool(r->faults, map, "doubted", false);
    if (slot->doubted && (!other || otherwise == HC_OTHERWISE_REFUSE))
        hc_fault(r->faults, doubted, "doubted: where other: says what such codes are");
    size_t n = codes ? codes->children : 0, i = 0;
    if (!codes && r->target.type == HC_TYPE_choice)
        n = (size_t)r->target.choices->count;
    struct hc_code *code = hc_arena_zalloc(r->feed->arena, (n + 1) * sizeof *code);
    struct hc_err err = {0};
    if (!code) {
        hc_fault_memory(r->faults);
        return;
    }
    if (codes) {
        for (const struct hc_node *c = codes->child; c; c = c->next)
            i += code_of(r, c, &code[i]);
    } else {
        for (; i < n; i++)
            code[i] = (struct hc_code){hc_str_of(r->target.choices->value[i]),
                                       hc_str_of(r->target.choices->value[i]), (int64_t)i};
    }
    enum hc_status status = hc_code_map_new(&slot->map, code, i, otherwise, fallback, &err);
    if (status == HC_ENOMEM)
        hc_fault_memory(r->faults);
    else if (status != HC_OK)
        hc_fault(r->faults, map, "%s", err.what);
    slot->conversion.converter = HC_CONVERT_code;
    slot->conversion.map = slot->map;
    slot->codes = map;
}

static const char *const forms[] = {"text",     "int",  "count", "amount",
                                    "quantity", "date", NULL};

bool hc_slot_of(const struct hc_reading *r, const struct hc_node *node,
                const struct hc_node *map, const struct hc_feed_field *field, size_t at,
                struct hc_feed_slot *slot) {
    *slot = (struct hc_feed_slot){.field = at, .conversion = field->conversion};
    enum hc_type type = r->target.type;
    bool decimal = field->form == HC_FORM_amount || field->form == HC_FORM_quantity ||
                   field->form == HC_FORM_count || field->form == HC_FORM_int;
    slot->text = type == HC_TYPE_utf8 || type == HC_TYPE_list;
    if (hc_node_get(map, "codes") || hc_node_get(map, "other") || type == HC_TYPE_choice) {
        if (type == HC_TYPE_cents || type == HC_TYPE_e4 || type == HC_TYPE_date) {
            hc_fault(r->faults, node, "codes cannot give a %s", hc_type_name(type));
            return false;
        }
        read_codes(r, map, slot);
        return true;
    }
    if (slot->text) {
        slot->conversion.converter = HC_CONVERT_text;
        return true;
    }
    if (type == HC_TYPE_date && field->form == HC_FORM_date)
        return true;
    if ((type == HC_TYPE_cents || type == HC_TYPE_e4) && decimal) {
        slot->conversion.converter = HC_CONVERT_decimal;
        slot->conversion.scale = type == HC_TYPE_cents ? 2 : 4;
        return true;
    }
    if ((type == HC_TYPE_int32 || type == HC_TYPE_int64) &&
        (field->form == HC_FORM_int || field->form == HC_FORM_count)) {
        slot->conversion.converter = HC_CONVERT_int;
        if (type == HC_TYPE_int32 && !slot->conversion.low && !slot->conversion.high) {
            slot->conversion.low = r->target.low ? r->target.low : INT32_MIN;
            slot->conversion.high = r->target.high ? r->target.high : INT32_MAX;
        }
        return true;
    }
    char place[HC_ELSEWHERE_SIZE];
    hc_fault(r->faults, node, "%s is of type %s, which cannot become %s%s%s", field->name,
             forms[field->form], hc_type_name(type),
             type == HC_TYPE_bool ? " without codes:" : "",
             hc_feed_elsewhere(node, "the field", field->node, place));
    return false;
}
