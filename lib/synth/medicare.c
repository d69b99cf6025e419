/* What becomes of a Medicare claim: the records CMS sends about it, month by month, and
 * which of them stand. The pairs are known here because they are made here. */
#include "synth/state.h"
#include "synth/text.h"

#define VERSIONS 6
struct life {
    struct synth_version v[VERSIONS];
    int n;
    int trap; /* -1: none */
    char control[24];
};

static void give_number(struct synth_state *s, enum synth_kind kind, char out[24]) {
    static const enum synth_file file[] = {SYNTH_CCLF1, SYNTH_CCLF5, SYNTH_CCLF6,
                                           SYNTH_CCLF7};
    hc_synth_number((int64_t)(9900000000000u + ++s->claims[file[kind]]), out);
}

/* A record about the claim under a number of its own. */
static struct synth_version *add(struct synth_state *s, struct life *life,
                                 const struct synth_care *c, char adjustment, int percent,
                                 hc_day effective) {
    struct synth_version *v = &life->v[life->n++];
    *v = (struct synth_version){.adjustment = adjustment,
                                .percent = percent,
                                .effective = effective,
                                .loaded = effective + 1,
                                .delivered = hc_month_of(effective),
                                .person = c->person,
                                .cancels = -1,
                                .resends = -1};
    give_number(s, c->kind, v->claim);
    memcpy(v->control, life->control, sizeof v->control);
    return v;
}
static struct synth_version *cancel(struct synth_state *s, struct life *life,
                                    const struct synth_care *c, int which,
                                    hc_day effective) {
    struct synth_version *v = add(s, life, c, '1', life->v[which].percent, effective);
    v->person = life->v[which].person;
    v->cancels = which;
    return v;
}
static void resend(struct life *life, int which, int percent, hc_day loaded) {
    struct synth_version *v = &life->v[life->n++];
    *v = life->v[which];
    v->percent = percent;
    v->loaded = loaded;
    v->delivered = hc_month_of(loaded);
    v->resends = which;
}

/* A day of processing: in the month so many months after, never after the 25th. */
static hc_day day_after(struct synth_rng *rng, hc_day day, int months) {
    hc_month month = hc_month_of(day);
    hc_day first = hc_month_first(month);
    if (months == 0 && day - first < 22)
        return day + 1 + (hc_day)synth_below(rng, (uint32_t)(24 - (day - first)));
    return hc_month_first(month + (months ? months : 1)) + (hc_day)synth_below(rng, 20);
}

uint32_t hc_synth_somebody_else(const struct synth_state *s, const struct synth_care *c,
                                enum synth_primary cover) {
    const struct synth_world *w = &s->world;
    for (uint32_t i = 1; i < w->people; i++) {
        uint32_t other = (c->person + i * 7) % w->people;
        const struct synth_person *p = &w->person[other];
        if (other == c->person || (cover == SYNTH_FFS && (!p->in_cclf || p->tie)))
            continue;
        if (hc_synth_covered(p, cover, hc_month_of(c->from)) && c->from >= p->birth &&
            c->thru <= p->death && p->moved == SYNTH_NEVER && p->ids == 1)
            return other;
    }
    return c->person;
}

/* Every so manieth claim of a kind meets a trap. */
static const uint8_t traps_a[] = {
    SYNTH_TRAP_adjusted,
    SYNTH_TRAP_adjusted_same_amounts,
    SYNTH_TRAP_cancelled,
    SYNTH_TRAP_cancelled_before_replaced,
    SYNTH_TRAP_cancelled_weeks_after,
    SYNTH_TRAP_two_originals,
    SYNTH_TRAP_cancel_without_original,
    SYNTH_TRAP_cancel_other_dates,
    SYNTH_TRAP_resent_unchanged,
    SYNTH_TRAP_resent_changed,
    SYNTH_TRAP_wrong_member,
    SYNTH_TRAP_negative_original,
    SYNTH_TRAP_denied_claim,
    SYNTH_TRAP_adjusted,
};
static const uint8_t traps_b[] = {
    SYNTH_TRAP_adjusted,
    SYNTH_TRAP_cancelled,
    SYNTH_TRAP_cancelled_before_replaced,
    SYNTH_TRAP_cancelled_weeks_after,
    SYNTH_TRAP_two_originals,
    SYNTH_TRAP_three_originals_two_cancels,
    SYNTH_TRAP_cancel_without_original,
    SYNTH_TRAP_resent_unchanged,
    SYNTH_TRAP_resent_changed,
    SYNTH_TRAP_wrong_member,
    SYNTH_TRAP_denied_claim,
    SYNTH_TRAP_denied_line,
    SYNTH_TRAP_adjusted,
};
static const uint8_t traps_d[] = {SYNTH_TRAP_part_d_adjusted, SYNTH_TRAP_part_d_deleted,
                                  SYNTH_TRAP_part_d_adjusted_then_deleted,
                                  SYNTH_TRAP_resent_unchanged};

