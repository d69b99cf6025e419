/* The bytes of an entry as records, a block of them at a time. LF or CRLF ends a record,
 * the last may go without; a UTF-8 BOM is skipped. However the bytes arrive, the records
 * are the same.
 */
#ifndef HC_FORMAT_RECORDS_H
#define HC_FORMAT_RECORDS_H

#include "format/source.h"

#define HC_RECORD_MAX (1u << 20) /* bytes; longer ones are at fault */
#define HC_BLOCK_ROWS 1024       /* records of a block at most: its cells fit in L2 */

/* What is wrong with one record; not fatal for the entry. FAULT(name, reason): the reason
 * is how receipts and rejects call it. */
#define HC_FAULT_LIST                                                                      \
    FAULT(NONE, "")                                                                        \
    FAULT(TOO_LONG, "line_too_long") /* above HC_RECORD_MAX; text is its start */          \
    FAULT(NUL, "nul")                                                                      \
    FAULT(UTF8, "invalid_utf8")                                                            \
    FAULT(LENGTH, "record_length")   /* fixed: shorter or longer than the layout */        \
    FAULT(FIELDS, "field_count")     /* delimited: too few or too many */                  \
    FAULT(QUOTE, "open_quote")       /* delimited: a quote without its partner */          \
    FAULT(JSON, "bad_json")          /* ndjson: not one whole object, or ambiguous */      \
    FAULT(DEPTH, "json_depth")       /* ndjson: too many levels */                         \
    FAULT(RESOURCE, "resource_type") /* ndjson: another resource than the feed's */        \
    FAULT(VALUE, "bad_value")        /* a converter could not read column `column` */      \
    FAULT(REQUIRED, "missing_value") /* null where the feed requires a value */            \
    FAULT(CODE, "unknown_code")      /* not in the feed's code map */
enum hc_fault_kind {
#define FAULT(name, reason) HC_FAULT_##name,
    HC_FAULT_LIST
#undef FAULT
        HC_FAULT_KINDS
};
const char *hc_fault_reason(enum hc_fault_kind kind);

struct hc_fault {
    uint16_t kind;   /* enum hc_fault_kind */
    uint16_t column; /* wanted column, from 0, for VALUE, REQUIRED and CODE */
};

struct hc_block {
    size_t rows;
    uint64_t first;         /* ordinal of the first record, from 1 */
    struct hc_str *record;  /* without its end */
    uint64_t *offset;       /* byte of the expanded entry where each starts */
    struct hc_fault *fault; /* of each; what reads on adds to it, the first fault stays */
    size_t faults;          /* rows at fault */
    uint64_t *ordinal;      /* of each row's record, where one may have several; or NULL */
};
static inline uint64_t hc_block_ordinal(const struct hc_block *block, size_t row) {
    return block->ordinal ? block->ordinal[row] : block->first + row;
}
/* Is row the last one of its record? A record's rows stand together. */
static inline bool hc_block_ends(const struct hc_block *block, size_t row) {
    return !block->ordinal || row + 1 == block->rows ||
           block->ordinal[row + 1] != block->ordinal[row];
}
static inline void hc_block_fault(struct hc_block *block, size_t row,
                                  enum hc_fault_kind kind, size_t column) {
    if (block->fault[row].kind == HC_FAULT_NONE) {
        block->fault[row] = (struct hc_fault){(uint16_t)kind, (uint16_t)column};
        block->faults++;
    }
}
/* Describe a fault that hc_records_next() found (TOO_LONG, NUL, UTF8) and say where: record
 * and offset for any fault. Returns HC_EDATA. Others: hc_fixed_explain,
 * hc_delimited_explain, hc_convert_explain, then hc_block_at. */
enum hc_status hc_block_explain(const struct hc_block *block, size_t row,
                                struct hc_err *err);
void hc_block_at(const struct hc_block *block, size_t row, struct hc_err *err);

/* Where bytes come from: as hc_source_read. */
typedef enum hc_status hc_bytes_fn(void *from, const uint8_t **bytes, size_t *len,
                                   struct hc_err *err);

struct hc_records;
enum hc_status hc_records_new(struct hc_records **records,
                              struct hc_err *err) HC_MUST_CHECK;
/* Begin with the current entry of source, or with what read gives. */
void hc_records_start(struct hc_records *records, struct hc_source *source);
void hc_records_start_bytes(struct hc_records *records, hc_bytes_fn *read, void *from);
/* The next 1..HC_BLOCK_ROWS records, in *block until the next call. HC_END after the last,
 * when the entry ended cleanly. HC_EDATA for UTF-16 (hint: re-encode), and what read says.
 */
enum hc_status hc_records_next(struct hc_records *records, struct hc_block **block,
                               struct hc_err *err) HC_MUST_CHECK;
/* After a start: this byte ends a record, and only it ('\r' of old systems); '\n' is usual. */
void hc_records_end_at(struct hc_records *records, char end);
/* After HC_OK: is the last record of the block the last of the entry, and without an end? */
bool hc_records_open_end(const struct hc_records *records);
uint64_t hc_records_count(const struct hc_records *records); /* of this entry so far */
uint64_t hc_records_bytes(const struct hc_records *records); /* expanded, read so far */
void hc_records_free(struct hc_records *records);

#endif
