#include "feed/period.h"

#include "feed/where.h"

/* ---- reading the feed ---- */

void hc_period_read(struct hc_faults *faults, const struct hc_node *edge,
                    enum hc_date_form dates, const char *const *date_forms,
                    struct hc_feed_edge *out) {
    static const char *const keys[] = {"from", "thru", "dates", "of", NULL};
    const struct hc_node *node = hc_node_get(edge, "period");
    if (!node)
        return;
    hc_check_keys(faults, node, keys);
    out->period.from = (uint32_t)hc_get_int(faults, node, "from", 1, HC_FIELDS_MAX, 0);
    out->period.thru = (uint32_t)hc_get_int(faults, node, "thru", 1, HC_FIELDS_MAX, 0);
    out->period.form =
        (enum hc_date_form)hc_get_choice(faults, node, "dates", date_forms, dates);
    if (!out->period.from || !out->period.thru)
        hc_fault(faults, node, "period: {from: COLUMN, thru: COLUMN}");
}

static int slot_of(struct hc_feed *feed, struct hc_faults *faults,
                   const struct hc_node *node, struct hc_feed_file *file, const char *name,
                   enum hc_field_form form, int64_t low, int64_t high) {
    for (size_t f = 0; f < file->fields; f++) {
        if (strcmp(file->field[f].name, name) != 0)
            continue;
        struct hc_feed_slot like = {.field = f, .conversion = file->field[f].conversion};
        if (file->field[f].form != form) {
            hc_fault(faults, node,
                     "of: a date, or the whole numbers of a year and its month");
            return -1;
        }
        like.conversion.low = low; /* as {year: Y, month: M} asks for them */
        like.conversion.high = high;
        return hc_feed_slot(feed, file, &like);
    }
    hc_feed_no_field(faults, node, file, hc_str_of(name));
    return -1;
}

void hc_period_bind(struct hc_feed *feed, struct hc_faults *faults,
                    const struct hc_node *edge, struct hc_feed_file *file) {
    const struct hc_node *node = hc_node_get(edge, "period"), *of = hc_node_get(node, "of");
    size_t count = 0;
    file->dated = file->dated_month = -1;
    if (!of)
        return;
    const char *const *names = hc_get_texts(faults, node, "of", true, &count);
    if (count == 1) {
        file->dated = slot_of(feed, faults, of, file, names[0], HC_FORM_date, 0, 0);
    } else if (count == 2) {
        file->dated = slot_of(feed, faults, of, file, names[0], HC_FORM_int, 1000, 9999);
        file->dated_month = slot_of(feed, faults, of, file, names[1], HC_FORM_int, 1, 12);
    } else {
        hc_fault(faults, of, "of: a date, or the whole numbers of a year and its month");
    }
}

/* ---- reading a delivery ---- */

static enum hc_status day_at(const struct hc_feed_edge *edge, uint32_t column,
                             const char *what, const struct hc_str *field, size_t fields,
                             hc_day *day, struct hc_err *err) {
    struct hc_str text = column <= fields ? hc_str_trim(field[column - 1]) : HC_STR("");
    struct hc_err why = {0};
    if (hc_parse_day(text, edge->period.form, day, &why) == HC_OK)
        return HC_OK;
    return hc_fail(err, HC_EDATA, "column %u of the %s record, its period: %s", column,
                   what, why.what);
}

enum hc_status hc_period_told(const struct hc_entry_job *job,
                              const struct hc_feed_edge *edge, const char *what,
                              const struct hc_str *field, size_t fields,
                              struct hc_err *err) {
    struct hc_entry_books *books = job->books;
    hc_day first, last;
    char a[16], b[16], c[16], d[16];
    enum hc_status status =
        day_at(edge, edge->period.from, what, field, fields, &first, err);
    if (status == HC_OK)
        status = day_at(edge, edge->period.thru, what, field, fields, &last, err);
    if (status != HC_OK)
        return status;
    if (edge->period.form == HC_DATE_CCYYMM)
        last = hc_month_last(hc_month_of(last));
    if (first > last)
        return hc_fail(err, HC_EDATA,
                       "the period of the %s record ends on %s, before it "
                       "begins on %s",
                       what, hc_format_day(last, b), hc_format_day(first, a));
    if (books->has_period && (books->period_first != first || books->period_last != last) &&
        !hc_books_find(job->delivery, HC_FINDING_period,
                       "%s: the header's period is %s to %s, the trailer's %s to %s",
                       job->file->name, hc_format_day(books->period_first, a),
                       hc_format_day(books->period_last, b), hc_format_day(first, c),
                       hc_format_day(last, d)))
        return hc_fail_memory(err);
    if (!books->has_period) {
        books->has_period = true;
        books->period_first = first;
        books->period_last = last;
    }
    return HC_OK;
}

static bool is_outside(const struct hc_entry_job *job, const struct hc_values *values,
                       size_t row) {
    const struct hc_feed_file *file = job->file;
    const struct hc_values *v = &values[file->dated];
    hc_month month;
    if (v->null[row])
        return false;
    if (file->dated_month < 0)
        return v->number[row] < job->books->period_first ||
               v->number[row] > job->books->period_last;
    const struct hc_values *m = &values[file->dated_month];
    if (m->null[row] || !hc_month_make((int)v->number[row], (int)m->number[row], &month))
        return false; /* a fault of its own */
    return month < hc_month_of(job->books->period_first) ||
           month > hc_month_of(job->books->period_last);
}

void hc_period_count(const struct hc_entry_job *job, const struct hc_values *values,
                     const struct hc_block *block) {
    struct hc_entry_books *books = job->books;
    if (job->file->dated < 0 || !books->has_period)
        return;
    for (size_t row = 0; row < block->rows; row++) {
        if (block->fault[row].kind != HC_FAULT_NONE || !is_outside(job, values, row))
            continue;
        if (books->outside++ == 0)
            books->first_outside = hc_block_ordinal(block, row);
    }
}

bool hc_period_check(const struct hc_entry_job *job) {
    const struct hc_entry_books *books = job->books;
    char a[16], b[16], c[16];
    bool told = true;
    if (!books->has_period)
        return true;
    hc_format_day(books->period_first, a);
    hc_format_day(books->period_last, b);
    if (job->of_month && (hc_month_of(job->date) < hc_month_of(books->period_first) ||
                          hc_month_of(job->date) > hc_month_of(books->period_last)))
        told =
            hc_books_find(job->delivery, HC_FINDING_period,
                          "%s: its period is %s to %s, the name says %s", job->file->name,
                          a, b, hc_format_month(hc_month_of(job->date), c));
    if (books->outside)
        told &= hc_books_find(
            job->delivery, HC_FINDING_outside_period,
            "%s: %llu record%s dated outside %s to %s by %s, first record %llu",
            job->file->name, (unsigned long long)books->outside,
            books->outside == 1 ? " is" : "s are", a, b,
            job->file->field[job->file->slot[job->file->dated].field].name,
            (unsigned long long)books->first_outside);
    return told;
}
