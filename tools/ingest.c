/* hc-ingest: deliveries of a payer to record streams. */
#include <malloc.h>
#include <stddef.h>
#include <string.h>

#include "base/dryrun.h"
#include "base/process.h"
#include "base/tool.h"
#include "feed/ingest.h"

struct config {
    const char *feed, *kind, *output, *out_dir, *max_rejects, *rejects, *identity_key,
        *name, *date, *passphrase_file, *previous, *check, *inflate;
    struct hc_opt_list set, accept, columns;
    int64_t shards, jobs;
    bool replace;
    struct hc_common common;
};

static const struct hc_opt opts[] = {
    {'f', "feed", "FEED", HC_OPT_STRING, offsetof(struct config, feed),
     "read by this feed: a YAML file, or a name looked up in pipelines/feeds"},
    {0, "set", "COLUMN=VALUE", HC_OPT_MANY, offsetof(struct config, set),
     "replace a value that the feed sets, such as payer=NAME"},
    {'k', "kind", "KIND", HC_OPT_STRING, offsetof(struct config, kind),
     "write only records of KIND, to -o FILE or standard output"},
    {'o', "output", "FILE", HC_OPT_STRING, offsetof(struct config, output),
     "write the records of --kind to FILE (default: standard output)"},
    {'d', "out-dir", "DIR", HC_OPT_STRING, offsetof(struct config, out_dir),
     "write DIR/KIND.arrow for each kind, DIR/rejects.csv and last DIR/receipt.json"},
    {0, "replace", NULL, HC_OPT_FLAG, offsetof(struct config, replace),
     "with --out-dir: what stands there may be replaced by other bytes of its name, or by "
     "other deliveries"},
    {0, "columns", "A,B", HC_OPT_LIST, offsetof(struct config, columns),
     "keep only these columns of --kind, and those that dedupe needs"},
    {0, "shards", "N", HC_OPT_INT, offsetof(struct config, shards),
     "with --out-dir: divide claims into DIR/claim_line/shard-NNN.arrow"},
    {0, "accept", "FINDING,...", HC_OPT_LIST, offsetof(struct config, accept),
     "go on in spite of a finding that the feed refuses; noted in the receipt"},
    {0, "check", "json", HC_OPT_MAYBE, offsetof(struct config, check),
     "write no records: print what is wrong with the deliveries, as a page or as JSON"},
    {0, "previous", "RECEIPT", HC_OPT_STRING, offsetof(struct config, previous),
     "compare totals with the receipt of the delivery before, within the feed's bounds"},
    {0, "max-rejects", "N|N%", HC_OPT_STRING, offsetof(struct config, max_rejects),
     "set up to N records that cannot be read aside, or N percent, but never all of a file "
     "(default: 0)"},
    {0, "rejects", "FILE", HC_OPT_STRING, offsetof(struct config, rejects),
     "write such records to FILE (default: DIR/rejects.csv); they are PHI"},
    {0, "identity-key", "FILE", HC_OPT_STRING, offsetof(struct config, identity_key),
     "make identity keys of coverage, hashed under the key in FILE"},
    {0, "name", "NAME", HC_OPT_STRING, offsetof(struct config, name),
     "name of the delivery on standard input"},
    {0, "date", "DATE", HC_OPT_STRING, offsetof(struct config, date),
     "the day of a delivery whose name tells none: of records in several deliveries the "
     "newest's stand"},
    {0, "passphrase-file", "FILE", HC_OPT_STRING, offsetof(struct config, passphrase_file),
     "the first line of FILE is the passphrase of encrypted zips"},
    {0, "inflate", "NAME", HC_OPT_STRING, offsetof(struct config, inflate),
     "unpack gzip and zip with NAME: zlib, or isa-l where built in (default: the fastest)"},
    {'j', "jobs", "N", HC_OPT_INT, offsetof(struct config, jobs),
     "use N workers, each for a delivery; those that are left over read files of a "
     "delivery side by side, or unpack ahead (default: one a core)"},
    HC_OPT_COMMON(struct config),
    {0},
};
static void built_with(struct hc_buf *text) {
    for (size_t i = 0; hc_inflate_engines[i]; i++)
        hc_buf_printf(text, "%s%s %s",
                      i ? ", " : " (inflate: ", hc_inflate_engines[i]->name,
                      hc_inflate_engines[i]->version());
    hc_buf_putc(text, ')');
}

