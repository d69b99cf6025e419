/* The books of one run of a tool: what came in equals what went out plus what was set aside
 * with a reason, in records and in every summed column. Written as JSON with --accounts=FILE
 * and read by hc-run into its manifest; a tool calls hc_accounts_check before it commits.
 *
 * {"tool": "hc-dedupe", "version": "0.1.0", "balanced": true,
 *  "in":        [{"path": "...", "kind": "claim_line", "rows": 10, "sums": {"paid": "123"}}],
 *  "out":       [ same shape ],
 *  "set_aside": [{"reason": "pair", "rows": 2, "sums": {"paid": "0"}}],
 *  "notes":     {"crosswalk_self": 1500}}
 */
#ifndef HC_RECORD_ACCOUNTS_H
#define HC_RECORD_ACCOUNTS_H

#include "base/json.h"
#include "record/batch.h"

struct hc_accounts;
enum hc_status hc_accounts_new(struct hc_accounts **accounts, const char *tool,
                               struct hc_err *err) HC_MUST_CHECK;
/* Sums are copied. path may be NULL. Out of memory is sticky and told by hc_accounts_check. */
void hc_accounts_in(struct hc_accounts *accounts, const char *path,
                    const struct hc_totals *totals);
void hc_accounts_out(struct hc_accounts *accounts, const char *path,
                     const struct hc_totals *totals);
/* Rows of batch set aside for reason; reasons accumulate and are written sorted by name. */
void hc_accounts_aside(struct hc_accounts *accounts, const char *reason,
                       const struct hc_batch *batch, const uint32_t *row, size_t rows);
/* Rows of kind that the tool made by cutting a record in two (a residual: part of a
 * cancellation is set aside, the rest stands): rows in + made = out + set aside, the sums are
 * untouched. Accumulates; written as "made": [{"reason": ..., "rows": n}] where there are any. */
void hc_accounts_made(struct hc_accounts *accounts, const char *reason, enum hc_kind kind,
                      uint64_t rows);
/* A number worth knowing that is no part of the balance; accumulates. */
void hc_accounts_note(struct hc_accounts *accounts, const char *name, int64_t count);
/* HC_EINTERNAL (70) naming column and both sums when, for kind: rows (and made) and sums of all inputs
 * of that kind differ from outputs of that kind plus what was set aside. Columns absent from
 * the outputs are left out. "balanced" in the file is true when every check made held. */
enum hc_status hc_accounts_check(struct hc_accounts *accounts, enum hc_kind kind,
                                 struct hc_err *err) HC_MUST_CHECK;
/* One line for people: "10 claim_line in = 8 out + 2 set aside (2 pair)". Into buf. */
void hc_accounts_line(const struct hc_accounts *accounts, struct hc_buf *buf);
/* Write FILE under a temporary name: call it when the books are closed and before the output
 * is committed, so that books that cannot be written are known while nothing is published.
 * A device or pipe is written at once. path NULL does nothing. */
enum hc_status hc_accounts_prepare(struct hc_accounts *accounts, const char *path,
                                   struct hc_err *err) HC_MUST_CHECK;
/* Publish FILE (0600), prepared before or written now; path NULL does nothing. */
enum hc_status hc_accounts_write(struct hc_accounts *accounts, const char *path,
                                 struct hc_err *err) HC_MUST_CHECK;
void hc_accounts_free(struct hc_accounts *accounts);

#endif
