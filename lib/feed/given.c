#include "feed/given.h"

#include <stdlib.h>

#include "base/file.h"
#include "feed/crew.h"
#include "feed/match.h"

static int compare(const void *a, const void *b) {
    const struct hc_delivered *x = a, *y = b;
    if (x->named.has_date != y->named.has_date)
        return x->named.has_date ? 1 : -1;
    if (x->named.has_date && x->named.date != y->named.date)
        return x->named.date < y->named.date ? -1 : 1;
    int order = hc_name_order(x->name, y->name);
    return order ? order : strcmp(x->path, y->path);
}

static void refuse_rival(struct hc_ingest *run, const struct hc_delivered *d,
                         const struct hc_delivered *other) {
    if (run->rival.status != HC_OK)
        return;
    hc_fail(&run->rival, HC_EDATA, "has the name of %s, and other bytes", other->path);
    hc_err_at_file(&run->rival, d->path);
    hc_err_hint(&run->rival, "which of the two did the sender mean? give that one");
}

/* Of deliveries with one name, all but the first go: with the same bytes they are the same;
 * with others the run is refused, and what the first would come to is told with that. */
static void drop_doubles(struct hc_ingest *run, struct hc_log *log) {
    size_t kept = 0;
    for (size_t i = 0; i < run->deliveries; i++) {
        struct hc_delivered *d = &run->delivery[i];
        if (kept && strcmp(run->delivery[kept - 1].name, d->name) == 0) {
            if (!d->regular || strcmp(run->delivery[kept - 1].sha256, d->sha256) != 0)
                refuse_rival(run, d, &run->delivery[kept - 1]);
            else
                hc_log(log, HC_LOG_WARN, "%s: given twice, read once (as %s)", d->path,
                       run->delivery[kept - 1].path);
            continue;
        }
        run->delivery[kept++] = *d;
    }
    run->deliveries = kept;
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

/* ---- digests ---- */

static void digest_one(void *of, size_t i) {
    struct hc_ingest *run = of;
    struct hc_delivered *d = &run->delivery[i];
    if (d->regular && d->entry &&
        hc_digest_quick(d->path, d->known.sha256, &d->known.quick, &d->damage) != HC_OK)
        return;
    memcpy(d->sha256, d->known.sha256, sizeof d->sha256);
}
static void end_one(void *of, size_t i) {
    (void)of, (void)i;
}

/* Of the deliveries that can be opened and read twice. */
static enum hc_status digest_all(struct hc_ingest *run, struct hc_err *err) {
    struct hc_crew crew = {.count = run->deliveries,
                           .window = run->deliveries,
                           .work = digest_one,
                           .end = end_one,
                           .of = run};
    enum hc_status status = hc_crew_init(&crew) ? HC_OK : hc_fail_memory(err);
    if (status == HC_OK)
        hc_crew_work(&crew, run->options->jobs < run->deliveries
                                ? run->options->jobs
                                : (unsigned)run->deliveries);
    for (size_t i = 0; i < run->deliveries && status == HC_OK; i++)
        if ((status = run->delivery[i].damage.status) != HC_OK && err)
            *err = run->delivery[i].damage;
    hc_crew_free(&crew);
    return status;
}

/* The day of a delivery that nothing else tells: of its name by `dated:`, or of --date. */
static enum hc_status take_day(struct hc_ingest *run, struct hc_delivered *d,
                               const struct hc_delivered **undated, struct hc_err *err) {
    const struct hc_feed *feed = run->feed;
    char day[16];
    for (size_t i = 0; i < feed->dateds && !d->named.has_date; i++) {
        struct hc_named named = hc_name_match(feed->dated[i], hc_str_of(d->name));
        d->named.has_date = named.has_date;
        d->named.date = named.date;
    }
    if (!run->options->has_date)
        return HC_OK;
    if (d->named.has_date)
        hc_fail(err, HC_EUSAGE, "--date: the name tells its day, %s",
                hc_format_day(d->named.date, day));
    else if (*undated)
        hc_fail(err, HC_EUSAGE, "--date is of one delivery, and %s tells no day either",
                hc_delivery_place(*undated));
    if (d->named.has_date || *undated) {
        hc_err_at_file(err, hc_delivery_place(d));
        return HC_EUSAGE;
    }
    *undated = d;
    return HC_OK;
}

enum hc_status hc_given_list(struct hc_ingest *run, const char *passphrase,
                             struct hc_log *log, struct hc_err *err) {
    const struct hc_ingest_options *o = run->options;
    const struct hc_delivered *undated = NULL;
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
        status = hc_match_delivery(d, run->feed, passphrase, &run->outputs.arena, err);
        if (status == HC_OK)
            status = take_day(run, d, &undated, err);
    }
    if (status == HC_OK && undated) {
        struct hc_named *named = &run->delivery[undated - run->delivery].named;
        named->has_date = true;
        named->date = o->date;
    }
    if (status == HC_OK)
        status = digest_all(run, err);
    if (status == HC_OK) {
        qsort(run->delivery, run->deliveries, sizeof *run->delivery, compare);
        drop_doubles(run, log);
        warn_alike(run, log);
    }
    for (size_t i = 0; i < run->deliveries; i++)
        run->delivery[i].number = (unsigned)i + 1;
    return status;
}
