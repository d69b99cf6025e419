/* Rows put aside by partition, and rows put in order: both in memory while they fit, beyond
 * that in unlinked temporary files. What a join, dedupe or a distinct count works on, so that
 * no process has to hold all of its input.
 *
 * Which partition, how many, and how much memory never show in a result: callers work each
 * partition by itself and order what they write with hc_sorter.
 */
#ifndef HC_RECORD_PARTITION_H
#define HC_RECORD_PARTITION_H

#include "record/batch.h"

struct hc_partitions;
/* parts 1..1024; memory_bytes bounds what is held before spilling to temp_dir (NULL as
 * hc_temp_open). has: columns present, NULL all. */
enum hc_status hc_partitions_new(struct hc_partitions **p, const struct hc_schema *schema,
                                 const bool *has, unsigned parts, uint64_t memory_bytes,
                                 const char *temp_dir, struct hc_err *err) HC_MUST_CHECK;
/* Add every row of batch to partition part[row]. */
enum hc_status hc_partitions_add(struct hc_partitions *p, const struct hc_batch *batch,
                                 const uint32_t *part, struct hc_err *err) HC_MUST_CHECK;
/* All rows of one partition as one batch, in the order they were added; the partition is
 * emptied. *batch is the caller's (hc_batch_free); it may have no rows. HC_ENOMEM with a hint
 * when it is larger than memory_bytes allows. */
enum hc_status hc_partitions_load(struct hc_partitions *p, unsigned part,
                                  struct hc_batch **batch, struct hc_err *err) HC_MUST_CHECK;
uint64_t hc_partitions_rows(const struct hc_partitions *p, unsigned part);
void hc_partitions_free(struct hc_partitions *p);
/* hc_hash_row over the columns, reduced to 0..parts-1. */
uint32_t hc_part_of(const struct hc_batch *b, const int *column, size_t columns, size_t row,
                    unsigned parts);

struct hc_sorter;
/* Orders rows by columns (hc_compare_row), ties in the order they were added. */
enum hc_status hc_sorter_new(struct hc_sorter **sorter, const struct hc_schema *schema,
                             const bool *has, const int *column, size_t columns,
                             uint64_t memory_bytes, const char *temp_dir,
                             struct hc_err *err) HC_MUST_CHECK;
enum hc_status hc_sorter_add(struct hc_sorter *sorter, const struct hc_batch *batch,
                             struct hc_err *err) HC_MUST_CHECK;
/* After the last add: batches of at most HC_BATCH_ROWS in order, the sorter's until the next
 * call; HC_END at the end. */
enum hc_status hc_sorter_next(struct hc_sorter *sorter, struct hc_batch **batch,
                              struct hc_err *err) HC_MUST_CHECK;
void hc_sorter_free(struct hc_sorter *sorter);

#endif
