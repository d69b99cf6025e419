/* Any bytes as a delivery: zip, gzip or plain. It is read whole or refused with a reason.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "format/records.h"

#include "cells.h"

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
        if (status == HC_END || (status == HC_EDATA && strstr(err.what, "UTF-16")))
            status = HC_OK;
    }
    if (status == HC_END)
        status = hc_source_finish(source, &err);
    if (status == HC_OK)
        MUST(hc_source_bytes(source) == size && strlen(hc_source_digest(source)) == 64);
    else
        MUST((status == HC_EDATA || status == HC_EPERM) && err.what[0] && err.file[0]);
    hc_records_free(records);
    hc_source_free(source);
    close(fd);
    return 0;
}
