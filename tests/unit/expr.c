#include "rule/expr.h"

#include "../tap.h"

/* Four rows: what is kept is written as their letters. */
static struct hc_batch *sample(void) {
    struct hc_batch *b;
    const struct hc_schema *schema = &hc_kinds[HC_KIND_claim_line];
    hc_day day = 0;
    if (hc_batch_new(&b, schema, NULL, NULL) != HC_OK)
        return NULL;
    for (int i = 0; i < 4; i++) {
        static const char *const payers[] = {"medicare", "bcbsvt", "o'neil", "caf\xc3\xa9"};
        (void)!hc_day_make(2020, 9 + i, 30, &day);
        hc_batch_row(b);
        hc_set_str(b, HC_claim_line_payer, hc_str_of(payers[i]));
        hc_set_choice(b, HC_claim_line_claim_type, i);
        hc_set_str(b, HC_claim_line_claim_id, HC_STR("C1"));
        hc_set_i32(b, HC_claim_line_line, i + 1);
        if (i != 2) {
            hc_set_i64(b, HC_claim_line_paid, 1250 * (i - 1));
            hc_set_i32(b, HC_claim_line_service_from, day);
            hc_set_i64(b, HC_claim_line_units_e4, 10000 * i);
        }
        if (i == 0)
            hc_set_str(b, HC_claim_line_drg, HC_STR("470"));
        hc_set_i64(b, HC_claim_line_person_id, i);
    }
    return hc_batch_seal(b, NULL) == HC_OK ? b : NULL;
}

static const struct {
    const char *text, *kept; /* a message when it starts with "at" */
} cases[] = {
    {"payer = medicare", "a"},
    {"payer != medicare", "bcd"},
    {"payer <> medicare", "bcd"},
    {"payer = 'o''neil'", "c"},
    {"payer = \"o'neil\"", "c"},
    {"payer = caf\xc3\xa9", "d"},
    {"payer > bcbsvt", "acd"},
    {"payer in (medicare, bcbsvt)", "ab"},
    {"payer not in (medicare, bcbsvt)", "cd"},
    {"paid = -12.50", "a"},
    {"paid >= 0", "bd"},
    {"paid < 25", "ab"},
    {"paid=25.00", "d"},
    {"not paid = 25", "ab"},
    {"paid is null", "c"},
    {"paid is not null", "abd"},
    {"not (paid is null)", "abd"},
    {"drg is null", "bcd"},
    {"paid = 0 or paid is null", "bc"},
    {"paid = 0 or drg = 470", "ab"},
    {"paid = 25 or payer = medicare and drg = 1", "d"},
    {"(paid = 25 or payer = medicare) and drg is null", "d"},
    {"NOT payer = medicare AND Payer = x",
     "at column 26: unknown field 'Payer', did you mean "
     "'payer'?"},
    {"service_from >= 2020-10-01 and service_from <= 2020-11-30", "b"},
    {"claim_type = dme", "c"},
    {"claim_type in (dme, pharmacy)", "cd"},
    {"line > 2", "cd"},
    {"line in (1, 3)", "ac"},
    {"units_e4 = 3", "d"},
    {"units_e4 >= 0.5", "bd"},
    {"not not line = 1", "a"},
    {"((((line = 1))))", "a"},
    {"copay is null", "abcd"},
    {"copay = 1 or line = 1", "a"},
    {"", "at column 1: expected the name of a field"},
    {"payer", "at column 6: expected = != < <= > >=, in, or is null"},
    {"payer =", "at column 8: expected a value"},
    {"payer = a b", "at column 11: expected and, or, or the end"},
    {"payd = 1", "at column 1: unknown field 'payd', did you mean 'paid'?"},
    {"paid = 1.234", "at column 8: paid: expected an amount such as 12.50"},
    {"paid = x", "at column 8: paid: expected an amount such as 12.50"},
    {"paid = 99999999999999999999", "at column 8: paid: expected an amount such as 12.50"},
    {"line = 1.5", "at column 8: line: expected a whole number"},
    {"service_from = 2020-02-30",
     "at column 16: service_from: expected a date such as 2020-11-30"},
    {"claim_type = dmee",
     "at column 14: claim_type: unknown value 'dmee', did you mean 'dme'?"},
    {"claim_type = zzzzzzz", "at column 14: claim_type: expected one of institutional, "
                             "professional, dme, pharmacy, dental"},
    {"claim_type > dme", "at column 12: claim_type: its values have no order, use = or in"},
    {"modifiers = 26", "at column 13: modifiers: comparing lists is not supported"},
    {"payer = 'x", "at column 9: the quote is never closed"},
    {"(payer = x", "at column 11: expected ')'"},
    {"payer in medicare", "at column 10: expected '('"},
    {"payer in (a,)", "at column 13: expected a value"},
    {"payer is x", "at column 10: expected null"},
    {"payer not x", "at column 11: expected in"},
    {"payer = x; drop", "at column 10: unexpected character"},
    {"member_id = 1EG4",
     "at column 13: member_id: a person's or claim's number is not taken "
     "from the command line"},
    {"person_id = 3", "at column 13: person_id: a person's or claim's number is not taken "
                      "from the command line"},
};

static void hostile(const char *unit, const char *tail) {
    struct hc_buf text = {0};
    struct hc_expr *expr;
    struct hc_err err = {0};
    for (int i = 0; i < 100000; i++)
        hc_buf_puts(&text, unit);
    hc_buf_puts(&text, tail);
    enum hc_status status = hc_expr_compile(&expr, hc_buf_str(&text),
                                            &hc_kinds[HC_KIND_claim_line], false, &err);
    tap_ok(status == HC_EUSAGE, "100000 times '%s' is refused: %s", unit, err.what);
    hc_expr_free(expr);
    hc_buf_free(&text);
}

int main(void) {
    struct hc_batch *batch = sample();
    struct hc_expr *expr;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hc_err err = {0};
        uint32_t row[4];
        size_t count = 0;
        char kept[8] = "";
        enum hc_status status =
            hc_expr_compile(&expr, hc_str_of(cases[i].text), batch->schema, false, &err);
        if (status == HC_OK)
            status = hc_expr_select(expr, batch, row, &count, &err);
        for (size_t r = 0; r < count; r++)
            kept[r] = (char)('a' + row[r]);
        const char *got = status == HC_OK ? kept : err.what;
        tap_ok(strcmp(got, cases[i].kept) == 0, "%s: %s", cases[i].text, got);
        hc_expr_free(expr);
    }
    tap_ok(hc_expr_compile(&expr, HC_STR("claim_id = C1"), batch->schema, true, NULL) ==
               HC_OK,
           "ids from a file");
    bool want[HC_claim_line_fields] = {0};
    hc_expr_columns(expr, want);
    tap_ok(want[HC_claim_line_claim_id] && !want[HC_claim_line_paid], "columns it reads");
    hc_expr_free(expr);
    hostile("(", "line = 1");
    hostile("not ", "line = 1");
    hostile("line = 1 or ", "line = 1");
    hc_batch_free(batch);
    return tap_done();
}
