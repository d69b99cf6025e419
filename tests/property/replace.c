/* Laws of replace, restate and as-of on invented histories of claims whose end is known:
 * what stands is the end of each history, whatever the order of arrival, the division over
 * deliveries, what is sent again, and the number of partitions. */
#include "../claims.h"

static uint64_t seed = 11;
static uint32_t draw(uint32_t below) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % below;
}

enum { CLAIMS = 3000, LINES = 6 * CLAIMS + 300, ID = 12 };
static struct claim { /* what a payer did, in its order */
    char id[ID], names[ID];
    char type; /* P Q replace; S restate */
    bool is_void, arrives, stands;
    int lines;
} claim[CLAIMS];
static struct line line[LINES];

/* A chain of corrections under new numbers; some members change, some claims never arrive,
 * some chains end with a void. */
static size_t invent_chain(size_t n, size_t most) {
    size_t length = 1 + draw((uint32_t)most), first = n;
    char type = draw(2) ? 'P' : 'Q';
    for (size_t i = 0; i < length && n < CLAIMS; i++, n++) {
        bool last = i + 1 == length || n + 1 == CLAIMS;
        claim[n] = (struct claim){
            .type = type, .arrives = draw(6) != 0, .lines = 1 + (int)draw(3)};
        claim[n].is_void = last && i > 0 && draw(4) == 0;
        claim[n].stands = last && !claim[n].is_void;
        snprintf(claim[n].id, ID, "c%zu", n);
        if (i > 0)
            memcpy(claim[n].names, claim[n - 1].id, ID);
        type = draw(8) ? type : type == 'P' ? 'Q' : 'P';
    }
    /* what never came replaces nothing */
    for (size_t i = first; i + 1 < n; i++)
        if (!claim[i + 1].arrives)
            claim[i].stands = !claim[i].is_void;
    return n;
}

static size_t invent(size_t most) {
    size_t n = 0;
    while (n < CLAIMS)
        n = invent_chain(n, most);
    return n;
}

static int record[13];
static size_t send(size_t at, const struct claim *c, int delivery) {
    for (int k = 0; k < c->lines && at < LINES; k++)
        line[at++] = (struct line){.delivery = delivery,
                                   .record = ++record[delivery],
                                   .type = c->type,
                                   .claim = c->id,
                                   .line = k + 1,
                                   .adjustment = c->is_void    ? 1
                                                 : c->names[0] ? 2
                                                               : 0,
                                   .member = draw(2) ? "m1" : "m2",
                                   .key = c->names,
                                   .paid = c->is_void ? 0 : 100 + k};
    return at;
}

/* Every claim in some delivery, whatever its place in its chain; again: some come twice. */
static size_t deliver(size_t claims, bool again) {
    size_t n = 0;
    memset(record, 0, sizeof record);
    for (size_t i = 0; i < claims; i++) {
        int delivery = 9 + (int)draw(4);
        if (!claim[i].arrives)
            continue;
        n = send(n, &claim[i], delivery);
        if (again && delivery < 12 && draw(5) == 0)
            n = send(n, &claim[i], 12);
    }
    return n;
}

static void shuffle(size_t n) {
    for (size_t i = n; i > 1; i--) {
        size_t k = draw((uint32_t)i);
        struct line swap = line[i - 1];
        line[i - 1] = line[k];
        line[k] = swap;
    }
}

/* Lines too many or missing, by the histories. */
static size_t wrong(const struct claims_result *r, size_t claims) {
    static int left[CLAIMS];
    size_t faults = 0;
    for (size_t i = 0; i < claims; i++)
        left[i] = claim[i].arrives && claim[i].stands ? claim[i].lines : 0;
    for (size_t row = 0; row < r->rows->rows; row++) {
        struct hc_str id = hc_str_at(r->rows, HC_claim_line_claim_id, row);
        char text[ID];
        snprintf(text, sizeof text, "%.*s", (int)id.len, id.ptr);
        left[strtoul(text + 1, NULL, 10)]--;
    }
    for (size_t i = 0; i < claims; i++)
        faults += left[i] != 0;
    return faults;
}

