/* Rows held by columns, laid out as Arrow lays them out.
 *
 * A batch is either built (hc_batch_new: it owns growing buffers) or seen (a reader's: the
 * columns point into what was read). Both are read with the same accessors.
 *
 *   while ((status = hc_reader_next(reader, &in, err)) == HC_OK)
 *       for (size_t row = 0; row < in->rows; row++)
 *           if (!hc_is_null(in, HC_claim_line_paid, row))
 *               sum += hc_cents_of(in, HC_claim_line_paid)[row];
 *
 *   size_t row = hc_batch_row(out);              a new row, all columns null
 *   hc_set_i64(out, HC_claim_line_paid, cents);  of the newest row
 *   hc_set_str(out, HC_claim_line_claim_id, id);
 *   if (hc_batch_full(out)) status = hc_writer_write(writer, out, err), hc_batch_clear(out);
 */
#ifndef HC_RECORD_BATCH_H
#define HC_RECORD_BATCH_H

#include "base/arena.h"
#include "base/date.h"
#include "base/num.h"
#include "record/schema.h"

#define HC_BATCH_ROWS 16384
#define HC_BATCH_BYTES (4u << 20)

struct hc_column {
    enum hc_type type;
    bool present;      /* false: not in the stream, or not wanted; reads as null */
    uint8_t *valid;    /* bitmap, lowest bit first; NULL when no row is null */
    union {
        uint8_t *bools; /* one byte a row, 0 or 1 */
        int8_t *i8;     /* choice: index into the list */
        int32_t *i32;   /* int32, date */
        int64_t *i64;   /* int64, cents, e4 */
        int32_t *offset; /* utf8: rows + 1 into bytes; list: rows + 1 into item */
    };
    int32_t *item;     /* list: items + 1 into bytes */
    char *bytes;       /* utf8, list */
    /* building only */
    bool wanted;       /* present, but for what hc_batch_seal_sparse() says */
    uint8_t *bitmap;   /* what valid points to while some row is null; in bits */
    size_t cap_rows, cap_items, cap_bytes;
    size_t filled;     /* values of rows 0..filled-1 are set (utf8, list: offset[0..filled]) */
    size_t items;
};
struct hc_batch {
    const struct hc_schema *schema;
    size_t rows;
    struct hc_column *column; /* schema->fields of them */
    bool failed;              /* sticky: a set ran out of memory; see hc_batch_seal */
    size_t bytes;             /* of utf8 and list content, for hc_batch_full */
    bool built;               /* by hc_batch_new; sealing a seen batch does nothing */
    bool sealed;
    size_t cap_rows;          /* room in the bitmaps */
    uint8_t *bits;            /* the bitmaps of all columns */
};

/* An empty batch for building. wanted (schema->fields flags) may be NULL: all columns. The
 * schema must outlive it. */
enum hc_status hc_batch_new(struct hc_batch **batch, const struct hc_schema *schema,
                            const bool *wanted, struct hc_err *err) HC_MUST_CHECK;
void hc_batch_clear(struct hc_batch *batch); /* no rows; buffers stay */
void hc_batch_free(struct hc_batch *batch);
/* Finish building: offsets complete, columns without nulls lose their bitmap view.
 * HC_ENOMEM when a set had failed. Idempotent; writers and partitions call it themselves. */
enum hc_status hc_batch_seal(struct hc_batch *batch, struct hc_err *err) HC_MUST_CHECK;
/* The same for a batch that is passed on: a column of which no row has a value is absent until
 * rows are added or the batch is cleared, and so is not filled with zeros. */
enum hc_status hc_batch_seal_sparse(struct hc_batch *batch, struct hc_err *err) HC_MUST_CHECK;
static inline bool hc_batch_full(const struct hc_batch *b) {
    return b->rows >= HC_BATCH_ROWS || b->bytes >= HC_BATCH_BYTES || b->failed;
}

/* Start a row: all its columns null. Returns its index. Setters write the newest row, each
 * column at most once; a set on an absent column is ignored. They cannot fail here: see
 * failed. */
size_t hc_batch_row(struct hc_batch *batch);
void hc_set_i64(struct hc_batch *batch, size_t column, int64_t value); /* int64 cents e4 */
void hc_set_i32(struct hc_batch *batch, size_t column, int32_t value); /* int32 date */
void hc_set_bool(struct hc_batch *batch, size_t column, bool value);
void hc_set_choice(struct hc_batch *batch, size_t column, int value); /* below 0: null */
void hc_set_str(struct hc_batch *batch, size_t column, struct hc_str value);
void hc_set_list(struct hc_batch *batch, size_t column, const struct hc_str *items,
                 size_t count);
/* Start rows rows at once, all columns null; returns the first. Each column of them is then
 * set at most once, by what belongs to its type: rows with has[i] 0 stay null (has NULL:
 * every row has a value). Absent columns are ignored. */
size_t hc_batch_rows(struct hc_batch *batch, size_t rows);
void hc_put_numbers(struct hc_batch *batch, size_t column, size_t first, const uint8_t *has,
                    const int64_t *value); /* all types but utf8 and list */
void hc_put_texts(struct hc_batch *batch, size_t column, size_t first, const uint8_t *has,
                  const struct hc_str *value);
/* Row i has items item[from[i]..from[i]+len[i]-1]. */
void hc_put_lists(struct hc_batch *batch, size_t column, size_t first, const uint8_t *has,
                  const struct hc_str *item, const uint32_t *from, const uint32_t *len);
