#include "record/partition.h"

#include <stdlib.h>

#include "record/spill.h"

/* Rows are first gathered into chunks of about a batch, each clustered by partition: one
 * pass while the batch is in the cache, and no buffer a partition (1024 partitions of 70
 * columns would cost more than what they hold). When the chunks reach half of the memory,
 * each partition's stretches are written as one extent. The other half is for loading. */

#define PENDING_ROWS 4096               /* smaller batches are put together first */
#define LEAST_LOAD ((uint64_t)16 << 20) /* a partition of this size always loads */

struct chunk {
    struct hc_batch *batch; /* rows clustered by partition */
    uint32_t *start;        /* parts of them: first row of the partition */
    uint32_t *count;        /* parts of them: 0 after it was loaded */
    size_t left;            /* rows not loaded yet */
    size_t bytes;
};
struct part {
    uint64_t rows; /* in extents and chunks */
    size_t bytes;  /* of the extents */
    struct hc_extent *extent;
    size_t extents;
};
struct hc_partitions {
    const struct hc_schema *schema;
    bool *has;
    unsigned parts;
    uint64_t memory_bytes;
    struct part *part;
    struct chunk *chunk; /* chunk[0..chunks-1] hold rows, the rest are spare */
    size_t chunks, cap_chunks, made;
    uint64_t held_bytes;
    struct hc_batch *pending; /* rows of small batches, in order */
    uint32_t *pending_part;
    size_t cap_pending;
    uint32_t *order; /* of the rows being clustered or loaded */
    size_t cap_order;
    struct hc_batch *scratch;
    struct hc_spill spill;
    struct hc_view view;
};

enum hc_status hc_partitions_new(struct hc_partitions **partitions,
                                 const struct hc_schema *schema, const bool *has,
                                 unsigned parts, uint64_t memory_bytes,
                                 const char *temp_dir, struct hc_err *err) {
    struct hc_partitions *p = calloc(1, sizeof *p);
    *partitions = NULL;
    if (!p)
        return hc_fail_memory(err);
    p->schema = schema;
    p->parts = parts ? parts : 1;
    p->memory_bytes = memory_bytes;
    hc_spill_init(&p->spill, schema, temp_dir);
    p->part = calloc(p->parts, sizeof *p->part);
    p->has = malloc(schema->fields ? schema->fields : 1);
    if (!p->part || !p->has) {
        hc_partitions_free(p);
        return hc_fail_memory(err);
    }
    for (size_t i = 0; i < schema->fields; i++)
        p->has[i] = !has || has[i];
    *partitions = p;
    return HC_OK;
}

void hc_partitions_free(struct hc_partitions *p) {
    if (!p)
        return;
    for (size_t i = 0; i < p->made; i++) {
        hc_batch_free(p->chunk[i].batch);
        free(p->chunk[i].start);
        free(p->chunk[i].count);
    }
    for (unsigned i = 0; p->part && i < p->parts; i++)
        free(p->part[i].extent);
    free(p->part);
    free(p->has);
    free(p->chunk);
    free(p->pending_part);
    free(p->order);
    hc_batch_free(p->pending);
    hc_batch_free(p->scratch);
    hc_view_free(&p->view);
    hc_spill_free(&p->spill);
    free(p);
}

static enum hc_status reserve(uint32_t **numbers, size_t *cap, size_t need,
                              struct hc_err *err) {
    size_t more = *cap ? *cap : HC_BATCH_ROWS;
    if (need <= *cap)
        return HC_OK;
    while (more < need)
        more *= 2;
    uint32_t *bigger = realloc(*numbers, more * sizeof *bigger);
    if (!bigger)
        return hc_fail_memory(err);
    *numbers = bigger;
    *cap = more;
    return HC_OK;
}

/* A spare chunk, or a new one. It does not count before p->chunks is raised. */
static enum hc_status next_chunk(struct hc_partitions *p, struct chunk **chunk,
                                 struct hc_err *err) {
    if (p->chunks == p->cap_chunks) {
        size_t cap = p->cap_chunks ? p->cap_chunks * 2 : 16;
        struct chunk *more = realloc(p->chunk, cap * sizeof *more);
        if (!more)
            return hc_fail_memory(err);
        memset(more + p->cap_chunks, 0, (cap - p->cap_chunks) * sizeof *more);
        p->chunk = more;
        p->cap_chunks = cap;
    }
    *chunk = &p->chunk[p->chunks];
    if (p->chunks < p->made)
        return HC_OK;
    p->made++;
    (*chunk)->start = malloc(p->parts * sizeof *(*chunk)->start);
    (*chunk)->count = malloc(p->parts * sizeof *(*chunk)->count);
    if (!(*chunk)->start || !(*chunk)->count)
        return hc_fail_memory(err);
    return hc_batch_new(&(*chunk)->batch, p->schema, p->has, err);
}

