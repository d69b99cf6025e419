/* A receipt of hc-ingest as a page whose first screen answers: was it accepted, what is
 * wrong, where, and what to do next. */
#include <inttypes.h>

#include "format/grid.h"
#include "format/page.h"
#include "format/view.h"

#define MOST_FILES 24   /* more are summed by delivery, or left to -v */
#define MOST_PROBLEMS 8 /* more are left to -v and to rejects.csv */

struct facts { /* what the whole receipt comes to */
    int64_t read, rejected, unattached;
    size_t entries;
    bool accepted, damaged, exceptions;
    const char *accept[8]; /* findings that refuse and may be accepted */
    size_t accepts;
};

static struct hc_str text_of(const struct hc_node *map, const char *key) {
    const struct hc_node *n = hc_node_get(map, key);
    return n && n->type == HC_NODE_SCALAR && !hc_node_is_null(n) ? n->text : HC_STR("");
}

static int64_t int_of(const struct hc_node *map, const char *key) {
    int64_t value = 0;
    if (hc_parse_int(text_of(map, key), INT64_MIN, INT64_MAX, &value, NULL) != HC_OK)
        return 0;
    return value;
}

static bool is_true(const struct hc_node *map, const char *key) {
    return hc_str_is(text_of(map, key), "true");
}

static const struct hc_node *items(const struct hc_node *map, const char *key) {
    const struct hc_node *list = hc_node_get(map, key);
    return list && list->type != HC_NODE_SCALAR ? list->child : NULL;
}

/* The sum of a map of counts. */
static int64_t counts(const struct hc_node *map, const char *key) {
    int64_t sum = 0, value;
    for (const struct hc_node *n = items(map, key); n; n = n->next)
        if (hc_parse_int(n->text, 0, INT64_MAX, &value, NULL) == HC_OK)
            sum += value;
    return sum;
}

bool hc_view_is_receipt(const struct hc_node *root) {
    return hc_str_is(text_of(root, "tool"), "hc-ingest") && hc_node_get(root, "verdict") &&
           hc_node_get(root, "deliveries");
}

static void may_accept(struct facts *f, struct hc_str finding) {
    for (size_t i = 0; i < f->accepts; i++)
        if (hc_str_is(finding, f->accept[i]))
            return;
    if (finding.len && f->accepts < sizeof f->accept / sizeof *f->accept)
        f->accept[f->accepts++] = finding.ptr;
}

static struct facts collect(const struct hc_node *root) {
    struct facts f = {.accepted = is_true(root, "accepted")};
    f.exceptions = f.accepted && !hc_str_is(text_of(root, "verdict"), "accepted");
    for (const struct hc_node *d = items(root, "deliveries"); d; d = d->next) {
        f.damaged |= hc_node_get(d, "damage") != NULL;
        for (const struct hc_node *n = items(d, "findings"); n; n = n->next)
            if (hc_str_is(text_of(n, "action"), "refuse"))
                may_accept(&f, text_of(n, "finding"));
        for (const struct hc_node *e = items(d, "entries"); e; e = e->next) {
            const struct hc_node *records = hc_node_get(e, "records");
            f.entries++;
            f.read += int_of(records, "read");
            f.rejected += counts(records, "rejected");
            f.unattached += counts(records, "unattached");
        }
    }
    if (hc_str_is(text_of(hc_node_get(root, "previous"), "action"), "refuse"))
        may_accept(&f, HC_STR("trend"));
    return f;
}

/* ---- was it accepted ---- */

static void put_verdict(const struct hc_page *page, const struct hc_node *root,
                        const struct facts *f) {
    const struct hc_node *deliveries = hc_node_get(root, "deliveries");
    size_t count = deliveries ? deliveries->children : 0;
    enum hc_paint paint = !f->accepted    ? HC_PAINT_bad
                          : f->exceptions ? HC_PAINT_odd
                                          : HC_PAINT_good;
    struct hc_buf rest = {0};
    struct hc_str verdict = text_of(root, "verdict"),
                  feed = text_of(hc_node_get(root, "feed"), "name");
    hc_page_paint(page, paint, verdict);
    hc_buf_printf(&rest, ": feed %.*s, %zu deliver%s, %" PRId64 " records", (int)feed.len,
                  feed.ptr, count, count == 1 ? "y" : "ies", f->read);
    if (f->rejected)
        hc_buf_printf(&rest, ", %" PRId64 " rejected", f->rejected);
    if (!f->accepted)
        hc_buf_printf(&rest, "; nothing is published (status %" PRId64 ")",
                      int_of(root, "status"));
    hc_page_wrap(page, 0, verdict.len, hc_buf_str(&rest));
    hc_buf_free(&rest);
}

