/* Rows that can be made and that their payer's way of correcting, or what was delivered
 * before, makes doubtful: counted as they are made, told once all deliveries are read.
 *
 *   version-missing        under the policy `version`: a record without a version above 0 that
 *                          names another claim; one without any beside records with one
 *   positive-cancellation  under the policy `reversal`: a cancellation whose paid amount is
 *                          above 0, so it is nobody's negative twin
 *   service-date           more claim lines without a day of service than `undated_lines`
 *                          allows: no period has them
 *   repeated-payment       money outside claims that two deliveries tell: same payer, program,
 *                          product, organisation, month and reason, neither taken back
 */
#ifndef HC_FEED_SUSPECTS_H
#define HC_FEED_SUSPECTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "record/schema.h"

struct hc_mapper;
struct hc_ingest;

struct hc_suspects { /* of one record set of one delivery */
    bool version[HC_claim_type_count], reversal[HC_claim_type_count]; /* by claim type */
    bool any;                        /* of these */
    uint64_t versions, versionless;  /* rows under `version` */
    uint64_t crossing;               /* rows without one above 0 that name another claim */
    uint64_t positive;               /* cancellations under `reversal` */
    bool dates;                      /* days of service are looked at */
    uint64_t lines, undated;         /* rows; those without one */
    uint64_t *payment;               /* hashes of what payments are for */
    size_t payments, cap;
};

/* Which rows of the mapper's set are looked at; columns that tell are set in want. */
void hc_suspects_start(struct hc_mapper *m, bool *want);
/* Add what `from` counts. */
bool hc_suspects_add(struct hc_suspects *s, const struct hc_suspects *from);
void hc_suspects_free(struct hc_suspects *s);
/* Look at the rows just made; false when out of memory. */
bool hc_suspects_count(struct hc_mapper *m, size_t made);
/* Make findings of them, once every delivery is read. */
enum hc_status hc_suspects_find(struct hc_ingest *run, struct hc_err *err) HC_MUST_CHECK;

#endif
