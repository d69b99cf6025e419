#include "feed/layout.h"

#include <stdlib.h>

#include "base/map.h"
#include "feed/period.h"
#include "feed/version.h"
#include "feed/where.h"

struct defaults { /* of fields: the feed's, then the file's own */
    const char *const *null;
    size_t nulls;
    enum hc_date_form dates;
    int implied;
    unsigned signs;
};

static const char *const date_forms[] = {
    "ccyy-mm-dd", "ccyymmdd",     "mmddccyy",       "mm/dd/ccyy",          "ccyymm",
    "m/d/ccyy",   "ccyymmddhhmm", "ccyymmddhhmmss", "ccyy-mm-ddThh:mm:ss", NULL};
static const char *const sign_forms[] = {"leading", "trailing", "parens", "overpunch",
                                         NULL};
static const unsigned sign_bits[] = {HC_SIGN_LEADING, HC_SIGN_TRAILING, HC_SIGN_PARENS,
                                     HC_SIGN_OVERPUNCH};
#define DEFAULT_KEYS "null", "dates", "implied", "signs"

static unsigned read_signs(struct hc_faults *faults, const struct hc_node *map,
                           unsigned fallback) {
    int form = hc_get_choice(faults, map, "signs", sign_forms, -1);
    return form < 0 ? fallback : sign_bits[form];
}

static void read_defaults(struct hc_faults *faults, const struct hc_node *map,
                          struct defaults *d) {
    size_t count = 0;
    const char *const *null = hc_get_texts(faults, map, "null", false, &count);
    if (count) {
        d->null = null;
        d->nulls = count;
    }
    d->dates = (enum hc_date_form)hc_get_choice(faults, map, "dates", date_forms, d->dates);
    d->implied = (int)hc_get_int(faults, map, "implied", 0, 4, d->implied);
    d->signs = read_signs(faults, map, d->signs);
}

int64_t hc_percent_get(struct hc_faults *faults, const struct hc_node *map, const char *key,
                       int64_t most, int64_t fallback) {
    const struct hc_node *node = hc_node_get(map, key);
    int64_t value = fallback;
    if (!node)
        return fallback;
    struct hc_str text = node->type == HC_NODE_SCALAR ? node->text : HC_STR("");
    if (text.len && text.ptr[text.len - 1] == '%')
        text.len--;
    if (hc_parse_decimal(text, 2, 0, 0, &value, NULL) != HC_OK || value < 0 || value > most)
        hc_fault(faults, node, "%s: a percentage such as 25%%, at most %lld%%", key,
                 (long long)(most / 100));
    return value;
}

/* thresholds: {FIELD: PERCENT}, a record of its own in receipts and --check. */
static void read_thresholds(struct hc_faults *faults, const struct hc_node *node,
                            struct hc_feed_file *file) {
    const struct hc_node *map = hc_node_get(node, "thresholds");
    if (map && map->type != HC_NODE_MAP)
        hc_fault(faults, map, "thresholds: a map from a field to a percentage");
    for (const struct hc_node *n = map ? map->child : NULL; n; n = n->next) {
        size_t f = 0;
        while (f < file->fields && !hc_str_is(n->key, file->field[f].name))
            f++;
        if (f == file->fields)
            hc_feed_no_field(faults, n, file, n->key);
        else
            file->field[f].threshold =
                (int)hc_percent_get(faults, map, file->field[f].name, 10000, 0);
    }
}

static const struct hc_str *strs_of(struct hc_feed *feed, const char *const *text,
                                    size_t count) {
    struct hc_str *s = hc_arena_zalloc(feed->arena, (count + 1) * sizeof *s);
    for (size_t i = 0; s && i < count; i++)
        s[i] = hc_str_of(text[i]);
    return s;
}

/* A default that is written with digits is a date that is none: of a field that is no date
 * the same digits may be an amount or a number of somebody. */
static const struct hc_str *default_nulls(struct hc_feed *feed, const struct defaults *d,
                                          enum hc_field_form form, size_t *count) {
    struct hc_str *s = hc_arena_zalloc(feed->arena, (d->nulls + 1) * sizeof *s);
    *count = 0;
    for (size_t i = 0; s && i < d->nulls; i++)
        if (form == HC_FORM_date || !strpbrk(d->null[i], "0123456789"))
            s[(*count)++] = hc_str_of(d->null[i]);
    return s;
}

