/* How many different texts there were, exactly and within a bound of memory: members and
 * claims of a delivery, for its receipt.
 *
 * What is kept of a text is its hash of 128 bits (two that differ become one with a chance
 * below 1 in 10^20 at a billion texts), so that nothing about a person is held. Beyond
 * memory_bytes sorted runs of hashes go to an unlinked temporary file and are merged at the
 * end.
 */
#ifndef HC_RECORD_TALLY_H
#define HC_RECORD_TALLY_H

#include "base/err.h"
#include "base/str.h"

struct hc_tally;
enum hc_status hc_tally_new(struct hc_tally **distinct, uint64_t memory_bytes,
                               const char *temp_dir, struct hc_err *err) HC_MUST_CHECK;
/* Count text together with number: a claim alone (0), a member and a month. */
enum hc_status hc_tally_add(struct hc_tally *distinct, struct hc_str text,
                               int64_t number, struct hc_err *err) HC_MUST_CHECK;
/* After the last add, once. */
enum hc_status hc_tally_count(struct hc_tally *distinct, uint64_t *count,
                                 struct hc_err *err) HC_MUST_CHECK;
void hc_tally_free(struct hc_tally *distinct);

#endif
