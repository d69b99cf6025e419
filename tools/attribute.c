/* hc-attribute: who belongs to whom, month by month. */
#include <stdlib.h>

#include "base/dryrun.h"
#include "base/tool.h"
#include "record/inputs.h"
#include "rule/attribution.h"
#include "rule/load.h"

struct config {
    struct hc_opt_list program;
    struct hc_opt_list claims, coverage, providers;
    const char *payer_order;
    const char *output;
    const char *ranking;
    const char *from, *to;
    const char *as_of, *what_if;
    struct hc_opt_list preferences;
    struct hc_common common;
};
static const struct hc_opt opts[] = {
    {'p', "program", "NAME", HC_OPT_LIST, offsetof(struct config, program),
     "ask this program: a file, or a name looked up in pipelines/programs; several in "
     "their order"},
    {0, "claims", "FILE", HC_OPT_MANY, offsetof(struct config, claims),
     "read the claim lines that stand from FILE; may be given several times"},
    {0, "coverage", "FILE", HC_OPT_MANY, offsetof(struct config, coverage),
     "read coverage with persons from FILE; may be given several times"},
    {0, "providers", "FILE", HC_OPT_MANY, offsetof(struct config, providers),
     "read the dated roster from FILE; may be given several times"},
    {0, "payer-order", "NAME", HC_OPT_STRING, offsetof(struct config, payer_order),
     "who pays first: a file, or a name looked up in pipelines (default: primary-payer)"},
    {'o', "output", "FILE", HC_OPT_STRING, offsetof(struct config, output),
     "write the assignments to FILE (default: standard output)"},
    {0, "ranking", "FILE", HC_OPT_STRING, offsetof(struct config, ranking),
     "write every candidate with its sums to FILE"},
    {0, "from", "MONTH", HC_OPT_STRING, offsetof(struct config, from),
     "first month of the population (default: the first in which coverage starts)"},
    {0, "to", "MONTH", HC_OPT_STRING, offsetof(struct config, to),
     "last month of the population, or a day in it (default: the last month in which "
     "coverage starts: spans that go on are cut there)"},
    {0, "preferences", "FILE", HC_OPT_MANY, offsetof(struct config, preferences),
     "what people allow to be shared (not supported yet)"},
    {0, "as-of", "DATE", HC_OPT_STRING, offsetof(struct config, as_of),
     "leave out what was delivered after DATE (not supported yet)"},
    {0, "what-if", "FILE", HC_OPT_STRING, offsetof(struct config, what_if),
     "add an invented cohort (not supported yet)"},
    HC_OPT_COMMON(struct config),
    {0},
};
static const struct hc_cmd attribute = {
    "hc-attribute",
    "--program=NAME... --claims=FILE --coverage=FILE --providers=FILE",
    "Say for every person and month which organisation it is attributed to, or why to "
    "none.",
    opts,
    "Writes exactly one row for every person with any coverage in a month. Of several "
    "coverages\n"
    "the payer order says which is primary; the first program that covers its payer "
    "decides, by\n"
    "its own method: plurality (weighted plurality of primary care over two windows, "
    "against\n"
    "the dated roster) or payer_roster (the payer says). The column reason tells the "
    "outcome:\n"
    "attributed, not_participating_practice, practice_left, no_qualifying_visit, "
    "not_on_roster,\n"
    "joined_during_year, not_in_force (the program does not run that month), no_program "
    "(none is\n"
    "of that payer), no_medical_coverage, died, not_resident, medicare_advantage,\n"
    "no_part_a_and_b, limited_benefit, other_insurance. Rules of eligibility come first, "
    "also where no "
    "program\n"
    "runs: then those of the first program of the payer or its type.",
    "hc-attribute --program=medicare-vtaco --claims=final.arrow --coverage=people.arrow "
    "\\\n"
    "    --providers=roster.arrow --ranking=ranking.arrow -o assignment.arrow\n"
    "  who is aligned by primary care, and between whom that was decided\n"};

struct work {
    const struct config *config;
    struct hc_arena arena;
    struct hc_program *program;
    size_t programs;
    struct hc_payer_order order;
    struct hc_roster *roster;
    struct hc_attribution_options options;
    struct hc_attribution *attribution;
    struct hc_inputs *coverage, *claims;
    struct hc_accounts *accounts;
};

