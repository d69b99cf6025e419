#include <inttypes.h>
#include <stdlib.h>

#include "record/message.h"
#include "record/told.h"
#include "record/widen.h"

/* Field numbers of RecordBatch and DictionaryBatch in Message.fbs. */
enum { BATCH_LENGTH, BATCH_NODES, BATCH_BUFFERS, BATCH_COMPRESSION, BATCH_VARIADIC };
enum { DICTIONARY_ID, DICTIONARY_DATA, DICTIONARY_DELTA };

struct source { /* one field of the stream */
    int column; /* -1: passed over */
    bool read;
    struct hc_wire_column wire;
    struct hc_widened own;
    struct hc_dictionary dictionary;
    size_t first_raw;
};
struct hc_reader {
    const char *path; /* in arena */
    bool trust, text;
    struct hc_messages messages;
    struct hc_arrow_schema arrow;
    struct hc_arena arena;
    struct hc_schema schema;
    bool *has, *want;      /* by column */
    struct source *source; /* by field of the stream */
    struct hc_body body;
    struct hc_buf span, raw; /* of hc_span, hc_raw: scratch of one message */
    struct hc_batch batch;
    size_t rows, next_row; /* of the message at hand */
    struct hc_totals totals, told_totals;
    bool totals_made, totals_seen, ended;
};

/* ---- opening ---- */

static void hint_trust(const struct hc_schema *kind, struct hc_err *err) {
    hc_err_hint(err,
                "where a stage that is not of hctools wrote it: --trust-input --kind=%s",
                kind ? kind->name : "KIND");
}

static enum hc_status find_kind(const struct hc_reader *r,
                                const struct hc_reader_options *options,
                                const struct hc_schema **kind, struct hc_err *err) {
    struct hc_str name = hc_meta_get(&r->arrow.meta, "hc.kind");
    struct hc_str version = hc_meta_get(&r->arrow.meta, "hc.version");
    const struct hc_schema *wanted =
        options->kind < HC_KINDS ? &hc_kinds[options->kind] : NULL;
    int64_t number = 0;

    *kind = wanted;
    if (name.len == 0 && options->trust_input) {
        if (wanted)
            return HC_OK;
        hc_fail(err, HC_EUSAGE, "the input does not say which kind of record it holds");
        hc_err_hint(err, "--kind=KIND");
        return HC_EUSAGE;
    }
    if (name.len == 0) {
        hc_fail(err, HC_EDATA, "the input does not say which kind of record it holds");
        hint_trust(wanted, err);
        return HC_EDATA;
    }
    *kind = hc_kind_of(name);
    if (!*kind)
        return hc_fail(err, HC_EDATA, "holds records of kind '%.*s', which is not known",
                       name.len > 64 ? 64 : (int)name.len, name.ptr);
    if (wanted && *kind != wanted)
        return hc_fail(err, HC_EDATA, "holds records of kind %s where %s was expected",
                       (*kind)->name, wanted->name);
    if (version.len == 0 && options->trust_input)
        return HC_OK;
    if (hc_parse_int(version, 1, INT32_MAX, &number, NULL) != HC_OK)
        return hc_fail(err, HC_EDATA, "does not say its version of %s", (*kind)->name);
    if (number > (*kind)->version) {
        hc_fail(err, HC_EDATA, "holds version %d of %s, this program knows up to %d",
                (int)number, (*kind)->name, (*kind)->version);
        hc_err_hint(err, "a newer hctools wrote it");
        return HC_EDATA;
    }
    return HC_OK;
}