/* ---- what is wrong, and where ---- */

static void put_item(const struct hc_page *page, struct hc_str title, const char *action,
                     struct hc_str what) {
    hc_buf_puts(page->out, "  ");
    hc_page_paint(page,
                  strcmp(action, "refuse") == 0      ? HC_PAINT_bad
                  : strcmp(action, "exception") == 0 ? HC_PAINT_odd
                                                     : HC_PAINT_plain,
                  title);
    if (strcmp(action, "refuse") != 0)
        hc_buf_printf(page->out, "  %s", action);
    hc_buf_putc(page->out, '\n');
    hc_page_wrap(page, 6, 0, what);
}

static void put_trend(const struct hc_page *page, const struct hc_node *previous) {
    struct hc_buf text = {0}, action = {0};
    hc_buf_printf(&action, "%s", text_of(previous, "action").ptr);
    for (const struct hc_node *n = items(previous, "totals"); n; n = n->next) {
        if (is_true(n, "within"))
            continue;
        hc_buf_clear(&text);
        hc_buf_printf(&text, "%s: %s before, %s now: %s%%, allowed %s%%",
                      text_of(n, "total").ptr, text_of(n, "before").ptr,
                      text_of(n, "now").ptr, text_of(n, "change_percent").ptr,
                      text_of(n, "bound").ptr);
        put_item(page, HC_STR("trend"), hc_buf_text(&action), hc_buf_str(&text));
    }
    hc_buf_free(&text);
    hc_buf_free(&action);
}

static void put_problem(const struct hc_page *page, const struct hc_node *n) {
    struct hc_buf file = {0}, records = {0};
    struct hc_str delivery = text_of(n, "delivery"), entry = text_of(n, "entry");
    hc_buf_put(&file, delivery.ptr, delivery.len);
    if (entry.len && !hc_str_eq(entry, delivery))
        hc_buf_printf(&file, "/%.*s", (int)entry.len, entry.ptr);
    for (const struct hc_node *r = items(n, "first_records"); r; r = r->next)
        hc_buf_printf(&records, "%s%.*s", records.len ? ", " : "", (int)r->text.len,
                      r->text.ptr);
    struct hc_page_problem problem = {.file = hc_buf_str(&file),
                                      .column = text_of(n, "column"),
                                      .reason = text_of(n, "reason"),
                                      .records = hc_buf_str(&records),
                                      .what = text_of(n, "what"),
                                      .count = (uint64_t)int_of(n, "count")};
    hc_page_problem(page, &problem);
    hc_buf_free(&file);
    hc_buf_free(&records);
}

static void put_wrong(const struct hc_page *page, const struct hc_node *root,
                      const struct facts *f) {
    const struct hc_node *previous = hc_node_get(root, "previous");
    struct hc_str refused = text_of(root, "refused");
    bool any = items(root, "problems") || f->damaged,
         trend = text_of(previous, "action").len;
    for (const struct hc_node *d = items(root, "deliveries"); d; d = d->next)
        any |= items(d, "findings") != NULL;
    for (const struct hc_node *n = items(root, "out"); n; n = n->next)
        any |= hc_node_get(n, "negative_ffs_equivalents") != NULL;
    if (!any && !trend && !refused.len)
        return;
    hc_page_heading(page, f->accepted ? "what is noted" : "what is wrong");
    for (const struct hc_node *d = items(root, "deliveries"); d; d = d->next) {
        if (hc_node_get(d, "damage"))
            put_item(page, text_of(d, "name"), "refuse", text_of(d, "damage"));
        for (const struct hc_node *n = items(d, "findings"); n; n = n->next) {
            struct hc_buf what = {0};
            if (trend && hc_str_is(text_of(n, "finding"), "trend"))
                continue; /* put_trend has the numbers */
            hc_buf_printf(&what, "%s: %s", text_of(d, "name").ptr, text_of(n, "what").ptr);
            put_item(page, text_of(n, "finding"), text_of(n, "action").ptr,
                     hc_buf_str(&what));
            hc_buf_free(&what);
        }
    }
    for (const struct hc_node *n = items(root, "out"); n; n = n->next) {
        struct hc_str count = text_of(n, "negative_ffs_equivalents");
        struct hc_buf what = {0};
        hc_buf_printf(
            &what,
            "%.*s of these lines, paid for ahead of time, have an ffs_equivalent below 0 "
            "though allowed is not: more cost share than was allowed, say",
            (int)count.len, count.ptr);
        if (count.len)
            put_item(page, text_of(n, "kind"), "exception", hc_buf_str(&what));
        hc_buf_free(&what);
    }
    if (trend)
        put_trend(page, previous);
    size_t problems = 0, left = 0;
    for (const struct hc_node *n = items(root, "problems"); n; n = n->next)
        if (problems++ < MOST_PROBLEMS)
            put_problem(page, n);
        else
            left++;
    if (left)
        hc_buf_printf(page->out, "  and %zu more columns or reasons\n", left);
    bool told = items(root, "problems") || f->damaged || f->accepts > 0;
    if (refused.len && !told) {
        struct hc_buf text = {0};
        struct hc_str file = text_of(root, "refused_in"), at = text_of(root, "refused_at");
        if (file.len)
            hc_buf_printf(&text, "%s: ", file.ptr);
        if (at.len)
            hc_buf_printf(&text, "record %s: ", at.ptr);
        hc_buf_put(&text, refused.ptr, refused.len);
        hc_page_wrap(page, 2, 0, hc_buf_str(&text));
        hc_buf_free(&text);
    }
}

