#include "../rows.h"

#include "base/file.h"
#include "record/accounts.h"

static struct hc_totals totals_of(const struct hc_schema *schema, uint64_t rows,
                                  int64_t paid, bool has) {
    struct hc_err err = {0};
    struct hc_totals t;
    must(hc_totals_init(&t, schema, &err), &err);
    t.rows = rows;
    t.sum[HC_claim_line_paid] = paid;
    t.has[HC_claim_line_paid] = has;
    return t;
}

static const struct {
    uint64_t in_rows, out_rows, aside_rows, made;
    int64_t in, out, aside;
    bool has;
    enum hc_status status;
} cases[] = {
    {10, 8, 2, 0, 1000, 900, 100, true, HC_OK},
    {10, 8, 2, 0, 1000, 900, 101, true, HC_EINTERNAL},
    {10, 8, 1, 0, 1000, 900, 100, true, HC_EINTERNAL},
    {10, 9, 2, 1, 1000, 900, 100, true, HC_OK},
    {10, 8, 2, 1, 1000, 900, 100, true, HC_EINTERNAL},
    {10, 8, 2, 0, 1000, 0, 100, false, HC_OK}, /* paid was not asked for in the output */
    {2, 0, 2, 0, 100, 0, 100, false, HC_OK},   /* all set aside */
    {2, 0, 2, 0, 100, 0, 99, false, HC_EINTERNAL},
};

static void balance(size_t i) {
    struct hc_err err = {0};
    struct hc_accounts *a = NULL;
    struct hc_batch *b = NULL;
    const struct hc_schema *schema = &hc_kinds[HC_KIND_claim_line];
    struct hc_totals in = totals_of(schema, cases[i].in_rows, cases[i].in, true);
    struct hc_totals out = totals_of(schema, cases[i].out_rows, cases[i].out, cases[i].has);
    must(hc_accounts_new(&a, "hc-test", &err), &err);
    must(hc_batch_new(&b, schema, NULL, &err), &err);
    for (uint64_t n = 0; n < cases[i].aside_rows; n++) {
        hc_batch_row(b);
        hc_set_i64(b, HC_claim_line_paid, n ? 0 : cases[i].aside);
    }
    hc_accounts_in(a, "in", &in);
    hc_accounts_out(a, NULL, &out);
    hc_accounts_aside(a, "pair", b, NULL, b->rows);
    if (cases[i].made)
        hc_accounts_made(a, "residual", HC_KIND_claim_line, cases[i].made);
    tap_int(hc_accounts_check(a, HC_KIND_claim_line, &err), cases[i].status, "books");
    hc_batch_free(b);
    hc_totals_free(&in);
    hc_totals_free(&out);
    hc_accounts_free(a);
}

static void shown(void) {
    struct hc_err err = {0};
    struct hc_accounts *a = NULL;
    struct hc_batch *b = NULL;
    struct hc_buf text = {0};
    const struct hc_schema *schema = &hc_kinds[HC_KIND_claim_line];
    struct hc_totals in = totals_of(schema, 3, 300, true),
                     out = totals_of(schema, 1, 100, true);
    char path[] = "/tmp/hc-accounts-XXXXXX";
    must(hc_accounts_new(&a, "hc-test", &err), &err);
    must(hc_batch_new(&b, schema, NULL, &err), &err);
    for (int n = 0; n < 2; n++) {
        hc_batch_row(b);
        hc_set_i64(b, HC_claim_line_paid, 100);
    }
    hc_accounts_in(a, "a.arrow", &in);
    hc_accounts_out(a, NULL, &out);
    hc_accounts_aside(a, "redelivered", b, (uint32_t[]){1}, 1);
    hc_accounts_aside(a, "pair", b, (uint32_t[]){0}, 1);
    hc_accounts_note(a, "self", 2);
    hc_accounts_note(a, "self", 3);
    hc_accounts_line(a, &text);
    tap_text(hc_buf_text(&text),
             "3 claim_line in = 1 out + 2 set aside (1 pair, 1 redelivered)", "in a line");
    must(hc_accounts_check(a, HC_KIND_claim_line, &err), &err);
    int fd = mkstemp(path);
    must(hc_accounts_write(a, path, &err), &err);
    must(hc_read_file(path, 1 << 16, &text, &err), &err);
    tap_ok(strstr(hc_buf_text(&text), "\"balanced\": true") &&
               strstr(hc_buf_text(&text), "\"paid\": \"300\"") &&
               strstr(hc_buf_text(&text), "\"self\": 5"),
           "as JSON");
    tap_ok(strstr(hc_buf_text(&text), "\"pair\"") <
               strstr(hc_buf_text(&text), "\"redelivered\""),
           "reasons sorted");
    remove(path);
    if (fd >= 0)
        fclose(fdopen(fd, "r"));
    hc_buf_free(&text);
    hc_batch_free(b);
    hc_totals_free(&in);
    hc_totals_free(&out);
    hc_accounts_free(a);
}

int main(void) {
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        balance(i);
    shown();
    return tap_done();
}
