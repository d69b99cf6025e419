/* Claims of a person in a month: how many of each sort, with whom, for what, at what price.
 */
#include "synth/care.h"

#include <stdio.h>
#include <string.h>

enum sort { VISIT, SPECIALIST, OUTPATIENT, EMERGENCY, INPATIENT, EQUIPMENT, DRUG, SORTS };

/* Events per 1,000 person-months of middling risk. */
static const uint16_t rate[SYNTH_PAYERS][SORTS] = {
    [SYNTH_MEDICARE] = {420, 380, 210, 40, 18, 60, 1300},
    [SYNTH_BCBSVT] = {190, 140, 80, 17, 4, 8, 480},
    [SYNTH_MEDICAID] = {230, 110, 80, 45, 6, 10, 620},
};
static const uint16_t by_risk[] = {35, 85, 150, 290}; /* percent */
static const uint16_t by_month[] = {108, 100, 104, 99, 100, 98, 93, 94, 98, 104, 101, 96};
static const struct {
    int16_t year, month;
    uint16_t percent;
} dips[] = {{2020, 3, 76}, {2020, 4, 44}, {2020, 5, 61}, {2020, 6, 86}, {2020, 12, 92}};

static const char *const dx_codes[] = {
    "I10",  "E119",  "E785",  "J449", "M545", "F329",  "Z0000", "I2510", "N183", "J069",
    "K219", "M1711", "I4891", "E039", "F411", "G4733", "R079",  "N390",  "Z23",  "I5022"};
static const struct {
    const char *drg, *surgery, *dx;
    int dollars, days;
} stays[] = {{"291", "", "I5022", 9800, 5},        {"470", "0SRD0J9", "M1711", 13200, 3},
             {"871", "", "A419", 13900, 6},        {"194", "", "J189", 7200, 4},
             {"247", "027034Z", "I214", 15100, 3}, {"690", "", "N390", 5900, 3},
             {"807", "10E0XZZ", "O80", 4300, 2},   {"885", "", "F329", 6600, 8}};
static const struct {
    const char *code;
    int cents;
    bool primary; /* visit codes by weight of their order */
} visit_codes[] = {{"99213", 9200, true},  {"99214", 13100, true}, {"99213", 9200, true},
                   {"99214", 13100, true}, {"99213", 9200, true},  {"99212", 5700, true},
                   {"99215", 18300, true}, {"99203", 11300, true}, {"99214", 13100, true},
                   {"99213", 9200, true}};
static const struct {
    const char *code;
    int cents;
} extras[] = {{"36415", 310},
              {"80053", 1450},
              {"83036", 1330},
              {"85025", 1070},
              {"90686", 1900}},
  procedures[] = {{"93306", 21500}, {"92014", 12600}, {"20610", 6500},  {"93000", 1750},
                  {"45378", 38800}, {"71046", 3100},  {"99244", 18600}, {"11102", 10100}},
  hospital[] = {{"G0463", 11500}, {"70450", 12000}, {"73721", 23800}, {"80053", 1450},
                {"97110", 3100},  {"96413", 28500}, {"77067", 13800}, {"93005", 5600}},
  equipment[] = {{"E0601", 8800}, {"E1390", 15200}, {"A4253", 1700}, {"E0143", 6900}};
static const char *const revenues[] = {"0510", "0352", "0610", "0301",
                                       "0420", "0335", "0403", "0730"};

struct work {
    const struct synth_world *world;
    const struct synth_person *p;
    uint32_t person;
    hc_month month;
    enum synth_payer payer;
    struct synth_rng rng;
    uint32_t used_days; /* days of the month on which an institutional claim begins */
    unsigned serial;
};

static hc_cents price(const struct work *w, int cents, unsigned place) {
    static const int by_payer[] = {100, 142, 74};
    int64_t p = (int64_t)cents * by_payer[w->payer] / 100;
    p = p * (100 + 3 * (hc_synth_year(w->month) - 2017)) / 100;
    return p * (int64_t)(94 + place % 13) / 100;
}

