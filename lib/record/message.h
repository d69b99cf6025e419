/* Arrow IPC messages read one after another, from a pipe or by the footer of a file.
 *
 * A message is 0xFFFFFFFF, the length of its metadata, the metadata (a flatbuffer), the body.
 * Only those parts of a body are read that a caller asks for: by pread in a file, by reading
 * past the others in a pipe. Sources: Arrow "IPC Streaming Format" and "IPC File Format";
 * format/Message.fbs, File.fbs.
 */
#ifndef HC_RECORD_MESSAGE_H
#define HC_RECORD_MESSAGE_H

#include "base/file.h"
#include "record/flat.h"

#define HC_ARROW_MAGIC "ARROW1"
enum { HC_ARROW_V4 = 3, HC_ARROW_V5 = 4 };
enum hc_message_type {
    HC_MESSAGE_schema = 1,
    HC_MESSAGE_dictionary = 2,
    HC_MESSAGE_batch = 3,
};
struct hc_message {
    enum hc_message_type type;
    struct hc_flat_table header;
    struct hc_flat_vector meta;  /* pairs */
    uint64_t body_bytes;
    uint64_t body_at;            /* in a file */
};

struct hc_block { /* where a message of a file stands */
    uint64_t offset, body_bytes;
    uint32_t meta_bytes;
};
struct hc_messages { /* zero-initialise; hc_messages_free() when done */
    struct hc_in *in;
    bool by_footer;       /* a file that can be read at any place */
    bool footer_behind;   /* the file format on a pipe: a footer follows the end mark */
    uint8_t first[8];     /* of a stream: read already */
    bool has_first;
    uint64_t body_left;   /* of a stream: of the last message, not read */
    struct hc_buf meta;
    struct hc_flat flat;
    struct hc_block *block;
    size_t blocks, next;
    bool ended;
};
struct hc_span { /* a wanted part of a body */
    uint64_t offset, len;
    size_t place; /* set: where it stands in hc_body */
};
struct hc_body { /* aligned to 64, reused; zero-initialise, hc_body_free() */
    uint8_t *ptr;
    size_t len, cap;
};

/* Open path and find the schema: *schema is valid until the next call. HC_EDATA for what is
 * no Arrow, or cut. */
enum hc_status hc_messages_open(struct hc_messages *m, const char *path,
                                struct hc_flat_table *schema, struct hc_err *err) HC_MUST_CHECK;
/* The next dictionary or batch (a file's dictionaries come first); HC_END at the end mark,
 * HC_EDATA when the input ends before it, or goes on behind it. */
enum hc_status hc_messages_next(struct hc_messages *m, struct hc_message *message,
                                struct hc_err *err) HC_MUST_CHECK;
/* Read the spans of message's body, which must be in order and not overlap. Memory grows
 * only as bytes arrive, whatever lengths are told. */
enum hc_status hc_messages_body(struct hc_messages *m, const struct hc_message *message,
                                struct hc_span *span, size_t spans, struct hc_body *body,
                                struct hc_err *err) HC_MUST_CHECK;
/* Between messages: hold neither descriptor nor metadata until the next call, where the
 * input allows. */
enum hc_status hc_messages_rest(struct hc_messages *m, struct hc_err *err) HC_MUST_CHECK;
void hc_messages_free(struct hc_messages *m);
void hc_body_free(struct hc_body *body);

#endif
