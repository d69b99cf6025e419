#include "feed/control.h"
#include "feed/version.h"

#include <inttypes.h>
#include <stdlib.h>
#include <strings.h>

static const char *text_of(const struct hc_feed *feed, struct hc_books *books,
                           const struct hc_rows *rows, int field, size_t row) {
    const struct hc_feed_file *file = &feed->file[feed->control.file];
    struct hc_str text = {"", 0};
    for (size_t s = 0; field >= 0 && s < file->slots; s++)
        if (file->slot[s].field == (size_t)field && file->slot[s].text)
            (void)hc_rows_text(rows, (int)s, (int64_t)row, &text);
    return hc_arena_copy(&books->arena, text);
}

enum hc_status hc_control_add(struct hc_control *control, const struct hc_feed *feed,
                              struct hc_books *books, const struct hc_rows *rows,
                              const struct hc_block *block, struct hc_err *err) {
    for (size_t row = 0; row < block->rows; row++) {
        if (block->fault[row].kind != HC_FAULT_NONE)
            continue;
        if (control->rows == control->cap) {
            size_t cap = control->cap ? 2 * control->cap : 16;
            struct hc_told *grown = realloc(control->row, cap * sizeof *grown);
            if (!grown)
                return hc_fail_memory(err);
            control->row = grown;
            control->cap = cap;
        }
        struct hc_told *told = &control->row[control->rows++];
        *told = (struct hc_told){text_of(feed, books, rows, feed->control.type, row),
                                 text_of(feed, books, rows, feed->control.count, row),
                                 text_of(feed, books, rows, feed->control.length, row),
                                 block->first + row};
        if (!told->type || !told->count || !told->length)
            return hc_fail_memory(err);
    }
    return HC_OK;
}

static int file_named(const struct hc_feed *feed, const char *name) {
    for (size_t f = 0; f < feed->files; f++)
        if (strcasecmp(feed->file[f].name, name) == 0)
            return (int)f;
    return -1;
}

static bool number_of(const char *text, uint64_t *number) {
    int64_t value;
    if (hc_parse_int(hc_str_of(text), 0, INT64_MAX, &value, NULL) != HC_OK)
        return false;
    *number = (uint64_t)value;
    return true;
}

/* One told row against the entry it is about. */
static bool check_told(const struct hc_feed *feed, struct hc_books *books,
                       const struct hc_told *told, const struct hc_entry_books *e) {
    const char *by = feed->file[feed->control.file].name;
    const struct hc_feed_file *file = &feed->file[e->file];
    uint64_t records, length;
    bool ok = true;
    if (!number_of(told->count, &records))
        ok = hc_books_find(books, HC_FINDING_control_totals,
                           "%s: %s says no number of records", file->name, by);
    else if (records != e->records)
        ok = hc_books_find(books, HC_FINDING_control_totals,
                           "%s: %s says %" PRIu64 " records, the file has %" PRIu64,
                           file->name, by, records, e->records);
    if (!ok || feed->control.length < 0)
        return ok;
    if (!number_of(told->length, &length))
        return hc_books_find(books, HC_FINDING_control_totals,
                             "%s: %s says no record length", file->name, by);
    /* Records of several lengths are rejected one by one, by the layout's; an empty file
     * may be told to have any known one. */
    uint64_t bytes = file->record_bytes;
    if (e->records && e->shortest == e->longest)
        bytes = e->shortest;
    else if (hc_version_has(file, length))
        bytes = length;
    if (length != bytes)
        return hc_books_find(books, HC_FINDING_control_totals,
                             "%s: %s says records of %" PRIu64
                             " bytes, the file has %" PRIu64,
                             file->name, by, length, bytes);
    return true;
}

enum hc_status hc_control_check(const struct hc_control *control,
                                const struct hc_feed *feed, struct hc_books *books,
                                struct hc_err *err) {
    if (feed->control.file < 0 || !books->by_file[feed->control.file])
        return HC_OK; /* a missing control file is a missing file */
    const char *by = feed->file[feed->control.file].name;
    uint64_t lost = hc_entry_rejected(books->by_file[feed->control.file]);
    bool *seen = calloc(feed->files, sizeof *seen), ok = seen != NULL;
    if (ok && lost) /* what it lists may stand in one of them */
        ok = hc_books_find(books, HC_FINDING_control_totals,
                           "%s: %" PRIu64 " of its records cannot be read", by, lost);
    for (size_t i = 0; i < control->rows && ok; i++) {
        const struct hc_told *told = &control->row[i];
        int f = file_named(feed, told->type);
        char shape[HC_SHAPE_SIZE];
        if (f < 0)
            ok =
                hc_books_find(books, HC_FINDING_control_totals,
                              "%s: record %" PRIu64 " is about no file of the feed, shape "
                              "'%s'",
                              by, told->record, hc_str_shape(hc_str_of(told->type), shape));
        else if (seen[f])
            ok = hc_books_find(books, HC_FINDING_control_totals, "%s: %s lists it twice",
                               told->type, by);
        else if (!books->by_file[f])
            ok = hc_books_find(books, HC_FINDING_control_totals,
                               "%s: %s says %s records, the file is not there", told->type,
                               by, told->count);
        else
            ok = check_told(feed, books, told, books->by_file[f]);
        if (f >= 0)
            seen[f] = true;
    }
    for (size_t f = 0; f < feed->files && ok; f++)
        if ((int)f != feed->control.file && books->by_file[f] && !seen[f])
            ok = hc_books_find(books, HC_FINDING_control_totals,
                               "%s: %s does not list it, the file has %" PRIu64 " records",
                               feed->file[f].name, by, books->by_file[f]->records);
    free(seen);
    return ok ? HC_OK : hc_fail_memory(err);
}

void hc_control_free(struct hc_control *control) {
    free(control->row);
    *control = (struct hc_control){0};
}
