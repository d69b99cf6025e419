#include "feed/delivery.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/tool.h"
#include "feed/behind.h"
#include "feed/content.h"
#include "feed/control.h"
#include "feed/entry.h"
#include "feed/identity.h"
#include "feed/join.h"
#include "feed/match.h"

#define PART_BYTES 16 /* a part of a join holds about memory / PART_BYTES */
#define EXPANDED 20   /* what a packed byte may become in memory */

const char *hc_delivery_place(const struct hc_delivered *d) {
    return strcmp(d->path, "-") == 0 ? d->name : d->path;
}

struct sink { /* where the records of the current entry go */
    struct hc_delivered *delivered;
    const struct hc_feed *feed;
    const struct hc_deliver_options *options;
    struct hc_making *making;
    struct hc_rejects *rejects, *all_rejects;
    hc_entry_rows *rows_to; /* of the current entry */
    struct hc_control control;
    struct hc_join **join; /* by group */
    struct hc_entry_books *entry;
    struct hc_buf begun;  /* of the entry, read to tell what it is */
    struct hc_rows *rows; /* by file */
    struct hc_behind behind;
    size_t set; /* first record set of a file that does not join */
    struct {    /* of a file whose records make several rows each: the rows of a block */
        uint32_t row[HC_BLOCK_ROWS];   /* 0, 1 ... */
        uint32_t first[HC_BLOCK_ROWS]; /* of the same record */
        uint32_t rows[HC_BLOCK_ROWS];  /* by first row */
        int basis[HC_BLOCK_ROWS];      /* by first row */
    } each;
};

/* The rows of a record are the lines of a claim. */
static void claims_of(struct sink *s, const struct hc_block *block) {
    uint32_t first = 0;
    for (uint32_t row = 0; row < block->rows; row++) {
        s->each.row[row] = row;
        s->each.first[row] = first;
        s->each.basis[row] = -1;
        s->each.rows[first] = row + 1 - first;
        if (hc_block_ends(block, row))
            first = row + 1;
    }
}

static struct hc_claim_rows claim_of(struct sink *s, size_t row) {
    uint32_t first = s->each.first[row];
    return (struct hc_claim_rows){.line = &s->each.row[first],
                                  .lines = s->each.rows[first],
                                  .basis = &s->each.basis[first],
                                  .lowest = row == first};
}

static enum hc_status to_control(void *to, const struct hc_rows *rows,
                                 const struct hc_block *block, struct hc_err *err) {
    struct sink *s = to;
    s->entry->skipped += block->rows - block->faults;
    return hc_control_add(&s->control, s->feed, &s->delivered->books, rows, block, err);
}

static enum hc_status to_join(void *to, const struct hc_rows *rows,
                              const struct hc_block *block, struct hc_err *err) {
    struct sink *s = to;
    return hc_join_add(s->join[s->feed->file[s->entry->file].group], s->entry->file, rows,
                       block, err);
}

static enum hc_status to_nothing(void *to, const struct hc_rows *rows,
                                 const struct hc_block *block, struct hc_err *err) {
    struct sink *s = to;
    (void)rows, (void)err;
    for (size_t row = 0; row < block->rows; row++)
        s->entry->skipped +=
            block->fault[row].kind == HC_FAULT_NONE && hc_block_ends(block, row);
    return HC_OK;
}

/* The rows that record set `at` makes of records from..to-1 of the block. */
static enum hc_status make_rows_of(struct sink *s, size_t at, const struct hc_block *block,
                                   size_t from, size_t to, bool *made, struct hc_err *err) {
    struct hc_books *books = &s->delivered->books;
    const struct hc_feed_set *set = &s->feed->record[at];
    struct hc_mapper *mapper = &books->mapper[at];
    struct hc_kind_made *out = &s->making->kind[set->kind->kind];
    struct hc_behind *behind = &s->behind;
    struct hc_context *context = &behind->context;
    int64_t *record = behind->row[set->lines];
    size_t count = 0, done;
    bool each = s->feed->file[set->lines].each != NULL;
    for (size_t row = from; row < block->rows && row < to; row++) {
        if (block->fault[row].kind != HC_FAULT_NONE)
            continue;
        record[count] = (int64_t)row;
        context->at = count;
        if (each)
            behind->claim[count] = claim_of(s, row);
        if (!out->wanted || (set->given && !hc_map_text(mapper, context, set->given).len)) {
            hc_map_pass(mapper, context);
            continue;
        }
        made[row] = true;
        behind->entry[count] = s->entry->number;
        behind->record[count++] = (int64_t)hc_block_ordinal(block, row);
    }
    context->count = count;
    enum hc_status mapped = hc_map_rows(mapper, context, &done, err);
    if (mapped != HC_OK && done < count) {
        hc_block_at(block, (size_t)record[done], err);
        hc_err_at_file(err, s->entry->name);
    }
    struct hc_err *why = mapped == HC_OK ? err : NULL; /* the first failure is told */
    enum hc_status status =
        set->has_identity && s->options->identity_key.len
            ? hc_identity_rows(out, mapper, context, done, s->options->identity_key,
                               s->delivered->number, behind->entry, behind->record, why)
            : hc_making_rows(out, mapper, done, s->delivered->number, behind->entry,
                             behind->record, why);
    books->rows[at] += done;
    return mapped != HC_OK ? mapped : status;
}

