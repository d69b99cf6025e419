/* People: households, what covers them and when, what they are called. */
#include "synth/model.h"

#include <stdio.h>
#include <string.h>

const struct synth_product hc_synth_products[SYNTH_PRODUCTS] = {
    {"SE", "STATEVT", "STATE", (2021 - 1970) * 12, false},
    {"EP", "QHP1001", "IND", (2018 - 1970) * 12, true},
    {"EP", "QHP1002", "IND", (2018 - 1970) * 12, true},
    {"EP", "QHP2001", "IND", (2018 - 1970) * 12, true},
    {"PP", "EMP5001", "SELF", (2020 - 1970) * 12, false},
    {"PP", "EMP5002", "SELF", (2020 - 1970) * 12, false},
    {"PP", "EMP5003", "SELF", SYNTH_NEVER, false},
    {"PP", "EMP5004", "SELF", SYNTH_NEVER, false},
};

/* ---- cover ---- */

const struct synth_span *hc_synth_covered(const struct synth_person *p,
                                          enum synth_primary cover, hc_month month) {
    if (month < hc_month_of(p->birth) || month >= p->moved)
        return NULL;
    if (p->death != INT32_MAX && month > hc_month_of(p->death))
        return NULL;
    for (unsigned i = 0; i < p->spans; i++)
        if (p->span[i].cover == cover && p->span[i].from <= month && month <= p->span[i].to)
            return &p->span[i];
    return NULL;
}

enum synth_primary hc_synth_primary(const struct synth_person *p, hc_month month) {
    for (enum synth_primary cover = SYNTH_FFS; cover <= SYNTH_CAID; cover++)
        if (hc_synth_covered(p, cover, month))
            return cover;
    return SYNTH_NOBODY;
}

bool hc_synth_eligible(const struct synth_person *p, hc_month month) {
    enum synth_primary primary = hc_synth_primary(p, month);
    switch (primary) {
    case SYNTH_FFS:
        return !hc_synth_covered(p, primary, month)->a_only;
    case SYNTH_COMMERCIAL:
        return !p->new_hampshire;
    case SYNTH_CAID:
        return !hc_synth_covered(p, primary, month)->limited;
    default:
        return false;
    }
}

bool hc_synth_caid_says_aco(const struct synth_world *world, const struct synth_person *p,
                            hc_month month) {
    if (p->caid_secondary_aco && hc_synth_primary(p, month) != SYNTH_CAID)
        return true;
    hc_month january =
        month - month % 12; /* nobody joins during the year; some come back */
    if (january < world->first)
        january = world->first;
    return p->caid_aco && hc_synth_eligible(p, month) && hc_synth_eligible(p, january) &&
           hc_synth_primary(p, month) == SYNTH_CAID &&
           hc_synth_primary(p, january) == SYNTH_CAID &&
           hc_synth_in_aco(world, p->practice, SYNTH_VT_MEDICAID, january) &&
           hc_synth_in_aco(world, p->practice, SYNTH_VT_MEDICAID, month);
}

bool hc_synth_comm_says_aco(const struct synth_world *world, const struct synth_person *p,
                            hc_month month) {
    const struct synth_span *span = hc_synth_covered(p, SYNTH_COMMERCIAL, month);
    return p->comm_aco && span && hc_synth_products[span->product].aco_from <= month &&
           hc_synth_in_aco(world, p->practice, SYNTH_VT_BCBSVT, month);
}

unsigned hc_synth_attributed(const struct synth_world *world, const struct synth_person *p,
                             hc_month month) {
    if (!hc_synth_eligible(p, month))
        return SYNTH_NONE;
    hc_month january = month - month % 12;
    bool in = false;
    switch (hc_synth_primary(p, month)) {
    case SYNTH_FFS:
        return hc_synth_in_aco(world, p->winner, SYNTH_VT_MEDICARE, january) &&
                       hc_synth_in_aco(world, p->winner, SYNTH_VT_MEDICARE, month)
                   ? p->winner
                   : SYNTH_NONE;
    case SYNTH_COMMERCIAL:
        in = hc_synth_comm_says_aco(world, p, month);
        break;
    case SYNTH_CAID:
        in = hc_synth_caid_says_aco(world, p, month);
        break;
    default:
        break;
    }
    return in ? p->practice : SYNTH_NONE;
}

