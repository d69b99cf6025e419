/* The floor: inflate zip files (every entry) and gzip files, and do nothing with the bytes
 * but hold them against their checksum, as hc-ingest does.
 *
 *   inflate zlib|isa-l FILE...     69 when it was built without that library
 *   inflate zlib-unchecked FILE... entries of zips without their checksums; isa-l too
 */
#ifdef HAVE_ISAL
#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>
#endif
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static uint32_t u32(const uint8_t *p) {
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}
static uint32_t u16(const uint8_t *p) {
    return p[0] | (uint32_t)p[1] << 8;
}

static uint8_t out[65536];
static bool use_isal, unchecked;

/* What a zip's directory says of an entry, and what was found; a gzip tells it itself. */
struct entry {
    bool gzip;
    uint32_t crc;
};

static void check_bytes(struct entry *entry, const uint8_t *bytes, size_t len) {
    if (entry->gzip || unchecked)
        return;
#ifdef HAVE_ISAL
    if (use_isal) {
        entry->crc = crc32_gzip_refl(entry->crc, bytes, len);
        return;
    }
#endif
    entry->crc = (uint32_t)crc32_z(entry->crc, bytes, len);
}

#ifdef HAVE_ISAL
static uint64_t inflate_isal(const uint8_t *from, uint32_t len, struct entry *entry) {
    static struct inflate_state z;
    uint64_t total = 0;
    isal_inflate_init(&z);
    z.next_in = (uint8_t *)(uintptr_t)from;
    z.avail_in = len;
    z.crc_flag = entry->gzip ? ISAL_GZIP : ISAL_DEFLATE;
    while (z.block_state != ISAL_BLOCK_FINISH) {
        z.next_out = out;
        z.avail_out = sizeof out;
        if (isal_inflate(&z) != ISAL_DECOMP_OK || z.avail_out == sizeof out)
            return 0;
        check_bytes(entry, out, sizeof out - z.avail_out);
        total += sizeof out - z.avail_out;
    }
    return total;
}
static const bool has_isal = true;
#else
static const bool has_isal = false;
#endif

static uint64_t inflate_bytes(const uint8_t *from, uint32_t len, struct entry *entry) {
#ifdef HAVE_ISAL
    if (use_isal)
        return inflate_isal(from, len, entry);
#endif
    z_stream z = {0};
    int status = Z_OK;
    if (inflateInit2(&z, entry->gzip ? 31 : -15) != Z_OK)
        return 0;
    z.next_in = (uint8_t *)(uintptr_t)from;
    z.avail_in = len;
    while (status == Z_OK) {
        z.next_out = out;
        z.avail_out = sizeof out;
        status = inflate(&z, Z_NO_FLUSH);
        check_bytes(entry, out, sizeof out - z.avail_out);
    }
    uint64_t total = z.total_out;
    inflateEnd(&z);
    return status == Z_STREAM_END ? total : 0;
}

/* Through the central directory, found by the end record at the end of the file. */
static uint64_t inflate_zip(const uint8_t *zip, size_t len) {
    uint64_t total = 0;
    if (len < 22 || u32(zip + len - 22) != 0x06054b50)
        return 0;
    uint32_t entries = u16(zip + len - 12);
    size_t at = u32(zip + len - 6);
    for (uint32_t i = 0; i < entries && at + 46 <= len; i++) {
        const uint8_t *entry = zip + at;
        size_t local = u32(entry + 42);
        if (local + 30 > len)
            return 0;
        size_t data = local + 30 + u16(zip + local + 26) + u16(zip + local + 28);
        if (data + u32(entry + 20) > len)
            return 0;
        struct entry found = {0};
        uint32_t packed = u32(entry + 20);
        if (u16(entry + 10)) {
            total += inflate_bytes(zip + data, packed, &found);
        } else {
            check_bytes(&found, zip + data, packed);
            total += packed;
        }
        if (!unchecked && found.crc != u32(entry + 16))
            return 0;
        at += 46 + u16(entry + 28) + u16(entry + 30) + u16(entry + 32);
    }
    return total;
}

int main(int argc, char **argv) {
    uint64_t total = 0, read = 0;
    if (argc < 3) {
        fprintf(stderr, "usage: inflate zlib|isa-l[-unchecked] FILE...\n");
        return 64;
    }
    use_isal = strncmp(argv[1], "isa-l", 5) == 0;
    unchecked = strstr(argv[1], "-unchecked") != NULL;
    if (use_isal && !has_isal)
        return 69;
    for (int i = 2; i < argc; i++) {
        FILE *file = fopen(argv[i], "rb");
        if (!file || fseek(file, 0, SEEK_END) != 0)
            return perror(argv[i]), 66;
        size_t len = (size_t)ftell(file);
        uint8_t *bytes = malloc(len + 1);
        rewind(file);
        if (!bytes || fread(bytes, 1, len, file) != len)
            return perror(argv[i]), 74;
        struct entry gzip = {.gzip = len > 2 && bytes[0] == 0x1f && bytes[1] == 0x8b};
        uint64_t got = gzip.gzip ? inflate_bytes(bytes, (uint32_t)len, &gzip)
                                 : inflate_zip(bytes, len);
        if (got == 0) {
            fprintf(stderr, "%s: neither zip nor gzip, or damaged\n", argv[i]);
            return 65;
        }
        total += got;
        read += len;
        free(bytes);
        fclose(file);
    }
    printf("%llu bytes from %llu\n", (unsigned long long)total, (unsigned long long)read);
    return 0;
}
