/* Text of a delivery to typed values, a column of a block at a time.
 *
 *   for each wanted column c:
 *       hc_convert(&conversion[c], c, block, cells.column[c], &values[c], &sum[c]);
 *   for each row with block->fault[row].kind == HC_FAULT_NONE:
 *       hc_values_set(&values[c], row, batch, field_of[c]);
 *
 * A value that cannot be read puts its row at fault and says nothing more; whoever reports
 * the row asks hc_convert_explain() for the words. Messages name the column and the shape,
 * never the value.
 */
#ifndef HC_FORMAT_CONVERT_H
#define HC_FORMAT_CONVERT_H

#include "format/cells.h"
#include "record/batch.h"

enum hc_otherwise {                      /* a code that is not in the map */
                    HC_OTHERWISE_REFUSE, /* HC_FAULT_CODE */
                    HC_OTHERWISE_NULL,
                    HC_OTHERWISE_KEEP,  /* utf8 only: the text itself */
                    HC_OTHERWISE_VALUE, /* map->fallback */
};
struct hc_code {
    struct hc_str text;  /* as delivered, trimmed */
    struct hc_str value; /* utf8: what it becomes */
    int64_t number;      /* choice: index (below 0: null); bool: 0, 1; int: the number */
};
struct hc_code_map; /* text -> hc_code */
/* Codes are copied. fallback is for HC_OTHERWISE_VALUE. HC_ECONFIG for a code given twice.
 */
enum hc_status hc_code_map_new(struct hc_code_map **map, const struct hc_code *code,
                               size_t codes, enum hc_otherwise otherwise,
                               struct hc_code fallback, struct hc_err *err) HC_MUST_CHECK;
const struct hc_code *hc_code_map_find(const struct hc_code_map *map, struct hc_str text);
enum hc_otherwise hc_code_map_otherwise(const struct hc_code_map *map);
const struct hc_code *hc_code_map_fallback(const struct hc_code_map *map);
void hc_code_map_list(const struct hc_code_map *map, struct hc_buf *buf); /* "0, 1, 2" */
void hc_code_map_free(struct hc_code_map *map);

/* How one column is read. CONVERTER(name, doc): name is what a feed's `type:` says. */
#define HC_CONVERTER_LIST                                                                  \
    CONVERTER(text, "trimmed text")                                                        \
    CONVERTER(int, "whole number")                                                         \
    CONVERTER(decimal, "amount or quantity: scale, implied, signs, decimals, round")       \
    CONVERTER(date, "a day: form")                                                         \
    CONVERTER(code, "through a code map")                                                  \
    CONVERTER(skip, "not converted: wanted only as raw text")
enum hc_converter {
#define CONVERTER(name, doc) HC_CONVERT_##name,
    HC_CONVERTER_LIST
#undef CONVERTER
        HC_CONVERTERS
};
/* Index of a name, or -1. */
int hc_converter_of(struct hc_str name);

struct hc_conversion {
    enum hc_converter converter;
    const char *field;              /* the source's name of the column, for messages */
    bool required;                  /* null puts the row at fault */
    const struct hc_str *null_text; /* besides blank: texts that mean null, trimmed */
    size_t null_texts;
    /* text */
    bool strip_zeros; /* without leading zeros */
    /* int */
    int64_t low, high; /* both 0: as int32 */
    /* decimal: the value is text * 10^scale */
    int scale;            /* 2 cents, 4 ten-thousandths; at most 4 */
    int implied;          /* decimals of a number without a point */
    unsigned signs;       /* enum hc_sign_form */
    int decimals;         /* how many a payer may write, at most 4; 0: scale, with
                             round_half_even 4 */
    bool round_half_even; /* decimals beyond scale are rounded, and accounted */
    /* date */
    enum hc_date_form form;
    /* code */
    const struct hc_code_map *map;
};
/* HC_ECONFIG for a conversion that cannot be: scale, decimals without rounding, no map. */
enum hc_status hc_conversion_check(const struct hc_conversion *conversion,
                                   struct hc_err *err) HC_MUST_CHECK;

/* One converted column of a block; rows as the block's. What a converter does not fill is
 * undefined. */
struct hc_values {
    int64_t *number;     /* int, decimal, date, code: number; 0 where null */
    struct hc_str *text; /* text, code: value; points into the records or the map */
    uint8_t *null;       /* 1: null */
    int64_t *exact_e4;   /* decimal: as delivered, before rounding, in ten-thousandths */
    size_t nulls;        /* so many rows are set to null already: hc_convert's own */
};
/* Room for rows (of a block, at most) of every form a converter fills. */
enum hc_status hc_values_init(struct hc_values *values, size_t rows,
                              struct hc_err *err) HC_MUST_CHECK;
void hc_values_free(struct hc_values *values);

/* What a decimal column held, as delivered: every readable value of every record that could
 * be split, rejected for another reason or not, before any sign of ours. */
struct hc_source_sum {
    hc_i128 exact_e4; /* sum in ten-thousandths */
    uint64_t values;  /* readable */
    uint64_t nulls;   /* blank or a null text */
    uint64_t unknown; /* unreadable: never counted as 0 */
};

/* Convert cell[0..block->rows) into values. Rows at fault already are left alone but for
 * sums; rows that cannot be read get their fault with column number `column`. sum may be
 * NULL where converter is not decimal. Rows cut from broken records (LENGTH, FIELDS, ...)
 * count as unknown in sum. */
void hc_convert(const struct hc_conversion *conversion, size_t column,
                struct hc_block *block, const struct hc_str *cell, struct hc_values *values,
                struct hc_source_sum *sum);
/* Why a cell cannot be read: "expected an amount such as 12.50, found shape 'A9'", with the
 * field. HC_EDATA; HC_OK when it can be. */
enum hc_status hc_convert_explain(const struct hc_conversion *conversion,
                                  struct hc_str cell, struct hc_err *err) HC_MUST_CHECK;
/* One cell by itself, for headers and trailers: number, text or null as for a column. */
enum hc_status hc_convert_one(const struct hc_conversion *conversion, struct hc_str cell,
                              int64_t *number, struct hc_str *text, bool *null,
                              struct hc_err *err) HC_MUST_CHECK;

/* As delivered minus as rounded, in ten-thousandths: what rounding took from a decimal row.
 */
static inline int64_t hc_values_rounding(const struct hc_conversion *conversion,
                                         const struct hc_values *values, size_t row) {
    static const int16_t unit[] = {10000, 1000, 100, 10, 1};
    return values->exact_e4[row] - values->number[row] * unit[conversion->scale];
}

/* Set field `column` of batch's newest row to a converted value, by the field's type. Null
 * and text without bytes leave it null. */
void hc_values_set(const struct hc_values *values, size_t row, struct hc_batch *batch,
                   size_t column);

#endif
