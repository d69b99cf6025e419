/* Columns as they come in a message, turned into ours: most are only pointed at, others are
 * widened, unpacked or looked up. Every offset, index and null count is checked on the way,
 * so that nothing behind this has to.
 */
#ifndef HC_RECORD_WIDEN_H
#define HC_RECORD_WIDEN_H

#include "record/dictionary.h"

/* Can columns of this layout be read as that type? NULL when so, else what to do about it.
 * units: may the unit be missing? */
const char *hc_widen_refuses(const struct hc_arrow_field *from, enum hc_type type, bool units);
/* The type in which a field that hctools does not know is passed on; false when none is. */
bool hc_widen_type(const struct hc_arrow_field *from, enum hc_type *type);

/* Once a message: null count and lengths of the whole column. HC_EDATA when damaged. */
enum hc_status hc_widen_check(const struct hc_arrow_field *from, const struct hc_wire_column *w,
                              struct hc_err *err) HC_MUST_CHECK;
/* Rows start..start+rows-1 (start a multiple of 8) into column, whose type says as what.
 *   field  of the column; names it, and the closed list of a choice
 *   text   check that texts are UTF-8
 * HC_EDATA for what does not fit, with the field set. */
enum hc_status hc_widen(const struct hc_arrow_field *from, const struct hc_wire_column *w,
                        size_t start, size_t rows, const struct hc_field *field,
                        const struct hc_dictionary *dictionary, bool text,
                        struct hc_widened *own, struct hc_column *column,
                        struct hc_err *err) HC_MUST_CHECK;
void hc_widened_free(struct hc_widened *own);

#endif
