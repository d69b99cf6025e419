/* Entries of one delivery as sources of their own, to be read side by side
 * (docs/decisions/0093). What the directory says was judged when the whole was opened; what
 * stands between two entries is judged with the second. */
#include <stdlib.h>

#include "format/container.h"

bool hc_source_parts(const struct hc_source *source) {
    return source->entries > 1 && source->container->part &&
           source->container->parts(source);
}

enum hc_status hc_source_part(struct hc_source **out, struct hc_source *whole, size_t i,
                              struct hc_err *err) {
    struct hc_source *part = calloc(1, sizeof *part);
    *out = NULL;
    if (!part)
        return hc_fail_memory(err);
    part->whole = whole;
    part->one = i < whole->entries;
    part->container = whole->container;
    part->passphrase = whole->passphrase;
    part->inflate = whole->inflate;
    part->path = whole->path;
    part->told = whole->told;
    part->spool = -1;
    part->size = whole->size;
    part->entries = whole->entries;
    part->entry_list = whole->entry_list;
    part->entry_ended = true;
    enum hc_status status = HC_OK;
    if (whole->in && !((part->raw_buffer = malloc(HC_SOURCE_CHUNK)) &&
                       (part->out = malloc(HC_SOURCE_CHUNK))))
        status = hc_fail_memory(err);
    part->raw = part->raw_buffer;
    if (status == HC_OK)
        status = whole->container->part(part, i, err);
    if (status != HC_OK) {
        status = hc_source_judge(part, status, err);
        hc_source_free(part);
        return status;
    }
    *out = part;
    return HC_OK;
}

enum hc_status hc_source_part_end(struct hc_source *whole, const struct hc_source *part,
                                  struct hc_err *err) {
    if (whole->container->part_end)
        whole->container->part_end(whole, part);
    whole->total += part->total;
    return whole->container->wraps
               ? hc_source_judge(whole, hc_source_ratio(whole->total, whole->size, err),
                                 err)
               : HC_OK;
}

enum hc_status hc_source_parts_finish(struct hc_source *whole, struct hc_err *err) {
    struct hc_source *end = NULL;
    enum hc_status status = hc_source_part(&end, whole, whole->entries, err);
    if (status == HC_OK)
        status = hc_source_finish_here(end, err);
    hc_source_free(end);
    if (status == HC_OK && !whole->in)
        return whole->container->finish(whole, err);
    if (status != HC_OK)
        return status;
    while ((status = hc_raw_more(whole, err)) == HC_OK) /* to sum or digest all of it */
        whole->raw_at = whole->raw_end;
    if (status != HC_END)
        return hc_source_judge(whole, status, err);
    return hc_source_conclude(whole, err);
}
