#include "record/arrow_schema.h"

enum { FIELDS_MAX = 4096, DEPTH_MAX = 16, PAIRS_MAX = 4096 };

/* Field numbers of the tables in Schema.fbs. */
enum { SCHEMA_ENDIANNESS, SCHEMA_FIELDS, SCHEMA_METADATA, SCHEMA_FEATURES };
enum {
    FIELD_NAME,
    FIELD_NULLABLE,
    FIELD_TYPE_TYPE,
    FIELD_TYPE,
    FIELD_DICTIONARY,
    FIELD_CHILDREN,
    FIELD_METADATA,
    FIELD_SLOTS
};
enum { DICTIONARY_ID, DICTIONARY_INDEX_TYPE, DICTIONARY_ORDERED, DICTIONARY_SLOTS };
enum { TYPE_INT = 2, TYPE_UTF8 = 5, TYPE_BOOL = 6, TYPE_DATE = 8, TYPE_LIST = 12 };

/* The Type union in its order. buffers: of the type itself, children apart. */
static const struct {
    const char *name;
    enum hc_wire wire; /* HC_WIRE_other where it depends, or is not read */
    uint8_t buffers, views;
} types[] = {
    {"no type", HC_WIRE_other, 0, 0},
    {"null", HC_WIRE_null, 0, 0},
    {"int", HC_WIRE_other, 2, 0},
    {"floating point", HC_WIRE_other, 2, 0},
    {"binary", HC_WIRE_other, 3, 0},
    {"utf8", HC_WIRE_utf8, 3, 0},
    {"bool", HC_WIRE_bool, 2, 0},
    {"decimal", HC_WIRE_other, 2, 0},
    {"date", HC_WIRE_other, 2, 0},
    {"time", HC_WIRE_other, 2, 0},
    {"timestamp", HC_WIRE_other, 2, 0},
    {"interval", HC_WIRE_other, 2, 0},
    {"list", HC_WIRE_list, 2, 0},
    {"struct", HC_WIRE_other, 1, 0},
    {"union", HC_WIRE_other, 1, 0}, /* a dense one has 2 */
    {"fixed size binary", HC_WIRE_other, 2, 0},
    {"fixed size list", HC_WIRE_other, 1, 0},
    {"map", HC_WIRE_other, 2, 0},
    {"duration", HC_WIRE_other, 2, 0},
    {"large binary", HC_WIRE_other, 3, 0},
    {"large utf8", HC_WIRE_large_utf8, 3, 0},
    {"large list", HC_WIRE_large_list, 2, 0},
    {"run-end encoded", HC_WIRE_other, 0, 0},
    {"binary view", HC_WIRE_other, 2, 1},
    {"utf8 view", HC_WIRE_utf8_view, 2, 1},
    {"list view", HC_WIRE_other, 3, 0},
    {"large list view", HC_WIRE_other, 3, 0},
};
enum { TYPES = sizeof types / sizeof *types, TYPE_UNION = 14, TYPE_FLOAT = 3 };

size_t hc_wire_width(enum hc_wire wire) {
    static const uint8_t width[] = {
        [HC_WIRE_int8] = 1,       [HC_WIRE_int16] = 2,  [HC_WIRE_int32] = 4,
        [HC_WIRE_int64] = 8,      [HC_WIRE_uint8] = 1,  [HC_WIRE_uint16] = 2,
        [HC_WIRE_uint32] = 4,     [HC_WIRE_date32] = 4, [HC_WIRE_date64] = 8,
        [HC_WIRE_large_list] = 0,
    };
    return width[wire];
}

/* ---- reading ---- */

static enum hc_wire int_wire(struct hc_flat_table type, const char **name) {
    static const struct {
        const char *name;
        enum hc_wire wire;
    } by[2][4] = {{{"uint8", HC_WIRE_uint8},
                   {"uint16", HC_WIRE_uint16},
                   {"uint32", HC_WIRE_uint32},
                   {"uint64", HC_WIRE_other}},
                  {{"int8", HC_WIRE_int8},
                   {"int16", HC_WIRE_int16},
                   {"int32", HC_WIRE_int32},
                   {"int64", HC_WIRE_int64}}};
    bool is_signed = hc_flat_int(type, 1, 1, 0) != 0;
    int64_t bits = hc_flat_int(type, 0, 4, 0);
    for (size_t i = 0; i < 4; i++)
        if (bits == 8 << i) {
            *name = by[is_signed][i].name;
            return by[is_signed][i].wire;
        }
    return HC_WIRE_other;
}

