/* Laws of dedupe on invented claims: the result depends on nothing but the records; deduped
 * twice is deduped once; a person's sums change only by what the ledger shows. */
#include "../claims.h"

static uint64_t seed = 7;
static uint32_t draw(uint32_t below) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % below;
}

#define LINES 1500
static struct line line[LINES];
static char name[LINES][16], day[31][24];

/* Few keys, days and amounts, so that everything that can tie does. */
static size_t invent(void) {
    static const char types[] = "AABBDDMRS";
    static const char *const keys[] = {"", "k1", "k2", "k3", "k4", "k5"};
    static const char *const members[] = {"", "m1", "m2"};
    static int64_t paid[5] = {0, 100, 200, 300, -50};
    size_t n = 0;
    int record[9] = {0};
    for (int i = 0; i < 31; i++)
        snprintf(day[i], sizeof day[i], "2020-07-%02d", i + 1);
    while (n < LINES - 4) {
        char type = types[draw(9)];
        bool cclf = type == 'A' || type == 'B' || type == 'D';
        int delivery = cclf ? 1 + (int)draw(4) : 5 + (int)draw(4);
        int adjustment = draw(3) == 0 ? 1 : (int)draw(2) * 2;
        int lines = type == 'B' ? 1 + (int)draw(3) : 1;
        const char *key = keys[draw(6)], *member = members[draw(3)], *effect = day[draw(9)];
        uint32_t id = draw(400);
        /* a payer's versions and restatements may share ids; the rest are new or sent again
         */
        snprintf(name[n], sizeof name[n], "%c%u", type, cclf ? 100 * (uint32_t)n : id / 8);
        if (cclf && n > 40 && draw(4) == 0) { /* sent again, perhaps changed */
            size_t old = draw((uint32_t)n - 3);
            if (line[old].type == type && line[old].delivery != delivery) {
                line[n] = line[old];
                line[n].delivery = delivery;
                line[n].record = ++record[delivery];
                line[n].paid += draw(2) ? 0 : 1;
                bool twice = false;
                for (size_t k = 0; k < n; k++)
                    twice |= strcmp(line[k].claim, line[n].claim) == 0 &&
                             line[k].line == line[n].line && line[k].delivery == delivery;
                n += !twice;
                continue;
            }
        }
        for (int k = 0; k < lines; k++) {
            int64_t amount = paid[draw(5)];
            line[n + (size_t)k] = (struct line){delivery,
                                                ++record[delivery],
                                                type,
                                                name[n],
                                                k + 1,
                                                adjustment,
                                                member,
                                                key,
                                                effect,
                                                adjustment == 1 ? -amount : amount,
                                                type == 'M' ? (int)n : 0};
        }
        n += (size_t)lines;
    }
    return n;
}

static void shuffle(struct line *l, size_t n) {
    for (size_t i = n; i > 1; i--) {
        size_t k = draw((uint32_t)i);
        struct line swap = l[i - 1];
        l[i - 1] = l[k];
        l[k] = swap;
    }
}

static bool same(struct claims_result *a, struct claims_result *b) {
    return a->status == b->status &&
           hc_str_eq(hc_buf_str(&a->kept), hc_buf_str(&b->kept)) &&
           hc_str_eq(hc_buf_str(&a->ledger), hc_buf_str(&b->ledger));
}

int main(void) {
    static const struct {
        unsigned parts;
        uint64_t memory;
        size_t step;
    } ways[] = {
        {2, 64 << 20, 4096}, {7, 1 << 20, 100}, {64, 1 << 16, 33}, {1024, 1 << 20, 500}};
    for (int round = 0; round < 12; round++) {
        struct claims_result once, again;
        size_t n = invent();
        struct hc_batch *in = claims_batch(line, n);
        claims_dedupe(&once, in, 1, 64 << 20, 4096);
        tap_ok(once.status == HC_OK, "round %d balances: %s", round, once.err.what);
        tap_ok(once.counts.set_aside > 100 && once.counts.residual > 5 &&
                   once.counts.unmatched > 5,
               "  every case is met: %d aside, %d residuals, %d unmatched of %d",
               (int)once.counts.set_aside, (int)once.counts.residual,
               (int)once.counts.unmatched, (int)n);
        for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
            shuffle(line, n);
            struct hc_batch *mixed = claims_batch(line, n);
            claims_dedupe(&again, mixed, ways[i].parts, ways[i].memory, ways[i].step);
            tap_ok(same(&once, &again),
                   "  shuffled, %u partitions, pieces of %zu: the same %s", ways[i].parts,
                   ways[i].step, again.err.what);
            claims_result_free(&again);
            hc_batch_free(mixed);
        }
        claims_dedupe(&again, once.rows, 5, 64 << 20, 777);
        tap_ok(again.status == HC_OK && again.counts.set_aside == 0 &&
                   hc_str_eq(hc_buf_str(&once.kept), hc_buf_str(&again.kept)),
               "  deduped twice is deduped once: %d set aside %s%.150s",
               (int)again.counts.set_aside, again.err.what, hc_buf_text(&again.ledger));
        claims_result_free(&again);
        claims_result_free(&once);
        hc_batch_free(in);
    }
    return tap_done();
}
