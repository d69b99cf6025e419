#include "rule/final.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/tool.h"
#include "record/partition.h"
#include "rule/denied.h"
#include "rule/known.h"
#include "rule/ledger.h"
#include "rule/links.h"
#include "rule/passing.h"
#include "rule/policy.h"
#include "rule/redelivery.h"
#include "rule/residual.h"
#include "rule/unsure.h"
#include "rule/way.h"

struct keyed { /* a row and the hash of its key */
    uint64_t hash;
    uint32_t row, way;
};

struct hc_final {
    const struct hc_schema *schema;
    const struct hc_origin *origin;
    bool *has;
    unsigned parts;
    struct hc_ways *ways;
    struct hc_partitions *claims;     /* by claim: for re-delivery */
    struct hc_partitions *matches;    /* by partition key, of ways that need both */
    uint64_t moved;                   /* rows put into matches */
    struct hc_partitions *tombstones; /* replace: copies of rows, by the claim they name */
    struct hc_links *links;
    struct hc_passing *passing;
    struct hc_group_counts told;
    bool has_as_of, has_paid_through;
    hc_day as_of, paid_through;
    struct hc_sorter *kept;
    struct hc_ledger *ledger;
    struct hc_batch *part_kept; /* rows that stand, on their way to the sorter */
    struct hc_accounts *accounts;
    struct hc_arena scratch;
    struct hc_totals in, out, aside;
    struct hc_final_counts counts;
    uint32_t *part; /* scratch, by row of a batch */
    size_t part_cap;
};

/* A partition should fit a sixteenth of the memory; more of them cost buffers. */
static unsigned choose_parts(const struct hc_final_options *o) {
    uint64_t each = o->memory_bytes / 16 + 1;
    uint64_t parts = 1;
    if (o->parts)
        return o->parts;
    if (o->expect_bytes == 0)
        return 64;
    while (parts < 1024 && parts * each < o->expect_bytes * 2)
        parts *= 2;
    return (unsigned)parts;
}

enum hc_status hc_final_new(struct hc_final **final, const struct hc_schema *schema,
                            const bool *has, const struct hc_origin *origin,
                            const struct hc_final_options *o, struct hc_err *err) {
    static const int order[] = {HC_claim_line_delivery,      HC_claim_line_source_entry,
                                HC_claim_line_source_record, HC_claim_line_claim_id,
                                HC_claim_line_line,          HC_claim_line_version,
                                HC_claim_line_paid};
    struct hc_final *f = calloc(1, sizeof *f);
    enum hc_status status = HC_OK;
    *final = NULL;
    if (!f)
        return hc_fail_memory(err);
    f->schema = schema;
    f->origin = origin;
    f->parts = choose_parts(o);
    f->has_as_of = o->has_as_of;
    f->as_of = o->as_of;
    f->has_paid_through = o->has_paid_through;
    f->paid_through = o->paid_through;
    bool replaces = hc_ways_replace(origin);
    f->has = malloc(schema->fields * sizeof *f->has);
    if (!f->has)
        status = hc_fail_memory(err);
    for (size_t i = 0; status == HC_OK && i < schema->fields; i++)
        f->has[i] = !has || has[i] || i == HC_claim_line_standing;
    if (status == HC_OK)
        status = hc_ways_new(&f->ways, origin, f->has, err);
    if (status == HC_OK)
        status = hc_partitions_new(&f->claims, schema, f->has, f->parts,
                                   o->memory_bytes / 4, o->temp_dir, err);
    if (status == HC_OK)
        status = hc_partitions_new(&f->matches, schema, f->has, f->parts,
                                   o->memory_bytes / (replaces ? 8 : 4), o->temp_dir, err);
    if (status == HC_OK && replaces)
        status = hc_partitions_new(&f->tombstones, schema, f->has, f->parts,
                                   o->memory_bytes / 8, o->temp_dir, err);
    if (status == HC_OK && replaces)
        status = hc_links_new(&f->links, o->memory_bytes / 16, err);
    if (status == HC_OK && replaces)
        status = hc_passing_new(&f->passing, o->memory_bytes / 16, o->temp_dir, err);
    if (status == HC_OK)
        status =
            hc_sorter_new(&f->kept, schema, f->has, order, sizeof order / sizeof *order,
                          o->memory_bytes / 4, o->temp_dir, err);
    if (status == HC_OK)
        status = hc_ledger_new(&f->ledger, o->memory_bytes / 16, o->temp_dir, err);
    if (status == HC_OK)
        status = hc_batch_new(&f->part_kept, schema, f->has, err);
    if (status == HC_OK)
        status = hc_totals_init(&f->in, schema, err);
    if (status == HC_OK)
        status = hc_totals_init(&f->out, schema, err);
    if (status == HC_OK)
        status = hc_totals_init(&f->aside, &hc_kinds[HC_KIND_ledger], err);
    if (status == HC_OK)
        *final = f;
    else
        hc_final_free(f);
    return status;
}

