/* What a file was when it was last looked at: its digest, and by what a change is noticed
 * without reading it again. */
#ifndef HC_PIPELINE_MARK_H
#define HC_PIPELINE_MARK_H

#include "base/arena.h"

enum { HC_SALT_BYTES = 32 };

struct hc_mark {
    const char *name;   /* what the file is called in a record: never an absolute path */
    const char *path;   /* where it is now; not written down */
    const char *kind;   /* of a stream, else NULL */
    const char *sha256; /* 64 hex digits; of a folder: of its names and their digests; of a
                         * secret: of that under the salt, so that nobody can try keys */
    uint64_t size;
    int64_t mtime_ns; /* 0: changed so lately that a later change may not show */
    uint64_t inode;
    int64_t seen_ns; /* the time as it was, not written down */
    bool secret;     /* digest stays out of the manifest */
    const uint8_t *salt; /* of a secret, HC_SALT_BYTES; not written down */
};

/* Fill in sha256, size, mtime_ns and inode of the file or folder mark->path. The digest of
 * `known` (may be NULL) is taken over where size, time and inode are the same. */
enum hc_status hc_mark_take(struct hc_mark *mark, const struct hc_mark *known,
                            struct hc_arena *arena, struct hc_err *err) HC_MUST_CHECK;
/* Only size, mtime_ns and inode; sha256 stays NULL. */
enum hc_status hc_mark_look(struct hc_mark *mark, struct hc_arena *arena,
                            struct hc_err *err) HC_MUST_CHECK;
/* The salt kept in path, 0600. Where there is none, a new one is drawn, and written down when
 * keep says so. */
enum hc_status hc_salt_take(const char *path, bool keep, uint8_t salt[HC_SALT_BYTES],
                            struct hc_err *err) HC_MUST_CHECK;
/* Do size, time and inode still stand? false also when it is gone. */
bool hc_mark_stands(const struct hc_mark *mark);

#endif
