/* Text for people at the width of their terminal: wrapped, with a little colour. */
#ifndef HC_FORMAT_PAGE_H
#define HC_FORMAT_PAGE_H

#include "base/arena.h"

struct hc_page {
    struct hc_buf *out;
    size_t width; /* in characters */
    bool color;
};
enum hc_paint {
    HC_PAINT_plain,
    HC_PAINT_strong,
    HC_PAINT_good,
    HC_PAINT_odd,
    HC_PAINT_bad
};

/* Text in a colour, or as it is. Control bytes are escaped, here and below. */
void hc_page_paint(const struct hc_page *page, enum hc_paint paint, struct hc_str text);
/* A heading behind a blank line. */
void hc_page_heading(const struct hc_page *page, const char *text);
/* Words in lines no wider than the page, each behind indent blanks; a word longer than a
 * line stands alone. The first line begins where the page is: used characters are taken. */
void hc_page_wrap(const struct hc_page *page, size_t indent, size_t used,
                  struct hc_str text);
/* The end of a name too long for its place, behind "...". */
struct hc_str hc_page_short(struct hc_str name, size_t most, char *room, size_t size);

/* What is wrong with some records of a file: file, column, reason, how many, which, and
 * beneath it what was expected. */
struct hc_page_problem {
    struct hc_str file, column, reason, records, what; /* records: "4, 9" */
    uint64_t count;
};
void hc_page_problem(const struct hc_page *page, const struct hc_page_problem *problem);

#endif
