#include "feed/edge.h"

#include <ctype.h>
#include <strings.h>

#include "feed/period.h"

#define EDGE_FIELDS 64

/* Column number of an edge's fields, from 1; "" where there is none. */
static struct hc_str column_of(const struct hc_str *field, size_t count, uint32_t number) {
    return number <= count && number <= EDGE_FIELDS ? hc_str_trim(field[number - 1])
                                                    : HC_STR("");
}

static enum hc_status check_edge(struct hc_edge_reader *e, const struct hc_feed_edge *edge,
                                 const char *what, struct hc_str record,
                                 struct hc_str *field, size_t *count, struct hc_err *err) {
    char shape[HC_SHAPE_SIZE];
    enum hc_status status =
        hc_delimited_fields(e->job->file->delimiter, e->job->file->quotes, record,
                            &e->arena, field, EDGE_FIELDS, count, err);
    if (status != HC_OK)
        return status;
    if (*count == 0 || !hc_str_is(hc_str_trim(field[0]), edge->is)) {
        hc_fail(err, HC_EDATA, "expected a %s record that begins with %s, found shape '%s'",
                what, edge->is, hc_str_shape(record, shape));
        size_t len = strlen(edge->is);
        if (record.len > len && memcmp(record.ptr, edge->is, len) == 0 &&
            ispunct((unsigned char)record.ptr[len]))
            hc_err_hint(err, "it is delimited by '%c'; this feed says delimiter: \"%c\"",
                        record.ptr[len], e->job->file->delimiter);
        return HC_EDATA;
    }
    bool lines = e->job->file->end == '\n';
    if (memchr(record.ptr, lines ? '\r' : '\n', record.len))
        return hc_fail(err, HC_EDATA,
                       "the %s record holds %s: where they end records, the feed has to "
                       "say ends: %s",
                       what, lines ? "carriage returns" : "line feeds",
                       lines ? "cr" : "lf");
    for (size_t i = 0; i < edge->expects; i++) {
        struct hc_str text = column_of(field, *count, edge->expect[i].column);
        if (!hc_str_is(text, edge->expect[i].text))
            return hc_fail(err, HC_EDATA,
                           "column %u of the %s record: expected %s, found "
                           "shape '%s'",
                           edge->expect[i].column, what, edge->expect[i].text,
                           hc_str_shape(text, shape));
    }
    bool alone = e->job->delivery->entries == 1;
    if (edge->test.column &&
        hc_str_is(column_of(field, *count, edge->test.column), edge->test.text) &&
        !hc_books_find(e->job->delivery, HC_FINDING_test_file,
                       "%s%scolumn %u of the %s record is %s: the file is a test",
                       alone ? "" : e->job->books->name, alone ? "" : ": ",
                       edge->test.column, what, edge->test.text))
        return hc_fail_memory(err);
    return HC_OK;
}

static enum hc_status names_by_position(struct hc_edge_reader *e, struct hc_str record,
                                        struct hc_err *err) {
    const struct hc_feed_file *file = e->job->file;
    struct hc_str *name = hc_arena_alloc(&e->arena, file->fields * sizeof *name);
    char shape[HC_SHAPE_SIZE];
    size_t count;
    if (!name)
        return hc_fail_memory(err);
    enum hc_status status = hc_delimited_fields(file->delimiter, file->quotes, record,
                                                &e->arena, name, file->fields, &count, err);
    if (status != HC_OK)
        return status;
    for (size_t f = 0; f < file->fields && f < count; f++) {
        struct hc_str found = hc_str_trim(name[f]);
        if (found.len != strlen(file->field[f].name) ||
            strncasecmp(found.ptr, file->field[f].name, found.len) != 0)
            return hc_fail(err, HC_EDATA,
                           "column %zu: expected the name %s, found shape '%s'", f + 1,
                           file->field[f].name, hc_str_shape(found, shape));
    }
    if (count > file->fields ? !file->allow_long
                             : count < file->fields && !file->allow_short)
        return hc_fail(err, HC_EDATA, "the row of names has %zu columns, the layout %zu",
                       count, file->fields);
    return HC_OK;
}

static enum hc_status names_by_name(struct hc_edge_reader *e, struct hc_str record,
                                    struct hc_err *err) {
    const struct hc_feed_file *file = e->job->file;
    const char **wanted = hc_arena_zalloc(&e->arena, (e->cells + 1) * sizeof *wanted);
    const char **known = hc_arena_zalloc(&e->arena, (file->fields + 1) * sizeof *known);
    if (!wanted || !known)
        return hc_fail_memory(err);
    for (size_t c = 0; c < e->cells; c++)
        wanted[c] = file->field[e->field_of[c]].name;
    for (size_t f = 0; f < file->fields; f++)
        known[f] = file->field[f].name;
    return hc_delimited_bind(file->delimiter, file->quotes, record, wanted, e->cells, known,
                             file->strict, e->position, e->fields, err);
}

