#include "format/records.h"

#include <stdlib.h>

#include "../tap.h"

/* Bytes that arrive in pieces of a given size, or in two. */
struct pieces {
    const char *text;
    size_t len, at, size, cut;
};

static uint8_t *piece; /* of its own, so that a view into an older one is found */

static enum hc_status give(void *from, const uint8_t **bytes, size_t *len,
                           struct hc_err *err) {
    struct pieces *p = from;
    (void)err;
    if (p->at == p->len)
        return HC_END;
    size_t take = p->at < p->cut ? p->cut - p->at : p->size;
    *len = take < p->len - p->at ? take : p->len - p->at;
    free(piece);
    piece = malloc(*len);
    memcpy(piece, p->text + p->at, *len);
    *bytes = piece;
    p->at += *len;
    return HC_OK;
}

/* "ORDINAL@OFFSET[FAULT]=TEXT;" of every record. */
static enum hc_status list(struct pieces p, struct hc_buf *out, struct hc_err *err) {
    struct hc_records *records;
    struct hc_block *block;
    hc_buf_clear(out);
    enum hc_status status = hc_records_new(&records, err);
    if (status == HC_OK)
        hc_records_start_bytes(records, give, &p);
    while (status == HC_OK && (status = hc_records_next(records, &block, err)) == HC_OK)
        for (size_t row = 0; row < block->rows; row++) {
            hc_buf_printf(out, "%" PRIu64 "@%" PRIu64, block->first + row,
                          block->offset[row]);
            if (block->fault[row].kind)
                hc_buf_printf(out, "[%s]", hc_fault_reason(block->fault[row].kind));
            hc_buf_putc(out, '=');
            if (block->record[row].len > 100)
                hc_buf_printf(out, "(%zu)", block->record[row].len);
            else
                hc_buf_put(out, block->record[row].ptr, block->record[row].len);
            hc_buf_putc(out, ';');
        }
    hc_records_free(records);
    return status;
}

#define TEXT(literal) literal, sizeof literal - 1
static const struct {
    const char *name, *text;
    size_t len;
    const char *want;
} cases[] = {
    {"two lines", TEXT("ab\ncd\n"), "1@0=ab;2@3=cd;"},
    {"no last newline", TEXT("ab\ncd"), "1@0=ab;2@3=cd;"},
    {"CRLF is LF", TEXT("ab\r\ncd\r\n"), "1@0=ab;2@4=cd;"},
    {"a CR at the very end", TEXT("ab\r\ncd\r"), "1@0=ab;2@4=cd;"},
    {"a CR inside stays", TEXT("a\rb\n"), "1@0=a\rb;"},
    {"BOM is skipped",
     TEXT("\xef\xbb\xbf"
          "ab\ncd"),
     "1@3=ab;2@6=cd;"},
    {"nothing but a BOM", TEXT("\xef\xbb\xbf"), ""},
    {"nothing", TEXT(""), ""},
    {"an empty line is a record", TEXT("\n\na\n\n"), "1@0=;2@1=;3@2=a;4@4=;"},
    {"valid UTF-8", TEXT("caf\xc3\xa9 and a longer text\nab\n"),
     "1@0=caf\xc3\xa9 and a longer text;2@24=ab;"},
    {"Latin-1", TEXT("ab\ncaf\xe9 and a longer text\nab\n"),
     "1@0=ab;2@3[invalid_utf8]=caf\xe9 and a longer text;3@26=ab;"},
    {"long enough for 16 at a time",
     TEXT("0123456789abcdef0123456789abcdef\n0123456789abcde\n"),
     "1@0=0123456789abcdef0123456789abcdef;2@33=0123456789abcde;"},
};

static void every_split(void) {
    struct hc_buf got = {0};
    struct hc_err err = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t wrong = 0, len = cases[i].len;
        for (size_t cut = 0; cut <= len; cut++) {
            struct pieces p = {cases[i].text, len, 0, len, cut};
            wrong += list(p, &got, &err) != HC_END ||
                     strcmp(hc_buf_text(&got), cases[i].want) != 0;
        }
        for (size_t size = 1; size <= len; size++) {
            struct pieces p = {cases[i].text, len, 0, size, 0};
            wrong += list(p, &got, &err) != HC_END ||
                     strcmp(hc_buf_text(&got), cases[i].want) != 0;
        }
        tap_ok(wrong == 0, "%s, however the bytes arrive (%zu wrong)", cases[i].name,
               wrong);
    }
    hc_buf_free(&got);
}

static void nul(void) {
    struct pieces p = {TEXT("ab\na\0b\ncd\n"), 0, 3, 0};
    struct hc_buf got = {0};
    struct hc_err err = {0};
    enum hc_status status = list(p, &got, &err);
    tap_ok(status == HC_END && memcmp(got.ptr, "1@0=ab;2@3[nul]=a\0b;3@7=cd;", 27) == 0,
           "a NUL is a fault of its record only");
    hc_buf_free(&got);
}

