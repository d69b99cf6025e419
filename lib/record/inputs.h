/* Several streams of one kind read as one. */
#ifndef HC_RECORD_INPUTS_H
#define HC_RECORD_INPUTS_H

#include "record/origin.h"

struct hc_inputs;
/* Open all of paths (count 0: standard input), read their schemas, merge their origins.
 * Columns that only some have read as null in the others; columns in options->need must be
 * in all. */
enum hc_status hc_inputs_open(struct hc_inputs **inputs, const char *const *paths,
                              size_t count, const struct hc_reader_options *options,
                              struct hc_err *err) HC_MUST_CHECK;
const struct hc_schema *hc_inputs_schema(const struct hc_inputs *inputs);
/* schema->fields flags: in at least one of the streams (and wanted). */
const bool *hc_inputs_has(const struct hc_inputs *inputs);
struct hc_origin *hc_inputs_origin(struct hc_inputs *inputs);
/* A metadata value of the first stream; ask before the first hc_inputs_next(), then it is gone
 * with the next. len 0: none. */
struct hc_str hc_inputs_meta(const struct hc_inputs *inputs, const char *key);
/* The next batch, `delivery` renumbered to the merged origin. HC_END when all have ended and
 * each agreed with its totals. */
enum hc_status hc_inputs_next(struct hc_inputs *inputs, const struct hc_batch **batch,
                              struct hc_err *err) HC_MUST_CHECK;
/* Rows and sums read so far over all streams (of the wanted columns). */
const struct hc_totals *hc_inputs_totals(const struct hc_inputs *inputs);
void hc_inputs_free(struct hc_inputs *inputs);

/* A writer for what was derived from inputs: same fields, has-flags, and origin metadata.
 * more (may be NULL) are further metadata pairs. */
enum hc_status hc_writer_open_like(struct hc_writer **writer, const char *path,
                                   struct hc_inputs *inputs, const struct hc_meta *more,
                                   const char *tool, const struct hc_writer_options *options,
                                   struct hc_err *err) HC_MUST_CHECK;

#endif
