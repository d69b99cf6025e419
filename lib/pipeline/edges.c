#include "pipeline/edges.h"

#include "base/file.h"

enum hc_status hc_edges_new(struct hc_edges *edges, struct hc_job_set *set,
                            struct hc_err *err) {
    *edges = (struct hc_edges){.set = set};
    edges->books = hc_arena_zalloc(&set->arena, (set->jobs + 1) * sizeof *edges->books);
    return edges->books ? HC_OK : hc_fail_memory(err);
}

/* The books of a job that ended well; read anew when it has run again. */
static enum hc_status books_of(struct hc_edges *edges, const struct hc_job *job, bool again,
                               const struct hc_books **books, struct hc_err *err) {
    size_t number = (size_t)(job - edges->set->job);
    struct hc_books *read = again ? NULL : edges->books[number];
    if (!read) {
        read = hc_arena_zalloc(&edges->set->arena, sizeof *read);
        if (!read)
            return hc_fail_memory(err);
        enum hc_status status = hc_books_read(read, job->accounts, &edges->set->arena, err);
        if (status != HC_OK)
            return status;
        edges->books[number] = read;
    }
    *books = read;
    return HC_OK;
}

enum hc_status hc_edges_rows(struct hc_edges *edges, const struct hc_job *job,
                             int64_t *rows, struct hc_err *err) {
    const struct hc_books *books = NULL;
    enum hc_status status = books_of(edges, job, false, &books, err);
    *rows = 0;
    for (size_t i = 0; status == HC_OK && i < books->outs; i++)
        *rows += books->out[i].rows;
    return status;
}

/* The job that made an input of another: their folders tell. */
static const struct hc_job *maker_of(const struct hc_job_set *set, const struct hc_job *job,
                                     const struct hc_mark *input) {
    const struct hc_step *step = &set->plan->step[job->step];
    for (size_t i = 0; i < step->needs; i++)
        for (size_t j = 0; j < set->count[step->need[i]]; j++) {
            const struct hc_job *maker = &set->job[set->first[step->need[i]] + j];
            size_t len = strlen(maker->folder);
            if (strncmp(input->path, maker->folder, len) == 0 && input->path[len] == '/' &&
                !strchr(input->path + len + 1, '/'))
                return maker;
        }
    return NULL;
}

enum hc_status hc_edges_made(struct hc_edges *edges, const struct hc_job *job,
                             const char *kind, struct hc_book_entry *total,
                             struct hc_err *err) {
    *total = (struct hc_book_entry){.kind = kind, .rows = -1};
    for (size_t i = 0; i < job->record.inputs; i++) {
        const struct hc_mark *input = &job->record.input[i];
        const struct hc_books *books = NULL;
        if (!input->kind || strcmp(input->kind, kind) != 0)
            continue;
        const struct hc_job *maker = maker_of(edges->set, job, input);
        if (!maker)
            return hc_fail(err, HC_EINTERNAL, "nobody made %s", input->name);
        enum hc_status status = books_of(edges, maker, false, &books, err);
        if (status != HC_OK)
            return status;
        const struct hc_book_entry *made = hc_books_made(books, input->path, kind);
        if (!made)
            return hc_fail(err, HC_EINTERNAL, "the accounts of %s do not mention its %s",
                           maker->name, kind);
        total->rows = total->rows < 0 ? 0 : total->rows;
        if (!hc_book_add(total, made, &edges->set->arena))
            return hc_fail_memory(err);
    }
    return HC_OK;
}

/* Totals that differ are a bug of ours, unless somebody altered the file in between. */
static enum hc_status altered_or_bug(const struct hc_job *job, const char *kind,
                                     struct hc_err *err) {
    for (size_t i = 0; i < job->record.inputs; i++) {
        const struct hc_mark *input = &job->record.input[i];
        char hex[65] = "";
        if (!input->kind || strcmp(input->kind, kind) != 0 ||
            (hc_digest_file(input->path, hex, NULL) == HC_OK &&
             strcmp(hex, input->sha256) == 0))
            continue;
        hc_err_hint(err, "%s is not what the step before wrote: it was altered in between",
                    input->path);
        if (err)
            err->status = HC_EDATA;
        return HC_EDATA;
    }
    return HC_EINTERNAL;
}

static bool first_of_kind(const struct hc_job *job, size_t input) {
    for (size_t i = 0; i < input; i++)
        if (job->record.input[i].kind &&
            strcmp(job->record.input[i].kind, job->record.input[input].kind) == 0)
            return false;
    return true;
}

enum hc_status hc_edges_check(struct hc_edges *edges, const struct hc_job *job,
                              struct hc_err *err) {
    const struct hc_books *books = NULL;
    enum hc_status status = books_of(edges, job, job->ran, &books, err);
    for (size_t i = 0; status == HC_OK && i < job->record.outputs; i++) {
        const struct hc_mark *output = &job->record.output[i];
        if (output->kind && !hc_books_made(books, output->path, output->kind))
            status = hc_fail(err, HC_EINTERNAL, "its accounts do not mention its %s",
                             output->name);
    }
    for (size_t i = 0; status == HC_OK && i < job->record.inputs; i++) {
        const char *kind = job->record.input[i].kind;
        struct hc_book_entry made;
        if (!kind || !first_of_kind(job, i))
            continue;
        status = hc_edges_made(edges, job, kind, &made, err);
        if (status == HC_OK)
            status = hc_books_compare(&made, books, &edges->set->arena, err);
        if (status == HC_EINTERNAL)
            status = altered_or_bug(job, kind, err);
    }
    return status;
}
