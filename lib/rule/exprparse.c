#include <stdarg.h>
#include <stdlib.h>

#include "rule/exprnode.h"

enum { MAX_DEPTH = 64, MAX_NODES = 4096 };

enum token_type { WORD, QUOTED, SYMBOL, END };
struct token {
    enum token_type type;
    struct hc_str text; /* QUOTED: without the quotes, '' still doubled */
    size_t at;          /* from 0 */
};
struct parser {
    struct hc_expr *expr;
    struct hc_str all;
    size_t at;
    struct token token; /* the one to look at */
    bool allow_ids;
    unsigned depth;
    struct hc_err *err;
};

static enum hc_status fault(struct parser *p, size_t at, const char *format, ...)
    HC_PRINTF(3, 4);
static enum hc_status fault(struct parser *p, size_t at, const char *format, ...) {
    char text[256];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return hc_fail(p->err, HC_EUSAGE, "at column %zu: %s", at + 1, text);
}

/* ---- tokens ---- */

static bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != 0 && strchr("_.:/-+@", c)) || (unsigned char)c >= 0x80;
}

static enum hc_status quoted(struct parser *p) {
    size_t start = p->at++;
    char quote = p->all.ptr[start];
    for (; p->at < p->all.len; p->at++) {
        if (p->all.ptr[p->at] != quote)
            continue;
        if (p->at + 1 == p->all.len || p->all.ptr[p->at + 1] != quote)
            break;
        p->at++; /* a doubled one */
    }
    if (p->at >= p->all.len)
        return fault(p, start, "the quote is never closed");
    p->token = (struct token){QUOTED, {p->all.ptr + start + 1, p->at - start - 1}, start};
    p->at++;
    return HC_OK;
}

static enum hc_status next(struct parser *p) {
    while (p->at < p->all.len && strchr(" \t\r\n", p->all.ptr[p->at]) && p->all.ptr[p->at])
        p->at++;
    const char *text = p->all.ptr + p->at;
    size_t left = p->all.len - p->at, len = 0;
    p->token = (struct token){END, {"", 0}, p->at};
    if (left == 0)
        return HC_OK;
    if (text[0] == '\'' || text[0] == '"')
        return quoted(p);
    while (len < left && is_word(text[len]))
        len++;
    p->token.type = len ? WORD : SYMBOL;
    if (len == 0) {
        if (text[0] == 0 || !strchr("()=<>!,", text[0]))
            return fault(p, p->at, "unexpected character");
        len = left > 1 && strchr("<>!", text[0]) && text[1] == '=' ? 2 : 1;
        if (text[0] == '<' && left > 1 && text[1] == '>')
            len = 2;
    }
    p->token.text = (struct hc_str){text, len};
    p->at += len;
    return HC_OK;
}

static bool same_fold(struct hc_str a, const char *keyword) {
    if (a.len != strlen(keyword))
        return false;
    for (size_t i = 0; i < a.len; i++)
        if ((a.ptr[i] | 32) != keyword[i])
            return false;
    return true;
}

static bool is_keyword(const struct parser *p, const char *keyword) {
    return p->token.type == WORD && same_fold(p->token.text, keyword);
}

static bool is_symbol(const struct parser *p, const char *symbol) {
    return p->token.type == SYMBOL && hc_str_is(p->token.text, symbol);
}

static enum hc_status expect(struct parser *p, const char *symbol) {
    if (!is_symbol(p, symbol))
        return fault(p, p->token.at, "expected '%s'", symbol);
    return next(p);
}

/* ---- nodes ---- */

static enum hc_status add_node(struct parser *p, struct hc_expr_node node,
                               struct hc_expr_node **out) {
    struct hc_expr *e = p->expr;
    if (e->nodes == MAX_NODES)
        return fault(p, p->token.at, "too many conditions");
    *out = hc_arena_alloc(&e->arena, sizeof **out);
    if (!*out)
        return hc_fail_memory(p->err);
    **out = node;
    e->node[e->nodes++] = *out;
    return HC_OK;
}

