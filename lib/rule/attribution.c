#include "rule/attribution.h"

#include <stdlib.h>

#include "base/tool.h"
#include "record/partition.h"
#include "rule/person_grid.h"

#define REASONS 32

struct hc_attribution {
    struct hc_attribution_options o;
    struct hc_question question;
    const struct hc_schema *claims_schema;
    struct hc_partitions *coverage, *claims;
    struct hc_batch *coverage_batch, *claims_batch; /* rows on their way there */
    unsigned parts;
    uint32_t *part, *row;
    size_t cap;
    struct hc_sorter *assignments, *rankings;
    struct hc_batch *assignment, *ranking; /* rows on their way to the sorters */
    struct hc_totals qualifying;
    hc_month earliest, latest; /* months in which coverage starts */
    hc_month first;            /* of every grid */
    size_t months;
    uint32_t *cover;
    uint8_t *facts;
    struct hc_outcome *outcome;
    struct hc_arena scratch;
    struct {
        const char *name;
        int64_t months;
    } reason[REASONS];
    struct hc_attribution_counts counts;
};

#define COVER(name) HC_coverage_##name
#define CLAIM(name) HC_claim_line_##name

const bool *hc_attribution_coverage_columns(void) {
    static const bool wanted[HC_coverage_fields] = {
        [COVER(payer)] = true,         [COVER(payer_type)] = true,
        [COVER(product)] = true,       [COVER(group_id)] = true,
        [COVER(member_id)] = true,     [COVER(person_id)] = true,
        [COVER(death_date)] = true,    [COVER(state)] = true,
        [COVER(hsa)] = true,           [COVER(start_date)] = true,
        [COVER(end_date)] = true,      [COVER(medical)] = true,
        [COVER(part_a)] = true,        [COVER(part_b)] = true,
        [COVER(benefit)] = true,       [COVER(medicare_advantage)] = true,
        [COVER(pcp_npi)] = true,       [COVER(aco_id)] = true,
        [COVER(delivery)] = true,      [COVER(source_entry)] = true,
        [COVER(source_record)] = true, [COVER(payer_says_primary)] = true,
    };
    return wanted;
}

const bool *hc_attribution_claims_columns(void) {
    static const bool wanted[HC_claim_line_fields] = {
        [CLAIM(payer_type)] = true,   [CLAIM(claim_type)] = true,
        [CLAIM(adjustment)] = true,   [CLAIM(status)] = true,
        [CLAIM(person_id)] = true,    [CLAIM(claim_from)] = true,
        [CLAIM(service_from)] = true, [CLAIM(procedure_code)] = true,
        [CLAIM(specialty)] = true,    [CLAIM(rendering_npi)] = true,
        [CLAIM(tax_id)] = true,       [CLAIM(allowed)] = true,
        [CLAIM(standing)] = true,
    };
    return wanted;
}

static enum hc_status open_sorters(struct hc_attribution *a, struct hc_err *err) {
    static const int by_month[] = {HC_assignment_person_id, HC_assignment_month};
    static const int by_rank[] = {HC_ranking_person_id, HC_ranking_program, HC_ranking_step,
                                  HC_ranking_rank};
    uint64_t share = a->o.memory_bytes / 8;
    enum hc_status status = hc_sorter_new(&a->assignments, &hc_kinds[HC_KIND_assignment],
                                          NULL, by_month, 2, 2 * share, a->o.temp_dir, err);
    if (status == HC_OK)
        status = hc_sorter_new(&a->rankings, &hc_kinds[HC_KIND_ranking], NULL, by_rank, 4,
                               share, a->o.temp_dir, err);
    if (status == HC_OK)
        status = hc_batch_new(&a->assignment, &hc_kinds[HC_KIND_assignment], NULL, err);
    if (status == HC_OK)
        status = hc_batch_new(&a->ranking, &hc_kinds[HC_KIND_ranking], NULL, err);
    return status;
}

