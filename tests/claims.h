/* Claim lines written as a table, deduped, and shown as text, for tests of lib/rule. */
#ifndef HC_TESTS_CLAIMS_H
#define HC_TESTS_CLAIMS_H

#include <stdlib.h>

#include "rule/final.h"
#include "tap.h"

/* Feed "cclf": A, B pair, D replay. Feed "apcd": M version, R reversal, S restate. Feed
 * "other": P (institutional), Q (professional) replace. */
struct line {
    int delivery; /* from 1; 1..4 are cclf's, 5..8 apcd's, 9..12 other's */
    int record;
    char type; /* A B D or M R S */
    const char *claim;
    int line;
    int adjustment; /* 0 original, 1 cancellation, 2 adjustment; -1 null */
    const char *member;
    const char
        *key; /* A facility, B control number, D prescription, P Q the claim it names */
    const char *effective;
    int64_t paid;
    int version;
};

#define NAMES(...)                                                                         \
    sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *), (const char *const[]) {   \
        __VA_ARGS__                                                                        \
    }
static const struct hc_claim_rule claims_cclf[] = {
    {"institutional", "pair", NAMES("facility_id", "claim_from", "member_id"),
     NAMES("facility_id", "claim_from"), NAMES("claim_type", "claim_id", "line"), false,
     HC_DENIED_KEEP},
    {"professional", "pair", NAMES("control_number", "member_id"), NAMES("control_number"),
     NAMES("claim_type", "claim_id", "line"), false,
     HC_DENIED_KEEP},
    {"pharmacy", "replay", NAMES("claim_from", "prescription_number"),
     NAMES("claim_from", "prescription_number"), NAMES("claim_type", "claim_id", "line"),
     false, HC_DENIED_KEEP},
    {"dme", "none", NAMES("claim_id"), NAMES("claim_id"), NAMES("claim_id"), false,
     HC_DENIED_KEEP},
};
static const struct hc_claim_rule claims_apcd[] = {
    {"institutional", "version", NAMES("payer", "claim_id", "line"),
     NAMES("payer", "claim_id"), NAMES("payer", "claim_id", "line", "version"), false,
     HC_DENIED_KEEP},
    {"professional", "reversal", NAMES("payer", "claim_id", "line"),
     NAMES("payer", "claim_id"), NAMES("payer", "claim_id", "line", "adjustment", "paid"),
     true, HC_DENIED_KEEP},
    {"dental", "restate", NAMES("payer", "claim_id"), NAMES("payer", "claim_id"),
     NAMES("payer", "claim_id", "line", "loaded_date"), true, HC_DENIED_KEEP},
};
static const struct hc_claim_rule claims_other[] = {
    {"institutional", "replace", NAMES("payer", "claim_id"), NAMES("payer", "claim_id"),
     NAMES("payer", "claim_id", "line"), false, HC_DENIED_KEEP},
    {"professional", "replace", NAMES("payer", "claim_id"), NAMES("payer", "claim_id"),
     NAMES("payer", "claim_id", "line"), false, HC_DENIED_KEEP},
    {"dme", "replace", NAMES("payer", "claim_id", "line"), NAMES("payer", "claim_id"),
     NAMES("payer", "claim_id", "line"), false, HC_DENIED_KEEP},
};
static struct hc_feed_rules claims_feed[] = {
    {.feed = "apcd", .rules = 3, .rule = claims_apcd},
    {.feed = "cclf", .rules = 4, .rule = claims_cclf},
    {.feed = "other", .rules = 3, .rule = claims_other}};
static const char *const claims_entry[] = {"claims"};
#define ZEROS "00000000000000000000000000000000000000000000000000000000000000"
#define DELIVERY(number, digits, of)                                                       \
    {                                                                                      \
        .name = "d" #number, .feed = of, .payer = "p", .program = "", .has_date = true,    \
        .date = 18500 + number, .sha256 = ZEROS digits, .entries = 1,                      \
        .entry = claims_entry                                                              \
    }
