#include "feed/delivery.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/tool.h"
#include "feed/content.h"
#include "feed/match.h"
#include "feed/members.h"
#include "feed/sink.h"

#define PART_BYTES 16 /* a part of a join holds about memory / PART_BYTES */
#define EXPANDED 20   /* what a packed byte may become in memory */

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

static enum hc_status open_joins(struct hc_sink *s, struct hc_aside_room *room,
                                 struct hc_err *err) {
    unsigned parts = parts_for(s->delivered->path, s->options->memory_bytes);
    s->join = calloc((size_t)s->feed->groups + 1, sizeof *s->join);
    enum hc_status status = s->join ? HC_OK : hc_fail_memory(err);
    for (int g = 0; g < s->feed->groups && status == HC_OK; g++) {
        if (!hc_sink_joins(s, g))
            continue;
        status = hc_join_new(&s->join[g], s->feed, g, parts, room,
                             s->options->memory_bytes / 4 / (uint64_t)s->feed->groups,
                             s->options->temp_dir, err);
        if (status == HC_OK)
            hc_join_identify(s->join[g], s->options->identity_key);
    }
    return status;
}

static enum hc_status decide(struct hc_sink *s, struct hc_source *source,
                             struct hc_entry_books *books, struct hc_err *err) {
    char type[HC_CONTENT_TYPE];
    enum hc_status status = hc_content_type(source, &s->begun, type, err);
    return status == HC_OK ? hc_match_content(s->delivered, s->feed, books, type, err)
                           : status;
}

/* One after the other. */
static enum hc_status read_entries(struct hc_sink *s, struct hc_source *source,
                                   struct hc_err *err) {
    const struct hc_entry *entry;
    enum hc_status status;
    while ((status = hc_source_next(source, &entry, err)) == HC_OK) {
        struct hc_entry_books *books = &s->books->entry[entry->number - 1];
        hc_buf_clear(&s->begun);
        if (books->undecided)
            status = decide(s, source, books, err);
        if (status == HC_OK && books->file < 0)
            continue;
        if (status == HC_OK)
            status = hc_sink_read(s, source, books, err);
        if (status != HC_OK)
            return hc_entry_failed(s->delivered, books->name, status, err);
    }
    return status == HC_END ? hc_source_finish(source, err) : status;
}

static enum hc_status read_all(struct hc_sink *s, struct hc_source *source,
                               struct hc_err *err) {
    unsigned workers = hc_members_workers(s, source);
    if (workers > 1)
        return hc_members_read(s, source, workers, err);
    if (s->options->jobs > 1 && s->delivered->regular)
        hc_source_read_ahead(source); /* if it cannot, it is only slower */
    return read_entries(s, source, err);
}

static enum hc_status make_rows(struct hc_sink *s, struct hc_err *err) {
    enum hc_status status = HC_OK;
    for (int g = 0; g < s->feed->groups && status == HC_OK; g++)
        if (s->join[g])
            status = hc_join_make(s->join[g], &s->delivered->books, s->making,
                                  s->delivered->number, err);
    return status;
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
    struct hc_control control = {0};
    struct hc_aside_room room = {.most = options->memory_bytes / 8};
    struct hc_sink sink = {.delivered = d,
                           .feed = feed,
                           .options = options,
                           .books = &d->books,
                           .making = making,
                           .rejects = rejects,
                           .rejects_bytes = options->rejects_bytes,
                           .to_rejects = all,
                           .control = &control};
    enum hc_status status = hc_source_open(&source, d->path, &source_options, err);
    if (status == HC_OK) {
        d->container = hc_source_container(source);
        const bool *has[HC_KINDS] = {NULL};
        for (int k = 0; k < HC_KINDS; k++)
            has[k] = making->kind[k].out->has;
        status = hc_books_init(&d->books, feed, hc_source_entries(source), has, err);
        d->opened = status == HC_OK;
    }
    if (status == HC_OK)
        status = hc_match_entries(d, feed, source, err);
    if (status == HC_OK)
        status = hc_sink_open(&sink, err);
    if (status == HC_OK)
        status = open_joins(&sink, &room, err);
    if (status == HC_OK)
        status = read_all(&sink, source, err);
    if (status == HC_OK) {
        if (d->regular && *d->sha256 && strcmp(d->sha256, hc_source_digest(source)) != 0)
            status = hc_fail(err, HC_ETEMP, "the file changed while it was read");
        snprintf(d->sha256, sizeof d->sha256, "%s", hc_source_digest(source));
        d->bytes = hc_source_bytes(source);
    }
    if (status == HC_OK)
        status = hc_match_end(d, feed, err);
    if (status == HC_OK) {
        status = hc_control_check(&control, feed, &d->books, err);
    }
    if (status == HC_OK && !hc_delivery_refused(d, feed, options->accept))
        status = make_rows(&sink, err);
    if (status != HC_OK) {
        hc_err_at_file(err, hc_delivery_place(d));
        if (err)
            d->damage = *err;
    }
    for (int g = 0; sink.join && g < feed->groups; g++)
        hc_join_free(sink.join[g]);
    free(sink.join);
    hc_control_free(&control);
    hc_sink_free(&sink);
    hc_source_free(source);
    return status;
}