/* Split what is allowed into the payer's and the member's share. */
static void share(const struct work *w, struct synth_line *line, bool visit) {
    line->charge = line->allowed * 19 / 10;
    line->copay = line->coinsurance = line->deductible = 0;
    if (w->payer == SYNTH_MEDICARE) {
        line->coinsurance = line->allowed / 5;
    } else if (w->payer == SYNTH_BCBSVT) {
        if (visit)
            line->copay = line->allowed < 2500 ? line->allowed / 2 : 2500;
        else if (w->person % 4 == 1 && w->month % 12 < 3)
            line->deductible = line->allowed * 3 / 5;
        else
            line->coinsurance = line->allowed / 10;
    } else if (!visit && w->person % 3 == 0) {
        line->copay = line->allowed < 300 ? 0 : 300;
    }
    line->paid = line->allowed - line->copay - line->coinsurance - line->deductible;
}

static struct synth_line *add_line(struct synth_care *c, const char *code,
                                   const char *revenue, hc_cents allowed) {
    struct synth_line *line = &c->line[c->lines++];
    memset(line, 0, sizeof *line);
    snprintf(line->code, sizeof line->code, "%s", code);
    snprintf(line->revenue, sizeof line->revenue, "%s", revenue);
    line->units = 1;
    line->allowed = allowed;
    return line;
}

static void add_dx(struct work *w, struct synth_care *c, const char *first) {
    c->dxs = 0;
    if (first)
        snprintf(c->dx[c->dxs++], 8, "%s", first);
    unsigned want = 1 + synth_below(&w->rng, SYNTH_DX - 1);
    unsigned at = synth_below(&w->rng, 20);
    for (unsigned i = 0; c->dxs < want; i++)
        snprintf(c->dx[c->dxs++], 8, "%s", dx_codes[(at + 7 * i) % 20]);
}

static hc_day any_day(struct work *w) {
    hc_day first = hc_month_first(w->month), last = hc_month_last(w->month);
    hc_day day = first + (hc_day)synth_below(&w->rng, (uint32_t)(last - first + 1));
    if (w->p->death != INT32_MAX && day > w->p->death)
        day = w->p->death;
    return day < w->p->birth ? w->p->birth : day;
}

/* A day on which no other institutional claim of the person begins, so that no two of them
 * share facility and dates: CMS's natural key is unique but where a trap wants it
 * otherwise. */
static bool own_day(struct work *w, hc_day *day) {
    for (unsigned i = 0; i < 12; i++) {
        *day = any_day(w);
        uint32_t bit = 1u << (*day - hc_month_first(w->month));
        if (!(w->used_days & bit)) {
            w->used_days |= bit;
            return true;
        }
    }
    return false;
}

static const struct synth_provider *specialist(struct work *w) {
    return &w->world->provider[w->world->specialist0 + w->p->area * SYNTH_SPECIALISTS +
                               synth_below(&w->rng, SYNTH_SPECIALISTS)];
}

static void start(const struct work *w, struct synth_care *c, enum synth_kind kind) {
    memset(c, 0, sizeof *c);
    c->person = w->person;
    c->kind = kind;
    c->area = w->p->area;
    c->practice = SYNTH_NONE;
}

static void visit(struct work *w, struct synth_care *c, unsigned practice) {
    start(w, c, SYNTH_PROFESSIONAL);
    c->practice = practice;
    c->primary_care = true;
    c->from = c->thru = any_day(w);
    c->provider = hc_synth_pcp(w->world, practice, synth_below(&w->rng, 16));
    memcpy(c->tax_id, w->world->practice[practice].tax_id, 10);
    add_dx(w, c, NULL);
    unsigned k = synth_below(&w->rng, 10);
    bool wellness = synth_chance(&w->rng, 70);
    if (wellness && w->payer == SYNTH_MEDICARE)
        add_line(c, synth_chance(&w->rng, 200) ? "G0438" : "G0439", "",
                 price(w, 13500, practice));
    else
        add_line(c, visit_codes[k].code, "", price(w, visit_codes[k].cents, practice));
    share(w, &c->line[0], true);
    for (unsigned n = synth_below(&w->rng, 3); n > 0; n--) {
        unsigned e = (synth_below(&w->rng, 5) + n) % 5;
        share(w, add_line(c, extras[e].code, "", price(w, extras[e].cents, practice)),
              false);
    }
}