/* A field that hctools does not know becomes a column behind the kind's own. */
static enum hc_status add_unknown(struct hc_reader *r, const struct hc_arrow_field *from,
                                  struct hc_field *field, struct hc_err *err) {
    enum hc_type type;
    if (!hc_widen_type(from, &type)) {
        hc_fail(err, HC_EDATA, "a column of type %s cannot be passed on", from->type_name);
        hc_err_hint(err, "%s", hc_widen_refuses(from, type, true));
        hc_err_at_field(err, from->name.ptr);
        return HC_EDATA;
    }
    *field = (struct hc_field){
        .name = from->name.ptr,
        .type = type,
        .flags = (from->phi ? HC_PHI : 0u) | (from->sum ? HC_SUM : 0u),
        .doc = "not known to this version",
    };
    if (type == HC_TYPE_utf8 || type == HC_TYPE_list || type == HC_TYPE_bool)
        field->flags &= ~(unsigned)HC_SUM;
    r->schema.fields++;
    return HC_OK;
}

static enum hc_status refused(const struct hc_arrow_field *from,
                              const struct hc_field *field, const char *hint,
                              struct hc_err *err) {
    hc_fail(err, HC_EDATA, "is a column of %s%s where %s was expected",
            from->dictionary ? "dictionary of " : "", from->type_name,
            hc_type_name(field->type));
    hc_err_hint(err, "%s", hint);
    hc_err_at_field(err, field->name);
    return HC_EDATA;
}

/* Match the stream's fields to columns by name. */
static enum hc_status bind(struct hc_reader *r, const struct hc_schema *kind,
                           const struct hc_reader_options *options, struct hc_err *err) {
    size_t most = kind->fields + r->arrow.fields;
    struct hc_field *field = hc_arena_zalloc(&r->arena, most * sizeof *field);
    r->source = hc_arena_zalloc(&r->arena, (r->arrow.fields + 1) * sizeof *r->source);
    r->has = hc_arena_zalloc(&r->arena, most);
    r->want = hc_arena_zalloc(&r->arena, most);
    if (!field || !r->source || !r->has || !r->want)
        return hc_fail_memory(err);
    memcpy(field, kind->field, kind->fields * sizeof *field);
    r->schema = *kind;
    r->schema.field = field;
    for (size_t i = 0; i < r->arrow.fields; i++) {
        const struct hc_arrow_field *from = &r->arrow.field[i];
        struct source *source = &r->source[i];
        int column = hc_schema_find(&r->schema, from->name);
        bool known = column >= 0 && (size_t)column < r->schema.known;
        source->column = -1;
        if (column >= 0 && r->has[column]) {
            hc_fail(err, HC_EDATA, "two columns of this name");
            hc_err_at_field(err, from->name.ptr);
            return HC_EDATA;
        }
        if (column < 0 && !options->want_unknown)
            continue;
        if (column < 0) {
            column = (int)r->schema.fields;
            enum hc_status status = add_unknown(r, from, &field[column], err);
            if (status != HC_OK)
                return status;
        }
        r->has[column] = true;
        r->want[column] =
            !known || !options->want || options->kind >= HC_KINDS || options->want[column];
        source->column = column;
        source->read = r->want[column] || options->verify;
        source->dictionary.choices = field[column].choices;
        const char *hint = hc_widen_refuses(from, field[column].type, options->trust_input);
        if (source->read && hint)
            return refused(from, &field[column], hint, err);
    }
    for (const int *need = options->need; need && *need >= 0; need++)
        if (!r->has[*need]) {
            hc_fail(err, HC_EDATA, "the column is missing from the input");
            hc_err_at_field(err, field[*need].name);
            return HC_EDATA;
        }
    return HC_OK;
}

