/* What a delivery's name says: the program, the day it stands for. */
#ifndef HC_FEED_NAME_H
#define HC_FEED_NAME_H

#include "base/date.h"

struct hc_named {
    bool matched;
    struct hc_str program; /* len 0: none */
    bool has_date;
    hc_day date; /* of {ccyymm}: the month's last day */
};

/* Match the whole of name against pattern: '*' any run, '?' one byte, [abc] a set, and
 *   {program}    letters, digits, '_' and '-'
 *   {yymmdd} {ccyymmdd} {ccyy-mm-dd} {ccyymm}    a date that exists
 * text of what was found points into name. */
struct hc_named hc_name_match(const char *pattern, struct hc_str name);
/* false with a reason when pattern is none. */
bool hc_name_check(const char *pattern, const char **reason);

#endif
