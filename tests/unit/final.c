/* The worked examples of the CCLF Information Packet v38 (5.1.3, 5.3.2) and one case for
 * each rule of every policy. */
#include "../claims.h"

#define ROWS(...)                                                                          \
    (const struct line[]){__VA_ARGS__},                                                    \
        sizeof((const struct line[]){__VA_ARGS__}) / sizeof(struct line)
static const struct {
    const char *name;
    const struct line *line;
    size_t lines;
    const char *kept;
    const char *ledger;
} cases[] = {
    {"vector 1: what is left is 4, 7 and, by the tie rule, 5",
     ROWS({1, 1, 'A', "1", 1, 0, "m", "654321", "2020-07-20", 20000, 0},
          {1, 2, 'A', "2", 1, 2, "m", "654321", "2020-09-20", 0, 0},
          {1, 3, 'A', "3", 1, 1, "m", "654321", "2020-08-07", -20000, 0},
          {1, 4, 'A', "4", 1, 2, "m", "654321", "2020-09-20", 21000, 0},
          {1, 5, 'A', "5", 1, 2, "m", "654321", "2020-08-07", 0, 0},
          {1, 6, 'A', "6", 1, 1, "m", "654321", "2020-10-07", 0, 0},
          {1, 7, 'A', "7", 1, 0, "m", "654399", "2020-07-21", 5000, 0}),
     "4/1 21000; 5/1 0; 7/1 5000; ",
     "1 pair same_amounts 1/1 20000<3; 1 pair same_amounts 3/1 -20000<1; "
     "2 pair same_amounts 2/1 0<6; 2 pair same_amounts 6/1 0<2; "},
    {"vector 2: a cancellation takes the claim with its lines and amounts",
     ROWS({1, 1, 'B', "1", 1, 1, "m", "7", "2020-02-01", -38000, 0},
          {1, 2, 'B', "1", 2, 1, "m", "7", "2020-02-01", -22700, 0},
          {1, 3, 'B', "1", 3, 1, "m", "7", "2020-02-01", 0, 0},
          {1, 4, 'B', "2", 1, 0, "m", "7", "2020-02-01", 38000, 0},
          {1, 5, 'B', "2", 2, 0, "m", "7", "2020-02-01", 22700, 0},
          {1, 6, 'B', "2", 3, 0, "m", "7", "2020-02-01", 10000, 0},
          {1, 7, 'B', "3", 1, 0, "m", "7", "2020-01-01", 38000, 0},
          {1, 8, 'B', "3", 2, 0, "m", "7", "2020-01-01", 22700, 0},
          {1, 9, 'B', "3", 3, 0, "m", "7", "2020-01-01", 0, 0}),
     "2/1 38000; 2/2 22700; 2/3 10000; ",
     "1 pair same_amounts 1/1 -38000<3; 1 pair same_amounts 1/2 -22700<3; "
     "1 pair same_amounts 1/3 0<3; 1 pair same_amounts 3/1 38000<1; "
     "1 pair same_amounts 3/2 22700<1; 1 pair same_amounts 3/3 0<1; "},
    {"vector 3: a replacement is not cancelled by what made room for it",
     ROWS({1, 1, 'A', "222", 1, 0, "m", "k", "2020-07-30", 100, 0},
          {1, 2, 'A', "358", 1, 1, "m", "k", "2020-08-01", -100, 0},
          {1, 3, 'A', "131", 1, 2, "m", "k", "2020-08-01", 100, 0},
          {1, 4, 'A', "111", 1, 1, "m", "k", "2020-08-07", -100, 0},
          {1, 5, 'A', "333", 1, 2, "m", "k", "2020-08-07", 100, 0}),
     "333/1 100; ",
     "1 pair same_amounts 222/1 100<358; 1 pair same_amounts 358/1 -100<222; "
     "2 pair same_amounts 131/1 100<111; 2 pair same_amounts 111/1 -100<131; "},
    {"vector 4: two originals and no cancellation both stand",
     ROWS({1, 1, 'A', "1", 1, 0, "m", "k", "2020-07-30", 100, 0},
          {1, 2, 'A', "2", 1, 0, "m", "k", "2020-08-30", 100, 0}),
     "1/1 100; 2/1 100; ", ""},
    {"vector 5: three originals and two cancellations leave one",
     ROWS({1, 1, 'B', "1", 1, 0, "m", "k", "2020-07-01", 100, 0},
          {1, 2, 'B', "2", 1, 1, "m", "k", "2020-07-02", -100, 0},
          {1, 3, 'B', "3", 1, 0, "m", "k", "2020-07-02", 100, 0},
          {1, 4, 'B', "4", 1, 1, "m", "k", "2020-07-03", -100, 0},
          {1, 5, 'B', "5", 1, 0, "m", "k", "2020-07-03", 100, 0}),
     "5/1 100; ",
     "1 pair same_amounts 1/1 100<2; 1 pair same_amounts 2/1 -100<1; "
     "2 pair same_amounts 3/1 100<4; 2 pair same_amounts 4/1 -100<3; "},
    {"the cancellation may come weeks before what it cancels",
     ROWS({1, 1, 'A', "1", 1, 1, "m", "k", "2020-07-01", -100, 0},
          {1, 2, 'A', "2", 1, 0, "m", "k", "2020-07-20", 100, 0}),
     "", "1 pair same_amounts_later 1/1 -100<2; 1 pair same_amounts_later 2/1 100<1; "},
    {"where amounts differ, what is left of the cancellation stays",
     ROWS({1, 1, 'A', "1", 1, 0, "m", "k", "2020-07-01", 100, 0},
          {1, 2, 'A', "2", 1, 1, "m", "k", "2020-07-20", -80, 0}),
     "2/1 20 residual; ",
     "1 pair other_amounts 1/1 100<2; 1 pair other_amounts 2/1 -100<1; "},
    {"lines without a partner in the other claim stay as residuals",
     ROWS({1, 1, 'A', "1", 1, 0, "m", "k", "2020-07-01", 100, 0},
          {1, 2, 'A', "1", 2, 0, "m", "k", "2020-07-01", 7, 0},
          {1, 3, 'A', "2", 1, 1, "m", "k", "2020-07-20", -100, 0},
          {1, 4, 'A', "2", 3, 1, "m", "k", "2020-07-20", -9, 0}),
     "1/2 7 residual; 2/3 -9 residual; ",
     "1 pair other_amounts 1/1 100<2; 1 pair other_amounts 2/1 -100<1; "},
    {"a cancellation of another key (a changed day) is told, not dropped",
     ROWS({1, 1, 'A', "1", 1, 0, "m", "k", "2020-07-01", 100, 0},
          {1, 2, 'A', "2", 1, 1, "m", "other", "2020-07-20", -100, 0}),
     "1/1 100; 2/1 -100 unmatched; ", ""},
    {"other amounts and a later day do not pair",
     ROWS({1, 1, 'A', "1", 1, 0, "m", "k", "2020-07-30", 100, 0},
          {1, 2, 'A', "2", 1, 1, "m", "k", "2020-07-20", -90, 0}),
     "1/1 100; 2/1 -90 unmatched; ", ""},
    {"nothing pairs by a blank key",
     ROWS({1, 1, 'B', "1", 1, 0, "m", "", "2020-07-01", 100, 0},
          {1, 2, 'B', "2", 1, 1, "m", "", "2020-07-01", -100, 0},
          {1, 3, 'B', "3", 1, 0, "", "k", "2020-07-01", 100, 0},
          {1, 4, 'B', "4", 1, 1, "", "k", "2020-07-01", -100, 0}),
     "1/1 100; 2/1 -100 unmatched; 3/1 100; 4/1 -100 unmatched; ", ""},
    {"claim ids are unique only within their file",
     ROWS({1, 1, 'A', "1", 1, 0, "m", "k", "2020-07-01", 100, 0},
          {1, 2, 'B', "1", 1, 1, "m", "k", "2020-07-01", -100, 0}),
     "1/1 100; 1/1 -100 unmatched; ", ""},
    {"an adjustment replaces, a deletion deletes the last that stands",
     ROWS({1, 1, 'D', "1", 1, 0, "m", "k", "2020-07-01", 100, 0},
          {1, 2, 'D', "2", 1, 2, "m", "k", "2020-07-02", 90, 0},
          {1, 3, 'D', "3", 1, 1, "m", "k", "2020-07-03", 0, 0},
          {1, 4, 'D', "4", 1, 2, "m", "k", "2020-07-04", 80, 0},
          {1, 5, 'D', "5", 1, 1, "m", "x", "2020-07-03", 0, 0}),
     "4/1 80; 5/1 0 unmatched; ",
     "0 replay replaced 1/1 100<2; 1 replay deleted 2/1 90<3; 1 replay deletion 3/1 0<2; "},
    {"of one day the original comes first, then the deletion, then the adjustment",
     ROWS({1, 1, 'D', "1", 1, 2, "m", "k", "2020-07-01", 70, 0},
          {1, 2, 'D', "2", 1, 1, "m", "k", "2020-07-01", 0, 0},
          {1, 3, 'D', "3", 1, 0, "m", "k", "2020-07-01", 100, 0}),
     "1/1 70; ", "1 replay deletion 2/1 0<3; 1 replay deleted 3/1 100<2; "},
    {"a fill submitted anew stands once; by a key that names no fill both stand",
     ROWS({1, 1, 'D', "71", 1, 0, "m", "k", "2020-07-01", 100, 0},
          {2, 1, 'D', "72", 1, 0, "m", "k", "2020-08-01", 90, 0},
          {1, 2, 'D', "73", 1, 0, "m", "", "2020-07-01", 7, 0},
          {2, 2, 'D', "74", 1, 0, "m", "", "2020-08-01", 8, 0},
          {3, 1, 'D', "71", 1, 0, "m", "k", "2020-07-01", 100, 0}),
     "73/1 7; 72/1 90; 74/1 8; ",
     "0 re_delivery redelivered 71/1 100<71; 0 replay replaced 71/1 100<72; "},
    {"deleted and submitted anew on one day: the new one stands",
     ROWS({1, 1, 'D', "1", 1, 0, "m", "k", "2020-07-01", 100, 0},
          {1, 2, 'D', "2", 1, 1, "m", "k", "2020-07-02", 0, 0},
          {1, 3, 'D', "3", 1, 0, "m", "k", "2020-07-02", 90, 0}),
     "3/1 90; ", "1 replay deleted 1/1 100<2; 1 replay deletion 2/1 0<1; "},
    {"delivered again: the newest delivery's claim stands whole",
     ROWS({1, 1, 'A', "1", 1, 0, "m", "k", "2020-07-01", 100, 0},
          {1, 2, 'A', "1", 2, 0, "m", "k", "2020-07-01", 50, 0},
          {2, 1, 'A', "1", 1, 0, "m", "k", "2020-07-01", 100, 0}),
     "1/1 100; ",
     "0 re_delivery redelivered 1/1 100<1; 0 re_delivery redelivered_gone 1/2 50<1; "},
    {"delivered again with another day of the claim: still one record",
     ROWS({1, 1, 'A', "1", 1, 0, "m", "k", "2020-07-01", 100, 0},
          {2, 1, 'A', "1", 1, 0, "m", "corrected", "2020-07-01", 100, 0}),
     "1/1 100; ", "0 re_delivery redelivered_changed 1/1 100<1; "},
    {"deliveries that share no record leave each other alone",
     ROWS({1, 1, 'A', "1", 1, 0, "m", "k", "2020-07-01", 100, 0},
          {2, 1, 'A', "1", 2, 0, "m", "k", "2020-07-01", 50, 0}),
     "1/1 100; 1/2 50; ", ""},
    {"the highest version of a line stands",
     ROWS({5, 1, 'M', "1", 1, 0, "m", "", NULL, 100, 0},
          {6, 1, 'M', "1", 1, 0, "m", "", NULL, 90, 1},
          {5, 2, 'M', "1", 2, 0, "m", "", NULL, 40, 0}),
     "1/2 40; 1/1 90; ", "0 version superseded 1/1 100<1; "},
    {"a line sent again alone takes no other line of its claim with it",
     ROWS({5, 1, 'M', "1", 1, 0, "m", "", NULL, 300, 0},
          {5, 2, 'M', "1", 2, 0, "m", "", NULL, 40, 0},
          {6, 1, 'M', "1", 1, 0, "m", "", NULL, 310, 0}),
     "1/2 40; 1/1 310; ", "0 re_delivery redelivered_changed 1/1 300<1; "},
    {"unless it is a void",
     ROWS({5, 1, 'M', "1", 1, 0, "m", "", NULL, 100, 0},
          {6, 1, 'M', "1", 1, 1, "m", "", NULL, -100, 1}),
     "", "0 version voided 1/1 100<1; 0 version void 1/1 -100<; "},
    {"a negative twin cancels, marked or not",
     ROWS({5, 1, 'R', "1", 1, 0, "m", "", "2020-07-01", 100, 0},
          {5, 2, 'R', "1", 1, 1, "m", "", "2020-07-02", -100, 0},
          {5, 3, 'R', "1", 1, 0, "m", "", "2020-07-02", 80, 0},
          {5, 4, 'R', "2", 1, -1, "m", "", "2020-07-01", 60, 0},
          {5, 5, 'R', "2", 1, -1, "m", "", "2020-07-02", -60, 0},
          {5, 6, 'R', "3", 1, 1, "m", "", "2020-07-02", -5, 0},
          {5, 7, 'R', "4", 1, 0, "m", "", "2020-07-02", -6, 0}),
     "1/1 80; 3/1 -5 unmatched; 4/1 -6; ",
     "1 reversal reversed 1/1 100<1; 1 reversal reversal 1/1 -100<1; "
     "2 reversal reversed 2/1 60<2; 2 reversal reversal 2/1 -60<2; "},
    {"a claim that names another replaces it, whoever its member is now",
     ROWS({9, 1, 'P', "1", 1, 0, "m", "", NULL, 100, 0},
          {9, 2, 'P', "1", 2, 0, "m", "", NULL, 50, 0},
          {10, 1, 'P', "2", 1, 2, "other", "1", NULL, 90, 0}),
     "2/1 90; ", "0 replace replaced 1/1 100<2; 0 replace replaced 1/2 50<2; "},
    {"of a chain the last stands, though the middle comes last",
     ROWS({10, 1, 'P', "1", 1, 0, "m", "", NULL, 100, 0},
          {11, 1, 'P', "2", 1, 2, "m", "1", NULL, 90, 0},
          {9, 1, 'P', "3", 1, 2, "m", "2", NULL, 80, 0}),
     "3/1 80; ", "0 replace replaced 1/1 100<2; 0 replace replaced 2/1 90<3; "},
    {"a replacement stands though what it names never came",
     ROWS({10, 1, 'P', "2", 1, 2, "m", "1", NULL, 90, 0}), "2/1 90; ", ""},
    {"a correction may change the type of a claim",
     ROWS({9, 1, 'P', "1", 1, 0, "m", "", NULL, 100, 0},
          {10, 1, 'Q', "2", 1, 2, "m", "1", NULL, 90, 0}),
     "2/1 90; ", "0 replace replaced 1/1 100<2; "},
    {"two claims that name the same one both stand",
     ROWS({9, 1, 'P', "1", 1, 0, "m", "", NULL, 100, 0},
          {10, 1, 'P', "2", 1, 2, "m", "1", NULL, 60, 0},
          {10, 2, 'P', "3", 1, 2, "m", "1", NULL, 30, 0}),
     "2/1 60; 3/1 30; ", "0 replace replaced_by_several 1/1 100<3; "},
    {"a replacement sent again with another name: the newest delivery's name counts",
     ROWS({9, 1, 'P', "1", 1, 0, "m", "", NULL, 100, 0},
          {9, 2, 'P', "2", 1, 0, "m", "", NULL, 70, 0},
          {10, 1, 'P', "3", 1, 2, "m", "1", NULL, 90, 0},
          {11, 1, 'P', "3", 1, 2, "m", "2", NULL, 90, 0}),
     "1/1 100; 3/1 90; ",
     "0 replace replaced 2/1 70<3; 0 re_delivery redelivered_changed 3/1 90<3; "},
    {"what is replaced and sent again stays replaced",
     ROWS({9, 1, 'P', "1", 1, 0, "m", "", NULL, 100, 0},
          {10, 1, 'P', "2", 1, 2, "m", "1", NULL, 90, 0},
          {11, 1, 'P', "1", 1, 0, "m", "", NULL, 100, 0}),
     "2/1 90; ", "0 re_delivery redelivered 1/1 100<1; 0 replace replaced 1/1 100<2; "},
    {"a void that names a claim: nothing of either stands; of itself likewise",
     ROWS({9, 1, 'P', "1", 1, 0, "m", "", NULL, 100, 0},
          {10, 1, 'P', "2", 1, 1, "m", "1", NULL, -100, 0},
          {9, 2, 'P', "3", 1, 0, "m", "", NULL, 40, 0},
          {10, 2, 'P', "3", 2, 1, "m", "3", NULL, 0, 0}),
     "",
     "0 replace voided 1/1 100<2; 0 replace voided 3/1 40<3; 0 replace void 2/1 -100<; "
     "0 replace void 3/2 0<; "},
    {"a void of a replacement does not bring the first back",
     ROWS({9, 1, 'P', "1", 1, 0, "m", "", NULL, 100, 0},
          {10, 1, 'P', "2", 1, 2, "m", "1", NULL, 90, 0},
          {11, 1, 'P', "3", 1, 1, "m", "2", NULL, 0, 0}),
     "",
     "0 replace replaced 1/1 100<2; 0 replace voided 2/1 90<3; 0 replace void 3/1 0<; "},
    {"a void that names none voids the claim of its own number, sent again or not",
     ROWS({9, 1, 'P', "1", 1, 0, "m", "", NULL, 100, 0},
          {10, 1, 'P', "1", 1, 1, "m", "", NULL, -100, 0},
          {11, 1, 'P', "1", 1, 0, "m", "", NULL, 100, 0}),
     "",
     "0 re_delivery redelivered 1/1 100<1; 0 replace void 1/1 -100<; "
     "0 replace voided 1/1 100<1; "},
    {"a claim that names itself is a claim; a cancellation that names none is told",
     ROWS({9, 1, 'P', "1", 1, 0, "m", "1", NULL, 100, 0},
          {9, 2, 'P', "2", 1, 1, "m", "", NULL, -30, 0}),
     "1/1 100; 2/1 -30 unmatched; ", ""},
    {"restated: the newest delivery's lines are the claim",
     ROWS({5, 1, 'S', "1", 1, 0, "m", "", NULL, 100, 0},
          {5, 2, 'S', "1", 2, 0, "m", "", NULL, 50, 0},
          {6, 1, 'S', "2", 1, 0, "m", "", NULL, 7, 0},
          {7, 1, 'S', "1", 3, 0, "m", "", NULL, 110, 0}),
     "2/1 7; 1/3 110; ", "0 restate restated 1/1 100<1; 0 restate restated 1/2 50<1; "},
    {"restated as cancelled: nothing stands",
     ROWS({5, 1, 'S', "1", 1, 0, "m", "", NULL, 100, 0},
          {6, 1, 'S', "1", 2, 1, "m", "", NULL, 100, 0}),
     "", "0 restate restated 1/1 100<1; 0 restate void 1/2 100<; "},
};

