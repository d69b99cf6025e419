#include "feed/join.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/tool.h"
#include "feed/aside.h"
#include "feed/behind.h"
#include "feed/identity.h"

struct hc_join {
    const struct hc_feed *feed;
    int group;
    struct hc_str identity_key; /* len 0: none */
    struct hc_aside *aside;
};

enum hc_status hc_join_new(struct hc_join **out, const struct hc_feed *feed, int group,
                           unsigned parts, struct hc_aside_room *room,
                           uint64_t memory_bytes, const char *temp_dir,
                           struct hc_err *err) {
    struct hc_join *j = calloc(1, sizeof *j);
    if (!j)
        return hc_fail_memory(err);
    *out = j;
    *j = (struct hc_join){.feed = feed, .group = group};
    return hc_aside_new(&j->aside, feed, group, parts, room, memory_bytes, temp_dir, err);
}

void hc_join_identify(struct hc_join *j, struct hc_str key) {
    j->identity_key = key;
}

enum hc_status hc_join_add(struct hc_join *j, int f, unsigned entry,
                           const struct hc_rows *rows, const struct hc_block *block,
                           struct hc_err *err) {
    return hc_aside_add(j->aside, f, entry, rows, block, err);
}

/* ---- joining one part ---- */

#define NONE UINT32_MAX

struct claim {
    uint32_t header;       /* record of the header file; NONE */
    uint32_t first, lines; /* in joined.line */
    int basis;             /* see hc_claim_rows */
};
struct joined { /* one record set of one part */
    const struct hc_feed_set *set;
    struct hc_map *keys;
    struct claim *claim;
    uint32_t *line;        /* lines in order of claim, line number, record */
    uint32_t *claim_of;    /* by record of the lines file; NONE */
    uint32_t **attached;   /* by attach: record by claim or by line record; NONE */
    uint32_t **many;       /* by attach: records in order of claim and of `order` */
    uint32_t **many_first; /* by attach: claims + 1 */
};
struct again { /* records of what has one already; first: place of the first */
    uint64_t count;
    int64_t first;
    const char *field; /* of other amounts: that differs in the first */
};
struct work {
    struct hc_join *join;
    struct hc_books *books;
    struct hc_rows *rows; /* by file */
    struct hc_behind behind;
    size_t count;            /* rows in it */
    struct joined *set;      /* by record set of the feed; unused are zero */
    struct again *doubled;   /* by file: second headers of a claim */
    struct again *differing; /* by file: those that tell other amounts */
    struct hc_arena arena;   /* of this part */
};

static void *room(struct work *w, size_t count, size_t size, struct hc_err *err) {
    void *p = hc_arena_alloc(&w->arena, (count + 1) * size);
    if (!p)
        hc_fail_memory(err);
    return p;
}

static uint32_t *nones(struct work *w, size_t count, struct hc_err *err) {
    uint32_t *p = room(w, count, sizeof *p, err);
    for (size_t i = 0; p && i <= count; i++)
        p[i] = NONE;
    return p;
}

static size_t rows_of(const struct work *w, int file) {
    return file >= 0 ? w->rows[file].batch->rows : 0;
}

static struct hc_str key_of(const struct work *w, int file, size_t row) {
    return hc_str_at(w->rows[file].batch, (size_t)w->join->feed->file[file].key, row);
}

static int64_t place_of(const struct work *w, int file, size_t row) {
    const struct hc_batch *b = w->rows[file].batch;
    return b->column[b->schema->fields - 1].i64[row]; /* never null */
}

/* The books of the entry that a record came in. */
static struct hc_entry_books *books_of(const struct work *w, int file, size_t row) {
    return &w->books->entry[hc_place_entry(place_of(w, file, row)) - 1];
}

