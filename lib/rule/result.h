/* A result as a stream of kind measure: its columns and the stable names of its cells. */
#ifndef HC_RULE_RESULT_H
#define HC_RULE_RESULT_H

#include "record/batch.h"

/* The fields of kind measure and one utf8 field behind them for each grouping, into arena.
 * A grouping named as one of measure's own fields gets "by_" in front. phi[i] (NULL: none)
 * marks groupings whose values must not be shown. */
enum hc_status hc_result_schema(struct hc_arena *arena, const char *const *grouping,
                                const bool *phi, size_t groupings,
                                const struct hc_schema **schema,
                                struct hc_err *err) HC_MUST_CHECK;
/* The cell's name, the same for ever: of measure, groupings and their values. Returns out. */
const char *hc_result_cell(const char *measure, const char *const *grouping,
                           const char *const *value, size_t groupings, char out[17]);

#endif
