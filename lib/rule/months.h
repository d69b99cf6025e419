/* The months of a question: --months=FIRST..LAST, and the rows that fall into them. */
#ifndef HC_RULE_MONTHS_H
#define HC_RULE_MONTHS_H

#include "rule/rows.h"

struct hc_months {
    hc_month first, last; /* both included */
};
/* "2020-01..2020-12", or one month. HC_EUSAGE. */
enum hc_status hc_months_parse(struct hc_months *months, struct hc_str text,
                               struct hc_err *err) HC_MUST_CHECK;
/* The months among these that the span of a coverage row touches with any day; an open end
 * lasts. false when there is none: also when the start is null or the end before it. */
bool hc_months_covered(const struct hc_months *months, const struct hc_batch *batch,
                       size_t row, hc_month *first, hc_month *last);

#endif
