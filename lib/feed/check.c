#include "feed/check.h"

#include <inttypes.h>

#include "base/file.h"
#include "base/tool.h"
#include "feed/doubts.h"
#include "feed/judge.h"
#include "feed/receipt.h"
#include "feed/trend.h"
#include "format/grid.h"
#include "format/page.h"

static void cell(struct hc_grid *grid, const char *text) {
    hc_grid_cell(grid, hc_str_of(text));
}

static void cell_count(struct hc_grid *grid, uint64_t count) {
    char text[32];
    snprintf(text, sizeof text, "%" PRIu64, count);
    cell(grid, text);
}

static void put_grid(struct hc_buf *out, const char *title, struct hc_grid *grid) {
    if (grid->cells > grid->columns) {
        hc_buf_printf(out, "\n%s\n", title);
        hc_grid_measure(grid);
        hc_grid_print(grid, 0, true, 2, out);
    }
    hc_grid_free(grid);
}

static void head(struct hc_grid *grid, const char *const *names, size_t columns) {
    grid->columns = columns;
    for (size_t i = 0; i < columns; i++)
        cell(grid, names[i]);
}

/* How amounts without a point were read, of files where that is not as they stand. */
static void put_implied(struct hc_buf *out, const struct hc_ingest *run) {
    for (size_t i = 0; i < run->feed->files; i++) {
        const struct hc_feed_file *file = &run->feed->file[i];
        bool read = false;
        for (size_t d = 0; d < run->deliveries && !read; d++)
            read = run->delivery[d].opened && run->delivery[d].books.by_file[i];
        for (size_t f = 0; f < file->fields && read; f++) {
            if (!hc_field_implies(&file->field[f]))
                continue;
            char text[HC_NUM_SIZE];
            int implied = file->field[f].conversion.implied;
            hc_buf_printf(out,
                          "  %s: amounts without a point are read with %d implied "
                          "decimals: 8000 is %s\n",
                          file->name, implied, hc_format_scaled(8000, implied, text));
            read = false;
        }
    }
}

/* Records that others should go with and do not. */
static void put_alone(struct hc_buf *out, const struct hc_ingest *run) {
    for (size_t i = 0; i < run->deliveries; i++) {
        const struct hc_books *books = &run->delivery[i].books;
        for (size_t e = 0; run->delivery[i].opened && e < books->entries; e++) {
            struct hc_buf text = {0};
            hc_judge_alone(&books->entry[e], &text);
            if (text.len)
                hc_buf_printf(out, "  %s: %s\n", books->entry[e].name, hc_buf_text(&text));
            hc_buf_free(&text);
        }
    }
}

static void put_files(struct hc_buf *out, const struct hc_ingest *run) {
    static const char *const names[] = {"delivery", "file", "records", "rejected"};
    struct hc_grid grid = {0};
    head(&grid, names, 4);
    for (size_t i = 0; i < run->deliveries; i++) {
        const struct hc_delivered *d = &run->delivery[i];
        for (size_t e = 0; d->opened && e < d->books.entries; e++) {
            const struct hc_entry_books *entry = &d->books.entry[e];
            cell(&grid, d->name);
            cell(&grid, entry->name ? entry->name : "");
            cell_count(&grid, entry->records);
            cell_count(&grid, hc_entry_rejected(entry));
        }
    }
    put_grid(out, "files", &grid);
    put_implied(out, run);
    put_alone(out, run);
}

static void put_damage(struct hc_buf *out, const struct hc_ingest *run) {
    bool any = false;
    if (run->rival.status != HC_OK)
        hc_buf_printf(out, "\ndeliveries of one name\n  %s: %s\n", run->rival.file,
                      run->rival.what);
    for (size_t i = 0; i < run->deliveries; i++) {
        const struct hc_err *damage = &run->delivery[i].damage;
        if (damage->status == HC_OK)
            continue;
        hc_buf_printf(out, "%s  %s: ", any ? "" : "\ndeliveries that break off\n",
                      *damage->file ? damage->file : run->delivery[i].name);
        if (damage->record)
            hc_buf_printf(out, "record %lld: ", (long long)damage->record);
        if (*damage->field)
            hc_buf_printf(out, "%s: ", damage->field);
        hc_buf_printf(out, "%s\n", damage->what);
        any = true;
    }
}

static void put_findings(struct hc_buf *out, const struct hc_ingest *run) {
    static const char *const names[] = {"delivery", "finding", "does", "what"};
    struct hc_grid grid = {0};
    head(&grid, names, 4);
    for (size_t i = 0; i < run->deliveries; i++) {
        const struct hc_delivered *d = &run->delivery[i];
        for (size_t n = 0; n < d->books.notes; n++) {
            const struct hc_note *note = &d->books.note[n];
            cell(&grid, d->name);
            cell(&grid, hc_finding_name(note->finding));
            cell(&grid, hc_action_name(hc_ingest_action(run, note->finding)));
            cell(&grid, note->what);
        }
    }
    put_grid(out, "findings", &grid);
}