static enum hc_wire wire_of(int64_t number, struct hc_flat_table type, const char **name) {
    *name = types[number].name;
    if (number == TYPE_INT)
        return int_wire(type, name);
    if (number == TYPE_FLOAT)
        *name = hc_flat_int(type, 0, 2, 0) == 2 ? "double" : "float";
    if (number == TYPE_DATE)
        return hc_flat_int(type, 0, 2, 1) == 0 ? HC_WIRE_date32 : HC_WIRE_date64;
    return types[number].wire;
}

/* Count what a field occupies, children and all; *fields bounds the work on hostile input.
 */
static bool count_parts(struct hc_flat_table table, struct hc_arrow_field *field, int depth,
                        size_t *fields) {
    struct hc_flat_table dictionary = hc_flat_table(table, FIELD_DICTIONARY);
    struct hc_flat_vector children = hc_flat_vector(table, FIELD_CHILDREN, 4);
    int64_t number = hc_flat_int(table, FIELD_TYPE_TYPE, 1, 0);
    if (++*fields > FIELDS_MAX || depth > DEPTH_MAX || number <= 0 || number >= TYPES)
        return false;
    field->nodes++;
    if (dictionary.at) { /* what stands in the batch are the indices */
        field->buffers += 2;
        return true;
    }
    field->buffers += types[number].buffers;
    field->views += types[number].views;
    if (number == TYPE_UNION)
        field->buffers += hc_flat_int(hc_flat_table(table, FIELD_TYPE), 0, 2, 0) == 1;
    for (size_t i = 0; i < children.count && !table.flat->bad; i++)
        if (!count_parts(hc_flat_table_at(children, i), field, depth + 1, fields))
            return false;
    return true;
}

enum hc_status hc_arrow_meta_read(struct hc_meta *meta, struct hc_flat_vector pairs,
                                  struct hc_arena *arena, struct hc_err *err) {
    *meta = (struct hc_meta){0};
    if (pairs.count > PAIRS_MAX)
        return hc_fail(err, HC_EDATA, "damaged: more than %d pairs of metadata", PAIRS_MAX);
    if (pairs.count == 0)
        return HC_OK;
    meta->pair = hc_arena_zalloc(arena, pairs.count * sizeof *meta->pair);
    if (!meta->pair)
        return hc_fail_memory(err);
    for (size_t i = 0; i < pairs.count; i++) {
        struct hc_flat_table pair = hc_flat_table_at(pairs, i);
        struct hc_str key = hc_flat_str(pair, 0), value = hc_flat_str(pair, 1);
        const char *key_copy = hc_arena_copy(arena, key);
        const char *value_copy = hc_arena_copy(arena, value);
        if (!key_copy || !value_copy)
            return hc_fail_memory(err);
        meta->pair[i].key = (struct hc_str){key_copy, key.len};
        meta->pair[i].value = (struct hc_str){value_copy, value.len};
        meta->count++;
    }
    return HC_OK;
}

struct hc_str hc_meta_get(const struct hc_meta *meta, const char *key) {
    for (size_t i = 0; meta && i < meta->count; i++)
        if (hc_str_is(meta->pair[i].key, key))
            return meta->pair[i].value;
    return (struct hc_str){"", 0};
}

