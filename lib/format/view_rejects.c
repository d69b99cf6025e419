/* A rejects file of hc-ingest as a page: how many records of which file, for which reason
 * and in which column. What stands in them is not shown: it is PHI. */
#include <inttypes.h>
#include <stdlib.h>

#include "format/delimited.h"
#include "format/view.h"

#define FIELDS 8
#define FIRST_RECORDS 5
enum { DELIVERY, ENTRY, RECORD, BYTE, FIELD, REASON, MESSAGE, RAW };

struct group {            /* strings are the text's */
    struct hc_str key[4]; /* delivery, entry, field, reason */
    struct hc_str message, record[FIRST_RECORDS];
    uint64_t count;
};
struct groups {
    struct group *group;
    size_t count, cap;
    uint64_t records;
};

bool hc_view_is_rejects(struct hc_str text) {
    static const char head[] = HC_REJECTS_HEAD;
    return text.len >= sizeof head - 1 && memcmp(text.ptr, head, sizeof head - 1) == 0;
}

static enum hc_status add(struct groups *g, const struct hc_str *field,
                          struct hc_err *err) {
    const struct hc_str key[] = {field[DELIVERY], field[ENTRY], field[FIELD],
                                 field[REASON]};
    size_t i = g->count;
    for (bool same = false; i > 0; i--) {
        same = true;
        for (size_t k = 0; k < 4 && same; k++)
            same = hc_str_eq(g->group[i - 1].key[k], key[k]);
        if (same)
            break;
    }
    if (i == 0) {
        if (g->count == g->cap) {
            size_t cap = g->cap ? 2 * g->cap : 16;
            struct group *grown = realloc(g->group, cap * sizeof *grown);
            if (!grown)
                return hc_fail_memory(err);
            g->group = grown;
            g->cap = cap;
        }
        g->group[g->count] = (struct group){.message = field[MESSAGE]};
        memcpy(g->group[g->count].key, key, sizeof key);
        i = ++g->count;
    }
    struct group *group = &g->group[i - 1];
    if (group->count < FIRST_RECORDS)
        group->record[group->count] = field[RECORD];
    group->count++;
    g->records++;
    return HC_OK;
}

static void put_group(const struct hc_page *page, const struct group *group) {
    struct hc_buf file = {0}, records = {0};
    hc_buf_put(&file, group->key[0].ptr, group->key[0].len);
    if (group->key[1].len && !hc_str_eq(group->key[0], group->key[1]))
        hc_buf_printf(&file, "/%.*s", (int)group->key[1].len, group->key[1].ptr);
    for (size_t n = 0; n < group->count && n < FIRST_RECORDS; n++)
        hc_buf_printf(&records, "%s%.*s", n ? ", " : "", (int)group->record[n].len,
                      group->record[n].ptr);
    struct hc_page_problem problem = {.file = hc_buf_str(&file),
                                      .column = group->key[2],
                                      .reason = group->key[3],
                                      .records = hc_buf_str(&records),
                                      .what = group->message,
                                      .count = group->count};
    hc_page_problem(page, &problem);
    hc_buf_free(&file);
    hc_buf_free(&records);
}

enum hc_status hc_view_rejects(const struct hc_page *page, struct hc_str text,
                               struct hc_err *err) {
    struct groups groups = {0};
    struct hc_arena arena = {0};
    struct hc_str field[FIELDS];
    enum hc_status status = HC_OK;
    size_t at = strlen(HC_REJECTS_HEAD);
    for (uint64_t record = 2; at < text.len && status == HC_OK; record++) {
        const char *end = memchr(text.ptr + at, '\n', text.len - at);
        size_t len = (end ? (size_t)(end - text.ptr) : text.len) - at, count = 0;
        status = hc_delimited_fields(',', true, (struct hc_str){text.ptr + at, len}, &arena,
                                     field, FIELDS, &count, err);
        if (status == HC_OK && count != FIELDS)
            status = hc_fail(err, HC_EDATA, "a row of rejects has %zu columns, not %d",
                             count, FIELDS);
        if (status == HC_OK)
            status = add(&groups, field, err);
        else
            hc_err_at_record(err, record, at);
        at += len + 1;
    }
    if (status == HC_OK) {
        hc_buf_printf(page->out,
                      "%" PRIu64 " record%s could not be read; values are not shown\n",
                      groups.records, groups.records == 1 ? "" : "s");
        for (size_t i = 0; i < groups.count; i++)
            put_group(page, &groups.group[i]);
        status = page->out->failed ? hc_fail_memory(err) : HC_OK;
    }
    free(groups.group);
    hc_arena_free(&arena);
    return status;
}
