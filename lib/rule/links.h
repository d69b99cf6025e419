/* Which replaced claim names which: the middles of chains of corrections. Chains are not
 * walked to say what stands, but claims that replace each other in a circle would all
 * vanish without a word, so the circle is looked for here. Held in memory, 32 bytes each:
 * claims corrected at least twice are few. */
#ifndef HC_RULE_LINKS_H
#define HC_RULE_LINKS_H

#include "rule/verdict.h"

struct hc_links;
/* HC_ENOMEM with a hint, when adding, beyond memory_bytes. */
enum hc_status hc_links_new(struct hc_links **links, uint64_t memory_bytes,
                            struct hc_err *err) HC_MUST_CHECK;
/* The claim of row, which another claim names, names another claim itself. */
enum hc_status hc_links_add(struct hc_links *links, const struct hc_batch *batch,
                            uint32_t row, const struct hc_way *way,
                            struct hc_err *err) HC_MUST_CHECK;
/* HC_EDATA when claims name each other in a circle; tells how many and where the first
 * record of one is, whatever the order of adding. */
enum hc_status hc_links_check(struct hc_links *links, const struct hc_origin *origin,
                              struct hc_err *err) HC_MUST_CHECK;
void hc_links_free(struct hc_links *links);

#endif
