#include "feed/sink.h"

#include <stdlib.h>

#include "feed/identity.h"

/* The rows of a record are the lines of a claim. */
static void claims_of(struct hc_sink *s, const struct hc_block *block) {
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

static struct hc_claim_rows claim_of(struct hc_sink *s, size_t row) {
    uint32_t first = s->each.first[row];
    return (struct hc_claim_rows){.line = &s->each.row[first],
                                  .lines = s->each.rows[first],
                                  .basis = &s->each.basis[first],
                                  .lowest = row == first};
}

static enum hc_status to_control(void *to, const struct hc_rows *rows,
                                 const struct hc_block *block, struct hc_err *err) {
    struct hc_sink *s = to;
    s->entry->skipped += block->rows - block->faults;
    return hc_control_add(s->control, s->feed, s->books, rows, block, err);
}

static enum hc_status to_join(void *to, const struct hc_rows *rows,
                              const struct hc_block *block, struct hc_err *err) {
    struct hc_sink *s = to;
    return hc_join_add(s->join[s->feed->file[s->entry->file].group], s->entry->file,
                       s->entry->number, rows, block, err);
}

static enum hc_status to_nothing(void *to, const struct hc_rows *rows,
                                 const struct hc_block *block, struct hc_err *err) {
    struct hc_sink *s = to;
    (void)rows, (void)err;
    for (size_t row = 0; row < block->rows; row++)
        s->entry->skipped +=
            block->fault[row].kind == HC_FAULT_NONE && hc_block_ends(block, row);
    return HC_OK;
}

/* The rows that record set `at` makes of records from..to-1 of the block. */
static enum hc_status make_rows_of(struct hc_sink *s, size_t at,
                                   const struct hc_block *block, size_t from, size_t to,
                                   bool *made, struct hc_err *err) {
    struct hc_books *books = s->books;
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
static void count_records(struct hc_sink *s, const struct hc_block *block,
                          const bool *made) {
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
    struct hc_sink *s = to;
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
            hc_mapper_block(&s->books->mapper[r]);
    if (feed->file[file].each)
        hc_behind_alone(&s->behind);
    return status;
}

static enum hc_status to_both(void *to, const struct hc_rows *rows,
                              const struct hc_block *block, struct hc_err *err) {
    enum hc_status status = to_rows(to, rows, block, err);
    return status == HC_OK ? to_join(to, rows, block, err) : status;
}

/* Rejects that are too many to wait go where they belong when their turn has come. */
static enum hc_status clear_rejects(struct hc_sink *s, struct hc_err *err) {
    const struct hc_making *making = s->making;
    if (s->rejects->arena.used_bytes <= s->rejects_bytes ||
        !hc_turn_wait(making->turns, making->number))
        return HC_OK;
    enum hc_status status = hc_rejects_merge(s->to_rejects, s->rejects, err);
    return status == HC_OK && s->whole ? clear_rejects(s->whole, err) : status;
}

/* The records of a block, and between two blocks what is to be looked after. */
static enum hc_status take_block(void *to, const struct hc_rows *rows,
                                 const struct hc_block *block, struct hc_err *err) {
    struct hc_sink *s = to;
    enum hc_status status = clear_rejects(s, err);
    if (status == HC_OK)
        status = hc_making_wanted(s->making, err);
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

bool hc_sink_joins(const struct hc_sink *sink, int group) {
    const struct hc_feed *feed = sink->feed;
    bool any = false;
    for (size_t r = 0; r < feed->records; r++) {
        const struct hc_feed_set *s = &feed->record[r];
        any |= hc_set_joins(s) && feed->file[s->lines].group == group &&
               sink->making->kind[s->kind->kind].wanted;
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

enum hc_status hc_sink_read(struct hc_sink *s, struct hc_source *source,
                            struct hc_entry_books *entry, struct hc_err *err) {
    struct hc_entry_job job = {.feed = s->feed,
                               .file = &s->feed->file[entry->file],
                               .source = source,
                               .begun = hc_buf_str(&s->begun),
                               .books = entry,
                               .delivery = s->books,
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

enum hc_status hc_sink_open(struct hc_sink *s, struct hc_err *err) {
    s->rows = calloc(s->feed->files + 1, sizeof *s->rows);
    return s->rows ? hc_behind_init(&s->behind, s->feed->files, err) : hc_fail_memory(err);
}

void hc_sink_free(struct hc_sink *s) {
    hc_buf_free(&s->begun);
    free(s->rows);
    hc_behind_free(&s->behind);
    for (size_t r = 0; s->books->mapper && r < s->feed->records; r++)
        hc_mapper_rest(&s->books->mapper[r]);
}
