#include "feed/suspects.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/map.h"
#include "feed/run.h"

static const int payment_key[] = {HC_payment_payer,  HC_payment_program, HC_payment_product,
                                  HC_payment_aco_id, HC_payment_month,   HC_payment_reason};
enum { PAYMENT_KEYS = sizeof payment_key / sizeof *payment_key };

static void start_lines(struct hc_suspects *s, const struct hc_feed_rules *rules,
                        bool *want) {
    const struct hc_choices *types =
        hc_kinds[HC_KIND_claim_line].field[HC_claim_line_claim_type].choices;
    for (size_t i = 0; i < rules->rules; i++) {
        const struct hc_claim_rule *rule = &rules->rule[i];
        int64_t type = hc_choice_of(types, hc_str_of(rule->claim_type));
        if (type < 0)
            continue;
        s->version[type] = strcmp(rule->policy, "version") == 0;
        s->reversal[type] = strcmp(rule->policy, "reversal") == 0;
        s->any |= s->version[type] || s->reversal[type];
    }
    if (!s->any)
        return;
    want[HC_claim_line_claim_type] = want[HC_claim_line_adjustment] = true;
    want[HC_claim_line_version] = want[HC_claim_line_claim_id] = true;
    want[HC_claim_line_related_claim_id] = true;
}

void hc_suspects_start(struct hc_mapper *m, bool *want) {
    struct hc_suspects *s = &m->suspects;
    if (m->set->kind->kind == HC_KIND_claim_line) {
        start_lines(s, &m->feed->rules, want);
        s->dates = m->feed->undated_lines >= 0;
        if (s->dates)
            want[HC_claim_line_service_from] = true;
    } else if (m->set->kind->kind == HC_KIND_payment) {
        s->any = true;
        for (size_t i = 0; i < PAYMENT_KEYS; i++)
            want[payment_key[i]] = true;
        want[HC_payment_amount] = true;
    }
}

void hc_suspects_free(struct hc_suspects *s) {
    free(s->payment);
    *s = (struct hc_suspects){0};
}

static bool has(const struct hc_mapper *m, int column, size_t row) {
    return m->column[column].has && m->column[column].has[row];
}

static void count_line(struct hc_mapper *m, size_t row) {
    struct hc_suspects *s = &m->suspects;
    const struct hc_mapped *c = m->column;
    if (!has(m, HC_claim_line_claim_type, row))
        return;
    int64_t type = c[HC_claim_line_claim_type].number[row];
    bool version = has(m, HC_claim_line_version, row);
    s->versions += s->version[type] && version;
    s->versionless += s->version[type] && !version;
    s->crossing += s->version[type] &&
                   (!version || c[HC_claim_line_version].number[row] == 0) &&
                   has(m, HC_claim_line_related_claim_id, row) &&
                   !hc_str_eq(c[HC_claim_line_related_claim_id].text[row],
                              hc_map_column(m, HC_claim_line_claim_id, row));
    s->positive += s->reversal[type] && has(m, HC_claim_line_adjustment, row) &&
                   c[HC_claim_line_adjustment].number[row] == HC_adjustment_cancellation &&
                   has(m, HC_claim_line_paid, row) && c[HC_claim_line_paid].number[row] > 0;
}

static bool more_payments(struct hc_suspects *s, size_t more) {
    size_t cap = s->cap ? s->cap : 64;
    while (cap < s->payments + more)
        cap *= 2;
    if (cap == s->cap)
        return true;
    uint64_t *grown = realloc(s->payment, cap * sizeof *grown);
    if (!grown)
        return false;
    s->payment = grown;
    s->cap = cap;
    return true;
}

static bool count_payment(struct hc_mapper *m, size_t row) {
    struct hc_suspects *s = &m->suspects;
    uint64_t hash = 0;
    if (!has(m, HC_payment_amount, row) || m->column[HC_payment_amount].number[row] <= 0)
        return true; /* what is taken back is said again on purpose */
    for (size_t i = 0; i < PAYMENT_KEYS; i++) {
        bool text = m->set->kind->field[payment_key[i]].type == HC_TYPE_utf8;
        struct hc_str value = hc_map_column(m, payment_key[i], row);
        if (text)
            hash = hc_hash(value.ptr, value.len, hash + 1);
        else
            hash = hc_hash_u64(has(m, payment_key[i], row)
                                   ? (uint64_t)m->column[payment_key[i]].number[row]
                                   : UINT64_MAX,
                               hash + 1);
    }
    if (!more_payments(s, 1))
        return false;
    s->payment[s->payments++] = hash;
    return true;
}

static void count_undated(struct hc_mapper *m, size_t made) {
    const uint8_t *has = m->column[HC_claim_line_service_from].has;
    m->suspects.lines += made;
    for (size_t row = 0; row < made; row++)
        m->suspects.undated += !has || !has[row];
}

bool hc_suspects_count(struct hc_mapper *m, size_t made) {
    bool lines = m->set->kind->kind == HC_KIND_claim_line;
    if (m->suspects.dates)
        count_undated(m, made);
    for (size_t row = 0; row < made && m->suspects.any; row++) {
        if (lines)
            count_line(m, row);
        else if (!count_payment(m, row))
            return false;
    }
    return true;
}

