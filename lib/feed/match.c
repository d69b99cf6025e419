#include "feed/match.h"

#include <ctype.h>
#include <sys/stat.h>

#include "base/tool.h"
#include "feed/content.h"

/* ---- the delivery's name ---- */

/* What a name tells of the delivery. A program is the same in lower case. */
static void take_name(struct hc_delivered *d, const struct hc_named *named,
                      struct hc_arena *arena) {
    char *program = hc_arena_copy(arena, named->program);
    d->named = *named;
    d->program = program ? program : "";
    for (char *p = program; p && *p; p++)
        *p = (char)toupper((unsigned char)*p);
    d->named.program = hc_str_of(d->program);
}

static void match_name(struct hc_delivered *d, const struct hc_feed *feed, const char *name,
                       struct hc_arena *arena) {
    for (size_t i = 0; i < feed->names && !d->matched; i++) {
        struct hc_named named = hc_name_match(feed->delivery[i], hc_str_of(name));
        d->matched = named.matched;
        if (named.matched)
            take_name(d, &named, arena);
    }
}

/* Where the delivery's own name says nothing, an entry's does. */
static void match_entry(struct hc_delivered *d, const struct hc_feed *feed,
                        const char *name, struct hc_arena *arena) {
    struct hc_named named;
    match_name(d, feed, name, arena);
    if (!d->named.matched && hc_feed_file_of(feed, hc_str_of(name), &named) >= 0)
        take_name(d, &named, arena);
}

/* What file managers leave in folders and archives is no part of a delivery. */
static bool is_leftover(const char *name) {
    static const char *const known[] = {".DS_Store", "Thumbs.db", "desktop.ini"};
    const char *base = hc_base_name(name);
    bool found = strncmp(base, "._", 2) == 0 || strncmp(name, "__MACOSX/", 9) == 0 ||
                 strstr(name, "/__MACOSX/");
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        found |= strcmp(base, known[i]) == 0;
    return found;
}

/* A folder of whole deliveries is none itself. */
static enum hc_status check_folder(const struct hc_delivered *d, const struct hc_feed *feed,
                                   const struct hc_source *source, struct hc_err *err) {
    size_t entries = hc_source_entries(source);
    if (d->matched || entries == 0 || strcmp(hc_source_container(source), "folder") != 0)
        return HC_OK;
    for (unsigned n = 1; n <= entries; n++) {
        bool matched = false;
        struct hc_str name = hc_str_of(hc_source_entry_name(source, n));
        for (size_t i = 0; i < feed->names && !matched; i++)
            matched = hc_name_match(feed->delivery[i], name).matched;
        if (!matched)
            return HC_OK;
    }
    hc_fail(err, HC_EDATA, "this is a folder of deliveries: give its files, %s/*", d->path);
    hc_err_at_file(err, d->path);
    return HC_EDATA;
}

enum hc_status hc_match_delivery(struct hc_delivered *d, const struct hc_feed *feed,
                                 const char *passphrase, struct hc_arena *arena,
                                 struct hc_err *err) {
    struct hc_source *source = NULL;
    struct hc_source_options options = {.passphrase = passphrase, .names_only = true};
    struct stat st;
    d->program = "";
    d->matched = feed->names == 0;
    match_name(d, feed, d->name, arena);
    if (strcmp(d->path, "-") == 0)
        return HC_OK;
    enum hc_status status = hc_source_open(&source, d->path, &options, err);
    if (status == HC_OK && (status = check_folder(d, feed, source, err)) != HC_OK) {
        hc_source_free(source);
        return status;
    }
    bool named = d->matched;
    for (unsigned n = 1; status == HC_OK && !named && n <= hc_source_entries(source); n++)
        match_entry(d, feed, hc_source_entry_name(source, n), arena);
    d->matched = named; /* an entry's date is good, the name is still not the feed's */
    if (status == HC_OK) {
        d->entries = hc_source_entries(source);
        d->entry = hc_arena_zalloc(arena, (d->entries + 1) * sizeof *d->entry);
    }
    for (unsigned n = 1; d->entry && n <= d->entries; n++)
        d->entry[n - 1] = hc_arena_copy(arena, hc_str_of(hc_source_entry_name(source, n)));
    hc_source_free(source);
    d->regular = stat(d->path, &st) == 0 && S_ISREG(st.st_mode);
    return status == HC_EDATA ? HC_OK : status;
}

