#include "format/html_chart.h"

#include <stdlib.h>

#define MOST_SERIES 8

/* All lengths are tenths of a pixel: whole numbers give the same bytes everywhere. */
struct frame {
    const char *style; /* class */
    int width, height, left, right, top, bottom;
    int x_label; /* room that a label on the x axis needs */
};
static const struct frame frames[] = {
    {"w", 7600, 3000, 640, 120, 120, 320, 700},
    {"n", 3400, 2400, 520, 80, 120, 300, 620},
};

struct chart {
    const struct hc_html_table *t;
    int x, series, measure, target; /* numbers of groupings and measures, -1 none */
    size_t xs, count;
    size_t x_row[512];              /* a row with each value on the x axis */
    size_t series_row[MOST_SERIES]; /* a row of each series */
    bool total[MOST_SERIES];        /* it is the sum over all */
    size_t *at;                     /* [series * xs + x]: row + 1 */
    int scale;
    int64_t low, high, step; /* of the axis, at scale */
    const char *unit;
};

/* ---- what is drawn ---- */

static bool same_value(const struct chart *c, size_t a, size_t b, int dim) {
    return hc_html_is_total(c->t, a, (size_t)dim) ==
               hc_html_is_total(c->t, b, (size_t)dim) &&
           hc_str_eq(hc_html_value(c->t, a, (size_t)dim),
                     hc_html_value(c->t, b, (size_t)dim));
}

/* A row of the chart has a place on the x axis and sums over all that the chart does not
 * tell apart. */
static bool is_drawn(const struct chart *c, size_t row) {
    for (size_t d = 0; d < c->t->dims; d++) {
        bool total = hc_html_is_total(c->t, row, d);
        if ((int)d == c->x ? total : (int)d != c->series && !total)
            return false;
    }
    return true;
}

static size_t x_of(struct chart *c, size_t row) {
    for (size_t i = 0; i < c->xs; i++)
        if (same_value(c, c->x_row[i], row, c->x))
            return i;
    if (c->xs == sizeof c->x_row / sizeof *c->x_row)
        return SIZE_MAX;
    c->x_row[c->xs] = row;
    return c->xs++;
}

static size_t series_of(struct chart *c, size_t row) {
    for (size_t i = 0; i < c->count; i++)
        if (c->series < 0 || same_value(c, c->series_row[i], row, c->series))
            return i;
    if (c->count == MOST_SERIES)
        return SIZE_MAX;
    c->series_row[c->count] = row;
    c->total[c->count] = c->series < 0 || hc_html_is_total(c->t, row, (size_t)c->series);
    return c->count++;
}

static enum hc_status place_rows(struct chart *c, struct hc_err *err) {
    for (size_t row = 0; row < c->t->rows; row++)
        if (is_drawn(c, row)) {
            x_of(c, row);
            series_of(c, row);
        }
    c->at = calloc(c->xs * c->count + 1, sizeof *c->at);
    if (!c->at)
        return hc_fail_memory(err);
    for (size_t row = 0; row < c->t->rows; row++) {
        if (!is_drawn(c, row))
            continue;
        size_t x = x_of(c, row), series = series_of(c, row);
        if (x != SIZE_MAX && series != SIZE_MAX)
            c->at[series * c->xs + x] = row + 1;
    }
    return HC_OK;
}

/* The number at a place, at the chart's scale; false: none, or hidden. */
static bool number_at(const struct chart *c, size_t series, size_t x, int measure,
                      int64_t *value) {
    size_t row = c->at[series * c->xs + x];
    if (row == 0 || measure < 0)
        return false;
    struct hc_html_number n = hc_html_number(c->t, row - 1, (size_t)measure);
    *value = n.value;
    for (int i = n.scale; i < c->scale; i++)
        if (__builtin_mul_overflow(*value, (int64_t)10, value))
            return false;
    return n.state == HC_HTML_NUMBER && *value > -(INT64_MAX / 100000) &&
           *value < INT64_MAX / 100000;
}

