/* What the name of a delivery or of a file in it says: the program, the day it stands for,
 * the year, and whether it is a month's delivery or the run-out of a year. */
#ifndef HC_FEED_NAME_H
#define HC_FEED_NAME_H

#include "base/arena.h"
#include "base/date.h"

struct hc_named {
    bool matched;
    struct hc_str program; /* len 0: none */
    bool has_date;
    hc_day date; /* of {ccyymm}: the month's last day */
    bool of_month; /* it was {ccyymm} */
    int year;    /* 0: none */
    char cycle;  /* 'Y' monthly, 'R' run-out, 0: none */
};

/* Match the whole of name against pattern, in upper or lower case: '*' any run, '?' one
 * byte, [abc] a set, and
 *   {program}    letters, digits, '_' and '-'
 *   {yymmdd} {ccyymmdd} {ccyy-mm-dd} {ccyymm}    a date that exists
 *   {yy}         a year of this century
 *   {cycle}      Y or R
 * text of what was found points into name. */
struct hc_named hc_name_match(const char *pattern, struct hc_str name);
/* Does one name tell other things than another? What only one of them tells is no
 * difference. Appended to how: "year 2019 instead of 2020, ..."; how may be NULL. */
bool hc_name_differs(const struct hc_named *name, const struct hc_named *from,
                     struct hc_buf *how);
/* false with a reason when pattern is none. */
bool hc_name_check(const char *pattern, const char **reason);

#endif
