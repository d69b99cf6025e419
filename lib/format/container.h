/* What a container (zip, gzip, zstd, plain, folder) is to source.c: a row of functions over
 * one struct. Private to lib/format. */
#ifndef HC_FORMAT_CONTAINER_H
#define HC_FORMAT_CONTAINER_H

#include "format/source.h"

struct hc_container {
    const char *name;
    /* Do the first bytes say so? */
    bool (*matches)(const uint8_t *head, size_t len);
    /* NULL: recognised to be refused by name. Else set up: entries by hc_source_entry_add.
     */
    enum hc_status (*open)(struct hc_source *source, struct hc_err *err);
    /* After open, when the entries are known to be distinct: judge all that can be judged
     * before reading. May be NULL. */
    enum hc_status (*judge)(struct hc_source *source, struct hc_err *err);
    /* Set source->entry to the next entry, or HC_END. */
    enum hc_status (*next)(struct hc_source *source, struct hc_err *err);
    enum hc_status (*read)(struct hc_source *source, const uint8_t **bytes, size_t *len,
                           struct hc_err *err);
    /* All entries were read: check the end. May be NULL. */
    enum hc_status (*finish)(struct hc_source *source, struct hc_err *err);
    void (*drop)(struct hc_source *source); /* free source->state; may be NULL */
    /* Entries can be read one by one, each by a source of its own; NULL: not so. */
    bool (*parts)(const struct hc_source *source);
    /* Set up part, of part->whole: entry number i of the order in which they are held, from
     * 0, or where i is entries what stands behind the last. */
    enum hc_status (*part)(struct hc_source *part, size_t i, struct hc_err *err);
    /* part, which was finished, is the next in order. May be NULL. */
    void (*part_end)(struct hc_source *whole, const struct hc_source *part);
    bool single;                            /* one entry, the delivery itself */
    bool wraps; /* its entries may be gzip or zstd, and are then read through it */
    bool seeks; /* needs all of it at hand: standard input is spooled */
};
extern const struct hc_container hc_container_zip, hc_container_gzip, hc_container_zstd,
    hc_container_plain, hc_container_folder;

struct hc_source {
    const struct hc_container *container;
    void *state;
    const struct hc_source_options *options;
    const char *passphrase; /* the caller's, or NULL */
    const struct hc_inflate_engine *inflate;
    struct hc_arena arena;
    const char *path;
    const char *told; /* its name, where it is standard input and has one; or NULL */

    /* the delivery's bytes in order, each hashed once */
    struct hc_in *in;               /* NULL: a folder, or an entry of outer */
    struct hc_source *outer;        /* whose current entry these bytes are, or NULL */
    struct hc_source *entry_source; /* of a container that wraps: its current entry */
    struct hc_source *whole; /* that this is a part of, see hc_source_part(), or NULL */
    bool one;                /* one entry of whole, and nothing behind it */
    int spool;                      /* standard input put aside, or -1 */
    uint64_t size;                  /* of the file or the spool; 0 when not known */
    struct hc_digest *digest; /* NULL where it is known: */
    const struct hc_known_file *known;
    struct hc_quick quick; /* to be compared with known's */
    const uint8_t *raw;     /* raw_buffer, or outer's bytes */
    uint8_t *raw_buffer;    /* HC_SOURCE_CHUNK bytes; of an entry NULL or its head */
    const uint8_t *rest;    /* of outer's bytes, behind the head; rest_len of them */
    size_t rest_len;
    size_t raw_at, raw_end; /* not yet taken: raw[raw_at..raw_end) */
    uint64_t raw_read;      /* read so far: raw[raw_end] is this byte of the delivery */
    bool raw_ended;

    /* its entries */
    size_t entries, entries_cap;
    struct hc_entry *entry_list; /* sorted by name once opened */
    struct hc_entry entry;       /* current; name NULL: none */
    const char *wrapped_name;    /* of a container that wraps: the entry's own name */
    bool entry_ended;
    uint8_t *out; /* HC_SOURCE_CHUNK bytes for expanded data */
    uint64_t expanded; /* of the current entry */
    uint64_t total;    /* of the entries before it */
    uint64_t bytes; /* of the delivery as it came */
    char hex[65];
    bool finished;
    struct hc_ahead *ahead; /* reads all of the above, or NULL */
};

