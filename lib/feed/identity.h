/* Keyed hashes that tell whether two members are one person, made of what must not leave
 * ingest: names and social security numbers. One recipe for all feeds, so that payers
 * agree.
 *
 *   mbi                Medicare number, upper case, letters and digits
 *   ssn_dob            nine digits of the number; birth date
 *   name_dob_sex_zip3  last and first name, upper case, letters only; birth date; sex; ZIP3
 *   contract_dob_sex   payer; contract; birth date; sex
 *
 * A rung is made only of parts that are all known (sex U is not known, nor is a number that
 * stands for none, feed/placeholder.h). Each is "rung:hex", hex an HMAC-SHA256 under the key.
 */
#ifndef HC_FEED_IDENTITY_H
#define HC_FEED_IDENTITY_H

#include "feed/making.h"
#include "feed/map.h"

/* Read a key file: one line, at least 16 bytes of text. HC_EUSAGE when it is shorter. */
enum hc_status hc_identity_key(const char *path, struct hc_buf *key,
                               struct hc_err *err) HC_MUST_CHECK;
/* As hc_making_rows(), of people: with the identity_keys of each of the made rows. */
enum hc_status hc_identity_rows(struct hc_kind_made *out, struct hc_mapper *mapper,
                                struct hc_context *context, size_t made, struct hc_str key,
                                unsigned delivery, const int64_t *entry,
                                const int64_t *record, struct hc_err *err) HC_MUST_CHECK;

#endif