static struct synth_span *add_span(struct synth_person *p, enum synth_primary cover,
                                   hc_month from, hc_month to) {
    struct synth_span *span = &p->span[p->spans++];
    *span = (struct synth_span){.cover = (uint8_t)cover, .from = from, .to = to};
    return span;
}

/* ---- numbers and names ---- */

const char *hc_synth_mbi_hop(uint32_t person, unsigned hop, char out[12]) {
    static const char alnum[] = "0123456789ACDEFGHJKMNPQRTUVWXY";
    uint64_t n = (((uint64_t)person * 3 + hop) * 15485863u + 777) % 81000000u;
    memcpy(out, "1S00L00ZB00", 12);
    out[0] = (char)('1' + n % 9), n /= 9;
    out[2] = alnum[n % 30], n /= 30;
    out[3] = (char)('0' + n % 10), n /= 10;
    out[5] = alnum[n % 30], n /= 30;
    out[6] = (char)('0' + n % 10), n /= 10;
    out[9] = (char)('0' + n % 10), n /= 10;
    out[10] = (char)('0' + n % 10);
    return out;
}

const char *hc_synth_mbi(const struct synth_world *world, uint32_t person, hc_month month,
                         char out[12]) {
    const struct synth_person *p = &world->person[person];
    unsigned hop = 0;
    while (hop + 1 < p->ids && p->id_from[hop + 1] <= month)
        hop++;
    return hc_synth_mbi_hop(person, hop, out);
}

static void put_digits(uint64_t value, int digits, char *out) {
    out[digits] = '\0';
    for (int i = digits - 1; i >= 0; i--, value /= 10)
        out[i] = (char)('0' + value % 10);
}

/* Area 9xx is never issued as a Social Security number, and groups 01 to 49 of it are no
 * taxpayer's number (ITIN) either. */
const char *hc_synth_ssn(uint32_t person, char out[10]) {
    enum { AREAS = 100, GROUPS = 49, SERIALS = 9999 };
    uint64_t n = ((uint64_t)person * 7368787u + 12345678u) % (AREAS * GROUPS * SERIALS);
    uint64_t serial = 1 + n % SERIALS, group = 1 + n / SERIALS % GROUPS;
    put_digits(((900 + n / SERIALS / GROUPS) * 100 + group) * 10000 + serial, 9, out);
    return out;
}

const char *hc_synth_member(enum synth_payer payer, uint32_t person, char out[16]) {
    stpcpy(out, payer == SYNTH_BCBSVT ? "ZQB" : "ZQM");
    put_digits(person + 1, 9, out + 3);
    return out;
}

const char *hc_synth_member_of(const struct synth_world *world, enum synth_payer payer,
                               uint32_t person, char out[16]) {
    const struct synth_person *p = &world->person[person];
    if (payer != SYNTH_BCBSVT || !world->contract_ids)
        return hc_synth_member(payer, person, out);
    stpcpy(out, "ZQK");
    put_digits(p->household, 8, out + 3);
    out[11] = '-';
    put_digits(p->member + 1u, 2, out + 12);
    return out;
}

const char *hc_synth_last_name(const struct synth_person *p, char out[32]) {
    static const char *const head[] = {
        "ARD", "BEL", "COR", "DUN", "ELK", "FEN", "GAR", "HOL", "IRV", "JUN", "KEL", "LOR",
        "MAR", "NOR", "OAK", "PEL", "QUI", "ROW", "SAL", "TOR", "ULM", "VAN", "WES"};
    static const char *const middle[] = {"A",  "BER", "DO",  "EN", "FI", "GO", "HAM",
                                         "I",  "KES", "LAN", "MO", "NE", "O",  "RI",
                                         "SO", "TER", "U",   "VE", "WIN"};
    static const char *const tail[] = {"BURY", "COTT", "DALE", "FORD",  "GROVE", "HURST",
                                       "LEY",  "MERE", "NEY",  "RICK",  "SON",   "TON",
                                       "WELL", "WICK", "WOOD", "WORTH", "YARD"};
    uint32_t h = p->household * 5u + 3;
    char *at = stpcpy(out, "ZQ");
    at = stpcpy(at, head[h % 23]);
    at = stpcpy(at, middle[h / 23 % 19]);
    stpcpy(at, tail[h / 437 % 17]);
    return out;
}

