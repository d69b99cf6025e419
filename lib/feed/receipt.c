#include "feed/receipt.h"

#include "base/tool.h"
#include "feed/doubts.h"
#include "feed/trend.h"

static void put_scaled(struct hc_json *j, const char *key, hc_i128 value, int scale) {
    char text[HC_NUM_SIZE];
    hc_json_text(j, key, hc_format_scaled(value, scale, text));
}

/* Ten-thousandths with as many decimals as the field has, and as are needed. */
static void put_e4(struct hc_json *j, const char *key, hc_i128 value, int decimals) {
    while (decimals < 4) {
        hc_i128 unit = decimals == 0   ? 10000
                       : decimals == 1 ? 1000
                       : decimals == 2 ? 100
                                       : 10;
        if (value % unit == 0) {
            put_scaled(j, key, value / unit, decimals);
            return;
        }
        decimals++;
    }
    put_scaled(j, key, value, 4);
}

static void put_feed(struct hc_json *j, const struct hc_feed *feed) {
    hc_json_object(j, "feed");
    hc_json_text(j, "name", feed->name);
    hc_json_text(j, "sha256", feed->sha256);
    hc_json_text(j, "source", feed->source);
    hc_json_object(j, "set");
    hc_json_inline(j);
    for (size_t i = 0; i < feed->sets_count; i++)
        hc_json_text(j, feed->set[i].column, feed->set[i].value);
    hc_json_end(j);
    hc_json_end(j);
}

static void put_records(struct hc_json *j, const struct hc_entry_books *e) {
    hc_json_object(j, "records");
    hc_json_inline(j);
    hc_json_int(j, "read", (int64_t)e->records);
    hc_json_int(j, "mapped", (int64_t)e->mapped);
    hc_json_int(j, "attached", (int64_t)e->attached);
    hc_json_int(j, "skipped", (int64_t)e->skipped);
    if (e->blank)
        hc_json_int(j, "skipped_blank", (int64_t)e->blank);
    if (e->headless)
        hc_json_int(j, "without_header", (int64_t)e->headless);
    hc_json_object(j, "rejected");
    hc_json_inline(j);
    for (int i = 0; i < HC_FAULT_KINDS; i++)
        if (e->rejected[i])
            hc_json_int(j, hc_fault_reason((enum hc_fault_kind)i), (int64_t)e->rejected[i]);
    hc_json_end(j);
    hc_json_object(j, "unattached");
    hc_json_inline(j);
    for (int i = 0; i < HC_UNATTACHEDS; i++)
        if (e->unattached[i])
            hc_json_int(j, hc_unattached_name((enum hc_unattached)i),
                        (int64_t)e->unattached[i]);
    hc_json_end(j);
    hc_json_end(j);
}

static void put_delivered(struct hc_json *j, const struct hc_entry_books *e,
                          const struct hc_feed_file *file) {
    hc_json_array(j, "delivered");
    for (size_t f = 0; f < file->fields; f++) {
        const struct hc_feed_field *field = &file->field[f];
        const struct hc_source_sum *sum = &e->amount[f].source;
        if (!hc_field_summed(field))
            continue;
        hc_json_object(j, NULL);
        hc_json_inline(j);
        hc_json_text(j, "field", field->name);
        if (hc_field_implies(field))
            hc_json_int(j, "implied", field->conversion.implied);
        put_e4(j, "sum", sum->exact_e4, field->conversion.decimals);
        hc_json_int(j, "values", (int64_t)sum->values);
        hc_json_int(j, "nulls", (int64_t)sum->nulls);
        hc_json_int(j, "unknown", (int64_t)sum->unknown);
        hc_json_end(j);
    }
    hc_json_end(j);
}

/* Fields with a threshold: how many of the records that have fields fill them. */
static void put_populated(struct hc_json *j, const struct hc_entry_books *e,
                          const struct hc_feed_file *file) {
    bool any = false;
    for (size_t f = 0; f < file->fields; f++) {
        int asked = file->field[f].threshold;
        if (!asked)
            continue;
        if (!any)
            hc_json_array(j, "populated");
        any = true;
        hc_json_object(j, NULL);
        hc_json_inline(j);
        hc_json_text(j, "field", file->field[f].name);
        hc_json_int(j, "filled", (int64_t)e->amount[f].populated);
        hc_json_int(j, "records", (int64_t)e->split);
        put_scaled(j, "percent", hc_entry_populated(e, f), 2);
        put_scaled(j, "threshold", asked, 2);
        hc_json_bool(j, "enough", !e->split || hc_entry_populated(e, f) >= asked);
        hc_json_end(j);
    }
    if (any)
        hc_json_end(j);
}

