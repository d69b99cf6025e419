#include "../rows.h"

#include "base/map.h"

static void schema_tables(void) {
    int paid = hc_schema_find(&hc_kinds[HC_KIND_claim_line], HC_STR("paid"));
    tap_int(paid, HC_claim_line_paid, "a column number is the schema's");
    tap_ok(hc_kind_of(HC_STR("ledger")) == &hc_kinds[HC_KIND_ledger], "a kind by its name");
    tap_ok(!hc_kind_of(HC_STR("ledgers")), "no such kind");
    tap_int(hc_schema_find(&hc_kinds[HC_KIND_member], HC_STR("paid")), -1, "no such field");
    tap_text(hc_choices[HC_CHOICES_claim_type].value[HC_claim_type_dme], "dme", "a choice");
    tap_int(hc_choice_of(&hc_choices[HC_CHOICES_funding], HC_STR("public")),
            HC_funding_public, "a choice by its value");
    tap_int(hc_choice_of(&hc_choices[HC_CHOICES_funding], HC_STR("publi")), -1,
            "no choice");
    for (size_t k = 0; k < HC_KINDS; k++)
        for (size_t i = 0; i < hc_kinds[k].fields; i++) {
            const struct hc_field *f = &hc_kinds[k].field[i];
            if (hc_schema_find(&hc_kinds[k], hc_str_of(f->name)) != (int)i ||
                (f->type == HC_TYPE_choice) != (f->choices != NULL))
                tap_ok(false, "%s.%s is declared once and well", hc_kinds[k].name, f->name);
        }
}

static void one_batch(void) {
    struct hc_err err = {0};
    struct hc_batch *b = NULL;
    must(hc_batch_new(&b, &row_schema, NULL, &err), &err);
    hc_batch_row(b);
    tap_ok(hc_is_null(b, ROW_money, 0), "a new row is null before any set");
    hc_set_i64(b, ROW_money, -5);
    hc_set_str(b, ROW_text, HC_STR("x"));
    hc_batch_row(b);
    hc_batch_row(b);
    hc_set_str(b, ROW_text, HC_STR("yz"));
    hc_set_list(b, ROW_list, (struct hc_str[]){HC_STR("1"), HC_STR("")}, 2);
    hc_set_i64(b, ROW_money, 7);
    must(hc_batch_seal(b, &err), &err);
    tap_ok(hc_is_null(b, ROW_text, 1) && !hc_is_null(b, ROW_text, 2),
           "nulls between values");
    tap_int(b->column[ROW_text].offset[2], 1, "a null text ends where it began");
    tap_int(b->column[ROW_money].i64[1], 0, "under a null stands zero");
    tap_int((int64_t)hc_list_len(b, ROW_list, 2), 2, "a list of two");
    tap_int((int64_t)hc_list_at(b, ROW_list, 2, 1).len, 0, "its second item is empty");
    tap_ok(b->column[ROW_id].valid != NULL, "a column of nulls keeps its bitmap");
    hc_batch_row(b);
    hc_set_i64(b, ROW_money, 1);
    tap_ok(hc_is_null(b, ROW_text, 3), "a sealed batch takes more rows");
    hc_batch_clear(b);
    for (int i = 0; i < 100; i++) {
        hc_batch_row(b);
        hc_set_i64(b, ROW_id, i);
    }
    must(hc_batch_seal(b, &err), &err);
    tap_ok(b->column[ROW_id].valid == NULL, "no null, no bitmap");
    tap_ok(hc_is_null(b, ROW_money, 0), "after clear nothing of before is left");
    tap_int(hc_int_at(b, ROW_id, 99, -1), 99, "as a number");
    tap_int(hc_int_at(b, ROW_money, 99, -1), -1, "null has the fallback");
    hc_batch_free(b);
}

