#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "../fill.h"
#include "../tap.h"
#include "record/stream.h"

static char folder[] = "/tmp/hc-stream-XXXXXX";

static const char *path_of(const char *name) {
    static char path[4][128];
    static unsigned turn;
    char *out = path[turn++ % 4];
    snprintf(out, sizeof path[0], "%s/%s", folder, name);
    return out;
}

static void must(enum hc_status status, const struct hc_err *err) {
    if (status != HC_OK) {
        printf("Bail out! status %d: %s: %s: %s\n", (int)status, err->file, err->field,
               err->what);
        exit(1);
    }
}

/* Run work with standard output going to a file: the streaming format. */
struct plan {
    const struct hc_schema *schema;
    const bool *has;
    size_t batches, rows;
    unsigned nulls;
};
static bool sparse; /* columns of nulls are left out of the batches */
static enum hc_status write_plan(const char *path, const struct plan *plan,
                                 struct hc_err *err) {
    struct hc_meta_pair pair = {HC_STR("hc.deliveries"), HC_STR("[]")};
    struct hc_meta meta = {1, &pair};
    struct hc_writer_options options = {.has = plan->has};
    struct hc_writer *w = NULL;
    struct hc_batch *b = NULL;
    uint64_t seed = 7;
    enum hc_status status =
        hc_writer_open(&w, path, plan->schema, &meta, "test", &options, err);
    if (status == HC_OK)
        status = hc_batch_new(&b, plan->schema, plan->has, err);
    for (size_t i = 0; i < plan->batches && status == HC_OK; i++) {
        fill_rows(b, plan->rows, plan->nulls, &seed);
        status = sparse ? hc_batch_seal_sparse(b, err) : HC_OK;
        if (status == HC_OK)
            status = hc_writer_write(w, b, err);
        hc_batch_clear(b);
    }
    if (status == HC_OK)
        status = hc_writer_commit(w, err);
    hc_batch_free(b);
    hc_writer_free(w);
    return status;
}

static void make(const char *path, bool stream, const struct plan *plan) {
    struct hc_err err = {0};
    if (!stream) {
        must(write_plan(path, plan, &err), &err);
        return;
    }
    fflush(stdout);
    int saved = dup(STDOUT_FILENO);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(fd, STDOUT_FILENO);
    close(fd);
    enum hc_status status = write_plan(NULL, plan, &err);
    dup2(saved, STDOUT_FILENO);
    close(saved);
    must(status, &err);
}

/* Read path and hold it against what the plan made; the number of rows, or -1 and err. */
static int64_t read_plan(const char *path, const struct plan *plan,
                         const struct hc_reader_options *options, bool *same,
                         struct hc_err *err) {
    struct hc_reader *r = NULL;
    struct hc_batch *b = NULL;
    const struct hc_batch *in;
    uint64_t seed = 7;
    int64_t total = 0;
    int *column = calloc(plan->schema->fields + 1, sizeof *column);
    size_t columns = 0, next = 0, left = plan->batches;
    enum hc_status status = hc_batch_new(&b, plan->schema, plan->has, err);
    *same = true;
    if (status == HC_OK)
        status = hc_reader_open(&r, path, options, err);
    for (size_t i = 0; i < plan->schema->fields; i++)
        if ((!plan->has || plan->has[i]) && (!options->want || options->want[i]))
            column[columns++] = (int)i;
    while (status == HC_OK && (status = hc_reader_next(r, &in, err)) == HC_OK) {
        for (size_t row = 0; row < in->rows; row++, next++, total++) {
            if (next == b->rows) {
                hc_batch_clear(b);
                fill_rows(b, left ? plan->rows : 0, plan->nulls, &seed);
                *same = *same && left && hc_batch_seal(b, err) == HC_OK;
                left -= left > 0;
                next = 0;
            }
            *same = *same && hc_same_row(in, row, b, next, column, columns);
            for (size_t i = 0; i < columns; i++)
                *same = *same && hc_is_null(in, (size_t)column[i], row) ==
                                     hc_is_null(b, (size_t)column[i], next);
            for (size_t i = 0; options->want && i < plan->schema->known; i++)
                if (!options->want[i])
                    *same = *same && hc_is_null(in, i, row);
        }
    }
    hc_batch_free(b);
    hc_reader_free(r);
    free(column);
    return status == HC_END ? total : -1;
}

