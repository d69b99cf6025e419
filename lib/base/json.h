/* JSON being written: receipts, manifests, metadata. Read it back with base/yaml.h. */
#ifndef HC_BASE_JSON_H
#define HC_BASE_JSON_H

#include "base/arena.h"
#include "base/num.h"

struct hc_json {
    struct hc_buf *buf;
    int depth;
    bool pretty; /* two-space indents, a newline behind every value */
    bool first[32];
    bool array[32];
    bool inline_[32]; /* this container stays on one line even when pretty */
};
void hc_json_start(struct hc_json *json, struct hc_buf *buf, bool pretty);
/* key is NULL inside arrays and at the top */
void hc_json_object(struct hc_json *json, const char *key);
void hc_json_array(struct hc_json *json, const char *key);
void hc_json_inline(struct hc_json *json); /* the container just opened stays on one line */
void hc_json_end(struct hc_json *json);    /* closes the innermost */
void hc_json_str(struct hc_json *json, const char *key, struct hc_str value);
void hc_json_text(struct hc_json *json, const char *key, const char *value); /* NULL: null */
void hc_json_int(struct hc_json *json, const char *key, int64_t value);
void hc_json_bool(struct hc_json *json, const char *key, bool value);
void hc_json_null(struct hc_json *json, const char *key);
/* A sum as a JSON string of digits: "123456" (JSON numbers lose digits in JavaScript). */
void hc_json_sum(struct hc_json *json, const char *key, hc_i128 value);

struct hc_node;
/* What was read from JSON (base/yaml.h), as it was: what stood on one line does again. */
void hc_json_node(struct hc_json *json, const char *key, const struct hc_node *node);

#endif