/* Ends of the axis: zero and a step of 1, 2 or 5 times a power of ten beyond the most. */
static bool find_axis(struct chart *c) {
    bool any = false;
    const int shown[] = {c->measure, c->target};
    for (size_t m = 0; m < 2; m++)
        for (size_t i = 0; i < c->t->rows && shown[m] >= 0; i++) {
            struct hc_html_number n = hc_html_number(c->t, i, (size_t)shown[m]);
            c->scale = n.scale > c->scale ? n.scale : c->scale;
        }
    for (size_t m = 0; m < 2; m++)
        for (size_t s = 0; s < c->count; s++)
            for (size_t x = 0; x < c->xs; x++) {
                int64_t value;
                if (!number_at(c, s, x, shown[m], &value))
                    continue;
                any = any || m == 0;
                c->low = value < c->low ? value : c->low;
                c->high = value > c->high ? value : c->high;
            }
    int64_t span = c->high - c->low, ten = 1;
    while (ten * 50 < span)
        ten *= 10;
    c->step = ten * 5 >= span    ? ten
              : ten * 10 >= span ? 2 * ten
              : ten * 25 >= span ? 5 * ten
                                 : 10 * ten;
    c->high = (c->high + c->step - 1) / c->step * c->step;
    c->low = -((-c->low + c->step - 1) / c->step * c->step);
    if (c->high == c->low)
        c->high = c->low + c->step;
    return any;
}

/* ---- drawing ---- */

static void put_length(struct hc_buf *out, int tenths) {
    hc_buf_printf(out, "%s%d.%d", tenths < 0 ? "-" : "", abs(tenths) / 10,
                  abs(tenths) % 10);
}

static void put_attribute(struct hc_buf *out, const char *name, int tenths) {
    hc_buf_printf(out, " %s=\"", name);
    put_length(out, tenths);
    hc_buf_putc(out, '"');
}

static int y_at(const struct chart *c, const struct frame *f, int64_t value) {
    int64_t inner = f->height - f->top - f->bottom;
    return f->top + (int)(inner - (hc_i128)(value - c->low) * inner / (c->high - c->low));
}

/* A single place on the x axis would have all its points above each other: side by side. */
static int x_at(const struct chart *c, const struct frame *f, size_t x, size_t series) {
    int inner = f->width - f->left - f->right;
    if (c->xs == 1 && series < c->count)
        return f->left + inner * (int)(2 * series + 1) / (int)(2 * c->count);
    return f->left + inner * (int)(2 * x + 1) / (int)(2 * c->xs);
}

/* With no more decimals than the steps need. */
static void put_axis_number(struct hc_buf *out, const struct chart *c, int64_t value) {
    int scale = c->scale;
    int64_t step = c->step;
    while (scale > 0 && step % 10 == 0) {
        step /= 10;
        value /= 10;
        scale--;
    }
    hc_html_put_number(out, value, scale, c->unit);
}

static void put_text(struct hc_buf *out, const char *anchor, int x, int y) {
    hc_buf_printf(out, "<text text-anchor=\"%s\"", anchor);
    put_attribute(out, "x", x);
    put_attribute(out, "y", y);
    hc_buf_putc(out, '>');
}

static void put_axes(struct hc_buf *out, const struct chart *c, const struct frame *f) {
    for (int64_t value = c->low; value <= c->high; value += c->step) {
        int y = y_at(c, f, value);
        hc_buf_printf(out, "<line class=\"%s\"", value == 0 ? "axis" : "grid");
        put_attribute(out, "x1", f->left);
        put_attribute(out, "x2", f->width - f->right);
        put_attribute(out, "y1", y);
        put_attribute(out, "y2", y);
        hc_buf_puts(out, "/>");
        put_text(out, "end", f->left - 60, y + 40);
        put_axis_number(out, c, value);
        hc_buf_puts(out, "</text>");
    }
    size_t room = (size_t)(f->width - f->left - f->right) / (size_t)f->x_label;
    size_t every = room ? (c->xs + room - 1) / room : c->xs;
    for (size_t x = 0; x < c->xs; x++) {
        if ((c->xs - 1 - x) % (every ? every : 1))
            continue; /* the last one is always named */
        int at = x_at(c, f, x, SIZE_MAX), most = f->width - f->x_label / 2;
        put_text(out, "middle", at < most ? at : most, f->height - f->bottom + 180);
        hc_html_text(out, hc_html_value(c->t, c->x_row[x], (size_t)c->x));
        hc_buf_puts(out, "</text>");
    }
}

