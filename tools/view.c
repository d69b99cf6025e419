/* hc-view: a look into record streams, receipts and manifests. */
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/dryrun.h"
#include "base/tool.h"
#include "format/view.h"
#include "record/accounts.h"
#include "record/folder.h"

struct config {
    struct hc_common common;
    int64_t rows;
    const char *kind;
    bool show_values, verify, trust_input;
};

static const struct hc_opt opts[] = {
    {'n', "rows", "N", HC_OPT_INT, offsetof(struct config, rows),
     "show the first N rows (default: 5)"},
    {0, "show-values", NULL, HC_OPT_FLAG, offsetof(struct config, show_values),
     "show what is personal as it is; only on a terminal"},
    {0, "verify", NULL, HC_OPT_FLAG, offsetof(struct config, verify),
     "check every buffer, and rows and sums against those told at the end"},
    {0, "trust-input", NULL, HC_OPT_FLAG, offsetof(struct config, trust_input),
     "read streams of other programs, without metadata and totals"},
    {0, "kind", "KIND", HC_OPT_STRING, offsetof(struct config, kind),
     "the kind of record that the input must be"},
    HC_OPT_COMMON(struct config),
    {0},
};
static const struct hc_cmd cmd = {
    "hc-view",
    "[FILE|DIR...]",
    "Show what a record stream, a receipt or a manifest holds.",
    opts,
    "Of a record stream: kind, deliveries, rows, for each column its nulls, least and most "
    "value and sum, and the first rows. The whole stream is read, so a damaged one is told "
    "(65). Values about persons stand as shapes (9A99-A9, 9999-99-99); --show-values shows "
    "them on a terminal, never into a file or a pipe.\n"
    "Of a receipt: whether the delivery was accepted, what is wrong, where, what to do "
    "next; "
    "with -v all of it. Of a rejects file the same without values. Of a manifest or any "
    "JSON that hctools wrote: its tables; with -v also what stands deeper in long lists. "
    "Of a "
    "folder: its receipt or manifest. A page is as wide as the terminal, else COLUMNS; "
    "colours only on a terminal, never with NO_COLOR.",
    "hc-view claims.arrow\n  what a file of claim lines holds\n"
    "hc-view --verify month/*.arrow && hc-view month/receipt.json\n"
    "  check what an ingest left, then read its receipt\n"};

enum what { A_STREAM, A_TREE, AN_ARCHIVE, REJECTS };

static enum what sniff(const uint8_t *bytes, size_t len) {
    static const struct {
        const char *bytes;
        size_t len;
    } archives[] = {{"\x1f\x8b", 2},
                    {"PK\3\4", 4},
                    {"PK\5\6", 4},
                    {"\x28\xb5\x2f\xfd", 4},
                    {"7z\xbc\xaf\x27\x1c", 6}};
    for (size_t i = 0; i < sizeof archives / sizeof *archives; i++)
        if (len >= archives[i].len &&
            memcmp(bytes, archives[i].bytes, archives[i].len) == 0)
            return AN_ARCHIVE;
    if (hc_view_is_rejects((struct hc_str){(const char *)bytes, len}))
        return REJECTS;
    for (size_t i = 0; i < len; i++)
        if (bytes[i] > ' ')
            return bytes[i] == '{' || bytes[i] == '[' ? A_TREE : A_STREAM;
    return A_STREAM;
}

/* Only what can be read twice is looked at first; a pipe is taken for a record stream. */
static enum hc_status look(const char *path, enum what *what, struct hc_err *err) {
    uint8_t bytes[64];
    size_t got = 0;
    struct hc_in *in = NULL;
    *what = A_STREAM;
    if (strcmp(path, "-") == 0)
        return HC_OK;
    enum hc_status status = hc_in_open(&in, path, err);
    if (status == HC_OK && hc_in_seekable(in))
        status = hc_in_read(in, bytes, sizeof bytes, &got, err);
    if (status == HC_OK)
        *what = sniff(bytes, got);
    hc_in_free(in);
    return status;
}

