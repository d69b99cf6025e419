/* Lines of JSON as records: each line one object, a resource, of which paths take values.
 * Where `each` names an array, every element of it makes a row; else the object makes one.
 */
#ifndef HC_FORMAT_NDJSON_H
#define HC_FORMAT_NDJSON_H

#include "format/cells.h"
#include "format/json_path.h"

struct hc_json_field {
    const struct hc_json_path *path;
    bool of_each; /* begins at the element, not at the resource */
    bool once;    /* of the resource, only on its first row: amounts */
    bool day;     /* of 2020-11-30T10:00:00Z only the day */
    bool last;    /* of Patient/123 what follows the last '/' */
};
struct hc_ndjson {
    const char *resource; /* what resourceType must say; NULL anything */
    const char *each;     /* name of the array; NULL one row a line */
    size_t wanted;
    const struct hc_json_field *field; /* by cell */
};
/* The rows of some records: a block in which several rows may be of one record. */
struct hc_json_rows {
    struct hc_block block; /* ordinal is set */
    size_t next;           /* record of the input to go on with */
    struct hc_arena arena;
    void *room;
};
enum hc_status hc_json_rows_init(struct hc_json_rows *rows,
                                 struct hc_err *err) HC_MUST_CHECK;
void hc_json_rows_free(struct hc_json_rows *rows);
/* Records from rows->next on as rows, as many as fit; HC_END when there are none left.
 * Records at fault are one row. Texts live until the next call. */
enum hc_status hc_ndjson_split(const struct hc_ndjson *layout, const struct hc_block *in,
                               struct hc_json_rows *rows, struct hc_cells *cells,
                               struct hc_err *err) HC_MUST_CHECK;
/* The resourceType of a line, letters alone; "" where it is no resource or has no such
 * type.
 */
enum hc_status hc_ndjson_type(struct hc_str line, char *type, size_t size,
                              struct hc_err *err) HC_MUST_CHECK;
/* Describe a fault of splitting; HC_EDATA. */
enum hc_status hc_ndjson_explain(const struct hc_ndjson *layout,
                                 const struct hc_block *block, size_t row,
                                 struct hc_err *err);
/* Where in the resource the value of a cell stands, or where it was looked for: names and
 * numbers, no values. HC_ENOMEM. */
enum hc_status hc_ndjson_where(const struct hc_ndjson *layout, const struct hc_block *block,
                               size_t row, size_t cell, struct hc_buf *out) HC_MUST_CHECK;

#endif
