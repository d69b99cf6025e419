/* A record cut in two: what a pair used up of a cancellation, and what is left of it. What is
 * left are amounts: as a line, a claim or a visit a residual counts 0. */
#ifndef HC_RULE_RESIDUAL_H
#define HC_RULE_RESIDUAL_H

#include "record/accounts.h"
#include "rule/verdict.h"

/* Append to out what stands of the listed rows: rows that verdict keeps, with their standing;
 * of rows with a mirror the residual, each amount the row's own plus the mirror's. */
enum hc_status hc_residual_take(struct hc_batch *out, const struct hc_batch *batch,
                                const struct hc_verdict *verdict, const uint32_t *row,
                                size_t rows, struct hc_err *err) HC_MUST_CHECK;
/* Book the used-up part of all rows with a mirror as set aside under name(verdict). */
enum hc_status hc_residual_book(struct hc_accounts *accounts, const struct hc_batch *batch,
                                const struct hc_verdict *verdict, const bool *has,
                                const char *(*name)(const struct hc_verdict *),
                                struct hc_err *err) HC_MUST_CHECK;

#endif
