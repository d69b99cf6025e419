/* Paths into lines of JSON, and where they say a value stands. */
#include "format/ndjson.h"

#include "../tap.h"

static const char line[] =
    "{\"id\":\"x/y/"
    "7\",\"n\":12.50,\"e\":[],\"nothing\":null,\"t\":\"2020-11-30T10:00:00Z\","
    "\"team\":[{\"seq\":1,\"role\":{\"coding\":[{\"code\":\"a\"}]},\"who\":\"A\"},"
    "{\"seq\":2,\"role\":{\"coding\":[{\"code\":\"z\"},{\"code\":\"b\"}]},\"who\":\"B\"},"
    "{\"seq\":3,\"who\":\"C\"},{\"seq\":4,\"role\":{\"coding\":[{\"code\":\"b\"}]},"
    "\"who\":\"D\"}],"
    "\"item\":[{\"of\":[4,2],\"v\":\"one\"},{\"v\":\"two\",\"w\":[{\"k\":\"p\",\"x\":1},"
    "{\"k\":\"q\",\"x\":2}]}]}\n";

static const struct {
    const char *path;
    bool of_each, day, last;
    size_t row;
    const char *text, *where;
} cases[] = {
    {"id", false, false, false, 0, "x/y/7", "id"},
    {"id", false, false, true, 1, "7", "id"},
    {"n", false, false, false, 0, "12.50", "n"},
    {"e", false, false, false, 0, "", "e"},
    {"nothing", false, false, false, 0, "", "nothing"},
    {"nothing | n", false, false, false, 0, "12.50", "n"},
    {"absent.name", false, false, false, 0, "", "absent.name"},
    {"t", false, true, false, 0, "2020-11-30", "t"},
    {"team.who", false, false, false, 0, "A", "team[0].who"},
    {"team[2].who", false, false, false, 0, "C", "team[2].who"},
    {"team[4].who", false, false, false, 0, "", "team.who"},
    {"team[role.coding.code=b].who", false, false, false, 0, "B", "team[1].who"},
    {"team[role.coding.code=b][1].who", false, false, false, 0, "D", "team[3].who"},
    {"team[1][role.coding.code=a].who", false, false, false, 0, "", "team.who"},
    {"team[role.coding.code=y,z].who", false, false, false, 0, "B", "team[1].who"},
    {"team[role.coding.code!=a,z].who", false, false, false, 0, "C", "team[2].who"},
    {"team[role.coding.code!=a][2].who", false, false, false, 0, "D", "team[3].who"},
    {"team[seq=@of].who", false, false, false, 0, "B", "team[1].who"},
    {"team[seq=@of][role.coding.code=b][1].who", false, false, false, 0, "D",
     "team[3].who"},
    {"team[seq=@of].who", false, false, false, 1, "A", "team[0].who"},
    {"team[seq!=@of].who", false, false, false, 0, "A", "team[0].who"},
    {"v", true, false, false, 1, "two", "item[1].v"},
    {"w[k=q].x", true, false, false, 1, "2", "item[1].w[1].x"},
    {"w[k=q].x", true, false, false, 0, "", "item[0].w.x"},
};
#define COUNT (sizeof cases / sizeof *cases)

static const char *const wrong[] = {"a[",
                                    "a[b",
                                    "a[-1]",
                                    "a[b=@]",
                                    "a[=x]",
                                    "a..b",
                                    "a[!=x]",
                                    "a[0][1][2][3][4]",
                                    "a[b=1,2,3,4,5]",
                                    "|"};

int main(void) {
    struct hc_json_field field[COUNT];
    struct hc_arena arena = {0};
    struct hc_json_rows rows;
    struct hc_cells cells;
    const char *reason;
    for (size_t i = 0; i < COUNT; i++)
        field[i] = (struct hc_json_field){
            .path = hc_json_path_read(&arena, hc_str_of(cases[i].path), &reason),
            .of_each = cases[i].of_each,
            .day = cases[i].day,
            .last = cases[i].last};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        tap_ok(!hc_json_path_read(&arena, hc_str_of(wrong[i]), &reason) && reason[0],
               "'%s' is no path: %s", wrong[i], reason);
    struct hc_str record = {line, sizeof line - 2};
    uint64_t offset = 0;
    struct hc_fault fault = {0};
    struct hc_block block = {
        .rows = 1, .first = 1, .record = &record, .offset = &offset, .fault = &fault};
    struct hc_ndjson layout = {NULL, "item", COUNT, field};
    bool ready = hc_cells_init(&cells, COUNT, HC_BLOCK_ROWS, NULL) == HC_OK &&
                 hc_json_rows_init(&rows, NULL) == HC_OK &&
                 hc_ndjson_split(&layout, &block, &rows, &cells, NULL) == HC_OK;
    tap_ok(ready && rows.block.rows == 2, "the line makes two rows");
    for (size_t i = 0; ready && i < COUNT; i++) {
        struct hc_str got = cells.column[i][cases[i].row];
        struct hc_buf where = {0};
        bool found =
            hc_ndjson_where(&layout, &rows.block, cases[i].row, i, &where) == HC_OK;
        tap_ok(hc_str_is(got, cases[i].text) && found &&
                   strcmp(hc_buf_text(&where), cases[i].where) == 0,
               "%s of row %zu is '%.*s' at %s", cases[i].path, cases[i].row, (int)got.len,
               got.ptr, hc_buf_text(&where));
        hc_buf_free(&where);
    }
    for (size_t len = 1; len < record.len; len++)
        tap_ok(hc_json_cut((struct hc_str){line, len}), "cut at byte %zu", len);
    tap_ok(!hc_json_cut(record) && !hc_json_cut(HC_STR("{\"a\":]")) &&
               !hc_json_cut(HC_STR("")) && !hc_json_cut(HC_STR("  ")),
           "whole, wrong and empty lines are not cut");
    hc_json_rows_free(&rows);
    hc_cells_free(&cells);
    hc_arena_free(&arena);
    return tap_done();
}
