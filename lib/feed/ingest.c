#include "feed/ingest.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/tool.h"
#include "feed/identity.h"
#include "format/passphrase.h"
#include "record/accounts.h"

/* ---- which deliveries ---- */

static int compare(const void *a, const void *b) {
    const struct hc_delivered *x = a, *y = b;
    if (x->named.has_date != y->named.has_date)
        return x->named.has_date ? 1 : -1;
    if (x->named.has_date && x->named.date != y->named.date)
        return x->named.date < y->named.date ? -1 : 1;
    int order = strcmp(x->name, y->name);
    return order ? order : strcmp(x->path, y->path);
}

/* Of deliveries with one name, all but the first go when their bytes are the same. */
static enum hc_status drop_doubles(struct hc_ingest *run, struct hc_log *log,
                                   struct hc_err *err) {
    size_t kept = 0;
    for (size_t i = 0; i < run->deliveries; i++) {
        struct hc_delivered *d = &run->delivery[i];
        if (kept && strcmp(run->delivery[kept - 1].name, d->name) == 0) {
            if (!d->regular || strcmp(run->delivery[kept - 1].sha256, d->sha256) != 0) {
                hc_fail(err, HC_EDATA, "has the name of %s, and other bytes",
                        run->delivery[kept - 1].path);
                hc_err_at_file(err, d->path);
                hc_err_hint(err, "which of the two did the sender mean? give that one");
                return HC_EDATA;
            }
            hc_log(log, HC_LOG_WARN, "%s: given twice, read once (as %s)", d->path,
                   run->delivery[kept - 1].path);
            continue;
        }
        run->delivery[kept++] = *d;
    }
    run->deliveries = kept;
    return HC_OK;
}

static bool same_digest(const struct hc_delivered *a, const struct hc_delivered *b) {
    return a->regular && b->regular && *a->sha256 && strcmp(a->sha256, b->sha256) == 0;
}

/* Deliveries that are likely one and the same, sent again under another name. */
static void warn_alike(const struct hc_ingest *run, struct hc_log *log) {
    for (size_t i = 1; i < run->deliveries; i++) {
        const struct hc_delivered *d = &run->delivery[i];
        for (size_t j = 0; j < i; j++) {
            const struct hc_delivered *other = &run->delivery[j];
            bool alike = *d->program && d->named.has_date && other->named.has_date &&
                         strcmp(d->program, other->program) == 0 &&
                         !hc_name_differs(&d->named, &other->named, NULL);
            if (same_digest(d, other))
                hc_log(
                    log, HC_LOG_WARN,
                    "%s: has the same bytes as %s: is it the same delivery under another "
                    "name?",
                    hc_delivery_place(d), hc_delivery_place(other));
            else if (alike)
                hc_log(
                    log, HC_LOG_WARN,
                    "%s: is of the same program and day as %s, with other bytes: of what "
                    "both hold, this one's stands",
                    hc_delivery_place(d), hc_delivery_place(other));
        }
    }
}

static enum hc_status list_deliveries(struct hc_ingest *run, const char *passphrase,
                                      struct hc_log *log, struct hc_err *err) {
    const struct hc_ingest_options *o = run->options;
    enum hc_status status = HC_OK;
    run->delivery = calloc(o->count + 1, sizeof *run->delivery);
    if (!run->delivery)
        return hc_fail_memory(err);
    for (size_t i = 0; i < o->count && status == HC_OK; i++) {
        struct hc_delivered *d = &run->delivery[run->deliveries++];
        char *path = hc_arena_copy(&run->outputs.arena, hc_str_of(o->paths[i]));
        if (!path)
            return hc_fail_memory(err);
        size_t len = strlen(path);
        while (len > 1 && path[len - 1] == '/')
            path[--len] = '\0';
        d->path = path;
        bool standard = strcmp(path, "-") == 0;
        d->name = standard && o->name ? o->name : hc_base_name(path);
        if (standard && !o->name && run->feed->names &&
            !o->accept[HC_FINDING_delivery_name])
            return hc_fail(err, HC_EUSAGE, "standard input has no name: give --name=NAME");
        status = hc_delivery_name(d, run->feed, passphrase, &run->outputs.arena, err);
    }
    if (status == HC_OK) {
        qsort(run->delivery, run->deliveries, sizeof *run->delivery, compare);
        status = drop_doubles(run, log, err);
        warn_alike(run, log);
    }
    for (size_t i = 0; i < run->deliveries; i++)
        run->delivery[i].number = (unsigned)i + 1;
    return status;
}

