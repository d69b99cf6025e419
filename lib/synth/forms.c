/* The forms in which the commercial payer may deliver, and how each writes its cells. */
#include "synth/forms.h"

#include <string.h>

/* Claims of all kinds in one file; members as spans, or by month. */
#define COLUMNS                                                                            \
    .one_claims_file = true, .line = hc_synth_columns_line,                                \
    .member = hc_synth_columns_member, .provider = hc_synth_columns_provider
#define SPANS                                                                              \
    .spans = true,                                                                         \
    .columns = {SYNTH_COLUMNS_CLAIMS, 0, SYNTH_COLUMNS_MEMBERS, SYNTH_COLUMNS_PROVIDERS},  \
    .before = {"bcbsvt/BCBSVT_claims_", NULL, "bcbsvt/BCBSVT_members_",                    \
               "bcbsvt/BCBSVT_providers_"}
#define MONTHS                                                                             \
    .columns = {SYNTH_COLUMNS_CLAIMS, 0, SYNTH_COLUMNS_MONTHS, SYNTH_COLUMNS_PROVIDERS},   \
    .before = {"bcbsvt/BCBSVT_claims_", NULL, "bcbsvt/BCBSVT_months_",                     \
               "bcbsvt/BCBSVT_providers_"}
#define NH                                                                                 \
    .contract_ids = true, .columns = {SYNTH_NH_MC, SYNTH_NH_PC, SYNTH_NH_ME, SYNTH_NH_MP}, \
    .line = hc_synth_nh_line, .member = hc_synth_nh_member,                                \
    .provider = hc_synth_nh_provider, .head = hc_synth_nh_head, .tail = hc_synth_nh_tail,  \
    .before = {"bcbsvt/BCBSVT_MC_", "bcbsvt/BCBSVT_PC_", "bcbsvt/BCBSVT_ME_",              \
               "bcbsvt/BCBSVT_MP_"},                                                       \
    .after = ".txt.gz"

static const struct synth_form forms[] = {
    {.name = "cdl",
     .way = SYNTH_VERSION,
     .drug_way = SYNTH_VERSION,
     .dialect = {.delimiter = '|', .implied = true, .end = "\r\n"},
     .columns = {SYNTH_CDL_MC, SYNTH_CDL_PC, SYNTH_CDL_ME, SYNTH_CDL_PV},
     .line = hc_synth_cdl_line,
     .member = hc_synth_cdl_member,
     .provider = hc_synth_cdl_provider,
     .head = hc_synth_cdl_head,
     .tail = hc_synth_cdl_tail,
     .before = {"bcbsvt/BCBSVT_MC_", "bcbsvt/BCBSVT_PC_", "bcbsvt/BCBSVT_ME_",
                "bcbsvt/BCBSVT_PV_"},
     .after = ".txt.gz"},
    {.name = "nh",
     .way = SYNTH_VERSION,
     .drug_way = SYNTH_REVERSAL,
     .dialect = {.delimiter = '|', .end = "\n"},
     NH},
    {.name = "nh-replace",
     .way = SYNTH_REPLACE,
     .drug_way = SYNTH_REVERSAL,
     .dialect = {.delimiter = '*', .quotes = true, .end = "\r\n"},
     NH},
    {.name = "columns",
     .way = SYNTH_VERSION,
     .drug_way = SYNTH_VERSION,
     .dialect = {.delimiter = ',', .quotes = true, .dates = SYNTH_ISO, .end = "\n"},
     COLUMNS,
     SPANS,
     .head = hc_synth_columns_head,
     .after = ".csv.gz"},
    {.name = "columns-replace",
     .way = SYNTH_REPLACE,
     .drug_way = SYNTH_REPLACE,
     .dialect =
         {.delimiter = '\t', .signs = SYNTH_TRAILING, .dates = SYNTH_MDY, .end = "\n"},
     COLUMNS,
     SPANS,
     .head = hc_synth_columns_head,
     .after = ".tsv.gz"},
    {.name = "columns-restate",
     .way = SYNTH_RESTATE,
     .drug_way = SYNTH_RESTATE,
     .dialect = {.delimiter = '*', .quotes = true, .signs = SYNTH_PARENS, .end = "\r"},
     COLUMNS,
     MONTHS,
     .head = hc_synth_columns_head,
     .after = ".txt.gz"},
    {.name = "columns-overpunch",
     .way = SYNTH_REVERSAL,
     .drug_way = SYNTH_REVERSAL,
     .dialect =
         {.delimiter = '|', .implied = true, .signs = SYNTH_OVERPUNCH, .end = "\r\n"},
     COLUMNS,
     MONTHS,
     .head = hc_synth_columns_counted_head,
     .after = ".txt.gz"},
};

