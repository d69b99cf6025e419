/* hc-identify: one person across payers. */
#include <stdlib.h>

#include "base/dryrun.h"
#include "base/tool.h"
#include "record/inputs.h"
#include "record/partition.h"
#include "rule/identity.h"
#include "rule/load.h"
#include "rule/restated.h"

struct config {
    const char *rules;
    const char *output;
    const char *members;
    const char *previous;
    const char *changes;
    struct hc_opt_list crosswalk;
    struct hc_common common;
};
static const struct hc_opt opts[] = {
    {'r', "rules", "NAME", HC_OPT_STRING, offsetof(struct config, rules),
     "the ladder of keys: a file, or a name looked up in pipelines/ (default: identity)"},
    {'o', "output", "FILE", HC_OPT_STRING, offsetof(struct config, output),
     "write the coverage with its persons to FILE (default: standard output)"},
    {0, "members", "FILE", HC_OPT_STRING, offsetof(struct config, members),
     "write the map from member to person to FILE"},
    {0, "previous", "FILE", HC_OPT_STRING, offsetof(struct config, previous),
     "keep the persons of the map of an earlier run"},
    {0, "changes", "FILE", HC_OPT_STRING, offsetof(struct config, changes),
     "write the members whose person became another since --previous to FILE"},
    {'c', "crosswalk", "FILE", HC_OPT_MANY, offsetof(struct config, crosswalk),
     "rewrite member numbers to the current ones by FILE; may be given several times"},
    HC_OPT_COMMON(struct config),
    {0},
};
static const struct hc_cmd identify = {
    "hc-identify",
    "[COVERAGE...]",
    "Give every member of every payer a person, the same one next month.",
    opts,
    "Reads coverage streams (standard input when none is named) and writes them with "
    "current\n"
    "member_id and with person_id, in order of their lineage. Member numbers are made "
    "current by\n"
    "--crosswalk first; then members who share a key of the ladder are one person, unless "
    "a "
    "key\n"
    "of it tells them apart.\n"
    "\n"
    "Where the feed says so (policies: coverage), rows that a newer delivery tells anew "
    "are "
    "set\n"
    "aside first: a span that was shortened does not go on covering.\n"
    "\n"
    "Month by month: give all coverage so far (a member without coverage has no keys) and "
    "the map\n"
    "of the last run as --previous. Persons keep their numbers, and members that were one "
    "person\n"
    "stay one though a key is missing now. Where two persons turn out to be one the lower "
    "number\n"
    "stands; the others' members keep theirs in the map, with merged_into. Where one turns "
    "out to\n"
    "be two the lowest member keeps the number; what had merged gets its old one back. "
    "--changes\n"
    "has a row for each such member: merged, split or moved, and by what.\n"
    "\n"
    "The keys are made by hc-ingest --identity-key=FILE; coverage made with different key "
    "files is\n"
    "refused, a map made under another is told.",
    "hc-identify --members=members.arrow -o people.arrow coverage.arrow\n"
    "  coverage with persons, and the map that hc-dedupe --members reads\n"
    "hc-identify --previous=2020-11/members.arrow --crosswalk=crosswalk.arrow "
    "--members=2020-12/members.arrow --changes=2020-12/changes.arrow -o "
    "2020-12/people.arrow coverage/*.arrow\n"
    "  December: the same persons as in November, and who merged or split since\n"};

struct work {
    const struct config *config;
    const char *rules;
    struct hc_arena arena;
    struct hc_ladder ladder;
    struct hc_identity *identity;
    struct hc_crosswalk *crosswalk;
    struct hc_inputs *in;
    struct hc_current *current;   /* first pass: member_id */
    struct hc_current *persons;   /* second pass: person_id */
    struct hc_restated *restated; /* NULL: all coverage stands */
    struct hc_sorter *sorter;
    struct hc_accounts *accounts;
    bool *has;
    const char *key, *previous_key; /* digests of the keys' keys; NULL: not told */
};

