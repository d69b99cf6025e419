/* Any bytes as a condition: HC_EUSAGE with a place, or a condition that chooses among rows
 * what it and its negation divide with the unknown ones. */
#include <stdlib.h>

#include "rule/expr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct hc_batch *sample(void) {
    struct hc_batch *b;
    if (hc_batch_new(&b, &hc_kinds[HC_KIND_claim_line], NULL, NULL) != HC_OK)
        abort();
    for (int i = 0; i < 3; i++) {
        hc_batch_row(b);
        hc_set_str(b, HC_claim_line_payer, i ? HC_STR("a") : HC_STR("b"));
        hc_set_choice(b, HC_claim_line_claim_type, i);
        if (i)
            hc_set_i64(b, HC_claim_line_paid, i);
        hc_set_i32(b, HC_claim_line_service_from, 18000 + i);
    }
    if (hc_batch_seal(b, NULL) != HC_OK)
        abort();
    return b;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct hc_batch *batch; /* made once: compiling is what is tried */
    struct hc_err err = {0};
    struct hc_expr *expr;
    struct hc_str text = {(const char *)data, size};
    uint32_t row[3];
    if (!batch)
        batch = sample();
    size_t count;
    enum hc_status status = hc_expr_compile(&expr, text, batch->schema, size & 1, &err);
    if (status == HC_OK) {
        if (hc_expr_select(expr, batch, row, &count, &err) != HC_OK || count > 3)
            abort();
        for (size_t i = 1; i < count; i++)
            if (row[i] <= row[i - 1])
                abort();
    } else if (status != HC_EUSAGE || expr || err.what[0] == 0) {
        abort();
    }
    hc_expr_free(expr);
    return 0;
}
