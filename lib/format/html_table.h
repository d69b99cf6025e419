/* The cells of one section of a report, found by group and measure. */
#ifndef HC_FORMAT_HTML_TABLE_H
#define HC_FORMAT_HTML_TABLE_H

#include "format/html_report.h"
#include "record/batch.h"

#define HC_HTML_DIMS 8
struct hc_html_table {
    const struct hc_report_page *page;
    const struct hc_report_section *section;
    const struct hc_batch *cells;
    size_t dims;
    size_t dim[HC_HTML_DIMS]; /* columns of cells */
    size_t measures;
    size_t rows;
    size_t *row;              /* a cell of each group */
    size_t *cell;             /* [row * measures + measure]: cell + 1, 0 none */
};
/* cells are all of the stream's. Memory is arena's. HC_EDATA when the stream lacks a column
 * that the section names. */
enum hc_status hc_html_table_make(struct hc_html_table *table, const struct hc_batch *cells,
                                  const struct hc_report_page *page,
                                  const struct hc_report_section *section,
                                  struct hc_arena *arena, struct hc_err *err) HC_MUST_CHECK;
/* Number of a measure or grouping of the section, or -1. */
int hc_html_measure(const struct hc_html_table *table, const char *name);
int hc_html_dim(const struct hc_html_table *table, const char *name);
/* A grouping's value in a row of the table; null where summed over. */
bool hc_html_is_total(const struct hc_html_table *table, size_t row, size_t dim);
struct hc_str hc_html_value(const struct hc_html_table *table, size_t row, size_t dim);

enum hc_html_state { HC_HTML_NONE, HC_HTML_HIDDEN, HC_HTML_NUMBER };
struct hc_html_number {
    enum hc_html_state state;
    int64_t value;
    int scale;
    const char *unit; /* "" when unknown */
};
struct hc_html_number hc_html_number(const struct hc_html_table *table, size_t row,
                                     size_t measure);

/* The label of a measure, its unit and doc, from the report or its name. */
const char *hc_html_label(const struct hc_report_page *page, const char *measure,
                          const char *key);
/* Append text with &, <, > and quotes escaped. */
void hc_html_text(struct hc_buf *out, struct hc_str text);
void hc_html_puts(struct hc_buf *out, const char *text);
/* "primary_payer" as "Primary payer". */
void hc_html_name(struct hc_buf *out, struct hc_str name);
/* 1,234.50, with % or so behind it when unit is one that stands there. */
void hc_html_put_number(struct hc_buf *out, int64_t value, int scale, const char *unit);

#endif
