/* Record streams: Apache Arrow IPC, streaming format on pipes, file format in *.arrow files.
 *
 * A stream says its kind in the schema's metadata and ends with an empty batch whose message
 * metadata "hc.totals" holds rows and sums. Nothing counts as read before that has been seen
 * and agrees. Sources: Apache Arrow columnar format 1.x, "IPC Streaming Format", "IPC File
 * Format"; format/Schema.fbs, Message.fbs, File.fbs.
 */
#ifndef HC_RECORD_STREAM_H
#define HC_RECORD_STREAM_H

#include "base/file.h"
#include "record/batch.h"

struct hc_meta_pair {
    struct hc_str key, value;
};
struct hc_meta { /* key and value pairs of a schema */
    size_t count;
    struct hc_meta_pair *pair;
};
struct hc_str hc_meta_get(const struct hc_meta *meta, const char *key); /* len 0: none */

/* ---- reading ---- */

struct hc_reader;
struct hc_reader_options {
    enum hc_kind kind;           /* wanted kind, or HC_KIND_any: whatever it is */
    const bool *want;            /* hc_kinds[kind].fields flags: read only these (and unknown
                                    fields when want_unknown); NULL: all */
    bool want_unknown;           /* pass on fields hctools does not know */
    const int *need;             /* columns without which HC_EDATA, at opening; -1 ends */
    bool trust_input;            /* a foreign stage dropped metadata and totals: take kind as
                                    told, go without totals, widen types by field name */
    bool verify;                 /* read every buffer and check offsets, UTF-8, choices */
};
/* path "-" is standard input. Recognises stream and file format by content. HC_EDATA for what
 * is no Arrow, a wrong kind (both named), a version above ours, a refused type (named, with a
 * hint), missing metadata (hint: --trust-input --kind=KIND). */
enum hc_status hc_reader_open(struct hc_reader **reader, const char *path,
                              const struct hc_reader_options *options,
                              struct hc_err *err) HC_MUST_CHECK;
const struct hc_schema *hc_reader_schema(const struct hc_reader *reader); /* reader's own */
const struct hc_meta *hc_reader_meta(const struct hc_reader *reader);
bool hc_reader_has(const struct hc_reader *reader, size_t column); /* in the stream at all */
/* The next batch (1..HC_BATCH_ROWS rows), the reader's until the next call. HC_END after the totals
 * were seen and agreed; HC_EDATA for damage, a missing end ("truncated"), or totals that
 * disagree (both numbers). */
enum hc_status hc_reader_next(struct hc_reader *reader, const struct hc_batch **batch,
                              struct hc_err *err) HC_MUST_CHECK;
/* Just opened and not to be read at once: hold no descriptor meanwhile, where the input
 * allows. HC_ETEMP on reading when the file has changed since. */
enum hc_status hc_reader_rest(struct hc_reader *reader, struct hc_err *err) HC_MUST_CHECK;
void hc_reader_free(struct hc_reader *reader);

/* ---- writing ---- */

struct hc_writer;
struct hc_writer_options {
    bool durable;     /* fsync at commit */
    bool public_;     /* mode by the caller's umask */
    bool digest;      /* hc_writer_digest() will be asked */
    const bool *has;  /* schema->fields flags: columns of the stream; NULL: all */
};
/* path NULL or "-": stream to standard output (HC_EUSAGE when that is a terminal); else the
 * file format at path. meta holds keys beside hc.kind, hc.version, hc.tool, which are added. */
enum hc_status hc_writer_open(struct hc_writer **writer, const char *path,
                              const struct hc_schema *schema, const struct hc_meta *meta,
                              const char *tool, const struct hc_writer_options *options,
                              struct hc_err *err) HC_MUST_CHECK;
/* Write the rows (none is no harm). Larger batches than HC_BATCH_ROWS are cut. */
enum hc_status hc_writer_write(struct hc_writer *writer, struct hc_batch *batch,
                               struct hc_err *err) HC_MUST_CHECK;
const struct hc_totals *hc_writer_totals(const struct hc_writer *writer); /* so far */
/* Totals, end or footer, then all or nothing. HC_EDATA when a sum leaves int64. */
enum hc_status hc_writer_commit(struct hc_writer *writer, struct hc_err *err) HC_MUST_CHECK;
/* SHA-256 of the file, after commit to a path; "" without options.digest. */
const char *hc_writer_digest(const struct hc_writer *writer);
void hc_writer_free(struct hc_writer *writer);

#endif