static enum hc_status view_tree(struct hc_buf *out, const char *path,
                                const struct hc_view_options *options, bool all,
                                struct hc_err *err) {
    struct hc_page page = {out, options->width, options->color};
    struct hc_buf text = {0};
    struct hc_yaml *yaml = NULL;
    enum hc_status status = hc_read_file(path, (size_t)64 << 20, &text, err);
    if (status == HC_OK)
        status = hc_yaml_parse(&yaml, path, hc_buf_str(&text), true, err);
    if (status == HC_ECONFIG) { /* it is no rule file: what is wrong is its data */
        status = HC_EDATA;
        hc_err_hint(err,
                    "copy it again, or make it again: hctools write their files whole");
    }
    if (status == HC_OK)
        hc_buf_printf(out, "%s\n", path);
    bool receipt = status == HC_OK && hc_view_is_receipt(hc_yaml_root(yaml));
    if (receipt)
        status = hc_view_receipt(&page, hc_yaml_root(yaml), err);
    if (receipt && status == HC_OK)
        hc_buf_puts(out,
                    all ? "\n" : "\n(-v shows all of it: amounts, digests, the feed)\n");
    if (status == HC_OK && (all || !receipt))
        status = hc_view_tree(out, hc_yaml_root(yaml), options->width, all, err);
    hc_yaml_free(yaml);
    hc_buf_free(&text);
    return status;
}

static enum hc_status view_rejects(struct hc_buf *out, const char *path,
                                   const struct hc_view_options *options,
                                   struct hc_err *err) {
    struct hc_page page = {out, options->width, options->color};
    struct hc_buf text = {0};
    enum hc_status status = hc_read_file(path, (size_t)512 << 20, &text, err);
    if (status == HC_OK) {
        hc_buf_printf(out, "%s\n", path);
        status = hc_view_rejects(&page, hc_buf_str(&text), err);
    }
    if (status != HC_OK)
        hc_err_at_file(err, path);
    hc_buf_free(&text);
    return status;
}

/* Of a folder, what says what it is: the receipt of an ingest, the manifest of a run. */
static enum hc_status in_folder(const char *path, struct hc_buf *found,
                                struct hc_err *err) {
    static const char *const names[] = {"receipt.json", "manifest.json"};
    struct stat folder, file;
    hc_buf_printf(found, "%s", path);
    if (stat(path, &folder) != 0 || !S_ISDIR(folder.st_mode))
        return HC_OK;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        hc_buf_clear(found);
        hc_buf_printf(found, "%s%s%s", path, path[strlen(path) - 1] == '/' ? "" : "/",
                      names[i]);
        if (stat(hc_buf_text(found), &file) == 0)
            return found->failed ? hc_fail_memory(err) : HC_OK;
    }
    hc_fail(err, HC_ENOINPUT, "the folder has no receipt.json and no manifest.json");
    hc_err_at_file(err, path);
    hc_folder_hint(path, err);
    hc_err_hint(err, "hc-ingest --out-dir and hc-run write them last: did they end well?");
    return HC_ENOINPUT;
}

static enum hc_status view_file(const char *path, const struct hc_view_options *options,
                                bool all, struct hc_accounts *accounts, struct hc_buf *out,
                                struct hc_err *err) {
    enum what what;
    enum hc_status status = look(path, &what, err);
    if (status != HC_OK)
        return status;
    switch (what) {
    case A_TREE:
        return view_tree(out, path, options, all, err);
    case AN_ARCHIVE:
        hc_fail(err, HC_EDATA, "a compressed file, not a record stream");
        hc_err_at_file(err, path);
        hc_err_hint(err, "hc-ingest --feed=FEED reads deliveries");
        return HC_EDATA;
    case REJECTS:
        return view_rejects(out, path, options, err);
    case A_STREAM:
        break;
    }
    return hc_view_stream(out, path, options, accounts, err);
}

