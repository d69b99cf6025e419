#include "feed/content.h"

#include "base/tool.h"
#include "format/records.h"

bool hc_content_tells(const struct hc_feed *feed) {
    bool any = false;
    for (size_t f = 0; f < feed->files; f++)
        any |= feed->file[f].by_resource;
    return any;
}

int hc_content_file(const struct hc_feed *feed, const char *type) {
    for (size_t f = 0; f < feed->files; f++)
        if (feed->file[f].by_resource && strcmp(feed->file[f].resource, type) == 0)
            return (int)f;
    return -1;
}

/* The first line with anything in it, without the mark that a text may begin with; false as
 * long as its end is not there. */
static bool first_line(struct hc_str text, struct hc_str *line) {
    if (text.len >= 3 && memcmp(text.ptr, "\xef\xbb\xbf", 3) == 0)
        text = (struct hc_str){text.ptr + 3, text.len - 3};
    for (;;) {
        const char *end = text.len ? memchr(text.ptr, '\n', text.len) : NULL;
        size_t len = end ? (size_t)(end - text.ptr) : text.len;
        *line = hc_str_trim((struct hc_str){text.ptr, len});
        if (!end || line->len)
            return end != NULL;
        text = (struct hc_str){end + 1, text.len - len - 1};
    }
}

enum hc_status hc_content_type(struct hc_source *source, struct hc_buf *begun,
                               char type[HC_CONTENT_TYPE], struct hc_err *err) {
    struct hc_str line = {"", 0};
    const uint8_t *bytes;
    size_t len;
    enum hc_status status = HC_OK;
    hc_buf_clear(begun);
    while (!first_line(hc_buf_str(begun), &line) && begun->len <= HC_RECORD_MAX &&
           (status = hc_source_read(source, &bytes, &len, err)) == HC_OK)
        hc_buf_put(begun, bytes, len);
    if (begun->failed)
        return hc_fail_memory(err);
    if (status != HC_OK && status != HC_END)
        return status;
    if (!line.ptr)
        line = HC_STR("");
    return hc_ndjson_type(line, type, HC_CONTENT_TYPE, err);
}