/* ---- the folder ---- */

static enum hc_status remove_file(const char *path, struct hc_err *err) {
    if (unlink(path) == 0 || errno == ENOENT || errno == ENOTDIR)
        return HC_OK;
    return hc_fail_errno(err, HC_EIO, errno, "cannot remove %s", path);
}

/* How much of a path is there. */
static size_t standing(const char *path) {
    char *part = strdup(path);
    size_t len = part ? strlen(part) : 0;
    while (len && access(part, F_OK) != 0) {
        while (len && part[len - 1] == '/')
            len--;
        while (len && part[len - 1] != '/')
            len--;
        part[len] = '\0';
    }
    bool copied = part != NULL;
    free(part);
    return copied ? len : SIZE_MAX; /* then nothing is ours */
}

/* A run that failed takes away the folders it made, where nothing is in them. */
static void remove_folders(const char *path, size_t stood) {
    char *part = strdup(path);
    for (size_t len = part ? strlen(part) : 0; len > stood;) {
        part[len] = '\0';
        if (rmdir(part) != 0)
            break;
        while (len && part[len - 1] == '/')
            len--;
        while (len && part[len - 1] != '/')
            len--;
    }
    free(part);
}

/* What an earlier run left: its receipt first, so that the folder counts as nothing. */
static enum hc_status clear_folder(const char *folder, struct hc_err *err) {
    struct hc_arena arena = {0};
    enum hc_status status = hc_make_folder(folder, err);
    char *path = hc_arena_printf(&arena, "%s/receipt.json", folder);
    if (status == HC_OK)
        status = path ? remove_file(path, err) : hc_fail_memory(err);
    if (status == HC_OK)
        status = hc_sweep_temporary(folder, err);
    for (int k = 0; k < HC_KINDS && status == HC_OK; k++) {
        char **names = NULL;
        size_t count = 0;
        char *shards = hc_arena_printf(&arena, "%s/%s", folder, hc_kinds[k].name);
        path = hc_arena_printf(&arena, "%s/%s.arrow", folder, hc_kinds[k].name);
        status = path && shards ? remove_file(path, err) : hc_fail_memory(err);
        if (status != HC_OK || access(shards, F_OK) != 0)
            continue;
        status = hc_sweep_temporary(shards, err);
        if (status == HC_OK)
            status = hc_list_folder(shards, &arena, &names, &count, err);
        for (size_t i = 0; i < count && status == HC_OK; i++) {
            if (!hc_str_glob("shard-*.arrow", hc_str_of(names[i]), false))
                continue;
            path = hc_arena_printf(&arena, "%s/%s", shards, names[i]);
            status = path ? remove_file(path, err) : hc_fail_memory(err);
        }
        if (status == HC_OK)
            (void)rmdir(shards); /* stays when something else is in it */
    }
    hc_arena_free(&arena);
    return status;
}

/* ---- findings, rejects, books ---- */