enum hc_status hc_attribution_new(struct hc_attribution **attribution,
                                  const struct hc_attribution_options *o,
                                  const struct hc_schema *coverage,
                                  const bool *coverage_has, const struct hc_schema *claims,
                                  const bool *claims_has, struct hc_err *err) {
    struct hc_attribution *a = calloc(1, sizeof *a);
    *attribution = NULL;
    if (!a)
        return hc_fail_memory(err);
    a->o = *o;
    a->parts = o->parts ? o->parts : 64;
    a->claims_schema = claims;
    a->earliest = INT32_MAX;
    a->latest = INT32_MIN;
    a->question = (struct hc_question){.roster = o->roster, .scratch = &a->scratch};
    for (int i = 0; i < HC_payer_type_count; i++)
        a->question.known_from[i] = INT32_MAX;
    enum hc_status status =
        hc_partitions_new(&a->coverage, coverage, coverage_has, a->parts,
                          o->memory_bytes / 4, o->temp_dir, err);
    if (status == HC_OK)
        status = hc_partitions_new(&a->claims, claims, claims_has, a->parts,
                                   o->memory_bytes / 4, o->temp_dir, err);
    if (status == HC_OK)
        status = hc_batch_new(&a->coverage_batch, coverage, coverage_has, err);
    if (status == HC_OK)
        status = hc_batch_new(&a->claims_batch, claims, claims_has, err);
    if (status == HC_OK)
        status = open_sorters(a, err);
    if (status == HC_OK)
        status = hc_totals_init(&a->qualifying, claims, err);
    if (status == HC_OK)
        *attribution = a;
    else
        hc_attribution_free(a);
    return status;
}

void hc_attribution_free(struct hc_attribution *a) {
    if (!a)
        return;
    hc_partitions_free(a->coverage);
    hc_partitions_free(a->claims);
    hc_batch_free(a->coverage_batch);
    hc_batch_free(a->claims_batch);
    hc_sorter_free(a->assignments);
    hc_sorter_free(a->rankings);
    hc_batch_free(a->assignment);
    hc_batch_free(a->ranking);
    hc_totals_free(&a->qualifying);
    hc_arena_free(&a->scratch);
    free(a->part);
    free(a->row);
    free(a->cover);
    free(a->facts);
    free(a->outcome);
    free(a);
}

/* ---- in ---- */

static enum hc_status need_rows(struct hc_attribution *a, size_t rows, struct hc_err *err) {
    if (rows <= a->cap)
        return HC_OK;
    free(a->part);
    free(a->row);
    a->part = malloc(rows * sizeof *a->part);
    a->row = malloc(rows * sizeof *a->row);
    a->cap = a->part && a->row ? rows : 0;
    return a->cap ? HC_OK : hc_fail_memory(err);
}

/* Put the rows listed in a->row aside by person. */
static enum hc_status put_aside(struct hc_attribution *a, struct hc_partitions *into,
                                struct hc_batch *some, const struct hc_batch *b, int person,
                                size_t rows, struct hc_err *err) {
    hc_batch_clear(some);
    enum hc_status status = hc_batch_take(some, b, a->row, rows, err);
    if (status == HC_OK)
        status = hc_batch_seal(some, err);
    for (size_t i = 0; status == HC_OK && i < rows; i++)
        a->part[i] = hc_part_of(some, &person, 1, i, a->parts);
    return status == HC_OK ? hc_partitions_add(into, some, a->part, err) : status;
}

enum hc_status hc_attribution_coverage(struct hc_attribution *a, const struct hc_batch *b,
                                       struct hc_err *err) {
    size_t rows = 0;
    enum hc_status status = need_rows(a, b->rows, err);
    if (status != HC_OK)
        return status;
    for (uint32_t row = 0; row < b->rows; row++) {
        int64_t type = hc_int_at(b, HC_coverage_payer_type, row, -1);
        if (hc_is_null(b, HC_coverage_person_id, row)) {
            a->counts.without_person++;
            continue;
        }
        a->row[rows++] = row;
        if (hc_is_null(b, HC_coverage_start_date, row)) {
            a->counts.without_start++;
            continue;
        }
        hc_month month = hc_month_of((hc_day)hc_int_at(b, HC_coverage_start_date, row, 0));
        if (month < a->earliest)
            a->earliest = month;
        if (month > a->latest)
            a->latest = month;
        if (type >= 0 && month < a->question.known_from[type])
            a->question.known_from[type] = month;
    }
    return put_aside(a, a->coverage, a->coverage_batch, b, HC_coverage_person_id, rows,
                     err);
}

/* A line that qualifies for any program is kept; else the reason of the program of its
 * payer. */