const char *hc_synth_first_name(const struct synth_person *p, char out[32]) {
    static const char *const female[] = {"ADA",  "BEATRIX", "CLEO",  "DORA",
                                         "EDNA", "FLORA",   "GRETA", "HILDA",
                                         "IDA",  "JUNE",    "KAIA",  "LENA"};
    static const char *const male[] = {"ABEL", "BRAM", "CARL", "DIRK", "EMIL", "FELIX",
                                       "GUS",  "HUGO", "IVAN", "JOEL", "KARL", "LEON"};
    const char *const *list = p->sex == 'F' ? female : male;
    stpcpy(stpcpy(out, "ZQ"), list[(p->household + 5u * p->member) % 12]);
    return out;
}

const char *hc_synth_zip(const struct synth_person *p, char out[6]) {
    put_digits(p->new_hampshire ? 3900u + p->town % 20u
                                : 5000u + (p->area * 60u + p->town % 60u) % 1000u,
               5, out);
    return out;
}

/* ---- households ---- */

enum household {
    SENIOR,
    DISABLED,
    CAID_FAMILY,
    CAID_LIMITED,
    COMM_FAMILY,
    NO_PAYER,
    STATE
};

/* Chance of a household of a kind, in 10,000ths: wanted share of people / mean size. */
static const struct {
    enum household kind;
    unsigned share;
    unsigned small, large;
} kinds[] = {
    {SENIOR, 2480, 1, 2},      {DISABLED, 700, 1, 1},     {CAID_FAMILY, 1900, 1, 4},
    {CAID_LIMITED, 270, 1, 1}, {COMM_FAMILY, 2230, 1, 4}, {NO_PAYER, 2420, 1, 4},
};

static hc_day day_in(struct synth_rng *rng, int low_year, int high_year) {
    hc_day day = 0;
    (void)!hc_day_make(synth_range(rng, low_year, high_year), 1, 1, &day);
    return day + (hc_day)synth_below(rng, 365);
}

static unsigned pick_practice(const struct synth_world *world, struct synth_rng *rng,
                              unsigned area, bool must_stay) {
    unsigned found = SYNTH_NONE, seen = 0;
    for (int wide = 0; wide < 2 && found == SYNTH_NONE; wide++)
        for (unsigned i = 0; i < world->practices; i++) {
            const struct synth_practice *p = &world->practice[i];
            if (!wide && p->area != area)
                continue;
            if (must_stay && (p->joined[SYNTH_VT_BCBSVT] > world->first + 1200 ||
                              p->left[SYNTH_VT_BCBSVT] != SYNTH_NEVER ||
                              p->joined[SYNTH_VT_BCBSVT] > (2018 - 1970) * 12))
                continue;
            if (synth_below(rng, ++seen) == 0)
                found = i;
        }
    return found;
}

/* Commercial cover and what may happen to it. */
static void cover_commercial(const struct synth_world *world, struct synth_person *p,
                             unsigned product, struct synth_rng *rng) {
    hc_month first = world->first, last = world->last, length = last - first + 1;
    hc_month from = first, to = last;
    if (product != SYNTH_STATE && length > 6) {
        unsigned fate = synth_below(rng, 100);
        if (fate < 8) { /* loses it; to Medicaid, some covered twice for a while */
            to = first + 3 + (hc_month)synth_below(rng, (uint32_t)length - 5);
            if (fate < 5)
                add_span(p, SYNTH_CAID, to + 1 - (fate < 3 ? 2 : 0), last);
        } else if (fate < 14) { /* arrives later */
            from = first + 1 + (hc_month)synth_below(rng, (uint32_t)length - 3);
        } else if (fate < 18) { /* another product, both for two months */
            hc_month change = first + 3 + (hc_month)synth_below(rng, (uint32_t)length - 5);
            add_span(p, SYNTH_COMMERCIAL, change - 1, last)->product =
                (uint8_t)(1 + (product + 2) % (SYNTH_PRODUCTS - 1));
            to = change;
        }
    }
    add_span(p, SYNTH_COMMERCIAL, from, to)->product = (uint8_t)product;
}

