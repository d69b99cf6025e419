#include "pipeline/verdict.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/num.h"
#include "base/yaml.h"

enum { RECEIPT_LIMIT = 64 << 20, TOLD = 8 /* lines of one delivery */ };

static const struct hc_node *items(const struct hc_node *map, const char *key) {
    const struct hc_node *list = hc_node_get(map, key);
    return list && list->type != HC_NODE_SCALAR ? list->child : NULL;
}

static bool says(const struct hc_node *map, const char *key, const char *text) {
    const struct hc_node *node = hc_node_get(map, key);
    return node && node->type == HC_NODE_SCALAR && hc_str_is(node->text, text);
}

static struct hc_str text_of(const struct hc_node *map, const char *key) {
    const struct hc_node *node = hc_node_get(map, key);
    return node && node->type == HC_NODE_SCALAR ? node->text : HC_STR("");
}

/* Findings are sentences of the feed, without anybody's values. */
static void read_findings(struct hc_verdict *v, struct hc_arena *arena,
                          const struct hc_node *root) {
    for (const struct hc_node *d = items(root, "deliveries"); d; d = d->next)
        for (const struct hc_node *f = items(d, "findings"); f; f = f->next)
            if (says(f, "action", "exception")) {
                struct hc_str what = text_of(f, "what"), name = text_of(f, "finding");
                hc_words_add(&v->against, arena,
                             hc_arena_printf(arena, "%.*s: %.*s", (int)name.len, name.ptr,
                                             (int)what.len, what.ptr));
            }
}

static void read_rejected(struct hc_verdict *v, struct hc_arena *arena,
                          const struct hc_node *root) {
    int64_t count;
    struct hc_str records = text_of(hc_node_get(root, "rejects"), "records");
    if (hc_parse_int(records, 1, INT64_MAX, &count, NULL) == HC_OK)
        hc_words_add(&v->against, arena,
                     hc_arena_printf(arena, "%lld record%s rejected", (long long)count,
                                     count == 1 ? "" : "s"));
}

/* What no finding says. */
static void read_amounts(struct hc_verdict *v, struct hc_arena *arena,
                         const struct hc_node *root) {
    for (const struct hc_node *n = items(root, "out"); n; n = n->next) {
        struct hc_str count = text_of(n, "negative_ffs_equivalents");
        if (count.len)
            hc_words_add(&v->against, arena,
                         hc_arena_printf(arena,
                                         "%.*s lines paid for ahead of time have an "
                                         "ffs_equivalent below 0",
                                         (int)count.len, count.ptr));
    }
}