/* The path of a field; one that begins with the name of `each` goes on from the element. */
static void read_path(struct hc_feed *feed, struct hc_faults *faults,
                      const struct hc_node *node, const struct hc_feed_file *file,
                      struct hc_feed_field *field) {
    struct hc_str text = hc_str_of(hc_get_text(faults, node, "path", true, "id"));
    size_t len = file->each ? strlen(file->each) : 0;
    const char *reason = NULL;
    field->of_each = len && text.len > len + 1 && text.ptr[len] == '.' &&
                     memcmp(text.ptr, file->each, len) == 0;
    if (field->of_each)
        text = (struct hc_str){text.ptr + len + 1, text.len - len - 1};
    field->last = hc_get_bool(faults, node, "reference", false);
    field->path = hc_json_path_read(feed->arena, text, &reason);
    if (!field->path)
        hc_fault(faults, node, "path: %s", reason);
}

static void read_field(struct hc_feed *feed, struct hc_faults *faults,
                       const struct hc_node *node, const struct hc_feed_file *file,
                       const struct defaults *d, struct hc_feed_field *field) {
    static const char *const keys[] = {
        "at",          "len",   "name",    "label",     "type",  "null",
        "decimals",    "round", "implied", "dates",     "signs", "required",
        "strip_zeros", "doc",   "path",    "reference", "shape", NULL};
    static const char *const forms[] = {"text",     "int",  "count", "amount",
                                        "quantity", "date", NULL};
    static const char *const rounds[] = {"half_even", NULL};
    struct hc_conversion *c = &field->conversion;
    hc_check_keys(faults, node, keys);
    field->node = node;
    field->name = hc_get_text(faults, node, "name", true, "");
    field->at = (uint32_t)hc_get_int(faults, node, "at", 1, 1 << 20, field->at);
    field->length = (uint32_t)hc_get_int(faults, node, "len", 1, 1 << 20, 0);
    field->form = (enum hc_field_form)hc_get_choice(faults, node, "type", forms, 0);
    if (file->fixed && (!hc_node_get(node, "at") || !field->length))
        hc_fault(faults, node, "a field of a fixed-width file needs at: and len:");
    else if (file->fixed && field->at + field->length - 1 > file->record_bytes)
        hc_fault(faults, node, "%s ends at byte %u, the record at %u", field->name,
                 field->at + field->length - 1, file->record_bytes);
    if (!file->fixed && field->at > HC_FIELDS_MAX)
        hc_fault(faults, node, "a record has at most %d columns", HC_FIELDS_MAX);
    if (file->ndjson)
        read_path(feed, faults, node, file, field);
    else if (hc_node_get(node, "path") || hc_node_get(node, "reference"))
        hc_fault(faults, node, "path: and reference: are for format: ndjson");
    size_t nulls = 0;
    const struct hc_str *null;
    if (hc_node_get(node, "null")) {
        const char *const *own = hc_get_texts(faults, node, "null", true, &nulls);
        null = strs_of(feed, own, nulls);
    } else {
        null = default_nulls(feed, d, field->form, &nulls);
    }
    static const enum hc_converter converters[HC_FORMS] = {
        HC_CONVERT_text,    HC_CONVERT_int,     HC_CONVERT_decimal,
        HC_CONVERT_decimal, HC_CONVERT_decimal, HC_CONVERT_date};
    *c = (struct hc_conversion){
        .converter = converters[field->form],
        .field = field->name,
        .required = hc_get_bool(faults, node, "required", false),
        .null_text = null,
        .null_texts = nulls,
        .strip_zeros = hc_get_bool(faults, node, "strip_zeros", false),
        .signs = read_signs(faults, node, d->signs),
        .form =
            (enum hc_date_form)hc_get_choice(faults, node, "dates", date_forms, d->dates),
    };
    if (!c->null_text)
        hc_fault_memory(faults);
    field->shape = hc_get_text(faults, node, "shape", false, NULL);
    if (field->shape && (field->form != HC_FORM_text || field->of_each))
        hc_fault(faults, node, "shape: is for texts, and not of elements");
    c->implied = (int)hc_get_int(faults, node, "implied", 0, 4,
                                 field->form == HC_FORM_amount ? d->implied : 0);
    c->scale = field->form == HC_FORM_quantity ? 4 : field->form == HC_FORM_amount ? 2 : 0;
    c->decimals = (int)hc_get_int(faults, node, "decimals", 0, 4, c->scale);
    c->round_half_even = hc_get_choice(faults, node, "round", rounds, -1) == 0;
    if (field->form == HC_FORM_amount && c->decimals > 2 && !c->round_half_even)
        hc_fault(faults, node, "%s: more than two decimals need round: half_even",
                 field->name);
}

