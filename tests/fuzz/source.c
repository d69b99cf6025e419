/* Any bytes as a delivery. It is read whole or refused with a reason; and where our own
 * inflate reads a zip, libarchive gives the same bytes and the same verdict. */
#include <sys/mman.h>
#include <unistd.h>

#include "format/records.h"

#include "cells.h"

struct seen {
    bool good;
    uint64_t bytes, sum; /* of all entries */
};

static uint64_t sum_of(uint64_t sum, const uint8_t *bytes, size_t len) {
    for (size_t i = 0; i < len; i++)
        sum = (sum ^ bytes[i]) * 1099511628211u;
    return sum;
}

static struct seen read_bytes(const char *path, bool libarchive_only) {
    struct hc_source *source = NULL;
    struct hc_source_options options = {.passphrase = "secret",
                                        .libarchive_only = libarchive_only};
    struct seen seen = {.sum = 14695981039346656037u};
    const struct hc_entry *entry;
    const uint8_t *bytes;
    size_t len;
    struct hc_err err = {0};
    enum hc_status status = hc_source_open(&source, path, &options, &err);
    while (status == HC_OK && (status = hc_source_next(source, &entry, &err)) == HC_OK) {
        while ((status = hc_source_read(source, &bytes, &len, &err)) == HC_OK) {
            MUST(len > 0 && len <= HC_SOURCE_CHUNK);
            seen.sum = sum_of(seen.sum, bytes, len);
            seen.bytes += len;
        }
        seen.sum = sum_of(seen.sum, (const uint8_t *)entry->name, strlen(entry->name) + 1);
        if (status == HC_END)
            status = HC_OK;
    }
    if (status == HC_END)
        status = hc_source_finish(source, &err);
    MUST(status == HC_OK || err.what[0]);
    seen.good = status == HC_OK;
    hc_source_free(source);
    return seen;
}

static void both_agree(const char *path) {
    struct seen ours = read_bytes(path, false), theirs = read_bytes(path, true);
    MUST(ours.good == theirs.good);
    MUST(!ours.good || (ours.bytes == theirs.bytes && ours.sum == theirs.sum));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char path[64];
    struct hc_source *source = NULL;
    const struct hc_entry *entry;
    struct hc_records *records;
    struct hc_block *block;
    struct hc_err err = {0};
    int fd = memfd_create("delivery", MFD_CLOEXEC);
    MUST(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    MUST(hc_records_new(&records, NULL) == HC_OK);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    enum hc_status status = hc_source_open(&source, path, NULL, &err);
    while (status == HC_OK && (status = hc_source_next(source, &entry, &err)) == HC_OK) {
        MUST(entry->number >= 1 && entry->number <= hc_source_entries(source));
        MUST(strcmp(hc_source_entry_name(source, entry->number), entry->name) == 0);
        hc_records_start(records, source);
        while ((status = hc_records_next(records, &block, &err)) == HC_OK)
            ;
        if (status == HC_END || refused_whole(status, &err))
            status = HC_OK;
    }
    if (status == HC_END)
        status = hc_source_finish(source, &err);
    if (status == HC_OK)
        MUST(hc_source_bytes(source) == size && strlen(hc_source_digest(source)) == 64);
    else
        MUST((status == HC_EDATA || status == HC_EPERM) && err.what[0] && err.file[0]);
    both_agree(path);
    hc_records_free(records);
    hc_source_free(source);
    close(fd);
    return 0;
}
