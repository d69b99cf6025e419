/* Rows of a batch that are looked at, in order; a row may stand several times, once for each
 * month it is looked at for (a span of coverage). */
#ifndef HC_RULE_ROWS_H
#define HC_RULE_ROWS_H

#include "record/batch.h"

struct hc_rows {
    const struct hc_batch *batch;
    size_t count;
    const uint32_t *row;
    const hc_month *month; /* of each row; NULL: the question knows no month of its own */
};

#endif