static enum hc_status open_reader(struct hc_reader *r,
                                  const struct hc_reader_options *options,
                                  struct hc_err *err) {
    const struct hc_schema *kind;
    struct hc_flat_table schema;
    enum hc_status status = hc_messages_open(&r->messages, r->path, &schema, err);
    if (status == HC_OK)
        status = hc_arrow_schema_read(&r->arrow, schema, err);
    if (status == HC_OK)
        status = find_kind(r, options, &kind, err);
    if (status == HC_OK)
        status = bind(r, kind, options, err);
    if (status != HC_OK)
        return status;
    r->batch.schema = &r->schema;
    r->batch.column =
        hc_arena_zalloc(&r->arena, (r->schema.fields + 1) * sizeof *r->batch.column);
    if (!r->batch.column)
        return hc_fail_memory(err);
    for (size_t i = 0; i < r->schema.fields; i++)
        r->batch.column[i].type = r->schema.field[i].type;
    r->totals_made = true;
    status = hc_totals_init(&r->totals, &r->schema, err);
    if (status == HC_OK)
        status = hc_totals_init(&r->told_totals, &r->schema, err);
    for (size_t i = 0; i < r->schema.fields && status == HC_OK; i++)
        r->totals.has[i] = r->want[i] && (r->schema.field[i].flags & HC_SUM);
    return status;
}

enum hc_status hc_reader_open(struct hc_reader **reader, const char *path,
                              const struct hc_reader_options *options, struct hc_err *err) {
    static const struct hc_reader_options any = {.kind = HC_KIND_any, .want_unknown = true};
    struct hc_reader *r = calloc(1, sizeof *r);
    enum hc_status status = HC_OK;
    *reader = NULL;
    if (!r)
        return hc_fail_memory(err);
    options = options ? options : &any;
    r->trust = options->trust_input;
    r->text = options->verify || options->trust_input;
    r->path = hc_arena_copy(&r->arena, hc_str_of(path ? path : "-"));
    status = r->path ? open_reader(r, options, err) : hc_fail_memory(err);
    if (status != HC_OK) {
        hc_err_at_file(err, path ? path : "-");
        hc_reader_free(r);
        return status;
    }
    *reader = r;
    return HC_OK;
}

enum hc_status hc_reader_rest(struct hc_reader *reader, struct hc_err *err) {
    return hc_messages_rest(&reader->messages, err);
}

const struct hc_schema *hc_reader_schema(const struct hc_reader *reader) {
    return &reader->schema;
}

const struct hc_meta *hc_reader_meta(const struct hc_reader *reader) {
    return &reader->arrow.meta;
}

bool hc_reader_has(const struct hc_reader *reader, size_t column) {
    return column < reader->schema.fields && reader->has[column];
}

void hc_reader_free(struct hc_reader *reader) {
    if (!reader)
        return;
    for (size_t i = 0; reader->source && i < reader->arrow.fields; i++) {
        hc_widened_free(&reader->source[i].own);
        hc_dictionary_free(&reader->source[i].dictionary);
    }
    if (reader->totals_made) {
        hc_totals_free(&reader->totals);
        hc_totals_free(&reader->told_totals);
    }
    hc_messages_free(&reader->messages);
    hc_arrow_schema_free(&reader->arrow);
    hc_body_free(&reader->body);
    hc_buf_free(&reader->span);
    hc_buf_free(&reader->raw);
    hc_arena_free(&reader->arena);
    free(reader);
}

/* ---- one message ---- */

struct walk { /* through the nodes and buffers of a record batch */
    struct hc_flat_vector nodes, buffers, variadic;
    size_t node, buffer, view;
    size_t rows;
};

static enum hc_status damaged(struct hc_err *err) {
    return hc_fail(err, HC_EDATA, "damaged: a batch does not fit its schema");
}

static enum hc_status start_walk(struct walk *walk, struct hc_flat_table batch,
                                 struct hc_err *err) {
    struct hc_flat_table compression = hc_flat_table(batch, BATCH_COMPRESSION);
    int64_t rows = hc_flat_int(batch, BATCH_LENGTH, 8, 0);
    *walk = (struct walk){
        .nodes = hc_flat_vector(batch, BATCH_NODES, 16),
        .buffers = hc_flat_vector(batch, BATCH_BUFFERS, 16),
        .variadic = hc_flat_vector(batch, BATCH_VARIADIC, 8),
        .rows = (size_t)rows,
    };
    if (batch.flat->bad || batch.at == 0)
        return hc_fail(err, HC_EDATA, "damaged: a batch points outside of its message");
    if (compression.at) {
        hc_fail(err, HC_EDATA, "its buffers are compressed (%s), which is not supported",
                hc_flat_int(compression, 0, 1, 0) ? "zstd" : "LZ4");
        hc_err_hint(err, "write it uncompressed: polars compression=\"uncompressed\"");
        return HC_EDATA;
    }
    if (rows < 0 || rows > INT32_MAX)
        return hc_fail(err, HC_EDATA, "a batch of more than %d rows", INT32_MAX);
    return HC_OK;
}

