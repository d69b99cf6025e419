#include "record/inputs.h"

#include <stdlib.h>

struct input {
    struct hc_reader *reader;
    const char *path;
    int *column; /* of the merged schema, by the reader's column */
    size_t columns;
    int32_t *delivery; /* [n - 1] is the merged number of delivery n */
    size_t deliveries;
    bool renumbers; /* some number changes */
};
struct hc_inputs {
    struct hc_arena arena;
    struct input *input;
    size_t inputs, at;
    struct hc_schema schema;
    bool *has;
    int delivery_column; /* -1: the kind has none */
    struct hc_origin origin;
    struct hc_batch batch;
    struct hc_buf renumbered;
    struct hc_totals totals;
    bool totals_made;
};

/* ---- opening ---- */

static bool is_wanted(const struct hc_inputs *in, const struct hc_reader_options *options,
                      size_t column) {
    return !options->want || options->kind >= HC_KINDS || column >= in->schema.known ||
           options->want[column];
}

/* A field beyond the kind's own, found by name or added. */
static enum hc_status merge_unknown(struct hc_inputs *in, struct hc_field *field,
                                    const struct hc_field *other, int *column,
                                    struct hc_err *err) {
    *column = hc_schema_find(&in->schema, hc_str_of(other->name));
    if (*column < 0) {
        *column = (int)in->schema.fields++;
        field[*column] = *other;
        field[*column].name = hc_arena_copy(&in->arena, hc_str_of(other->name));
        return field[*column].name ? HC_OK : hc_fail_memory(err);
    }
    if (field[*column].type == other->type) {
        field[*column].flags |= other->flags;
        return HC_OK;
    }
    hc_fail(err, HC_EDATA, "is %s here and %s in another input", hc_type_name(other->type),
            hc_type_name(field[*column].type));
    hc_err_at_field(err, other->name);
    return HC_EDATA;
}

static enum hc_status merge_schema(struct hc_inputs *in, struct input *input,
                                   struct hc_field *field,
                                   const struct hc_reader_options *options,
                                   struct hc_err *err) {
    const struct hc_schema *schema = hc_reader_schema(input->reader);
    if (schema->kind != in->schema.kind)
        return hc_fail(err, HC_EDATA, "holds records of kind %s where another input has %s",
                       schema->name, in->schema.name);
    input->columns = schema->fields;
    input->column =
        hc_arena_zalloc(&in->arena, (schema->fields + 1) * sizeof *input->column);
    if (!input->column)
        return hc_fail_memory(err);
    for (size_t i = 0; i < schema->fields; i++) {
        enum hc_status status = HC_OK;
        input->column[i] = (int)i;
        if (i >= schema->known)
            status = merge_unknown(in, field, &schema->field[i], &input->column[i], err);
        if (status != HC_OK)
            return status;
        size_t column = (size_t)input->column[i];
        in->has[column] |=
            hc_reader_has(input->reader, i) && is_wanted(in, options, column);
    }
    return HC_OK;
}

/* Into the merged origin; the numbers of the inputs before it may change. */
static enum hc_status merge_origin(struct hc_inputs *in, size_t which, struct hc_err *err) {
    struct input *input = &in->input[which];
    struct hc_origin origin;
    int32_t *into, *from;
    enum hc_status status =
        hc_origin_read(&origin, hc_reader_meta(input->reader), input->path, err);
    if (status != HC_OK)
        return status;
    status = hc_origin_merge(&in->origin, &origin, &into, &from, err);
    input->deliveries = origin.deliveries;
    hc_origin_free(&origin);
    if (status != HC_OK)
        return status;
    input->delivery = from;
    for (size_t i = 0; i < which; i++)
        for (size_t n = 0; n < in->input[i].deliveries; n++)
            in->input[i].delivery[n] = into[in->input[i].delivery[n] - 1];
    return HC_OK;
}

