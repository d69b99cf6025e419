#include "feed/identity.h"

#include <ctype.h>

#include "feed/placeholder.h"

enum hc_status hc_identity_key(const char *path, struct hc_buf *key, struct hc_err *err) {
    enum hc_status status = hc_read_file(path, 4096, key, err);
    if (status != HC_OK)
        return status;
    while (key->len && isspace(key->ptr[key->len - 1]))
        key->len--;
    if (key->len >= 16)
        return HC_OK;
    hc_fail(err, HC_EUSAGE, "an identity key has at least 16 bytes");
    hc_err_at_file(err, path);
    return HC_EUSAGE;
}

enum keep { LETTERS, DIGITS, BOTH };

static struct hc_str kept(struct hc_mapper *m, struct hc_str text, enum keep keep) {
    char *out = hc_arena_alloc(&m->arena, text.len + 1);
    size_t n = 0;
    if (!out) {
        m->failed = HC_ENOMEM;
        return (struct hc_str){"", 0};
    }
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        bool digit = c >= '0' && c <= '9';
        if ((letter && keep != DIGITS) || (digit && keep != LETTERS))
            out[n++] = (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    }
    return (struct hc_str){out, n};
}

static struct hc_str part(struct hc_mapper *m, struct hc_context *x,
                          enum hc_identity_part which, enum keep keep) {
    const struct hc_expr *e = m->set->identity[which];
    return e ? kept(m, hc_map_text(m, x, e), keep) : (struct hc_str){"", 0};
}

static struct hc_str real(struct hc_str number) {
    return hc_real_number(number) ? number : (struct hc_str){"", 0};
}

struct rungs {
    struct hc_str key;
    struct hc_str item[5];
    char text[5][64];
    size_t count;
};

static enum hc_status add(struct rungs *r, const char *rung, const struct hc_str *parts,
                          size_t count, struct hc_err *err) {
    struct hc_buf bytes = {0};
    char hex[33];
    hc_buf_puts(&bytes, rung);
    for (size_t i = 0; i < count; i++) {
        if (parts[i].len == 0) {
            hc_buf_free(&bytes);
            return HC_OK;
        }
        hc_buf_putc(&bytes, '|');
        hc_buf_put(&bytes, parts[i].ptr, parts[i].len);
    }
    enum hc_status status = bytes.failed
                                ? hc_fail_memory(err)
                                : hc_keyed_hash(r->key, hc_buf_str(&bytes), hex, err);
    if (status == HC_OK) {
        snprintf(r->text[r->count], sizeof r->text[0], "%s:%s", rung, hex);
        r->item[r->count] = hc_str_of(r->text[r->count]);
        r->count++;
    }
    hc_buf_free(&bytes);
    return status;
}

/* A number is there, but is nobody's: hc-identify then knows that it joined nobody before
 * either (rule/identity.h), which of a number that is only missing it does not. */
static void mark(struct rungs *r, const char *rung, struct hc_str number, bool real) {
    if (number.len == 0 || real)
        return;
    snprintf(r->text[r->count], sizeof r->text[0], HC_NOBODYS_KEY ":%s", rung);
    r->item[r->count] = hc_str_of(r->text[r->count]);
    r->count++;
}

/* Set identity_keys of the row just mapped into out. */
static enum hc_status set_keys(struct hc_mapper *m, struct hc_context *x, struct hc_str key,
                               struct hc_batch *out, struct hc_err *err) {
    struct rungs r = {.key = key};
    char day[16] = "";
    const struct hc_mapped *birth = &m->column[HC_coverage_birth_date];
    if (birth->has && birth->has[x->at])
        hc_format_day((hc_day)birth->number[x->at], day);
    struct hc_str dob = hc_str_of(day), none = {"", 0};
    struct hc_str sex = hc_map_column(m, HC_coverage_sex, x->at);
    if (hc_str_is(sex, "U"))
        sex = none;
    struct hc_str zip = kept(m, hc_map_column(m, HC_coverage_zip, x->at), DIGITS);
    zip.len = zip.len >= 3 ? 3 : 0;
    struct hc_str ssn = part(m, x, HC_IDENTITY_ssn, DIGITS);
    struct hc_str number = part(m, x, HC_IDENTITY_mbi, BOTH);
    struct hc_str policy = part(m, x, HC_IDENTITY_contract, BOTH);
    struct hc_str mbi[] = {real(number)};
    struct hc_str ssn_dob[] = {hc_real_ssn(ssn) ? ssn : none, dob};
    struct hc_str ssn9_dob[] = {hc_area9_ssn(ssn) ? ssn : none, dob};
    struct hc_str last = part(m, x, HC_IDENTITY_last_name, LETTERS);
    struct hc_str first = part(m, x, HC_IDENTITY_first_name, LETTERS);
    bool named = hc_real_name(last, first);
    struct hc_str name[] = {named ? last : none, named ? first : none, dob, sex, zip};
    struct hc_str contract[] = {hc_map_column(m, HC_coverage_payer, x->at), real(policy),
                                dob, sex};
    enum hc_status status = add(&r, "mbi", mbi, 1, err);
    if (status == HC_OK)
        status = add(&r, "ssn_dob", ssn_dob, 2, err);
    if (status == HC_OK)
        status = add(&r, "ssn9_dob", ssn9_dob, 2, err);
    if (status == HC_OK)
        status = add(&r, "name_dob_sex_zip3", name, 5, err);
    if (status == HC_OK)
        status = add(&r, "contract_dob_sex", contract, 4, err);
    mark(&r, "mbi", number, hc_real_number(number));
    mark(&r, "ssn_dob", ssn, hc_real_ssn(ssn));
    mark(&r, "name_dob_sex_zip3", first.len ? last : first, named);
    mark(&r, "contract_dob_sex", policy, hc_real_number(policy));
    if (status == HC_OK && m->failed)
        status = hc_fail_memory(err);
    if (status == HC_OK && r.count)
        hc_set_list(out, HC_coverage_identity_keys, r.item, r.count);
    return status;
}

enum hc_status hc_identity_rows(struct hc_kind_made *out, struct hc_mapper *mapper,
                                struct hc_context *context, size_t made, struct hc_str key,
                                unsigned delivery, const int64_t *entry,
                                const int64_t *record, struct hc_err *err) {
    enum hc_status status = HC_OK;
    for (size_t i = 0; i < made && status == HC_OK; i++) {
        hc_map_put(mapper, i, 1, out->batch);
        context->at = i;
        status = set_keys(mapper, context, key, out->batch, err);
        if (status == HC_OK)
            status =
                hc_making_row(out, delivery, (unsigned)entry[i], (uint64_t)record[i], err);
    }
    return status;
}