static void put_use(struct hc_json *j, const struct hc_feed *feed, size_t r,
                    const struct hc_use *use, const struct hc_amount_account *a) {
    const struct hc_feed_set *set = &feed->record[r];
    const struct hc_feed_file *file = &feed->file[use->file];
    const struct hc_feed_slot *slot = &file->slot[use->slot];
    int scale = slot->conversion.scale;
    hc_json_object(j, NULL);
    hc_json_inline(j);
    hc_json_text(j, "field", file->field[slot->field].name);
    hc_json_text(j, "records", set->name);
    hc_json_text(j, "column", set->kind->field[use->column].name);
    put_e4(j, "delivered", a->delivered, scale);
    put_scaled(j, "used", use->used, scale);
    put_scaled(j, "not_used", use->not_used, scale);
    put_e4(j, "rejected", a->rejected, scale);
    put_e4(j, "unattached", a->unattached, scale);
    put_e4(j, "rounding", a->rounding, scale);
    put_scaled(j, "out", use->out, scale);
    hc_json_end(j);
}

/* Of each amount that a map takes from this entry's file: delivered = used + not_used +
 * rejected + unattached + rounding; out is what it added to the column, sign and all. Of a
 * file in several parts it stands with the first, for all of them. */
static void put_amounts(struct hc_json *j, const struct hc_ingest *run,
                        const struct hc_delivered *d, const struct hc_entry_books *e) {
    hc_json_array(j, "amounts");
    for (size_t r = 0; r < run->feed->records; r++) {
        const struct hc_feed_set *set = &run->feed->record[r];
        for (size_t u = 0; u < set->uses; u++) {
            const struct hc_use *use = &d->books.mapper[r].use[u];
            if (use->file != e->file || use->file < 0)
                continue;
            struct hc_amount_account a =
                hc_amount_account(&d->books, run->feed, use->file, use->slot);
            if (a.records && !a.skipped)
                put_use(j, run->feed, r, use, &a);
        }
    }
    hc_json_end(j);
}

/* The period that the file says it is about, and how many records are dated outside. */
static void put_period(struct hc_json *j, const struct hc_entry_books *e,
                       const struct hc_feed_file *file) {
    char day[16];
    hc_json_object(j, "period");
    hc_json_inline(j);
    hc_json_text(j, "first", hc_format_day(e->period_first, day));
    hc_json_text(j, "last", hc_format_day(e->period_last, day));
    if (file->dated >= 0)
        hc_json_int(j, "outside", (int64_t)e->outside);
    hc_json_end(j);
}

static void put_entry(struct hc_json *j, const struct hc_ingest *run,
                      const struct hc_delivered *d, const struct hc_entry_books *e) {
    hc_json_object(j, NULL);
    hc_json_int(j, "number", e->number);
    hc_json_text(j, "name", e->name);
    hc_json_text(j, "file", e->file >= 0 ? run->feed->file[e->file].name : NULL);
    if (e->doubled)
        hc_json_text(j, "skipped", hc_finding_name(HC_FINDING_doubled_file));
    if (e->leftover)
        hc_json_text(j, "skipped", "leftover of a file manager");
    if (e->file >= 0 && e->amount && e->slot) {
        if (e->version && *e->version)
            hc_json_text(j, "layout", e->version);
        hc_json_object(j, "record_length");
        hc_json_inline(j);
        hc_json_int(j, "shortest", (int64_t)e->shortest);
        hc_json_int(j, "longest", (int64_t)e->longest);
        hc_json_end(j);
        if (e->has_told)
            hc_json_int(j, "told", e->told);
        if (e->has_period)
            put_period(j, e, &run->feed->file[e->file]);
        put_records(j, e);
        put_delivered(j, e, &run->feed->file[e->file]);
        put_populated(j, e, &run->feed->file[e->file]);
        if (d->books.by_file[e->file] != e && !e->doubled)
            hc_json_int(j, "part_of", d->books.by_file[e->file]->number);
        else if (run->accepted && !e->doubled)
            put_amounts(j, run, d, e);
    }
    hc_json_end(j);
}

