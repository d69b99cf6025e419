#include "feed/entry.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/tool.h"
#include "feed/doubts.h"
#include "feed/edge.h"
#include "feed/period.h"
#include "feed/version.h"

/* Rows worked on at a time: the values of a hundred columns then stay in the L2 cache. */
#define PART_ROWS HC_MAP_ROWS

struct reading {
    const struct hc_entry_job *job;
    const struct hc_feed_file *file;
    struct hc_edge_reader edge;
    struct hc_cells cells;
    size_t *field_of;                    /* by cell */
    size_t *cell_of;                     /* by field; SIZE_MAX not wanted */
    uint32_t *position;                  /* by cell: delimited */
    struct hc_slot *place;               /* by cell: fixed */
    const struct hc_feed_layout *layout; /* fixed: chosen by the first records */
    struct hc_fixed fixed;
    struct hc_delimited delimited;
    struct hc_ndjson ndjson;
    struct hc_json_field *json; /* by cell */
    struct hc_json_rows rows;
    size_t *culprit;          /* ndjson: row that put its record at fault */
    struct hc_values *values; /* by slot */
    bool *wanted;             /* by slot: to be converted */
    bool *kept;               /* by slot: somebody reads the values */
    bool *empty;              /* by slot: null in all rows, or not kept */
    struct hc_values spare;   /* of sums that no map wants */
    int *summing;             /* by field: slot that sums it, -1 none */
    struct hc_fault *shadow;  /* faults of values that no map wants are no faults */
};

/* ---- opening ---- */

/* Slots that a wanted map reads, that join, control or are amounts to account for; and, not
 * kept, those that could reject a record or make a finding, so that a narrower stream has
 * the same rows. */
static void want_slots(struct reading *r) {
    const struct hc_feed *feed = r->job->feed;
    int number = (int)(r->file - feed->file);
    for (size_t i = 0; i < feed->records; i++)
        hc_mapper_slots(&r->job->delivery->mapper[i], number, r->kept);
    for (size_t s = 0; s < r->file->slots; s++) {
        const struct hc_conversion *c = &r->file->slot[s].conversion;
        bool safe = c->converter == HC_CONVERT_text ||
                    (c->converter == HC_CONVERT_code &&
                     hc_code_map_otherwise(c->map) != HC_OTHERWISE_REFUSE &&
                     !r->file->slot[s].doubted);
        r->kept[s] |= c->converter == HC_CONVERT_decimal || (int)s == r->file->key ||
                      number == feed->control.file;
        r->wanted[s] = r->kept[s] || !safe || c->required;
    }
}