enum hc_action hc_ingest_action(const struct hc_ingest *run, enum hc_finding finding) {
    enum hc_action action = run->feed->action[finding];
    return action == HC_ACTION_refuse && run->options->accept[finding] ? HC_ACTION_exception
                                                                       : action;
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

/* What belongs to no claim is in no stream; the receipt has its amounts. */
static void warn_unattached(const struct hc_delivered *d, struct hc_log *log) {
    for (size_t e = 0; e < d->books.entries; e++) {
        const struct hc_entry_books *entry = &d->books.entry[e];
        uint64_t lost = entry->unattached[HC_UNATTACHED_no_claim] +
                        entry->unattached[HC_UNATTACHED_no_line];
        if (lost)
            hc_log(log, HC_LOG_WARN,
                   "%s: %s: %" PRIu64 " of %" PRIu64
                   " records belong to no claim or line of "
                   "the delivery and are set aside; the receipt has their amounts",
                   hc_delivery_place(d), entry->name, lost, entry->records);
    }
}

static enum hc_status check_findings(const struct hc_ingest *run, struct hc_log *log,
                                     struct hc_err *err) {
    struct hc_buf text = {0};
    struct hc_buf names = {0};
    bool named[HC_FINDINGS] = {false};
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
            if (!named[note->finding])
                hc_buf_printf(&names, "%s%s", names.len ? "," : "",
                              hc_finding_name(note->finding));
            named[note->finding] = true;
        }
        if (hc_ingest_action(run, HC_FINDING_doubled_file) != HC_ACTION_refuse)
            warn_doubled(d, log);
    }
    enum hc_status status = HC_OK;
    if (text.len || text.failed) {
        status = hc_fail(err, HC_EDATA, "%s", hc_buf_text(&text));
        hc_err_hint(
            err, "--accept=%s goes on in spite of it%s%s", hc_buf_text(&names),
            named[HC_FINDING_doubled_file] ? "; of doubled files only the first is used"
                                           : "",
            named[HC_FINDING_repeated_amounts] ? "; the first record's amounts count"
            : named[HC_FINDING_record_length]
                ? "; another version of a layout belongs under layouts: in the feed"
                : "");
    }
    hc_buf_free(&text);
    hc_buf_free(&names);
    return status;
}

