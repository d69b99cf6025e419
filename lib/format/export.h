/* The formats that records can be exported to: one function and one row each. */
#ifndef HC_FORMAT_EXPORT_H
#define HC_FORMAT_EXPORT_H

#include "base/file.h"
#include "record/inputs.h"

/* What is exported: the batches that next() gives, and of them these columns. */
struct hc_export {
    const struct hc_schema *schema;
    const size_t *column; /* in the order asked for */
    size_t columns;
    /* HC_OK with a batch, HC_END after the last. */
    enum hc_status (*next)(void *from, const struct hc_batch **batch, struct hc_err *err);
    void *from;
    const char *path; /* NULL or "-": standard output */
    struct hc_out_options out;
    struct hc_inputs *inputs; /* whose metadata a format that carries it passes on */
    struct hc_str report;     /* metadata hc.report of a measure stream; len 0: none */
    const char *tool;
};
/* Write it whole: open, all of next(), commit. */
typedef enum hc_status hc_export_write(struct hc_export *export, struct hc_err *err);

struct hc_export_format {
    const char *name;
    const char *doc;
    bool text; /* for people: measures stand wide unless asked otherwise */
    bool whole; /* shows all columns: --columns makes no sense */
    hc_export_write *write; /* NULL: not supported yet */
};
extern const struct hc_export_format hc_export_formats[]; /* name NULL ends */
/* HC_EUSAGE for a name that is none (with a hint) or not supported yet. */
enum hc_status hc_export_format_of(const char *name, const struct hc_export_format **format,
                                   struct hc_err *err) HC_MUST_CHECK;

/* The rows. */
hc_export_write hc_write_csv, hc_write_tsv, hc_write_table, hc_write_arrow,
    hc_write_html;

/* For writers of lines: open, call head once and line for each row, write what they put into
 * buf, commit. */
typedef void hc_line_put(struct hc_buf *buf, const struct hc_export *export,
                         const struct hc_batch *batch, size_t row); /* batch NULL: the head */
enum hc_status hc_write_lines(struct hc_export *export, hc_line_put *put,
                              struct hc_err *err) HC_MUST_CHECK;

#endif