/* Of a fixed-width file: {is: TEXT} and, of a trailer, the place of its count. */
static void read_fixed_edge(struct hc_faults *faults, const struct hc_node *map,
                            const char *key, struct hc_feed_edge *edge) {
    static const char *const keys[] = {"is", "count", NULL};
    static const char *const places[] = {"at", "len", NULL};
    const struct hc_node *node = hc_node_get(map, key), *count = hc_node_get(node, "count");
    if (!node)
        return;
    hc_check_keys(faults, node, keys);
    edge->is = hc_get_text(faults, node, "is", true, "");
    if (!*edge->is)
        hc_fault(faults, node, "is: what the record begins with");
    if (!count)
        return;
    hc_check_keys(faults, count, places);
    edge->count = (uint32_t)hc_get_int(faults, count, "at", 1, HC_RECORD_MAX, 0);
    edge->count_bytes = (uint32_t)hc_get_int(faults, count, "len", 1, 18, 0);
    if (!edge->count || !edge->count_bytes)
        hc_fault(faults, count, "count: {at: BYTE, len: BYTES} of a fixed-width file");
}

/* NUMBER: TEXT, what a column of an edge says. */
static bool read_expected(const struct hc_node *n, struct hc_edge_text *out) {
    char *end;
    unsigned long column = strtoul(n->key.ptr ? n->key.ptr : "", &end, 10);
    if (n->type != HC_NODE_SCALAR || *end || column < 1 || column > HC_FIELDS_MAX)
        return false;
    *out = (struct hc_edge_text){(uint32_t)column, n->text.ptr};
    return true;
}

static void read_edge(struct hc_faults *faults, const struct hc_node *map, const char *key,
                      enum hc_date_form dates, struct hc_feed_edge *edge) {
    static const char *const keys[] = {"is", "expect", "test", "count", "period", NULL};
    const struct hc_node *node = hc_node_get(map, key),
                         *expect = hc_node_get(node, "expect"),
                         *test = hc_node_get(node, "test");
    if (!node)
        return;
    hc_check_keys(faults, node, keys);
    hc_period_read(faults, node, dates, date_forms, edge);
    edge->is = hc_get_text(faults, node, "is", true, "");
    edge->count = (uint32_t)hc_get_int(faults, node, "count", 1, HC_FIELDS_MAX, 0);
    for (const struct hc_node *n = expect ? expect->child : NULL; n; n = n->next) {
        if (edge->expects == sizeof edge->expect / sizeof *edge->expect ||
            !read_expected(n, &edge->expect[edge->expects++])) {
            hc_fault(faults, n, "expect: up to 8 columns, {NUMBER: TEXT, ...}");
            break;
        }
    }
    if (test && (test->type != HC_NODE_MAP || test->children != 1 ||
                 !read_expected(test->child, &edge->test)))
        hc_fault(faults, test, "test: one column, {NUMBER: TEXT}");
}

static void check_fields(struct hc_faults *faults, const struct hc_node *fields,
                         const struct hc_feed_file *file) {
    struct hc_map *names = NULL;
    const struct hc_node *node = fields->child;
    if (hc_map_new(&names, NULL) != HC_OK)
        return;
    for (size_t i = 0; i < file->fields; i++, node = node->next) {
        uint32_t id;
        bool added;
        if (hc_map_add(names, hc_str_of(file->field[i].name), &id, &added, NULL) == HC_OK &&
            !added)
            hc_fault(faults, node, "%s has two fields called '%s'", file->name,
                     file->field[i].name);
        if (!file->fixed && file->names != HC_NAMES_name && file->field[i].at != i + 1)
            hc_fault(faults, node, "%s: column %u follows column %zu", file->field[i].name,
                     file->field[i].at, i);
    }
    hc_map_free(names);
}

static bool is_later(struct hc_str format) {
    return hc_str_is(format, "fhir") || hc_str_is(format, "jsonl") ||
           hc_str_is(format, "parquet");
}