static void put_findings(struct hc_json *j, const struct hc_ingest *run,
                         const struct hc_delivered *d) {
    hc_json_array(j, "findings");
    for (size_t i = 0; i < d->books.notes; i++) {
        const struct hc_note *note = &d->books.note[i];
        hc_json_object(j, NULL);
        hc_json_inline(j);
        hc_json_text(j, "finding", hc_finding_name(note->finding));
        hc_json_text(j, "what", note->what);
        enum hc_action action = hc_ingest_action(run, note->finding);
        hc_json_bool(j, "accepted", action != HC_ACTION_refuse);
        hc_json_text(j, "action", hc_action_name(action));
        hc_json_end(j);
    }
    hc_json_end(j);
}

static void put_delivery(struct hc_json *j, const struct hc_ingest *run,
                         const struct hc_delivered *d) {
    char day[16];
    hc_json_object(j, NULL);
    hc_json_int(j, "number", d->number);
    hc_json_text(j, "name", d->name);
    hc_json_text(j, "sha256", *d->sha256 ? d->sha256 : NULL);
    hc_json_int(j, "bytes", (int64_t)d->bytes);
    hc_json_text(j, "container", d->container);
    if (d->damage.status != HC_OK && run->options->check)
        hc_json_text(j, "damage", d->damage.what);
    hc_json_text(j, "date", d->named.has_date ? hc_format_day(d->named.date, day) : NULL);
    hc_json_text(j, "program", *d->program ? d->program : NULL);
    if (d->named.year)
        hc_json_int(j, "year", d->named.year);
    if (d->named.cycle)
        hc_json_text(j, "cycle", d->named.cycle == 'R' ? "run-out" : "monthly");
    if (d->opened) {
        put_findings(j, run, d);
        hc_json_array(j, "entries");
        for (size_t e = 0; e < d->books.entries; e++)
            put_entry(j, run, d, &d->books.entry[e]);
        hc_json_end(j);
        hc_json_array(j, "records");
        for (size_t r = 0; r < run->feed->records; r++) {
            hc_json_object(j, NULL);
            hc_json_inline(j);
            hc_json_text(j, "name", run->feed->record[r].name);
            hc_json_text(j, "kind", run->feed->record[r].kind->name);
            hc_json_int(j, "rows", (int64_t)d->books.rows[r]);
            hc_json_int(j, "made_of_header", (int64_t)d->books.made[r]);
            hc_json_end(j);
        }
        hc_json_end(j);
    }
    hc_json_end(j);
}

static void put_months(struct hc_json *j, const char *key, struct hc_months months) {
    char first[16], last[16];
    hc_json_object(j, key);
    hc_json_inline(j);
    if (months.first <= months.last) { /* months only: a day may be somebody's */
        hc_format_day(hc_month_first(months.first), first);
        hc_format_day(hc_month_first(months.last), last);
        hc_json_str(j, "first", (struct hc_str){first, 7});
        hc_json_str(j, "last", (struct hc_str){last, 7});
    }
    hc_json_end(j);
}

static void put_census(struct hc_json *j, const struct hc_census *c) {
    if (c->has_members)
        hc_json_int(j, "members", (int64_t)c->members);
    if (c->has_claims)
        hc_json_int(j, "claims", (int64_t)c->claims);
    if (c->has_member_months)
        hc_json_int(j, "member_months", (int64_t)c->member_months);
    if (c->open_spans) /* why they are not known */
        hc_json_int(j, "open_spans", (int64_t)c->open_spans);
    if (c->negative_equivalents)
        hc_json_int(j, "negative_ffs_equivalents", (int64_t)c->negative_equivalents);
    if (c->has_service)
        put_months(j, "service_months", c->service);
    if (c->has_paid)
        put_months(j, "paid_months", c->paid);
}

static void put_total(struct hc_json *j, const char *key, enum hc_trend trend,
                      const struct hc_total *total) {
    char text[HC_NUM_SIZE];
    if (total->known)
        hc_json_text(j, key, hc_total_text(trend, total->value, text));
    else
        hc_json_null(j, key);
}

