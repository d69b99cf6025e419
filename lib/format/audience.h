/* Who an export is for, and so what it may show: pipelines/audiences/NAME.yaml.
 *
 *   audience: state
 *   about: ...
 *   kinds: [claim_line, coverage, ...]   # kinds of record it may get
 *   shows: [member_id, claim_id, ...]    # fields about persons it may see; all others go
 *   needs: [suppression]                 # what must be done to the data first
 */
#ifndef HC_FORMAT_AUDIENCE_H
#define HC_FORMAT_AUDIENCE_H

#include "base/yaml.h"
#include "record/schema.h"

struct hc_audience {
    struct hc_yaml *yaml; /* owns the texts */
    const char *name;
    const char *const *kind;  /* NULL-terminated */
    const char *const *show;  /* NULL-terminated */
    bool suppress;            /* small cells are hidden */
    bool opt_outs;            /* what persons refuse to share is withheld */
};
/* path as hc_find_data gave it. HC_ECONFIG for faults, a kind or field that does not exist
 * among them. */
enum hc_status hc_audience_read(struct hc_audience *audience, const char *path,
                                struct hc_err *err) HC_MUST_CHECK;
bool hc_audience_gets(const struct hc_audience *audience, const char *kind);
/* May this column be shown? One that is not about a person may always. */
bool hc_audience_sees(const struct hc_audience *audience, const struct hc_schema *schema,
                      size_t column);
void hc_audience_free(struct hc_audience *audience);

#endif