static void put_problems(struct hc_buf *out, const struct hc_ingest *run) {
    const struct hc_page page = {.out = out, .width = 92};
    for (size_t i = 0; i < run->rejects.tallies; i++) {
        const struct hc_tally *t = &run->rejects.tally[i];
        char records[HC_TALLY_RECORDS * 24] = "";
        for (size_t n = 0, len = 0; n < t->count && n < HC_TALLY_RECORDS; n++)
            len += (size_t)snprintf(records + len, sizeof records - len, "%s%" PRIu64,
                                    n ? ", " : "", t->record[n]);
        const struct hc_page_problem problem = {.file = hc_str_of(t->entry),
                                                .column = hc_str_of(t->field),
                                                .reason = hc_str_of(t->reason),
                                                .records = hc_str_of(records),
                                                .what = hc_str_of(t->message),
                                                .count = t->count};
        if (i == 0)
            hc_buf_puts(out, "\nrecords that cannot be read\n");
        hc_page_problem(&page, &problem);
    }
}

static void put_totals(struct hc_buf *out, const struct hc_ingest *run) {
    static const char *const names[] = {"total", "now", "before", "change %", "allowed %"};
    const struct hc_comparison *c = &run->comparison;
    struct hc_grid grid = {0};
    head(&grid, names, *c->sha256 ? 5 : 2);
    for (int i = 0; i < HC_TRENDS; i++) {
        enum hc_trend trend = (enum hc_trend)i;
        char text[HC_NUM_SIZE];
        hc_i128 change;
        if (!c->now[i].known && !c->before[i].known)
            continue;
        cell(&grid, hc_trend_name(trend));
        cell(&grid, c->now[i].known ? hc_total_text(trend, c->now[i].value, text) : "-");
        if (!*c->sha256)
            continue;
        cell(&grid,
             c->before[i].known ? hc_total_text(trend, c->before[i].value, text) : "-");
        cell(&grid,
             hc_total_change(c, trend, &change) ? hc_format_scaled(change, 2, text) : "-");
        cell(&grid, run->feed->bound[i] >= 0
                        ? hc_format_scaled(run->feed->bound[i], 2, text)
                        : "-");
    }
    if (run->partial && grid.cells == grid.columns)
        hc_buf_puts(out, "\ntotals\n");
    put_grid(out, "totals", &grid);
    if (run->partial)
        hc_buf_printf(out, "  %s are not known before it is whole\n",
                      c->now[HC_TREND_records].known
                          ? "members, claims and amounts"
                          : "records, members, claims and amounts");
    uint64_t negative = run->outputs.kind[HC_KIND_claim_line].census.negative_equivalents;
    if (negative && !run->partial)
        hc_buf_printf(out,
                      "  %" PRIu64
                      " line%s paid for ahead of time with an ffs_equivalent below 0\n",
                      negative, negative == 1 ? "" : "s");
    uint64_t open = run->outputs.kind[HC_KIND_coverage].census.open_spans;
    if (open && !run->partial)
        hc_buf_printf(out,
                      "  member months are not known: %" PRIu64
                      " span%s without a first or a last day\n",
                      open, open == 1 ? "" : "s");
}

/* Of what refuses or is an exception: what the sender has to do. */
static void put_next(struct hc_buf *out, const struct hc_ingest *run) {
    bool told[HC_FINDINGS] = {false}, damaged = false, any = false;
    for (size_t i = 0; i < run->deliveries; i++) {
        const struct hc_books *books = &run->delivery[i].books;
        damaged |= run->delivery[i].damage.status == HC_EDATA;
        for (size_t n = 0; n < books->notes; n++)
            told[books->note[n].finding] |=
                hc_ingest_action(run, books->note[n].finding) != HC_ACTION_accept;
    }
    for (int i = -3; i < HC_FINDINGS; i++) {
        const char *text = NULL;
        if (i == -3 && run->rival.status != HC_OK)
            text = "send one delivery of a name: the one that is meant";
        else if (i == -2 && damaged)
            text = "make the delivery again without what breaks it off";
        else if (i == -1 && run->rejects.total)
            text = "put the records right that cannot be read";
        else if (i >= 0 && told[i])
            text = hc_finding_advice((enum hc_finding)i);
        if (!text)
            continue;
        hc_buf_printf(out, "%s  - %s\n", any ? "" : "\nwhat to do before it is sent\n",
                      text);
        any = true;
    }
}

static void put_page(struct hc_buf *out, const struct hc_ingest *run,
                     const struct hc_err *why) {
    const char *verdict = why->status != HC_OK ? "would be refused"
                          : run->rejects.total ? "would be accepted without some records"
                          : hc_receipt_exceptions(run) ? "would be accepted with exceptions"
                                                       : "would be accepted";
    hc_buf_printf(out, "%zu deliver%s, feed %s: %s\n", run->deliveries,
                  run->deliveries == 1 ? "y" : "ies", run->feed->name, verdict);
    put_damage(out, run);
    put_findings(out, run);
    put_problems(out, run);
    put_files(out, run);
    put_totals(out, run);
    put_next(out, run);
}

enum hc_status hc_check_write(struct hc_ingest *run, const struct hc_err *why,
                              struct hc_err *err) {
    struct hc_buf buf = {0};
    hc_rejects_order(&run->rejects);
    if (*run->options->check)
        hc_receipt_print(run, why->status == HC_OK ? NULL : why, &buf);
    else
        put_page(&buf, run, why);
    enum hc_status status = hc_write_file(NULL, NULL, &buf, NULL, err);
    hc_buf_free(&buf);
    return status;
}
