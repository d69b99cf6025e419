/* The forms in which the commercial payer may deliver, and how each writes its cells. */
#include "synth/forms.h"

#include <string.h>

/* Claims of all kinds in one file, members in another. */
#define COLUMNS                                                                            \
    .one_claims_file = true,                                                               \
    .columns =                                                                             \
        {[SYNTH_MEDICAL] = SYNTH_COLUMNS_CLAIMS, [SYNTH_MEMBERS] = SYNTH_COLUMNS_MEMBERS}, \
    .line = hc_synth_columns_line, .member = hc_synth_columns_member,                      \
    .before = {[SYNTH_MEDICAL] = "bcbsvt/BCBSVT_claims_",                                  \
               [SYNTH_MEMBERS] = "bcbsvt/BCBSVT_members_"}

static const struct synth_form forms[] = {
    {.name = "cdl",
     .way = SYNTH_VERSION,
     .dialect = {.delimiter = '|', .implied = true, .end = "\r\n"},
     .columns = {SYNTH_CDL_MC, SYNTH_CDL_PC, SYNTH_CDL_ME},
     .line = hc_synth_cdl_line,
     .member = hc_synth_cdl_member,
     .head = hc_synth_cdl_head,
     .tail = hc_synth_cdl_tail,
     .before = {"bcbsvt/BCBSVT_MC_", "bcbsvt/BCBSVT_PC_", "bcbsvt/BCBSVT_ME_"},
     .after = ".txt.gz"},
    {.name = "columns",
     .way = SYNTH_VERSION,
     .spans = true,
     .dialect = {.delimiter = ',', .quotes = true, .dates = SYNTH_ISO, .end = "\n"},
     COLUMNS,
     .head = hc_synth_columns_head,
     .after = ".csv.gz"},
    {.name = "columns-replace",
     .way = SYNTH_REPLACE,
     .spans = true,
     .dialect =
         {.delimiter = '\t', .signs = SYNTH_TRAILING, .dates = SYNTH_MDY, .end = "\n"},
     COLUMNS,
     .head = hc_synth_columns_head,
     .after = ".tsv.gz"},
    {.name = "columns-restate",
     .way = SYNTH_RESTATE,
     .dialect = {.delimiter = '*', .quotes = true, .signs = SYNTH_PARENS, .end = "\r"},
     COLUMNS,
     .head = hc_synth_columns_head,
     .after = ".txt.gz"},
    {.name = "columns-overpunch",
     .way = SYNTH_REVERSAL,
     .dialect =
         {.delimiter = '|', .implied = true, .signs = SYNTH_OVERPUNCH, .end = "\r\n"},
     COLUMNS,
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
    return "cdl, columns, columns-replace, columns-restate, columns-overpunch";
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
    number[len - 1] = (negative ? minus : plus)[number[len - 1] - '0'];
}

void hc_synth_set_amount(struct synth_cells *row, int column, const struct synth_dialect *d,
                         hc_cents cents) {
    char number[24], *cell = row->cell[column];
    if (d->implied)
        hc_synth_number(cents, number);
    else
        hc_synth_cents(cents, number);
    if (d->signs == SYNTH_OVERPUNCH)
        overpunch(number);
    if (d->signs == SYNTH_TRAILING && cents < 0)
        snprintf(cell, sizeof row->cell[0], "%s-", number + 1);
    else if (d->signs == SYNTH_PARENS && cents < 0)
        snprintf(cell, sizeof row->cell[0], "(%s)", number + 1);
    else
        synth_set(row, column, number);
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