/* Several rows of one record in one stream: they stand side by side there. */
static bool sets_share_a_kind(const struct hc_feed *feed, int file) {
    for (size_t a = 0; a < feed->records; a++)
        for (size_t b = a + 1; b < feed->records; b++)
            if (feed->record[a].lines == file && feed->record[b].lines == file &&
                feed->record[a].kind == feed->record[b].kind)
                return true;
    return false;
}

/* A record of a file that stands by itself has made rows, or is left out. */
static void count_records(struct sink *s, const struct hc_block *block, const bool *made) {
    bool any = false; /* of a record's rows */
    for (size_t row = 0; row < block->rows; row++) {
        any |= made[row];
        if (!hc_block_ends(block, row))
            continue;
        s->entry->mapped += any;
        s->entry->skipped += !any && block->fault[row].kind == HC_FAULT_NONE;
        any = false;
    }
}

/* Rows of a file that stands by itself are made as they are read. Where it joins as well,
 * the join counts its records. */
static enum hc_status to_rows(void *to, const struct hc_rows *rows,
                              const struct hc_block *block, struct hc_err *err) {
    struct sink *s = to;
    const struct hc_feed *feed = s->feed;
    int file = s->entry->file;
    size_t step = sets_share_a_kind(feed, file) ? 1 : HC_MAP_ROWS;
    bool made[HC_BLOCK_ROWS]; /* some set makes a row of it */
    enum hc_status status = HC_OK;
    memset(made, 0, block->rows);
    s->rows[file] = *rows;
    s->behind.context.rows = s->rows;
    if (feed->file[file].each)
        claims_of(s, block);
    for (size_t from = 0; from < block->rows && status == HC_OK; from += step)
        for (size_t r = s->set; r < feed->records && status == HC_OK; r++)
            if (feed->record[r].lines == file)
                status = make_rows_of(s, r, block, from, from + step, made, err);
    int group = feed->file[file].group;
    if (status == HC_OK && (group < 0 || !s->join[group]))
        count_records(s, block, made);
    for (size_t r = s->set; r < feed->records; r++)
        if (feed->record[r].lines == file)
            hc_mapper_block(&s->delivered->books.mapper[r]);
    if (feed->file[file].each)
        hc_behind_alone(&s->behind);
    return status;
}

static enum hc_status to_both(void *to, const struct hc_rows *rows,
                              const struct hc_block *block, struct hc_err *err) {
    enum hc_status status = to_rows(to, rows, block, err);
    return status == HC_OK ? to_join(to, rows, block, err) : status;
}

/* The records of a block, and between two blocks what is to be looked after. */
static enum hc_status take_block(void *to, const struct hc_rows *rows,
                                 const struct hc_block *block, struct hc_err *err) {
    struct sink *s = to;
    struct hc_making *making = s->making;
    enum hc_status status = HC_OK;
    if (s->rejects->arena.used_bytes > s->options->rejects_bytes &&
        hc_turn_wait(making->turns, making->number))
        status = hc_rejects_merge(s->all_rejects, s->rejects, err);
    if (status == HC_OK)
        status = hc_making_wanted(making, err);
    return status == HC_OK ? s->rows_to(s, rows, block, err) : status;
}

/* Does anybody want what record sets make of a file by itself? *set: the first of them. */
static bool wanted_alone(const struct hc_feed *feed, const struct hc_making *making,
                         int file, size_t *set) {
    bool any = false;
    *set = SIZE_MAX;
    for (size_t r = 0; r < feed->records; r++) {
        const struct hc_feed_set *s = &feed->record[r];
        if (s->lines != file || hc_set_joins(s))
            continue;
        if (*set > r)
            *set = r;
        any |= making->kind[s->kind->kind].wanted;
    }
    return any;
}

