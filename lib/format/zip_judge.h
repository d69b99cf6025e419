/* Libarchive as the judge of a zip, and as the reader of what our own inflate does not
 * read (docs/decisions/0040). Private to lib/format. */
#ifndef HC_FORMAT_ZIP_JUDGE_H
#define HC_FORMAT_ZIP_JUDGE_H

#include "format/zip_directory.h"

/* Have libarchive walk over all headers and hold what it sees against our directory:
 * anything below ARCHIVE_OK, another number of entries, another name or size is HC_EDATA.
 */
enum hc_status hc_zip_judge(struct hc_source *source, const struct hc_zip_directory *dir,
                            struct hc_err *err) HC_MUST_CHECK;

struct hc_zip_reader; /* libarchive over the delivery, reading members' data */
enum hc_status hc_zip_reader_new(struct hc_zip_reader **reader, struct hc_source *source,
                                 const struct hc_zip_directory *dir,
                                 struct hc_err *err) HC_MUST_CHECK;
/* Go on to member number i; each i is greater than the one before. */
enum hc_status hc_zip_reader_begin(struct hc_zip_reader *reader, size_t i,
                                   struct hc_err *err) HC_MUST_CHECK;
/* The member's next bytes, 1..HC_SOURCE_CHUNK, the reader's until the next call; HC_END
 * when libarchive found its end to be right. HC_EPERM when the passphrase does not fit. */
enum hc_status hc_zip_reader_read(struct hc_zip_reader *reader, const uint8_t **bytes,
                                  size_t *len, struct hc_err *err) HC_MUST_CHECK;
void hc_zip_reader_free(struct hc_zip_reader *reader);

#endif
