/* hc-synth: invent a state, its payers' deliveries, and the truth about them. */
#include "synth/synth.h"
#include "base/dryrun.h"
#include "base/tool.h"

#include <stddef.h>

struct config {
    struct hc_common common;
    int64_t people, months, seed;
    const char *output, *end, *commercial;
    struct hc_opt_list also;
};
static const struct hc_opt opts[] = {
    {0, "people", "N", HC_OPT_INT, offsetof(struct config, people),
     "invent N people; 6250 are 1 in 100 of Vermont (default: 6250)"},
    {0, "months", "M", HC_OPT_INT, offsetof(struct config, months),
     "deliver M months (default: 45)"},
    {0, "seed", "S", HC_OPT_INT, offsetof(struct config, seed),
     "another seed is another state, the same seed the same bytes (default: 1)"},
    {0, "end", "YYYY-MM", HC_OPT_STRING, offsetof(struct config, end),
     "last month delivered (default: 2021-03)"},
    {0, "commercial", "FORM", HC_OPT_STRING, offsetof(struct config, commercial),
     "the commercial payer's files: cdl (default), nh, nh-replace, columns,\n"
     "columns-replace, columns-restate, columns-overpunch; the truth stays the same"},
    {0, "also", "WHAT", HC_OPT_LIST, offsetof(struct config, also),
     "besides: preferences, alignment, payments, runout, providers, fhir"},
    {'o', "output", "DIR", HC_OPT_STRING, offsetof(struct config, output),
     "write DIR/incoming and DIR/truth"},
    HC_OPT_COMMON_BUT_ACCOUNTS(struct config),
    {0},
};
static const struct hc_cmd cmd = {
    "hc-synth",
    "-o DIR",
    "Invent a state: deliveries of every payer in their real formats, and the truth.",
    opts,
    "Writes people, practices and claims as their payers would deliver them: CCLF zips,\n"
    "residents with Medicare, commercial and Medicaid claims and members, a roster; and\n"
    "beside them, in truth, what the tools must find. Nothing in it is real: every name "
    "and\n"
    "number carries a mark that cannot be. Fields and rules: docs/SYNTH.md.",
    "hc-synth --people=500 --seed=7 -o state\n  a small state with every trap in it\n",
};

static enum hc_status plan(const struct config *c, struct hc_err *err) {
    static const char *const folders[] = {"incoming", "truth"};
    struct hc_dryrun dry;
    struct hc_buf path = {0};
    hc_dryrun_start(&dry, cmd.name);
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        hc_buf_clear(&path);
        hc_buf_printf(&path, "%s/%s", c->output, folders[i]);
        hc_dryrun_writes(&dry, hc_buf_text(&path), NULL);
    }
    hc_buf_free(&path);
    return hc_dryrun_end(&dry, err);
}

static enum hc_status also_of(const struct hc_opt_list *list, unsigned *also,
                              struct hc_err *err) {
    static const struct {
        const char *name;
        unsigned what;
    } known[] = {{"preferences", SYNTH_PREFERENCES}, {"alignment", SYNTH_ALIGNMENT},
                 {"payments", SYNTH_PAYMENTS},       {"runout", SYNTH_RUNOUT},
                 {"providers", SYNTH_PROVIDER_FILE}, {"fhir", SYNTH_FHIR}};
    for (size_t i = 0; i < list->count; i++) {
        size_t k = 0, count = sizeof known / sizeof *known;
        while (k < count && strcmp(known[k].name, list->item[i]) != 0)
            k++;
        if (k == count)
            return hc_fail(err, HC_EUSAGE,
                           "--also: expected preferences, alignment, payments, "
                           "runout, providers or fhir");
        *also |= known[k].what;
    }
    return HC_OK;
}

static enum hc_status run(void *config, int argc, char **argv, struct hc_log *log,
                          struct hc_err *err) {
    struct config *c = config;
    struct hc_synth_options options = {.people = c->people,
                                       .months = c->months,
                                       .seed = (uint64_t)c->seed,
                                       .commercial = c->commercial,
                                       .dir = c->output};
    (void)argv;
    if (argc > 0)
        return hc_fail(err, HC_EUSAGE, "no arguments are wanted besides options");
    if (!c->output)
        return hc_fail(err, HC_EUSAGE, "-o DIR is missing: where to write the state");
    enum hc_status status = hc_parse_month(hc_str_of(c->end), &options.last, err);
    if (status != HC_OK) {
        hc_err_at_field(err, "--end");
        return status == HC_EDATA ? hc_fail(err, HC_EUSAGE, "--end: expected YYYY-MM")
                                  : status;
    }
    status = also_of(&c->also, &options.also, err);
    if (status != HC_OK)
        return status;
    return c->common.dry_run ? plan(c, err) : hc_synth_write(&options, log, err);
}

int main(int argc, char **argv) {
    struct config config = {.people = 6250, .months = 45, .seed = 1, .end = "2021-03"};
    return hc_tool_main(&cmd, argc, argv, &config, offsetof(struct config, common), run);
}
