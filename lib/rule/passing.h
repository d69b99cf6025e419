/* Denied corrections that others build on. A denied correction that its feed lets correct
 * nothing is as if it had not come; but the payer may correct it in turn, and what replaces
 * it then replaces what it named. So a denied correction passes on what befalls it: it acts
 * when a correction that is not denied names it, or a denied one that acts.
 *
 * Held in memory: the denied corrections, 24 bytes each, for denied lines that name a claim
 * are few. What the others name waits in a temporary file until all denied ones are known.
 *
 *   for each record that names a claim:  hc_passing_add()
 *   hc_passing_solve()
 *   hc_passing_acts()
 */
#ifndef HC_RULE_PASSING_H
#define HC_RULE_PASSING_H

#include "rule/verdict.h"

struct hc_passing;
enum hc_status hc_passing_new(struct hc_passing **passing, uint64_t memory_bytes,
                              const char *temp_dir, struct hc_err *err) HC_MUST_CHECK;
/* HC_ENOMEM with a hint beyond memory_bytes. */
enum hc_status hc_passing_add(struct hc_passing *passing, const struct hc_batch *batch,
                              uint32_t row, const struct hc_way *way,
                              struct hc_err *err) HC_MUST_CHECK;
enum hc_status hc_passing_solve(struct hc_passing *passing, struct hc_err *err) HC_MUST_CHECK;
/* Does the claim of row, a denied correction, act? */
bool hc_passing_acts(const struct hc_passing *passing, const struct hc_batch *batch,
                     uint32_t row, const struct hc_way *way);
void hc_passing_free(struct hc_passing *passing);

#endif