static void test_every_kind(void) {
    static const unsigned nulls[] = {0, 3, 1};
    for (int kind = 0; kind < HC_KINDS; kind++)
        for (int form = 0; form < 6; form++) {
            struct plan plan = {&hc_kinds[kind], NULL, 2, 37, nulls[form / 2]};
            struct hc_reader_options options = {.kind = (enum hc_kind)kind, .verify = true};
            struct hc_err err = {0};
            const char *path = path_of("every");
            bool same;
            make(path, form % 2, &plan);
            int64_t rows = read_plan(path, &plan, &options, &same, &err);
            tap_ok(rows == 74 && same, "%s, %s, nulls 1/%u: what was written is read%s%s",
                   hc_kinds[kind].name, form % 2 ? "stream" : "file", plan.nulls,
                   rows < 0 ? ": " : "", err.what);
        }
}

static void test_sizes(void) {
    static const size_t sizes[][2] = {{0, 0},     {1, 1},     {3, 7},    {1, 16384},
                                      {1, 16385}, {5, 16384}, {1, 50001}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int stream = 0; stream < 2; stream++) {
            struct plan plan = {&hc_kinds[HC_KIND_coverage], NULL, sizes[i][0], sizes[i][1],
                                4};
            struct hc_reader_options options = {.kind = HC_KIND_any};
            struct hc_err err = {0};
            const char *path = path_of("sizes");
            bool same;
            make(path, stream, &plan);
            int64_t rows = read_plan(path, &plan, &options, &same, &err);
            tap_ok(rows == (int64_t)(sizes[i][0] * sizes[i][1]) && same,
                   "%zu batches of %zu rows, %s: %d rows read", sizes[i][0], sizes[i][1],
                   stream ? "stream" : "file", (int)rows);
        }
}

static void test_projection(void) {
    struct plan plan = {&hc_kinds[HC_KIND_claim_line], NULL, 3, 5000, 5};
    bool want[HC_claim_line_fields];
    for (int every = 1; every < 12; every += 3)
        for (int stream = 0; stream < 2; stream++) {
            struct hc_reader_options options = {.kind = HC_KIND_claim_line, .want = want};
            struct hc_err err = {0};
            const char *path = path_of("projection");
            bool same;
            for (size_t i = 0; i < HC_claim_line_fields; i++)
                want[i] = i % (size_t)every == (size_t)every / 2;
            make(path, stream, &plan);
            int64_t rows = read_plan(path, &plan, &options, &same, &err);
            tap_ok(rows == 15000 && same,
                   "one column in %d wanted, %s: the same values, %d rows", every,
                   stream ? "stream" : "file", (int)rows);
        }
}

static void test_partial_stream(void) {
    bool has[HC_claim_line_fields] = {
        [HC_claim_line_paid] = true, [HC_claim_line_modifiers] = true};
    struct plan plan = {&hc_kinds[HC_KIND_claim_line], has, 2, 10, 3};
    const int need[] = {HC_claim_line_paid, HC_claim_line_allowed, -1};
    struct hc_reader_options options = {.kind = HC_KIND_claim_line};
    struct hc_reader *r = NULL;
    struct hc_err err = {0};
    const char *path = path_of("partial");
    bool same;
    make(path, false, &plan);
    tap_ok(read_plan(path, &plan, &options, &same, &err) == 20 && same,
           "a stream of two columns is read");
    must(hc_reader_open(&r, path, &options, &err), &err);
    tap_ok(hc_reader_has(r, HC_claim_line_paid) && !hc_reader_has(r, HC_claim_line_allowed),
           "it says which columns it has");
    tap_ok(hc_str_is(hc_meta_get(hc_reader_meta(r), "hc.tool"), "test") &&
               hc_str_is(hc_meta_get(hc_reader_meta(r), "hc.kind"), "claim_line") &&
               hc_str_is(hc_meta_get(hc_reader_meta(r), "hc.deliveries"), "[]"),
           "and its metadata");
    hc_reader_free(r);
    options.need = need;
    enum hc_status status = hc_reader_open(&r, path, &options, &err);
    tap_ok(status == HC_EDATA && strcmp(err.field, "allowed") == 0,
           "a missing column that is needed is refused at opening: %s: %s", err.field,
           err.what);
}