/* Copy one value of any type from another batch's row; column types must agree. */
void hc_set_copy(struct hc_batch *batch, size_t column, const struct hc_batch *from,
                 size_t from_column, size_t from_row);
/* Append rows of from (same schema layout: same field types in the same places) to batch,
 * column by column: the fast way to filter, partition and reorder. row NULL: the first rows
 * of them. from must not be batch. */
enum hc_status hc_batch_take(struct hc_batch *batch, const struct hc_batch *from,
                             const uint32_t *row, size_t rows, struct hc_err *err) HC_MUST_CHECK;

/* ---- reading ---- */

static inline bool hc_column_null(const struct hc_column *c, size_t row) {
    return !c->present || (c->valid && !(c->valid[row >> 3] >> (row & 7) & 1));
}
static inline bool hc_is_null(const struct hc_batch *b, size_t column, size_t row) {
    return hc_column_null(&b->column[column], row);
}
/* By any column number; the value of a null row is unspecified, so ask first. */
static inline struct hc_str hc_str_at(const struct hc_batch *b, size_t column, size_t row) {
    const struct hc_column *c = &b->column[column];
    if (hc_column_null(c, row))
        return (struct hc_str){"", 0};
    return (struct hc_str){c->bytes + c->offset[row],
                           (size_t)(c->offset[row + 1] - c->offset[row])};
}
static inline size_t hc_list_len(const struct hc_batch *b, size_t column, size_t row) {
    const struct hc_column *c = &b->column[column];
    return hc_column_null(c, row) ? 0 : (size_t)(c->offset[row + 1] - c->offset[row]);
}
static inline struct hc_str hc_list_at(const struct hc_batch *b, size_t column, size_t row,
                                       size_t item) {
    const struct hc_column *c = &b->column[column];
    size_t i = (size_t)c->offset[row] + item;
    return (struct hc_str){c->bytes + c->item[i], (size_t)(c->item[i + 1] - c->item[i])};
}
/* int64 types, int32 types, bool and choice widened to int64; fallback when null. */
int64_t hc_int_at(const struct hc_batch *b, size_t column, size_t row, int64_t fallback);

/* Whole columns by field, the type checked when compiled. Present is the caller's to know:
 * it asked for the column when it opened the stream. */
#define HC_CHECK_TYPE(field, want)                                                           \
    (0 * sizeof(struct {                                                                     \
        _Static_assert((int)typeof_##field == (int)(want), #field " is not of this type");     \
        int unused;                                                                          \
    }))
#define hc_cents_of(b, field) ((b)->column[(field) + HC_CHECK_TYPE(field, HC_TYPE_cents)].i64)
#define hc_e4_of(b, field) ((b)->column[(field) + HC_CHECK_TYPE(field, HC_TYPE_e4)].i64)
#define hc_int64_of(b, field) ((b)->column[(field) + HC_CHECK_TYPE(field, HC_TYPE_int64)].i64)
#define hc_int32_of(b, field) ((b)->column[(field) + HC_CHECK_TYPE(field, HC_TYPE_int32)].i32)
#define hc_date_of(b, field) ((b)->column[(field) + HC_CHECK_TYPE(field, HC_TYPE_date)].i32)
#define hc_bool_of(b, field) ((b)->column[(field) + HC_CHECK_TYPE(field, HC_TYPE_bool)].bools)
#define hc_choice_column_of(b, field)                                                        \
    ((b)->column[(field) + HC_CHECK_TYPE(field, HC_TYPE_choice)].i8)
#define hc_utf8_of(b, field, row)                                                            \
    hc_str_at((b), (field) + HC_CHECK_TYPE(field, HC_TYPE_utf8), (row))

/* ---- sums of the HC_SUM columns ---- */

struct hc_totals {
    const struct hc_schema *schema;
    uint64_t rows;
    hc_i128 *sum; /* schema->fields of them; only HC_SUM columns are used */
    bool *has;    /* schema->fields of them: seen in a batch, or told by a stream */
};
enum hc_status hc_totals_init(struct hc_totals *totals, const struct hc_schema *schema,
                              struct hc_err *err) HC_MUST_CHECK;
void hc_totals_add(struct hc_totals *totals, const struct hc_batch *batch);
void hc_totals_add_rows(struct hc_totals *totals, const struct hc_batch *batch,
                        const uint32_t *row, size_t rows);
void hc_totals_free(struct hc_totals *totals);
/* HC_EINTERNAL naming column and both sums unless in == a + b for rows and for every summed
 * column of in that a and b (when they have rows) have too. b may be NULL. what names the
 * account: "kept and set aside". All three have the same schema layout. */
enum hc_status hc_totals_balance(const struct hc_totals *in, const struct hc_totals *a,
                                 const struct hc_totals *b, const char *what,
                                 struct hc_err *err) HC_MUST_CHECK;

/* A frozen hash of some columns of a row, and whether they are the same. Null and "", null and
 * an empty list are alike; a null number is like no number. Choices count as their index. */
uint64_t hc_hash_row(const struct hc_batch *b, const int *column, size_t columns, size_t row);
bool hc_same_row(const struct hc_batch *a, size_t row_a, const struct hc_batch *b,
                 size_t row_b, const int *column, size_t columns);
/* Order of two rows by some columns: null first, then numbers, bytes (lists item by item);
 * <0, 0, >0. 0 exactly when hc_same_row. */
int hc_compare_row(const struct hc_batch *a, size_t row_a, const struct hc_batch *b,
                   size_t row_b, const int *column, size_t columns);

#endif
