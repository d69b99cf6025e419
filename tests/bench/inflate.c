/* The floor: inflate zip files (every entry) and gzip files with zlib, and do nothing with
 * the bytes. */
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

/* window as inflateInit2() wants it: -15 raw, 31 with gzip's header and checksum. */
static uint64_t inflate_bytes(const uint8_t *from, uint32_t len, int window) {
    static uint8_t out[65536];
    z_stream z = {0};
    int status = Z_OK;
    if (inflateInit2(&z, window) != Z_OK)
        return 0;
    z.next_in = (uint8_t *)(uintptr_t)from;
    z.avail_in = len;
    while (status == Z_OK) {
        z.next_out = out;
        z.avail_out = sizeof out;
        status = inflate(&z, Z_NO_FLUSH);
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
        total += u16(entry + 10) ? inflate_bytes(zip + data, u32(entry + 20), -15)
                                 : u32(entry + 20);
        at += 46 + u16(entry + 28) + u16(entry + 30) + u16(entry + 32);
    }
    return total;
}

int main(int argc, char **argv) {
    uint64_t total = 0, read = 0;
    for (int i = 1; i < argc; i++) {
        FILE *file = fopen(argv[i], "rb");
        if (!file || fseek(file, 0, SEEK_END) != 0)
            return perror(argv[i]), 66;
        size_t len = (size_t)ftell(file);
        uint8_t *bytes = malloc(len + 1);
        rewind(file);
        if (!bytes || fread(bytes, 1, len, file) != len)
            return perror(argv[i]), 74;
        bool gzip = len > 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
        uint64_t got =
            gzip ? inflate_bytes(bytes, (uint32_t)len, 31) : inflate_zip(bytes, len);
        if (got == 0) {
            fprintf(stderr, "%s: neither zip nor gzip\n", argv[i]);
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