static bool wanted_joined(const struct hc_feed *feed, const struct hc_making *making,
                          int group) {
    bool any = false;
    for (size_t r = 0; r < feed->records; r++) {
        const struct hc_feed_set *s = &feed->record[r];
        any |= hc_set_joins(s) && feed->file[s->lines].group == group &&
               making->kind[s->kind->kind].wanted;
    }
    return any;
}

/* The month that an entry is of, by the delivery's name or, where that has none, its own.
 */
static bool month_of(const struct hc_delivered *d, const struct hc_feed *feed,
                     const char *entry, hc_day *date) {
    *date = d->named.date;
    if (d->matched)
        return d->named.of_month;
    for (size_t i = 0; i < feed->names; i++) {
        struct hc_named named = hc_name_match(feed->delivery[i], hc_str_of(entry));
        if (named.matched && named.of_month) {
            *date = named.date;
            return true;
        }
    }
    return false;
}

static enum hc_status read_entry(struct sink *s, struct hc_source *source,
                                 struct hc_entry_books *entry, struct hc_err *err) {
    struct hc_entry_job job = {.feed = s->feed,
                               .file = &s->feed->file[entry->file],
                               .source = source,
                               .begun = hc_buf_str(&s->begun),
                               .books = entry,
                               .delivery = &s->delivered->books,
                               .rejects = s->rejects,
                               .delivery_name = s->delivered->name,
                               .delivery_place = hc_delivery_place(s->delivered),
                               .delivery_number = s->delivered->number,
                               .rows = take_block,
                               .to = s};
    s->entry = entry;
    job.of_month = month_of(s->delivered, s->feed, entry->name, &job.date);
    bool alone = wanted_alone(s->feed, s->making, entry->file, &s->set);
    bool joins = job.file->group >= 0 && s->join[job.file->group];
    if (entry->doubled) /* counted, so that the receipt says what was left out */
        s->rows_to = to_nothing;
    else if (entry->file == s->feed->control.file)
        s->rows_to = to_control;
    else
        s->rows_to = joins && alone ? to_both
                     : joins        ? to_join
                     : alone        ? to_rows
                                    : to_nothing;
    bool skip = s->rows_to == to_nothing;
    enum hc_status status = hc_entry_read(&job, err);
    for (size_t i = 0; skip && entry->slot && i < job.file->slots; i++)
        entry->slot[i].skipped = entry->slot[i].good;
    return status;
}

/* How many parts the joins of a delivery are cut into; never shows in what comes out. */
static unsigned parts_for(const char *path, uint64_t memory_bytes) {
    struct stat st;
    unsigned parts = 1;
    uint64_t bytes = 64u << 20;
    if (stat(path, &st) == 0 && S_ISREG(st.st_mode))
        bytes = (uint64_t)st.st_size;
    while (parts < 1024 && bytes * EXPANDED / parts > memory_bytes / PART_BYTES)
        parts *= 2;
    return parts;
}

static enum hc_status open_joins(struct sink *s, struct hc_err *err) {
    enum hc_status status = HC_OK;
    unsigned parts = parts_for(s->delivered->path, s->options->memory_bytes);
    for (int g = 0; g < s->feed->groups && status == HC_OK; g++) {
        if (!wanted_joined(s->feed, s->making, g))
            continue;
        status = hc_join_new(&s->join[g], s->feed, g, parts,
                             s->options->memory_bytes / 4 / (uint64_t)s->feed->groups,
                             s->options->temp_dir, err);
        if (status == HC_OK)
            hc_join_identify(s->join[g], s->options->identity_key);
    }
    return status;
}

static enum hc_status decide(struct sink *s, struct hc_source *source,
                             struct hc_entry_books *books, struct hc_err *err) {
    char type[HC_CONTENT_TYPE];
    enum hc_status status = hc_content_type(source, &s->begun, type, err);
    return status == HC_OK ? hc_match_content(s->delivered, s->feed, books, type, err)
                           : status;
}

static enum hc_status read_entries(struct sink *s, struct hc_source *source,
                                   struct hc_err *err) {
    const struct hc_entry *entry;
    enum hc_status status;
    while ((status = hc_source_next(source, &entry, err)) == HC_OK) {
        struct hc_entry_books *books = &s->delivered->books.entry[entry->number - 1];
        hc_buf_clear(&s->begun);
        if (books->undecided)
            status = decide(s, source, books, err);
        if (status == HC_OK && books->file < 0)
            continue;
        if (status == HC_OK)
            status = read_entry(s, source, books, err);
        if (status != HC_OK) {
            char place[sizeof err->file];
            if (strcmp(books->name, s->delivered->name) == 0)
                snprintf(place, sizeof place, "%s", hc_delivery_place(s->delivered));
            else
                snprintf(place, sizeof place, "%.240s/%.240s",
                         hc_delivery_place(s->delivered), books->name);
            hc_err_at_file(err, place);
            return status;
        }
    }
    return status == HC_END ? hc_source_finish(source, err) : status;
}

