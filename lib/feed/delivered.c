#include "feed/delivered.h"

const char *hc_delivery_place(const struct hc_delivered *d) {
    return strcmp(d->path, "-") == 0 ? d->name : d->path;
}

enum hc_status hc_entry_failed(const struct hc_delivered *d, const char *entry,
                               enum hc_status status, struct hc_err *err) {
    char place[sizeof err->file];
    if (strcmp(entry, d->name) == 0)
        snprintf(place, sizeof place, "%s", hc_delivery_place(d));
    else
        snprintf(place, sizeof place, "%.240s/%.240s", hc_delivery_place(d), entry);
    hc_err_at_file(err, place);
    return status;
}

bool hc_delivery_refused(const struct hc_delivered *d, const struct hc_feed *feed,
                         const bool *accept) {
    for (size_t i = 0; i < d->books.notes; i++)
        if (feed->action[d->books.note[i].finding] == HC_ACTION_refuse &&
            !accept[d->books.note[i].finding])
            return true;
    return false;
}

void hc_delivered_free(struct hc_delivered *d, const struct hc_feed *feed) {
    if (d->opened)
        hc_books_free(&d->books, feed);
}