/* ---- adding ---- */

static enum hc_status add_chunk(struct hc_partitions *p, const struct hc_batch *batch,
                                const uint32_t *part, struct hc_err *err) {
    struct chunk *chunk = NULL;
    uint32_t at = 0;
    enum hc_status status = reserve(&p->order, &p->cap_order, batch->rows, err);
    if (status == HC_OK)
        status = next_chunk(p, &chunk, err);
    if (status != HC_OK)
        return status;
    memset(chunk->count, 0, p->parts * sizeof *chunk->count);
    for (size_t row = 0; row < batch->rows; row++)
        chunk->count[part[row]]++;
    for (unsigned i = 0; i < p->parts; i++) {
        chunk->start[i] = at;
        at += chunk->count[i];
    }
    for (size_t row = 0; row < batch->rows; row++)
        p->order[chunk->start[part[row]]++] = (uint32_t)row;
    for (unsigned i = 0; i < p->parts; i++) {
        chunk->start[i] -= chunk->count[i];
        p->part[i].rows += chunk->count[i];
    }
    hc_batch_clear(chunk->batch);
    status = hc_batch_take(chunk->batch, batch, p->order, batch->rows, err);
    if (status != HC_OK)
        return status;
    chunk->left = batch->rows;
    chunk->bytes = hc_batch_footprint(chunk->batch) + 2 * p->parts * sizeof *chunk->start;
    p->held_bytes += chunk->bytes;
    p->chunks++;
    return HC_OK;
}

static enum hc_status flush_pending(struct hc_partitions *p, struct hc_err *err) {
    if (!p->pending || p->pending->rows == 0)
        return HC_OK;
    enum hc_status status = add_chunk(p, p->pending, p->pending_part, err);
    if (status == HC_OK)
        hc_batch_clear(p->pending);
    return status;
}

/* Gather one partition's rows of the chunks into batch, in the order they were added. */
static enum hc_status gather(struct hc_partitions *p, unsigned part, struct hc_batch *batch,
                             struct hc_err *err) {
    enum hc_status status = HC_OK;
    for (size_t n = 0; n < p->chunks && status == HC_OK; n++) {
        struct chunk *chunk = &p->chunk[n];
        uint32_t count = chunk->count[part], start = chunk->start[part];
        if (count == 0)
            continue;
        status = reserve(&p->order, &p->cap_order, count, err);
        for (uint32_t i = 0; i < count && status == HC_OK; i++)
            p->order[i] = start + i;
        if (status == HC_OK)
            status = hc_batch_take(batch, chunk->batch, p->order, count, err);
    }
    return status;
}

static enum hc_status add_extent(struct part *part, struct hc_extent extent,
                                 struct hc_err *err) {
    struct hc_extent *more =
        realloc(part->extent, (part->extents + 1) * sizeof *part->extent);
    if (!more)
        return hc_fail_memory(err);
    part->extent = more;
    part->extent[part->extents++] = extent;
    part->bytes += extent.bytes;
    return HC_OK;
}

/* Write all chunks to the temporary file, an extent a partition. */
static enum hc_status spill_chunks(struct hc_partitions *p, struct hc_err *err) {
    enum hc_status status = HC_OK;
    if (!p->scratch)
        status = hc_batch_new(&p->scratch, p->schema, p->has, err);
    for (unsigned i = 0; i < p->parts && status == HC_OK; i++) {
        struct hc_extent extent;
        hc_batch_clear(p->scratch);
        status = gather(p, i, p->scratch, err);
        if (status != HC_OK || p->scratch->rows == 0)
            continue;
        status = hc_spill_write(&p->spill, p->scratch, &extent, err);
        if (status == HC_OK)
            status = add_extent(&p->part[i], extent, err);
    }
    if (status == HC_OK) {
        p->chunks = 0;
        p->held_bytes = 0;
    }
    return status;
}

