/* The books that tools write with --accounts (the JSON of record/accounts.h), held against
 * each other: what a step read must be what the steps before it made. */
#ifndef HC_PIPELINE_BOOKS_H
#define HC_PIPELINE_BOOKS_H

#include "base/arena.h"
#include "base/num.h"

struct hc_book_sum {
    const char *name;
    hc_i128 value;
};
struct hc_book_entry {
    const char *path;   /* NULL: not said */
    const char *kind;   /* NULL in what was set aside */
    const char *reason; /* set aside only */
    int64_t rows;
    struct hc_book_sum *sum;
    size_t sums;
};
struct hc_books {
    bool balanced;
    struct hc_book_entry *in, *out, *aside;
    size_t ins, outs, asides;
};

/* Read path. HC_EINTERNAL when it is missing, is no such JSON or says that it does not
 * balance. In arena. */
enum hc_status hc_books_read(struct hc_books *books, const char *path,
                             struct hc_arena *arena, struct hc_err *err) HC_MUST_CHECK;

/* The entry of a file that was made, by its path, or by its base name when the same base
 * name occurs once; NULL when there is none. */
const struct hc_book_entry *hc_books_made(const struct hc_books *books, const char *path,
                                          const char *kind);

/* Add entry to total, column by column; false when out of memory. total starts zeroed. */
bool hc_book_add(struct hc_book_entry *total, const struct hc_book_entry *entry,
                 struct hc_arena *arena);

/* Is all that was made (the total over the files handed over) of a kind what was read (by
 * the consumer's books)? Rows, and every column both sides added up. HC_EINTERNAL names the
 * column and both sums. */
enum hc_status hc_books_compare(const struct hc_book_entry *made,
                                const struct hc_books *reader, struct hc_arena *arena,
                                struct hc_err *err) HC_MUST_CHECK;

#endif
