/* A report as a page. With a folder as argument it writes the stream report.arrow that
 * tests/report.t exports. */
#include <stdlib.h>

#include "../rows.h"
#include "base/file.h"
#include "format/export.h"
#include "record/stream.h"

static const char report[] =
    "{\"report\": \"quarterly\", \"title\": \"Participation & cost <by quarter>\","
    " \"as_of\": \"2020-12-31\", \"incurred_through\": \"2020-12-31\","
    " \"paid_through\": \"2021-03-31\","
    " \"notes\": [\"Grouped by primary payer.\"],"
    " \"measures\": {"
    "  \"attributed\": {\"label\": \"Attributed\", \"unit\": \"people\", \"doc\": \"\"},"
    "  \"eligible\": {\"label\": \"Eligible\", \"unit\": \"people\", \"doc\": \"\"},"
    "  \"participation\": {\"label\": \"Participation\", \"unit\": \"percent\", \"doc\": "
    "\"a\"},"
    "  \"target\": {\"label\": \"Target\", \"unit\": \"percent\", \"doc\": \"by year's "
    "end\"},"
    "  \"allowed\": {\"label\": \"Allowed\", \"unit\": \"usd\", \"doc\": \"\"},"
    "  \"pmpm\": {\"label\": \"Allowed PMPM\", \"unit\": \"usd\", \"doc\": \"\"}},"
    " \"sections\": ["
    "  {\"name\": \"participation\", \"title\": \"Participation by quarter\","
    "   \"text\": \"People attributed.\", \"by\": [\"quarter\", \"primary_payer\"],"
    "   \"measures\": [\"attributed\", \"eligible\", \"participation\", \"target\"],"
    "   \"chart\": {\"kind\": \"line\", \"x\": \"quarter\", \"series\": \"primary_payer\","
    "             \"measure\": \"participation\", \"target\": \"target\"}},"
    "  {\"name\": \"cost\", \"title\": \"Cost\", \"text\": \"\","
    "   \"by\": [\"quarter\", \"primary_payer\"],"
    "   \"measures\": [\"attributed\", \"eligible\", \"allowed\", \"pmpm\", "
    "\"participation\"],"
    "   \"chart\": {\"kind\": \"bar\", \"x\": \"quarter\", \"series\": \"primary_payer\","
    "             \"measure\": \"pmpm\"}}]}";

enum { SECTION = HC_measure_fields, QUARTER, PAYER, FIELDS };
static struct hc_field field[FIELDS];
static struct hc_schema schema;

static void cell(struct hc_batch *b, const char *section, const char *quarter,
                 const char *payer, const char *measure, const char *unit, int64_t top,
                 int64_t bottom, int64_t value, int scale, int64_t people) {
    hc_batch_row(b);
    hc_set_str(b, HC_measure_measure, hc_str_of(measure));
    hc_set_str(b, HC_measure_level, payer ? HC_STR("cell") : HC_STR("all primary_payer"));
    hc_set_i64(b, HC_measure_numerator, top);
    hc_set_i64(b, HC_measure_denominator, bottom);
    hc_set_i64(b, HC_measure_value, value);
    hc_set_i32(b, HC_measure_scale, scale);
    hc_set_str(b, HC_measure_unit, hc_str_of(unit));
    hc_set_i64(b, HC_measure_people, people);
    hc_set_choice(b, HC_measure_status, HC_cell_status_shown);
    hc_set_str(b, SECTION, hc_str_of(section));
    hc_set_str(b, QUARTER, hc_str_of(quarter));
    if (payer)
        hc_set_str(b, PAYER, hc_str_of(payer));
}

