#include "feed/rejects.h"

#include "format/view.h"

#include <inttypes.h>
#include <stdlib.h>

static bool earlier(const struct hc_rejects *r, unsigned delivery, unsigned entry,
                    uint64_t record) {
    if (r->total == 0)
        return true;
    if (delivery != r->first_delivery)
        return delivery < r->first_delivery;
    if (entry != r->first_entry)
        return entry < r->first_entry;
    return record < r->first.record;
}

static bool same_tally(const struct hc_tally *t, const struct hc_tally *like) {
    return t->delivery_number == like->delivery_number &&
           t->entry_number == like->entry_number && strcmp(t->reason, like->reason) == 0 &&
           strcmp(t->field, like->field) == 0;
}

/* The tally of like's entry, column and reason, which begins with its message; NULL when
 * out of memory. */
static struct hc_tally *tally_of(struct hc_rejects *r, const struct hc_tally *like) {
    size_t i = r->tallies;
    while (i > 0 && !same_tally(&r->tally[i - 1], like))
        i--;
    if (i > 0)
        return &r->tally[i - 1];
    if (r->tallies == r->cap_tallies) {
        size_t cap = r->cap_tallies ? 2 * r->cap_tallies : 16;
        struct hc_tally *grown = realloc(r->tally, cap * sizeof *grown);
        if (!grown)
            return NULL;
        r->tally = grown;
        r->cap_tallies = cap;
    }
    struct hc_tally *t = &r->tally[r->tallies];
    *t = *like;
    t->count = 0;
    t->delivery = hc_arena_copy(&r->arena, hc_str_of(like->delivery));
    t->entry = hc_arena_copy(&r->arena, hc_str_of(like->entry));
    t->field = hc_arena_copy(&r->arena, hc_str_of(like->field));
    t->message = hc_arena_copy(&r->arena, hc_str_of(like->message));
    if (!t->delivery || !t->entry || !t->field || !t->message)
        return NULL;
    r->tallies++;
    return t;
}

/* Count what `more` counts. */
static enum hc_status tally(struct hc_rejects *r, const struct hc_tally *more,
                            struct hc_err *err) {
    struct hc_tally *t = tally_of(r, more);
    if (!t)
        return hc_fail_memory(err);
    for (uint64_t n = 0; n < more->count && t->count + n < HC_TALLY_RECORDS; n++)
        t->record[t->count + n] = more->record[n];
    t->count += more->count;
    return HC_OK;
}

static int compare_tallies(const void *a, const void *b) {
    const struct hc_tally *x = a, *y = b;
    if (x->delivery_number != y->delivery_number)
        return x->delivery_number < y->delivery_number ? -1 : 1;
    if (x->entry_number != y->entry_number)
        return x->entry_number < y->entry_number ? -1 : 1;
    int order = strcmp(x->field, y->field);
    return order ? order : strcmp(x->reason, y->reason);
}

void hc_rejects_order(struct hc_rejects *r) {
    if (r->tallies)
        qsort(r->tally, r->tallies, sizeof *r->tally, compare_tallies);
}

/* List one, unless there are enough of them; field and message are its own. */
static enum hc_status list(struct hc_rejects *r, const struct hc_reject *reject,
                           struct hc_err *err) {
    if (r->count >= HC_REJECTS_LISTED || r->raw_bytes > HC_REJECTS_BYTES)
        return HC_OK;
    if (r->count == r->cap) {
        size_t cap = r->cap ? 2 * r->cap : 16;
        struct hc_reject *grown = realloc(r->reject, cap * sizeof *grown);
        if (!grown)
            return hc_fail_memory(err);
        r->reject = grown;
        r->cap = cap;
    }
    struct hc_reject *kept = &r->reject[r->count];
    *kept = *reject;
    kept->delivery = hc_arena_copy(&r->arena, hc_str_of(reject->delivery));
    kept->entry = hc_arena_copy(&r->arena, hc_str_of(reject->entry));
    kept->field = hc_arena_copy(&r->arena, hc_str_of(reject->field));
    kept->message = hc_arena_copy(&r->arena, hc_str_of(reject->message));
    kept->raw.ptr = hc_arena_copy(&r->arena, reject->raw);
    if (!kept->delivery || !kept->entry || !kept->field || !kept->message || !kept->raw.ptr)
        return hc_fail_memory(err);
    r->raw_bytes += reject->raw.len;
    r->count++;
    return HC_OK;
}

