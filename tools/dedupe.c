/* hc-dedupe: the claim lines that stand. */
#include <stdlib.h>
#include <sys/stat.h>

#include "base/dryrun.h"
#include "base/tool.h"
#include "record/inputs.h"
#include "rule/final.h"
#include "rule/load.h"

struct config {
    const char *output;
    const char *ledger;
    const char *members;
    const char *as_of, *paid_through;
    struct hc_opt_list crosswalk;
    struct hc_common common;
};
static const struct hc_opt opts[] = {
    {'o', "output", "FILE", HC_OPT_STRING, offsetof(struct config, output),
     "write the lines that stand to FILE (default: standard output)"},
    {'l', "ledger", "FILE", HC_OPT_STRING, offsetof(struct config, ledger),
     "write what was set aside, and why, to FILE"},
    {'c', "crosswalk", "FILE", HC_OPT_MANY, offsetof(struct config, crosswalk),
     "rewrite member numbers to the current ones by FILE; may be given several times"},
    {0, "members", "FILE", HC_OPT_STRING, offsetof(struct config, members),
     "fill person_id from the member map FILE of hc-identify"},
    {0, "as-of", "DATE", HC_OPT_STRING, offsetof(struct config, as_of),
     "as known on DATE: set aside what was delivered later, before any rule acts"},
    {0, "paid-through", "DATE", HC_OPT_STRING, offsetof(struct config, paid_through),
     "as paid until DATE: set aside what was paid later, before any rule acts"},
    HC_OPT_COMMON(struct config),
    {0},
};
static const struct hc_cmd dedupe = {
    "hc-dedupe",
    "[CLAIMS...]",
    "Keep the claim lines that stand, over any number of feeds, deliveries and months.",
    opts,
    "Reads claim_line streams (standard input when none is named). Member numbers become "
    "the\n"
    "current ones; of a record delivered again the newest delivery's stands (by the day "
    "that "
    "its name or hc-ingest --date tells; by names where none does, which is told); then "
    "each "
    "feed's\n"
    "own policy decides: pair, replay, version, reversal, replace or restate. The policies "
    "and\n"
    "keys come with the stream, from the feed it was ingested by. What is set aside goes "
    "to the\n"
    "ledger with its reason and partner; the rows of a pair sum to zero. A cancellation "
    "that\n"
    "cancels nothing stays, with standing unmatched_cancellation.\n"
    "\n"
    "replace: a claim that names another in related_claim_id stands instead of it, "
    "whatever the\n"
    "order they came in and whether or not the other came; of a chain the last stands, a "
    "circle\n"
    "is refused, and of a cancellation that names a claim nothing stands (one that\n"
    "names none voids the claim of its own number). Claims that are named\n"
    "and never came are counted; where several stand in place of one, that is told. "
    "restate: the "
    "lines of\n"
    "the newest delivery that has the claim stand, but those marked as cancellations.\n"
    "\n"
    "What a denied line may do is the feed's word too (denied: keep, drop, yield or "
    "ignore); what\n"
    "is set aside by it has policy denied in the ledger.\n"
    "\n"
    "With --as-of=DATE a record counts from the day of its delivery, or from its "
    "loaded_date\n"
    "where that is later or the delivery has no date. What came later is set aside as\n"
    "not_yet_known and can neither cancel, replace nor restate. So can, with\n"
    "--paid-through=DATE, what has a later paid_date (paid_later): a claim that was "
    "corrected\n"
    "after the run-out counts as it stood then. A record without a paid_date stays.\n"
    "\n"
    "Where several claims may be meant by a cancellation, in this order: the same lines "
    "and\n"
    "amounts, effective on or before its day; the same lines and amounts on any day; "
    "effective\n"
    "on or before its day. Of several that qualify, the latest, then the highest claim id; "
    "but\n"
    "where the latest is of the cancellation's own day, the oldest, then the lowest claim "
    "id.",
    "hc-dedupe --ledger=ledger.arrow -o final.arrow claims.arrow\n"
    "  keep what stands, and a row for each line that does not\n"
    "hc-ingest --feed=medicare-cclf --kind=claim_line DELIVERY | hc-dedupe | hc-export\n"
    "  the same in a pipe\n"
    "hc-dedupe --as-of=2020-12-31 --ledger=ledger.arrow -o then.arrow claims.arrow\n"
    "  what stood on the last day of 2020\n"};