enum hc_status hc_partitions_add(struct hc_partitions *p, const struct hc_batch *batch,
                                 const uint32_t *part, struct hc_err *err) {
    enum hc_status status = HC_OK;
    size_t rows = batch->rows;
    if (rows == 0)
        return HC_OK;
    if (rows >= PENDING_ROWS) {
        status = flush_pending(p, err);
        if (status == HC_OK)
            status = add_chunk(p, batch, part, err);
    } else {
        if (!p->pending)
            status = hc_batch_new(&p->pending, p->schema, p->has, err);
        if (status == HC_OK)
            status =
                reserve(&p->pending_part, &p->cap_pending, p->pending->rows + rows, err);
        if (status == HC_OK) {
            memcpy(p->pending_part + p->pending->rows, part, rows * sizeof *part);
            status = hc_batch_take(p->pending, batch, NULL, rows, err);
        }
        if (status == HC_OK && (hc_batch_full(p->pending) ||
                                hc_batch_footprint(p->pending) >= p->memory_bytes / 4))
            status = flush_pending(p, err);
    }
    if (status == HC_OK && p->held_bytes >= p->memory_bytes / 2)
        status = spill_chunks(p, err);
    return status;
}

/* ---- loading ---- */

static uint64_t bytes_in_chunks(const struct hc_partitions *p, unsigned part) {
    uint64_t bytes = 0;
    for (size_t i = 0; i < p->chunks; i++)
        if (p->chunk[i].batch->rows)
            bytes += p->chunk[i].bytes * (uint64_t)p->chunk[i].count[part] /
                     p->chunk[i].batch->rows;
    return bytes;
}

static enum hc_status too_large(const struct hc_partitions *p, uint64_t bytes,
                                struct hc_err *err) {
    hc_fail(err, HC_ENOMEM,
            "one partition of %s needs %llu MiB of memory, %llu MiB are allowed",
            p->schema->name, (unsigned long long)(bytes >> 20) + 1,
            (unsigned long long)(p->memory_bytes >> 20));
    hc_err_hint(err, "--memory=SIZE allows more");
    return HC_ENOMEM;
}

/* Drop the chunks' rows of a partition; chunks without rows become spare. */
static void forget(struct hc_partitions *p, unsigned part) {
    size_t kept = 0;
    for (size_t i = 0; i < p->chunks; i++) {
        struct chunk chunk = p->chunk[i];
        chunk.left -= chunk.count[part];
        chunk.count[part] = 0;
        if (chunk.left == 0)
            p->held_bytes -= chunk.bytes;
        p->chunk[i] = p->chunk[kept];
        p->chunk[kept] = chunk;
        kept += chunk.left != 0;
    }
    p->chunks = kept;
    free(p->part[part].extent);
    p->part[part] = (struct part){0};
}

/* Spare chunks are of no use once loading has begun. */
static void free_spares(struct hc_partitions *p) {
    while (p->made > p->chunks) {
        struct chunk *chunk = &p->chunk[--p->made];
        hc_batch_free(chunk->batch);
        free(chunk->start);
        free(chunk->count);
        *chunk = (struct chunk){0};
    }
}

enum hc_status hc_partitions_load(struct hc_partitions *p, unsigned part,
                                  struct hc_batch **batch, struct hc_err *err) {
    struct part *from = &p->part[part];
    struct hc_batch *all = NULL;
    *batch = NULL;
    enum hc_status status = flush_pending(p, err);
    uint64_t bytes = from->bytes + bytes_in_chunks(p, part);
    if (status == HC_OK && bytes > LEAST_LOAD && bytes > p->memory_bytes)
        status = too_large(p, bytes, err);
    if (status == HC_OK && bytes + p->held_bytes > p->memory_bytes && p->chunks)
        status = spill_chunks(p, err);
    free_spares(p);
    if (status == HC_OK)
        status = hc_batch_new(&all, p->schema, p->has, err);
    for (size_t i = 0; i < from->extents && status == HC_OK; i++) {
        status = hc_spill_read(&p->spill, &from->extent[i], &p->view, err);
        if (status == HC_OK)
            status = hc_batch_take(all, &p->view.batch, NULL, p->view.batch.rows, err);
    }
    if (status == HC_OK)
        status = gather(p, part, all, err);
    if (status == HC_OK)
        status = hc_batch_seal(all, err);
    if (status != HC_OK) {
        hc_batch_free(all);
        return status;
    }
    forget(p, part);
    *batch = all;
    return HC_OK;
}

uint64_t hc_partitions_rows(const struct hc_partitions *p, unsigned part) {
    uint64_t rows = p->part[part].rows;
    for (size_t i = 0; p->pending && i < p->pending->rows; i++)
        rows += p->pending_part[i] == part;
    return rows;
}

uint32_t hc_part_of(const struct hc_batch *b, const int *column, size_t columns, size_t row,
                    unsigned parts) {
    /* The upper half: a table inside the partition can use the lower. */
    return (uint32_t)((hc_hash_row(b, column, columns, row) >> 32) * parts >> 32);
}