static void cover_medicaid(const struct synth_world *world, struct synth_person *p,
                           bool limited, struct synth_rng *rng) {
    hc_month first = world->first, last = world->last, length = last - first + 1;
    unsigned fate = length > 10 ? synth_below(rng, 100) : 99;
    if (fate < 16) { /* loses it for a while */
        hc_month gap = first + 2 + (hc_month)synth_below(rng, (uint32_t)length - 8);
        add_span(p, SYNTH_CAID, first, gap - 1);
        add_span(p, SYNTH_CAID, gap + 2 + (hc_month)synth_below(rng, 4), last);
    } else if (fate < 22) { /* begins later */
        add_span(p, SYNTH_CAID,
                 first + 1 + (hc_month)synth_below(rng, (uint32_t)length - 3), last);
    } else {
        add_span(p, SYNTH_CAID, first, last);
    }
    for (unsigned i = 0; i < p->spans; i++)
        p->span[i].limited = limited;
    if (!limited && fate >= 22 && fate < 26) /* a job with insurance for some months */
        add_span(p, SYNTH_COMMERCIAL, first + length / 2, first + length / 2 + 5)->product =
            6;
}

/* Medicare from a month on; some choose Medicare Advantage, some change in a January. */
static void cover_medicare(const struct synth_world *world, struct synth_person *p,
                           hc_month from, struct synth_rng *rng) {
    hc_month last = world->last;
    unsigned fate = synth_below(rng, 100);
    hc_month january = world->first - world->first % 12 + 12 * synth_range(rng, 1, 3);
    if (fate < 11) {
        add_span(p, SYNTH_ADVANTAGE, from, last);
    } else if (fate < 17 && january > from && january <= last) {
        bool leaves = fate < 15; /* fee for service first */
        add_span(p, leaves ? SYNTH_FFS : SYNTH_ADVANTAGE, from, january - 1);
        add_span(p, leaves ? SYNTH_ADVANTAGE : SYNTH_FFS, january, last);
    } else {
        add_span(p, SYNTH_FFS, from, last)->a_only = fate >= 98;
    }
}

static void cover(const struct synth_world *world, struct synth_person *p, uint32_t index,
                  enum household kind, unsigned product, struct synth_rng *rng) {
    switch (kind) {
    case SENIOR:
        cover_medicare(world, p, world->first, rng);
        if (index % 9 == 4)
            add_span(p, SYNTH_CAID, world->first, world->last);
        break;
    case DISABLED:
        cover_medicare(world, p, world->first, rng);
        add_span(p, SYNTH_CAID, world->first + (index % 5 == 0 ? 4 : 0), world->last);
        break;
    case CAID_FAMILY:
    case CAID_LIMITED:
        cover_medicaid(world, p, kind == CAID_LIMITED, rng);
        break;
    case COMM_FAMILY:
    case STATE:
        cover_commercial(world, p, product, rng);
        break;
    case NO_PAYER:
        break;
    }
    /* 65 in these months: Medicare, mostly instead of what was there. */
    int year, month, day;
    hc_day_split(p->birth, &year, &month, &day);
    hc_month at65 = (year + 65 - 1970) * 12 + month - 1;
    if (kind != SENIOR && kind != DISABLED && at65 > world->first && at65 <= world->last) {
        bool keeps = synth_chance(rng, 150); /* works on: both */
        for (unsigned i = 0; i < p->spans; i++)
            if (!keeps && p->span[i].cover != SYNTH_NOBODY && p->span[i].to >= at65)
                p->span[i].to = at65 - 1;
        cover_medicare(world, p, at65, rng);
    }
}

