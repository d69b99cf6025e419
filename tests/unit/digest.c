/* Files digested side by side have the digests they have one by one. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/digest_lanes.h"
#include "base/file.h"
#include "base/quick.h"

#include "../tap.h"

enum { FILES = 40 };

static char folder[] = "digest-XXXXXX";
static char path[FILES][64];

static bool make(size_t i, size_t bytes) {
    uint64_t state = i + 1;
    snprintf(path[i], sizeof path[i], "%s/%zu", folder, i);
    FILE *f = fopen(path[i], "wb");
    for (size_t b = 0; f && b < bytes; b++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        fputc((int)(state >> 56), f);
    }
    return f && fclose(f) == 0;
}

/* One by one by OpenSSL, all at once in lanes or not, and again from the second on. */
static void compare(const size_t *bytes, size_t files, const char *what) {
    static char one[FILES][65], many[FILES][65];
    static struct hc_quick quick[FILES], sum[FILES];
    struct hc_digest_job job[FILES] = {{0}};
    struct hc_err err = {0};
    size_t wrong = 0;
    for (size_t i = 0; i < files; i++) {
        quick[i] = sum[i] = (struct hc_quick){0};
        job[i] = (struct hc_digest_job){path[i], many[i], i % 3 ? &sum[i] : NULL};
        many[i][0] = 0;
        wrong += !make(i, bytes[i]) ||
                 hc_digest_quick(path[i], one[i], &quick[i], &err) != HC_OK;
    }
    wrong += hc_digest_files(job, files, &err) != HC_OK;
    for (size_t i = 0; i < files; i++)
        wrong += strcmp(one[i], many[i]) != 0 ||
                 (job[i].quick && hc_quick_sum(&quick[i]) != hc_quick_sum(&sum[i]));
    tap_ok(wrong == 0, "%s: %zu of %zu differ %s", what, wrong, files, err.what);
}

/* The lanes themselves, also where they are not the faster way. */
static void lanes(void) {
    static uint8_t text[HC_DIGEST_LANES][64];
    struct hc_digest_lanes l = {0};
    const uint8_t *data[HC_DIGEST_LANES];
    for (size_t i = 0; i < HC_DIGEST_LANES; i++) {
        hc_digest_lane_start(&l, i);
        memcpy(text[i], "abc", 3); /* FIPS 180-2, appendix B.1 */
        text[i][3] = 0x80;
        text[i][63] = 24;
        data[i] = text[i];
    }
    hc_digest_lanes_add(&l, data, 1);
    for (size_t i = 0; i < HC_DIGEST_LANES; i++)
        tap_ok(l.state[0][i] == 0xba7816bf && l.state[7][i] == 0xf20015ad, "lane %zu", i);
}

int main(void) {
    size_t bytes[FILES], n = 0;
    struct hc_err err = {0};
    char hex[65] = "";
    if (!mkdtemp(folder))
        return 1;
    lanes();
    for (size_t i = 0; i < FILES; i++) /* around the ends of blocks */
        bytes[i] = i < 20 ? 50 + i : i * 17;
    compare(bytes, FILES, "small files");
    for (size_t i = 0; i < 20; i++)
        bytes[i] = i % 4 == 0 ? 0 : 65536 * (i % 3) + i - 2;
    compare(bytes, 20, "around the ends of buffers");
    bytes[n++] = 900001;
    for (; n < 5; n++)
        bytes[n] = 1000 * n;
    compare(bytes, n, "one larger than all others");
    compare(bytes + 1, 2, "two");
    compare(bytes, 1, "one");
    compare(bytes, 0, "none");
    struct hc_digest_job job[4] = {{path[0], hex, NULL},
                                   {path[1], hex, NULL},
                                   {"no-such-file", hex, NULL},
                                   {path[2], hex, NULL}};
    tap_int(hc_digest_files(job, 4, &err), HC_ENOINPUT, "a missing file says so");
    for (size_t i = 0; i < FILES; i++)
        unlink(path[i]);
    rmdir(folder);
    return tap_done();
}