static enum hc_status want_cells(struct reading *r, struct hc_err *err) {
    const struct hc_feed_file *file = r->file;
    size_t n = file->fields, cells = 0;
    r->field_of = calloc(n + 1, sizeof *r->field_of);
    r->cell_of = calloc(n + 1, sizeof *r->cell_of);
    r->position = calloc(n + 1, sizeof *r->position);
    r->place = calloc(n + 1, sizeof *r->place);
    r->summing = calloc(n + 1, sizeof *r->summing);
    r->values = calloc(file->slots + 1, sizeof *r->values);
    r->wanted = calloc(file->slots + 1, sizeof *r->wanted);
    r->kept = calloc(file->slots + 1, sizeof *r->kept);
    r->empty = calloc(file->slots + 1, sizeof *r->empty);
    r->json = calloc(n + 1, sizeof *r->json);
    r->culprit = malloc(HC_BLOCK_ROWS * sizeof *r->culprit);
    r->shadow = malloc(HC_BLOCK_ROWS * sizeof *r->shadow);
    if (!r->field_of || !r->cell_of || !r->position || !r->place || !r->summing ||
        !r->values || !r->wanted || !r->kept || !r->empty || !r->shadow || !r->json ||
        !r->culprit)
        return hc_fail_memory(err);
    want_slots(r);
    for (size_t f = 0; f < n; f++) {
        bool wanted = hc_field_summed(&file->field[f]) || file->field[f].threshold ||
                      file->field[f].shape;
        r->summing[f] = -1;
        r->cell_of[f] = SIZE_MAX;
        for (size_t s = 0; s < file->slots; s++) {
            wanted |= file->slot[s].field == f && r->wanted[s];
            if (file->slot[s].field == f && r->summing[f] < 0 &&
                file->slot[s].conversion.converter == HC_CONVERT_decimal)
                r->summing[f] = (int)s;
        }
        if (!wanted)
            continue;
        r->field_of[cells] = f;
        r->cell_of[f] = cells;
        if (r->file->ndjson)
            r->json[cells] = (struct hc_json_field){
                .path = file->field[f].path,
                .of_each = file->field[f].of_each,
                .once = hc_field_summed(&file->field[f]) && !file->field[f].of_each,
                .day = file->field[f].form == HC_FORM_date,
                .last = file->field[f].last};
        r->position[cells] = file->field[f].at - 1;
        r->place[cells++] = (struct hc_slot){file->field[f].at - 1, file->field[f].length};
    }
    size_t rows = file->ndjson ? HC_BLOCK_ROWS : PART_ROWS;
    enum hc_status status = hc_cells_init(&r->cells, cells, rows, err);
    for (size_t s = 0; s < file->slots && status == HC_OK; s++)
        if (r->wanted[s])
            status = hc_values_init(&r->values[s], rows, err);
    if (status == HC_OK)
        status = hc_values_init(&r->spare, rows, err);
    if (status == HC_OK && file->ndjson)
        status = hc_json_rows_init(&r->rows, err);
    r->ndjson = (struct hc_ndjson){file->resource, file->each, cells, r->json};
    r->fixed = (struct hc_fixed){.record_bytes = file->record_bytes,
                                 .short_ok = file->allow_short,
                                 .long_ok = file->allow_long,
                                 .slots = cells,
                                 .slot = r->place};
    r->delimited = (struct hc_delimited){.delimiter = file->delimiter,
                                         .quotes = file->quotes,
                                         .fields = file->fields,
                                         .short_ok = file->allow_short,
                                         .long_ok = file->allow_long,
                                         .wanted = cells,
                                         .position = r->position};
    r->edge.cells = cells;
    r->edge.field_of = r->field_of;
    r->edge.position = r->position;
    r->edge.fields = &r->delimited.fields;
    return status;
}

static void reading_free(struct reading *r) {
    for (size_t s = 0; r->values && s < r->file->slots; s++)
        hc_values_free(&r->values[s]);
    hc_values_free(&r->spare);
    hc_cells_free(&r->cells);
    free(r->values);
    free(r->field_of);
    free(r->cell_of);
    free(r->position);
    free(r->place);
    free(r->summing);
    free(r->wanted);
    free(r->kept);
    free(r->empty);
    free(r->shadow);
    free(r->json);
    free(r->culprit);
    hc_json_rows_free(&r->rows);
    hc_edge_free(&r->edge);
}

/* ---- data ---- */

/* Where in its resource a value is, behind what is wrong with it. */
static void explain_path(const struct reading *r, const struct hc_block *block, size_t row,
                         size_t cell, struct hc_err *why) {
    struct hc_buf path = {0};
    size_t len = strlen(why->what);
    if (hc_ndjson_where(&r->ndjson, block, row, cell, &path) == HC_OK && path.len)
        snprintf(why->what + len, sizeof why->what - len, ", at %s", hc_buf_text(&path));
    hc_buf_free(&path);
}