static void give_birth_date(const struct synth_world *world, struct synth_person *p,
                            enum household kind, struct synth_rng *rng) {
    int now = hc_synth_year(world->first);
    bool child =
        p->member > 1 || (p->member == 1 && kind != SENIOR && synth_chance(rng, 300));
    p->relationship = p->member == 0 ? 18 : child ? 19 : 1;
    if (child)
        p->birth = day_in(rng, now - 17, now + 2);
    else if (kind == SENIOR)
        p->birth = day_in(rng, now - 92, now - 67);
    else if (kind == STATE)
        p->birth = day_in(rng, now - 58, now - 24);
    else
        p->birth = day_in(rng, now - 64, now - 24);
}

static void give_fate(const struct synth_world *world, struct synth_person *p,
                      enum household kind, struct synth_rng *rng) {
    p->death = INT32_MAX;
    p->moved = SYNTH_NEVER;
    unsigned months = (unsigned)(world->last - world->first + 1);
    if (kind == STATE)
        return;
    if (synth_below(rng, 12000) < months * (kind == SENIOR     ? 40
                                            : kind == DISABLED ? 18
                                                               : 2)) {
        hc_day from = hc_month_first(world->first);
        p->death =
            from + (hc_day)synth_below(rng, (uint32_t)(hc_month_last(world->last) - from));
        if (p->death < p->birth)
            p->death = p->birth + 20;
    } else if (synth_below(rng, 12000) < months * 8) {
        p->moved = world->first + 1 + (hc_month)synth_below(rng, months);
    }
}

static void make_person(struct synth_world *world, uint32_t index, uint32_t head,
                        enum household kind, unsigned area, unsigned product, bool together,
                        struct synth_rng *rng) {
    struct synth_person *p = &world->person[index];
    p->subscriber = head;
    p->member = (uint8_t)(index - head);
    p->sex = synth_chance(rng, 510) ? 'F' : 'M';
    p->area = (uint8_t)area;
    bool again = true;
    while (again) { /* no two of a sex born on one day in a household */
        give_birth_date(world, p, kind, rng);
        again = false;
        for (uint32_t i = head; i < index; i++)
            again |= world->person[i].sex == p->sex && world->person[i].birth == p->birth;
    }
    give_fate(world, p, kind, rng);
    if (kind == STATE &&
        p->birth > hc_month_first(world->first)) /* covered from the start */
        p->birth -= 3 * 366;
    cover(world, p, index, kind, product, rng);
    const struct synth_person *first = &world->person[head];
    p->new_hampshire = index != head ? first->new_hampshire
                                     : kind == COMM_FAMILY && p->household % 33 == 7;
    p->town = index != head ? first->town : (uint8_t)synth_below(rng, 60);
    p->practice = index != head && together
                      ? first->practice
                      : (uint16_t)pick_practice(world, rng, area, kind == STATE);
    p->second = (uint16_t)pick_practice(world, rng, area, false);
    static const uint16_t shares[] = {0, 0, 0, 100, 150, 200, 300, 450};
    p->second_share = shares[synth_below(rng, 8)];
    unsigned risk = synth_below(rng, 100) + (kind == SENIOR || kind == DISABLED ? 25 : 0);
    p->risk = risk < 30 ? 0 : risk < 75 ? 1 : risk < 108 ? 2 : 3;
    p->part_d = synth_chance(rng, 700);
    p->caid_aco = synth_chance(rng, 952);
    p->comm_aco = kind == STATE || synth_chance(rng, 640);
}