static void group(struct hc_batch *b, const char *section, const char *quarter,
                  const char *payer, int64_t attributed, int64_t eligible,
                  int64_t allowed) {
    int64_t percent = 0, pmpm = 0;
    cell(b, section, quarter, payer, "attributed", "people", attributed, 1, attributed, 0,
         eligible);
    cell(b, section, quarter, payer, "eligible", "people", eligible, 1, eligible, 0,
         eligible);
    hc_ratio(attributed * 100, eligible, 1, &percent);
    cell(b, section, quarter, payer, "participation", "percent", attributed, eligible,
         percent, 1, eligible);
    if (strcmp(section, "cost") == 0) {
        hc_ratio(allowed, eligible * 3 * 100, 2, &pmpm);
        cell(b, section, quarter, payer, "allowed", "usd", allowed, 1, allowed, 2,
             eligible);
        cell(b, section, quarter, payer, "pmpm", "usd", allowed, eligible * 3, pmpm, 2,
             eligible);
    } else if (!payer) {
        cell(b, section, quarter, payer, "target", "percent", 580, 10, 580, 1, eligible);
    }
}

static struct hc_batch *cells(void) {
    static const char *const payers[] = {"medicare", "medicaid", "commercial", "other"};
    static const char *const sections[] = {"participation", "cost"};
    struct hc_err err = {0};
    struct hc_batch *b = NULL;
    memcpy(field, hc_kinds[HC_KIND_measure].field, HC_measure_fields * sizeof *field);
    field[SECTION] = (struct hc_field){"section", HC_TYPE_utf8, HC_KEY, NULL, ""};
    field[QUARTER] = (struct hc_field){"quarter", HC_TYPE_utf8, HC_KEY, NULL, ""};
    field[PAYER] = (struct hc_field){"primary_payer", HC_TYPE_utf8, HC_KEY, NULL, ""};
    schema = hc_kinds[HC_KIND_measure];
    schema.field = field;
    schema.fields = FIELDS;
    must(hc_batch_new(&b, &schema, NULL, &err), &err);
    for (size_t s = 0; s < 2; s++)
        for (int q = 0; q < 12; q++) {
            char quarter[16];
            int64_t all[3] = {0};
            hc_format_quarter((2018 - 1970) * 12 + 3 * q, quarter);
            for (int p = 0; p < 4; p++) {
                int64_t eligible = p < 3 ? 120000 + 1000 * q - 30000 * p : 7 + q;
                int64_t attributed = eligible * (30 + q + 5 * p) / 100;
                int64_t allowed = eligible * (40000 + 1700 * q + 9000 * p) * 3;
                group(b, sections[s], quarter, payers[p], attributed, eligible, allowed);
                all[0] += attributed, all[1] += eligible, all[2] += allowed;
            }
            group(b, sections[s], quarter, NULL, all[0], all[1], all[2]);
        }
    must(hc_batch_seal(b, &err), &err);
    return b;
}

static enum hc_status next_once(void *from, const struct hc_batch **batch,
                                struct hc_err *err) {
    const struct hc_batch **once = from;
    (void)err;
    *batch = *once;
    *once = NULL;
    return *batch ? HC_OK : HC_END;
}

static enum hc_status page_of(const struct hc_batch *b, const char *json,
                              struct hc_buf *text, struct hc_err *err) {
    char path[] = "/tmp/hc-html-XXXXXX";
    int fd = mkstemp(path);
    struct hc_export export = {.schema = b->schema,
                               .next = next_once,
                               .from = &b,
                               .path = path,
                               .report = hc_str_of(json)};
    enum hc_status status = hc_write_html(&export, err);
    if (status == HC_OK)
        status = hc_read_file(path, 1 << 24, text, err);
    remove(path);
    fclose(fdopen(fd, "r"));
    return status;
}

static size_t times(struct hc_buf *page, const char *what) {
    size_t count = 0;
    for (const char *at = hc_buf_text(page); (at = strstr(at, what)); at++)
        count++;
    return count;
}

/* A chart of one place on the x axis: a line would not show, points with their values do.
 */
static void single(struct hc_buf *page, struct hc_err *err) {
    static const char json[] =
        "{\"sections\": [{\"name\": \"cost\", \"by\": [\"quarter\"], \"measures\": "
        "[\"eligible\"], \"chart\": {\"kind\": \"line\", \"x\": \"quarter\", \"measure\": "
        "\"eligible\"}}]}";
    struct hc_batch *b = NULL;
    must(hc_batch_new(&b, &schema, NULL, err), err);
    group(b, "cost", "2020-Q4", NULL, 400, 1234, 5000);
    must(hc_batch_seal(b, err), err);
    must(page_of(b, json, page, err), err);
    tap_ok(times(page, "</circle><text") == 2 && times(page, ">1,234</text>") == 2,
           "a single point shows with its value");
    tap_ok(times(page, "<li><i class=\"all\"></i>") == 1, "a chart of one line names it");
    hc_batch_free(b);
}