static int by_text(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* "MC", or "cclf1,cclf2 run-out": deliveries that are alike are of the same files. */
static void read_like(struct hc_verdict *v, struct hc_arena *arena,
                      const struct hc_node *root) {
    const struct hc_node *first = items(root, "deliveries");
    struct hc_str cycle = text_of(first, "cycle");
    struct hc_words kinds = {0};
    struct hc_buf all = {0};
    for (const struct hc_node *e = items(first, "entries"); e; e = e->next)
        if (text_of(e, "file").len && !hc_node_get(e, "skipped"))
            hc_words_add(&kinds, arena, hc_arena_copy(arena, text_of(e, "file")));
    v->against.failed |= kinds.failed;
    if (kinds.count && !kinds.failed)
        qsort(kinds.item, kinds.count, sizeof *kinds.item, by_text);
    for (size_t i = 0; !kinds.failed && i < kinds.count; i++)
        if (i == 0 || strcmp(kinds.item[i - 1], kinds.item[i]) != 0)
            hc_buf_printf(&all, "%s%s", i ? "," : "", kinds.item[i]);
    hc_buf_printf(&all, " %.*s", (int)cycle.len, cycle.ptr);
    v->like = all.failed ? NULL : hc_arena_copy(arena, hc_buf_str(&all));
    v->against.failed |= !v->like;
    hc_buf_free(&all);
}

static void read_measures(struct hc_verdict *v, struct hc_arena *arena,
                          const struct hc_node *root) {
    const struct hc_node *trend = hc_node_get(root, "trend");
    const struct hc_node *bounds = hc_node_get(trend, "bounds");
    if (trend) {
        v->trend = hc_arena_copy(arena, text_of(trend, "action"));
        v->against.failed |= !v->trend;
    }
    for (const struct hc_node *n = items(root, "totals"); n; n = n->next) {
        struct hc_measure *m = &v->measure[v->measures];
        if (v->measures == HC_MEASURES || hc_node_is_null(n) ||
            hc_parse_decimal(n->text, 2, 0, HC_SIGN_LEADING, &m->value, NULL) != HC_OK)
            continue;
        m->name = hc_arena_copy(arena, n->key);
        m->text = hc_arena_copy(arena, n->text);
        v->against.failed |= !m->name || !m->text;
        if (!m->name || hc_parse_decimal(text_of(bounds, m->name), 2, 0, HC_SIGN_LEADING,
                                         &m->bound, NULL) != HC_OK)
            m->bound = -1;
        v->measures++;
    }
}

enum hc_status hc_verdict_read(struct hc_verdict *verdict, struct hc_job_set *set,
                               const struct hc_job *job, struct hc_err *err) {
    struct hc_arena *arena = &set->arena;
    struct hc_yaml *yaml = NULL;
    struct hc_buf text = {0};
    *verdict = (struct hc_verdict){0};
    const char *path = hc_arena_printf(arena, "%s/receipt.json", job->folder);
    if (!path)
        return hc_fail_memory(err);
    enum hc_status status = hc_read_file(path, RECEIPT_LIMIT, &text, err);
    if (status == HC_OK)
        status = hc_yaml_parse(&yaml, path, hc_buf_str(&text), true, err);
    const struct hc_node *root = status == HC_OK ? hc_yaml_root(yaml) : NULL;
    const struct hc_node *said = hc_node_get(root, "verdict");
    verdict->accepted = says(root, "accepted", "true");
    verdict->dated = hc_parse_day(text_of(items(root, "deliveries"), "date"), HC_DATE_ISO,
                                  &verdict->day, NULL) == HC_OK;
    if (said)
        verdict->text = hc_arena_copy(arena, said->text);
    if (said && !hc_str_is(said->text, "accepted")) {
        read_findings(verdict, arena, root);
        read_rejected(verdict, arena, root);
        read_amounts(verdict, arena, root);
    }
    read_like(verdict, arena, root);
    read_measures(verdict, arena, root);
    if (verdict->against.failed || (said && !verdict->text))
        status = hc_fail_memory(err);
    if (status == HC_ENOINPUT || status == HC_ECONFIG)
        status = hc_fail(err, HC_EINTERNAL, "the tool left no receipt that can be read");
    if (status != HC_OK)
        hc_err_at_file(err, path);
    hc_yaml_free(yaml);
    hc_buf_free(&text);
    return status;
}

static bool refuses(const struct hc_verdict *v, const struct hc_job *job) {
    return job->beyond.count && v->trend && strcmp(v->trend, "refuse") == 0;
}

/* As --history names it: the first digits do. */
static const char *where_kept(struct hc_job_set *set, const struct hc_job *job) {
    enum { SHORT = 8 };
    if (!job->receipt)
        return hc_arena_printf(&set->arena, "%s/receipt.json", job->folder);
    const char *digest = hc_base_name(job->receipt);
    return hc_arena_printf(&set->arena, "%.*s*.json", (int)(digest - job->receipt) + SHORT,
                           job->receipt);
}

enum hc_status hc_verdict_warnings(struct hc_job_set *set, struct hc_words *lines,
                                   struct hc_err *err) {
    struct hc_arena *arena = &set->arena;
    for (size_t i = 0; i < set->jobs; i++) {
        const struct hc_job *job = &set->job[i];
        struct hc_verdict v;
        if (!job->delivery || job->status != HC_JOB_DONE || !(job->ran || job->recompared))
            continue;
        enum hc_status status = hc_verdict_read(&v, set, job, err);
        if (status != HC_OK)
            return status;
        for (size_t n = 0; job->ran && n < v.against.count && n < TOLD; n++)
            hc_words_add(lines, arena,
                         hc_arena_printf(arena, "%s: %s", job->name, v.against.item[n]));
        for (size_t n = 0; n < job->beyond.count; n++)
            hc_words_add(lines, arena,
                         hc_arena_printf(arena, "%s: %s", job->name, job->beyond.item[n]));
        size_t count = v.against.count + job->beyond.count;
        if (job->ran ? count : job->beyond.count)
            hc_words_add(lines, arena,
                         hc_arena_printf(arena, "%s: %s with exceptions (%zu): hc-view %s",
                                         job->name, refuses(&v, job) ? "read" : "accepted",
                                         count, where_kept(set, job)));
    }
    return lines->failed ? hc_fail_memory(err) : HC_OK;
}
