/* Values as text, the text formats, and measures made wide. With a folder as argument it
 * writes the streams that tests/cli/export.t works on. */
#include <stdlib.h>

#include "../rows.h"
#include "base/file.h"
#include "format/export.h"
#include "format/text.h"
#include "format/wide.h"
#include "record/stream.h"

static struct hc_batch *claims(void) {
    struct hc_err err = {0};
    struct hc_batch *b = NULL;
    hc_day day;
    hc_day_make(2020, 11, 30, &day);
    must(hc_batch_new(&b, &hc_kinds[HC_KIND_claim_line], NULL, &err), &err);
    hc_batch_row(b);
    hc_set_str(b, HC_claim_line_payer, HC_STR("medicare"));
    hc_set_choice(b, HC_claim_line_claim_type, HC_claim_type_professional);
    hc_set_str(b, HC_claim_line_claim_id, HC_STR("C1-0042"));
    hc_set_i32(b, HC_claim_line_line, 1);
    hc_set_str(b, HC_claim_line_member_id, HC_STR("1EG4TE5MK72"));
    hc_set_i64(b, HC_claim_line_person_id, 77);
    hc_set_i32(b, HC_claim_line_service_from, day);
    hc_set_i32(b, HC_claim_line_paid_date, day + 1);
    hc_set_list(b, HC_claim_line_modifiers, (struct hc_str[]){HC_STR("25"), HC_STR("GT")},
                2);
    hc_set_i64(b, HC_claim_line_units_e4, 15000);
    hc_set_i64(b, HC_claim_line_paid, 26000);
    hc_batch_row(b);
    hc_set_str(b, HC_claim_line_payer, HC_STR("blue, \"inc\"\tand\nsons\\"));
    hc_set_choice(b, HC_claim_line_claim_type, HC_claim_type_dental);
    hc_set_str(b, HC_claim_line_claim_id, HC_STR(""));
    hc_set_i64(b, HC_claim_line_paid, -5);
    hc_set_list(b, HC_claim_line_modifiers, NULL, 0);
    must(hc_batch_seal(b, &err), &err);
    return b;
}

/* A measure stream of two groupings. */
static struct hc_schema measure_schema;
static struct hc_field measure_field[HC_measure_fields + 2];
static struct hc_batch *measures(bool differing_level) {
    static const struct {
        const char *measure, *type, *quarter;
        int64_t value;
        int scale, status;
    } cells[] = {
        {"lines", "dme", "2020-Q3", 12, 0, HC_cell_status_shown},
        {"paid", "dme", "2020-Q3", 26000, 2, HC_cell_status_shown},
        {"lines", "dme", "2020-Q4", 0, 0, HC_cell_status_suppressed},
        {"paid", "dme", "2020-Q4", -1, 2, HC_cell_status_shown},
        {"paid", NULL, "2020-Q4", 7, 2, HC_cell_status_shown},
    };
    struct hc_err err = {0};
    struct hc_batch *b = NULL;
    memcpy(measure_field, hc_kinds[HC_KIND_measure].field,
           HC_measure_fields * sizeof *measure_field);
    measure_field[HC_measure_fields] =
        (struct hc_field){"claim_type", HC_TYPE_utf8, 0, NULL, ""};
    measure_field[HC_measure_fields + 1] =
        (struct hc_field){"quarter", HC_TYPE_utf8, 0, NULL, ""};
    measure_schema = hc_kinds[HC_KIND_measure];
    measure_schema.field = measure_field;
    measure_schema.fields = HC_measure_fields + 2;
    must(hc_batch_new(&b, &measure_schema, NULL, &err), &err);
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        hc_batch_row(b);
        hc_set_str(b, HC_measure_measure, hc_str_of(cells[i].measure));
        hc_set_str(b, HC_measure_level,
                   cells[i].type || !differing_level ? HC_STR("cell")
                                                     : HC_STR("all claim_type"));
        hc_set_i64(b, HC_measure_numerator, cells[i].value);
        hc_set_i64(b, HC_measure_denominator, 1);
        if (cells[i].status == HC_cell_status_shown)
            hc_set_i64(b, HC_measure_value, cells[i].value);
        hc_set_i32(b, HC_measure_scale, cells[i].scale);
        hc_set_choice(b, HC_measure_status, cells[i].status);
        if (cells[i].type)
            hc_set_str(b, HC_measure_fields, hc_str_of(cells[i].type));
        hc_set_str(b, HC_measure_fields + 1, hc_str_of(cells[i].quarter));
    }
    must(hc_batch_seal(b, &err), &err);
    return b;
}