/* Step over a field; what it occupies goes to wire and, when spans is given, behind spans.
 */
static enum hc_status walk_field(struct walk *walk, const struct hc_arrow_field *from,
                                 struct hc_wire_column *wire, struct hc_buf *spans,
                                 struct hc_err *err) {
    size_t buffers = from->buffers, node = walk->node, first = walk->buffer;
    if (from->nodes > walk->nodes.count - node ||
        from->views > walk->variadic.count - walk->view)
        return damaged(err);
    for (size_t i = 0; i < from->views; i++) {
        int64_t count = hc_flat_int_at(walk->variadic, walk->view++, 0, 8);
        if (count < 0 || (uint64_t)count > walk->buffers.count)
            return damaged(err);
        buffers += (size_t)count;
    }
    if (buffers > walk->buffers.count - first)
        return damaged(err);
    int64_t rows = hc_flat_int_at(walk->nodes, node, 0, 8);
    int64_t nulls = hc_flat_int_at(walk->nodes, node, 8, 8);
    if (rows < 0 || (size_t)rows != walk->rows || nulls < 0 || nulls > rows)
        return damaged(err);
    *wire = (struct hc_wire_column){
        .rows = (size_t)rows, .nulls = (size_t)nulls, .buffers = buffers};
    if (from->nodes == 2) {
        int64_t items = hc_flat_int_at(walk->nodes, node + 1, 0, 8);
        int64_t item_nulls = hc_flat_int_at(walk->nodes, node + 1, 8, 8);
        if (items < 0 || items > INT64_MAX / 16 || item_nulls < 0)
            return damaged(err);
        wire->items = (size_t)items;
        wire->item_nulls = (size_t)item_nulls;
    }
    walk->node += from->nodes;
    walk->buffer += buffers;
    for (size_t i = 0; i < buffers && spans; i++) {
        int64_t offset = hc_flat_int_at(walk->buffers, first + i, 0, 8);
        int64_t len = hc_flat_int_at(walk->buffers, first + i, 8, 8);
        if (offset < 0 || len < 0)
            return damaged(err);
        struct hc_span span = {.offset = (uint64_t)offset, .len = (uint64_t)len};
        hc_buf_put(spans, &span, sizeof span);
    }
    return HC_OK;
}

/* Read the parts of the body that r->span asks for; r->raw then points at them. */
static enum hc_status read_spans(struct hc_reader *r, const struct hc_message *message,
                                 struct hc_err *err) {
    static const uint64_t empty[2];
    struct hc_span *span = (struct hc_span *)(void *)r->span.ptr;
    size_t spans = r->span.len / sizeof *span;
    if (r->span.failed)
        return hc_fail_memory(err);
    enum hc_status status =
        hc_messages_body(&r->messages, message, span, spans, &r->body, err);
    hc_buf_clear(&r->raw);
    for (size_t i = 0; i < spans && status == HC_OK; i++) {
        struct hc_raw raw = {(const uint8_t *)empty, 0};
        if (span[i].len)
            raw = (struct hc_raw){r->body.ptr + span[i].place, (size_t)span[i].len};
        hc_buf_put(&r->raw, &raw, sizeof raw);
    }
    return status == HC_OK && r->raw.failed ? hc_fail_memory(err) : status;
}

