#include "feed/ingest.h"

#include <inttypes.h>
#include <stdlib.h>

#include "feed/again.h"
#include "feed/check.h"
#include "feed/delivery.h"
#include "feed/folder.h"
#include "feed/given.h"
#include "feed/identity.h"
#include "feed/judge.h"
#include "feed/receipt.h"
#include "feed/trend.h"
#include "feed/workers.h"
#include "format/passphrase.h"
#include "record/accounts.h"

/* ---- origin ---- */

static enum hc_status describe_origin(const struct hc_ingest *run, struct hc_origin *origin,
                                      struct hc_err *err) {
    struct hc_arena *arena = &origin->arena;
    origin->delivery =
        hc_arena_zalloc(arena, (run->deliveries + 1) * sizeof *origin->delivery);
    origin->feed = hc_arena_zalloc(arena, sizeof *origin->feed);
    if (!origin->delivery || !origin->feed)
        return hc_fail_memory(err);
    for (size_t i = 0; i < run->deliveries; i++) {
        const struct hc_delivered *d = &run->delivery[i];
        size_t entries = d->opened ? d->books.entries : d->entries;
        const char **entry = hc_arena_zalloc(arena, (entries + 1) * sizeof *entry);
        if (!entry)
            return hc_fail_memory(err);
        for (size_t e = 0; e < entries; e++)
            entry[e] = d->opened ? d->books.entry[e].name : d->entry[e];
        origin->delivery[i] =
            (struct hc_delivery){.name = d->name,
                                 .feed = run->feed->name,
                                 .payer = hc_feed_set_value(run->feed, "payer"),
                                 .program = d->program,
                                 .has_date = d->named.has_date,
                                 .date = d->named.date,
                                 .identity_key = run->identity_key,
                                 .sha256 = d->sha256,
                                 .entries = entries,
                                 .entry = entry};
    }
    origin->deliveries = run->deliveries;
    if (run->feed->rules.rules || run->feed->rules.covers) {
        origin->feed[0] = run->feed->rules;
        origin->feeds = 1;
    }
    return HC_OK;
}

/* ---- the run ---- */

static bool is_verdict(enum hc_status status) {
    return status == HC_EDATA || status == HC_EPERM;
}

static enum hc_status read_all(struct hc_ingest *run, struct hc_str key,
                               const char *passphrase, struct hc_err *err) {
    const struct hc_ingest_options *o = run->options;
    struct hc_deliver_options options = {.memory_bytes = o->memory_bytes,
                                         .temp_dir = o->temp_dir,
                                         .identity_key = key,
                                         .inflate = o->inflate,
                                         .jobs = o->jobs,
                                         .passphrase = passphrase};
    memcpy(options.accept, o->accept, sizeof options.accept);
    enum hc_status status = hc_workers_read(run, &options, err);
    return status == HC_OK ? hc_suspects_find(run, err) : status;
}

/* Where the digests are known already, rows need not wait for the last delivery. Those of a
 * kind come in order when each delivery has them in one entry that does not join; else they
 * wait for the end of theirs. */
static enum hc_status choose_order(struct hc_ingest *run, struct hc_err *err) {
    bool known = true, single = true;
    enum hc_status status = HC_OK;
    for (size_t i = 0; i < run->deliveries; i++) {
        known &= run->delivery[i].regular && *run->delivery[i].sha256;
        single &= run->delivery[i].entries == 1;
    }
    for (int kind = 0; kind < HC_KINDS && known && status == HC_OK; kind++) {
        size_t sets = 0;
        bool joins = false;
        for (size_t r = 0; r < run->feed->records; r++) {
            const struct hc_feed_set *set = &run->feed->record[r];
            if ((int)set->kind->kind != kind)
                continue;
            sets++;
            joins |= run->feed->file[set->lines].group >= 0;
        }
        if (!run->outputs.kind[kind].wanted)
            continue;
        struct hc_origin origin = {0};
        status = describe_origin(run, &origin, err);
        if (status == HC_OK)
            status = hc_outputs_in_order(&run->outputs, (enum hc_kind)kind,
                                         !joins && (sets < 2 || single), &origin, err);
        hc_origin_free(&origin);
    }
    return status;
}

