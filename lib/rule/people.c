#include "rule/people.h"

#include <stdlib.h>

#include "base/map.h"

struct hc_people {
    struct hc_map *map; /* payer, NUL, member_id */
    int64_t *person;
    size_t cap;
    struct hc_buf key;
};

enum hc_status hc_people_new(struct hc_people **people, struct hc_err *err) {
    struct hc_people *p = calloc(1, sizeof *p);
    *people = NULL;
    if (!p)
        return hc_fail_memory(err);
    enum hc_status status = hc_map_new(&p->map, err);
    if (status != HC_OK) {
        free(p);
        return status;
    }
    *people = p;
    return HC_OK;
}

void hc_people_free(struct hc_people *p) {
    if (!p)
        return;
    hc_map_free(p->map);
    hc_buf_free(&p->key);
    free(p->person);
    free(p);
}

static bool make_key(struct hc_people *p, struct hc_str payer, struct hc_str member) {
    hc_buf_clear(&p->key);
    hc_buf_put(&p->key, payer.ptr, payer.len);
    hc_buf_putc(&p->key, '\0');
    hc_buf_put(&p->key, member.ptr, member.len);
    return !p->key.failed;
}

static enum hc_status member_of(struct hc_people *p, struct hc_str payer,
                                struct hc_str member_id, uint32_t *id, bool *added,
                                struct hc_err *err) {
    if (!make_key(p, payer, member_id))
        return hc_fail_memory(err);
    enum hc_status status = hc_map_add(p->map, hc_buf_str(&p->key), id, added, err);
    if (status != HC_OK || !*added)
        return status;
    if (*id >= p->cap) {
        size_t cap = p->cap ? 2 * p->cap : 1024;
        int64_t *grown = realloc(p->person, cap * sizeof *grown);
        if (!grown)
            return hc_fail_memory(err);
        p->person = grown;
        p->cap = cap;
    }
    p->person[*id] = 0;
    return HC_OK;
}

enum hc_status hc_people_member(struct hc_people *p, struct hc_str payer,
                                struct hc_str member_id, uint32_t *member,
                                struct hc_err *err) {
    bool added;
    return member_of(p, payer, member_id, member, &added, err);
}

void hc_people_set(struct hc_people *p, uint32_t member, int64_t person) {
    p->person[member] = person;
}

void hc_people_name(const struct hc_people *p, uint32_t member, struct hc_str *payer,
                    struct hc_str *member_id) {
    struct hc_str key = hc_map_key(p->map, member);
    const char *end = memchr(key.ptr, '\0', key.len);
    *payer = (struct hc_str){key.ptr, (size_t)(end - key.ptr)};
    *member_id = (struct hc_str){end + 1, key.len - payer->len - 1};
}

int hc_people_compare(const struct hc_people *p, uint32_t a, uint32_t b) {
    return hc_str_cmp(hc_map_key(p->map, a), hc_map_key(p->map, b));
}

static enum hc_status add_member(struct hc_people *p, const struct hc_batch *b, size_t row,
                                 struct hc_err *err) {
    struct hc_str payer = hc_str_at(b, HC_member_payer, row);
    struct hc_str member = hc_str_at(b, HC_member_member_id, row);
    int64_t person = hc_int_at(b, HC_member_merged_into, row,
                               hc_int_at(b, HC_member_person_id, row, -1));
    uint32_t id;
    bool added;
    if (person < 0)
        return hc_fail(err, HC_EDATA, "member without a person_id");
    enum hc_status status = member_of(p, payer, member, &id, &added, err);
    if (status != HC_OK)
        return status;
    if (!added && p->person[id] != person) {
        char shape[HC_SHAPE_SIZE];
        hc_fail(err, HC_EDATA, "member of shape '%s' has two persons",
                hc_str_shape(member, shape));
        hc_err_hint(err, "give one member map, the newest");
        return HC_EDATA;
    }
    p->person[id] = person;
    return HC_OK;
}

