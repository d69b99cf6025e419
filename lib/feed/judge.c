#include "feed/judge.h"

#include <inttypes.h>

const char *hc_finding_advice(enum hc_finding finding) {
    static const char *const advice[HC_FINDINGS] = {
        [HC_FINDING_delivery_name] = "name the delivery as agreed",
        [HC_FINDING_entry_name] = "name every file as the delivery is named",
        [HC_FINDING_unknown_file] = "leave out the file that was not agreed",
        [HC_FINDING_missing_file] = "send the missing file too",
        [HC_FINDING_doubled_file] = "send each file once",
        [HC_FINDING_empty_file] = "send the file with its records",
        [HC_FINDING_record_length] = "write records of the length that was agreed",
        [HC_FINDING_control_totals] = "send all records, or correct the counts and lengths "
                                      "told",
        [HC_FINDING_period] = "let header, trailer and name tell the same period",
        [HC_FINDING_outside_period] =
            "leave out the records outside the period, or correct "
            "it",
        [HC_FINDING_repeated_header] = "send one header record a claim",
        [HC_FINDING_repeated_amounts] = "let all records of a claim tell the same amounts",
        [HC_FINDING_test_file] = "mark the file as production",
        [HC_FINDING_mixed_decimals] = "write all amounts with a point, or none",
        [HC_FINDING_version_missing] =
            "give every record a version, or agree upon another way "
            "of correcting",
        [HC_FINDING_positive_cancellation] = "send cancellations with their sign",
        [HC_FINDING_repeated_payment] = "send each payment once",
        [HC_FINDING_unknown_code] = "use the codes that were agreed, or tell the receiver "
                                    "what the others mean",
        [HC_FINDING_shape] = "look whether the column holds what the feed takes it for",
        [HC_FINDING_service_date] = "give every claim line its day of service",
        [HC_FINDING_populated] = "fill the field more often",
        [HC_FINDING_trend] = "look whether records are missing or sent twice; if not, tell "
                             "the receiver why",
    };
    return advice[finding];
}

/* What becomes of the records where a finding is accepted; NULL nothing to be told. */
static const char *in_spite_of(enum hc_finding finding) {
    static const char *const what[HC_FINDINGS] = {
        [HC_FINDING_doubled_file] = "of doubled files only the first is used",
        [HC_FINDING_record_length] =
            "another version of a layout belongs under layouts: in the feed",
        [HC_FINDING_repeated_amounts] = "the first record's amounts count",
        [HC_FINDING_mixed_decimals] =
            "whole amounts keep their implied decimals: implied: of a field or a file says "
            "how many",
        [HC_FINDING_version_missing] =
            "a payer without versions wants policy: replace or restate in its feed",
        [HC_FINDING_repeated_payment] = "the sums count such payments twice",
        [HC_FINDING_service_date] = "such lines are of no month and in no report",
        [HC_FINDING_unknown_code] = "such codes are what other: says; once known they "
                                    "belong under codes: in the feed",
    };
    return what[finding];
}

/* What of doubled files is left out, where that was accepted. */
static void warn_doubled(const struct hc_delivered *d, struct hc_log *log) {
    uint64_t files = 0, records = 0;
    for (size_t e = 0; e < d->books.entries; e++) {
        files += d->books.entry[e].doubled;
        records += d->books.entry[e].doubled ? d->books.entry[e].records : 0;
    }
    if (files)
        hc_log(log, HC_LOG_WARN,
               "%s: doubled files: only the first of each is used, %" PRIu64
               " with %" PRIu64 " records are skipped",
               hc_delivery_place(d), files, records);
}

void hc_judge_alone(const struct hc_entry_books *entry, struct hc_buf *text) {
    uint64_t lost = entry->unattached[HC_UNATTACHED_no_claim] +
                    entry->unattached[HC_UNATTACHED_no_line];
    if (lost)
        hc_buf_printf(text,
                      "%" PRIu64 " of %" PRIu64
                      " records belong to no claim or line of the "
                      "delivery and are set aside; the receipt has their amounts",
                      lost, entry->records);
    if (entry->headless)
        hc_buf_printf(text,
                      "%s%" PRIu64 " of %" PRIu64 " records have no header (a person, a "
                      "claim) in the delivery: their rows say what they tell themselves",
                      lost ? "; " : "", entry->headless, entry->records);
}

void hc_judge_unattached(const struct hc_delivered *d, struct hc_log *log) {
    struct hc_buf text = {0};
    for (size_t e = 0; e < d->books.entries; e++) {
        hc_buf_clear(&text);
        hc_judge_alone(&d->books.entry[e], &text);
        if (text.len)
            hc_log(log, HC_LOG_WARN, "%s: %s: %s", hc_delivery_place(d),
                   d->books.entry[e].name, hc_buf_text(&text));
    }
    hc_buf_free(&text);
}