static int64_t ledger_free_sum(const struct line *line, size_t lines) {
    int64_t sum = 0;
    for (size_t i = 0; i < lines; i++)
        sum += line[i].paid;
    return sum;
}

static void refused(const char *name, const struct line *line, size_t lines,
                    enum hc_status status, const char *part) {
    struct claims_result r;
    struct hc_batch *in = claims_batch(line, lines);
    claims_dedupe(&r, in, 4, 64 << 20, 100);
    tap_ok(r.status == status && strstr(r.err.what, part), "%s: %d %s", name, (int)r.status,
           r.err.what);
    claims_result_free(&r);
    hc_batch_free(in);
}

int main(void) {
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct claims_result r;
        struct hc_batch *in = claims_batch(cases[i].line, cases[i].lines);
        claims_dedupe(&r, in, 4, 64 << 20, 100);
        tap_ok(r.status == HC_OK, "%s: %s", cases[i].name, r.err.what);
        tap_text(hc_buf_text(&r.kept), cases[i].kept, cases[i].name);
        tap_text(hc_buf_text(&r.ledger), cases[i].ledger, "  ledger");
        claims_result_free(&r);
        hc_batch_free(in);
    }
    tap_int(ledger_free_sum(cases[0].line, cases[0].lines), 26000,
            "vector 1: signed total");
    tap_int(ledger_free_sum(cases[1].line, cases[1].lines), 70700,
            "vector 2: signed total");
    refused("a record twice within one entry",
            ROWS({1, 1, 'A', "1", 1, 0, "m", "k", "2020-07-01", 100, 0},
                 {1, 2, 'A', "1", 1, 0, "m", "k", "2020-07-01", 100, 0}),
            HC_EDATA, "the same record as record 1");
    refused("one stream given twice",
            ROWS({1, 1, 'A', "1", 1, 0, "m", "k", "2020-07-01", 100, 0},
                 {1, 1, 'A', "1", 1, 0, "m", "k", "2020-07-01", 100, 0}),
            HC_EDATA, "the same record comes twice");
    refused("a policy that is not there",
            ROWS({1, 1, 'E', "1", 1, 0, "m", "k", "2020-07-01", 100, 0}), HC_ECONFIG,
            "no such policy 'none'");
    refused("a replacement by line",
            ROWS({9, 1, 'F', "1", 1, 0, "m", "k", "2020-07-01", 100, 0}), HC_ECONFIG,
            "match cannot name 'line'");
    refused("claims that replace each other",
            ROWS({9, 1, 'P', "1", 1, 0, "m", "3", NULL, 100, 0},
                 {9, 2, 'P', "2", 1, 0, "m", "1", NULL, 100, 0},
                 {10, 1, 'Q', "3", 1, 0, "m", "2", NULL, 100, 0},
                 {10, 2, 'Q', "4", 1, 0, "m", "3", NULL, 100, 0}),
            HC_EDATA, "3 claims replace each other in a circle");
    refused("a line of no delivery",
            ROWS({13, 1, 'A', "1", 1, 0, "m", "k", "2020-07-01", 100, 0}), HC_EDATA,
            "no known delivery");
    return tap_done();
}
