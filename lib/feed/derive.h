/* A feed that is another feed with changes: `base: NAME`, and below it only what differs.
 *
 * Maps are merged key by key, in the base's order; all else replaces. What stands for itself
 * is replaced whole: a policy, and the right side of a map, but for one that gives only
 * codes:, other: or blank:, which changes the code map of the base's. `KEY: ~` takes a key
 * away. fields: may be a map from a field's name to what differs; more_fields: are columns
 * behind the last. A change to what the base does not have is a fault, not an addition,
 * wherever a slip of the pen would else go unseen: keys taken away, fields, right sides.
 */
#ifndef HC_FEED_DERIVE_H
#define HC_FEED_DERIVE_H

#include "base/file.h"
#include "base/yaml.h"

#define HC_BASES_MAX 4

struct hc_bases { /* of a feed, nearest first */
    size_t count;
    struct hc_yaml *yaml[HC_BASES_MAX];
    const char *path[HC_BASES_MAX];
};

/* The feed in yaml with its bases merged in: *root lives as long as yaml and bases. Bases are
 * looked for beside the feed, then where feeds are; their texts are added to digest.
 * Faults of merging are noted; HC_ECONFIG where a base cannot be read. */
enum hc_status hc_derive(struct hc_yaml *yaml, struct hc_bases *bases,
                         struct hc_digest *digest, struct hc_faults *faults,
                         const struct hc_node **root, struct hc_err *err) HC_MUST_CHECK;
void hc_bases_free(struct hc_bases *bases);

#endif