static enum hc_status month_of(const char *text, const char *option, bool *has,
                               hc_month *month, struct hc_err *err) {
    if (!text)
        return HC_OK;
    *has = true;
    hc_day day;
    if (hc_parse_month(hc_str_of(text), month, NULL) == HC_OK)
        return HC_OK;
    if (hc_parse_day(hc_str_of(text), HC_DATE_ISO, &day, NULL) == HC_OK) {
        *month = hc_month_of(day);
        return HC_OK;
    }
    return hc_fail(err, HC_EUSAGE, "%s: expected a month such as 2020-11", option);
}

static enum hc_status read_rules(struct work *w, struct hc_err *err) {
    const struct config *c = w->config;
    if (c->as_of || c->what_if || c->preferences.count > 0)
        return hc_fail(err, HC_EUSAGE, "%s is not supported yet",
                       c->as_of     ? "--as-of"
                       : c->what_if ? "--what-if"
                                    : "--preferences");
    if (c->program.count == 0 || c->claims.count == 0 || c->coverage.count == 0 ||
        c->providers.count == 0)
        return hc_fail(err, HC_EUSAGE,
                       "--program, --claims, --coverage and --providers are needed");
    enum hc_status status =
        month_of(c->from, "--from", &w->options.has_from, &w->options.from, err);
    if (status == HC_OK)
        status = month_of(c->to, "--to", &w->options.has_to, &w->options.to, err);
    if (status == HC_OK)
        status = hc_payer_order_read(&w->order, c->payer_order, err);
    w->program = hc_arena_zalloc(&w->arena, c->program.count * sizeof *w->program);
    if (status == HC_OK && !w->program)
        status = hc_fail_memory(err);
    for (size_t i = 0; i < c->program.count && status == HC_OK; i++, w->programs++)
        status = hc_program_read(&w->program[i], c->program.item[i], err);
    return status;
}

static enum hc_status read_roster(struct work *w, struct hc_err *err) {
    static const int need[] = {HC_provider_npi, HC_provider_tax_id, -1};
    struct hc_reader_options options = {.kind = HC_KIND_provider, .need = need};
    struct hc_inputs *in = NULL;
    const struct hc_batch *batch;
    const struct hc_opt_list *paths = &w->config->providers;
    enum hc_status status = hc_roster_new(&w->roster, err);
    if (status == HC_OK)
        status = hc_inputs_open(&in, paths->item, paths->count, &options, err);
    while (status == HC_OK && (status = hc_inputs_next(in, &batch, err)) == HC_OK)
        status = hc_roster_add(w->roster, batch, err);
    if (status == HC_END) {
        hc_accounts_in(w->accounts, paths->count == 1 ? paths->item[0] : NULL,
                       hc_inputs_totals(in));
        status = HC_OK;
    }
    hc_inputs_free(in);
    return status;
}

static enum hc_status open_inputs(struct work *w, struct hc_err *err) {
    static const int need_coverage[] = {HC_coverage_person_id, HC_coverage_payer_type,
                                        HC_coverage_start_date, -1};
    static const int need_claims[] = {HC_claim_line_person_id, HC_claim_line_claim_type,
                                      HC_claim_line_allowed, -1};
    const struct config *c = w->config;
    struct hc_reader_options coverage = {.kind = HC_KIND_coverage,
                                         .want = hc_attribution_coverage_columns(),
                                         .need = need_coverage};
    struct hc_reader_options claims = {.kind = HC_KIND_claim_line,
                                       .want = hc_attribution_claims_columns(),
                                       .need = need_claims};
    enum hc_status status = read_roster(w, err);
    if (status == HC_OK)
        status = hc_inputs_open(&w->coverage, c->coverage.item, c->coverage.count,
                                &coverage, err);
    if (status == HC_OK)
        status = hc_inputs_open(&w->claims, c->claims.item, c->claims.count, &claims, err);
    if (status != HC_OK)
        return status;
    w->options.program = w->program;
    w->options.programs = w->programs;
    w->options.order = &w->order;
    w->options.roster = w->roster;
    w->options.memory_bytes = c->common.memory_bytes;
    w->options.temp_dir = hc_load_temp_dir(&w->arena, c->common.temp_dir, c->output);
    return hc_attribution_new(&w->attribution, &w->options, hc_inputs_schema(w->coverage),
                              hc_inputs_has(w->coverage), hc_inputs_schema(w->claims),
                              hc_inputs_has(w->claims), err);
}

