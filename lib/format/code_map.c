#include <stdlib.h>

#include "base/map.h"
#include "format/convert.h"

struct hc_code_map {
    struct hc_map *map; /* text -> index of code */
    struct hc_code *code;
    size_t codes;
    enum hc_otherwise otherwise;
    struct hc_code fallback;
    struct hc_arena arena;
    int32_t single[256]; /* index of a code of one byte, or -1: most are */
    int32_t blank;       /* of the code without bytes */
};

static bool copy_code(struct hc_code_map *map, const struct hc_code *from,
                      struct hc_code *to) {
    char *text = hc_arena_copy(&map->arena, from->text);
    char *value = hc_arena_copy(&map->arena, from->value);
    *to = (struct hc_code){{text, from->text.len}, {value, from->value.len}, from->number};
    return text && value;
}

static enum hc_status add_code(struct hc_code_map *map, const struct hc_code *code,
                               struct hc_err *err) {
    uint32_t id;
    bool added;
    struct hc_code copy;
    if (!copy_code(map, code, &copy))
        return hc_fail_memory(err);
    enum hc_status status = hc_map_add(map->map, code->text, &id, &added, err);
    if (status != HC_OK)
        return status;
    if (!added)
        return hc_fail(err, HC_ECONFIG, "code '%.*s' is given twice", (int)code->text.len,
                       code->text.ptr);
    map->code[map->codes++] = copy;
    if (code->text.len == 0)
        map->blank = (int32_t)id;
    if (code->text.len == 1)
        map->single[(unsigned char)code->text.ptr[0]] = (int32_t)id;
    return HC_OK;
}

enum hc_status hc_code_map_new(struct hc_code_map **out, const struct hc_code *code,
                               size_t codes, enum hc_otherwise otherwise,
                               struct hc_code fallback, struct hc_err *err) {
    struct hc_code_map *map = calloc(1, sizeof *map);
    *out = NULL;
    if (!map)
        return hc_fail_memory(err);
    for (size_t i = 0; i < 256; i++)
        map->single[i] = -1;
    map->blank = -1;
    map->otherwise = otherwise;
    enum hc_status status = hc_map_new(&map->map, err);
    if (status == HC_OK && (!(map->code = calloc(codes + 1, sizeof *map->code)) ||
                            !copy_code(map, &fallback, &map->fallback)))
        status = hc_fail_memory(err);
    for (size_t i = 0; i < codes && status == HC_OK; i++)
        status = add_code(map, &code[i], err);
    if (status == HC_OK)
        *out = map;
    else
        hc_code_map_free(map);
    return status;
}

const struct hc_code *hc_code_map_find(const struct hc_code_map *map, struct hc_str text) {
    uint32_t id;
    if (text.len <= 1) {
        int32_t single = text.len ? map->single[(unsigned char)text.ptr[0]] : map->blank;
        return single < 0 ? NULL : &map->code[single];
    }
    return hc_map_find(map->map, text, &id) ? &map->code[id] : NULL;
}

enum hc_otherwise hc_code_map_otherwise(const struct hc_code_map *map) {
    return map->otherwise;
}

const struct hc_code *hc_code_map_fallback(const struct hc_code_map *map) {
    return &map->fallback;
}

/* "0, 1, 2", for messages: what a feed says is no secret. */
void hc_code_map_list(const struct hc_code_map *map, struct hc_buf *buf) {
    enum { SHOWN = 12 };
    for (size_t i = 0; i < map->codes && i < SHOWN; i++)
        hc_buf_printf(buf, "%s%.*s", i ? ", " : "", (int)map->code[i].text.len,
                      map->code[i].text.ptr);
    if (map->codes > SHOWN)
        hc_buf_printf(buf, " and %zu more", map->codes - SHOWN);
}

void hc_code_map_free(struct hc_code_map *map) {
    if (!map)
        return;
    hc_map_free(map->map);
    hc_arena_free(&map->arena);
    free(map->code);
    free(map);
}