struct work {
    const struct config *config;
    struct hc_inputs *in;
    struct hc_crosswalk *crosswalk;
    struct hc_people *people;
    struct hc_current *current;
    struct hc_final *final;
    struct hc_accounts *accounts;
    struct hc_arena arena;
    bool *has;
    hc_day as_of, paid_through; /* where config has them */
};

static enum hc_status open_inputs(struct work *w, const char *const *paths, size_t count,
                                  struct hc_err *err) {
    static const int need[] = {HC_claim_line_delivery, HC_claim_line_source_entry,
                               HC_claim_line_source_record, HC_claim_line_claim_type, -1};
    struct hc_reader_options options = {
        .kind = HC_KIND_claim_line, .want_unknown = true, .need = need};
    enum hc_status status = hc_load_crosswalk(&w->crosswalk, w->config->crosswalk.item,
                                              w->config->crosswalk.count, w->accounts, err);
    if (status == HC_OK)
        status = hc_load_people(&w->people, w->config->members, w->accounts, err);
    if (status == HC_OK)
        status = hc_inputs_open(&w->in, paths, count, &options, err);
    if (status != HC_OK)
        return status;
    const struct hc_schema *schema = hc_inputs_schema(w->in);
    w->has = malloc(schema->fields * sizeof *w->has);
    if (!w->has)
        return hc_fail_memory(err);
    memcpy(w->has, hc_inputs_has(w->in), schema->fields * sizeof *w->has);
    w->has[HC_claim_line_standing] = true;
    if (w->people)
        w->has[HC_claim_line_person_id] = true;
    struct hc_final_options how = {
        .memory_bytes = w->config->common.memory_bytes,
        .temp_dir =
            hc_load_temp_dir(&w->arena, w->config->common.temp_dir, w->config->output),
        .expect_bytes = hc_load_bytes(paths, count),
        .has_as_of = w->config->as_of != NULL,
        .as_of = w->as_of,
        .has_paid_through = w->config->paid_through != NULL,
        .paid_through = w->paid_through};
    status = hc_current_new(&w->current, schema, w->crosswalk, w->people, err);
    if (status == HC_OK)
        status =
            hc_final_new(&w->final, schema, w->has, hc_inputs_origin(w->in), &how, err);
    return status;
}

static enum hc_status read_claims(struct work *w, struct hc_err *err) {
    const struct hc_batch *batch;
    enum hc_status status;
    while ((status = hc_inputs_next(w->in, &batch, err)) == HC_OK) {
        status = hc_stopped(err);
        if (status == HC_OK)
            status = hc_current_view(w->current, batch, &batch, err);
        if (status == HC_OK)
            status = hc_final_add(w->final, batch, err);
        if (status != HC_OK)
            return status;
    }
    return status == HC_END ? HC_OK : status;
}

static enum hc_status write_ledger(struct work *w, struct hc_writer *out,
                                   struct hc_err *err) {
    struct hc_batch *batch;
    enum hc_status status;
    while ((status = hc_final_ledger_next(w->final, &batch, err)) == HC_OK) {
        if (out)
            status = hc_writer_write(out, batch, err);
        if (status != HC_OK)
            return status;
    }
    return status == HC_END ? HC_OK : status;
}

static enum hc_status write_kept(struct work *w, struct hc_writer *out,
                                 struct hc_err *err) {
    struct hc_batch *batch;
    enum hc_status status;
    while ((status = hc_final_next(w->final, &batch, err)) == HC_OK) {
        status = hc_writer_write(out, batch, err);
        if (status == HC_OK)
            status = hc_stopped(err);
        if (status != HC_OK)
            return status;
    }
    return status == HC_END ? HC_OK : status;
}