/* ---- its entries' names ---- */

/* Nothing in it belongs to the feed: one sentence, not a list of all that is missing. */
static enum hc_status foreign(const struct hc_feed *feed, struct hc_source *source,
                              struct hc_err *err) {
    const struct hc_entry *entry;
    const uint8_t *bytes;
    size_t len;
    bool plain = strcmp(hc_source_container(source), "plain") == 0;
    enum hc_status status = plain ? hc_source_next(source, &entry, err) : HC_OK;
    if (plain && status == HC_OK) {
        status = hc_source_read(source, &bytes, &len, err);
        if (status == HC_END)
            return hc_fail(err, HC_EDATA, "the file is empty");
    }
    if (status != HC_OK)
        return status;
    for (unsigned n = 1; !plain && n <= hc_source_entries(source); n++) {
        const char *name = hc_source_entry_name(source, n);
        for (size_t i = 0; i < feed->names; i++) {
            if (!hc_name_match(feed->delivery[i], hc_str_of(name)).matched)
                continue;
            hc_fail(err, HC_EDATA, "is a %s around %s, by its name a delivery itself",
                    hc_source_container(source), name);
            hc_err_hint(err, "unpack it once, and give what is in it");
            return HC_EDATA;
        }
    }
    hc_fail(err, HC_EDATA,
            plain ? "is no archive, and by its name no file of feed %s either"
                  : "holds no file of feed %s",
            feed->name);
    hc_err_hint(err, "is it a delivery of another feed, or an error page saved as a file?");
    return HC_EDATA;
}

/* A file of another month or program in the delivery is as good as a missing one. */
static bool check_entry_name(struct hc_delivered *d, const struct hc_entry_books *e,
                             const struct hc_named *named) {
    struct hc_buf how = {0};
    bool ok = true;
    if (hc_name_differs(named, &d->named, &how))
        ok = hc_books_find(&d->books, HC_FINDING_entry_name, "%s: the name tells %s",
                           e->name, hc_buf_text(&how));
    hc_buf_free(&how);
    return ok;
}

/* An entry is file e->file of the feed: the first one, a part more, or one too many. */
static bool place_entry(struct hc_books *books, const struct hc_feed *feed,
                        struct hc_entry_books *e) {
    struct hc_entry_books **first = &books->by_file[e->file];
    if (!*first) {
        *first = e;
        return true;
    }
    if (feed->file[e->file].several)
        return true;
    e->doubled = true;
    return hc_books_find(books, HC_FINDING_doubled_file, "%s and %s are both %s",
                         (*first)->name, e->name, feed->file[e->file].name);
}

static enum hc_status check_missing(struct hc_books *books, const struct hc_feed *feed,
                                    struct hc_err *err) {
    bool ok = true;
    for (size_t f = 0; f < feed->files && ok; f++)
        if (feed->file[f].required && !books->by_file[f])
            ok = hc_books_find(books, HC_FINDING_missing_file, "%s is not there",
                               feed->file[f].name);
    return ok ? HC_OK : hc_fail_memory(err);
}