enum hc_status hc_judge_findings(const struct hc_ingest *run, struct hc_log *log,
                                 struct hc_err *err) {
    struct hc_buf text = {0};
    struct hc_buf names = {0}, todo = {0};
    bool named[HC_FINDINGS] = {false}, spite = false;
    for (size_t i = 0; i < run->deliveries; i++) {
        const struct hc_delivered *d = &run->delivery[i];
        for (size_t n = 0; n < d->books.notes; n++) {
            const struct hc_note *note = &d->books.note[n];
            enum hc_action action = hc_ingest_action(run, note->finding);
            if (action != HC_ACTION_refuse) {
                hc_log(log, action == HC_ACTION_accept ? HC_LOG_NOTE : HC_LOG_WARN,
                       "%s: %s (accepted: %s)", hc_delivery_place(d), note->what,
                       hc_finding_name(note->finding));
                continue;
            }
            hc_buf_printf(&text, "%s%s: %s", text.len ? "\n" : "", hc_delivery_place(d),
                          note->what);
            if (!named[note->finding]) {
                hc_buf_printf(&names, "%s%s", names.len ? "," : "",
                              hc_finding_name(note->finding));
                hc_buf_printf(&todo, "%s%s", todo.len ? "; " : "",
                              hc_finding_advice(note->finding));
            }
            named[note->finding] = true;
        }
        if (hc_ingest_action(run, HC_FINDING_doubled_file) != HC_ACTION_refuse)
            warn_doubled(d, log);
    }
    enum hc_status status = HC_OK;
    if (text.len || text.failed) {
        status = hc_fail(err, HC_EDATA, "%s", hc_buf_text(&text));
        if (run->options->check) /* read by the sender, who accepts nothing */
            hc_err_hint(err, "before it is sent: %s", hc_buf_text(&todo));
        for (int i = 0; i < HC_FINDINGS; i++)
            if (named[i] && in_spite_of((enum hc_finding)i))
                hc_buf_printf(&names, "%s; %s", spite ? "" : " goes on in spite of it",
                              in_spite_of((enum hc_finding)i)),
                    spite = true;
        hc_err_hint(err, "--accept=%s%s", hc_buf_text(&names),
                    spite ? "" : " goes on in spite of it");
    }
    hc_buf_free(&text);
    hc_buf_free(&names);
    hc_buf_free(&todo);
    return status;
}

/* A file without one record that can be read is another file than the feed takes it for. */
static enum hc_status all_rejected(const struct hc_ingest *run, struct hc_err *err) {
    for (size_t i = 0; i < run->deliveries; i++) {
        const struct hc_delivered *d = &run->delivery[i];
        for (size_t e = 0; d->opened && e < d->books.entries; e++) {
            const struct hc_entry_books *entry = &d->books.entry[e];
            uint64_t rejected = hc_entry_rejected(entry);
            if (rejected == 0 || entry->doubled ||
                entry->mapped + entry->attached + entry->skipped +
                    hc_entry_unattached(entry))
                continue;
            bool same = strcmp(entry->name, d->name) == 0;
            hc_fail(err, HC_EDATA,
                    "%s%snone of the file's records can be read, all %" PRIu64
                    " were rejected",
                    same ? "" : entry->name, same ? "" : ": ", rejected);
            hc_err_at_file(err, hc_delivery_place(d));
            hc_err_hint(err, "is this the feed for the file? %s",
                        run->options->check ? "--max-rejects does not allow it"
                                            : "--check tells what is wrong, by column");
            return HC_EDATA;
        }
    }
    return HC_OK;
}

enum hc_status hc_judge_rejects(struct hc_ingest *run, struct hc_err *err) {
    const struct hc_ingest_options *o = run->options;
    uint64_t total = run->rejects.total;
    if (total == 0)
        return HC_OK;
    bool allowed = o->percent
                       ? (hc_i128)total * 10000 <= (hc_i128)run->records * o->max_rejects
                       : total <= (uint64_t)o->max_rejects;
    if (allowed)
        return all_rejected(run, err);
    if (err) {
        *err = run->rejects.first;
        err->status = HC_EDATA;
        if (total > 1) {
            size_t len = strlen(err->what);
            snprintf(err->what + len, sizeof err->what - len,
                     ", and %" PRIu64 " more records were rejected", total - 1);
        }
        hc_err_hint(err, "--max-rejects=N sets such records aside and goes on");
    }
    return HC_EDATA;
}

enum hc_status hc_judge_columns(const struct hc_ingest *run, struct hc_err *err) {
    for (int kind = 0; kind < HC_KINDS; kind++) {
        const struct hc_kind_out *k = &run->outputs.kind[kind];
        for (size_t c = 0; k->wanted && c < k->schema->known; c++) {
            hc_i128 sum = 0;
            if (!(k->schema->field[c].flags & HC_SUM) || !k->has[c])
                continue;
            for (size_t d = 0; d < run->deliveries; d++) {
                for (size_t r = 0; r < run->feed->records; r++) {
                    const struct hc_feed_set *set = &run->feed->record[r];
                    const struct hc_mapper *m = &run->delivery[d].books.mapper[r];
                    for (size_t u = 0; set->kind == k->schema && u < set->uses; u++)
                        sum += m->use[u].column == (int)c ? m->use[u].out : 0;
                }
            }
            if (sum != k->totals.sum[c]) {
                char told[HC_NUM_SIZE], out[HC_NUM_SIZE];
                return hc_fail(err, HC_EINTERNAL,
                               "%s.%s: the maps made %s, the stream has %s",
                               k->schema->name, k->schema->field[c].name,
                               hc_format_scaled(sum, 0, told),
                               hc_format_scaled(k->totals.sum[c], 0, out));
            }
        }
    }
    return HC_OK;
}

enum hc_status hc_judge_books(const struct hc_ingest *run, struct hc_err *err) {
    enum hc_status status = HC_OK;
    for (size_t d = 0; d < run->deliveries && status == HC_OK; d++)
        status = hc_books_check(&run->delivery[d].books, run->feed, err);
    return status;
}

void hc_judge_amounts(const struct hc_ingest *run, struct hc_log *log) {
    uint64_t count = run->outputs.kind[HC_KIND_claim_line].census.negative_equivalents;
    if (count)
        hc_log(log, HC_LOG_WARN,
               "%" PRIu64 " claim line%s paid for ahead of time: ffs_equivalent is below 0 "
               "though allowed is not, as where cost share is more than was allowed "
               "(negative_ffs_equivalents in the receipt); ask the payer which is right",
               count, count == 1 ? "" : "s");
}