/* Describe a row's fault, place and all. */
static void explain(struct reading *r, struct hc_block *block, size_t row,
                    struct hc_err *why) {
    const struct hc_fault *fault = &block->fault[row];
    const struct hc_feed_slot *slot = &r->file->slot[fault->column];
    enum hc_status status = HC_OK;
    switch (fault->kind) {
    case HC_FAULT_LENGTH:
        status = hc_fixed_explain(&r->fixed, block, row, why);
        break;
    case HC_FAULT_FIELDS:
    case HC_FAULT_QUOTE:
        status = hc_delimited_explain(&r->delimited, block, row, why);
        break;
    case HC_FAULT_JSON:
    case HC_FAULT_DEPTH:
    case HC_FAULT_RESOURCE:
        status = hc_ndjson_explain(&r->ndjson, block, row, why);
        break;
    case HC_FAULT_VALUE:
    case HC_FAULT_REQUIRED:
    case HC_FAULT_CODE:
        status = hc_convert_explain(&slot->conversion,
                                    r->cells.column[r->cell_of[slot->field]][row], why);
        if (r->file->ndjson)
            explain_path(r, block, row, r->cell_of[slot->field], why);
        break;
    default:
        status = hc_block_explain(block, row, why);
    }
    if (status == HC_OK)
        hc_fail(why, HC_EDATA, "the record cannot be read");
    hc_block_at(block, row, why);
}

/* A file that is what its first resource is has that one type: else records would be set
 * aside that another file of the feed asks for. */
static enum hc_status refuse_mixed(struct reading *r, struct hc_block *block, size_t row,
                                   struct hc_err *err) {
    explain(r, block, row, err);
    hc_err_hint(err,
                "the file's first resource is of type %s: give each type as a file of "
                "its own",
                r->file->resource);
    return HC_EDATA;
}

static enum hc_status reject_rows(struct reading *r, struct hc_block *block,
                                  struct hc_err *err) {
    struct hc_entry_books *books = r->job->books;
    enum hc_status status = HC_OK;
    for (size_t row = 0; row < block->rows && status == HC_OK; row++) {
        if (block->fault[row].kind == HC_FAULT_NONE || !hc_block_ends(block, row))
            continue;
        if (block->record[row].len == 0 && !r->file->fixed) {
            books->blank++;
            continue;
        }
        struct hc_err why = {0};
        if (books->by_resource && block->fault[row].kind == HC_FAULT_RESOURCE)
            return refuse_mixed(r, block, row, err);
        char place[sizeof why.file];
        struct hc_reject reject = {.delivery = r->job->delivery_name,
                                   .entry = books->name,
                                   .delivery_number = r->job->delivery_number,
                                   .entry_number = books->number,
                                   .record = hc_block_ordinal(block, row),
                                   .offset = block->offset[row],
                                   .reason = hc_fault_reason(block->fault[row].kind),
                                   .raw = block->record[row]};
        explain(r, block, r->file->ndjson ? r->culprit[row] : row, &why);
        if (strcmp(books->name, r->job->delivery_name) == 0)
            snprintf(place, sizeof place, "%s", r->job->delivery_place);
        else
            snprintf(place, sizeof place, "%.240s/%.240s", r->job->delivery_place,
                     books->name);
        hc_err_at_file(&why, place);
        books->rejected[block->fault[row].kind]++;
        status = hc_rejects_add(r->job->rejects, &reject, &why, err);
    }
    return status;
}

/* Sums of the amounts of rows that stand and of those that do not. */
static void account(struct reading *r, const struct hc_block *block, size_t field,
                    const struct hc_values *values) {
    struct hc_amount_books *amount = &r->job->books->amount[field];
    if (block->faults == 0)
        return;
    for (size_t row = 0; row < block->rows; row++)
        if (block->fault[row].kind != HC_FAULT_NONE && !values->null[row])
            amount->rejected_e4 += values->exact_e4[row];
}

static void account_slot(struct reading *r, const struct hc_block *block, size_t slot) {
    struct hc_slot_books *books = &r->job->books->slot[slot];
    const struct hc_values *values = &r->values[slot];
    int scale = r->file->slot[slot].conversion.scale;
    int64_t unit = scale == 2 ? 100 : scale == 0 ? 10000 : 1;
    if (block->faults == 0) { /* a null is 0 in both */
        hc_i128 good = hc_sum_i64(values->number, block->rows);
        books->good += good;
        books->rounding_e4 += hc_sum_i64(values->exact_e4, block->rows) - good * unit;
        return;
    }
    for (size_t row = 0; row < block->rows; row++) {
        if (block->fault[row].kind != HC_FAULT_NONE || values->null[row])
            continue;
        books->good += values->number[row];
        books->rounding_e4 += values->exact_e4[row] - values->number[row] * unit;
    }
}