/* Who is in CCLF, whose MBI changed, how Medicaid knows its duals. */
static enum hc_status finish(struct synth_world *world, struct hc_err *err) {
    uint32_t duals = 0;
    world->cclf = hc_arena_alloc(&world->arena, world->people * sizeof *world->cclf);
    if (!world->cclf)
        return hc_fail_memory(err);
    for (uint32_t i = 0; i < world->people; i++) {
        struct synth_person *p = &world->person[i];
        bool ffs = false, medicare = false, caid = false;
        for (unsigned k = 0; k < p->spans; k++) {
            ffs |= p->span[k].cover == SYNTH_FFS;
            medicare |= p->span[k].cover <= SYNTH_ADVANTAGE;
            caid |= p->span[k].cover == SYNTH_CAID;
        }
        p->ids = 1;
        p->winner = SYNTH_NONE;
        p->id_from[0] = SYNTH_NOT_YET;
        if (medicare && caid) {
            p->match = duals % 16 < 12 ? 0 : duals % 16 < 15 ? 1 : 2;
            p->caid_secondary_aco = duals % 11 == 6;
            duals++;
        }
        bool aco = world->practice[p->practice].joined[0] != SYNTH_NEVER ||
                   (world->practice[p->second].joined[0] != SYNTH_NEVER && p->second_share);
        p->in_cclf = ffs && aco;
        if (!p->in_cclf)
            continue;
        uint32_t at = world->cclfs;
        world->cclf[world->cclfs++] = i;
        p->sum = hc_arena_zalloc(&world->arena, SYNTH_SUMS * sizeof *p->sum);
        if (!p->sum)
            return hc_fail_memory(err);
        unsigned length = (unsigned)(world->last - world->first + 1);
        bool dual = medicare && caid && p->match == 0;
        if (length > 3 && (at % 12 == 3 || (dual && duals % 16 == 1))) {
            p->ids = at % 36 == 3 ? 3 : 2; /* one hop for most, two for some */
            p->id_from[1] = world->first + 1 + (hc_month)(i % (length - 2));
            p->id_from[2] = p->id_from[1] + 1 + (hc_month)(i % 5);
            if (p->id_from[2] > world->last)
                p->ids = 2;
            /* Medicaid keeps the old number, which Medicare has used before */
            p->stale_mbi = (i % 2 == 0 || dual) &&
                           hc_synth_covered(p, SYNTH_FFS, p->id_from[1] - 1) != NULL;
        }
        const struct synth_span *span = &p->span[0];
        if (at > 5 && at % 400 < 40 && p->death == INT32_MAX && p->moved == SYNTH_NEVER &&
            span->cover == SYNTH_FFS && !span->a_only && span->to == world->last)
            p->tie = p->practice != p->second && at % 400 / 8 % 2;
    }
    return HC_OK;
}

enum hc_status hc_synth_people_make(struct synth_world *world, struct hc_err *err) {
    world->person = hc_arena_zalloc(&world->arena, world->people * sizeof *world->person);
    if (!world->person)
        return hc_fail_memory(err);
    uint32_t state = (uint32_t)(((uint64_t)world->people * 133 + 3125) / 6250);
    uint64_t even =
        world->seed * 0x9E3779B97F4A7C15u; /* spreads kinds evenly at any size */
    for (uint32_t index = 0, household = 0; index < world->people; household++) {
        struct synth_rng rng = synth_rng_of(world->seed, 2, household);
        enum household kind = STATE;
        uint32_t size = 1 + household % 4, room = world->people - index;
        if (index < state) {
            room = state - index;
        } else {
            even += 0x9E3779B97F4A7C15u;
            unsigned at = (unsigned)(((even >> 32) * 10000) >> 32), k = 0;
            while (k + 1 < sizeof kinds / sizeof *kinds && at >= kinds[k].share)
                at -= kinds[k++].share;
            kind = kinds[k].kind;
            size = (uint32_t)synth_range(&rng, (int)kinds[k].small, (int)kinds[k].large);
        }
        if (size > room)
            size = room;
        unsigned area = 0;
        for (int at = (int)synth_below(&rng, 1000);
             area + 1 < SYNTH_AREAS && at >= hc_synth_areas[area].weight; area++)
            at -= hc_synth_areas[area].weight;
        unsigned product =
            kind == STATE ? SYNTH_STATE : 1 + synth_below(&rng, SYNTH_PRODUCTS - 1);
        bool together = synth_chance(&rng, 700);
        for (uint32_t head = index; index < head + size; index++) {
            world->person[index].household = household;
            world->person[index].state_employee = kind == STATE;
            make_person(world, index, head, kind, area, product, together, &rng);
        }
    }
    return finish(world, err);
}
