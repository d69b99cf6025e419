#include "record/accounts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/tool.h"

struct entry {
    char *label; /* path or reason; NULL: not given */
    enum hc_kind kind;
    char *kind_name;
    struct hc_totals totals; /* of the kind's own fields */
};
struct list {
    struct entry *entry;
    size_t count;
};
struct note {
    char *name;
    int64_t count;
};
struct hc_accounts {
    char *tool;
    struct list in, out, aside, made;
    struct note *note;
    size_t notes;
    size_t checks, checks_held;
    bool failed;         /* out of memory */
    struct hc_out *file; /* prepared: written, not committed */
    bool written;        /* to a device, which knows no commit */
};

/* What entries of no kind of ours are counted by: rows only. */
static const struct hc_schema bare = {"", HC_KIND_any, 0, 0, 0, NULL};

static char *copy(const char *text) {
    return text ? strdup(text) : NULL;
}

enum hc_status hc_accounts_new(struct hc_accounts **accounts, const char *tool,
                               struct hc_err *err) {
    struct hc_accounts *a = calloc(1, sizeof *a);
    *accounts = NULL;
    if (!a || !(a->tool = copy(tool))) {
        free(a);
        return hc_fail_memory(err);
    }
    *accounts = a;
    return HC_OK;
}

static void free_entry(struct entry *entry) {
    free(entry->label);
    free(entry->kind_name);
    hc_totals_free(&entry->totals);
}

static void free_list(struct list *list) {
    for (size_t i = 0; i < list->count; i++)
        free_entry(&list->entry[i]);
    free(list->entry);
}

void hc_accounts_free(struct hc_accounts *a) {
    if (!a)
        return;
    free_list(&a->in);
    free_list(&a->out);
    free_list(&a->aside);
    free_list(&a->made);
    for (size_t i = 0; i < a->notes; i++)
        free(a->note[i].name);
    free(a->note);
    hc_out_free(a->file);
    free(a->tool);
    free(a);
}

/* A new entry at the end of list without sums; NULL (and failed) when out of memory. */
static struct entry *add(struct hc_accounts *a, struct list *list, const char *label,
                         const struct hc_schema *schema) {
    struct entry entry = {copy(label), schema->kind, copy(schema->name), {0}};
    const struct hc_schema *own = schema->kind < HC_KINDS ? &hc_kinds[schema->kind] : &bare;
    struct entry *more = realloc(list->entry, (list->count + 1) * sizeof *more);
    if (more)
        list->entry = more;
    if (!more || (label && !entry.label) || !entry.kind_name ||
        hc_totals_init(&entry.totals, own, NULL) != HC_OK) {
        free_entry(&entry);
        a->failed = true;
        return NULL;
    }
    list->entry[list->count] = entry;
    return &list->entry[list->count++];
}

static void add_totals(struct hc_accounts *a, struct list *list, const char *path,
                       const struct hc_totals *totals) {
    struct entry *entry = add(a, list, path, totals->schema);
    if (!entry)
        return;
    entry->totals.rows = totals->rows;
    for (size_t i = 0; i < entry->totals.schema->known && i < totals->schema->known; i++) {
        entry->totals.sum[i] = totals->sum[i];
        entry->totals.has[i] = totals->has[i];
    }
}

void hc_accounts_in(struct hc_accounts *a, const char *path,
                    const struct hc_totals *totals) {
    add_totals(a, &a->in, path, totals);
}

void hc_accounts_out(struct hc_accounts *a, const char *path,
                     const struct hc_totals *totals) {
    add_totals(a, &a->out, path, totals);
}

/* The entry of a reason, added when it is new; NULL when out of memory. */
static struct entry *reason_entry(struct hc_accounts *a, struct list *list,
                                  const char *reason, const struct hc_schema *schema) {
    for (size_t i = 0; i < list->count; i++)
        if (list->entry[i].kind == schema->kind &&
            strcmp(list->entry[i].label, reason) == 0)
            return &list->entry[i];
    return add(a, list, reason, schema);
}

void hc_accounts_aside(struct hc_accounts *a, const char *reason,
                       const struct hc_batch *batch, const uint32_t *row, size_t rows) {
    struct entry *entry = reason_entry(a, &a->aside, reason, batch->schema);
    if (entry)
        hc_totals_add_rows(&entry->totals, batch, row, rows);
}

void hc_accounts_made(struct hc_accounts *a, const char *reason, enum hc_kind kind,
                      uint64_t rows) {
    struct entry *entry =
        reason_entry(a, &a->made, reason, kind < HC_KINDS ? &hc_kinds[kind] : &bare);
    if (entry)
        entry->totals.rows += rows;
}

