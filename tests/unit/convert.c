#include "format/convert.h"

#include "../tap.h"

static const struct hc_str spent[] = {HC_STR("99999.99")};
static const struct hc_str sentinels[] = {HC_STR("1000-01-01"), HC_STR("9999-12-31"),
                                          HC_STR("00000000"), HC_STR("~")};

/* A column of conversions, by name. */
enum {
    CENTS,
    E4,
    ROUND,
    IMPLIED,
    SIGNS,
    WHOLE,
    LINE,
    ISO,
    PLAIN,
    US,
    TEXT,
    NEED,
    STRIP,
    SPENT
};
static const struct hc_conversion forms[] = {
    [CENTS] = {.converter = HC_CONVERT_decimal,
               .field = "AMT",
               .scale = 2,
               .null_text = sentinels,
               .null_texts = 4},
    [SPENT] = {.converter = HC_CONVERT_decimal,
               .field = "AMT",
               .scale = 2,
               .null_text = spent,
               .null_texts = 1},
    [E4] = {.converter = HC_CONVERT_decimal, .field = "QTY", .scale = 4},
    [ROUND] = {.converter = HC_CONVERT_decimal,
               .field = "AMT",
               .scale = 2,
               .decimals = 4,
               .round_half_even = true},
    [IMPLIED] = {.converter = HC_CONVERT_decimal, .field = "AMT", .scale = 2, .implied = 2},
    [SIGNS] = {.converter = HC_CONVERT_decimal,
               .field = "AMT",
               .scale = 2,
               .signs = HC_SIGN_TRAILING | HC_SIGN_PARENS | HC_SIGN_OVERPUNCH,
               .implied = 2},
    [WHOLE] = {.converter = HC_CONVERT_decimal, .field = "DAYS", .scale = 0},
    [LINE] = {.converter = HC_CONVERT_int, .field = "LINE", .low = 1, .high = 999},
    [ISO] = {.converter = HC_CONVERT_date,
             .field = "FROM",
             .form = HC_DATE_ISO,
             .null_text = sentinels,
             .null_texts = 4},
    [PLAIN] = {.converter = HC_CONVERT_date,
               .field = "FROM",
               .form = HC_DATE_CCYYMMDD,
               .null_text = sentinels,
               .null_texts = 4},
    [US] = {.converter = HC_CONVERT_date, .field = "FROM", .form = HC_DATE_US},
    [TEXT] = {.converter = HC_CONVERT_text, .field = "ID"},
    [NEED] = {.converter = HC_CONVERT_text, .field = "ID", .required = true},
    [STRIP] = {.converter = HC_CONVERT_text, .field = "NDC", .strip_zeros = true},
};

