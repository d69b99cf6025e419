/* hc-dedupe as a whole: streams in, what stands and the ledger out, the books beside them.
 */
#include "../claims.h"
#include "../streams.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))
static const struct line first[] = {
    {1, 1, 'A', "222", 1, 0, "OLD1", "k", "2020-07-30", 10000, 0},
    {1, 2, 'A', "358", 1, 1, "OLD1", "k", "2020-08-01", -10000, 0},
    {1, 3, 'B', "7", 1, 0, "MID1", "c", "2020-08-01", 500, 0},
};
static const struct line second[] = {
    {2, 1, 'A', "131", 1, 2, "MID1", "k", "2020-08-01", 10000, 0},
    {2, 2, 'A', "111", 1, 1, "NEW1", "k", "2020-08-07", -10000, 0},
    {2, 3, 'A', "333", 1, 2, "NEW1", "k", "2020-08-07", 10000, 0},
    {2, 4, 'B', "7", 1, 0, "NEW1", "c", "2020-08-01", 500, 0},
    {2, 5, 'B', "8", 1, 1, "X", "d", "2020-08-01", -300, 0},
    {2, 6, 'B', "9", 1, 0, "Y", "e", "2020-08-01", 1000, 0},
    {2, 7, 'B', "10", 1, 1, "Y", "e", "2020-08-02", -900, 0},
};

static void write_claims(const char *path, const struct line *line, size_t lines) {
    struct hc_batch *b = claims_batch(line, lines);
    streams_write(path, b, &claims_origin);
    hc_batch_free(b);
}

static void write_crosswalk(const char *path, const char *const link[][2], size_t links) {
    struct hc_batch *b = NULL;
    struct hc_err err = {0};
    streams_must(hc_batch_new(&b, &hc_kinds[HC_KIND_crosswalk], NULL, &err), &err);
    for (size_t i = 0; i < links; i++) {
        hc_batch_row(b);
        hc_set_str(b, HC_crosswalk_payer, HC_STR("p"));
        hc_set_str(b, HC_crosswalk_previous_id, hc_str_of(link[i][0]));
        hc_set_str(b, HC_crosswalk_current_id, hc_str_of(link[i][1]));
        hc_set_i32(b, HC_crosswalk_delivery, 1);
    }
    streams_must(hc_batch_seal(b, &err), &err);
    streams_write(path, b, &claims_origin);
    hc_batch_free(b);
}

static void write_members(const char *path) {
    struct hc_batch *b = NULL;
    struct hc_err err = {0};
    streams_must(hc_batch_new(&b, &hc_kinds[HC_KIND_member], NULL, &err), &err);
    hc_batch_row(b);
    hc_set_str(b, HC_member_payer, HC_STR("p"));
    hc_set_str(b, HC_member_member_id, HC_STR("NEW1"));
    hc_set_i64(b, HC_member_person_id, 9);
    hc_set_i64(b, HC_member_merged_into, 4);
    streams_must(hc_batch_seal(b, &err), &err);
    streams_write(path, b, NULL);
    hc_batch_free(b);
}

static void show(const char *path, const char *want) {
    struct claims_result r = {0};
    struct hc_batch *b = streams_read(path, HC_KIND_claim_line);
    for (size_t row = 0; row < b->rows; row++) {
        struct hc_str member = hc_str_at(b, HC_claim_line_member_id, row);
        hc_buf_printf(&r.kept, "%.*s=%d ", (int)member.len, member.ptr,
                      (int)hc_int_at(b, HC_claim_line_person_id, row, 0));
        claims_show(&r, b, row);
    }
    tap_text(hc_buf_text(&r.kept), want, path);
    claims_result_free(&r);
    hc_batch_free(b);
}

static void same_rows(const char *path, const char *other) {
    struct claims_result a = {0}, b = {0};
    struct hc_batch *x = streams_read(path, HC_KIND_claim_line);
    struct hc_batch *y = streams_read(other, HC_KIND_claim_line);
    for (size_t row = 0; row < x->rows; row++)
        claims_show(&a, x, row);
    for (size_t row = 0; row < y->rows; row++)
        claims_show(&b, y, row);
    tap_ok(a.kept.len > 0, "something stands");
    tap_text(hc_buf_text(&a.kept), hc_buf_text(&b.kept), "the same stands");
    claims_result_free(&a);
    claims_result_free(&b);
    hc_batch_free(x);
    hc_batch_free(y);
}