void hc_final_free(struct hc_final *f) {
    if (!f)
        return;
    hc_ways_free(f->ways);
    free(f->has);
    free(f->part);
    hc_partitions_free(f->claims);
    hc_partitions_free(f->matches);
    hc_partitions_free(f->tombstones);
    hc_links_free(f->links);
    hc_passing_free(f->passing);
    hc_sorter_free(f->kept);
    hc_ledger_free(f->ledger);
    hc_batch_free(f->part_kept);
    hc_arena_free(&f->scratch);
    hc_totals_free(&f->in);
    hc_totals_free(&f->out);
    hc_totals_free(&f->aside);
    free(f);
}

static bool is_residual(const struct hc_batch *b, size_t row) {
    return hc_int_at(b, HC_claim_line_standing, row, -1) == HC_standing_residual;
}

/* ---- in ---- */

static enum hc_status need_parts(struct hc_final *f, size_t rows, struct hc_err *err) {
    if (rows <= f->part_cap)
        return HC_OK;
    free(f->part);
    f->part = malloc(rows * sizeof *f->part);
    f->part_cap = f->part ? rows : 0;
    return f->part ? HC_OK : hc_fail_memory(err);
}

enum hc_status hc_final_add(struct hc_final *f, const struct hc_batch *batch,
                            struct hc_err *err) {
    const struct hc_way *way;
    enum hc_status status = need_parts(f, batch->rows, err);
    for (size_t row = 0; status == HC_OK && row < batch->rows; row++) {
        status = hc_way_of(f->ways, batch, row, &way, err);
        if (status == HC_OK)
            f->part[row] =
                way->one_pass
                    ? hc_part_of(batch, way->partition, way->partitions, row, f->parts)
                    : hc_part_of(batch, way->claim, way->claims, row, f->parts);
    }
    if (status != HC_OK)
        return status;
    hc_totals_add(&f->in, batch);
    f->counts.in += batch->rows;
    return hc_partitions_add(f->claims, batch, f->part, err);
}

/* ---- work ---- */

struct desk {         /* what one partition needs beside its rows */
    uint32_t records; /* rows from here on are tombstones */
    struct hc_verdict *verdict;
    const struct hc_way **way;
    struct keyed *keyed;
    uint32_t *row;
};

static int by_hash(const void *left, const void *right) {
    const struct keyed *a = left, *b = right;
    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    if (a->way != b->way)
        return a->way < b->way ? -1 : 1;
    return (a->row > b->row) - (a->row < b->row);
}

enum key { CLAIM, MATCH };
/* The columns that hold a row's key; of a tombstone the key of what it names. */
static const int *key_columns(const struct desk *d, enum key key, uint32_t row,
                              size_t *count) {
    const struct hc_way *way = d->way[row];
    *count = key == CLAIM ? way->claims : way->matches;
    if (key == CLAIM)
        return way->claim;
    return row < d->records ? way->match : way->named_match;
}