/* Columns without any value are as if absent, until rows or a clear follow. */
static void sparse(void) {
    struct hc_err err = {0};
    struct hc_batch *b = NULL, *to = NULL;
    must(hc_batch_new(&b, &row_schema, NULL, &err), &err);
    must(hc_batch_new(&to, &row_schema, NULL, &err), &err);
    hc_batch_rows(b, 3);
    hc_put_numbers(b, ROW_id, 0, NULL, (int64_t[]){7, 8, 9});
    hc_put_numbers(b, ROW_money, 0, (uint8_t[]){0, 0, 0}, (int64_t[]){1, 2, 3});
    must(hc_batch_seal_sparse(b, &err), &err);
    tap_ok(!b->column[ROW_money].present && !b->column[ROW_text].present &&
               b->column[ROW_id].present,
           "a column without a value is absent");
    must(hc_batch_seal(b, &err), &err);
    tap_ok(hc_is_null(b, ROW_money, 2), "and null");
    must(hc_batch_take(to, b, NULL, 3, &err), &err);
    must(hc_batch_seal(to, &err), &err);
    tap_ok(hc_is_null(to, ROW_money, 2) && to->column[ROW_money].i64[2] == 0 &&
               to->column[ROW_text].offset[3] == 0,
           "taken from there, it stands as zeros");
    hc_batch_row(b);
    hc_set_i64(b, ROW_money, 5);
    must(hc_batch_seal_sparse(b, &err), &err);
    tap_ok(hc_is_null(b, ROW_money, 1) && b->column[ROW_money].i64[1] == 0 &&
               hc_int_at(b, ROW_money, 3, 0) == 5 && !b->column[ROW_text].present,
           "a row that has a value brings it back");
    hc_batch_clear(b);
    tap_ok(b->column[ROW_text].present, "and so does a clear");
    hc_batch_free(b);
    hc_batch_free(to);
}

/* However often the bitmaps grow, what they hold stays. */
static void many_rows(void) {
    struct hc_err err = {0};
    struct hc_batch *b = NULL;
    int wrong = 0;
    must(hc_batch_new(&b, &row_schema, NULL, &err), &err);
    for (int i = 0; i < 70000; i++) {
        hc_batch_row(b);
        if (i % 3 == 0)
            hc_set_i64(b, ROW_money, i);
        if (i % 5 == 0)
            hc_set_bool(b, ROW_flag, true);
    }
    must(hc_batch_seal(b, &err), &err);
    for (int i = 0; i < 70000; i++)
        wrong += hc_int_at(b, ROW_money, (size_t)i, -1) != (i % 3 ? -1 : i) ||
                 hc_is_null(b, ROW_flag, (size_t)i) != (i % 5 != 0) ||
                 !hc_is_null(b, ROW_text, (size_t)i);
    tap_int(wrong, 0, "70000 rows are as they were set");
    hc_batch_free(b);
}

static void taking(void) {
    struct hc_err err = {0};
    struct hc_batch *from = NULL, *to = NULL, *copy = NULL;
    uint64_t seed = 1;
    uint32_t row[3000];
    bool same = true, copied = true;
    must(hc_batch_new(&from, &row_schema, NULL, &err), &err);
    must(hc_batch_new(&to, &row_schema, NULL, &err), &err);
    must(hc_batch_new(&copy, &row_schema, NULL, &err), &err);
    for (int i = 0; i < 5000; i++)
        row_add(from, i, &seed);
    for (size_t i = 0; i < 3000; i++)
        row[i] = (uint32_t)(row_random(&seed) % 5000);
    for (size_t at = 0; at < 3000; at += 271) { /* ends off a byte of the bitmap */
        size_t count = 3000 - at < 271 ? 3000 - at : 271;
        must(hc_batch_take(to, from, row + at, count, &err), &err);
    }
    for (size_t i = 0; i < 3000; i++) {
        hc_batch_row(copy);
        for (size_t c = 0; c < ROW_fields; c++)
            hc_set_copy(copy, c, from, c, row[i]);
    }
    must(hc_batch_seal(to, &err), &err);
    must(hc_batch_seal(copy, &err), &err);
    for (size_t i = 0; i < 3000; i++) {
        same = same && row_same(to, i, from, row[i]);
        copied = copied && row_same(to, i, copy, i);
    }
    tap_int((int64_t)to->rows, 3000, "rows taken");
    tap_ok(same, "taken rows are the rows");
    tap_ok(copied, "copied values are the values");
    tap_int((int64_t)to->bytes, (int64_t)copy->bytes, "bytes are counted alike");
    hc_batch_clear(to);
    must(hc_batch_take(to, from, NULL, from->rows, &err), &err);
    must(hc_batch_take(to, copy, NULL, 5, &err), &err);
    must(hc_batch_seal(to, &err), &err);
    same = to->rows == 5005;
    for (size_t i = 0; i < 5000; i++)
        same = same && row_same(to, i, from, i);
    tap_ok(same, "all rows taken");

    bool few[ROW_fields] = {[ROW_id] = true, [ROW_text] = true};
    struct hc_batch *part = NULL;
    must(hc_batch_new(&part, &row_schema, few, &err), &err);
    must(hc_batch_take(part, from, row, 10, &err), &err);
    hc_set_i64(part, ROW_money, 1);
    must(hc_batch_seal(part, &err), &err);
    tap_ok(hc_is_null(part, ROW_money, 9) && hc_int_at(part, ROW_id, 9, -1) == row[9],
           "an absent column stays absent");
    hc_batch_clear(to);
    must(hc_batch_take(to, part, NULL, 10, &err), &err);
    must(hc_batch_seal(to, &err), &err);
    tap_ok(hc_is_null(to, ROW_money, 3) && hc_int_at(to, ROW_id, 3, -1) == row[3],
           "what the source lacks is null");
    hc_batch_free(part);
    hc_batch_free(from);
    hc_batch_free(to);
    hc_batch_free(copy);
}