/* Written, but not published, while the outputs can still be withdrawn. */
static enum hc_status prepare_accounts(struct hc_ingest *run, struct hc_err *err) {
    enum hc_status status = hc_accounts_new(&run->accounts, "hc-ingest", err);
    if (status != HC_OK)
        return status;
    for (int k = 0; k < HC_KINDS; k++) {
        const struct hc_kind_out *kind = &run->outputs.kind[k];
        for (size_t i = 0; kind->wanted && i < kind->files; i++)
            hc_accounts_out(run->accounts, kind->file[i].path,
                            hc_writer_totals(kind->file[i].writer));
    }
    hc_accounts_note(run->accounts, "deliveries", (int64_t)run->deliveries);
    hc_accounts_note(run->accounts, "records", (int64_t)run->records);
    hc_accounts_note(run->accounts, "rejected", (int64_t)run->rejects.total);
    return hc_accounts_prepare(run->accounts, run->options->accounts, err);
}

static enum hc_status write_all(struct hc_ingest *run, struct hc_log *log,
                                struct hc_err *err) {
    struct hc_origin origin = {0};
    enum hc_status status = describe_origin(run, &origin, err);
    if (status == HC_OK)
        status = hc_outputs_write(&run->outputs, &origin, err);
    if (status == HC_OK)
        hc_judge_amounts(run, log);
    if (status == HC_OK)
        status = hc_judge_columns(run, err);
    if (status == HC_OK)
        status = hc_trend_check(run, log, err);
    if (status == HC_OK)
        status = prepare_accounts(run, err);
    if (status == HC_OK && run->stands) /* good: what stands there may go */
        status = hc_folder_clear(run->options->out_dir, err);
    if (status == HC_OK)
        status = hc_outputs_commit(&run->outputs, err);
    hc_origin_free(&origin);
    return status;
}

/* The folder that tells what became of the deliveries; NULL when out of memory. */
static const char *told_in(struct hc_ingest *run) {
    const char *folder = run->options->out_dir;
    return run->stands && !run->accepted
               ? hc_arena_printf(&run->outputs.arena, "%s/refused", folder)
               : folder;
}

static enum hc_status write_rejects(struct hc_ingest *run, struct hc_err *err) {
    if (run->options->rejects)
        return hc_rejects_write(&run->rejects, run->options->rejects, err);
    if (!run->options->out_dir)
        return HC_OK;
    const char *folder = told_in(run);
    const char *path =
        folder ? hc_arena_printf(&run->outputs.arena, "%s/rejects.csv", folder) : NULL;
    return path ? hc_rejects_write(&run->rejects, path, err) : hc_fail_memory(err);
}

static enum hc_status write_receipt(struct hc_ingest *run, const struct hc_err *why,
                                    struct hc_err *err) {
    if (!run->options->out_dir)
        return HC_OK;
    const char *folder = told_in(run);
    const char *path =
        folder ? hc_arena_printf(&run->outputs.arena, "%s/receipt.json", folder) : NULL;
    return path ? hc_receipt_write(run, why, path, err) : hc_fail_memory(err);
}

static void log_counts(const struct hc_ingest *run, struct hc_log *log) {
    struct hc_buf text = {0};
    uint64_t skipped = 0, attached = 0, unattached = 0, mapped = 0, made = 0;
    for (size_t d = 0; d < run->deliveries; d++) {
        const struct hc_books *b = &run->delivery[d].books;
        for (size_t e = 0; e < b->entries; e++) {
            mapped += b->entry[e].mapped;
            attached += b->entry[e].attached;
            skipped += b->entry[e].skipped + b->entry[e].blank;
            unattached += hc_entry_unattached(&b->entry[e]);
        }
        for (size_t r = 0; r < run->feed->records; r++)
            made += b->made[r];
    }
    hc_buf_printf(&text,
                  "%" PRIu64 " records = %" PRIu64 " mapped + %" PRIu64
                  " attached + %" PRIu64 " skipped + %" PRIu64 " unattached + %" PRIu64
                  " rejected",
                  run->records, mapped, attached, skipped, unattached, run->rejects.total);
    if (made)
        hc_buf_printf(&text, "; %" PRIu64 " rows made of headers without lines", made);
    for (int k = 0; k < HC_KINDS; k++)
        if (run->outputs.kind[k].wanted)
            hc_buf_printf(&text, "; %" PRIu64 " %s", run->outputs.kind[k].totals.rows,
                          hc_kinds[k].name);
    if (run->rejects.total)
        log->verbose = true;
    hc_log(log, HC_LOG_COUNTS, "%s", hc_buf_text(&text));
    hc_buf_free(&text);
}