#define NONE HC_FAULT_NONE
#define VALUE HC_FAULT_VALUE
#define NULL_OK -1
static const struct {
    int form;
    const char *text;
    enum hc_fault_kind fault;
    int64_t number; /* or NULL_OK with null */
    bool null;
    const char *what; /* text of a fault, or the text value */
} cells[] = {
    {CENTS, "         -0.01", NONE, -1, false, NULL},
    {CENTS, "           0.00", NONE, 0, false, "0.00"},
    {CENTS, "    12345678.90", NONE, 1234567890, false, "12345678.90"},
    {CENTS, "12345678.90", NONE, 1234567890, false, "12345678.90"},
    {CENTS, "   912345678.90", NONE, 91234567890, false, NULL},
    {CENTS, "9  12345678.90", VALUE, 0, true, "found shape '9  99999999.99'"},
    {CENTS, "                   .90", NONE, 90, false, NULL},
    {CENTS, "                  7.90", NONE, 790, false, "7.90"},
    {CENTS, "        1 345678.90", VALUE, 0, true, "found shape '9 999999.99'"},
    {CENTS, "        12:45678.90", VALUE, 0, true, "found shape '99:99999.99'"},
    {CENTS, "      12345/78.90", VALUE, 0, true, "found shape '99999/99.99'"},
    {CENTS, "        123.4A", VALUE, 0, true, "found shape '999.9A'"},
    {CENTS, "\t          12.50\t", NONE, 1250, false, "12.50"},
    {CENTS, " \t         12.50", NONE, 1250, false, "12.50"},
    {CENTS, "         1,2.50", VALUE, 0, true, "found shape '9,9.99'"},
    {CENTS, "12.50             ", NONE, 1250, false, "12.50"},
    {CENTS, "12.50", NONE, 1250, false, NULL},
    {SPENT, "       99999.99", NONE, 0, true, NULL},
    {SPENT, "       99999.98", NONE, 9999998, false, NULL},
    {E4, "           12.50", NONE, 125000, false, NULL},
    {WHOLE, "           12.00", NONE, 12, false, NULL},
    {ROUND, "           12.01", NONE, 1201, false, NULL},
    {SIGNS, "           12.01", NONE, 1201, false, NULL},
    {CENTS, "12.5", NONE, 1250, false, NULL},
    {CENTS, "12", NONE, 1200, false, NULL},
    {CENTS, "12.", NONE, 1200, false, NULL},
    {CENTS, "00000000012.50", NONE, 1250, false, NULL},
    {CENTS, "12.5000", NONE, 1250, false, NULL},
    {CENTS, "9999999999999.99", NONE, 999999999999999, false, NULL},
    {CENTS, "-9999999999999.99", NONE, -999999999999999, false, NULL},
    {CENTS, "10000000000000.00", VALUE, 0, false,
     "amount too large, shape '99999999999999.99'"},
    {CENTS, "99999999999999999999.00", VALUE, 0, true, "too large"},
    {CENTS, "1.005", VALUE, 0, false, "expected at most 2 decimals, found shape '9.999'"},
    {CENTS, "12,50", VALUE, 0, true, "found shape '99,99'"},
    {CENTS, "1.2.3", VALUE, 0, true, "found shape '9.9.9'"},
    {CENTS, "-", VALUE, 0, true, "found shape '-'"},
    {CENTS, "12-", VALUE, 0, true, "found shape '99-'"},
    {CENTS, "--12", VALUE, 0, true, "found shape '--99'"},
    {CENTS, "1 2", VALUE, 0, true, "found shape '9 9'"},
    {CENTS, "", NONE, 0, true, NULL},
    {CENTS, "      ", NONE, 0, true, NULL},
    {CENTS, " ~ ", NONE, 0, true, NULL},
    {E4, "1.2345", NONE, 12345, false, NULL},
    {E4, "-60462560.9374", NONE, -604625609374, false, NULL},
    {E4, "1.23456", VALUE, 0, true, "expected at most 4 decimals"},
    {ROUND, "1.0050", NONE, 100, false, NULL},
    {ROUND, "1.0150", NONE, 102, false, NULL},
    {ROUND, "-1.0050", NONE, -100, false, NULL},
    {ROUND, "-1.0150", NONE, -102, false, NULL},
    {ROUND, "1.0051", NONE, 101, false, NULL},
    {ROUND, "1.0049", NONE, 100, false, NULL},
    {ROUND, "0.0050", NONE, 0, false, NULL},
    {ROUND, "1.00501", VALUE, 0, true, "expected at most 4 decimals"},
    {IMPLIED, "1250", NONE, 1250, false, NULL},
    {IMPLIED, "-5", NONE, -5, false, NULL},
    {IMPLIED, "12.50", NONE, 1250, false, NULL},
    {SIGNS, "12.50-", NONE, -1250, false, NULL},
    {SIGNS, "(1.00)", NONE, -100, false, NULL},
    {SIGNS, "125}", NONE, -1250, false, NULL},
    {SIGNS, "125{", NONE, 1250, false, NULL},
    {SIGNS, "(1.00", VALUE, 0, true, "found shape"},
    {WHOLE, "30", NONE, 30, false, NULL},
    {WHOLE, "30.5", VALUE, 0, false, "expected at most 0 decimals"},
    {LINE, " 7", NONE, 7, false, NULL},
    {LINE, "0", VALUE, 0, true, ""},
    {LINE, "1000", VALUE, 0, true, ""},
    {LINE, "7a", VALUE, 0, true, ""},
    {ISO, "2020-11-30", NONE, 18596, false, NULL},
    {ISO, "1970-01-01", NONE, 0, false, NULL},
    {ISO, "2024-02-29", NONE, 19782, false, NULL},
    {ISO, "2024-02-30", VALUE, 0, true, "no such day"},
    {ISO, "2023-02-29", VALUE, 0, true, "no such day"},
    {ISO, "2020-13-01", VALUE, 0, true, "no such day"},
    {ISO, "2020-00-00", VALUE, 0, true, "no such day"},
    {ISO, "0999-12-31", VALUE, 0, true, ""},
    {ISO, "20201130", VALUE, 0, true, "99999999"},
    {ISO, "2020/11/30", VALUE, 0, true, "9999/99/99"},
    {ISO, "2020-1:-30", VALUE, 0, true, ""},
    {ISO, "1000-01-01", NONE, 0, true, NULL},
    {ISO, "9999-12-31", NONE, 0, true, NULL},
    {ISO, "", NONE, 0, true, NULL},
    {PLAIN, "20201130", NONE, 18596, false, NULL},
    {PLAIN, "00000000", NONE, 0, true, NULL},
    {PLAIN, "20201131", VALUE, 0, true, "no such day"},
    {US, "11/30/2020", NONE, 18596, false, NULL},
    {TEXT, "  a b ", NONE, 0, false, "a b"},
    {TEXT, "\t", NONE, 0, true, NULL},
    {TEXT, "ab          ", NONE, 0, false, "ab"},
    {TEXT, "            ab", NONE, 0, false, "ab"},
    {TEXT, "      a         b          ", NONE, 0, false, "a         b"},
    {TEXT, "        a         b        ", NONE, 0, false, "a         b"},
    {TEXT, " a    ", NONE, 0, false, "a"},
    {TEXT, "   \t       a\t  \t        ", NONE, 0, false, "a"},
    {TEXT, "        \t        \t        ", NONE, 0, true, NULL},
    {TEXT, "\n  ", NONE, 0, false, "\n"},
    {TEXT, "  ", NONE, 0, true, NULL},
    {TEXT, "   ", NONE, 0, true, NULL},
    {TEXT, " b ", NONE, 0, false, "b"},
    {TEXT, "       ", NONE, 0, true, NULL},
    {TEXT, "        ", NONE, 0, true, NULL},
    {TEXT, "                 ", NONE, 0, true, NULL},
    {NEED, " ", HC_FAULT_REQUIRED, 0, true, "a value is required"},
    {NEED, "x", NONE, 0, false, "x"},
    {STRIP, "00012", NONE, 0, false, "12"},
    {STRIP, "000", NONE, 0, false, "0"},
};

