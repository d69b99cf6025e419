#include "feed/trend.h"

#include "base/file.h"
#include "base/yaml.h"

static bool is_money(enum hc_trend trend) {
    return trend == HC_TREND_paid || trend == HC_TREND_paid_pmpm;
}

static struct hc_total of_count(bool known, uint64_t value) {
    return (struct hc_total){known, known ? (hc_i128)value : 0};
}

/* How much of a delivery that breaks off is missing, nobody knows. */
static bool any_damaged(const struct hc_ingest *run) {
    bool any = false;
    for (size_t i = 0; i < run->deliveries; i++)
        any |= run->delivery[i].damage.status != HC_OK;
    return any;
}

/* Totals of the run, once its rows are made. */
static void run_totals(const struct hc_ingest *run, struct hc_total total[HC_TRENDS]) {
    const struct hc_kind_out *lines = &run->outputs.kind[HC_KIND_claim_line];
    const struct hc_kind_out *spans = &run->outputs.kind[HC_KIND_coverage];
    bool claims = lines->wanted && lines->totals.rows;
    bool covered = spans->wanted && spans->totals.rows;
    const struct hc_census *members = covered ? &spans->census : &lines->census;
    memset(total, 0, HC_TRENDS * sizeof *total);
    total[HC_TREND_records] = of_count(!any_damaged(run), run->records);
    if (run->partial)
        return;
    total[HC_TREND_members] =
        of_count((claims || covered) && members->has_members, members->members);
    total[HC_TREND_claims] =
        of_count(claims && lines->census.has_claims, lines->census.claims);
    total[HC_TREND_member_months] =
        of_count(covered && spans->census.has_member_months, spans->census.member_months);
    if (claims && lines->has[HC_claim_line_paid]) {
        total[HC_TREND_paid] =
            (struct hc_total){true, lines->totals.sum[HC_claim_line_paid]};
        hc_i128 months = total[HC_TREND_member_months].value;
        hc_i128 paid = total[HC_TREND_paid].value;
        if (months > 0) /* rounded half away from zero */
            total[HC_TREND_paid_pmpm] = (struct hc_total){
                true, (2 * paid + (paid < 0 ? -months : months)) / (2 * months)};
    }
}

const char *hc_total_text(enum hc_trend trend, hc_i128 value, char out[HC_NUM_SIZE]) {
    return hc_format_scaled(value, is_money(trend) ? 2 : 0, out);
}

/* ---- the receipt before ---- */

static enum hc_status read_totals(struct hc_comparison *c, const struct hc_node *totals,
                                  struct hc_err *err) {
    for (int i = 0; i < HC_TRENDS; i++) {
        const struct hc_node *node = hc_node_get(totals, hc_trend_name((enum hc_trend)i));
        int64_t value;
        if (!node || hc_node_is_null(node))
            continue;
        if (node->type != HC_NODE_SCALAR ||
            hc_parse_decimal(node->text, is_money((enum hc_trend)i) ? 2 : 0, 0,
                             HC_SIGN_LEADING, &value, NULL) != HC_OK)
            return hc_fail(err, HC_EDATA, "totals.%s is no number",
                           hc_trend_name((enum hc_trend)i));
        c->before[i] = (struct hc_total){true, value};
    }
    return HC_OK;
}

static enum hc_status check_receipt(struct hc_ingest *run, const struct hc_node *root,
                                    struct hc_err *err) {
    const struct hc_node *accepted = hc_node_get(root, "accepted");
    const struct hc_node *feed = hc_node_get(hc_node_get(root, "feed"), "name");
    const struct hc_node *totals = hc_node_get(root, "totals");
    if (!accepted || !feed || !totals)
        return hc_fail(err, HC_EDATA, "is no receipt of hc-ingest with totals");
    if (!hc_str_is(feed->text, run->feed->name))
        return hc_fail(err, HC_EDATA, "is a receipt of feed %.*s, not of %s",
                       (int)(feed->text.len < 64 ? feed->text.len : 64), feed->text.ptr,
                       run->feed->name);
    if (!hc_str_is(accepted->text, "true"))
        return hc_fail(err, HC_EDATA, "that delivery was refused, it is no measure");
    return read_totals(&run->comparison, totals, err);
}

