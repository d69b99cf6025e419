/* The passphrase of an encrypted delivery: from a file, never from arguments, and wiped. */
#ifndef HC_FORMAT_PASSPHRASE_H
#define HC_FORMAT_PASSPHRASE_H

#include "base/file.h"

enum { HC_PASSPHRASE_MAX = 1024 };
struct hc_passphrase {
    char text[HC_PASSPHRASE_MAX + 2]; /* "" none */
};
/* The first line of path (also "/dev/fd/3", or "-") without its end. HC_EPERM when it is
 * empty, longer than HC_PASSPHRASE_MAX or holds a NUL. */
enum hc_status hc_passphrase_read(struct hc_passphrase *passphrase, const char *path,
                                  struct hc_err *err) HC_MUST_CHECK;
void hc_passphrase_wipe(struct hc_passphrase *passphrase);

#endif
