#include "feed/ingest.h"

#include "base/tool.h"

/* receipt.json: what was delivered and what became of it. No time of day stands in it, so
 * the same delivery gives the same bytes. */

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
        put_e4(j, "sum", sum->exact_e4, field->conversion.decimals);
        hc_json_int(j, "values", (int64_t)sum->values);
        hc_json_int(j, "nulls", (int64_t)sum->nulls);
        hc_json_int(j, "unknown", (int64_t)sum->unknown);
        hc_json_end(j);
    }
    hc_json_end(j);
}

static void put_use(struct hc_json *j, const struct hc_feed *feed,
                    const struct hc_books *books, size_t r, const struct hc_use *use) {
    const struct hc_feed_set *set = &feed->record[r];
    const struct hc_feed_file *file = &feed->file[use->file];
    const struct hc_entry_books *e = books->by_file[use->file];
    const struct hc_feed_slot *slot = &file->slot[use->slot];
    struct hc_amount_account a = hc_amount_account(e, file, use->slot);
    int scale = slot->conversion.scale;
    hc_json_object(j, NULL);
    hc_json_inline(j);
    hc_json_text(j, "field", file->field[slot->field].name);
    hc_json_text(j, "records", set->name);
    hc_json_text(j, "column", set->kind->field[use->column].name);
    put_e4(j, "delivered", a.delivered, scale);
    put_scaled(j, "used", use->used, scale);
    put_scaled(j, "not_used", use->not_used, scale);
    put_e4(j, "rejected", a.rejected, scale);
    put_e4(j, "unattached", a.unattached, scale);
    put_e4(j, "rounding", a.rounding, scale);
    put_scaled(j, "out", use->out, scale);
    hc_json_end(j);
}

/* Of each amount that a map takes from this entry: delivered = used + not_used + rejected +
 * unattached + rounding; out is what it added to the column, sign and all. */
static void put_amounts(struct hc_json *j, const struct hc_ingest *run,
                        const struct hc_delivered *d, const struct hc_entry_books *e) {
    hc_json_array(j, "amounts");
    for (size_t r = 0; r < run->feed->records; r++) {
        const struct hc_feed_set *set = &run->feed->record[r];
        for (size_t u = 0; u < set->uses; u++) {
            const struct hc_use *use = &d->books.mapper[r].use[u];
            if (use->file == e->file && use->file >= 0 && !e->slot[use->slot].skipped &&
                e->records)
                put_use(j, run->feed, &d->books, r, use);
        }
    }
    hc_json_end(j);
}

static void put_entry(struct hc_json *j, const struct hc_ingest *run,
                      const struct hc_delivered *d, const struct hc_entry_books *e) {
    hc_json_object(j, NULL);
    hc_json_int(j, "number", e->number);
    hc_json_text(j, "name", e->name);
    hc_json_text(j, "file", e->file >= 0 ? run->feed->file[e->file].name : NULL);
    if (e->file >= 0 && e->amount && e->slot) {
        hc_json_object(j, "record_length");
        hc_json_inline(j);
        hc_json_int(j, "shortest", (int64_t)e->shortest);
        hc_json_int(j, "longest", (int64_t)e->longest);
        hc_json_end(j);
        if (e->has_told)
            hc_json_int(j, "told", e->told);
        put_records(j, e);
        put_delivered(j, e, &run->feed->file[e->file]);
        if (run->accepted)
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
        hc_json_bool(j, "accepted",
                     run->feed->noted[note->finding] ||
                         run->options->accept[note->finding]);
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
    hc_json_text(j, "date", d->has_date ? hc_format_day(d->date, day) : NULL);
    hc_json_text(j, "program", *d->program ? d->program : NULL);
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

static void put_out(struct hc_json *j, const struct hc_kind_out *k) {
    hc_json_object(j, NULL);
    hc_json_text(j, "kind", k->schema->name);
    hc_json_int(j, "rows", (int64_t)k->totals.rows);
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

static void put_run(struct hc_json *j, const struct hc_ingest *run,
                    const struct hc_err *why) {
    hc_json_object(j, NULL);
    hc_json_text(j, "tool", "hc-ingest");
    hc_json_text(j, "version", HC_VERSION);
    hc_json_bool(j, "accepted", run->accepted);
    if (why) {
        hc_json_int(j, "status", hc_exit_code(why->status));
        hc_json_text(j, "refused", why->what);
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
    hc_json_array(j, "out");
    for (int k = 0; run->accepted && k < HC_KINDS; k++)
        if (run->outputs.kind[k].wanted)
            put_out(j, &run->outputs.kind[k]);
    hc_json_end(j);
    hc_json_end(j);
}

enum hc_status hc_receipt_write(const struct hc_ingest *run, const struct hc_err *why,
                                const char *path, struct hc_err *err) {
    struct hc_buf buf = {0};
    struct hc_json json;
    struct hc_out *out = NULL;
    struct hc_out_options options = {.durable = true};
    hc_json_start(&json, &buf, true);
    put_run(&json, run, why);
    if (buf.len && buf.ptr[buf.len - 1] != '\n')
        hc_buf_putc(&buf, '\n');
    enum hc_status status =
        buf.failed ? hc_fail_memory(err) : hc_out_open(&out, path, &options, err);
    if (status == HC_OK)
        status = hc_out_write(out, buf.ptr, buf.len, err);
    if (status == HC_OK)
        status = hc_out_commit(out, err);
    hc_out_free(out);
    hc_buf_free(&buf);
    return status;
}