static enum hc_status read_previous(struct work *w, struct hc_err *err) {
    static const int need[] = {HC_member_payer, HC_member_member_id, HC_member_person_id,
                               -1};
    struct hc_reader_options options = {.kind = HC_KIND_member, .need = need};
    struct hc_inputs *in = NULL;
    const struct hc_batch *batch;
    if (!w->config->previous)
        return HC_OK;
    enum hc_status status = hc_inputs_open(&in, &w->config->previous, 1, &options, err);
    if (status == HC_OK && hc_inputs_meta(in, "hc.identity_key").len > 0) {
        w->previous_key = hc_arena_copy(&w->arena, hc_inputs_meta(in, "hc.identity_key"));
        if (!w->previous_key)
            status = hc_fail_memory(err);
    }
    while (status == HC_OK && (status = hc_inputs_next(in, &batch, err)) == HC_OK)
        status = hc_identity_previous(w->identity, batch, w->crosswalk, err);
    if (status == HC_END)
        hc_accounts_in(w->accounts, w->config->previous, hc_inputs_totals(in));
    hc_inputs_free(in);
    if (status == HC_END)
        return HC_OK;
    hc_err_at_file(err, w->config->previous);
    return status;
}

/* Hashes made with different keys never agree, and nobody would be joined. */
static enum hc_status find_key(struct work *w, struct hc_err *err) {
    const struct hc_origin *origin = hc_inputs_origin(w->in);
    const struct hc_delivery *first = NULL;
    for (size_t i = 0; i < origin->deliveries; i++) {
        const struct hc_delivery *d = &origin->delivery[i];
        if (!d->identity_key || !d->identity_key[0])
            continue;
        first = first ? first : d;
        if (strcmp(d->identity_key, first->identity_key) == 0)
            continue;
        hc_fail(err, HC_EDATA,
                "identity keys of deliveries %s and %s were made with different key files",
                first->name, d->name);
        hc_err_hint(err, "ingest all with one --identity-key=FILE");
        return HC_EDATA;
    }
    w->key = first ? first->identity_key : NULL;
    return HC_OK;
}

/* What is read, in order of its lineage. */
static enum hc_status new_sorter(struct work *w, struct hc_err *err) {
    static const int order[] = {HC_coverage_delivery,      HC_coverage_source_entry,
                                HC_coverage_source_record, HC_coverage_payer,
                                HC_coverage_member_id,     HC_coverage_start_date,
                                HC_coverage_product};
    return hc_sorter_new(
        &w->sorter, hc_inputs_schema(w->in), w->has, order, sizeof order / sizeof *order,
        w->config->common.memory_bytes / (w->restated ? 4 : 2),
        hc_load_temp_dir(&w->arena, w->config->common.temp_dir, w->config->output), err);
}

static enum hc_status open_all(struct work *w, const char *const *paths, size_t count,
                               struct hc_err *err) {
    static const int need[] = {HC_coverage_payer, HC_coverage_member_id, -1};
    struct hc_reader_options options = {
        .kind = HC_KIND_coverage, .want_unknown = true, .need = need};
    enum hc_status status = hc_identity_new(&w->identity, &w->ladder, err);
    if (status == HC_OK)
        status = hc_load_crosswalk(&w->crosswalk, w->config->crosswalk.item,
                                   w->config->crosswalk.count, w->accounts, err);
    if (status == HC_OK)
        status = read_previous(w, err);
    if (status == HC_OK)
        status = hc_inputs_open(&w->in, paths, count, &options, err);
    if (status != HC_OK)
        return status;
    status = find_key(w, err);
    if (status != HC_OK)
        return status;
    const struct hc_schema *schema = hc_inputs_schema(w->in);
    w->has = malloc(schema->fields * sizeof *w->has);
    if (!w->has)
        return hc_fail_memory(err);
    memcpy(w->has, hc_inputs_has(w->in), schema->fields * sizeof *w->has);
    w->has[HC_coverage_person_id] = true;
    status = hc_current_new(&w->current, schema, w->crosswalk, NULL, err);
    if (status == HC_OK)
        status =
            hc_current_new(&w->persons, schema, NULL, hc_identity_people(w->identity), err);
    if (status == HC_OK)
        status = hc_restated_new(&w->restated, hc_inputs_origin(w->in), w->has, err);
    return status == HC_OK ? new_sorter(w, err) : status;
}