enum hc_status hc_trend_read(struct hc_ingest *run, struct hc_err *err) {
    const char *path = run->options->previous;
    struct hc_buf text = {0};
    struct hc_yaml *yaml = NULL;
    enum hc_status status = hc_read_file(path, (size_t)64 << 20, &text, err);
    if (status == HC_OK)
        status = hc_digest_file(path, run->comparison.sha256, err);
    if (status == HC_OK) {
        status = hc_yaml_parse(&yaml, path, hc_buf_str(&text), true, err);
        status = status == HC_ECONFIG ? HC_EDATA : status;
    }
    if (status == HC_OK)
        status = check_receipt(run, hc_yaml_root(yaml), err);
    if (status != HC_OK)
        hc_err_at_file(err, path);
    hc_yaml_free(yaml);
    hc_buf_free(&text);
    return status;
}

/* ---- comparing ---- */

bool hc_total_change(const struct hc_comparison *c, enum hc_trend trend, hc_i128 *change) {
    const struct hc_total *before = &c->before[trend], *now = &c->now[trend];
    if (!before->known || !now->known || (before->value == 0 && now->value != 0))
        return false;
    hc_i128 size = before->value < 0 ? -before->value : before->value;
    hc_i128 more = (now->value - before->value) * 10000; /* rounded half away from zero */
    *change = size ? (2 * more + (more < 0 ? -size : size)) / (2 * size) : 0;
    return true;
}

/* From nothing to something is beyond any bound; what is not known is not compared. */
static bool is_beyond(const struct hc_ingest *run, enum hc_trend trend) {
    const struct hc_comparison *c = &run->comparison;
    int64_t bound = run->feed->bound[trend];
    hc_i128 change;
    if (bound < 0 || !c->before[trend].known || !c->now[trend].known)
        return false;
    if (!hc_total_change(c, trend, &change))
        return true;
    hc_i128 before = c->before[trend].value, more = c->now[trend].value - before;
    return (more < 0 ? -more : more) * 10000 > (before < 0 ? -before : before) * bound;
}

static void describe(const struct hc_ingest *run, enum hc_trend trend,
                     struct hc_buf *text) {
    const struct hc_comparison *c = &run->comparison;
    char before[HC_NUM_SIZE], now[HC_NUM_SIZE], bound[HC_NUM_SIZE];
    hc_buf_printf(text, "%s: %s before, %s now; the feed allows a change of %s%%",
                  hc_trend_name(trend),
                  hc_total_text(trend, c->before[trend].value, before),
                  hc_total_text(trend, c->now[trend].value, now),
                  hc_format_scaled(run->feed->bound[trend], 2, bound));
}

enum hc_status hc_trend_check(struct hc_ingest *run, struct hc_log *log,
                              struct hc_err *err) {
    struct hc_comparison *c = &run->comparison;
    struct hc_buf text = {0};
    enum hc_status status = HC_OK;
    enum hc_action action = hc_ingest_action(run, HC_FINDING_trend);
    struct hc_delivered *newest = &run->delivery[run->deliveries - 1];
    run_totals(run, c->now);
    for (int i = 0; i < HC_TRENDS && *c->sha256; i++) {
        c->beyond[i] = is_beyond(run, (enum hc_trend)i);
        c->any_beyond |= c->beyond[i];
        if (!c->beyond[i])
            continue;
        if (action == HC_ACTION_refuse && text.len)
            hc_buf_putc(&text, '\n');
        else
            hc_buf_clear(&text);
        size_t start = text.len;
        describe(run, (enum hc_trend)i, &text);
        if (!text.failed && newest->opened &&
            !hc_books_find(&newest->books, HC_FINDING_trend, "%s", text.ptr + start))
            text.failed = true;
        if (action != HC_ACTION_refuse)
            hc_log(log, action == HC_ACTION_accept ? HC_LOG_NOTE : HC_LOG_WARN,
                   "%s (accepted: trend)", hc_buf_text(&text));
    }
    if (text.failed) {
        status = hc_fail_memory(err);
    } else if (c->any_beyond && action == HC_ACTION_refuse) {
        status = hc_fail(err, HC_EDATA, "%s", hc_buf_text(&text));
        hc_err_hint(err, "--accept=trend goes on in spite of it");
    }
    hc_buf_free(&text);
    return status;
}