/* Refused: the folder gets a receipt that says so, and the rejects; beside what stands. */
static enum hc_status refuse(struct hc_ingest *run, enum hc_status status,
                             struct hc_log *log, struct hc_err *err) {
    const char *folder = run->options->out_dir;
    struct hc_err other = {0};
    enum hc_status written = HC_OK;
    if (!is_verdict(status))
        return status;
    if (run->stands) {
        const char *refused = told_in(run);
        written = refused ? hc_make_folder(refused, &other) : hc_fail_memory(&other);
    }
    if (written == HC_OK)
        written = write_rejects(run, &other);
    if (written == HC_OK)
        written = write_receipt(run, err, &other);
    if (written == HC_OK && run->stands)
        hc_log(log, HC_LOG_WARN,
               "%s stays as it was; %s/refused has the receipt of what is refused", folder,
               folder);
    return status; /* the first failure is the one to tell */
}

/* Files are joined once their delivery is whole; rows of others are made as they are read.
 */
static bool any_joins(const struct hc_feed *feed) {
    for (size_t r = 0; r < feed->records; r++)
        if (feed->file[feed->record[r].lines].group >= 0)
            return true;
    return false;
}

/* What would refuse the deliveries that were read; nothing is written. */
static enum hc_status judge(struct hc_ingest *run, struct hc_log *log, struct hc_err *why) {
    struct hc_origin none = {0};
    bool whole = true;
    enum hc_status status = hc_outputs_write(&run->outputs, &none, why);
    if (status == HC_OK && run->rival.status != HC_OK) {
        *why = run->rival;
        status = run->rival.status;
    }
    for (size_t i = 0; i < run->deliveries; i++) {
        bool damaged = run->delivery[i].damage.status != HC_OK;
        bool refused =
            hc_delivery_refused(&run->delivery[i], run->feed, run->options->accept);
        whole &= !damaged && !refused;
        run->partial |= damaged || (refused && any_joins(run->feed));
    }
    for (size_t i = 0; i < run->deliveries && status == HC_OK; i++)
        if ((status = run->delivery[i].damage.status) != HC_OK)
            *why = run->delivery[i].damage;
    if (status == HC_OK)
        status = hc_judge_findings(run, log, why);
    if (status == HC_OK)
        status = hc_judge_rejects(run, why);
    if (status == HC_OK && whole)
        status = hc_judge_books(run, why);
    if (status == HC_OK && whole)
        status = hc_judge_columns(run, why);
    struct hc_err trend = {0}; /* compared in any case, for the page */
    enum hc_status compared = hc_trend_check(run, log, &trend);
    if (status == HC_OK && compared != HC_OK) {
        *why = trend;
        status = compared;
    }
    return status;
}

static enum hc_status check(struct hc_ingest *run, struct hc_log *log, struct hc_str key,
                            const char *passphrase, struct hc_err *err) {
    struct hc_err why = {0};
    struct hc_log silent = *log;
    silent.quiet = true; /* the page says it */
    enum hc_status status = read_all(run, key, passphrase, err);
    if (status != HC_OK)
        return status;
    status = judge(run, &silent, &why);
    if (strcmp(why.hint, hc_source_fetch) == 0) { /* the sender reads this */
        why.hint[0] = '\0';
        hc_err_hint(&why, "make the file again, and check it before it is sent");
    }
    run->accepted = status == HC_OK;
    if (status == HC_OK || is_verdict(status)) {
        enum hc_status written = hc_check_write(run, &why, err);
        if (written == HC_OK && run->options->rejects)
            written = hc_rejects_write(&run->rejects, run->options->rejects, err);
        if (written != HC_OK)
            return written;
    }
    if (status != HC_OK && err)
        *err = why;
    return status;
}