/* The record belongs to nothing: its amounts are told. */
static void unattached(struct work *w, int file, size_t row, enum hc_unattached reason) {
    const struct hc_feed_file *of = &w->join->feed->file[file];
    const struct hc_batch *b = w->rows[file].batch;
    struct hc_entry_books *books = books_of(w, file, row);
    books->unattached[reason]++;
    for (size_t s = 0; s < of->slots; s++)
        if (of->slot[s].conversion.converter == HC_CONVERT_decimal)
            books->slot[s].unattached += hc_int_at(b, s, row, 0);
}

static enum hc_status find_headers(struct work *w, struct joined *j, struct hc_err *err) {
    int file = j->set->header;
    enum hc_status status = HC_OK;
    for (size_t row = 0; row < rows_of(w, file) && status == HC_OK; row++) {
        uint32_t id;
        bool added;
        status = hc_map_add(j->keys, key_of(w, file, row), &id, &added, err);
        if (status != HC_OK)
            break;
        if (added) {
            j->claim[id].header = (uint32_t)row;
            books_of(w, file, row)->attached++;
            continue;
        }
        unattached(w, file, row, HC_UNATTACHED_repeated);
        struct again *again = &w->doubled[file];
        int64_t place = place_of(w, file, row);
        if (again->count++ == 0 || place < again->first)
            again->first = place;
    }
    return status;
}

static bool line_before(const struct work *w, const struct joined *j, uint32_t a,
                        uint32_t b) {
    int64_t x = 0, y = 0;
    const struct hc_rows *rows = &w->rows[j->set->lines];
    if (j->set->line_number >= 0) {
        bool has_x = hc_rows_number(rows, j->set->line_number, a, &x);
        bool has_y = hc_rows_number(rows, j->set->line_number, b, &y);
        if (has_x != has_y)
            return has_x;
    }
    return x != y ? x < y : a < b; /* rows stand in order of their records */
}

/* Lines of each claim, in order. */
static enum hc_status find_lines(struct work *w, struct joined *j, struct hc_err *err) {
    int file = j->set->lines;
    size_t rows = rows_of(w, file);
    enum hc_status status = HC_OK;
    for (size_t row = 0; row < rows && status == HC_OK; row++) {
        uint32_t id = NONE;
        if (j->set->header < 0 || j->set->keeps)
            status = hc_map_add(j->keys, key_of(w, file, row), &id, NULL, err);
        else if (!hc_map_find(j->keys, key_of(w, file, row), &id))
            id = NONE;
        if (status != HC_OK)
            break;
        j->claim_of[row] = id;
        if (id == NONE)
            unattached(w, file, row, HC_UNATTACHED_no_claim);
        else
            j->claim[id].lines++;
    }
    uint32_t claims = hc_map_len(j->keys), at = 0;
    for (uint32_t c = 0; c < claims; c++) {
        j->claim[c].first = at;
        at += j->claim[c].lines;
        j->claim[c].lines = 0;
    }
    for (size_t row = 0; row < rows && status == HC_OK; row++) {
        if (j->claim_of[row] == NONE)
            continue;
        struct claim *c = &j->claim[j->claim_of[row]];
        uint32_t *line = &j->line[c->first], n = c->lines++;
        while (n > 0 && line_before(w, j, (uint32_t)row, line[n - 1])) {
            line[n] = line[n - 1];
            n--;
        }
        line[n] = (uint32_t)row;
    }
    return status;
}

