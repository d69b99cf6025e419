#include "feed/census.h"

#define SPAN_MONTHS 1200 /* a longer span is no span, but a date that means "open" */

static void widen(struct hc_months *months, const struct hc_batch *b, size_t column) {
    const struct hc_column *c = &b->column[column];
    int32_t least = INT32_MAX, most = INT32_MIN;
    for (size_t row = 0; row < b->rows; row++) {
        if (hc_column_null(c, row))
            continue;
        least = c->i32[row] < least ? c->i32[row] : least;
        most = c->i32[row] > most ? c->i32[row] : most;
    }
    if (least > most)
        return;
    hc_month first = hc_month_of(least), last = hc_month_of(most);
    months->first = first < months->first ? first : months->first;
    months->last = last > months->last ? last : months->last;
}

enum hc_status hc_census_init(struct hc_census *c, const struct hc_schema *schema,
                              const bool *has, bool asked, uint64_t memory_bytes,
                              const char *temp_dir, struct hc_err *err) {
    const struct hc_months none = {INT32_MAX, INT32_MIN};
    enum hc_status status = HC_OK;
    *c = (struct hc_census){.service = none, .paid = none};
    if (schema->kind == HC_KIND_claim_line)
        c->has_equivalents = has[HC_claim_line_payment_arrangement] &&
                             has[HC_claim_line_ffs_equivalent] &&
                             has[HC_claim_line_allowed];
    if (!asked)
        return HC_OK;
    if (schema->kind == HC_KIND_claim_line) {
        c->has_members = has[HC_claim_line_member_id];
        c->has_claims = has[HC_claim_line_claim_id];
        c->has_service = has[HC_claim_line_service_from] && has[HC_claim_line_service_thru];
        c->has_paid = has[HC_claim_line_paid_date];
    } else if (schema->kind == HC_KIND_coverage) {
        c->has_members = has[HC_coverage_member_id];
        c->has_member_months =
            c->has_members && has[HC_coverage_start_date] && has[HC_coverage_end_date];
    }
    if (c->has_members)
        status = hc_distinct_new(&c->member, memory_bytes / 3, temp_dir, err);
    if (status == HC_OK && c->has_claims)
        status = hc_distinct_new(&c->claim, memory_bytes / 3, temp_dir, err);
    if (status == HC_OK && c->has_member_months)
        status = hc_distinct_new(&c->month, memory_bytes / 3, temp_dir, err);
    return status;
}

/* A row that repeats the one before needs no look-up: lines of a claim stand together. */
static enum hc_status count(struct hc_distinct *distinct, const struct hc_batch *b,
                            size_t column, struct hc_err *err) {
    struct hc_str last = {"", 0}, text[256];
    size_t texts = 0;
    enum hc_status status = HC_OK;
    for (size_t row = 0; row < b->rows && status == HC_OK; row++) {
        struct hc_str next = hc_str_at(b, column, row);
        if (next.len == 0 || hc_str_eq(next, last))
            continue;
        text[texts++] = last = next;
        if (texts < sizeof text / sizeof *text)
            continue;
        status = hc_distinct_add_texts(distinct, 0, text, texts, err);
        texts = 0;
    }
    return status == HC_OK ? hc_distinct_add_texts(distinct, 0, text, texts, err) : status;
}

static enum hc_status count_months(struct hc_census *c, const struct hc_batch *b,
                                   struct hc_err *err) {
    enum hc_status status = HC_OK;
    for (size_t row = 0; row < b->rows && status == HC_OK; row++) {
        struct hc_str member = hc_str_at(b, HC_coverage_member_id, row);
        if (member.len == 0)
            continue;
        bool open = hc_is_null(b, HC_coverage_start_date, row) ||
                    hc_is_null(b, HC_coverage_end_date, row);
        hc_day start = (hc_day)hc_int_at(b, HC_coverage_start_date, row, 0);
        hc_day end = (hc_day)hc_int_at(b, HC_coverage_end_date, row, 0);
        hc_month from = hc_month_of(start), to = hc_month_of(end);
        open |= to - from > SPAN_MONTHS;
        c->open_spans += open;
        if (c->open_spans) /* how many more there are is all that is still of interest */
            continue;
        for (hc_month m = from; end >= start && m <= to && status == HC_OK; m++)
            status = hc_distinct_add(c->month, 0, member, m, 1, err);
    }
    return status;
}

static void count_negative(struct hc_census *c, const struct hc_batch *b) {
    const struct hc_column *arrangement = &b->column[HC_claim_line_payment_arrangement];
    for (size_t row = 0; row < b->rows; row++) {
        if (hc_column_null(arrangement, row) ||
            arrangement->i8[row] != HC_arrangement_prospective)
            continue;
        int64_t allowed = hc_int_at(b, HC_claim_line_allowed, row, 0);
        int64_t equivalent = hc_int_at(b, HC_claim_line_ffs_equivalent, row, 0);
        c->negative_equivalents +=
            (allowed > 0 && equivalent < 0) || (allowed < 0 && equivalent > 0);
    }
}

enum hc_status hc_census_add(struct hc_census *c, const struct hc_batch *b,
                             struct hc_err *err) {
    bool coverage = b->schema->kind == HC_KIND_coverage;
    enum hc_status status = HC_OK;
    if (c->has_members)
        status = count(c->member, b,
                       coverage ? (size_t)HC_coverage_member_id
                                : (size_t)HC_claim_line_member_id,
                       err);
    if (c->has_claims && status == HC_OK)
        status = count(c->claim, b, HC_claim_line_claim_id, err);
    if (c->month && status == HC_OK)
        status = count_months(c, b, err);
    if (c->has_equivalents)
        count_negative(c, b);
    if (c->has_service) {
        widen(&c->service, b, HC_claim_line_service_from);
        widen(&c->service, b, HC_claim_line_service_thru);
    }
    if (c->has_paid)
        widen(&c->paid, b, HC_claim_line_paid_date);
    return status;
}

static enum hc_status counted(struct hc_distinct *distinct, uint64_t *count,
                              struct hc_err *err) {
    int64_t different = 0;
    enum hc_status status = distinct ? hc_distinct_count(distinct, &different, err) : HC_OK;
    *count = (uint64_t)different;
    return status;
}

enum hc_status hc_census_end(struct hc_census *c, struct hc_err *err) {
    enum hc_status status = counted(c->member, &c->members, err);
    if (status == HC_OK)
        status = counted(c->claim, &c->claims, err);
    if (status == HC_OK)
        status = counted(c->month, &c->member_months, err);
    c->has_member_months = c->month && !c->open_spans;
    return status;
}

void hc_census_free(struct hc_census *c) {
    hc_distinct_free(c->member);
    hc_distinct_free(c->claim);
    hc_distinct_free(c->month);
    *c = (struct hc_census){0};
}