static void order(void) {
    struct hc_err err = {0};
    struct hc_batch *b = NULL;
    int text = ROW_text, money = ROW_money, both[] = {ROW_text, ROW_money};
    must(hc_batch_new(&b, &row_schema, NULL, &err), &err);
    hc_batch_row(b); /* 0: nulls */
    hc_batch_row(b); /* 1: "" and 0 */
    hc_set_str(b, ROW_text, HC_STR(""));
    hc_set_i64(b, ROW_money, 0);
    hc_batch_row(b); /* 2 */
    hc_set_str(b, ROW_text, HC_STR("a"));
    hc_set_i64(b, ROW_money, -1);
    tap_ok(hc_same_row(b, 0, b, 1, &text, 1), "null and empty text are the same");
    tap_ok(hc_hash_row(b, &text, 1, 0) == hc_hash_row(b, &text, 1, 1), "and hash alike");
    tap_ok(!hc_same_row(b, 0, b, 1, &money, 1), "a null amount is not 0.00");
    tap_ok(hc_compare_row(b, 0, b, 1, &money, 1) < 0, "null stands first");
    tap_ok(hc_compare_row(b, 2, b, 1, &money, 1) < 0, "-0.01 stands before 0.00");
    tap_ok(hc_compare_row(b, 2, b, 1, both, 2) > 0, "the first column decides");
    tap_ok(hc_hash_row(b, both, 2, 1) != hc_hash_row(b, both, 2, 2),
           "other rows, other hash");
    hc_batch_free(b);
}

static void totals(void) {
    struct hc_err err = {0};
    struct hc_batch *b = NULL;
    struct hc_totals all, a, rest;
    uint64_t seed = 9;
    uint32_t odd[500], even[500];
    must(hc_batch_new(&b, &row_schema, NULL, &err), &err);
    for (int i = 0; i < 1000; i++)
        row_add(b, i, &seed);
    must(hc_batch_seal(b, &err), &err);
    must(hc_totals_init(&all, &row_schema, &err), &err);
    must(hc_totals_init(&a, &row_schema, &err), &err);
    must(hc_totals_init(&rest, &row_schema, &err), &err);
    for (uint32_t i = 0; i < 500; i++)
        odd[i] = 2 * i + 1, even[i] = 2 * i;
    hc_totals_add(&all, b);
    hc_totals_add_rows(&a, b, odd, 500);
    hc_totals_add_rows(&rest, b, even, 500);
    tap_int(hc_totals_balance(&all, &a, &rest, "odd and even", &err), HC_OK,
            "totals of two halves make the whole");
    a.sum[ROW_money] += 1;
    tap_int(hc_totals_balance(&all, &a, &rest, "odd and even", &err), HC_EINTERNAL,
            "a cent too many is told");
    tap_text(err.field, "money", "and its column named");
    tap_ok(strstr(err.what, "odd and even") != NULL, "and the account: %s", err.what);
    a.has[ROW_money] = false;
    tap_int(hc_totals_balance(&all, &a, &rest, "odd and even", &err), HC_OK,
            "a column that one lacks is left out");
    rest.rows--;
    tap_int(hc_totals_balance(&all, &a, &rest, "odd and even", &err), HC_EINTERNAL,
            "a row too few is told");
    hc_totals_free(&all);
    hc_totals_free(&a);
    hc_totals_free(&rest);
    hc_batch_free(b);
}

int main(void) {
    schema_tables();
    one_batch();
    sparse();
    many_rows();
    taking();
    order();
    totals();
    return tap_done();
}
