#include "base/map.h"

#include <stdlib.h>

#include "../tap.h"

/* Frozen: files, shards and partitions of other versions depend on these. */
static const struct {
    const char *text;
    uint64_t seed, hash;
} golden[] = {
    {"", 0, 0xa5506ff52926ac13},
    {"a", 1, 0xfed0d72e18649d08},
    {"abc", 2, 0xd0eacaa4d7b41fd0},
    {"1234567", 0, 0x95018d207a3ba6ba},
    {"12345678", 1, 0x429a94ff928d7e71},
    {"123456789abcdef", 2, 0x573e00f37e0e6d54},
    {"123456789abcdef0", 0, 0x95617ab65823af1e},
    {"123456789abcdef01", 1, 0x6899be9317d8dd69},
    {"1EG4TE5MK73|2020-11-30|A and longer than thirty-two bytes", 2, 0x7fbe7652dcd2ae2f},
};

static void arenas(void) {
    struct hc_arena arena = {0};
    bool aligned = true, kept = true;
    char *texts[1000];
    for (int i = 0; i < 1000; i++) {
        texts[i] = hc_arena_printf(&arena, "text %d", i);
        aligned = aligned && (uintptr_t)texts[i] % 16 == 0;
    }
    for (int i = 0; i < 1000; i++)
        kept = kept && atoi(texts[i] + 5) == i;
    tap_ok(aligned && kept, "an arena's pieces are aligned and stay");
    char *large = hc_arena_zalloc(&arena, 3 << 20);
    tap_ok(large && large[0] == 0 && large[(3 << 20) - 1] == 0, "a large piece, cleared");
    tap_ok(!hc_arena_alloc(&arena, SIZE_MAX - 8), "too much is NULL");
    hc_arena_reset(&arena);
    tap_int((int64_t)arena.used_bytes, 0, "reset");
    tap_ok(hc_arena_alloc(&arena, 2 << 20) == large, "the largest block is kept");
    hc_arena_free(&arena);

    struct hc_buf buf = {0};
    tap_text(hc_buf_text(&buf), "", "an empty buffer is a text");
    for (int i = 0; i < 1000; i++)
        hc_buf_printf(&buf, "%d,", i);
    tap_int((int64_t)buf.len, 3890, "bytes appended");
    tap_ok(strcmp(hc_buf_text(&buf) + 3886, "999,") == 0, "the end is there");
    tap_ok(!hc_buf_reserve(&buf, SIZE_MAX) && buf.failed, "too much is a failure");
    hc_buf_puts(&buf, "x");
    tap_ok(buf.len == 3890 && strcmp(hc_buf_text(&buf), "") == 0, "which is sticky");
    hc_buf_free(&buf);
}

int main(void) {
    for (size_t i = 0; i < sizeof golden / sizeof *golden; i++) {
        uint64_t got = hc_hash(golden[i].text, strlen(golden[i].text), golden[i].seed);
        tap_ok(got == golden[i].hash, "hash of '%s' is 0x%016" PRIx64, golden[i].text, got);
    }
    char bytes[64] = {0};
    bool apart = true;
    for (size_t len = 1; len < sizeof bytes; len++)
        apart = apart && hc_hash(bytes, len, 0) != hc_hash(bytes, len - 1, 0);
    tap_ok(apart, "zeros of different lengths hash apart");
    int bucket[256] = {0}, most = 0;
    for (uint64_t i = 0; i < 256 * 100; i++)
        bucket[hc_hash_u64(i, 0) & 255]++;
    for (int i = 0; i < 256; i++)
        most = bucket[i] > most ? bucket[i] : most;
    tap_ok(most < 160, "256 partitions of 100 are even: at most %d", most);

    struct hc_map *map;
    uint32_t id;
    bool added, fine = true;
    enum { KEYS = 100000 };
    if (hc_map_new(&map, NULL) != HC_OK)
        return 1;
    tap_ok(!hc_map_find(map, HC_STR("x"), &id), "an empty map has nothing");
    for (int round = 0; round < 2; round++)
        for (uint32_t i = 0; i < KEYS; i++) {
            char key[32];
            struct hc_str text = {key, (size_t)snprintf(key, sizeof key, "key %u", i)};
            fine = fine && hc_map_add(map, text, &id, &added, NULL) == HC_OK && id == i &&
                   added == (round == 0) && hc_str_eq(hc_map_key(map, id), text);
        }
    tap_ok(fine && hc_map_len(map) == KEYS, "numbers come in order of first appearance");
    tap_ok(!hc_map_find(map, HC_STR("key 100000"), &id), "a key that is not there");
    tap_ok(hc_map_add(map, HC_STR("a\0b"), &id, &added, NULL) == HC_OK && added &&
               hc_map_add(map, HC_STR("a\0c"), &id, &added, NULL) == HC_OK && added &&
               hc_map_add(map, HC_STR(""), &id, &added, NULL) == HC_OK && added,
           "any bytes are a key, also none");
    tap_ok(hc_map_bytes(map) > KEYS * 10, "memory is known: %zu", hc_map_bytes(map));
    hc_map_clear(map);
    tap_ok(hc_map_len(map) == 0 && !hc_map_find(map, HC_STR("key 1"), &id), "cleared");
    tap_ok(hc_map_add(map, HC_STR("key 1"), &id, &added, NULL) == HC_OK && id == 0,
           "reused");
    hc_map_free(map);
    arenas();
    return tap_done();
}
