/* A text of JSON as a tree of values. Scalars are kept as they are written: a number never
 * goes by way of a double. */
#ifndef HC_FORMAT_JSON_TREE_H
#define HC_FORMAT_JSON_TREE_H

#include "base/arena.h"

#define HC_JSON_DEPTH 64 /* levels; what is deeper is not read */

enum hc_json_type { HC_JSON_NULL, HC_JSON_SCALAR, HC_JSON_LIST, HC_JSON_MAP };
struct hc_json_value {
    enum hc_json_type type;
    struct hc_str key, text; /* text as written; of a string, unescaped */
    struct hc_json_value *child, *last, *next, *parent;
};
enum hc_json_trouble { HC_JSON_FINE, HC_JSON_DEEP, HC_JSON_NUL_BYTE, HC_JSON_NO_MEMORY };
struct hc_json_look { /* at the values of a tree; zero-initialise */
    bool doubled; /* a name that was asked for stands twice in one map */
    const struct hc_json_value *element; /* of the row, for paths; NULL: none */
};

/* The value of text, kept in arena, or NULL; trouble says why, HC_JSON_FINE where it is no
 * JSON. bytes: how far it could be read. */
struct hc_json_value *hc_json_read(struct hc_arena *arena, struct hc_str text,
                                   enum hc_json_trouble *trouble, size_t *bytes);
/* Is text the beginning of a JSON text that goes on behind it? */
bool hc_json_cut(struct hc_str text);
/* The first value of that name in a map; NULL none. */
const struct hc_json_value *hc_json_member(const struct hc_json_value *map,
                                           struct hc_str name, struct hc_json_look *look);
/* Where a value stands from the root on: item[1].adjudication[0].amount.value. Its names
 * are those of the text; they may be told where somebody asked for them by a path. */
void hc_json_place(const struct hc_json_value *value, struct hc_buf *out);

#endif