static const char *line_fails(const struct hc_attribution *a, const struct hc_batch *b,
                              size_t row) {
    const char *why = "other_payer";
    if (hc_is_null(b, HC_claim_line_person_id, row))
        return "no_person";
    for (size_t i = 0; i < a->o.programs; i++) {
        const struct hc_program *p = &a->o.program[i];
        if (!p->method->claims)
            continue;
        const char *fails = hc_line_fails(p, a->o.roster, b, row);
        if (!fails)
            return NULL;
        if (strcmp(why, "other_payer") == 0)
            why = fails;
    }
    return why;
}

enum hc_status hc_attribution_claims(struct hc_attribution *a, const struct hc_batch *b,
                                     struct hc_accounts *accounts, struct hc_err *err) {
    size_t rows = 0;
    enum hc_status status = need_rows(a, b->rows, err);
    for (uint32_t row = 0; status == HC_OK && row < b->rows; row++) {
        const char *why = line_fails(a, b, row);
        if (!why)
            a->row[rows++] = row;
        else if (accounts)
            hc_accounts_aside(accounts, why, b, &row, 1);
    }
    if (status != HC_OK)
        return status;
    hc_totals_add_rows(&a->qualifying, b, a->row, rows);
    return put_aside(a, a->claims, a->claims_batch, b, HC_claim_line_person_id, rows, err);
}

const struct hc_totals *hc_attribution_qualifying(const struct hc_attribution *a) {
    return &a->qualifying;
}

/* ---- a person ---- */

/* How well a program fits a coverage's payer and a month. */
enum fit { NO_FIT, FITS_TYPE, FITS_PAYER, FITS };
static enum fit fit_of(const struct hc_program *p, const struct hc_batch *b, uint32_t cover,
                       hc_month month) {
    bool named = p->payers == 0;
    if (hc_int_at(b, HC_coverage_payer_type, cover, -1) != p->payer_type)
        return NO_FIT;
    for (size_t i = 0; i < p->payers && !named; i++)
        named = hc_str_is(hc_str_at(b, HC_coverage_payer, cover), p->payer[i]);
    if (!named)
        return FITS_TYPE;
    return month < p->starts || month > p->ends ? FITS_PAYER : FITS;
}

/* The first program that fits; where none does, the one that fits best: who could be
 * attributed does not depend on whether a program runs. */
static const struct hc_program *program_of(const struct hc_attribution *a,
                                           const struct hc_grid *g, size_t m, enum fit *fit,
                                           size_t *which) {
    *fit = NO_FIT;
    *which = 0;
    for (size_t i = 0; i < a->o.programs && *fit < FITS; i++) {
        enum fit now =
            fit_of(&a->o.program[i], g->coverage, g->cover[m], g->first + (hc_month)m);
        if (now > *fit) {
            *fit = now;
            *which = i;
        }
    }
    return *fit == NO_FIT ? NULL : &a->o.program[*which];
}

static enum hc_status decide(struct hc_attribution *a, const struct hc_grid *g, size_t m,
                             void **states, struct hc_outcome *out, struct hc_err *err) {
    uint32_t cover = g->cover[m];
    enum fit fit;
    size_t which;
    const struct hc_program *p = program_of(a, g, m, &fit, &which);
    *out = (struct hc_outcome){0};
    if (!hc_cover_is_medical(g->coverage, cover))
        out->reason = "no_medical_coverage";
    else if (p)
        out->reason = hc_not_eligible(p, g, cover, g->first + (hc_month)m);
    if (!out->reason && fit < FITS)
        out->reason = fit == FITS_PAYER ? "not_in_force" : "no_program";
    if (fit >= FITS_PAYER)
        out->program = p;
    if (out->reason)
        return HC_OK;
    return p->method->decide(&a->question, p, g, m, &states[which], out, err);
}

static void count_reason(struct hc_attribution *a, const char *reason) {
    size_t i = 0;
    while (a->reason[i].name && strcmp(a->reason[i].name, reason) != 0 && i < REASONS - 1)
        i++;
    a->reason[i].name = reason;
    a->reason[i].months++;
}

/* Was the person attributed in any month of the year before? */
static bool was_attributed(const struct hc_attribution *a, const struct hc_grid *g,
                           size_t m) {
    int year, mon, mday;
    hc_day_split(hc_month_first(g->first + (hc_month)m), &year, &mon, &mday);
    hc_month january = g->first + (hc_month)m - (mon - 1);
    for (hc_month month = january - 12; month < january; month++)
        if (month >= g->first && g->cover[month - g->first] != HC_NO_COVER &&
            strcmp(a->outcome[month - g->first].reason, "attributed") == 0)
            return true;
    return false;
}

