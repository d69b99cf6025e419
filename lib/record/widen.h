/* Columns as they come in a message, turned into ours: most are only pointed at, others are
 * widened, unpacked or looked up. Every offset, index and null count is checked on the way,
 * so that nothing behind this has to.
 */
#ifndef HC_RECORD_WIDEN_H
#define HC_RECORD_WIDEN_H

#include "record/arrow_schema.h"

struct hc_raw { /* a buffer of a message; never NULL */
    const uint8_t *ptr;
    size_t len;
};
struct hc_wire_column { /* one column of a message, as it stands there */
    size_t rows, nulls;
    const struct hc_raw *buffer; /* validity, then as the type has it, children behind */
    size_t buffers;
    size_t items, item_nulls;    /* of a list's child */
};

struct hc_dictionary { /* texts that the indices of one field stand for */
    const struct hc_choices *choices; /* of a choice: its closed list, set beforehand */
    size_t count;
    struct hc_buf offset; /* int32, count + 1 */
    struct hc_buf bytes;
    struct hc_buf null;   /* one byte each */
    struct hc_buf choice; /* int8 each: index in the closed list, -1 for none */
    bool as_listed;       /* choice[i] is i for all of them, so indices need no look-up */
};
struct hc_widened { /* a column's buffers of its own, reused; free with hc_widened_free */
    struct hc_buf value, offset, bytes, item, valid;
};

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

/* Replace (or, delta, add to) what a dictionary holds by a message's column. */
enum hc_status hc_dictionary_add(struct hc_dictionary *d, const struct hc_arrow_field *from,
                                 const struct hc_wire_column *w,
                                 bool delta, struct hc_err *err) HC_MUST_CHECK;
void hc_dictionary_free(struct hc_dictionary *d);

#endif
