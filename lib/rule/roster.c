#include "rule/roster.h"

#include <stdlib.h>

#include "base/map.h"

#define NONE UINT32_MAX

struct seat { /* one record; of each list it is in, the next */
    struct hc_str practice, program, aco_id, hsa, specialty;
    hc_day start, end;
    bool takes_part;
    uint32_t next[4];
};
enum list { BY_TAX_NPI, BY_TAX, BY_NPI, BY_PRACTICE, LISTS };
struct hc_roster {
    struct hc_arena arena;
    struct hc_map *map; /* one key space: a letter for the list, then the key */
    uint32_t *head;     /* by key */
    size_t cap_head;
    struct seat *seat;
    size_t seats, cap;
    struct hc_map *known; /* what a BY_TAX or BY_PRACTICE list has already */
    struct hc_buf key;
};

enum hc_status hc_roster_new(struct hc_roster **roster, struct hc_err *err) {
    struct hc_roster *r = calloc(1, sizeof *r);
    *roster = NULL;
    if (!r)
        return hc_fail_memory(err);
    enum hc_status status = hc_map_new(&r->map, err);
    if (status == HC_OK)
        status = hc_map_new(&r->known, err);
    if (status == HC_OK)
        *roster = r;
    else
        hc_roster_free(r);
    return status;
}

void hc_roster_free(struct hc_roster *r) {
    if (!r)
        return;
    hc_map_free(r->map);
    hc_map_free(r->known);
    hc_arena_free(&r->arena);
    hc_buf_free(&r->key);
    free(r->head);
    free(r->seat);
    free(r);
}

static struct hc_str key_of(struct hc_roster *r, enum list list, struct hc_str a,
                            struct hc_str b) {
    hc_buf_clear(&r->key);
    hc_buf_putc(&r->key, (char)('0' + list));
    hc_buf_put(&r->key, a.ptr, a.len);
    hc_buf_putc(&r->key, '\0');
    hc_buf_put(&r->key, b.ptr, b.len);
    return hc_buf_str(&r->key);
}

static uint32_t first_of(struct hc_roster *r, enum list list, struct hc_str a,
                         struct hc_str b) {
    uint32_t id;
    struct hc_str key = key_of(r, list, a, b);
    if (r->key.failed || !hc_map_find(r->map, key, &id))
        return NONE;
    return r->head[id];
}

static enum hc_status enter(struct hc_roster *r, enum list list, struct hc_str a,
                            struct hc_str b, uint32_t seat, struct hc_err *err) {
    uint32_t id;
    bool added;
    struct hc_str key = key_of(r, list, a, b);
    if (r->key.failed)
        return hc_fail_memory(err);
    enum hc_status status = hc_map_add(r->map, key, &id, &added, err);
    if (status != HC_OK)
        return status;
    if (id >= r->cap_head) {
        size_t cap = r->cap_head ? 2 * r->cap_head : 1024;
        uint32_t *grown = realloc(r->head, cap * sizeof *grown);
        if (!grown)
            return hc_fail_memory(err);
        r->head = grown;
        r->cap_head = cap;
    }
    r->seat[seat].next[list] = added ? NONE : r->head[id];
    r->head[id] = seat;
    return HC_OK;
}

/* Every provider of a practice says the same of it; one of them is enough. */
static enum hc_status is_new(struct hc_roster *r, enum list list, struct hc_str key,
                             const struct seat *s, bool *added, struct hc_err *err) {
    uint32_t id;
    hc_buf_clear(&r->key);
    hc_buf_putc(&r->key, (char)('0' + list));
    const struct hc_str part[] = {key, s->practice, s->program, s->aco_id, s->hsa};
    for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
        hc_buf_put(&r->key, part[i].ptr, part[i].len);
        hc_buf_putc(&r->key, '\0');
    }
    hc_buf_put(&r->key, &s->start, sizeof s->start);
    hc_buf_put(&r->key, &s->end, sizeof s->end);
    hc_buf_putc(&r->key, s->takes_part ? 'Y' : 'N');
    if (r->key.failed)
        return hc_fail_memory(err);
    return hc_map_add(r->known, hc_buf_str(&r->key), &id, added, err);
}

static struct hc_str text_at(struct hc_roster *r, const struct hc_batch *b, size_t column,
                             size_t row) {
    struct hc_str text = hc_str_at(b, column, row);
    const char *copy = hc_arena_copy(&r->arena, text);
    return (struct hc_str){copy ? copy : "", copy ? text.len : 0};
}