const struct synth_form *hc_synth_form(const char *name) {
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (strcmp(forms[i].name, name) == 0)
            return &forms[i];
    return NULL;
}

const char *hc_synth_form_names(void) {
    return "cdl, nh, nh-replace, columns, columns-replace, columns-restate, "
           "columns-overpunch";
}

void hc_synth_set_day(struct synth_cells *row, int column, const struct synth_dialect *d,
                      hc_day day) {
    char text[16], turned[16];
    if (d->dates == SYNTH_ISO) {
        synth_set(row, column, hc_synth_iso(day, text));
        return;
    }
    hc_synth_ccyymmdd(day, text);
    if (d->dates == SYNTH_MDY) {
        snprintf(turned, sizeof turned, "%.2s/%.2s/%.4s", text + 4, text + 6, text);
        memcpy(text, turned, sizeof text);
    }
    synth_set(row, column, text);
}

static void overpunch(char *number) {
    static const char plus[] = "{ABCDEFGHI", minus[] = "}JKLMNOPQR";
    bool negative = number[0] == '-';
    size_t len = strlen(number) - negative;
    memmove(number, number + negative, len + 1);
    unsigned last = (unsigned)(number[len - 1] - '0') % 10;
    number[len - 1] = (negative ? minus : plus)[last];
}

/* A number with a leading minus, as the dialect signs it. */
static void set_signed(struct synth_cells *row, int column, const struct synth_dialect *d,
                       char number[24]) {
    bool negative = number[0] == '-';
    char *cell = row->cell[column];
    if (d->signs == SYNTH_OVERPUNCH)
        overpunch(number);
    if (negative && d->signs == SYNTH_TRAILING)
        snprintf(cell, sizeof row->cell[0], "%s-", number + 1);
    else if (negative && d->signs == SYNTH_PARENS)
        snprintf(cell, sizeof row->cell[0], "(%s)", number + 1);
    else
        synth_set(row, column, number);
}

void hc_synth_set_amount(struct synth_cells *row, int column, const struct synth_dialect *d,
                         hc_cents cents) {
    char number[24];
    if (d->implied)
        hc_synth_number(cents, number);
    else
        hc_synth_cents(cents, number);
    set_signed(row, column, d, number);
}

void hc_synth_set_count(struct synth_cells *row, int column, const struct synth_dialect *d,
                        int64_t count) {
    char number[24];
    hc_synth_number(count, number);
    set_signed(row, column, d, number);
}

void hc_synth_write_cells(const struct synth_cells *row, unsigned count,
                          const struct synth_dialect *d, struct hc_buf *buf) {
    if (!hc_buf_reserve(buf, sizeof row->cell + 4 * SYNTH_CELLS))
        return;
    char *at = (char *)buf->ptr + buf->len;
    for (unsigned i = 1; i <= count; i++) { /* most cells are empty */
        const char *from = row->cell[i];
        bool quote = d->quotes && *from && (i % 3 == 0 || strchr(from, d->delimiter));
        if (quote)
            *at++ = '"';
        while (*from)
            *at++ = *from++;
        if (quote)
            *at++ = '"';
        *at++ = d->delimiter;
    }
    at--;
    for (const char *end = d->end; *end; end++)
        *at++ = *end;
    buf->len = (size_t)(at - (char *)buf->ptr);
}