void hc_accounts_note(struct hc_accounts *a, const char *name, int64_t count) {
    for (size_t i = 0; i < a->notes; i++)
        if (strcmp(a->note[i].name, name) == 0) {
            a->note[i].count += count;
            return;
        }
    struct note *more = realloc(a->note, (a->notes + 1) * sizeof *more);
    if (more)
        a->note = more;
    if (!more || !(a->note[a->notes].name = copy(name))) {
        a->failed = true;
        return;
    }
    a->note[a->notes++].count = count;
}

/* ---- checking ---- */

/* Add list's entries of kind to sum. A column counts as there when every entry that has
 * rows has it. */
static void add_up(const struct list *list, enum hc_kind kind, struct hc_totals *sum) {
    for (size_t i = 0; i < sum->schema->known; i++)
        sum->has[i] = true;
    for (size_t n = 0; n < list->count; n++) {
        const struct entry *entry = &list->entry[n];
        if (entry->kind != kind)
            continue;
        sum->rows += entry->totals.rows;
        for (size_t i = 0; i < sum->schema->known; i++) {
            sum->sum[i] += entry->totals.sum[i];
            if (entry->totals.rows && !entry->totals.has[i])
                sum->has[i] = false;
        }
    }
}

static uint64_t rows_made(const struct hc_accounts *a, enum hc_kind kind) {
    uint64_t rows = 0;
    for (size_t i = 0; i < a->made.count; i++)
        if (a->made.entry[i].kind == kind)
            rows += a->made.entry[i].totals.rows;
    return rows;
}

enum hc_status hc_accounts_check(struct hc_accounts *a, enum hc_kind kind,
                                 struct hc_err *err) {
    struct hc_totals in = {0}, out = {0}, aside = {0};
    const struct hc_schema *schema = kind < HC_KINDS ? &hc_kinds[kind] : &bare;
    if (a->failed)
        return hc_fail_memory(err);
    enum hc_status status = hc_totals_init(&in, schema, err);
    if (status == HC_OK)
        status = hc_totals_init(&out, schema, err);
    if (status == HC_OK)
        status = hc_totals_init(&aside, schema, err);
    if (status == HC_OK) {
        add_up(&a->in, kind, &in);
        add_up(&a->out, kind, &out);
        add_up(&a->aside, kind, &aside);
        in.rows += rows_made(a, kind);
        a->checks++;
        status = hc_totals_balance(&in, &out, &aside, "written and set aside", err);
        a->checks_held += status == HC_OK;
    }
    hc_totals_free(&in);
    hc_totals_free(&out);
    hc_totals_free(&aside);
    return status;
}

/* ---- showing ---- */

static uint64_t rows_of(const struct list *list, const char *kind, bool *any) {
    uint64_t rows = 0;
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->entry[i].kind_name, kind) == 0) {
            rows += list->entry[i].totals.rows;
            *any = true;
        }
    return rows;
}

static int by_label(const void *x, const void *y) {
    const struct entry *a = x, *b = y;
    int order = strcmp(a->label, b->label);
    return order ? order : strcmp(a->kind_name, b->kind_name);
}

static int by_name(const void *x, const void *y) {
    const struct note *a = x, *b = y;
    return strcmp(a->name, b->name);
}

/* Reasons of kind, sorted: " (2 pair, 1 redelivered)". */
static void put_reasons(const struct list *list, const char *kind, struct hc_buf *buf) {
    const char *last = NULL;
    const char *before = " (";
    for (;;) {
        const struct entry *next = NULL;
        for (size_t i = 0; i < list->count; i++) {
            const struct entry *entry = &list->entry[i];
            if (strcmp(entry->kind_name, kind) == 0 &&
                (!last || strcmp(entry->label, last) > 0) &&
                (!next || strcmp(entry->label, next->label) < 0))
                next = entry;
        }
        if (!next)
            break;
        hc_buf_printf(buf, "%s%" PRIu64 " %s", before, next->totals.rows, next->label);
        before = ", ";
        last = next->label;
    }
    if (last)
        hc_buf_putc(buf, ')');
}

static void put_kind(const struct hc_accounts *a, const char *kind, struct hc_buf *buf) {
    bool has_in = false, has_out = false, has_aside = false, has_made = false;
    uint64_t in = rows_of(&a->in, kind, &has_in), out = rows_of(&a->out, kind, &has_out);
    uint64_t aside = rows_of(&a->aside, kind, &has_aside);
    uint64_t made = rows_of(&a->made, kind, &has_made);
    if (buf->len)
        hc_buf_puts(buf, "; ");
    if (has_in)
        hc_buf_printf(buf, "%" PRIu64 " %s in", in, kind);
    if (has_made) {
        hc_buf_printf(buf, " + %" PRIu64 " made", made);
        put_reasons(&a->made, kind, buf);
    }
    if (has_in && (has_out || has_aside))
        hc_buf_printf(buf, " = %" PRIu64 " out", out);
    else if (has_out)
        hc_buf_printf(buf, "%" PRIu64 " %s out", out, kind);
    if (has_aside) {
        hc_buf_printf(buf, " + %" PRIu64 " set aside", aside);
        put_reasons(&a->aside, kind, buf);
    }
}