static const struct hc_cmd ingest = {
    "hc-ingest",
    "--feed=FEED DELIVERY...",
    "Turn a payer's deliveries into record streams.",
    opts,
    "A delivery is a zip, a gzip, zstd or plain file, a folder of such files, or - for "
    "standard input; what it is is found by content, and so is a file in a zip that is "
    "gzip or "
    "zstd itself. Encrypted zips (ZipCrypto, AES) need --passphrase-file. It is read by "
    "its "
    "feed: which files belong to it, how they are "
    "laid out, how they join and what becomes of their columns. What a delivery says about "
    "itself (counts, lengths, trailers) is checked before anything is published, and every "
    "record and every cent is accounted for in the receipt.\n\n"
    "Findings that --accept takes: delivery-name, entry-name, unknown-file, missing-file, "
    "doubled-file, "
    "empty-file, record-length, control-totals, period, outside-period, "
    "repeated-header, repeated-amounts, test-file, unknown-code, shape, "
    "mixed-decimals, version-missing, positive-cancellation, repeated-payment, "
    "service-date, "
    "populated, trend. The "
    "feed says of each "
    "whether it refuses, is an exception (a warning), or is accepted.\n\n"
    "With --jobs=2 or more, several deliveries are read at once, each by a worker of its "
    "own. Workers that are left over read the files of a zip or folder side by side; of a "
    "single file, another worker reads, hashes, unpacks and checks ahead. Each worker "
    "takes "
    "its share of --memory, 32M at least: with less there are fewer. With standard input "
    "or "
    "a pipe among them, deliveries are read one after the other. What is written and what "
    "is "
    "said does not depend on it: rows and rejects count in order of deliveries and files, "
    "and of several failures the first in that order is told.\n\n"
    "--version names the decoders of gzip and zip that are built in, the one that is used "
    "first. They give the same bytes and the same messages; where a decoder is under "
    "suspicion, --inflate=zlib reads the delivery with the other one.",
    "hc-ingest --feed=medicare-cclf --out-dir=work/cclf "
    "P.F0001.ACO.ZCY20.D201101.T0102030\n"
    "  write every kind of record of one delivery, with rejects and receipt\n"
    "hc-ingest --feed=medicare-cclf --kind=claim_line P.F0001.ACO.ZCY20.D201101.T0102030 "
    "|\n"
    "    hc-dedupe | hc-aggregate --by=claim_type --measure=lines,paid | hc-export\n"
    "  sums of the lines that stand\n"
    "hc-ingest --feed=commercial-apcd --check ACME_MC_202011.txt.gz\n"
    "  before it is sent: what would be refused, by file, column and reason\n",
};

/* "12" or "0.5%": hundredths of a percent with percent. */
static enum hc_status parse_max(const char *text, struct hc_ingest_options *o,
                                struct hc_err *err) {
    size_t len = text ? strlen(text) : 0;
    if (len == 0)
        return HC_OK;
    o->percent = text[len - 1] == '%';
    struct hc_str number = {text, len - o->percent};
    if (hc_parse_decimal(number, o->percent ? 2 : 0, 0, 0, &o->max_rejects, NULL) ==
            HC_OK &&
        o->max_rejects >= 0 && (!o->percent || o->max_rejects <= 10000))
        return HC_OK;
    return hc_fail(err, HC_EUSAGE,
                   "--max-rejects: expected a number or a percentage, such as "
                   "10 or 0.5%%");
}

static enum hc_status parse_accept(const struct hc_opt_list *list,
                                   struct hc_ingest_options *o, struct hc_err *err) {
    const char *names[HC_FINDINGS + 1] = {0};
    for (int i = 0; i < HC_FINDINGS; i++)
        names[i] = hc_finding_name((enum hc_finding)i);
    for (size_t i = 0; i < list->count; i++) {
        int finding = hc_finding_of(hc_str_of(list->item[i]));
        if (finding >= 0) {
            o->accept[finding] = true;
            continue;
        }
        const char *near = hc_str_nearest(hc_str_of(list->item[i]), names);
        hc_fail(err, HC_EUSAGE, "--accept: no finding is called '%s'", list->item[i]);
        if (near)
            hc_err_hint(err, "did you mean '%s'?", near);
        else
            hc_err_hint(err, "hc-ingest --help lists the findings that can be accepted");
        return HC_EUSAGE;
    }
    return HC_OK;
}

