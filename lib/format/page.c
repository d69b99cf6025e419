#include "format/page.h"

#include <inttypes.h>

#include "format/text.h"

/* Characters: bytes that do not go on with one. */
static size_t wide(struct hc_str text) {
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++)
        n += ((uint8_t)text.ptr[i] & 0xC0) != 0x80;
    return n;
}

void hc_page_paint(const struct hc_page *page, enum hc_paint paint, struct hc_str text) {
    static const char *const codes[] = {"", "1", "1;32", "1;33", "1;31"};
    bool color = page->color && paint != HC_PAINT_plain;
    if (color)
        hc_buf_printf(page->out, "\033[%sm", codes[paint]);
    hc_text_clean(page->out, text);
    if (color)
        hc_buf_puts(page->out, "\033[0m");
}

void hc_page_heading(const struct hc_page *page, const char *text) {
    hc_buf_putc(page->out, '\n');
    hc_page_paint(page, HC_PAINT_strong, hc_str_of(text));
    hc_buf_putc(page->out, '\n');
}

static void put_indent(struct hc_buf *out, size_t indent) {
    while (indent-- > 0)
        hc_buf_putc(out, ' ');
}

void hc_page_wrap(const struct hc_page *page, size_t indent, size_t used,
                  struct hc_str text) {
    size_t at = used ? used : indent;
    bool first = true;
    if (!used)
        put_indent(page->out, indent);
    while (text.len) {
        const char *blank = memchr(text.ptr, ' ', text.len);
        struct hc_str word = {text.ptr, blank ? (size_t)(blank - text.ptr) : text.len};
        text.ptr += word.len;
        text.len -= word.len;
        while (text.len && text.ptr[0] == ' ')
            text.ptr++, text.len--;
        if (!word.len)
            continue;
        size_t len = wide(word);
        if (at + !first + len > page->width && at > indent) {
            hc_buf_putc(page->out, '\n');
            put_indent(page->out, indent);
            at = indent;
            first = true;
        }
        if (!first)
            hc_buf_putc(page->out, ' ');
        hc_text_clean(page->out, word);
        at += len + !first;
        first = false;
    }
    hc_buf_putc(page->out, '\n');
}

struct hc_str hc_page_short(struct hc_str name, size_t most, char *room, size_t size) {
    if (wide(name) <= most || most < 8 || most >= size)
        return name;
    size_t from = name.len - (most - 3);
    while (from < name.len && ((uint8_t)name.ptr[from] & 0xC0) == 0x80)
        from++; /* never inside a character */
    snprintf(room, size, "...%.*s", (int)(name.len - from), name.ptr + from);
    return hc_str_of(room);
}

void hc_page_problem(const struct hc_page *page, const struct hc_page_problem *p) {
    struct hc_buf line = {0};
    char room[256];
    hc_buf_puts(page->out, "  ");
    hc_page_paint(page, HC_PAINT_bad,
                  hc_page_short(p->file, page->width * 2 / 5, room, sizeof room));
    hc_buf_puts(page->out, "  ");
    if (p->column.len)
        hc_page_paint(page, HC_PAINT_strong, p->column);
    if (p->column.len)
        hc_buf_puts(page->out, "  ");
    hc_text_clean(page->out, p->reason);
    hc_buf_putc(page->out, '\n');
    hc_buf_printf(&line, "%" PRIu64 " record%s: %.*s%s", p->count, p->count == 1 ? "" : "s",
                  (int)p->records.len, p->records.ptr, p->count > 5 ? " ..." : "");
    hc_page_wrap(page, 6, 0, hc_buf_str(&line));
    hc_page_wrap(page, 6, 0, p->what);
    hc_buf_free(&line);
}