/* ---- findings ---- */

static bool find_lines(struct hc_books *books, const struct hc_suspects *s,
                       uint64_t versions) {
    bool told = true;
    if (s->crossing)
        told &= hc_books_find(books, HC_FINDING_version_missing,
                              "%" PRIu64 " claim lines name another claim and have no "
                              "version above 0: the policy is version, so both would stand",
                              s->crossing);
    if (s->versionless && versions)
        told &= hc_books_find(books, HC_FINDING_version_missing,
                              "%" PRIu64 " claim lines have no version, and %" PRIu64
                              " of the deliveries have one: those without come last",
                              s->versionless, versions);
    if (s->positive)
        told &= hc_books_find(books, HC_FINDING_positive_cancellation,
                              "%" PRIu64 " cancellations have a paid amount above 0: they "
                              "would stand beside what they take back",
                              s->positive);
    return told;
}

/* Lines of all record sets together: who leaves days out, leaves them out of all files. */
static bool find_undated(struct hc_delivered *d, const struct hc_feed *feed) {
    char percent[HC_NUM_SIZE], allowed[HC_NUM_SIZE];
    uint64_t lines = 0, undated = 0;
    for (size_t r = 0; d->opened && r < feed->records; r++) {
        lines += d->books.mapper[r].suspects.lines;
        undated += d->books.mapper[r].suspects.undated;
    }
    if (undated == 0 || (hc_i128)undated * 10000 <= (hc_i128)lines * feed->undated_lines)
        return true;
    return hc_books_find(
        &d->books, HC_FINDING_service_date,
        "%" PRIu64 " of %" PRIu64
        " claim lines (%s%%) have no day of service, the feed allows "
        "%s%%: they are of no month",
        undated, lines,
        hc_format_scaled((int64_t)((hc_i128)undated * 10000 / lines), 2, percent),
        hc_format_scaled(feed->undated_lines, 2, allowed));
}

struct payment {
    uint64_t hash;
    size_t delivery;
};
static int by_hash(const void *left, const void *right) {
    const struct payment *a = left, *b = right;
    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    return (a->delivery > b->delivery) - (a->delivery < b->delivery);
}

/* Payments of delivery d that one before it has told. */
static uint64_t repeated(const struct payment *p, size_t count, size_t d) {
    uint64_t again = 0;
    for (size_t i = 0, first = 0; i < count; i++) {
        if (p[i].hash != p[first].hash)
            first = i;
        again += p[i].delivery == d && p[first].delivery != d;
    }
    return again;
}

static enum hc_status find_payments(struct hc_ingest *run, size_t count,
                                    struct hc_err *err) {
    struct payment *p = malloc((count + 1) * sizeof *p);
    bool told = p != NULL;
    size_t n = 0;
    for (size_t d = 0; d < run->deliveries && p; d++)
        for (size_t r = 0; run->delivery[d].opened && r < run->feed->records; r++) {
            const struct hc_suspects *s = &run->delivery[d].books.mapper[r].suspects;
            for (size_t i = 0; i < s->payments; i++)
                p[n++] = (struct payment){s->payment[i], d};
        }
    if (p)
        qsort(p, n, sizeof *p, by_hash);
    for (size_t d = 1; d < run->deliveries && told; d++) {
        uint64_t again = repeated(p, n, d);
        if (again)
            told =
                hc_books_find(&run->delivery[d].books, HC_FINDING_repeated_payment,
                              "%" PRIu64 " payments are in a delivery before it too: same "
                              "payer, program, product, organisation, month and reason",
                              again);
    }
    free(p);
    return told ? HC_OK : hc_fail_memory(err);
}

enum hc_status hc_suspects_find(struct hc_ingest *run, struct hc_err *err) {
    uint64_t versions = 0;
    size_t payments = 0;
    bool told = true;
    for (size_t d = 0; d < run->deliveries; d++)
        for (size_t r = 0; run->delivery[d].opened && r < run->feed->records; r++) {
            versions += run->delivery[d].books.mapper[r].suspects.versions;
            payments += run->delivery[d].books.mapper[r].suspects.payments;
        }
    for (size_t d = 0; d < run->deliveries; d++)
        for (size_t r = 0; run->delivery[d].opened && r < run->feed->records; r++)
            told &= find_lines(&run->delivery[d].books,
                               &run->delivery[d].books.mapper[r].suspects, versions);
    for (size_t d = 0; d < run->deliveries && told; d++)
        told = find_undated(&run->delivery[d], run->feed);
    if (!told)
        return hc_fail_memory(err);
    return payments ? find_payments(run, payments, err) : HC_OK;
}

bool hc_suspects_add(struct hc_suspects *s, const struct hc_suspects *from) {
    s->versions += from->versions;
    s->versionless += from->versionless;
    s->crossing += from->crossing;
    s->positive += from->positive;
    s->lines += from->lines;
    s->undated += from->undated;
    if (!from->payments)
        return true;
    if (!more_payments(s, from->payments))
        return false;
    memcpy(s->payment + s->payments, from->payment, from->payments * sizeof *s->payment);
    s->payments += from->payments;
    return true;
}
