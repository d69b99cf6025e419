/* What a report is made of beside its cells: the schema metadata "hc.report" of a measure
 * stream (JSON), written by rule/report and drawn by the html writer.
 *
 * {"report": "quarterly", "title": "...", "as_of": "2021-03-31",
 *  "incurred_through": "2020-12-31", "paid_through": "2021-03-31",
 *  "known_on": "2021-01-31" (only where later deliveries are left out),
 *  "notes": ["..."],
 *  "measures": {"participation": {"label": "Participation", "unit": "percent",
 *                                 "doc": "attributed people of eligible people"}},
 *  "sections": [{"name": "participation", "title": "...", "text": "...",
 *                "by": ["quarter", "primary_payer"], "measures": ["attributed", "eligible"],
 *                "chart": {"kind": "line", "x": "quarter", "series": "primary_payer",
 *                          "measure": "participation", "target": "target"}}]}
 *
 * The cells of a section are the rows of the stream whose extra column "section" is its name;
 * the columns of "by" are extra utf8 columns of the stream, null in rows that sum over them
 * (level names which: "all primary_payer"). chart may be missing; kind is line or bar; target
 * names a measure drawn as a dashed line (may be missing); series may be missing. "measures"
 * of a section are its table's columns, in order; cells with status suppressed or
 * complementary show a mark instead of a number.
 */
#ifndef HC_FORMAT_HTML_REPORT_H
#define HC_FORMAT_HTML_REPORT_H

#include "base/yaml.h"

struct hc_chart {
    const char *kind; /* line, bar */
    const char *x, *series, *measure, *target; /* series, target may be NULL */
};
struct hc_report_section {
    const char *name, *title, *text;
    const char *const *by;      /* NULL-terminated */
    const char *const *measure; /* NULL-terminated */
    bool has_chart;
    struct hc_chart chart;
};
struct hc_report_page {
    struct hc_yaml *yaml; /* owns all texts */
    const char *title, *as_of, *incurred_through, *paid_through, *known_on;
    const char *const *note; /* NULL-terminated */
    const struct hc_node *measures;
    size_t sections;
    struct hc_report_section *section;
};
/* Read the metadata; HC_EDATA when it is broken. */
enum hc_status hc_report_page_read(struct hc_report_page *page, struct hc_str json,
                                   struct hc_err *err) HC_MUST_CHECK;
void hc_report_page_free(struct hc_report_page *page);

#endif