static void utf16(void) {
    static const struct {
        const char *name, *text;
        size_t len;
    } files[] = {
        {"little-endian with mark", TEXT("\xff\xfe"
                                         "a\0b\0\n\0")},
        {"big-endian with mark", TEXT("\xfe\xff\0a\0b\0\n")},
        {"little-endian without", TEXT("m\0e\0m\0b\0e\0r\0_\0i\0d\0|\0p\0a\0")},
        {"big-endian without", TEXT("\0m\0e\0m\0b\0e\0r\0_\0i\0d\0|\0p\0a")},
    };
    struct hc_buf got = {0};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        for (size_t size = 1; size <= files[i].len; size += 5) {
            struct pieces p = {files[i].text, files[i].len, 0, size, 0};
            struct hc_err err = {0};
            enum hc_status status = list(p, &got, &err);
            tap_ok(status == HC_EDATA && strstr(err.what, "UTF-16") && err.hint[0],
                   "UTF-16 %s in pieces of %zu is refused", files[i].name, size);
        }
    hc_buf_free(&got);
}

/* Around the limit, with each line end, whole and in pieces. */
static void long_lines(void) {
    static const char *const ends[] = {"\n", "\r\n", ""};
    struct hc_buf text = {0}, got = {0};
    size_t wrong = 0;
    for (int more = -1; more <= 2; more++)
        for (size_t e = 0; e < 3; e++)
            for (size_t pieces = 0; pieces < 4; pieces++) {
                static const size_t sizes[] = {3 << 20, 1 << 18, 1 << 20, (1 << 20) + 1};
                char want[200];
                hc_buf_clear(&text);
                hc_buf_puts(&text, "a\n");
                for (size_t i = 0; i < (size_t)HC_RECORD_MAX + (size_t)(more + 1) - 1; i++)
                    hc_buf_putc(&text, 'x');
                size_t len = text.len - 2;
                hc_buf_puts(&text, ends[e]);
                hc_buf_puts(&text, e < 2 ? "b" : "");
                size_t last = 2 + len + strlen(ends[e]);
                bool over = len > HC_RECORD_MAX;
                snprintf(want, sizeof want, "1@0=a;2@2%s=(%zu);",
                         over ? "[line_too_long]" : "", over ? HC_RECORD_MAX : len);
                if (e < 2)
                    snprintf(want + strlen(want), 100, "3@%zu=b;", last);
                struct pieces p = {(char *)text.ptr, text.len, 0, sizes[pieces], 0};
                struct hc_err err = {0};
                bool same =
                    list(p, &got, &err) == HC_END && strcmp(hc_buf_text(&got), want) == 0;
                wrong += !same;
                if (!same)
                    tap_ok(false, "line of %zu, pieces of %zu: %s (want %s)", len,
                           sizes[pieces], hc_buf_text(&got), want);
            }
    tap_ok(wrong == 0, "a line above 1 MiB is at fault, and only that");
    hc_buf_free(&text);
    hc_buf_free(&got);
}

/* Records that a CR ends, in chunks of every size: an LF is data then. */
static void cr_ends(void) {
    const char text[] = "a\rb\nc\r\rlast";
    for (size_t size = 1; size < sizeof text; size++) {
        struct pieces p = {text, sizeof text - 1, 0, size, 0};
        struct hc_records *records;
        struct hc_block *block;
        struct hc_err err = {0};
        struct hc_buf out = {0};
        if (hc_records_new(&records, &err) != HC_OK)
            return;
        hc_records_start_bytes(records, give, &p);
        hc_records_end_at(records, '\r');
        while (hc_records_next(records, &block, &err) == HC_OK)
            for (size_t row = 0; row < block->rows; row++)
                hc_buf_printf(&out, "%.*s;", (int)block->record[row].len,
                              block->record[row].ptr);
        tap_text(hc_buf_text(&out), "a;b\nc;;last;", "CR ends, chunks");
        hc_buf_free(&out);
        hc_records_free(records);
    }
}

static void many(void) {
    struct hc_buf text = {0};
    struct hc_records *records;
    struct hc_block *block;
    struct hc_err err = {0};
    uint64_t rows = 0, bytes = 0, wrong = 0, blocks = 0;
    for (int i = 0; i < 5000; i++)
        hc_buf_printf(&text, "%0*d\n", 1 + i % 90, i);
    struct pieces p = {(char *)text.ptr, text.len, 0, 4096, 0};
    if (hc_records_new(&records, &err) != HC_OK)
        return;
    for (int twice = 0; twice < 2; twice++) {
        p.at = 0;
        rows = bytes = 0;
        hc_records_start_bytes(records, give, &p);
        while (hc_records_next(records, &block, &err) == HC_OK) {
            blocks++;
            wrong += block->first != rows + 1 || block->rows > HC_BLOCK_ROWS;
            for (size_t row = 0; row < block->rows; row++, rows++) {
                wrong += block->offset[row] != bytes;
                char number[100] = {0};
                memcpy(number, block->record[row].ptr, block->record[row].len);
                wrong += strtol(number, NULL, 10) != (long)rows;
                bytes += block->record[row].len + 1;
            }
        }
        tap_ok(rows == 5000 && wrong == 0 && hc_records_count(records) == rows &&
                   hc_records_bytes(records) == text.len,
               "5000 records in %" PRIu64 " blocks, time %d: %" PRIu64 " rows, %" PRIu64
               " wrong, %" PRIu64 " of %zu bytes",
               blocks, twice + 1, rows, wrong, hc_records_bytes(records), text.len);
    }
    hc_records_free(records);
    hc_buf_free(&text);
}

int main(void) {
    every_split();
    nul();
    utf16();
    long_lines();
    many();
    cr_ends();
    free(piece);
    return tap_done();
}
