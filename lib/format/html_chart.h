/* A section's chart as inline SVG, once for wide pages and once for narrow ones, so that its
 * text is readable on both. */
#ifndef HC_FORMAT_HTML_CHART_H
#define HC_FORMAT_HTML_CHART_H

#include "format/html_table.h"

/* Nothing is put when the section has no chart or no number to draw. */
enum hc_status hc_html_chart(struct hc_buf *out, const struct hc_html_table *table,
                             struct hc_err *err) HC_MUST_CHECK;

#endif
