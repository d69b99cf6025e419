/* Byte strings to small numbers, in order of first appearance; and the frozen hash that
 * divides rows into partitions. */
#ifndef HC_BASE_MAP_H
#define HC_BASE_MAP_H

#include "base/arena.h"

/* A 64-bit hash that never changes between versions, machines or runs: partitions, shards
 * and spilled files depend on it (golden values in tests/unit). Not for secrets. */
uint64_t hc_hash(const void *bytes, size_t len, uint64_t seed);
static inline uint64_t hc_hash_u64(uint64_t value, uint64_t seed) {
    return hc_hash(&value, sizeof value, seed);
}

struct hc_map; /* key bytes -> uint32_t 0..len-1, keys copied */
enum hc_status hc_map_new(struct hc_map **map, struct hc_err *err) HC_MUST_CHECK;
void hc_map_free(struct hc_map *map);
/* Find or add key; *id is its number, *added (may be NULL) whether it is new. Keys are
 * compared, not only their hashes. */
enum hc_status hc_map_add(struct hc_map *map, struct hc_str key, uint32_t *id, bool *added,
                          struct hc_err *err) HC_MUST_CHECK;
/* false when key is not in the map. */
bool hc_map_find(const struct hc_map *map, struct hc_str key, uint32_t *id);
/* The key of a number; the bytes stay put until the map is freed or cleared. */
struct hc_str hc_map_key(const struct hc_map *map, uint32_t id);
uint32_t hc_map_len(const struct hc_map *map);
size_t hc_map_bytes(const struct hc_map *map); /* memory held */
void hc_map_clear(struct hc_map *map);

#endif
