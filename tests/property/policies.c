/* Each way a payer corrects its claims, against a model written from what the payer means:
 * invented histories arrive in any order, over 1 to 36 deliveries, parts of them twice,
 * some parts never; members change and are renamed; lines are denied under every rule for
 * them. What stands is what the model says, whatever the number of partitions. */
#include "../claims.h"
#include "rule/people.h"

#include "standing.h"

enum { TEXT = 24 }; /* bytes of an invented id */
static const char *const feed_name[FEEDS] = {"1version",
                                             "2reversal",
                                             "3replace",
                                             "4restate",
                                             "5pair",
                                             "6replay",
                                             "7reversal that keeps the day"};

static struct hc_delivery delivery[FEEDS * MONTHS];
enum { TYPES = 2 }; /* a correction may come under another type of claim */
static struct hc_claim_rule rule_of[FEEDS][TYPES];
static struct hc_feed_rules rules[FEEDS];

static const struct hc_claim_rule plain[FEEDS] = {
    {"institutional", "version", NAMES("payer", "claim_id", "line"),
     NAMES("payer", "claim_id"), NAMES("payer", "claim_id", "line", "version"), false,
     HC_DENIED_KEEP},
    {"institutional", "reversal", NAMES("payer", "claim_id", "line"),
     NAMES("payer", "claim_id"), NAMES("payer", "claim_id", "line", "paid_date"), false,
     HC_DENIED_KEEP},
    {"institutional", "replace", NAMES("payer", "claim_id"), NAMES("payer", "claim_id"),
     NAMES("payer", "claim_id", "line", "adjustment"), false, HC_DENIED_KEEP},
    {"institutional", "restate", NAMES("payer", "claim_id"), NAMES("payer", "claim_id"),
     NAMES("payer", "claim_id", "line", "paid_date"), false, HC_DENIED_KEEP},
    {"institutional", "pair", NAMES("control_number", "member_id"), NAMES("control_number"),
     NAMES("payer", "claim_id", "line"), false, HC_DENIED_KEEP},
    {"institutional", "replay", NAMES("prescription_number"), NAMES("prescription_number"),
     NAMES("payer", "claim_id", "line"), false, HC_DENIED_KEEP},
    {"institutional", "reversal", NAMES("payer", "claim_id", "line"),
     NAMES("payer", "claim_id"),
     NAMES("payer", "claim_id", "line", "adjustment", "paid_date"), false, HC_DENIED_KEEP},
};

/* Where denied lines are left out, each delivery of a claim is a record of its own. */
static const struct hc_claim_rule restated_apart = {
    "institutional",
    "restate",
    NAMES("payer", "claim_id"),
    NAMES("payer", "claim_id"),
    NAMES("payer", "claim_id", "line", "paid_date", "delivery"),
    false,
    HC_DENIED_KEEP};

static void describe(enum hc_denied denied) {
    static char name[FEEDS * MONTHS][16], sha[FEEDS * MONTHS][65];
    for (int f = 0; f < FEEDS; f++) {
        bool apart = denied == HC_DENIED_YIELD || denied == HC_DENIED_IGNORE;
        for (int t = 0; t < TYPES; t++) {
            rule_of[f][t] = f == RESTATE && apart ? restated_apart : plain[f];
            rule_of[f][t].denied = denied;
        }
        rule_of[f][1].claim_type = "professional";
        rules[f] = (struct hc_feed_rules){
            .feed = feed_name[f], .rules = TYPES, .rule = rule_of[f]};
        for (int m = 0; m < MONTHS; m++) {
            int d = f * MONTHS + m;
            snprintf(name[d], sizeof name[d], "d%03d", d);
            snprintf(sha[d], sizeof sha[d], "%064d", d);
            delivery[d] = (struct hc_delivery){.name = name[d],
                                               .feed = feed_name[f],
                                               .payer = "p",
                                               .program = "",
                                               .has_date = true,
                                               .date = 18000 + d,
                                               .sha256 = sha[d],
                                               .entries = 1,
                                               .entry = claims_entry};
        }
    }
    claims_origin = (struct hc_origin){
        .deliveries = FEEDS * MONTHS, .delivery = delivery, .feeds = FEEDS, .feed = rules};
}

/* Twins and fills have an id of their own a unit; the others share their claim's. */
static void claim_id(enum feed feed, const struct unit *u, char *out) {
    bool own = feed == PAIR || feed == REPLAY;
    snprintf(out, TEXT, own ? "c%d.%d" : "c%d", u->claim, u->version);
}

/* The member of a pair is the same under its old number and its new one. */
static void member_id(enum feed feed, const struct unit *u, bool old, char *out) {
    snprintf(out, TEXT, "%c%d", old ? 'o' : 'n', feed == PAIR ? 0 : u->member);
}

