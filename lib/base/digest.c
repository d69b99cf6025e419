#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/quick.h"

struct hc_digest {
    EVP_MD_CTX *context;
    bool failed;
};

static EVP_MD *sha256; /* set once, by start */

/* OpenSSL as far as a digest needs it. By itself it lists all algorithms there are and
 * reads a configuration: two milliseconds of every process. And its own context crashes
 * where it could not be made for want of memory; one that is asked for fails. */
static void start(void) {
    OSSL_LIB_CTX *context = NULL;
    if (OPENSSL_init_crypto(
            OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS |
                OPENSSL_INIT_NO_ADD_ALL_CIPHERS | OPENSSL_INIT_NO_ADD_ALL_DIGESTS,
            NULL) == 1)
        context = OSSL_LIB_CTX_new();
    if (context)
        sha256 = EVP_MD_fetch(context, "SHA256", NULL);
}

/* SHA-256, kept for as long as the process lives; NULL without memory. */
static const EVP_MD *method(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, start);
    return sha256;
}

static void to_hex(const unsigned char *bytes, size_t len, char *hex) {
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < len; i++) {
        hex[2 * i] = digits[bytes[i] >> 4];
        hex[2 * i + 1] = digits[bytes[i] & 15];
    }
    hex[2 * len] = 0;
}

enum hc_status hc_digest_new(struct hc_digest **digest, struct hc_err *err) {
    struct hc_digest *new = calloc(1, sizeof *new);
    *digest = new;
    if (new &&method())
        new->context = EVP_MD_CTX_new();
    if (new &&new->context && EVP_DigestInit_ex(new->context, method(), NULL) == 1)
        return HC_OK;
    hc_digest_free(new);
    *digest = NULL;
    return hc_fail_memory(err);
}

void hc_digest_add(struct hc_digest *digest, const void *bytes, size_t len) {
    if (len && EVP_DigestUpdate(digest->context, bytes, len) != 1)
        digest->failed = true;
}

/* A digest that failed is empty, which equals no digest. */
void hc_digest_hex(struct hc_digest *digest, char hex[65]) {
    unsigned char bytes[EVP_MAX_MD_SIZE];
    EVP_MD_CTX *copy = EVP_MD_CTX_new();
    hex[0] = 0;
    if (copy && !digest->failed && EVP_MD_CTX_copy_ex(copy, digest->context) == 1 &&
        EVP_DigestFinal_ex(copy, bytes, NULL) == 1)
        to_hex(bytes, 32, hex);
    EVP_MD_CTX_free(copy);
}

void hc_digest_free(struct hc_digest *digest) {
    if (!digest)
        return;
    EVP_MD_CTX_free(digest->context);
    free(digest);
}

enum hc_status hc_digest_file(const char *path, char hex[65], struct hc_err *err) {
    return hc_digest_quick(path, hex, NULL, err);
}

enum hc_status hc_digest_quick(const char *path, char hex[65], struct hc_quick *quick,
                               struct hc_err *err) {
    enum { STEP = 256 << 10 };
    struct hc_digest *digest = NULL;
    struct hc_in *in = NULL;
    char *bytes = malloc(STEP);
    size_t got = 1;
    enum hc_status status = bytes ? hc_digest_new(&digest, err) : hc_fail_memory(err);
    if (status == HC_OK)
        status = hc_in_open(&in, path, err);
    while (status == HC_OK && got > 0) {
        status = hc_in_read(in, bytes, STEP, &got, err);
        if (status == HC_OK)
            hc_digest_add(digest, bytes, got);
        if (status == HC_OK && quick)
            hc_quick_add(quick, bytes, got);
    }
    if (status == HC_OK)
        status = hc_in_unchanged(in, err);
    if (status == HC_OK)
        hc_digest_hex(digest, hex);
    hc_in_free(in);
    hc_digest_free(digest);
    free(bytes);
    return status;
}

enum hc_status hc_keyed_hash(struct hc_str key, struct hc_str bytes, char hex[33],
                             struct hc_err *err) {
    unsigned char out[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    if (!method() || key.len > INT32_MAX ||
        !HMAC(method(), key.len ? key.ptr : "", (int)key.len,
              (const unsigned char *)(bytes.len ? bytes.ptr : ""), bytes.len, out, &len) ||
        len != 32)
        return hc_fail_memory(err);
    to_hex(out, 16, hex);
    return HC_OK;
}
