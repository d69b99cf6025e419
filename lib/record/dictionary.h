/* Texts that stand for others: dictionaries of any index, and closed lists. */
#ifndef HC_RECORD_DICTIONARY_H
#define HC_RECORD_DICTIONARY_H

#include "record/wire.h"

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

/* Replace (or, delta, add to) what a dictionary holds by the column of a message. */
enum hc_status hc_dictionary_add(struct hc_dictionary *d, const struct hc_arrow_field *from,
                                 const struct hc_wire_column *w, bool delta,
                                 struct hc_err *err) HC_MUST_CHECK;
void hc_dictionary_free(struct hc_dictionary *d);

/* Rows of a column of indices as texts, or as choices; of a column of texts as choices. */
enum hc_status hc_texts_by_index(const struct hc_arrow_field *from,
                                 const struct hc_wire_column *w, size_t start, size_t rows,
                                 const struct hc_dictionary *d, struct hc_widened *own,
                                 struct hc_column *column, struct hc_err *err) HC_MUST_CHECK;
enum hc_status hc_choices_by_index(const struct hc_arrow_field *from,
                                   const struct hc_wire_column *w, size_t start, size_t rows,
                                   const struct hc_dictionary *d, struct hc_widened *own,
                                   struct hc_column *column, struct hc_err *err) HC_MUST_CHECK;
enum hc_status hc_choices_by_text(const struct hc_wire_column *w, size_t start, size_t rows,
                                  const struct hc_choices *choices, const int32_t *offset,
                                  const char *bytes, struct hc_widened *own,
                                  struct hc_column *column, struct hc_err *err) HC_MUST_CHECK;

#endif