static enum hc_status open_set(struct work *w, struct joined *j, struct hc_err *err) {
    const struct hc_feed_set *set = j->set;
    size_t lines = rows_of(w, set->lines), most = lines + rows_of(w, set->header);
    enum hc_status status = hc_map_new(&j->keys, err);
    if (status != HC_OK)
        return status;
    j->claim = room(w, most, sizeof *j->claim, err);
    j->line = nones(w, lines, err);
    j->claim_of = nones(w, lines, err);
    j->attached = room(w, set->attaches, sizeof *j->attached, err);
    j->many = room(w, set->attaches, sizeof *j->many, err);
    j->many_first = room(w, set->attaches, sizeof *j->many_first, err);
    if (!j->claim || !j->line || !j->claim_of || !j->attached || !j->many || !j->many_first)
        return HC_ENOMEM;
    for (size_t i = 0; i < most; i++)
        j->claim[i] = (struct claim){.header = NONE, .basis = -1};
    if (set->header >= 0)
        status = find_headers(w, j, err);
    if (status == HC_OK)
        status = find_lines(w, j, err);
    for (size_t a = 0; a < set->attaches && status == HC_OK; a++) {
        const struct hc_feed_attach *attach = &set->attach[a];
        size_t targets = attach->to_line ? lines : hc_map_len(j->keys);
        j->attached[a] = nones(w, targets, err);
        j->many[a] = attach->many ? nones(w, rows_of(w, attach->file), err) : NULL;
        j->many_first[a] = NULL;
        if (!j->attached[a] || (attach->many && !j->many[a]))
            status = HC_ENOMEM;
    }
    return status;
}

/* ---- attaching ---- */

static uint32_t line_of(const struct work *w, const struct joined *j,
                        const struct hc_feed_attach *attach, uint32_t claim, size_t row) {
    int64_t wanted, number;
    const struct claim *c = &j->claim[claim];
    if (!hc_rows_number(&w->rows[attach->file], attach->by, (int64_t)row, &wanted))
        return NONE;
    for (uint32_t i = 0; i < c->lines; i++)
        if (hc_rows_number(&w->rows[j->set->lines], j->set->line_number,
                           j->line[c->first + i], &number) &&
            number == wanted)
            return j->line[c->first + i];
    return NONE;
}

/* A claim may have several records of one file that tell its amounts, each time all of
 * them: CCLFA has one a condition code. They count once; where they differ nobody knows
 * which. */
static void compare_amounts(struct work *w, int file, size_t first, size_t again) {
    const struct hc_feed_file *of = &w->join->feed->file[file];
    struct again *d = &w->differing[file];
    for (size_t s = 0; s < of->slots; s++) {
        int64_t a = 0, b = 0;
        if (of->slot[s].conversion.converter != HC_CONVERT_decimal)
            continue;
        (void)hc_rows_number(&w->rows[file], (int)s, (int64_t)first, &a);
        (void)hc_rows_number(&w->rows[file], (int)s, (int64_t)again, &b);
        if (a == b)
            continue;
        int64_t place = place_of(w, file, again);
        if (d->count++ == 0 || place < d->first) {
            d->first = place;
            d->field = of->field[of->slot[s].field].name;
        }
        return;
    }
}

/* Attach one record to the first record set that has its claim. */
static void attach_row(struct work *w, int file, size_t row) {
    const struct hc_feed *feed = w->join->feed;
    for (size_t r = 0; r < feed->records; r++) {
        struct joined *j = &w->set[r];
        uint32_t claim;
        size_t a = 0;
        if (!j->set)
            continue;
        while (a < j->set->attaches && j->set->attach[a].file != file)
            a++;
        if (a == j->set->attaches || !hc_map_find(j->keys, key_of(w, file, row), &claim))
            continue;
        const struct hc_feed_attach *attach = &j->set->attach[a];
        if (attach->many) {
            j->many[a][row] = claim;
            books_of(w, file, row)->attached++;
            return;
        }
        uint32_t target = attach->to_line ? line_of(w, j, attach, claim, row) : claim;
        if (target == NONE) {
            unattached(w, file, row, HC_UNATTACHED_no_line);
        } else if (j->attached[a][target] != NONE) {
            unattached(w, file, row, HC_UNATTACHED_repeated);
            compare_amounts(w, file, j->attached[a][target], row);
        } else {
            j->attached[a][target] = (uint32_t)row;
            books_of(w, file, row)->attached++;
        }
        return;
    }
    unattached(w, file, row, HC_UNATTACHED_no_claim);
}