static enum hc_status check_rejects(struct hc_ingest *run, struct hc_err *err) {
    const struct hc_ingest_options *o = run->options;
    uint64_t total = run->rejects.total;
    if (total == 0)
        return HC_OK;
    bool allowed = o->percent
                       ? (hc_i128)total * 10000 <= (hc_i128)run->records * o->max_rejects
                       : total <= (uint64_t)o->max_rejects;
    if (allowed)
        return HC_OK;
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

/* What the maps say they put into each column is what stands in the streams. */
static enum hc_status check_columns(const struct hc_ingest *run, struct hc_err *err) {
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

static enum hc_status check_books(const struct hc_ingest *run, struct hc_err *err) {
    enum hc_status status = HC_OK;
    for (size_t d = 0; d < run->deliveries && status == HC_OK; d++)
        status = hc_books_check(&run->delivery[d].books, run->feed, err);
    return status;
}

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
    if (run->feed->rules.rules) {
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
    enum hc_status status = HC_OK;
    memcpy(options.accept, o->accept, sizeof options.accept);
    for (size_t i = 0; i < run->deliveries && status == HC_OK; i++) {
        struct hc_delivered *d = &run->delivery[i];
        status = hc_deliver(d, run->feed, &options, &run->outputs, &run->rejects, err);
        if (o->check && d->damage.status == status && is_verdict(status))
            status = HC_OK; /* hc_check_write tells it, beside what the others have */
        for (size_t e = 0; d->opened && e < d->books.entries; e++)
            run->records += d->books.entry[e].records;
    }
    return status;
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
        status = check_columns(run, err);
    if (status == HC_OK)
        status = hc_trend_check(run, log, err);
    if (status == HC_OK)
        status = prepare_accounts(run, err);
    if (status == HC_OK)
        status = hc_outputs_commit(&run->outputs, err);
    hc_origin_free(&origin);
    return status;
}

static enum hc_status write_rejects(struct hc_ingest *run, struct hc_err *err) {
    char *path = NULL;
    if (run->options->rejects)
        return hc_rejects_write(&run->rejects, run->options->rejects, err);
    if (!run->options->out_dir)
        return HC_OK;
    path = hc_arena_printf(&run->outputs.arena, "%s/rejects.csv", run->options->out_dir);
    return path ? hc_rejects_write(&run->rejects, path, err) : hc_fail_memory(err);
}

static enum hc_status write_receipt(struct hc_ingest *run, const struct hc_err *why,
                                    struct hc_err *err) {
    if (!run->options->out_dir)
        return HC_OK;
    char *path =
        hc_arena_printf(&run->outputs.arena, "%s/receipt.json", run->options->out_dir);
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
        hc_buf_printf(&text, "; %" PRIu64 " rows made of claims without lines", made);
    for (int k = 0; k < HC_KINDS; k++)
        if (run->outputs.kind[k].wanted)
            hc_buf_printf(&text, "; %" PRIu64 " %s", run->outputs.kind[k].totals.rows,
                          hc_kinds[k].name);
    if (run->rejects.total)
        log->verbose = true;
    hc_log(log, HC_LOG_COUNTS, "%s", hc_buf_text(&text));
    hc_buf_free(&text);
}

/* Refused: the folder gets a receipt that says so, and the rejects. */
static enum hc_status refuse(struct hc_ingest *run, enum hc_status status,
                             struct hc_err *err) {
    struct hc_err other = {0};
    enum hc_status written = HC_OK;
    if (status == HC_EDATA || status == HC_EPERM) {
        written = write_rejects(run, &other);
        if (written == HC_OK)
            written = write_receipt(run, err, &other);
    }
    (void)written; /* the first failure is the one to tell */
    return status;
}

/* What would refuse the deliveries that were read; nothing is written. */
static enum hc_status judge(struct hc_ingest *run, struct hc_log *log, struct hc_err *why) {
    struct hc_origin none = {0};
    bool whole = true;
    enum hc_status status = hc_outputs_write(&run->outputs, &none, why);
    for (size_t i = 0; i < run->deliveries; i++)
        whole &= run->delivery[i].damage.status == HC_OK &&
                 !hc_delivery_refused(&run->delivery[i], run->feed, run->options->accept);
    for (size_t i = 0; i < run->deliveries && status == HC_OK; i++)
        if ((status = run->delivery[i].damage.status) != HC_OK)
            *why = run->delivery[i].damage;
    if (status == HC_OK)
        status = check_findings(run, log, why);
    if (status == HC_OK)
        status = check_rejects(run, why);
    if (status == HC_OK && whole)
        status = check_books(run, why);
    if (status == HC_OK && whole)
        status = check_columns(run, why);
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
                                         .discard = o->check != NULL};
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
        status = list_deliveries(run, passphrase, log, err);
    if (status == HC_OK && o->previous)
        status = hc_trend_read(run, err);
    if (o->out_dir)
        run->stood = standing(o->out_dir);
    if (status == HC_OK && o->out_dir)
        status = hc_again_check(run, log, err);
    if (status == HC_OK && o->out_dir)
        status = clear_folder(o->out_dir, err);
    if (status == HC_OK && !o->check)
        status = choose_order(run, err);
    if (status == HC_OK && o->check) {
        status = check(run, log, hc_buf_str(&key), passphrase, err);
    } else if (status == HC_OK) {
        status = read_all(run, hc_buf_str(&key), passphrase, &why);
        if (status == HC_OK)
            status = check_findings(run, log, &why);
        if (status == HC_OK)
            status = check_rejects(run, &why);
        for (size_t i = 0; i < run->deliveries && status == HC_OK; i++)
            warn_unattached(&run->delivery[i], log);
        if (status == HC_OK)
            status = check_books(run, &why);
        if (status == HC_OK)
            status = write_all(run, log, &why);
        if (status != HC_OK) {
            if (err)
                *err = why;
            status = refuse(run, status, &why);
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
    if (status != HC_OK && status != HC_REJECTS && options->out_dir)
        remove_folders(options->out_dir, run.stood);
    for (size_t i = 0; i < run.deliveries; i++)
        hc_delivered_free(&run.delivery[i], feed);
    free(run.delivery);
    return status;
}
