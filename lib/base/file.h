/* The one I/O layer: read, write, open, fsync, rename with loops for short transfers and
 * EINTR. Data never goes through stdio. A failing call says which file and what to do. */
#ifndef HC_BASE_FILE_H
#define HC_BASE_FILE_H

#include <sys/types.h>

#include "base/arena.h"

/* open(2) and fsync(2), again where a signal interrupts them; errno is EINTR only where the
 * signal says stop, which hc_stopped() then tells. */
int hc_open_again(const char *path, int flags, mode_t mode);
int hc_sync_again(int fd);

/* ---- reading ---- */

struct hc_in; /* an open input */
/* Open path for reading, "-" is standard input. HC_ENOINPUT when missing, HC_EPERM when not
 * allowed, HC_EUSAGE for a folder. Remembers size, mtime and inode. */
enum hc_status hc_in_open(struct hc_in **in, const char *path,
                          struct hc_err *err) HC_MUST_CHECK;
/* Up to len bytes; *got is 0 only at the end. */
enum hc_status hc_in_read(struct hc_in *in, void *bytes, size_t len, size_t *got,
                          struct hc_err *err) HC_MUST_CHECK;
/* Exactly len bytes from the current place: HC_END when none are left, HC_EDATA when some
 * but not all are ("truncated"). */
enum hc_status hc_in_read_all(struct hc_in *in, void *bytes, size_t len,
                              struct hc_err *err) HC_MUST_CHECK;
/* Exactly len bytes at offset; regular files only. HC_EDATA when the file ends before. */
enum hc_status hc_in_read_at(struct hc_in *in, uint64_t offset, void *bytes, size_t len,
                             struct hc_err *err) HC_MUST_CHECK;
bool hc_in_seekable(const struct hc_in *in);
uint64_t hc_in_size(const struct hc_in *in); /* 0 when not seekable */
/* Give the descriptor back until the next read, which opens the file again: HC_ETEMP from
 * there on when it is no longer the same. What cannot be read from any place, as standard
 * input, keeps its descriptor. */
enum hc_status hc_in_rest(struct hc_in *in, struct hc_err *err) HC_MUST_CHECK;
/* HC_ETEMP when size, mtime or inode changed since opening. Call at the end of reading. */
enum hc_status hc_in_unchanged(const struct hc_in *in, struct hc_err *err) HC_MUST_CHECK;
void hc_in_free(struct hc_in *in);

/* A whole small file into buf (cleared first), at most limit bytes, else HC_EDATA. */
enum hc_status hc_read_file(const char *path, size_t limit, struct hc_buf *buf,
                            struct hc_err *err) HC_MUST_CHECK;

/* ---- writing: nothing appears until commit ---- */

struct hc_out;
struct hc_out_options {
    bool durable; /* fsync file and folder at commit: published outputs, receipts, manifests
                   */
    bool public_; /* mode by the caller's umask (captured at start), else 0600 */
    bool digest;  /* hc_out_digest() will be asked */
};
/* path NULL or "-" is standard output (written as it comes; commit only flushes). Else a
 * temporary file in the same folder, name ".NAME.PID.START.tmp". options may be NULL. */
enum hc_status hc_out_open(struct hc_out **out, const char *path,
                           const struct hc_out_options *options,
                           struct hc_err *err) HC_MUST_CHECK;
/* Buffered (256 KiB). HC_EPIPE when the reader went away, HC_EIO when the disk is full. */
enum hc_status hc_out_write(struct hc_out *out, const void *bytes, size_t len,
                            struct hc_err *err) HC_MUST_CHECK;
uint64_t hc_out_bytes(const struct hc_out *out); /* written so far */
/* Flush, fsync when durable, close (checked), rename. After it only free. */
enum hc_status hc_out_commit(struct hc_out *out, struct hc_err *err) HC_MUST_CHECK;
/* Uncommitted: the temporary file goes, an old output stays. */
void hc_out_free(struct hc_out *out);
/* SHA-256 of all bytes written so far, 64 hex digits and NUL; "" without options.digest, and
 * for standard output and devices, whose bytes are not digested. Writes what is buffered, so
 * it fails as hc_out_write does. */
enum hc_status hc_out_digest(struct hc_out *out, char hex[65],
                             struct hc_err *err) HC_MUST_CHECK;
/* All of these: text becomes the file at path. hex may be NULL, else it is the digest, with
 * options.digest. HC_ENOMEM where text failed. */
enum hc_status hc_write_file(const char *path, const struct hc_out_options *options,
                             const struct hc_buf *text, char hex[65],
                             struct hc_err *err) HC_MUST_CHECK;

/* ---- temporary space ---- */

/* An unlinked temporary file in folder (NULL: $TMPDIR when only its owner can read it, else
 * the current folder): O_TMPFILE, or 0600 and unlinked at once. *fd is the caller's. */
enum hc_status hc_temp_open(int *fd, const char *folder, struct hc_err *err) HC_MUST_CHECK;
/* All of len bytes at offset, with loops; for temporary files. */
enum hc_status hc_temp_write(int fd, uint64_t offset, const void *bytes, size_t len,
                             struct hc_err *err) HC_MUST_CHECK;
enum hc_status hc_temp_read(int fd, uint64_t offset, void *bytes, size_t len,
                            struct hc_err *err) HC_MUST_CHECK;

/* ---- folders and names ---- */

/* Make path and its parents, 0700. */
enum hc_status hc_make_folder(const char *path, struct hc_err *err) HC_MUST_CHECK;
/* Remove leftovers of dead processes: ".NAME.PID.START.tmp" in folder. */
enum hc_status hc_sweep_temporary(const char *folder, struct hc_err *err) HC_MUST_CHECK;
/* Names in folder, sorted by bytes, "." and ".." left out, into arena (NULL-terminated). */
enum hc_status hc_list_folder(const char *path, struct hc_arena *arena, char ***names,
                              size_t *count, struct hc_err *err) HC_MUST_CHECK;
const char *hc_base_name(const char *path); /* part after the last '/' */

/* Find NAME.EXT in `pipelines/FOLDER` of the current folder, of each part of $HCTOOLS_PATH
 * (colon-separated), then in ../share/hctools/FOLDER beside the executable, then
 * ../../../pipelines/FOLDER beside it (a build tree). A name with a '/' or ending in EXT is
 * a path as it is. Into arena; HC_ENOINPUT lists where it looked. */
enum hc_status hc_find_data(const char *folder, const char *name, const char *ext,
                            struct hc_arena *arena, const char **path,
                            struct hc_err *err) HC_MUST_CHECK;

/* ---- digests ---- */

struct hc_digest; /* SHA-256 */
enum hc_status hc_digest_new(struct hc_digest **digest, struct hc_err *err) HC_MUST_CHECK;
void hc_digest_add(struct hc_digest *digest, const void *bytes, size_t len);
void hc_digest_hex(struct hc_digest *digest, char hex[65]); /* may be called in between */
void hc_digest_free(struct hc_digest *digest);
enum hc_status hc_digest_file(const char *path, char hex[65],
                              struct hc_err *err) HC_MUST_CHECK;
/* The same, and the quick sum (base/quick.h) by which a second reading is compared with it.
 */
struct hc_quick;
enum hc_status hc_digest_quick(const char *path, char hex[65], struct hc_quick *quick,
                               struct hc_err *err) HC_MUST_CHECK;
/* HMAC-SHA256 of bytes under key, first 16 bytes as 32 hex digits. */
enum hc_status hc_keyed_hash(struct hc_str key, struct hc_str bytes, char hex[33],
                             struct hc_err *err) HC_MUST_CHECK;

#endif