static void *slurp(const char *path, size_t *len) {
    struct hc_buf buf = {0};
    struct hc_err err = {0};
    must(hc_read_file(path, 1 << 26, &buf, &err), &err);
    *len = buf.len;
    return buf.ptr;
}

/* Columns without any value: filled with zeros or left out, they are the same bytes. */
static void test_sparse(void) {
    static const size_t rows[] = {1, 8, 37, 20000};
    for (int kind = 0; kind < HC_KINDS; kind++)
        for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
            size_t len[2];
            uint8_t *bytes[2];
            for (int i = 0; i < 2; i++) {
                struct plan plan = {&hc_kinds[kind], NULL, 2, rows[r], 1};
                sparse = i;
                make(path_of("sparse"), false, &plan);
                bytes[i] = slurp(path_of("sparse"), &len[i]);
            }
            sparse = false;
            tap_ok(len[0] == len[1] && memcmp(bytes[0], bytes[1], len[0]) == 0,
                   "%s: %zu rows of nulls, left out or not", hc_kinds[kind].name, rows[r]);
            free(bytes[0]);
            free(bytes[1]);
        }
}

static void spill(const char *path, const void *bytes, size_t len) {
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || write(fd, bytes, len) != (ssize_t)len)
        printf("Bail out! cannot write %s\n", path);
    close(fd);
}

static enum hc_status read_status(const char *path, enum hc_kind kind, bool verify,
                                  struct hc_err *err) {
    struct hc_reader_options options = {
        .kind = kind, .verify = verify, .want_unknown = true};
    const struct hc_batch *batch;
    struct hc_reader *r = NULL;
    enum hc_status status = hc_reader_open(&r, path, &options, err);
    while (status == HC_OK)
        status = hc_reader_next(r, &batch, err);
    hc_reader_free(r);
    return status;
}

/* Through a pipe, which cannot seek. */
static enum hc_status pipe_status(const void *bytes, size_t len, struct hc_err *err) {
    int ends[2], saved = dup(STDIN_FILENO);
    if (pipe(ends) != 0 || write(ends[1], bytes, len) != (ssize_t)len)
        printf("Bail out! no pipe\n");
    close(ends[1]);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    enum hc_status status = read_status("-", HC_KIND_any, false, err);
    dup2(saved, STDIN_FILENO);
    close(saved);
    return status;
}

static void test_every_cut(void) {
    for (int form = 0; form < 2; form++) {
        struct plan plan = {&hc_kinds[HC_KIND_preference], NULL, 2, 3, 3};
        const char *path = path_of("cut");
        struct hc_err err = {0};
        size_t len, accepted = 0, other = 0, nameless = 0;
        make(path, form, &plan);
        uint8_t *bytes = slurp(path, &len);
        tap_int(read_status(path, HC_KIND_any, true, &err), HC_END, "whole");
        for (int through_pipe = 0; through_pipe < 2; through_pipe++) {
            for (size_t cut = len; cut-- > 0;) {
                err = (struct hc_err){0};
                if (!through_pipe && truncate(path, (off_t)cut) != 0)
                    printf("Bail out! cannot cut %s\n", path);
                enum hc_status status = through_pipe
                                            ? pipe_status(bytes, cut, &err)
                                            : read_status(path, HC_KIND_any, false, &err);
                accepted += status == HC_END;
                other += status != HC_END && status != HC_EDATA;
                nameless += err.what[0] == 0 || err.file[0] == 0;
            }
            tap_ok(!accepted && !other && !nameless,
                   "%s of %zu bytes cut at every byte, %s: %zu taken as whole, %zu with "
                   "another status, %zu without a message",
                   form ? "stream" : "file", len, through_pipe ? "pipe" : "file", accepted,
                   other, nameless);
        }
        tap_int(pipe_status(bytes, len, &err), HC_END, "whole through a pipe");
        free(bytes);
    }
}

