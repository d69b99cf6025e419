#include "feed/behind.h"

static bool room(struct hc_behind *b, size_t files) {
    b->row = hc_arena_zalloc(&b->arena, (files + 1) * sizeof *b->row);
    b->many = hc_arena_zalloc(&b->arena, (files + 1) * sizeof *b->many);
    b->manies = hc_arena_zalloc(&b->arena, (files + 1) * sizeof *b->manies);
    b->claim = hc_arena_zalloc(&b->arena, HC_MAP_ROWS * sizeof *b->claim);
    b->entry = hc_arena_zalloc(&b->arena, HC_MAP_ROWS * sizeof *b->entry);
    b->record = hc_arena_zalloc(&b->arena, HC_MAP_ROWS * sizeof *b->record);
    bool ok = b->row && b->many && b->manies && b->claim && b->entry && b->record;
    for (size_t f = 0; f < files && ok; f++) {
        b->row[f] = hc_arena_alloc(&b->arena, HC_MAP_ROWS * sizeof **b->row);
        b->many[f] = hc_arena_zalloc(&b->arena, HC_MAP_ROWS * sizeof **b->many);
        b->manies[f] = hc_arena_zalloc(&b->arena, HC_MAP_ROWS * sizeof **b->manies);
        ok = b->row[f] && b->many[f] && b->manies[f];
    }
    return ok;
}

void hc_behind_alone(struct hc_behind *b) {
    for (size_t i = 0; i < HC_MAP_ROWS; i++)
        b->claim[i] = (struct hc_claim_rows){.basis = &b->alone, .lowest = true};
}

enum hc_status hc_behind_init(struct hc_behind *b, size_t files, struct hc_err *err) {
    *b = (struct hc_behind){.alone = 1};
    if (!room(b, files))
        return hc_fail_memory(err);
    hc_behind_alone(b);
    for (size_t i = 0; i < HC_MAP_ROWS; i++)
        for (size_t f = 0; f < files; f++)
            b->row[f][i] = -1;
    b->context = (struct hc_context){
        .row = b->row, .many = b->many, .manies = b->manies, .claim = b->claim};
    return HC_OK;
}

void hc_behind_free(struct hc_behind *b) {
    hc_arena_free(&b->arena);
    *b = (struct hc_behind){0};
}