static enum hc_status open_ledger(struct work *w, struct hc_writer **out,
                                  struct hc_err *err) {
    const char *deliveries, *feeds;
    if (!w->config->ledger)
        return HC_OK;
    enum hc_status status =
        hc_origin_write(hc_inputs_origin(w->in), &deliveries, &feeds, err);
    if (status != HC_OK)
        return status;
    struct hc_meta_pair pair = {HC_STR("hc.deliveries"), hc_str_of(deliveries)};
    struct hc_meta meta = {1, &pair};
    return hc_writer_open(out, w->config->ledger, &hc_kinds[HC_KIND_ledger], &meta,
                          dedupe.name, NULL, err);
}

static enum hc_status balance(struct work *w, const char *const *paths, size_t count,
                              const struct hc_writer *out, const struct hc_writer *ledger,
                              struct hc_err *err) {
    struct hc_final_counts counts;
    enum hc_status status = hc_final_check(w->final, err);
    hc_accounts_in(w->accounts, count == 1 ? paths[0] : NULL, hc_inputs_totals(w->in));
    hc_accounts_out(w->accounts, w->config->output, hc_writer_totals(out));
    if (ledger)
        hc_accounts_out(w->accounts, w->config->ledger, hc_writer_totals(ledger));
    if (status == HC_OK)
        status = hc_accounts_check(w->accounts, HC_KIND_claim_line, err);
    hc_final_counts(w->final, &counts);
    hc_accounts_note(w->accounts, "unmatched_cancellation", (int64_t)counts.unmatched);
    hc_accounts_note(w->accounts, "replaced_never_came", (int64_t)counts.told.never_came);
    hc_accounts_note(w->accounts, "replaced_by_several", (int64_t)counts.told.several);
    hc_accounts_note(w->accounts, "unmatched_without_sign", (int64_t)counts.told.no_sign);
    hc_accounts_note(w->accounts, "unversioned_by_name", (int64_t)counts.told.by_name);
    hc_accounts_note(w->accounts, "versioned_in_part", (int64_t)counts.told.mixed);
    hc_accounts_note(w->accounts, "redelivered_gone", (int64_t)counts.told.gone);
    hc_accounts_note(w->accounts, "reversed_came_again", (int64_t)counts.told.again);
    hc_accounts_note(w->accounts, "undated_order", (int64_t)counts.told.undated);
    hc_accounts_note(w->accounts, "came_after_void", (int64_t)counts.told.after_void);
    hc_accounts_note(w->accounts, "reversed_same_units", (int64_t)counts.told.same_units);
    hc_accounts_note(w->accounts, "two_types", (int64_t)counts.told.two_types);
    if (w->crosswalk)
        hc_accounts_note(w->accounts, "member_renamed", hc_current_renamed(w->current));
    if (w->people)
        hc_accounts_note(w->accounts, "member_unknown", hc_current_unknown(w->current));
    return status;
}

static void warn(const struct hc_log *log, uint64_t count, const char *what) {
    if (count)
        hc_log(log, HC_LOG_WARN, "%llu %s", (unsigned long long)count, what);
}