static void set_text(struct hc_batch *b, size_t column, struct hc_str text) {
    if (text.len > 0)
        hc_set_str(b, column, text);
}

static void put_row(struct hc_attribution *a, const struct hc_grid *g, size_t m) {
    const struct hc_outcome *out = &a->outcome[m];
    struct hc_batch *b = a->assignment;
    uint32_t cover = g->cover[m];
    hc_month month = g->first + (hc_month)m;
    bool attributed = strcmp(out->reason, "attributed") == 0;
    int year, mon, mday;
    hc_batch_row(b);
    hc_set_i64(b, HC_assignment_person_id, g->person);
    hc_set_i32(b, HC_assignment_month, hc_month_first(month));
    hc_set_copy(b, HC_assignment_payer, g->coverage, HC_coverage_payer, cover);
    hc_set_copy(b, HC_assignment_primary_payer, g->coverage, HC_coverage_payer_type, cover);
    hc_set_copy(b, HC_assignment_group_id, g->coverage, HC_coverage_group_id, cover);
    if (out->program) {
        hc_set_str(b, HC_assignment_program, hc_str_of(out->program->name));
        hc_set_str(b, HC_assignment_method, hc_str_of(out->program->method->name));
    }
    if (out->step)
        hc_set_str(b, HC_assignment_step, hc_str_of(out->step));
    set_text(b, HC_assignment_aco_id, out->aco_id);
    if (attributed) {
        set_text(b, HC_assignment_practice_id, out->practice_id);
        set_text(b, HC_assignment_npi, out->npi);
    }
    if (!hc_is_null(g->coverage, HC_coverage_hsa, cover))
        hc_set_copy(b, HC_assignment_hsa, g->coverage, HC_coverage_hsa, cover);
    else if (out->practice_id.len > 0)
        set_text(b, HC_assignment_hsa, hc_roster_hsa(a->o.roster, out->practice_id));
    if (out->counted) {
        hc_set_i64(b, HC_assignment_amount, out->amount);
        hc_set_i64(b, HC_assignment_visits, out->visits);
        hc_set_i32(b, HC_assignment_rank, out->rank);
    }
    hc_day_split(hc_month_first(month), &year, &mon, &mday);
    int64_t type = hc_int_at(g->coverage, HC_coverage_payer_type, cover, -1);
    if (attributed && type >= 0 && a->question.known_from[type] < month - (mon - 1))
        hc_set_bool(b, HC_assignment_newly, !was_attributed(a, g, m));
    hc_set_str(b, HC_assignment_reason, hc_str_of(out->reason));
    count_reason(a, out->reason);
    a->counts.attributed += attributed;
}

static enum hc_status flush(struct hc_batch *b, struct hc_sorter *sorter,
                            struct hc_err *err) {
    enum hc_status status = hc_batch_seal(b, err);
    if (status == HC_OK && b->rows > 0)
        status = hc_sorter_add(sorter, b, err);
    hc_batch_clear(b);
    return status;
}

static enum hc_status put_ranking(void *context, const struct hc_program *p, int64_t person,
                                  int year, const struct hc_ranked *ranked,
                                  struct hc_err *err) {
    struct hc_attribution *a = context;
    struct hc_batch *b = a->ranking;
    char step[16];
    hc_month january;
    snprintf(step, sizeof step, "%d", year);
    if (!hc_month_make(year, 1, &january) || january + 11 < a->o.from || january > a->o.to)
        return HC_OK;
    for (size_t i = 0; i < ranked->candidates; i++) {
        const struct hc_candidate *c = &ranked->candidate[i];
        hc_batch_row(b);
        hc_set_i64(b, HC_ranking_person_id, person);
        hc_set_str(b, HC_ranking_program, hc_str_of(p->name));
        hc_set_str(b, HC_ranking_step, hc_str_of(step));
        hc_set_str(b, HC_ranking_practice_id, c->practice_id);
        set_text(b, HC_ranking_aco_id, c->aco_id);
        hc_set_i32(b, HC_ranking_rank, (int32_t)i + 1);
        hc_set_i64(b, HC_ranking_amount_older, c->amount[HC_WINDOW_OLDER]);
        hc_set_i64(b, HC_ranking_amount_recent, c->amount[HC_WINDOW_RECENT]);
        if (!hc_fits_i64(c->weighted))
            return hc_fail(err, HC_EDATA, "weighted amount of one person leaves 64 bits");
        hc_set_i64(b, HC_ranking_amount_weighted, (int64_t)c->weighted);
        hc_set_i64(b, HC_ranking_visits, c->visits);
        if (c->last != INT32_MIN)
            hc_set_i32(b, HC_ranking_last_service, c->last);
        hc_set_str(b, HC_ranking_decided_by, hc_str_of(c->decided_by));
    }
    return hc_batch_full(b) ? flush(b, a->rankings, err) : HC_OK;
}