/* Any single byte changed must give a status, never a crash; sums and counts must not. */
static void test_every_byte(void) {
    for (int form = 0; form < 2; form++) {
        struct plan plan = {&hc_kinds[HC_KIND_payment], NULL, 1, 5, 3};
        const char *path = path_of("flip");
        size_t len, odd = 0;
        make(path, form, &plan);
        uint8_t *bytes = slurp(path, &len);
        int fd = open(path, O_WRONLY);
        for (size_t at = 0; at < len; at++) {
            struct hc_err err = {0};
            uint8_t changed = bytes[at] ^ 0xff;
            odd += pwrite(fd, &changed, 1, (off_t)at) != 1;
            enum hc_status status = read_status(path, HC_KIND_any, true, &err);
            odd += status != HC_END && status != HC_EDATA;
            odd += pwrite(fd, &bytes[at], 1, (off_t)at) != 1;
        }
        close(fd);
        tap_int((int64_t)odd, 0, "statuses beside END and EDATA when one byte is changed");
        free(bytes);
    }
}

static void test_row_removed(void) {
    struct plan plan = {&hc_kinds[HC_KIND_payment], NULL, 1, 8, 0};
    const char *path = path_of("removed");
    const struct hc_batch *in;
    struct hc_reader *r = NULL;
    struct hc_err err = {0};
    size_t len;
    make(path, false, &plan);
    uint8_t *bytes = slurp(path, &len);
    must(hc_reader_open(&r, path, NULL, &err), &err);
    must(hc_reader_next(r, &in, &err), &err);
    int64_t amount = hc_cents_of(in, HC_payment_amount)[3];
    hc_reader_free(r);
    size_t hits = 0;
    for (size_t at = 0; at + 8 <= len; at += 8)
        if (memcmp(bytes + at, &amount, 8) == 0) {
            bytes[at] ^= 1;
            hits++;
        }
    tap_int((int64_t)hits, 1, "the amount stands once in the file");
    spill(path, bytes, len);
    enum hc_status status = read_status(path, HC_KIND_any, false, &err);
    tap_ok(status == HC_EDATA && strcmp(err.field, "amount") == 0,
           "an amount changed by one cent is noticed: %s: %s", err.field, err.what);
    free(bytes);
}

static void test_kinds_refused(void) {
    struct plan plan = {&hc_kinds[HC_KIND_payment], NULL, 1, 1, 0};
    struct hc_schema newer = hc_kinds[HC_KIND_payment];
    const char *path = path_of("kind");
    struct hc_err err = {0};
    make(path, false, &plan);
    enum hc_status status = read_status(path, HC_KIND_claim_line, false, &err);
    tap_ok(status == HC_EDATA && strstr(err.what, "payment") &&
               strstr(err.what, "claim_line"),
           "another kind is refused by both names: %s", err.what);
    newer.version = 99;
    plan.schema = &newer;
    make(path, false, &plan);
    status = read_status(path, HC_KIND_any, false, &err);
    tap_ok(status == HC_EDATA && strstr(err.what, "99"), "a newer version is refused: %s",
           err.what);
    spill(path, "payer,amount\nx,1\n", 17);
    status = read_status(path, HC_KIND_any, false, &err);
    tap_ok(status == HC_EDATA && err.hint[0], "csv is refused: %s", err.what);
}

