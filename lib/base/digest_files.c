#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/digest_lanes.h"
#include "base/file.h"
#include "base/quick.h"

/* Several files at a time, each in a lane of its own; where one ends, the next begins. */
enum { LANES = HC_DIGEST_LANES, BLOCK = 64, ROOM = 64 << 10 };

struct lane {
    const struct hc_digest_job *job; /* NULL: nobody uses it */
    struct hc_in *in;
    uint64_t bytes;  /* of the file, read so far */
    size_t at, have; /* of what stands in the buffer */
    bool ended;      /* the last block is in the buffer, padding and all */
    uint8_t buffer[ROOM + 2 * BLOCK];
};
struct sized {
    const struct hc_digest_job *job;
    uint64_t bytes;
};

/* The end of a message: a bit, zeros, and how many bits there were. */
static void pad(struct lane *l) {
    uint64_t bits = 8 * l->bytes;
    l->buffer[l->have++] = 0x80;
    while (l->have % BLOCK != BLOCK - 8)
        l->buffer[l->have++] = 0;
    for (int i = 7; i >= 0; i--)
        l->buffer[l->have++] = (uint8_t)(bits >> 8 * i);
    l->ended = true;
}

/* At least a block in the buffer, or the end. */
static enum hc_status fill(struct lane *l, struct hc_err *err) {
    enum hc_status status = HC_OK;
    if (l->have - l->at >= BLOCK || l->ended)
        return HC_OK;
    l->have -= l->at;
    memmove(l->buffer, l->buffer + l->at, l->have);
    l->at = 0;
    while (l->have < BLOCK && !l->ended && status == HC_OK) {
        size_t got = 0;
        status = hc_in_read(l->in, l->buffer + l->have, ROOM, &got, err);
        if (status != HC_OK)
            break;
        if (l->job->quick)
            hc_quick_add(l->job->quick, l->buffer + l->have, got);
        l->have += got;
        l->bytes += got;
        if (got == 0)
            pad(l);
    }
    return status;
}

static enum hc_status finish(struct lane *l, const struct hc_digest_lanes *lanes,
                             size_t lane, struct hc_err *err) {
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < 64; i++)
        l->job->hex[i] = digits[lanes->state[i / 8][lane] >> (28 - 4 * (i % 8)) & 15];
    l->job->hex[64] = 0;
    enum hc_status status = hc_in_unchanged(l->in, err);
    hc_in_free(l->in);
    l->in = NULL;
    l->job = NULL;
    return status;
}

static enum hc_status digest_in_lanes(struct lane *lane, const struct sized *file,
                                      size_t files, struct hc_err *err) {
    struct hc_digest_lanes lanes = {0};
    const uint8_t *data[LANES];
    size_t next = 0;
    enum hc_status status = HC_OK;
    while (status == HC_OK) {
        const struct lane *any = NULL;
        size_t blocks = SIZE_MAX;
        for (size_t i = 0; i < LANES && status == HC_OK; i++) {
            struct lane *l = &lane[i];
            while (status == HC_OK && (l->job || next < files)) {
                if (!l->job) {
                    *l = (struct lane){.job = file[next++].job};
                    hc_digest_lane_start(&lanes, i);
                    status = hc_in_open(&l->in, l->job->path, err);
                }
                if (status == HC_OK)
                    status = fill(l, err);
                if (status != HC_OK || l->at < l->have)
                    break;
                status = finish(l, &lanes, i, err);
            }
            if (!l->job)
                continue;
            any = l;
            blocks =
                (l->have - l->at) / BLOCK < blocks ? (l->have - l->at) / BLOCK : blocks;
        }
        if (status != HC_OK || !any)
            break;
        for (size_t i = 0; i < LANES; i++)
            data[i] = lane[i].job ? lane[i].buffer + lane[i].at : any->buffer + any->at;
        hc_digest_lanes_add(&lanes, data, blocks);
        for (size_t i = 0; i < LANES; i++)
            lane[i].at += lane[i].job ? blocks * BLOCK : 0;
    }
    for (size_t i = 0; i < LANES; i++)
        hc_in_free(lane[i].in);
    return status;
}

static int larger_first(const void *a, const void *b) {
    const struct sized *x = a, *y = b;
    return x->bytes != y->bytes ? (x->bytes > y->bytes ? -1 : 1) : 0;
}

enum hc_status hc_digest_files(const struct hc_digest_job *job, size_t jobs,
                               struct hc_err *err) {
    struct sized *file = calloc(jobs + 1, sizeof *file);
    struct lane *lane = calloc(LANES, sizeof *lane);
    enum hc_status status = file && lane ? HC_OK : hc_fail_memory(err);
    size_t alone = 0;
    uint64_t rest = 0;
    for (size_t i = 0; i < jobs && status == HC_OK; i++) {
        struct stat st;
        file[i] =
            (struct sized){&job[i], stat(job[i].path, &st) == 0 ? (uint64_t)st.st_size : 0};
        rest += file[i].bytes;
    }
    if (status == HC_OK)
        qsort(file, jobs, sizeof *file, larger_first);
    /* what is as large as all that follow would be alone in its lane for long */
    while (status == HC_OK && alone < jobs &&
           (!hc_digest_lanes_pay() || 2 * file[alone].bytes >= rest)) {
        const struct hc_digest_job *j = file[alone].job;
        rest -= file[alone++].bytes;
        status = hc_digest_quick(j->path, j->hex, j->quick, err);
    }
    if (status == HC_OK)
        status = digest_in_lanes(lane, file + alone, jobs - alone, err);
    free(lane);
    free(file);
    return status;
}
