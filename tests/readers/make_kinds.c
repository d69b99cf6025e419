/* Record files and streams of every kind, for readers that are not ours to open.
 *
 *   make_kinds FOLDER    writes FOLDER/KIND.arrow and FOLDER/KIND.stream, and prints what a
 *                        reader must find: kind, column, type, nulls, and what the values
 *                        that are not null come to, separated by tabs
 */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "../fill.h"
#include "base/date.h"
#include "record/stream.h"

enum { BATCHES = 3, ROWS = 50, ONE_NULL_IN = 4 };

static int fail(const struct hc_err *err) {
    hc_err_print(stderr, "make_kinds", err);
    return hc_exit_code(err->status);
}

static const char *arrow_type(enum hc_type type) {
    static const char *const names[] = {
        [HC_TYPE_bool] = "bool",
        [HC_TYPE_int32] = "int32",
        [HC_TYPE_int64] = "int64",
        [HC_TYPE_cents] = "int64 unit=cents",
        [HC_TYPE_e4] = "int64 unit=e4",
        [HC_TYPE_date] = "date32",
        [HC_TYPE_utf8] = "utf8",
        [HC_TYPE_list] = "list<utf8>",
        [HC_TYPE_choice] = "dictionary<int8, utf8>",
    };
    return names[type];
}

struct found {
    int64_t nulls, sum, first, last, items, bytes, by_choice[16];
};

static void look(struct found *f, const struct hc_batch *b, size_t column, size_t row) {
    if (hc_is_null(b, column, row)) {
        f->nulls++;
        return;
    }
    int64_t value = hc_int_at(b, column, row, 0);
    switch (b->column[column].type) {
    case HC_TYPE_date:
        f->first = f->first == 0 || value < f->first ? value : f->first;
        f->last = f->last == 0 || value > f->last ? value : f->last;
        break;
    case HC_TYPE_utf8:
        f->bytes += (int64_t)hc_str_at(b, column, row).len;
        break;
    case HC_TYPE_list:
        for (size_t i = 0; i < hc_list_len(b, column, row); i++) {
            f->bytes += (int64_t)hc_list_at(b, column, row, i).len;
            f->items++;
        }
        break;
    case HC_TYPE_choice:
        f->by_choice[value]++;
        break;
    default:
        f->sum += value;
    }
}

static void tell(const struct found *f, const struct hc_schema *schema, size_t column) {
    const struct hc_field *field = &schema->field[column];
    char first[16], last[16];
    printf("%s\t%s\t%s%s\t%d\t", schema->name, field->name, arrow_type(field->type),
           field->flags & HC_PHI ? " phi" : "", (int)f->nulls);
    if (field->type == HC_TYPE_date) {
        printf("%s..%s", hc_format_day((hc_day)f->first, first),
               hc_format_day((hc_day)f->last, last));
    } else if (field->type == HC_TYPE_utf8) {
        printf("%d bytes", (int)f->bytes);
    } else if (field->type == HC_TYPE_list) {
        printf("%d items %d bytes", (int)f->items, (int)f->bytes);
    } else if (field->type == HC_TYPE_choice) {
        for (int i = 0; i < field->choices->count; i++)
            printf("%s%s=%d", i ? " " : "", field->choices->value[i], (int)f->by_choice[i]);
    } else {
        printf("%lld", (long long)f->sum);
    }
    printf("\n");
}

static enum hc_status write_kind(const char *path, const struct hc_schema *schema,
                                 struct found *found, struct hc_err *err) {
    struct hc_writer *w = NULL;
    struct hc_batch *b = NULL;
    uint64_t seed = (uint64_t)schema->kind;
    enum hc_status status = hc_writer_open(&w, path, schema, NULL, "make_kinds", NULL, err);
    if (status == HC_OK)
        status = hc_batch_new(&b, schema, NULL, err);
    for (int i = 0; i < BATCHES && status == HC_OK; i++) {
        fill_rows(b, ROWS, ONE_NULL_IN, &seed);
        status = hc_writer_write(w, b, err);
        for (size_t row = 0; row < b->rows && found; row++)
            for (size_t column = 0; column < schema->fields; column++)
                look(&found[column], b, column, row);
        hc_batch_clear(b);
    }
    if (status == HC_OK)
        status = hc_writer_commit(w, err);
    hc_batch_free(b);
    hc_writer_free(w);
    return status;
}

/* The streaming format goes to standard output, so that is what the file becomes. */
static enum hc_status write_stream(const char *path, const struct hc_schema *schema,
                                   struct hc_err *err) {
    int saved = dup(STDOUT_FILENO);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (saved < 0 || fd < 0)
        return hc_fail(err, HC_ECREATE, "cannot write %s", path);
    dup2(fd, STDOUT_FILENO);
    close(fd);
    enum hc_status status = write_kind(NULL, schema, NULL, err);
    dup2(saved, STDOUT_FILENO);
    close(saved);
    return status;
}

int main(int argc, char **argv) {
    struct hc_err err = {0};
    char path[512];
    if (argc != 2) {
        fprintf(stderr, "usage: make_kinds FOLDER\n");
        return 64;
    }
    for (int kind = 0; kind < HC_KINDS; kind++) {
        const struct hc_schema *schema = &hc_kinds[kind];
        struct found found[128] = {{0}};
        snprintf(path, sizeof path, "%s/%s.arrow", argv[1], schema->name);
        if (write_kind(path, schema, found, &err) != HC_OK)
            return fail(&err);
        for (size_t i = 0; i < schema->fields; i++)
            tell(&found[i], schema, i);
        fflush(stdout);
        snprintf(path, sizeof path, "%s/%s.stream", argv[1], schema->name);
        if (write_stream(path, schema, &err) != HC_OK)
            return fail(&err);
    }
    return 0;
}