static enum hc_status ingest(struct hc_ingest *run, struct hc_log *log,
                             struct hc_err *err) {
    const struct hc_ingest_options *o = run->options;
    struct hc_buf key = {0};
    struct hc_passphrase secret = {0};
    const char *passphrase = o->passphrase_file ? secret.text : NULL;
    struct hc_outputs_options outputs = {.kind = o->kind,
                                         .output = o->output,
                                         .out_dir = o->out_dir,
                                         .shards = o->shards,
                                         .columns = o->columns,
                                         .column_count = o->column_count,
                                         .memory_bytes = o->memory_bytes / 4,
                                         .temp_dir = o->temp_dir ? o->temp_dir : o->out_dir,
                                         .tool = "hc-ingest",
                                         .discard = o->check != NULL,
                                         .census = o->out_dir || o->previous || o->check};
    struct hc_err why = {0};
    enum hc_status status = HC_OK;
    if (o->identity_key)
        status = hc_identity_key(o->identity_key, &key, err);
    if (status == HC_OK && o->identity_key)
        status = hc_keyed_hash(hc_buf_str(&key), HC_STR("digest of the identity key"),
                               run->identity_key, err);
    if (status == HC_OK && o->passphrase_file)
        status = hc_passphrase_read(&secret, o->passphrase_file, err);
    if (status == HC_OK)
        status = hc_outputs_open(&run->outputs, run->feed, &outputs, err);
    if (status == HC_OK)
        status = hc_given_list(run, passphrase, log, err);
    if (status == HC_OK && o->previous)
        status = hc_trend_read(run, err);
    if (o->out_dir)
        run->stood = hc_folder_standing(o->out_dir);
    if (status == HC_OK && o->out_dir)
        status = hc_again_check(run, log, err);
    if (status == HC_OK && o->out_dir)
        status = run->stands ? hc_sweep_temporary(o->out_dir, err)
                             : hc_folder_clear(o->out_dir, err);
    if (status == HC_OK && !o->check)
        status = choose_order(run, err);
    if (status == HC_OK && o->check) {
        status = check(run, log, hc_buf_str(&key), passphrase, err);
    } else if (status == HC_OK) {
        why = run->rival;
        status = why.status != HC_OK ? why.status
                                     : read_all(run, hc_buf_str(&key), passphrase, &why);
        if (status == HC_OK)
            status = hc_judge_findings(run, log, &why);
        if (status == HC_OK)
            status = hc_judge_rejects(run, &why);
        for (size_t i = 0; i < run->deliveries && status == HC_OK; i++)
            hc_judge_unattached(&run->delivery[i], log);
        if (status == HC_OK)
            status = hc_judge_books(run, &why);
        if (status == HC_OK)
            status = write_all(run, log, &why);
        if (status != HC_OK) {
            if (err)
                *err = why;
            status = refuse(run, status, log, &why);
        } else {
            run->accepted = true;
            status = write_rejects(run, err);
            if (status == HC_OK)
                status = hc_accounts_write(run->accounts, o->accounts, err);
            if (status == HC_OK)
                status = write_receipt(run, NULL, err);
        }
    }
    if (status == HC_OK && !o->check)
        log_counts(run, log);
    hc_passphrase_wipe(&secret);
    hc_buf_free(&key);
    return status == HC_OK && run->rejects.total ? HC_REJECTS : status;
}

enum hc_status hc_ingest(const struct hc_feed *feed,
                         const struct hc_ingest_options *options, struct hc_log *log,
                         struct hc_err *err) {
    struct hc_ingest run = {.feed = feed, .options = options};
    enum hc_status status = ingest(&run, log, err);
    hc_accounts_free(run.accounts);
    hc_outputs_free(&run.outputs);
    hc_rejects_free(&run.rejects);
    if (status != HC_OK && status != HC_REJECTS && options->out_dir) {
        hc_folder_trim(options->out_dir);
        hc_folder_remove(options->out_dir, run.stood);
    }
    for (size_t i = 0; i < run.deliveries; i++)
        hc_delivered_free(&run.delivery[i], feed);
    free(run.delivery);
    return status;
}
