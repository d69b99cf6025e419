/* Where there is no libFuzzer: each file of tests/fuzz/corpus/NAME goes through the target
 * once, NAME being this program's own name. A crash fails the test, and so does a hang. */
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "../tap.h"
#include "base/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* In a block of exactly its size, so that a read behind its end is seen. */
static bool replay(const char *path, const char *name) {
    struct hc_buf file = {0};
    struct hc_err err = {0};
    if (hc_read_file(path, 64 << 20, &file, &err) != HC_OK)
        return tap_ok(false, "%s: %s", name, err.what);
    uint8_t *exact = malloc(file.len ? file.len : 1);
    if (file.len)
        memcpy(exact, file.ptr, file.len);
    double start = seconds();
    alarm(20);
    LLVMFuzzerTestOneInput(exact, file.len);
    alarm(0);
    double took = seconds() - start;
    free(exact);
    hc_buf_free(&file);
    return tap_ok(took < 5, "%s in %.3f s", name, took);
}

int main(int argc, char **argv) {
    struct hc_arena arena = {0};
    struct hc_err err = {0};
    char **names = NULL;
    size_t count = 0;
    (void)argc;
    char *name = hc_arena_copy(&arena, hc_str_of(hc_base_name(argv[0])));
    name[strcspn(name, ".")] = 0;
    const char *root = getenv("HC_ROOT") ? getenv("HC_ROOT") : ".";
    char *folder = hc_arena_printf(&arena, "%s/tests/fuzz/corpus/%s", root, name);
    if (hc_list_folder(folder, &arena, &names, &count, &err) != HC_OK)
        tap_ok(false, "%s: %s", err.file, err.what);
    LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
    for (size_t i = 0; i < count; i++)
        replay(hc_arena_printf(&arena, "%s/%s", folder, names[i]), names[i]);
    tap_ok(count > 0, "corpus of %s: %zu files", name, count);
    hc_arena_free(&arena);
    return tap_done();
}
