/* The truth files. */
#include "synth/truth.h"

#include "synth/text.h"

static const char *const payer_names[] = {"medicare", "bcbsvt", "medicaid"};
static const char *const kind_names[] = {"institutional", "professional", "dme",
                                         "pharmacy"};

static enum hc_status open_one(struct hc_out **out, const char *dir, const char *name,
                               const char *header, struct hc_err *err) {
    struct hc_buf path = {0};
    hc_buf_printf(&path, "%s/truth/%s", dir, name);
    enum hc_status status =
        path.failed ? hc_fail_memory(err)
                    : hc_out_open(out, hc_buf_text(&path),
                                  &(struct hc_out_options){.public_ = true}, err);
    if (status == HC_OK)
        status = hc_out_write(*out, header, strlen(header), err);
    hc_buf_free(&path);
    return status;
}

enum hc_status hc_synth_truth_open(struct synth_truth *truth, const char *dir,
                                   struct hc_err *err) {
    enum hc_status status = open_one(
        &truth->lines, dir, "lines.csv",
        "payer,claim_type,claim_id,line,person,paid,allowed,ffs_equivalent\n", err);
    if (status == HC_OK)
        status = open_one(&truth->set_aside, dir, "set_aside.csv",
                          "payer,claim_type,claim_id,line,delivered,reason,paid,allowed,"
                          "ffs_equivalent\n",
                          err);
    if (status == HC_OK)
        status = open_one(&truth->person_months, dir, "person_months.csv",
                          "person,month,primary_payer,eligible,aco_id,practice_id\n", err);
    if (status == HC_OK)
        status = open_one(&truth->deliveries, dir, "deliveries.csv", "file,entry,records\n",
                          err);
    hc_buf_puts(&truth->scale, "month,attributed,eligible\n");
    return status;
}

static void put_amounts(struct hc_buf *buf, struct synth_amounts amounts) {
    char text[24];
    if (amounts.unknown) {
        hc_buf_puts(buf, ",,\n");
        return;
    }
    synth_put(buf, hc_synth_cents(amounts.paid, text), ',');
    synth_put(buf, hc_synth_cents(amounts.allowed, text), ',');
    synth_put(buf, hc_synth_cents(amounts.ffs, text), '\n');
}

static void put_claim(struct hc_buf *buf, enum synth_payer payer, enum synth_kind kind,
                      const char *claim, int line) {
    char text[24];
    synth_put(buf, payer_names[payer], ',');
    synth_put(buf, kind_names[kind], ',');
    synth_put(buf, claim, ',');
    synth_put(buf, hc_synth_number(line, text), ',');
}

void hc_synth_stands(struct synth_truth *truth, enum synth_payer payer,
                     enum synth_kind kind, const char *claim, int line, uint32_t person,
                     struct synth_amounts amounts) {
    char text[24];
    struct synth_total *total = &truth->total[payer][kind];
    total->lines++;
    total->paid += amounts.paid;
    total->allowed += amounts.allowed;
    total->ffs += amounts.ffs;
    put_claim(&truth->lines_text, payer, kind, claim, line);
    synth_put(&truth->lines_text, hc_synth_number(person + 1, text), ',');
    put_amounts(&truth->lines_text, amounts);
}

void hc_synth_set_aside(struct synth_truth *truth, enum synth_payer payer,
                        enum synth_kind kind, const char *claim, int line,
                        hc_month delivered, const char *reason,
                        struct synth_amounts amounts) {
    char text[16];
    put_claim(&truth->set_aside_text, payer, kind, claim, line);
    synth_put(&truth->set_aside_text, hc_format_month(delivered, text), ',');
    synth_put(&truth->set_aside_text, reason, ',');
    put_amounts(&truth->set_aside_text, amounts);
}

void hc_synth_truth_delivery(struct synth_truth *truth, const char *file, const char *entry,
                             int64_t records) {
    char text[24];
    synth_put(&truth->deliveries_text, file, ',');
    synth_put(&truth->deliveries_text, entry, ',');
    synth_put(&truth->deliveries_text, hc_synth_number(records, text), '\n');
}

