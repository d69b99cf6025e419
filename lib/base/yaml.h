/* YAML (and so JSON) files as a tree that knows where each node stands.
 *
 * Read by libyaml's event interface with limits: depth 64, 100,000 events, 1 MiB (receipts
 * and manifests of our own: 64 MiB, 10 M events), no aliases, no tags, no duplicate keys, one
 * document. All else is HC_ECONFIG with file:line:column.
 */
#ifndef HC_BASE_YAML_H
#define HC_BASE_YAML_H

#include "base/arena.h"

enum hc_node_type { HC_NODE_SCALAR, HC_NODE_LIST, HC_NODE_MAP };
struct hc_node {
    enum hc_node_type type;
    unsigned line, column;  /* from 1 */
    const char *file;       /* as the yaml is named */
    struct hc_str key;      /* in a map: the key; NUL-terminated too */
    struct hc_str text;     /* scalar; NUL-terminated too */
    bool quoted;            /* scalar was quoted: "null", "true", "12" are then text */
    struct hc_node *child;  /* first item or entry */
    struct hc_node *next;   /* next sibling */
    size_t children;
};
struct hc_yaml; /* owns the tree */
enum hc_status hc_yaml_read(struct hc_yaml **yaml, const char *path,
                            struct hc_err *err) HC_MUST_CHECK;
/* From memory; name stands for the file in messages. ours: JSON that hctools wrote, with the
 * wider limits; of one that was cut off the message says so. */
enum hc_status hc_yaml_parse(struct hc_yaml **yaml, const char *name, struct hc_str text,
                             bool ours, struct hc_err *err) HC_MUST_CHECK;
const struct hc_node *hc_yaml_root(const struct hc_yaml *yaml);
const char *hc_yaml_name(const struct hc_yaml *yaml);
struct hc_arena *hc_yaml_arena(struct hc_yaml *yaml); /* lives as long as the tree */
void hc_yaml_free(struct hc_yaml *yaml);

/* Entry of a map by key, or NULL; also NULL when map is NULL or no map. */
const struct hc_node *hc_node_get(const struct hc_node *map, const char *key);
/* An unquoted null, ~ or nothing at all. */
bool hc_node_is_null(const struct hc_node *node);

/* Checking: every fault is collected, so that an analyst sees all of them at once. The
 * getters return the fallback after noting a fault of type. */
struct hc_faults {
    const struct hc_yaml *yaml;
    struct hc_buf text; /* "FILE:LINE:COL: what" lines */
    size_t count;
};
void hc_fault(struct hc_faults *faults, const struct hc_node *node, const char *format, ...)
    HC_PRINTF(3, 4);
/* What could not be read for want of memory is no fault of the file: hc_faults_end() tells. */
void hc_fault_memory(struct hc_faults *faults);
/* Each key of map must be in allowed (NULL-terminated); else a fault with "did you mean". */
void hc_check_keys(struct hc_faults *faults, const struct hc_node *map,
                   const char *const *allowed);
/* A fault for each of the keys in later that stands in map: "KEY: not supported yet". They
 * are among those that hc_check_keys() is told. */
void hc_check_later(struct hc_faults *faults, const struct hc_node *map,
                    const char *const *later);
const char *hc_get_text(struct hc_faults *faults, const struct hc_node *map, const char *key,
                        bool required, const char *fallback);
int64_t hc_get_int(struct hc_faults *faults, const struct hc_node *map, const char *key,
                   int64_t low, int64_t high, int64_t fallback);
bool hc_get_bool(struct hc_faults *faults, const struct hc_node *map, const char *key,
                 bool fallback);
/* A list of scalars, or one scalar; NULL-terminated strings in the yaml's arena. */
const char *const *hc_get_texts(struct hc_faults *faults, const struct hc_node *map,
                                const char *key, bool required, size_t *count);
/* One of choices (NULL-terminated): its index. */
int hc_get_choice(struct hc_faults *faults, const struct hc_node *map, const char *key,
                  const char *const *choices, int fallback);
/* HC_OK when there were none, else HC_ECONFIG with all of them in err; frees the text. */
enum hc_status hc_faults_end(struct hc_faults *faults, struct hc_err *err) HC_MUST_CHECK;

#endif