static void add_line(struct hc_batch *b, enum feed feed, const struct unit *u, int month,
                     int line, int64_t record) {
    char text[TEXT];
    hc_batch_row(b);
    hc_set_str(b, HC_claim_line_payer, HC_STR("p"));
    hc_set_choice(b, HC_claim_line_claim_type, u->type);
    claim_id(feed, u, text);
    hc_set_str(b, HC_claim_line_claim_id, hc_str_of(text));
    hc_set_i32(b, HC_claim_line_line, line + 1);
    if (feed == VERSION)
        hc_set_i32(b, HC_claim_line_version, u->version);
    hc_set_choice(b, HC_claim_line_adjustment, u->adjustment);
    hc_set_choice(b, HC_claim_line_status,
                  u->denied[line] ? HC_claim_status_denied : HC_claim_status_paid);
    if (u->names >= 0) {
        snprintf(text, sizeof text, "c%d", u->names);
        hc_set_str(b, HC_claim_line_related_claim_id, hc_str_of(text));
    }
    snprintf(text, sizeof text, "k%d", u->claim);
    hc_set_str(b, HC_claim_line_control_number, hc_str_of(text));
    hc_set_str(b, HC_claim_line_prescription_number, hc_str_of(text));
    member_id(feed, u, draw(2), text);
    hc_set_str(b, HC_claim_line_member_id, hc_str_of(text));
    hc_set_i32(b, HC_claim_line_paid_date, 17000 + u->day);
    hc_set_i64(b, HC_claim_line_paid, u->paid[line]);
    hc_set_i64(b, HC_claim_line_ffs_equivalent, u->paid[line]);
    hc_set_i32(b, HC_claim_line_delivery, (int)feed * MONTHS + month + 1);
    hc_set_i32(b, HC_claim_line_source_entry, 1);
    hc_set_i64(b, HC_claim_line_source_record, record);
}

/* All lines that arrive, shuffled, with the member's current number. */
static struct hc_batch *arrive(enum feed feed) {
    static uint32_t order[UNITS * MOST * 2];
    struct hc_batch *in = NULL, *mixed = NULL, *ids = NULL;
    struct hc_crosswalk *crosswalk = NULL;
    struct hc_current *current = NULL;
    const struct hc_batch *view;
    struct hc_err err = {0};
    const struct hc_schema *schema = &hc_kinds[HC_KIND_claim_line];
    claims_must(hc_batch_new(&in, schema, NULL, &err), &err);
    for (size_t i = 0; i < units; i++)
        for (int copy = 0; copy < 2; copy++)
            for (int k = 0; unit[i].month[copy] >= 0 && k < unit[i].lines; k++)
                if (copy == 0 || unit[i].again & 1U << k)
                    add_line(in, feed, &unit[i], unit[i].month[copy], k,
                             (int64_t)(i * MOST * 2) + copy * MOST + k + 1);
    claims_must(hc_batch_seal(in, &err), &err);
    claims_must(hc_batch_new(&ids, &hc_kinds[HC_KIND_crosswalk], NULL, &err), &err);
    for (int m = 0; m < 4; m++) {
        char old[TEXT], now[TEXT];
        snprintf(old, sizeof old, "o%d", m);
        snprintf(now, sizeof now, "n%d", m);
        hc_batch_row(ids);
        hc_set_str(ids, HC_crosswalk_payer, HC_STR("p"));
        hc_set_str(ids, HC_crosswalk_previous_id, hc_str_of(old));
        hc_set_str(ids, HC_crosswalk_current_id, hc_str_of(now));
    }
    claims_must(hc_batch_seal(ids, &err), &err);
    claims_must(hc_crosswalk_new(&crosswalk, &err), &err);
    claims_must(hc_crosswalk_add(crosswalk, ids, &err), &err);
    claims_must(hc_crosswalk_resolve(crosswalk, &err), &err);
    claims_must(hc_current_new(&current, schema, crosswalk, NULL, &err), &err);
    claims_must(hc_current_view(current, in, &view, &err), &err);
    for (uint32_t i = 0; i < in->rows; i++)
        order[i] = i;
    for (uint32_t i = (uint32_t)in->rows; i > 1; i--) {
        uint32_t k = draw(i), swap = order[i - 1];
        order[i - 1] = order[k];
        order[k] = swap;
    }
    claims_must(hc_batch_new(&mixed, schema, NULL, &err), &err);
    claims_must(hc_batch_take(mixed, view, order, in->rows, &err), &err);
    claims_must(hc_batch_seal(mixed, &err), &err);
    hc_current_free(current);
    hc_crosswalk_free(crosswalk);
    hc_batch_free(ids);
    hc_batch_free(in);
    return mixed;
}