/* "2" before "10": as numbers where they are digits. */
static int compare_order(struct hc_str a, struct hc_str b) {
    while (a.len && a.ptr[0] == '0')
        a = (struct hc_str){a.ptr + 1, a.len - 1};
    while (b.len && b.ptr[0] == '0')
        b = (struct hc_str){b.ptr + 1, b.len - 1};
    return a.len != b.len ? (a.len < b.len ? -1 : 1) : hc_str_cmp(a, b);
}

/* many[a] holds a claim a record; turn it into records a claim, in order. */
static enum hc_status gather(struct work *w, struct joined *j, size_t a,
                             struct hc_err *err) {
    const struct hc_feed_attach *attach = &j->set->attach[a];
    size_t rows = rows_of(w, attach->file), claims = hc_map_len(j->keys);
    uint32_t *first = room(w, claims + 1, sizeof *first, err);
    uint32_t *sorted = nones(w, rows, err), *fill = room(w, claims, sizeof *fill, err);
    if (!first || !sorted || !fill)
        return HC_ENOMEM;
    memset(first, 0, (claims + 2) * sizeof *first);
    for (size_t row = 0; row < rows; row++)
        if (j->many[a][row] != NONE)
            first[j->many[a][row] + 1]++;
    for (size_t c = 0; c < claims; c++)
        first[c + 1] += first[c];
    memset(fill, 0, (claims + 1) * sizeof *fill);
    for (size_t row = 0; row < rows; row++) {
        uint32_t c = j->many[a][row];
        if (c == NONE)
            continue;
        uint32_t *list = &sorted[first[c]], n = fill[c]++;
        struct hc_str order = {"", 0}, other;
        if (attach->order >= 0)
            (void)hc_rows_text(&w->rows[attach->file], attach->order, (int64_t)row, &order);
        for (; n > 0 && attach->order >= 0; n--) {
            other = (struct hc_str){"", 0};
            (void)hc_rows_text(&w->rows[attach->file], attach->order, list[n - 1], &other);
            if (compare_order(other, order) <= 0)
                break;
            list[n] = list[n - 1];
        }
        list[n] = (uint32_t)row;
    }
    j->many[a] = sorted;
    j->many_first[a] = first;
    return HC_OK;
}

/* ---- making rows ---- */

static void attach_context(struct work *w, const struct joined *j, uint32_t claim,
                           uint32_t line) {
    size_t at = w->count;
    for (size_t a = 0; a < j->set->attaches; a++) {
        int file = j->set->attach[a].file;
        if (j->set->attach[a].many) {
            uint32_t first = j->many_first[a][claim];
            w->behind.many[file][at] = &j->many[a][first];
            w->behind.manies[file][at] = j->many_first[a][claim + 1] - first;
            continue;
        }
        uint32_t target = j->set->attach[a].to_line ? line : claim;
        uint32_t row = target == NONE ? NONE : j->attached[a][target];
        w->behind.row[file][at] = row == NONE ? -1 : (int64_t)row;
    }
}

/* The file that row i of the block is a record of: the header's where it has no line. */
static int file_of(const struct work *w, const struct joined *j, size_t i) {
    return w->behind.row[j->set->lines][i] < 0 ? j->set->header : j->set->lines;
}

/* Make the rows that wait. */
static enum hc_status make_rows(struct work *w, size_t r, struct hc_kind_made *out,
                                unsigned delivery, struct hc_err *err) {
    const struct joined *j = &w->set[r];
    struct hc_behind *behind = &w->behind;
    struct hc_mapper *mapper = &w->books->mapper[r];
    size_t made;
    behind->context.rows = w->rows;
    behind->context.count = w->count;
    w->count = 0;
    enum hc_status mapped = hc_map_rows(mapper, &behind->context, &made, err);
    if (mapped != HC_OK && made < behind->context.count) {
        hc_err_at_file(err, w->books->entry[behind->entry[made] - 1].name);
        hc_err_at_record(err, (uint64_t)behind->record[made], 0);
    }
    for (size_t i = 0; i < made; i++) {
        if (behind->row[j->set->lines][i] < 0)
            w->books->made[r]++;
        else {
            struct hc_entry_books *entry = &w->books->entry[behind->entry[i] - 1];
            entry->mapped++;
            entry->headless += j->set->keeps && behind->row[j->set->header][i] < 0;
        }
    }
    w->books->rows[r] += made;
    struct hc_err *why = mapped == HC_OK ? err : NULL; /* the first failure is told */
    struct hc_str key = w->join->identity_key;
    enum hc_status status =
        j->set->has_identity && key.len
            ? hc_identity_rows(out, mapper, &behind->context, made, key, delivery,
                               behind->entry, behind->record, why)
            : hc_making_rows(out, mapper, made, delivery, behind->entry, behind->record,
                             why);
    hc_mapper_block(mapper);
    return mapped != HC_OK ? mapped : status;
}

