/* The period that a file's header and trailer say it is about: whether they say the same,
 * whether the delivery's name says so too, and how many records are dated outside. */
#ifndef HC_FEED_PERIOD_H
#define HC_FEED_PERIOD_H

#include "feed/entry.h"

/* `period:` of a header or trailer. dates: where it does not say its own form. */
void hc_period_read(struct hc_faults *faults, const struct hc_node *edge,
                    enum hc_date_form dates, const char *const *date_forms,
                    struct hc_feed_edge *out);
/* Its `of:`, after the file's fields: a date, or a year and its month. */
void hc_period_bind(struct hc_feed *feed, struct hc_faults *faults,
                    const struct hc_node *edge, struct hc_feed_file *file);

/* Take the period from the columns of a header or trailer. HC_EDATA where it is none; a
 * trailer that differs from its header is a finding. */
enum hc_status hc_period_told(const struct hc_entry_job *job,
                              const struct hc_feed_edge *edge, const char *what,
                              const struct hc_str *field, size_t fields,
                              struct hc_err *err) HC_MUST_CHECK;
/* Count the records of block that are dated outside; values by slot. */
void hc_period_count(const struct hc_entry_job *job, const struct hc_values *values,
                     const struct hc_block *block);
/* At the entry's end: the name's month, and records outside. false: out of memory. */
bool hc_period_check(const struct hc_entry_job *job);

#endif