static enum hc_status read_coverage(struct work *w, struct hc_err *err) {
    const struct hc_batch *in, *batch;
    enum hc_status status;
    while ((status = hc_inputs_next(w->in, &in, err)) == HC_OK) {
        status = hc_stopped(err);
        if (status == HC_OK)
            status = hc_current_view(w->current, in, &batch, err);
        if (status == HC_OK)
            status = hc_identity_add(w->identity, batch, in, err);
        if (status == HC_OK)
            status = w->restated ? hc_restated_see(w->restated, batch, err)
                                 : hc_identity_covers(w->identity, batch, err);
        if (status == HC_OK)
            status = hc_sorter_add(w->sorter, batch, err);
        if (status != HC_OK)
            return status;
    }
    return status == HC_END ? HC_OK : status;
}

/* The rows of one batch that no newer delivery tells anew. */
static enum hc_status keep_standing(struct work *w, const struct hc_batch *in,
                                    uint32_t row[HC_BATCH_ROWS], struct hc_batch *kept,
                                    struct hc_err *err) {
    size_t stand = hc_restated_keep(w->restated, in, row);
    hc_accounts_aside(w->accounts, "told_anew", in, row + stand, in->rows - stand);
    hc_batch_clear(kept);
    enum hc_status status = hc_batch_take(kept, in, row, stand, err);
    if (status == HC_OK)
        status = hc_batch_seal(kept, err);
    if (status == HC_OK)
        status = hc_identity_covers(w->identity, kept, err);
    return status == HC_OK ? hc_sorter_add(w->sorter, kept, err) : status;
}

/* Which rows stand is known when all have been read. */
static enum hc_status drop_restated(struct work *w, struct hc_err *err) {
    struct hc_sorter *all = w->sorter;
    struct hc_batch *sorted, *kept = NULL;
    if (!w->restated)
        return HC_OK;
    uint32_t *row = malloc(HC_BATCH_ROWS * sizeof *row);
    w->sorter = NULL;
    enum hc_status status = row ? new_sorter(w, err) : hc_fail_memory(err);
    if (status == HC_OK)
        status = hc_batch_new(&kept, hc_inputs_schema(w->in), w->has, err);
    while (status == HC_OK && (status = hc_sorter_next(all, &sorted, err)) == HC_OK) {
        status = keep_standing(w, sorted, row, kept, err);
        if (status == HC_OK)
            status = hc_stopped(err);
    }
    hc_sorter_free(all);
    hc_batch_free(kept);
    free(row);
    return status == HC_END ? HC_OK : status;
}

static enum hc_status write_coverage(struct work *w, struct hc_writer *out,
                                     struct hc_err *err) {
    struct hc_batch *sorted;
    const struct hc_batch *batch;
    enum hc_status status;
    while ((status = hc_sorter_next(w->sorter, &sorted, err)) == HC_OK) {
        status = hc_current_view(w->persons, sorted, &batch, err);
        if (status == HC_OK) /* the view is ours, whatever made it */
            status = hc_writer_write(out, (struct hc_batch *)batch, err);
        if (status == HC_OK)
            status = hc_stopped(err);
        if (status != HC_OK)
            return status;
    }
    return status == HC_END ? HC_OK : status;
}

typedef enum hc_status next_fn(struct hc_identity *, struct hc_batch *, struct hc_err *);

