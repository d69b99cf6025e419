#include "rule/distinct.h"

#include <stdlib.h>

#include "base/map.h"
#include "record/partition.h"

enum { PARTS = 64 };

/* A spilled key is one text: group, sign, key. */
static const struct hc_field fields[] = {{"key", HC_TYPE_utf8, HC_PHI, NULL, "counted"}};
static const struct hc_schema spilled = {"distinct", HC_KIND_any, 0, 1, 1, fields};

struct hc_distinct {
    uint64_t memory_bytes;
    const char *temp_dir;
    struct hc_map *map;
    struct hc_partitions *parts; /* NULL while all keys fit into map */
    struct hc_batch *batch;
    struct hc_buf key,
        last; /* last: the key before, for lines of one claim come together */
};

enum hc_status hc_distinct_new(struct hc_distinct **distinct, uint64_t memory_bytes,
                               const char *temp_dir, struct hc_err *err) {
    struct hc_distinct *d = calloc(1, sizeof *d);
    *distinct = d;
    if (!d)
        return hc_fail_memory(err);
    d->memory_bytes = memory_bytes;
    d->temp_dir = temp_dir;
    enum hc_status status = hc_map_new(&d->map, err);
    if (status != HC_OK) {
        hc_distinct_free(d);
        *distinct = NULL;
    }
    return status;
}

static enum hc_status write_batch(struct hc_distinct *d, const uint32_t *part,
                                  struct hc_err *err) {
    enum hc_status status = hc_batch_seal(d->batch, err);
    if (status == HC_OK)
        status = hc_partitions_add(d->parts, d->batch, part, err);
    hc_batch_clear(d->batch);
    return status;
}

/* Move every key of the map into its partition. */
static enum hc_status spill(struct hc_distinct *d, struct hc_err *err) {
    enum hc_status status = HC_OK;
    if (!d->parts)
        status = hc_partitions_new(&d->parts, &spilled, NULL, PARTS, d->memory_bytes / 4,
                                   d->temp_dir, err);
    if (status == HC_OK && !d->batch)
        status = hc_batch_new(&d->batch, &spilled, NULL, err);
    uint32_t *part = malloc(HC_BATCH_ROWS * sizeof *part);
    if (status == HC_OK && !part)
        status = hc_fail_memory(err);
    for (uint32_t id = 0; id < hc_map_len(d->map) && status == HC_OK; id++) {
        struct hc_str key = hc_map_key(d->map, id);
        size_t row = hc_batch_row(d->batch);
        hc_set_str(d->batch, 0, key);
        part[row] = (uint32_t)(hc_hash(key.ptr, key.len, 1) % PARTS);
        if (hc_batch_full(d->batch))
            status = write_batch(d, part, err);
    }
    if (status == HC_OK)
        status = write_batch(d, part, err);
    free(part);
    hc_map_clear(d->map);
    return status;
}

enum hc_status hc_distinct_add(struct hc_distinct *distinct, uint32_t group,
                               struct hc_str key, int sign, struct hc_err *err) {
    uint32_t id;
    hc_buf_clear(&distinct->key);
    hc_buf_put(&distinct->key, &group, sizeof group);
    hc_buf_putc(&distinct->key, (char)sign);
    hc_buf_put(&distinct->key, key.ptr, key.len);
    if (distinct->key.failed)
        return hc_fail_memory(err);
    if (hc_str_eq(hc_buf_str(&distinct->key), hc_buf_str(&distinct->last)))
        return HC_OK;
    bool added;
    enum hc_status status =
        hc_map_add(distinct->map, hc_buf_str(&distinct->key), &id, &added, err);
    if (status == HC_OK && added && (id & 1023) == 1023 &&
        hc_map_bytes(distinct->map) > distinct->memory_bytes / 2)
        status = spill(distinct, err);
    struct hc_buf last = distinct->last;
    distinct->last = distinct->key;
    distinct->key = last;
    return status;
}

static void count_key(struct hc_str key, int64_t *count) {
    uint32_t group;
    memcpy(&group, key.ptr, sizeof group);
    count[group] += (signed char)key.ptr[sizeof group];
}

static enum hc_status count_part(struct hc_distinct *d, unsigned part, int64_t *count,
                                 struct hc_err *err) {
    struct hc_batch *batch = NULL;
    enum hc_status status = hc_partitions_load(d->parts, part, &batch, err);
    for (size_t row = 0; status == HC_OK && row < batch->rows; row++) {
        uint32_t id;
        bool added;
        struct hc_str key = hc_str_at(batch, 0, row);
        status = hc_map_add(d->map, key, &id, &added, err);
        if (status == HC_OK && added)
            count_key(key, count);
    }
    hc_batch_free(batch);
    hc_map_clear(d->map);
    return status;
}

enum hc_status hc_distinct_count(struct hc_distinct *distinct, int64_t *count,
                                 struct hc_err *err) {
    if (!distinct->parts) {
        for (uint32_t id = 0; id < hc_map_len(distinct->map); id++)
            count_key(hc_map_key(distinct->map, id), count);
        return HC_OK;
    }
    enum hc_status status = spill(distinct, err);
    for (unsigned part = 0; part < PARTS && status == HC_OK; part++)
        status = count_part(distinct, part, count, err);
    return status;
}

void hc_distinct_free(struct hc_distinct *distinct) {
    if (!distinct)
        return;
    hc_map_free(distinct->map);
    hc_partitions_free(distinct->parts);
    hc_batch_free(distinct->batch);
    hc_buf_free(&distinct->key);
    hc_buf_free(&distinct->last);
    free(distinct);
}