static int pick_trap(struct synth_state *s, const struct synth_care *c) {
    const uint8_t *list = c->kind == SYNTH_INSTITUTIONAL ? traps_a
                          : c->kind == SYNTH_PHARMACY    ? traps_d
                                                         : traps_b;
    size_t count = c->kind == SYNTH_INSTITUTIONAL ? sizeof traps_a
                   : c->kind == SYNTH_PHARMACY    ? sizeof traps_d
                                                  : sizeof traps_b;
    uint64_t n = s->fate[SYNTH_MEDICARE][c->kind]++;
    uint64_t every = c->kind == SYNTH_PROFESSIONAL ? 13
                     : c->kind == SYNTH_PHARMACY   ? 40
                                                   : 7;
    if (n % every != every / 2)
        return -1;
    int trap = list[n / every % count];
    if (c->prospective && trap != SYNTH_TRAP_cancelled &&
        trap != SYNTH_TRAP_resent_unchanged)
        return -1;
    if (s->world.person[c->person].tie && c->primary_care)
        return -1;
    /* a visit counts for its practice with more than 0.00: who wins with nothing is no trap
     */
    if (c->primary_care &&
        (trap == SYNTH_TRAP_denied_claim || trap == SYNTH_TRAP_cancel_without_original ||
         (trap == SYNTH_TRAP_denied_line && c->lines < 2)))
        return -1;
    return trap;
}

static void live(struct synth_state *s, struct life *life, struct synth_care *c,
                 struct synth_rng *rng) {
    char second = c->kind == SYNTH_INSTITUTIONAL ? '2' : '0'; /* B, DME: no adjustments */
    unsigned lag = synth_below(rng, 100);
    hc_day e1 = day_after(rng, c->thru, lag < 38 ? 0 : lag < 82 ? 1 : lag < 96 ? 2 : 3);
    hc_day e2 = day_after(rng, e1, 1 + (int)synth_below(rng, 2));
    hc_day e3 = day_after(rng, e2, 1);
    struct synth_version *first = add(s, life, c, '0', 100, e1), *v;
    uint32_t other;
    switch (life->trap) {
    case SYNTH_TRAP_adjusted:
        cancel(s, life, c, 0, e2);
        add(s, life, c, second, 87, e2);
        break;
    case SYNTH_TRAP_adjusted_same_amounts:
        cancel(s, life, c, 0, e2);
        add(s, life, c, second, 100, e2)->other_codes = true;
        break;
    case SYNTH_TRAP_cancelled:
        cancel(s, life, c, 0, synth_chance(rng, 300) ? e1 : e2);
        break;
    case SYNTH_TRAP_cancelled_before_replaced:
        cancel(s, life, c, 0, e2);
        add(s, life, c, second, 90, e3);
        break;
    case SYNTH_TRAP_cancelled_weeks_after:
        add(s, life, c, second, 93, e2);
        cancel(s, life, c, 0, e3);
        break;
    case SYNTH_TRAP_two_originals:
        add(s, life, c, '0', 100, e2);
        break;
    case SYNTH_TRAP_three_originals_two_cancels:
        cancel(s, life, c, 0, e2);
        add(s, life, c, '0', 100, e2 + 2);
        cancel(s, life, c, 2, e3);
        add(s, life, c, '0', 100, e3 + 2);
        break;
    case SYNTH_TRAP_cancel_without_original:
        first->adjustment = '1';
        break;
    case SYNTH_TRAP_cancel_other_dates:
        v = cancel(s, life, c, 0, e2);
        v->cancels = -1;
        v->thru_more = 40;
        break;
    case SYNTH_TRAP_resent_unchanged:
        resend(life, 0, 100, e2);
        break;
    case SYNTH_TRAP_resent_changed:
        resend(life, 0, 95, e2);
        break;
    case SYNTH_TRAP_wrong_member:
        other = hc_synth_somebody_else(s, c, SYNTH_FFS);
        if (other == c->person) {
            life->trap = -1;
            break;
        }
        if (c->kind == SYNTH_INSTITUTIONAL) /* no other claim has this key */
            c->area = SYNTH_AWAY;
        cancel(s, life, c, 0, e2);
        add(s, life, c, second, 100, e2)->person = other;
        break;
    case SYNTH_TRAP_negative_original:
        first->negative = true;
        break;
    case SYNTH_TRAP_denied_claim:
        first->denied = true;
        break;
    case SYNTH_TRAP_denied_line:
        c->line[c->lines - 1].denied = true;
        break;
    case SYNTH_TRAP_part_d_adjusted:
        add(s, life, c, '2', 80, e2)->cancels = 0;
        break;
    case SYNTH_TRAP_part_d_deleted:
        cancel(s, life, c, 0, e2);
        break;
    case SYNTH_TRAP_part_d_adjusted_then_deleted:
        add(s, life, c, '2', 80, e2)->cancels = 0;
        cancel(s, life, c, 1, e3);
        break;
    default:
        break;
    }
}