static enum hc_status add_seat(struct hc_roster *r, const struct hc_batch *b, size_t row,
                               struct hc_err *err) {
    struct hc_str npi = hc_str_at(b, HC_provider_npi, row);
    struct hc_str tax_id = hc_str_at(b, HC_provider_tax_id, row);
    static const struct hc_str nothing = {"", 0};
    if (r->seats == r->cap) {
        size_t cap = r->cap ? 2 * r->cap : 256;
        struct seat *grown = realloc(r->seat, cap * sizeof *grown);
        if (!grown)
            return hc_fail_memory(err);
        r->seat = grown;
        r->cap = cap;
    }
    uint32_t id = (uint32_t)r->seats++;
    struct seat *s = &r->seat[id];
    *s = (struct seat){
        .practice =
            text_at(r, b,
                    hc_is_null(b, HC_provider_practice_id, row) ? HC_provider_tax_id
                                                                : HC_provider_practice_id,
                    row),
        .program = text_at(r, b, HC_provider_program, row),
        .aco_id = text_at(r, b, HC_provider_aco_id, row),
        .hsa = text_at(r, b, HC_provider_hsa, row),
        .specialty = text_at(r, b, HC_provider_specialty, row),
        .start = (hc_day)hc_int_at(b, HC_provider_start_date, row, INT32_MIN),
        .end = (hc_day)hc_int_at(b, HC_provider_end_date, row, INT32_MAX),
        .takes_part = hc_int_at(b, HC_provider_participating, row, 0) != 0,
    };
    if (hc_is_null(b, HC_provider_aco_id, row))
        s->takes_part = false;
    bool added = false;
    enum hc_status status = HC_OK;
    if (tax_id.len > 0)
        status = enter(r, BY_TAX_NPI, tax_id, npi, id, err);
    if (status == HC_OK && npi.len > 0)
        status = enter(r, BY_NPI, npi, nothing, id, err);
    if (status == HC_OK && tax_id.len > 0)
        status = is_new(r, BY_TAX, tax_id, s, &added, err);
    if (status == HC_OK && added)
        status = enter(r, BY_TAX, tax_id, nothing, id, err);
    if (status == HC_OK)
        status = is_new(r, BY_PRACTICE, s->practice, s, &added, err);
    if (status == HC_OK && added)
        status = enter(r, BY_PRACTICE, s->practice, nothing, id, err);
    return status;
}

enum hc_status hc_roster_add(struct hc_roster *r, const struct hc_batch *batch,
                             struct hc_err *err) {
    enum hc_status status = HC_OK;
    for (size_t row = 0; row < batch->rows && status == HC_OK; row++)
        status = add_seat(r, batch, row, err);
    return status;
}

static bool on_day(const struct seat *s, hc_day day) {
    return day >= s->start && day <= s->end;
}
static bool in_program(const struct seat *s, const char *program) {
    return s->takes_part && (s->program.len == 0 || hc_str_is(s->program, program));
}

/* The lowest practice of a list; seats that please more come first. */
static struct hc_str best_of(const struct hc_roster *r, uint32_t first, enum list list,
                             const char *program, hc_day day) {
    struct hc_str best = {"", 0};
    int liked = -1;
    for (uint32_t i = first; i != NONE; i = r->seat[i].next[list]) {
        const struct seat *s = &r->seat[i];
        if (s->practice.len == 0)
            continue; /* a record that knows neither practice nor tax number */
        int likes = on_day(s, day) ? 1 + (program && in_program(s, program)) : 0;
        if (likes > liked || (likes == liked && hc_str_cmp(s->practice, best) < 0)) {
            best = s->practice;
            liked = likes;
        }
    }
    return best;
}

struct hc_str hc_roster_practice(struct hc_roster *r, struct hc_str tax_id,
                                 struct hc_str npi, hc_day day) {
    static const struct hc_str nothing = {"", 0};
    if (tax_id.len == 0)
        return hc_roster_practice_of_npi(r, npi, NULL, day);
    uint32_t first = first_of(r, BY_TAX_NPI, tax_id, npi);
    if (first != NONE)
        return best_of(r, first, BY_TAX_NPI, NULL, day);
    first = first_of(r, BY_TAX, tax_id, nothing);
    return first != NONE ? best_of(r, first, BY_TAX, NULL, day) : tax_id;
}

struct hc_str hc_roster_practice_of_npi(struct hc_roster *r, struct hc_str npi,
                                        const char *program, hc_day day) {
    static const struct hc_str nothing = {"", 0};
    if (npi.len == 0)
        return nothing;
    return best_of(r, first_of(r, BY_NPI, npi, nothing), BY_NPI, program, day);
}

struct hc_str hc_roster_specialty(struct hc_roster *r, struct hc_str npi) {
    static const struct hc_str nothing = {"", 0};
    struct hc_str best = nothing;
    if (npi.len == 0)
        return nothing;
    for (uint32_t i = first_of(r, BY_NPI, npi, nothing); i != NONE;
         i = r->seat[i].next[BY_NPI])
        if (r->seat[i].specialty.len > 0 &&
            (best.len == 0 || hc_str_cmp(r->seat[i].specialty, best) < 0))
            best = r->seat[i].specialty;
    return best;
}

bool hc_roster_takes_part(struct hc_roster *r, struct hc_str practice, const char *program,
                          hc_day day, struct hc_str *aco_id) {
    static const struct hc_str nothing = {"", 0};
    bool found = false;
    for (uint32_t i = first_of(r, BY_PRACTICE, practice, nothing); i != NONE;
         i = r->seat[i].next[BY_PRACTICE]) {
        const struct seat *s = &r->seat[i];
        if (!in_program(s, program) || !on_day(s, day) ||
            (found && hc_str_cmp(s->aco_id, *aco_id) >= 0))
            continue;
        *aco_id = s->aco_id;
        found = true;
    }
    return found;
}

struct hc_str hc_roster_hsa(struct hc_roster *r, struct hc_str practice) {
    static const struct hc_str nothing = {"", 0};
    struct hc_str best = nothing;
    for (uint32_t i = first_of(r, BY_PRACTICE, practice, nothing); i != NONE;
         i = r->seat[i].next[BY_PRACTICE])
        if (r->seat[i].hsa.len > 0 &&
            (best.len == 0 || hc_str_cmp(r->seat[i].hsa, best) < 0))
            best = r->seat[i].hsa;
    return best;
}
