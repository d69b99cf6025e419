/* Any bytes as a pipeline file: a plan or faults, never a crash. Patterns are left out,
 * they would only make the file system slow. */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "pipeline/graph.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > 65536 || memchr(data, '*', size) || memchr(data, '?', size) ||
        memchr(data, '[', size))
        return 0;
    int fd = memfd_create("pipeline", MFD_CLOEXEC);
    if (fd < 0 || write(fd, data, size) != (ssize_t)size)
        __builtin_trap();
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    const char *item[] = {"incoming=nowhere"};
    struct hc_plan plan;
    struct hc_plan_options options = {.path = path, .set = {item, size % 2}};
    struct hc_err err = {0};
    struct hc_buf text = {0};
    enum hc_status status = hc_plan_read(&plan, &options, &err);
    if (status == HC_OK)
        status = hc_plan_end(&plan, &err);
    if (status == HC_OK)
        status = hc_graph(&plan, "dot", &text, &err);
    if (status != HC_OK && err.what[0] == '\0')
        __builtin_trap();
    hc_buf_free(&text);
    hc_plan_free(&plan);
    close(fd);
    return 0;
}
