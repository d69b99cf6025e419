#include "feed/outputs.h"

#include <stdlib.h>

/* Columns of the partition key of each claim type. A record that names another claim has to
 * meet it, and chains of them share no key: what a feed corrects by replace is one shard.
 */
struct hc_keys {
    int column[HC_claim_type_count][16];
    size_t columns[HC_claim_type_count];
};

static void find_keys(const struct hc_feed *feed, struct hc_keys *keys) {
    memset(keys, 0, sizeof *keys);
    for (size_t r = 0; r < feed->rules.rules; r++) {
        const struct hc_claim_rule *rule = &feed->rules.rule[r];
        int type =
            hc_choice_of(&hc_choices[HC_CHOICES_claim_type], hc_str_of(rule->claim_type));
        if (strcmp(rule->policy, "replace") == 0)
            continue;
        for (size_t i = 0; type >= 0 && i < rule->partitions && i < 16; i++)
            keys->column[type][keys->columns[type]++] = hc_schema_find(
                &hc_kinds[HC_KIND_claim_line], hc_str_of(rule->partition[i]));
    }
}

static bool feed_wants(const struct hc_feed *feed, const char *column) {
    for (size_t r = 0; r < feed->rules.rules; r++) {
        const struct hc_claim_rule *rule = &feed->rules.rule[r];
        for (size_t i = 0; i < rule->matches; i++)
            if (strcmp(rule->match[i], column) == 0)
                return true;
        for (size_t i = 0; i < rule->partitions; i++)
            if (strcmp(rule->partition[i], column) == 0)
                return true;
        for (size_t i = 0; i < rule->ids; i++)
            if (strcmp(rule->record_id[i], column) == 0)
                return true;
    }
    return false;
}

static bool restates_by(const struct hc_feed *feed, const char *column) {
    for (size_t i = 0; i < feed->rules.covers; i++)
        if (strcmp(feed->rules.cover[i], column) == 0)
            return true;
    return false;
}

/* --columns narrows a stream, but never by what dedupe and the books need. */
static enum hc_status choose_columns(struct hc_outputs *o, struct hc_kind_out *k,
                                     struct hc_err *err) {
    const struct hc_schema *schema = k->schema;
    for (size_t c = 0; c < schema->fields; c++)
        k->has[c] = !o->options.columns || schema->field[c].flags & (HC_KEY | HC_MONEY) ||
                    (schema->kind == HC_KIND_claim_line &&
                     feed_wants(o->feed, schema->field[c].name)) ||
                    (schema->kind == HC_KIND_coverage &&
                     restates_by(o->feed, schema->field[c].name));
    for (size_t i = 0; i < o->options.column_count; i++) {
        int c = hc_schema_find(schema, hc_str_of(o->options.columns[i]));
        if (c < 0) {
            const char *names[256] = {0};
            for (size_t f = 0; f < schema->fields && f < 255; f++)
                names[f] = schema->field[f].name;
            const char *near = hc_str_nearest(hc_str_of(o->options.columns[i]), names);
            hc_fail(err, HC_EUSAGE, "--columns: %s has no column '%s'", schema->name,
                    o->options.columns[i]);
            if (near)
                hc_err_hint(err, "did you mean '%s'?", near);
            return HC_EUSAGE;
        }
        k->has[c] = true;
    }
    return HC_OK;
}