static enum hc_status work_person(struct hc_attribution *a, struct hc_grid *g,
                                  const uint32_t *row, size_t rows, struct hc_err *err) {
    bool any = false;
    enum hc_status status = HC_OK;
    hc_arena_reset(&a->scratch);
    void **states = hc_arena_zalloc(&a->scratch, (a->o.programs + 1) * sizeof *states);
    if (!states)
        return hc_fail_memory(err);
    status = hc_grid_fill(g, a->cover, a->facts, a->o.order, row, rows, &a->scratch, err);
    if (status != HC_OK)
        return status;
    for (size_t m = 0; m < g->months; m++) {
        bool told = g->first + (hc_month)m >= a->o.from;
        if (g->cover[m] == HC_NO_COVER)
            continue;
        a->counts.person_months += told;
        any |= told;
    }
    for (size_t m = 0; m < g->months && status == HC_OK; m++)
        if (g->cover[m] != HC_NO_COVER)
            status = decide(a, g, m, states, &a->outcome[m], err);
    for (size_t m = 0; m < g->months && status == HC_OK; m++)
        if (g->cover[m] != HC_NO_COVER && g->first + (hc_month)m >= a->o.from) {
            put_row(a, g, m);
            if (hc_batch_full(a->assignment))
                status = flush(a->assignment, a->assignments, err);
        }
    a->counts.persons += any;
    return status;
}

/* ---- a partition ---- */

struct keyed {
    int64_t person;
    uint32_t row;
};
static int by_person(const void *left, const void *right) {
    const struct keyed *a = left, *b = right;
    if (a->person != b->person)
        return a->person < b->person ? -1 : 1;
    return (a->row > b->row) - (a->row < b->row);
}

/* Rows in order of person: *row (the caller's to free) and *keyed beside it. */
static enum hc_status order_rows(const struct hc_batch *b, int person, struct keyed **keyed,
                                 uint32_t **row, struct hc_err *err) {
    *keyed = malloc((b->rows + 1) * sizeof **keyed);
    *row = malloc((b->rows + 1) * sizeof **row);
    if (!*keyed || !*row)
        return hc_fail_memory(err);
    for (uint32_t i = 0; i < b->rows; i++)
        (*keyed)[i] = (struct keyed){hc_int_at(b, (size_t)person, i, 0), i};
    qsort(*keyed, b->rows, sizeof **keyed, by_person);
    for (size_t i = 0; i < b->rows; i++)
        (*row)[i] = (*keyed)[i].row;
    return HC_OK;
}

static enum hc_status work_part(struct hc_attribution *a, const struct hc_batch *coverage,
                                const struct hc_batch *claims, struct hc_err *err) {
    struct keyed *cover = NULL, *claim = NULL;
    uint32_t *cover_row = NULL, *claim_row = NULL;
    size_t c = 0;
    enum hc_status status =
        order_rows(coverage, HC_coverage_person_id, &cover, &cover_row, err);
    if (status == HC_OK)
        status = order_rows(claims, HC_claim_line_person_id, &claim, &claim_row, err);
    for (size_t i = 0, end; status == HC_OK && i < coverage->rows; i = end) {
        int64_t person = cover[i].person;
        for (end = i + 1; end < coverage->rows && cover[end].person == person; end++)
            ;
        while (c < claims->rows && claim[c].person < person)
            c++; /* care of somebody without coverage */
        size_t first = c;
        while (c < claims->rows && claim[c].person == person)
            c++;
        struct hc_grid g = {.coverage = coverage,
                            .first = a->first,
                            .months = a->months,
                            .person = person,
                            .claims = claims,
                            .claim = claim_row + first,
                            .claim_count = c - first};
        status = work_person(a, &g, cover_row + i, end - i, err);
    }
    free(cover);
    free(claim);
    free(cover_row);
    free(claim_row);
    return status;
}

