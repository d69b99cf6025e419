/* Schemas as Arrow writes them: our columns as an Arrow schema table, and any Arrow schema as
 * a list of fields with what each occupies in a batch. Source: Arrow format/Schema.fbs.
 */
#ifndef HC_RECORD_ARROW_SCHEMA_H
#define HC_RECORD_ARROW_SCHEMA_H

#include "record/flat.h"
#include "record/stream.h"

enum hc_wire { /* how the values of a column are laid out in a message's body */
    HC_WIRE_other, /* known by name only; never read */
    HC_WIRE_null,
    HC_WIRE_bool,
    HC_WIRE_int8,
    HC_WIRE_int16,
    HC_WIRE_int32,
    HC_WIRE_int64,
    HC_WIRE_uint8,
    HC_WIRE_uint16,
    HC_WIRE_uint32,
    HC_WIRE_date32,
    HC_WIRE_date64,
    HC_WIRE_utf8,
    HC_WIRE_large_utf8,
    HC_WIRE_utf8_view,
    HC_WIRE_list,
    HC_WIRE_large_list,
};
size_t hc_wire_width(enum hc_wire wire); /* bytes a value; 0 for bits, texts and lists */

struct hc_arrow_field {
    struct hc_str name;
    enum hc_wire wire;     /* of a dictionary: of its values */
    const char *type_name; /* "timestamp", for messages */
    bool dictionary;
    int64_t dictionary_id;
    enum hc_wire index;    /* of a dictionary */
    enum hc_wire item;     /* of a list */
    struct hc_str unit;    /* field metadata: "cents", "e4" or "" */
    bool phi, sum;
    size_t nodes, buffers; /* what it occupies in a batch, children counted in */
    size_t views;          /* how many variadic counts; their buffers come on top */
};
struct hc_arrow_schema {
    struct hc_arena arena;
    size_t fields;
    struct hc_arrow_field *field;
    struct hc_meta meta;
};

/* Read a schema table. HC_EDATA when it is damaged, big-endian, or beyond 4,096 fields. */
enum hc_status hc_arrow_schema_read(struct hc_arrow_schema *schema, struct hc_flat_table table,
                                    struct hc_err *err) HC_MUST_CHECK;
void hc_arrow_schema_free(struct hc_arrow_schema *schema);

/* Build the schema table of the columns that has (NULL: all), behind the reference at `from`.
 * A dictionary's id is its column number. */
void hc_arrow_schema_build(struct hc_buf *buf, size_t from, const struct hc_schema *schema,
                           const bool *has, const struct hc_meta *meta);
/* A vector of key and value pairs. */
void hc_arrow_meta_build(struct hc_buf *buf, size_t from, const struct hc_meta *meta);
/* Read one, into arena. HC_EDATA when damaged. */
enum hc_status hc_arrow_meta_read(struct hc_meta *meta, struct hc_flat_vector pairs,
                                  struct hc_arena *arena, struct hc_err *err) HC_MUST_CHECK;

#endif