/* ---- what next ---- */

static void put_step(const struct hc_page *page, struct hc_str text) {
    hc_buf_puts(page->out, "  - ");
    hc_page_wrap(page, 4, 4, text);
}

static void put_next(const struct hc_page *page, const struct hc_node *root,
                     const struct facts *f) {
    struct hc_buf text = {0};
    if (f->accepted && !f->exceptions)
        return;
    hc_page_heading(page, "what next");
    if (f->damaged)
        put_step(page, HC_STR("get the delivery again: its bytes are damaged"));
    if (!f->accepted && items(root, "problems")) {
        hc_buf_printf(&text,
                      "have these records put right and sent again; hc-view of rejects.csv "
                      "lists them too, or: --max-rejects=%" PRId64
                      " sets them aside and takes the rest",
                      f->rejected);
        put_step(page, hc_buf_str(&text));
    }
    if (f->accepts) {
        hc_buf_clear(&text);
        hc_buf_puts(&text, "ask for another delivery, or: --accept=");
        for (size_t i = 0; i < f->accepts; i++)
            hc_buf_printf(&text, "%s%s", i ? "," : "", f->accept[i]);
        hc_buf_puts(&text, " goes on in spite of it");
        put_step(page, hc_buf_str(&text));
    }
    if (f->accepted && f->rejected)
        hc_page_wrap(page, 2, 0,
                     HC_STR("the streams lack the records above: they are in rejects.csv, "
                            "for the payer to put right"));
    if (f->accepted && !f->rejected)
        put_step(page, HC_STR("the streams are whole; tell the payer what is noted"));
    if (!f->accepted && !f->damaged && !f->accepts && !items(root, "problems"))
        put_step(page, HC_STR("get the delivery again or put it right, then run "
                              "hc-ingest again"));
    hc_buf_free(&text);
}

/* ---- files, totals, streams ---- */

static void cell(struct hc_grid *grid, struct hc_str text) {
    hc_grid_cell(grid, text.len ? text : HC_STR("-"));
}

static void cell_int(struct hc_grid *grid, int64_t value) {
    char text[HC_NUM_SIZE];
    hc_grid_cell(grid, hc_str_of(hc_format_scaled(value, 0, text)));
}

static void cell_records(struct hc_grid *grid, const struct hc_node *entry,
                         const struct hc_node *end) {
    int64_t sum[5] = {0};
    for (const struct hc_node *e = entry; e != end; e = e->next) {
        const struct hc_node *r = hc_node_get(e, "records");
        sum[0] += int_of(r, "read");
        sum[1] += int_of(r, "mapped") + int_of(r, "attached");
        sum[2] += int_of(r, "skipped");
        sum[3] += counts(r, "unattached");
        sum[4] += counts(r, "rejected");
    }
    for (int i = 0; i < 5; i++)
        cell_int(grid, sum[i]);
}