static enum hc_status merge_inputs(struct hc_inputs *in,
                                   const struct hc_reader_options *options,
                                   struct hc_err *err) {
    const struct hc_schema *first = hc_reader_schema(in->input[0].reader);
    size_t most = first->known;
    for (size_t i = 0; i < in->inputs; i++)
        most += hc_reader_schema(in->input[i].reader)->fields;
    struct hc_field *field = hc_arena_zalloc(&in->arena, most * sizeof *field);
    in->has = hc_arena_zalloc(&in->arena, most);
    in->batch.column = hc_arena_zalloc(&in->arena, most * sizeof *in->batch.column);
    if (!field || !in->has || !in->batch.column)
        return hc_fail_memory(err);
    in->schema = *first;
    in->schema.field = field;
    in->schema.fields = first->known;
    memcpy(field, first->field, first->known * sizeof *field);
    for (size_t i = 0; i < in->inputs; i++) {
        enum hc_status status = merge_schema(in, &in->input[i], field, options, err);
        if (status == HC_OK)
            status = merge_origin(in, i, err);
        if (status != HC_OK) {
            hc_err_at_file(err, in->input[i].path);
            return status;
        }
    }
    for (size_t i = 0; i < in->inputs; i++)
        for (size_t n = 0; n < in->input[i].deliveries; n++)
            in->input[i].renumbers |= in->input[i].delivery[n] != (int32_t)n + 1;
    in->delivery_column = hc_schema_find(&in->schema, HC_STR("delivery"));
    if (in->delivery_column >= (int)in->schema.known)
        in->delivery_column = -1;
    in->batch.schema = &in->schema;
    enum hc_status status = hc_totals_init(&in->totals, &in->schema, err);
    in->totals_made = status == HC_OK;
    for (size_t i = 0; i < in->schema.fields && status == HC_OK; i++)
        in->totals.has[i] = in->has[i] && (field[i].flags & HC_SUM);
    return status;
}

enum hc_status hc_inputs_open(struct hc_inputs **inputs, const char *const *paths,
                              size_t count, const struct hc_reader_options *options,
                              struct hc_err *err) {
    static const char *const standard_input[] = {"-"};
    static const struct hc_reader_options any = {.kind = HC_KIND_any, .want_unknown = true};
    struct hc_inputs *in = calloc(1, sizeof *in);
    enum hc_status status = HC_OK;
    *inputs = NULL;
    if (!in)
        return hc_fail_memory(err);
    if (count == 0) {
        paths = standard_input;
        count = 1;
    }
    options = options ? options : &any;
    in->input = hc_arena_zalloc(&in->arena, count * sizeof *in->input);
    if (!in->input)
        status = hc_fail_memory(err);
    for (size_t i = 0; i < count && status == HC_OK; i++) {
        in->inputs++;
        in->input[i].path = hc_arena_copy(&in->arena, hc_str_of(paths[i]));
        status = in->input[i].path
                     ? hc_reader_open(&in->input[i].reader, paths[i], options, err)
                     : hc_fail_memory(err);
        if (status == HC_OK && i > 0) /* its turn comes: thousands may stand before it */
            status = hc_reader_rest(in->input[i].reader, err);
    }
    if (status == HC_OK)
        status = merge_inputs(in, options, err);
    if (status != HC_OK) {
        hc_inputs_free(in);
        return status;
    }
    *inputs = in;
    return HC_OK;
}

const struct hc_schema *hc_inputs_schema(const struct hc_inputs *inputs) {
    return &inputs->schema;
}

const bool *hc_inputs_has(const struct hc_inputs *inputs) {
    return inputs->has;
}

struct hc_origin *hc_inputs_origin(struct hc_inputs *inputs) {
    return &inputs->origin;
}

struct hc_str hc_inputs_meta(const struct hc_inputs *inputs, const char *key) {
    const struct hc_reader *first = inputs->inputs ? inputs->input[0].reader : NULL;
    return first ? hc_meta_get(hc_reader_meta(first), key) : HC_STR("");
}

const struct hc_totals *hc_inputs_totals(const struct hc_inputs *inputs) {
    return &inputs->totals;
}

