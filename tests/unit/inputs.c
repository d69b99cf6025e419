#include <stdlib.h>
#include <unistd.h>

#include "../fill.h"
#include "../tap.h"
#include "record/inputs.h"

static char folder[] = "/tmp/hc-inputs-XXXXXX";

static const char *path_of(const char *name) {
    static char path[4][128];
    static unsigned turn;
    char *out = path[turn++ % 4];
    snprintf(out, sizeof path[0], "%s/%s", folder, name);
    return out;
}

static void must(enum hc_status status, const struct hc_err *err) {
    if (status != HC_OK) {
        printf("Bail out! status %d: %s: %s: %s\n", (int)status, err->file, err->field,
               err->what);
        exit(1);
    }
}

static const char *const entries[] = {"one", "two \"quoted\"\n"};
static const char *const match[] = {"facility_id", "member_id"};
static const struct hc_claim_rule rules[] = {
    {"institutional", "pair", 2, match, 1, match, 0, NULL, false, HC_DENIED_YIELD},
    {"pharmacy", "replay", 1, match, 1, match, 2, match, true, HC_DENIED_KEEP},
};
static const char *const cover[] = {"payer", "member_id"};
static struct hc_feed_rules feeds[] = {
    {.feed = "cclf", .rules = 2, .rule = rules, .covers = 2, .cover = cover},
    {.feed = "other", .rules = 1, .rule = rules}};

static struct hc_delivery delivery(const char *name, int day, const char *sha256) {
    return (struct hc_delivery){.name = name,
                                .feed = "cclf",
                                .payer = "medicare",
                                .program = "",
                                .has_date = day != 0,
                                .date = day,
                                .sha256 = sha256,
                                .entries = 2,
                                .entry = entries};
}

/* A stream of one payment per delivery; its amount says which delivery it is from. */
static void make(const char *path, struct hc_delivery *list, size_t count,
                 size_t rule_count, const int64_t *amount) {
    struct hc_origin origin = {
        .deliveries = count, .delivery = list, .feeds = rule_count, .feed = feeds};
    const struct hc_schema *schema = &hc_kinds[HC_KIND_payment];
    struct hc_err err = {0};
    struct hc_meta_pair pair[2] = {{HC_STR("hc.deliveries"), {0}},
                                   {HC_STR("hc.feeds"), {0}}};
    struct hc_meta meta = {2, pair};
    struct hc_writer *w;
    struct hc_batch *b;
    const char *text[2];
    must(hc_origin_write(&origin, &text[0], &text[1], &err), &err);
    pair[0].value = hc_str_of(text[0]);
    pair[1].value = hc_str_of(text[1]);
    must(hc_writer_open(&w, path, schema, &meta, "test", NULL, &err), &err);
    must(hc_batch_new(&b, schema, NULL, &err), &err);
    for (size_t i = 0; i < count; i++) {
        hc_batch_row(b);
        hc_set_i32(b, HC_payment_delivery, (int32_t)i + 1);
        hc_set_i64(b, HC_payment_amount, amount[i]);
    }
    must(hc_writer_write(w, b, &err), &err);
    must(hc_writer_commit(w, &err), &err);
    hc_writer_free(w);
    hc_batch_free(b);
    hc_arena_free(&origin.arena);
}