enum hc_status hc_rejects_add(struct hc_rejects *r, const struct hc_reject *reject,
                              const struct hc_err *why, struct hc_err *err) {
    struct hc_reject described = *reject;
    described.field = why->field;
    described.message = why->what;
    if (earlier(r, reject->delivery_number, reject->entry_number, reject->record)) {
        r->first = *why;
        r->first_delivery = reject->delivery_number;
        r->first_entry = reject->entry_number;
    }
    r->total++;
    const struct hc_tally one = {.delivery = reject->delivery,
                                 .entry = reject->entry,
                                 .field = why->field,
                                 .reason = reject->reason,
                                 .message = why->what,
                                 .delivery_number = reject->delivery_number,
                                 .entry_number = reject->entry_number,
                                 .count = 1,
                                 .record = {reject->record}};
    enum hc_status status = tally(r, &one, err);
    return status == HC_OK ? list(r, &described, err) : status;
}

/* What was listed there is listed here too until there are enough of them: the first that
 * were left out there would have been left out here. */
enum hc_status hc_rejects_merge(struct hc_rejects *r, struct hc_rejects *from,
                                struct hc_err *err) {
    enum hc_status status = HC_OK;
    if (r->total == 0 && from->total) {
        hc_rejects_free(r);
        *r = *from;
        *from = (struct hc_rejects){0};
        return HC_OK;
    }
    if (from->total &&
        earlier(r, from->first_delivery, from->first_entry, from->first.record)) {
        r->first = from->first;
        r->first_delivery = from->first_delivery;
        r->first_entry = from->first_entry;
    }
    r->total += from->total;
    for (size_t i = 0; i < from->count && status == HC_OK; i++)
        status = list(r, &from->reject[i], err);
    for (size_t i = 0; i < from->tallies && status == HC_OK; i++)
        status = tally(r, &from->tally[i], err);
    hc_rejects_free(from);
    return status;
}

static int compare(const void *a, const void *b) {
    const struct hc_reject *x = a, *y = b;
    if (x->delivery_number != y->delivery_number)
        return x->delivery_number < y->delivery_number ? -1 : 1;
    if (x->entry_number != y->entry_number)
        return x->entry_number < y->entry_number ? -1 : 1;
    return x->record < y->record ? -1 : x->record > y->record;
}

static void put_quoted(struct hc_buf *buf, struct hc_str text, bool escape) {
    hc_buf_putc(buf, '"');
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.ptr[i];
        if (escape && (byte < 0x20 || byte == '%' || byte >= 0x7f))
            hc_buf_printf(buf, "%%%02X", byte);
        else if (byte == '"')
            hc_buf_puts(buf, "\"\"");
        else
            hc_buf_putc(buf, (char)byte);
    }
    hc_buf_putc(buf, '"');
}

enum hc_status hc_rejects_write(struct hc_rejects *r, const char *path,
                                struct hc_err *err) {
    struct hc_out *out = NULL;
    struct hc_buf buf = {0};
    enum hc_status status = hc_out_open(&out, path, NULL, err);
    if (r->count)
        qsort(r->reject, r->count, sizeof *r->reject, compare);
    hc_buf_puts(&buf, HC_REJECTS_HEAD);
    for (size_t i = 0; i < r->count && status == HC_OK; i++) {
        const struct hc_reject *x = &r->reject[i];
        put_quoted(&buf, hc_str_of(x->delivery), false);
        hc_buf_putc(&buf, ',');
        put_quoted(&buf, hc_str_of(x->entry), true);
        hc_buf_printf(&buf, ",%" PRIu64 ",%" PRIu64 ",%s,%s,", x->record, x->offset,
                      x->field, x->reason);
        put_quoted(&buf, hc_str_of(x->message), false);
        hc_buf_putc(&buf, ',');
        put_quoted(&buf, x->raw, true);
        hc_buf_putc(&buf, '\n');
        if (buf.failed)
            status = hc_fail_memory(err);
        else if (buf.len > 1 << 16) {
            status = hc_out_write(out, buf.ptr, buf.len, err);
            hc_buf_clear(&buf);
        }
    }
    if (status == HC_OK && buf.failed)
        status = hc_fail_memory(err);
    if (status == HC_OK)
        status = hc_out_write(out, buf.ptr, buf.len, err);
    if (status == HC_OK)
        status = hc_out_commit(out, err);
    hc_out_free(out);
    hc_buf_free(&buf);
    return status;
}

void hc_rejects_free(struct hc_rejects *r) {
    free(r->reject);
    free(r->tally);
    hc_arena_free(&r->arena);
    *r = (struct hc_rejects){0};
}