/* Each cell by itself and as a column of one row: both say the same. */
static void one_by_one(void) {
    struct hc_values values = {0};
    struct hc_err err = {0};
    if (hc_values_init(&values, HC_BLOCK_ROWS, &err) != HC_OK)
        return;
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        const struct hc_conversion *c = &forms[cells[i].form];
        struct hc_str cell = hc_str_of(cells[i].text), record = cell, text;
        int64_t number;
        bool null;
        uint64_t offset = 0;
        struct hc_fault fault = {0};
        struct hc_block block = {1, 1, &record, &offset, &fault, 0, NULL};
        struct hc_source_sum sum = {0};
        err = (struct hc_err){0};
        hc_convert(c, 3, &block, &cell, &values, &sum);
        enum hc_status status = hc_convert_explain(c, cell, &err);
        bool same = fault.kind == cells[i].fault &&
                    (fault.kind || c->converter == HC_CONVERT_text ||
                     values.number[0] == cells[i].number) &&
                    values.null[0] == cells[i].null &&
                    status == (fault.kind ? HC_EDATA : HC_OK);
        if (fault.kind)
            same = same && fault.column == 3 && strstr(err.what, cells[i].what) &&
                   strcmp(err.field, c->field) == 0 && block.faults == 1;
        else if (cells[i].what)
            same = same && hc_convert_one(c, cell, &number, &text, &null, &err) == HC_OK &&
                   hc_str_is(text, cells[i].what) &&
                   (c->converter != HC_CONVERT_text || hc_str_eq(values.text[0], text));
        tap_ok(same, "%s '%s': fault %u, number %" PRId64 ", null %d, '%s'", c->field,
               cells[i].text, fault.kind, values.number[0], values.null[0], err.what);
    }
    hc_values_free(&values);
}

