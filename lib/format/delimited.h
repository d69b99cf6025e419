/* Delimited records: a column is what stands between two delimiters. A record is one line:
 * a line end inside quotes is not read (the record is at fault: open quote). */
#ifndef HC_FORMAT_DELIMITED_H
#define HC_FORMAT_DELIMITED_H

#include "format/cells.h"

struct hc_delimited {
    char delimiter; /* '|', '*', ',', '\t' or any other printable ASCII byte but '"' */
    bool quotes;    /* a field may stand in double quotes, "" within means one; else a quote
                       is data like any other byte */
    size_t fields;  /* a record has so many, or it is at fault; 0: see hc_delimited_bind */
    bool short_ok;  /* fewer than fields is no fault: what is missing is empty */
    bool long_ok;   /* more than fields is no fault: what is beyond is not read */
    size_t wanted;
    const uint32_t *position; /* wanted columns: field number from 0 */
};
/* HC_ECONFIG for a bad delimiter, no or too many fields, a position beyond fields. */
enum hc_status hc_delimited_check(const struct hc_delimited *layout,
                                  struct hc_err *err) HC_MUST_CHECK;
/* Find wanted columns by the names in a header record: position[i] becomes the place of
 * name[i]. Names are compared trimmed, without regard to case. *fields becomes the number
 * of header fields. HC_EDATA names a column that is missing (with the nearest header name
 * as hint) or there twice; with strict also a column that the layout (known[], its names,
 * NULL-terminated) does not know. A cell that may be data and no name is told by its shape
 * only. */
enum hc_status hc_delimited_bind(char delimiter, bool quotes, struct hc_str header,
                                 const char *const *name, size_t names,
                                 const char *const *known, bool strict, uint32_t *position,
                                 size_t *fields, struct hc_err *err) HC_MUST_CHECK;
/* All fields of one record (a header or trailer row): at most max, unquoted, into field;
 * *count is how many there are, also beyond max. HC_EDATA for an open quote. Unescaped text
 * goes to arena. */
enum hc_status hc_delimited_fields(char delimiter, bool quotes, struct hc_str record,
                                   struct hc_arena *arena, struct hc_str *field, size_t max,
                                   size_t *count, struct hc_err *err) HC_MUST_CHECK;
/* Cut each record of block into cells (initialised with layout->wanted columns), unquoted,
 * not trimmed. Rows with another number of fields get HC_FAULT_FIELDS, open quotes
 * HC_FAULT_QUOTE; their cells are empty. HC_ENOMEM only for unescaped text. */
enum hc_status hc_delimited_split(const struct hc_delimited *layout, struct hc_block *block,
                                  struct hc_cells *cells, struct hc_err *err) HC_MUST_CHECK;
/* "record has 84 fields, the layout says 85", "a quote is not closed": HC_EDATA. */
enum hc_status hc_delimited_explain(const struct hc_delimited *layout,
                                    const struct hc_block *block, size_t row,
                                    struct hc_err *err);

#endif
