/* Small inputs read whole: the crosswalk and the member map a tool was given. */
#ifndef HC_RULE_LOAD_H
#define HC_RULE_LOAD_H

#include "base/log.h"
#include "record/accounts.h"
#include "rule/people.h"

/* Read and resolve; no paths: *crosswalk is NULL. Enters what it read in accounts (may be NULL) and
 * notes its counts as crosswalk_links, crosswalk_self, crosswalk_overruled, crosswalk_longest. */
enum hc_status hc_load_crosswalk(struct hc_crosswalk **crosswalk, const char *const *paths,
                                 size_t count, struct hc_accounts *accounts,
                                 struct hc_err *err) HC_MUST_CHECK;
/* path NULL: *people is NULL. */
enum hc_status hc_load_people(struct hc_people **people, const char *path,
                              struct hc_accounts *accounts, struct hc_err *err) HC_MUST_CHECK;
/* Bytes of the paths that are regular files, for sizing; 0 when one of them is none. */
uint64_t hc_load_bytes(const char *const *paths, size_t count);

/* Where a tool's temporary files go: given, else the folder of its output, else NULL (as
 * hc_temp_open). Into arena. */
const char *hc_load_temp_dir(struct hc_arena *arena, const char *given, const char *output);

#endif