static bool same_key(const struct desk *d, const struct hc_batch *b, enum key key,
                     uint32_t x, uint32_t y) {
    size_t columns;
    const int *a = key_columns(d, key, x, &columns), *c = key_columns(d, key, y, &columns);
    if (a == c)
        return hc_same_row(b, x, b, y, a, columns);
    for (size_t i = 0; i < columns; i++)
        if (a[i] == c[i]
                ? !hc_same_row(b, x, b, y, &a[i], 1)
                : !hc_str_eq(hc_str_at(b, (size_t)a[i], x), hc_str_at(b, (size_t)c[i], y)))
            return false;
    return true;
}

/* Rows of one hash are nearly always of one key; where they are not, each key is taken in
 * turn. first: the keyed rows, count of them, which are used up. */
static enum hc_status apply_run(struct hc_final *f, const struct hc_batch *b,
                                const struct desk *d, enum key key, struct keyed *first,
                                size_t count, struct hc_err *err) {
    enum hc_status status = HC_OK;
    while (count > 0 && status == HC_OK) {
        uint32_t head = first[0].row;
        const struct hc_way *way = d->way[head];
        size_t rest = 0;
        hc_arena_reset(&f->scratch);
        struct hc_group g = {.batch = b,
                             .records = d->records,
                             .links = f->links,
                             .passing = f->passing,
                             .counts = &f->told,
                             .origin = f->origin,
                             .way = way,
                             .verdict = d->verdict,
                             .scratch = &f->scratch};
        g.row = hc_arena_alloc(&f->scratch, count * sizeof *g.row);
        if (!g.row)
            return hc_fail_memory(err);
        for (size_t i = 0; i < count; i++)
            if (same_key(d, b, key, first[i].row, head)) {
                g.came |= first[i].row < d->records;
                g.row[g.rows++] = first[i].row;
            } else
                first[rest++] = first[i];
        count = rest;
        status = key == CLAIM ? hc_redelivery(&g, err) : hc_denied_apply(&g, err);
    }
    return status;
}

/* Group the first count rows listed in keyed and judge each group. */
static enum hc_status judge(struct hc_final *f, const struct hc_batch *b, enum key key,
                            const struct desk *d, size_t count, struct hc_err *err) {
    struct keyed *keyed = d->keyed;
    enum hc_status status = HC_OK;
    for (size_t i = 0; i < count; i++) {
        uint32_t row = keyed[i].row;
        size_t columns;
        const int *column = key_columns(d, key, row, &columns);
        keyed[i].way = key == CLAIM ? d->way[row]->records : d->way[row]->family;
        keyed[i].hash = hc_hash_row(b, column, columns, row);
    }
    qsort(keyed, count, sizeof *keyed, by_hash);
    for (size_t i = 0, end; i < count && status == HC_OK; i = end) {
        for (end = i + 1; end < count && keyed[end].hash == keyed[i].hash &&
                          keyed[end].way == keyed[i].way;
             end++)
            ;
        if (end == i + 1 && key == CLAIM)
            continue;
        status = apply_run(f, b, d, key, &keyed[i], end - i, err);
    }
    return status;
}

static enum hc_status keep(struct hc_final *f, const struct hc_batch *b,
                           const struct hc_verdict *verdict, const uint32_t *row,
                           size_t rows, struct hc_err *err) {
    hc_batch_clear(f->part_kept);
    enum hc_status status = hc_residual_take(f->part_kept, b, verdict, row, rows, err);
    if (status != HC_OK)
        return status;
    hc_totals_add(&f->out, f->part_kept);
    f->counts.kept += f->part_kept->rows;
    for (size_t i = 0; i < f->part_kept->rows; i++)
        f->counts.unmatched += hc_int_at(f->part_kept, HC_claim_line_standing, i, -1) ==
                               HC_standing_unmatched_cancellation;
    return hc_sorter_add(f->kept, f->part_kept, err);
}

/* What accounts call a reason: the policy's name, but of what acts before policies the
 * reason itself. */