static void count_cover(struct synth_truth *truth, const struct synth_person *p,
                        hc_month month, enum synth_primary primary) {
    unsigned covers = 0;
    for (unsigned i = 0; i < p->spans; i++)
        covers += p->span[i].from <= month && month <= p->span[i].to;
    truth->trap[SYNTH_TRAP_overlapping_spans] += covers > 1 && primary == SYNTH_COMMERCIAL;
    truth->trap[SYNTH_TRAP_not_resident] += p->new_hampshire && primary == SYNTH_COMMERCIAL;
    truth->trap[SYNTH_TRAP_aco_on_secondary] += p->caid_secondary_aco &&
                                                primary < SYNTH_CAID &&
                                                hc_synth_covered(p, SYNTH_CAID, month);
}

void hc_synth_truth_month(struct synth_truth *truth, const struct synth_world *world,
                          hc_month month) {
    static const char *const primaries[] = {"", "medicare", "medicare_advantage",
                                            "commercial", "medicaid"};
    int64_t attributed = 0, eligible = 0;
    char text[24], when[16];
    hc_format_month(month, when);
    for (uint32_t i = 0; i < world->people; i++) {
        const struct synth_person *p = &world->person[i];
        enum synth_primary primary = hc_synth_primary(p, month);
        if (primary == SYNTH_NOBODY)
            continue;
        unsigned practice = hc_synth_attributed(world, p, month);
        bool counts = hc_synth_eligible(p, month);
        eligible += counts;
        attributed += practice != SYNTH_NONE;
        count_cover(truth, p, month, primary);
        struct hc_buf *buf = &truth->months_text;
        synth_put(buf, hc_synth_number(i + 1, text), ',');
        synth_put(buf, when, ',');
        synth_put(buf, primaries[primary], ',');
        synth_put(buf, counts ? "Y" : "N", ',');
        synth_put(buf, practice != SYNTH_NONE ? "VTACO" : "", ',');
        synth_put(buf, practice != SYNTH_NONE ? world->practice[practice].id : "", '\n');
    }
    synth_put(&truth->scale, when, ',');
    synth_put(&truth->scale, hc_synth_number(attributed, text), ',');
    synth_put(&truth->scale, hc_synth_number(eligible, text), '\n');
}

static enum hc_status flush(struct hc_out *out, struct hc_buf *text, struct hc_err *err) {
    if (text->failed)
        return hc_fail_memory(err);
    enum hc_status status =
        text->len ? hc_out_write(out, text->ptr, text->len, err) : HC_OK;
    hc_buf_clear(text);
    return status;
}

enum hc_status hc_synth_truth_flush(struct synth_truth *truth, struct hc_err *err) {
    enum hc_status status = flush(truth->lines, &truth->lines_text, err);
    if (status == HC_OK)
        status = flush(truth->set_aside, &truth->set_aside_text, err);
    if (status == HC_OK)
        status = flush(truth->person_months, &truth->months_text, err);
    if (status == HC_OK)
        status = flush(truth->deliveries, &truth->deliveries_text, err);
    return status;
}

static enum hc_status write_small(const char *dir, const char *name, struct hc_buf *text,
                                  struct hc_err *err) {
    struct hc_out *out = NULL;
    enum hc_status status = open_one(&out, dir, name, "", err);
    if (status == HC_OK)
        status = flush(out, text, err);
    if (status == HC_OK)
        status = hc_out_commit(out, err);
    hc_out_free(out);
    return status;
}