static enum hc_status print_plan(const char *const *paths, size_t count, const char *kind,
                                 struct hc_err *err) {
    struct hc_dryrun dry;
    hc_dryrun_start(&dry, cmd.name);
    for (size_t i = 0; i < count; i++)
        hc_dryrun_reads(&dry, paths[i], kind, NULL);
    hc_dryrun_writes(&dry, "-", NULL);
    return hc_dryrun_end(&dry, err);
}

/* Of the terminal; else what COLUMNS says. */
static size_t page_width(void) {
    struct winsize size = {0};
    const char *columns = getenv("COLUMNS");
    int64_t width;
    if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 &&
        size.ws_col >= 40)
        return size.ws_col;
    if (columns && hc_parse_int(hc_str_of(columns), 40, 1000, &width, NULL) == HC_OK)
        return (size_t)width;
    return 132;
}

/* Colours are for terminals that have them and people who want them (no-color.org). */
static bool wants_color(void) {
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
    return isatty(STDOUT_FILENO) && (!no || !*no) && term && strcmp(term, "dumb") != 0;
}

static enum hc_status check_options(const struct config *c, struct hc_err *err) {
    enum hc_status status = HC_OK;
    if (c->show_values && !isatty(STDOUT_FILENO)) {
        status = hc_fail(err, HC_EUSAGE, "only a terminal is shown values about persons");
        hc_err_at_field(err, "--show-values");
    } else if (c->kind && !hc_kind_of(hc_str_of(c->kind))) {
        status = hc_fail(err, HC_EUSAGE, "there is no kind of record '%s'", c->kind);
        hc_err_at_field(err, "--kind");
    } else if (c->rows > HC_BATCH_ROWS) {
        status = hc_fail(err, HC_EUSAGE, "expected at most %d", HC_BATCH_ROWS);
        hc_err_at_field(err, "--rows");
    }
    return status;
}

static enum hc_status view_files(void *config, int argc, char **argv, struct hc_log *log,
                                 struct hc_err *err) {
    static const char *const standard_input[] = {"-"};
    const struct config *c = config;
    const char *const *paths = argc ? (const char *const *)argv : standard_input;
    size_t count = argc ? (size_t)argc : 1;
    struct hc_accounts *accounts = NULL;
    struct hc_out *out = NULL;
    struct hc_buf text = {0}, line = {0}, found = {0};
    enum hc_status status = check_options(c, err);
    if (status != HC_OK)
        return status;
    if (c->common.dry_run)
        return print_plan(paths, count, c->kind, err);
    struct hc_view_options options = {
        .rows = (size_t)c->rows,
        .values = c->show_values,
        .verify = c->verify,
        .width = page_width(),
        .color = wants_color(),
        .kind = c->kind ? hc_kind_of(hc_str_of(c->kind))->kind : HC_KIND_any,
        .trust_input = c->trust_input,
    };
    status = hc_accounts_new(&accounts, cmd.name, err);
    if (status == HC_OK)
        status = hc_out_open(&out, NULL, NULL, err);
    for (size_t i = 0; i < count && status == HC_OK; i++) {
        hc_buf_clear(&text);
        if (i)
            hc_buf_putc(&text, '\n');
        hc_buf_clear(&found);
        status = in_folder(paths[i], &found, err);
        if (status == HC_OK)
            status = view_file(hc_buf_text(&found), &options, c->common.verbose, accounts,
                               &text, err);
        if (status == HC_OK)
            status = hc_out_write(out, text.ptr, text.len, err);
    }
    if (status == HC_OK)
        status = hc_out_commit(out, err);
    if (status == HC_OK) {
        hc_accounts_line(accounts, &line);
        if (line.len)
            hc_log(log, HC_LOG_COUNTS, "%s", hc_buf_text(&line));
        status = hc_accounts_write(accounts, c->common.accounts, err);
    }
    hc_out_free(out);
    hc_accounts_free(accounts);
    hc_buf_free(&text);
    hc_buf_free(&line);
    hc_buf_free(&found);
    return status;
}

int main(int argc, char **argv) {
    struct config config = {.rows = 5};
    return hc_tool_main(&cmd, argc, argv, &config, offsetof(struct config, common),
                        view_files);
}
