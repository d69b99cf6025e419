#include "feed/aside.h"

#include <stdlib.h>

#include "record/partition.h"
#include "record/spill.h"

#define ADD_ROWS 2048 /* put into partitions at a time */

struct good { /* what add_columns() works with */
    uint8_t has[HC_BLOCK_ROWS];
    int64_t number[HC_BLOCK_ROWS];
    struct hc_str text[HC_BLOCK_ROWS];
    uint32_t row[HC_BLOCK_ROWS]; /* of the block, those not at fault */
};
struct file { /* of the group; the others are zero. Each may be added to in its own thread
               */
    struct hc_field *field;
    struct good *good;
    uint32_t *part; /* of ADD_ROWS rows */
    size_t cap_part;
    bool spilled;  /* into partitions */
    uint64_t held; /* bytes in memory until then, of the room */
    struct hc_schema schema;
    struct hc_partitions *parts; /* once something did not fit */
    struct hc_batch *adding;
    struct hc_batch *batch; /* of the part loaded */
    bool *empty;            /* of it, by slot */
};
struct hc_aside {
    const struct hc_feed *feed;
    unsigned parts;
    uint64_t memory_bytes;
    struct hc_aside_room *room;
    const char *temp_dir;
    size_t files;        /* of the group */
    atomic_bool spilled; /* each file follows when it is added to */
    struct file *file;
};

static enum hc_status open_file(struct hc_aside *a, size_t f, struct hc_err *err) {
    const struct hc_feed_file *from = &a->feed->file[f];
    struct file *file = &a->file[f];
    file->field = calloc(from->slots + 1, sizeof *file->field);
    file->empty = calloc(from->slots + 1, sizeof *file->empty);
    file->good = malloc(sizeof *file->good);
    if (!file->field || !file->empty || !file->good)
        return hc_fail_memory(err);
    for (size_t s = 0; s < from->slots; s++)
        file->field[s] =
            (struct hc_field){.name = from->field[from->slot[s].field].name,
                              .type = from->slot[s].text ? HC_TYPE_utf8 : HC_TYPE_int64};
    file->field[from->slots] = (struct hc_field){.name = "record", .type = HC_TYPE_int64};
    file->schema = (struct hc_schema){.name = from->name,
                                      .kind = HC_KIND_any,
                                      .version = 1,
                                      .fields = from->slots + 1,
                                      .known = from->slots + 1,
                                      .field = file->field};
    return hc_batch_new(&file->adding, &file->schema, NULL, err);
}

enum hc_status hc_aside_new(struct hc_aside **out, const struct hc_feed *feed, int group,
                            unsigned parts, struct hc_aside_room *room,
                            uint64_t memory_bytes, const char *temp_dir,
                            struct hc_err *err) {
    struct hc_aside *a = calloc(1, sizeof *a);
    *out = a;
    if (!a)
        return hc_fail_memory(err);
    a->feed = feed;
    a->parts = parts;
    a->room = room;
    a->memory_bytes = memory_bytes;
    a->temp_dir = temp_dir;
    a->file = calloc(feed->files + 1, sizeof *a->file);
    enum hc_status status = a->file ? HC_OK : hc_fail_memory(err);
    for (size_t f = 0; f < feed->files && status == HC_OK; f++) {
        if (feed->file[f].group != group)
            continue;
        a->files++;
        status = open_file(a, f, err);
    }
    return status;
}

/* ---- adding ---- */

/* What a file has gathered goes into its partitions. */
static enum hc_status put_away(struct hc_aside *a, size_t f, struct hc_err *err) {
    struct file *file = &a->file[f];
    int key = a->feed->file[f].key;
    enum hc_status status = hc_batch_seal(file->adding, err);
    if (status == HC_OK && file->adding->rows > file->cap_part) {
        free(file->part);
        file->part = malloc(file->adding->rows * sizeof *file->part);
        file->cap_part = file->part ? file->adding->rows : 0;
        if (!file->part)
            return hc_fail_memory(err);
    }
    for (size_t row = 0; status == HC_OK && row < file->adding->rows; row++)
        file->part[row] = hc_part_of(file->adding, &key, 1, row, a->parts);
    if (status == HC_OK && !file->parts)
        status = hc_partitions_new(&file->parts, &file->schema, NULL, a->parts,
                                   a->memory_bytes / a->files, a->temp_dir, err);
    if (status == HC_OK)
        status = hc_partitions_add(file->parts, file->adding, file->part, err);
    hc_batch_clear(file->adding);
    return status;
}

/* It does not fit: from here on everything goes into partitions. */
static enum hc_status spill(struct hc_aside *a, size_t f, struct hc_err *err) {
    struct file *file = &a->file[f];
    file->spilled = true;
    enum hc_status status = put_away(a, f, err);
    hc_batch_free(file->adding); /* it has grown */
    file->adding = NULL;
    atomic_fetch_sub(&a->room->held, file->held);
    file->held = 0;
    return status == HC_OK ? hc_batch_new(&file->adding, &file->schema, NULL, err) : status;
}