static void tell(struct work *w, const struct hc_log *log) {
    struct hc_final_counts counts;
    struct hc_buf line = {0};
    uint64_t unknown = w->people ? (uint64_t)hc_current_unknown(w->current) : 0;
    hc_final_counts(w->final, &counts);
    const struct hc_group_counts *told = &counts.told;
    hc_accounts_line(w->accounts, &line);
    if (told->never_came)
        hc_buf_printf(&line, ", %llu replaced claims never came",
                      (unsigned long long)told->never_came);
    hc_log(log, HC_LOG_COUNTS, "%s", hc_buf_text(&line));
    hc_buf_free(&line);
    warn(
        log, unknown,
        "claim lines have no person: their member is not in the map of --members (no "
        "coverage at hand, or another number), so that no month of coverage takes them up");
    warn(log, counts.unmatched,
         "cancellations found nothing to cancel and stand, amounts and all (standing "
         "unmatched_cancellation): what they cancel came before the first delivery at "
         "hand, or "
         "under other keys");
    warn(log, told->no_sign,
         "of these have positive amounts, which add up instead of taking back: see in the "
         "feed "
         "which sign the payer gives them (negate)");
    warn(log, told->changed,
         "lines were sent again saying something else; the newest delivery's stand (reason "
         "redelivered_changed in the ledger)");
    const struct hc_delivery *of = hc_inputs_origin(w->in)->delivery;
    if (told->undated)
        hc_log(
            log, HC_LOG_WARN,
            "%llu lines gave way to a delivery that no day tells is newer, first of %s to "
            "%s: what has no day counts as older than what has, and then the names "
            "decide; hc-ingest --date=DATE tells it, or a pattern of the feed "
            "(delivery, dated)",
            (unsigned long long)told->undated, of[told->older - 1].name,
            of[told->newer - 1].name);
    warn(
        log, told->by_name,
        "lines without a version stand and name another claim, which stands beside them: a "
        "payer that corrects by name wants policy: replace");
    warn(
        log, told->mixed,
        "lines have records with a version and records without, which count as the oldest: "
        "ask the payer whether it numbers versions");
    warn(log, told->gone,
         "lines went because a newer delivery has their claim without them (reason "
         "redelivered_gone in the ledger): ask the payer whether it sends claims again "
         "whole; "
         "if it sends lines, `line` belongs in match");
    warn(log, told->again,
         "lines came again, unchanged, with the reversal that takes them back or after it, "
         "and do not stand: if the payer meant them anew, record_id lacks the column that "
         "tells");
    warn(
        log, told->after_void,
        "claims came changed in the delivery of a void of their own number, or again after "
        "it, and do not stand: ask the payer whether it gives a corrected claim the number "
        "of the voided one; then policy: version or restate suits it");
    warn(log, told->same_units,
         "records were taken back by one whose quantity has their own sign, so twice the "
         "quantity is left: negate_quantities in the feed gives it the sign");
    warn(
        log, told->two_types,
        "claim numbers stand under more than one claim type: a correction changed the type "
        "of some lines, or the payer's types have numbers of their own, and then "
        "claim_type "
        "belongs in match and record_id");
    warn(log, told->several,
         "claims were replaced by several claims each, which all stand (reason "
         "replaced_by_several in the ledger): ask the payer whether it splits claims or "
         "corrects twice");
}

/* The same record came twice: of inputs with the same bytes both are named. */
static void name_twins(const char *const *paths, size_t count, struct hc_err *err) {
    struct stat a, b;
    for (size_t i = 0; i < count; i++) {
        for (size_t j = i + 1; j < count; j++) {
            char of_a[65], of_b[65];
            if (stat(paths[i], &a) != 0 || stat(paths[j], &b) != 0 || !S_ISREG(a.st_mode) ||
                !S_ISREG(b.st_mode) || a.st_size != b.st_size ||
                hc_digest_file(paths[i], of_a, NULL) != HC_OK ||
                hc_digest_file(paths[j], of_b, NULL) != HC_OK || strcmp(of_a, of_b) != 0)
                continue;
            err->hint[0] = '\0'; /* this one says more */
            hc_err_hint(err, "%s and %s are the same: give one of them", paths[i],
                        paths[j]);
            return;
        }
    }
}

/* The ledger is whole and checked before the last of what stands is written, and both are
 * published only when the books balance. */