/* A field of a newer version, or of a foreign stage, is passed on. */
static void test_unknown(void) {
    const struct hc_schema *payment = &hc_kinds[HC_KIND_payment];
    struct hc_field field[HC_payment_fields + 3];
    struct hc_schema wider = *payment;
    memcpy(field, payment->field, sizeof *field * payment->fields);
    field[payment->fields] = (struct hc_field){"bonus", HC_TYPE_cents, HC_SUM, NULL, ""};
    field[payment->fields + 1] =
        (struct hc_field){"secret", HC_TYPE_utf8, HC_PHI, NULL, ""};
    field[payment->fields + 2] = (struct hc_field){"kind_of", HC_TYPE_choice, 0,
                                                   &hc_choices[HC_CHOICES_claim_type], ""};
    wider.fields += 3;
    wider.field = field;
    struct plan plan = {&wider, NULL, 1, 9, 3};
    struct hc_reader_options options = {.kind = HC_KIND_payment, .want_unknown = true};
    const char *path = path_of("unknown");
    const struct hc_batch *in;
    struct hc_reader *r = NULL;
    struct hc_err err = {0};
    make(path, false, &plan);
    must(hc_reader_open(&r, path, &options, &err), &err);
    const struct hc_schema *got = hc_reader_schema(r);
    tap_int((int64_t)got->fields, (int64_t)wider.fields, "unknown fields follow the known");
    tap_ok(got->field[payment->fields].type == HC_TYPE_cents &&
               got->field[payment->fields].flags == HC_SUM &&
               got->field[payment->fields + 1].flags == HC_PHI &&
               got->field[payment->fields + 2].type == HC_TYPE_utf8,
           "with unit and flags, a list of choices as text");
    must(hc_reader_next(r, &in, &err), &err);
    bool texts = true;
    for (size_t row = 0; row < in->rows; row++)
        if (!hc_is_null(in, payment->fields + 2, row))
            texts &= hc_choice_of(&hc_choices[HC_CHOICES_claim_type],
                                  hc_str_at(in, payment->fields + 2, row)) >= 0;
    tap_ok(texts, "and their values");
    hc_reader_free(r);
    options.want_unknown = false;
    must(hc_reader_open(&r, path, &options, &err), &err);
    tap_int((int64_t)hc_reader_schema(r)->fields, (int64_t)payment->fields,
            "and left out when not wanted");
    enum hc_status status;
    while ((status = hc_reader_next(r, &in, &err)) == HC_OK)
        continue;
    tap_int(status, HC_END, "the totals agree without them");
    hc_reader_free(r);
}

static void test_sum_too_large(void) {
    const struct hc_schema *schema = &hc_kinds[HC_KIND_payment];
    struct hc_writer *w = NULL;
    struct hc_batch *b = NULL;
    struct hc_err err = {0};
    must(hc_batch_new(&b, schema, NULL, &err), &err);
    must(hc_writer_open(&w, path_of("large"), schema, NULL, "test", NULL, &err), &err);
    for (int i = 0; i < 2; i++) {
        hc_batch_row(b);
        hc_set_i64(b, HC_payment_amount, INT64_MAX);
    }
    must(hc_writer_write(w, b, &err), &err);
    enum hc_status status = hc_writer_commit(w, &err);
    tap_ok(status == HC_EDATA && strcmp(err.field, "amount") == 0,
           "a sum beyond 64 bits is refused: %s: %s", err.field, err.what);
    hc_writer_free(w);
    hc_batch_free(b);
    tap_ok(access(path_of("large"), F_OK) != 0, "and nothing is written");
}

int main(void) {
    if (!mkdtemp(folder)) {
        printf("Bail out! no folder\n");
        return 1;
    }
    test_every_kind();
    test_sizes();
    test_projection();
    test_sparse();
    test_partial_stream();
    test_every_cut();
    test_every_byte();
    test_row_removed();
    test_kinds_refused();
    test_unknown();
    test_sum_too_large();
    static const char *const made[] = {"every",   "sizes", "projection", "partial",
                                       "cut",     "flip",  "removed",    "kind",
                                       "unknown", "sparse"};
    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        unlink(path_of(made[i]));
    rmdir(folder);
    return tap_done();
}
