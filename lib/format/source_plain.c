/* Plain text: one entry, its bytes as they are. */
#include "format/container.h"

static bool matches(const uint8_t *head, size_t len) {
    (void)head, (void)len;
    return true;
}

static bool ends_in(const char *path, const char *end) {
    size_t len = strlen(path), end_len = strlen(end);
    return len > end_len && strcmp(path + len - end_len, end) == 0;
}

static enum hc_status open_plain(struct hc_source *source, struct hc_err *err) {
    static const char *const packed[] = {".gz", ".zip", ".zst", ".7z", NULL};
    for (size_t i = 0; packed[i]; i++)
        if (ends_in(source->path, packed[i])) {
            if (source->raw_end == 0)
                return hc_fail(err, HC_EDATA, "the file is empty");
            return hc_fail(
                err, HC_EDATA,
                "named %s, but its content is not: wrong first bytes (at byte 0)",
                packed[i]);
        }
    struct hc_str name = hc_str_of(hc_base_name(hc_source_name(source)));
    return hc_source_entry_add(source, name, err);
}

static enum hc_status next(struct hc_source *source, struct hc_err *err) {
    (void)err;
    if (source->state)
        return HC_END;
    source->state = source->entry_list; /* the one entry was given */
    source->entry = source->entry_list[0];
    return HC_OK;
}

static enum hc_status read_plain(struct hc_source *source, const uint8_t **bytes,
                                 size_t *len, struct hc_err *err) {
    enum hc_status status = hc_raw_more(source, err);
    if (status != HC_OK)
        return status;
    *bytes = source->raw + source->raw_at;
    *len = source->raw_end - source->raw_at;
    source->raw_at = source->raw_end;
    return HC_OK;
}

const struct hc_container hc_container_plain = {.name = "plain",
                                                .matches = matches,
                                                .open = open_plain,
                                                .next = next,
                                                .read = read_plain,
                                                .single = true};