static void put_series_name(struct hc_buf *out, const struct chart *c, size_t series) {
    if (c->series < 0)
        hc_html_puts(
            out, hc_html_label(c->t->page, c->t->section->measure[c->measure], "label"));
    else if (c->total[series])
        hc_buf_puts(out, "All");
    else
        hc_html_name(out, hc_html_value(c->t, c->series_row[series], (size_t)c->series));
}

/* "Medicare, 2020-Q4: 42.1 %" for those who point at it. */
static void put_title(struct hc_buf *out, const struct chart *c, size_t series, size_t x,
                      const char *what, int64_t value) {
    hc_buf_puts(out, "<title>");
    put_series_name(out, c, series);
    hc_buf_puts(out, what);
    hc_buf_puts(out, ", ");
    hc_html_text(out, hc_html_value(c->t, c->x_row[x], (size_t)c->x));
    hc_buf_puts(out, ": ");
    hc_html_put_number(out, value, c->scale, c->unit);
    hc_buf_puts(out, "</title>");
}

/* Class of a series: its place, or "all". */
static void put_class(struct hc_buf *out, const struct chart *c, size_t series,
                      const char *more) {
    if (c->total[series])
        hc_buf_printf(out, " class=\"all%s\"", more);
    else
        hc_buf_printf(out, " class=\"s%zu%s\"", series, more);
}

/* A line with a gap where there is no number. */
static void put_line(struct hc_buf *out, const struct chart *c, const struct frame *f,
                     size_t series, int measure, const char *more) {
    bool open = false;
    int64_t value, next;
    hc_buf_puts(out, "<path");
    put_class(out, c, series, more);
    hc_buf_puts(out, " d=\"");
    for (size_t x = 0; x < c->xs; x++) {
        if (!number_at(c, series, x, measure, &value)) {
            open = false;
            continue;
        }
        hc_buf_putc(out, open ? 'L' : 'M');
        int at = x_at(c, f, x, series), y = y_at(c, f, value);
        bool alone =
            !open && (x + 1 == c->xs || !number_at(c, series, x + 1, measure, &next));
        put_length(out, alone ? at - 120 : at);
        hc_buf_putc(out, ' ');
        put_length(out, y);
        if (alone) { /* a line from a place to itself would not show */
            hc_buf_putc(out, 'H');
            put_length(out, at + 120);
        }
        open = true;
    }
    hc_buf_puts(out, "\"/>");
}

static void put_points(struct hc_buf *out, const struct chart *c, const struct frame *f,
                       size_t series) {
    int64_t value;
    for (size_t x = 0; x < c->xs; x++) {
        if (!number_at(c, series, x, c->measure, &value))
            continue;
        hc_buf_puts(out, "<circle");
        put_class(out, c, series, "");
        put_attribute(out, "cx", x_at(c, f, x, series));
        put_attribute(out, "cy", y_at(c, f, value));
        hc_buf_puts(out, c->xs == 1 ? " r=\"5\">" : " r=\"3\">");
        put_title(out, c, series, x, "", value);
        hc_buf_puts(out, "</circle>");
        if (c->xs > 1)
            continue;
        int y = y_at(c, f, value); /* a point by itself says its value */
        put_text(out, "middle", x_at(c, f, x, series),
                 y > f->top + 160 ? y - 100 : y + 200);
        hc_html_put_number(out, value, c->scale, c->unit);
        hc_buf_puts(out, "</text>");
    }
}

static void put_bars(struct hc_buf *out, const struct chart *c, const struct frame *f,
                     size_t series) {
    int slot = (f->width - f->left - f->right) / (int)c->xs * 8 / 10;
    int width = slot / (int)c->count > 10 ? slot / (int)c->count : 10;
    int zero = y_at(c, f, 0);
    int64_t value;
    for (size_t x = 0; x < c->xs; x++) {
        if (!number_at(c, series, x, c->measure, &value))
            continue;
        int y = y_at(c, f, value);
        hc_buf_puts(out, "<rect");
        put_class(out, c, series, "");
        put_attribute(out, "x", x_at(c, f, x, SIZE_MAX) - slot / 2 + width * (int)series);
        put_attribute(out, "width", width > 20 ? width - 10 : width);
        put_attribute(out, "y", y < zero ? y : zero);
        put_attribute(out, "height", abs(zero - y));
        hc_buf_putc(out, '>');
        put_title(out, c, series, x, "", value);
        hc_buf_puts(out, "</rect>");
    }
}