/* Faults of before, sums of what can be read, rounding. */
static void sums(void) {
    static const char *const text[] = {"1.0050", "-2.5",   "",       "x",
                                       "3.0000", "4.0000", "5.00001"};
    enum { ROWS = 7 };
    struct hc_str cell[ROWS], record[ROWS];
    uint64_t offset[ROWS] = {0};
    struct hc_fault fault[ROWS] = {0};
    struct hc_block block = {ROWS, 1, record, offset, fault, 0, NULL};
    struct hc_values values = {0};
    struct hc_source_sum sum = {0};
    struct hc_err err = {0};
    if (hc_values_init(&values, HC_BLOCK_ROWS, &err) != HC_OK)
        return;
    for (size_t i = 0; i < ROWS; i++)
        cell[i] = record[i] = hc_str_of(text[i]);
    hc_block_fault(&block, 4, HC_FAULT_LENGTH, 0); /* could not be cut: unknown */
    hc_block_fault(&block, 5, HC_FAULT_VALUE, 9);  /* bad elsewhere: known */
    hc_convert(&forms[ROUND], 2, &block, cell, &values, &sum);
    tap_int((int64_t)sum.exact_e4, 10050 - 25000 + 40000, "sum of what can be read");
    tap_int((int64_t)sum.values, 3, "values");
    tap_int((int64_t)sum.nulls, 1, "nulls");
    tap_int((int64_t)sum.unknown, 3, "unknown, never 0");
    tap_int((int64_t)block.faults, 4, "rows at fault");
    tap_int(fault[5].column, 9, "the first fault stays");
    tap_int(fault[3].column, 2, "the fault names the column");
    tap_int(hc_values_rounding(&forms[ROUND], &values, 0), 50, "what rounding took");
    hc_values_free(&values);
}

