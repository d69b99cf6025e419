/* Batches as bytes in one unlinked temporary file: what partitions and sorters put aside.
 *
 * The bytes are the columns as they stand in memory (record/batch.h), so reading back is one
 * read and no conversion. They live as long as the process: no format to keep.
 */
#ifndef HC_RECORD_SPILL_H
#define HC_RECORD_SPILL_H

#include "record/batch.h"

struct hc_extent { /* where a batch stands in the file */
    uint64_t offset;
    size_t bytes;
    size_t rows;
};
struct hc_spill {
    const struct hc_schema *schema;
    const char *folder; /* for hc_temp_open */
    int fd;             /* -1 until the first write */
    uint64_t end;
    struct hc_buf buf;  /* of the batch being written */
};
struct hc_view { /* a batch read back: valid until the next read into it */
    struct hc_batch batch;
    struct hc_buf buf;
};

void hc_spill_init(struct hc_spill *spill, const struct hc_schema *schema,
                   const char *folder);
/* Seals batch. */
enum hc_status hc_spill_write(struct hc_spill *spill, struct hc_batch *batch,
                              struct hc_extent *extent, struct hc_err *err) HC_MUST_CHECK;
/* view zero-initialised the first time; hc_view_free() when done. */
enum hc_status hc_spill_read(struct hc_spill *spill, const struct hc_extent *extent,
                             struct hc_view *view, struct hc_err *err) HC_MUST_CHECK;
void hc_view_free(struct hc_view *view);
void hc_spill_free(struct hc_spill *spill);

/* Bytes that rows of batch occupy in memory, fixed columns and content. */
size_t hc_batch_footprint(const struct hc_batch *batch);

#endif