static void pages(void) {
    struct hc_err err = {0};
    struct hc_buf page = {0}, again = {0};
    struct hc_batch *b = cells();
    must(page_of(b, report, &page, &err), &err);
    tap_ok(times(&page, "<h1>Participation &amp; cost &lt;by quarter&gt;</h1>") == 1,
           "title");
    tap_ok(times(&page, "http:") + times(&page, "https:") + times(&page, "<script") +
                   times(&page, "<link") + times(&page, " src=") + times(&page, "url(") ==
               0,
           "nothing from elsewhere, no script");
    tap_int((int64_t)times(&page, "<svg"), 4, "two charts, for wide and for narrow pages");
    tap_int((int64_t)times(&page, "<table"), 2, "two tables");
    tap_int((int64_t)times(&page, "<tr>") + (int64_t)times(&page, "<tr class"), 2 + 120,
            "a row a group and the heads");
    tap_ok(times(&page, "Care through 2020-12-31, paid through 2021-03-31.") == 1, "dates");
    tap_int((int64_t)times(&page, "<details open>"), 1,
            "a long table after the first waits");
    tap_ok(times(&page, "303,018") > 0, "a total with its thousands");
    static const char *const tags[] = {
        "svg",   "g", "table",   "tr",     "td",      "th",   "ul",
        "li",    "b", "section", "figure", "details", "text", "circle",
        "title", "p", "h2",      "span",   "html",    "body", "head"};
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
        char open[32], open2[32], close[32];
        snprintf(open, sizeof open, "<%s>", tags[i]);
        snprintf(open2, sizeof open2, "<%s ", tags[i]);
        snprintf(close, sizeof close, "</%s>", tags[i]);
        if (times(&page, open) + times(&page, open2) != times(&page, close))
            tap_ok(false, "each <%s> is closed", tags[i]);
    }
    must(page_of(b, report, &again, &err), &err);
    tap_ok(hc_str_eq(hc_buf_str(&page), hc_buf_str(&again)), "the same again");
    tap_int(page_of(b, "", &page, &err), HC_EDATA, "cells without a report");
    tap_int(
        page_of(b, "{\"sections\": [{\"name\": \"x\", \"by\": [\"no\"]}]}", &page, &err),
        HC_EDATA, "a section by what is not there");
    tap_int(page_of(b, "{\"sections\": [{}]}", &page, &err), HC_EDATA, "a broken report");
    must(page_of(b, "{\"sections\": [{\"name\": \"x\", \"by\": [\"quarter\"]}]}", &page,
                 &err),
         &err);
    tap_ok(times(&page, "<p>None.</p>") == 1 && times(&page, "<table") == 0,
           "a section without rows says so");
    hc_batch_free(b);
    single(&page, &err);
    hc_buf_free(&page);
    hc_buf_free(&again);
}

static void write_stream(const char *folder) {
    struct hc_err err = {0};
    struct hc_writer *writer = NULL;
    struct hc_batch *b = cells();
    struct hc_meta_pair pair = {HC_STR("hc.report"), hc_str_of(report)};
    struct hc_meta meta = {1, &pair};
    char path[4096];
    snprintf(path, sizeof path, "%s/report.arrow", folder);
    must(hc_writer_open(&writer, path, b->schema, &meta, "hc-test", NULL, &err), &err);
    must(hc_writer_write(writer, b, &err), &err);
    must(hc_writer_commit(writer, &err), &err);
    hc_writer_free(writer);
    hc_batch_free(b);
}

int main(int argc, char **argv) {
    if (argc > 1) {
        write_stream(argv[1]);
        return 0;
    }
    pages();
    return tap_done();
}