static void codes(void) {
    static const struct hc_code adjust[] = {
        {HC_STR("0"), HC_STR("original"), 0},
        {HC_STR("1"), HC_STR("cancellation"), 1},
        {HC_STR("2x"), HC_STR("adjustment"), 2},
        {HC_STR("N"), HC_STR(""), -1},
    };
    static const struct {
        enum hc_otherwise otherwise;
        const char *text;
        enum hc_fault_kind fault;
        bool null;
        int64_t number;
        const char *value;
    } cases[] = {
        {HC_OTHERWISE_REFUSE, "0", NONE, false, 0, "original"},
        {HC_OTHERWISE_REFUSE, " 2x ", NONE, false, 2, "adjustment"},
        {HC_OTHERWISE_REFUSE, "9", HC_FAULT_CODE, true, 0, ""},
        {HC_OTHERWISE_REFUSE, "2y", HC_FAULT_CODE, true, 0, ""},
        {HC_OTHERWISE_REFUSE, "", NONE, true, 0, ""},
        {HC_OTHERWISE_REFUSE, "N", NONE, true, 0, ""},
        {HC_OTHERWISE_NULL, "9", NONE, true, 0, ""},
        {HC_OTHERWISE_KEEP, "9", NONE, false, -1, "9"},
        {HC_OTHERWISE_KEEP, " ", NONE, true, 0, ""},
        {HC_OTHERWISE_VALUE, "9", NONE, false, 7, "other"},
        {HC_OTHERWISE_VALUE, "  ", NONE, true, 0, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hc_code_map *map = NULL;
        struct hc_err err = {0};
        const struct hc_code other = {HC_STR(""), HC_STR("other"), 7};
        struct hc_conversion c = {.converter = HC_CONVERT_code, .field = "ADJ"};
        int64_t number = 0;
        struct hc_str value = {0};
        bool null = false;
        enum hc_status status =
            hc_code_map_new(&map, adjust, 4, cases[i].otherwise, other, &err);
        c.map = map;
        if (status == HC_OK)
            status =
                hc_convert_one(&c, hc_str_of(cases[i].text), &number, &value, &null, &err);
        tap_ok(status == (cases[i].fault ? HC_EDATA : HC_OK) && null == cases[i].null &&
                   number == cases[i].number && hc_str_is(value, cases[i].value),
               "code '%s', otherwise %d: %" PRId64 " '%s'", cases[i].text,
               cases[i].otherwise, number, err.what);
        if (cases[i].fault)
            tap_ok(strstr(err.what, "expected one of 0, 1, 2x, N") != NULL, "'%s'",
                   err.what);
        hc_code_map_free(map);
    }
    struct hc_code_map *map = NULL;
    const struct hc_code twice[] = {{HC_STR("a"), HC_STR("x"), 0},
                                    {HC_STR("a"), HC_STR("y"), 1}};
    tap_int(hc_code_map_new(&map, twice, 2, HC_OTHERWISE_NULL, twice[0], NULL), HC_ECONFIG,
            "a code given twice");
}

static void checks(void) {
    static const struct {
        struct hc_conversion c;
        bool good;
    } cases[] = {
        {{.converter = HC_CONVERT_decimal, .field = "A", .scale = 2}, true},
        {{.converter = HC_CONVERT_decimal, .field = "A", .scale = 5}, false},
        {{.converter = HC_CONVERT_decimal, .field = "A", .scale = 2, .decimals = 4}, false},
        {{.converter = HC_CONVERT_decimal,
          .field = "A",
          .scale = 2,
          .decimals = 4,
          .round_half_even = true},
         true},
        {{.converter = HC_CONVERT_decimal, .field = "A", .scale = 2, .implied = 3}, false},
        {{.converter = HC_CONVERT_int, .field = "A", .low = 2, .high = 1}, false},
        {{.converter = HC_CONVERT_code, .field = "A"}, false},
        {{.converter = HC_CONVERT_text, .field = "A"}, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hc_err err = {0};
        enum hc_status status = hc_conversion_check(&cases[i].c, &err);
        tap_ok(status == (cases[i].good ? HC_OK : HC_ECONFIG), "conversion %zu: '%s'", i,
               err.what);
    }
    tap_int(hc_converter_of(HC_STR("decimal")), HC_CONVERT_decimal, "a converter by name");
    tap_int(hc_converter_of(HC_STR("money")), -1, "no such converter");
}

/* Days in a column, each a digit away from the one before, are as they are alone. */
static void neighbours(void) {
    static const struct {
        enum hc_date_form form;
        const char *text;
    } dates[] = {
        {HC_DATE_ISO, "2020-11-15"},
        {HC_DATE_CCYYMMDD, "20201115"},
        {HC_DATE_MMDDCCYY, "11152020"},
        {HC_DATE_US, "11/15/2020"},
        {HC_DATE_CCYYMM, "202011"},
        {HC_DATE_US_SHORT, "11/15/2020"},
        {HC_DATE_CCYYMMDDHHMM, "202011151212"},
        {HC_DATE_CCYYMMDDHHMMSS, "20201115121212"},
        {HC_DATE_ISO_TIME, "2020-11-15T12:12:12"},
    };
    enum { ROWS = 64 };
    for (size_t d = 0; d < sizeof dates / sizeof *dates; d++) {
        struct hc_conversion c = {
            .converter = HC_CONVERT_date, .field = "FROM", .form = dates[d].form};
        char text[ROWS][32];
        struct hc_str cell[ROWS], record[ROWS];
        uint64_t offset[ROWS] = {0};
        struct hc_fault fault[ROWS] = {0};
        size_t rows = 0, wrong = 0;
        for (size_t at = 0; dates[d].text[at]; at++) {
            if (dates[d].text[at] < '0' || dates[d].text[at] > '9')
                continue;
            strcpy(text[rows++], dates[d].text);
            strcpy(text[rows], dates[d].text);
            text[rows++][at] ^= 1;
        }
        for (size_t i = 0; i < rows; i++)
            cell[i] = record[i] = hc_str_of(text[i]);
        struct hc_block block = {rows, 1, record, offset, fault, 0, NULL};
        struct hc_values values = {0};
        struct hc_source_sum sum = {0};
        struct hc_err err = {0};
        if (hc_values_init(&values, HC_BLOCK_ROWS, &err) != HC_OK)
            return;
        hc_convert(&c, 0, &block, cell, &values, &sum);
        for (size_t i = 0; i < rows; i++) {
            int64_t number = 0;
            struct hc_str value = {0};
            bool null = false;
            enum hc_status alone =
                hc_convert_one(&c, cell[i], &number, &value, &null, &err);
            wrong += (alone == HC_OK) != (fault[i].kind == HC_FAULT_NONE) ||
                     (alone == HC_OK && values.number[i] != number);
        }
        tap_ok(rows > 10 && wrong == 0, "%zu neighbours such as %s: %zu wrong", rows,
               dates[d].text, wrong);
        hc_values_free(&values);
    }
}

/* Into a batch, by the field's type. */
static void into_batch(void) {
    struct hc_err err = {0};
    struct hc_batch *batch = NULL;
    int64_t number[] = {18596};
    struct hc_str text[] = {HC_STR("x")}, blank[] = {HC_STR("")};
    uint8_t null[] = {0};
    struct hc_values values = {number, text, null, number, 0};
    if (hc_batch_new(&batch, &hc_kinds[HC_KIND_claim_line], NULL, &err) != HC_OK)
        return;
    hc_batch_row(batch);
    hc_values_set(&values, 0, batch, HC_claim_line_paid);
    hc_values_set(&values, 0, batch, HC_claim_line_claim_from);
    hc_values_set(&values, 0, batch, HC_claim_line_claim_id);
    hc_values_set(&values, 0, batch, HC_claim_line_modifiers);
    values.text = blank;
    hc_values_set(&values, 0, batch, HC_claim_line_member_id);
    null[0] = 1;
    hc_values_set(&values, 0, batch, HC_claim_line_allowed);
    tap_int(hc_batch_seal(batch, &err), HC_OK, "sealed");
    tap_int(hc_cents_of(batch, HC_claim_line_paid)[0], 18596, "cents");
    tap_int(hc_date_of(batch, HC_claim_line_claim_from)[0], 18596, "a date");
    tap_ok(hc_str_is(hc_utf8_of(batch, HC_claim_line_claim_id, 0), "x"), "text");
    tap_int((int64_t)hc_list_len(batch, HC_claim_line_modifiers, 0), 1, "a list of one");
    tap_ok(hc_is_null(batch, HC_claim_line_member_id, 0), "blank text is null");
    tap_ok(hc_is_null(batch, HC_claim_line_allowed, 0), "null is null");
    hc_batch_free(batch);
}

/* Columns of any cells, of nothing, and of nothing again in the same values: every row is
 * as its cell is alone. */
static void columns(void) {
    enum { ROWS = 100, TIMES = 40, CELLS = sizeof cells / sizeof *cells };
    static const char *const more[] = {"",
                                       "   ",
                                       "          ",
                                       "               1.0000",
                                       "             0.00",
                                       "2020-02-29",
                                       "123456789.1234"};
    struct hc_str cell[ROWS], record[ROWS];
    uint64_t offset[ROWS] = {0}, state = 1;
    struct hc_fault fault[ROWS];
    struct hc_values values = {0};
    struct hc_err err = {0};
    if (hc_values_init(&values, ROWS, &err) != HC_OK)
        return;
    for (size_t form = 0; form < sizeof forms / sizeof *forms; form++) {
        const struct hc_conversion *c = &forms[form];
        size_t wrong = 0;
        for (size_t time = 0; time < TIMES; time++) {
            struct hc_block block = {ROWS, 1, record, offset, fault, 0, NULL};
            struct hc_source_sum sum = {0};
            size_t nulls = 0, readable = 0;
            for (size_t i = 0; i < ROWS; i++) {
                state = state * 6364136223846793005u + 1442695040888963407u;
                size_t any = (size_t)(state >> 33);
                cell[i] = hc_str_of(more[any % 3]);
                if (time % 4 == 0) /* the others are blank */
                    cell[i] = hc_str_of(any % 2 ? more[any / 2 % 7]
                                                : cells[any / 2 % CELLS].text);
                record[i] = cell[i];
                fault[i] = (struct hc_fault){0};
            }
            hc_convert(c, 0, &block, cell, &values, &sum);
            for (size_t i = 0; i < ROWS; i++) {
                int64_t number;
                struct hc_str text;
                bool null;
                enum hc_status alone =
                    hc_convert_one(c, cell[i], &number, &text, &null, &err);
                bool good = (alone == HC_OK) == (fault[i].kind == NONE) &&
                            (values.null[i] != 0) == null;
                if (c->converter == HC_CONVERT_text)
                    good = good && hc_str_eq(values.text[i], text);
                else
                    good = good && values.number[i] == number;
                wrong += !good;
                nulls += null && alone == HC_OK;
                readable += !null;
            }
            if (c->converter == HC_CONVERT_decimal)
                wrong += sum.nulls != nulls || sum.values != readable;
        }
        tap_ok(wrong == 0, "columns of %s: %zu rows are not as alone", c->field, wrong);
    }
    hc_values_free(&values);
}

int main(void) {
    columns();
    one_by_one();
    sums();
    codes();
    checks();
    neighbours();
    into_batch();
    return tap_done();
}