static enum hc_status name_files(struct hc_outputs *o, struct hc_kind_out *k,
                                 struct hc_err *err) {
    bool sharded = o->options.shards && k->schema->kind == HC_KIND_claim_line;
    k->files = sharded ? o->options.shards : 1;
    k->file = hc_arena_zalloc(&o->arena, k->files * sizeof *k->file);
    if (!k->file)
        return hc_fail_memory(err);
    for (size_t i = 0; i < k->files; i++) {
        if (sharded)
            k->file[i].path = hc_arena_printf(&o->arena, "%s/%s/shard-%03zu.arrow",
                                              o->options.out_dir, k->schema->name, i);
        else if (o->options.out_dir)
            k->file[i].path = hc_arena_printf(&o->arena, "%s/%s.arrow", o->options.out_dir,
                                              k->schema->name);
        else if (o->options.output)
            k->file[i].path = hc_arena_copy(&o->arena, hc_str_of(o->options.output));
        if (!k->file[i].path && (o->options.out_dir || o->options.output))
            return hc_fail_memory(err);
        if (sharded) {
            k->keys = k->keys ? k->keys : hc_arena_zalloc(&o->arena, sizeof *k->keys);
            if (!k->keys)
                return hc_fail_memory(err);
            find_keys(o->feed, k->keys);
            enum hc_status status = hc_batch_new(&k->file[i].shard, k->schema, k->has, err);
            if (status != HC_OK)
                return status;
        }
    }
    return HC_OK;
}

static enum hc_status open_kind(struct hc_outputs *o, enum hc_kind kind,
                                struct hc_err *err) {
    struct hc_kind_out *k = &o->kind[kind];
    k->schema = &hc_kinds[kind];
    k->wanted = true;
    k->delivery = hc_schema_find(k->schema, HC_STR("delivery"));
    k->entry = hc_schema_find(k->schema, HC_STR("source_entry"));
    k->record = hc_schema_find(k->schema, HC_STR("source_record"));
    k->has = hc_arena_zalloc(&o->arena, k->schema->fields * sizeof *k->has);
    if (!k->has)
        return hc_fail_memory(err);
    const int order[] = {k->delivery, k->entry, k->record};
    enum hc_status status = choose_columns(o, k, err);
    k->discard = o->options.discard;
    if (status == HC_OK && !k->discard)
        status = name_files(o, k, err);
    if (status == HC_OK)
        status = hc_totals_init(&k->totals, k->schema, err);
    if (status == HC_OK)
        status = hc_census_init(&k->census, k->schema, k->has, o->options.census,
                                o->options.memory_bytes / 4, o->options.temp_dir, err);
    if (status == HC_OK)
        status = hc_sorter_new(&k->sorter, k->schema, k->has, order, 3,
                               o->options.memory_bytes, o->options.temp_dir, err);
    return status;
}

enum hc_status hc_outputs_open(struct hc_outputs *o, const struct hc_feed *feed,
                               const struct hc_outputs_options *options,
                               struct hc_err *err) {
    o->feed = feed;
    o->options = *options;
    enum hc_status status = HC_OK;
    bool yields[HC_KINDS];
    uint64_t kinds = 0;
    for (int k = 0; k < HC_KINDS; k++) {
        yields[k] = (options->kind == HC_KIND_any || (int)options->kind == k) &&
                    hc_feed_yields(feed, (enum hc_kind)k);
        kinds += yields[k];
    }
    if (kinds)
        o->options.memory_bytes /= kinds; /* of each sorter */
    for (int k = 0; k < HC_KINDS && status == HC_OK; k++)
        if (yields[k])
            status = open_kind(o, (enum hc_kind)k, err);
    return status;
}

static enum hc_status write_shards(struct hc_kind_out *k, const struct hc_batch *batch,
                                   struct hc_err *err) {
    const struct hc_keys *keys = k->keys;
    enum hc_status status = HC_OK;
    for (size_t row = 0; row < batch->rows && status == HC_OK; row++) {
        int64_t type = hc_int_at(batch, HC_claim_line_claim_type, row, 0);
        uint32_t shard = hc_part_of(batch, keys->column[type], keys->columns[type], row,
                                    (unsigned)k->files);
        struct hc_out_file *file = &k->file[shard];
        uint32_t one = (uint32_t)row;
        status = hc_batch_take(file->shard, batch, &one, 1, err);
        if (status == HC_OK && hc_batch_full(file->shard)) {
            status = hc_writer_write(file->writer, file->shard, err);
            hc_batch_clear(file->shard);
        }
    }
    return status;
}