/* again: the version that stands instead, of a record delivered twice; else NULL */
static void set_aside(struct synth_state *s, const struct synth_care *c,
                      const struct synth_version *v, const char *reason,
                      const struct synth_version *again) {
    struct synth_amounts worth[SYNTH_LINES], other[SYNTH_LINES];
    unsigned lines = hc_synth_cclf_worth(c, v, worth);
    if (again)
        hc_synth_cclf_worth(c, again, other);
    for (unsigned i = 0; i < lines; i++) {
        if (again) /* a line changed or not: of a stay only the first carries the amount */
            reason = worth[i].paid != other[i].paid || worth[i].allowed != other[i].allowed
                         ? "redelivered_changed"
                         : "redelivered";
        hc_synth_set_aside(&s->truth, SYNTH_MEDICARE, c->kind, v->claim, (int)i + 1,
                           v->delivered, reason, worth[i]);
    }
}

static bool qualifies(const char *code) {
    static const char *const codes[] = {"99202", "99203", "99204", "99205",
                                        "99211", "99212", "99213", "99214",
                                        "99215", "G0402", "G0438", "G0439"};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (strcmp(code, codes[i]) == 0)
            return true;
    return false;
}

static void stand(struct synth_state *s, const struct synth_care *c,
                  const struct synth_version *v) {
    struct synth_amounts worth[SYNTH_LINES];
    unsigned lines = hc_synth_cclf_worth(c, v, worth);
    struct synth_person *p = &s->world.person[v->person];
    for (unsigned i = 0; i < lines; i++) {
        hc_synth_stands(&s->truth, SYNTH_MEDICARE, c->kind, v->claim, (int)i + 1, v->person,
                        worth[i]);
        if (c->kind == SYNTH_PROFESSIONAL && c->primary_care &&
            qualifies(c->line[i].code) && p->sum)
            hc_synth_add_visit(p, c->practice, c->from, worth[i].allowed);
    }
}

/* Write what was delivered in time, and say what stands of it. */
static void settle(struct synth_state *s, const struct synth_care *c,
                   const struct life *life) {
    const char *why[VERSIONS] = {NULL};
    const struct synth_version *again[VERSIONS] = {NULL};
    hc_month last = s->world.last;
    bool whole = true, drug = c->kind == SYNTH_PHARMACY;
    for (int i = 0; i < life->n; i++) {
        const struct synth_version *v = &life->v[i];
        whole &= v->delivered <= last;
        if (v->delivered > last)
            continue;
        hc_synth_cclf_claim(s, c, v);
        int first = v->cancels >= 0 ? v->cancels : v->resends;
        if (first < 0)
            continue;
        if (v->resends >= 0) {
            why[first] = "redelivered";
            again[first] = v;
        } else if (drug) {
            why[first] = v->adjustment == '1' ? "deleted" : "replaced";
            if (v->adjustment == '1')
                why[i] = "deletion";
        } else {
            why[first] = "cancelled";
            why[i] = "cancellation";
        }
    }
    for (int i = 0; i < life->n; i++) {
        if (life->v[i].delivered > last)
            continue;
        if (why[i])
            set_aside(s, c, &life->v[i], why[i], again[i]);
        else
            stand(s, c, &life->v[i]);
        /* FHIR has the claims, each once, but no records that take something back */
        if (s->also & SYNTH_FHIR && life->v[i].adjustment != '1' && !again[i])
            hc_synth_fhir_claim(s, c, &life->v[i], !why[i]);
    }
    int64_t *trap = s->truth.trap;
    if (life->trap >= 0)
        trap[life->trap] += whole;
    if (life->v[0].delivered <= last) {
        trap[SYNTH_TRAP_prospective_medicare] += c->prospective;
        trap[SYNTH_TRAP_header_not_sum] += c->header_diff != 0;
        trap[SYNTH_TRAP_header_without_lines] += c->no_lines;
        trap[SYNTH_TRAP_tie] += c->primary_care && s->world.person[c->person].tie &&
                                hc_synth_year(hc_month_of(c->from)) < 2019;
    }
}

void hc_synth_medicare(void *to, struct synth_care *c) {
    struct synth_state *s = to;
    struct life life = {.trap = -1};
    struct synth_rng rng =
        synth_rng_of(s->world.seed, 3, ++s->controls * 16 + (uint64_t)c->kind);
    hc_month month = hc_month_of(c->from);
    const struct synth_person *p = &s->world.person[c->person];
    bool aco = hc_synth_attributed(&s->world, p, month) != SYNTH_NONE;
    if (c->kind == SYNTH_INSTITUTIONAL)
        c->prospective = aco && hc_synth_areas[c->area].aco_hospital;
    else if (c->kind == SYNTH_PROFESSIONAL && c->practice != SYNTH_NONE)
        c->prospective = aco && s->world.practice[c->practice].aipbp &&
                         hc_synth_in_aco(&s->world, c->practice, SYNTH_VT_MEDICARE, month);
    life.trap = pick_trap(s, c);
    snprintf(life.control, sizeof life.control, "ZQN%010llu",
             (unsigned long long)s->controls);
    live(s, &life, c, &rng);
    settle(s, c, &life);
}
