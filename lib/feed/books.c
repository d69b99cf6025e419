#include "feed/books.h"

#include <stdarg.h>
#include <stdlib.h>

const char *hc_unattached_name(enum hc_unattached reason) {
    static const char *const names[] = {
#define UNATTACHED(id, name) name,
        HC_UNATTACHED_LIST
#undef UNATTACHED
    };
    return names[reason];
}

bool hc_field_summed(const struct hc_feed_field *field) {
    return field->form == HC_FORM_amount || field->form == HC_FORM_quantity ||
           field->form == HC_FORM_count;
}

enum hc_status hc_books_init(struct hc_books *books, const struct hc_feed *feed,
                             size_t entries, const bool *const has[HC_KINDS],
                             struct hc_err *err) {
    *books = (struct hc_books){.entries = entries};
    books->entry = calloc(entries + 1, sizeof *books->entry);
    books->by_file = calloc(feed->files + 1, sizeof *books->by_file);
    books->mapper = calloc(feed->records + 1, sizeof *books->mapper);
    books->made = calloc(feed->records + 1, sizeof *books->made);
    books->rows = calloc(feed->records + 1, sizeof *books->rows);
    bool made =
        books->entry && books->by_file && books->mapper && books->made && books->rows;
    enum hc_status status = made ? HC_OK : hc_fail_memory(err);
    for (size_t i = 0; i < feed->records && status == HC_OK; i++)
        status = hc_mapper_init(&books->mapper[i], feed, &feed->record[i],
                                has[feed->record[i].kind->kind], err);
    if (status != HC_OK)
        hc_books_free(books, feed);
    return status;
}

void hc_books_free(struct hc_books *books, const struct hc_feed *feed) {
    for (size_t i = 0; books->mapper && i < feed->records; i++)
        hc_mapper_free(&books->mapper[i]);
    free(books->mapper);
    free(books->made);
    free(books->rows);
    free(books->entry);
    free(books->by_file);
    free(books->note);
    hc_arena_free(&books->arena);
    *books = (struct hc_books){0};
}

enum hc_status hc_books_part(struct hc_books *part, const struct hc_books *whole,
                             const struct hc_feed *feed, const bool *const has[HC_KINDS],
                             struct hc_err *err) {
    *part = (struct hc_books){
        .entries = whole->entries, .entry = whole->entry, .by_file = whole->by_file};
    part->mapper = calloc(feed->records + 1, sizeof *part->mapper);
    part->made = calloc(feed->records + 1, sizeof *part->made);
    part->rows = calloc(feed->records + 1, sizeof *part->rows);
    if (!part->mapper || !part->made || !part->rows) {
        hc_books_part_free(part, feed);
        return hc_fail_memory(err);
    }
    enum hc_status status = HC_OK;
    for (size_t i = 0; i < feed->records && status == HC_OK; i++)
        status = hc_mapper_init(&part->mapper[i], feed, &feed->record[i],
                                has[feed->record[i].kind->kind], err);
    if (status != HC_OK)
        hc_books_part_free(part, feed);
    return status;
}

enum hc_status hc_books_add(struct hc_books *whole, struct hc_books *part,
                            const struct hc_feed *feed, struct hc_err *err) {
    enum hc_status status = HC_OK;
    for (size_t r = 0; r < feed->records; r++) {
        whole->made[r] += part->made[r];
        whole->rows[r] += part->rows[r];
        for (size_t u = 0; u < feed->record[r].uses; u++) {
            struct hc_use *to = &whole->mapper[r].use[u];
            const struct hc_use *from = &part->mapper[r].use[u];
            to->used += from->used;
            to->not_used += from->not_used;
            to->out += from->out;
        }
        if (!hc_suspects_add(&whole->mapper[r].suspects, &part->mapper[r].suspects))
            status = hc_fail_memory(err);
    }
    for (size_t i = 0; i < part->notes && status == HC_OK; i++)
        if (!hc_books_find(whole, part->note[i].finding, "%s", part->note[i].what))
            status = hc_fail_memory(err);
    hc_arena_adopt(&whole->arena, &part->arena);
    hc_books_part_free(part, feed);
    return status;
}

void hc_books_part_free(struct hc_books *part, const struct hc_feed *feed) {
    part->entry = NULL;
    part->by_file = NULL;
    hc_books_free(part, feed);
}

int hc_entry_populated(const struct hc_entry_books *entry, size_t field) {
    if (!entry->split)
        return 0;
    return (int)((hc_i128)entry->amount[field].populated * 10000 / entry->split);
}

bool hc_books_find(struct hc_books *books, enum hc_finding finding, const char *format,
                   ...) {
    va_list args;
    char text[1024];
    if (books->notes == books->cap_notes) {
        size_t cap = books->cap_notes ? 2 * books->cap_notes : 8;
        struct hc_note *grown = realloc(books->note, cap * sizeof *grown);
        if (!grown)
            return false;
        books->note = grown;
        books->cap_notes = cap;
    }
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    char *copy = hc_arena_copy(&books->arena, hc_str_of(text));
    books->note[books->notes++] = (struct hc_note){finding, copy};
    return copy != NULL;
}