static enum hc_status make_rows(struct sink *s, struct hc_err *err) {
    enum hc_status status = HC_OK;
    for (int g = 0; g < s->feed->groups && status == HC_OK; g++)
        if (s->join[g])
            status = hc_join_make(s->join[g], &s->delivered->books, s->making,
                                  s->delivered->number, err);
    return status;
}

static enum hc_status sink_open(struct sink *s, struct hc_err *err) {
    size_t files = s->feed->files + 1;
    s->rows = calloc(files, sizeof *s->rows);
    s->join = calloc((size_t)s->feed->groups + 1, sizeof *s->join);
    if (!s->rows || !s->join)
        return hc_fail_memory(err);
    enum hc_status status = hc_behind_init(&s->behind, s->feed->files, err);
    return status == HC_OK ? open_joins(s, err) : status;
}

static void sink_free(struct sink *s) {
    for (int g = 0; s->join && g < s->feed->groups; g++)
        hc_join_free(s->join[g]);
    hc_control_free(&s->control);
    hc_buf_free(&s->begun);
    free(s->join);
    free(s->rows);
    hc_behind_free(&s->behind);
    for (size_t r = 0; s->delivered->books.mapper && r < s->feed->records; r++)
        hc_mapper_rest(&s->delivered->books.mapper[r]);
}

bool hc_delivery_refused(const struct hc_delivered *d, const struct hc_feed *feed,
                         const bool *accept) {
    for (size_t i = 0; i < d->books.notes; i++)
        if (feed->action[d->books.note[i].finding] == HC_ACTION_refuse &&
            !accept[d->books.note[i].finding])
            return true;
    return false;
}

enum hc_status hc_deliver(struct hc_delivered *d, const struct hc_feed *feed,
                          const struct hc_deliver_options *options,
                          struct hc_making *making, struct hc_rejects *rejects,
                          struct hc_rejects *all, struct hc_err *err) {
    struct hc_source *source = NULL;
    struct hc_source_options source_options = {
        .temp_dir = options->temp_dir,
        .passphrase = options->passphrase,
        .known = d->regular && *d->known.sha256 ? &d->known : NULL,
        .name = d->name,
        .inflate = options->inflate};
    struct sink sink = {.delivered = d,
                        .feed = feed,
                        .options = options,
                        .making = making,
                        .rejects = rejects,
                        .all_rejects = all};
    enum hc_status status = hc_source_open(&source, d->path, &source_options, err);
    if (status == HC_OK) {
        d->container = hc_source_container(source);
        const bool *has[HC_KINDS] = {NULL};
        for (int k = 0; k < HC_KINDS; k++)
            has[k] = making->kind[k].out->has;
        status = hc_books_init(&d->books, feed, hc_source_entries(source), has, err);
        d->opened = true;
    }
    if (status == HC_OK)
        status = hc_match_entries(d, feed, source, err);
    if (status == HC_OK)
        status = sink_open(&sink, err);
    if (status == HC_OK && options->jobs > 1 && d->regular)
        hc_source_read_ahead(source); /* if it cannot, it is only slower */
    if (status == HC_OK)
        status = read_entries(&sink, source, err);
    if (status == HC_OK) {
        if (d->regular && *d->sha256 && strcmp(d->sha256, hc_source_digest(source)) != 0)
            status = hc_fail(err, HC_ETEMP, "the file changed while it was read");
        snprintf(d->sha256, sizeof d->sha256, "%s", hc_source_digest(source));
        d->bytes = hc_source_bytes(source);
    }
    if (status == HC_OK)
        status = hc_match_end(d, feed, err);
    if (status == HC_OK) {
        status = hc_control_check(&sink.control, feed, &d->books, err);
    }
    if (status == HC_OK && !hc_delivery_refused(d, feed, options->accept))
        status = make_rows(&sink, err);
    if (status != HC_OK) {
        hc_err_at_file(err, hc_delivery_place(d));
        if (err)
            d->damage = *err;
    }
    sink_free(&sink);
    hc_source_free(source);
    return status;
}

void hc_delivered_free(struct hc_delivered *d, const struct hc_feed *feed) {
    if (d->opened)
        hc_books_free(&d->books, feed);
}
