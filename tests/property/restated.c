/* Coverage that a newer delivery tells anew, against a model that compares every two rows:
 * a year of deliveries, two of them of one day, of four feeds (by span, by list, without
 * rule, without dates), whole, month by month, in any order and with little memory. */
#include "../streams.h"

enum { DAYS = 12, FEEDS = 4, EACH = 60, ROWS = DAYS * FEEDS * EACH };
static const char *const span[] = {"payer", "member_id", "product", "start_date"};
static const char *const list[] = {"payer"};
static const char *const entry[] = {"members"};
static const char *const name_of[FEEDS] = {"by-span", "lists", "plain", "undated"};
static struct hc_feed_rules rules[FEEDS] = {
    {.feed = "by-span", .covers = 4, .cover = span},
    {.feed = "lists", .covers = 1, .cover = list},
    {.feed = "plain"},
    {.feed = "undated", .covers = 4, .cover = span},
};
static struct hc_delivery delivery[DAYS * FEEDS];
static char name[DAYS * FEEDS][16], sha[DAYS * FEEDS][65], path[DAYS][16];

static struct row {
    int delivery, record;
    char member[4], product[4];
    int start, end; /* 0: null */
} row[ROWS];

static uint64_t seed = 11;
static uint32_t draw(uint32_t below) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % below;
}

/* Numbered by day, then name, those without a date first. */
static void invent(void) {
    for (int d = 0, n = 0; d < DAYS * FEEDS; d++) {
        int feed = d < DAYS ? 3 : (d - DAYS) % 3, day = d < DAYS ? d : (d - DAYS) / 3;
        snprintf(name[d], sizeof name[d], "%02d%c", day, 'a' + feed);
        snprintf(sha[d], sizeof sha[d], "%064d", d + 1);
        delivery[d] = (struct hc_delivery){.name = name[d],
                                           .feed = name_of[feed],
                                           .payer = "p",
                                           .program = "",
                                           .has_date = feed != 3,
                                           /* the fourth and fifth are of one day */
                                           .date = 18000 + 30 * (day == 4 ? 3 : day),
                                           .sha256 = sha[d],
                                           .entries = 1,
                                           .entry = entry};
        for (int i = 0; i < EACH; i++, n++) {
            row[n] = (struct row){.delivery = d + 1, .record = i + 1};
            snprintf(row[n].member, sizeof row[n].member, "%u", draw(15));
            snprintf(row[n].product, sizeof row[n].product, "%s", draw(3) ? "HM" : "");
            row[n].start = draw(9) ? 17900 + 31 * (int)draw(4) : 0;
            row[n].end = draw(2) ? 18400 + (int)draw(200) : 0;
        }
    }
}

static bool same_key(const struct row *a, const struct row *b, const char *feed) {
    if (strcmp(feed, "lists") == 0)
        return true;
    return strcmp(a->member, b->member) == 0 && strcmp(a->product, b->product) == 0 &&
           a->start == b->start;
}
static int64_t day_of(const struct row *r) {
    const struct hc_delivery *d = &delivery[r->delivery - 1];
    return d->has_date ? d->date : r->delivery - 1000;
}
static bool stands(const struct row *r) {
    const char *feed = delivery[r->delivery - 1].feed;
    for (const struct row *o = row; o < row + ROWS; o++)
        if (strcmp(feed, "plain") != 0 &&
            strcmp(delivery[o->delivery - 1].feed, feed) == 0 && day_of(o) > day_of(r) &&
            same_key(o, r, feed))
            return false;
    return true;
}