static void try_histories(int round, size_t most) {
    static const struct {
        unsigned parts;
        uint64_t memory;
        size_t step;
    } ways[] = {
        {1, 64 << 20, 4096}, {7, 1 << 20, 100}, {64, 1 << 16, 333}, {1024, 8 << 20, 4000}};
    size_t claims = invent(most);
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        struct claims_result r, twice, one;
        size_t n = deliver(claims, i % 2 == 1);
        struct hc_batch *in = claims_batch(line, n);
        claims_dedupe(&one, in, 1, 64 << 20, 4096);
        shuffle(n);
        struct hc_batch *mixed = claims_batch(line, n);
        claims_dedupe(&r, mixed, ways[i].parts, ways[i].memory, ways[i].step);
        tap_ok(r.status == HC_OK, "round %d, %u partitions balance: %s", round,
               ways[i].parts, r.err.what);
        tap_int((int64_t)wrong(&r, claims), 0, "  the ends of all histories stand");
        tap_ok(hc_str_eq(hc_buf_str(&r.kept), hc_buf_str(&one.kept)) &&
                   hc_str_eq(hc_buf_str(&r.ledger), hc_buf_str(&one.ledger)),
               "  the same rows and ledger as in order and in one partition");
        claims_dedupe(&twice, r.rows, 5, 64 << 20, 777);
        tap_ok(twice.status == HC_OK && twice.counts.set_aside == 0,
               "  deduped twice is deduped once: %d", (int)twice.counts.set_aside);
        claims_result_free(&r);
        claims_result_free(&one);
        claims_result_free(&twice);
        hc_batch_free(in);
        hc_batch_free(mixed);
    }
}

/* One chain of all claims; closed, it is a circle. */
static void try_circle(void) {
    struct claims_result r;
    struct hc_batch *in;
    char want[80];
    for (size_t i = 0; i < CLAIMS; i++) {
        claim[i] = (struct claim){.type = 'P', .arrives = true, .lines = 1};
        claim[i].stands = i + 1 == CLAIMS;
        snprintf(claim[i].id, ID, "c%zu", i);
        if (i > 0)
            memcpy(claim[i].names, claim[i - 1].id, ID);
    }
    size_t n = deliver(CLAIMS, true);
    shuffle(n);
    in = claims_batch(line, n);
    claims_dedupe(&r, in, 64, 1 << 20, 500);
    tap_ok(r.status == HC_OK, "a chain of %d: %s", CLAIMS, r.err.what);
    tap_int((int64_t)wrong(&r, CLAIMS), 0, "  its end stands");
    claims_result_free(&r);
    hc_batch_free(in);
    snprintf(claim[0].names, ID, "c%d", CLAIMS - 1);
    snprintf(want, sizeof want, "%d claims replace each other in a circle", CLAIMS);
    n = deliver(CLAIMS, false);
    for (int round = 0; round < 2; round++) {
        shuffle(n);
        in = claims_batch(line, n);
        claims_dedupe(&r, in, round ? 64 : 3, 1 << 20, 500);
        tap_int(r.status, HC_EDATA, "a circle is refused");
        tap_text(r.err.what, want, "  and told");
        tap_int((int64_t)r.err.record, 1, "  by its first record");
        claims_result_free(&r);
        hc_batch_free(in);
    }
}

/* As of a delivery's day stands what stands of the deliveries until then. */
static void try_as_of(void) {
    size_t n = deliver(invent(4), true);
    static struct line until[LINES];
    for (size_t i = 0; i < 300; i++) /* and claims that are restated and reversed */
        line[n++] = (struct line){5 + (int)draw(4),
                                  (int)i,
                                  draw(2) ? 'S' : 'R',
                                  claim[draw(40)].id,
                                  1,
                                  (int)draw(2),
                                  "m",
                                  "",
                                  "2020-07-01",
                                  (int64_t)draw(3) - 1,
                                  0};
    shuffle(n);
    struct hc_batch *in = claims_batch(line, n);
    for (int last = 4; last <= 12; last++) {
        struct claims_result then, alone;
        size_t count = 0;
        for (size_t i = 0; i < n; i++)
            if (line[i].delivery <= last)
                until[count++] = line[i];
        struct hc_batch *b = claims_batch(until, count);
        claims_dedupe_as_of(&then, in, 16, 4 << 20, 1000, claims_delivery[last - 1].date);
        claims_dedupe(&alone, b, 3, 64 << 20, 4096);
        tap_ok(then.status == HC_OK && then.counts.not_yet_known == n - count,
               "as of delivery %d: %d of %d lines are not yet known %s", last,
               (int)then.counts.not_yet_known, (int)n, then.err.what);
        tap_ok(hc_str_eq(hc_buf_str(&then.kept), hc_buf_str(&alone.kept)),
               "  what stands is what stood");
        claims_result_free(&then);
        claims_result_free(&alone);
        hc_batch_free(b);
    }
    hc_batch_free(in);
}

int main(void) {
    for (int round = 0; round < 3; round++)
        try_histories(round, round < 2 ? 3 : 40);
    try_circle();
    try_as_of();
    return tap_done();
}
