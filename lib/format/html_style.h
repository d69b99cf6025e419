/* The style sheet of a report page. */
#ifndef HC_FORMAT_HTML_STYLE_H
#define HC_FORMAT_HTML_STYLE_H

extern const char hc_html_style[];

#endif