static void put_totals(struct hc_json *j, const struct hc_ingest *run) {
    hc_json_object(j, "totals");
    hc_json_inline(j);
    for (int i = 0; i < HC_TRENDS; i++)
        if (run->comparison.now[i].known)
            put_total(j, hc_trend_name((enum hc_trend)i), (enum hc_trend)i,
                      &run->comparison.now[i]);
    hc_json_end(j);
}

/* What a change of totals would mean: hc-run compares deliveries by their receipts. */
static void put_trend(struct hc_json *j, const struct hc_ingest *run) {
    bool any = false;
    for (int i = 0; i < HC_TRENDS; i++)
        any |= run->feed->bound[i] >= 0;
    if (!any)
        return;
    hc_json_object(j, "trend");
    hc_json_text(j, "action", hc_action_name(hc_ingest_action(run, HC_FINDING_trend)));
    hc_json_object(j, "bounds");
    hc_json_inline(j);
    for (int i = 0; i < HC_TRENDS; i++)
        if (run->feed->bound[i] >= 0)
            put_scaled(j, hc_trend_name((enum hc_trend)i), run->feed->bound[i], 2);
    hc_json_end(j);
    hc_json_end(j);
}

static void put_previous(struct hc_json *j, const struct hc_ingest *run) {
    const struct hc_comparison *c = &run->comparison;
    hc_json_object(j, "previous");
    hc_json_text(j, "sha256", c->sha256);
    if (c->any_beyond)
        hc_json_text(j, "action", hc_action_name(hc_ingest_action(run, HC_FINDING_trend)));
    hc_json_array(j, "totals");
    for (int i = 0; i < HC_TRENDS; i++) {
        enum hc_trend trend = (enum hc_trend)i;
        hc_i128 change;
        if (!c->before[i].known && !c->now[i].known)
            continue;
        hc_json_object(j, NULL);
        hc_json_inline(j);
        hc_json_text(j, "total", hc_trend_name(trend));
        put_total(j, "before", trend, &c->before[i]);
        put_total(j, "now", trend, &c->now[i]);
        if (hc_total_change(c, trend, &change))
            put_scaled(j, "change_percent", change, 2);
        else
            hc_json_null(j, "change_percent");
        if (run->feed->bound[i] >= 0)
            put_scaled(j, "bound", run->feed->bound[i], 2);
        else
            hc_json_null(j, "bound");
        hc_json_bool(j, "within", !c->beyond[i]);
        hc_json_end(j);
    }
    hc_json_end(j);
    hc_json_end(j);
}

bool hc_receipt_exceptions(const struct hc_ingest *run) {
    bool any = run->rejects.total > 0 ||
               run->outputs.kind[HC_KIND_claim_line].census.negative_equivalents > 0;
    for (size_t d = 0; d < run->deliveries; d++)
        for (size_t n = 0; n < run->delivery[d].books.notes; n++)
            any |= hc_ingest_action(run, run->delivery[d].books.note[n].finding) ==
                   HC_ACTION_exception;
    return any || (run->comparison.any_beyond &&
                   hc_ingest_action(run, HC_FINDING_trend) == HC_ACTION_exception);
}

static void put_out(struct hc_json *j, const struct hc_kind_out *k) {
    hc_json_object(j, NULL);
    hc_json_text(j, "kind", k->schema->name);
    hc_json_int(j, "rows", (int64_t)k->totals.rows);
    put_census(j, &k->census);
    hc_json_object(j, "sums");
    hc_json_inline(j);
    for (size_t c = 0; c < k->schema->known; c++)
        if (k->schema->field[c].flags & HC_SUM && k->has[c])
            hc_json_sum(j, k->schema->field[c].name, k->totals.sum[c]);
    hc_json_end(j);
    hc_json_array(j, "files");
    for (size_t i = 0; i < k->files; i++) {
        const char *name = k->file[i].path;
        if (name && k->files == 1 && !k->file[i].shard)
            name = hc_base_name(name);
        else if (name) /* KIND/shard-NNN.arrow */
            name = strstr(name, k->schema->name)
                       ? name + strlen(name) - strlen(hc_base_name(name)) -
                             strlen(k->schema->name) - 1
                       : name;
        hc_json_object(j, NULL);
        hc_json_inline(j);
        hc_json_text(j, "path", name);
        hc_json_int(j, "rows", (int64_t)hc_writer_totals(k->file[i].writer)->rows);
        hc_json_text(j, "sha256", k->file[i].digest);
        hc_json_end(j);
    }
    hc_json_end(j);
    hc_json_end(j);
}