static const char *book_name(const struct hc_verdict *v) {
    static const char *const before[] = {"re_delivery", "as_of", "paid_through", NULL};
    for (size_t i = 0; before[i]; i++)
        if (strcmp(v->policy, before[i]) == 0)
            return v->reason;
    return v->policy;
}

static enum hc_status set_aside(struct hc_final *f, const struct hc_batch *b,
                                const struct hc_verdict *verdict, struct hc_err *err) {
    uint64_t made = 0;
    for (uint32_t row = 0; row < b->rows; row++) {
        const struct hc_verdict *v = &verdict[row];
        if (!v->policy)
            continue;
        f->counts.set_aside++;
        made += v->mirror != HC_NO_ROW;
        if (f->accounts && v->mirror == HC_NO_ROW)
            hc_accounts_aside(f->accounts, book_name(v), b, &row, 1);
    }
    f->counts.residual += made;
    if (f->accounts && made > 0) {
        enum hc_status status =
            hc_residual_book(f->accounts, b, verdict, f->has, book_name, err);
        if (status != HC_OK)
            return status;
        hc_accounts_made(f->accounts, "residual", HC_KIND_claim_line, made);
    }
    return hc_ledger_add(f->ledger, b, verdict, err);
}

static void desk_free(struct desk *d) {
    free(d->verdict);
    free(d->way);
    free(d->keyed);
    free(d->row);
}
static enum hc_status desk_init(struct hc_final *f, struct desk *d,
                                const struct hc_batch *b, uint32_t records,
                                struct hc_err *err) {
    size_t n = b->rows + 1;
    d->records = records;
    d->verdict = malloc(n * sizeof *d->verdict);
    d->way = malloc(n * sizeof *d->way);
    d->keyed = malloc(n * sizeof *d->keyed);
    d->row = malloc(n * sizeof *d->row);
    if (!d->verdict || !d->way || !d->keyed || !d->row)
        return hc_fail_memory(err);
    for (size_t row = 0; row < b->rows; row++) {
        enum hc_status status = hc_way_of(f->ways, b, row, &d->way[row], err);
        if (status != HC_OK)
            return status;
        d->verdict[row] = hc_verdict_kept();
        if (is_residual(b, row))
            d->verdict[row].standing = HC_standing_residual;
    }
    return HC_OK;
}

/* What became known or was paid too late is as if it were not there: it is not even
 * delivered again. */
static enum hc_status set_aside_later(struct hc_final *f, const struct hc_batch *b,
                                      const struct desk *d, struct hc_err *err) {
    enum hc_status status = HC_OK;
    for (uint32_t row = 0; row < b->rows && status == HC_OK; row++) {
        bool later = false;
        if (f->has_as_of)
            status = hc_known_later(f->origin, b, row, f->as_of, &later, err);
        if (later) {
            d->verdict[row].policy = "as_of";
            d->verdict[row].reason = "not_yet_known";
            f->counts.not_yet_known++;
        } else if (f->has_paid_through && hc_int_at(b, HC_claim_line_paid_date, row,
                                                    INT64_MIN) > f->paid_through) {
            d->verdict[row].policy = "paid_through";
            d->verdict[row].reason = "paid_later";
            f->counts.paid_later++;
        }
    }
    return status;
}

/* Rows of a batch to the partitions of the claims they name, where they name another. */
static enum hc_status send_tombstones(struct hc_final *f, const struct hc_batch *b,
                                      const struct hc_way *const *way, const uint32_t *row,
                                      struct hc_batch *some, struct hc_err *err) {
    enum hc_status status = HC_OK;
    uint32_t rows = 0;
    hc_batch_clear(some);
    for (uint32_t i = 0; i < b->rows && status == HC_OK; i++) {
        const struct hc_way *w = way[row[i]];
        if (!w->replaces || is_residual(b, i) || hc_names(b, i) != HC_NAMES_ANOTHER)
            continue;
        f->part[rows++] = hc_part_of(b, w->named_partition, w->partitions, i, f->parts);
        status = hc_batch_take(some, b, &i, 1, err);
        if (status == HC_OK && w->leaves_out)
            status = hc_passing_add(f->passing, b, i, w, err);
    }
    if (status == HC_OK)
        status = hc_batch_seal(some, err);
    return status == HC_OK && rows > 0
               ? hc_partitions_add(f->tombstones, some, f->part, err)
               : status;
}