static enum hc_status read_inputs(struct work *w, struct hc_err *err) {
    const struct hc_batch *batch;
    enum hc_status status;
    while ((status = hc_inputs_next(w->coverage, &batch, err)) == HC_OK) {
        status = hc_stopped(err);
        if (status == HC_OK)
            status = hc_attribution_coverage(w->attribution, batch, err);
        if (status != HC_OK)
            return status;
    }
    if (status != HC_END)
        return status;
    while ((status = hc_inputs_next(w->claims, &batch, err)) == HC_OK) {
        status = hc_stopped(err);
        if (status == HC_OK)
            status = hc_attribution_claims(w->attribution, batch, w->accounts, err);
        if (status != HC_OK)
            return status;
    }
    return status == HC_END ? HC_OK : status;
}

static enum hc_status write_all(struct work *w, struct hc_writer *out,
                                struct hc_writer *ranking, struct hc_err *err) {
    struct hc_batch *batch;
    enum hc_status status;
    while ((status = hc_attribution_next(w->attribution, &batch, err)) == HC_OK)
        if ((status = hc_writer_write(out, batch, err)) != HC_OK ||
            (status = hc_stopped(err)) != HC_OK)
            return status;
    if (status != HC_END)
        return status;
    while (ranking &&
           (status = hc_attribution_ranking_next(w->attribution, &batch, err)) == HC_OK)
        if ((status = hc_writer_write(ranking, batch, err)) != HC_OK)
            return status;
    return status == HC_END ? HC_OK : status;
}

static enum hc_status balance(struct work *w, const struct hc_writer *out,
                              const struct hc_writer *ranking, struct hc_err *err) {
    const struct config *c = w->config;
    hc_accounts_in(w->accounts, c->coverage.count == 1 ? c->coverage.item[0] : NULL,
                   hc_inputs_totals(w->coverage));
    hc_accounts_in(w->accounts, c->claims.count == 1 ? c->claims.item[0] : NULL,
                   hc_inputs_totals(w->claims));
    hc_accounts_out(w->accounts, "qualifying", hc_attribution_qualifying(w->attribution));
    hc_accounts_out(w->accounts, c->output, hc_writer_totals(out));
    if (ranking)
        hc_accounts_out(w->accounts, c->ranking, hc_writer_totals(ranking));
    enum hc_status status = hc_attribution_check(w->attribution, w->accounts, err);
    return status == HC_OK ? hc_accounts_check(w->accounts, HC_KIND_claim_line, err)
                           : status;
}

static void tell(const struct work *w, const struct hc_log *log) {
    struct hc_attribution_counts counts;
    struct hc_buf line = {0};
    hc_attribution_counts(w->attribution, &counts);
    hc_accounts_line(w->accounts, &line);
    hc_log(log, HC_LOG_COUNTS,
           "%s; %lld persons, %lld person-months, %lld of them attributed",
           hc_buf_text(&line), (long long)counts.persons, (long long)counts.person_months,
           (long long)counts.attributed);
    if (counts.without_person > 0)
        hc_log(log, HC_LOG_WARN,
               "%lld coverage records name nobody (run hc-identify first?)",
               (long long)counts.without_person);
    if (counts.without_start > 0)
        hc_log(log, HC_LOG_WARN,
               "%lld coverage records have no first day: no month is covered by them",
               (long long)counts.without_start);
    hc_buf_free(&line);
}