void hc_accounts_line(const struct hc_accounts *a, struct hc_buf *buf) {
    const struct list *lists[] = {&a->in, &a->out, &a->aside};
    const char *seen[64];
    size_t kinds = 0;
    for (size_t l = 0; l < 3; l++)
        for (size_t i = 0; i < lists[l]->count; i++) {
            const char *kind = lists[l]->entry[i].kind_name;
            bool new = true;
            for (size_t k = 0; k < kinds; k++)
                new = new &&strcmp(seen[k], kind) != 0;
            if (!new || kinds == sizeof seen / sizeof *seen)
                continue;
            seen[kinds++] = kind;
            put_kind(a, kind, buf);
        }
}

static void put_sums(struct hc_json *json, const struct hc_totals *totals) {
    hc_json_object(json, "sums");
    hc_json_inline(json);
    for (size_t i = 0; i < totals->schema->known; i++)
        if ((totals->schema->field[i].flags & HC_SUM) && totals->has[i])
            hc_json_sum(json, totals->schema->field[i].name, totals->sum[i]);
    hc_json_end(json);
}

static void put_list(struct hc_json *json, const char *key, const char *label,
                     const struct list *list) {
    hc_json_array(json, key);
    for (size_t i = 0; i < list->count; i++) {
        const struct entry *entry = &list->entry[i];
        hc_json_object(json, NULL);
        hc_json_text(json, label, entry->label);
        hc_json_text(json, "kind", entry->kind_name);
        hc_json_int(json, "rows", (int64_t)entry->totals.rows);
        put_sums(json, &entry->totals);
        hc_json_end(json);
    }
    hc_json_end(json);
}

static void put_accounts(const struct hc_accounts *a, struct hc_buf *buf) {
    struct hc_json json;
    /* Sorted here: the order of meeting is no part of the result. */
    if (a->aside.count)
        qsort(a->aside.entry, a->aside.count, sizeof *a->aside.entry, by_label);
    if (a->made.count)
        qsort(a->made.entry, a->made.count, sizeof *a->made.entry, by_label);
    if (a->notes)
        qsort(a->note, a->notes, sizeof *a->note, by_name);
    hc_json_start(&json, buf, true);
    hc_json_object(&json, NULL);
    hc_json_text(&json, "tool", a->tool);
    hc_json_text(&json, "version", HC_VERSION);
    hc_json_bool(&json, "balanced", a->checks_held == a->checks);
    put_list(&json, "in", "path", &a->in);
    put_list(&json, "out", "path", &a->out);
    put_list(&json, "set_aside", "reason", &a->aside);
    if (a->made.count)
        put_list(&json, "made", "reason", &a->made);
    hc_json_object(&json, "notes");
    for (size_t i = 0; i < a->notes; i++)
        hc_json_int(&json, a->note[i].name, a->note[i].count);
    hc_json_end(&json);
    hc_json_end(&json);
}

enum hc_status hc_accounts_prepare(struct hc_accounts *a, const char *path,
                                   struct hc_err *err) {
    struct hc_buf buf = {0};
    struct stat info;
    if (!path)
        return HC_OK;
    if (a->failed)
        return hc_fail_memory(err);
    put_accounts(a, &buf);
    enum hc_status status =
        buf.failed ? hc_fail_memory(err) : hc_out_open(&a->file, path, NULL, err);
    if (status == HC_OK)
        status = hc_out_write(a->file, buf.ptr, buf.len, err);
    a->written = strcmp(path, "-") != 0 && stat(path, &info) == 0 && !S_ISREG(info.st_mode);
    if (status == HC_OK && a->written)
        status = hc_out_commit(a->file, err);
    hc_buf_free(&buf);
    return status;
}

enum hc_status hc_accounts_write(struct hc_accounts *a, const char *path,
                                 struct hc_err *err) {
    enum hc_status status = a->file ? HC_OK : hc_accounts_prepare(a, path, err);
    if (status == HC_OK && a->file && !a->written)
        status = hc_out_commit(a->file, err);
    hc_out_free(a->file);
    a->file = NULL;
    return status;
}