int main(void) {
    static const char *const links[][2] = {{"MID1", "NEW1"}, {"OLD1", "MID1"}, {"Z", "Z"}};
    static const char *const circle[][2] = {{"MID1", "NEW1"}, {"NEW1", "MID1"}};
    streams_begin();
    write_claims("a.arrow", first, COUNT(first));
    write_claims("b.arrow", second, COUNT(second));
    write_crosswalk("x.arrow", links, COUNT(links));
    write_crosswalk("circle.arrow", circle, COUNT(circle));
    write_members("m.arrow");
    tap_int(RUN("hc-dedupe", "--crosswalk=x.arrow", "--members=m.arrow", "--ledger=l.arrow",
                "-o", "final.arrow", "--accounts=books.json", "-v", "a.arrow", "b.arrow"),
            0, "two deliveries and a crosswalk");
    tap_ok(strstr(streams_text("err"), "10 claim_line in") != NULL, "-v: %s",
           streams_text("err"));
    show("final.arrow", "NEW1=4 333/1 10000; NEW1=4 7/1 500; X=0 8/1 -300 unmatched; "
                        "Y=0 10/1 100 residual; ");
    tap_ok(strstr(streams_text("books.json"), "\"balanced\": true") != NULL,
           "the books balance");
    tap_ok(strstr(streams_text("books.json"), "crosswalk_self") != NULL,
           "numbers that map to themselves are counted");
    tap_int(RUN("hc-dedupe", "--crosswalk=x.arrow", "--members=m.arrow",
                "--ledger=l2.arrow", "-o", "final2.arrow", "--memory=1M", "b.arrow",
                "a.arrow"),
            0, "in another order, with little memory");
    tap_ok(streams_same("final.arrow", "final2.arrow"), "the same bytes stand");
    tap_ok(streams_same("l.arrow", "l2.arrow"), "the same ledger");
    tap_int(RUN("hc-dedupe", "-o", "twice.arrow", "--members=m.arrow", "final.arrow"), 0,
            "again");
    tap_ok(streams_same("final.arrow", "twice.arrow"), "deduped twice is deduped once");
    tap_int(RUN("hc-dedupe", "--crosswalk=circle.arrow", "-o", "none.arrow", "a.arrow"), 65,
            "a circle in the crosswalk");
    tap_ok(strstr(streams_text("err"), "circle of 2 numbers") &&
               !strstr(streams_text("err"), "MID1"),
           "told by shape: %s", streams_text("err"));
    tap_int(RUN("hc-dedupe", "-o", "none.arrow", "a.arrow", "a.arrow"), 65,
            "one stream twice");
    tap_ok(strstr(streams_text("err"), "a.arrow") != NULL, "is told: %s",
           streams_text("err"));
    tap_int(RUN("hc-dedupe", "-o", "none.arrow", "missing.arrow"), 66,
            "an input is missing");
    tap_int(RUN("hc-dedupe", "--crosswalk=x.arrow", "--as-of=2020-08-27",
                "--ledger=l3.arrow", "-o", "then.arrow", "--accounts=then.json", "a.arrow",
                "b.arrow"),
            0, "as of the first delivery's day");
    tap_int(RUN("hc-dedupe", "--crosswalk=x.arrow", "-o", "alone.arrow", "a.arrow"), 0,
            "the first delivery alone");
    same_rows("then.arrow", "alone.arrow");
    tap_ok(strstr(streams_text("then.json"), "\"not_yet_known\"") != NULL,
           "the books say what was left out");
    tap_int(RUN("hc-dedupe", "--as-of=2020-13-01", "a.arrow"), 64, "no such day");
    tap_int(RUN("hc-dedupe", "-o", "none.arrow", "x.arrow"), 65, "another kind of record");
    tap_ok(access("none.arrow", F_OK) != 0, "nothing was published");
    tap_int(RUN("hc-dedupe", "--dry-run=json", "--crosswalk=x.arrow", "-o", "f",
                "missing.arrow"),
            0, "--dry-run reads no data");
    tap_ok(strstr(streams_text("out"), "\"kind\": \"crosswalk\"") != NULL,
           "and says what it would");
    streams_end();
    return tap_done();
}