static enum hc_status write_kind(struct work *w, enum hc_kind kind, const char *path,
                                 next_fn *next, struct hc_writer **out,
                                 struct hc_err *err) {
    struct hc_batch *batch = NULL;
    struct hc_meta_pair pair = {HC_STR("hc.identity_key"), hc_str_of(w->key ? w->key : "")};
    struct hc_meta meta = {1, &pair};
    enum hc_status status = hc_writer_open(out, path, &hc_kinds[kind],
                                           w->key ? &meta : NULL, identify.name, NULL, err);
    if (status == HC_OK)
        status = hc_batch_new(&batch, &hc_kinds[kind], NULL, err);
    while (status == HC_OK && (status = next(w->identity, batch, err)) == HC_OK)
        status = hc_writer_write(*out, batch, err);
    hc_batch_free(batch);
    return status == HC_END ? HC_OK : status;
}

static enum hc_status write_members(struct work *w, struct hc_writer **out,
                                    struct hc_err *err) {
    if (!w->config->members)
        return HC_OK;
    enum hc_status status =
        write_kind(w, HC_KIND_member, w->config->members, hc_identity_next, out, err);
    struct hc_identity_counts counts;
    hc_identity_counts(w->identity, &counts);
    if (status == HC_OK && hc_writer_totals(*out)->rows != (uint64_t)counts.members)
        status = hc_fail(err, HC_EINTERNAL, "%llu rows in the map of %lld members",
                         (unsigned long long)hc_writer_totals(*out)->rows,
                         (long long)counts.members);
    return status;
}

static void note(struct work *w, const char *what, size_t rung, int64_t count) {
    const char *name = hc_arena_printf(&w->arena, "%s_%s", what, w->ladder.rung[rung].name);
    if (name)
        hc_accounts_note(w->accounts, name, count);
}

static enum hc_status balance(struct work *w, const char *const *paths, size_t count,
                              const struct hc_writer *out, const struct hc_writer *members,
                              const struct hc_writer *changes, struct hc_err *err) {
    struct hc_identity_counts c;
    hc_identity_counts(w->identity, &c);
    hc_accounts_in(w->accounts, count == 1 ? paths[0] : NULL, hc_inputs_totals(w->in));
    hc_accounts_out(w->accounts, w->config->output, hc_writer_totals(out));
    if (members)
        hc_accounts_out(w->accounts, w->config->members, hc_writer_totals(members));
    if (changes)
        hc_accounts_out(w->accounts, w->config->changes, hc_writer_totals(changes));
    hc_accounts_note(w->accounts, "members", c.members);
    hc_accounts_note(w->accounts, "members_absent", c.absent);
    hc_accounts_note(w->accounts, "persons", c.persons);
    hc_accounts_note(w->accounts, "persons_new", c.created);
    hc_accounts_note(w->accounts, "persons_merged", c.merged);
    hc_accounts_note(w->accounts, "persons_split", c.split);
    hc_accounts_note(w->accounts, "members_moved", c.moved);
    hc_accounts_note(w->accounts, "joined_by_previous", c.kept);
    hc_accounts_note(w->accounts, "members_released", c.released);
    hc_accounts_note(w->accounts, "persons_of_several_birth_dates", c.births);
    hc_accounts_note(w->accounts, "keys_of_unknown_rungs", c.unknown_key);
    hc_accounts_note(w->accounts, "coverage_without_person",
                     hc_current_unknown(w->persons));
    if (w->crosswalk)
        hc_accounts_note(w->accounts, "member_renamed", hc_current_renamed(w->current));
    for (size_t i = 0; i < w->ladder.rungs; i++) {
        note(w, "joined_by", i, c.joined[i]);
        note(w, "joined_across_birth_dates_by", i, c.aged[i]);
        note(w, "joined_though_called_differently_by", i, c.twins[i]);
        note(w, "crowded_keys_of", i, c.crowded[i]);
        note(w, "members_passed_on_by", i, c.passed_on[i]);
        note(w, "ambiguous_keys_of", i, c.ambiguous[i]);
        note(w, "kept_apart_on", i, c.conflicts[i]);
    }
    return hc_accounts_check(w->accounts, HC_KIND_coverage, err);
}

