/* A report as one page: text, figures, tables and inline charts; no script, nothing loaded
 * from elsewhere, so that it can be mailed and archived. */
#include "base/tool.h"
#include "format/export.h"
#include "format/html_chart.h"
#include "format/html_style.h"

#define NARROW_COLUMNS 6 /* a table of so many fits a tablet */
#define LONG_ROWS 24

static void put_dates(struct hc_buf *out, const struct hc_report_page *page) {
    hc_buf_puts(out, "<p class=\"dates\">");
    if (page->as_of) {
        hc_buf_puts(out, "As of ");
        hc_html_puts(out, page->as_of);
        hc_buf_puts(out, ". ");
    }
    if (page->incurred_through) {
        hc_buf_puts(out, "Care through ");
        hc_html_puts(out, page->incurred_through);
        hc_buf_puts(out, page->paid_through ? "" : ".");
    }
    if (page->paid_through) {
        hc_buf_puts(out, page->incurred_through ? ", paid through " : "Paid through ");
        hc_html_puts(out, page->paid_through);
        hc_buf_putc(out, '.');
    }
    if (page->known_on) {
        hc_buf_puts(out, " <strong>As known on ");
        hc_html_puts(out, page->known_on);
        hc_buf_puts(out, "</strong>: what was delivered or loaded later is left out.");
    }
    hc_buf_puts(out, "</p>\n");
}

static void put_number(struct hc_buf *out, struct hc_html_number n) {
    if (n.state == HC_HTML_NUMBER)
        hc_html_put_number(out, n.value, n.scale, n.unit);
    else
        hc_buf_puts(out, n.state == HC_HTML_HIDDEN ? "*" : "\xe2\x80\x93");
}

/* ---- the figures on top: the last total of the first chart that has a target ---- */

static bool is_last_total(const struct hc_html_table *t, size_t row) {
    int x = hc_html_dim(t, t->section->chart.x);
    for (size_t d = 0; d < t->dims; d++)
        if (((int)d == x) == hc_html_is_total(t, row, d))
            return false;
    return true;
}

static void put_tiles(struct hc_buf *out, const struct hc_html_table *t) {
    size_t last = SIZE_MAX;
    int x = hc_html_dim(t, t->section->chart.x);
    for (size_t row = 0; row < t->rows && x >= 0; row++)
        if (is_last_total(t, row) &&
            (last == SIZE_MAX || hc_str_cmp(hc_html_value(t, row, (size_t)x),
                                            hc_html_value(t, last, (size_t)x)) > 0))
            last = row;
    if (last == SIZE_MAX)
        return;
    hc_buf_puts(out, "<ul class=\"tiles\">\n");
    for (size_t m = 0; m < t->measures; m++) {
        struct hc_html_number n = hc_html_number(t, last, m);
        if (n.state == HC_HTML_NONE)
            continue;
        hc_buf_puts(out, "<li><b>");
        put_number(out, n);
        hc_buf_puts(out, "</b><span>");
        hc_html_puts(out, hc_html_label(t->page, t->section->measure[m], "label"));
        if (strcmp(n.unit, "points") == 0)
            hc_buf_puts(out, ", points");
        hc_buf_puts(out, ", ");
        hc_html_text(out, hc_html_value(t, last, (size_t)x));
        hc_buf_puts(out, "</span></li>\n");
    }
    hc_buf_puts(out, "</ul>\n");
}

/* ---- a section ---- */

static void put_head(struct hc_buf *out, const struct hc_html_table *t) {
    hc_buf_puts(out, "<thead><tr>");
    for (size_t d = 0; d < t->dims; d++) {
        hc_buf_puts(out, "<th scope=\"col\" class=\"by\">");
        hc_html_name(out, hc_str_of(t->section->by[d]));
        hc_buf_puts(out, "</th>");
    }
    for (size_t m = 0; m < t->measures; m++) {
        const char *unit = hc_html_label(t->page, t->section->measure[m], "unit");
        hc_buf_puts(out, "<th scope=\"col\" title=\"");
        hc_html_puts(out, hc_html_label(t->page, t->section->measure[m], "doc"));
        hc_buf_puts(out, "\">");
        hc_html_puts(out, hc_html_label(t->page, t->section->measure[m], "label"));
        hc_buf_puts(out, strcmp(unit, "usd") == 0 ? ", $" : "");
        hc_buf_puts(out, "</th>");
    }
    hc_buf_puts(out, "</tr></thead>\n");
}

static void put_row(struct hc_buf *out, const struct hc_html_table *t, size_t row) {
    bool total = false;
    for (size_t d = 0; d < t->dims; d++)
        total = total || hc_html_is_total(t, row, d);
    hc_buf_puts(out, total ? "<tr class=\"sum\">" : "<tr>");
    for (size_t d = 0; d < t->dims; d++) {
        hc_buf_puts(out, "<td class=\"by\" data-n=\"");
        hc_html_name(out, hc_str_of(t->section->by[d]));
        hc_buf_puts(out, "\">");
        if (hc_html_is_total(t, row, d))
            hc_buf_puts(out, "All");
        else
            hc_html_name(out, hc_html_value(t, row, d));
        hc_buf_puts(out, "</td>");
    }
    for (size_t m = 0; m < t->measures; m++) {
        struct hc_html_number n = hc_html_number(t, row, m);
        hc_buf_puts(out, "<td data-n=\"");
        hc_html_puts(out, hc_html_label(t->page, t->section->measure[m], "label"));
        hc_buf_puts(out, strcmp(n.unit, "usd") == 0 ? ", $\">" : "\">");
        put_number(out, n);
        hc_buf_puts(out, "</td>");
    }
    hc_buf_puts(out, "</tr>\n");
}

