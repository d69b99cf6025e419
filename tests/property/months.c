/* hc-dedupe over 36 monthly streams is hc-dedupe over their union, in any order; as of a
 * month it is hc-dedupe over the months until then. */
#include "../claims.h"
#include "../streams.h"

enum { MONTHS = 36, FEEDS = 3, EACH = 20, IDS = 120 };
static const char *const feeds[FEEDS] = {"apcd", "cclf", "other"};
static const char *const types[FEEDS] = {"MRS", "ABD", "PQ"};
static struct hc_delivery delivery[MONTHS * FEEDS];
static char name[MONTHS * FEEDS][16], sha[MONTHS * FEEDS][65], path[MONTHS][16];
static char id[8][IDS][8];
static struct line line[MONTHS * FEEDS * EACH];

static uint64_t seed = 3;
static uint32_t draw(uint32_t below) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % below;
}

static void invent_deliveries(void) {
    for (int d = 0; d < MONTHS * FEEDS; d++) {
        int month = d / FEEDS;
        snprintf(name[d], sizeof name[d], "m%02d-%s", month, feeds[d % FEEDS]);
        snprintf(sha[d], sizeof sha[d], "%064d", d + 1);
        snprintf(path[month], sizeof path[month], "m%02d.arrow", month);
        delivery[d] = (struct hc_delivery){.name = name[d],
                                           .feed = feeds[d % FEEDS],
                                           .payer = "p",
                                           .program = "",
                                           .has_date = true,
                                           .date = 18000 + 30 * month,
                                           .sha256 = sha[d],
                                           .entries = 1,
                                           .entry = claims_entry};
    }
}

/* Few claims, sent in any month, often again; what is named comes before by number only. */
static size_t invent_lines(void) {
    static int met[8][IDS]; /* by type and claim: the last delivery that had it */
    static const char all[] = "ABDMRSPQ", *const days[] = {"2020-07-01", "2020-07-02"};
    size_t n = 0;
    for (int t = 0; t < 8; t++)
        for (int i = 0; i < IDS; i++)
            snprintf(id[t][i], sizeof id[t][i], "%d", i);
    for (int d = 0; d < MONTHS * FEEDS; d++)
        for (int record = 1; record <= EACH; record++) {
            const char *of = types[d % FEEDS];
            char type = of[draw((uint32_t)strlen(of))];
            /* P and Q are types of one number */
            size_t t = (size_t)(strchr(all, type == 'Q' ? 'P' : type) - all), i = draw(IDS);
            bool names = type == 'P' || type == 'Q';
            int adjustment = draw(4) == 0 ? 1 : 0;
            if (met[t][i] == d + 1)
                continue;
            met[t][i] = d + 1;
            line[n++] = (struct line){d + 1,
                                      record,
                                      type,
                                      id[t][i],
                                      1,
                                      adjustment,
                                      draw(2) ? "m1" : "m2",
                                      !names         ? id[t][i % 7]
                                      : draw(2) && i ? id[t][draw((uint32_t)i)]
                                                     : "",
                                      days[draw(2)],
                                      (int64_t)draw(3) * (adjustment ? -100 : 100),
                                      type == 'M' ? (int)draw(3) : 0};
        }
    return n;
}

static void write_stream(const char *to, const struct line *some, size_t lines, int first,
                         int months) {
    struct hc_origin origin = {.deliveries = (size_t)months * FEEDS,
                               .delivery = &delivery[first * FEEDS],
                               .feeds = 3,
                               .feed = claims_feed};
    struct hc_batch *b = claims_batch(some, lines);
    streams_write(to, b, &origin);
    hc_batch_free(b);
    hc_arena_free(&origin.arena);
}

static void write_months(size_t lines) {
    static struct line some[FEEDS * EACH];
    for (size_t at = 0, m = 0; m < MONTHS; m++) {
        size_t n = 0;
        for (; at < lines && (size_t)(line[at].delivery - 1) / FEEDS == m; at++) {
            some[n] = line[at];
            some[n++].delivery -= (int)m * FEEDS;
        }
        write_stream(path[m], some, n, (int)m, 1);
    }
}

static int dedupe(const char *out, const char *ledger, const char *more,
                  const char *const *inputs, size_t count) {
    const char *argv[MONTHS + 8] = {"hc-dedupe", "-o", out, "--ledger", ledger, more};
    for (size_t i = 0; i < count; i++)
        argv[6 + i] = inputs[i];
    return streams_run(argv);
}

static void try_order(const char *what, const char *more, const char *const *inputs) {
    tap_int(dedupe("f.arrow", "l.arrow", more, inputs, MONTHS), 0, what);
    tap_ok(streams_same("f.arrow", "final.arrow"), "the same bytes stand: %s",
           streams_text("err"));
    tap_ok(streams_same("l.arrow", "ledger.arrow"), "the same ledger");
}

static void same_rows(const char *one, const char *other) {
    struct claims_result a = {0}, b = {0};
    struct hc_batch *x = streams_read(one, HC_KIND_claim_line);
    struct hc_batch *y = streams_read(other, HC_KIND_claim_line);
    for (size_t row = 0; row < x->rows; row++)
        claims_show(&a, x, row);
    for (size_t row = 0; row < y->rows; row++)
        claims_show(&b, y, row);
    tap_ok(x->rows > 0 && hc_str_eq(hc_buf_str(&a.kept), hc_buf_str(&b.kept)),
           "what stands is what stood");
    claims_result_free(&a);
    claims_result_free(&b);
    hc_batch_free(x);
    hc_batch_free(y);
}

int main(void) {
    static const int until[] = {1, 17, 35};
    const char *order[MONTHS], *all = "all.arrow";
    streams_begin();
    invent_deliveries();
    size_t lines = invent_lines();
    write_stream(all, line, lines, 0, MONTHS);
    write_months(lines);
    tap_int(dedupe("final.arrow", "ledger.arrow", "-q", &all, 1), 0, "the union");
    struct hc_batch *aside = streams_read("ledger.arrow", HC_KIND_ledger);
    tap_ok(aside->rows > 500 && aside->rows < lines, "%zu of %zu lines are set aside",
           aside->rows, lines);
    hc_batch_free(aside);
    for (int i = 0; i < MONTHS; i++)
        order[i] = path[i];
    try_order("month by month", "-q", order);
    for (int i = 0; i < MONTHS; i++)
        order[i] = path[MONTHS - 1 - i];
    try_order("last month first", "-q", order);
    for (uint32_t i = MONTHS; i > 1; i--) {
        uint32_t k = draw(i);
        const char *swap = order[i - 1];
        order[i - 1] = order[k];
        order[k] = swap;
    }
    try_order("shuffled, with little memory", "--memory=1M", order);
    for (int i = 0; i < MONTHS; i++)
        order[i] = path[i];
    for (size_t i = 0; i < sizeof until / sizeof *until; i++) {
        char as_of[32], day[16];
        size_t at = (size_t)until[i];
        snprintf(as_of, sizeof as_of, "--as-of=%s",
                 hc_format_day(delivery[(at - 1) * FEEDS].date, day));
        tap_int(dedupe("then.arrow", "l.arrow", as_of, order, MONTHS), 0, as_of);
        tap_int(dedupe("f.arrow", "l.arrow", "-q", order, at), 0, "the months until then");
        same_rows("then.arrow", "f.arrow");
    }
    streams_end();
    return tap_done();
}