/* Grids begin in January of the year before, to know who is new and who was there. */
static enum hc_status open_grid(struct hc_attribution *a, struct hc_err *err) {
    int year, mon, mday;
    if (!a->o.has_from)
        a->o.from = a->earliest;
    if (!a->o.has_to)
        a->o.to = a->latest;
    if (a->o.from == INT32_MAX || a->o.to == INT32_MIN) { /* no coverage at all */
        a->o.from = 0;
        a->o.to = -1;
        return HC_OK;
    }
    if (a->o.from > a->o.to)
        return hc_fail(err, HC_EUSAGE, "the population's first month is after its last");
    hc_day_split(hc_month_first(a->o.from), &year, &mon, &mday);
    a->first = a->o.from - (mon - 1) - 12;
    a->months = (size_t)(a->o.to - a->first + 1);
    if (a->months > 1200)
        return hc_fail(err, HC_EDATA,
                       "coverage over more than 100 years; --from and --to "
                       "choose the months");
    a->cover = malloc(a->months * sizeof *a->cover);
    a->facts = malloc(a->months);
    a->outcome = calloc(a->months, sizeof *a->outcome);
    return a->cover && a->facts && a->outcome ? HC_OK : hc_fail_memory(err);
}

enum hc_status hc_attribution_work(struct hc_attribution *a, struct hc_err *err) {
    enum hc_status status = open_grid(a, err);
    a->question.ranked = put_ranking;
    a->question.context = a;
    for (unsigned part = 0; part < a->parts && status == HC_OK && a->months > 0; part++) {
        struct hc_batch *coverage = NULL, *claims = NULL;
        if (hc_partitions_rows(a->coverage, part) == 0)
            continue;
        status = hc_stopped(err);
        if (status == HC_OK)
            status = hc_partitions_load(a->coverage, part, &coverage, err);
        if (status == HC_OK)
            status = hc_partitions_load(a->claims, part, &claims, err);
        if (status == HC_OK)
            status = work_part(a, coverage, claims, err);
        hc_batch_free(coverage);
        hc_batch_free(claims);
    }
    if (status == HC_OK)
        status = flush(a->assignment, a->assignments, err);
    if (status == HC_OK)
        status = flush(a->ranking, a->rankings, err);
    return status;
}

/* ---- out ---- */

enum hc_status hc_attribution_next(struct hc_attribution *a, struct hc_batch **batch,
                                   struct hc_err *err) {
    enum hc_status status = hc_sorter_next(a->assignments, batch, err);
    if (status == HC_OK)
        a->counts.rows_out += (int64_t)(*batch)->rows;
    return status;
}

enum hc_status hc_attribution_ranking_next(struct hc_attribution *a,
                                           struct hc_batch **batch, struct hc_err *err) {
    return hc_sorter_next(a->rankings, batch, err);
}

enum hc_status hc_attribution_check(const struct hc_attribution *a,
                                    struct hc_accounts *accounts, struct hc_err *err) {
    int64_t sum = 0;
    for (size_t i = 0; i < REASONS && a->reason[i].name; i++) {
        char name[96];
        snprintf(name, sizeof name, "months_%s", a->reason[i].name);
        sum += a->reason[i].months;
        if (accounts)
            hc_accounts_note(accounts, name, a->reason[i].months);
    }
    if (accounts) {
        hc_accounts_note(accounts, "persons", a->counts.persons);
        hc_accounts_note(accounts, "person_months", a->counts.person_months);
        hc_accounts_note(accounts, "coverage_without_person", a->counts.without_person);
        hc_accounts_note(accounts, "coverage_without_start", a->counts.without_start);
    }
    if (sum != a->counts.person_months || a->counts.rows_out != a->counts.person_months)
        return hc_fail(
            err, HC_EINTERNAL,
            "books do not balance: %lld person-months, %lld rows out, %lld by reason",
            (long long)a->counts.person_months, (long long)a->counts.rows_out,
            (long long)sum);
    return HC_OK;
}

void hc_attribution_counts(const struct hc_attribution *a,
                           struct hc_attribution_counts *counts) {
    *counts = a->counts;
}
