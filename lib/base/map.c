#include "base/map.h"

#include <stdlib.h>

#include "base/load.h"

/* Eight bytes at a time by a 64x64 -> 128 bit multiplication folded to 64 bits, as wyhash
 * does. The constants and the order of steps are frozen: see hc_hash() in the header. */
static const uint64_t odd0 = 0xa0761d6478bd642fu, odd1 = 0xe7037ed1a0b428dbu,
                      odd2 = 0x8ebc6af09c88c6e3u;

static inline uint64_t fold(uint64_t a, uint64_t b) {
    __extension__ typedef unsigned __int128 u128;
    u128 product = (u128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* 0..7 bytes, zeros above them: pieces may overlap. */
static inline uint64_t load_tail(const uint8_t *p, size_t len) {
    if (len >= 4)
        return hc_load32(p) | hc_load32(p + len - 4) << (8 * (len - 4));
    if (len == 0)
        return 0;
    return p[0] | (uint64_t)p[len / 2] << (8 * (len / 2)) |
           (uint64_t)p[len - 1] << (8 * (len - 1));
}

uint64_t hc_hash(const void *bytes, size_t len, uint64_t seed) {
    const uint8_t *p = bytes;
    uint64_t state = seed ^ odd0;
    size_t left = len;
    for (; left >= 16; p += 16, left -= 16)
        state = fold(hc_load64(p) ^ odd1, hc_load64(p + 8) ^ state);
    uint64_t low = 0, high = 0;
    if (left >= 8) {
        low = hc_load64(p);
        high = load_tail(p + 8, left - 8);
    } else {
        low = load_tail(p, left);
    }
    return fold(odd2 ^ len, fold(low ^ odd1, high ^ state));
}

struct hc_map {
    uint32_t *slot; /* id + 1, 0 empty; slots is a power of two */
    uint32_t *tag;  /* low half of the hash, by slot */
    size_t slots;
    struct hc_str *key; /* by id */
    uint64_t *hash;
    uint32_t len, cap;
    struct hc_arena arena;
};

enum hc_status hc_map_new(struct hc_map **map, struct hc_err *err) {
    *map = calloc(1, sizeof **map);
    return *map ? HC_OK : hc_fail_memory(err);
}

void hc_map_free(struct hc_map *map) {
    if (!map)
        return;
    free(map->slot);
    free(map->tag);
    free(map->key);
    free(map->hash);
    hc_arena_free(&map->arena);
    free(map);
}

/* The slot that holds key, or the empty one where it belongs. */
static size_t seek(const struct hc_map *map, struct hc_str key, uint64_t hash) {
    size_t mask = map->slots - 1;
    size_t i = (size_t)(hash >> 32) & mask;
    for (; map->slot[i]; i = (i + 1) & mask)
        if (map->tag[i] == (uint32_t)hash && hc_str_eq(map->key[map->slot[i] - 1], key))
            break;
    return i;
}

static bool grow_slots(struct hc_map *map) {
    size_t slots = map->slots ? map->slots * 2 : 16;
    if (slots > SIZE_MAX / sizeof *map->slot)
        return false;
    uint32_t *slot = calloc(slots, sizeof *slot), *tag = malloc(slots * sizeof *tag);
    if (!slot || !tag) {
        free(slot);
        free(tag);
        return false;
    }
    for (uint32_t id = 0; id < map->len; id++) {
        size_t i = (size_t)(map->hash[id] >> 32) & (slots - 1);
        while (slot[i])
            i = (i + 1) & (slots - 1);
        slot[i] = id + 1;
        tag[i] = (uint32_t)map->hash[id];
    }
    free(map->slot);
    free(map->tag);
    map->slot = slot;
    map->tag = tag;
    map->slots = slots;
    return true;
}

static bool grow_keys(struct hc_map *map) {
    uint32_t cap = map->cap ? map->cap + map->cap / 2 : 16;
    if (cap <= map->cap)
        return false;
    struct hc_str *key = realloc(map->key, cap * sizeof *key);
    if (!key)
        return false;
    map->key = key;
    uint64_t *hash = realloc(map->hash, cap * sizeof *hash);
    if (!hash)
        return false;
    map->hash = hash;
    map->cap = cap;
    return true;
}

enum hc_status hc_map_add(struct hc_map *map, struct hc_str key, uint32_t *id, bool *added,
                          struct hc_err *err) {
    if ((size_t)map->len + 1 > map->slots / 4 * 3 && !grow_slots(map))
        return hc_fail_memory(err);
    uint64_t hash = hc_hash(key.ptr, key.len, 0);
    size_t i = seek(map, key, hash);
    if (added)
        *added = map->slot[i] == 0;
    if (map->slot[i]) {
        *id = map->slot[i] - 1;
        return HC_OK;
    }
    if (map->len == UINT32_MAX - 1 || (map->len == map->cap && !grow_keys(map)))
        return hc_fail_memory(err);
    char *copy = hc_arena_copy(&map->arena, key);
    if (!copy)
        return hc_fail_memory(err);
    map->key[map->len] = (struct hc_str){copy, key.len};
    map->hash[map->len] = hash;
    map->tag[i] = (uint32_t)hash;
    map->slot[i] = map->len + 1;
    *id = map->len++;
    return HC_OK;
}

bool hc_map_find(const struct hc_map *map, struct hc_str key, uint32_t *id) {
    if (map->len == 0)
        return false;
    size_t i = seek(map, key, hc_hash(key.ptr, key.len, 0));
    if (map->slot[i] == 0)
        return false;
    *id = map->slot[i] - 1;
    return true;
}

struct hc_str hc_map_key(const struct hc_map *map, uint32_t id) {
    return map->key[id];
}

uint32_t hc_map_len(const struct hc_map *map) {
    return map->len;
}

size_t hc_map_bytes(const struct hc_map *map) {
    return sizeof *map + map->slots * 2 * sizeof *map->slot +
           map->cap * (sizeof *map->key + sizeof *map->hash) + map->arena.used_bytes;
}

void hc_map_clear(struct hc_map *map) {
    if (map->slots)
        memset(map->slot, 0, map->slots * sizeof *map->slot);
    map->len = 0;
    hc_arena_reset(&map->arena);
}