/* The page begins with its first table, long ones after it wait to be opened. */
static enum hc_status put_section(struct hc_buf *out, const struct hc_html_table *t,
                                  bool first, struct hc_err *err) {
    hc_buf_puts(out, "<section id=\"");
    hc_html_puts(out, t->section->name);
    hc_buf_puts(out, "\">\n<h2>");
    hc_html_puts(out, t->section->title);
    hc_buf_puts(out, "</h2>\n<p>");
    hc_html_puts(out, t->section->text);
    hc_buf_puts(out, "</p>\n");
    if (t->rows == 0) {
        hc_buf_puts(out, "<p>None.</p>\n</section>\n");
        return HC_OK;
    }
    enum hc_status status = hc_html_chart(out, t, err);
    hc_buf_printf(out,
                  "<details%s><summary>Figures</summary>\n<div class=\"box\">"
                  "<table class=\"%s\">\n",
                  first || t->rows <= LONG_ROWS ? " open" : "",
                  t->dims + t->measures > NARROW_COLUMNS ? "broad" : "narrow");
    put_head(out, t);
    hc_buf_puts(out, "<tbody>\n");
    for (size_t row = 0; row < t->rows; row++)
        put_row(out, t, row);
    hc_buf_puts(out, "</tbody></table></div></details>\n</section>\n");
    return status;
}

/* ---- the page ---- */

static void put_start(struct hc_buf *out, const struct hc_report_page *page) {
    hc_buf_puts(out,
                "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';"
                "style-src 'unsafe-inline'\">\n"
                "<meta name=\"generator\" content=\"hctools " HC_VERSION "\">\n<title>");
    hc_html_puts(out, page->title);
    hc_buf_puts(out, "</title>\n<style>\n");
    hc_buf_puts(out, hc_html_style);
    hc_buf_puts(out, "</style>\n</head>\n<body>\n<h1>");
    hc_html_puts(out, page->title);
    hc_buf_puts(out, "</h1>\n");
    put_dates(out, page);
}

static void put_end(struct hc_buf *out, const struct hc_report_page *page,
                    const struct hc_batch *cells) {
    size_t hidden = 0;
    for (size_t i = 0; i < cells->rows; i++)
        hidden += hc_int_at(cells, HC_measure_status, i, HC_cell_status_shown) !=
                  HC_cell_status_shown;
    hc_buf_puts(out, "<section id=\"notes\">\n<h2>Notes</h2>\n<ul class=\"notes\">\n");
    for (size_t i = 0; page->note[i]; i++) {
        hc_buf_puts(out, "<li>");
        hc_html_puts(out, page->note[i]);
        hc_buf_puts(out, "</li>\n");
    }
    if (hidden)
        hc_buf_puts(out, "<li>* hidden: 1 to 10 people stand behind the figure, or another "
                         "such figure could be calculated from it.</li>\n");
    hc_buf_puts(out, "<li>\xe2\x80\x93 there is no such figure.</li>\n</ul>\n</section>\n");
    hc_buf_printf(
        out,
        "<p class=\"foot\">%zu figures, %zu of them hidden. Made with hctools " HC_VERSION
        ".</p>\n</body>\n</html>\n",
        cells->rows, hidden);
}

static enum hc_status put_page(struct hc_buf *out, const struct hc_report_page *page,
                               const struct hc_batch *cells, struct hc_err *err) {
    struct hc_arena arena = {0};
    enum hc_status status = HC_OK;
    bool tiles = false;
    put_start(out, page);
    for (size_t i = 0; i < page->sections && status == HC_OK; i++) {
        struct hc_html_table table;
        const struct hc_report_section *section = &page->section[i];
        status = hc_html_table_make(&table, cells, page, section, &arena, err);
        if (status == HC_OK && !tiles && section->has_chart && section->chart.target) {
            put_tiles(out, &table);
            tiles = true;
        }
        if (status == HC_OK)
            status = put_section(out, &table, i == 0, err);
    }
    put_end(out, page, cells);
    hc_arena_free(&arena);
    return status == HC_OK && out->failed ? hc_fail_memory(err) : status;
}

static enum hc_status read_cells(struct hc_export *export, struct hc_batch **cells,
                                 struct hc_err *err) {
    const struct hc_batch *batch = NULL;
    enum hc_status status = hc_batch_new(cells, export->schema, NULL, err);
    while (status == HC_OK && (status = hc_stopped(err)) == HC_OK &&
           (status = export->next(export->from, &batch, err)) == HC_OK)
        status = hc_batch_take(*cells, batch, NULL, batch->rows, err);
    if (status == HC_END)
        status = hc_batch_seal(*cells, err);
    return status;
}

enum hc_status hc_write_html(struct hc_export *export, struct hc_err *err) {
    struct hc_report_page page = {0};
    struct hc_batch *cells = NULL;
    struct hc_buf text = {0};
    if (export->report.len == 0 || export->schema->kind != HC_KIND_measure) {
        hc_fail(err, HC_EDATA, "the input is no report");
        hc_err_hint(err, "hc-aggregate --report=NAME makes one");
        return HC_EDATA;
    }
    enum hc_status status = hc_report_page_read(&page, export->report, err);
    if (status == HC_OK)
        status = read_cells(export, &cells, err);
    if (status == HC_OK)
        status = put_page(&text, &page, cells, err);
    if (status == HC_OK)
        status = hc_write_file(export->path, &export->out, &text, NULL, err);
    hc_buf_free(&text);
    hc_batch_free(cells);
    hc_report_page_free(&page);
    return status;
}