static void note_lengths(struct hc_entry_books *books, const struct hc_block *block) {
    for (size_t row = 0; row < block->rows; row++) {
        uint64_t len = block->record[row].len;
        if (books->longest == 0 && books->shortest == 0)
            books->shortest = len;
        books->shortest = len < books->shortest ? len : books->shortest;
        books->longest = len > books->longest ? len : books->longest;
    }
}

/* Sums of fields that no map takes as an amount; what cannot be read there is counted as
 * unknown and rejects nothing. */
static void sum_unmapped(struct reading *r, struct hc_block *block) {
    struct hc_block shadow = *block;
    shadow.fault = r->shadow;
    for (size_t f = 0; f < r->file->fields; f++) {
        if (!hc_field_summed(&r->file->field[f]) || r->summing[f] >= 0)
            continue;
        memcpy(r->shadow, block->fault, block->rows * sizeof *block->fault);
        struct hc_conversion c = r->file->field[f].conversion;
        c.required = false;
        hc_convert(&c, 0, &shadow, r->cells.column[r->cell_of[f]], &r->spare,
                   &r->job->books->amount[f].source);
        account(r, block, f, &r->spare);
    }
}

/* A record of which one row is at fault is at fault as a whole. */
static void spread_faults(struct reading *r, struct hc_block *block) {
    for (size_t row = 0, first = 0; row < block->rows; row++) {
        if (!hc_block_ends(block, row))
            continue;
        size_t bad = first;
        while (bad <= row && block->fault[bad].kind == HC_FAULT_NONE)
            bad++;
        for (; bad <= row && first <= row; first++) {
            struct hc_fault fault = block->fault[bad];
            r->culprit[first] = bad;
            hc_block_fault(block, first, (enum hc_fault_kind)fault.kind, fault.column);
        }
        first = row + 1;
    }
}

static void note_populated(struct reading *r, const struct hc_block *block) {
    struct hc_entry_books *books = r->job->books;
    books->split += block->rows - block->faults;
    for (size_t f = 0; f < r->file->fields; f++) {
        if (!r->file->field[f].threshold)
            continue;
        const struct hc_str *cell = r->cells.column[r->cell_of[f]];
        for (size_t row = 0; row < block->rows; row++)
            books->amount[f].populated +=
                block->fault[row].kind == HC_FAULT_NONE &&
                hc_cell_fills(&r->file->field[f].conversion, cell[row]);
    }
}

/* The rows that were split into cells. */
static enum hc_status read_cells(struct reading *r, struct hc_block *block,
                                 struct hc_err *err) {
    const struct hc_feed_file *file = r->file;
    struct hc_entry_books *books = r->job->books;
    enum hc_status status = HC_OK;
    note_populated(r, block);
    for (size_t s = 0; s < file->slots; s++) {
        size_t field = file->slot[s].field;
        r->empty[s] = true;
        if (!r->wanted[s])
            continue;
        struct hc_source_sum *sum =
            hc_field_summed(&file->field[field]) && r->summing[field] == (int)s
                ? &books->amount[field].source
                : NULL;
        hc_convert(&file->slot[s].conversion, s, block, r->cells.column[r->cell_of[field]],
                   &r->values[s], sum);
        r->empty[s] = !r->kept[s] || !memchr(r->values[s].null, 0, block->rows);
    }
    if (file->ndjson)
        spread_faults(r, block);
    sum_unmapped(r, block);
    for (size_t f = 0; f < file->fields; f++)
        if (hc_field_summed(&file->field[f]) && r->summing[f] >= 0)
            account(r, block, f, &r->values[r->summing[f]]);
    for (size_t s = 0; s < file->slots; s++)
        if (file->slot[s].conversion.converter == HC_CONVERT_decimal)
            account_slot(r, block, s);
    hc_period_count(r->job, r->values, block);
    hc_doubts_count(r->job, r->cells.column, r->cell_of, block);
    if (block->faults)
        status = reject_rows(r, block, err);
    struct hc_rows rows = {.values = r->values, .empty = r->empty};
    if (status == HC_OK && r->job->rows)
        status = r->job->rows(r->job->to, &rows, block, err);
    return status;
}