enum hc_status hc_match_entries(struct hc_delivered *d, const struct hc_feed *feed,
                                struct hc_source *source, struct hc_err *err) {
    struct hc_books *books = &d->books;
    bool ok = true, matched = false, undecided = false, tells = hc_content_tells(feed);
    if (!d->matched)
        ok = hc_books_find(books, HC_FINDING_delivery_name,
                           "the name does not match the feed's (%s)", feed->delivery[0]);
    for (unsigned n = 1; n <= books->entries && ok; n++) {
        struct hc_entry_books *e = &books->entry[n - 1];
        char *name =
            hc_arena_copy(&books->arena, hc_str_of(hc_source_entry_name(source, n)));
        if (!name)
            return hc_fail_memory(err);
        *e = (struct hc_entry_books){.number = n, .name = name, .file = -1};
        e->leftover = is_leftover(name);
        if (e->leftover)
            continue;
        struct hc_named named = {0};
        e->file = hc_feed_file_of(feed, hc_str_of(e->name), &named);
        ok = check_entry_name(d, e, &named);
        e->undecided = e->file < 0 && tells;
        undecided |= e->undecided;
        matched |= e->file >= 0;
        if (ok && e->file >= 0)
            ok = place_entry(books, feed, e);
        else if (ok && !e->undecided)
            ok = hc_books_find(books, HC_FINDING_unknown_file, "%s is no file of feed %s",
                               e->name, feed->name);
    }
    if (!ok)
        return hc_fail_memory(err);
    if (undecided)
        return HC_OK;
    return matched ? check_missing(books, feed, err) : foreign(feed, source, err);
}

enum hc_status hc_match_content(struct hc_delivered *d, const struct hc_feed *feed,
                                struct hc_entry_books *e, const char *type,
                                struct hc_err *err) {
    bool ok;
    e->file = hc_content_file(feed, type);
    e->by_resource = e->file >= 0;
    if (e->file >= 0)
        ok = place_entry(&d->books, feed, e);
    else if (*type)
        ok = hc_books_find(&d->books, HC_FINDING_unknown_file,
                           "%s is no file of feed %s, its first resource is of type %s",
                           e->name, feed->name, type);
    else
        ok = hc_books_find(&d->books, HC_FINDING_unknown_file,
                           "%s is no file of feed %s, neither by its name nor by a "
                           "resourceType in its first line",
                           e->name, feed->name);
    return ok ? HC_OK : hc_fail_memory(err);
}

/* Parts of a file are each of other records; the same ones again were saved twice. */
static enum hc_status check_parts(const struct hc_books *books, const struct hc_feed *feed,
                                  struct hc_err *err) {
    for (size_t i = 0; i < books->entries; i++) {
        const struct hc_entry_books *a = &books->entry[i];
        if (a->file < 0 || !feed->file[a->file].several)
            continue;
        for (size_t k = i + 1; k < books->entries; k++) {
            const struct hc_entry_books *b = &books->entry[k];
            if (a->file != b->file || b->doubled || !a->records ||
                a->records != b->records || a->content != b->content)
                continue;
            hc_fail(err, HC_EDATA, "%s and %s hold the same records", a->name, b->name);
            hc_err_hint(err, "leave one of them out");
            return HC_EDATA;
        }
    }
    return HC_OK;
}

enum hc_status hc_match_end(struct hc_delivered *d, const struct hc_feed *feed,
                            struct hc_err *err) {
    bool undecided = false, matched = false;
    enum hc_status status = check_parts(&d->books, feed, err);
    if (status != HC_OK)
        return status;
    for (size_t n = 0; n < d->books.entries; n++) {
        undecided |= d->books.entry[n].undecided;
        matched |= d->books.entry[n].file >= 0;
    }
    if (!undecided)
        return HC_OK;
    if (matched)
        return check_missing(&d->books, feed, err);
    if (d->books.entries == 1 && d->bytes == 0)
        return hc_fail(err, HC_EDATA, "the file is empty");
    hc_fail(err, HC_EDATA,
            "holds no file of feed %s, neither by a name nor by a resourceType in a first "
            "line",
            feed->name);
    hc_err_hint(err, "is it a delivery of another feed, or an error page saved as a file?");
    return HC_EDATA;
}
