/* Rows in order, by sorted runs and a merge of their blocks. */
#include <stdlib.h>

#include "record/partition.h"
#include "record/spill.h"

/* Rows collect in one batch until half of the memory is used; then they are sorted and
 * written as a run of blocks. At most FAN runs are merged at once, each with one block in
 * memory, so the blocks of a merge fit in the other half. With more runs than that,
 * neighbouring runs are merged into longer ones first: neighbours, so that ties keep the
 * order they were added in. */

#define FAN 32
#define LEAST_BLOCK_ROWS 16
#define MOST_RUN_BYTES ((uint64_t)1 << 30) /* offsets are int32 */

struct key {
    uint64_t first; /* orders most rows without looking at them */
    uint32_t row;
};
struct run {
    struct hc_extent *extent; /* blocks, in order */
    size_t extents;
};
struct source { /* a run being merged */
    const struct run *run;
    size_t next; /* extent to read */
    struct hc_view view;
    size_t row;   /* in view.batch */
    size_t first; /* row of the first pick not yet moved */
    bool ended;
};
struct merge {
    struct source source[FAN];
    size_t sources;
    unsigned heap[FAN]; /* sources that have not ended, smallest row first */
    size_t heaped;
    unsigned *pick; /* which source each row of the next batch comes from */
    uint32_t *order;
    struct hc_batch *stage;
    size_t most; /* rows a batch */
};
struct hc_sorter {
    const struct hc_schema *schema;
    bool *has;
    int *column;
    size_t columns;
    uint64_t memory_bytes;
    struct hc_batch *rows; /* not yet in a run */
    struct key *key, *spare;
    size_t cap_keys;
    size_t key_column; /* index into column: from here on keys do not tell all */
    struct run *run;
    size_t runs;
    size_t spilled_rows;
    uint64_t spilled_bytes;
    bool sorted;  /* adding is over */
    size_t given; /* rows of the batch handed out, where all fitted in memory */
    uint32_t order[HC_BATCH_ROWS];
    struct hc_batch *out;
    struct merge *merge;
    struct hc_spill spill;
};

enum hc_status hc_sorter_new(struct hc_sorter **sorter, const struct hc_schema *schema,
                             const bool *has, const int *column, size_t columns,
                             uint64_t memory_bytes, const char *temp_dir,
                             struct hc_err *err) {
    struct hc_sorter *s = calloc(1, sizeof *s);
    *sorter = NULL;
    if (!s)
        return hc_fail_memory(err);
    hc_spill_init(&s->spill, schema, temp_dir);
    s->schema = schema;
    s->memory_bytes = memory_bytes;
    s->columns = columns;
    s->column = malloc((columns ? columns : 1) * sizeof *s->column);
    s->has = malloc(schema->fields ? schema->fields : 1);
    if (!s->column || !s->has) {
        hc_sorter_free(s);
        return hc_fail_memory(err);
    }
    for (size_t i = 0; i < columns; i++)
        s->column[i] = column[i];
    for (size_t i = 0; i < schema->fields; i++)
        s->has[i] = !has || has[i];
    enum hc_status status = hc_batch_new(&s->rows, schema, s->has, err);
    if (status == HC_OK)
        status = hc_batch_new(&s->out, schema, s->has, err);
    if (status != HC_OK) {
        hc_sorter_free(s);
        return status;
    }
    *sorter = s;
    return HC_OK;
}

static void free_merge(struct merge *m) {
    if (!m)
        return;
    for (size_t i = 0; i < m->sources; i++)
        hc_view_free(&m->source[i].view);
    hc_batch_free(m->stage);
    free(m->pick);
    free(m->order);
    free(m);
}

void hc_sorter_free(struct hc_sorter *s) {
    if (!s)
        return;
    free_merge(s->merge);
    for (size_t i = 0; i < s->runs; i++)
        free(s->run[i].extent);
    free(s->run);
    free(s->has);
    free(s->column);
    free(s->key);
    free(s->spare);
    hc_batch_free(s->rows);
    hc_batch_free(s->out);
    hc_spill_free(&s->spill);
    free(s);
}