static void tell(const struct work *w, const struct hc_log *log) {
    struct hc_identity_counts c;
    struct hc_buf line = {0};
    hc_identity_counts(w->identity, &c);
    hc_accounts_line(w->accounts, &line);
    hc_buf_printf(&line, ", %lld members are %lld persons", (long long)c.members,
                  (long long)c.persons);
    hc_log(log, HC_LOG_COUNTS, "%s", hc_buf_text(&line));
    for (size_t i = 0; i < w->ladder.rungs; i++)
        if (c.joined[i] || c.ambiguous[i] || c.conflicts[i])
            hc_log(log, HC_LOG_NOTE,
                   "%s: %lld joined, %lld ambiguous keys, %lld kept apart",
                   w->ladder.rung[i].name, (long long)c.joined[i],
                   (long long)c.ambiguous[i], (long long)c.conflicts[i]);
    for (size_t i = 0; i < w->ladder.rungs; i++) {
        if (c.crowded[i])
            hc_log(
                log, HC_LOG_WARN,
                "%s: %lld keys of more than %u members join nobody; look whether a payer "
                "sends one number for many (at_most of the rung)",
                w->ladder.rung[i].name, (long long)c.crowded[i],
                (unsigned)w->ladder.rung[i].at_most);
        if (c.passed_on[i])
            hc_log(
                log, HC_LOG_WARN,
                "%s: %lld members have several keys and several birth dates, as where a "
                "payer gives somebody's member number to somebody else: it joins them to "
                "nobody; ask the payer",
                w->ladder.rung[i].name, (long long)c.passed_on[i]);
        if (c.twins[i])
            hc_log(log, HC_LOG_WARN,
                   "%s: %lld keys joined members of one payer who were covered together "
                   "under different names: twins of one number? (overlap: refuse of the "
                   "rung keeps such apart)",
                   w->ladder.rung[i].name, (long long)c.twins[i]);
        if (c.aged[i])
            hc_log(log, HC_LOG_WARN,
                   "%s: %lld joins of people of different birth dates; look whether a "
                   "payer sends one number for many (birth_date: refuse of the rung "
                   "keeps such apart)",
                   w->ladder.rung[i].name, (long long)c.aged[i]);
    }
    if (c.unknown_key)
        hc_log(log, HC_LOG_NOTE, "%lld keys are of rungs that the ladder has not",
               (long long)c.unknown_key);
    if (w->restated && hc_restated_undated(w->restated))
        hc_log(
            log, HC_LOG_WARN,
            "feed %s: which delivery tells coverage anew is taken from their names, for "
            "not all have a day (hc-ingest --date=DATE tells it, or a pattern of the feed: "
            "delivery, dated)",
            hc_restated_undated(w->restated));
    if (c.births)
        hc_log(log, HC_LOG_NOTE, "%lld persons have members of different birth dates",
               (long long)c.births);
    if (c.released)
        hc_log(log, HC_LOG_WARN,
               "%lld members were one person with others by a number that stands for none "
               "or that too many have: they are apart now, but for those whom another key "
               "joins",
               (long long)c.released);
    if (w->config->changes && !w->config->previous)
        hc_log(log, HC_LOG_WARN,
               "%s is empty: without --previous there is no earlier map to compare with",
               w->config->changes);
    if (c.keyed == 0 && c.members > 0)
        hc_log(log, HC_LOG_WARN,
               "no coverage record has identity keys, so nobody is joined across members "
               "(hc-ingest --identity-key=FILE makes them)");
    if (c.merged || c.split || c.moved)
        hc_log(log, HC_LOG_WARN,
               "of the previous persons %lld became another, %lld were split off; %lld "
               "members moved (--changes=FILE lists them)",
               (long long)c.merged, (long long)c.split, (long long)c.moved);
    if (w->key && w->previous_key && strcmp(w->key, w->previous_key) != 0)
        hc_log(log, HC_LOG_WARN,
               "the identity key is another than that of %s: persons keep their numbers, "
               "but check the counts of those joined",
               w->config->previous);
    hc_buf_free(&line);
}

