/* The directory of a zip, read whole and checked against itself before any entry is: what
 * the end record says must be there, once, and nothing else. Private to lib/format. */
#ifndef HC_FORMAT_ZIP_DIRECTORY_H
#define HC_FORMAT_ZIP_DIRECTORY_H

#include "format/container.h"

enum { HC_ZIP_STORED = 0, HC_ZIP_DEFLATED = 8 };
enum {
    HC_ZIP_ENCRYPTED = 1,
    HC_ZIP_DESCRIPTOR = 8,
    HC_ZIP_STRONG = 64,
    HC_ZIP_MASKED = 8192
};

struct hc_zip_member {
    const char *name;
    size_t name_len;
    unsigned flags, method;
    uint32_t crc;
    uint64_t packed, expanded;
    uint64_t offset; /* of its local header */
    bool folder;     /* no entry, only space in the file */
    bool zip64;      /* sizes in a descriptor may be 8 bytes wide */
    bool crc_absent; /* AE-2: an authentication code stands for it */
};
struct hc_zip_directory {
    size_t members;
    struct hc_zip_member *member; /* in order of offset */
    uint64_t start, size;         /* of the directory itself */
};
/* Read it through hc_raw_at. HC_EPERM when anything is encrypted and there is no
 * passphrase, or in a way that is not supported. Free also after failure. */
enum hc_status hc_zip_directory_read(struct hc_source *source, struct hc_zip_directory *dir,
                                     struct hc_err *err) HC_MUST_CHECK;
void hc_zip_directory_free(struct hc_zip_directory *dir);

#endif
