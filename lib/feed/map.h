/* Making one row of a kind out of the source records behind it, and the account of where
 * each amount went. */
#ifndef HC_FEED_MAP_H
#define HC_FEED_MAP_H

#include "base/arena.h"
#include "feed/feed.h"
#include "record/batch.h"

struct hc_rows { /* converted records of one file: a block just read, or rows put aside */
    const struct hc_values *values; /* by slot */
    const bool *empty;              /* by slot: null in every row; NULL where not known */
    const struct hc_batch *batch;   /* column number is slot number */
};
/* The records behind the row to be made. */
struct hc_context {
    const struct hc_rows *rows; /* by file */
    int64_t *row;               /* by file: its record, -1 none */
    const uint32_t **many;      /* by file: records attached to the claim, in order */
    size_t *manies;
    const uint32_t *line; /* all lines of the claim, for line: and header: */
    size_t lines;
    bool lowest; /* the row carries what belongs to the claim as a whole */
    int basis;   /* -1: of this claim not yet known; 1 lines, 0 header */
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

struct hc_mapper {
    const struct hc_feed *feed;
    const struct hc_feed_set *set;
    struct hc_use *use;             /* set->uses of them */
    const struct hc_feed_map **map; /* the maps that are wanted, in order */
    size_t maps;
    /* the row being made */
    int64_t *number; /* by column */
    struct hc_str *text;
    uint8_t *state;      /* 0 not mapped, 1 null, 2 value */
    struct hc_str *item; /* of lists */
    size_t items, cap_items;
    size_t *list_first, *list_len; /* by column */
    struct {
        int use;
        int64_t value;
        bool negative;
    } * given;
    size_t gives, cap_gives;
    struct hc_arena arena; /* text made; until hc_mapper_block() */
    bool failed;
};

/* has: columns of the kind that are wanted, NULL all; what they are made of comes along. */
enum hc_status hc_mapper_init(struct hc_mapper *m, const struct hc_feed *feed,
                              const struct hc_feed_set *set, const bool *has,
                              struct hc_err *err) HC_MUST_CHECK;
/* Set slot[s] for each slot of file that the wanted maps read. */
void hc_mapper_slots(const struct hc_mapper *m, int file, bool *slot);
void hc_mapper_free(struct hc_mapper *m);
/* Text made so far is no longer needed. */
void hc_mapper_block(struct hc_mapper *m);
/* Add one row to out (of set->kind), lineage not yet set. HC_EDATA when an amount leaves
 * int64; nothing is added then. */
enum hc_status hc_map_row(struct hc_mapper *m, struct hc_context *context,
                          struct hc_batch *out, struct hc_err *err) HC_MUST_CHECK;
/* The record makes no row of this set: its amounts are not used. */
void hc_map_pass(struct hc_mapper *m, struct hc_context *context);
/* Text of an identity part, or a column of the row just made; len 0 when null. */
struct hc_str hc_map_text(struct hc_mapper *m, struct hc_context *context,
                          const struct hc_expr *expr);

/* One value of a file's record; false when null. */
bool hc_rows_number(const struct hc_rows *rows, int slot, int64_t row, int64_t *value);
bool hc_rows_text(const struct hc_rows *rows, int slot, int64_t row, struct hc_str *value);

#endif