/* Every line that stands, by paid (which is the line's own) and what else must be right. */
static size_t wrong(enum feed feed, const struct hc_batch *rows, char *told, size_t size) {
    size_t faults = 0;
    int64_t sum = 0, want = 0;
    told[0] = '\0';
    for (size_t i = 0; i < units; i++)
        for (int k = 0; k < unit[i].lines; k++) {
            const struct unit *u = &unit[i];
            char id[TEXT], member[TEXT];
            size_t found = 0;
            claim_id(feed, u, id);
            member_id(feed, u, false, member);
            for (size_t row = 0; row < rows->rows; row++)
                found +=
                    hc_str_is(hc_str_at(rows, HC_claim_line_claim_id, row), id) &&
                    hc_str_is(hc_str_at(rows, HC_claim_line_member_id, row), member) &&
                    hc_int_at(rows, HC_claim_line_line, row, 0) == k + 1 &&
                    hc_int_at(rows, HC_claim_line_paid, row, 0) == u->paid[k] &&
                    hc_int_at(rows, HC_claim_line_paid_date, row, 0) == 17000 + u->day &&
                    hc_int_at(rows, HC_claim_line_standing, row, -1) ==
                        (u->unmatched ? HC_standing_unmatched_cancellation
                                      : HC_standing_final);
            bool stands = came(u) && u->stands[k];
            want += stands ? u->paid[k] : 0;
            if (found != stands && faults++ == 0)
                snprintf(told, size, "%s/%d v%d names %d adj %d%s: found %zu", id, k + 1,
                         u->version, u->names, u->adjustment, u->denied[k] ? " denied" : "",
                         found);
        }
    for (size_t row = 0; row < rows->rows; row++)
        sum += hc_int_at(rows, HC_claim_line_paid, row, 0);
    if (sum != want && faults++ == 0)
        snprintf(told, size, "%lld cents too many", (long long)(sum - want));
    return faults;
}

static bool same_text(struct claims_result *a, struct claims_result *b) {
    return hc_str_eq(hc_buf_str(&a->kept), hc_buf_str(&b->kept)) &&
           hc_str_eq(hc_buf_str(&a->ledger), hc_buf_str(&b->ledger));
}

static void try_one(enum feed feed, enum hc_denied rule, int months) {
    struct claims_result one, eight, again;
    char told[160];
    size_t never, several;
    invent(feed, months);
    model(feed, rule);
    describe(rule);
    struct hc_batch *in = arrive(feed);
    claims_dedupe(&one, in, 1, 64 << 20, 4096);
    tap_ok(one.status == HC_OK, "%s, denied: %s, %d deliveries, %d lines: %s",
           feed_name[feed] + 1, hc_denied_names[rule], months, (int)in->rows, one.err.what);
    size_t faults = wrong(feed, one.rows, told, sizeof told);
    tap_ok(faults == 0, "  %d lines stand as they must: %s", (int)one.rows->rows, told);
    struct hc_batch *other = arrive(feed);
    claims_dedupe(&eight, other, 8, 1 << 20, 97);
    tap_ok(same_text(&one, &eight), "  the same in another order and 8 partitions");
    if (feed == REPLACE) {
        model_counts(rule, &never, &several);
        tap_int((int64_t)one.counts.told.never_came, (int64_t)never, "  named, never came");
        tap_int((int64_t)one.counts.told.several, (int64_t)several,
                "  replaced by several");
    }
    claims_dedupe(&again, one.rows, 3, 64 << 20, 500);
    tap_ok(again.status == HC_OK && again.counts.set_aside == 0 &&
               again.counts.told.never_came == 0 && again.counts.told.several == 0 &&
               hc_str_eq(hc_buf_str(&one.kept), hc_buf_str(&again.kept)),
           "  deduped twice is deduped once: %d %s", (int)again.counts.set_aside,
           again.err.what);
    claims_result_free(&one);
    claims_result_free(&eight);
    claims_result_free(&again);
    hc_batch_free(in);
    hc_batch_free(other);
}

/* A denied correction in a circle with one that is not: none may vanish without a word. */
static void try_circle(void) {
    struct claims_result r;
    describe(HC_DENIED_YIELD);
    units = 0;
    for (int claim = 0; claim < 2; claim++) {
        struct unit *u = add_unit(claim, 1, true);
        u->month[0] = 0;
        u->denied[0] = claim == 1;
        u->names = 1 - claim;
        u->adjustment = 2;
    }
    struct hc_batch *in = arrive(REPLACE);
    claims_dedupe(&r, in, 4, 1 << 20, 100);
    tap_int(r.status, HC_EDATA, "a circle through a denied correction is refused");
    tap_text(r.err.what, "2 claims replace each other in a circle", "  and told");
    claims_result_free(&r);
    hc_batch_free(in);
}

int main(int argc, char **argv) {
    static const int months[] = {1, 2, 7, MONTHS};
    uint64_t base = argc > 1 ? strtoul(argv[1], NULL, 10) : 1; /* another seed */
    for (int f = 0; f < FEEDS; f++)
        for (int rule = HC_DENIED_KEEP; rule <= HC_DENIED_IGNORE; rule++) {
            bool weak = rule == HC_DENIED_YIELD || rule == HC_DENIED_IGNORE;
            if (weak && (f == PAIR || f == REPLAY || f == REVERSAL || f == KEPT))
                continue;
            for (size_t m = 0; m < sizeof months / sizeof *months; m++) {
                seed = base * 1000003 + (uint64_t)(f * 100 + rule * 10) + m;
                try_one((enum feed)f, (enum hc_denied)rule, months[m]);
            }
        }
    try_circle();
    return tap_done();
}