/* Deliveries that only() takes. */
static void write_stream(const char *to, int month) {
    int number[DAYS * FEEDS + 1] = {0};
    struct hc_delivery some[DAYS * FEEDS];
    struct hc_origin origin = {.delivery = some, .feeds = FEEDS, .feed = rules};
    struct hc_err err = {0};
    struct hc_batch *b;
    for (int d = 0; d < DAYS * FEEDS; d++)
        if (month < 0 || (d < DAYS ? d : (d - DAYS) / 3) == month) {
            some[origin.deliveries++] = delivery[d];
            number[d + 1] = (int)origin.deliveries;
        }
    streams_must(hc_batch_new(&b, &hc_kinds[HC_KIND_coverage], NULL, &err), &err);
    for (const struct row *r = row; r < row + ROWS; r++) {
        if (!number[r->delivery])
            continue;
        hc_batch_row(b);
        hc_set_str(b, HC_coverage_payer, HC_STR("p"));
        hc_set_str(b, HC_coverage_member_id, hc_str_of(r->member));
        if (*r->product)
            hc_set_str(b, HC_coverage_product, hc_str_of(r->product));
        if (r->start)
            hc_set_i32(b, HC_coverage_start_date, r->start);
        if (r->end)
            hc_set_i32(b, HC_coverage_end_date, r->end);
        hc_set_i32(b, HC_coverage_delivery, number[r->delivery]);
        hc_set_i32(b, HC_coverage_source_entry, 1);
        hc_set_i64(b, HC_coverage_source_record, r->record);
    }
    streams_must(hc_batch_seal(b, &err), &err);
    streams_write(to, b, &origin);
    hc_batch_free(b);
    hc_arena_free(&origin.arena);
}

static int identify(const char *out, const char *more, const char *const *inputs,
                    size_t count) {
    const char *argv[DAYS + 8] = {"hc-identify", "-o", out, "--accounts", "books", more};
    for (size_t i = 0; i < count; i++)
        argv[6 + i] = inputs[i];
    return streams_run(argv);
}

int main(void) {
    const char *order[DAYS], *all = "all.arrow";
    char want[64];
    size_t at = 0, gone = 0, wrong = 0;
    streams_begin();
    invent();
    write_stream(all, -1);
    tap_int(identify("out.arrow", "-q", &all, 1), 0, "all of it");
    struct hc_batch *b = streams_read("out.arrow", HC_KIND_coverage);
    for (const struct row *r = row; r < row + ROWS; r++) {
        if (!stands(r)) {
            gone++;
            continue;
        }
        wrong += at >= b->rows ||
                 hc_int_at(b, HC_coverage_delivery, at, 0) != r->delivery ||
                 hc_int_at(b, HC_coverage_source_record, at, 0) != r->record;
        at++;
    }
    tap_ok(!wrong && at == b->rows && gone > ROWS / 4 && at > ROWS / 4,
           "%zu rows stand, %zu are told anew, %zu not as in the model", at, gone, wrong);
    hc_batch_free(b);
    snprintf(want, sizeof want, "\"rows\": %zu", gone);
    const char *told = strstr(streams_text("books"), "told_anew");
    tap_ok(told && strstr(told, want), "the books: %s", want);
    for (int m = 0; m < DAYS; m++) {
        snprintf(path[m], sizeof path[m], "m%02d.arrow", m);
        write_stream(path[m], m);
        order[DAYS - 1 - m] = path[m];
    }
    tap_int(identify("back.arrow", "-v", order, DAYS), 0, "last month first");
    tap_ok(streams_same("back.arrow", "out.arrow"), "the same bytes");
    tap_ok(strstr(streams_text("err"), "feed undated: which delivery tells") != NULL,
           "names stand in for dates, and that is told: %s", streams_text("err"));
    for (uint32_t i = DAYS; i > 1; i--) {
        uint32_t k = draw(i);
        const char *swap = order[i - 1];
        order[i - 1] = order[k];
        order[k] = swap;
    }
    tap_int(identify("mixed.arrow", "--memory=1M", order, DAYS), 0, "shuffled");
    tap_ok(streams_same("mixed.arrow", "out.arrow"), "the same bytes");
    all = "out.arrow";
    tap_int(identify("again.arrow", "-q", &all, 1), 0, "once more");
    tap_ok(streams_same("again.arrow", "out.arrow"), "changes nothing");
    streams_end();
    return tap_done();
}
