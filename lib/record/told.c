#include "record/told.h"

#include "base/json.h"
#include "base/yaml.h"

enum hc_status hc_totals_print(const struct hc_totals *totals, const bool *has,
                               struct hc_buf *text, struct hc_err *err) {
    const struct hc_schema *schema = totals->schema;
    struct hc_json json;
    hc_json_start(&json, text, false);
    hc_json_object(&json, NULL);
    hc_json_int(&json, "rows", (int64_t)totals->rows);
    hc_json_object(&json, "sums");
    for (size_t i = 0; i < schema->fields; i++) {
        if (!(schema->field[i].flags & HC_SUM) || (has && !has[i]))
            continue;
        if (!hc_fits_i64(totals->sum[i])) {
            hc_fail(err, HC_EDATA, "the sum of the column leaves 64 bits");
            hc_err_at_field(err, schema->field[i].name);
            return HC_EDATA;
        }
        hc_json_sum(&json, schema->field[i].name, totals->sum[i]);
    }
    hc_json_end(&json);
    hc_json_end(&json);
    return text->failed ? hc_fail_memory(err) : HC_OK;
}

static enum hc_status parse(struct hc_totals *totals, const struct hc_node *root,
                            struct hc_err *err) {
    const struct hc_node *rows = hc_node_get(root, "rows");
    const struct hc_node *sums = hc_node_get(root, "sums");
    int64_t number;
    if (!rows || rows->type != HC_NODE_SCALAR || !sums || sums->type != HC_NODE_MAP ||
        hc_parse_int(rows->text, 0, INT64_MAX, &number, NULL) != HC_OK)
        return hc_fail(err, HC_EDATA, "damaged: the totals make no sense");
    totals->rows = (uint64_t)number;
    for (const struct hc_node *sum = sums->child; sum; sum = sum->next) {
        int column = hc_schema_find(totals->schema, sum->key);
        if (column < 0)
            continue;
        if (sum->type != HC_NODE_SCALAR ||
            hc_parse_int(sum->text, INT64_MIN, INT64_MAX, &number, NULL) != HC_OK)
            return hc_fail(err, HC_EDATA, "damaged: the totals make no sense");
        totals->sum[column] = number;
        totals->has[column] = true;
    }
    return HC_OK;
}

enum hc_status hc_totals_parse(struct hc_totals *totals, struct hc_str text,
                               struct hc_err *err) {
    struct hc_yaml *yaml = NULL;
    enum hc_status status = hc_yaml_parse(&yaml, HC_TOTALS_KEY, text, true, NULL);
    if (status == HC_ENOMEM)
        return hc_fail_memory(err);
    if (status != HC_OK)
        return hc_fail(err, HC_EDATA, "damaged: the totals make no sense");
    status = parse(totals, hc_yaml_root(yaml), err);
    hc_yaml_free(yaml);
    return status;
}