/* ---- sorting in memory ---- */

/* Keys are packed from the columns, first column highest: a number as its distance from the
 * column's least (null below that), a text by its first bytes. What is packed whole needs
 * no look at the rows any more; most orders are whole. */

static bool is_number(enum hc_type type) {
    return type != HC_TYPE_utf8 && type != HC_TYPE_list;
}

/* Shift a number column in; false when it does not fit into the bits that are left. */
static bool pack_number(struct hc_sorter *s, size_t column, unsigned *bits) {
    const struct hc_batch *b = s->rows;
    int64_t least = INT64_MAX, most = INT64_MIN;
    for (size_t row = 0; row < b->rows; row++) {
        int64_t value = hc_int_at(b, column, row, 0);
        if (value < least)
            least = value;
        if (value > most)
            most = value;
    }
    uint64_t span = (uint64_t)most - (uint64_t)least;
    unsigned need = span >= UINT64_MAX - 1 ? 65 : 64 - (unsigned)__builtin_clzll(span + 1);
    if (*bits + need > 64)
        return false;
    for (size_t row = 0; row < b->rows; row++) {
        uint64_t value = hc_is_null(b, column, row)
                             ? 0
                             : (uint64_t)hc_int_at(b, column, row, 0) - (uint64_t)least + 1;
        s->key[row].first = (need < 64 ? s->key[row].first << need : 0) | value;
    }
    *bits += need;
    return true;
}

/* Shift in as many of a text's first bytes as there is room for. */
static void pack_text(struct hc_sorter *s, size_t column, unsigned *bits) {
    unsigned bytes = (64 - *bits) / 8;
    for (size_t row = 0; row < s->rows->rows; row++) {
        struct hc_str text = hc_str_at(s->rows, column, row);
        uint64_t key = bytes < 8 ? s->key[row].first : 0;
        for (size_t i = 0; i < bytes; i++)
            key = key << 8 | (i < text.len ? (uint8_t)text.ptr[i] : 0);
        s->key[row].first = key;
    }
    *bits += 8 * bytes;
}

static bool is_constant(const struct hc_batch *b, int column) {
    for (size_t row = 1; row < b->rows; row++)
        if (!hc_same_row(b, 0, b, row, &column, 1))
            return false;
    return true;
}

static void make_keys(struct hc_sorter *s, unsigned *bits) {
    *bits = 0;
    for (size_t row = 0; row < s->rows->rows; row++)
        s->key[row] = (struct key){0, (uint32_t)row};
    for (s->key_column = 0; s->key_column < s->columns; s->key_column++) {
        size_t column = (size_t)s->column[s->key_column];
        enum hc_type type = s->rows->column[column].type;
        if (is_constant(s->rows, s->column[s->key_column]))
            continue;
        if (type == HC_TYPE_utf8)
            pack_text(s, column, bits);
        if (!is_number(type) || !pack_number(s, column, bits))
            return;
    }
}

/* By keys, lowest byte first, so that rows of one key keep their order. */
static void sort_keys(struct hc_sorter *s, unsigned bits) {
    size_t rows = s->rows->rows;
    for (unsigned shift = 0; shift < bits; shift += 8) {
        size_t place[257] = {0};
        for (size_t i = 0; i < rows; i++)
            place[(s->key[i].first >> shift & 255) + 1]++;
        if (place[(s->key[0].first >> shift & 255) + 1] == rows)
            continue;
        for (size_t i = 0; i < 256; i++)
            place[i + 1] += place[i];
        for (size_t i = 0; i < rows; i++)
            s->spare[place[s->key[i].first >> shift & 255]++] = s->key[i];
        struct key *sorted = s->spare;
        s->spare = s->key;
        s->key = sorted;
    }
}