uint64_t hc_entry_rejected(const struct hc_entry_books *entry) {
    uint64_t sum = 0;
    for (int i = 0; i < HC_FAULT_KINDS; i++)
        sum += entry->rejected[i];
    return sum;
}

uint64_t hc_entry_unattached(const struct hc_entry_books *entry) {
    uint64_t sum = 0;
    for (int i = 0; i < HC_UNATTACHEDS; i++)
        sum += entry->unattached[i];
    return sum;
}

static hc_i128 e4_of(hc_i128 value, int scale) {
    return scale == 2 ? value * 100 : scale == 0 ? value * 10000 : value;
}

struct hc_amount_account hc_amount_account(const struct hc_books *books,
                                           const struct hc_feed *feed, int file, int slot) {
    const struct hc_feed_slot *s = &feed->file[file].slot[slot];
    int scale = s->conversion.scale;
    struct hc_amount_account a = {0};
    for (size_t i = 0; i < books->entries; i++) {
        const struct hc_entry_books *e = &books->entry[i];
        if (e->file != file || e->doubled || !e->slot)
            continue;
        a.records += e->records;
        a.delivered += e->amount[s->field].source.exact_e4;
        a.rejected += e->amount[s->field].rejected_e4;
        a.unattached += e4_of(e->slot[slot].unattached, scale);
        a.skipped += e4_of(e->slot[slot].skipped, scale);
        a.rounding += e->slot[slot].rounding_e4;
    }
    return a;
}

static enum hc_status check_records(const struct hc_entry_books *e, struct hc_err *err) {
    uint64_t out = e->mapped + e->attached + e->skipped + e->blank + hc_entry_rejected(e) +
                   hc_entry_unattached(e);
    if (out == e->records)
        return HC_OK;
    hc_fail(err, HC_EINTERNAL, "%llu records were read, %llu are accounted for",
            (unsigned long long)e->records, (unsigned long long)out);
    hc_err_at_file(err, e->name);
    return HC_EINTERNAL;
}

static bool takes(const struct hc_feed_set *set, int file) {
    for (size_t i = 0; i < set->attaches; i++)
        if (set->attach[i].file == file)
            return true;
    return set->lines == file || set->header == file;
}

/* The same amount for the same column, over all record sets that share its file: used and
 * not used. false when one of them has no use for it. */
static bool used_by_all(const struct hc_books *books, const struct hc_feed *feed,
                        const struct hc_use *use, hc_i128 *sum) {
    *sum = use->used + use->not_used;
    if (feed->file[use->file].group < 0)
        return true; /* each record passed every set */
    *sum = 0;
    for (size_t r = 0; r < feed->records; r++) {
        const struct hc_feed_set *set = &feed->record[r];
        bool found = !takes(set, use->file);
        for (size_t u = 0; u < set->uses && !found; u++) {
            const struct hc_use *other = &books->mapper[r].use[u];
            if (other->file != use->file || other->slot != use->slot ||
                other->column != use->column)
                continue;
            *sum += other->used + other->not_used;
            found = true;
        }
        if (!found)
            return false;
    }
    return true;
}

/* used + not used + unattached + skipped + rounding + rejected of one use, against what was
 * delivered. */
static enum hc_status check_use(const struct hc_books *books, const struct hc_feed *feed,
                                const struct hc_use *use, struct hc_err *err) {
    const struct hc_feed_file *file = &feed->file[use->file];
    const struct hc_feed_slot *slot = &file->slot[use->slot];
    const struct hc_entry_books *e = books->by_file[use->file];
    char delivered[HC_NUM_SIZE], told[HC_NUM_SIZE];
    hc_i128 used;
    if (!e)
        return HC_OK;
    struct hc_amount_account a = hc_amount_account(books, feed, use->file, use->slot);
    if (a.skipped)
        return HC_OK;
    if (!used_by_all(books, feed, use, &used))
        return HC_OK; /* a record set leaves this amount alone */
    hc_i128 out =
        e4_of(used, slot->conversion.scale) + a.rejected + a.unattached + a.rounding;
    if (out == a.delivered)
        return HC_OK;
    hc_fail(err, HC_EINTERNAL, "%s was delivered as %s, %s is accounted for",
            file->field[slot->field].name, hc_format_scaled(a.delivered, 4, delivered),
            hc_format_scaled(out, 4, told));
    hc_err_at_file(err, e->name);
    return HC_EINTERNAL;
}

enum hc_status hc_books_check(const struct hc_books *books, const struct hc_feed *feed,
                              struct hc_err *err) {
    enum hc_status status = HC_OK;
    for (size_t i = 0; i < books->entries && status == HC_OK; i++)
        status = check_records(&books->entry[i], err);
    for (size_t r = 0; r < feed->records && status == HC_OK; r++) {
        const struct hc_feed_set *set = &feed->record[r];
        for (size_t u = 0; u < set->uses && status == HC_OK; u++)
            if (books->mapper[r].use[u].file >= 0)
                status = check_use(books, feed, &books->mapper[r].use[u], err);
    }
    return status;
}