/* The version of the layout that the file's first records have. */
static enum hc_status choose_layout(struct reading *r, const struct hc_block *block,
                                    struct hc_err *err) {
    const struct hc_feed_file *file = r->file;
    r->layout = hc_version_of(file, block);
    r->fixed.record_bytes = r->layout->record_bytes;
    for (size_t c = 0; c < r->cells.columns; c++)
        r->place[c] = r->layout->place[r->field_of[c]];
    r->job->books->version = r->layout->version;
    if (file->allow_short || file->allow_long ||
        hc_version_known(r->job->delivery, file, r->job->books->name, block))
        return HC_OK;
    return hc_fail_memory(err);
}

static enum hc_status read_data(struct reading *r, struct hc_block *block,
                                struct hc_err *err) {
    enum hc_status status = HC_OK;
    if (block->rows == 0)
        return HC_OK;
    note_lengths(r->job->books, block);
    r->job->books->records += block->rows;
    if (r->file->ndjson) {
        r->rows.next = 0;
        while (status == HC_OK && (status = hc_ndjson_split(&r->ndjson, block, &r->rows,
                                                            &r->cells, err)) == HC_OK)
            status = read_cells(r, &r->rows.block, err);
        return status == HC_END ? HC_OK : status;
    }
    if (r->file->fixed && !r->layout)
        status = choose_layout(r, block, err);
    if (r->file->fixed)
        hc_fixed_split(&r->fixed, block, &r->cells);
    else
        status = hc_delimited_split(&r->delimited, block, &r->cells, err);
    return status == HC_OK ? read_cells(r, block, err) : status;
}

/* A part of a block as a block. */
static struct hc_block part_of(const struct hc_block *block, size_t from, size_t to) {
    struct hc_block part = {.rows = to - from,
                            .first = block->first + from,
                            .record = block->record + from,
                            .offset = block->offset + from,
                            .fault = block->fault + from};
    for (size_t row = 0; row < part.rows; row++)
        part.faults += part.fault[row].kind != HC_FAULT_NONE;
    return part;
}

static enum hc_status read_block(struct reading *r, struct hc_block *block,
                                 struct hc_err *err) {
    size_t from = 0;
    enum hc_status status = HC_OK;
    while (from < block->rows && r->edge.at < HC_EDGE_AT_data && status == HC_OK)
        status = hc_edge_top(&r->edge, block, from++, err);
    while (from < block->rows && status == HC_OK) {
        if (r->edge.at == HC_EDGE_AT_end) {
            if (block->record[from].len) {
                status = hc_fail(err, HC_EDATA, "a record follows the trailer record");
                hc_block_at(block, from, err);
            }
            from++;
            continue;
        }
        size_t most = block->rows - from < PART_ROWS ? block->rows : from + PART_ROWS;
        size_t to = hc_edge_find(&r->edge, block, from, most);
        struct hc_block part = part_of(block, from, to);
        status = read_data(r, &part, err);
        if (status == HC_OK && to < most)
            status = hc_edge_trailer(&r->edge, block, to++, err);
        from = to;
    }
    return status;
}

/* What follows of a file that ends within a resource, nobody knows: none of it stands. */
static enum hc_status refuse_cut(const struct reading *r, const struct hc_block *block,
                                 struct hc_err *err) {
    size_t last = block->rows - 1;
    enum hc_fault_kind kind = (enum hc_fault_kind)block->fault[last].kind;
    if (!r->file->ndjson || (kind != HC_FAULT_NONE && kind != HC_FAULT_UTF8) ||
        !hc_json_cut(block->record[last]))
        return HC_OK;
    hc_fail(err, HC_EDATA, "the file ends within its JSON object: it is cut");
    hc_err_hint(err, "ask for the whole file again");
    hc_block_at(block, last, err);
    return HC_EDATA;
}

