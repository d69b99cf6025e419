#include "feed/workers.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "feed/crew.h"
#include "feed/delivery.h"

#define AHEAD 1 /* deliveries that are done and wait for their turn, for each worker */

struct task { /* a delivery */
    struct hc_delivered before;
    struct hc_making making;
    struct hc_rejects rejects;
    struct hc_err err;
    enum hc_status status;
};
struct pool {
    struct hc_ingest *run;
    struct hc_deliver_options options; /* of each worker */
    struct hc_crew crew;
    struct hc_room room;
    struct task *task;
};

/* ---- one delivery ---- */

static bool is_verdict(enum hc_status status) {
    return status == HC_EDATA || status == HC_EPERM;
}

static void fail(struct pool *p, size_t i, enum hc_status status) {
    struct task *task = &p->task[i];
    bool told = p->run->options->check && is_verdict(status) &&
                p->run->delivery[i].damage.status == status;
    if (status == HC_OK || told) /* hc_check_write tells it, beside what the others have */
        return;
    task->status = status;
    hc_turn_fail(&p->crew.turns, i);
}

static void read_one(void *of, size_t i) {
    struct pool *p = of;
    struct hc_ingest *run = p->run;
    struct task *task = &p->task[i];
    task->before = run->delivery[i];
    enum hc_status status = hc_making_open(&task->making, &run->outputs, &p->crew.turns, i,
                                           &p->room, (unsigned)p->crew.window, &task->err);
    if (status == HC_OK)
        status = hc_deliver(&run->delivery[i], run->feed, &p->options, &task->making,
                            &task->rejects, &run->rejects, &task->err);
    fail(p, i, status);
}

/* It is its turn: what it made counts now. */
static void end_one(void *of, size_t i) {
    struct pool *p = of;
    struct hc_ingest *run = p->run;
    struct task *task = &p->task[i];
    struct hc_err err = {0};
    enum hc_status status = HC_OK;
    if (!hc_turn_void(&p->crew.turns, i)) {
        status = hc_rejects_merge(&run->rejects, &task->rejects, &err);
        if (status == HC_OK && task->status == HC_OK)
            status =
                hc_making_end(&task->making, run->delivery[i].damage.status == HC_OK, &err);
        if (status != HC_OK && task->status == HC_OK) {
            hc_err_at_file(&err, hc_delivery_place(&run->delivery[i]));
            task->err = err;
            fail(p, i, status);
        }
    }
    hc_making_free(&task->making);
    hc_rejects_free(&task->rejects);
}

/* ---- the workers ---- */

/* A pipe may keep silent, and only the thread that gets the signals stops then. */
static bool may_keep_silent(const struct hc_ingest *run) {
    struct stat st;
    for (size_t i = 0; i < run->deliveries; i++)
        if (!run->delivery[i].regular &&
            (stat(run->delivery[i].path, &st) != 0 || !S_ISDIR(st.st_mode)))
            return true;
    return false;
}

static unsigned workers_for(const struct hc_ingest *run,
                            const struct hc_deliver_options *options) {
    uint64_t most = options->memory_bytes / HC_WORKER_BYTES;
    most = options->jobs < most ? options->jobs : most;
    most = run->deliveries < most ? run->deliveries : most;
    return most < 2 || may_keep_silent(run) ? 1 : (unsigned)most;
}

/* The first that failed is told, those behind it are as they were before. */
static enum hc_status settle(struct pool *p, struct hc_err *err) {
    struct hc_ingest *run = p->run;
    enum hc_status status = HC_OK;
    for (size_t i = 0; i < p->crew.next; i++) {
        struct hc_delivered *d = &run->delivery[i];
        struct task *task = &p->task[i];
        if (hc_turn_void(&p->crew.turns, i)) {
            hc_delivered_free(d, run->feed);
            *d = task->before;
            continue;
        }
        if (task->status != HC_OK) {
            status = task->status;
            if (err)
                *err = task->err;
        }
        for (size_t e = 0; d->opened && e < d->books.entries; e++)
            run->records += d->books.entry[e].records;
    }
    return status;
}

enum hc_status hc_workers_read(struct hc_ingest *run,
                               const struct hc_deliver_options *options,
                               struct hc_err *err) {
    unsigned workers = workers_for(run, options);
    struct pool pool = {.run = run,
                        .options = *options,
                        .room = {.most = options->memory_bytes / 8},
                        .crew = {.count = run->deliveries,
                                 .window = workers > 1 ? workers * (1 + AHEAD) : 1,
                                 .work = read_one,
                                 .end = end_one,
                                 .of = &pool}};
    pool.options.jobs = options->jobs / workers;
    pool.options.memory_bytes = options->memory_bytes / workers;
    pool.options.rejects_bytes =
        workers > 1 ? HC_REJECTS_BYTES / pool.crew.window : UINT64_MAX;
    pool.task = calloc(run->deliveries + 1, sizeof *pool.task);
    enum hc_status status =
        hc_crew_init(&pool.crew) && pool.task ? HC_OK : hc_fail_memory(err);
    if (status == HC_OK) {
        hc_crew_work(&pool.crew, workers);
        status = settle(&pool, err);
    }
    hc_crew_free(&pool.crew);
    free(pool.task);
    return status;
}