void hc_inputs_free(struct hc_inputs *inputs) {
    if (!inputs)
        return;
    for (size_t i = 0; i < inputs->inputs; i++)
        hc_reader_free(inputs->input[i].reader);
    if (inputs->totals_made)
        hc_totals_free(&inputs->totals);
    hc_origin_free(&inputs->origin);
    hc_buf_free(&inputs->renumbered);
    hc_arena_free(&inputs->arena);
    free(inputs);
}

/* ---- reading ---- */

static enum hc_status renumber(struct hc_inputs *in, const struct input *input,
                               struct hc_err *err) {
    struct hc_column *column = &in->batch.column[in->delivery_column];
    size_t rows = in->batch.rows;
    if (!column->present || in->origin.deliveries == 0)
        return HC_OK;
    hc_buf_clear(&in->renumbered);
    if (!hc_buf_reserve(&in->renumbered, rows * sizeof(int32_t)))
        return hc_fail_memory(err);
    int32_t *number = (int32_t *)(void *)in->renumbered.ptr;
    for (size_t row = 0; row < rows; row++) {
        int32_t old = column->i32[row];
        bool known = old >= 1 && (size_t)old <= input->deliveries;
        if (!known && !hc_column_null(column, row)) {
            hc_fail(err, HC_EDATA, "delivery %d is none of the %zu that the input lists",
                    old, input->deliveries);
            hc_err_at_field(err, "delivery");
            return HC_EDATA;
        }
        number[row] = known ? input->delivery[old - 1] : 0;
    }
    if (input->renumbers)
        column->i32 = number;
    return HC_OK;
}

enum hc_status hc_inputs_next(struct hc_inputs *in, const struct hc_batch **batch,
                              struct hc_err *err) {
    const struct hc_batch *from;
    enum hc_status status = HC_END;
    *batch = NULL;
    while (in->at < in->inputs) {
        struct input *input = &in->input[in->at];
        status = hc_reader_next(input->reader, &from, err);
        if (status != HC_END)
            break;
        hc_reader_free(input->reader);
        input->reader = NULL;
        in->at++;
    }
    if (status != HC_OK)
        return status;
    const struct input *input = &in->input[in->at];
    for (size_t i = 0; i < in->schema.fields; i++)
        in->batch.column[i] = (struct hc_column){.type = in->schema.field[i].type};
    for (size_t i = 0; i < input->columns; i++)
        in->batch.column[input->column[i]] = from->column[i];
    in->batch.rows = from->rows;
    if (in->delivery_column >= 0)
        status = renumber(in, input, err);
    if (status != HC_OK) {
        hc_err_at_file(err, input->path);
        return status;
    }
    hc_totals_add(&in->totals, &in->batch);
    *batch = &in->batch;
    return HC_OK;
}

/* ---- writing ---- */

enum hc_status hc_writer_open_like(struct hc_writer **writer, const char *path,
                                   struct hc_inputs *inputs, const struct hc_meta *more,
                                   const char *tool,
                                   const struct hc_writer_options *options,
                                   struct hc_err *err) {
    struct hc_writer_options own = options ? *options : (struct hc_writer_options){0};
    const char *deliveries, *feeds;
    size_t count = more ? more->count : 0;
    struct hc_meta meta = {0};
    *writer = NULL;
    enum hc_status status = hc_origin_write(&inputs->origin, &deliveries, &feeds, err);
    if (status != HC_OK)
        return status;
    meta.pair = calloc(count + 2, sizeof *meta.pair);
    if (!meta.pair)
        return hc_fail_memory(err);
    if (inputs->origin.deliveries)
        meta.pair[meta.count++] =
            (struct hc_meta_pair){HC_STR("hc.deliveries"), hc_str_of(deliveries)};
    if (inputs->origin.feeds)
        meta.pair[meta.count++] =
            (struct hc_meta_pair){HC_STR("hc.feeds"), hc_str_of(feeds)};
    for (size_t i = 0; i < count; i++)
        meta.pair[meta.count++] = more->pair[i];
    if (!own.has)
        own.has = inputs->has;
    status = hc_writer_open(writer, path, &inputs->schema, &meta, tool, &own, err);
    free(meta.pair);
    return status;
}
