/* How the commercial payer delivers: the columns of a family, a dialect of text files, a way
 * to correct claims. One history of claims and cover is told in any of them, and the truth
 * about what stands is the same but for claim numbers. The list is in forms.c. */
#ifndef HC_SYNTH_FORMS_H
#define HC_SYNTH_FORMS_H

#include "synth/cells.h"
#include "synth/care.h"

struct synth_state;
struct synth_version;

enum synth_signs { SYNTH_MINUS, SYNTH_TRAILING, SYNTH_PARENS, SYNTH_OVERPUNCH };
enum synth_dates { SYNTH_CCYYMMDD, SYNTH_ISO, SYNTH_MDY };
struct synth_dialect {
    char delimiter;
    bool quotes;  /* around whatever holds the delimiter, and around every third column */
    bool implied; /* amounts are cents without a point */
    enum synth_signs signs;
    enum synth_dates dates;
    const char *end;
};

enum synth_way { SYNTH_VERSION, SYNTH_REVERSAL, SYNTH_REPLACE, SYNTH_RESTATE };
enum synth_table {
    SYNTH_MEDICAL,
    SYNTH_DRUGS,
    SYNTH_MEMBERS,
    SYNTH_PROVIDERS,
    SYNTH_TABLES
};

struct synth_money {
    hc_cents charge, paid, copay, coinsurance, deductible, allowed;
    hc_cents prepaid; /* what would have been paid, were it not paid for in advance */
};
struct synth_record { /* a line of a claim as it is told once */
    const struct synth_care *care;
    const struct synth_version *v;
    unsigned line; /* from 0 */
    bool denied, takes_back;
    int units; /* signed; the Common Data Layout has them without */
    struct synth_money money;
};
struct synth_cover { /* a member in a product for some months */
    uint32_t person;
    const struct synth_span *span;
    hc_month from, to; /* to: SYNTH_NEVER while it lasts */
};

struct synth_form {
    const char *name;
    enum synth_way way, drug_way;
    bool contract_ids; /* a member is the contract's number and a suffix */
    bool spans; /* members once, as spans; else a row a month */
    bool one_claims_file; /* medical and pharmacy claims together */
    struct synth_dialect dialect;
    unsigned columns[SYNTH_TABLES];
    void (*line)(const struct synth_state *s, const struct synth_record *r,
                 struct synth_cells *row);
    void (*member)(const struct synth_state *s, const struct synth_cover *cover,
                   struct synth_cells *row);
    void (*provider)(const struct synth_state *s, const struct synth_practice *practice,
                     const struct synth_provider *provider, struct synth_cells *row);
    /* What stands before and behind the rows of a file; tail may be NULL. */
    void (*head)(const struct synth_form *form, enum synth_table table, hc_month month,
                 int64_t records, struct hc_buf *buf);
    void (*tail)(const struct synth_form *form, enum synth_table table, hc_month month,
                 int64_t records, struct hc_buf *buf);
    const char *before[SYNTH_TABLES], *after; /* of the file names, around CCYYMM */
};

/* NULL where there is none of that name. */
const struct synth_form *hc_synth_form(const char *name);
const char *hc_synth_form_names(void); /* "cdl, ..." for messages */

void hc_synth_set_day(struct synth_cells *row, int column, const struct synth_dialect *d,
                      hc_day day);
void hc_synth_set_amount(struct synth_cells *row, int column,
                         const struct synth_dialect *d, hc_cents cents);
void hc_synth_set_count(struct synth_cells *row, int column, const struct synth_dialect *d,
                        int64_t count);
/* The first count cells, and the end. */
void hc_synth_write_cells(const struct synth_cells *row, unsigned count,
                          const struct synth_dialect *d, struct hc_buf *buf);

/* Of the commercial payer. */
const struct synth_product *hc_synth_product_of(const struct synth_state *s,
                                                uint32_t person, hc_month month);

/* ---- the families ---- */

void hc_synth_cdl_line(const struct synth_state *s, const struct synth_record *r,
                       struct synth_cells *row);
void hc_synth_cdl_member(const struct synth_state *s, const struct synth_cover *cover,
                         struct synth_cells *row);
void hc_synth_cdl_head(const struct synth_form *form, enum synth_table table,
                       hc_month month, int64_t records, struct hc_buf *buf);
void hc_synth_cdl_tail(const struct synth_form *form, enum synth_table table,
                       hc_month month, int64_t records, struct hc_buf *buf);
void hc_synth_cdl_provider(const struct synth_state *s,
                           const struct synth_practice *practice,
                           const struct synth_provider *provider, struct synth_cells *row);
enum { SYNTH_CDL_MC = 165, SYNTH_CDL_PC = 73, SYNTH_CDL_ME = 79, SYNTH_CDL_PV = 24 };

void hc_synth_nh_line(const struct synth_state *s, const struct synth_record *r,
                      struct synth_cells *row);
void hc_synth_nh_member(const struct synth_state *s, const struct synth_cover *cover,
                        struct synth_cells *row);
void hc_synth_nh_provider(const struct synth_state *s, const struct synth_practice *practice,
                          const struct synth_provider *provider, struct synth_cells *row);
void hc_synth_nh_head(const struct synth_form *form, enum synth_table table, hc_month month,
                      int64_t records, struct hc_buf *buf);
void hc_synth_nh_tail(const struct synth_form *form, enum synth_table table, hc_month month,
                      int64_t records, struct hc_buf *buf);
enum { SYNTH_NH_MC = 89, SYNTH_NH_PC = 56, SYNTH_NH_ME = 39, SYNTH_NH_MP = 18 };

void hc_synth_columns_line(const struct synth_state *s, const struct synth_record *r,
                           struct synth_cells *row);
void hc_synth_columns_member(const struct synth_state *s, const struct synth_cover *cover,
                             struct synth_cells *row);
void hc_synth_columns_provider(const struct synth_state *s,
                               const struct synth_practice *practice,
                               const struct synth_provider *provider,
                               struct synth_cells *row);
void hc_synth_columns_head(const struct synth_form *form, enum synth_table table,
                           hc_month month, int64_t records, struct hc_buf *buf);
/* No row of names: a record that tells the number of rows. */
void hc_synth_columns_counted_head(const struct synth_form *form, enum synth_table table,
                                   hc_month month, int64_t records, struct hc_buf *buf);
enum {
    SYNTH_COLUMNS_CLAIMS = 26,
    SYNTH_COLUMNS_MEMBERS = 16,
    SYNTH_COLUMNS_MONTHS = 16,
    SYNTH_COLUMNS_PROVIDERS = 8
};

#endif