static void test_round_trip(void) {
    struct hc_delivery list[] = {delivery("a", 0, "00"), delivery("b", 18000, "11")};
    struct hc_reader *r;
    struct hc_origin origin;
    struct hc_err err = {0};
    make(path_of("a"), list, 2, 2, (int64_t[]){1, 2});
    must(hc_reader_open(&r, path_of("a"), NULL, &err), &err);
    must(hc_origin_read(&origin, hc_reader_meta(r), "a", &err), &err);
    tap_ok(origin.deliveries == 2 && !origin.delivery[0].has_date &&
               origin.delivery[1].has_date && origin.delivery[1].date == 18000 &&
               strcmp(origin.delivery[1].entry[1], entries[1]) == 0 &&
               strcmp(origin.delivery[0].sha256, "00") == 0,
           "deliveries come back as they were written");
    const struct hc_claim_rule *rule = hc_origin_rule(&origin, "cclf", "pharmacy");
    tap_ok(rule && rule->keep_repeats && rule->ids == 2 && rule->matches == 1 &&
               strcmp(rule->policy, "replay") == 0 &&
               strcmp(rule->match[0], match[0]) == 0 && rule->denied == HC_DENIED_KEEP &&
               hc_origin_rule(&origin, "cclf", "institutional")->denied == HC_DENIED_YIELD,
           "and rules");
    tap_ok(origin.feed[0].covers == 2 && strcmp(origin.feed[0].cover[1], cover[1]) == 0 &&
               origin.feed[1].covers == 0,
           "and by what coverage is told anew");
    tap_ok(!hc_origin_rule(&origin, "cclf", "dental"),
           "a rule that is not there is not found");
    hc_origin_free(&origin);
    hc_reader_free(r);
    struct hc_meta_pair pair = {HC_STR("hc.deliveries"), HC_STR("{\"a\": 1}")};
    struct hc_meta meta = {1, &pair};
    enum hc_status status = hc_origin_read(&origin, &meta, "x", &err);
    tap_ok(status == HC_EDATA && strcmp(err.file, "x") == 0, "broken metadata: %s",
           err.what);
    pair.value = HC_STR("[{\"name\":\"a\",\"date\":\"2020-02-30\"}]");
    status = hc_origin_read(&origin, &meta, "x", &err);
    tap_ok(status == HC_EDATA, "a broken date: %s", err.what);
}

/* The merged list and where each amount went, as text. */
static void merged(const char *const *paths, size_t count, char *out, size_t size) {
    struct hc_inputs *in;
    const struct hc_batch *b;
    struct hc_err err = {0};
    int64_t sum[8] = {0};
    enum hc_status status;
    must(hc_inputs_open(&in, paths, count, NULL, &err), &err);
    const struct hc_origin *origin = hc_inputs_origin(in);
    while ((status = hc_inputs_next(in, &b, &err)) == HC_OK)
        for (size_t row = 0; row < b->rows; row++)
            sum[hc_int32_of(b, HC_payment_delivery)[row]] +=
                hc_cents_of(b, HC_payment_amount)[row];
    if (status != HC_END)
        must(status, &err);
    size_t at = 0;
    for (size_t i = 0; i < origin->deliveries; i++)
        at += (size_t)snprintf(out + at, size - at, "%s=%d ", origin->delivery[i].name,
                               (int)sum[i + 1]);
    snprintf(out + at, size - at, "all=%d",
             (int)hc_inputs_totals(in)->sum[HC_payment_amount]);
    hc_inputs_free(in);
}

static void test_merge(void) {
    struct hc_delivery one[] = {delivery("m", 18010, "aa"), delivery("z", 18020, "bb")};
    struct hc_delivery two[] = {delivery("a", 18005, "cc"), delivery("z", 18020, "bb")};
    struct hc_delivery three[] = {delivery("b", 18015, "dd"), delivery("n", 18010, "ee")};
    char forth[256], back[256];
    make(path_of("a"), one, 2, 2, (int64_t[]){1, 2});
    make(path_of("b"), two, 2, 1, (int64_t[]){4, 8});
    make(path_of("c"), three, 2, 2, (int64_t[]){16, 32});
    const char *const there[] = {path_of("a"), path_of("b"), path_of("c")};
    const char *const and_back[] = {there[2], there[1], there[0]};
    merged(there, 3, forth, sizeof forth);
    merged(and_back, 3, back, sizeof back);
    tap_text(forth, "a=4 m=1 n=32 b=16 z=10 all=63", "deliveries by date and name");
    tap_text(back, forth, "whatever the order of the inputs");
}