static enum hc_status work(struct work *w, const char *const *paths, size_t count,
                           struct hc_log *log, struct hc_err *err) {
    struct hc_writer *out = NULL, *ledger = NULL;
    struct hc_writer_options options = {0};
    enum hc_status status = open_inputs(w, paths, count, err);
    options.has = w->has;
    if (status == HC_OK)
        status = hc_writer_open_like(&out, w->config->output, w->in, NULL, dedupe.name,
                                     &options, err);
    if (status == HC_OK)
        status = read_claims(w, err);
    if (status == HC_OK)
        status = hc_final_work(w->final, w->accounts, err);
    if (status == HC_EDATA && err)
        name_twins(paths, count, err);
    if (status == HC_OK)
        status = open_ledger(w, &ledger, err);
    if (status == HC_OK)
        status = write_ledger(w, ledger, err);
    if (status == HC_OK)
        status = write_kept(w, out, err);
    if (status == HC_OK)
        status = balance(w, paths, count, out, ledger, err);
    if (status == HC_OK)
        status = hc_accounts_prepare(w->accounts, w->config->common.accounts, err);
    if (status == HC_OK && ledger)
        status = hc_writer_commit(ledger, err);
    if (status == HC_OK)
        status = hc_writer_commit(out, err);
    if (status == HC_OK)
        status = hc_accounts_write(w->accounts, w->config->common.accounts, err);
    if (status == HC_OK)
        tell(w, log);
    hc_writer_free(ledger);
    hc_writer_free(out);
    return status;
}

static enum hc_status dry_run(const struct config *c, const char *const *paths,
                              size_t count, struct hc_err *err) {
    struct hc_dryrun dry;
    hc_dryrun_start(&dry, dedupe.name);
    for (size_t i = 0; i < c->crosswalk.count; i++)
        hc_dryrun_reads(&dry, c->crosswalk.item[i], "crosswalk", NULL);
    if (c->members)
        hc_dryrun_reads(&dry, c->members, "member", NULL);
    for (size_t i = 0; i < count; i++)
        hc_dryrun_reads(&dry, paths[i], "claim_line", NULL);
    hc_dryrun_writes(&dry, c->output, "claim_line");
    if (c->ledger)
        hc_dryrun_writes(&dry, c->ledger, "ledger");
    return hc_dryrun_end(&dry, err);
}

static enum hc_status read_day(const char *text, const char *option, hc_day *day,
                               struct hc_err *err) {
    struct hc_err inner = {0};
    if (!text || hc_parse_day(hc_str_of(text), HC_DATE_ISO, day, &inner) == HC_OK)
        return HC_OK;
    hc_fail(err, HC_EUSAGE, "%s: %s", option, inner.what);
    hc_err_hint(err, "%s=2020-12-31", option);
    return HC_EUSAGE;
}

static enum hc_status run(void *config, int argc, char **argv, struct hc_log *log,
                          struct hc_err *err) {
    static const char *const standard_input = "-";
    struct work w = {.config = config};
    const char *const *paths = argc > 0 ? (const char *const *)argv : &standard_input;
    size_t count = argc > 0 ? (size_t)argc : 1;
    enum hc_status status = read_day(w.config->as_of, "--as-of", &w.as_of, err);
    if (status == HC_OK)
        status = read_day(w.config->paid_through, "--paid-through", &w.paid_through, err);
    if (status == HC_OK && w.config->common.dry_run)
        return dry_run(w.config, paths, count, err);
    if (status == HC_OK)
        status = hc_accounts_new(&w.accounts, dedupe.name, err);
    if (status == HC_OK)
        status = work(&w, paths, count, log, err);
    hc_final_free(w.final);
    hc_current_free(w.current);
    hc_people_free(w.people);
    hc_crosswalk_free(w.crosswalk);
    hc_inputs_free(w.in);
    hc_accounts_free(w.accounts);
    hc_arena_free(&w.arena);
    free(w.has);
    return status;
}

int main(int argc, char **argv) {
    struct config config = {.output = "-"};
    return hc_tool_main(&dedupe, argc, argv, &config, offsetof(struct config, common), run);
}