static void put_grid(const struct hc_page *page, const char *title, struct hc_grid *grid) {
    if (grid->cells > grid->columns) {
        hc_page_heading(page, title);
        hc_grid_measure(grid);
        hc_grid_print(grid, 0, true, 2, page->out);
    }
    hc_grid_free(grid);
}

static void head(struct hc_grid *grid, const char *const *names, size_t columns) {
    *grid = (struct hc_grid){.columns = columns};
    for (size_t i = 0; i < columns; i++)
        hc_grid_cell(grid, hc_str_of(names[i]));
}

static void put_files(const struct hc_page *page, const struct hc_node *root,
                      const struct facts *f) {
    static const char *const names[] = {"file",    "records",    "used",
                                        "skipped", "unattached", "rejected"};
    const struct hc_node *deliveries = hc_node_get(root, "deliveries");
    bool by_delivery = f->entries > MOST_FILES ||
                       (deliveries && deliveries->children > 1 && f->entries > 8);
    size_t shown = 0, left = 0, most = page->width > 60 ? page->width - 52 : 8;
    struct hc_grid grid;
    char room[256];
    head(&grid, names, 6);
    for (const struct hc_node *d = items(root, "deliveries"); d; d = d->next) {
        const struct hc_node *entries = items(d, "entries");
        for (const struct hc_node *e = entries; e && (!by_delivery || e == entries);
             e = e->next) {
            if (shown++ >= MOST_FILES && ++left)
                continue;
            struct hc_str name = text_of(by_delivery ? d : e, "name");
            cell(&grid, hc_page_short(name, most, room, sizeof room));
            cell_records(&grid, e, by_delivery ? NULL : e->next);
        }
    }
    put_grid(page, by_delivery ? "deliveries" : "files", &grid);
    if (left)
        hc_buf_printf(page->out, "  and %zu more\n", left);
}

static void put_totals(const struct hc_page *page, const struct hc_node *root) {
    static const char *const names[] = {"total", "now", "before", "change %", "allowed %"};
    static const char *const keys[] = {"total", "now", "before", "change_percent", "bound"};
    const struct hc_node *compared = items(hc_node_get(root, "previous"), "totals");
    struct hc_grid grid;
    head(&grid, names, compared ? 5 : 2);
    for (const struct hc_node *n = compared; n; n = n->next)
        for (size_t i = 0; i < 5; i++)
            cell(&grid, text_of(n, keys[i]));
    for (const struct hc_node *n = compared ? NULL : items(root, "totals"); n;
         n = n->next) {
        cell(&grid, n->key);
        cell(&grid, n->text);
    }
    struct hc_buf title = {0};
    struct hc_str before = text_of(hc_node_get(root, "previous"), "delivery");
    hc_buf_puts(&title, "totals");
    if (before.len)
        hc_buf_printf(&title, ", before: %.*s", (int)before.len, before.ptr);
    put_grid(page, hc_buf_text(&title), &grid);
    hc_buf_free(&title);
}

static void cell_months(struct hc_grid *grid, const struct hc_node *months) {
    struct hc_buf text = {0};
    if (text_of(months, "first").len) /* an empty map: no row has such a date */
        hc_buf_printf(&text, "%s..%s", text_of(months, "first").ptr,
                      text_of(months, "last").ptr);
    cell(grid, hc_buf_str(&text));
    hc_buf_free(&text);
}

static void put_streams(const struct hc_page *page, const struct hc_node *root) {
    static const char *const names[] = {"stream", "rows",           "members",
                                        "claims", "service months", "paid months"};
    struct hc_grid grid;
    head(&grid, names, 6);
    for (const struct hc_node *n = items(root, "out"); n; n = n->next) {
        cell(&grid, text_of(n, "kind"));
        cell(&grid, text_of(n, "rows"));
        cell(&grid, text_of(n, "members"));
        cell(&grid, text_of(n, "claims"));
        cell_months(&grid, hc_node_get(n, "service_months"));
        cell_months(&grid, hc_node_get(n, "paid_months"));
    }
    put_grid(page, "streams", &grid);
}

enum hc_status hc_view_receipt(const struct hc_page *page, const struct hc_node *root,
                               struct hc_err *err) {
    struct facts facts = collect(root);
    put_verdict(page, root, &facts);
    put_wrong(page, root, &facts);
    put_next(page, root, &facts);
    put_files(page, root, &facts);
    put_totals(page, root);
    put_streams(page, root);
    return page->out->failed ? hc_fail_memory(err) : HC_OK;
}
