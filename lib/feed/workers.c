#include "feed/workers.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/thread.h"

/* Deliveries are begun in order. One that is finished before its turn waits for it without
 * a worker, at most AHEAD for each of them; so a large delivery in front keeps none idle,
 * and what waits stays bounded (docs/decisions/0092). */
#define AHEAD 1
#define WORKER_BYTES (16u << 20) /* of --memory, for each worker there is */

struct task { /* a delivery */
    struct hc_delivered before;
    struct hc_making making;
    struct hc_rejects rejects;
    struct hc_err err;
    enum hc_status status;
    bool done; /* under mutex: waits for its turn */
};
struct pool {
    struct hc_ingest *run;
    struct hc_deliver_options options; /* of each worker */
    unsigned workers, window;
    struct hc_turns turns;
    struct hc_room room;
    size_t next; /* to be begun; under turns.mutex */
    bool ending; /* somebody ends what waited; under turns.mutex */
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
    hc_turn_fail(&p->turns, i);
}

static void read_one(struct pool *p, size_t i) {
    struct hc_ingest *run = p->run;
    struct task *task = &p->task[i];
    task->before = run->delivery[i];
    enum hc_status status = hc_making_open(&task->making, &run->outputs, &p->turns, i,
                                           &p->room, p->window, &task->err);
    if (status == HC_OK)
        status = hc_deliver(&run->delivery[i], run->feed, &p->options, &task->making,
                            &task->rejects, &run->rejects, &task->err);
    fail(p, i, status);
}

/* It is its turn: what it made counts now. */
static void end_one(struct pool *p, size_t i) {
    struct hc_ingest *run = p->run;
    struct task *task = &p->task[i];
    struct hc_err err = {0};
    enum hc_status status = HC_OK;
    if (!hc_turn_void(&p->turns, i)) {
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

/* The next delivery to be read; false when there is none. */
static bool take(struct pool *p, size_t *i) {
    pthread_mutex_lock(&p->turns.mutex);
    while (!hc_turn_void(&p->turns, p->next) &&
           p->next >= atomic_load(&p->turns.now) + p->window)
        pthread_cond_wait(&p->turns.moved, &p->turns.mutex);
    bool any = !hc_turn_void(&p->turns, p->next);
    if (any)
        *i = p->next++;
    pthread_mutex_unlock(&p->turns.mutex);
    return any;
}

/* End it, if it is its turn, and those behind it that are done; else somebody else will. */
static void finish(struct pool *p, size_t i) {
    pthread_mutex_lock(&p->turns.mutex);
    p->task[i].done = true;
    size_t now = atomic_load(&p->turns.now);
    bool mine = !p->ending;
    while (mine && now < p->run->deliveries && p->task[now].done) {
        p->ending = true;
        pthread_mutex_unlock(&p->turns.mutex);
        end_one(p, now);
        hc_turn_pass(&p->turns);
        pthread_mutex_lock(&p->turns.mutex);
        now = atomic_load(&p->turns.now);
        p->ending = false;
    }
    pthread_mutex_unlock(&p->turns.mutex);
}

static void *work(void *of) {
    struct pool *p = of;
    size_t i;
    while (take(p, &i)) {
        read_one(p, i);
        finish(p, i);
    }
    return NULL;
}

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
    uint64_t most = options->memory_bytes / WORKER_BYTES;
    most = options->jobs < most ? options->jobs : most;
    most = run->deliveries < most ? run->deliveries : most;
    return most < 2 || may_keep_silent(run) ? 1 : (unsigned)most;
}

static void work_all(struct pool *p) {
    pthread_t *thread = calloc(p->workers, sizeof *thread);
    unsigned started = 0;
    while (thread && started + 1 < p->workers && hc_thread_start(&thread[started], work, p))
        started++;
    work(p); /* fewer workers are only slower */
    while (started > 0)
        pthread_join(thread[--started], NULL);
    free(thread);
}

/* The first that failed is told, those behind it are as they were before. */
static enum hc_status settle(struct pool *p, struct hc_err *err) {
    struct hc_ingest *run = p->run;
    enum hc_status status = HC_OK;
    for (size_t i = 0; i < p->next; i++) {
        struct hc_delivered *d = &run->delivery[i];
        struct task *task = &p->task[i];
        if (hc_turn_void(&p->turns, i)) {
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
                        .workers = workers,
                        .window = workers > 1 ? workers * (1 + AHEAD) : 1,
                        .room = {.most = workers > 1 ? options->memory_bytes / 8 : 0}};
    if (run->deliveries == 0)
        return HC_OK;
    pool.options.jobs = options->jobs / workers;
    pool.options.memory_bytes = options->memory_bytes / workers;
    pool.options.rejects_bytes = workers > 1 ? HC_REJECTS_BYTES / pool.window : UINT64_MAX;
    pool.task = calloc(run->deliveries, sizeof *pool.task);
    if (!pool.task)
        return hc_fail_memory(err);
    hc_turns_init(&pool.turns, run->deliveries);
    work_all(&pool);
    enum hc_status status = settle(&pool, err);
    hc_turns_free(&pool.turns);
    free(pool.task);
    return status;
}
