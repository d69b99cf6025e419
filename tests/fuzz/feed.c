/* Any bytes as a feed: a feed or HC_ECONFIG, and what a feed says of itself holds. */
#include <stdlib.h>

#include "feed/feed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_set(const struct hc_feed *feed, const struct hc_feed_set *set) {
    if (set->lines < 0 || (size_t)set->lines >= feed->files)
        abort();
    if (set->header >= (int)feed->files)
        abort();
    for (size_t m = 0; m < set->maps; m++)
        if (set->map[m].column < 0 || (size_t)set->map[m].column >= set->kind->fields ||
            !set->map[m].expr)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct hc_feed *feed = NULL;
    struct hc_err err = {0};
    struct hc_str text = {(const char *)data, size};
    enum hc_status status = hc_feed_parse(&feed, "fuzz.yaml", text, NULL, 0, &err);
    if (status != HC_OK) {
        if (status != HC_ECONFIG || feed || err.what[0] == 0)
            abort();
        return 0;
    }
    for (size_t r = 0; r < feed->records; r++)
        check_set(feed, &feed->record[r]);
    for (size_t f = 0; f < feed->files; f++)
        for (size_t s = 0; s < feed->file[f].slots; s++)
            if (feed->file[f].slot[s].field >= feed->file[f].fields)
                abort();
    (void)hc_feed_file_of(feed, HC_STR("P.F0001.ACO.ZC1Y20.D201101.T0102030"), NULL);
    hc_feed_free(feed);
    return 0;
}
