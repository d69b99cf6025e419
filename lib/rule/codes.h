/* A dated list of codes: pipelines/codes/NAME.csv with the header code,start,end,source. A code
 * may be a range that counts up its last digits (99202-99205); start and end may be blank;
 * lines that begin with # are comments. */
#ifndef HC_RULE_CODES_H
#define HC_RULE_CODES_H

#include "base/arena.h"
#include "base/date.h"

struct hc_codes;
/* HC_ECONFIG with every fault; HC_ENOINPUT. */
enum hc_status hc_codes_read(struct hc_codes **codes, const char *path,
                             struct hc_err *err) HC_MUST_CHECK;
/* The same from memory; name stands for the file in messages. */
enum hc_status hc_codes_parse(struct hc_codes **codes, const char *name, struct hc_str text,
                              struct hc_err *err) HC_MUST_CHECK;
/* Is code on the list on that day? */
bool hc_codes_has(const struct hc_codes *codes, struct hc_str code, hc_day day);
void hc_codes_free(struct hc_codes *codes);

#endif
