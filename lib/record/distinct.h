/* How many different texts each group has, exactly and within a bound of memory: the members
 * and claims of a delivery for its receipt, those of every cell of an aggregate.
 *
 * What is kept of a text is its hash of 128 bits (two that differ become one with a chance
 * below 1 in 10^20 at a billion texts), so that nothing about a person is held. Beyond
 * memory_bytes sorted runs of hashes go to an unlinked temporary file and are merged at the
 * end.
 */
#ifndef HC_RECORD_DISTINCT_H
#define HC_RECORD_DISTINCT_H

#include "base/err.h"
#include "base/str.h"

struct hc_distinct;
enum hc_status hc_distinct_new(struct hc_distinct **distinct, uint64_t memory_bytes,
                               const char *temp_dir, struct hc_err *err) HC_MUST_CHECK;
/* Count text together with number for a group: a claim alone (0), a member and a month. sign
 * +1 or -1: the same text with the other sign is another text. */
enum hc_status hc_distinct_add(struct hc_distinct *distinct, uint32_t group,
                               struct hc_str text, int64_t number, int sign,
                               struct hc_err *err) HC_MUST_CHECK;
/* The same for several texts of a group, alone (0) and of sign +1: faster by what a look into
 * a table that no cache holds costs. */
enum hc_status hc_distinct_add_texts(struct hc_distinct *distinct, uint32_t group,
                                     const struct hc_str *text, size_t texts,
                                     struct hc_err *err) HC_MUST_CHECK;
/* After the last add, once: count[group] += its texts of sign +1, -= those of sign -1. */
enum hc_status hc_distinct_count(struct hc_distinct *distinct, int64_t *count,
                                 struct hc_err *err) HC_MUST_CHECK;
void hc_distinct_free(struct hc_distinct *distinct);

#endif
