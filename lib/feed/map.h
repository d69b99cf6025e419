/* Making rows of a kind out of the source records behind them, a block of rows at a time and
 * column by column, and the account of where each amount went.
 *
 *   status = hc_map_rows(m, &context, &made, err);          columns of the block's rows
 *   for (size_t at = 0; at < made; at += n) {
 *       n = hc_map_fit(m, batch, at, made);                 as many as the batch has room for
 *       hc_map_put(m, at, n, batch);                        lineage is the caller's to put
 *   }
 *   hc_mapper_block(m);
 */
#ifndef HC_FEED_MAP_H
#define HC_FEED_MAP_H

#include "base/arena.h"
#include "feed/feed.h"
#include "feed/suspects.h"
#include "record/batch.h"

#define HC_MAP_ROWS 128 /* of a block: its columns stay in the L2 cache */

struct hc_rows { /* converted records of one file: a block just read, or rows put aside */
    const struct hc_values *values; /* by slot */
    const bool *empty;              /* by slot: null in every row; NULL where not known */
    const struct hc_batch *batch;   /* column number is slot number */
};
struct hc_claim_rows { /* the claim that a row is of */
    const uint32_t *line; /* all its lines, for line: and header: */
    size_t lines;
    int *basis;  /* -1: of this claim not yet known; 1 lines, 0 header */
    bool lowest; /* the row carries what belongs to the claim as a whole */
};
/* The records behind the rows to be made. */
struct hc_context {
    const struct hc_rows *rows; /* by file */
    size_t count;               /* rows to be made, at most HC_MAP_ROWS */
    int64_t *const *row;        /* by file: the record behind each row, -1 none */
    const uint32_t **const *many; /* by file: records attached to each row's claim, in order */
    size_t *const *manies;
    const struct hc_claim_rows *claim; /* by row */
    size_t at;                         /* the row that hc_map_text() is asked about */
};

/* What became of one amount that a map takes from the source, in units of the column's
 * scale. good at the source = used + not_used + unattached. */
struct hc_use {
    int column;       /* of the kind; -1: its map is not wanted */
    int file, slot;   /* -1: from another column, or a constant */
    hc_i128 used;     /* as delivered */
    hc_i128 not_used; /* as delivered: another alternative was taken */
    hc_i128 out;      /* what it added to the column, sign and all */
};

struct hc_mapped { /* one column of the block; every array HC_MAP_ROWS long */
    uint8_t *has;  /* 1: there is a value */
    int64_t *number;
    struct hc_str *text;
    uint32_t *first, *len; /* of lists, in items */
};
struct hc_mapper {
    const struct hc_feed *feed;
    const struct hc_feed_set *set;
    struct hc_use *use;             /* set->uses of them */
    const struct hc_feed_map **map; /* the maps that are wanted, in order */
    bool *accounts;                 /* by map: amounts below it have uses */
    size_t maps;
    bool *filled;             /* by column: a wanted map fills it */
    struct hc_mapped *column; /* by column; those that are not filled are zero */
    struct hc_arena columns;  /* what they point at */
    size_t bytes;             /* of texts and lists of the block, at most */
    struct hc_str *item;      /* of lists */
    size_t items, cap_items;
    struct {
        int use;
        uint32_t row;
        int64_t value;
        bool negative;
    } * given;
    size_t gives, cap_gives;
    struct hc_suspects suspects;
    struct hc_arena arena; /* text made; until hc_mapper_block() */
    struct hc_buf text;    /* while it is put together */
    enum hc_status failed; /* HC_EDATA: a sum left int64; HC_ENOMEM */
};

/* has: columns of the kind that are wanted, NULL all; what they are made of comes along. */
enum hc_status hc_mapper_init(struct hc_mapper *m, const struct hc_feed *feed,
                              const struct hc_feed_set *set, const bool *has,
                              struct hc_err *err) HC_MUST_CHECK;
/* Set slot[s] for each slot of file that the wanted maps read. */
void hc_mapper_slots(const struct hc_mapper *m, int file, bool *slot);
/* No more rows will be made: only the books stay. */
void hc_mapper_rest(struct hc_mapper *m);
void hc_mapper_free(struct hc_mapper *m);
/* Text made so far is no longer needed. */
void hc_mapper_block(struct hc_mapper *m);
/* Make the rows of context, and account for them. HC_EDATA when an amount leaves int64,
 * HC_ENOMEM: row *made did it, the rows before it are made. */
enum hc_status hc_map_rows(struct hc_mapper *m, struct hc_context *context, size_t *made,
                           struct hc_err *err) HC_MUST_CHECK;
/* The record of row context->at makes no row of this set: its amounts are not used. */
void hc_map_pass(struct hc_mapper *m, struct hc_context *context);
/* How many of the rows from first to made can be put until batch is full; at least one. */
size_t hc_map_fit(const struct hc_mapper *m, const struct hc_batch *batch, size_t first,
                  size_t made);
/* Add count rows to batch (of set->kind), lineage not yet set. */
void hc_map_put(const struct hc_mapper *m, size_t first, size_t count,
                struct hc_batch *batch);
/* Text of an identity part of row context->at; len 0 when null. */
struct hc_str hc_map_text(struct hc_mapper *m, struct hc_context *context,
                          const struct hc_expr *expr);
/* Value of a text column of a row just made; len 0 when null. */
struct hc_str hc_map_column(const struct hc_mapper *m, int column, size_t row);

/* One value of a file's record; false when null. */
bool hc_rows_number(const struct hc_rows *rows, int slot, int64_t row, int64_t *value);
bool hc_rows_text(const struct hc_rows *rows, int slot, int64_t row, struct hc_str *value);

#endif
