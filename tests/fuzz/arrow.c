/* Arrow streams and files: whatever the bytes, every value that a reader hands out can be
 * looked at, and what is refused is refused with a message. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "record/inputs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile uint64_t seen;

static void look(const struct hc_batch *b) {
    for (size_t i = 0; i < b->schema->fields; i++)
        for (size_t row = 0; row < b->rows; row++) {
            if (hc_is_null(b, i, row))
                continue;
            int column = (int)i;
            seen += hc_hash_row(b, &column, 1, row);
            if (b->column[i].type == HC_TYPE_choice &&
                b->column[i].i8[row] >= b->schema->field[i].choices->count)
                abort();
            if (b->column[i].type == HC_TYPE_bool && b->column[i].bools[row] > 1)
                abort();
        }
}

static void read_all(const char *path, const struct hc_reader_options *options) {
    struct hc_inputs *inputs = NULL;
    const struct hc_batch *batch;
    struct hc_err err = {0};
    size_t batches = 0;
    enum hc_status status = hc_inputs_open(&inputs, &path, 1, options, &err);
    while (status == HC_OK && (status = hc_inputs_next(inputs, &batch, &err)) == HC_OK) {
        if (batch->rows == 0 || batch->rows > HC_BATCH_ROWS)
            abort();
        look(batch);
        if (++batches == 64) /* columns of no bytes may have rows without end */
            break;
    }
    if (status != HC_OK && status != HC_END && !err.what[0])
        abort();
    hc_inputs_free(inputs);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static int fd = -1;
    static char path[64];
    bool want[HC_claim_line_fields] = {[HC_claim_line_paid] = true,
                                       [HC_claim_line_claim_type] = true,
                                       [HC_claim_line_modifiers] = true};
    const struct hc_reader_options options[] = {
        {.kind = HC_KIND_any, .want_unknown = true, .verify = true},
        {.kind = HC_KIND_claim_line, .trust_input = true, .want_unknown = true},
        {.kind = HC_KIND_claim_line, .trust_input = true, .want = want},
    };
    if (fd < 0) {
        fd = memfd_create("arrow", MFD_CLOEXEC);
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    }
    if (fd < 0 || ftruncate(fd, 0) != 0 || pwrite(fd, data, size, 0) != (ssize_t)size)
        return 0;
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        read_all(path, &options[i]);
    return 0;
}