enum hc_status hc_people_add(struct hc_people *p, const struct hc_batch *batch,
                             struct hc_err *err) {
    enum hc_status status = HC_OK;
    for (size_t row = 0; row < batch->rows && status == HC_OK; row++)
        status = add_member(p, batch, row, err);
    return status;
}

static bool find_person(struct hc_people *p, struct hc_str payer, struct hc_str member_id,
                        int64_t *person) {
    uint32_t id;
    if (!make_key(p, payer, member_id) || !hc_map_find(p->map, hc_buf_str(&p->key), &id))
        return false;
    *person = p->person[id];
    return true;
}

uint32_t hc_people_len(const struct hc_people *p) {
    return hc_map_len(p->map);
}

/* ---- the view ---- */

struct hc_current {
    struct hc_crosswalk *crosswalk;
    struct hc_people *people;
    int payer, member, person; /* columns */
    struct hc_batch *made;     /* the columns that are new */
    struct hc_batch view;
    int64_t renamed, unknown;
};

enum hc_status hc_current_new(struct hc_current **current, const struct hc_schema *schema,
                              struct hc_crosswalk *crosswalk, struct hc_people *people,
                              struct hc_err *err) {
    struct hc_current *c = calloc(1, sizeof *c);
    bool *wanted = calloc(schema->fields, sizeof *wanted);
    enum hc_status status = HC_OK;
    *current = NULL;
    if (!c || !wanted) {
        status = hc_fail_memory(err);
        goto out;
    }
    c->crosswalk = crosswalk;
    c->people = people;
    c->payer = hc_schema_find(schema, HC_STR("payer"));
    c->member = hc_schema_find(schema, HC_STR("member_id"));
    c->person = hc_schema_find(schema, HC_STR("person_id"));
    if (c->payer < 0 || c->member < 0 || c->person < 0) {
        status = hc_fail(err, HC_EINTERNAL, "kind %s has no member", schema->name);
        goto out;
    }
    wanted[c->member] = crosswalk != NULL;
    wanted[c->person] = people != NULL;
    c->view.schema = schema;
    c->view.column = calloc(schema->fields, sizeof *c->view.column);
    if (!c->view.column)
        status = hc_fail_memory(err);
    else
        status = hc_batch_new(&c->made, schema, wanted, err);
out:
    free(wanted);
    if (status == HC_OK)
        *current = c;
    else
        hc_current_free(c);
    return status;
}

enum hc_status hc_current_view(struct hc_current *c, const struct hc_batch *in,
                               const struct hc_batch **view, struct hc_err *err) {
    hc_batch_clear(c->made);
    for (size_t row = 0; row < in->rows; row++) {
        struct hc_str payer = hc_str_at(in, (size_t)c->payer, row);
        struct hc_str member = hc_str_at(in, (size_t)c->member, row);
        bool missing = hc_is_null(in, (size_t)c->member, row);
        int64_t person;
        hc_batch_row(c->made);
        if (c->crosswalk && !missing) {
            struct hc_str now = hc_crosswalk_current(c->crosswalk, payer, member);
            c->renamed += !hc_str_eq(now, member);
            hc_set_str(c->made, (size_t)c->member, now);
            member = now;
        }
        if (!c->people)
            continue;
        if (!missing && find_person(c->people, payer, member, &person))
            hc_set_i64(c->made, (size_t)c->person, person);
        else
            c->unknown++;
    }
    enum hc_status status = hc_batch_seal(c->made, err);
    if (status != HC_OK)
        return status;
    struct hc_column *column = c->view.column;
    memcpy(column, in->column, in->schema->fields * sizeof *column);
    c->view = *in;
    c->view.column = column;
    if (c->crosswalk)
        column[c->member] = c->made->column[c->member];
    if (c->people)
        column[c->person] = c->made->column[c->person];
    *view = &c->view;
    return HC_OK;
}

int64_t hc_current_renamed(const struct hc_current *c) {
    return c->renamed;
}
int64_t hc_current_unknown(const struct hc_current *c) {
    return c->unknown;
}

void hc_current_free(struct hc_current *c) {
    if (!c)
        return;
    hc_batch_free(c->made);
    free(c->view.column);
    free(c);
}