static enum hc_status read_field(struct hc_arrow_schema *schema, struct hc_flat_table table,
                                 struct hc_arrow_field *field, size_t *fields,
                                 struct hc_err *err) {
    struct hc_flat_table dictionary = hc_flat_table(table, FIELD_DICTIONARY);
    struct hc_flat_vector children = hc_flat_vector(table, FIELD_CHILDREN, 4);
    struct hc_meta meta;
    enum hc_status status;
    const char *ignored;

    if (!count_parts(table, field, 0, fields) || table.flat->bad)
        return hc_fail(err, HC_EDATA, "damaged: a field of the schema makes no sense");
    struct hc_str name = hc_flat_str(table, FIELD_NAME);
    const char *copy = hc_arena_copy(&schema->arena, name);
    if (!copy)
        return hc_fail_memory(err);
    field->name = (struct hc_str){copy, name.len};
    field->wire = wire_of(hc_flat_int(table, FIELD_TYPE_TYPE, 1, 0),
                          hc_flat_table(table, FIELD_TYPE), &field->type_name);
    if (field->wire == HC_WIRE_list || field->wire == HC_WIRE_large_list) {
        struct hc_flat_table item = {.flat = table.flat};
        if (children.count == 1)
            item = hc_flat_table_at(children, 0);
        if (hc_flat_table(item, FIELD_DICTIONARY).at == 0)
            field->item = wire_of(hc_flat_int(item, FIELD_TYPE_TYPE, 1, 0),
                                  hc_flat_table(item, FIELD_TYPE), &ignored);
    } else if (children.count && field->wire != HC_WIRE_other) {
        return hc_fail(err, HC_EDATA, "damaged: a field of the schema makes no sense");
    }
    if (dictionary.at) {
        struct hc_flat_table type = hc_flat_table(dictionary, DICTIONARY_INDEX_TYPE);
        field->dictionary = true;
        field->dictionary_id = hc_flat_int(dictionary, DICTIONARY_ID, 8, 0);
        field->index = type.at ? int_wire(type, &ignored) : HC_WIRE_int32;
    }
    status = hc_arrow_meta_read(&meta, hc_flat_vector(table, FIELD_METADATA, 4),
                                &schema->arena, err);
    field->unit = hc_meta_get(&meta, "unit");
    field->phi = hc_str_is(hc_meta_get(&meta, "hc.phi"), "1");
    field->sum = hc_str_is(hc_meta_get(&meta, "hc.sum"), "1");
    return status;
}

enum hc_status hc_arrow_schema_read(struct hc_arrow_schema *schema,
                                    struct hc_flat_table table, struct hc_err *err) {
    struct hc_flat_vector fields = hc_flat_vector(table, SCHEMA_FIELDS, 4);
    size_t counted = 0;
    enum hc_status status;

    if (hc_flat_int(table, SCHEMA_ENDIANNESS, 2, 0) != 0) {
        hc_fail(err, HC_EDATA, "written big-endian, which is not supported");
        hc_err_hint(err, "rewrite it on a little-endian machine");
        return HC_EDATA;
    }
    if (fields.count > FIELDS_MAX)
        return hc_fail(err, HC_EDATA, "more than %d columns", FIELDS_MAX);
    schema->fields = fields.count;
    schema->field =
        hc_arena_zalloc(&schema->arena, (fields.count + 1) * sizeof *schema->field);
    if (!schema->field)
        return hc_fail_memory(err);
    for (size_t i = 0; i < fields.count; i++) {
        status = read_field(schema, hc_flat_table_at(fields, i), &schema->field[i],
                            &counted, err);
        if (status != HC_OK)
            return status;
    }
    status = hc_arrow_meta_read(&schema->meta, hc_flat_vector(table, SCHEMA_METADATA, 4),
                                &schema->arena, err);
    if (status == HC_OK && table.flat->bad)
        return hc_fail(err, HC_EDATA, "damaged: the schema points outside of itself");
    return status;
}

void hc_arrow_schema_free(struct hc_arrow_schema *schema) {
    hc_arena_free(&schema->arena);
    *schema = (struct hc_arrow_schema){0};
}

/* ---- building ---- */

void hc_arrow_meta_build(struct hc_buf *buf, size_t from, const struct hc_meta *meta) {
    size_t at = hc_flat_build_vector(buf, from, meta->count, 4);
    for (size_t i = 0; i < meta->count; i++) {
        struct hc_flat_slot pair[] = {HC_FLAT_REF, HC_FLAT_REF};
        hc_flat_build_table(buf, at + 4 * i, pair, 2);
        hc_flat_build_str(buf, pair[0].at, meta->pair[i].key);
        hc_flat_build_str(buf, pair[1].at, meta->pair[i].value);
    }
}

static void build_int(struct hc_buf *buf, size_t from, int bits) {
    struct hc_flat_slot slot[] = {HC_FLAT_INT(4, bits), HC_FLAT_INT(1, 1)};
    hc_flat_build_table(buf, from, slot, 2);
}

