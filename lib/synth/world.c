/* Places, practices and providers. */
#include "synth/model.h"

#include <stdio.h>
#include <string.h>

const struct synth_area hc_synth_areas[SYNTH_AREAS + 1] = {
    {"Burlington", "50007", 250, "479001", true},
    {"Rutland", "50021", 105, "479002", true},
    {"Barre", "50023", 105, "479003", true},
    {"Brattleboro", "50025", 60, "479004", true},
    {"Bennington", "50003", 65, "479005", true},
    {"St Albans", "50011", 75, "479006", true},
    {"White River Jct", "50027", 85, "479007", false},
    {"Middlebury", "50001", 50, "479008", true},
    {"Newport", "50019", 45, "479009", false},
    {"St Johnsbury", "50005", 45, "479010", false},
    {"Morrisville", "50015", 45, "479011", false},
    {"Springfield", "50027", 45, "479012", true},
    {"Randolph", "50017", 25, "479013", false},
    {"Elsewhere", "33009", 0, "309099", false},
};

void hc_synth_npi(uint32_t number, char npi[11]) {
    snprintf(npi, 11, "1%08u0", 90000000u + number % 9000000u);
    int sum = 24; /* what the prefix 80840 adds */
    for (int i = 0; i < 9; i++) {
        int digit = npi[i] - '0';
        if (i % 2 == 0 && (digit *= 2) > 9)
            digit -= 9;
        sum += digit;
    }
    npi[9] = (char)('0' + (10 - sum % 10) % 10);
}

const char *hc_synth_hospital_npi(unsigned area, char npi[11]) {
    hc_synth_npi(8000000u + area, npi);
    return npi;
}

/* How a practice stands to the ACO. In every tenth place so that the smallest state has
 * all. */
enum { STAYS, JOINS_2020, JOINS_2021, LEAVES_IN_2020, LEFT_2019, NEVER };
static const uint8_t standing[] = {
    STAYS, NEVER, STAYS, JOINS_2020, STAYS, NEVER,      STAYS, STAYS, NEVER, LEAVES_IN_2020,
    STAYS, NEVER, STAYS, LEFT_2019,  STAYS, JOINS_2021, STAYS, STAYS, NEVER, STAYS};

static hc_month month_of(int year, int month) {
    return (year - 1970) * 12 + month - 1;
}

int hc_synth_year(hc_month month) {
    return 1970 + month / 12;
}

static void place_in_aco(struct synth_practice *practice, unsigned how) {
    const hc_month start[] = {month_of(2018, 1), month_of(2018, 1), month_of(2018, 1)};
    for (int i = 0; i < SYNTH_PROGRAMS; i++) {
        practice->joined[i] = how == JOINS_2020   ? month_of(2020, 1)
                              : how == JOINS_2021 ? month_of(2021, 1)
                              : how == NEVER      ? SYNTH_NEVER
                                                  : start[i];
        practice->left[i] = how == LEAVES_IN_2020 ? month_of(2020, 7)
                            : how == LEFT_2019    ? month_of(2019, 12)
                                                  : SYNTH_NEVER;
    }
}

bool hc_synth_in_aco(const struct synth_world *world, unsigned practice,
                     enum synth_program program, hc_month month) {
    if (practice == SYNTH_NONE)
        return false;
    const struct synth_practice *p = &world->practice[practice];
    return p->joined[program] <= month && month <= p->left[program];
}

const struct synth_provider *hc_synth_pcp(const struct synth_world *world,
                                          unsigned practice, uint32_t pick) {
    const struct synth_practice *p = &world->practice[practice];
    return &world->provider[p->first + pick % p->count];
}

static unsigned pick_area(struct synth_rng *rng) {
    int at = (int)synth_below(rng, 1000);
    unsigned area = 0;
    while (at >= hc_synth_areas[area].weight && area + 1 < SYNTH_AREAS)
        at -= hc_synth_areas[area++].weight;
    return area;
}

enum hc_status hc_synth_world_make(struct synth_world *world, struct hc_err *err) {
    static const char *const primary[] = {"08", "11", "50", "08", "97",
                                          "37", "11", "38", "89", "01"};
    static const char *const special[] = {"06", "20", "13", "26", "16", "02", "30", "93"};
    uint32_t practices = world->people / 100;
    if (practices < 2 * SYNTH_AREAS)
        practices = 2 * SYNTH_AREAS;
    if (practices > 390)
        practices = 390;
    world->practices = practices;
    world->practice = hc_arena_zalloc(&world->arena, practices * sizeof *world->practice);
    world->provider = hc_arena_zalloc(
        &world->arena,
        (practices * 5 + (SYNTH_AREAS + 1) * SYNTH_SPECIALISTS) * sizeof *world->provider);
    if (!world->practice || !world->provider)
        return hc_fail_memory(err);
    struct synth_rng rng = synth_rng_of(world->seed, 1, 0);
    uint32_t n = 0;
    for (uint32_t i = 0; i < practices; i++) {
        struct synth_practice *p = &world->practice[i];
        snprintf(p->id, sizeof p->id, "PR%04u", (i + 1) % 10000);
        snprintf(p->tax_id, sizeof p->tax_id, "00%07u", (4000000 + i * 37) % 10000000);
        p->area = (uint8_t)(i < 2 * SYNTH_AREAS ? i / 2 : pick_area(&rng));
        p->first = n;
        p->count = 2 + synth_below(&rng, 4);
        p->aipbp = i % 10 < 7;
        place_in_aco(p, standing[i % sizeof standing]);
        for (uint32_t k = 0; k < p->count; k++, n++) {
            struct synth_provider *d = &world->provider[n];
            hc_synth_npi(n, d->npi);
            memcpy(d->specialty, primary[(i + k) % 10], 3);
            d->practice = (uint16_t)i;
            d->area = p->area;
        }
        /* A provider who works in two practices: the tax id says for which. Not the first
         * one, who is the practice's provider on file. */
        if (i % 9 == 5)
            memcpy(world->provider[p->first + 1].npi,
                   world->provider[world->practice[i - 1].first + 1].npi, 11);
    }
    world->specialist0 = n;
    for (unsigned area = 0; area <= SYNTH_AREAS; area++)
        for (unsigned k = 0; k < SYNTH_SPECIALISTS; k++, n++) {
            struct synth_provider *d = &world->provider[n];
            hc_synth_npi(5000000u + area * 100 + k, d->npi);
            memcpy(d->specialty, special[k], 3);
            d->practice = SYNTH_NONE;
            d->area = (uint8_t)area;
        }
    world->providers = n;
    return HC_OK;
}