static int by_rest(const void *x, const void *y, void *sorter) {
    const struct key *a = x, *b = y;
    const struct hc_sorter *s = sorter;
    int order = hc_compare_row(s->rows, a->row, s->rows, b->row, s->column + s->key_column,
                               s->columns - s->key_column);
    return order ? order : (a->row > b->row) - (a->row < b->row);
}

static enum hc_status sort_rows(struct hc_sorter *s, struct hc_err *err) {
    size_t rows = s->rows->rows;
    unsigned bits;
    enum hc_status status = hc_batch_seal(s->rows, err);
    if (status != HC_OK || rows == 0)
        return status;
    if (rows > s->cap_keys) {
        free(s->key);
        free(s->spare);
        s->key = malloc(rows * sizeof *s->key);
        s->spare = malloc(rows * sizeof *s->spare);
        s->cap_keys = s->key && s->spare ? rows : 0;
        if (s->cap_keys == 0)
            return hc_fail_memory(err);
    }
    make_keys(s, &bits);
    sort_keys(s, bits);
    if (s->key_column == s->columns)
        return HC_OK;
    for (size_t i = 0, end; i < rows; i = end) {
        for (end = i + 1; end < rows && s->key[end].first == s->key[i].first; end++)
            continue;
        if (end - i > 1)
            qsort_r(s->key + i, end - i, sizeof *s->key, by_rest, s);
    }
    return HC_OK;
}

/* Rows first..first+count-1 of the sorted order into batch. */
static enum hc_status take_sorted(struct hc_sorter *s, size_t first, size_t count,
                                  struct hc_batch *batch, struct hc_err *err) {
    for (size_t i = 0; i < count; i++)
        s->order[i] = s->key[first + i].row;
    return hc_batch_take(batch, s->rows, s->order, count, err);
}

/* ---- runs ---- */

static enum hc_status add_block(struct hc_sorter *s, struct run *run,
                                struct hc_batch *batch, struct hc_err *err) {
    struct hc_extent extent;
    enum hc_status status = hc_spill_write(&s->spill, batch, &extent, err);
    if (status != HC_OK)
        return status;
    struct hc_extent *more = realloc(run->extent, (run->extents + 1) * sizeof *more);
    if (!more)
        return hc_fail_memory(err);
    run->extent = more;
    run->extent[run->extents++] = extent;
    s->spilled_rows += batch->rows;
    s->spilled_bytes += extent.bytes;
    return HC_OK;
}

/* Rows of a block, so that FAN blocks fit in half of the memory. */
static size_t block_rows(const struct hc_sorter *s, uint64_t bytes, size_t rows) {
    uint64_t each = rows ? bytes / rows + 1 : 1;
    uint64_t fit = s->memory_bytes / 2 / FAN / each;
    return fit < LEAST_BLOCK_ROWS ? LEAST_BLOCK_ROWS
           : fit > HC_BATCH_ROWS  ? HC_BATCH_ROWS
                                  : (size_t)fit;
}

static enum hc_status add_run(struct hc_sorter *s, struct run **run, struct hc_err *err) {
    struct run *more = realloc(s->run, (s->runs + 1) * sizeof *more);
    if (!more)
        return hc_fail_memory(err);
    s->run = more;
    *run = &s->run[s->runs++];
    **run = (struct run){0};
    return HC_OK;
}

static enum hc_status write_run(struct hc_sorter *s, struct hc_err *err) {
    struct run *run = NULL;
    size_t most = block_rows(s, hc_batch_footprint(s->rows), s->rows->rows);
    enum hc_status status = sort_rows(s, err);
    if (status == HC_OK)
        status = add_run(s, &run, err);
    for (size_t at = 0; status == HC_OK && at < s->rows->rows;) {
        size_t count = s->rows->rows - at < most ? s->rows->rows - at : most;
        hc_batch_clear(s->out);
        status = take_sorted(s, at, count, s->out, err);
        if (status == HC_OK)
            status = add_block(s, run, s->out, err);
        at += count;
    }
    if (status == HC_OK)
        hc_batch_clear(s->rows);
    return status;
}