static enum hc_status read_batch(struct hc_reader *r, const struct hc_message *message,
                                 struct hc_err *err) {
    struct walk walk;
    enum hc_status status = start_walk(&walk, message->header, err);
    hc_buf_clear(&r->span);
    for (size_t i = 0; i < r->arrow.fields && status == HC_OK; i++) {
        struct source *source = &r->source[i];
        source->first_raw = r->span.len / sizeof(struct hc_span);
        status = walk_field(&walk, &r->arrow.field[i], &source->wire,
                            source->read ? &r->span : NULL, err);
    }
    if (status == HC_OK &&
        (walk.node != walk.nodes.count || walk.buffer != walk.buffers.count))
        return damaged(err);
    if (status == HC_OK)
        status = read_spans(r, message, err);
    for (size_t i = 0; i < r->arrow.fields && status == HC_OK; i++) {
        struct source *source = &r->source[i];
        if (!source->read)
            continue;
        source->wire.buffer =
            (const struct hc_raw *)(const void *)r->raw.ptr + source->first_raw;
        status = hc_widen_check(&r->arrow.field[i], &source->wire, err);
        if (status != HC_OK)
            hc_err_at_field(err, r->arrow.field[i].name.ptr);
    }
    r->rows = status == HC_OK ? walk.rows : 0;
    r->next_row = 0;
    return status;
}

/* Every field that is read through this dictionary gets its own view of it. */
static enum hc_status read_dictionary(struct hc_reader *r, const struct hc_message *message,
                                      struct hc_err *err) {
    int64_t id = hc_flat_int(message->header, DICTIONARY_ID, 8, 0);
    bool delta = hc_flat_int(message->header, DICTIONARY_DELTA, 1, 0) != 0;
    struct hc_flat_table data = hc_flat_table(message->header, DICTIONARY_DATA);
    bool body_read = false;
    enum hc_status status = HC_OK;
    for (size_t i = 0; i < r->arrow.fields && status == HC_OK; i++) {
        const struct hc_arrow_field *from = &r->arrow.field[i];
        struct hc_wire_column wire;
        struct walk walk;
        if (!from->dictionary || from->dictionary_id != id || !r->source[i].read)
            continue;
        struct hc_arrow_field values = *from;
        values.nodes = 1;
        values.views = from->wire == HC_WIRE_utf8_view;
        values.buffers = values.views ? 2 : 3;
        hc_buf_clear(&r->span);
        status = start_walk(&walk, data, err);
        if (status == HC_OK)
            status = walk_field(&walk, &values, &wire, &r->span, err);
        if (status == HC_OK && !body_read)
            status = read_spans(r, message, err);
        body_read = true;
        wire.buffer = (const struct hc_raw *)(const void *)r->raw.ptr;
        if (status == HC_OK)
            status = hc_dictionary_add(&r->source[i].dictionary, from, &wire, delta, err);
        if (status != HC_OK)
            hc_err_at_field(err, from->name.ptr);
    }
    return status;
}

/* ---- the end ---- */

static enum hc_status compare_totals(const struct hc_reader *r, struct hc_err *err) {
    if (r->told_totals.rows != r->totals.rows)
        return hc_fail(err, HC_EDATA,
                       "holds %" PRIu64 " rows where its totals tell of %" PRIu64,
                       r->totals.rows, r->told_totals.rows);
    for (size_t i = 0; i < r->schema.fields; i++) {
        char read[HC_NUM_SIZE], told[HC_NUM_SIZE];
        if (!(r->schema.field[i].flags & HC_SUM) || !r->has[i])
            continue;
        int scale = r->schema.field[i].type == HC_TYPE_cents ? 2
                    : r->schema.field[i].type == HC_TYPE_e4  ? 4
                                                             : 0;
        if (!r->told_totals.has[i])
            hc_fail(err, HC_EDATA, "its totals do not tell the sum of this column");
        else if (r->want[i] && r->told_totals.sum[i] != r->totals.sum[i])
            hc_fail(err, HC_EDATA, "adds up to %s where its totals tell of %s",
                    hc_format_scaled(r->totals.sum[i], scale, read),
                    hc_format_scaled(r->told_totals.sum[i], scale, told));
        else
            continue;
        hc_err_at_field(err, r->schema.field[i].name);
        return HC_EDATA;
    }
    return HC_OK;
}