static bool has_number(const struct chart *c, size_t series, int measure) {
    int64_t value;
    for (size_t x = 0; x < c->xs; x++)
        if (number_at(c, series, x, measure, &value))
            return true;
    return false;
}

static void put_svg(struct hc_buf *out, const struct chart *c, const struct frame *f) {
    bool bars = strcmp(c->t->section->chart.kind, "bar") == 0;
    hc_buf_printf(out, "<svg class=\"%s\" role=\"img\" viewBox=\"0 0 %d %d\" aria-label=\"",
                  f->style, f->width / 10, f->height / 10);
    hc_html_puts(out, c->t->section->title);
    hc_buf_puts(out, "\">");
    put_axes(out, c, f);
    for (size_t s = 0; s < c->count; s++)
        if (has_number(c, s, c->target))
            put_line(out, c, f, s, c->target, " target");
    for (size_t s = 0; s < c->count; s++) {
        if (bars) {
            put_bars(out, c, f, s);
            continue;
        }
        put_line(out, c, f, s, c->measure, " line");
        put_points(out, c, f, s);
    }
    hc_buf_puts(out, "</svg>\n");
}

static void put_legend(struct hc_buf *out, const struct chart *c) {
    hc_buf_puts(out, "<figcaption>");
    hc_html_puts(out,
                 hc_html_label(c->t->page, c->t->section->measure[c->measure], "label"));
    hc_buf_puts(out, strcmp(c->unit, "usd") == 0       ? ", US dollars"
                     : strcmp(c->unit, "percent") == 0 ? ", percent"
                                                       : "");
    hc_buf_puts(out, ", by ");
    hc_html_puts(out, c->t->section->chart.x);
    hc_buf_puts(out, "<ul>");
    for (size_t s = 0; s < c->count; s++) {
        if (!has_number(c, s, c->measure))
            continue;
        hc_buf_puts(out, "<li><i");
        put_class(out, c, s, "");
        hc_buf_puts(out, "></i>");
        put_series_name(out, c, s);
        hc_buf_puts(out, "</li>");
    }
    for (size_t s = 0; s < c->count; s++) {
        if (!has_number(c, s, c->target))
            continue;
        hc_buf_puts(out, "<li><i");
        put_class(out, c, s, " dash");
        hc_buf_puts(out, "></i>");
        hc_html_puts(out,
                     hc_html_label(c->t->page, c->t->section->measure[c->target], "label"));
        if (c->series >= 0) {
            hc_buf_puts(out, ", ");
            put_series_name(out, c, s);
        }
        hc_buf_puts(out, "</li>");
    }
    hc_buf_puts(out, "</ul></figcaption>");
}

enum hc_status hc_html_chart(struct hc_buf *out, const struct hc_html_table *t,
                             struct hc_err *err) {
    const struct hc_chart *asked = &t->section->chart;
    struct chart c = {.t = t, .target = -1, .series = -1};
    if (!t->section->has_chart)
        return HC_OK;
    c.x = hc_html_dim(t, asked->x);
    c.measure = hc_html_measure(t, asked->measure);
    if (asked->series)
        c.series = hc_html_dim(t, asked->series);
    if (asked->target)
        c.target = hc_html_measure(t, asked->target);
    if (c.x < 0 || c.measure < 0 || (asked->series && c.series < 0))
        return hc_fail(err, HC_EDATA, "section %s: its chart asks for what its table lacks",
                       t->section->name);
    c.unit = hc_html_label(t->page, asked->measure, "unit");
    enum hc_status status = place_rows(&c, err);
    if (status == HC_OK && find_axis(&c)) {
        hc_buf_puts(out, "<figure>\n");
        for (size_t i = 0; i < sizeof frames / sizeof *frames; i++)
            put_svg(out, &c, &frames[i]);
        put_legend(out, &c);
        hc_buf_puts(out, "</figure>\n");
    }
    free(c.at);
    return status;
}