enum hc_status hc_sorter_add(struct hc_sorter *s, const struct hc_batch *batch,
                             struct hc_err *err) {
    uint64_t limit =
        s->memory_bytes / 2 < MOST_RUN_BYTES ? s->memory_bytes / 2 : MOST_RUN_BYTES;
    enum hc_status status = hc_batch_take(s->rows, batch, NULL, batch->rows, err);
    if (status == HC_OK && s->rows->rows &&
        hc_batch_footprint(s->rows) + s->rows->rows * 2 * sizeof *s->key >= limit)
        status = write_run(s, err);
    return status;
}

/* ---- merging ---- */

static bool goes_first(const struct hc_sorter *s, const struct merge *m, unsigned a,
                       unsigned b) {
    const struct source *x = &m->source[a], *y = &m->source[b];
    int order = hc_compare_row(&x->view.batch, x->row, &y->view.batch, y->row, s->column,
                               s->columns);
    return order ? order < 0 : a < b;
}

/* Put the source at place i of the heap where it belongs, going down. */
static void sift(const struct hc_sorter *s, struct merge *m, size_t i) {
    for (;;) {
        size_t least = i, child = 2 * i + 1;
        if (child < m->heaped && goes_first(s, m, m->heap[child], m->heap[least]))
            least = child;
        if (child + 1 < m->heaped && goes_first(s, m, m->heap[child + 1], m->heap[least]))
            least = child + 1;
        if (least == i)
            return;
        unsigned other = m->heap[i];
        m->heap[i] = m->heap[least];
        m->heap[least] = other;
        i = least;
    }
}

/* The next block of a source, or its end. */
static enum hc_status refill(struct hc_sorter *s, struct source *source,
                             struct hc_err *err) {
    source->row = source->first = 0;
    source->ended = source->next == source->run->extents;
    return source->ended ? HC_OK
                         : hc_spill_read(&s->spill, &source->run->extent[source->next++],
                                         &source->view, err);
}

static enum hc_status open_merge(struct hc_sorter *s, const struct run *run, size_t runs,
                                 size_t most, struct merge **merge, struct hc_err *err) {
    struct merge *m = calloc(1, sizeof *m);
    *merge = m;
    if (!m)
        return hc_fail_memory(err);
    m->sources = runs;
    m->most = most;
    m->pick = malloc(most * sizeof *m->pick);
    m->order = malloc(most * sizeof *m->order);
    if (!m->pick || !m->order)
        return hc_fail_memory(err);
    enum hc_status status = hc_batch_new(&m->stage, s->schema, s->has, err);
    for (size_t i = 0; i < runs && status == HC_OK; i++) {
        m->source[i].run = &run[i];
        status = refill(s, &m->source[i], err);
        if (status == HC_OK && !m->source[i].ended)
            m->heap[m->heaped++] = (unsigned)i;
    }
    for (size_t i = m->heaped / 2; status == HC_OK && i-- > 0;)
        sift(s, m, i);
    return status;
}

/* Move the picked rows to batch: first each source's stretch, then all in their order. Two
 * passes by columns cost less than one by rows. */
static enum hc_status move_picks(struct merge *m, size_t picks, struct hc_batch *batch,
                                 struct hc_err *err) {
    uint32_t base[FAN];
    enum hc_status status = HC_OK;
    hc_batch_clear(m->stage);
    for (size_t n = 0; n < m->sources && status == HC_OK; n++) {
        struct source *source = &m->source[n];
        size_t count = source->row - source->first;
        base[n] = (uint32_t)m->stage->rows;
        for (size_t i = 0; i < count; i++)
            m->order[i] = (uint32_t)(source->first + i);
        if (count)
            status = hc_batch_take(m->stage, &source->view.batch, m->order, count, err);
        source->first = source->row;
    }
    if (status != HC_OK)
        return status;
    for (size_t i = 0; i < picks; i++)
        m->order[i] = base[m->pick[i]]++;
    return hc_batch_take(batch, m->stage, m->order, picks, err);
}

