/* Record files made by a test, and tools run on them. */
#ifndef HC_TESTS_STREAMS_H
#define HC_TESTS_STREAMS_H

#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "record/inputs.h"
#include "tap.h"

static inline void streams_must(enum hc_status status, const struct hc_err *err) {
    if (status != HC_OK) {
        printf("Bail out! status %d: %s\n", (int)status, err->what);
        exit(1);
    }
}

/* A folder of its own, entered. */
static char streams_folder[] = "hc-test-XXXXXX";
static inline void streams_begin(void) {
    const char *tmp = getenv("TMPDIR");
    if (chdir(tmp ? tmp : "/tmp") != 0 || !mkdtemp(streams_folder) || chdir(streams_folder) != 0) {
        printf("Bail out! no temporary folder\n");
        exit(1);
    }
}
/* Run a tool of this build; standard error goes to "err", standard output to "out". */
static inline int streams_run(const char *const *argv) {
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        int out = open("out", O_WRONLY | O_CREAT | O_TRUNC, 0600);
        int err = open("err", O_WRONLY | O_CREAT | O_TRUNC, 0600);
        dup2(out, 1);
        dup2(err, 2);
        execvp(argv[0], (char *const *)argv);
        _exit(127);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
#define RUN(...) streams_run((const char *const[]){__VA_ARGS__, NULL})

static inline const char *streams_text(const char *path) {
    static struct hc_buf buf;
    if (hc_read_file(path, 1 << 20, &buf, NULL) != HC_OK)
        return "";
    return hc_buf_text(&buf);
}
static inline bool streams_same(const char *a, const char *b) {
    char x[65] = "", y[65] = "";
    return hc_digest_file(a, x, NULL) == HC_OK && hc_digest_file(b, y, NULL) == HC_OK &&
           strcmp(x, y) == 0;
}
static inline void streams_end(void) {
    if (chdir("..") == 0)
        RUN("rm", "-rf", streams_folder);
    unlink("out");
    unlink("err");
}

static inline void streams_write(const char *path, struct hc_batch *b, struct hc_origin *origin) {
    struct hc_err err = {0};
    struct hc_writer *w = NULL;
    const char *deliveries = "", *feeds = "";
    struct hc_meta_pair pair[2] = {{HC_STR("hc.deliveries"), {0}}, {HC_STR("hc.feeds"), {0}}};
    struct hc_meta meta = {2, pair};
    if (origin)
        streams_must(hc_origin_write(origin, &deliveries, &feeds, &err), &err);
    pair[0].value = hc_str_of(deliveries);
    pair[1].value = hc_str_of(feeds);
    streams_must(hc_writer_open(&w, path, b->schema, origin ? &meta : NULL, "test", NULL, &err),
                 &err);
    streams_must(hc_writer_write(w, b, &err), &err);
    streams_must(hc_writer_commit(w, &err), &err);
    hc_writer_free(w);
}

/* The file's rows as one batch; its schema stays the kind's. */
static inline struct hc_batch *streams_read(const char *path, enum hc_kind kind) {
    struct hc_err err = {0};
    struct hc_inputs *in = NULL;
    struct hc_batch *all = NULL;
    const struct hc_batch *b;
    struct hc_reader_options options = {.kind = kind};
    enum hc_status status = hc_inputs_open(&in, &path, 1, &options, &err);
    streams_must(status, &err);
    streams_must(hc_batch_new(&all, &hc_kinds[kind], NULL, &err), &err);
    while ((status = hc_inputs_next(in, &b, &err)) == HC_OK)
        for (uint32_t row = 0; row < b->rows; row++)
            streams_must(hc_batch_take(all, b, &row, 1, &err), &err);
    streams_must(status == HC_END ? HC_OK : status, &err);
    streams_must(hc_batch_seal(all, &err), &err);
    hc_inputs_free(in);
    return all;
}

#endif