static const int64_t *numbers_of(struct good *good, const struct hc_values *v, size_t rows,
                                 bool all) {
    for (size_t i = 0; i < rows && !all; i++)
        good->number[i] = v->number[good->row[i]];
    return all ? v->number : good->number;
}

static const struct hc_str *texts_of(struct good *good, const struct hc_values *v,
                                     size_t rows, bool all) {
    for (size_t i = 0; i < rows && !all; i++)
        good->text[i] = v->text[good->row[i]];
    return all ? v->text : good->text;
}

/* Column by column, so that a batch takes the rows of a block at once. */
static void add_columns(struct hc_aside *a, int f, unsigned entry,
                        const struct hc_rows *rows, const struct hc_block *block,
                        size_t count) {
    const struct hc_feed_file *file = &a->feed->file[f];
    struct hc_batch *to = a->file[f].adding;
    struct good *good = a->file[f].good;
    bool all = count == block->rows;
    size_t first = hc_batch_rows(to, count);
    for (size_t s = 0; s < file->slots; s++) {
        const struct hc_values *v = &rows->values[s];
        if (rows->empty[s])
            continue;
        for (size_t i = 0; i < count; i++)
            good->has[i] = !v->null[good->row[i]];
        if (file->slot[s].text)
            hc_put_texts(to, s, first, good->has, texts_of(good, v, count, all));
        else
            hc_put_numbers(to, s, first, good->has, numbers_of(good, v, count, all));
    }
    for (size_t i = 0; i < count; i++)
        good->number[i] = hc_place(entry, hc_block_ordinal(block, good->row[i]));
    hc_put_numbers(to, file->slots, first, NULL, good->number);
}

enum hc_status hc_aside_add(struct hc_aside *a, int f, unsigned entry,
                            const struct hc_rows *rows, const struct hc_block *block,
                            struct hc_err *err) {
    struct file *file = &a->file[f];
    enum hc_status status = HC_OK;
    size_t count = 0;
    for (size_t row = 0; row < block->rows; row++)
        if (block->fault[row].kind == HC_FAULT_NONE)
            file->good->row[count++] = (uint32_t)row;
    if (count == 0)
        return HC_OK;
    if (atomic_load(&a->spilled) && !file->spilled)
        status = spill(a, (size_t)f, err);
    if (status != HC_OK)
        return status;
    struct hc_batch *to = file->adding;
    uint64_t held = file->spilled ? 0 : hc_batch_footprint(to);
    add_columns(a, f, entry, rows, block, count);
    if (to->failed)
        return hc_fail_memory(err);
    if (file->spilled)
        return to->rows >= ADD_ROWS || hc_batch_full(to) ? put_away(a, (size_t)f, err)
                                                         : HC_OK;
    held = hc_batch_footprint(to) - held;
    file->held += held;
    if (atomic_fetch_add(&a->room->held, held) + held < a->room->most)
        return HC_OK;
    atomic_store(&a->spilled, true);
    return spill(a, (size_t)f, err);
}

/* ---- loading ---- */

static void note_empty(const struct hc_feed_file *of, struct file *file) {
    for (size_t s = 0; s < of->slots; s++)
        file->empty[s] = !file->batch->column[s].present;
}

enum hc_status hc_aside_end(struct hc_aside *a, unsigned *parts, struct hc_err *err) {
    enum hc_status status = HC_OK;
    *parts = a->spilled ? a->parts : 1;
    for (size_t f = 0; f < a->feed->files && status == HC_OK; f++)
        if (a->file[f].adding)
            status = a->spilled ? put_away(a, f, err)
                                : hc_batch_seal_sparse(a->file[f].adding, err);
    return status;
}

enum hc_status hc_aside_load(struct hc_aside *a, unsigned part, struct hc_err *err) {
    enum hc_status status = HC_OK;
    for (size_t f = 0; f < a->feed->files && status == HC_OK; f++) {
        struct file *file = &a->file[f];
        hc_batch_free(file->batch);
        file->batch = NULL;
        if (file->parts) {
            status = hc_partitions_load(file->parts, part, &file->batch, err);
        } else {
            file->batch = file->adding;
            file->adding = NULL;
        }
        if (status == HC_OK && file->batch)
            note_empty(&a->feed->file[f], file);
    }
    return status;
}

const struct hc_batch *hc_aside_batch(const struct hc_aside *a, int f) {
    return a->file[f].batch;
}

const bool *hc_aside_empty(const struct hc_aside *a, int f) {
    return a->file[f].empty;
}

void hc_aside_free(struct hc_aside *a) {
    if (!a)
        return;
    for (size_t f = 0; a->file && f < a->feed->files; f++) {
        hc_partitions_free(a->file[f].parts);
        hc_batch_free(a->file[f].adding);
        hc_batch_free(a->file[f].batch);
        free(a->file[f].field);
        free(a->file[f].empty);
        free(a->file[f].good);
        free(a->file[f].part);
    }
    free(a->file);
    free(a);
}