static void specialist_visit(struct work *w, struct synth_care *c) {
    start(w, c, SYNTH_PROFESSIONAL);
    c->from = c->thru = any_day(w);
    c->provider = specialist(w);
    snprintf(c->tax_id, sizeof c->tax_id, "00%07u", 6000000u + c->provider->area);
    add_dx(w, c, NULL);
    if (synth_chance(&w->rng, 600)) /* an office visit that is no primary care */
        share(w, add_line(c, "99214", "", price(w, 13100, c->provider->area)), true);
    unsigned k = synth_below(&w->rng, 8);
    share(w, add_line(c, procedures[k].code, "", price(w, procedures[k].cents, w->p->area)),
          false);
}

static bool outpatient(struct work *w, struct synth_care *c, bool emergency) {
    start(w, c, SYNTH_INSTITUTIONAL);
    if (!own_day(w, &c->from))
        return false;
    c->thru = c->from;
    c->emergency = emergency;
    c->provider = specialist(w);
    snprintf(c->tax_id, sizeof c->tax_id, "00%07u", 7000000u + c->area);
    add_dx(w, c, emergency ? "R079" : NULL);
    if (emergency)
        share(w,
              add_line(c, synth_chance(&w->rng, 500) ? "99284" : "99283", "0450",
                       price(w, 36500, c->area)),
              false);
    for (unsigned n = 1 + synth_below(&w->rng, 3); n > 0; n--) {
        unsigned k = (synth_below(&w->rng, 8) + n) % 8;
        share(w,
              add_line(c, hospital[k].code, revenues[k],
                       price(w, hospital[k].cents, c->area)),
              false);
    }
    c->header_diff = synth_chance(&w->rng, 25) ? 40 : 0;
    c->no_lines = c->header_diff == 0 && synth_chance(&w->rng, 12);
    return true;
}

static bool inpatient(struct work *w, struct synth_care *c) {
    start(w, c, SYNTH_INSTITUTIONAL);
    if (!own_day(w, &c->from))
        return false;
    unsigned k = synth_below(&w->rng, 8);
    if (k == 6 && (w->p->sex == 'M' || w->payer == SYNTH_MEDICARE))
        k = 0;
    c->inpatient = true;
    c->thru = c->from + stays[k].days + (hc_day)synth_below(&w->rng, 3);
    if (w->p->death != INT32_MAX && c->thru > w->p->death)
        c->thru = w->p->death > c->from ? w->p->death : c->from;
    c->provider = specialist(w);
    snprintf(c->tax_id, sizeof c->tax_id, "00%07u", 7000000u + c->area);
    snprintf(c->drg, sizeof c->drg, "%s", stays[k].drg);
    snprintf(c->surgery, sizeof c->surgery, "%s", stays[k].surgery);
    add_dx(w, c, stays[k].dx);
    hc_cents all = price(w, stays[k].dollars * 100, c->area);
    share(w, add_line(c, "", "0120", all * 6 / 10), false);
    share(w, add_line(c, "", "0250", all * 15 / 100), false);
    share(w, add_line(c, "", "0360", all - all * 6 / 10 - all * 15 / 100), false);
    return true;
}

static void equip(struct work *w, struct synth_care *c) {
    start(w, c, SYNTH_DME);
    c->from = c->thru = any_day(w);
    c->provider = specialist(w);
    snprintf(c->tax_id, sizeof c->tax_id, "00%07u", 7500000u + w->person % 5);
    add_dx(w, c, NULL);
    unsigned k = synth_below(&w->rng, 4);
    share(w, add_line(c, equipment[k].code, "", price(w, equipment[k].cents, 6)), false);
    snprintf(c->line[0].modifier, 3, "%s", k < 2 ? "RR" : "NU");
    if (synth_chance(&w->rng, 300))
        share(w, add_line(c, "A7037", "", price(w, 2400, 6)), false);
}

