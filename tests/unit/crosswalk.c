/* Chains of any length, numbers that map to themselves, circles, and who overrules whom. */
#include "rule/crosswalk.h"
#include "rule/people.h"

#include "../tap.h"

static struct hc_batch *batch;
static struct hc_crosswalk *walk;
static struct hc_err err;

static void begin(void) {
    err = (struct hc_err){0};
    if (hc_crosswalk_new(&walk, &err) != HC_OK ||
        hc_batch_new(&batch, &hc_kinds[HC_KIND_crosswalk], NULL, &err) != HC_OK)
        tap_ok(false, "out of memory");
}
static void add(const char *payer, const char *previous, const char *current,
                int delivery) {
    hc_batch_row(batch);
    hc_set_str(batch, HC_crosswalk_payer, hc_str_of(payer));
    hc_set_str(batch, HC_crosswalk_previous_id, hc_str_of(previous));
    hc_set_str(batch, HC_crosswalk_current_id, hc_str_of(current));
    hc_set_i32(batch, HC_crosswalk_delivery, delivery);
}
static enum hc_status resolve(void) {
    enum hc_status status = hc_batch_seal(batch, &err);
    if (status == HC_OK)
        status = hc_crosswalk_add(walk, batch, &err);
    return status == HC_OK ? hc_crosswalk_resolve(walk, &err) : status;
}
static void is(const char *payer, const char *id, const char *want) {
    struct hc_str now = hc_crosswalk_current(walk, hc_str_of(payer), hc_str_of(id));
    tap_ok(hc_str_is(now, want), "%s of %s is now %.*s", id, payer, (int)now.len, now.ptr);
}
static void end(void) {
    hc_crosswalk_free(walk);
    hc_batch_free(batch);
}

int main(void) {
    struct hc_crosswalk_counts counts;
    begin();
    add("medicare", "B", "C", 1);
    add("medicare", "A", "B", 1);
    add("medicare", "C", "D", 2);
    add("medicare", "S", "S", 1);
    add("medicare", "", "X", 1);
    add("medicare", "A", "B", 2);
    add("other", "A", "Q", 1);
    tap_int(resolve(), HC_OK, "chains of several links resolve");
    is("medicare", "A", "D");
    is("medicare", "B", "D");
    is("medicare", "C", "D");
    is("medicare", "D", "D");
    is("medicare", "S", "S");
    is("medicare", "unknown", "unknown");
    is("other", "A", "Q");
    is("third", "A", "A");
    hc_crosswalk_counts(walk, &counts);
    tap_int(counts.records, 7, "records");
    tap_int(counts.self, 1, "numbers that map to themselves are no links");
    tap_int(counts.blank, 1, "blank ones neither");
    tap_int(counts.repeated, 1, "said twice");
    tap_int(counts.links, 4, "links");
    tap_int(counts.longest, 3, "longest chain");
    end();

    for (int order = 0; order < 2; order++) {
        begin();
        add("p", "A", order ? "B" : "C", order ? 1 : 2);
        add("p", "A", order ? "C" : "B", order ? 2 : 1);
        tap_int(resolve(), HC_OK, "two successors");
        is("p", "A", "C"); /* the newer delivery's, in any order */
        end();
    }

    begin();
    add("p", "1EG4-TE5-MK73", "2EG4-TE5-MK73", 1);
    add("p", "2EG4-TE5-MK73", "3EG4-TE5-MK73", 1);
    add("p", "3EG4-TE5-MK73", "1EG4-TE5-MK73", 1);
    add("p", "0", "1EG4-TE5-MK73", 1);
    tap_int(resolve(), HC_EDATA, "a circle is refused");
    tap_ok(strstr(err.what, "circle of 3 numbers") && strstr(err.what, "9AA9-AA9-AA99") &&
               !strstr(err.what, "EG4"),
           "by length and shape: %s", err.what);
    end();

    begin();
    char previous[16], current[16];
    for (int i = 0; i < 100000; i++) {
        snprintf(previous, sizeof previous, "%d", (i * 7919) % 100003);
        snprintf(current, sizeof current, "%d", ((i + 1) * 7919) % 100003);
        add("p", previous, current, 1);
    }
    tap_int(resolve(), HC_OK, "a chain of 100,000 links");
    is("p", "0", current);
    hc_crosswalk_counts(walk, &counts);
    tap_int(counts.longest, 100000, "its length");
    end();
    return tap_done();
}