static bool check_populated(struct reading *r) {
    const struct hc_entry_books *books = r->job->books;
    bool told = true;
    for (size_t f = 0; f < r->file->fields && books->split; f++) {
        int filled = hc_entry_populated(books, f), asked = r->file->field[f].threshold;
        if (filled < asked)
            told &= hc_books_find(r->job->delivery, HC_FINDING_populated,
                                  "%s: %s is filled in %d.%02d%% of the records, the feed "
                                  "asks for %d.%02d%%",
                                  r->file->name, r->file->field[f].name, filled / 100,
                                  filled % 100, asked / 100, asked % 100);
    }
    return told;
}

/* So that a part that came twice is known, under whatever name. */
static void sum_records(struct hc_entry_books *books, const struct hc_block *block) {
    for (size_t row = 0; row < block->rows; row++)
        books->content =
            hc_hash(block->record[row].ptr, block->record[row].len, books->content);
}

static enum hc_status finish(struct reading *r, struct hc_err *err) {
    struct hc_entry_books *books = r->job->books;
    bool told = true, alone = r->job->delivery->entries == 1;
    const char *name = alone ? "" : books->name, *colon = alone ? "" : ": ";
    if (books->records == 0 && !r->file->allow_empty)
        told = hc_books_find(r->job->delivery, HC_FINDING_empty_file,
                             "%s%sthere are no records", name, colon);
    if (r->file->trailer.is && r->edge.at != HC_EDGE_AT_end)
        told &= hc_books_find(r->job->delivery, HC_FINDING_control_totals,
                              "%s%sthe trailer record (%s) is missing, the file may be cut",
                              name, colon, r->file->trailer.is);
    if (books->has_told && (uint64_t)books->told != books->records)
        told &= hc_books_find(r->job->delivery, HC_FINDING_control_totals,
                              "%s%sthe %s says %lld records, the file has %llu", name,
                              colon, r->file->trailer.count ? "trailer" : "header",
                              (long long)books->told, (unsigned long long)books->records);
    told &= hc_period_check(r->job);
    told &= hc_doubts_find(r->job);
    told &= check_populated(r);
    return told ? HC_OK : hc_fail_memory(err);
}

struct from {
    struct hc_str begun;
    struct hc_source *source;
};
static enum hc_status read_bytes(void *of, const uint8_t **bytes, size_t *len,
                                 struct hc_err *err) {
    struct from *from = of;
    if (!from->begun.len)
        return hc_source_read(from->source, bytes, len, err);
    *bytes = (const uint8_t *)from->begun.ptr;
    *len = from->begun.len;
    from->begun.len = 0;
    return HC_OK;
}

enum hc_status hc_entry_read(const struct hc_entry_job *job, struct hc_err *err) {
    struct reading r = {.job = job, .file = job->file};
    struct from from = {job->begun, job->source};
    struct hc_records *records = NULL;
    struct hc_block *block;
    struct hc_entry_books *books = job->books;
    hc_edge_start(&r.edge, job);
    books->amount = hc_arena_zalloc(&job->delivery->arena,
                                    (job->file->fields + 1) * sizeof *books->amount);
    books->slot = hc_arena_zalloc(&job->delivery->arena,
                                  (job->file->slots + 1) * sizeof *books->slot);
    enum hc_status status = books->amount && books->slot ? HC_OK : hc_fail_memory(err);
    if (status == HC_OK)
        status = want_cells(&r, err);
    if (status == HC_OK)
        status = hc_records_new(&records, err);
    if (status == HC_OK)
        hc_records_start_bytes(records, read_bytes, &from);
    if (status == HC_OK)
        hc_records_end_at(records, job->file->end);
    while (status == HC_OK && (status = hc_records_next(records, &block, err)) == HC_OK) {
        if (hc_records_open_end(records))
            status = refuse_cut(&r, block, err);
        if (job->file->several)
            sum_records(books, block);
        if (status == HC_OK)
            status = read_block(&r, block, err);
        if (status == HC_OK)
            status = hc_stopped(err);
    }
    if (status == HC_END)
        status = finish(&r, err);
    hc_records_free(records);
    reading_free(&r);
    return status;
}
