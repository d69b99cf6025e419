#include "format/export.h"

#include "base/tool.h"

const struct hc_export_format hc_export_formats[] = {
    {"csv", "comma-separated, RFC 4180 quoting, one line feed a line", true, false,
     hc_write_csv},
    {"tsv", "tab-separated; tab, line ends and backslash as \\t \\n \\r \\\\", true, false,
     hc_write_tsv},
    {"table", "aligned columns for reading", true, false, hc_write_table},
    {"arrow", "Arrow IPC, as the tools read and write", false, false, hc_write_arrow},
    {"jsonl", "a JSON object a line", false, false, NULL},
    {"parquet", "Apache Parquet", false, false, NULL},
    {"sqlite", "an SQLite database", false, false, NULL},
    {"html", "a report as one page of tables and charts", false, true, hc_write_html},
    {0},
};

enum hc_status hc_export_format_of(const char *name, const struct hc_export_format **format,
                                   struct hc_err *err) {
    const char *names[sizeof hc_export_formats / sizeof *hc_export_formats] = {0};
    for (size_t i = 0; hc_export_formats[i].name; i++) {
        names[i] = hc_export_formats[i].name;
        if (strcmp(name, names[i]) != 0)
            continue;
        *format = &hc_export_formats[i];
        if ((*format)->write)
            return HC_OK;
        hc_fail(err, HC_EUSAGE, "format '%s' is not supported yet", name);
        hc_err_at_field(err, "--format");
        return HC_EUSAGE;
    }
    hc_fail(err, HC_EUSAGE, "there is no format '%s'", name);
    hc_err_at_field(err, "--format");
    const char *near = hc_str_nearest(hc_str_of(name), names);
    if (near)
        hc_err_hint(err, "did you mean %s?", near);
    else
        hc_err_hint(err, "formats are csv, tsv, table, arrow and html");
    return HC_EUSAGE;
}

enum hc_status hc_write_lines(struct hc_export *export, hc_line_put *put,
                              struct hc_err *err) {
    const struct hc_batch *batch = NULL;
    struct hc_buf buf = {0};
    struct hc_out *out = NULL;
    enum hc_status status = hc_out_open(&out, export->path, &export->out, err);
    put(&buf, export, NULL, 0);
    while (status == HC_OK && (status = hc_stopped(err)) == HC_OK &&
           (status = export->next(export->from, &batch, err)) == HC_OK) {
        for (size_t row = 0; row < batch->rows; row++)
            put(&buf, export, batch, row);
        if (buf.failed)
            status = hc_fail_memory(err);
        else
            status = hc_out_write(out, buf.ptr, buf.len, err);
        hc_buf_clear(&buf);
    }
    if (status == HC_END && !buf.failed)
        status = hc_out_write(out, buf.ptr, buf.len, err); /* the head, where no row came */
    else if (status == HC_END)
        status = hc_fail_memory(err);
    if (status == HC_OK)
        status = hc_out_commit(out, err);
    hc_out_free(out);
    hc_buf_free(&buf);
    return status;
}