static void test_conflicts(void) {
    struct hc_delivery one[] = {delivery("m", 18010, "aa")};
    struct hc_delivery two[] = {delivery("m", 18010, "bb")};
    struct hc_inputs *in;
    struct hc_err err = {0};
    const char *const paths[] = {path_of("a"), path_of("b")};
    make(paths[0], one, 1, 2, (int64_t[]){1});
    make(paths[1], two, 1, 2, (int64_t[]){1});
    enum hc_status status = hc_inputs_open(&in, paths, 2, NULL, &err);
    tap_ok(status == HC_EDATA && err.hint[0], "one name, two contents: %s", err.what);
    struct hc_claim_rule other = rules[1];
    other.policy = "version";
    feeds[1].rule = &other;
    make(paths[1], one, 1, 2, (int64_t[]){1});
    status = hc_inputs_open(&in, paths, 2, NULL, &err);
    tap_ok(status == HC_EDATA && strstr(err.what, "rules"), "one feed, two rules: %s",
           err.what);
    feeds[1].rule = rules;
}

/* What only one input has is null in the other; what is unknown is passed on. */
static void test_columns(void) {
    const struct hc_schema *payment = &hc_kinds[HC_KIND_payment];
    struct hc_field field[HC_payment_fields + 1];
    struct hc_schema wider = *payment;
    bool has[HC_payment_fields + 1] = {
        [HC_payment_amount] = true, [HC_payment_fields] = true};
    bool narrow[HC_payment_fields] = {[HC_payment_payer] = true};
    uint64_t seed = 3;
    struct hc_err err = {0};
    const char *const paths[] = {path_of("a"), path_of("b")};
    memcpy(field, payment->field, sizeof *field * payment->fields);
    field[payment->fields] = (struct hc_field){"bonus", HC_TYPE_cents, HC_SUM, NULL, ""};
    wider.field = field;
    wider.fields++;
    for (int i = 0; i < 2; i++) {
        const struct hc_schema *schema = i ? &wider : payment;
        struct hc_writer_options options = {.has = i ? has : narrow};
        struct hc_writer *w;
        struct hc_batch *b;
        must(hc_writer_open(&w, paths[i], schema, NULL, "test", &options, &err), &err);
        must(hc_batch_new(&b, schema, options.has, &err), &err);
        fill_rows(b, 20, 0, &seed);
        must(hc_writer_write(w, b, &err), &err);
        must(hc_writer_commit(w, &err), &err);
        hc_writer_free(w);
        hc_batch_free(b);
    }
    struct hc_inputs *in;
    struct hc_writer *out;
    const struct hc_batch *b;
    enum hc_status status;
    size_t nulls[3] = {0}, rows = 0;
    must(hc_inputs_open(&in, paths, 2, NULL, &err), &err);
    must(hc_writer_open_like(&out, path_of("c"), in, NULL, "test", NULL, &err), &err);
    while ((status = hc_inputs_next(in, &b, &err)) == HC_OK) {
        rows += b->rows;
        for (size_t row = 0; row < b->rows; row++) {
            nulls[0] += hc_is_null(b, HC_payment_payer, row);
            nulls[1] += hc_is_null(b, HC_payment_amount, row);
            nulls[2] += hc_is_null(b, payment->fields, row);
        }
        must(hc_writer_write(out, (struct hc_batch *)(uintptr_t)b, &err), &err);
    }
    tap_ok(status == HC_END && rows == 40 && nulls[0] == 20 && nulls[1] == 20 &&
               nulls[2] == 20,
           "missing columns read as null: %zu %zu %zu of %zu", nulls[0], nulls[1], nulls[2],
           rows);
    must(hc_writer_commit(out, &err), &err);
    hc_inputs_free(in);
    hc_writer_free(out);
    struct hc_reader *r;
    must(hc_reader_open(&r, path_of("c"), NULL, &err), &err);
    tap_ok(hc_reader_has(r, HC_payment_payer) && hc_reader_has(r, HC_payment_amount) &&
               !hc_reader_has(r, HC_payment_month) &&
               hc_schema_find(hc_reader_schema(r), HC_STR("bonus")) == (int)payment->fields,
           "and what was read can be written, columns of both");
    hc_reader_free(r);
}

int main(void) {
    if (!mkdtemp(folder)) {
        printf("Bail out! no folder\n");
        return 1;
    }
    test_round_trip();
    test_merge();
    test_conflicts();
    test_columns();
    for (char name[2] = "a"; name[0] <= 'c'; name[0]++)
        unlink(path_of(name));
    rmdir(folder);
    return tap_done();
}