/* ---- values ---- */

static enum hc_status bad_value(struct parser *p, size_t at, const struct hc_field *field,
                                const char *expected) {
    return fault(p, at, "%s: expected %s", field->name, expected);
}

static enum hc_status choice_value(struct parser *p, const struct token *t,
                                   const struct hc_field *field, int64_t *value) {
    const char *names[128];
    int count = field->choices->count < 127 ? field->choices->count : 127;
    *value = hc_choice_of(field->choices, t->text);
    if (*value >= 0)
        return HC_OK;
    for (int i = 0; i < count; i++)
        names[i] = field->choices->value[i];
    names[count] = NULL;
    const char *nearest = hc_str_nearest(t->text, names);
    if (nearest)
        return fault(p, t->at, "%s: unknown value '%.*s', did you mean '%s'?", field->name,
                     (int)t->text.len, t->text.ptr, nearest);
    struct hc_buf all = {0};
    for (int i = 0; i < count; i++)
        hc_buf_printf(&all, "%s%s", i ? ", " : "", names[i]);
    enum hc_status status =
        fault(p, t->at, "%s: expected one of %s", field->name, hc_buf_text(&all));
    hc_buf_free(&all);
    return status;
}

static enum hc_status text_value(struct parser *p, const struct token *t,
                                 struct hc_str *value) {
    char *copy = hc_arena_copy(&p->expr->arena, t->text);
    if (!copy)
        return hc_fail_memory(p->err);
    size_t len = 0;
    for (size_t i = 0; i < t->text.len; i++) {
        copy[len++] = t->text.ptr[i];
        if (t->type == QUOTED && i + 1 < t->text.len && t->text.ptr[i] == t->text.ptr[-1] &&
            t->text.ptr[i + 1] == t->text.ptr[i])
            i++;
    }
    *value = (struct hc_str){copy, len};
    return HC_OK;
}

static enum hc_status read_value(struct parser *p, const struct hc_field *field,
                                 int64_t *number, struct hc_str *text) {
    struct token t = p->token;
    hc_day day;
    if (t.type != WORD && t.type != QUOTED)
        return fault(p, t.at, "expected a value");
    enum hc_status status = next(p);
    if (status != HC_OK)
        return status;
    switch (field->type) {
    case HC_TYPE_utf8:
        return text_value(p, &t, text);
    case HC_TYPE_choice:
        return choice_value(p, &t, field, number);
    case HC_TYPE_bool:
        *number = hc_str_is(t.text, "true");
        return *number || hc_str_is(t.text, "false")
                   ? HC_OK
                   : bad_value(p, t.at, field, "true or false");
    case HC_TYPE_date:
        if (hc_parse_day(t.text, HC_DATE_ISO, &day, NULL) != HC_OK)
            return bad_value(p, t.at, field, "a date such as 2020-11-30");
        *number = day;
        return HC_OK;
    case HC_TYPE_cents:
        return hc_parse_decimal(t.text, 2, 0, 0, number, NULL) == HC_OK
                   ? HC_OK
                   : bad_value(p, t.at, field, "an amount such as 12.50");
    case HC_TYPE_e4:
        return hc_parse_decimal(t.text, 4, 0, 0, number, NULL) == HC_OK
                   ? HC_OK
                   : bad_value(p, t.at, field, "a number with at most 4 decimals");
    case HC_TYPE_int32:
    case HC_TYPE_int64:
        return hc_parse_int(t.text, INT64_MIN, INT64_MAX, number, NULL) == HC_OK
                   ? HC_OK
                   : bad_value(p, t.at, field, "a whole number");
    case HC_TYPE_list:
        break;
    }
    return fault(p, t.at, "%s: comparing lists is not supported", field->name);
}

/* ---- grammar ---- */

static enum hc_status parse_or(struct parser *p, struct hc_expr_node **out);

