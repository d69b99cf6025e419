/* How many different keys each group has, in bounded memory: keys beyond it are spilled by
 * hash and counted part by part. Keys are compared, not only their hashes. */
#ifndef HC_RULE_DISTINCT_H
#define HC_RULE_DISTINCT_H

#include "base/arena.h"

struct hc_distinct;
enum hc_status hc_distinct_new(struct hc_distinct **distinct, uint64_t memory_bytes,
                               const char *temp_dir, struct hc_err *err) HC_MUST_CHECK;
/* sign +1 or -1: the same key with the other sign is another key. */
enum hc_status hc_distinct_add(struct hc_distinct *distinct, uint32_t group,
                               struct hc_str key, int sign, struct hc_err *err) HC_MUST_CHECK;
/* After the last add: count[group] += its keys of sign +1, -= those of sign -1. */
enum hc_status hc_distinct_count(struct hc_distinct *distinct, int64_t *count,
                                 struct hc_err *err) HC_MUST_CHECK;
void hc_distinct_free(struct hc_distinct *distinct);

#endif