struct once {
    const struct hc_batch *batch;
};
static enum hc_status next_once(void *from, const struct hc_batch **batch,
                                struct hc_err *err) {
    struct once *once = from;
    (void)err;
    *batch = once->batch;
    once->batch = NULL;
    return *batch ? HC_OK : HC_END;
}

static void exported(const char *name, const struct hc_batch *b, const size_t *column,
                     size_t columns, const char *want) {
    struct hc_err err = {0};
    const struct hc_export_format *format = NULL;
    struct once once = {b};
    struct hc_buf text = {0};
    char path[] = "/tmp/hc-export-XXXXXX";
    int fd = mkstemp(path);
    struct hc_export export = {.schema = b->schema,
                               .column = column,
                               .columns = columns,
                               .next = next_once,
                               .from = &once,
                               .path = path};
    must(hc_export_format_of(name, &format, &err), &err);
    must(format->write(&export, &err), &err);
    must(hc_read_file(path, 1 << 16, &text, &err), &err);
    if (!tap_ok(strcmp(hc_buf_text(&text), want) == 0, "%s is as it should be", name))
        printf("#{{{\n%s#}}}\n", hc_buf_text(&text));
    hc_buf_free(&text);
    remove(path);
    fclose(fdopen(fd, "r"));
}

static void formats(void) {
    static const size_t column[] = {HC_claim_line_payer,        HC_claim_line_claim_type,
                                    HC_claim_line_claim_id,     HC_claim_line_line,
                                    HC_claim_line_service_from, HC_claim_line_modifiers,
                                    HC_claim_line_units_e4,     HC_claim_line_paid};
    struct hc_batch *b = claims();
    exported("csv", b, column, 8,
             "payer,claim_type,claim_id,line,service_from,modifiers,units_e4,paid\n"
             "medicare,professional,C1-0042,1,2020-11-30,25 GT,1.5000,260.00\n"
             "\"blue, \"\"inc\"\"\tand\nsons\\\",dental,\"\",,,\"\",,-0.05\n");
    exported("tsv", b, column, 8,
             "payer\tclaim_type\tclaim_id\tline\tservice_from\tmodifiers\tunits_e4\tpaid\n"
             "medicare\tprofessional\tC1-0042\t1\t2020-11-30\t25 GT\t1.5000\t260.00\n"
             "blue, \"inc\"\\tand\\nsons\\\\\tdental\t\t\t\t\t\t-0.05\n");
    exported("table", b, column + 6, 2,
             "units_e4    paid\n"
             "--------  ------\n"
             "  1.5000  260.00\n"
             "           -0.05\n");
    hc_batch_free(b);
}

static void same_name(void) {
    struct hc_err err = {0};
    struct hc_batch *b = measures(false);
    struct hc_wide *w = NULL;
    measure_field[HC_measure_fields].name = "lines"; /* as the measure */
    must(hc_wide_new(&w, &measure_schema, &err), &err);
    must(hc_wide_add(w, b, &err), &err);
    must(hc_wide_end(w, &err), &err);
    tap_ok(hc_schema_find(hc_wide_schema(w), HC_STR("lines")) == 0 &&
               hc_schema_find(hc_wide_schema(w), HC_STR("lines_measure")) == 2,
           "no two columns of one name");
    hc_wide_free(w);
    hc_batch_free(b);
}

static void wide(bool level, const char *want) {
    struct hc_err err = {0};
    struct hc_batch *b = measures(level);
    struct hc_wide *w = NULL;
    const struct hc_batch *out = NULL;
    static const size_t column[] = {0, 1, 2, 3, 4, 5};
    must(hc_wide_new(&w, &measure_schema, &err), &err);
    must(hc_wide_add(w, b, &err), &err);
    must(hc_wide_end(w, &err), &err);
    must(hc_wide_next(w, &out, &err), &err);
    exported("csv", out, column, out->schema->fields, want);
    hc_wide_free(w);
    must(hc_wide_new(&w, &measure_schema, &err), &err);
    must(hc_wide_add(w, b, &err), &err);
    must(hc_wide_add(w, b, &err), &err);
    tap_int(hc_wide_end(w, &err), HC_EDATA, "a cell twice is refused");
    hc_wide_free(w);
    hc_batch_free(b);
}