static enum hc_status find_field(struct parser *p, int *column) {
    const struct hc_schema *schema = p->expr->schema;
    if (p->token.type != WORD)
        return fault(p, p->token.at, "expected the name of a field");
    *column = hc_schema_find(schema, p->token.text);
    if (*column >= 0)
        return next(p);
    const char **names = malloc((schema->fields + 1) * sizeof *names);
    if (!names)
        return hc_fail_memory(p->err);
    for (size_t i = 0; i < schema->fields; i++)
        names[i] = schema->field[i].name;
    names[schema->fields] = NULL;
    const char *nearest = hc_str_nearest(p->token.text, names);
    enum hc_status status =
        fault(p, p->token.at,
              nearest ? "unknown field '%.*s', did you mean '%s'?" : "unknown field '%.*s'",
              (int)p->token.text.len, p->token.text.ptr, nearest);
    free(names);
    return status;
}

/* "(VALUE, ...)", or one VALUE. */
static enum hc_status read_values(struct parser *p, struct hc_expr_node *node, bool list) {
    const struct hc_field *field = &p->expr->schema->field[node->column];
    bool ids = (field->flags & HC_PHI) && (field->flags & HC_KEY) &&
               (field->type == HC_TYPE_utf8 || field->type == HC_TYPE_int64);
    size_t room = 1, at = p->token.at;
    if (ids && !p->allow_ids) {
        enum hc_status status = fault(
            p, at, "%s: a person's or claim's number is not taken from the command line",
            field->name);
        hc_err_hint(p->err, "put the condition into a file: --where=@FILE");
        return status;
    }
    enum hc_status status = list ? expect(p, "(") : HC_OK;
    for (size_t i = p->at; list && i < p->all.len; i++)
        room += p->all.ptr[i] == ',';
    node->number = hc_arena_alloc(&p->expr->arena, room * sizeof *node->number);
    node->text = hc_arena_alloc(&p->expr->arena, room * sizeof *node->text);
    if (status == HC_OK && (!node->number || !node->text))
        status = hc_fail_memory(p->err);
    while (status == HC_OK) {
        if (node->values == room)
            return HC_EINTERNAL;
        status =
            read_value(p, field, &node->number[node->values], &node->text[node->values]);
        node->values++;
        if (status != HC_OK || !list || !is_symbol(p, ","))
            break;
        status = next(p);
    }
    return status == HC_OK && list ? expect(p, ")") : status;
}

static enum hc_status negate(struct parser *p, struct hc_expr_node **node) {
    return add_node(p, (struct hc_expr_node){.op = HC_EXPR_NOT, .left = *node}, node);
}

static enum hc_status parse_null(struct parser *p, int column, struct hc_expr_node **out) {
    enum hc_status status = next(p); /* "is" */
    bool inverted = status == HC_OK && is_keyword(p, "not");
    if (inverted)
        status = next(p);
    if (status == HC_OK && !is_keyword(p, "null"))
        status = fault(p, p->token.at, "expected null");
    if (status == HC_OK)
        status = next(p);
    if (status == HC_OK)
        status =
            add_node(p, (struct hc_expr_node){.op = HC_EXPR_NULL, .column = column}, out);
    return status == HC_OK && inverted ? negate(p, out) : status;
}

static enum hc_status parse_in(struct parser *p, int column, struct hc_expr_node **out) {
    enum hc_status status = HC_OK;
    bool inverted = is_keyword(p, "not");
    if (inverted)
        status = next(p);
    if (status == HC_OK && !is_keyword(p, "in"))
        return fault(p, p->token.at, "expected in");
    if (status == HC_OK)
        status = next(p);
    struct hc_expr_node node = {.op = HC_EXPR_IN, .column = column};
    if (status == HC_OK)
        status = read_values(p, &node, true);
    if (status == HC_OK)
        status = add_node(p, node, out);
    return status == HC_OK && inverted ? negate(p, out) : status;
}