static struct hc_delivery claims_delivery[] = {
    DELIVERY(1, "01", "cclf"),   DELIVERY(2, "02", "cclf"),   DELIVERY(3, "03", "cclf"),
    DELIVERY(4, "04", "cclf"),   DELIVERY(5, "05", "apcd"),   DELIVERY(6, "06", "apcd"),
    DELIVERY(7, "07", "apcd"),   DELIVERY(8, "08", "apcd"),   DELIVERY(9, "09", "other"),
    DELIVERY(10, "10", "other"), DELIVERY(11, "11", "other"), DELIVERY(12, "12", "other"),
};
static struct hc_origin claims_origin = {
    .deliveries = 12, .delivery = claims_delivery, .feeds = 3, .feed = claims_feed};

static inline void claims_must(enum hc_status status, const struct hc_err *err) {
    if (status != HC_OK) {
        printf("Bail out! status %d: %s\n", (int)status, err->what);
        exit(1);
    }
}

static inline void claims_add(struct hc_batch *b, const struct line *l) {
    static const char types[] = "ABDERMSPQF";
    static const int claim_type[] = {
        HC_claim_type_institutional, HC_claim_type_professional,
        HC_claim_type_pharmacy,      HC_claim_type_dme,
        HC_claim_type_professional,  HC_claim_type_institutional,
        HC_claim_type_dental,        HC_claim_type_institutional,
        HC_claim_type_professional,  HC_claim_type_dme};
    hc_day day = 0;
    hc_batch_row(b);
    hc_set_str(b, HC_claim_line_payer, HC_STR("p"));
    hc_set_choice(b, HC_claim_line_claim_type, claim_type[strchr(types, l->type) - types]);
    hc_set_str(b, HC_claim_line_claim_id, hc_str_of(l->claim));
    hc_set_i32(b, HC_claim_line_line, l->line);
    hc_set_choice(b, HC_claim_line_adjustment, l->adjustment);
    if (l->type == 'M')
        hc_set_i32(b, HC_claim_line_version, l->version);
    hc_set_str(b, HC_claim_line_member_id, hc_str_of(l->member));
    hc_set_i32(b, HC_claim_line_claim_from, 18000);
    if (l->type == 'A')
        hc_set_str(b, HC_claim_line_facility_id, hc_str_of(l->key));
    else if (l->type == 'P' || l->type == 'Q')
        hc_set_str(b, HC_claim_line_related_claim_id, hc_str_of(l->key));
    else if (l->type == 'B')
        hc_set_str(b, HC_claim_line_control_number, hc_str_of(l->key));
    else
        hc_set_str(b, HC_claim_line_prescription_number, hc_str_of(l->key));
    if (l->effective &&
        hc_parse_day(hc_str_of(l->effective), HC_DATE_ISO, &day, NULL) == HC_OK)
        hc_set_i32(b, HC_claim_line_effective_date, day);
    hc_set_i64(b, HC_claim_line_paid, l->paid);
    hc_set_i64(b, HC_claim_line_ffs_equivalent, l->paid);
    hc_set_i32(b, HC_claim_line_delivery, l->delivery);
    hc_set_i32(b, HC_claim_line_source_entry, 1);
    hc_set_i64(b, HC_claim_line_source_record, l->record);
}

static inline struct hc_batch *claims_batch(const struct line *line, size_t lines) {
    struct hc_batch *b = NULL;
    struct hc_err err = {0};
    claims_must(hc_batch_new(&b, &hc_kinds[HC_KIND_claim_line], NULL, &err), &err);
    for (size_t i = 0; i < lines; i++)
        claims_add(b, &line[i]);
    claims_must(hc_batch_seal(b, &err), &err);
    return b;
}

struct claims_result {
    enum hc_status status;
    struct hc_err err;
    struct hc_buf kept;   /* "CLAIM/LINE PAID[ standing]; " in order */
    struct hc_buf ledger; /* "PAIR policy reason CLAIM/LINE PAID<PARTNER; " */
    int64_t paid;         /* of what stands */
    struct hc_final_counts counts;
    struct hc_batch *rows; /* what stands */
};
static inline void claims_result_free(struct claims_result *r) {
    hc_buf_free(&r->kept);
    hc_buf_free(&r->ledger);
    hc_batch_free(r->rows);
}

