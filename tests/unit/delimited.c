#include "format/delimited.h"

#include "../tap.h"
#include "format/field_ends.h"

/* One record through a layout: "cell|cell|" of what was wanted, or the fault's words. */
static const char *cut(const struct hc_delimited *layout, const char *text, char *out,
                       size_t size) {
    struct hc_str record = hc_str_of(text);
    uint64_t offset = 0;
    struct hc_fault fault = {0};
    struct hc_block block = {1, 1, &record, &offset, &fault, 0, NULL};
    struct hc_cells cells;
    struct hc_err err = {0};
    out[0] = 0;
    enum hc_status status = hc_delimited_check(layout, &err);
    if (status == HC_OK)
        status = hc_cells_init(&cells, layout->wanted, HC_BLOCK_ROWS, &err);
    if (status != HC_OK)
        return strcpy(out, err.what);
    status = hc_delimited_split(layout, &block, &cells, &err);
    if (fault.kind != HC_FAULT_NONE)
        hc_delimited_explain(layout, &block, 0, &err);
    for (size_t c = 0; c < layout->wanted && fault.kind == HC_FAULT_NONE; c++)
        snprintf(out + strlen(out), size - strlen(out), "<%.*s>",
                 (int)cells.column[c][0].len, cells.column[c][0].ptr);
    hc_cells_free(&cells);
    return status != HC_OK || fault.kind ? strcpy(out, err.what) : out;
}

