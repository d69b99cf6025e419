/* Zip and gzip files whose bytes depend on their contents only. */
#ifndef HC_SYNTH_ARCHIVE_H
#define HC_SYNTH_ARCHIVE_H

#include "base/file.h"

struct synth_member {
    char name[48];
    struct hc_str text;
};

/* A zip of members in their order, dated 1980-01-01; each at most 2 GiB, else HC_EUSAGE. */
enum hc_status hc_synth_write_zip(const char *path, const struct synth_member *member,
                                  size_t members, struct hc_err *err) HC_MUST_CHECK;
/* A gzip without name or time. members > 1 cuts it into so many gzip members at any byte.
 */
enum hc_status hc_synth_write_gz(const char *path, struct hc_str text, unsigned members,
                                 struct hc_err *err) HC_MUST_CHECK;
/* A plain file. */
enum hc_status hc_synth_write_file(const char *path, struct hc_str text,
                                   struct hc_err *err) HC_MUST_CHECK;

#endif
