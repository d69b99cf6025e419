/* Which maps a mapper makes, and what they read: chosen once, by the columns that are
 * wanted. */
#include <stdlib.h>

#include "feed/map.h"

/* ---- accounts ---- */

static void note_uses(struct hc_mapper *m, const struct hc_expr *e, int column) {
    for (; e; e = e->next) {
        if (e->use >= 0)
            m->use[e->use] =
                (struct hc_use){.column = column,
                                .file = e->kind == HC_EXPR_FIELD ? e->file : -1,
                                .slot = e->kind == HC_EXPR_FIELD ? e->slot : -1};
        note_uses(m, e->child, column);
    }
}

/* ---- which maps are wanted ---- */

/* Does anything below e take an amount? */
static bool has_use(const struct hc_expr *e) {
    return e && (e->use >= 0 || has_use(e->child) || has_use(e->next));
}

/* Columns that e is made of. */
static void want_columns(const struct hc_expr *e, bool *want) {
    for (; e; e = e->next) {
        if (e->column >= 0)
            want[e->column] = true;
        want_columns(e->child, want);
    }
}

static enum hc_status choose_maps(struct hc_mapper *m, const bool *has,
                                  struct hc_err *err) {
    const struct hc_feed_set *set = m->set;
    bool *want = calloc(set->kind->fields + 1, sizeof *want);
    m->map = calloc(set->maps + 1, sizeof *m->map);
    m->accounts = calloc(set->maps + 1, sizeof *m->accounts);
    m->filled = calloc(set->kind->fields + 1, sizeof *m->filled);
    if (!want || !m->map || !m->accounts || !m->filled) {
        free(want);
        return hc_fail_memory(err);
    }
    for (size_t c = 0; c < set->kind->fields; c++)
        want[c] = !has || has[c];
    if (set->negate_column >= 0)
        want[set->negate_column] = true;
    if (set->has_identity)
        want[HC_coverage_birth_date] = want[HC_coverage_sex] = want[HC_coverage_zip] = true;
    hc_suspects_start(m, want);
    for (size_t i = set->maps; i-- > 0;) /* a column is mapped above those made of it */
        if (want[set->map[i].column])
            want_columns(set->map[i].expr, want);
    for (size_t i = 0; i < set->maps; i++) {
        const struct hc_expr *e = set->map[i].expr;
        if (!want[set->map[i].column])
            continue;
        m->filled[set->map[i].column] = true;
        want_columns(e, m->filled);
        m->accounts[m->maps] = e->use >= 0 || has_use(e->child);
        m->map[m->maps++] = &set->map[i];
    }
    free(want);
    return HC_OK;
}

static void want_slots(const struct hc_expr *e, int file, bool *slot) {
    for (; e; e = e->next) {
        if (e->kind == HC_EXPR_FIELD && e->file == file)
            slot[e->slot] = true;
        want_slots(e->given, file, slot);
        want_slots(e->child, file, slot);
    }
}

void hc_mapper_slots(const struct hc_mapper *m, int file, bool *slot) {
    const struct hc_feed_set *set = m->set;
    for (size_t i = 0; i < m->maps; i++)
        want_slots(m->map[i]->expr, file, slot);
    for (int i = 0; i < HC_IDENTITY_PARTS; i++)
        want_slots(set->identity[i], file, slot);
    want_slots(set->given, file, slot);
    if (set->lines == file && set->line_number >= 0)
        slot[set->line_number] = true;
    for (size_t a = 0; a < set->attaches; a++) {
        if (set->attach[a].file != file)
            continue;
        if (set->attach[a].by >= 0)
            slot[set->attach[a].by] = true;
        if (set->attach[a].order >= 0)
            slot[set->attach[a].order] = true;
    }
}

enum hc_status hc_mapper_init(struct hc_mapper *m, const struct hc_feed *feed,
                              const struct hc_feed_set *set, const bool *has,
                              struct hc_err *err) {
    *m = (struct hc_mapper){.feed = feed, .set = set};
    m->use = calloc(set->uses + 1, sizeof *m->use);
    enum hc_status status = m->use ? choose_maps(m, has, err) : hc_fail_memory(err);
    if (status != HC_OK) {
        hc_mapper_free(m);
        return status;
    }
    for (size_t u = 0; u < set->uses; u++)
        m->use[u] = (struct hc_use){.column = -1, .file = -1, .slot = -1};
    for (size_t i = 0; i < m->maps; i++)
        note_uses(m, m->map[i]->expr, m->map[i]->column);
    return HC_OK;
}

void hc_mapper_block(struct hc_mapper *m) {
    hc_arena_reset(&m->arena);
}

void hc_mapper_rest(struct hc_mapper *m) {
    free(m->item);
    free(m->given);
    hc_arena_free(&m->columns);
    hc_arena_free(&m->arena);
    hc_buf_free(&m->text);
    m->column = NULL;
    m->item = NULL;
    m->given = NULL;
    m->items = m->cap_items = m->gives = m->cap_gives = 0;
}

void hc_mapper_free(struct hc_mapper *m) {
    hc_mapper_rest(m);
    hc_suspects_free(&m->suspects);
    free(m->use);
    free(m->map);
    free(m->accounts);
    free(m->filled);
    *m = (struct hc_mapper){0};
}
