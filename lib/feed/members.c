#include "feed/members.h"

#include <stdlib.h>

#include "feed/crew.h"

#define AHEAD 3 /* entries that are read and wait for their turn, for each worker */

struct member { /* an entry, in the order in which the delivery holds them */
    struct hc_source *part;
    struct hc_entry_books *entry, before; /* NULL until it is known */
    struct hc_books books;
    struct hc_making making;
    struct hc_rejects rejects;
    bool read; /* to its end */
};
struct members {
    struct hc_sink *sink; /* the delivery's */
    struct hc_source *source;
    const bool *has[HC_KINDS];
    uint64_t rejects_bytes;
    struct hc_crew crew;
    pthread_mutex_t held; /* around what the delivery holds */
    struct member *member;
    /* the first that failed; under turns.mutex */
    size_t failed;
    enum hc_status status;
    struct hc_err err;
};

static void fail(struct members *all, size_t i, enum hc_status status,
                 const struct hc_err *err) {
    pthread_mutex_lock(&all->crew.turns.mutex);
    if (all->status == HC_OK || i <= all->failed) {
        all->failed = i;
        all->status = status;
        all->err = *err;
    }
    pthread_mutex_unlock(&all->crew.turns.mutex);
    hc_turn_fail(&all->crew.turns, i);
}

/* ---- one entry ---- */

static enum hc_status read_entry(struct members *all, size_t i, struct member *m,
                                 struct hc_err *err) {
    const struct hc_sink *whole = all->sink;
    struct hc_sink *sink = calloc(1, sizeof *sink);
    if (!sink)
        return hc_fail_memory(err);
    *sink = (struct hc_sink){.delivered = whole->delivered,
                             .feed = whole->feed,
                             .options = whole->options,
                             .books = &m->books,
                             .making = &m->making,
                             .rejects = &m->rejects,
                             .rejects_bytes = all->rejects_bytes,
                             .to_rejects = whole->rejects,
                             .whole = all->sink,
                             .control = whole->control,
                             .join = whole->join};
    enum hc_status status =
        hc_books_part(&m->books, whole->books, whole->feed, all->has, err);
    if (status == HC_OK)
        status =
            hc_making_part(&m->making, whole->making, &all->crew.turns, i, &all->held, err);
    if (status == HC_OK)
        status = hc_sink_open(sink, err);
    if (status == HC_OK)
        status = hc_sink_read(sink, m->part, m->entry, err);
    if (status != HC_OK)
        status = hc_entry_failed(whole->delivered, m->entry->name, status, err);
    hc_sink_free(sink);
    free(sink);
    return status;
}

static void read_one(void *of, size_t i) {
    struct members *all = of;
    struct member *m = &all->member[i];
    const struct hc_entry *entry;
    struct hc_err err = {0};
    enum hc_status status = hc_source_part(&m->part, all->source, i, &err);
    if (status == HC_OK && i + 1 == all->crew.count)
        hc_source_read_ahead(m->part); /* the other workers have nothing left to do */
    if (status == HC_OK)
        status = hc_source_next(m->part, &entry, &err);
    if (status == HC_OK) {
        m->entry = &all->sink->books->entry[entry->number - 1];
        m->before = *m->entry;
        if (m->entry->file >= 0)
            status = read_entry(all, i, m, &err);
    }
    if (status == HC_OK)
        status = hc_source_finish(m->part, &err);
    m->read = status == HC_OK;
    if (status != HC_OK)
        fail(all, i, status, &err);
}

/* It is its turn: what was read counts now. */
static enum hc_status add(struct members *all, struct member *m, struct hc_err *err) {
    const struct hc_sink *sink = all->sink;
    enum hc_status status = hc_rejects_merge(sink->rejects, &m->rejects, err);
    if (status != HC_OK && m->entry)
        *m->entry = m->before; /* what it points to goes with the member's books */
    if (status == HC_OK && m->books.mapper)
        status = hc_books_add(&sink->delivered->books, &m->books, sink->feed, err);
    if (status == HC_OK && m->making.turns)
        status = hc_making_part_end(&m->making, err);
    if (status == HC_OK && m->read)
        status = hc_source_part_end(all->source, m->part, err);
    return status;
}

static void end_one(void *of, size_t i) {
    struct members *all = of;
    struct member *m = &all->member[i];
    struct hc_err err = {0};
    if (!hc_turn_void(&all->crew.turns, i)) {
        enum hc_status status = add(all, m, &err);
        if (status != HC_OK && m->read)
            fail(all, i, status, &err);
    } else if (m->entry) {
        *m->entry = m->before;
    }
    hc_books_part_free(&m->books, all->sink->feed);
    hc_making_free(&m->making);
    hc_rejects_free(&m->rejects);
    hc_source_free(m->part);
    m->part = NULL;
}

/* ---- all of them ---- */

/* What comes first decides what follows is, and parts of a file are put aside in order. */
static bool is_by_itself(const struct hc_sink *sink, const struct hc_entry_books *e) {
    if (e->undecided)
        return false;
    return e->file < 0 || sink->feed->file[e->file].group < 0 ||
           sink->books->by_file[e->file] == e || e->doubled;
}

unsigned hc_members_workers(const struct hc_sink *sink, const struct hc_source *source) {
    const struct hc_deliver_options *o = sink->options;
    uint64_t most = o->memory_bytes / HC_WORKER_BYTES;
    size_t entries = hc_source_entries(source);
    most = o->jobs < most ? o->jobs : most;
    most = entries < most ? entries : most;
    if (most < 2 || strcmp(sink->delivered->path, "-") == 0 || !hc_source_parts(source))
        return 1;
    for (size_t i = 0; i < entries; i++)
        if (!is_by_itself(sink, &sink->books->entry[i]))
            return 1;
    return (unsigned)most;
}

enum hc_status hc_members_read(struct hc_sink *sink, struct hc_source *source,
                               unsigned workers, struct hc_err *err) {
    size_t count = hc_source_entries(source), window = workers * (size_t)(1 + AHEAD);
    uint64_t bytes = sink->rejects_bytes;
    struct members all = {.sink = sink, .source = source};
    all.crew = (struct hc_crew){
        .count = count, .window = window, .work = read_one, .end = end_one, .of = &all};
    all.rejects_bytes = (bytes < HC_REJECTS_BYTES ? bytes : HC_REJECTS_BYTES) / window;
    for (int k = 0; k < HC_KINDS; k++)
        all.has[k] = sink->making->kind[k].out->has;
    all.member = calloc(count, sizeof *all.member);
    pthread_mutex_init(&all.held, NULL);
    enum hc_status status =
        hc_crew_init(&all.crew) && all.member ? HC_OK : hc_fail_memory(err);
    if (status == HC_OK)
        hc_crew_work(&all.crew, workers);
    if (status == HC_OK && (status = all.status) != HC_OK && err)
        *err = all.err;
    if (status == HC_OK)
        status = hc_source_parts_finish(source, err);
    hc_crew_free(&all.crew);
    pthread_mutex_destroy(&all.held);
    free(all.member);
    return status;
}
