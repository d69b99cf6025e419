/* A delivery as a sequence of named entries of bytes, whatever it is packed in: zip, gzip,
 * zstd, plain, a folder of the last three, or any but a folder on standard input.
 * Recognised by content, never by name (CMS zips have no extension). An entry of a zip that
 * is gzip or zstd itself is unpacked too; .gz and .zst are no part of an entry's name.
 *
 *   status = hc_source_open(&source, path, NULL, err);
 *   while (status == HC_OK && (status = hc_source_next(source, &entry, err)) == HC_OK) {
 *       while ((status = hc_source_read(source, &bytes, &len, err)) == HC_OK)
 *           ... len bytes of entry ...
 *       if (status == HC_END) status = HC_OK;
 *   }
 *   if (status == HC_END) status = hc_source_finish(source, err);
 *
 * Nothing of a delivery counts before hc_source_finish() has returned HC_OK: checksums,
 * lengths, the archive's own directory and that nothing changed meanwhile.
 */
#ifndef HC_FORMAT_SOURCE_H
#define HC_FORMAT_SOURCE_H

#include "base/file.h"
#include "base/quick.h"
#include "format/inflate.h"

#define HC_SOURCE_CHUNK (256u << 10) /* hc_source_read gives at most so many bytes */
#define HC_SOURCE_ENTRIES_MAX 10000
#define HC_SOURCE_RATIO_MAX 200          /* expanded to packed, ... */
#define HC_SOURCE_RATIO_FROM (64u << 20) /* ... after so many expanded bytes */

struct hc_source;
struct hc_known_file {
    char sha256[65];
    struct hc_quick quick;
};
/* The hint of damage, for who received the delivery; who made it has nothing to fetch. */
extern const char hc_source_fetch[];

struct hc_source_options {
    /* where a zip on standard input is spooled; NULL as hc_temp_open */
    const char *temp_dir;
    /* of encrypted entries, or NULL; the caller's, unchanged until hc_source_free */
    const char *passphrase;
    /* what an earlier reading of the file found, or NULL; the caller's as passphrase is. Its
     * bytes are then summed, not digested again */
    const struct hc_known_file *known;
    bool names_only;      /* nothing is digested: hc_source_digest() is "" */
    const char *name;     /* of gzip, zstd or plain text on standard input; NULL: "-" */
    const struct hc_inflate_engine *inflate; /* NULL: the fastest */
    bool libarchive_only; /* no entry of a zip by our own inflate: for tests */
};
struct hc_entry {
    unsigned number; /* from 1 in order of NAME, so that order in the archive never shows */
    const char *name; /* only to be matched, never a path; the source's */
};

/* Open path, "-" is standard input; options may be NULL. Reads an archive's directory, so
 * all entry names are known at once. HC_ENOINPUT, HC_EPERM as hc_in_open; HC_EPERM also for
 * an encrypted archive without passphrase; HC_EDATA for damage seen so far (err has the
 * byte where), and for a container that is not supported (7z, tar), by name. */
enum hc_status hc_source_open(struct hc_source **source, const char *path,
                              const struct hc_source_options *options,
                              struct hc_err *err) HC_MUST_CHECK;
const char *hc_source_container(const struct hc_source *source); /* "zip", "gzip", ... */
size_t hc_source_entries(const struct hc_source *source);
/* Name of entry number 1..entries; the source's. */
const char *hc_source_entry_name(const struct hc_source *source, unsigned number);

/* After open, before the first entry: a thread of its own reads, checks and unpacks, up to
 * 1 MiB ahead; what the functions below give stays the same. false: no thread or memory
 * for it, and it is read as before. Not for what may keep silent, such as a pipe: freeing
 * the source waits for the thread. */
bool hc_source_read_ahead(struct hc_source *source);

/* Go to the next entry in the order in which the delivery holds them; HC_END after the
 * last. What was left of the entry before is read and checked first. */
enum hc_status hc_source_next(struct hc_source *source, const struct hc_entry **entry,
                              struct hc_err *err) HC_MUST_CHECK;
/* The next bytes of the current entry, 1..HC_SOURCE_CHUNK, the source's until the next
 * call. HC_END only when the entry ended cleanly, checksum and length included. HC_EDATA
 * for damage; err names file/entry and, as offset, the byte of the delivery where it shows.
 * After anything but HC_OK and HC_END the source can only be freed. */
enum hc_status hc_source_read(struct hc_source *source, const uint8_t **bytes, size_t *len,
                              struct hc_err *err) HC_MUST_CHECK;
/* After the last entry: the delivery's end is as it should be, and it did not change while
 * it was read (HC_ETEMP). Reads and checks entries that are left over. */
enum hc_status hc_source_finish(struct hc_source *source, struct hc_err *err) HC_MUST_CHECK;

/* Instead of going from entry to entry: can each be read by a source of its own? Then */
bool hc_source_parts(const struct hc_source *source);
/* entry number i, from 0 in the order in which the delivery holds them, as a source of one
 * entry; in any thread, several at a time. What is wrong before it or with it is found as if
 * it had been come to by hc_source_next(), if all before it is right. It is to be read and
 * finished as any other, and to be freed before whole. */
enum hc_status hc_source_part(struct hc_source **part, struct hc_source *whole, size_t i,
                              struct hc_err *err) HC_MUST_CHECK;
/* In order, one thread at a time, of each part after it was finished. */
enum hc_status hc_source_part_end(struct hc_source *whole, const struct hc_source *part,
                                  struct hc_err *err) HC_MUST_CHECK;
/* After all of them: as hc_source_finish() of the whole. */
enum hc_status hc_source_parts_finish(struct hc_source *whole,
                                      struct hc_err *err) HC_MUST_CHECK;

/* After hc_source_finish: SHA-256 of the delivery as it came, and its size. Of a folder:
 * over "NAME SHA256\n" of each file in order of name, and the sum of sizes. "" where
 * options.known was given and the bytes are no longer those. */
const char *hc_source_digest(const struct hc_source *source);
uint64_t hc_source_bytes(const struct hc_source *source);
void hc_source_free(struct hc_source *source);

#endif