static enum hc_status work(struct work *w, struct hc_log *log, struct hc_err *err) {
    const struct config *c = w->config;
    struct hc_writer *out = NULL, *ranking = NULL;
    enum hc_status status = open_inputs(w, err);
    if (status == HC_OK)
        status = hc_writer_open(&out, c->output, &hc_kinds[HC_KIND_assignment], NULL,
                                attribute.name, NULL, err);
    if (status == HC_OK && c->ranking)
        status = hc_writer_open(&ranking, c->ranking, &hc_kinds[HC_KIND_ranking], NULL,
                                attribute.name, NULL, err);
    if (status == HC_OK)
        status = read_inputs(w, err);
    if (status == HC_OK)
        status = hc_attribution_work(w->attribution, err);
    if (status == HC_OK)
        status = write_all(w, out, ranking, err);
    if (status == HC_OK)
        status = balance(w, out, ranking, err);
    if (status == HC_OK)
        status = hc_accounts_prepare(w->accounts, c->common.accounts, err);
    if (status == HC_OK && ranking)
        status = hc_writer_commit(ranking, err);
    if (status == HC_OK)
        status = hc_writer_commit(out, err);
    if (status == HC_OK)
        status = hc_accounts_write(w->accounts, c->common.accounts, err);
    if (status == HC_OK)
        tell(w, log);
    hc_writer_free(ranking);
    hc_writer_free(out);
    return status;
}

static void dry_reads(struct hc_dryrun *dry, const struct hc_opt_list *paths,
                      enum hc_kind kind, const bool *wanted) {
    const char *columns[160];
    size_t count = 0;
    for (size_t i = 0; wanted && i < hc_kinds[kind].fields; i++)
        if (wanted[i])
            columns[count++] = hc_kinds[kind].field[i].name;
    columns[count] = NULL;
    for (size_t i = 0; i < paths->count; i++)
        hc_dryrun_reads(dry, paths->item[i], hc_kinds[kind].name, wanted ? columns : NULL);
}

static enum hc_status dry_run(const struct work *w, struct hc_err *err) {
    const struct config *c = w->config;
    struct hc_dryrun dry;
    hc_dryrun_start(&dry, attribute.name);
    dry_reads(&dry, &c->claims, HC_KIND_claim_line, hc_attribution_claims_columns());
    dry_reads(&dry, &c->coverage, HC_KIND_coverage, hc_attribution_coverage_columns());
    dry_reads(&dry, &c->providers, HC_KIND_provider, NULL);
    hc_dryrun_writes(&dry, c->output, "assignment");
    if (c->ranking)
        hc_dryrun_writes(&dry, c->ranking, "ranking");
    hc_dryrun_config(&dry, w->order.path);
    for (size_t i = 0; i < w->programs; i++) {
        hc_dryrun_config(&dry, w->program[i].path);
        if (w->program[i].codes_path)
            hc_dryrun_config(&dry, w->program[i].codes_path);
        if (w->program[i].specialties_path)
            hc_dryrun_config(&dry, w->program[i].specialties_path);
    }
    return hc_dryrun_end(&dry, err);
}

static enum hc_status run(void *config, int argc, char **argv, struct hc_log *log,
                          struct hc_err *err) {
    struct work w = {.config = config};
    enum hc_status status = HC_OK;
    if (argc > 0) {
        status = hc_fail(err, HC_EUSAGE, "'%s' stands alone", argv[0]);
        hc_err_hint(err,
                    "inputs are named: --claims=FILE --coverage=FILE --providers=FILE");
    }
    if (status == HC_OK)
        status = read_rules(&w, err);
    if (status == HC_OK && w.config->common.dry_run)
        status = dry_run(&w, err);
    else if (status == HC_OK) {
        status = hc_accounts_new(&w.accounts, attribute.name, err);
        if (status == HC_OK)
            status = work(&w, log, err);
    }
    hc_attribution_free(w.attribution);
    hc_inputs_free(w.coverage);
    hc_inputs_free(w.claims);
    hc_roster_free(w.roster);
    hc_accounts_free(w.accounts);
    for (size_t i = 0; w.program && i < w.config->program.count; i++)
        hc_program_free(&w.program[i]);
    hc_payer_order_free(&w.order);
    hc_arena_free(&w.arena);
    return status;
}

int main(int argc, char **argv) {
    struct config config = {.payer_order = "primary-payer", .output = "-"};
    return hc_tool_main(&attribute, argc, argv, &config, offsetof(struct config, common),
                        run);
}