/* Records that could not be read, by entry, column and reason: no values. */
static void put_problems(struct hc_json *j, const struct hc_rejects *rejects) {
    hc_json_array(j, "problems");
    for (size_t i = 0; i < rejects->tallies; i++) {
        const struct hc_tally *t = &rejects->tally[i];
        hc_json_object(j, NULL);
        hc_json_inline(j);
        hc_json_text(j, "delivery", t->delivery);
        hc_json_text(j, "entry", t->entry);
        hc_json_text(j, "column", *t->field ? t->field : NULL);
        hc_json_text(j, "reason", t->reason);
        hc_json_int(j, "count", (int64_t)t->count);
        hc_json_array(j, "first_records");
        for (size_t n = 0; n < t->count && n < HC_TALLY_RECORDS; n++)
            hc_json_int(j, NULL, (int64_t)t->record[n]);
        hc_json_end(j);
        hc_json_text(j, "what", t->message);
        hc_json_end(j);
    }
    hc_json_end(j);
}

static void put_run(struct hc_json *j, const struct hc_ingest *run,
                    const struct hc_err *why) {
    hc_json_object(j, NULL);
    hc_json_text(j, "tool", "hc-ingest");
    hc_json_text(j, "version", HC_VERSION);
    hc_json_bool(j, "accepted", run->accepted);
    hc_json_text(j, "verdict",
                 !run->accepted               ? "refused"
                 : hc_receipt_exceptions(run) ? "accepted with exceptions"
                                              : "accepted");
    if (why) {
        hc_json_int(j, "status", hc_exit_code(why->status));
        hc_json_text(j, "refused", why->what);
        if (*why->file)
            hc_json_text(j, "refused_in", hc_base_name(why->file));
        if (why->record)
            hc_json_int(j, "refused_at", (int64_t)why->record);
    }
    put_feed(j, run->feed);
    hc_json_array(j, "accept");
    hc_json_inline(j);
    for (int i = 0; i < HC_FINDINGS; i++)
        if (run->options->accept[i])
            hc_json_text(j, NULL, hc_finding_name((enum hc_finding)i));
    hc_json_end(j);
    hc_json_array(j, "deliveries");
    for (size_t d = 0; d < run->deliveries; d++)
        put_delivery(j, run, &run->delivery[d]);
    hc_json_end(j);
    hc_json_object(j, "rejects");
    hc_json_inline(j);
    hc_json_bool(j, "hc.phi", true);
    hc_json_int(j, "records", (int64_t)run->rejects.total);
    hc_json_int(j, "listed", (int64_t)run->rejects.count);
    hc_json_end(j);
    if (run->rejects.tallies || run->options->check)
        put_problems(j, &run->rejects);
    if (run->accepted) {
        put_totals(j, run);
        put_trend(j, run);
    }
    if (run->accepted || run->comparison.any_beyond) {
        if (*run->comparison.sha256)
            put_previous(j, run);
    }
    hc_json_array(j, "out");
    for (int k = 0; run->accepted && k < HC_KINDS; k++)
        if (run->outputs.kind[k].wanted)
            put_out(j, &run->outputs.kind[k]);
    hc_json_end(j);
    hc_json_end(j);
}

void hc_receipt_print(const struct hc_ingest *run, const struct hc_err *why,
                      struct hc_buf *buf) {
    struct hc_json json;
    hc_json_start(&json, buf, true);
    put_run(&json, run, why);
    if (buf->len && buf->ptr[buf->len - 1] != '\n')
        hc_buf_putc(buf, '\n');
}

enum hc_status hc_receipt_write(const struct hc_ingest *run, const struct hc_err *why,
                                const char *path, struct hc_err *err) {
    struct hc_buf buf = {0};
    struct hc_out_options options = {.durable = true};
    hc_receipt_print(run, why, &buf);
    enum hc_status status = hc_write_file(path, &options, &buf, NULL, err);
    hc_buf_free(&buf);
    return status;
}