/* Are these the totals? Then they are read and compared. */
static enum hc_status read_totals(struct hc_reader *r, const struct hc_message *message,
                                  struct hc_err *err) {
    struct hc_arena arena = {0};
    struct hc_meta meta;
    enum hc_status status = hc_arrow_meta_read(&meta, message->meta, &arena, err);
    struct hc_str text = hc_meta_get(&meta, HC_TOTALS_KEY);
    if (status == HC_OK && r->messages.flat.bad)
        status = hc_fail(err, HC_EDATA, "damaged: a message points outside of itself");
    if (status == HC_OK && text.len) {
        r->totals_seen = true;
        status = hc_totals_parse(&r->told_totals, text, err);
        if (status == HC_OK && r->rows)
            status = hc_fail(err, HC_EDATA, "damaged: totals that come with rows");
        if (status == HC_OK)
            status = compare_totals(r, err);
    }
    hc_arena_free(&arena);
    return status;
}

static enum hc_status end(struct hc_reader *r, struct hc_err *err) {
    if (!r->totals_seen && !r->trust) {
        hc_fail(err, HC_EDATA, "truncated: the stream ends before its totals");
        hint_trust(&hc_kinds[r->schema.kind], err);
        return HC_EDATA;
    }
    enum hc_status status = hc_in_unchanged(r->messages.in, err);
    r->ended = status == HC_OK;
    return status == HC_OK ? HC_END : status;
}

static enum hc_status next_rows(struct hc_reader *r, struct hc_err *err) {
    size_t left = r->rows - r->next_row, rows = left < HC_BATCH_ROWS ? left : HC_BATCH_ROWS;
    for (size_t i = 0; i < r->arrow.fields; i++) {
        struct source *source = &r->source[i];
        if (!source->read)
            continue;
        struct hc_column *column = &r->batch.column[source->column];
        enum hc_status status =
            hc_widen(&r->arrow.field[i], &source->wire, r->next_row, rows,
                     &r->schema.field[source->column], &source->dictionary, r->text,
                     &source->own, column, err);
        if (status != HC_OK)
            return status;
        column->present &= r->want[source->column];
    }
    r->next_row += rows;
    r->batch.rows = rows;
    hc_totals_add(&r->totals, &r->batch);
    return HC_OK;
}

static enum hc_status next_batch(struct hc_reader *r, struct hc_err *err) {
    struct hc_message message;
    enum hc_status status = HC_OK;
    while (status == HC_OK && r->next_row == r->rows) {
        status = hc_messages_next(&r->messages, &message, err);
        if (status == HC_END)
            return end(r, err);
        if (status == HC_OK && r->totals_seen)
            return hc_fail(err, HC_EDATA, "damaged: the stream goes on behind its totals");
        if (status == HC_OK && message.type == HC_MESSAGE_dictionary)
            status = read_dictionary(r, &message, err);
        else if (status == HC_OK) {
            status = read_batch(r, &message, err);
            if (status == HC_OK && message.meta.count)
                status = read_totals(r, &message, err);
        }
    }
    return status == HC_OK ? next_rows(r, err) : status;
}

enum hc_status hc_reader_next(struct hc_reader *reader, const struct hc_batch **batch,
                              struct hc_err *err) {
    *batch = NULL;
    if (reader->ended)
        return HC_END;
    enum hc_status status = next_batch(reader, err);
    if (status == HC_OK)
        *batch = &reader->batch;
    else if (status != HC_END)
        hc_err_at_file(err, reader->path);
    return status;
}