static inline void claims_show(struct claims_result *r, const struct hc_batch *b,
                               size_t row) {
    static const char *const standing[] = {"", " unmatched", " residual"};
    struct hc_str claim = hc_str_at(b, HC_claim_line_claim_id, row);
    hc_buf_printf(&r->kept, "%.*s/%d %lld%s; ", (int)claim.len, claim.ptr,
                  (int)hc_int_at(b, HC_claim_line_line, row, -1),
                  (long long)hc_int_at(b, HC_claim_line_paid, row, 0),
                  standing[hc_int_at(b, HC_claim_line_standing, row, 0)]);
    r->paid += hc_int_at(b, HC_claim_line_paid, row, 0);
}

static inline void claims_show_ledger(struct claims_result *r, const struct hc_batch *b,
                                      size_t row) {
    struct hc_str claim = hc_str_at(b, HC_ledger_claim_id, row);
    struct hc_str policy = hc_str_at(b, HC_ledger_policy, row);
    struct hc_str reason = hc_str_at(b, HC_ledger_reason, row);
    struct hc_str partner = hc_str_at(b, HC_ledger_partner_claim_id, row);
    hc_buf_printf(&r->ledger, "%lld %.*s %.*s %.*s/%d %lld<%.*s; ",
                  (long long)hc_int_at(b, HC_ledger_pair, row, 0), (int)policy.len,
                  policy.ptr, (int)reason.len, reason.ptr, (int)claim.len, claim.ptr,
                  (int)hc_int_at(b, HC_ledger_line, row, -1),
                  (long long)hc_int_at(b, HC_ledger_paid, row, 0), (int)partner.len,
                  partner.ptr);
}

/* Dedupe a batch, given in pieces of at most step rows. as_of 0: no such day. */
static inline void claims_dedupe_as_of(struct claims_result *r, const struct hc_batch *in,
                                       unsigned parts, uint64_t memory, size_t step,
                                       hc_day as_of) {
    struct hc_final *f = NULL;
    struct hc_batch *piece = NULL, *out = NULL;
    uint32_t row[4096];
    struct hc_err *err = &r->err;
    *r = (struct claims_result){0};
    claims_must(hc_final_new(&f, &hc_kinds[HC_KIND_claim_line], NULL, &claims_origin,
                             &(struct hc_final_options){.parts = parts,
                                                        .memory_bytes = memory,
                                                        .has_as_of = as_of != 0,
                                                        .as_of = as_of},
                             err),
                err);
    claims_must(hc_batch_new(&piece, in->schema, NULL, err), err);
    claims_must(hc_batch_new(&r->rows, in->schema, NULL, err), err);
    enum hc_status status = HC_OK;
    for (size_t at = 0; at < in->rows && status == HC_OK; at += step) {
        size_t n = 0;
        for (; n < step && at + n < in->rows; n++)
            row[n] = (uint32_t)(at + n);
        hc_batch_clear(piece);
        claims_must(hc_batch_take(piece, in, row, n, err), err);
        claims_must(hc_batch_seal(piece, err), err);
        status = hc_final_add(f, piece, err);
    }
    if (status == HC_OK)
        status = hc_final_work(f, NULL, err);
    while (status == HC_OK && (status = hc_final_next(f, &out, err)) == HC_OK)
        for (uint32_t i = 0; i < out->rows; i++) {
            claims_show(r, out, i);
            claims_must(hc_batch_take(r->rows, out, &i, 1, err), err);
        }
    if (status == HC_END)
        status = HC_OK;
    while (status == HC_OK && (status = hc_final_ledger_next(f, &out, err)) == HC_OK)
        for (size_t i = 0; i < out->rows; i++)
            claims_show_ledger(r, out, i);
    if (status == HC_END)
        status = hc_final_check(f, err);
    r->status = status;
    claims_must(hc_batch_seal(r->rows, err), err);
    hc_final_counts(f, &r->counts);
    hc_batch_free(piece);
    hc_final_free(f);
}
static inline void claims_dedupe(struct claims_result *r, const struct hc_batch *in,
                                 unsigned parts, uint64_t memory, size_t step) {
    claims_dedupe_as_of(r, in, parts, memory, step, 0);
}

#endif
