/* Any bytes as the history of a work folder: events or a fault, never a crash; what was
 * read is found by its names, and reads the same once it is written again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "pipeline/history.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good) {
    if (!good)
        __builtin_trap();
}

static void put(const char *path, const void *data, size_t size) {
    FILE *file = fopen(path, "wb");
    check(file && fwrite(data, 1, size, file) == size && fclose(file) == 0);
}

/* Every event has its names and digests, and each delivery a last one. */
static void check_events(const struct hc_history *history) {
    for (size_t i = 0; i < history->events; i++) {
        const struct hc_event *event = &history->event[i];
        const struct hc_event *last =
            hc_history_last(history, event->step, event->delivery);
        check(event->at && event->action < HC_EVENTS && last && last >= event);
        check(!event->sha256 || strlen(event->sha256) == 64);
        check(event->sha256 || !hc_event_counts(event));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static char work[64], path[96];
    struct hc_history history = {0}, again = {0};
    struct hc_err err = {0};
    struct hc_buf first = {0}, second = {0}, table = {0};
    if (size > 65536)
        return 0;
    if (!work[0]) {
        snprintf(work, sizeof work, "/dev/shm/hc-fuzz-history.%d", (int)getpid());
        snprintf(path, sizeof path, "%s/history.jsonl", work);
    }
    check(mkdir(work, 0700) == 0);
    put(path, data, size);
    enum hc_status status = hc_history_read(&history, work, &err);
    check(status == HC_OK || err.what[0]);
    if (status == HC_OK) {
        check_events(&history);
        hc_history_print(&history, false, &table);
        hc_history_print(&history, true, &first);
        put(path, hc_buf_text(&first), first.len);
        bool kept = true;
        for (size_t i = 0; i < history.events; i++) {
            const struct hc_event *event = &history.event[i];
            kept = kept && hc_history_keeps(event->step) &&
                   hc_history_keeps(event->delivery) && hc_history_keeps(event->at) &&
                   (!event->feed || hc_history_keeps(event->feed));
        }
        status = hc_history_read(&again, work, &err);
        if (kept) {
            check(status == HC_OK && again.events == history.events);
            hc_history_print(&again, true, &second);
            check(first.len == second.len &&
                  memcmp(hc_buf_text(&first), hc_buf_text(&second), first.len) == 0);
        }
    }
    hc_history_free(&history);
    hc_history_free(&again);
    hc_buf_free(&first);
    hc_buf_free(&second);
    hc_buf_free(&table);
    check(unlink(path) == 0 && rmdir(work) == 0);
    return 0;
}