/* The row of one line, or of a claim's header where the claim has no line. */
static enum hc_status make_row(struct work *w, size_t r, uint32_t claim, uint32_t line,
                               struct hc_kind_made *out, unsigned delivery,
                               struct hc_err *err) {
    struct joined *j = &w->set[r];
    struct claim *c = &j->claim[claim];
    struct hc_behind *behind = &w->behind;
    size_t at = w->count;
    behind->row[j->set->lines][at] = line == NONE ? -1 : (int64_t)line;
    if (j->set->header >= 0)
        behind->row[j->set->header][at] = c->header == NONE ? -1 : (int64_t)c->header;
    attach_context(w, j, claim, line);
    behind->claim[at] =
        (struct hc_claim_rows){.line = &j->line[c->first],
                               .lines = c->lines,
                               .basis = &c->basis,
                               .lowest = line == NONE || line == j->line[c->first]};
    int64_t place = place_of(w, file_of(w, j, at), line == NONE ? c->header : line);
    behind->entry[at] = hc_place_entry(place);
    behind->record[at] = hc_place_record(place);
    return ++w->count == HC_MAP_ROWS ? make_rows(w, r, out, delivery, err) : HC_OK;
}

/* In order of the lines' records, then of the headers' that have none: so nothing is left
 * to sort where one part holds them all. */
static enum hc_status make_set(struct work *w, size_t r, struct hc_kind_made *out,
                               unsigned delivery, struct hc_err *err) {
    const struct joined *j = &w->set[r];
    enum hc_status status = HC_OK;
    for (uint32_t line = 0; line < rows_of(w, j->set->lines) && status == HC_OK; line++)
        if (j->claim_of[line] != NONE)
            status = make_row(w, r, j->claim_of[line], line, out, delivery, err);
    if (status == HC_OK)
        status = make_rows(w, r, out, delivery, err);
    for (uint32_t c = 0; c < hc_map_len(j->keys) && status == HC_OK; c++)
        if (j->claim[c].lines == 0)
            status = make_row(w, r, c, NONE, out, delivery, err);
    return status == HC_OK ? make_rows(w, r, out, delivery, err) : status;
}

static enum hc_status join_part(struct work *w, struct hc_making *making, unsigned delivery,
                                struct hc_err *err) {
    const struct hc_feed *feed = w->join->feed;
    enum hc_status status = HC_OK;
    for (size_t r = 0; r < feed->records && status == HC_OK; r++) {
        w->set[r] = (struct joined){0};
        if (feed->file[feed->record[r].lines].group != w->join->group ||
            !hc_set_joins(&feed->record[r]))
            continue;
        w->set[r].set = &feed->record[r];
        status = open_set(w, &w->set[r], err);
    }
    for (size_t f = 0; f < feed->files && status == HC_OK; f++) {
        bool attaches = false;
        for (size_t r = 0; r < feed->records; r++)
            for (size_t a = 0; w->set[r].set && a < w->set[r].set->attaches; a++)
                attaches |= w->set[r].set->attach[a].file == (int)f;
        for (size_t row = 0; attaches && row < rows_of(w, (int)f); row++)
            attach_row(w, (int)f, row);
    }
    for (size_t r = 0; r < feed->records && status == HC_OK; r++) {
        struct joined *j = &w->set[r];
        if (!j->set)
            continue;
        for (size_t a = 0; a < j->set->attaches && status == HC_OK; a++)
            if (j->set->attach[a].many)
                status = gather(w, j, a, err);
        struct hc_kind_made *out = &making->kind[j->set->kind->kind];
        if (status == HC_OK)
            status = make_set(w, r, out, delivery, err);
    }
    for (size_t r = 0; r < feed->records; r++)
        hc_map_free(w->set[r].keys);
    return status;
}