/* The next most rows of the merge into batch (cleared first); none at the end. */
static enum hc_status merge_next(struct hc_sorter *s, struct merge *m,
                                 struct hc_batch *batch, struct hc_err *err) {
    enum hc_status status = HC_OK;
    size_t picks = 0;
    hc_batch_clear(batch);
    while (status == HC_OK && m->heaped && batch->rows + picks < m->most) {
        struct source *source = &m->source[m->heap[0]];
        m->pick[picks++] = m->heap[0];
        source->row++;
        if (source->row == source->view.batch.rows) {
            status = move_picks(m, picks, batch, err);
            picks = 0;
            if (status == HC_OK)
                status = refill(s, source, err);
            if (status == HC_OK && source->ended)
                m->heap[0] = m->heap[--m->heaped];
        }
        if (status == HC_OK)
            sift(s, m, 0);
    }
    if (status == HC_OK && picks)
        status = move_picks(m, picks, batch, err);
    return status;
}

/* Merge runs first..first+count-1 into the run at first; the others are emptied. */
static enum hc_status merge_runs(struct hc_sorter *s, size_t first, size_t count,
                                 struct hc_err *err) {
    struct run merged = {0};
    struct merge *m = NULL;
    size_t most = block_rows(s, s->spilled_bytes, s->spilled_rows);
    enum hc_status status = open_merge(s, &s->run[first], count, most, &m, err);
    while (status == HC_OK) {
        status = merge_next(s, m, s->out, err);
        if (status != HC_OK || s->out->rows == 0)
            break;
        status = add_block(s, &merged, s->out, err);
    }
    free_merge(m);
    for (size_t i = 0; i < count; i++) {
        free(s->run[first + i].extent);
        s->run[first + i] = (struct run){0};
    }
    s->run[first] = merged;
    return status;
}

/* Until FAN are left, every FAN neighbours become one. */
static enum hc_status reduce_runs(struct hc_sorter *s, struct hc_err *err) {
    enum hc_status status = HC_OK;
    while (status == HC_OK && s->runs > FAN) {
        size_t made = 0;
        for (size_t i = 0; i < s->runs && status == HC_OK; i += FAN) {
            size_t count = s->runs - i < FAN ? s->runs - i : FAN;
            status = merge_runs(s, i, count, err);
            if (made != i) {
                s->run[made] = s->run[i];
                s->run[i] = (struct run){0};
            }
            made++;
        }
        if (status == HC_OK)
            s->runs = made;
    }
    return status;
}

static enum hc_status finish(struct hc_sorter *s, struct hc_err *err) {
    s->sorted = true;
    if (s->runs == 0)
        return sort_rows(s, err);
    enum hc_status status = s->rows->rows ? write_run(s, err) : HC_OK;
    if (status == HC_OK)
        status = reduce_runs(s, err);
    if (status != HC_OK)
        return status;
    hc_batch_free(s->rows); /* their memory is the merge's now */
    s->rows = NULL;
    free(s->key);
    free(s->spare);
    s->key = s->spare = NULL;
    return open_merge(s, s->run, s->runs, HC_BATCH_ROWS, &s->merge, err);
}

enum hc_status hc_sorter_next(struct hc_sorter *s, struct hc_batch **batch,
                              struct hc_err *err) {
    enum hc_status status = s->sorted ? HC_OK : finish(s, err);
    *batch = s->out;
    hc_batch_clear(s->out);
    if (status == HC_OK && s->merge)
        status = merge_next(s, s->merge, s->out, err);
    else if (status == HC_OK) {
        size_t count = s->rows->rows - s->given;
        count = count < HC_BATCH_ROWS ? count : HC_BATCH_ROWS;
        status = take_sorted(s, s->given, count, s->out, err);
        s->given += count;
    }
    if (status == HC_OK)
        status = hc_batch_seal(s->out, err);
    return status != HC_OK ? status : s->out->rows ? HC_OK : HC_END;
}