static enum hc_status write_batch(struct hc_kind_out *k, struct hc_batch *batch,
                                  struct hc_err *err) {
    return k->keys ? write_shards(k, batch, err)
                   : hc_writer_write(k->file[0].writer, batch, err);
}

/* ---- writing ---- */

static enum hc_status open_files(struct hc_outputs *o, struct hc_kind_out *k,
                                 const struct hc_meta *meta, struct hc_err *err) {
    /* digests are for the receipt, which only a folder has */
    struct hc_writer_options options = {.has = k->has,
                                        .digest = o->options.out_dir != NULL};
    enum hc_status status = HC_OK;
    if (k->files > 1 || o->options.shards) {
        char *folder =
            hc_arena_printf(&o->arena, "%s/%s", o->options.out_dir, k->schema->name);
        if (!folder)
            return hc_fail_memory(err);
        if (k->schema->kind == HC_KIND_claim_line)
            status = hc_make_folder(folder, err);
    }
    for (size_t i = 0; i < k->files && status == HC_OK; i++)
        status = hc_writer_open(&k->file[i].writer, k->file[i].path, k->schema, meta,
                                o->options.tool, &options, err);
    return status;
}

static enum hc_status describe(struct hc_outputs *o, struct hc_origin *origin,
                               struct hc_meta *meta, struct hc_err *err) {
    const char *deliveries, *feeds;
    enum hc_status status = hc_origin_write(origin, &deliveries, &feeds, err);
    if (status != HC_OK)
        return status;
    *meta = (struct hc_meta){.count = 2};
    meta->pair = hc_arena_zalloc(&o->arena, 2 * sizeof *meta->pair);
    if (!meta->pair)
        return hc_fail_memory(err);
    meta->pair[0].key = HC_STR("hc.deliveries");
    meta->pair[0].value = hc_str_of(deliveries);
    meta->pair[1].key = HC_STR("hc.feeds");
    meta->pair[1].value = hc_str_of(feeds);
    return HC_OK;
}

enum hc_status hc_outputs_in_order(struct hc_outputs *o, enum hc_kind kind, bool rows,
                                   struct hc_origin *origin, struct hc_err *err) {
    struct hc_kind_out *k = &o->kind[kind];
    struct hc_meta meta;
    enum hc_status status = describe(o, origin, &meta, err);
    if (status == HC_OK)
        status = open_files(o, k, &meta, err);
    if (status != HC_OK)
        return status;
    k->in_order = true;
    k->holds = !rows;
    k->order = hc_arena_alloc(&o->arena, HC_BATCH_ROWS * sizeof *k->order);
    return k->order ? hc_batch_new(&k->next, k->schema, k->has, err) : hc_fail_memory(err);
}

/* Bytes that hc_batch_full() counts, of count rows from at. */
static size_t content(const struct hc_batch *b, size_t at, size_t count) {
    size_t bytes = 0;
    for (size_t i = 0; i < b->schema->fields; i++) {
        const struct hc_column *c = &b->column[i];
        if (!c->present || (c->type != HC_TYPE_utf8 && c->type != HC_TYPE_list))
            continue;
        size_t from = (size_t)c->offset[at], to = (size_t)c->offset[at + count];
        bytes += c->type == HC_TYPE_utf8 ? to - from
                                         : (to - from) * sizeof *c->item +
                                               (size_t)(c->item[to] - c->item[from]);
    }
    return bytes;
}

/* How many rows of batch, from at on, until next is full: as many as if each were added by
 * itself, so that how they were cut into batches before never shows. */
static size_t fit(const struct hc_batch *next, const struct hc_batch *batch, size_t at) {
    size_t room = HC_BATCH_ROWS - next->rows, rows = batch->rows - at;
    size_t most = rows < room ? rows : room, least = 1;
    if (next->bytes + content(batch, at, most) < HC_BATCH_BYTES)
        return most;
    while (least < most) { /* the first row that fills it */
        size_t middle = least + (most - least) / 2;
        if (next->bytes + content(batch, at, middle) < HC_BATCH_BYTES)
            least = middle + 1;
        else
            most = middle;
    }
    return least;
}