static enum hc_status parse_kind(const struct config *c, struct hc_ingest_options *o,
                                 struct hc_err *err) {
    o->kind = HC_KIND_any;
    if (c->check && (c->kind || c->out_dir || c->output))
        return hc_fail(err, HC_EUSAGE,
                       "--check writes no records: not with --kind, --output, --out-dir");
    if (c->check && *c->check && strcmp(c->check, "json") != 0)
        return hc_fail(err, HC_EUSAGE, "--check takes no value, or json");
    if (c->check)
        return HC_OK;
    if (c->kind && c->out_dir)
        return hc_fail(err, HC_EUSAGE,
                       "--kind=KIND writes one kind of record, --out-dir=DIR writes all: "
                       "give one of them");
    if (!c->kind && !c->out_dir)
        return hc_fail(err, HC_EUSAGE,
                       "one of --kind=KIND, --out-dir=DIR and --check is needed");
    if (!c->kind)
        return c->output ? hc_fail(err, HC_EUSAGE, "--output goes with --kind") : HC_OK;
    const struct hc_schema *kind = hc_kind_of(hc_str_of(c->kind));
    if (kind) {
        o->kind = kind->kind;
        return HC_OK;
    }
    const char *near = hc_kind_near(hc_str_of(c->kind));
    hc_fail(err, HC_EUSAGE, "--kind: no kind is called '%s'", c->kind);
    if (near)
        hc_err_hint(err, "did you mean '%s'?", near);
    return HC_EUSAGE;
}

static enum hc_status parse_inflate(const struct config *c, struct hc_ingest_options *o,
                                    struct hc_err *err) {
    struct hc_buf known = {0};
    if ((o->inflate = hc_inflate_engine(c->inflate)))
        return HC_OK;
    for (size_t i = 0; hc_inflate_engines[i]; i++)
        hc_buf_printf(&known, "%s%s", i ? ", " : "", hc_inflate_engines[i]->name);
    hc_fail(err, HC_EUSAGE, "--inflate: '%s' is not built in; there is %s", c->inflate,
            hc_buf_text(&known));
    hc_buf_free(&known);
    return HC_EUSAGE;
}

static enum hc_status parse(const struct config *c, int argc, char **argv,
                            struct hc_ingest_options *o, struct hc_err *err) {
    *o = (struct hc_ingest_options){.paths = (const char *const *)argv,
                                    .count = (size_t)argc,
                                    .name = c->name,
                                    .output = c->output,
                                    .out_dir = c->out_dir,
                                    .shards = (unsigned)c->shards,
                                    .jobs = (unsigned)c->jobs,
                                    .columns = c->columns.count ? c->columns.item : NULL,
                                    .column_count = c->columns.count,
                                    .rejects = c->rejects,
                                    .identity_key = c->identity_key,
                                    .passphrase_file = c->passphrase_file,
                                    .memory_bytes = c->common.memory_bytes,
                                    .temp_dir = c->common.temp_dir,
                                    .accounts = c->common.accounts,
                                    .replace = c->replace,
                                    .previous = c->previous,
                                    .check = c->check};
    for (int i = 0; c->passphrase_file && i < argc; i++)
        if (strcmp(c->passphrase_file, "-") == 0 && strcmp(argv[i], "-") == 0)
            return hc_fail(err, HC_EUSAGE,
                           "standard input cannot be passphrase and delivery both");
    if (!c->feed)
        return hc_fail(err, HC_EUSAGE, "--feed=FEED is needed");
    if (argc == 0)
        return hc_fail(err, HC_EUSAGE, "no delivery was named; - is standard input");
    struct hc_err inner = {0};
    o->has_date = c->date != NULL;
    if (c->date &&
        hc_parse_day(hc_str_of(c->date), HC_DATE_ISO, &o->date, &inner) != HC_OK) {
        hc_fail(err, HC_EUSAGE, "--date: %s", inner.what);
        hc_err_hint(err, "--date=2020-12-31");
        return HC_EUSAGE;
    }
    if (c->shards > 1024 || (c->shards && !c->out_dir))
        return hc_fail(err, HC_EUSAGE, "--shards: 1 to 1024, with --out-dir");
    if (c->replace && !c->out_dir)
        return hc_fail(err, HC_EUSAGE, "--replace goes with --out-dir");
    if (c->jobs < 0 || c->jobs > 1024)
        return hc_fail(err, HC_EUSAGE, "--jobs: 1 to 1024");
    if (c->jobs == 0)
        o->jobs = hc_process_cores();
    if (c->columns.count && !c->kind)
        return hc_fail(err, HC_EUSAGE, "--columns goes with --kind");
    enum hc_status status = parse_kind(c, o, err);
    if (status == HC_OK)
        status = parse_max(c->max_rejects, o, err);
    if (status == HC_OK)
        status = parse_accept(&c->accept, o, err);
    if (status == HC_OK)
        status = parse_inflate(c, o, err);
    return status;
}