static void drug(struct work *w, struct synth_care *c) {
    static const int dollars[] = {4, 9, 12, 18, 27, 42, 65, 110, 380, 610};
    start(w, c, SYNTH_PHARMACY);
    c->from = c->thru = any_day(w);
    unsigned k = synth_below(&w->rng, 100);
    k = k < 60 ? k % 4 : k < 92 ? 4 + k % 3 : k < 98 ? 7 : 8 + k % 2;
    snprintf(c->ndc, sizeof c->ndc, "00904%04u%02u", 1000 + k * 37 + w->person % 29,
             10 + k);
    c->days_supply = synth_chance(&w->rng, 250) ? 90 : 30;
    c->fill = (int)synth_below(&w->rng, 6);
    c->prescription = 770000000000u + (uint64_t)w->person % 1000000 * 10000 +
                      (uint64_t)(w->month - w->world->first) % 100 * 100 + w->serial % 100;
    c->practice = w->p->practice;
    c->provider = hc_synth_pcp(w->world, c->practice, w->person);
    hc_synth_npi(8500000u + w->p->area * 3 + w->person % 3, c->pharmacy_npi);
    snprintf(c->pharmacy_ncpdp, sizeof c->pharmacy_ncpdp, "47%05u",
             (90000u + w->p->area * 3 + w->person % 3) % 100000);
    hc_cents cents = (hc_cents)dollars[k] * 100 * (c->days_supply / 30) +
                     (hc_cents)synth_below(&w->rng, 300);
    share(w, add_line(c, "", "", price(w, (int)cents, 6)), false);
    c->line[0].units = c->days_supply * (1 + (int)(k % 2));
}

static unsigned how_many(struct work *w, enum sort sort) {
    unsigned per = rate[w->payer][sort] * by_risk[w->p->risk] / 100u;
    int month = w->month % 12;
    per = per * by_month[month] / 100;
    if (sort != DRUG)
        for (unsigned i = 0; i < sizeof dips / sizeof *dips; i++)
            if (dips[i].year == hc_synth_year(w->month) && dips[i].month == month + 1)
                per = per * dips[i].percent / 100;
    return per / 1000 + synth_chance(&w->rng, per % 1000);
}

/* Two visits that weigh the same in the alignment for 2020: 160.00 in the older window with
 * one practice, 80.00 in the recent one with the other. The later visit must win. */
static void tie(struct work *w, synth_take *take, void *to) {
    const hc_month older = (2018 - 1970) * 12 + 2, recent = (2018 - 1970) * 12 + 10;
    if (w->month != older && w->month != recent)
        return;
    struct synth_care c;
    visit(w, &c, w->month == older ? w->p->second : w->p->practice);
    c.lines = 1;
    snprintf(c.line[0].code, sizeof c.line[0].code, "99213");
    c.line[0].allowed = w->month == older ? 16000 : 8000;
    share(w, &c.line[0], true);
    take(to, &c);
}

void hc_synth_care(const struct synth_world *world, uint32_t person, hc_month month,
                   enum synth_payer payer, synth_take *take, void *to) {
    struct work w = {
        .world = world,
        .p = &world->person[person],
        .person = person,
        .month = month,
        .payer = payer,
        .rng = synth_rng_of(world->seed, 1000 + person, (uint64_t)month * 4 + payer)};
    struct synth_care c;
    bool ties = w.p->tie && payer == SYNTH_MEDICARE && hc_synth_year(month) < 2019;
    bool ties_later = w.p->tie && payer == SYNTH_MEDICARE && hc_synth_year(month) == 2019 &&
                      month % 12 < 6;
    if (ties)
        tie(&w, take, to);
    for (enum sort sort = 0; sort < SORTS; sort++) {
        if (sort == DRUG && payer == SYNTH_MEDICARE && !w.p->part_d)
            continue;
        unsigned count = how_many(&w, sort);
        if (sort == VISIT && (ties || ties_later))
            continue;
        for (; count > 0; count--, w.serial++) {
            bool made = true;
            if (sort == VISIT)
                visit(&w, &c,
                      synth_chance(&w.rng, w.p->second_share) ? w.p->second
                                                              : w.p->practice);
            else if (sort == SPECIALIST)
                specialist_visit(&w, &c);
            else if (sort == OUTPATIENT || sort == EMERGENCY)
                made = outpatient(&w, &c, sort == EMERGENCY);
            else if (sort == INPATIENT)
                made = inpatient(&w, &c);
            else if (sort == EQUIPMENT)
                equip(&w, &c);
            else
                drug(&w, &c);
            if (made)
                take(to, &c);
        }
    }
}