static void list_persons(const struct synth_world *world, struct hc_buf *text) {
    char member[16];
    hc_buf_puts(text, "person,payer,member_id\n");
    for (uint32_t i = 0; i < world->people; i++) {
        const struct synth_person *p = &world->person[i];
        bool seen[SYNTH_PAYERS] = {false};
        for (hc_month m = world->first; m <= world->last; m++) {
            seen[SYNTH_MEDICARE] |= hc_synth_covered(p, SYNTH_FFS, m) != NULL ||
                                    hc_synth_covered(p, SYNTH_ADVANTAGE, m) != NULL;
            seen[SYNTH_BCBSVT] |= hc_synth_covered(p, SYNTH_COMMERCIAL, m) != NULL;
            seen[SYNTH_MEDICAID] |= hc_synth_covered(p, SYNTH_CAID, m) != NULL;
        }
        for (enum synth_payer payer = 0; payer < SYNTH_PAYERS; payer++)
            if (seen[payer])
                hc_buf_printf(text, "%u,%s,%s\n", i + 1, payer_names[payer],
                              payer == SYNTH_MEDICARE
                                  ? hc_synth_mbi(world, i, world->last, member)
                                  : hc_synth_member_of(world, payer, i, member));
    }
}

static void list_sums(const struct synth_truth *truth, struct hc_buf *text) {
    hc_buf_puts(text, "payer,claim_type,lines,paid,allowed,ffs_equivalent\n");
    for (enum synth_payer payer = 0; payer < SYNTH_PAYERS; payer++)
        for (enum synth_kind kind = 0; kind < SYNTH_KINDS; kind++) {
            const struct synth_total *t = &truth->total[payer][kind];
            char number[24];
            if (t->lines == 0)
                continue;
            synth_put(text, payer_names[payer], ',');
            synth_put(text, kind_names[kind], ',');
            synth_put(text, hc_synth_number(t->lines, number), ',');
            put_amounts(text, (struct synth_amounts){t->paid, t->allowed, t->ffs,
                                                     payer == SYNTH_MEDICARE &&
                                                         kind == SYNTH_PHARMACY});
        }
}

static void list_traps(const struct synth_truth *truth, struct hc_buf *text) {
    static const char *const names[] = {
#define TRAP(name, doc) #name,
        SYNTH_TRAPS
#undef TRAP
    };
    hc_buf_puts(text, "trap,count\n");
    for (unsigned i = 0; i < SYNTH_TRAP_COUNT; i++)
        hc_buf_printf(text, "%s,%lld\n", names[i], (long long)truth->trap[i]);
}

enum hc_status hc_synth_truth_commit(struct synth_truth *truth,
                                     const struct synth_world *world, const char *dir,
                                     struct hc_err *err) {
    struct hc_buf text = {0};
    enum hc_status status = hc_synth_truth_flush(truth, err);
    list_persons(world, &text);
    if (status == HC_OK)
        status = write_small(dir, "persons.csv", &text, err);
    list_sums(truth, &text);
    if (status == HC_OK)
        status = write_small(dir, "sums.csv", &text, err);
    list_traps(truth, &text);
    if (status == HC_OK)
        status = write_small(dir, "traps.csv", &text, err);
    if (status == HC_OK)
        status = write_small(dir, "scale.csv", &truth->scale, err);
    struct hc_out *all[] = {truth->lines, truth->set_aside, truth->person_months,
                            truth->deliveries};
    for (size_t i = 0; i < sizeof all / sizeof *all && status == HC_OK; i++)
        status = hc_out_commit(all[i], err);
    hc_buf_free(&text);
    return status;
}

void hc_synth_truth_free(struct synth_truth *truth) {
    hc_out_free(truth->lines);
    hc_out_free(truth->set_aside);
    hc_out_free(truth->person_months);
    hc_out_free(truth->deliveries);
    hc_buf_free(&truth->lines_text);
    hc_buf_free(&truth->set_aside_text);
    hc_buf_free(&truth->months_text);
    hc_buf_free(&truth->deliveries_text);
    hc_buf_free(&truth->scale);
}

int64_t hc_synth_truth_lines(const struct synth_truth *truth) {
    int64_t lines = 0;
    for (enum synth_payer payer = 0; payer < SYNTH_PAYERS; payer++)
        for (enum synth_kind kind = 0; kind < SYNTH_KINDS; kind++)
            lines += truth->total[payer][kind].lines;
    return lines;
}