static enum hc_status dry_run(const struct config *c, const struct hc_feed *feed,
                              const char *feed_path, const struct hc_ingest_options *o,
                              struct hc_err *err) {
    struct hc_dryrun dry;
    struct hc_arena arena = {0};
    hc_dryrun_start(&dry, ingest.name);
    for (size_t i = 0; i < o->count; i++)
        hc_dryrun_reads(&dry, o->paths[i], NULL, NULL);
    for (int k = 0; k < HC_KINDS; k++) {
        if (!hc_feed_yields(feed, (enum hc_kind)k) ||
            (o->kind != HC_KIND_any && (int)o->kind != k))
            continue;
        const char *path =
            c->out_dir
                ? hc_arena_printf(&arena, "%s/%s%s", c->out_dir, hc_kinds[k].name,
                                  o->shards && k == HC_KIND_claim_line ? "/shard-*.arrow"
                                                                       : ".arrow")
            : c->output ? c->output
                        : "-";
        hc_dryrun_writes(&dry, path ? path : "", hc_kinds[k].name);
    }
    const char *rejects = c->rejects ? c->rejects
                          : c->out_dir
                              ? hc_arena_printf(&arena, "%s/rejects.csv", c->out_dir)
                              : NULL;
    if (rejects)
        hc_dryrun_writes(&dry, rejects, NULL);
    if (c->out_dir) {
        const char *receipt = hc_arena_printf(&arena, "%s/receipt.json", c->out_dir);
        hc_dryrun_writes(&dry, receipt ? receipt : "", NULL);
    }
    hc_dryrun_config(&dry, feed_path); /* keys and passphrases are no rule files */
    for (size_t i = 0; i < feed->bases.count; i++)
        hc_dryrun_config(&dry, feed->bases.path[i]);
    enum hc_status status = hc_dryrun_end(&dry, err);
    hc_arena_free(&arena);
    return status;
}

static enum hc_status run(void *config, int argc, char **argv, struct hc_log *log,
                          struct hc_err *err) {
    struct config *c = config;
    struct hc_ingest_options options;
    struct hc_feed *feed = NULL;
    struct hc_arena arena = {0};
    const char *path = NULL;
    enum hc_status status = parse(c, argc, argv, &options, err);
    if (status == HC_OK)
        status = hc_find_data("feeds", c->feed, ".yaml", &arena, &path, err);
    if (status == HC_OK)
        status = hc_feed_read(&feed, path, c->set.item, c->set.count, err);
    if (status == HC_OK && options.kind != HC_KIND_any &&
        !hc_feed_yields(feed, options.kind))
        status = hc_fail(err, HC_EUSAGE, "feed %s yields no %s", feed->name, c->kind);
    if (status == HC_OK)
        status = c->common.dry_run ? dry_run(c, feed, path, &options, err)
                                   : hc_ingest(feed, &options, log, err);
    hc_feed_free(feed);
    hc_arena_free(&arena);
    return status;
}

int main(int argc, char **argv) {
    struct config config = {.common.built_with = built_with};
#ifdef M_TRIM_THRESHOLD
    /* What one delivery needed the next one needs, too: it is not given back in between,
     * only to be asked for, and cleared by the kernel, page by page. */
    mallopt(M_TRIM_THRESHOLD, 64 << 20);
    mallopt(M_TOP_PAD, 1 << 20);
#endif
    return hc_tool_main(&ingest, argc, argv, &config, offsetof(struct config, common), run);
}