static enum hc_status load_part(struct hc_join *j, struct work *w, unsigned part,
                                struct hc_err *err) {
    enum hc_status status = hc_aside_load(j->aside, part, err);
    for (size_t f = 0; f < j->feed->files && status == HC_OK; f++)
        w->rows[f] = (struct hc_rows){.batch = hc_aside_batch(j->aside, (int)f),
                                      .empty = hc_aside_empty(j->aside, (int)f)};
    return status;
}

static bool heads_claims(const struct hc_feed *feed, int file) {
    for (size_t r = 0; r < feed->records; r++)
        if (feed->record[r].header == file)
            return feed->record[r].kind->kind == HC_KIND_claim_line;
    return false;
}

/* One finding a file, whatever parts the records were found in. */
static enum hc_status note_repeated(const struct work *w, struct hc_err *err) {
    for (size_t f = 0; f < w->join->feed->files; f++) {
        const struct again *d = &w->differing[f], *h = &w->doubled[f];
        const struct hc_entry_books *entry = w->books->entry;
        if (d->count &&
            !hc_books_find(w->books, HC_FINDING_repeated_amounts,
                           "%s: %llu records tell other amounts than an earlier one of the "
                           "same claim or line, the first is record %lld (%s)",
                           entry[hc_place_entry(d->first) - 1].name,
                           (unsigned long long)d->count,
                           (long long)hc_place_record(d->first), d->field))
            return hc_fail_memory(err);
        if (h->count &&
            !hc_books_find(w->books, HC_FINDING_repeated_header,
                           "%s: %llu records are second headers of %s, the first is "
                           "record %lld",
                           entry[hc_place_entry(h->first) - 1].name,
                           (unsigned long long)h->count,
                           heads_claims(w->join->feed, (int)f) ? "a claim" : "the same key",
                           (long long)hc_place_record(h->first)))
            return hc_fail_memory(err);
    }
    return HC_OK;
}

enum hc_status hc_join_make(struct hc_join *j, struct hc_books *books,
                            struct hc_making *making, unsigned delivery,
                            struct hc_err *err) {
    size_t files = j->feed->files + 1;
    unsigned parts = 0;
    struct work w = {.join = j, .books = books};
    w.rows = calloc(files, sizeof *w.rows);
    w.set = calloc(j->feed->records + 1, sizeof *w.set);
    w.doubled = calloc(files, sizeof *w.doubled);
    w.differing = calloc(files, sizeof *w.differing);
    enum hc_status status =
        w.rows && w.set && w.doubled && w.differing ? HC_OK : hc_fail_memory(err);
    if (status == HC_OK)
        status = hc_behind_init(&w.behind, j->feed->files, err);
    if (status == HC_OK)
        status = hc_aside_end(j->aside, &parts, err);
    for (unsigned part = 0; part < parts && status == HC_OK; part++) {
        status = load_part(j, &w, part, err);
        if (status == HC_OK)
            status = join_part(&w, making, delivery, err);
        hc_arena_reset(&w.arena);
        if (status == HC_OK)
            status = hc_stopped(err);
    }
    if (status == HC_OK)
        status = note_repeated(&w, err);
    hc_arena_free(&w.arena);
    free(w.doubled);
    free(w.differing);
    free(w.rows);
    hc_behind_free(&w.behind);
    free(w.set);
    return status;
}

void hc_join_free(struct hc_join *j) {
    if (!j)
        return;
    hc_aside_free(j->aside);
    free(j);
}
