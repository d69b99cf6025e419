#include "pipeline/books.h"

#include "base/file.h"
#include "base/yaml.h"

enum { BOOKS_LIMIT = 64 << 20 };

struct reading {
    struct hc_arena *arena;
    struct hc_faults faults;
    bool failed;
};

/* Digits with a sign; hc_i128 has no parser in the C library. */
static bool parse_sum(struct hc_str text, hc_i128 *value) {
    size_t at = text.len && text.ptr[0] == '-';
    bool minus = at == 1;
    if (at == text.len || text.len > 38)
        return false;
    for (*value = 0; at < text.len; at++) {
        if (text.ptr[at] < '0' || text.ptr[at] > '9')
            return false;
        *value = *value * 10 + (minus ? '0' - text.ptr[at] : text.ptr[at] - '0');
    }
    return true;
}

static const char *text_of(struct reading *r, const struct hc_node *map, const char *key) {
    const struct hc_node *node = hc_node_get(map, key);
    if (!node || hc_node_is_null(node))
        return NULL;
    char *copy = hc_arena_copy(r->arena, node->text);
    r->failed = r->failed || !copy;
    return copy;
}

static void read_entry(struct reading *r, const struct hc_node *node,
                       struct hc_book_entry *entry) {
    const struct hc_node *sums = hc_node_get(node, "sums");
    entry->path = text_of(r, node, "path");
    entry->kind = text_of(r, node, "kind");
    entry->reason = text_of(r, node, "reason");
    entry->rows = hc_get_int(&r->faults, node, "rows", 0, INT64_MAX, 0);
    entry->sum =
        hc_arena_zalloc(r->arena, ((sums ? sums->children : 0) + 1) * sizeof *entry->sum);
    r->failed = r->failed || !entry->sum;
    for (const struct hc_node *sum = entry->sum && sums ? sums->child : NULL; sum;
         sum = sum->next) {
        if (hc_node_is_null(sum))
            continue;
        struct hc_book_sum *into = &entry->sum[entry->sums++];
        into->name = hc_arena_copy(r->arena, sum->key);
        r->failed = r->failed || !into->name;
        if (!parse_sum(sum->text, &into->value))
            hc_fault(&r->faults, sum, "%s: expected a sum", sum->key.ptr);
    }
}

static size_t read_entries(struct reading *r, const struct hc_node *root, const char *key,
                           struct hc_book_entry **entries) {
    const struct hc_node *list = hc_node_get(root, key);
    size_t count = 0;
    *entries =
        hc_arena_zalloc(r->arena, ((list ? list->children : 0) + 1) * sizeof **entries);
    r->failed = r->failed || !*entries;
    for (const struct hc_node *node = *entries && list ? list->child : NULL; node;
         node = node->next)
        read_entry(r, node, &(*entries)[count++]);
    return count;
}

enum hc_status hc_books_read(struct hc_books *books, const char *path,
                             struct hc_arena *arena, struct hc_err *err) {
    struct reading r = {.arena = arena};
    struct hc_buf text = {0};
    struct hc_yaml *yaml = NULL;
    *books = (struct hc_books){0};
    enum hc_status status = hc_read_file(path, BOOKS_LIMIT, &text, err);
    if (status == HC_OK)
        status = hc_yaml_parse(&yaml, path, hc_buf_str(&text), true, err);
    if (status == HC_OK) {
        const struct hc_node *root = hc_yaml_root(yaml);
        r.faults.yaml = yaml;
        books->balanced = hc_get_bool(&r.faults, root, "balanced", false);
        books->ins = read_entries(&r, root, "in", &books->in);
        books->outs = read_entries(&r, root, "out", &books->out);
        books->asides = read_entries(&r, root, "set_aside", &books->aside);
        status = hc_faults_end(&r.faults, err);
    }
    hc_buf_free(&r.faults.text);
    hc_yaml_free(yaml);
    hc_buf_free(&text);
    if (r.failed)
        return hc_fail_memory(err);
    if (status == HC_ENOINPUT || status == HC_ECONFIG || status == HC_EDATA) {
        if (status == HC_ENOINPUT)
            hc_fail(err, HC_EINTERNAL, "the tool left no accounts");
        if (err)
            err->status = HC_EINTERNAL;
        hc_err_at_file(err, path);
        return HC_EINTERNAL;
    }
    if (status == HC_OK && !books->balanced) {
        status = hc_fail(err, HC_EINTERNAL, "the tool's accounts do not balance");
        hc_err_at_file(err, path);
    }
    return status;
}

const struct hc_book_entry *hc_books_made(const struct hc_books *books, const char *path,
                                          const char *kind) {
    const struct hc_book_entry *found = NULL;
    size_t like = 0;
    for (size_t i = 0; i < books->outs; i++) {
        const struct hc_book_entry *entry = &books->out[i];
        if (!entry->kind || strcmp(entry->kind, kind) != 0)
            continue;
        if (entry->path && strcmp(entry->path, path) == 0)
            return entry;
        if (entry->path && strcmp(hc_base_name(entry->path), hc_base_name(path)) != 0)
            continue;
        found = entry;
        like++;
    }
    return like == 1 ? found : NULL;
}

bool hc_book_add(struct hc_book_entry *total, const struct hc_book_entry *entry,
                 struct hc_arena *arena) {
    struct hc_book_sum *sum =
        hc_arena_zalloc(arena, (total->sums + entry->sums + 1) * sizeof *sum);
    if (!sum)
        return false;
    if (total->sums)
        memcpy(sum, total->sum, total->sums * sizeof *sum);
    total->sum = sum;
    total->rows += entry->rows;
    for (size_t i = 0; i < entry->sums; i++) {
        size_t at = 0;
        while (at < total->sums && strcmp(sum[at].name, entry->sum[i].name) != 0)
            at++;
        if (at == total->sums)
            sum[total->sums++].name = entry->sum[i].name;
        sum[at].value += entry->sum[i].value;
    }
    return true;
}

enum hc_status hc_books_compare(const struct hc_book_entry *made,
                                const struct hc_books *reader, struct hc_arena *arena,
                                struct hc_err *err) {
    struct hc_book_entry read = {0};
    size_t entries = 0;
    char a[HC_NUM_SIZE], b[HC_NUM_SIZE];
    for (size_t i = 0; i < reader->ins; i++) {
        if (!reader->in[i].kind || strcmp(reader->in[i].kind, made->kind) != 0)
            continue;
        entries++;
        if (!hc_book_add(&read, &reader->in[i], arena))
            return hc_fail_memory(err);
    }
    if (entries == 0)
        return hc_fail(err, HC_EINTERNAL, "its accounts do not mention the %s it was given",
                       made->kind);
    if (read.rows != made->rows)
        return hc_fail(err, HC_EINTERNAL, "%lld rows of %s were made, %lld were read",
                       (long long)made->rows, made->kind, (long long)read.rows);
    for (size_t i = 0; i < made->sums; i++)
        for (size_t j = 0; j < read.sums; j++)
            if (strcmp(made->sum[i].name, read.sum[j].name) == 0 &&
                made->sum[i].value != read.sum[j].value)
                return hc_fail(err, HC_EINTERNAL,
                               "%s of %s: a sum of %s was made, one of %s was read",
                               made->sum[i].name, made->kind,
                               hc_format_scaled(made->sum[i].value, 0, a),
                               hc_format_scaled(read.sum[j].value, 0, b));
    return HC_OK;
}
