/* The floor: inflate every entry of zip files with zlib, and do nothing with the bytes. */
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

static uint64_t inflate_entry(const uint8_t *from, uint32_t len, uint32_t method) {
    static uint8_t out[65536];
    z_stream z = {0};
    int status = Z_OK;
    if (method == 0)
        return len;
    if (method != 8 || inflateInit2(&z, -15) != Z_OK)
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
        total += inflate_entry(zip + data, u32(entry + 20), u16(entry + 10));
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
        uint8_t *zip = malloc(len + 1);
        rewind(file);
        if (!zip || fread(zip, 1, len, file) != len)
            return perror(argv[i]), 74;
        uint64_t got = inflate_zip(zip, len);
        if (got == 0) {
            fprintf(stderr, "%s: no zip\n", argv[i]);
            return 65;
        }
        total += got;
        read += len;
        free(zip);
        fclose(file);
    }
    printf("%llu bytes from %llu\n", (unsigned long long)total, (unsigned long long)read);
    return 0;
}