static const struct {
    const char *symbol;
    unsigned mask;
} comparisons[] = {
    {"=", HC_EXPR_EQUAL},
    {"!=", HC_EXPR_LESS | HC_EXPR_GREATER},
    {"<>", HC_EXPR_LESS | HC_EXPR_GREATER},
    {"<", HC_EXPR_LESS},
    {"<=", HC_EXPR_LESS | HC_EXPR_EQUAL},
    {">", HC_EXPR_GREATER},
    {">=", HC_EXPR_GREATER | HC_EXPR_EQUAL},
};

static enum hc_status parse_comparison(struct parser *p, struct hc_expr_node **out) {
    struct hc_expr_node node = {.op = HC_EXPR_COMPARE};
    enum hc_status status = find_field(p, &node.column);
    if (status != HC_OK)
        return status;
    if (is_keyword(p, "is"))
        return parse_null(p, node.column, out);
    if (is_keyword(p, "in") || is_keyword(p, "not"))
        return parse_in(p, node.column, out);
    for (size_t i = 0; i < sizeof comparisons / sizeof *comparisons; i++)
        if (is_symbol(p, comparisons[i].symbol))
            node.mask = comparisons[i].mask;
    if (node.mask == 0)
        return fault(p, p->token.at, "expected = != < <= > >=, in, or is null");
    const struct hc_field *field = &p->expr->schema->field[node.column];
    bool order =
        node.mask != HC_EXPR_EQUAL && node.mask != (HC_EXPR_LESS | HC_EXPR_GREATER);
    if (order && (field->type == HC_TYPE_choice || field->type == HC_TYPE_bool))
        return fault(p, p->token.at, "%s: its values have no order, use = or in",
                     field->name);
    status = next(p);
    if (status == HC_OK)
        status = read_values(p, &node, false);
    return status == HC_OK ? add_node(p, node, out) : status;
}

static enum hc_status parse_not(struct parser *p, struct hc_expr_node **out) {
    enum hc_status status;
    if (++p->depth > MAX_DEPTH)
        return fault(p, p->token.at, "nested too deeply");
    if (is_keyword(p, "not")) {
        status = next(p);
        if (status == HC_OK)
            status = parse_not(p, out);
        if (status == HC_OK)
            status = negate(p, out);
    } else if (is_symbol(p, "(")) {
        status = next(p);
        if (status == HC_OK)
            status = parse_or(p, out);
        if (status == HC_OK)
            status = expect(p, ")");
    } else {
        status = parse_comparison(p, out);
    }
    p->depth--;
    return status;
}

static enum hc_status parse_and(struct parser *p, struct hc_expr_node **out) {
    enum hc_status status = parse_not(p, out);
    while (status == HC_OK && is_keyword(p, "and")) {
        struct hc_expr_node node = {.op = HC_EXPR_AND, .left = *out};
        status = next(p);
        if (status == HC_OK)
            status = parse_not(p, &node.right);
        if (status == HC_OK)
            status = add_node(p, node, out);
    }
    return status;
}

static enum hc_status parse_or(struct parser *p, struct hc_expr_node **out) {
    enum hc_status status = parse_and(p, out);
    while (status == HC_OK && is_keyword(p, "or")) {
        struct hc_expr_node node = {.op = HC_EXPR_OR, .left = *out};
        status = next(p);
        if (status == HC_OK)
            status = parse_and(p, &node.right);
        if (status == HC_OK)
            status = add_node(p, node, out);
    }
    return status;
}

enum hc_status hc_expr_parse(struct hc_expr *expr, struct hc_str text, bool allow_ids,
                             struct hc_err *err) {
    struct parser p = {.expr = expr, .all = text, .allow_ids = allow_ids, .err = err};
    expr->node = hc_arena_alloc(&expr->arena, MAX_NODES * sizeof *expr->node);
    enum hc_status status = expr->node ? next(&p) : hc_fail_memory(err);
    if (status == HC_OK && !hc_str_is_text(text))
        status = hc_fail(err, HC_EUSAGE, "is no text");
    if (status == HC_OK)
        status = parse_or(&p, &expr->root);
    if (status == HC_OK && p.token.type != END)
        status = fault(&p, p.token.at, "expected and, or, or the end");
    return status;
}