/* The first count rows listed in d to the partitions of their policies. */
static enum hc_status move(struct hc_final *f, const struct hc_batch *b, struct desk *d,
                           size_t count, struct hc_err *err) {
    struct hc_batch *some = NULL, *naming = NULL;
    enum hc_status status = hc_batch_new(&some, f->schema, f->has, err);
    if (status == HC_OK && f->tombstones)
        status = hc_batch_new(&naming, f->schema, f->has, err);
    for (size_t at = 0; at < count && status == HC_OK; at += HC_BATCH_ROWS) {
        size_t rows = count - at < HC_BATCH_ROWS ? count - at : HC_BATCH_ROWS;
        hc_batch_clear(some);
        status = hc_batch_take(some, b, d->row + at, rows, err);
        if (status == HC_OK)
            status = need_parts(f, rows, err);
        for (size_t i = 0; status == HC_OK && i < rows; i++) {
            const struct hc_way *way = d->way[d->row[at + i]];
            f->part[i] = hc_part_of(some, way->partition, way->partitions, i, f->parts);
        }
        if (status == HC_OK)
            status = hc_batch_seal(some, err);
        if (status == HC_OK)
            status = hc_partitions_add(f->matches, some, f->part, err);
        if (status == HC_OK && naming)
            status = send_tombstones(f, some, d->way, d->row + at, naming, err);
    }
    f->moved += count;
    hc_batch_free(some);
    hc_batch_free(naming);
    return status;
}

/* One partition: re-delivery where it is by claim, then the policies of the rows that need
 * no other partition. Rows that stand go to the sorter or to their other partition. Rows of
 * b from records on are tombstones. */
static enum hc_status work(struct hc_final *f, const struct hc_batch *b, uint32_t records,
                           bool by_claim, struct hc_err *err) {
    struct desk d = {0};
    size_t count = 0;
    enum hc_status status = desk_init(f, &d, b, records, err);
    if (status == HC_OK && by_claim && (f->has_as_of || f->has_paid_through))
        status = set_aside_later(f, b, &d, err);
    for (uint32_t row = 0; status == HC_OK && by_claim && row < b->rows; row++)
        if (!d.verdict[row].policy && !is_residual(b, row))
            d.keyed[count++].row = row;
    if (status == HC_OK && by_claim)
        status = judge(f, b, CLAIM, &d, count, err);
    count = 0;
    for (uint32_t row = 0; status == HC_OK && row < b->rows; row++)
        if ((!by_claim || d.way[row]->one_pass) && !d.verdict[row].policy &&
            !is_residual(b, row))
            d.keyed[count++].row = row;
    if (status == HC_OK)
        status = judge(f, b, MATCH, &d, count, err);
    count = 0;
    for (uint32_t row = 0; status == HC_OK && row < records; row++)
        if (!by_claim || d.way[row]->one_pass)
            d.row[count++] = row;
    if (status == HC_OK)
        status = keep(f, b, d.verdict, d.row, count, err);
    count = 0;
    for (uint32_t row = 0; status == HC_OK && by_claim && row < b->rows; row++)
        if (!d.way[row]->one_pass && !d.verdict[row].policy)
            d.row[count++] = row;
    if (status == HC_OK && count > 0)
        status = move(f, b, &d, count, err);
    if (status == HC_OK)
        status = hc_unsure_count(&f->told, b, records, d.way, d.verdict, f->origin,
                                 by_claim, err);
    if (status == HC_OK)
        status = set_aside(f, b, d.verdict, err);
    desk_free(&d);
    return status;
}

