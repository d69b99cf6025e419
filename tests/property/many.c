/* However many streams there are, hc-dedupe has few of them open: over 1,200 with 64
 * descriptors (MANY says how many) it is what it is over their union. */
#include <sys/resource.h>

#include "../claims.h"
#include "../streams.h"

int main(void) {
    size_t many = getenv("MANY") ? strtoul(getenv("MANY"), NULL, 10) : 1200;
    struct hc_delivery *delivery = calloc(many, sizeof *delivery);
    struct line *line = calloc(many, sizeof *line);
    const char **argv = calloc(many + 8, sizeof *argv);
    struct hc_arena arena = {0};
    struct rlimit few = {64, 64};
    if (!delivery || !line || !argv)
        return 1;
    streams_begin();
    for (size_t i = 0; i < many; i++) {
        delivery[i] = (struct hc_delivery){.name = hc_arena_printf(&arena, "m%05zu", i),
                                           .feed = "apcd",
                                           .payer = "p",
                                           .program = "",
                                           .has_date = true,
                                           .date = 10000 + (hc_day)i,
                                           .sha256 = hc_arena_printf(&arena, "%064zu", i),
                                           .entries = 1,
                                           .entry = claims_entry};
        line[i] = (struct line){1,
                                1,
                                'M',
                                hc_arena_printf(&arena, "%zu", i / 2), /* corrected once */
                                1,
                                0,
                                "m1",
                                "",
                                "2020-07-01",
                                (int64_t)i,
                                (int)(i % 2)};
    }
    for (size_t i = 0; i <= many; i++) {
        struct hc_origin origin = {.deliveries = i < many ? 1 : many,
                                   .delivery = &delivery[i < many ? i : 0],
                                   .feeds = 3,
                                   .feed = claims_feed};
        for (size_t k = 0; i == many && k < many; k++)
            line[k].delivery = (int)k + 1;
        struct hc_batch *b =
            i < many ? claims_batch(&line[i], 1) : claims_batch(line, many);
        argv[5 + i] = hc_arena_printf(&arena, "%05zu.arrow", i);
        streams_write(argv[5 + i], b, &origin);
        hc_batch_free(b);
        hc_arena_free(&origin.arena);
    }
    setrlimit(RLIMIT_NOFILE, &few);
    tap_int(RUN("hc-dedupe", "-o", "union", "--ledger=union.l", argv[5 + many]), 0,
            "the union");
    argv[0] = "hc-dedupe";
    argv[1] = "-o";
    argv[2] = "each";
    argv[3] = "--ledger=each.l";
    argv[4] = "-q";
    argv[5 + many] = NULL;
    int code = streams_run(argv);
    tap_ok(code == 0, "%zu streams, 64 descriptors: %s", many, streams_text("err"));
    tap_ok(streams_same("union", "each") && streams_same("union.l", "each.l"),
           "the same bytes stand, and the same ledger");
    struct hc_batch *kept = streams_read("each", HC_KIND_claim_line);
    tap_int((int)kept->rows, (int)(many + 1) / 2, "half of them stand");
    hc_batch_free(kept);
    streams_end();
    hc_arena_free(&arena);
    free(delivery);
    free(line);
    free(argv);
    return tap_done();
}