/* The type table; returns its number in the union. */
static int build_type(struct hc_buf *buf, size_t from, enum hc_type type) {
    struct hc_flat_slot day[] = {HC_FLAT_INT(2, 0)};
    switch (type) {
    case HC_TYPE_bool:
        hc_flat_build_table(buf, from, NULL, 0);
        return TYPE_BOOL;
    case HC_TYPE_int32:
        build_int(buf, from, 32);
        return TYPE_INT;
    case HC_TYPE_int64:
    case HC_TYPE_cents:
    case HC_TYPE_e4:
        build_int(buf, from, 64);
        return TYPE_INT;
    case HC_TYPE_date:
        hc_flat_build_table(buf, from, day, 1);
        return TYPE_DATE;
    case HC_TYPE_list:
        hc_flat_build_table(buf, from, NULL, 0);
        return TYPE_LIST;
    case HC_TYPE_utf8:
    case HC_TYPE_choice:
        break;
    }
    hc_flat_build_table(buf, from, NULL, 0);
    return TYPE_UTF8;
}

static void build_field(struct hc_buf *buf, size_t from, const struct hc_field *field,
                        int64_t dictionary_id) {
    struct hc_flat_slot slot[FIELD_SLOTS] = {
        [FIELD_NAME] = HC_FLAT_REF,       [FIELD_NULLABLE] = HC_FLAT_INT(1, 1),
        [FIELD_TYPE_TYPE] = {.bytes = 1}, [FIELD_TYPE] = HC_FLAT_REF,
        [FIELD_CHILDREN] = HC_FLAT_REF, /* readers want it, empty or not */
    };
    struct hc_meta_pair pair[3];
    struct hc_meta meta = {.pair = pair};
    if (field->type == HC_TYPE_cents || field->type == HC_TYPE_e4) {
        pair[meta.count].key = HC_STR("unit");
        pair[meta.count++].value = hc_str_of(field->type == HC_TYPE_e4 ? "e4" : "cents");
    }
    if (field->flags & HC_PHI) {
        pair[meta.count].key = HC_STR("hc.phi");
        pair[meta.count++].value = HC_STR("1");
    }
    if (field->flags & HC_SUM) {
        pair[meta.count].key = HC_STR("hc.sum");
        pair[meta.count++].value = HC_STR("1");
    }
    slot[FIELD_DICTIONARY].bytes = field->type == HC_TYPE_choice ? 4 : 0;
    slot[FIELD_METADATA].bytes = meta.count ? 4 : 0;
    hc_flat_build_table(buf, from, slot, FIELD_SLOTS);
    hc_flat_build_str(buf, slot[FIELD_NAME].at, hc_str_of(field->name));
    hc_flat_put(buf, slot[FIELD_TYPE_TYPE].at,
                build_type(buf, slot[FIELD_TYPE].at, field->type), 1);
    if (field->type == HC_TYPE_choice) {
        struct hc_flat_slot encoding[DICTIONARY_SLOTS] = {
            HC_FLAT_INT(8, dictionary_id), HC_FLAT_REF, {0}};
        hc_flat_build_table(buf, slot[FIELD_DICTIONARY].at, encoding, DICTIONARY_SLOTS);
        build_int(buf, encoding[DICTIONARY_INDEX_TYPE].at, 8);
    }
    bool list = field->type == HC_TYPE_list;
    size_t child = hc_flat_build_vector(buf, slot[FIELD_CHILDREN].at, list, 4);
    if (list) {
        const struct hc_field item = {.name = "item", .type = HC_TYPE_utf8};
        build_field(buf, child, &item, 0);
    }
    if (meta.count)
        hc_arrow_meta_build(buf, slot[FIELD_METADATA].at, &meta);
}

void hc_arrow_schema_build(struct hc_buf *buf, size_t from, const struct hc_schema *schema,
                           const bool *has, const struct hc_meta *meta) {
    struct hc_flat_slot slot[] = {
        [SCHEMA_ENDIANNESS] = HC_FLAT_INT(2, 0),
        [SCHEMA_FIELDS] = HC_FLAT_REF,
        [SCHEMA_METADATA] = HC_FLAT_REF,
    };
    size_t count = 0;
    for (size_t i = 0; i < schema->fields; i++)
        count += !has || has[i];
    hc_flat_build_table(buf, from, slot, 3);
    size_t at = hc_flat_build_vector(buf, slot[SCHEMA_FIELDS].at, count, 4);
    for (size_t i = 0; i < schema->fields; i++)
        if (!has || has[i]) {
            build_field(buf, at, &schema->field[i], (int64_t)i);
            at += 4;
        }
    hc_arrow_meta_build(buf, slot[SCHEMA_METADATA].at, meta);
}
