/* Paths that take one value out of a tree of JSON.
 *
 * A path is names with points between them, arrays are gone through:
 *   billablePeriod.start
 *   diagnosis[type.coding.code=principal].diagnosisCodeableConcept.coding[0].code
 *   servicedPeriod.start | servicedDate         the first that finds something
 * [N] takes element N of an array, [NAME.NAME=TEXT,TEXT] those in which the names lead to
 * one of the texts, [NAME!=TEXT] those in which they do not. Filters act in their order:
 * diagnosis[type.coding.code!=admitting][1] is the second that is not of admission. And
 * careTeam[sequence=@careTeamSequence] are those that the row's element names; all, where
 * it names none.
 */
#ifndef HC_FORMAT_JSON_PATH_H
#define HC_FORMAT_JSON_PATH_H

#include "format/json_tree.h"

struct hc_json_path { /* alternatives */
    struct hc_json_step *step;
    bool asks_element; /* of the first: one of them does */
    struct hc_json_path *next;
};
/* Read a path; what it needs is kept in arena. NULL with a reason when it is none. */
const struct hc_json_path *hc_json_path_read(struct hc_arena *arena, struct hc_str text,
                                             const char **reason);
/* The scalar that path leads to from there, by the first alternative that finds one; NULL
 * none. look->element is the row's, for NAME=@NAME. */
const struct hc_json_value *hc_json_find(const struct hc_json_value *from,
                                         const struct hc_json_path *path,
                                         struct hc_json_look *look);
/* Add the names of the first alternative: item.adjudication.amount.value. */
void hc_json_path_names(const struct hc_json_path *path, struct hc_buf *out);

#endif