/* As hc_source_next() and so on, in the thread that calls; and what another one read. */
enum hc_status hc_source_next_here(struct hc_source *source, const struct hc_entry **entry,
                                   struct hc_err *err) HC_MUST_CHECK;
enum hc_status hc_source_read_here(struct hc_source *source, const uint8_t **bytes,
                                   size_t *len, struct hc_err *err) HC_MUST_CHECK;
enum hc_status hc_source_finish_here(struct hc_source *source,
                                     struct hc_err *err) HC_MUST_CHECK;
enum hc_status hc_ahead_next(struct hc_ahead *ahead, const struct hc_entry **entry,
                             struct hc_err *err) HC_MUST_CHECK;
enum hc_status hc_ahead_read(struct hc_ahead *ahead, const uint8_t **bytes, size_t *len,
                             struct hc_err *err) HC_MUST_CHECK;
enum hc_status hc_ahead_finish(struct hc_ahead *ahead, struct hc_err *err) HC_MUST_CHECK;
void hc_ahead_free(struct hc_ahead *ahead); /* waits for its thread */

/* What is wrong, with its place; damage in a file that changes is HC_ETEMP. */
enum hc_status hc_source_judge(struct hc_source *source, enum hc_status status,
                               struct hc_err *err) HC_MUST_CHECK;
/* All was read: nothing changed meanwhile; digest and size. */
enum hc_status hc_source_conclude(struct hc_source *source,
                                  struct hc_err *err) HC_MUST_CHECK;

/* Make sure that raw holds at least one byte; HC_END at the end of the delivery. */
enum hc_status hc_raw_more(struct hc_source *source, struct hc_err *err) HC_MUST_CHECK;
/* Byte of the delivery that is next. */
static inline uint64_t hc_raw_offset(const struct hc_source *source) {
    return source->raw_read - (source->raw_end - source->raw_at);
}
/* Exactly len bytes into bytes; HC_END (no text) when the delivery ends before. */
enum hc_status hc_raw_take(struct hc_source *source, void *bytes, size_t len,
                           struct hc_err *err) HC_MUST_CHECK;
/* len bytes at offset, without moving on and without hashing. For containers that seek. */
enum hc_status hc_raw_at(struct hc_source *source, uint64_t offset, void *bytes, size_t len,
                         struct hc_err *err) HC_MUST_CHECK;
/* Copies name. HC_EDATA beyond HC_SOURCE_ENTRIES_MAX. */
enum hc_status hc_source_entry_add(struct hc_source *source, struct hc_str name,
                                   struct hc_err *err) HC_MUST_CHECK;
/* The path, or what the caller calls standard input; valid in open. */
const char *hc_source_name(const struct hc_source *source);
/* Number of an entry by name, or 0; valid once opened. */
unsigned hc_source_entry_number(const struct hc_source *source, struct hc_str name);
/* HC_EDATA when expanded grew out of all proportion to packed. */
enum hc_status hc_source_ratio(uint64_t expanded, uint64_t packed,
                               struct hc_err *err) HC_MUST_CHECK;
/* HC_EDATA: archives of this name are not supported, with a hint what to do instead. */
enum hc_status hc_source_refuse(const char *container, struct hc_err *err);
/* The first bytes are a tar archive's. */
static inline bool hc_is_tar(const uint8_t *head, size_t len) {
    return len >= 262 && memcmp(head + 257, "ustar", 5) == 0;
}
/* name without a ".gz" or ".zst" at its end. */
struct hc_str hc_source_unwrapped_name(struct hc_str name);
/* The same of path's base name: the entry's name where a container holds one without a
 * name. */
struct hc_str hc_source_single_name(const char *path);

static inline uint32_t hc_le16(const uint8_t *p) {
    return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}
static inline uint32_t hc_le32(const uint8_t *p) {
    return hc_le16(p) | hc_le16(p + 2) << 16;
}
static inline uint64_t hc_le64(const uint8_t *p) {
    return hc_le32(p) | (uint64_t)hc_le32(p + 4) << 32;
}

#endif
