/* hc-identify as a whole, and the map in the hands of hc-dedupe. */
#include "../streams.h"

static struct hc_batch *b;
static struct hc_err err;

static void add(int delivery, int record, const char *payer, const char *member,
                const char *key) {
    struct hc_str keys[1] = {hc_str_of(key)};
    hc_batch_row(b);
    hc_set_str(b, HC_coverage_payer, hc_str_of(payer));
    hc_set_str(b, HC_coverage_member_id, hc_str_of(member));
    hc_set_list(b, HC_coverage_identity_keys, keys, *key ? 1 : 0);
    hc_set_i32(b, HC_coverage_start_date, 18262); /* 2020-01-01 */
    hc_set_i32(b, HC_coverage_delivery, delivery);
    hc_set_i32(b, HC_coverage_source_entry, 1);
    hc_set_i64(b, HC_coverage_source_record, record);
}
static void begin(enum hc_kind kind) {
    streams_must(hc_batch_new(&b, &hc_kinds[kind], NULL, &err), &err);
}
static void end(const char *path) {
    static const char *const entry[] = {"members"};
    static struct hc_delivery delivery[] = {{.name = "one",
                                             .feed = "f",
                                             .payer = "p",
                                             .program = "",
                                             .sha256 = "00",
                                             .entries = 1,
                                             .entry = entry}};
    static struct hc_origin origin = {.deliveries = 1, .delivery = delivery};
    streams_must(hc_batch_seal(b, &err), &err);
    streams_write(path, b, &origin);
    hc_batch_free(b);
}

static void show(const char *path, const char *want) {
    struct hc_buf text = {0};
    struct hc_batch *in = streams_read(path, HC_KIND_coverage);
    for (size_t row = 0; row < in->rows; row++) {
        struct hc_str member = hc_str_at(in, HC_coverage_member_id, row);
        hc_buf_printf(&text, "%.*s=%d ", (int)member.len, member.ptr,
                      (int)hc_int_at(in, HC_coverage_person_id, row, 0));
    }
    tap_text(hc_buf_text(&text), want, path);
    hc_buf_free(&text);
    hc_batch_free(in);
}

int main(void) {
    streams_begin();
    begin(HC_KIND_coverage);
    add(1, 1, "medicare", "OLD", "mbi:aa");
    add(1, 2, "medicare", "NEW", "mbi:bb");
    add(1, 3, "bcbs", "B1", "mbi:bb");
    end("a.arrow");
    begin(HC_KIND_coverage);
    add(1, 4, "bcbs", "B2", "");
    add(1, 5, "bcbs", "", "");
    end("b.arrow");
    begin(HC_KIND_crosswalk);
    hc_batch_row(b);
    hc_set_str(b, HC_crosswalk_payer, HC_STR("medicare"));
    hc_set_str(b, HC_crosswalk_previous_id, HC_STR("OLD"));
    hc_set_str(b, HC_crosswalk_current_id, HC_STR("NEW"));
    end("x.arrow");

    tap_int(RUN("hc-identify", "--rules=identity", "--crosswalk=x.arrow",
                "--members=m.arrow", "-o", "c.arrow", "--accounts=books.json", "-v",
                "a.arrow", "b.arrow"),
            0, "coverage of two payers");
    tap_ok(strstr(streams_text("err"), "3 members are 2 persons") != NULL, "%s",
           streams_text("err"));
    show("c.arrow", "NEW=1 NEW=1 B1=1 B2=2 =0 ");
    tap_ok(strstr(streams_text("books.json"), "\"balanced\": true") != NULL,
           "the books balance");
    tap_int(RUN("hc-identify", "--crosswalk=x.arrow", "--members=m2.arrow", "-o",
                "c2.arrow", "--memory=1M", "b.arrow", "a.arrow"),
            0, "in another order");
    tap_ok(streams_same("c.arrow", "c2.arrow") && streams_same("m.arrow", "m2.arrow"),
           "the same bytes");
    tap_int(RUN("hc-identify", "--previous=m.arrow", "--members=m3.arrow", "-o", "c3.arrow",
                "--crosswalk=x.arrow", "a.arrow"),
            0, "next month");
    show("c3.arrow", "NEW=1 NEW=1 B1=1 ");
    struct hc_batch *map = streams_read("m3.arrow", HC_KIND_member);
    tap_int((int64_t)map->rows, 3, "who is not covered any more stays in the map");
    hc_batch_free(map);
    begin(HC_KIND_coverage);
    add(1, 6, "medicare", "NEW", "mbi:bb");
    add(1, 7, "bcbs", "B1", "mbi:cc");
    add(1, 8, "bcbs", "B2", "mbi:bb");
    end("d.arrow");
    tap_int(RUN("hc-identify", "--previous=m.arrow", "--members=m4.arrow",
                "--changes=ch.arrow", "-o", "c4.arrow", "d.arrow"),
            0, "B2 is who NEW is, B1 is not");
    show("c4.arrow", "NEW=2 B1=1 B2=2 ");
    struct hc_batch *ch = streams_read("ch.arrow", HC_KIND_change);
    tap_ok(ch->rows == 1 && hc_str_is(hc_str_at(ch, HC_change_change, 0), "moved") &&
               hc_str_is(hc_str_at(ch, HC_change_member_id, 0), "NEW") &&
               hc_str_is(hc_str_at(ch, HC_change_rung, 0), "mbi") &&
               hc_int_at(ch, HC_change_previous_person_id, 0, 0) == 1 &&
               hc_int_at(ch, HC_change_person_id, 0, 0) == 2,
           "NEW moved from 1 to 2 by its MBI: %d changes", (int)ch->rows);
    tap_ok(strstr(streams_text("err"), "1 members moved") != NULL, "that is told: %s",
           streams_text("err"));
    hc_batch_free(ch);
    tap_int(RUN("hc-identify", "--rules=identty", "a.arrow"), 66, "no such ladder");
    FILE *f = fopen("bad.yaml", "w");
    if (f) {
        fputs("name: x\nrungs:\n  - {name: a, difer: [b]}\n  - {name: a, differ: [c]}\n",
              f);
        fclose(f);
    }
    tap_int(RUN("hc-identify", "--rules=bad.yaml", "a.arrow"), 78, "a ladder with faults");
    tap_ok(strstr(streams_text("err"), "bad.yaml:3:") &&
               strstr(streams_text("err"), "bad.yaml:4:"),
           "all at once: %s", "two lines");
    tap_int(RUN("hc-identify", "--dry-run=json", "none.arrow"), 0,
            "--dry-run reads no data");
    streams_end();
    return tap_done();
}