static enum hc_status work(struct work *w, const char *const *paths, size_t count,
                           struct hc_log *log, struct hc_err *err) {
    struct hc_writer *out = NULL, *members = NULL, *changes = NULL;
    struct hc_writer_options options = {0};
    enum hc_status status = open_all(w, paths, count, err);
    options.has = w->has;
    if (status == HC_OK)
        status = hc_writer_open_like(&out, w->config->output, w->in, NULL, identify.name,
                                     &options, err);
    if (status == HC_OK)
        status = read_coverage(w, err);
    if (status == HC_OK)
        status = drop_restated(w, err);
    if (status == HC_OK)
        status = hc_identity_solve(w->identity, err);
    if (status == HC_OK)
        status = write_members(w, &members, err);
    if (status == HC_OK && w->config->changes)
        status = write_kind(w, HC_KIND_change, w->config->changes, hc_identity_changes_next,
                            &changes, err);
    if (status == HC_OK)
        status = write_coverage(w, out, err);
    if (status == HC_OK)
        status = balance(w, paths, count, out, members, changes, err);
    if (status == HC_OK)
        status = hc_accounts_prepare(w->accounts, w->config->common.accounts, err);
    if (status == HC_OK && members)
        status = hc_writer_commit(members, err);
    if (status == HC_OK && changes)
        status = hc_writer_commit(changes, err);
    if (status == HC_OK)
        status = hc_writer_commit(out, err);
    if (status == HC_OK)
        status = hc_accounts_write(w->accounts, w->config->common.accounts, err);
    if (status == HC_OK)
        tell(w, log);
    hc_writer_free(members);
    hc_writer_free(changes);
    hc_writer_free(out);
    return status;
}

static enum hc_status dry_run(const struct work *w, const char *const *paths, size_t count,
                              struct hc_err *err) {
    const struct config *c = w->config;
    struct hc_dryrun dry;
    hc_dryrun_start(&dry, identify.name);
    for (size_t i = 0; i < c->crosswalk.count; i++)
        hc_dryrun_reads(&dry, c->crosswalk.item[i], "crosswalk", NULL);
    if (c->previous)
        hc_dryrun_reads(&dry, c->previous, "member", NULL);
    for (size_t i = 0; i < count; i++)
        hc_dryrun_reads(&dry, paths[i], "coverage", NULL);
    hc_dryrun_writes(&dry, c->output, "coverage");
    if (c->members)
        hc_dryrun_writes(&dry, c->members, "member");
    if (c->changes)
        hc_dryrun_writes(&dry, c->changes, "change");
    hc_dryrun_config(&dry, w->rules);
    return hc_dryrun_end(&dry, err);
}

static enum hc_status run(void *config, int argc, char **argv, struct hc_log *log,
                          struct hc_err *err) {
    static const char *const standard_input = "-";
    struct work w = {.config = config};
    const char *const *paths = argc > 0 ? (const char *const *)argv : &standard_input;
    size_t count = argc > 0 ? (size_t)argc : 1;
    enum hc_status status =
        hc_find_data("", w.config->rules, ".yaml", &w.arena, &w.rules, err);
    if (status == HC_OK)
        status = hc_ladder_read(&w.ladder, w.rules, err);
    if (status == HC_OK && w.config->common.dry_run)
        status = dry_run(&w, paths, count, err);
    else if (status == HC_OK) {
        status = hc_accounts_new(&w.accounts, identify.name, err);
        if (status == HC_OK)
            status = work(&w, paths, count, log, err);
    }
    hc_sorter_free(w.sorter);
    hc_restated_free(w.restated);
    hc_current_free(w.persons);
    hc_current_free(w.current);
    hc_inputs_free(w.in);
    hc_crosswalk_free(w.crosswalk);
    hc_identity_free(w.identity);
    hc_accounts_free(w.accounts);
    hc_ladder_free(&w.ladder);
    hc_arena_free(&w.arena);
    free(w.has);
    return status;
}

int main(int argc, char **argv) {
    struct config config = {.rules = "identity", .output = "-"};
    return hc_tool_main(&identify, argc, argv, &config, offsetof(struct config, common),
                        run);
}
