/* What a denied line may do, by its feed (`denied:` of a policy).
 *
 *   keep    correct and stand as any other; what stands has status denied
 *   yield   what is denied as a whole corrects nothing that is not: a denied version or
 *           restatement stands only where no other is, a denied replacement or void is as if
 *           it had not come (unless it is replaced in turn: rule/passing.h). A denied line
 *           of a claim that is paid stays with its claim
 *   drop    correct as any other, but not stand
 *   ignore  neither: set aside before the policy acts
 *
 * All of them act after re-delivery: a line sent again as denied is the same line. yield and
 * ignore need a policy that takes no two records as a pair (struct hc_policy, unit), and its
 * unit in record_id: a claim restated as denied under the record id of the paid one would be
 * that one sent again, which then stands nowhere.
 */
#ifndef HC_RULE_DENIED_H
#define HC_RULE_DENIED_H

#include "rule/policy.h"

/* Apply the way's policy to the group as its rule of denied lines says; what that rule sets
 * aside goes by policy `denied`, reason `yielded`, `dropped` or `ignored`. The group's rows
 * may become fewer. */
enum hc_status hc_denied_apply(struct hc_group *group, struct hc_err *err) HC_MUST_CHECK;

#endif
