#include "rule/report.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"

const char *const hc_report_dims[] = {
    "month",  "quarter",     "year", "primary_payer", "attributed", "payer", "program",
    "aco_id", "practice_id", "hsa",  "group_id",      "reason",     NULL};

static const char *const of_names[] = {"assignment", "claim_line", NULL};

static const struct hc_schema *schema_of(enum hc_report_of of) {
    return &hc_kinds[of == HC_OF_assignment ? HC_KIND_assignment : HC_KIND_claim_line];
}

static int index_of(const char *const *names, const char *name) {
    for (int i = 0; names[i]; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return -1;
}

static void *zalloc(struct hc_report *report, size_t count, size_t size) {
    return hc_arena_zalloc(hc_yaml_arena(report->yaml), (count + 1) * size);
}

/* ---- measures ---- */

static void read_addends(struct hc_report_measure *m, const struct hc_node *node,
                         struct hc_faults *faults) {
    size_t count = 0;
    const char *const *names = hc_get_texts(faults, node, "sum", true, &count);
    const struct hc_schema *schema = schema_of(m->of);
    if (count > HC_REPORT_ADDENDS) {
        hc_fault(faults, node, "a sum has at most %d columns", HC_REPORT_ADDENDS);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        bool minus = names[i][0] == '-';
        int column = hc_schema_find(schema, hc_str_of(names[i] + minus));
        if (column < 0 || !(schema->field[column].flags & HC_SUM)) {
            hc_fault(faults, node, "sum: %s has no amount column '%s'", schema->name,
                     names[i] + minus);
            return;
        }
        m->column[m->columns] = column;
        m->sign[m->columns++] = minus ? -1 : 1;
    }
}

static size_t measure_named(const struct hc_report *report, const char *name) {
    size_t i = 0;
    while (i < report->measures && strcmp(report->measure[i].name, name) != 0)
        i++;
    return i;
}

static void read_over(struct hc_report *report, struct hc_report_measure *m,
                      const char *key, const struct hc_node *node,
                      struct hc_faults *faults) {
    size_t count = 0;
    const char *const *names = hc_get_texts(faults, node, key, true, &count);
    if (count != 2) {
        hc_fault(faults, node, "%s: expected two measures, such as [attributed, eligible]",
                 key);
        return;
    }
    for (size_t i = 0; i < 2; i++) {
        m->over[i] = measure_named(report, names[i]);
        if (m->over[i] == report->measures ||
            report->measure[m->over[i]].formula > HC_FORMULA_sum)
            hc_fault(faults, node, "%s: '%s' is no count or sum above this measure", key,
                     names[i]);
    }
}

static void read_measure(struct hc_report *report, const struct hc_node *node,
                         struct hc_faults *faults) {
    static const char *const keys[] = {
        "count", "sum",   "ratio", "target", "gap_points", "gap_people", "of",
        "where", "times", "scale", "unit",   "label",      "doc",        NULL};
    static const char *const counts[] = {"rows", "people", NULL};
    struct hc_report_measure *m = &report->measure[report->measures];
    hc_check_keys(faults, node, keys);
    m->name = node->key.ptr;
    m->times = hc_get_int(faults, node, "times", 1, 1000, 1);
    m->unit = hc_get_text(faults, node, "unit", true, "");
    m->label = hc_get_text(faults, node, "label", false, m->name);
    m->doc = hc_get_text(faults, node, "doc", true, "");
    m->where = hc_get_text(faults, node, "where", false, NULL);
    m->of = (enum hc_report_of)hc_get_choice(faults, node, "of", of_names, 0);
    if (hc_node_get(node, "count")) {
        m->formula = hc_get_choice(faults, node, "count", counts, 0) == 0
                         ? HC_FORMULA_rows
                         : HC_FORMULA_people;
    } else if (hc_node_get(node, "sum")) {
        m->formula = HC_FORMULA_sum;
        read_addends(m, node, faults);
    } else if (hc_node_get(node, "target")) {
        m->formula = HC_FORMULA_target;
    } else {
        static const struct {
            const char *key;
            enum hc_report_formula formula;
        } derived[] = {{"ratio", HC_FORMULA_ratio},
                       {"gap_points", HC_FORMULA_gap_points},
                       {"gap_people", HC_FORMULA_gap_people}};
        size_t i = 0;
        while (i < 3 && !hc_node_get(node, derived[i].key))
            i++;
        if (i == 3) {
            hc_fault(faults, node,
                     "measure '%s' says neither count, sum, ratio, target, "
                     "gap_points nor gap_people",
                     m->name);
        } else {
            m->formula = derived[i].formula;
            read_over(report, m, derived[i].key, node, faults);
        }
    }
    /* cents are shown as units, so a sum of cents has two decimals of its own */
    m->scale =
        (int)hc_get_int(faults, node, "scale", 0, 6, m->formula == HC_FORMULA_sum ? 2 : 0);
    report->measures++;
}

/* ---- sections ---- */

static void read_dims(struct hc_report_table *t, const struct hc_node *node,
                      struct hc_faults *faults) {
    size_t count = 0, totals = 0;
    const char *const *by = hc_get_texts(faults, node, "by", true, &count);
    const char *const *total = hc_get_texts(faults, node, "totals", false, &totals);
    if (count > HC_REPORT_DIMS) {
        hc_fault(faults, node, "by: at most %d columns", HC_REPORT_DIMS);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        int dim = index_of(hc_report_dims, by[i]);
        if (dim < 0) {
            const char *near = hc_str_nearest(hc_str_of(by[i]), hc_report_dims);
            hc_fault(faults, hc_node_get(node, "by"), "cannot group by '%s'%s%s%s", by[i],
                     near ? ", did you mean '" : "", near ? near : "", near ? "'?" : "");
            continue;
        }
        t->dim[t->dims++] = dim;
    }
    for (size_t i = 0; i < totals; i++) {
        size_t at = 0;
        while (at < t->dims && strcmp(hc_report_dims[t->dim[at]], total[i]) != 0)
            at++;
        if (at == t->dims)
            hc_fault(faults, hc_node_get(node, "totals"), "'%s' is not among by", total[i]);
        else
            t->total[at] = true;
    }
}

static void check_chart(const struct hc_report_table *t, const struct hc_node *chart,
                        struct hc_faults *faults) {
    static const char *const keys[] = {"kind", "x", "series", "measure", "target", NULL};
    static const char *const kinds[] = {"line", "bar", NULL};
    static const char *const dims[] = {"x", "series"};
    hc_check_keys(faults, chart, keys);
    hc_get_choice(faults, chart, "kind", kinds, 0);
    hc_get_text(faults, chart, "measure", true, "");
    for (size_t i = 0; i < 2; i++) {
        const char *name = hc_get_text(faults, chart, dims[i], i == 0, NULL);
        bool found = !name;
        for (size_t d = 0; !found && d < t->dims; d++)
            found = strcmp(hc_report_dims[t->dim[d]], name) == 0;
        if (!found)
            hc_fault(faults, chart, "%s: '%s' is not among by", dims[i], name);
    }
}

static void note_sources(const struct hc_report *report, struct hc_report_table *t,
                         size_t at) {
    const struct hc_report_measure *m = &report->measure[at];
    if (m->formula <= HC_FORMULA_sum) {
        t->uses[m->of] = true;
    } else if (m->formula != HC_FORMULA_target) {
        note_sources(report, t, m->over[0]);
        note_sources(report, t, m->over[1]);
    }
}

static void read_section(struct hc_report *report, const struct hc_node *node,
                         struct hc_faults *faults) {
    static const char *const keys[] = {"name",   "title",    "text",  "months",      "by",
                                       "totals", "measures", "chart", "no_coverage", NULL};
    static const char *const covers[] = {"group", "apart", "only", NULL};
    static const char *const months[] = {"all", "quarter_end", NULL};
    struct hc_report_table *t = &report->table[report->tables++];
    size_t count = 0;
    hc_check_keys(faults, node, keys);
    t->name = hc_get_text(faults, node, "name", true, "");
    t->title = hc_get_text(faults, node, "title", true, "");
    t->text = hc_get_text(faults, node, "text", false, "");
    t->cover = (enum hc_report_cover)hc_get_choice(faults, node, "no_coverage", covers, 0);
    t->quarter_end = hc_get_choice(faults, node, "months", months, 0) == 1;
    read_dims(t, node, faults);
    const char *const *names = hc_get_texts(faults, node, "measures", true, &count);
    size_t *measure = zalloc(report, count, sizeof *measure);
    for (size_t i = 0; measure && i < count; i++) {
        measure[t->measures] = measure_named(report, names[i]);
        if (measure[t->measures] == report->measures)
            hc_fault(faults, hc_node_get(node, "measures"), "there is no measure '%s'",
                     names[i]);
        else
            t->measures++;
    }
    for (size_t i = 0; i < t->measures; i++)
        note_sources(report, t, measure[i]);
    t->measure = measure;
    t->chart = hc_node_get(node, "chart");
    if (t->chart)
        check_chart(t, t->chart, faults);
}

/* ---- targets, params ---- */

static void read_target(struct hc_report *report, const struct hc_node *node,
                        struct hc_faults *faults) {
    static const char *const keys[] = {"year", "all", "medicare", "status", NULL};
    struct hc_report_target *t = &report->target[report->targets++];
    hc_check_keys(faults, node, keys);
    t->year = (int)hc_get_int(faults, node, "year", 1900, 2999, 2000);
    t->percent_all = 10 * hc_get_int(faults, node, "all", 0, 100, -1);
    t->percent_medicare = 10 * hc_get_int(faults, node, "medicare", 0, 100, -1);
    if (t->percent_medicare < 0)
        t->percent_medicare = -1;
    if (t->percent_all < 0)
        t->percent_all = -1;
}

/* The text of a param: from set, else from the file; NULL when neither gives one. */
static const char *param(const struct hc_node *params, const char *key,
                         const char *const *set, size_t sets) {
    const struct hc_node *node = hc_node_get(params, key);
    size_t len = strlen(key);
    const char *text = node && !hc_node_is_null(node) ? node->text.ptr : NULL;
    for (size_t i = 0; i < sets; i++)
        if (strncmp(set[i], key, len) == 0 && set[i][len] == '=')
            text = set[i] + len + 1;
    return text && *text ? text : NULL;
}

static void read_day(struct hc_faults *faults, const struct hc_node *params,
                     const char *key, const char *text, bool *has, hc_day *day) {
    if (!text)
        return;
    *has = true;
    if (hc_parse_day(hc_str_of(text), HC_DATE_ISO, day, NULL) != HC_OK)
        hc_fault(faults, params, "%s: expected a day such as 2020-12-31, found '%s'", key,
                 text);
}

static void read_params(struct hc_report *report, const struct hc_node *root,
                        const char *const *set, size_t sets, struct hc_faults *faults) {
    static const char *const keys[] = {"from",         "as_of",    "incurred_through",
                                       "paid_through", "known_on", NULL};
    const struct hc_node *params = hc_node_get(root, "params");
    if (params)
        hc_check_keys(faults, params, keys);
    const char *from = param(params, "from", set, sets);
    if (!from || hc_parse_month(hc_str_of(from), &report->from, NULL) != HC_OK)
        hc_fault(faults, params ? params : root, "from: expected a month such as 2019-01");
    read_day(faults, params, "as_of", param(params, "as_of", set, sets), &report->has_as_of,
             &report->as_of);
    read_day(faults, params, "incurred_through",
             param(params, "incurred_through", set, sets), &report->has_incurred_through,
             &report->incurred_through);
    read_day(faults, params, "paid_through", param(params, "paid_through", set, sets),
             &report->has_paid_through, &report->paid_through);
    read_day(faults, params, "known_on", param(params, "known_on", set, sets),
             &report->has_known_on, &report->known_on);
    if (!report->has_incurred_through) {
        report->incurred_through = report->as_of;
        report->has_incurred_through = report->has_as_of;
    }
}

static enum hc_status check_set(const char *const *set, size_t sets, struct hc_err *err) {
    static const char *const keys[] = {
        "from=", "as_of=", "incurred_through=", "paid_through=", "known_on="};
    static const size_t count = sizeof keys / sizeof *keys;
    for (size_t i = 0; i < sets; i++) {
        size_t k = 0;
        while (k < count && strncmp(set[i], keys[k], strlen(keys[k])) != 0)
            k++;
        if (k == count) {
            enum hc_status status = hc_fail(err, HC_EUSAGE,
                                            "--set: '%s' is no parameter of a "
                                            "report",
                                            set[i]);
            hc_err_hint(err, "parameters are from, as_of, incurred_through, paid_through, "
                             "known_on: "
                             "--set as_of=2020-12-31");
            return status;
        }
    }
    return HC_OK;
}

/* ---- the whole ---- */

static void read_root(struct hc_report *report, const struct hc_node *root,
                      const char *const *set, size_t sets, struct hc_faults *faults) {
    static const char *const keys[] = {
        "report",   "title", "amount_nulls", "params",  "targets", "measures",
        "sections", "notes", "settlement",   "what_if", NULL};
    static const char *const later[] = {"settlement", "what_if", NULL};
    static const char *const nulls[] = {"count", "refuse", NULL};
    const struct hc_node *measures = hc_node_get(root, "measures");
    const struct hc_node *sections = hc_node_get(root, "sections");
    const struct hc_node *targets = hc_node_get(root, "targets");
    hc_check_keys(faults, root, keys);
    hc_check_later(faults, root, later);
    report->name = hc_get_text(faults, root, "report", true, "");
    report->title = hc_get_text(faults, root, "title", true, "");
    report->refuse_nulls = hc_get_choice(faults, root, "amount_nulls", nulls, 0) == 1;
    report->note = hc_get_texts(faults, root, "notes", false, &report->notes);
    read_params(report, root, set, sets, faults);
    if (!measures || measures->type != HC_NODE_MAP || !sections ||
        sections->type != HC_NODE_LIST) {
        hc_fault(faults, root, "a report needs measures (a map) and sections (a list)");
        return;
    }
    report->measure = zalloc(report, measures->children, sizeof *report->measure);
    report->table = zalloc(report, sections->children, sizeof *report->table);
    report->target =
        zalloc(report, targets ? targets->children : 0, sizeof *report->target);
    if (!report->measure || !report->table || !report->target) {
        hc_fault_memory(faults);
        return;
    }
    for (const struct hc_node *n = measures->child; n; n = n->next)
        read_measure(report, n, faults);
    for (const struct hc_node *n = targets ? targets->child : NULL; n; n = n->next)
        read_target(report, n, faults);
    for (const struct hc_node *n = sections->child; n; n = n->next)
        read_section(report, n, faults);
}

enum hc_status hc_report_read(struct hc_report **out, const char *path,
                              const char *const *set, size_t sets, struct hc_err *err) {
    struct hc_report *report = calloc(1, sizeof *report);
    if (!report)
        return hc_fail_memory(err);
    enum hc_status status = check_set(set, sets, err);
    if (status == HC_OK)
        status = hc_yaml_read(&report->yaml, path, err);
    if (status == HC_OK) {
        struct hc_faults faults = {.yaml = report->yaml};
        report->path = hc_yaml_name(report->yaml);
        read_root(report, hc_yaml_root(report->yaml), set, sets, &faults);
        status = hc_faults_end(&faults, err);
    }
    if (status == HC_OK && (!report->has_as_of || !report->has_paid_through)) {
        status = hc_fail(err, HC_EUSAGE, "the report needs %s",
                         report->has_as_of ? "paid_through" : "as_of");
        hc_err_hint(err, "give --as-of=2020-12-31 --paid-through=2021-03-31");
    }
    if (status == HC_OK) {
        *out = report;
        return HC_OK;
    }
    hc_report_free(report);
    return status;
}

void hc_report_free(struct hc_report *report) {
    if (!report)
        return;
    hc_yaml_free(report->yaml);
    free(report);
}

/* ---- the page's metadata ---- */

static void describe_chart(struct hc_json *json, const struct hc_node *chart) {
    hc_json_object(json, "chart");
    for (const struct hc_node *n = chart->child; n; n = n->next)
        hc_json_str(json, n->key.ptr, n->text);
    hc_json_end(json);
}

void hc_report_describe(const struct hc_report *report, struct hc_buf *buf) {
    struct hc_json json;
    char day[16];
    hc_json_start(&json, buf, false);
    hc_json_object(&json, NULL);
    hc_json_text(&json, "report", report->name);
    hc_json_text(&json, "title", report->title);
    hc_json_text(&json, "as_of", hc_format_day(report->as_of, day));
    hc_json_text(&json, "incurred_through", hc_format_day(report->incurred_through, day));
    hc_json_text(&json, "paid_through", hc_format_day(report->paid_through, day));
    if (report->has_known_on)
        hc_json_text(&json, "known_on", hc_format_day(report->known_on, day));
    hc_json_array(&json, "notes");
    for (size_t i = 0; i < report->notes; i++)
        hc_json_text(&json, NULL, report->note[i]);
    hc_json_end(&json);
    hc_json_object(&json, "measures");
    for (size_t i = 0; i < report->measures; i++) {
        const struct hc_report_measure *m = &report->measure[i];
        hc_json_object(&json, m->name);
        hc_json_text(&json, "label", m->label);
        hc_json_text(&json, "unit", m->unit);
        hc_json_text(&json, "doc", m->doc);
        hc_json_end(&json);
    }
    hc_json_end(&json);
    hc_json_array(&json, "sections");
    for (size_t i = 0; i < report->tables; i++) {
        const struct hc_report_table *t = &report->table[i];
        hc_json_object(&json, NULL);
        hc_json_text(&json, "name", t->name);
        hc_json_text(&json, "title", t->title);
        hc_json_text(&json, "text", t->text);
        hc_json_array(&json, "by");
        for (size_t d = 0; d < t->dims; d++)
            hc_json_text(&json, NULL, hc_report_dims[t->dim[d]]);
        hc_json_end(&json);
        hc_json_array(&json, "measures");
        for (size_t m = 0; m < t->measures; m++)
            hc_json_text(&json, NULL, report->measure[t->measure[m]].name);
        hc_json_end(&json);
        if (t->chart)
            describe_chart(&json, t->chart);
        hc_json_end(&json);
    }
    hc_json_end(&json);
    hc_json_end(&json);
}