/* Numbers and dates are put by hand: they read as the base library has them. */
static void numbers(void) {
    static const int64_t values[] = {
        0, 1, -1, 9, 10, 99, 100, -100, 12345, -5, INT64_MAX, INT64_MIN, 1000000000000};
    struct hc_err err = {0};
    struct hc_batch *b = NULL;
    struct hc_buf text = {0};
    char want[HC_NUM_SIZE];
    bool same = true;
    must(hc_batch_new(&b, &row_schema, NULL, &err), &err);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        static const struct {
            int column, scale;
        } types[] = {{ROW_wide, 0}, {ROW_money, 2}, {ROW_e4, 4}};
        for (size_t t = 0; t < 3; t++) {
            hc_batch_clear(b);
            hc_batch_row(b);
            hc_set_i64(b, (size_t)types[t].column, values[i]);
            hc_buf_clear(&text);
            hc_text_value(&text, b, (size_t)types[t].column, 0);
            same = same && strcmp(hc_buf_text(&text),
                                  hc_format_scaled(values[i], types[t].scale, want)) == 0;
        }
    }
    for (hc_day day = -800000; day < 3000000; day += 1237) {
        hc_batch_clear(b);
        hc_batch_row(b);
        hc_set_i32(b, ROW_day, day);
        hc_buf_clear(&text);
        hc_text_value(&text, b, ROW_day, 0);
        same = same && strcmp(hc_buf_text(&text), hc_format_day(day, want)) == 0;
    }
    tap_ok(same, "numbers and dates read as they do elsewhere");
    hc_buf_free(&text);
    hc_batch_free(b);
}

static void shapes(void) {
    struct hc_batch *b = claims();
    struct hc_buf text = {0};
    hc_text_shape(&text, b, HC_claim_line_member_id, 0);
    hc_buf_putc(&text, ' ');
    hc_text_shape(&text, b, HC_claim_line_service_from, 0);
    hc_buf_putc(&text, ' ');
    hc_text_shape(&text, b, HC_claim_line_person_id, 0);
    tap_text(hc_buf_text(&text), "9AA9AA9AA99 9999-99-99 99", "shapes");
    tap_ok(hc_column_is_phi(b->schema, HC_claim_line_service_from),
           "a date of care is PHI");
    tap_ok(!hc_column_is_phi(b->schema, HC_claim_line_paid), "an amount is not");
    static const struct hc_field by[] = {{"member_id", HC_TYPE_utf8, 0, NULL, ""},
                                         {"county", HC_TYPE_utf8, 0, NULL, ""}};
    static const struct hc_schema own = {"x", HC_KIND_any, 1, 2, 2, by};
    tap_ok(hc_column_is_phi(&own, 0), "a grouping named member_id is");
    tap_ok(!hc_column_is_phi(&own, 1), "a grouping by county is not");
    hc_buf_free(&text);
    hc_batch_free(b);
}

static void write_stream(const char *folder, const char *name, struct hc_batch *b) {
    struct hc_err err = {0};
    struct hc_writer *writer = NULL;
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    must(hc_writer_open(&writer, path, b->schema, NULL, "hc-test", NULL, &err), &err);
    must(hc_writer_write(writer, b, &err), &err);
    must(hc_writer_commit(writer, &err), &err);
    hc_writer_free(writer);
    hc_batch_free(b);
}

int main(int argc, char **argv) {
    if (argc > 1) {
        write_stream(argv[1], "claims.arrow", claims());
        write_stream(argv[1], "measures.arrow", measures(false));
        return 0;
    }
    formats();
    wide(false, "claim_type,quarter,lines,paid\n"
                "dme,2020-Q3,12,260.00\n"
                "dme,2020-Q4,*,-0.01\n"
                ",2020-Q4,,0.07\n");
    wide(true, "claim_type,quarter,level,lines,paid\n"
               "dme,2020-Q3,cell,12,260.00\n"
               "dme,2020-Q4,cell,*,-0.01\n"
               ",2020-Q4,all claim_type,,0.07\n");
    same_name();
    numbers();
    shapes();
    return tap_done();
}
