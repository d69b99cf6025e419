#include "feed/rejects.h"

#include "format/view.h"

#include <inttypes.h>
#include <stdlib.h>

static bool earlier(const struct hc_rejects *r, const struct hc_reject *reject) {
    if (r->total == 0)
        return true;
    if (reject->delivery_number != r->first_delivery)
        return reject->delivery_number < r->first_delivery;
    if (reject->entry_number != r->first_entry)
        return reject->entry_number < r->first_entry;
    return reject->record < r->first.record;
}

static bool same_tally(const struct hc_tally *t, const struct hc_reject *reject,
                       const struct hc_err *why) {
    return t->delivery_number == reject->delivery_number &&
           t->entry_number == reject->entry_number &&
           strcmp(t->reason, reject->reason) == 0 && strcmp(t->field, why->field) == 0;
}

static enum hc_status tally(struct hc_rejects *r, const struct hc_reject *reject,
                            const struct hc_err *why, struct hc_err *err) {
    size_t i = r->tallies;
    while (i > 0 && !same_tally(&r->tally[i - 1], reject, why))
        i--;
    if (i == 0) {
        if (r->tallies == r->cap_tallies) {
            size_t cap = r->cap_tallies ? 2 * r->cap_tallies : 16;
            struct hc_tally *grown = realloc(r->tally, cap * sizeof *grown);
            if (!grown)
                return hc_fail_memory(err);
            r->tally = grown;
            r->cap_tallies = cap;
        }
        struct hc_tally *t = &r->tally[r->tallies];
        *t = (struct hc_tally){.delivery =
                                   hc_arena_copy(&r->arena, hc_str_of(reject->delivery)),
                               .entry = hc_arena_copy(&r->arena, hc_str_of(reject->entry)),
                               .field = hc_arena_copy(&r->arena, hc_str_of(why->field)),
                               .reason = reject->reason,
                               .message = hc_arena_copy(&r->arena, hc_str_of(why->what)),
                               .delivery_number = reject->delivery_number,
                               .entry_number = reject->entry_number};
        if (!t->delivery || !t->entry || !t->field || !t->message)
            return hc_fail_memory(err);
        i = ++r->tallies;
    }
    struct hc_tally *t = &r->tally[i - 1];
    if (t->count < HC_TALLY_RECORDS)
        t->record[t->count] = reject->record;
    t->count++;
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

enum hc_status hc_rejects_add(struct hc_rejects *r, const struct hc_reject *reject,
                              const struct hc_err *why, struct hc_err *err) {
    if (earlier(r, reject)) {
        r->first = *why;
        r->first_delivery = reject->delivery_number;
        r->first_entry = reject->entry_number;
    }
    r->total++;
    enum hc_status status = tally(r, reject, why, err);
    if (status != HC_OK)
        return status;
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
    kept->field = hc_arena_copy(&r->arena, hc_str_of(why->field));
    kept->message = hc_arena_copy(&r->arena, hc_str_of(why->what));
    kept->raw.ptr = hc_arena_copy(&r->arena, reject->raw);
    if (!kept->delivery || !kept->entry || !kept->field || !kept->message || !kept->raw.ptr)
        return hc_fail_memory(err);
    r->raw_bytes += reject->raw.len;
    r->count++;
    return HC_OK;
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