/* Of a fixed-width file: does the record begin as it must? */
static enum hc_status check_fixed_edge(const struct hc_feed_edge *edge, const char *what,
                                       struct hc_str record, struct hc_err *err) {
    char shape[HC_SHAPE_SIZE];
    size_t len = strlen(edge->is);
    if (record.len >= len && memcmp(record.ptr, edge->is, len) == 0)
        return HC_OK;
    record.len = record.len > len ? len : record.len;
    return hc_fail(err, HC_EDATA,
                   "expected a %s record that begins with %s, found shape '%s'", what,
                   edge->is, hc_str_shape(record, shape));
}

/* The number of records that a header or trailer tells; both must tell the same. */
static enum hc_status read_told(struct hc_edge_reader *e, const struct hc_feed_edge *edge,
                                const char *what, struct hc_str text, struct hc_err *err) {
    struct hc_entry_books *books = e->job->books;
    bool alone = e->job->delivery->entries == 1;
    int64_t told;
    if (hc_parse_int(hc_str_trim(text), 0, INT64_MAX, &told, NULL) != HC_OK)
        return hc_fail(err, HC_EDATA,
                       "%s %u of the %s record: expected a number of records",
                       e->job->file->fixed ? "byte" : "column", edge->count, what);
    if (books->has_told && books->told != told &&
        !hc_books_find(e->job->delivery, HC_FINDING_control_totals,
                       "%s%sthe header says %lld records, the trailer %lld",
                       alone ? "" : books->name, alone ? "" : ": ", (long long)books->told,
                       (long long)told))
        return hc_fail_memory(err);
    books->has_told = true;
    books->told = told;
    return HC_OK;
}

static enum hc_status read_edge(struct hc_edge_reader *e, const struct hc_feed_edge *edge,
                                const char *what, struct hc_str record,
                                struct hc_err *err) {
    struct hc_str field[EDGE_FIELDS], told = {"", 0};
    enum hc_status status;
    size_t count;
    if (e->job->file->fixed) {
        size_t from = edge->count - 1;
        status = check_fixed_edge(edge, what, record, err);
        if (edge->count && record.len >= from + edge->count_bytes)
            told = (struct hc_str){record.ptr + from, edge->count_bytes};
    } else {
        status = check_edge(e, edge, what, record, field, &count, err);
        if (status == HC_OK && edge->count && edge->count <= count &&
            edge->count <= EDGE_FIELDS)
            told = field[edge->count - 1];
        if (status == HC_OK && edge->period.from)
            status = hc_period_told(e->job, edge, what, field,
                                    count < EDGE_FIELDS ? count : EDGE_FIELDS, err);
    }
    if (status == HC_OK && edge->count)
        status = read_told(e, edge, what, told, err);
    return status;
}

/* The records before the data, each in its turn. */
enum hc_status hc_edge_top(struct hc_edge_reader *e, struct hc_block *block, size_t row,
                           struct hc_err *err) {
    struct hc_str record = block->record[row];
    enum hc_status status = HC_OK;
    if (block->fault[row].kind != HC_FAULT_NONE) {
        status = hc_block_explain(block, row, err);
    } else if (e->at == HC_EDGE_AT_header) {
        status = read_edge(e, &e->job->file->header, "header", record, err);
        e->at = e->job->file->names == HC_NAMES_none ? HC_EDGE_AT_data : HC_EDGE_AT_names;
    } else {
        if (e->job->file->names == HC_NAMES_position)
            status = names_by_position(e, record, err);
        else if (e->job->file->names == HC_NAMES_name)
            status = names_by_name(e, record, err);
        e->at = HC_EDGE_AT_data;
    }
    if (status != HC_OK)
        hc_block_at(block, row, err);
    return status;
}

static bool is_trailer(const struct hc_edge_reader *e, struct hc_str record) {
    const char *is = e->job->file->trailer.is;
    size_t len = is ? strlen(is) : 0;
    return len && record.len > len && memcmp(record.ptr, is, len) == 0 &&
           (e->job->file->fixed || record.ptr[len] == e->job->file->delimiter);
}

size_t hc_edge_find(const struct hc_edge_reader *e, const struct hc_block *block,
                    size_t from, size_t to) {
    if (e->job->file->trailer.is)
        while (from < to && !is_trailer(e, block->record[from]))
            from++;
    else
        from = to;
    return from;
}

enum hc_status hc_edge_trailer(struct hc_edge_reader *e, struct hc_block *block, size_t row,
                               struct hc_err *err) {
    enum hc_status status =
        read_edge(e, &e->job->file->trailer, "trailer", block->record[row], err);
    e->at = HC_EDGE_AT_end;
    if (status != HC_OK)
        hc_block_at(block, row, err);
    return status;
}

void hc_edge_start(struct hc_edge_reader *e, const struct hc_entry_job *job) {
    *e = (struct hc_edge_reader){.job = job, .at = HC_EDGE_AT_data};
    if (job->file->header.is)
        e->at = HC_EDGE_AT_header;
    else if (job->file->names != HC_NAMES_none && !job->file->fixed)
        e->at = HC_EDGE_AT_names;
}

void hc_edge_free(struct hc_edge_reader *e) {
    hc_arena_free(&e->arena);
}