/* Rows in order, into batches that are full whatever pieces they came in. */
static enum hc_status write_on(struct hc_kind_out *k, struct hc_batch *batch,
                               struct hc_err *err) {
    enum hc_status status = HC_OK;
    for (size_t at = 0, count; at < batch->rows && status == HC_OK; at += count) {
        count = fit(k->next, batch, at);
        if (count == batch->rows && k->next->rows == 0 &&
            (count == HC_BATCH_ROWS || content(batch, 0, count) >= HC_BATCH_BYTES))
            return write_batch(k, batch, err); /* it is full as it is */
        for (size_t i = 0; i < count; i++)
            k->order[i] = (uint32_t)(at + i);
        status = hc_batch_take(k->next, batch, k->order, count, err);
        if (status == HC_OK && hc_batch_full(k->next)) {
            status = hc_batch_seal_sparse(k->next, err);
            if (status == HC_OK)
                status = write_batch(k, k->next, err);
            hc_batch_clear(k->next);
        }
    }
    return status;
}

enum hc_status hc_outputs_put(struct hc_kind_out *k, struct hc_batch *batch,
                              struct hc_err *err) {
    if (batch->rows == 0)
        return HC_OK;
    enum hc_status status = hc_census_add(&k->census, batch, err);
    if (status != HC_OK)
        return status;
    hc_totals_add(&k->totals, batch);
    if (k->discard)
        return HC_OK;
    return k->in_order ? write_on(k, batch, err) : hc_sorter_add(k->sorter, batch, err);
}

static enum hc_status write_kind(struct hc_outputs *o, struct hc_kind_out *k,
                                 const struct hc_meta *meta, struct hc_err *err) {
    struct hc_batch *batch;
    enum hc_status status = hc_census_end(&k->census, err);
    if (status == HC_OK && k->in_order) {
        if (k->next->rows)
            status = write_batch(k, k->next, err);
    } else if (status == HC_OK && !k->discard) {
        status = open_files(o, k, meta, err);
        while (status == HC_OK &&
               (status = hc_sorter_next(k->sorter, &batch, err)) == HC_OK)
            status = write_batch(k, batch, err);
        status = status == HC_END ? HC_OK : status;
    }
    for (size_t i = 0; k->keys && i < k->files && status == HC_OK; i++)
        status = hc_writer_write(k->file[i].writer, k->file[i].shard, err);
    return status;
}

enum hc_status hc_outputs_write(struct hc_outputs *o, struct hc_origin *origin,
                                struct hc_err *err) {
    struct hc_meta meta;
    enum hc_status status = o->options.discard ? HC_OK : describe(o, origin, &meta, err);
    for (int k = 0; k < HC_KINDS && status == HC_OK; k++)
        if (o->kind[k].wanted)
            status = write_kind(o, &o->kind[k], &meta, err);
    return status;
}

enum hc_status hc_outputs_commit(struct hc_outputs *o, struct hc_err *err) {
    enum hc_status status = HC_OK;
    for (int k = 0; k < HC_KINDS && status == HC_OK; k++) {
        for (size_t i = 0; i < o->kind[k].files && status == HC_OK; i++) {
            struct hc_out_file *file = &o->kind[k].file[i];
            status = hc_writer_commit(file->writer, err);
            if (status == HC_OK && file->path)
                snprintf(file->digest, sizeof file->digest, "%s",
                         hc_writer_digest(file->writer));
        }
    }
    return status;
}

void hc_outputs_free(struct hc_outputs *o) {
    for (int k = 0; k < HC_KINDS; k++) {
        struct hc_kind_out *kind = &o->kind[k];
        for (size_t i = 0; kind->file && i < kind->files; i++) {
            hc_writer_free(kind->file[i].writer);
            hc_batch_free(kind->file[i].shard);
        }
        hc_batch_free(kind->next);
        hc_sorter_free(kind->sorter);
        hc_totals_free(&kind->totals);
        hc_census_free(&kind->census);
    }
    hc_arena_free(&o->arena);
}