/* The tombstones of a partition behind its rows. */
static enum hc_status add_tombstones(struct hc_final *f, unsigned part, struct hc_batch *b,
                                     struct hc_err *err) {
    struct hc_batch *more = NULL;
    enum hc_status status = hc_partitions_load(f->tombstones, part, &more, err);
    if (status == HC_OK)
        status = hc_batch_take(b, more, NULL, more->rows, err);
    if (status == HC_OK)
        status = hc_batch_seal(b, err);
    hc_batch_free(more);
    return status;
}

static enum hc_status work_all(struct hc_final *f, struct hc_partitions *from,
                               bool by_claim, struct hc_err *err) {
    enum hc_status status = HC_OK;
    for (unsigned part = 0; part < f->parts && status == HC_OK; part++) {
        struct hc_batch *b = NULL;
        uint32_t records = 0;
        if (hc_partitions_rows(from, part) == 0)
            continue;
        status = hc_stopped(err);
        if (status == HC_OK)
            status = hc_partitions_load(from, part, &b, err);
        if (status == HC_OK)
            records = (uint32_t)b->rows;
        if (status == HC_OK && !by_claim && f->tombstones)
            status = add_tombstones(f, part, b, err);
        if (status == HC_OK)
            status = work(f, b, records, by_claim, err);
        hc_batch_free(b);
    }
    return status;
}

enum hc_status hc_final_work(struct hc_final *f, struct hc_accounts *accounts,
                             struct hc_err *err) {
    f->accounts = accounts;
    enum hc_status status = work_all(f, f->claims, true, err);
    hc_partitions_free(f->claims);
    f->claims = NULL;
    if (status == HC_OK && f->passing)
        status = hc_passing_solve(f->passing, err);
    if (status == HC_OK && f->moved > 0)
        status = work_all(f, f->matches, false, err);
    hc_partitions_free(f->matches);
    hc_partitions_free(f->tombstones);
    f->matches = f->tombstones = NULL;
    f->accounts = NULL;
    return status == HC_OK && f->links ? hc_links_check(f->links, f->origin, err) : status;
}

/* ---- out ---- */

enum hc_status hc_final_next(struct hc_final *f, struct hc_batch **batch,
                             struct hc_err *err) {
    return hc_sorter_next(f->kept, batch, err);
}

enum hc_status hc_final_ledger_next(struct hc_final *f, struct hc_batch **batch,
                                    struct hc_err *err) {
    enum hc_status status = hc_ledger_next(f->ledger, batch, err);
    if (status == HC_OK)
        hc_totals_add(&f->aside, *batch);
    return status;
}

enum hc_status hc_final_check(const struct hc_final *f, struct hc_err *err) {
    if (f->in.rows + f->counts.residual != f->out.rows + f->aside.rows)
        return hc_fail(
            err, HC_EINTERNAL,
            "books do not balance: %llu rows in and %llu residuals, %llu kept and "
            "%llu set aside",
            (unsigned long long)f->in.rows, (unsigned long long)f->counts.residual,
            (unsigned long long)f->out.rows, (unsigned long long)f->aside.rows);
    for (int i = 0; i < HC_ledger_fields; i++) {
        const struct hc_field *field = &hc_kinds[HC_KIND_ledger].field[i];
        int at = hc_schema_find(f->schema, hc_str_of(field->name));
        if (!(field->flags & HC_SUM) || at < 0 || !f->has[at])
            continue;
        if (f->in.sum[at] != f->out.sum[at] + f->aside.sum[i]) {
            char in[HC_NUM_SIZE], out[HC_NUM_SIZE], aside[HC_NUM_SIZE];
            return hc_fail(err, HC_EINTERNAL,
                           "books do not balance: %s in %s, kept %s, set aside %s",
                           field->name, hc_format_scaled(f->in.sum[at], 0, in),
                           hc_format_scaled(f->out.sum[at], 0, out),
                           hc_format_scaled(f->aside.sum[i], 0, aside));
        }
    }
    return HC_OK;
}

void hc_final_counts(const struct hc_final *f, struct hc_final_counts *counts) {
    *counts = f->counts;
    counts->told = f->told;
}
