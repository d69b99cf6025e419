/* How a record's values read as text: money as units (260.00), quantities as decimals, dates
 * as 2020-11-30, booleans as true and false, lists joined by a space, null as nothing. */
#ifndef HC_FORMAT_TEXT_H
#define HC_FORMAT_TEXT_H

#include "record/batch.h"

/* Append a value. A measure's `value` is shown at the row's `scale`. */
void hc_text_value(struct hc_buf *buf, const struct hc_batch *batch, size_t column, size_t row);
/* The same in its shape: digits 9, letters A, dates 9999-99-99. For PHI. */
void hc_text_shape(struct hc_buf *buf, const struct hc_batch *batch, size_t column, size_t row);

/* May a column hold PHI? A kind's own says so by its flag; another, such as a grouping of a
 * measure, does when it is flagged or has the name of an identifier of any kind. */
bool hc_column_is_phi(const struct hc_schema *schema, size_t column);

/* Text made safe to print in a table: control bytes become '?'. */
void hc_text_clean(struct hc_buf *buf, struct hc_str text);

#endif