static void records(void) {
    static const uint32_t third_first[] = {2, 0};
    static const struct {
        char delimiter;
        bool quotes, short_ok;
        const char *text, *want;
    } cases[] = {
        {'|', false, false, "a|b|c", "<c><a>"},
        {'*', false, false, "a*b*c", "<c><a>"},
        {'\t', false, false, "a\tb\tc", "<c><a>"},
        {',', false, false, "a,b,c", "<c><a>"},
        {'|', false, false, "||", "<><>"},
        {'|', false, false, "a|b", "record has 2 fields, the layout says 3"},
        {'|', false, false, "", "record has 1 fields, the layout says 3"},
        {'|', false, false, "a|b|c|d", "record has 4 fields, the layout says 3"},
        {'|', false, true, "a|b", "<><a>"},
        {'|', false, true, "a|b|c|d|e", "record has 5 fields, the layout says 3"},
        {'|', false, false, "\"a|b|c\"", "<c\"><\"a>"},
        {',', true, false, "\"a,a\",b,c", "<c><a,a>"},
        {',', true, false, "a,b,\"say \"\"c\"\"\"", "<say \"c\"><a>"},
        {',', true, false, "\"\",b,\"\"\"\"", "<\"><>"},
        {',', true, false, "a\"b,b,c", "<c><a\"b>"},
        {',', true, false, "\"a,b,c", "a quote is not closed"},
        {',', true, false, "a,b,\"", "a quote is not closed"},
        {',', true, false, "\"a\"x,b,c", "text follows a closing quote"},
        {',', true, false, "a, \"b\", c", "column 2: a blank before the opening quote"},
        {',', true, false, " \"a,b\",c", "column 1: a blank before the opening quote"},
        {',', true, false, "a,b,\t\"", "column 3: a blank before the opening quote"},
        {',', true, false, "a,\" b\",\" \"\"c\"", "< \"c><a>"},
        {',', true, false, " a \"x\",b,c", "<c>< a \"x\">"},
        {',', false, false, "a,b, \"c\"", "< \"c\"><a>"},
        {',', true, false, "\"a\",b", "record has 2 fields, the layout says 3"},
        {',', true, true, "\"a\",b", "<><a>"},
        {',', true, false, "\"a\",b,c,d", "record has 4 fields, the layout says 3"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hc_delimited layout = {.delimiter = cases[i].delimiter,
                                      .quotes = cases[i].quotes,
                                      .fields = 3,
                                      .short_ok = cases[i].short_ok,
                                      .wanted = 2,
                                      .position = third_first};
        char out[4096];
        tap_text(cut(&layout, cases[i].text, out, sizeof out), cases[i].want,
                 cases[i].text);
    }
}

static void longer_records(void) {
    static const uint32_t third_first[] = {2, 0};
    static const struct {
        bool quotes, short_ok;
        const char *text, *want;
    } cases[] = {
        {false, false, "a,b,c", "<c><a>"},
        {false, false, "a,b,c,d,,", "<c><a>"},
        {false, false, "a,b,,", "<><a>"},
        {false, false, "a,b", "record has 2 fields, the layout says 3"},
        {false, true, "a", "<><a>"},
        {true, false, "\"a\",b,\"c,\",\"d", "a quote is not closed"},
        {true, false, "\"a\",b,\"c,\",\"d\"", "<c,><a>"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hc_delimited layout = {.delimiter = ',',
                                      .quotes = cases[i].quotes,
                                      .fields = 3,
                                      .short_ok = cases[i].short_ok,
                                      .long_ok = true,
                                      .wanted = 2,
                                      .position = third_first};
        char out[4096];
        tap_text(cut(&layout, cases[i].text, out, sizeof out), cases[i].want,
                 cases[i].text);
    }
}

static void layouts(void) {
    static const uint32_t positions[] = {0, 3};
    static const struct {
        char delimiter;
        size_t fields, wanted;
        bool good;
    } cases[] = {{'|', 4, 2, true},    {'|', 3, 2, false},   {'"', 4, 2, false},
                 {'a', 4, 2, false},   {'\n', 4, 2, false},  {'|', 0, 0, false},
                 {'|', 4096, 1, true}, {'|', 4097, 1, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hc_delimited layout = {.delimiter = cases[i].delimiter,
                                      .fields = cases[i].fields,
                                      .wanted = cases[i].wanted,
                                      .position = positions};
        struct hc_err err = {0};
        tap_ok((hc_delimited_check(&layout, &err) == HC_OK) == cases[i].good,
               "layout %zu is %s: '%s'", i, cases[i].good ? "good" : "refused", err.what);
    }
}

static void headers(void) {
    static const char *const names[] = {"npi", "state"};
    static const char *const known[] = {"npi", "state", "name", NULL};
    static const struct {
        const char *header;
        bool strict;
        const char *field, *what, *hint;
    } cases[] = {
        {"npi,state", true, "", "", ""},
        {" State ,name,\"NPI\"", true, "", "", ""},
        {"name,npi,state,extra", false, "", "", ""},
        {"name,npi,state,extra", true, "", "column 4 of the header, 'extra'", ""},
        {"npi,stat", false, "state", "no column of this name", "the header has 'stat'"},
        {"a,b", false, "npi", "no column of this name", "2 columns"},
        {"npi,state,npi", false, "npi", "two columns of this name", ""},
        {"npi,\"state", false, "", "a quote is not closed", ""},
        {"npi, \"state\"", false, "", "column 2: a blank before the opening quote", ""},
        {"name,npi,state,first name", true, "", "column 4 of the header, 'first name'", ""},
        {"name,npi,state2,state", true, "", "column 3 of the header, 'state2'", ""},
        {"name,npi,state,123-45-6789", true, "", "of shape '999-99-9999'", ""},
        {"name,npi,state,1EG4TE5MK73", true, "", "of shape '9AA9AA9AA99'", ""},
        {"npj,stats", false, "npi", "no column of this name", "the header has 2 columns"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint32_t position[2] = {99, 99};
        size_t fields = 0;
        struct hc_err err = {0};
        enum hc_status status =
            hc_delimited_bind(',', true, hc_str_of(cases[i].header), names, 2, known,
                              cases[i].strict, position, &fields, &err);
        tap_ok(status == (cases[i].what[0] ? HC_EDATA : HC_OK) &&
                   strstr(err.what, cases[i].what) && strstr(err.hint, cases[i].hint) &&
                   strcmp(err.field, cases[i].field) == 0,
               "header %s: %s: '%s' (%s)", cases[i].header, err.field, err.what, err.hint);
    }
    uint32_t position[2];
    size_t fields;
    enum hc_status status = hc_delimited_bind(',', false, HC_STR("x,STATE,Npi"), names, 2,
                                              known, false, position, &fields, NULL);
    tap_ok(status == HC_OK && position[0] == 2 && position[1] == 1 && fields == 3,
           "names in any order and case");
}

/* The passes by 64 and by one: the same ends for every length, place and limit. */
static void twins(void) {
    enum { MOST = 200 };
    char text[MOST];
    uint32_t fast[MOST + HC_FIELD_ENDS_SLACK], slow[MOST + HC_FIELD_ENDS_SLACK];
    uint64_t seed = 1;
    size_t wrong = 0, tried = 0, quoted = 0, doubled = 0;
    for (size_t len = 0; len <= sizeof text; len++)
        for (int round = 0; round < 200; round++) {
            bool quotes = round & 1, p = false, q = false;
            for (size_t i = 0; i < len; i++) {
                seed = seed * 6364136223846793005u + 1442695040888963407u;
                unsigned roll = (unsigned)(seed >> 59);
                text[i] = roll < 8              ? '|'
                          : roll < 12 && quotes ? '"'
                                                : (char)('a' + (seed >> 40) % 26);
                if (quotes && i && text[i] == '"' && text[i - 1] == '"' && roll & 1)
                    text[i] = '|'; /* so that many records are well formed */
                else if (quotes && i && text[i - 1] == '"' && roll & 1)
                    text[i] = text[i] == '"' ? '|' : '"';
            }
            size_t max = (size_t)(seed >> 33) % MOST;
            struct hc_str record = {text, len};
            size_t a = quotes ? hc_quoted_ends(record, '|', fast, max, &p)
                              : hc_field_ends(record, '|', fast, max);
            size_t b = quotes ? hc_quoted_ends_scalar(record, '|', slow, max, &q)
                              : hc_field_ends_scalar(record, '|', slow, max);
            size_t same = a < max ? a : max;
            wrong +=
                a != b || (a && p != q) || memcmp(fast, slow, same * sizeof *fast) != 0;
            quoted += quotes && a && memchr(text, '"', len);
            doubled += a && p;
            tried++;
        }
    tap_ok(wrong == 0, "SSE2 and scalar agree on %zu records (%zu wrong)", tried, wrong);
    tap_ok(quoted > 100 && doubled > 10, "%zu with quotes, %zu with pairs", quoted,
           doubled);
}

/* What the fast pass takes, byte by byte reading takes too, and the same. */
static void quoted_twins(void) {
    static const char letters[] = "\"\"\"|||ab";
    size_t wrong = 0, taken = 0, refused = 0;
    uint64_t seed = 7;
    for (int round = 0; round < 40000; round++) {
        char text[100];
        uint32_t end[100 + HC_FIELD_ENDS_SLACK];
        struct hc_str field[100];
        struct hc_arena arena = {0};
        size_t count = 0;
        bool pairs;
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        size_t len = round % 4 ? (seed >> 33) % 12 : 55 + (seed >> 33) % 20;
        for (size_t i = 0; i < len; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            text[i] = i + 12 < len ? 'x' : letters[(seed >> 33) % 8];
        }
        struct hc_str record = {text, len};
        size_t fields = hc_quoted_ends(record, '|', end, 100, &pairs);
        enum hc_status status =
            hc_delimited_fields('|', true, record, &arena, field, 100, &count, NULL);
        taken += fields > 0;
        refused += status != HC_OK;
        wrong += fields && (status != HC_OK || count != fields);
        for (size_t k = 0; fields && status == HC_OK && k < fields; k++) {
            size_t from = k ? end[k - 1] + 1u : 0, width = end[k] - from;
            bool quotes = width && text[from] == '"';
            if (!pairs)
                wrong += field[k].len != width - (quotes ? 2 : 0) ||
                         (field[k].len && field[k].ptr != text + from + quotes);
        }
        hc_arena_free(&arena);
    }
    tap_ok(wrong == 0 && taken > 1000 && refused > 1000,
           "%zu records taken as byte by byte (%zu wrong), %zu refused there", taken, wrong,
           refused);
}

int main(void) {
    records();
    longer_records();
    layouts();
    headers();
    twins();
    quoted_twins();
    return tap_done();
}
