/* What stands against the deliveries once they are read: findings that the feed refuses,
 * more rejected records than allowed, accounts that do not balance. */
#ifndef HC_FEED_JUDGE_H
#define HC_FEED_JUDGE_H

#include "base/log.h"
#include "feed/run.h"

/* What the sender has to do about a finding. */
const char *hc_finding_advice(enum hc_finding finding);
/* HC_EDATA with every finding that is refused, a line each; those accepted are logged. */
enum hc_status hc_judge_findings(const struct hc_ingest *run, struct hc_log *log,
                                 struct hc_err *err) HC_MUST_CHECK;
/* HC_EDATA with the first rejected record, where there are more than options allow; and, even
 * if they do, where a file has no other records. */
enum hc_status hc_judge_rejects(struct hc_ingest *run, struct hc_err *err) HC_MUST_CHECK;
/* HC_EINTERNAL unless what the maps say they put into each column is what stands in the
 * streams. Once they are written. */
enum hc_status hc_judge_columns(const struct hc_ingest *run,
                                struct hc_err *err) HC_MUST_CHECK;
/* HC_EINTERNAL unless every delivery's accounts balance. */
enum hc_status hc_judge_books(const struct hc_ingest *run,
                              struct hc_err *err) HC_MUST_CHECK;
/* What is to be said of an entry's records that others should go with: those that belong to
 * no claim are in no stream, those whose header is not there make rows of their own. Nothing
 * appended: all went well. */
void hc_judge_alone(const struct hc_entry_books *entry, struct hc_buf *text);
/* Warn of that. */
void hc_judge_unattached(const struct hc_delivered *d, struct hc_log *log);

/* Warn of amounts that cannot be, and are published as the payer told them. */
void hc_judge_amounts(const struct hc_ingest *run, struct hc_log *log);

#endif
