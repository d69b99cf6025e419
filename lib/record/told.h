/* The totals at the end of a stream: {"rows":10,"sums":{"paid":"12345"}}, one sum for every
 * HC_SUM column of the stream. Sums are texts, because JSON numbers lose digits in JavaScript.
 */
#ifndef HC_RECORD_TOLD_H
#define HC_RECORD_TOLD_H

#include "record/batch.h"

#define HC_TOTALS_KEY "hc.totals"

/* Append to text. has: columns of the stream, NULL all. HC_EDATA when a sum leaves int64. */
enum hc_status hc_totals_print(const struct hc_totals *totals, const bool *has,
                               struct hc_buf *text, struct hc_err *err) HC_MUST_CHECK;
/* Read them; totals->has says which columns have a sum in the text. Sums of columns that the
 * schema does not know are passed over. HC_EDATA when broken. */
enum hc_status hc_totals_parse(struct hc_totals *totals, struct hc_str text,
                               struct hc_err *err) HC_MUST_CHECK;

#endif