static void read_file(struct hc_feed *feed, struct hc_faults *faults,
                      const struct hc_node *node, struct defaults d) {
    static const char *const keys[] = {
        "doc",      "match",       "format",      "length",     "delimiter",
        "quotes",   "names",       "strict",      "header",     "trailer",
        "required", "allow_empty", "fields",      "thresholds", "ends",
        "resource", "each",        "allow_short", "allow_long", "version",
        "layouts",  "by_resource", "several",     DEFAULT_KEYS, NULL};
    static const char *const formats[] = {"fixed", "delimited", "ndjson", NULL};
    static const char *const ends[] = {"lf", "cr", NULL};
    const struct hc_node *format = hc_node_get(node, "format");
    static const char *const names[] = {"none", "position", "name", "ignored", NULL};
    struct hc_feed_file *file = &feed->file[feed->files++];
    const struct hc_node *fields = hc_node_get(node, "fields");
    *file = (struct hc_feed_file){.name = node->key.ptr,
                                  .group = -1,
                                  .key = -1,
                                  .dated = -1,
                                  .dated_month = -1,
                                  .node = node};
    hc_check_keys(faults, node, keys);
    if (format && is_later(format->text)) {
        hc_fault(faults, format, "format: %s is not supported yet", format->text.ptr);
        return;
    }
    read_defaults(faults, node, &d);
    file->match = hc_get_texts(faults, node, "match", true, &file->patterns);
    for (size_t i = 0; i < file->patterns; i++) {
        const char *reason;
        if (!hc_name_check(file->match[i], &reason))
            hc_fault(faults, hc_node_get(node, "match"), "match: %s", reason);
    }
    int form = hc_get_choice(faults, node, "format", formats, 0);
    file->fixed = form == 0;
    file->ndjson = form == 2;
    if (!hc_node_get(node, "format"))
        hc_fault(faults, node, "format: fixed, delimited or ndjson");
    file->required = hc_get_bool(faults, node, "required", false);
    file->allow_empty = hc_get_bool(faults, node, "allow_empty", false);
    file->several = hc_get_bool(faults, node, "several", false);
    file->allow_short = hc_get_bool(faults, node, "allow_short", false);
    file->allow_long = hc_get_bool(faults, node, "allow_long", false);
    file->end = hc_get_choice(faults, node, "ends", ends, 0) == 1 ? '\r' : '\n';
    if (file->fixed) {
        file->record_bytes =
            (uint32_t)hc_get_int(faults, node, "length", 1, HC_RECORD_MAX, HC_RECORD_MAX);
        if (!hc_node_get(node, "length"))
            hc_fault(faults, node, "length: bytes of a record, without its end");
        read_fixed_edge(faults, node, "header", &file->header);
        read_fixed_edge(faults, node, "trailer", &file->trailer);
    } else if (file->ndjson) {
        file->resource = hc_get_text(faults, node, "resource", false, NULL);
        file->by_resource = hc_get_bool(faults, node, "by_resource", false);
        if (file->by_resource && !file->resource)
            hc_fault(faults, node, "by_resource: needs resource:");
        file->each = hc_get_text(faults, node, "each", false, NULL);
    } else {
        const char *delimiter = hc_get_text(faults, node, "delimiter", true, "|");
        if (strlen(delimiter) != 1)
            hc_fault(faults, hc_node_get(node, "delimiter"), "delimiter: one byte");
        file->delimiter = delimiter[0];
        file->quotes = hc_get_bool(faults, node, "quotes", false);
        file->strict = hc_get_bool(faults, node, "strict", false);
        file->names = (enum hc_names)hc_get_choice(faults, node, "names", names, 0);
        read_edge(faults, node, "header", d.dates, &file->header);
        read_edge(faults, node, "trailer", d.dates, &file->trailer);
    }
    if (!fields || fields->type != HC_NODE_LIST || !fields->child) {
        hc_fault(faults, fields ? fields : node,
                 "fields: all columns of the source document");
        return;
    }
    file->node = fields;
    file->field = hc_arena_zalloc(feed->arena, fields->children * sizeof *file->field);
    if (!file->field) {
        hc_fault_memory(faults);
        return;
    }
    for (const struct hc_node *n = fields->child; n; n = n->next) {
        struct hc_feed_field *field = &file->field[file->fields++];
        field->at = (uint32_t)file->fields;
        read_field(feed, faults, n, file, &d, field);
    }
    check_fields(faults, fields, file);
    hc_versions_read(feed, faults, node, file);
    hc_period_bind(feed, faults, hc_node_get(node, "header"), file);
    read_thresholds(faults, node, file);
}

void hc_layouts_read(struct hc_feed *feed, struct hc_faults *faults,
                     const struct hc_node *root) {
    static const char *const default_keys[] = {DEFAULT_KEYS, NULL};
    const struct hc_node *files = hc_node_get(root, "files");
    const struct hc_node *defaults = hc_node_get(root, "defaults");
    struct defaults d = {.dates = HC_DATE_ISO};
    if (!files || files->type != HC_NODE_MAP || !files->child) {
        hc_fault(faults, files ? files : root,
                 "files: a map from a name to a file's layout");
        return;
    }
    hc_check_keys(faults, defaults, default_keys);
    read_defaults(faults, defaults, &d);
    feed->file = hc_arena_zalloc(feed->arena, files->children * sizeof *feed->file);
    if (!feed->file) {
        hc_fault_memory(faults);
        return;
    }
    for (const struct hc_node *n = files->child; n; n = n->next)
        read_file(feed, faults, n, d);
}
