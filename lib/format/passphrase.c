#include "format/passphrase.h"

#include <string.h>

enum hc_status hc_passphrase_read(struct hc_passphrase *passphrase, const char *path,
                                  struct hc_err *err) {
    struct hc_in *in = NULL;
    char *text = passphrase->text, *end = NULL;
    size_t len = 0, got = 1;
    hc_passphrase_wipe(passphrase);
    enum hc_status status = hc_in_open(&in, path, err);
    while (status == HC_OK && got > 0 && !end && len <= HC_PASSPHRASE_MAX) {
        status = hc_in_read(in, text + len, HC_PASSPHRASE_MAX + 1 - len, &got, err);
        if (status == HC_OK)
            end = memchr(text + len, '\n', got);
        len += status == HC_OK ? got : 0;
    }
    hc_in_free(in);
    if (end)
        len = (size_t)(end - text);
    if (len > 0 && len <= HC_PASSPHRASE_MAX && text[len - 1] == '\r')
        len--;
    if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) { /* an editor's mark */
        len -= 3;
        memmove(text, text + 3, len);
    }
    if (status == HC_OK && (len == 0 || len > HC_PASSPHRASE_MAX || memchr(text, 0, len)))
        status =
            hc_fail(err, HC_EPERM, "the first line should be a passphrase of 1 to %d bytes",
                    HC_PASSPHRASE_MAX);
    if (status != HC_OK) {
        hc_passphrase_wipe(passphrase);
        hc_err_at_file(err, path);
        return status;
    }
    explicit_bzero(text + len, sizeof passphrase->text - len);
    return HC_OK;
}

void hc_passphrase_wipe(struct hc_passphrase *passphrase) {
    explicit_bzero(passphrase, sizeof *passphrase);
}
